"""Topics that were planted are found, folding in is what fitting is, and numbers repeat."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from cityanalysis import readers, topics

GROUPS = ("云计算 算力 机房", "医院 药房 病床", "公交 停车 地铁")
WORDS = " ".join(GROUPS).split()


@pytest.fixture(scope="module")
def planted():
    """Return counts of sixty passages, each made of the words of one of three groups, and the group of each."""
    random = np.random.default_rng(0)
    rows = [(f"a#{i}", word, int(random.integers(1, 4))) for i in range(1, 61) for word in GROUPS[i % 3].split()]
    table = pd.DataFrame(rows, columns=["passage_id", "word", "n"]).assign(pos="n")
    return table, pd.Series({f"a#{i}": i % 3 for i in range(1, 61)})


@pytest.fixture(scope="module")
def loaded():
    """Return the model that the notebook shows."""
    return topics.load()


@pytest.mark.parametrize("kind", topics.KINDS)
def test_planted_topics_are_found(planted, kind):
    """Each topic is one group of words, and each passage of the group that it was made of."""
    table, group = planted
    model = topics.fit(table, WORDS, kind=kind, topics=3, seed=1)
    leading = topics.ranked(model, top=3).groupby("topic")["word"].agg(set)
    assert sorted(map(sorted, leading)) == sorted(sorted(words.split()) for words in GROUPS)
    assert (
        pd.crosstab(model.passages.idxmax(axis=1), group.reindex(model.passages.index)).gt(0).sum().tolist() == [1] * 3
    )


@pytest.mark.parametrize("kind", topics.KINDS)
def test_shares_and_weights_sum_to_one(planted, kind):
    """Words of a topic and topics of a passage are shares; the largest topic is the first."""
    model = topics.fit(planted[0], WORDS, kind=kind, topics=4, seed=0)
    assert model.words.sum(axis=1).to_numpy() == pytest.approx(1)
    assert model.passages.sum(axis=1).to_numpy() == pytest.approx(1)
    assert model.words.index.tolist() == model.passages.columns.tolist() == [1, 2, 3, 4]
    assert model.passages.sum().round(6).is_monotonic_decreasing


@pytest.mark.parametrize("kind", topics.KINDS)
def test_folding_in_is_what_fitting_is(planted, kind):
    """A passage of the fit gets the shares that it has, alone and among others."""
    model = topics.fit(planted[0], WORDS, kind=kind, topics=3, seed=0)
    pd.testing.assert_frame_equal(topics.fold_in(model, planted[0]), model.passages, atol=1e-4)
    alone = topics.fold_in(model, planted[0][planted[0]["passage_id"] == "a#7"])
    pd.testing.assert_frame_equal(alone, model.passages.loc[["a#7"]], atol=1e-3)


@pytest.mark.parametrize("kind", topics.KINDS)
def test_a_passage_without_known_words_has_no_shares(planted, kind):
    """Its row is missing values, in the fit and folded in; words that the model has not seen change nothing."""
    table, _ = planted
    other = pd.DataFrame({"passage_id": "b#1", "word": ["灯会"], "n": 3, "pos": "n"})
    model = topics.fit(pd.concat([table, other]), WORDS, kind=kind, topics=3, seed=0)
    assert model.passages.loc["b#1"].isna().all()
    assert topics.fold_in(model, other).isna().all(axis=None)
    known = table[table["passage_id"] == "a#7"]
    both = topics.fold_in(model, pd.concat([known, other.assign(passage_id="a#7")]))
    pd.testing.assert_frame_equal(both, topics.fold_in(model, known))


def test_bad_input_is_turned_away(planted):
    """Messages name what was asked, what there is, and what to do."""
    table, _ = planted
    with pytest.raises(ValueError, match=r"10 topics of 60 passages with words and 9 words.*ask for 1 to 9"):
        topics.fit(table, WORDS, topics=10)
    with pytest.raises(ValueError, match=r"3 topics of 2 passages"):
        topics.fit(table[table["passage_id"].isin(["a#1", "a#2"])], WORDS, topics=3)
    with pytest.raises(ValueError, match="0 topics"):
        topics.fit(table, WORDS, topics=0)
    with pytest.raises(ValueError, match="kind 'lsa': unknown; choose among nmf, lda"):
        topics.fit(table, WORDS, kind="lsa", topics=3)
    with pytest.raises(ValueError, match="vocabulary is empty"):
        topics.fit(table, [], topics=3)
    with pytest.raises(ValueError, match=r"1 topics of 0 passages"):
        topics.fit(table.assign(n=0), WORDS, topics=1)
    with pytest.raises(ValueError, match="by 'lift': unknown"):
        topics.ranked(topics.fit(table, WORDS, topics=3), by="lift")


def model_of(weights, columns):
    """Return a model with given words, for what needs no passages."""
    index = pd.RangeIndex(1, len(weights) + 1, name="topic")
    return topics.Model("nmf", pd.DataFrame(weights, index, list(columns)), None, None, ())


def test_frex_by_hand():
    """A word that leads in both topics yields to one that is a little lighter and all the topic's own."""
    model = model_of([[0.5, 0.4, 0.1, 0.0], [0.6, 0.0, 0.1, 0.3]], "甲乙丙丁")
    by_weight, by_frex = (topics.ranked(model, by=by, top=2) for by in ("weight", "frex"))
    assert by_weight["word"].tolist() == ["甲", "乙", "甲", "丁"]
    # Topic 1: 乙 is second by weight and first by exclusivity, 甲 first and second to third.
    assert by_frex.loc[by_frex["topic"] == 1, "word"].tolist() == ["乙", "甲"]
    assert by_weight["weight"].tolist() == [0.5, 0.4, 0.6, 0.3]


def test_topics_are_paired_whatever_their_order(planted):
    """A model is paired with itself in another order and with other columns, cosine 1; unpaired topics are absent."""
    words = topics.fit(planted[0], WORDS, topics=3).words
    turned = words.iloc[[2, 0, 1]].set_axis([1, 2, 3])[WORDS[::-1]]
    pairs = topics.align(words, turned)
    assert pairs["other"].tolist() == [2, 3, 1]
    assert pairs["cosine"].to_numpy() == pytest.approx(1)
    assert topics.align(words, words.iloc[:2])["topic"].tolist() == [1, 2]
    assert topics.align(words, words.rename(columns=lambda word: word + "'"))["cosine"].tolist() == [0, 0, 0]


def test_every_topic_that_is_shown_was_named(loaded):
    """The model that the notebook shows has the topics that were read, each under its own name."""
    named = topics.names(loaded)
    assert named["cosine"].min() >= 0.9
    assert sorted(named["key"]) == sorted(readers.table(topics.NAMES)["topic"])


def test_a_topic_that_was_not_read_has_no_name(planted):
    """Topics of other texts are unlabelled in both languages."""
    named = topics.names(topics.fit(planted[0], WORDS, topics=3))
    assert set(named["key"]) == {"unlabelled"}
    assert set(named["name_zh"]) == {"未命名"}


def test_the_vocabulary_of_the_model_has_none_of_judge_cities(loaded):
    """What is fitted are passages of cities for building, and studies."""
    roles = readers.table("data/splits.csv").set_index(["collection", "city"])["role"]
    registry = readers.table("corpus/documents.csv").set_index("doc_id")
    documents = registry.loc[loaded.passages.index.str.partition("#").get_level_values(0).unique()]
    known = [(row.collection, row.city) for row in documents.itertuples() if row.collection != "studies"]
    assert {roles[key] for key in known} == {"develop"}
    assert (documents["collection"] == "studies").sum() == 5


SCRIPT = """
from cityanalysis import topics
model = topics.load()
print(model.words.round(3).to_csv(), model.passages.round(3).to_csv(), topics.ranked(model).round(3).to_csv())
"""


def test_numbers_repeat_under_other_threads_and_in_other_processes():
    """Words and shares, rounded to the third decimal, are the same under one thread and two, and for any hash seed."""
    printed = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ
            | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
            | {"PYTHONHASHSEED": hashes},
            capture_output=True,
            check=True,
        ).stdout
        for threads, hashes in (("1", "0"), ("2", "7"))
    ]
    assert len(printed[0]) > 10_000
    assert printed[0] == printed[1]


@pytest.mark.parametrize("kind", topics.KINDS)
def test_one_seed_gives_one_model(planted, kind):
    """Fitting twice gives the same to the last bit."""
    first, again = (topics.fit(planted[0], WORDS, kind=kind, topics=3, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(first.words, again.words, check_exact=True)
    pd.testing.assert_frame_equal(first.passages, again.passages, check_exact=True)
