"""What the notebooks found is kept, gathered and sealed as it is, and what cannot be kept is told."""

import os
from pathlib import Path

import pandas as pd
import pytest

from cityanalysis import files
from cityanalysis.study import results

FOUND = pd.DataFrame({"finding": ["share", "share"], "label": ["a", "b"], "share": [0.12346, 1], "low": [0.1, None]})


def test_findings_are_written_where_a_folder_is_named(tmp_path, monkeypatch):
    """Numbers have four decimals and missing ones are empty; without a folder nothing is written."""
    monkeypatch.delenv(results.FOLDER, raising=False)
    kept = results.keep("05_models", FOUND.assign(certainty=1))
    assert list(kept) == list(results.COLUMNS)
    assert kept["value"].tolist() == [0.1235, 1.0]
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv(results.FOLDER, str(tmp_path / "found"))
    results.keep("05_models", FOUND)
    results.keep("03_timelines", FOUND.assign(group="x"))
    gathered = results.gather(tmp_path / "found")
    assert gathered["notebook"].tolist() == ["03_timelines"] * 2 + ["05_models"] * 2
    assert gathered.loc[0, list(results.COLUMNS)].tolist() == [
        *("03_timelines", "share", "x", "a", "0.1235", "0.1000"),
        *("", "", "", ""),
    ]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (FOUND.assign(label="a"), "05_models: share ·  · a stands twice"),
        (FOUND.assign(share=None), "a value is missing"),
    ],
)
def test_what_cannot_be_kept_is_told(table, message):
    """A number that stands twice, and one that is missing."""
    with pytest.raises(ValueError, match=message):
        results.keep("05_models", table)


def test_inputs_name_code_data_and_the_sources_of_notebooks():
    """An output of a notebook is no input; neither are findings and texts that are not shipped."""
    made_from = results.inputs().set_index("file")["sha256"]
    assert {"src/cityanalysis/study/results.py", "data/cities.csv", "notebooks/05_models.ipynb"} <= set(made_from.index)
    assert not made_from.index.str.startswith(results.ASIDE).any()


def test_make_finds_what_is_stored():
    """What the notebooks found when they were last executed by make is what is stored; else what differs is named."""
    folder = files.home() / "build" / "results"
    if not folder.is_dir() or not (files.home() / results.FINDINGS).is_file():
        pytest.skip("no executed notebooks; run make first")
    stored, found = files.table(results.FINDINGS), results.gather(folder)
    if not stored.reset_index(drop=True).equals(found):
        told = f"findings differ from data/results/; changed since: {results.changed()}"
        pytest.fail(f"{told}; run make refresh if that is meant")


def test_what_changed_is_named(monkeypatch):
    """A changed file is named with its kind, a package with both versions, and where nothing changed that is said."""
    now = results.inputs()
    monkeypatch.setattr(results, "inputs", lambda: now)
    monkeypatch.setattr(files, "table", lambda path: now)
    monkeypatch.setattr(files, "text", lambda path: f"# pinned\npandas=={pd.__version__}\n")
    assert results.changed() == "nothing, so it is the machine"
    code, data = "src/cityanalysis/files.py", "data/cities.csv"
    then = now.assign(sha256=now["sha256"].mask(now["file"].isin([data, code]), "x"))
    monkeypatch.setattr(files, "table", lambda path: then)
    monkeypatch.setattr(files, "text", lambda path: "pandas==0.1\nno-such-thing==1\n")
    packages = f"pandas {pd.__version__} (pinned: 0.1), no-such-thing missing (pinned: 1)"
    assert results.changed() == f"code: {code}; data: {data}; packages: {packages}"


def test_findings_are_numbers_where_they_have_any():
    """Of the stored findings value, interval, chance, p and n can be computed with; each has a value."""
    stored = results.findings()
    assert tuple(stored) == results.COLUMNS
    assert stored.dtypes[list(results.COLUMNS[4:])].map(pd.api.types.is_numeric_dtype).all()
    assert stored["value"].notna().all()


def test_seal_stores_findings_and_inputs(tmp_path, monkeypatch):
    """Both tables are written whole."""
    monkeypatch.setenv(results.FOLDER, str(tmp_path))
    results.keep("05_models", FOUND)
    written = {}
    monkeypatch.setattr(files, "write_table", lambda path, table: written.update({Path(path).name: table}))
    results.seal(os.environ[results.FOLDER])
    assert set(written) == {"findings.csv", "inputs.csv"}
    assert len(written["findings.csv"]) == 2
