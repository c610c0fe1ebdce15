"""Counts, dispersion and growth, worked out by hand."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityanalysis import cells, counts, tables


def tokens_of(*rows):
    """Return passage, word and part of speech as tokens."""
    return pd.DataFrame(rows, columns=["passage_id", "word", "pos"], dtype=str)


def test_count_by_hand():
    """Each word once a passage and part of speech; passages in their order, words in the dictionary's."""
    tokens = tokens_of(
        *[("b#1", "网", "n"), ("b#1", "云", "n"), ("b#1", "网", "n"), ("b#1", "网", "v")],
        *[("a#1", "云", "n"), ("b#2", "云", "n")],
    )
    assert counts.count(tokens).to_numpy().tolist() == [
        *[["b#1", "云", "n", 1], ["b#1", "网", "n", 2], ["b#1", "网", "v", 1]],
        *[["a#1", "云", "n", 1], ["b#2", "云", "n", 1]],
    ]


@pytest.mark.parametrize(
    ("word", "counted"),
    [("城市", 1), ("5G", 1), ("NB-IoT", 1), ("㐂", 1), ("2006", 0), ("1,234.5", 0), ("，", 0), ("+", 0), ("😀", 0)],
)
def test_count_leaves_out_numbers_and_marks(word, counted):
    """A word has a letter or a Han character in it."""
    assert len(counts.count(tokens_of(("a#1", word, "x")))) == counted


def test_count_leaves_out_stop_words():
    """A stop word is left out as a whole word, not where it is part of one."""
    tokens = tokens_of(("a#1", "的", "u"), ("a#1", "目的", "n"))
    assert counts.count(tokens, stop_words=["的"])["word"].tolist() == ["目的"]


def test_count_of_nothing():
    """No tokens give no counts, in form."""
    assert cells.faults(counts.count(tokens_of()).astype({"n": int}), tables.COUNTS) == []


def test_count_adds_up(tokens):
    """Over all records counts add up to the words that are more than numbers and marks."""
    counted = counts.count(tokens)
    assert counted["n"].sum() == tokens["word"].str.contains(counts.CONTENT).sum()
    assert counted["passage_id"].unique().tolist() == tokens["passage_id"].unique().tolist()


def test_frequency_by_hand():
    """Parts of 10 and 30 words: expected shares are 1/4 and 3/4, and what differs from them is dispersion.

    云 has 3/4 and 1/4: (1/2 + 1/2) / 2 = 1/2, over 1 - 1/4; 网 is all in the smaller part; 灯 is spread as they are.
    """
    hits = pd.Series([*"云云云云", *"网网", *"灯灯灯灯"])
    parts = pd.Series([*"aaab", *"aa", *"abbb"])
    found = counts.frequency(hits, parts, pd.Series({"a": 10, "b": 30}))
    assert found.columns.tolist() == ["word", "n", "parts", "per_10k", "dp"]
    assert found[["word", "n", "parts"]].to_numpy().tolist() == [["云", 4, 2], ["灯", 4, 2], ["网", 2, 1]]
    assert found["per_10k"].tolist() == pytest.approx([1000, 1000, 500])
    assert found["dp"].tolist() == pytest.approx([2 / 3, 0, 1])


def test_frequency_counts_parts_without_a_hit():
    """A part in which nothing stands makes what stands elsewhere less even: 2/3 missed of 3/3."""
    sizes = pd.Series({"a": 10, "b": 10, "c": 10})
    found = counts.frequency(pd.Series(["云"]), pd.Series(["b"]), sizes)
    assert found["dp"].tolist() == pytest.approx([1])
    assert found["per_10k"].tolist() == pytest.approx([10_000 / 30])


@given(st.data())
def test_dispersion_lies_between_0_and_1(data):
    """Whatever the sizes and wherever the hits, dp is within its bounds and n adds up."""
    sizes = pd.Series(data.draw(st.lists(st.integers(1, 1000), min_size=2, max_size=6)))
    hits = data.draw(st.lists(st.tuples(st.sampled_from("云网灯"), st.sampled_from(range(len(sizes)))), min_size=1))
    words, parts = zip(*hits, strict=True)
    found = counts.frequency(pd.Series(words), pd.Series(parts), sizes)
    assert found["n"].sum() == len(hits)
    assert found["dp"].between(0, 1 + 1e-9).all()
    assert found["parts"].between(1, len(sizes)).all()


@pytest.mark.parametrize("sizes", [{}, {"a": 10}])
def test_dispersion_needs_two_parts(sizes):
    """Over one part there is no dispersion."""
    with pytest.raises(ValueError, match=f"dispersion needs at least two parts, found {len(sizes)}"):
        counts.frequency(pd.Series(["云"]), pd.Series(["a"]), pd.Series(sizes, dtype=float))


def test_growth_of_one_word():
    """The same word again and again is one type: a flat curve."""
    curve, k, beta = counts.growth(["云"] * 200)
    assert set(curve["types"]) == {1}
    assert (k, beta) == (pytest.approx(1), pytest.approx(0, abs=1e-9))


def test_growth_by_hand():
    """Fifty words that are all new and then come again: the curve rises by one a word, and stays."""
    words = [str(i) for i in range(50)]
    curve, _, beta = counts.growth(words * 2)
    assert (curve["types"] == curve["tokens"].clip(upper=50)).all()
    assert curve["tokens"].is_monotonic_increasing
    assert curve["tokens"].is_unique
    assert curve["tokens"].iloc[-1] == 100
    assert 0 < beta < 1


def test_growth_gives_as_many_points_as_asked():
    """The number of points is that asked for, or less in a short text."""
    assert len(counts.growth([str(i) for i in range(1000)], points=7)[0]) == 7
    assert len(counts.growth([str(i) for i in range(50)], points=99)[0]) == 41


@pytest.mark.parametrize("n", [0, 49])
def test_growth_needs_fifty_words(n):
    """A curve of a few words means nothing."""
    with pytest.raises(ValueError, match=f"at least fifty words, found {n}"):
        counts.growth(["云"] * n)


def test_frequency_wants_the_size_of_every_part():
    """A hit in a part whose size is unknown would silently count for nothing."""
    hits, parts = pd.Series(["云", "网"]), pd.Series(["a", "c"])
    with pytest.raises(ValueError, match="parts c: have hits, but no size"):
        counts.frequency(hits, parts, pd.Series({"a": 10, "b": 10}))


@pytest.mark.parametrize(
    ("documents", "sizes", "expected"),
    [
        ("aaa", [3, 40, 5], "a#2 a#2 a#2"),
        ("aaa", [30, 40, 20], "a#1 a#2 a#3"),
        ("aaaa", [9, 10, 1, 19], "a#3 a#3 a#3 a#3"),
        ("aaaa", [25, 5, 5, 5], "a#1 a#1 a#1 a#1"),
        ("aaaa", [25, 5, 5, 10], "a#1 a#4 a#4 a#4"),
        ("aaa", [1, 2, 3], "a#3 a#3 a#3"),
        ("aab", [30, 5, 40], "a#1 a#1 b#1"),
        ("abb", [5, 5, 30], "a#1 b#2 b#2"),
        ("abc", [5, 0, 5], "a#1 b#1 c#1"),
        ("aa", [0, 0], "a#2 a#2"),
        ("", [], ""),
    ],
)
def test_counted_with(documents, sizes, expected):
    """Short ones go on to the next, the last to the one before, and none to another document."""
    ids = [f"{doc}#{documents[: i + 1].count(doc)}" for i, doc in enumerate(documents)]
    assert counts.counted_with(ids, list(documents), sizes) == expected.split()


def test_counted_with_another_limit():
    """The limit may be set, and is enough to be reached."""
    assert counts.counted_with(["a#1", "a#2"], ["a", "a"], [2, 1], short=2) == ["a#1", "a#1"]
    assert counts.counted_with(["a#1", "a#2"], ["a", "a"], [1, 2], short=2) == ["a#2", "a#2"]


def test_with_neighbours():
    """Words move to the passage that they are counted with; marks and numbers do not make a passage long."""
    rows = [("a#1", "城"), ("a#1", "，"), ("a#1", "12"), ("a#2", "市"), ("a#2", "网"), ("b#1", "云")]
    tokens = pd.DataFrame(rows, columns=["passage_id", "word"]).assign(pos="n")
    found = counts.with_neighbours(tokens, short=2)
    assert found["passage_id"].tolist() == ["a#2"] * 5 + ["b#1"]
    pd.testing.assert_frame_equal(found.drop(columns="passage_id"), tokens.drop(columns="passage_id"))
    assert tokens["passage_id"].tolist() == [passage for passage, _ in rows]
