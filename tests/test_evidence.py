"""The passages that decided are the ones without which the mix would look most different."""

import importlib.util

import numpy as np
import pandas as pd
import pytest

from cityanalysis import corpus, evidence, lexicon, models


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


def test_pages_of_the_site(root):
    """Each city has a page with all its passages, text and works cited; of reports no text but terms."""
    spec = importlib.util.spec_from_file_location("stage", root / "docs" / "stage.py")
    stage = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stage)
    documents = corpus.load(second=True)[0]
    works = {work.ref_id: work for work in corpus.references().itertuples()}
    cities = {city.city: city for city in lexicon.cities().itertuples()}
    pages = stage.evidence_pages(documents, works, cities)
    assert set(pages) == {"index.md", *(f"{city}.md" for city in documents["city"])}
    decided = evidence.records()
    for row in decided[decided["group"] == "chengdu"].itertuples():
        assert row.passage_id in pages["chengdu.md"]
        assert stage.escape(row.text) in pages["chengdu.md"]
        assert all(stage.cite(works[ref]) in pages["chengdu.md"] for ref in row.refs.split())
    assert "Coded passages of the work report" in pages["chengdu.md"]
    assert "Coded passages of the work report" not in pages["stockholm.md"]
