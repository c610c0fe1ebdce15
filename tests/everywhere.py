"""Are outputs the same everywhere? `python tests/everywhere.py [ROUNDS]` compares all notebooks with what is stored.

Each round has another time zone, locale, hash seed, number of threads and place of the working directory, all at once;
run with another Python (`make PYTHON=python3.13` in a copy) it says the same of that. Not part of `make test`.
"""

import os
import platform
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHANGED = {
    "TZ": ["Asia/Shanghai", "America/Chicago", "Pacific/Kiritimati"],
    "LC_ALL": ["C", "C.UTF-8", "POSIX"],
    "OMP_NUM_THREADS": ["1", "2"],
    "OPENBLAS_NUM_THREADS": ["2", "1"],
}


def same(notebook, changed):
    """Compare a notebook with what is stored, from another working directory, and print what differs."""
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", f"--rootdir={ROOT}", notebook]
    changed = os.environ | changed | {"PYTHONPATH": str(ROOT / "src")}
    with tempfile.TemporaryDirectory() as elsewhere:
        run = subprocess.run(command, cwd=elsewhere, env=changed, capture_output=True, text=True, check=False)
    print(f"  {notebook.stem}: {run.stdout[-1500:] if run.returncode else 'as stored'}", flush=True)
    return not run.returncode


def main(rounds):
    """Compare all notebooks that many times; return 1 if one differed."""
    notebooks = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")) + sorted((ROOT / "notebooks").glob("methods/*.ipynb"))
    alike = True
    for k in range(rounds):
        changed = {name: values[k % len(values)] for name, values in CHANGED.items()}
        changed["PYTHONHASHSEED"] = str(random.Random(k).randrange(1, 2**32))
        print(f"round {k + 1}, Python {platform.python_version()}: {changed}", flush=True)
        alike = all([same(notebook, changed) for notebook in notebooks]) and alike
    return int(not alike)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
