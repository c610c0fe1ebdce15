"""Documents and codes of one's own leave the study as it is: what once broke is run again beside them."""

import os
import shutil
import subprocess
import sys

from cityanalysis import corpus, files
from cityanalysis.study import models

# What used to fail after `cityanalysis add` and `cityanalysis agreement --filled`.
AGAIN = (
    "src/cityanalysis/corpus.py",
    "tests/test_corpus.py::test_first_records_only_unless_asked",
    "tests/test_corpus.py::test_unknown_name",
    "tests/study/test_models.py::test_codes_are_whole",
    "tests/study/test_models.py::test_agreement_table",
    "tests/study/test_models.py::test_sheet",
    "tests/study/test_models.py::test_a_filled_sheet_can_be_taken_as_it_was_written",
    "src/cityanalysis/study/check.py",
)


def test_own_documents_and_codes_break_no_test(home, root, tmp_path, monkeypatch):
    """A folder within the checkout is indexed and loaded, a filled sheet taken; then the study's tests pass there."""
    for name in ("src", "tests"):
        shutil.copytree(root / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", home)

    mine = home / "corpus" / "originals" / "mine"
    mine.mkdir(parents=True)
    (mine / "plan.txt").write_text("宁波市智慧城市规划\n一、建设光网。", encoding="utf-8")
    assert corpus.index(mine)[0] == ["plan.txt"]
    assert len(corpus.load("records", mine).documents) == len(corpus.load("records").documents) + 1

    sheet = models.sheet().head(3)
    files.write_table(tmp_path / "sheet.csv", sheet.assign(primary="industry", secondary="", instrumented="no"))
    assert models.take(tmp_path / "sheet.csv") == 3
    assert set(models.codes(coder="human")["primary"]) == {"industry"}

    environment = {name: value for name, value in os.environ.items() if not name.startswith("CITYANALYSIS")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *AGAIN],
        cwd=home,
        env=environment | {"PYTHONPATH": str(home / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
