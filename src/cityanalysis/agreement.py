"""How far readers agree on the codes of passages, and how a person's codes come in.

Agreement is Krippendorff's alpha for nominal data: 1 where readers always agree, 0 where they agree as often as chance
would have it. Between two language models of one kind it measures how repeatable the coding is, not whether people
would agree.
"""

import itertools
import os
import re
from pathlib import Path

from cityanalysis import corpus, models, readers, tables

PARTS = {"models": ("primary", "secondary", "instrumented"), "orientation": ("orientation", "stage")}
SHEET = ("passage_id", "text", "primary", "secondary", "instrumented")
INTERVAL = (0.025, 0.975)


def codes(name):
    """Return what readers have coded, a column a part.

    Parameters
    ----------
    name : str
        A table of `PARTS`.

    Returns
    -------
    pandas.DataFrame
        A row a passage, reader and part: ``passage_id, collection, part, reader, label``; an empty part is the label
        ``none``; nothing of readers who have not coded a passage.

    Examples
    --------
    >>> codes("orientation")["part"].unique().tolist()
    ['orientation', 'stage']
    """
    import pandas as pd

    table = readers.table(f"data/gold/{name}.csv")
    collection = table.get("collection", "records")
    rows = []
    for reader in models.READERS:
        there = table[reader] != ""
        cells = table.loc[there, reader].str.split("|", expand=True)
        for k, part in enumerate(PARTS[name] if len(cells) else ()):
            label = cells[k].replace("", "none")
            one = table.loc[there, ["passage_id"]].assign(collection=collection, part=part, reader=reader, label=label)
            rows.append(one)
    long = pd.concat(rows, ignore_index=True)
    long["part"] = pd.Categorical(long["part"], PARTS[name])
    return long.sort_values("part", kind="stable", ignore_index=True).astype({"part": str})


def alpha(first, second, *, resamples=1000, seed=1):
    """Return Krippendorff's alpha of two readers, and its interval.

    Parameters
    ----------
    first, second : sequence of str
        The labels that each gave to the same passages, in the same order.
    resamples : int
        Of the bootstrap over passages.
    seed : int
        Of the bootstrap.

    Returns
    -------
    tuple of float
        Alpha, and the ends of its central 95 % interval; not a number where nobody used more than one label.

    Notes
    -----
    Krippendorff, K. (2019): Content Analysis, 4th ed., ch. 12, for two readers, nominal data, none missing: one less
    observed by expected disagreement, where the latter is that of two labels drawn from all without replacement.

    Examples
    --------
    >>> [round(value, 3) for value in alpha("aabbbbcc", "aabbbccc")]
    [0.819, 0.384, 1.0]
    """
    import numpy as np

    values = np.array([list(first), list(second)])
    labels = np.unique(values)
    counts = (values[:, :, None] == labels).sum(axis=0)
    differ = (values[0] != values[1]).astype(float)
    n = len(differ)
    rng = np.random.default_rng(seed)
    times = np.vstack([np.ones(n), rng.multinomial(n, np.full(n, 1 / n), size=resamples)])
    used = times @ counts
    expected = 1 - (used * (used - 1)).sum(axis=1) / (2 * n * (2 * n - 1))
    observed = times @ differ / n
    value = 1 - np.divide(observed, expected, out=np.full_like(observed, np.nan), where=expected > 0)
    if np.isnan(value[1:]).all():
        return (float(value[0]), float("nan"), float("nan"))
    return tuple(float(v) for v in (value[0], *np.nanquantile(value[1:], INTERVAL)))


def table(*, resamples=1000, seed=1):
    """Return how far each two readers agree, overall and on each label against the rest.

    Every pair of readers is there who coded the same passages independently: the first two, and a person with each of
    them and with what was settled.

    Parameters
    ----------
    resamples, seed
        As in `alpha`.

    Returns
    -------
    pandas.DataFrame
        ``part, collection, first, second, label`` (``all``, or one against the rest), ``passages, used`` (how often
        the label was given, by the two readers together), ``agreement`` (the share of passages on which they agree),
        ``alpha, low, high``.
    """
    import pandas as pd

    rows = []
    for name, parts in PARTS.items():
        long = codes(name)
        for part, collection in itertools.product(parts, long["collection"].unique()):
            some = long[(long["part"] == part) & (long["collection"] == collection)]
            wide = some.pivot(index="passage_id", columns="reader", values="label")
            pairs = [("reader_a", "reader_b"), *(("human", reader) for reader in models.READERS[:3])]
            for first, second in pairs:
                both = wide.reindex(columns=[first, second]).dropna()
                if both.empty:
                    continue
                labels = sorted(set(both[first]) | set(both[second]))
                for label in ["all", *(labels if len(labels) > 2 else ())]:
                    a, b = (
                        (both[first], both[second]) if label == "all" else (both[first] == label, both[second] == label)
                    )
                    used = 2 * len(both) if label == "all" else int(a.sum() + b.sum())
                    value = alpha(a.astype(str), b.astype(str), resamples=resamples, seed=seed)
                    rows.append((part, collection, first, second, label, len(both), used, (a == b).mean(), *value))
    head = ["part", "collection", "first", "second", "label", "passages", "used", "agreement", "alpha", "low", "high"]
    return pd.DataFrame(rows, columns=head)


def sheet():
    """Return the sheet for a person to fill: `SHEET`, a row a coded passage, with what was filled in before.

    Returns
    -------
    pandas.DataFrame
        The text of a report's passage is there only if ``CITYANALYSIS_ORIGINALS`` names the folder of the texts.
        Nobody else's code is shown, so that the coding stays independent.
    """
    gold = readers.table("data/gold/models.csv")
    there = bool(os.environ.get("CITYANALYSIS_ORIGINALS"))
    _, passages = corpus.load(("records", "reports") if there else ("records",), second=True)
    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    cells = gold["human"].str.split("|", expand=True).reindex(columns=range(3)).astype(object).fillna("")
    return gold[["passage_id"]].assign(
        text=gold["passage_id"].map(texts).fillna(""), primary=cells[0], secondary=cells[1], instrumented=cells[2]
    )[list(SHEET)]


def take(path):
    """Put a filled sheet into the column ``human`` of ``data/gold/models.csv``, whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
        A CSV with the columns of `SHEET` (``text`` may be left out and is not looked at). Rows without a primary
        label are passages not coded; an empty ``instrumented`` is taken for no. Passages that are not in the sheet
        keep what they have.

    Returns
    -------
    int
        How many passages are coded in it.

    Raises
    ------
    cityanalysis.readers.ReadError
        Names every line at fault; then nothing is changed.
    """
    filled = readers.table(Path(path).absolute())
    missing = [name for name in SHEET if name not in filled and name != "text"]
    if missing:
        raise readers.ReadError(f"{path}:1: expected the columns {', '.join(SHEET)}; add {', '.join(missing)}")
    gold = readers.table("data/gold/models.csv")
    known, seen, found, faults = set(gold["passage_id"]), set(), {}, []
    for row in filled.itertuples():
        cells = [getattr(row, name).strip() for name in SHEET[2:]]
        fault = _fault(*cells)
        if row.passage_id not in known:
            fault = f"passage {row.passage_id!r} is none of data/gold/models.csv"
        elif row.passage_id in seen:
            fault = f"passage {row.passage_id!r} stands twice"
        seen.add(row.passage_id)
        if fault:
            faults.append(f"{path}:{row.Index}: {fault}")
        found[row.passage_id] = "|".join([cells[0], cells[1], cells[2] or "no"]) if cells[0] else ""
    if faults:
        raise readers.ReadError("\n".join([*faults, f"{path}: nothing was taken; mend these lines and try again"]))
    human = [found.get(passage, old) for passage, old in zip(gold["passage_id"], gold["human"], strict=True)]
    readers.write_table(readers.home() / "data" / "gold" / "models.csv", gold.assign(human=human))
    return sum(map(bool, found.values()))


def _fault(primary, secondary, instrumented):
    """Say what is wrong with a code, if anything."""
    if not primary:
        return "a secondary label or a mark without a primary label; give one" if secondary or instrumented else ""
    if primary not in models.LABELS:
        return f"primary {primary!r}; expected one of {', '.join(models.LABELS)}"
    if secondary not in ("", *models.LABELS[:4]):
        return f"secondary {secondary!r}; expected nothing or one of {', '.join(models.LABELS[:4])}"
    if secondary == primary:
        return f"secondary {secondary!r} repeats the primary label; leave it empty"
    if instrumented not in ("", "yes", "no"):
        return f"instrumented {instrumented!r}; expected yes, no or nothing"
    code = f"{primary}|{secondary}|{instrumented or 'no'}"
    return "" if re.fullmatch(tables.CODE, code) else f"{code!r}: a passage that is other has no secondary label"
