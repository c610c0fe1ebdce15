"""Times and figures against the test suites of other projects: `python benchmarks/suites.py FOLDER [STATE] [--show]`.

FOLDER holds clones of the projects named in `SUITES`, under their names; nothing of them is in this repository, and
where there are none, this says so. It prints how many cases come out how, by `suites_times` and `suites_quantities`,
whose rules say what is in scope. With a STATE (``before``, ``now``) the counts are put into `data/gold/suites.csv`,
from which notebooks/methods/tagging draws; with ``--show`` every case is printed that is not right.
"""

import argparse
from pathlib import Path

import pandas as pd
import suites_quantities
import suites_times

from cityanalysis import files

SUITES = ("Recognizers-Text", "JioNLP", "duckling", "cn2an", "fst-time-nlu", "chinese2digits")
OUTCOMES = ["right", "otherwise", "open", "missing", "wrong", "out"]
STORED = Path(__file__).parents[1] / "data" / "gold" / "suites.csv"


def main():
    """Count, print, and store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("state", nargs="?", choices=("before", "now"))
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    missing = [name for name in SUITES if not (chosen.folder / name).is_dir()]
    if missing:
        raise SystemExit(f"{chosen.folder}: has no clone of {', '.join(missing)}; clone these there and try again")
    rows = [
        {"kind": kind, "suite": suite, "state": chosen.state or "now"} | {name: counted[name] for name in OUTCOMES}
        for kind, module in (("times", suites_times), ("figures", suites_quantities))
        for suite, counted in module.counts(chosen.folder, show=chosen.show).items()
    ]
    table = pd.DataFrame(rows)
    table.insert(3, "in_scope", table[OUTCOMES[:-1]].sum(axis=1))
    print(table.to_string(index=False))
    total = table.groupby("kind")[["in_scope", *OUTCOMES]].sum()
    print(total.assign(wrong_percent=(100 * total["wrong"] / total["in_scope"]).round(1)))
    if chosen.state:
        stored = files.table(STORED) if STORED.exists() else table.head(0)
        both = pd.concat([stored[stored["state"] != chosen.state], table]).astype(str)
        files.write_table(STORED, both.sort_values(["kind", "suite", "state"]))


if __name__ == "__main__":
    main()
