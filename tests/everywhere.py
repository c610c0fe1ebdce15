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


def main(rounds):
    """Compare the notebooks that many times."""
    notebooks = [
        path for path in sorted((ROOT / "notebooks").rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts
    ]
    failed = 0
    for round_ in range(rounds):
        rng = random.Random(round_)
        changed = {name: values[round_ % len(values)] for name, values in CHANGED.items()}
        changed["PYTHONHASHSEED"] = str(rng.randrange(1, 2**32))
        print(f"round {round_ + 1}, Python {platform.python_version()}:", changed, flush=True)
        for notebook in notebooks:
            with tempfile.TemporaryDirectory() as elsewhere:
                command = [
                    sys.executable,
                    "-m",
                    "pytest",
                    "-q",
                    "--nbval",
                    "--nbval-current-env",
                    "-p",
                    "no:cacheprovider",
                ]
                run = subprocess.run(
                    [*command, f"--rootdir={ROOT}", notebook],
                    cwd=elsewhere,
                    env=os.environ | changed,
                    capture_output=True,
                    text=True,
                )
            failed += run.returncode != 0
            print(f"  {notebook.stem}: {'as stored' if not run.returncode else run.stdout[-1500:]}", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
