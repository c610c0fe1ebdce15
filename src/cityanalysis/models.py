"""From codes to mixes and verdicts: which development model passages are about, by ``docs/codebook.md``.

``data/gold/models.csv`` holds the codes. A *mix* is the shares of infrastructure, industry and application among
these three, with the interval of a bootstrap over passages; a *verdict* follows from it by a rule that was fixed
before any result.
"""

import zlib

from cityanalysis import corpus, readers

LABELS = ("infrastructure", "industry", "application", "governance", "other")
MODELS = LABELS[:3]
READERS = ("reader_a", "reader_b", "settled", "human")
LEAST = 12  # typed passages that a verdict needs
SURE, LEANING = 0.90, 0.75  # P(largest) from which a model is given as the verdict, and as one leant to
INTERVAL = (0.05, 0.95)


def codes(*, reader="settled", second=True):
    """Return the coded passages.

    Parameters
    ----------
    reader : str
        Whose codes, of `READERS`; passages that this reader has not coded are left out.
    second : bool
        Whether to give the passages of the second records, too.

    Returns
    -------
    pandas.DataFrame
        A row a passage: ``passage_id, doc_id, city, collection, role, writer, stratum, weight`` (how many passages of
        its role and stratum it stands for), ``primary, secondary`` (empty where there is none), ``instrumented``
        (bool). The columns are explained in ``data/README.md``.

    Raises
    ------
    ValueError
        If the reader is unknown.

    Examples
    --------
    >>> codes().loc[3, ["passage_id", "city", "writer", "primary"]].tolist()
    ['barcelona-record#4', 'barcelona', 'g6', 'infrastructure']
    """
    if reader not in READERS:
        raise ValueError(f"reader {reader!r} is unknown; choose one of {', '.join(READERS)}")
    table = readers.table("data/gold/models.csv")
    table = table[table[reader] != ""].reset_index(drop=True)
    table["doc_id"] = table["passage_id"].str.replace(r"#\d+\Z", "", regex=True)
    if not second:
        table = table[~table["doc_id"].str.endswith("-second")].reset_index(drop=True)
    code = table[reader].str.split("|", expand=True).reindex(columns=range(3))
    table = table.assign(
        weight=table["weight"].astype(float),
        primary=code[0],
        secondary=code[1],
        instrumented=code[2] == "yes",
    ).merge(corpus.documents()[["doc_id", "city", "writer"]], on="doc_id", how="left", validate="many_to_one")
    place = ["passage_id", "doc_id", "city", "collection", "role", "writer", "stratum", "weight"]
    return table[[*place, "primary", "secondary", "instrumented"]]


def weigh(coded, *, instrumented=False, secondary=True):
    """Return how much each passage counts for each label.

    Parameters
    ----------
    coded : pandas.DataFrame
        Rows of `codes`.
    instrumented : bool
        Whether to take the second reading, in which application counts as infrastructure in passages with that mark,
        primary or secondary.
    secondary : bool
        Whether secondary labels count: 1/3, and 2/3 for the primary one. Without them the primary one counts 1.

    Returns
    -------
    pandas.DataFrame
        Indexed like `coded`, a column a label; each row sums to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> coded = pd.DataFrame({"primary": ["application"], "secondary": ["governance"], "instrumented": [True]})
    >>> weigh(coded).round(2).loc[0].tolist()
    [0.0, 0.0, 0.67, 0.33, 0.0]
    >>> weigh(coded, instrumented=True, secondary=False).loc[0].tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0]
    """
    import pandas as pd

    other = coded["secondary"] if secondary else pd.Series("", index=coded.index)
    share = pd.Series(1 / 3, index=coded.index).where(other != "", 0.0)
    columns = {label: (coded["primary"] == label) * (1 - share) + (other == label) * share for label in LABELS}
    weights = pd.DataFrame(columns, index=coded.index, dtype=float)
    if instrumented:
        moved = weights["application"].where(coded["instrumented"], 0.0)
        weights["infrastructure"] += moved
        weights["application"] -= moved
    return weights


def resample(weights, by, *, resamples=2000, seed=1):
    """Draw each group's passages again and again, with replacement, and sum their weights.

    Parameters
    ----------
    weights : pandas.DataFrame
        A row a passage, columns `LABELS`: as `weigh` gives them, or predicted probabilities.
    by : pandas.Series
        The group of each row, indexed like `weights`.
    resamples : int
        How many times.
    seed : int
        Of the draws; each group has its own, which does not depend on what other groups there are.

    Returns
    -------
    dict of str to numpy.ndarray
        From group, in order, to an array of `resamples` rows and a column a label.

    Examples
    --------
    >>> import pandas as pd
    >>> weights = pd.DataFrame([[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]], columns=LABELS)
    >>> resample(weights, pd.Series(["a", "b"]), resamples=2)["b"].tolist()
    [[0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0]]
    """
    import numpy as np

    drawn = {}
    for group, rows in weights[list(LABELS)].groupby(by.to_numpy()):
        rng = np.random.default_rng([seed, zlib.crc32(str(group).encode())])
        times = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=resamples)
        drawn[group] = times @ rows.to_numpy(dtype=float)
    return drawn


def shares(sums):
    """Return the shares of the three models among them.

    Parameters
    ----------
    sums : numpy.ndarray
        Whose last axis is `LABELS`, or the first three of them.

    Returns
    -------
    numpy.ndarray
        Whose last axis is `MODELS`; not a number where nothing was typed.

    Examples
    --------
    >>> import numpy as np
    >>> shares(np.array([3, 0, 1, 5, 5])).tolist()
    [0.75, 0.0, 0.25]
    """
    import numpy as np

    typed = np.asarray(sums, dtype=float)[..., : len(MODELS)]
    total = typed.sum(axis=-1, keepdims=True)
    return np.divide(typed, total, out=np.full_like(typed, np.nan), where=total > 0)


def p_largest(drawn, largest):
    """Return in how many of the resamples a model's share is the largest; a tie counts in part.

    Parameters
    ----------
    drawn : numpy.ndarray
        Resamples by labels, as in `resample`.
    largest : str
        The model.

    Returns
    -------
    float

    Examples
    --------
    >>> import numpy as np
    >>> p_largest(np.array([[3, 0, 1], [2, 2, 0], [0, 1, 0], [4, 0, 0]]), "infrastructure")
    0.625
    """
    import numpy as np

    typed = np.asarray(drawn, dtype=float)[:, : len(MODELS)].round(9)  # thirds must tie as they should
    first = typed == typed.max(axis=1, keepdims=True)
    return float((first[:, MODELS.index(largest)] / first.sum(axis=1)).mean())


def mix(weights, by, *, resamples=2000, seed=1):
    """Return the mix of each group of passages, its interval and its verdict.

    Parameters
    ----------
    weights, by, resamples, seed
        As in `resample`.

    Returns
    -------
    pandas.DataFrame
        A row a group: ``n`` (the sum over the three models), ``passages``, the share of each model, ``low_…`` and
        ``high_…`` of each (the central 90 % of a bootstrap over the group's passages), ``p_largest`` (in how many
        resamples the largest share is the largest), ``largest``, ``verdict``, ``governance`` (its share of all that is
        not `other`). Where nothing was typed, shares and ``p_largest`` are not a number and ``largest`` is empty.

    Examples
    --------
    >>> coded = codes(second=False)
    >>> records = coded[coded["collection"] == "records"]
    >>> mixes = mix(weigh(records), records["city"])
    >>> len(mixes), mixes.columns[:3].tolist()
    (36, ['n', 'passages', 'infrastructure'])
    """
    import numpy as np
    import pandas as pd

    drawn = resample(weights, by, resamples=resamples, seed=seed)
    groups = weights[list(LABELS)].groupby(by.to_numpy())
    passages, rows = groups.size(), {}
    for group, total in groups.sum().iterrows():
        sums = total.to_numpy(dtype=float)
        n, share = sums[:3].sum(), shares(sums)
        largest = MODELS[int(np.argmax(sums[:3].round(9)))] if n else ""
        p = p_largest(drawn[group], largest) if n else np.nan
        some = drawn[group][drawn[group][:, :3].sum(axis=1) > 0]
        low, high = np.quantile(shares(some), INTERVAL, axis=0) if len(some) else np.full((2, 3), np.nan)
        rows[group] = {"n": n, "passages": passages[group], **dict(zip(MODELS, share, strict=True))}
        for k, model in enumerate(MODELS):
            rows[group] |= {f"low_{model}": low[k], f"high_{model}": high[k]}
        rows[group] |= {"p_largest": p, "largest": largest, "verdict": verdict(n, largest, p)}
        about = sums[:4].sum()
        rows[group]["governance"] = sums[3] / about if about else np.nan
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by.name)


def verdict(n, largest, p_largest):
    """Return the codebook's verdict.

    Parameters
    ----------
    n : float
        The sum of weights over the three models.
    largest : str
        The model with the largest share.
    p_largest : float
        In how many of the resamples it is the largest.

    Returns
    -------
    str
        ``insufficient evidence``, a model, ``leaning`` and a model, or ``mixed``.

    Examples
    --------
    >>> [verdict(n, "industry", p) for n, p in ((11.9, 1), (12, 0.9), (12, 0.75), (12, 0.74))]
    ['insufficient evidence', 'industry', 'leaning industry', 'mixed']
    """
    if round(n, 9) < LEAST:
        return "insufficient evidence"
    if p_largest >= SURE:
        return largest
    return f"leaning {largest}" if p_largest >= LEANING else "mixed"


def legible(table, *, digits=2):
    """Return a table in which a number and its interval stand in one cell, to be read and not to be counted with.

    Parameters
    ----------
    table : pandas.DataFrame
        Where a column ``x`` has columns ``low_x`` and ``high_x`` beside it, as `mix` gives them, or where ``low`` and
        ``high`` stand for the column before them.
    digits : int
        To which numbers are rounded.

    Returns
    -------
    pandas.DataFrame
        Without the columns of bounds; empty where there is no number.

    Examples
    --------
    >>> import pandas as pd
    >>> legible(pd.DataFrame({"n": [12.04], "industry": [0.5], "low_industry": [0.25], "high_industry": [0.75]}))
          n           industry
    0  12.0  0.50 [0.25, 0.75]
    """
    import pandas as pd

    shown = table.copy()
    columns = list(table.columns)
    if "low" in columns:
        before = columns[columns.index("low") - 1]
        shown = shown.rename(columns={"low": f"low_{before}", "high": f"high_{before}"})
    for column in shown.columns:
        if f"low_{column}" in shown:
            bounds = [shown.pop(f"{end}_{column}") for end in ("low", "high")]
            known = shown[column].notna()
            numbers = zip(shown[column], *bounds, strict=True)
            told = [f"{x:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]" for x, low, high in numbers]
            shown[column] = pd.Series(told, index=shown.index, dtype=object).where(known, "")
    return shown.round({"n": 1} | {column: digits for column in shown.columns if column != "n"})
