"""The passages that decided are the ones without which the mix would look most different."""

import numpy as np
import pandas as pd
import pytest

from cityanalysis import evidence, models


def test_lead_is_what_leaving_one_out_changes():
    """The lead of a passage is the lead with it less the lead without it, computed here the long way."""
    coded = models.codes(second=False)
    coded = coded[coded["city"] == "chengdu"]
    coded = coded[coded["collection"] == "records"]
    weights = models.weigh(coded)
    found = evidence.telling(coded, weights, coded["city"]).set_index("passage_id")
    largest = weights[list(models.MODELS)].sum().idxmax()
    rest = [model for model in models.MODELS if model != largest]

    def lead(rows):
        share = rows[list(models.MODELS)].sum() / rows[list(models.MODELS)].to_numpy().sum()
        return share[largest] - share[rest].max()

    for index, row in coded.iterrows():
        if row["passage_id"] in found.index:
            expected = lead(weights) - lead(weights.drop(index))
            assert found.loc[row["passage_id"], "lead"] == pytest.approx(expected, abs=1e-8)


def test_order():
    """The most telling comes first, and passages that speak for no model are left out."""
    found = evidence.records()
    for _, rows in found.groupby("group"):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
        assert (np.diff(rows["lead"].abs()) <= 1e-9).all()
    assert (found["weight"] > 0).all()


def test_a_single_passage_decides_everything():
    """Without any other passage there is no lead left."""
    weights = pd.DataFrame([[1.0, 0, 0, 0, 0]], columns=models.LABELS)
    found = evidence.telling(pd.DataFrame({"passage_id": ["a#1"]}), weights, pd.Series(["a"]))
    assert found["lead"].tolist() == [1]


def test_reports_have_no_text():
    """Of the reports there are ids, sections and terms only."""
    found = evidence.reports()
    assert not {"text", "refs"} & set(found.columns)
    assert found["passage_id"].str.contains("-report-").all()
    assert (found["terms"] != "").mean() > 0.9
