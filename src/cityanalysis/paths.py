"""A path through periods that many thin cities share, and how far they lie apart around it.

A record has about eighteen passages, too few for a path of its own city. So the path is that of the cities together:
a logit model in which each city has a level and a slope of its own, drawn towards the common ones.
"""

from typing import NamedTuple

import numpy as np

DRAWS = 300
INTERVAL = (5, 95)  # percentiles of the draws


class Path(NamedTuple):
    """A common path, as `pooled` finds it; T periods, K labels, C cities, B draws of cities."""

    share: np.ndarray  # (T, K) of the average city
    drawn: np.ndarray  # (B, T, K) the same for each draw
    cities: np.ndarray  # (C, T, K) each city, drawn towards the common path
    level_sd: (
        np.ndarray
    )  # (1 + B, K) how far cities lie apart, standard deviation of shares; the data first, then draws
    change_sd: np.ndarray  # (1 + B, K) how far their changes from the first period to the last lie apart


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


def table(path, periods, labels):
    """Return the common path as a table.

    Parameters
    ----------
    path : Path
        As `pooled` gives it.
    periods, labels : sequence of str
        Their names.

    Returns
    -------
    pandas.DataFrame
        Columns ``period, label, share, low, high``: the share of the label in the average city, and the central 90 %
        of the draws.
    """
    import pandas as pd

    low, high = np.percentile(path.drawn, INTERVAL, axis=0)
    index = pd.MultiIndex.from_product([periods, labels], names=["period", "label"])
    values = {"share": path.share.ravel(), "low": low.ravel(), "high": high.ravel()}
    return pd.DataFrame(values, index=index).reset_index()


def change(path, labels):
    """Return how far each label's share moves from the first period to the last, and how far cities differ in it.

    Parameters
    ----------
    path : Path
        As `pooled` gives it.
    labels : sequence of str
        Their names.

    Returns
    -------
    pandas.DataFrame
        A row a label: ``change`` of its share in the average city with ``low, high`` (the central 90 % of the draws);
        ``p_rise``, in how many draws it rises; ``level_sd`` and ``change_sd``, the standard deviations between cities
        of its share and of its change, each with ``low_…`` and ``high_…``.

    Examples
    --------
    >>> path = pooled(np.array([[[6, 2], [2, 6]], [[5, 2], [3, 7]], [[9, 3], [2, 4]]]), draws=20)
    >>> change(path, ["infrastructure", "application"])["p_rise"].tolist()
    [0.0, 1.0]
    """
    import pandas as pd

    drawn = path.drawn[:, -1] - path.drawn[:, 0]
    columns = {"change": path.share[-1] - path.share[0]}
    columns["low"], columns["high"] = np.percentile(drawn, INTERVAL, axis=0)
    columns["p_rise"] = (drawn > 0).mean(axis=0)
    for name in ("level_sd", "change_sd"):
        values = getattr(path, name)
        columns[name] = values[0]
        columns[f"low_{name}"], columns[f"high_{name}"] = np.percentile(values[1:], INTERVAL, axis=0)
    return pd.DataFrame(columns, index=pd.Index(labels, name="label"))


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
    for step in range(steps + 1):  # the last round only takes stock
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
            break
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
    return intercept, root, shares, held


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
