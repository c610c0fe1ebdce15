"""Coherence, diversity, exclusivity and stability by hand, and the task of word intrusion as it is stored."""

import math

import numpy as np
import pandas as pd
import pytest

from cityanalysis import corpus, counts, quality, readers, topics


def model_of(weights, columns, kind="nmf"):
    """Return a model with given words."""
    index = pd.RangeIndex(1, len(weights) + 1, name="topic")
    return topics.Model(kind, pd.DataFrame(weights, index, list(columns)), None, None, ())


def counted(*texts):
    """Return counts of passages given as strings, a character a word."""
    pairs = [(f"a#{i}", word) for i, text in enumerate(texts, 1) for word in text]
    return pd.DataFrame(pairs, columns=["passage_id", "word"]).assign(pos="n", n=1)


def test_coherence_by_hand():
    """Words that only occur together have 1, words that never do −1, else Bouma's formula."""
    model = model_of([[0.6, 0.4, 0, 0], [0, 0, 0.6, 0.4]], "甲乙丙丁")
    found = quality.coherence(model, counted("甲乙", "甲乙", "丙", "丁"), top=2)
    assert found.tolist() == [1.0, -1.0]
    found = quality.coherence(model, counted("甲乙", "甲", "丙丁", "丁"), top=2)
    # Both in one of four passages, one word in two of them, the other in one.
    assert found.to_numpy() == pytest.approx(math.log(0.25 / (0.5 * 0.25)) / -math.log(0.25))


def test_coherence_of_words_that_are_not_there():
    """A word that no passage has goes with none."""
    model = model_of([[0.6, 0.4]], "甲乙")
    assert quality.coherence(model, counted("甲", "丙"), top=2).tolist() == [-1.0]


def test_diversity_and_exclusivity_by_hand():
    """Three different words of four; 甲 has half of its weight in each topic."""
    model = model_of([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]], "甲乙丙")
    assert quality.diversity(model, top=2) == 0.75
    assert quality.exclusivity(model, top=2).tolist() == [0.75, 0.75]


def test_stability_is_the_mean_over_other_models():
    """With itself 1, with a model without common words 0, with both a half."""
    model, other = model_of([[1.0, 0.0], [0.0, 1.0]], "甲乙"), model_of([[1.0, 0.0], [0.0, 1.0]], "丙丁")
    assert quality.stability(model, [model]).tolist() == [1, 1]
    assert quality.stability(model, [model, other]).tolist() == [0.5, 0.5]
    with pytest.raises(ValueError, match="at least one other model"):
        quality.stability(model, [])


def test_folds_part_the_passages():
    """Each passage is in one fold, whatever the order in which they come."""
    ids = [f"a#{i}" for i in range(10)]
    parts = quality.folds(ids, number=3)
    assert sorted(i for part in parts for i in part) == ids
    assert quality.folds(ids[::-1], number=3) == parts


@pytest.fixture(scope="module")
def planted():
    """Return counts of forty passages, each with the words of one of two groups."""
    return counted(*["甲乙丙丁戊" if i % 2 else "子丑寅卯辰" for i in range(40)])


@pytest.mark.parametrize("kind", topics.KINDS)
def test_planted_topics_are_stable_and_coherent(planted, kind):
    """Two topics of two groups come again under every seed and fold; a third is none."""
    row, per_topic = quality.assess(planted, list("甲乙丙丁戊子丑寅卯辰"), kind=kind, topics=2, seeds=2, number=2)
    assert row["stable"] == 1
    assert per_topic["stable"].all()
    assert per_topic[["seeds", "resamples"]].to_numpy() == pytest.approx(1, abs=1e-3)
    assert math.isnan(row["perplexity"]) == (kind == "nmf")


def test_perplexity_of_planted_topics_is_that_of_their_words(planted):
    """Five words at even odds a topic surprise more than a die of five sides and less than one of ten."""
    row, _ = quality.assess(planted, list("甲乙丙丁戊子丑寅卯辰"), kind="lda", topics=2, seeds=2, number=2)
    assert 5 <= row["perplexity"] < 10


def test_coherence_of_planted_topics_is_above_that_of_mixed_ones(planted):
    """Topics as planted are coherent, topics of words from both groups are not."""
    whole = model_of([[0.2] * 5 + [0] * 5, [0] * 5 + [0.2] * 5], "甲乙丙丁戊子丑寅卯辰")
    mixed = model_of([[0.2, 0] * 5, [0, 0.2] * 5], "甲乙丙丁戊子丑寅卯辰")
    better, worse = (quality.coherence(model, planted, top=5) for model in (whole, mixed))
    assert better.to_numpy() == pytest.approx(1)
    assert (worse < 0).all()


@pytest.fixture(scope="module")
def loaded():
    """Return the model that the notebook shows."""
    return topics.load()


def test_stored_marks_of_stability_are_those_that_are_measured(loaded):
    """The seed that is shown is the prototype, and a topic is marked unstable in data/topics.csv where it is."""
    counted = counts.load(corpus.COLLECTIONS)
    fitted = counted[counted["passage_id"].isin(loaded.passages.index)]
    row, per_topic = quality.assess(fitted, list(loaded.words.columns), kind=topics.KIND, topics=topics.NUMBER)
    assert row["prototype"] == topics.SEED
    assert per_topic["stable"].map({True: "yes", False: "no"}).tolist() == topics.names(loaded)["stable"].tolist()


def test_stored_items_are_those_of_the_model(loaded):
    """The task in data/gold is the one that the model sets: a changed fit does not pass for the one that was read."""
    made = quality.intrusion(loaded)
    made = made.assign(topic=made["topic"].map(topics.names(loaded)["key"]))
    stored = readers.table("data/gold/intrusion.csv").reset_index(drop=True)
    pd.testing.assert_frame_equal(stored[made.columns.tolist()], made, check_dtype=False)


def test_an_intruder_is_heavy_elsewhere_and_light_here(loaded):
    """Each item has five words of the topic and one of another, which is in the lighter half here."""
    light = loaded.words.rank(axis=1, pct=True)
    for item in quality.intrusion(loaded).itertuples():
        own = set(topics.ranked(loaded, by=item.item, top=5).query("topic == @item.topic")["word"])
        assert set(item.words.split("|")) - own == {item.intruder}
        assert light.loc[item.topic, item.intruder] <= 0.5


def test_readers_pick_among_the_words():
    """What a reader wrote is a word of the item, or nothing."""
    stored = readers.table("data/gold/intrusion.csv")
    for column in ("reader_a", "reader_b", "human"):
        shown = stored[stored[column] != ""]
        assert all(pick in words.split("|") for pick, words in zip(shown[column], shown["words"], strict=True))


def test_intruders_stand_anywhere(loaded):
    """The place of the intruder gives nothing away: no place has more than half of them."""
    places = [item.words.split("|").index(item.intruder) for item in quality.intrusion(loaded).itertuples()]
    assert np.bincount(places, minlength=6).max() <= len(places) / 2
