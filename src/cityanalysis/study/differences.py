"""Whether cities, regions and writers differ in what their texts are about, and by how much (notebooks 05, 07).

Every city has two records by two writers; first writers each took one region, second writers cities of all regions.
`heterogeneity` deals passages at random, `contrasts` deals records, `components` is a generalizability study; `paired`
and `reliability` hold records against reports. ``docs/analysis_plan.md`` fixed all of it before the second records were
coded, as T1 to T3 and T8.
"""

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm

from cityanalysis.study import shares

PERMUTATIONS = 9999
SOURCES = ("region", "city", "writer", "record", "chance")
# Regions are the groups of cities that the first writers took.
REGIONS = {
    "g1": "Yangtze delta 长三角",
    "g2": "south-east coast, Qingdao 东南沿海与青岛",
    "g3": "north 北方",
    "g4": "centre, Guangdong 华中与广东",
    "g5": "west 西部",
    "g6": "abroad 国外",
}


def regions(coded):
    """Return the region of each city, a series indexed by city, from the records that `models.codes` names.

    Examples
    --------
    >>> regions(pd.DataFrame({"city": ["wuxi", "wuxi"], "writer": ["g1", "second4"]})).to_dict()
    {'wuxi': 'Yangtze delta 长三角'}
    """
    first = coded[coded["writer"].isin(list(REGIONS))].drop_duplicates("city").set_index("city")
    if unknown := sorted({*coded["city"]}.difference(first.index)):
        raise ValueError(f"{unknown[0]}: no passage of its first record is coded; code some, or choose another coder")
    return first["writer"].map(REGIONS)


def heterogeneity(weights, of, *, within, permutations=None):
    """Test whether labels differ between groups, by X² and a permutation test.

    `weights` has a row a passage and a column a label, `of` gives its group, `within` the group inside which passages
    are dealt at random, which also says what to expect. Cities are tested within writers, writers within cities.

    Returns
    -------
    dict
        ``x2``; ``chance``, its mean when passages are dealt at random; ``v``, Cramér's V of the excess over chance, 0
        where there is none; ``p``; ``groups``; ``n``, the weight of all passages.

    Examples
    --------
    >>> weights = pd.DataFrame({"a": [1, 1, 1, 1, 0, 0, 0, 0]}).assign(b=lambda t: 1 - t["a"])
    >>> found = heterogeneity(weights, pd.Series(list("xxxxyyyy")), within=pd.Series(["w"] * 8))
    >>> found["x2"], round(found["p"], 2)
    (8.0, 0.03)
    """
    labels, group, stratum = weights.to_numpy(dtype=float), shares.member(of), shares.member(within)
    expected = stratum.T @ np.nan_to_num(shares.proportions(stratum @ labels))

    def statistic(dealt):
        want = group @ (expected * dealt.sum(axis=1, keepdims=True))
        return ((group @ dealt - want) ** 2 / np.maximum(want, 1e-12)).sum()

    drawn = np.array([statistic(labels[order]) for order in shares.deals(within, permutations or PERMUTATIONS)])
    seen, n = statistic(labels), labels.sum()
    excess = max(seen - drawn.mean(), 0) / (n * (labels.shape[1] - 1))
    found = {"x2": seen, "chance": drawn.mean(), "v": np.sqrt(excess), "p": shares.reached(seen, drawn)}
    return {name: float(value) for name, value in found.items()} | {"groups": len(group), "n": float(n)}


def contrasts(records, region, *, permutations=None):
    """Contrast each region with all others, the mean of each writer taken out of each record.

    `records` has a row a record, indexed by ``city, writer``, and a column a label: the sums of its passages' weights.
    `region` is the region of each city. Records are dealt at random among the cities of their writer.

    Returns
    -------
    pandas.DataFrame
        `shares.COLUMNS` (groups are regions; ``share`` is how much more of a label a region has than its writers' mean,
        as a difference of shares; the interval resamples its cities), then ``p`` (two-sided), and, alike for all
        regions, ``p_regions``: against the sum of squares of all contrasts of this label, by Holm's correction over
        labels.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([list("abcd"), ["w"]], names=["city", "writer"])
    >>> records = pd.DataFrame({"x": [4, 4, 0, 0], "y": [0, 0, 4, 4]}, index=index)
    >>> contrasts(records, pd.Series(list("NNSS"), list("abcd")))["share"].tolist()
    [0.5, -0.5, -0.5, 0.5]
    """
    if records.empty:
        raise ValueError("no record of these writers has a coded passage; code some, or choose another coder")
    counts, writer = records.to_numpy(dtype=float), shares.member(records.index.get_level_values("writer"))
    n = counts.sum(axis=1, keepdims=True)
    excess = counts - n * (writer.T @ np.nan_to_num(shares.proportions(writer @ counts)))
    cities = records.index.get_level_values("city")
    of = cities.map(region)
    names, member = np.unique(of), shares.member(of)
    size = member @ n
    seen = (member @ excess) / size
    times = permutations or PERMUTATIONS
    drawn, squares = np.empty((times, *seen.shape)), np.empty((times, seen.shape[1]))
    for i, order in enumerate(shares.deals(records.index.get_level_values("writer"), times)):
        dealt = member @ n[order]
        drawn[i] = (member @ excess[order]) / dealt
        squares[i] = (dealt * drawn[i] ** 2).sum(axis=0)
    p, whole = shares.reached(np.abs(seen), np.abs(drawn)), holm(shares.reached((size * seen**2).sum(axis=0), squares))
    rows = pd.DataFrame(np.hstack([excess, n])).groupby(cities).sum()
    again = shares.resample(rows, rows.index.map(region)).values()
    low, high = np.stack([shares.bounds(drawn[:, :-1] / drawn[:, -1:]) for drawn in again], axis=1)
    found = {"group": np.repeat(names, len(records.columns)), "label": np.tile(records.columns, len(names))}
    found |= {"share": seen.ravel(), "low": low.ravel(), "high": high.ravel()}
    found |= {"n": np.repeat(size, len(records.columns)), "p": p.ravel(), "p_regions": np.tile(whole, len(names))}
    return pd.DataFrame(found)


def components(records, region):
    """Estimate what part of the variance of a record's shares is region, city, writer, the record's own, and chance.

    The parts of `variances`, with the `jackknife`'s interval, not beyond 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``label, source, share`` (of all variance), ``low, high``: a row for each of `SOURCES`, and for
        ``reliability of one`` and ``reliability of two`` records: region and city over all, with writer, record and
        chance halved where there are two.
    """
    values = variances(records, region)
    true, noise = values[..., :2].sum(axis=-1), values[..., 2:].sum(axis=-1)
    parts = np.concatenate(
        [shares.proportions(values), np.stack([true / (true + noise), true / (true + noise / 2)], -1)], -1
    )
    ends = {end: np.clip(value, 0, 1).ravel() for end, value in jackknife(parts).items()}
    index = pd.MultiIndex.from_product(
        [records.columns, [*SOURCES, "reliability of one", "reliability of two"]], names=["label", "source"]
    )
    return pd.DataFrame({"share": parts[0].ravel(), **ends}, index).reset_index()


def jackknife(values):
    """Return ``low`` and ``high``, the interval of ``values[0]``, where the others leave out a city each.

    Resampled cities would not do for `variances`: one that is drawn twice counts as two cities of one region, which
    makes region larger than it is. The normal approximation is Tukey's (Efron & Stein 1981, Annals of Statistics 9).

    Examples
    --------
    >>> ends = jackknife(np.array([0.4, 0.3, 0.4, 0.5]))
    >>> {end: round(float(value), 2) for end, value in ends.items()}
    {'low': 0.21, 'high': 0.59}
    """
    seen, left = values[0], values[1:]
    half = norm.ppf(shares.INTERVAL[1]) * np.sqrt(len(left) - 1) * left.std(axis=0)
    return {"low": seen - half, "high": seen + half}


def variances(records, region, *, left_out=True):
    """Return the variances of a record's shares by source: an array of samples × labels × `SOURCES`.

    A generalizability study (Brennan 2001) with a crossed design: the share of a label in a record is a mean and random
    effects of region, city and writer, the record's own, and chance, whose variance p(1 − p)/n is known. The others are
    estimated by restricted maximum likelihood and never below 0. The first sample is all cities; unless told otherwise,
    in each of the others a city is left out. Records and regions are those of `contrasts`.
    """
    sums = records[records.sum(axis=1) > 0]
    cities = sums.index.get_level_values("city")
    samples = [sums, *(sums[cities != city] for city in cities.unique() if left_out)]
    starts, found = {}, []
    for part in samples:
        of = [part.index.get_level_values("city").map(region), *map(part.index.get_level_values, ("city", "writer"))]
        design = [one.T @ one for one in map(shares.member, of)] + [np.eye(len(part))]
        n = part.sum(axis=1).to_numpy()
        for label in sums:
            p = part[label].sum() / n.sum()
            chance = p * (1 - p) / n
            four = _reml(part[label].to_numpy() / n, design, chance, starts.get(label))
            starts.setdefault(label, four)
            found.append([*four, chance.mean()])
    return np.array(found).reshape(len(samples), len(sums.columns), len(SOURCES))


def _reml(y, design, chance, start):
    """Return the variances of random effects with these covariances, beside a known one, by REML."""
    ones, scale = np.ones((len(y), 1)), y.var()

    def lost(four):
        inverse = np.linalg.inv(sum(v * scale * d for v, d in zip(four, design, strict=True)) + np.diag(chance))
        weight = inverse @ ones
        information = weight.sum()
        project = inverse - weight @ weight.T / information
        left = project @ y
        value = -np.linalg.slogdet(inverse)[1] + np.log(information) + y @ left
        return value, scale * np.array([(project * d).sum() - left @ d @ left for d in design])

    start = np.full(len(design), 0.2) if start is None else start / scale
    return scale * minimize(lost, start, jac=True, bounds=[(0, None)] * len(design), method="L-BFGS-B").x


def paired(first, second):
    """Test whether the same cities differ in two kinds of texts: the mean difference of each label's share.

    Both tables have a row a city and a column a label, the sums of passages' weights; cities without any in one of them
    are left out. Signs of the cities' differences are flipped at random.

    Returns
    -------
    pandas.DataFrame
        ``label, first, second`` (mean shares), ``share`` (first less second), ``low, high`` (bootstrap over cities),
        ``p`` (two-sided, by Holm's correction over labels), ``n`` (cities).

    Examples
    --------
    >>> first = pd.DataFrame({"a": [3, 4, 2, 1], "b": [1, 0, 2, 1]}, list("wxyz"))
    >>> paired(first, first[["b", "a"]].set_axis(["a", "b"], axis=1)).round(2).loc[0, ["first", "second", "p"]].tolist()
    [0.69, 0.31, 1.0]
    """
    cities = [city for city in first.index if city in second.index and first.loc[city].sum() * second.loc[city].sum()]
    pair = np.stack([shares.proportions(table.loc[cities, list(first)]) for table in (first, second)])
    apart = pd.DataFrame(pair[0] - pair[1], cities, list(first))
    signs = np.random.default_rng(shares.SEED).choice([-1, 1], size=(PERMUTATIONS, len(cities)))
    seen, drawn = apart.mean().to_numpy(), signs @ apart.to_numpy() / len(cities)
    low, high = shares.bounds(shares.resample(apart, pd.Series("", cities))[""] / len(cities))
    found = {"label": list(first), "first": pair[0].mean(axis=0), "second": pair[1].mean(axis=0), "share": seen}
    found |= {"low": low, "high": high, "p": holm(shares.reached(np.abs(seen), np.abs(drawn)))}
    return pd.DataFrame(found).assign(n=len(cities))


def reliability(counts):
    """Estimate what part of the variance of a label's share between cities is more than chance: its reliability.

    `counts` has a row a city and a column a label, the sums of passages' weights. The variance of the shares that are
    seen is v + (p(1 − p) − v)/n, where v is that between cities and p the share in all; the reliability is v over it,
    never below 0. Columns ``label, share, low, high`` (bootstrap over cities), ``n`` (cities); missing where no city
    has more than one passage.

    Examples
    --------
    >>> reliability(pd.DataFrame({"a": [9, 1, 8, 2], "b": [1, 9, 2, 8]}))[["label", "share"]].round(2).values.tolist()
    [['a', 0.94], ['b', 0.94]]
    """
    sums = counts[counts.sum(axis=1) > 0].to_numpy(dtype=float)
    drawn = np.random.default_rng(shares.SEED).integers(len(sums), size=(shares.DRAWS, len(sums)))
    held = sums[np.vstack([np.arange(len(sums)), drawn])]  # first of all the cities as they are
    p, seen = shares.proportions(held.sum(axis=1)), shares.proportions(held).var(axis=1, ddof=1)
    one = (1 / held.sum(axis=-1)).mean(axis=1, keepdims=True)
    scale = np.where(one < 1, (1 - one) * seen, np.nan)
    found = np.divide(seen - p * (1 - p) * one, scale, out=np.zeros_like(seen), where=scale != 0).clip(0, 1)
    low, high = shares.bounds(found[1:])
    return pd.DataFrame({"label": list(counts), "share": found[0], "low": low, "high": high, "n": len(sums)})


def holm(p):
    """Return p-values by Holm's correction (1979).

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p, dtype=float)
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)).clip(max=1)
    return stepped[np.argsort(order)]
