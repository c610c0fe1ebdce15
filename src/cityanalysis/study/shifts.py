"""Whether the mix of labels shifts from period to period within cities (notebook 06).

Passages are shared out over periods by the time that they tell of. Whether label and period go together is tested
within records, since one record has too few passages for a path of its own, and simulated power says what such a test
could find. `orders` holds an order within cities against the calendar, and `change_point` looks for the year in which
the reports of one city changed.
"""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
from scipy.special import xlogy
from scipy.stats import chi2

from cityanalysis import times
from cityanalysis.study import choices, differences, shares

RULES = ("days", "midpoint")
OPEN = (np.datetime64("1900-01-01"), np.datetime64("2100-01-01"))
BOUND = 0.05 / 3  # below which a p is called small: three questions are asked of the records
SIMULATIONS = 400  # of `power`, for each size
SPREAD = 0.7  # between strata in `power`: the standard deviation of each label's logit
WITHIN = 1.35  # of the best log-likelihood: the 90 % interval of a change point, half a quantile of χ² with one degree


def spans(passages, told):
    """Return the time that each passage tells of, as narrow as text and heading make it.

    From passages (``passage_id, section``) and what is told in them (``date_from, date_to``, indexed alike:
    `cityanalysis.corpus.Corpus.spans`) to columns ``first, last`` (days), indexed by ``passage_id``: what the times in
    a passage span, cut to the period of its heading where the two meet, since a single look back would else stretch it
    over decades. A time without an end lasts one day.

    Examples
    --------
    >>> told = pd.DataFrame({"date_from": ["2000-01-01"], "date_to": ["2014-12-31"]})
    >>> spans(pd.DataFrame({"passage_id": ["a#1"], "section": ["2012—2017"]}), told).astype(str).iloc[0].tolist()
    ['2012-01-01', '2014-12-31']
    """
    first, last = _days(told)
    if np.isnat(first).any():
        missing = passages["passage_id"][np.isnat(first)].iloc[0]
        raise ValueError(f"{missing}: expected a date in date_from, found none; leave such passages out")
    untagged = pd.DataFrame(columns=["passage_id", "kind", "status", "date_from", "date_to"], dtype=str)
    start, end = _days(times.spans(passages, untagged))
    unbounded = np.isnat(start) | passages["section"].str.contains("以前|之前").to_numpy()
    start, end = np.maximum(first, np.where(unbounded, OPEN[0], start)), np.minimum(last, end)
    first, last = np.where(start <= end, start, first), np.where(start <= end, end, last)
    last = np.where(last == OPEN[1], first, last)
    return pd.DataFrame({"first": first, "last": last}, index=pd.Index(passages["passage_id"], name="passage_id"))


def _days(dates):
    """Return first and last days as arrays; a missing last one is open."""
    first, last = (dates[name].replace("", None).to_numpy(dtype="datetime64[D]") for name in ("date_from", "date_to"))
    return first, np.where(np.isnat(last), OPEN[1], last)


def share_out(spans, starts, *, rule="days"):
    """Share passages out over periods, by the time that they tell of.

    `spans` is what the function of that name gives; `starts` are the first years of the second period and of those
    after it. By the rule ``days`` a passage counts in each period by the part of its days that lie there, by
    ``midpoint`` only where the middle of its days lies. Indexed like `spans`, a column a period; each row sums to 1.

    Examples
    --------
    >>> span = pd.DataFrame({"first": ["2014-01-01"], "last": ["2017-12-31"]}, index=["a#1"], dtype="datetime64[s]")
    >>> share_out(span, [2011, 2016]).round(2).loc["a#1"].to_dict()
    {'–2010': 0.0, '2011–2015': 0.5, '2016–': 0.5}
    """
    if rule not in RULES:
        raise ValueError(f"rule {rule!r}: unknown; choose among {', '.join(RULES)}")
    choices.years(starts)
    low, high = (spans[end].to_numpy(dtype="datetime64[D]") for end in ("first", "last"))
    if rule == "midpoint":
        low = high = low + (high - low) // 2
    high = high + np.timedelta64(1)
    names = [f"{start}–{end and end - 1}" for start, end in pairwise(["", *starts, ""])]
    edges = [OPEN[0], *(np.datetime64(f"{year}-01-01") for year in starts), OPEN[1]]
    inside = [(np.minimum(high, end) - np.maximum(low, start)).astype(int).clip(0) for start, end in pairwise(edges)]
    table = pd.DataFrame(np.transpose(inside), columns=names, index=spans.index)
    return table.div(table.sum(axis=1), axis=0)


def tally(weights, places, city):
    """Count labels by city and period.

    `weights` has a row a passage and a column a label, `places` a column a period, as `share_out` gives them; `city` is
    the city of each passage; all are indexed alike. Indexed by ``city, period`` (every period of every city, cities in
    order), a column a label.

    Examples
    --------
    >>> weights = pd.DataFrame({"industry": [1, 0.5], "application": [0, 0.5]})
    >>> tally(weights, pd.DataFrame({"–2015": [1, 0.5], "2016–": [0, 0.5]}), pd.Series(["a", "a"]))
                 industry  application
    city period
    a    –2015       1.25         0.25
         2016–       0.25         0.25
    """
    choices.told(places[weights.sum(axis=1) > 0].sum())
    parts = {period: weights.mul(places[period], axis=0).groupby(city).sum() for period in places}
    index = pd.MultiIndex.from_product([sorted(city.unique()), places], names=["city", "period"])
    return pd.concat(parts).swaplevel().reindex(index)


def by_period(counts):
    """Return the share of each label in each period, in all cities together, in the order of the periods.

    From counts, as `tally` gives them, to `shares.COLUMNS`; the interval is a bootstrap over cities, since passages of
    one city are not independent.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([list("abc"), ["–2015", "2016–"]], names=["city", "period"])
    >>> by_period(pd.DataFrame({"x": [6, 2, 5, 3, 9, 2], "y": [2, 6, 2, 7, 3, 4]}, index)).round(2).head(2)
       group label  share   low  high     n
    0  –2015     x   0.74  0.73  0.75  27.0
    1  –2015     y   0.26  0.25  0.27  27.0
    """
    periods = counts.index.get_level_values("period")
    return shares.table(counts, periods).set_index("group").loc[periods.unique()].reset_index()


def change(counts):
    """Return by how much each label's share changes from the first period to the last, in all cities together.

    From counts, as `tally` gives them, to `shares.COLUMNS`: a row a label, ``group`` names the two periods; the
    interval is a bootstrap over cities, as in `by_period`.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([list("abc"), ["–2015", "2016–"]], names=["city", "period"])
    >>> change(pd.DataFrame({"x": [6, 2, 5, 3, 9, 2], "y": [2, 6, 2, 7, 3, 4]}, index)).round(2)
                group label  share   low  high     n
    0  –2015 to 2016–     x  -0.45 -0.48 -0.42  51.0
    1  –2015 to 2016–     y   0.45  0.42  0.48  51.0
    """
    labels, periods = counts.columns, counts.index.unique("period")[[0, -1]]
    rows = pd.concat([counts.xs(period, level="period") for period in periods], axis=1)
    drawn = np.vstack(
        [rows.sum(), shares.resample(rows, pd.Series("", rows.index))[""]]
    )  # first all cities as they are
    before, after = (shares.proportions(part) for part in np.split(drawn, 2, axis=1))
    moved = after - before
    low, high = shares.bounds(moved[1:])
    found = {"group": " to ".join(periods), "label": labels, "share": moved[0], "low": low, "high": high}
    return pd.DataFrame(found).assign(n=float(drawn[0].sum()))


def association(weights, places, within, *, permutations=differences.PERMUTATIONS):
    """Test whether labels and periods go together within records or cities.

    A permutation test with the generalised Cochran–Mantel–Haenszel statistic (Landis, Heyman & Koch 1978,
    International Statistical Review 46:237), shares of passages in place of counts: the passages of each stratum
    exchange their periods. `weights` and `places` are those that `tally` takes, `within` is the stratum of each
    passage.

    Returns
    -------
    dict
        ``q, p``: against any difference between periods; ``trend_q, trend_p``: against a trend from the first period to
        the last; ``n``, the passages. Each p is the share of permutations, the data among them, that reach the data's
        value.

    Examples
    --------
    >>> weights = pd.DataFrame({"industry": [1, 1, 1, 0, 0, 0] * 4}).assign(application=lambda t: 1 - t["industry"])
    >>> places = weights.set_axis(["–2015", "2016–"], axis=1)
    >>> found = association(weights, places, pd.Series(list("aaaaaabbbbbbccccccdddddd")), permutations=199)
    >>> round(found["q"], 1), round(found["p"], 3)
    (20.0, 0.005)
    """
    labels, periods, member = weights.to_numpy(dtype=float), places.to_numpy(dtype=float), shares.member(within)
    scores = np.hstack([periods, _trend(periods)])
    centred, dealt = _centred(scores, member).T, shares.deals(within, permutations)
    totals = np.array([centred @ labels, *(centred @ labels[order] for order in dealt)])  # first of all the data
    result = {}
    for name, part in (("", slice(0, -1)), ("trend_", slice(-1, None))):
        # Labels that only change places within their stratum keep their covariance.
        q = _quadratic(totals[:, part], _covariance(labels[None], scores[:, part], member))
        result |= {f"{name}q": float(q[0]), f"{name}p": float((q >= q[0] - 1e-9).mean())}
    return result | {"n": len(labels)}


def power(places, within, base, *, label, sizes=(0, 0.05, 0.1, 0.15, 0.2, 0.3)):
    """Simulate how often a shift of a given size would be found with as many passages as there are.

    `places` and `within` are those of `association`; `base` gives the share of each label in the middle of the time.
    That of `label` rises by each of the `sizes` from the first period to the last, in even steps; the others give way
    in proportion. A row a size: ``any``, ``trend``: how often the two tests of `association` find p < `BOUND` (by the
    χ² distribution, which permutations follow closely).

    Examples
    --------
    >>> places = pd.DataFrame({"–2015": [1, 0] * 100, "2016–": [0, 1] * 100})
    >>> base = {"industry": 0.5, "application": 0.5}
    >>> city = pd.Series(["a", "a", "b", "b"] * 50)
    >>> power(places, city, base, label="industry", sizes=[0.2]).round(2).loc[0.2].to_dict()
    {'any': 0.56, 'trend': 0.56}
    """
    periods, member = places.to_numpy(dtype=float), shares.member(within)
    middle = np.array(list(base.values()))
    rising = np.arange(len(base)) == list(base).index(label)
    free = len(base) - 1
    tests = {"any": (periods, free * (periods.shape[1] - 1)), "trend": (_trend(periods), free)}
    rows = {}
    for size in sizes:
        drawn = _simulate(periods, member, _shifted(middle, rising, size, periods.shape[1]))
        q = {name: (_statistic(drawn, scores, member), df) for name, (scores, df) in tests.items()}
        rows[size] = {name: (chi2.sf(value, df) < BOUND).mean() for name, (value, df) in q.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("size")


def _shifted(middle, rising, size, periods):
    """Return the shares of labels (periods, labels) when one rises by `size`, and the others give way in proportion."""
    share = np.clip(middle[rising] + size * np.linspace(-0.5, 0.5, periods), 0.01, 0.99)[:, None]
    return np.where(rising, share, middle / middle[~rising].sum() * (1 - share))


def _simulate(periods, member, mixes):
    """Return simulated labels (simulations, passages, labels); strata differ by `SPREAD`."""
    rng = np.random.default_rng(shares.SEED)
    lift = rng.normal(0, SPREAD, (SIMULATIONS, len(member), mixes.shape[1]))
    # A passage in two periods has a mix between theirs.
    mixes = np.exp(np.log(periods @ mixes) + np.einsum("cn,dck->dnk", member, lift))
    chances = np.cumsum(shares.proportions(mixes), axis=-1)
    picked = (rng.random((SIMULATIONS, len(periods), 1)) > chances[..., :-1]).sum(axis=-1)
    return np.eye(mixes.shape[-1])[picked]


def _trend(periods):
    """Return the mean place of each passage among the periods (passages, 1)."""
    return periods @ np.arange(periods.shape[1], dtype=float)[:, None]


def _centred(values, member):
    """Return values (…, passages, columns) without the mean of their stratum."""
    means = member @ values / member.sum(axis=1)[:, None]
    return values - member.T @ means


def _statistic(drawn, scores, member):
    """Return Mantel–Haenszel statistics (D,) of labels (D, passages, K) and scores (passages, J)."""
    totals = np.einsum("ni,dnk->dik", _centred(scores, member), drawn)
    return _quadratic(totals, _covariance(drawn, scores, member))


def _covariance(drawn, scores, member):
    """Return the covariance (D, J·K, J·K) of the totals of scores and labels when labels are dealt within strata."""
    scores, labels = _centred(scores, member), _centred(drawn, member)
    several = member / np.maximum(member.sum(axis=1) - 1, 1)[:, None]
    of_scores = np.einsum("cn,ni,nj->cij", member, scores, scores, optimize=True)
    of_labels = np.einsum("cn,dnk,dnl->dckl", several, labels, labels, optimize=True)
    size = scores.shape[-1] * labels.shape[-1]
    return np.einsum("cij,dckl->dikjl", of_scores, of_labels, optimize=True).reshape(-1, size, size)


def _quadratic(totals, covariance):
    """Return the quadratic form (D,) of totals (D, J, K) in the inverse of their covariance, one for all or each."""
    flat = totals.reshape(len(totals), -1)
    return np.einsum("di,dij,dj->d", flat, np.linalg.pinv(covariance, hermitian=True, rcond=1e-9), flat, optimize=True)


def orders(dated, stages, *, permutations=differences.PERMUTATIONS):
    """Tell of each pair of stages in how many cities the first comes before the second, and what the calendar gives.

    `dated` has a row a passage: ``city, stage, year``. Compared are a city's mean years, not its first ones, since a
    stage with more passages has its first one earlier for that reason alone. By the calendar alone the passages, each
    with its stage and year, are dealt to the cities at random: what is early everywhere is then still early.

    Returns
    -------
    pandas.DataFrame
        A row a pair, ``group`` its name: ``share, low, high, n`` of the cities with both in which it is so (Wilson's
        90 % interval), ``years`` between the two on average; by the calendar alone ``chance`` (the mean share),
        ``chance_low, chance_high`` (where 90 % of it lies) and ``chance_years``; ``p``, two-sided, of the share, whose
        distance from chance is what an order within cities adds.

    Examples
    --------
    >>> dated = pd.DataFrame({"city": list("aabbcc"), "stage": ["one", "two"] * 3, "year": [2010, 2015] * 3})
    >>> orders(dated, ["one", "two"], permutations=99)[["share", "chance", "years", "p"]].values.tolist()
    [[1.0, 1.0, 5.0, 1.0]]
    """
    cities, city = np.unique(dated["city"].to_numpy(dtype=str), return_inverse=True)
    stage, year = np.array([stages.index(stage) for stage in dated["stage"]]), dated["year"].to_numpy(dtype=float)
    rng, shape = np.random.default_rng(shares.SEED), (permutations + 1, len(cities), len(stages))
    dealt = np.stack([city, *(rng.permutation(city) for _ in range(permutations))])  # the first is the data
    cell = np.ravel_multi_index((np.arange(shape[0])[:, None], dealt, stage), shape).ravel()
    size = np.bincount(cell, minlength=np.prod(shape)).reshape(shape)
    total = np.bincount(cell, np.tile(year, shape[0]), np.prod(shape)).reshape(shape)
    mean = np.divide(total, size, out=np.full(shape, np.nan), where=size > 0)
    pairs = list(combinations(range(len(stages)), 2))
    gap = np.stack([mean[..., two] - mean[..., one] for one, two in pairs]).round(9)  # pairs, permutations, cities
    ahead, unlike, both = (some.sum(axis=-1) for some in (gap > 0, np.abs(gap) > 0, np.isfinite(gap)))
    share, years = ahead / np.maximum(unlike, 1), np.nansum(gap, axis=-1) / np.maximum(both, 1)
    chance, (low, high) = share[:, 1:].mean(axis=1), shares.bounds(share[:, 1:].T)
    far = np.abs(share - chance[:, None]).round(9)
    found = shares.wilson(pd.Series(ahead[:, 0]), pd.Series(unlike[:, 0]))
    found.insert(0, "group", [f"{stages[one]} before {stages[two]}" for one, two in pairs])
    found = found.assign(years=years[:, 0], chance=chance, chance_low=low, chance_high=high)
    return found.assign(chance_years=years[:, 1:].mean(axis=1), p=(far >= far[:, :1]).mean(axis=1))


def change_point(counts, *, permutations=differences.PERMUTATIONS):
    """Find the year from which each label's share is another: binomial segmentation of yearly counts, one change.

    `counts` is indexed by year, in order, with a column a label; fractions are allowed, years may be missing. Each
    label's share is held against the rest of its row (Hinkley & Hinkley 1970, Biometrika 57:477). Under the test whole
    years stand in random order, since passages of one report are not independent.

    Returns
    -------
    pandas.DataFrame
        A row a label: ``label, year`` (the first of the later part), ``low, high`` (first and last year whose
        log-likelihood lies within `WITHIN` of the best), ``before, after`` (shares), ``gain`` (of log-likelihood over
        no change), ``chance`` (its mean in shuffled years), ``p``, ``p_holm`` (across the labels), ``n``.

    Examples
    --------
    >>> counts = pd.DataFrame({"industry": [1, 1, 0, 1, 5, 6, 5], "other": [5, 4, 6, 5, 1, 1, 1]}, range(2011, 2018))
    >>> found = change_point(counts, permutations=999).round(2)
    >>> found[["year", "low", "high", "before", "after", "p"]].iloc[0].tolist()
    [2015.0, 2015.0, 2015.0, 0.13, 0.84, 0.06]
    """
    values = counts.to_numpy(dtype=float)
    rng = np.random.default_rng(shares.SEED)
    shuffled = np.stack([np.arange(len(values)), *(rng.permutation(len(values)) for _ in range(permutations))])
    sums = values[shuffled].cumsum(axis=1)  # permutations, years, labels
    before, after = sums[:, :-1], sums[:, -1:] - sums[:, :-1]
    gain = _likelihood(before) + _likelihood(after) - _likelihood(sums[:, -1:])
    best, at, years = gain.max(axis=1), gain[0].argmax(axis=0), counts.index[1:].to_numpy()
    near = gain[0] >= best[0] - WITHIN
    p = (best >= best[0] - 1e-9).mean(axis=0)
    column = np.arange(len(at))
    parts = {name: shares.proportions(part[0])[at, column] for name, part in (("before", before), ("after", after))}
    found = {"label": counts.columns, "year": years[at], "low": years[near.argmax(axis=0)]}
    found |= {"high": years[::-1][near[::-1].argmax(axis=0)], **parts, "gain": best[0], "chance": best[1:].mean(axis=0)}
    return pd.DataFrame(found).assign(p=p, p_holm=differences.holm(p), n=values.sum())


def _likelihood(counts):
    """Return the binomial log-likelihood of each label of counts, at its own share."""
    total = counts.sum(axis=-1, keepdims=True)
    rest = total - counts
    return xlogy(counts, counts) + xlogy(rest, rest) - xlogy(total, total)
