"""Scores are what their names say, and candidates are compared with whole cities left out."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from cityanalysis import classify, models, validate


@pytest.fixture(scope="module")
def given(learnt, held_out):
    """Return the label given to each coded passage."""
    return held_out.loc[learnt["passage_id"]].idxmax(axis=1).to_numpy()


def test_scores_are_those_of_scikit_learn(learnt, given):
    """Each label's figures, and their means, are the same as there; intervals hold them."""
    table = validate.scores(learnt, given, resamples=200)
    labels = list(models.LABELS)
    for name, function in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
        expected = function(learnt["primary"], given, labels=labels, average=None)
        assert np.allclose(table.loc[labels, name], expected)
        assert np.isclose(table.loc["macro", name], expected.mean())
    assert ((table["low"] < table["f1"]) & (table["f1"] < table["high"])).all()


def test_rare_labels_do_not_enter_the_mean(learnt, given):
    """A label with fewer passages than asked for is shown, and left out of the mean."""
    some = (learnt["primary"] != "governance") | (np.arange(len(learnt)) < 20)
    table = validate.scores(learnt[some], given[some], resamples=50)
    counted = [label for label in models.LABELS if (learnt.loc[some, "primary"] == label).sum() >= validate.LEAST]
    assert "governance" not in counted
    assert np.isclose(table.loc["macro", "f1"], table.loc[counted, "f1"].mean())


def test_nested_predicts_every_passage_once(described, learnt):
    """Every candidate gives every passage a label, and each fold is told with its options."""
    some = learnt[learnt["city"].isin(sorted(learnt["city"].unique())[::3])].reset_index(drop=True)
    predicted, chosen = validate.nested(described, some, outer=2, inner=2)
    assert predicted.isin(models.LABELS).all(axis=None)
    assert len(chosen) == 2 * len(validate.CANDIDATES)
    assert chosen["macro_f1"].between(0.2, 1).all()


def test_lexicon(described, learnt):
    """Without learning, most passages get a label of their terms; with the rule more of them are `other`."""
    plain = validate.by_lexicon(described, learnt["passage_id"], rule=False)
    ruled = validate.by_lexicon(described, learnt["passage_id"])
    assert validate.macro_f1(learnt["primary"], plain) > 0.4
    assert (ruled == "other").sum() > (plain == "other").sum()
    assert (ruled[ruled != "other"] == plain[ruled != "other"]).all()


def test_characters(learnt, passages):
    """Sequences of characters find the labels of other cities' records."""
    records = learnt[learnt["collection"] == "records"]
    cities = sorted(records["city"].unique())[::2]
    test = records[records["city"].isin(cities)]
    texts = passages.set_index("passage_id")["text"]
    found = validate.by_characters(texts, records[~records["city"].isin(cities)], test)
    assert (found == test["primary"]).mean() > 0.45


def test_reliability(learnt, held_out):
    """A sure and right prediction has a Brier score of 0, a sure and wrong one of 2; all probabilities are binned."""
    table, brier = validate.reliability(held_out, learnt)
    assert table["n"].sum() == 5 * len(learnt)
    assert 0.1 < brier < 0.6
    sure = pd.DataFrame(np.eye(5)[[0, 1]], index=["a", "b"], columns=list(models.LABELS))
    coded = pd.DataFrame({"passage_id": ["a", "b"], "primary": ["infrastructure", "industry"]})
    assert validate.reliability(sure, coded)[1] == 0
    assert validate.reliability(sure, coded.assign(primary=["industry", "other"]))[1] == 2


def test_penalty_chosen_is_tried():
    """The penalty that the library uses is among those compared."""
    assert {"C": classify.STRENGTH, "class_weight": None} in validate.CANDIDATES["logistic regression"]
