"""Kill commands at random moments, run them to the end, and compare with what an undisturbed run makes.

    python tests/kill.py [N] [NAME ...]    N times each (20), all or some of: read tag parquet derive notebook

`derive` needs the original texts (CITYANALYSIS_ORIGINALS), `notebook` make and the packages of the environment in which
this runs. Not among the tests, as it takes minutes.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "cityanalysis.cli")
RECORDS = sorted(map(str, (ROOT / "corpus" / "records").glob("*.md")))
NOTEBOOK = "build/notebooks/02_words_and_tags.ipynb"
COPIED = (
    "corpus",
    "data",
    "src",
    "notebooks",
    "docs",
    "requirements.txt",
    "Makefile",
    "datapackage.yaml",
    "pyproject.toml",
)
LEFT = ("originals", "own", "__pycache__")  # other people's texts, one's own codes


def commands(home):
    """Return what is killed: from a name to the command, and what it makes in the folder in which it runs."""
    ready = f"{sys.prefix}/ready"
    return {
        "read": ((*COMMAND, "read", *RECORDS, "--out", "out"), ["out"]),
        "tag": ((*COMMAND, "tag", *RECORDS, "--out", "out"), ["out"]),
        "parquet": ((*COMMAND, "tag", *RECORDS, "--out", "out", "--format", "parquet", "--workers", "2"), ["out"]),
        "derive": ((*COMMAND, "derive"), ["corpus/derived", "data"]),
        "notebook": (("make", "-C", str(home), f"VENV={sys.prefix}", "-o", ready, NOTEBOOK), ["build/notebooks"]),
    }


def start(command, home):
    """Start a command in its own group of processes."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "CITYANALYSIS_HOME": str(home), "OMP_NUM_THREADS": "1"}
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=home, env=environment, start_new_session=True, **silent)


def made(home, folders):
    """Return what the files of folders hold, by their names."""
    paths = (path for folder in folders for path in (home / folder).rglob("*") if path.is_file())
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}


def fresh(folder):
    """Copy the tree, without what was made."""
    home = Path(tempfile.mkdtemp(dir=folder))
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, home / name, **({"ignore": shutil.ignore_patterns(*LEFT)} if copy is shutil.copytree else {}))
    return home


def kill(name, times, folder, moments):
    """Kill a command so many times, and print how often something was left, and how often the result was another."""
    home = fresh(folder)
    command, folders = commands(home)[name]
    before, began = made(home, folders), time.monotonic()
    if start(command, home).wait():
        return print(f"{name}: fails undisturbed")
    took, whole = time.monotonic() - began, made(home, folders)
    killed = left = wrong = stale = 0
    for _ in range(times):
        home = fresh(folder)
        command, folders = commands(home)[name]
        process = start(command, home)
        time.sleep(moments.uniform(0, took))
        os.killpg(process.pid, signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        left += bool(set(made(home, folders)) - set(whole) - set(before))
        failed, then = start(command, home).wait(), made(home, folders)
        wrong += bool(failed) or {key: then.get(key) for key in whole} != whole
        stale += bool(set(then) - set(whole))
        shutil.rmtree(home)
    told = f"{killed} of {times} killed within {took:.1f} s, {left} with half-written files"
    return print(f"{name}: {told}; after the next run {wrong} differ, {stale} have files too many", flush=True)


if __name__ == "__main__":
    count, *names = sys.argv[1:] or ["20"]
    for name in names or commands(ROOT):
        if name == "derive" and not os.environ.get("CITYANALYSIS_ORIGINALS"):
            print("derive: skipped, as CITYANALYSIS_ORIGINALS names no folder")
            continue
        with tempfile.TemporaryDirectory() as scratch:
            kill(name, int(count), scratch, random.Random(name))
