"""Topics are those that were planted, their measures those of the formulas, and the stored ones those that are read."""

import itertools
import math
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from cityanalysis import corpus, files, words
from cityanalysis.study import differences, shares, topics


def counted(rows, pos="n"):
    """Return counts from passage ids and their words, each once."""
    pairs = [(passage, word) for passage, text in rows.items() for word in text.split()]
    return pd.DataFrame(pairs, columns=["passage_id", "word"]).assign(pos=pos, n=1)


def spread(text, pos="n", n=topics.LEAST_PASSAGES):
    """Return counts of words in as many passages, each of a document of its own."""
    return counted({f"d{i}#1": text for i in range(n)}, pos)


def weights(rows, columns):
    """Return a table of topics × words, a character a word."""
    return pd.DataFrame(rows, pd.RangeIndex(1, len(rows) + 1, name="topic"), list(columns))


@pytest.fixture(scope="module")
def texts():
    """Return all collections, second records included."""
    return corpus.load(*corpus.COLLECTIONS, second=True, originals=False)


@pytest.fixture(scope="module")
def fitting(texts):
    """Return the counts of the passages to which the model of the notebook is fitted."""
    part = topics.modelled(texts)
    return texts.counts[texts.counts["passage_id"].isin(part.loc[part["fitted"], "passage_id"])]


@pytest.fixture(scope="module")
def model(fitting):
    """Return the model that the notebook shows."""
    return topics.TopicModel().fit(fitting)


@pytest.mark.parametrize(
    ("word", "pos", "kept"),
    [
        ("地铁", "n", True),
        ("检修", "vn", True),
        ("检修", "v", False),
        ("云计算", "x", True),  # a term of the lexicon, whatever its tag
        ("智慧", "n", False),  # boilerplate
        ("宁波", "n", False),
        ("宁波港", "n", False),
        ("江苏", "n", False),
        ("某地", "ns", False),
        ("某人", "nr", False),
        ("市政府", "n", False),  # an office
        ("网", "n", False),
    ],
)
def test_which_words_are_kept(word, pos, kept):
    """Nouns, verbal nouns and terms are kept; names, offices, boilerplate and single characters are not."""
    assert (word in topics.vocabulary(pd.concat([spread("车站"), spread(word, pos)]), most=1)) is kept


def test_a_word_has_the_tag_that_it_mostly_has():
    """One slip of the tagger does not make a verb a noun."""
    table = pd.concat([spread("车站 装卸", n=5), spread("装卸", "v", n=6)])
    assert topics.vocabulary(table, most=1) == ["车站"]


def test_rare_and_ubiquitous_words_are_left_out():
    """A word stays if it is in five passages, four documents, and at most a share of the passages."""
    table = counted({f"d{i}#{j}": "车站" for i in range(5) for j in (1, 2)})  # ten passages of five documents
    table = pd.concat(
        [
            table,
            counted({f"d{i}#{j}": "码头" for i in range(3) for j in (1, 2)}),  # six passages, three documents
            counted({f"d{i}#1": "机场" for i in range(4)}),  # four passages
            counted({f"d{i}#{j}": "电梯" for i, j in ((0, 1), (0, 2), (1, 1), (2, 1), (3, 1))}),
        ]
    )
    assert topics.vocabulary(table, most=1) == ["电梯", "车站"]
    assert topics.vocabulary(table, most=0.5) == ["电梯"]


def test_no_name_and_no_stop_word_is_in_the_vocabulary(model):
    """In the counts as they are, no word is or has in it the name of a city, and none is listed as boilerplate."""
    names = [name for name in words.cities()["aliases"].str.split("|").explode() if len(name) > 1]
    stop = words.read_lexicon().query("domain == 'stop'")["term"]
    assert len(model.weights_.columns) > 500
    assert [word for word in model.weights_.columns if any(name in word for name in names)] == []
    assert set(model.weights_.columns) & set(stop) == set()


def test_an_empty_vocabulary_is_an_error():
    """Where no word is left the message says what was asked and what to do."""
    with pytest.raises(ValueError, match=r"vocabulary is empty: none of 1 words.*5 passages and 4 doc.*give more"):
        topics.vocabulary(counted({"a#1": "车站"}))
    with pytest.raises(ValueError, match="give the list that `vocabulary` returns"):
        topics.matrix(counted({"a#1": "车站"}), [])


def test_matrix_by_hand():
    """Rows are passages in the order of the counts; the same word with two tags is added up, others pass by."""
    table = pd.concat([counted({"b#1": "车站 码头"}), counted({"a#1": "码头"}), counted({"a#1": "码头"}, "vn")])
    table = pd.concat([table, counted({"c#1": "机场"}), counted({"d#1": "车站"}).assign(n=0)])
    found, passages = topics.matrix(table, ["码头", "车站"])
    assert passages.tolist() == ["b#1", "a#1", "c#1", "d#1"]
    assert found.toarray().tolist() == [[1, 1], [2, 0], [0, 0], [0, 0]]
    assert found.nnz == 3  # a count of 0 is absent, so that its logarithm is never taken


def test_negative_counts_are_an_error():
    """A word cannot occur less than never."""
    with pytest.raises(ValueError, match="n is -1 in the counts"):
        topics.matrix(counted({"a#1": "车站"}).assign(n=-1), ["车站"])


def test_modelled_passages_of_reports_are_digital(texts):
    """Of reports of 2020 to 2024 those are taken that are digital by the characters of all counted with them."""
    reports = texts.passages["doc_id"].str.contains("-report-202[0-4]")
    size = (texts.passages["end"] - texts.passages["start"])[reports]
    hosts = texts.counted_with.to_numpy()[reports]
    mean = size.mul(texts.digital[reports]).groupby(hosts).sum() / size.groupby(hosts).sum()
    part = topics.modelled(texts)
    assert set(part.loc[part["collection"] == "reports", "passage_id"]) == set(mean.index[mean >= 0.3])
    assert set(topics.modelled(texts, least=0).query("collection == 'reports'")["passage_id"]) == set(hosts)


def test_modelled_passages_of_records_and_studies_are_all(texts):
    """Whatever is not a report is modelled whole."""
    others = ~texts.passages["doc_id"].str.contains("-report-").to_numpy()
    part = topics.modelled(texts)
    assert (part["collection"] != "reports").sum() == texts.counted_with[others].nunique()


def test_what_may_be_fitted(texts):
    """Passages of first records and reports of cities for building, and of studies, which have no role."""
    part = topics.modelled(texts)
    roles = part.drop_duplicates(["collection", "city"]).set_index(["collection", "city"])["role"]
    assert [roles["records", city] for city in ("nanjing", "barcelona", "shanghai")] == ["exemplar", "develop", "judge"]
    assert set(roles["studies"]) == {""}
    second = part["doc_id"].str.endswith("-second")
    assert second.any()
    assert part["fitted"].tolist() == (part["role"].isin(["develop", ""]) & ~second).tolist()


GROUPS = ("云计算 算力 机房", "医院 药房 病床", "公交 停车 地铁")
WORDS = " ".join(GROUPS).split()


@pytest.fixture(scope="module")
def planted():
    """Return counts of sixty passages, each made of the words of one of three groups, and the group of each."""
    random = np.random.default_rng(0)
    rows = [(f"a#{i}", word, int(random.integers(1, 4))) for i in range(1, 61) for word in GROUPS[i % 3].split()]
    table = pd.DataFrame(rows, columns=["passage_id", "word", "n"]).assign(pos="n")
    return table, pd.Series({f"a#{i}": i % 3 for i in range(1, 61)})


def fit(table, n_topics=3, **options):
    """Return a model of these words."""
    return topics.TopicModel(n_topics=n_topics, vocabulary=WORDS, **options).fit(table)


@pytest.mark.parametrize("kind", topics.KINDS)
def test_planted_topics_are_found(planted, kind):
    """Each topic is one group of words, and each passage is of the topic with the words that it was made of."""
    table, group = planted
    model = fit(table, kind=kind, seed=1)
    first = topics.leading(model.weights_, top=3).groupby("topic")["word"].agg(set)
    largest = model.transform(table).idxmax(axis=1)
    assert [first[topic] for topic in largest] == [set(GROUPS[i].split()) for i in group.reindex(largest.index)]


def test_the_scale_of_a_topic_changes_no_share(planted):
    """In NMF words could weigh four times as much and passages a quarter: shares are the same."""
    model = fit(planted[0])
    mixed = counted({"b#1": " ".join(GROUPS[:2]), "b#2": f"{GROUPS[0]} 地铁"})
    before = model.transform(mixed)
    assert before.max(axis=1).max() < 0.9
    model.pipeline_[-1].components_[0] *= 4
    pd.testing.assert_frame_equal(model.transform(mixed), before, atol=1e-3)


@pytest.mark.parametrize("kind", topics.KINDS)
def test_shares_and_weights_sum_to_one(planted, kind):
    """Words of a topic and topics of a passage are shares; the largest topic is the first."""
    model = fit(planted[0], 4, kind=kind)
    found = model.transform(planted[0])
    assert model.weights_.sum(axis=1).to_numpy() == pytest.approx(1)
    assert found.sum(axis=1).to_numpy() == pytest.approx(1)
    assert model.weights_.index.tolist() == found.columns.tolist() == [1, 2, 3, 4]
    assert found.sum().round(6).is_monotonic_decreasing


@pytest.mark.parametrize("kind", topics.KINDS)
def test_a_passage_has_the_same_shares_alone_and_among_others(planted, kind):
    """What is transformed with it changes nothing."""
    table, _ = planted
    model = fit(table, kind=kind)
    alone = model.transform(table[table["passage_id"] == "a#7"])
    pd.testing.assert_frame_equal(alone, model.transform(table).loc[["a#7"]], atol=1e-3)


@pytest.mark.parametrize("kind", topics.KINDS)
def test_a_passage_without_known_words_has_no_shares(planted, kind):
    """Its row is missing values; words that the model has not seen change nothing."""
    table, _ = planted
    other = pd.DataFrame({"passage_id": "b#1", "word": ["灯会"], "n": 3, "pos": "n"})
    model = fit(pd.concat([table, other]), kind=kind)
    pd.testing.assert_frame_equal(model.weights_, fit(table, kind=kind).weights_)
    assert model.transform(pd.concat([table, other])).isna().all(axis=1).pipe(lambda gone: gone.index[gone]) == ["b#1"]
    assert model.transform(other).isna().all(axis=None)
    known = table[table["passage_id"] == "a#7"]
    both = model.transform(pd.concat([known, other.assign(passage_id="a#7")]))
    pd.testing.assert_frame_equal(both, model.transform(known))


def test_bad_input_is_turned_away(planted):
    """Messages name what was asked, what there is, and what to do."""
    table, _ = planted
    with pytest.raises(ValueError, match=r"10 topics of 60 passages with words and 9 words.*ask for 1 to 9"):
        fit(table, 10)
    with pytest.raises(ValueError, match=r"3 topics of 2 passages"):
        fit(table[table["passage_id"].isin(["a#1", "a#2"])])
    with pytest.raises(ValueError, match="0 topics"):
        fit(table, 0)
    with pytest.raises(ValueError, match="kind 'lsa': unknown; choose among nmf, lda"):
        fit(table, kind="lsa")
    with pytest.raises(ValueError, match=r"1 topics of 0 passages"):
        fit(table.assign(n=0), 1)
    with pytest.raises(ValueError, match="by 'lift': unknown"):
        topics.leading(fit(table).weights_, by="lift")


def test_frex_by_hand():
    """A word that leads in both topics yields to one that is a little lighter and all the topic's own."""
    table = weights([[0.5, 0.4, 0.1, 0.0], [0.6, 0.0, 0.1, 0.3]], "甲乙丙丁")
    by_weight, by_frex = (topics.leading(table, by=by, top=2) for by in ("weight", "frex"))
    assert by_weight["word"].tolist() == ["甲", "乙", "甲", "丁"]
    assert by_weight["weight"].tolist() == [0.5, 0.4, 0.6, 0.3]
    # Topic 1: 乙 is second by weight and first by exclusivity (2/(4/3 + 1)), 甲 first and third (2/(1 + 2)).
    # Topic 2: 丁 is second by weight and first by exclusivity, 甲 first and second: equal, so the heavier one leads.
    assert by_frex["word"].tolist() == ["乙", "甲", "甲", "丁"]


def test_equal_words_stand_in_the_order_of_the_vocabulary_and_words_without_weight_in_none():
    """The last bits of a weight do not order words."""
    table = weights([[0.3, 0.3 + 1e-12, 0.4, 0.0]], "甲乙丙丁")
    assert topics.leading(table)["word"].tolist() == ["丙", "甲", "乙"]


def test_topics_are_paired_whatever_their_order(planted):
    """A model is paired with itself in another order and with other columns, cosine 1; unpaired topics are absent."""
    table = fit(planted[0]).weights_
    turned = table.iloc[[2, 0, 1]].set_axis([1, 2, 3])[WORDS[::-1]]
    pairs = topics.align(table, turned)
    assert pairs["other"].tolist() == [2, 3, 1]
    assert pairs["cosine"].to_numpy() == pytest.approx(1)
    assert topics.align(table, table.iloc[:2])["topic"].tolist() == [1, 2]
    assert topics.align(table, table.rename(columns=lambda word: word + "'"))["cosine"].tolist() == [0, 0, 0]


def test_every_topic_that_is_shown_was_named(model):
    """The model that the notebook shows has the topics that were read, each under its own name."""
    named = topics.names(model.weights_)
    assert named["cosine"].min() >= 0.9
    assert sorted(named["key"]) == sorted(files.table(topics.NAMES)["topic"])
    last = named.loc[named["key"] == "factories", ["name_zh", "name_en", "stable"]]
    assert last.to_numpy().tolist() == [["制造业数字化转型", "digital factories", "yes"]]


def test_a_topic_that_was_not_read_has_no_name(planted):
    """Topics of other texts are unlabelled in both languages."""
    named = topics.names(fit(planted[0]).weights_).drop(columns="cosine").drop_duplicates()
    assert named.to_numpy().tolist() == [["unlabelled", "未命名", "unlabelled", ""]]


def test_load_is_the_model_that_is_shown(texts, model, monkeypatch):
    """It is fitted to all collections; second records, which the notebook loads, too, would change nothing."""
    monkeypatch.setattr(corpus, "load", lambda *names: {("records", "studies", "reports"): texts}[names])
    pd.testing.assert_frame_equal(topics.load().weights_, model.weights_)


SCRIPT = """
import sys
import pandas as pd
from cityanalysis.study import topics
counted = pd.read_parquet(sys.argv[1])
model = topics.TopicModel().fit(counted)
print(model.weights_.round(3).to_csv(), model.transform(counted).round(3).to_csv())
"""


def test_numbers_repeat_under_other_threads_and_in_other_processes(model, fitting, tmp_path):
    """Words and shares, rounded to the third decimal, are the same here and on one thread with another hash seed."""
    fitting.to_parquet(tmp_path / "counts.parquet")
    settings = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1") | {"PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", SCRIPT, os.fspath(tmp_path / "counts.parquet")]
    printed = subprocess.run(command, env=os.environ | settings, capture_output=True, check=True, encoding="utf-8")
    here = [model.weights_.round(3).to_csv(), model.transform(fitting).round(3).to_csv()]
    assert printed.stdout == " ".join(here) + "\n"


def test_coherence_by_hand():
    """Words that only occur together have 1, words that never do −1, else Bouma's formula."""
    table = weights([[0.6, 0.4, 0, 0], [0, 0, 0.6, 0.4]], "甲乙丙丁")
    passages = counted({"a#1": "甲 乙", "a#2": "甲 乙", "a#3": "丙", "a#4": "丁"})
    assert topics.coherence(table, passages).tolist() == [1.0, -1.0]
    passages = counted({"a#1": "甲 乙", "a#2": "甲", "a#3": "丙 丁", "a#4": "丁"})
    # Both in one of four passages, one word in two of them, the other in one.
    expected = math.log(0.25 / (0.5 * 0.25)) / -math.log(0.25)
    assert topics.coherence(table, passages).tolist() == pytest.approx([expected, expected])
    # Both words in every passage there is.
    assert topics.coherence(table.loc[[1]], counted({"a#1": "甲 乙"})).tolist() == [1.0]


def test_coherence_is_the_mean_over_pairs_of_leading_words():
    """Of three words one pair always stands together, and two pairs never; ten words of a topic are looked at."""
    table = weights([[0.5, 0.3, 0.2]], "甲乙丙")
    passages = counted({"a#1": "甲 乙", "a#2": "丙"})
    assert topics.coherence(table, passages).tolist() == pytest.approx([-1 / 3])
    table = weights([[0.099] * 10 + [0.01]], "子丑寅卯辰巳午未申酉戌")
    passages = counted({"a#1": "子 丑 寅 卯 辰 巳 午 未 申", "a#2": "酉", "a#3": "戌"})
    assert topics.coherence(table, passages).tolist() == pytest.approx([(36 - 9) / 45])
    assert topics.coherence(weights([[1.0]], "子"), passages).isna().all()


def test_stability_is_the_mean_over_other_models():
    """With itself 1, with a model without common words 0, with both a half."""
    table, other = (weights([[1.0, 0.0], [0.0, 1.0]], columns) for columns in ("甲乙", "丙丁"))
    assert topics.stability(table, [table]).tolist() == [1, 1]
    assert topics.stability(table, [table, other]).tolist() == [0.5, 0.5]


@pytest.fixture(scope="module")
def halves():
    """Return counts of forty passages, each with the words of one of two groups."""
    return counted({f"a#{i}": "甲 乙 丙 丁 戊" if i % 2 else "子 丑 寅 卯 辰" for i in range(40)})


@pytest.mark.parametrize("kind", topics.KINDS)
def test_planted_topics_are_stable_and_coherent(halves, kind):
    """Two topics of two groups come again under every seed and fold, and share no word."""
    options = {"kind": kind, "n_topics": 2, "seeds": 2, "folds": 2}
    row, per_topic = topics.assess(halves, list("甲乙丙丁戊子丑寅卯辰"), halves, **options)
    assert per_topic.columns.tolist() == ["coherence", "seeds", "resamples", "stable"]
    assert per_topic[["seeds", "resamples", "stable"]].to_numpy(dtype=float) == pytest.approx(1, abs=1e-3)
    assert (row["kind"], row["topics"], row["prototype"], row["stable"]) == (kind, 2, 0, 1)
    if kind == "nmf":
        assert (row["coherence"], row["coherence_se"]) == (1, 0)


def test_the_prototype_is_the_seed_most_like_the_others(monkeypatch):
    """Of three seeds the one that lies between the two others is shown; the folds are fitted with it."""
    by_seed = [[[0.5, 0.5, 0.0, 0.0]], [[0.0, 0.0, 0.5, 0.5]], [[0.5, 0.0, 0.5, 0.0]]]
    fits = []
    monkeypatch.setattr(topics.TopicModel, "fit", lambda self, table: fits.append((self.seed, len(table))) or self)
    shown = property(lambda self: weights(by_seed[self.seed], "甲乙丙丁"))
    monkeypatch.setattr(topics.TopicModel, "weights_", shown, raising=False)
    table = counted({"a#1": "甲 乙", "a#2": "甲 乙", "a#3": "丙", "a#4": "丁"})
    row, per_topic = topics.assess(table, list("甲乙丙丁"), table, kind="nmf", n_topics=1, seeds=3, folds=4)
    assert [seed for seed, _ in fits] == [0, 1, 2, 2, 2, 2, 2]
    assert sorted(len(table) - n for _, n in fits[3:]) == [1, 1, 2, 2]  # each passage is held out once
    assert row["prototype"] == 2
    assert (row["seeds"], row["resamples"], row["stable"]) == pytest.approx((0.5, 1, 0))  # both must be high enough
    # The words of the first seed always stand together, those of the others never: 1, −1, −1.
    assert (row["coherence"], row["coherence_se"]) == pytest.approx((-1 / 3, 2 / 3))
    assert per_topic["coherence"].tolist() == [-1]


def test_stored_marks_of_stability_are_those_that_are_measured(model, fitting):
    """The seed that is shown is the prototype, and a topic is marked unstable in data/topics.csv where it is."""
    settings = {"kind": topics.KIND, "n_topics": topics.NUMBER, "seeds": 5, "folds": 4}
    row, per_topic = topics.assess(fitting, list(model.weights_.columns), fitting, **settings)
    assert row["prototype"] == topics.SEED
    marks = per_topic["stable"].map({True: "yes", False: "no"})
    assert marks.tolist() == topics.names(model.weights_)["stable"].tolist()


def test_stored_items_of_intrusion_are_those_of_the_model(model):
    """Each shows five leading words of the topic and an intruder, so that a changed fit does not pass for this one."""
    stored = files.table("data/gold/intrusion.csv")
    keys = topics.names(model.weights_)["key"]
    assert stored.value_counts(["topic", "item"]).to_dict() == {
        (key, by): 1 for key in keys for by in ("weight", "frex")
    }
    light = model.weights_.rank(axis=1, pct=True) <= 0.5
    for by in ("weight", "frex"):
        first = topics.leading(model.weights_, by=by, top=5).groupby("topic")["word"].agg(set)
        items = stored[stored["item"] == by].set_index("topic").loc[keys]
        assert [set(shown.split("|")) - own for shown, own in zip(items["words"], first, strict=True)] == [
            {intruder} for intruder in items["intruder"]
        ]
        assert all(light.loc[topic, intruder] for topic, intruder in zip(keys.index, items["intruder"], strict=True))
    for column in ("reader_a", "reader_b", "human"):
        picked = stored[stored[column] != ""]
        assert all(pick in shown.split("|") for pick, shown in zip(picked[column], picked["words"], strict=True))


INDEX = ["a#1", "a#2", "b#1", "b#2", "c#1"]
TABLE = pd.DataFrame({1: [1.0, 0.0, 0.4, 0.6, 0.2], 2: [0.0, 1.0, 0.6, 0.4, 0.8]}, index=INDEX)
GROUP = pd.Series(["x", "x", "x", "x", "y"], INDEX)


def test_means_by_group():
    """Shares are means of the units, intervals those of `shares`, and one unit has none."""
    found = topics.by_group(TABLE, GROUP)
    assert found.columns.tolist() == list(shares.COLUMNS)
    drawn = shares.resample(TABLE[GROUP == "x"], GROUP[GROUP == "x"])["x"] / 4
    expected = pd.DataFrame({"label": [1, 2], "share": 0.5})
    expected[["low", "high"]] = np.quantile(drawn, [0.05, 0.95], axis=0).T
    pd.testing.assert_frame_equal(found.loc[:1, expected.columns], expected)
    assert found["group"].tolist() == ["x", "x", "y", "y"]
    assert found["n"].tolist() == [4, 4, 1, 1]
    assert found.loc[2:, "share"].tolist() == [0.2, 0.8]
    assert found.loc[2:, ["low", "high"]].isna().all(axis=None)


def test_units_count_the_same_however_many_passages_they_have():
    """Three passages of one city and one of another make the mean of two cities."""
    table = TABLE.iloc[[0, 1, 2, 4]]
    units = pd.Series(["a", "a", "a", "c"], table.index)
    found = topics.by_group(table, pd.Series("x", table.index), units=units)
    first, second = (1.0 + 0.0 + 0.4) / 3, 0.2
    # Of two cities one is drawn twice in half of the draws: the bounds are those of one city.
    assert found.loc[0, ["share", "low", "high", "n"]].tolist() == pytest.approx(
        [(first + second) / 2, second, first, 2]
    )


def test_passages_without_shares_or_group_are_left_out():
    """Missing values and passages without a group change no mean."""
    more = pd.concat([TABLE, pd.DataFrame({1: [np.nan, 0.9], 2: [np.nan, 0.1]}, index=["d#1", "d#2"])])
    groups = pd.concat([GROUP, pd.Series({"d#1": "x"})])
    pd.testing.assert_frame_equal(topics.by_group(more, groups), topics.by_group(TABLE, GROUP))
    with pytest.raises(ValueError, match="no passage with shares has a group"):
        topics.by_group(TABLE, pd.Series({"e#1": "x"}))


def test_a_change_is_that_of_the_units_in_both_tables():
    """Means, bounds and chance are of the cities that have both; by chance a city's two periods change places."""
    random = np.random.default_rng(0)
    before, after = (pd.DataFrame(random.dirichlet([2, 3, 4], 12), list("abcdefghijkl")) for _ in range(2))
    found = topics.change(before, after.drop(index="a"))
    gaps = (after - before).drop(index="a")
    assert found["n"].tolist() == [11] * 4
    assert found["change"].tolist() == pytest.approx([*gaps.mean(), np.abs(gaps.mean()).sum() / 2])
    drawn = shares.resample(gaps, pd.Series("", gaps.index))[""] / 11
    assert found.loc[[0, 1, 2], ["low", "high"]].to_numpy() == pytest.approx(np.quantile(drawn, [0.05, 0.95], axis=0).T)
    signs = np.array(list(itertools.product([-1, 1], repeat=11)))
    flipped = np.abs(signs @ gaps.to_numpy() / 11)
    assert found["chance"].tolist() == pytest.approx([*flipped.mean(axis=0), flipped.sum(axis=1).mean() / 2], rel=0.05)
    exact = differences.holm((flipped >= np.abs(gaps.mean().to_numpy()) - 1e-9).mean(axis=0))
    assert found["p"].tolist()[:3] == pytest.approx(exact.tolist(), abs=0.05)


def test_no_change_is_none():
    """Where nothing changes every p is 1."""
    table = pd.DataFrame({1: [0.2, 0.4, 0.6], 2: [0.8, 0.6, 0.4]})
    assert topics.change(table, table)[["change", "p"]].to_numpy().tolist() == [[0, 1]] * 3


def told(city=0.0, writer=0.0):
    """Return passages of two records of twelve cities in three regions, with what is a city's and a writer's own."""
    random, rows = np.random.default_rng(0), []
    of_city, of_writer = random.dirichlet([1] * 6, 12), random.dirichlet([1] * 6, 4)
    for k, name in enumerate("abcdefghijkl"):
        for ending, by in (("", f"g{k // 4}"), ("-second", f"s{k % 4}")):
            mean = city * of_city[k] + writer * of_writer[k % 4] * (ending != "") + 1 / 6
            about = {"doc_id": name + ending, "city": name, "region": f"r{k // 4}", "writer": by}
            rows += [about | dict(enumerate(values)) for values in random.dirichlet(6 * mean / mean.sum(), 12)]
    table = pd.DataFrame(rows)
    return table[list(range(6))], table[["doc_id", "city", "region", "writer"]]


@pytest.mark.parametrize(
    ("own", "clear"),
    [({}, []), ({"city": 2}, ["city"]), ({"writer": 2}, ["writer", "passages"])],
)
def test_what_is_planted_in_records_shows(own, clear, monkeypatch):
    """Only where a city, or a writer, has topics of its own are its records nearer than by chance."""
    monkeypatch.setattr(differences, "PERMUTATIONS", 199)
    found = topics.apart(*told(**own))
    assert found.index.tolist() == ["city", "region", "writer", "passages"]
    assert found["n"].tolist() == [12, 36, 12, 12]
    assert found.index[found["p"] < 0.02].tolist() == clear
    assert found["chance"].between(found["low"], found["high"]).all()


def test_distances_are_those_of_the_means():
    """Half the sum of the differences of two records' mean shares, over all pairs of a kind."""
    table, records = told(city=1)
    means = table.groupby(records["doc_id"]).mean()
    of_city = [np.abs(means.loc[name] - means.loc[f"{name}-second"]).sum() / 2 for name in "abcdefghijkl"]
    of_writer = [
        np.abs(means.loc[f"{one}-second"] - means.loc[f"{other}-second"]).sum() / 2
        for group in ("aei", "bfj", "cgk", "dhl")
        for one, other in itertools.combinations(group, 2)
    ]
    found = topics.apart(table, records)["distance"]
    assert found[["city", "passages", "writer"]].tolist() == pytest.approx(
        [np.mean(of_city), np.mean(of_city), np.mean(of_writer)]
    )
