"""Whether the mix of labels shifts from period to period within cities (notebook 06).

Passages are shared out over periods by the time that they tell of. Whether label and period go together is tested with
cities as strata, and simulated power says what such a test could find. A record has about eighteen passages, too few
for a path of its own city; so the path is that of all cities together, from a model in which each city has a level and
a slope of its own, shrunk towards the common ones. `orders` holds an order within cities against the calendar, and
`change_point` looks for the year in which the reports of one city changed.
"""

from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import xlogy
from scipy.stats import chi2

from cityanalysis import times
from cityanalysis.study import differences, shares

RULES = ("days", "midpoint")
OPEN = (np.datetime64("1900-01-01"), np.datetime64("2100-01-01"))
SIMULATIONS = 400  # of `power`, for each size
SPREAD = 0.7  # between cities in `power`: the standard deviation of each label's logit
Z90 = 1.645  # half the width of a normal's central 90 %, in standard deviations
# What `pooled` averages over: standard deviations between cities, in logits, of their levels and of their changes from
# the first period to the last.
LEVELS = np.arange(0, 2.01, 0.25)
SLOPES = np.arange(0, 3.01, 0.5)
STEPS = 12  # of the fit; more of them change shares by less than a millionth
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
    parts = {period: weights.mul(places[period], axis=0).groupby(city).sum() for period in places}
    index = pd.MultiIndex.from_product([sorted(city.unique()), places], names=["city", "period"])
    return pd.concat(parts).swaplevel().reindex(index)


def association(weights, places, city, *, permutations=shares.DRAWS):
    """Test whether labels and periods go together within cities, and whether cities move alike.

    A permutation test with the generalised Cochran–Mantel–Haenszel statistic (Landis, Heyman & Koch 1978,
    International Statistical Review 46:237), shares of passages in place of counts: the passages of each city exchange
    their periods. The tables are those that `tally` takes.

    Returns
    -------
    dict
        ``passages, cities``; ``q, p``: against any difference between periods; ``trend_q, trend_p``: against a trend
        from the first period to the last; ``alike``: the share of cities whose periods differ in the same direction as
        those of all others together, with ``alike_low, alike_high``, where 90 % of it lie by chance, and ``alike_p``.
        Each p is the share of permutations, the data among them, that reach the data's value.

    Examples
    --------
    >>> weights = pd.DataFrame({"industry": [1, 1, 1, 0, 0, 0] * 4}).assign(application=lambda t: 1 - t["industry"])
    >>> places = weights.set_axis(["–2015", "2016–"], axis=1)
    >>> found = association(weights, places, pd.Series(list("aaaaaabbbbbbccccccdddddd")), permutations=200)
    >>> round(found["q"], 1), round(found["p"], 3), found["alike"]
    (20.0, 0.005, 1.0)
    """
    labels, periods, member = weights.to_numpy(dtype=float), places.to_numpy(dtype=float), _member(city)
    where = member.argmax(axis=0)
    rng = np.random.default_rng(shares.SEED)
    # The first is the data; in each other, a city's labels stand in random order where its labels stood.
    drawn = np.broadcast_to(labels, (permutations + 1, *labels.shape)).copy()
    for permuted in drawn[1:]:
        permuted[np.argsort(where, kind="stable")] = labels[np.lexsort((rng.random(len(where)), where))]
    result = {"passages": len(labels), "cities": len(member)}
    for name, scores in (("", periods), ("trend_", _trend(periods))):
        q = _statistic(drawn, scores, member)
        result |= {f"{name}q": float(q[0]), f"{name}p": float((q >= q[0] - 1e-9).mean())}
    each = np.einsum("cn,nt,dnk->dctk", member, _centred(periods, member), drawn, optimize=True)
    others = each.sum(axis=1, keepdims=True) - each
    agree = (each * others).sum(axis=(2, 3))
    moves = np.abs(each).sum(axis=(2, 3)) > 1e-9
    alike = ((agree > 0) & moves).sum(axis=1) / np.maximum(moves.sum(axis=1), 1)
    low, high = shares.bounds(alike[1:]).tolist()
    chance = {"alike_low": low, "alike_high": high, "alike_p": float((alike >= alike[0]).mean())}
    return result | {"alike": float(alike[0])} | chance


def power(places, city, base, *, label, sizes=(0, 0.05, 0.1, 0.15, 0.2, 0.3)):
    """Simulate how often a shift of a given size would be found with as many passages as there are.

    `places` and `city` are those that `tally` takes; `base` gives the share of each label in the middle of the time.
    That of `label` rises by each of the `sizes` from the first period to the last, in even steps; the others give way
    in proportion. A row a size: ``any``, ``trend``: how often the two tests of `association` find p < 0.05 (by the χ²
    distribution, which permutations follow closely); ``margin``: the half width of the 90 % interval of the change in
    share from the first period to the last, all passages taken together; ``wrong sign``: how often that change has the
    wrong sign.

    Examples
    --------
    >>> places = pd.DataFrame({"–2015": [1, 0] * 100, "2016–": [0, 1] * 100})
    >>> base = {"industry": 0.5, "application": 0.5}
    >>> city = pd.Series(["a", "a", "b", "b"] * 50)
    >>> power(places, city, base, label="industry", sizes=[0.2]).round(2).loc[0.2].to_dict()
    {'any': 0.74, 'trend': 0.74, 'margin': 0.11, 'wrong sign': 0.01}
    """
    periods, member = places.to_numpy(dtype=float), _member(city)
    middle = np.array(list(base.values()))
    rising = np.arange(len(base)) == list(base).index(label)
    free = len(base) - 1
    tests = {"any": (periods, free * (periods.shape[1] - 1)), "trend": (_trend(periods), free)}
    rows = {}
    for size in sizes:
        drawn = _simulate(periods, member, _shifted(middle, rising, size, periods.shape[1]))
        found = {name: chi2.sf(_statistic(drawn, scores, member), df) for name, (scores, df) in tests.items()}
        share = np.einsum("nt,dn->dt", periods, drawn[..., rising][..., 0]) / periods.sum(axis=0)
        change = share[:, -1] - share[:, 0]
        rows[size] = {name: (p < 0.05).mean() for name, p in found.items()}
        rows[size] |= {"margin": Z90 * change.std(), "wrong sign": (change < 0).mean() if size else np.nan}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("size")


def _shifted(middle, rising, size, periods):
    """Return the shares of labels (periods, labels) when one rises by `size`, and the others give way in proportion."""
    share = np.clip(middle[rising] + size * np.linspace(-0.5, 0.5, periods), 0.01, 0.99)[:, None]
    return np.where(rising, share, middle / middle[~rising].sum() * (1 - share))


def _simulate(periods, member, mixes):
    """Return simulated labels (simulations, passages, labels); cities differ by `SPREAD`."""
    rng = np.random.default_rng(shares.SEED)
    lift = rng.normal(0, SPREAD, (SIMULATIONS, len(member), mixes.shape[1]))
    # A passage in two periods has a mix between theirs.
    mixes = np.exp(np.log(periods @ mixes) + np.einsum("cn,dck->dnk", member, lift))
    chances = np.cumsum(shares.proportions(mixes), axis=-1)
    picked = (rng.random((SIMULATIONS, len(periods), 1)) > chances[..., :-1]).sum(axis=-1)
    return np.eye(mixes.shape[-1])[picked]


def _member(city):
    """Return which passage is of which city (cities, passages)."""
    names, where = np.unique(city.to_numpy(dtype=str), return_inverse=True)
    return (where == np.arange(len(names))[:, None]).astype(float)


def _trend(periods):
    """Return the mean place of each passage among the periods (passages, 1)."""
    return periods @ np.arange(periods.shape[1], dtype=float)[:, None]


def _centred(values, member):
    """Return values (…, passages, columns) without the mean of their city."""
    means = member @ values / member.sum(axis=1)[:, None]
    return values - member.T @ means


def _statistic(drawn, scores, member):
    """Return Mantel–Haenszel statistics (D,) of labels (D, passages, K) and scores (passages, J), cities as strata."""
    scores = _centred(scores, member)
    several = member / np.maximum(member.sum(axis=1) - 1, 1)[:, None]
    of_scores = np.einsum("cn,ni,nj->cij", member, scores, scores, optimize=True)
    centred = _centred(drawn, member)
    of_labels = np.einsum("cn,dnk,dnl->dckl", several, centred, centred, optimize=True)
    covariance = np.einsum("cij,dckl->dikjl", of_scores, of_labels, optimize=True)
    total = np.einsum("ni,dnk->dik", scores, drawn)
    size = total.shape[1] * total.shape[2]
    inverse = np.linalg.pinv(covariance.reshape(-1, size, size), hermitian=True, rcond=1e-9)
    flat = total.reshape(-1, size)
    return np.einsum("di,dij,dj->d", flat, inverse, flat)


class Path(NamedTuple):
    """The common path of many cities through T periods, as `pooled` finds it; K labels, B bootstrap draws of cities."""

    shares: pd.DataFrame  # `shares.COLUMNS` of the average city, a group a period
    change: pd.DataFrame  # the same of its change from the first period to the last, and p_rise: how many draws rise
    spread: pd.DataFrame  # the same of standard deviations between cities, of shares (level_sd), changes (change_sd)
    cities: pd.DataFrame  # each city's shares, shrunk towards the common path; indexed like the counts
    average: np.ndarray  # (T, K), the shares of the average city
    drawn: np.ndarray  # (B, T, K), the same for each draw


def pooled(counts, *, draws=300, weights=None, slopes=True):
    """Fit a common path to the counts of many cities: a mixed-effects multinomial logit model (Hedeker 2003).

    From counts, as `tally` gives them (fractions are allowed), to a `Path`. Cities are resampled `draws` times, or,
    with `weights` (draws × cities), count so often in each draw (to leave some out). Without `slopes`, cities differ in
    their level only, not in their change from the first period to the last.

    The logits of a city in a period are the period's, plus the city's own level, plus its own slope times the period's
    place between −½ and ½ (Statistics in Medicine 22:1433). Levels and slopes are normal about 0, alike for all
    labels: one standard deviation each. So few passages say little of these two, and a single best value would often
    be 0; so the results are averages over a grid of both (`LEVELS`, `SLOPES`), all equally likely beforehand, weighted
    by the likelihood. Given these, the periods are fitted by EM with Gauss–Hermite quadrature (Bock & Aitkin 1981,
    Psychometrika 46:443), half a passage of each label added to each period, so that none is empty. Cities are
    resampled, not passages, so that what the passages of a city share widens the intervals; each draw takes one point
    of the grid, by its weight. `benchmarks/shifts.py` simulates how often the intervals hold the truth.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([list("abc"), ["–2015", "2016–"]], names=["city", "period"])
    >>> counts = pd.DataFrame({"industry": [6, 2, 5, 3, 9, 2], "application": [2, 6, 2, 7, 3, 4]}, index=index)
    >>> pooled(counts, draws=20).change.round(2)
        group        label  share   low  high     n  p_rise
    0  change     industry  -0.34 -0.46 -0.30  51.0     0.0
    1  change  application   0.34  0.30  0.46  51.0     1.0
    """
    cities, periods = (counts.index.unique(level) for level in ("city", "period"))
    labels = counts.columns
    counted = counts.to_numpy(dtype=float).reshape(len(cities), len(periods), len(labels))
    rng = np.random.default_rng(shares.SEED)
    if weights is None:
        picks = rng.integers(0, len(cities), (draws, len(cities)))
        weights = np.stack([np.bincount(pick, minlength=len(cities)) for pick in picks])
    points, mass = _nodes((len(labels) - 1) * (1 + slopes))
    grid = np.stack(np.meshgrid(LEVELS, SLOPES if slopes else SLOPES[:1], indexing="ij"), axis=-1).reshape(-1, 2)
    every = np.ones((len(grid), len(cities)))
    fitted, held, fit = _fit(counted, every, points, mass, _roots(grid, len(labels), slopes))
    likely = shares.proportions(np.exp(fit - fit.max()))
    average = np.einsum("g,q,gqtk->tk", likely, mass, fitted)
    own = np.einsum("g,gcq,gqtk->ctk", likely, held, fitted, optimize=True)
    level, slope = (_spread(part, mass, likely) for part in (fitted.mean(axis=2), fitted[:, :, -1] - fitted[:, :, 0]))
    some = grid[rng.choice(len(grid), len(weights), p=likely)]
    redrawn = _fit(counted, np.asarray(weights, dtype=float), points, mass, _roots(some, len(labels), slopes))[0]
    drawn = np.einsum("q,bqtk->btk", mass, redrawn)
    n, change = counted.sum(axis=(0, 2)), drawn[:, -1] - drawn[:, 0]
    return Path(
        shares=_tidy(periods, labels, (average, *shares.bounds(drawn)), n),
        change=_tidy(["change"], labels, (average[-1] - average[0], *shares.bounds(change)), n[[0, -1]].sum()).assign(
            p_rise=(change > 0).mean(axis=0)
        ),
        spread=_tidy(["level_sd", "change_sd"], labels, np.stack([level, slope], axis=1), n.sum()),
        cities=pd.DataFrame(own.reshape(counts.shape), counts.index, labels),
        average=average,
        drawn=drawn,
    )


def _tidy(groups, labels, values, n):
    """Return a table of share, low and high, each (groups, labels), in the shape of the study's tables of shares."""
    index = pd.MultiIndex.from_product([groups, labels], names=["group", "label"])
    share, low, high = map(np.ravel, values)
    table = pd.DataFrame({"share": share, "low": low, "high": high}, index)
    return table.reset_index().assign(n=np.repeat(n, len(table) // np.size(n)))


def _nodes(dimensions):
    """Return points (Q, dimensions) and weights (Q,) of a Gauss–Hermite quadrature for a standard normal."""
    count = 6 if dimensions <= 2 else 4
    points, mass = np.polynomial.hermite_e.hermegauss(count)
    places = np.indices((count,) * dimensions).reshape(dimensions, -1).T
    return points[places], np.prod((mass / mass.sum())[places], axis=1)


def _roots(grid, labels, slopes):
    """Return roots (G, E, E) of the covariance of logits against the last label, for each pair of deviations."""
    own = np.linalg.cholesky(np.eye(labels - 1) + 1)
    return np.stack([np.kron(np.diag(pair[: 1 + slopes]), own) for pair in grid])


def _fit(counts, weights, points, mass, roots):
    """Return shares (B, Q, T, K), where at the nodes each city lies (B, C, Q), and the log-likelihood (B,)."""
    _, periods, labels = counts.shape
    free = labels - 1
    place = np.linspace(-0.5, 0.5, periods)
    design = np.stack([np.ones(periods), place])[: points.shape[1] // free]
    totals = counts.sum(axis=2)
    observed = np.einsum("bc,ctk->btk", weights, counts) + 0.5
    intercept = np.log(observed[..., :free] / observed[..., free:])
    own = np.einsum("qe,bfe->bqf", points, roots)
    lift = np.einsum("bqsd,st->bqtd", own.reshape(*own.shape[:2], len(design), free), design)
    for _ in range(STEPS):
        # Expectation: where each city lies among the nodes.
        fitted, logs = _softmax(intercept[:, None] + lift)
        joint = counts.reshape(len(counts), -1) @ logs.reshape(*logs.shape[:2], -1).swapaxes(1, 2) + np.log(mass)
        held = np.exp(joint - joint.max(axis=-1, keepdims=True))
        fit = np.log(held.sum(axis=-1)) + joint.max(axis=-1)
        held /= held.sum(axis=-1, keepdims=True)
        # Maximisation: one step of Newton's method for the intercepts, period by period; the half passages lie at the
        # common path.
        expected = np.einsum("bc,bcq,ct->bqt", weights, held, totals, optimize=True)
        expected = np.concatenate([expected, np.full_like(expected[:, :1], labels / 2)], axis=1)
        told = np.concatenate([fitted, _softmax(intercept)[0][:, None]], axis=1)[..., :free]
        slope = observed[..., :free] - np.einsum("bqt,bqtd->btd", expected, told)
        bend = -np.einsum("bqt,bqtd,bqte->btde", expected, told, told, optimize=True)
        bend[..., np.arange(free), np.arange(free)] += np.einsum("bqt,bqtd->btd", expected, told)
        intercept += np.linalg.solve(bend, slope[..., None])[..., 0].clip(-1, 1)
    return fitted, held, (weights * fit).sum(axis=1)


def _softmax(logits):
    """Return shares and their logarithms; the last label, which is left out, has logit 0."""
    logits = np.pad(logits, [(0, 0)] * (logits.ndim - 1) + [(0, 1)])
    logits -= logits.max(axis=-1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return np.exp(logs), logs


def _spread(fitted, mass, likely):
    """Return mean, low and high (3, K) of the standard deviation between cities of shares (G, Q, K)."""
    mean = np.einsum("q,gqk->gk", mass, fitted)
    deviation = np.sqrt(np.einsum("q,gqk->gk", mass, (fitted - mean[:, None]) ** 2))
    low, high = np.quantile(deviation, shares.INTERVAL, axis=0, weights=likely, method="inverted_cdf")
    return np.stack([likely @ deviation, low, high])


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
