"""The classifier sees what it should, learns from develop cities only, and is as good as it says."""

import collections
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from cityanalysis import corpus, documents, files, readers, tags, times, words
from cityanalysis.study import classify, models, shares

LABELS = classify.LABELS
FILE = "一、建设\n全市建成5G基站和政务云。\n\n新建产业园区，软件企业收入增长。\n"


def own(text):
    """Describe the passages of a text of one's own."""
    return classify.describe(corpus.Corpus.of(documents.passages(text)))


def likeliest(predicted, coded):
    """Return the likeliest label of each coded passage."""
    return predicted.loc[coded["passage_id"]].idxmax(axis=1).to_numpy()


@pytest.fixture(scope="module")
def model(described, learnt):
    """Return the classifier fitted to all that it may learn from."""
    return classify.fit(described, learnt)


@pytest.fixture(scope="module")
def some(learnt):
    """Return the coded passages of every third city to learn from."""
    return learnt[learnt["city"].isin(sorted(learnt["city"].unique())[::3])].reset_index(drop=True)


# What it sees.


def test_every_passage_is_described(described, records_and_reports):
    """There is a row a passage, nearly all have words, and shares of domains sum to one or none."""
    assert described.index.tolist() == records_and_reports.passages["passage_id"].tolist()
    assert (described["words"].map(len) > 0).mean() > 0.99
    sums = described[[f"[{domain}]" for domain in words.domains()["domain"]]].sum(axis=1)
    assert np.isin(sums.round(9), (0, 1)).all()
    assert (sums > 0).mean() > 0.5


def test_no_city_is_seen(described):
    """No name of a city or province is among the words."""
    names = {*words.city_names()["term"], *words.cities()["province"]}
    assert not names & {word for bag in described["words"] for word in bag}


def test_names_are_left_out_but_no_term():
    """Places and persons are gone; a digital word that is tagged as a person's name stays."""
    seen = own("南京王小明说智慧网络好，江苏省也好。")["words"].iloc[0]
    assert {"智慧", "网络"} <= set(seen)
    assert not {"南京", "王小明", "江苏省"} & set(seen)


def test_short_passages_share_their_words(described, records_and_reports):
    """Passages counted together have the same words; in records none is."""
    host = records_and_reports.counted_with
    together = host[host != host.index]
    assert (described.loc[together.index, "words"].to_numpy() == described.loc[together, "words"].to_numpy()).all()
    assert together.index.str.contains("-report-").all()
    assert len(together) > 1000


def test_texts_of_ones_own_are_described_alike(described, records_and_reports):
    """A text of one's own is described as the same text of the corpus is."""
    some = records_and_reports.passages.head(20)
    listed = records_and_reports.documents.head(2)
    theirs = classify.describe(corpus.Corpus(listed, some, records_and_reports.lexicon))
    pd.testing.assert_frame_equal(theirs, described.head(20))


def test_marks_of_made_up_texts():
    """Shares of three terms, one of them digital; a passage without anything is marked as not digital."""
    seen = own("建设数据中心，开通医保电子凭证，大家在公园里都很开心。\n12。").drop(columns=["city", "words"])
    assert seen.iloc[0][seen.iloc[0] > 0].round(2).to_dict() == {
        **{"[infrastructure]": 0.33, "[health]": 0.67, "[digital share]": 0.26}
    }
    assert own("建设数据中心。").iloc[0][["[infrastructure]", "[digital share]", "[digital]"]].tolist() == [1, 1, 1]
    assert seen.iloc[1][seen.iloc[1] > 0].to_dict() == {"[not digital]": 1}


def test_a_corpus_is_read_once(tmp_path, monkeypatch):
    """Every file is read once, and all passages are tokenised and tagged once, of records as of one's own texts."""
    calls = collections.Counter()

    def count(module, name, key):
        function = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, **k: calls.update([key(*a)]) or function(*a, **k))

    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(FILE, encoding="utf-8")
    count(readers, "read", lambda path, *_: Path(path).name)
    count(files, "text", lambda path, *_: Path(path).name)
    for module, name in ((words, "tokenize"), (times, "tag"), (tags, "tag"), (tags, "digital_share")):
        count(module, name, lambda *_, key=f"{module.__name__}.{name}": key)
    count(pd, "read_parquet", lambda path, *_: Path(path).name)
    loaded = corpus.load("records", "studies", tmp_path, originals=False)
    classify.describe(loaded)
    classify.describe(loaded)
    assert {Path(file).name for file in loaded.documents["file"][:36]} | {"a.txt", "counts.parquet"} < set(calls)
    assert {n for name, n in calls.items() if not name.endswith(".csv")} == {1}


# What it learns.


def table(*bags):
    """Return described passages of made-up words and one mark."""
    rows = {"words": [list(bag) for bag in bags], "[mark]": 0.5, "city": "x"}
    return pd.DataFrame(rows, index=[f"a#{i}" for i in range(1, len(bags) + 1)])


def test_features():
    """A word of a single passage is not learnt; words by log count and idf have length 1 together, runs too."""
    features = classify.classifier()[:-1]
    seen = features.fit_transform(table(["云网", "云网", "数"], ["云网", "端"], ["数"])).toarray()
    assert features.get_feature_names_out().tolist() == ["云网", "数", "·云", "·数", "·网", "·云网", "[mark]"]
    assert np.allclose(seen[1], [1, 0, np.sqrt(0.5), 0, np.sqrt(0.5), 1, 0.5])
    first = np.log([3, 2])
    assert np.allclose(seen[0, :2], first / np.linalg.norm(first))
    assert features.transform(table(["数据"])).toarray().tolist() == [[0, 0, 0, 1, 0, 0, 0.5]]


def test_probabilities(described, model):
    """Each passage has five probabilities that sum to one."""
    predicted = classify.probabilities(model, described)
    assert predicted.index.equals(described.index)
    assert list(predicted) == LABELS
    assert np.allclose(predicted.sum(axis=1), 1)


def test_nothing_is_learnt_from_a_city_left_out(described, some):
    """What is predicted for a city does not change with its own codes, and is what the other folds have learnt."""
    city = some["city"].iloc[0]
    other = some.assign(primary=some["primary"].where(some["city"] != city, "governance"))
    once, again = (classify.held_out(described, coded) for coded in (some, other))
    same = (some["city"] == city).to_numpy()
    assert np.allclose(again[same], once[same])
    assert not np.allclose(again[~same], once[~same], atol=1e-3)
    train, test = next(classify.FOLDS.split(some, groups=some["city"]))
    model = classify.fit(described, some.iloc[train])
    assert np.allclose(classify.probabilities(model, described.loc[once.index[test]]), once.iloc[test])


def test_learning_curve(described, some, monkeypatch):
    """From all other cities the labels are those of `held_out`; from a quarter fewer are right; no own code is seen."""
    monkeypatch.setattr(classify, "TIMES", 1)
    found = classify.learning_curve(described, some).set_index("passage_id")
    right = (found["given"] == found["primary"]).groupby(found["share"]).mean()
    assert right.index.tolist() == list(classify.CURVE)
    assert found["share"].value_counts().unique().tolist() == [len(some)]
    assert right[0.25] < right[1.0]
    whole = found.loc[found["share"] == 1, "given"]
    assert (whole[some["passage_id"]].to_numpy() == likeliest(classify.held_out(described, some), some)).all()


def test_better_than_its_baselines(described, learnt, held_out):
    """Held-out passages get the coded label more often than by the lexicon, which never saw a code."""
    ruled = f1_score(learnt["primary"], classify.by_lexicon(described.loc[learnt["passage_id"]]), average="macro")
    assert 0.5 < ruled < 0.65
    assert f1_score(learnt["primary"], likeliest(held_out, learnt), average="macro") > 0.72


def test_coded_but_not_described(described, learnt):
    """A coded passage that is not described is named."""
    with pytest.raises(ValueError, match=f"{learnt['passage_id'].iloc[0]}: are coded, but not described"):
        classify.fit(described.loc[learnt["passage_id"][1:]], learnt)


def test_learnable_cities_are_neither_judges_nor_exemplars(learnt):
    """Nothing is learnt from a city that judges or is an exemplar, in either collection."""
    splits = files.table("data/splits.csv").set_index(["collection", "city"])["role"]
    assert set(splits.loc[list(zip(learnt["collection"], learnt["city"], strict=True))]) == {"develop"}


# How good it is.


def test_scores_are_those_of_scikit_learn(learnt, held_out):
    """Each label's figures, and their means, are the same as there."""
    given = likeliest(held_out, learnt)
    found = classify.scores(learnt, given)
    for name, function in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
        expected = function(learnt["primary"], given, labels=LABELS, average=None)
        assert np.allclose(found.loc[LABELS, name], expected)
        assert found.loc["macro", name] == pytest.approx(expected.mean())
    assert found.loc["macro", "n"] == len(learnt)


def test_intervals_are_over_cities():
    """Two cities, one right and one wrong throughout: resampled, the F1 is anything from 0 to 1."""
    coded = pd.DataFrame({"city": ["a"] * 20 + ["b"] * 20, "primary": "industry"})
    found = classify.scores(coded, ["industry"] * 20 + ["other"] * 20)
    assert found.loc["macro", ["n", "precision", "recall", "low", "high"]].tolist() == [40, 1, 0.5, 0, 1]
    assert found.index.tolist() == ["industry", "macro", "macro, frequent"]


def test_rare_labels_enter_one_of_two_means(learnt, held_out):
    """A label with few passages is in the mean of all, and neither in that of the frequent ones nor its interval."""
    some = learnt[(learnt["primary"] != "governance") | (np.arange(len(learnt)) < 20)]
    found = classify.scores(some, likeliest(held_out, some))
    counted = [label for label in LABELS if label != "governance"]
    assert 0 < found.loc["governance", "n"] < classify.ENOUGH
    assert found.loc["macro", "f1"] == pytest.approx(found.loc[LABELS, "f1"].mean())
    assert found.loc["macro, frequent", "f1"] == pytest.approx(found.loc[counted, "f1"].mean())
    assert found.loc["macro, frequent", "n"] == found.loc["macro", "n"] - found.loc["governance", "n"]
    assert found.loc["macro, frequent", "low"] > found.loc[counted, "low"].mean()


def test_by_lexicon():
    """The label of most terms; `other` without any, and by the rule where too little is digital."""
    seen = own(
        "建设数据中心。\n扶持软件产业和电子商务，建设数据中心。\n大家很开心。\n"
        + "大家在公园里都很开心，" * 5
        + "扶持软件产业。"
    )
    assert classify.by_lexicon(seen).tolist() == ["infrastructure", "industry", "other", "other"]
    assert classify.by_lexicon(seen, rule=False).tolist() == ["infrastructure", "industry", "other", "industry"]


def test_calibration():
    """Probabilities are binned by tenths; sure and right gives a Brier score of 0, sure and wrong one of 2."""
    coded = pd.DataFrame({"passage_id": ["a", "b"], "primary": ["infrastructure", "industry"]})
    predicted = pd.DataFrame([[0.75, 0.25, 0, 0, 0], [0.75, 0.25, 0, 0, 0]], index=["a", "b"], columns=LABELS)
    table, brier = classify.calibration(predicted, coded)
    assert table.loc[0].tolist() == [6, 0, 0]
    assert table.loc[[2, 7]].values.tolist() == [[2, 0.25, 0.5], [2, 0.75, 0.5]]
    assert brier == pytest.approx((2 * 0.25**2 + 2 * 0.75**2) / 2)
    sure = pd.DataFrame(np.eye(5)[[0, 1]], index=["a", "b"], columns=LABELS)
    assert classify.calibration(sure, coded)[1] == 0
    assert classify.calibration(sure, coded.assign(primary=["industry", "other"]))[1] == 2


def test_its_probabilities_are_calibrated(learnt, held_out):
    """Where it is sure of held-out passages it is mostly right; all probabilities are counted."""
    table, brier = classify.calibration(held_out, learnt)
    assert table["n"].sum() == 5 * len(learnt)
    assert (table["predicted"] - table["true"]).abs().max() < 0.1
    assert brier == pytest.approx(0.33, abs=0.01)


# What weighs.


def test_top_features(model, described, learnt):
    """The share of terms of a label's own domain weighs most for it."""
    table = classify.top_features(model, described, learnt, top=3)
    assert list(table) == LABELS
    assert table.loc[0, ["infrastructure", "industry"]].tolist() == ["[infrastructure]", "[industry]"]


def test_contributions(model, described, learnt):
    """What weighed in a passage stands in it, and speaks for the label given: without it, that is less probable."""
    asked = described.loc[learnt["passage_id"].head(20)]
    label = model.predict(asked)
    for i, names in enumerate(classify.contributions(model, asked, top=4)):
        row, found = asked.iloc[[i]], names.split(" ")
        assert 0 < len(names.replace("digital ", "digital_").replace("not ", "not_").split()) <= 4
        strongest = found[0] if not found[0].startswith("[") else names[: names.index("]") + 1]
        bare = classify._leave_out(row, strongest)
        before, after = (classify.probabilities(model, one)[label[i]].item() for one in (row, bare))
        assert after < before


def test_ablation(described, some):
    """Leaving out nothing changes nothing, leaving out a mark some labels."""
    found = classify.ablation(described, some, ["[digital]"])
    assert found.index.tolist() == ["nothing", "[digital]"]
    assert found.loc["nothing", "changed"] == 0
    assert 3 < found.loc["[digital]", "changed"] < 30
    assert found.loc["[digital]", "macro_f1"] != found.loc["nothing", "macro_f1"]


def test_leaving_out():
    """A word or mark left out is gone, and nothing else; a name that is neither is refused."""
    seen = table("甲乙", "乙丙")
    assert classify._leave_out(seen, "乙")["words"].tolist() == [["甲"], ["丙"]]
    assert classify._leave_out(seen, "乙")["[mark]"].tolist() == [0.5, 0.5]
    assert classify._leave_out(seen, "[mark]")["[mark]"].tolist() == [0, 0]
    assert seen["words"].tolist() == [["甲", "乙"], ["乙", "丙"]]
    with pytest.raises(ValueError, match="'mark': neither a word"):
        classify._leave_out(seen, "mark")


# From predictions to mixes.


def test_mixes_are_sums_of_probabilities(learnt, held_out):
    """A group's shares are those of its summed probabilities, and the same whatever other groups there are."""
    by = learnt.set_index("passage_id")["city"].loc[lambda city: city.isin(learnt["city"].unique()[:2])]
    one = by == by.iloc[0]
    found, alone = classify.mixes([held_out], by), classify.mixes([held_out], by[one])
    pd.testing.assert_frame_equal(found[found["group"] == by.iloc[0]].reset_index(drop=True), alone)
    sums = held_out.loc[by.index[one], list(models.MODELS)].sum()
    assert np.allclose(alone["share"], sums / sums.sum())
    assert np.allclose(alone["n"], sums.sum())


def test_the_interval_is_over_cities_learnt_from_too():
    """Two refits that disagree wholly span all that is possible, though rows are alike."""
    one, other = (pd.DataFrame([row] * 9, columns=LABELS) for row in ([1, 0, 0, 0, 0], [0, 1, 0, 0, 0]))
    found = classify.mixes([one, one, other], pd.Series("a", one.index))
    assert found[["share", "low", "high", "n"]].values.tolist() == [[1, 0, 1, 9], [0, 0, 1, 9], [0, 0, 0, 9]]
    assert found["p_largest"].tolist() == [0.5, 0.5, 0]


# Documents of one's own.


@pytest.fixture(scope="module")
def refits(described, learnt):
    """Return the classifier and a few refits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classify, "REFITS", 3)
        return classify.refits(described, learnt)


def test_refits(described, model, refits):
    """The first is the classifier itself; the others have learnt from resampled cities."""
    asked = described[described["city"] == "ningbo"].head(5)
    predicted = classify.predict(refits, asked)
    assert len(predicted) == 1 + 3
    assert np.allclose(predicted[0], classify.probabilities(model, asked))
    assert not np.allclose(predicted[1], predicted[0], atol=0.01)


def test_passages_of_ones_own(refits, monkeypatch):
    """Passages of a document follow each other in the text; its mix has three rows."""
    monkeypatch.setattr(classify, "_fitted", lambda: refits)
    mine = corpus.Corpus.of(documents.passages(FILE, doc_id="文"))
    found = classify.labels_of(mine)
    assert found["passage_id"].tolist() == ["文#1", "文#2", "文#3"]
    assert [FILE[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == FILE.split()
    assert found["primary"].tolist()[1:] == ["infrastructure", "industry"]
    assert list(found)[4:] == [f"p_{label}" for label in LABELS]
    mix = classify.mix_of(mine)
    assert list(mix) == [*shares.COLUMNS, "p_largest"]
    assert mix["group"].unique().tolist() == ["文"]
    assert models.verdicts(mix, least=models.LEAST)["verdict"].tolist() == ["open"]


def test_words_never_seen(refits, monkeypatch):
    """Text without a single known word is predicted all the same."""
    monkeypatch.setattr(classify, "_fitted", lambda: refits)
    assert classify.labels_of(corpus.Corpus.of(documents.passages("齉龘靐。")))["primary"].tolist() == ["other"]
