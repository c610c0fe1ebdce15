"""Change one thing at a time in a copy of the repository, and see that the test named for it fails, and says what.

``python tests/mutants.py [FIRST [LAST]]`` takes the rows of ``mutants.csv`` from FIRST to LAST (from 1), prints a line
each, and at the end the table of ``README.md``; it exits with 1 if a change was not caught.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("mutants.csv")
NBVAL = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout=300")


def copy(folder):
    """Copy what is tracked, as it stands, into a folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())


def environment(folder):
    """Return the variables of a run in a folder: those of the Makefile, and its own code, of which none is kept."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CITYANALYSIS_")}
    kept |= dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYDEVD_DISABLE_FILE_VALIDATION"], "1")
    # Code that was compiled before the change would be taken for the changed code where both are as long.
    return kept | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder / "src")}


def run(folder, test):
    """Run a test, or a notebook through nbval, in the copy; return whether it failed, and what was said."""
    options = NBVAL if test.endswith(".ipynb") else ()
    command = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", *options, test]
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, check=False, encoding="utf-8"
    )
    return done.returncode == 1, re.sub(r"\x1b\[[\d;]*m", "", done.stdout)


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
    rows = [f"| {row.what} | `{row.file}` | `{row.caught_by}` | {row.says} |" for row in cells.itertuples()]
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
        for mutant in mutants.itertuples():
            start = time.time()
            found = outcome(Path(folder), mutant)
            missed += found != "caught"
            print(f"{mutant.Index}: {mutant.what}: {found} ({time.time() - start:.0f} s)", flush=True)
    print(f"{len(mutants)} changes, {missed} not caught, {(time.time() - begun) / 60:.0f} minutes\n\n{table(mutants)}")
    return missed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) > 0)
