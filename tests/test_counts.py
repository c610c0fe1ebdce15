"""Counts and dispersion, worked out by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from cityanalysis import counts, words


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
    found = counts.count(tokens_of())
    assert (len(found), found.columns.tolist()) == (0, ["passage_id", "word", "pos", "n"])


def test_count_adds_up(tokens):
    """Over all records counts add up to the words that are more than numbers and marks."""
    counted = counts.count(tokens)
    assert counted["n"].sum() == tokens["word"].str.contains(words.CONTENT).sum()
    assert counted["passage_id"].unique().tolist() == tokens["passage_id"].unique().tolist()


def test_frequency_by_hand():
    """Parts of 10 and 30 words: expected shares are 1/4 and 3/4, and what differs from them is dispersion.

    云 has 3/4 and 1/4: (1/2 + 1/2) / 2 = 1/2, over 1 - 1/4; 网 is all in the smaller part; 灯 is spread as they are.
    """
    hits = pd.Series([*"云云云云", *"网网", *"灯灯灯灯"])
    parts = pd.Series([*"aaab", *"aa", *"abbb"])
    found = counts.dispersion(hits, parts, pd.Series({"a": 10, "b": 30}))
    assert found.columns.tolist() == ["word", "n", "parts", "per_10k", "dp"]
    assert found[["word", "n", "parts"]].to_numpy().tolist() == [["云", 4, 2], ["灯", 4, 2], ["网", 2, 1]]
    assert found["per_10k"].tolist() == pytest.approx([1000, 1000, 500])
    assert found["dp"].tolist() == pytest.approx([2 / 3, 0, 1])


def test_frequency_counts_parts_without_a_hit():
    """A part in which nothing stands makes what stands elsewhere less even: 2/3 missed of 3/3."""
    sizes = pd.Series({"a": 10, "b": 10, "c": 10})
    found = counts.dispersion(pd.Series(["云"]), pd.Series(["b"]), sizes)
    assert found["dp"].tolist() == pytest.approx([1])
    assert found["per_10k"].tolist() == pytest.approx([10_000 / 30])


@given(st.data())
def test_dispersion_lies_between_0_and_1(data):
    """Whatever the sizes and wherever the hits, dp is within its bounds and n adds up."""
    sizes = pd.Series(data.draw(st.lists(st.integers(1, 1000), min_size=2, max_size=6)))
    hits = data.draw(st.lists(st.tuples(st.sampled_from("云网灯"), st.sampled_from(range(len(sizes)))), min_size=1))
    words, parts = zip(*hits, strict=True)
    found = counts.dispersion(pd.Series(words), pd.Series(parts), sizes)
    assert found["n"].sum() == len(hits)
    assert found["dp"].between(0, 1 + 1e-9).all()
    assert found["parts"].between(1, len(sizes)).all()


@pytest.mark.parametrize("sizes", [{}, {"a": 10}])
def test_dispersion_needs_two_parts(sizes):
    """Over one part there is no dispersion."""
    with pytest.raises(ValueError, match=f"dispersion needs at least two parts, found {len(sizes)}"):
        counts.dispersion(pd.Series(["云"]), pd.Series(["a"]), pd.Series(sizes, dtype=float))


def test_frequency_wants_the_size_of_every_part():
    """A hit in a part whose size is unknown would silently count for nothing."""
    hits, parts = pd.Series(["云", "网"]), pd.Series(["a", "c"])
    with pytest.raises(ValueError, match="parts c: have hits, but no size"):
        counts.dispersion(hits, parts, pd.Series({"a": 10, "b": 10}))


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


CELL = st.integers(1, 100_000)


@given(CELL, CELL, CELL, CELL)
def test_g2_is_that_of_scipy(a, b, c, d):
    """G² is that of scipy's test, but for the sign, which says whether the first cell is more than expected."""
    expected = chi2_contingency([[a, b], [c, d]], correction=False, lambda_="log-likelihood")
    found = counts.log_likelihood(a, b, c, d)
    # Sums of n log n cancel: what is left is exact to about the last bits of the largest.
    assert abs(found) == pytest.approx(expected.statistic, rel=1e-6, abs=1e-6)
    if expected.statistic > 1e-3:
        assert (found > 0) == (a * d > b * c)


def test_g2_with_empty_cells():
    """Cells of nothing add nothing: of twelve passages five have both and five neither; ln 2 each way."""
    assert counts.log_likelihood(5, 0, 0, 5) == pytest.approx(20 * math.log(2))
    assert counts.log_likelihood(0, 5, 5, 0) == pytest.approx(-20 * math.log(2))


def test_g2_of_independence_is_nought():
    """Where the cells are as expected there is no evidence, and none below nought by rounding."""
    assert counts.log_likelihood(3, 6, 4, 8) == pytest.approx(0, abs=1e-9)


def test_g2_of_many_tables_at_once():
    """Arrays go through cell by cell, numbers with them."""
    found = counts.log_likelihood([10, 5], 10, np.array([10, 5]), [970, 5])
    assert found == pytest.approx([counts.log_likelihood(10, 10, 10, 970), counts.log_likelihood(5, 10, 5, 5)])


def items_of(**passages):
    """Return passages and their items, a letter each, as a table."""
    rows = [(passage, item) for passage, items in passages.items() for item in items]
    return pd.DataFrame(rows, columns=["passage_id", "item"], dtype=str)


def test_collocations_by_hand():
    """Of four passages two have both x and y, one x only, one z: all measures, worked out."""
    found = counts.collocations(items_of(a="xy", b="yx", c="x", d="z"), least=2)
    assert found.columns.tolist() == ["first", "second", "n", "n_first", "n_second", "g2", "log_ratio", "npmi"]
    assert found[["first", "second", "n", "n_first", "n_second"]].to_numpy().tolist() == [["x", "y", 2, 3, 2]]
    # Both 2, x only 1, y only 0, neither 1; expected 3/2, 3/2, 1/2, 1/2.
    assert found.loc[0, "g2"] == pytest.approx(2 * (2 * math.log(4 / 3) + math.log(2 / 3) + math.log(2)))
    assert found.loc[0, "log_ratio"] == pytest.approx(math.log2((2.5 / 4) / (0.5 / 2)))
    assert found.loc[0, "npmi"] == pytest.approx(math.log(2 / 4 / (3 / 4 * 2 / 4)) / -math.log(2 / 4))


def test_collocations_count_an_item_once_a_passage():
    """Saying it twice in a passage is no more than saying it."""
    twice = counts.collocations(items_of(a="xxyy", b="xyx", c="zx"), least=1)
    pd.testing.assert_frame_equal(twice, counts.collocations(items_of(a="xy", b="xy", c="xz"), least=1))


@pytest.mark.parametrize(("least", "pairs"), [(1, ["xy", "xz"]), (2, ["xy"]), (3, [])])
def test_collocations_of_few_passages_are_left_out(least, pairs):
    """A pair stays from `least` passages on."""
    found = counts.collocations(items_of(a="xy", b="xy", c="xz"), least=least)
    assert sorted(found["first"] + found["second"]) == pairs


def test_collocations_are_ordered_by_evidence():
    """The strongest evidence comes first, among equals the first in the dictionary."""
    found = counts.collocations(items_of(a="xy", b="xy", c="pq", d="pq", e="xp", f="z"), least=1)
    assert (found["first"] + found["second"]).tolist() == ["pq", "xy", "px"]
    assert found["g2"].is_monotonic_decreasing
    assert found["g2"].iloc[0] == pytest.approx(found["g2"].iloc[1])


def test_collocations_that_are_always_together():
    """What stands in every passage is bound as closely as can be, which is no evidence."""
    found = counts.collocations(items_of(a="xy", b="xy"), least=1)
    assert found[["g2", "npmi"]].to_numpy().tolist() == [[pytest.approx(0, abs=1e-9), 1.0]]


@pytest.mark.parametrize("passages", [{}, {"a": "x"}, {"a": "x", "b": "y"}])
def test_collocations_of_nothing(passages):
    """Without a pair there are no rows, but the columns."""
    found = counts.collocations(items_of(**passages), least=1)
    assert len(found) == 0
    assert found.columns.tolist() == ["first", "second", "n", "n_first", "n_second", "g2", "log_ratio", "npmi"]


def test_collocations_of_long_items_are_whole():
    """An item is counted as it stands: blanks, capitals and marks are part of it."""
    items = pd.DataFrame({"passage_id": ["a", "a"], "item": ["Wi-Fi 6", "5G+工业互联网"]})
    found = counts.collocations(items, least=1)
    assert found[["first", "second"]].to_numpy().tolist() == [["5G+工业互联网", "Wi-Fi 6"]]


@given(st.lists(st.text("wxyz", min_size=1, max_size=4), min_size=1, max_size=12))
def test_measures_lie_within_their_bounds(passages):
    """In any passages npmi lies between -1 and 1, all measures are numbers, and signs agree where there is evidence."""
    found = counts.collocations(items_of(**{f"p{i}": items for i, items in enumerate(passages)}), least=1)
    assert found["npmi"].between(-1 - 1e-9, 1 + 1e-9).all()
    assert np.isfinite(found[["g2", "log_ratio", "npmi"]].astype(float).to_numpy()).all()
    assert (found["n"] <= found[["n_first", "n_second"]].min(axis=1)).all()
    strong = found[(found["g2"].abs() > 1e-6) & (found["npmi"] < 1)]
    assert (np.sign(strong["g2"].astype(float)) == np.sign(strong["npmi"].astype(float))).all()


def test_log_odds_by_hand():
    """Odds of 3 in 12 (2 + 1 of 10 + 2) against 2 in 22 (1 + 1 of 20 + 2), and the variance 1/3 + 1/2."""
    difference, z = counts.log_odds([2, 8], 10, [1, 19], 20, [1, 1])
    expected = math.log(3 / 9) - math.log(2 / 20)
    assert difference.tolist() == pytest.approx([expected, -expected])
    assert z[0] == pytest.approx(expected / math.sqrt(1 / 3 + 1 / 2))


def test_log_odds_are_drawn_to_nothing_by_a_strong_prior():
    """The more weight what is usual has, the less a difference counts; groups in rows each have their own size."""
    weak, strong = (counts.log_odds([5, 5], 10, [0, 20], 20, [weight, weight])[0][0] for weight in (1, 1000))
    assert weak > 10 * strong > 0
    rows, _ = counts.log_odds([[5, 5], [2, 8]], [[10], [10]], [[0, 20], [1, 19]], [[20], [20]], [1, 1])
    assert rows[1].tolist() == counts.log_odds([2, 8], 10, [1, 19], 20, [1, 1])[0].tolist()


def test_correspondence_keeps_distances_and_inertia():
    """With two axes of inertia the distances of groups on the map are chi-squared distances; shares add up to 1."""
    table = pd.DataFrame([[10, 2, 3], [1, 8, 4], [5, 5, 20]], list("abc"), list("xyz"))
    places, inertia = counts.correspondence(table)
    profiles, masses = table.div(table.sum(axis=1), axis=0), table.sum() / table.to_numpy().sum()
    groups = places[places["kind"] == "group"].set_index("name")[["x", "y"]]
    for first, second in [("a", "b"), ("a", "c"), ("b", "c")]:
        far = (((profiles.loc[first] - profiles.loc[second]) ** 2) / masses).sum()
        assert ((groups.loc[first] - groups.loc[second]) ** 2).sum() == pytest.approx(far)
    weights = table.sum(axis=1) / table.to_numpy().sum()
    total = (groups.pow(2).sum(axis=1) * weights).sum()
    assert total == pytest.approx(chi2_contingency(table).statistic / table.to_numpy().sum())
    assert inertia.sum() == pytest.approx(1)
    assert places.groupby("kind")["contribution"].sum().tolist() == pytest.approx([1, 1])
    heaviest = places.loc[places["contribution"].idxmax()]
    assert min(heaviest["x"], heaviest["y"]) > 0


def test_comparisons_of_too_little():
    """A part without words has no words that are key, and of two groups there is no map."""
    some = pd.DataFrame({"word": ["云"], "n": [3]})
    with pytest.raises(ValueError, match="reference: has no words; give counts of at least one passage"):
        counts.keyness(some, some.head(0))
    with pytest.raises(ValueError, match="2 groups, 3 words: a map needs three of both; choose rarer words"):
        counts.correspondence(pd.DataFrame([[1, 2, 3], [3, 1, 2]]))
