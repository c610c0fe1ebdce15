"""A notebook run again with a choice changed ends well, or in one line that says what is too little or unknown."""

import shutil

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from IPython.display import display

from cityanalysis import figures
from cityanalysis.study import compare, models, results, shifts


@pytest.fixture
def rerun(root, monkeypatch, style, without):
    """Return a function that runs a notebook with some of its parameters changed, and gives its names."""
    monkeypatch.delenv(results.FOLDER, raising=False)
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))

    def rerun(name, **changed):
        path = root / "notebooks" / f"{name}.ipynb"
        monkeypatch.chdir(path.parent)
        names = {"display": display}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                assert set(changed) <= set(names), "no such parameter"
                names |= changed
        return names

    return rerun


@pytest.fixture
def refused(rerun):
    """Return a function that gives the one line with which a notebook refuses a choice."""

    def refused(name, **changed):
        with pytest.raises(ValueError, match=r"\S") as error:
            rerun(name, **changed)
        message = str(error.value)
        assert "\n" not in message
        return message

    return refused


def test_other_periods(rerun):
    """Where periods begin elsewhere, what is kept is named after them."""
    found = rerun("01_corpus", period_starts=[2008, 2015])["found"]
    assert "cities without any before 2015" in set(found["finding"])


def test_lanes_of_the_last_year(rerun, refused):
    """Lanes may begin with the last year that has an event, and no later."""
    last = int(rerun("03_timelines", first_year=2026)["events"]["date"].max()[:4])
    assert refused("03_timelines", first_year=last + 1) == f"first_year {last + 1}: out of range; choose 1900 to {last}"


def test_one_document(rerun, root, tmp_path):
    """A folder may hold a single document."""
    shutil.copy(root / "data" / "examples" / "01_plan.txt", tmp_path)
    assert len(rerun("11_your_documents", folder=str(tmp_path))["mine"].documents) == 1


@pytest.mark.parametrize(
    ("name", "changed", "message"),
    [
        ("01_corpus", {"period_starts": [2011]}, "first years 2011: expected 2 or more"),
        ("02_words_and_tags", {"example": "atlantis-record#1"}, "example 'atlantis-record#1': unknown; choose one of"),
        ("05_models", {"chosen_city": "atlantis"}, "chosen_city 'atlantis': unknown; choose one of barcelona, beijing"),
        ("06_shifts", {"period_starts": [2016, 2011]}, "first years 2016, 2011: expected 2 or more whole years"),
        ("06_shifts", {"period_starts": [2050, 2060]}, "2050–2059: nothing tells of this period"),
        ("06_shifts", {"coder": "human"}, "coder 'human': unknown; choose one of reader_a, reader_b, settled"),
        ("07_cities_compared", {"regional": "("}, "regional '(': not a pattern (missing ): (); close what is open"),
        ("08_indicators", {"within": -1}, "within -1: out of range; choose 0 to 100"),
        ("08_indicators", {"within": "1"}, "within '1': out of range; choose 0 to 100"),
        ("08_indicators", {"within": 0.5}, "within 0.5: out of range; choose 0 to 100, whole"),
        (
            "09_shanghai",
            {"period_starts": [1990]},
            "first years 1990: expected 1 or more whole years in order, after 2004",
        ),
        ("09_shanghai", {"bodies": "智慧|"}, "bodies '智慧|': fits every text; choose words, with | between them"),
        ("10_robustness", {"period_starts": 2011}, "first years 2011: expected 2 or more whole years in order"),
        ("10_robustness", {"topic_models": [(20, -1)]}, "seed -1: out of range; choose 0 to 1000"),
        ("11_your_documents", {"folder": "atlantis"}, "atlantis: is neither a collection (records, studies, reports)"),
        ("methods/timelines", {"shifts": []}, "number of shifts 0: out of range; choose 1 to 35"),
        ("methods/timelines", {"shifts": [1, 6]}, "shift 6: out of range; choose 1 to 5"),
        ("methods/topic_stability", {"seeds": {"nmf": 5}}, "seeds of lda 0: out of range; choose 2 to 100"),
    ],
)
def test_refused(refused, name, changed, message):
    """What cannot be computed is refused before anything is."""
    assert refused(name, **changed).startswith(message)


def test_empty_folder(refused, tmp_path):
    """A folder without a document is refused."""
    assert refused("11_your_documents", folder=str(tmp_path)) == (
        f"{tmp_path}: has no document that could be read; put text, PDF or Word files into it"
    )


def test_too_little():
    """What is left without a row, a passage, a word or a pair is said where it is noticed first."""
    weights, city = pd.DataFrame({"x": [1.0, 0.0]}), pd.Series(["a", "a"])
    places = pd.DataFrame(
        {"–2015": [1.0, 0.0], "2016–": [0.0, 1.0]}
    )  # of the second only a passage that weighs nothing
    cities = pd.DataFrame(np.eye(3), list("abc"), list("abc"))
    none = pd.DataFrame(columns=["group", "label", "share", "low", "high", "word", "per_10k", "dp"])
    cases = [
        (lambda: shifts.tally(weights, places, city), "2016–: nothing tells of this period"),
        (lambda: models.weigh(models.codes().head(0)), "no passage of these is coded"),
        (lambda: compare.similarity(none.iloc[:, :0]), "no word is left"),
        (lambda: compare.mantel(cities, cities > 2), "all pairs belong together, or none does"),
        (lambda: figures.heat_map(none), "nothing to draw"),
        (lambda: figures.intervals(none), "nothing to draw"),
        (lambda: figures.small_multiples(none), "nothing to draw"),
        (lambda: figures.dispersion(none, {}), "nothing to draw"),
    ]
    for call, message in cases:
        with pytest.raises(ValueError, match=message):
            call()
