"""Change one thing at a time in a copy of the repository, and see that the test named for it fails, and says what.

``python tests/mutants.py [FIRST [LAST]]`` takes the rows of ``mutants.csv`` from FIRST to LAST (from 1), prints a line
each, and at the end the table of ``README.md``; it exits with 1 if a change was not caught.
"""

import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("mutants.csv")
SERVER = multiprocessing.get_context("forkserver")  # a test a process, without importing all anew
NBVAL = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout=300")


def copy(folder):
    """Copy what is tracked, as it stands, into a folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())


def prepare(folder):
    """Have what runs take the code of a folder, and otherwise be as the Makefile has it."""
    for name in [name for name in os.environ if name.startswith("CITYANALYSIS_")]:
        del os.environ[name]
    os.environ |= dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYDEVD_DISABLE_FILE_VALIDATION"], "1")
    # Code that was compiled before a change would be taken for the changed code where both are as long.
    os.environ |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder / "src")}
    SERVER.set_forkserver_preload(["pandas", "matplotlib.pyplot", "pyarrow.parquet", "sklearn.pipeline", "pytest"])


def in_child(folder, test, log):
    """Run a test, or a notebook through nbval, and write what is said to a file."""
    os.chdir(folder)
    sys.path.insert(0, str(folder / "src"))
    os.dup2(os.open(log, os.O_CREAT | os.O_TRUNC | os.O_WRONLY), 1)
    options = NBVAL if test.endswith(".ipynb") else ()
    sys.exit(pytest.main(["--quiet", "-p", "no:cacheprovider", *options, test]))


def run(folder, test):
    """Run a test in a process that begins with what all import; return whether it failed, and what was said."""
    log = folder.with_suffix(".log")
    process = SERVER.Process(target=in_child, args=(folder, test, log))
    process.start()
    process.join()
    said = log.read_text(encoding="utf-8")
    log.unlink()
    return process.exitcode == pytest.ExitCode.TESTS_FAILED, re.sub(r"\x1b\[[\d;]*m", "", said)


def outcome(folder, mutant):
    """Make a change, run its test and take the change back; return ``caught``, or what came instead."""
    path, old, new = folder / mutant.file, mutant.before.encode(), mutant.after.encode()
    whole = path.read_bytes()
    if whole.count(old) != 1:
        return f"stands {whole.count(old)} times in {mutant.file}, not once: {mutant.before}"
    try:
        path.write_bytes(whole.replace(old, new))
        failed, said = run(folder, mutant.caught_by)
    finally:
        path.write_bytes(whole)
    if not failed:
        return f"not caught by {mutant.caught_by}"
    return "caught" if mutant.says in said else f"caught, but nothing says: {mutant.says}\n{said}"


def table(mutants):
    """Return the table of ``README.md``."""
    cells = mutants[["what", "file", "caught_by", "says"]].map(lambda cell: cell.strip().replace("|", "\\|"))
    rows = [f"| {row.what} | `{row.file}` | `{row.caught_by}` | `{row.says}` |" for row in cells.itertuples()]
    return "\n".join(["| what is changed | in | what catches it | and says |", "|---|---|---|---|", *rows])


def read():
    """Return the rows of the table, numbered from 1."""
    mutants = pd.read_csv(TABLE, dtype=str, keep_default_na=False)
    return mutants.set_axis(range(1, len(mutants) + 1))


def main(first=1, last=None):
    """Make the changes of these rows; return how many were not caught."""
    mutants, missed, begun = read().loc[int(first) : last and int(last)], 0, time.time()
    with tempfile.TemporaryDirectory() as folder:
        copy(Path(folder))
        prepare(Path(folder))
        for mutant in mutants.itertuples():
            start = time.time()
            found = outcome(Path(folder), mutant)
            missed += found != "caught"
            print(f"{mutant.Index}: {mutant.what}: {found} ({time.time() - start:.0f} s)", flush=True)
    print(f"{len(mutants)} changes, {missed} not caught, {(time.time() - begun) / 60:.0f} minutes\n\n{table(mutants)}")
    return missed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) > 0)
