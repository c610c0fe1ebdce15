"""What the notebooks found, in one table that the findings page reads and a test compares.

A notebook ends by handing its findings to `keep`. ``make`` gathers them below ``build/``, and only ``make refresh``
writes ``data/results/``: the findings, and of what files they were made.
"""

import hashlib
import importlib.metadata
import json
import os
import re
from pathlib import Path

import pandas as pd

from cityanalysis import files

COLUMNS = ("notebook", "finding", "group", "label", "value", "low", "high", "chance", "p", "n")
DIGITS = 4
FOLDER = "CITYANALYSIS_RESULTS"  # the variable that names the folder into which executed notebooks write
FINDINGS, INPUTS = "data/results/findings.csv", "data/results/inputs.csv"
MADE_FROM = ("src/**/*.py", "data/**/*.csv", "corpus/**/*.*", "notebooks/**/*.ipynb", "requirements.txt")
ASIDE = ("data/results/", "data/own/", "corpus/originals/")


def keep(notebook, *findings):
    """Bring the findings of a notebook into one table, and write it where ``CITYANALYSIS_RESULTS`` names a folder.

    Parameters
    ----------
    notebook : str
        Its name, such as ``05_models``.
    *findings : pandas.DataFrame
        A row a number: ``finding`` (its name), ``value`` (or ``share``), and any of ``group, label, low, high`` (90 %
        interval), ``chance`` (what chance alone would give), ``p, n``. Other columns are left out.

    Returns
    -------
    pandas.DataFrame
        The columns `COLUMNS`, numbers to four decimals.

    Examples
    --------
    >>> keep("05_models", pd.DataFrame({"finding": ["cities"], "value": [36]}))[["finding", "value"]]
      finding  value
    0  cities   36.0
    """
    parts = [part if "value" in part else part.rename(columns={"share": "value"}) for part in findings]
    table = pd.concat(parts, ignore_index=True)
    if table["value"].isna().any():
        found = " · ".join(table[table["value"].isna()].reindex(columns=COLUMNS[1:4]).iloc[0].dropna().astype(str))
        raise ValueError(f"{notebook}: {found}: a value is missing; too little is left of it, choose less strictly")
    table = table.assign(notebook=notebook).reindex(columns=COLUMNS)
    names, numbers = list(COLUMNS[:4]), list(COLUMNS[4:])
    table = table.assign(**table[names].astype(object).fillna(""), **table[numbers].astype(float).round(DIGITS) + 0.0)
    double = table[table.duplicated(names)]
    if len(double):
        raise ValueError(f"{notebook}: {' · '.join(double[names[1:]].iloc[0])} stands twice; name each number once")
    if folder := os.environ.get(FOLDER):
        Path(folder).mkdir(parents=True, exist_ok=True)
        written = table.assign(**table[numbers].map(lambda number: "" if pd.isna(number) else f"{number:.{DIGITS}f}"))
        files.write_table(Path(folder) / f"{notebook}.csv", written)
    return table


def gather(folder):
    """Return the findings that executed notebooks wrote into a folder, as text, in the order of the notebooks."""
    return pd.concat([files.table(path) for path in sorted(Path(folder).glob("*.csv"))], ignore_index=True)


def findings():
    """Return the stored findings, `COLUMNS`, for the page that tells them."""
    table = files.table(FINDINGS)
    return table.assign(**table[list(COLUMNS[4:])].apply(pd.to_numeric))


def inputs():
    """Return what findings are made from: ``file, sha256`` of code, data, corpus, notebooks and package versions.

    Of a notebook only the sources of its cells count.
    """
    root = files.home()
    paths = sorted({path for pattern in MADE_FROM for path in root.glob(pattern) if path.is_file()})
    names = {path.relative_to(root).as_posix(): path for path in paths}
    kept = {name: path for name, path in names.items() if not name.startswith(ASIDE) and "/." not in name}
    return pd.DataFrame([(name, _sha256(path)) for name, path in kept.items()], columns=["file", "sha256"])


def changed():
    """Return, on one line, what changed since findings were stored: files by kind, packages that are not as pinned."""
    then, now = (set(table.itertuples(index=False)) for table in (files.table(INPUTS), inputs()))
    names = pd.Series(sorted({row.file for row in then ^ now}), dtype=str)
    kinds = names.str.split("/").str[0].replace("src", "code").str.removesuffix(".txt")
    told = [f"{kind}: {', '.join(some)}" for kind, some in names.groupby(kinds)]
    pins = re.findall(r"^([\w.-]+)==(\S+)", files.text(files.home() / "requirements.txt"), re.MULTILINE)
    packages = [f"{name} {_version(name)} (pinned: {pin})" for name, pin in pins if _version(name) != pin]
    return "; ".join(told + [f"packages: {', '.join(packages)}"] * bool(packages)) or "nothing, so it is the machine"


def _version(package):
    """Return the version of an installed package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def _sha256(path):
    """Return the sha256 of a file, of a notebook that of the sources of its cells."""
    content = path.read_bytes()
    if path.suffix == ".ipynb":
        content = "\0".join("".join(cell["source"]) for cell in json.loads(content)["cells"]).encode()
    return hashlib.sha256(content).hexdigest()


def seal(folder):
    """Write what executed notebooks put into a folder to ``data/results/``, and what it was made from."""
    files.write_table(files.home() / FINDINGS, gather(folder))
    files.write_table(files.home() / INPUTS, inputs())
