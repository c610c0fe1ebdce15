"""Shares with their intervals: one shape (``group, label, share, low, high, n``), one bootstrap, one permutation.

A share is the part that a label has of what a group's passages are about. Its interval is the central 90 % of a
bootstrap over the group's units (Efron & Tibshirani 1993): units are resampled with replacement. It shows how far a
figure depends on which units there are, and nothing else; with fewer than about ten units it is too narrow.
"""

import math
import zlib

import numpy as np
import pandas as pd
from scipy import stats

INTERVAL = (0.05, 0.95)  # quantiles: the central 90 %
DRAWS = 2000
SEED = 1
COLUMNS = ("group", "label", "share", "low", "high", "n")


def resample(rows, by, *, draws=DRAWS):
    """Return bootstrap sums of each group's rows: a dict from group, in order, to an array of draws × labels.

    `rows` has a row a unit that is resampled (a passage; a city, if its passages belong together), a column a label;
    `by` is the group of each row. A group's seed does not depend on what other groups there are.

    Examples
    --------
    >>> resample(pd.DataFrame({"a": [1, 0], "b": [0, 1]}), pd.Series(["x", "y"]), draws=2)["y"].tolist()
    [[0.0, 1.0], [0.0, 1.0]]
    """
    drawn = {}
    for group, part in rows.groupby(by.to_numpy()):
        rng = np.random.default_rng([SEED, zlib.crc32(str(group).encode())])
        times = rng.multinomial(len(part), np.full(len(part), 1 / len(part)), size=draws)
        drawn[group] = times @ part.to_numpy(dtype=float)
    return drawn


def bounds(drawn):
    """Return the bootstrap interval: the central 90 % of the draws along the first axis, missing values left out.

    Examples
    --------
    >>> bounds(np.arange(101.0)).tolist()
    [5.0, 95.0]
    """
    drawn = np.asarray(drawn, dtype=float)
    columns = pd.DataFrame(drawn.reshape(len(drawn), math.prod(drawn.shape[1:])))
    return columns.quantile(list(INTERVAL)).to_numpy().reshape(2, *drawn.shape[1:])


def table(rows, by):
    """Return each label's share in each group, given as to `resample`: its part of the sum of the group's rows.

    `COLUMNS`, groups in order, labels in the order of the columns; ``n`` is the sum of the group's rows. Shares are
    missing where that is 0; ``low`` and ``high`` are missing where a group has one row.

    Examples
    --------
    >>> rows = pd.DataFrame({"a": [1.0, 0.5, 1.0, 0.0], "b": [0.0, 0.5, 0.0, 1.0]})
    >>> table(rows, pd.Series(["x"] * 4)).round(2)
      group label  share  low  high    n
    0     x     a   0.62  0.25  1.00  4.0
    1     x     b   0.38  0.00  0.75  4.0
    """
    drawn, parts = resample(rows, by), []
    for group, part in rows.groupby(by.to_numpy()):
        sums = part.sum().to_numpy(dtype=float)
        low, high = bounds(proportions(drawn[group])) if len(part) > 1 else np.full((2, len(sums)), np.nan)
        found = {"group": group, "label": rows.columns, "share": proportions(sums), "low": low, "high": high}
        parts.append(pd.DataFrame(found).assign(n=sums.sum()))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def deals(groups, times, *, rng=None):
    """Yield so many orders of rows in which those of each group have changed places at random: a permutation test.

    `groups` is the group of each row; values in that order are dealt anew within groups. Seeded alike unless `rng` is
    given.

    Examples
    --------
    >>> [order.tolist() for order in deals(["x", "y", "x"], 1)]
    [[2, 1, 0]]
    """
    code = pd.factorize(np.asarray(groups))[0]
    slots, rng = np.argsort(code, kind="stable"), np.random.default_rng(SEED) if rng is None else rng
    for _ in range(times):
        order = np.empty_like(slots)
        order[slots] = np.lexsort((rng.random(len(code)), code))
        yield order


def reached(seen, drawn):
    """Return p: in what share of permutations, the data among them, the statistic is at least as large as seen.

    Examples
    --------
    >>> float(reached(3.0, np.array([1.0, 3.0, 2.0])))
    0.5
    """
    return (1 + (np.asarray(drawn) >= seen - 1e-9).sum(axis=0)) / (len(drawn) + 1)


def member(groups):
    """Return which row is of which group: an array groups × rows of 0 and 1, groups in order.

    Examples
    --------
    >>> member(["y", "x", "y"]).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
    """
    names, where = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    return (where == np.arange(len(names))[:, None]).astype(float)


def wilson(hits, n):
    """Return what share of `n` cases are `hits`, with the interval of Wilson (1927), which takes them for independent.

    From two series to columns ``share, low, high, n``, indexed like `hits`; missing where there is no case.

    Examples
    --------
    >>> wilson(pd.Series([9, 0]), pd.Series([10, 0])).round(2)
       share  low  high   n
    0    0.9  0.65  0.98  10
    1    NaN   NaN   NaN   0
    """
    z = stats.norm.ppf(INTERVAL[1])
    share, more = hits / n, z**2 / n
    middle, half = (share + more / 2) / (1 + more), np.sqrt(more * share * (1 - share) + more**2 / 4) / (1 + more)
    return pd.DataFrame({"share": share, "low": middle - half, "high": middle + half, "n": n})


def proportions(sums):
    """Return what part of their sum each of the last axis is; missing where the sum is 0.

    Examples
    --------
    >>> proportions([3, 0, 1]).tolist()
    [0.75, 0.0, 0.25]
    """
    sums = np.asarray(sums, dtype=float)
    total = sums.sum(axis=-1, keepdims=True)
    return np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0)


def rank_correlation(first, second):
    """Return whether two tables, units × labels, rank the same units alike: Spearman's rho of each label.

    Columns ``label, rho, low, high, n`` (units); the last row, ``all``, is the mean over labels. Units that are not in
    both, or of which something is missing, are left out. The interval is a bootstrap over units, in both tables the
    same; draws in which a column has only one value are left out.

    Examples
    --------
    >>> first = pd.DataFrame({"a": [0.1, 0.2, 0.3, 0.4], "b": [0.1, 0.2, 0.3, 0.4]})
    >>> rank_correlation(first, first.assign(b=[0.1, 0.3, 0.2, 0.4])).round(2)
      label  rho   low  high  n
    0     a  1.0  1.00   1.0  4
    1     b  0.8  0.33   1.0  4
    2   all  0.9  0.67   1.0  4
    """
    second = second.reindex(index=first.index, columns=first.columns)
    known = (first.notna() & second.notna()).all(axis=1)
    n = int(known.sum())
    drawn = np.random.default_rng(SEED).integers(n, size=(DRAWS, n))
    drawn = np.vstack([np.arange(n), drawn])  # first of all the units as they are
    ranks = [stats.rankdata(table[known].to_numpy(dtype=float).round(9)[drawn], axis=1) for table in (first, second)]
    a, b = (rank - rank.mean(axis=1, keepdims=True) for rank in ranks)
    scale = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    rho = np.divide((a * b).sum(axis=1), scale, out=np.full_like(scale, np.nan), where=scale > 0)
    rho = pd.DataFrame(rho, columns=first.columns).assign(all=lambda table: table.mean(axis=1)).to_numpy()
    low, high = bounds(rho[1:])
    return pd.DataFrame({"label": [*first.columns, "all"], "rho": rho[0], "low": low, "high": high, "n": n})


def legible(shares, *, digits=2):
    """Return shares as a table to be read: a row a group, a column a label, a number and its interval in one cell.

    Cells are empty where there is no number; a number without an interval stands alone.

    Examples
    --------
    >>> shares = pd.DataFrame({"group": ["x"], "label": ["a"], "share": [0.5], "low": [0.25], "high": [0.75]})
    >>> legible(shares).loc["x"].tolist()
    ['0.50 [0.25, 0.75]']
    """
    number = f"{{:.{digits}f}}".format
    ends = "[" + shares["low"].map(number) + ", " + shares["high"].map(number) + "]"
    told = shares["share"].map(number) + (" " + ends).where(shares["low"].notna(), "")
    told = told.where(shares["share"].notna(), "")
    wide = shares.assign(told=told).pivot(index="group", columns="label", values="told")
    wide = wide.reindex(index=shares["group"].unique(), columns=shares["label"].unique())
    return wide.fillna("").rename_axis(index=None, columns=None)
