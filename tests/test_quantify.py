"""Mixes are corrected for what the classifier is known to confuse, and come with intervals and verdicts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityanalysis import classify, models, quantify, readers

SHARES = st.lists(st.floats(0.01, 1), min_size=5, max_size=5).map(lambda x: np.array(x) / sum(x))


@given(true=SHARES, confused=st.lists(SHARES, min_size=5, max_size=5))
def test_a_known_confusion_is_taken_out(true, confused):
    """Whatever the mix, what a confusion makes of it leads back to it."""
    confusion = 0.6 * np.eye(5) + 0.4 * np.array(confused)
    assert np.allclose(quantify.correct(true @ confusion, confusion), true, atol=1e-6)


def test_what_no_mix_explains_stays_a_mix():
    """Shares that lie outside what the confusion allows are cut off at nought and sum to one."""
    found = quantify.correct([1.0, 0.0], np.array([[0.8, 0.2], [0.4, 0.6]]))
    assert found.tolist() == [1.0, 0.0]


def test_simulated_error_falls_with_size(learnt, held_out):
    """With more passages drawn the adjusted count comes nearer to the known mix, and nearer than plain counting."""
    table = (classify.confusion(held_out, learnt), classify.confusion(quantify.hard(held_out), learnt))
    small, large = (quantify.simulate(held_out, learnt, table, size=size, draws=100) for size in (20, 500))
    assert (large < small).all()
    assert large["probabilistic adjusted count"] < large["count"]


@pytest.fixture(scope="module")
def fitted(described, learnt):
    """Return predictions and two resamples."""
    return list(quantify.refits(described, learnt, times=2, folds=3))


def test_refits(fitted, learnt):
    """The first is the crossfit itself, the others differ from it and from each other."""
    assert len(fitted) == 3
    assert not np.allclose(fitted[1][0], fitted[2][0], atol=1e-3)
    assert np.allclose(fitted[0][1], classify.confusion(fitted[0][0], learnt))


def test_mixes(described, fitted):
    """A group's row does not depend on the other groups; shares lie in their intervals and sum to one."""
    passages = described.passages
    by = pd.Series(passages["city"].to_numpy(), index=passages["passage_id"], name="city")
    some = by[by.isin(["wuhan", "shenzhen"])]
    table = quantify.mixes(fitted, some)
    alone = quantify.mixes(fitted, some[some == "wuhan"])
    pd.testing.assert_frame_equal(table.loc[["wuhan"]], alone)
    assert np.allclose(table[list(models.MODELS)].sum(axis=1), 1)
    coded = models.mix(pd.DataFrame([[1, 0, 0, 0, 0]], columns=models.LABELS), pd.Series(["a"]))
    assert list(table) == list(coded)
    for model in models.MODELS:
        assert (table[f"low_{model}"] <= table[f"high_{model}"]).all()


def test_assisted_takes_the_codes_where_all_is_coded(described, fitted, learnt):
    """Where every passage of a group is coded and rich, its mix is that of the codes, with the label's sums as n."""
    rich = learnt[learnt["stratum"] == "rich"]
    by = pd.Series("all", index=rich["passage_id"], name="group")
    stratum = pd.Series("rich", index=rich["passage_id"])
    table = quantify.assisted(fitted, rich, by, stratum).loc["all"]
    sums = models.weigh(rich, secondary=False).sum()[list(models.MODELS)]
    assert np.isclose(table["n"], sums.sum())
    assert np.allclose(table[list(models.MODELS)].astype(float), sums / sums.sum())


def test_assisted_mends_on_the_whole(fitted, learnt):
    """Over the sample itself, differences in each stratum make the sums those of the codes, known or not."""
    sample = learnt[learnt["collection"] == "reports"].assign(weight=1.0)
    by = pd.Series("all", index=sample["passage_id"], name="group")
    stratum = sample.set_index("passage_id")["stratum"]
    sums = models.weigh(sample, secondary=False).sum()[list(models.MODELS)]
    for known in (True, False):
        table = quantify.assisted(fitted, sample, by, stratum, known=known).loc["all"]
        assert np.isclose(table["n"], sums.sum())


def test_file(tmp_path):
    """Passages of a document follow each other in the text; the summary is a row, its columns as promised."""
    path = tmp_path / "文.txt"
    text = "一、建设\n全市建成5G基站和政务云。\n\n新建产业园区，软件企业收入增长。\n"
    path.write_text(text, encoding="utf-8")
    table = quantify.file(path)
    assert table["n"].tolist() == [1, 2, 3]
    assert [text[a:b] for a, b in zip(table["start"], table["end"], strict=True)] == text.split()
    assert table["primary"].tolist()[1:] == ["infrastructure", "industry"]
    summary = quantify.file(path, summary=True)
    assert summary["n_passages"].tolist() == [3]
    assert summary["verdict"].tolist() == ["insufficient evidence"]
    with pytest.raises(readers.ReadError, match="no-such"):
        quantify.file(tmp_path / "no-such.txt")
