"""How a mix of labels moves from period to period: shared by the cities, or not, and how sure that is.

A record has about eighteen passages, which is too few for a path of one city. So the path is that of the cities
together: a logit model in which each city has a level and a slope of its own, drawn towards the common ones
(`pooled`), and a test in which passages change their dates within a city (`association`).
"""

from typing import NamedTuple

import numpy as np

DRAWS = 400
RULES = ("days", "midpoint")
OPEN = (np.datetime64("1900-01-01"), np.datetime64("2100-01-01"))


class Path(NamedTuple):
    """A common path, as `pooled` finds it; T periods, K labels, C cities, B draws of cities."""

    share: np.ndarray  # (T, K) of the average city
    drawn: np.ndarray  # (B, T, K) the same for each draw
    cities: np.ndarray  # (C, T, K) each city, drawn towards the common path
    level_sd: np.ndarray  # (1 + B, K) how far cities lie apart, standard deviation of shares; the data first, then draws
    change_sd: np.ndarray  # (1 + B, K) how far their changes from the first period to the last lie apart


def named(starts):
    """Return the names of periods.

    Parameters
    ----------
    starts : sequence of int
        The first years of the second period and of those after it.

    Returns
    -------
    list of str

    Examples
    --------
    >>> named([2011, 2016])
    ['–2010', '2011–2015', '2016–']
    """
    ends = [f"{year - 1}" for year in starts] + [""]
    return [f"{start}–{end}" for start, end in zip(["", *starts], ends, strict=True)]


def share_out(passages, starts, *, rule="days"):
    """Share passages out over periods, by the time that they tell of.

    Parameters
    ----------
    passages : pandas.DataFrame
        With ``passage_id, section, date_from, date_to``. What the times in a passage span is cut to the period of its
        heading where the two meet, since a single look back would else stretch it over decades.
    starts : sequence of int
        The first years of the second period and of those after it.
    rule : str
        ``days``: a passage counts in each period by the part of its days that lie there; ``midpoint``: only where the
        middle of its days lies.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``passage_id``, a column a period; each row sums to 1.

    Raises
    ------
    ValueError
        If the rule is unknown, or a passage has no date.

    Examples
    --------
    >>> import pandas as pd
    >>> dates = {"date_from": ["2014-01-01"], "date_to": ["2017-12-31"]}
    >>> share_out(pd.DataFrame({"passage_id": ["a#1"], "section": ["2012—2017"], **dates}), [2016]).round(2)
                –2015  2016–
    passage_id              
    a#1           0.5    0.5
    """
    import pandas as pd

    from cityanalysis import times

    if rule not in RULES:
        raise ValueError(f"rule {rule!r}: unknown; choose among {', '.join(RULES)}")
    told = _days(passages["date_from"], passages["date_to"])
    if np.isnat(told[0]).any():
        lacking = passages["passage_id"][np.isnat(told[0])].iloc[0]
        raise ValueError(f"{lacking}: expected a date in date_from, found none; leave such passages out")
    nothing = pd.DataFrame({"passage_id": [], "kind": [], "status": [], "date_from": [], "date_to": []}, dtype=str)
    heading = times.spans(passages, nothing)
    heading = _days(heading["date_from"], heading["date_to"])
    unbounded = np.isnat(heading[0]) | passages["section"].str.contains("以前|之前").to_numpy()
    heading[0][unbounded] = OPEN[0]
    low, high = np.maximum(told[0], heading[0]), np.minimum(told[1], heading[1])
    meet = low <= high
    low, high = np.where(meet, low, told[0]), np.where(meet, high, told[1])
    # An open end, or a time still to come, is no reason to stretch a passage over decades.
    high = np.where(high == OPEN[1], np.maximum(low, np.datetime64(f"{max(starts)}-01-01")), high) + np.timedelta64(1)
    if rule == "midpoint":
        low = low + (high - low) // 2
        high = low + np.timedelta64(1)
    bounds = [OPEN[0], *(np.datetime64(f"{year}-01-01") for year in starts), OPEN[1]]
    inside = [
        (np.minimum(high, end) - np.maximum(low, start)).astype(int).clip(0)
        for start, end in zip(bounds, bounds[1:], strict=False)
    ]
    table = pd.DataFrame(np.transpose(inside), columns=named(starts), index=passages["passage_id"].to_numpy())
    return table.div(table.sum(axis=1), axis=0).rename_axis("passage_id")


def _days(first, last):
    """Return two arrays of days; a lacking last one is open."""
    first, last = (column.replace("", "NaT").to_numpy(dtype="datetime64[D]") for column in (first, last))
    return first, np.where(np.isnat(last), OPEN[1], last)


def tally(weights, places, city):
    """Count labels by city and period.

    Parameters
    ----------
    weights : pandas.DataFrame
        A column a label, a row a passage.
    places : pandas.DataFrame
        A column a period, as `share_out` gives them, indexed like `weights`.
    city : pandas.Series
        The city of each passage, indexed alike.

    Returns
    -------
    numpy.ndarray
        Of shape (cities, periods, labels), cities in the order of their names.

    Examples
    --------
    >>> import pandas as pd
    >>> weights = pd.DataFrame({"industry": [1, 0.5], "application": [0, 0.5]})
    >>> tally(weights, pd.DataFrame({"–2015": [1, 0.5], "2016–": [0, 0.5]}), pd.Series(["a", "a"])).tolist()
    [[[1.25, 0.25], [0.25, 0.25]]]
    """
    rows = places.to_numpy(dtype=float)[:, :, None] * weights.to_numpy(dtype=float)[:, None, :]
    names, where = np.unique(city.to_numpy(dtype=str), return_inverse=True)
    counted = np.zeros((len(names), *rows.shape[1:]))
    np.add.at(counted, where, rows)
    return counted


def pooled(counts, *, draws=DRAWS, weights=None, slopes=True, nodes=None, seed=1):
    """Fit a common path to the counts of many cities.

    Parameters
    ----------
    counts : numpy.ndarray
        Cities by periods by labels, as `tally` gives them; fractions are allowed.
    draws : int
        How many times the cities are drawn with replacement.
    weights : numpy.ndarray, optional
        Draws by cities: how often each city counts in each draw, in place of drawing them (to leave some out).
    slopes : bool
        Whether cities may differ in their change from the first period to the last, too, not only in their level.
    nodes : int, optional
        Points of the quadrature a dimension; unless given, 5 for two dimensions, 4 for more.
    seed : int
        Of the draws.

    Returns
    -------
    Path

    Notes
    -----
    A mixed-effects multinomial logit model (Hedeker 2003, Statistics in Medicine 22:1433): the logits of a city in a
    period are the period's plus the city's own level, plus its own slope times the period's place between −½ and ½;
    levels and slopes are normal about nought, each with its covariance. Fitted by EM with Gauss–Hermite quadrature
    (Bock & Aitkin 1981, Psychometrika 46:443), with half a passage of each label added to each period, so that none is
    empty. The draws are of cities, not of passages, so that what the passages of a city share widens the intervals.

    Examples
    --------
    >>> path = pooled(np.array([[[6, 2], [2, 6]], [[5, 2], [3, 7]], [[9, 3], [2, 4]]]), draws=20)
    >>> path.share.round(1).tolist()
    [[0.7, 0.3], [0.3, 0.7]]
    """
    counts = np.asarray(counts, dtype=float)
    if weights is None:
        picks = np.random.default_rng(seed).integers(0, len(counts), (draws, len(counts)))
        weights = np.stack([np.bincount(pick, minlength=len(counts)) for pick in picks])
    grid, mass = _nodes((counts.shape[2] - 1) * (1 + slopes), nodes)
    whole = np.ones((1, len(counts)))
    first = _fit(counts, whole, grid, mass, None, steps=150)
    start = [np.repeat(part, len(weights), axis=0) for part in first[:2]]
    # Draws begin at the fit to all cities, and so need fewer steps.
    again = _fit(counts, np.asarray(weights, dtype=float), grid, mass, start, steps=60)
    (share, shares, levels, changes, held), (drawn, _, drawn_levels, drawn_changes, _) = (
        (_average(fit[2], mass), fit[2], *_spread(fit[2], mass), fit[3]) for fit in (first, again)
    )
    cities = np.einsum("cq,qtk->ctk", held[0], shares[0])
    return Path(share[0], drawn, cities, np.vstack([levels, drawn_levels]), np.vstack([changes, drawn_changes]))


def _nodes(dimensions, count):
    """Return points (Q, dimensions) and weights (Q,) of a Gauss–Hermite quadrature for a standard normal."""
    count = count or (5 if dimensions <= 2 else 4)
    points, mass = np.polynomial.hermite_e.hermegauss(count)
    grids = np.meshgrid(*[np.arange(count)] * dimensions, indexing="ij")
    places = np.stack([grid.ravel() for grid in grids], axis=1)
    return points[places], np.prod((mass / mass.sum())[places], axis=1)


def _fit(counts, weights, grid, mass, start, *, steps):
    """Return intercepts (B, T, D), roots of the covariance (B, E, E), shares (B, Q, T, K), cities' places (B, C, Q)."""
    _, periods, labels = counts.shape
    free, size = labels - 1, grid.shape[1]
    place = np.linspace(-0.5, 0.5, periods)
    design = np.stack([np.ones(periods), place][: size // free])  # level, and slope where there is one
    block = np.kron(np.eye(len(design)), np.ones((free, free)))
    totals = counts.sum(axis=2)
    observed = np.einsum("bc,ctk->btk", weights, counts)[..., :free] + 0.5
    if start is None:
        start = [np.zeros((len(weights), periods, free)), np.tile(0.5 * np.eye(size), (len(weights), 1, 1))]
    intercept, root = (part.copy() for part in start)
    for step in range(steps + 1):
        own = np.einsum("qe,bfe->bqf", grid, root)
        lift = np.einsum("bqsd,st->bqtd", own.reshape(*own.shape[:2], len(design), free), design)
        logits = np.pad(intercept[:, None] + lift, [(0, 0)] * 3 + [(0, 1)])
        logits -= logits.max(axis=-1, keepdims=True)
        shares = np.exp(logits)
        total = shares.sum(axis=-1, keepdims=True)
        shares, logs = shares / total, logits - np.log(total)
        fits = counts.reshape(len(counts), -1) @ logs.reshape(*logs.shape[:2], -1).swapaxes(1, 2) + np.log(mass)
        held = np.exp(fits - fits.max(axis=-1, keepdims=True))
        held /= held.sum(axis=-1, keepdims=True)
        if step == steps:
            return intercept, root, shares, held
        held *= weights[..., None]
        covariance = (held.sum(axis=1)[:, None, :] * own.swapaxes(1, 2)) @ own * block
        covariance /= weights.sum(axis=1)[:, None, None]
        root = np.linalg.cholesky(covariance + 1e-6 * np.eye(size))
        # One step of Newton's method for the intercepts, period by period.
        expected = held.swapaxes(1, 2) @ totals
        flat = np.exp(np.pad(intercept, [(0, 0)] * 2 + [(0, 1)]))
        flat /= flat.sum(axis=-1, keepdims=True)
        shown = np.concatenate([shares, flat[:, None]], axis=1)[..., :free]
        expected = np.concatenate([expected, np.full_like(expected[:, :1], labels / 2)], axis=1)
        slope = observed - np.einsum("bqt,bqtd->btd", expected, shown)
        bend = np.einsum("bqt,bqtd,bqte->btde", expected, shown, shown, optimize=True)
        bend = np.einsum("bqt,bqtd,de->btde", expected, shown, np.eye(free), optimize=True) - bend
        intercept += np.linalg.solve(bend, slope[..., None])[..., 0].clip(-1, 1)
    raise AssertionError("unreachable")


def _average(shares, mass):
    """Return the shares (B, T, K) of the average city."""
    return np.einsum("q,bqtk->btk", mass, shares)


def _spread(shares, mass):
    """Return how far cities lie apart in level and in change, as standard deviations (B, K) of shares."""
    level, change = shares.mean(axis=2), shares[:, :, -1] - shares[:, :, 0]
    return [
        np.sqrt(np.einsum("q,bqk->bk", mass, (part - np.einsum("q,bqk->bk", mass, part)[:, None]) ** 2))
        for part in (level, change)
    ]
