"""Kill commands at random moments, run them to the end, and compare with what an undisturbed run makes.

    python tests/kill.py [N] [NAME ...]    N times each (20), all or some of: read tag parquet derive notebook site

Every other time what an earlier run has made lies there. `derive` needs the original texts (CITYANALYSIS_ORIGINALS);
`notebook` and `site`, which renders the stored notebooks, need make and the packages of the environment in which this
runs. Not among the tests, as it takes minutes, and `site` hours.
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
MAKE = ("make", f"VENV={sys.prefix}", "-o", f"{sys.prefix}/ready")
PARQUET = ("--format", "parquet", "--workers", "2")
COMMANDS = {  # with the folders that they fill
    "read": ((*COMMAND, "read", *RECORDS, "--out", "out"), ["out"]),
    "tag": ((*COMMAND, "tag", *RECORDS, "--out", "out"), ["out"]),
    "parquet": ((*COMMAND, "tag", *RECORDS, "--out", "out", *PARQUET), ["out"]),
    "derive": ((*COMMAND, "derive"), ["corpus/derived", "data"]),
    "notebook": ((*MAKE, "build/notebooks/02_words_and_tags.ipynb"), ["build/notebooks"]),
    "site": ((*MAKE, "site"), ["build/site"]),
}
COPIED = ("benchmarks", "corpus", "data", "docs", "notebooks", "src", "tests")
LEFT_OUT = shutil.ignore_patterns("originals", "own", "__pycache__")  # texts of others, codes of one's own


def fresh(name, scratch):
    """Copy the tree, without what was made; for the site with the stored notebooks, as if they were just executed."""
    home = Path(tempfile.mkdtemp(dir=scratch))
    for folder in COPIED:
        shutil.copytree(ROOT / folder, home / folder, ignore=LEFT_OUT)
    for file in filter(Path.is_file, ROOT.iterdir()):
        shutil.copy(file, home)
    if name == "site":
        shutil.copytree(ROOT / "notebooks", home / "build" / "notebooks", copy_function=shutil.copy)
    return home


def start(command, home):
    """Start a command in its own group of processes."""
    environment = os.environ | {"PYTHONPATH": str(home / "src"), "CITYANALYSIS_HOME": str(home), "OMP_NUM_THREADS": "1"}
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=home, env=environment, start_new_session=True, **silent)


def made(home, folders):
    """Return what the files of folders hold, by their names."""
    paths = (path for folder in folders for path in (home / folder).rglob("*") if path.is_file())
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}


def kill(name, times, scratch):
    """Kill a command so many times; tell how often something was left or spoilt, how often the result was another."""
    (command, folders), moments = COMMANDS[name], random.Random(name)
    home = fresh(name, scratch)
    before, began = made(home, folders), time.monotonic()
    failed, took = start(command, home).wait(), time.monotonic() - began
    whole, killed, left, spoilt, wrong, more = made(home, folders), 0, 0, 0, 0, 0
    while killed < times and not failed:
        if command[0] == "make" or killed % 2:
            shutil.rmtree(home)
            home = fresh(name, scratch)
        there = made(home, folders)
        process = start(command, home)
        time.sleep(moments.uniform(0, took))
        os.killpg(process.pid, signal.SIGKILL)
        if process.wait() != -signal.SIGKILL:
            continue  # it had ended
        killed += 1
        then = made(home, folders)
        left += bool(then.keys() - whole.keys() - before.keys())
        spoilt += any(then.get(file) not in (whole.get(file), content) for file, content in there.items())
        failed, then = start(command, home).wait(), made(home, folders)
        wrong += any(then.get(file) != content for file, content in whole.items())
        more += bool(then.keys() - whole.keys())
    told = f"{name}: of {killed} killed within {took:.1f} s {left} left half-written files, {spoilt} spoilt others;"
    print(
        f"{told} after the next run {wrong} differed and {more} had files too many{'; it failed' * bool(failed)}",
        flush=True,
    )


if __name__ == "__main__":
    count, *names = sys.argv[1:] or ["20"]
    for chosen in names or COMMANDS:
        if chosen == "derive" and not os.environ.get("CITYANALYSIS_ORIGINALS"):
            print("derive: skipped, as CITYANALYSIS_ORIGINALS names no folder")
            continue
        with tempfile.TemporaryDirectory() as folder:
            kill(chosen, int(count), folder)
