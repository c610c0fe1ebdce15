"""Where a stream of dated events bends, and how sure that is."""

import numpy as np

DRAWS = 500


def cube(events, years, *, by=None):
    """Count events by city, year and kind.

    Parameters
    ----------
    events : pandas.DataFrame
        With ``city``, ``year`` (int) and the column `by`.
    years : sequence of int
        The years to count, in order; others are left out.
    by : str, optional
        A column that parts the events; unless given, they are counted together.

    Returns
    -------
    numpy.ndarray
        Of shape (cities, years, kinds), cities and kinds in the order of their names.

    Examples
    --------
    >>> import pandas as pd
    >>> cube(pd.DataFrame({"city": ["a", "b", "b"], "year": [2010, 2011, 2011]}), [2010, 2011])[:, :, 0].tolist()
    [[1, 0], [0, 2]]
    """
    import pandas as pd

    kept = events[events["year"].isin(years)]
    kind = pd.Series("", index=kept.index) if by is None else kept[by]
    cities, kinds = sorted(events["city"].unique()), sorted(kind.unique())
    counted = np.zeros((len(cities), len(years), len(kinds)), dtype=int)
    places = (kept["city"].map(cities.index), kept["year"].map(list(years).index), kind.map(kinds.index))
    np.add.at(counted, tuple(place.to_numpy(dtype=int) for place in places), 1)
    return counted


def volume(counts):
    """Return how many there are a year, as square roots, whose scatter does not grow with the number.

    Parameters
    ----------
    counts : numpy.ndarray
        Years by kinds.

    Returns
    -------
    numpy.ndarray
        Years by 1.

    Examples
    --------
    >>> volume(np.array([[4, 5], [0, 1]])).ravel().tolist()
    [3.0, 1.0]
    """
    return np.sqrt(counts.sum(axis=1, keepdims=True))


def mix(counts):
    """Return the share of each kind a year, as square roots; a half is added to each count, so that none is empty.

    Parameters
    ----------
    counts : numpy.ndarray
        Years by kinds.

    Returns
    -------
    numpy.ndarray
        Years by kinds. Distances between rows are Hellinger's.

    Examples
    --------
    >>> mix(np.array([[1, 1]])).round(3).tolist()
    [[0.707, 0.707]]
    """
    return np.sqrt((counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True))


def ratio(counts):
    """Return how many of the first kind there are for one of the second, a year, as logarithms to the base 2.

    Parameters
    ----------
    counts : numpy.ndarray
        Years by 2.

    Returns
    -------
    numpy.ndarray
        Years by 1.

    Examples
    --------
    >>> ratio(np.array([[7, 3], [3, 3]])).round(2).ravel().tolist()
    [1.1, 0.0]
    """
    return np.log2((counts[:, :1] + 0.5) / (counts[:, 1:] + 0.5))


def bends(counted, signal, years, *, n=2, draws=DRAWS, seed=20261121):
    """Find the years in which a stream changes its level most, with intervals over cities.

    Parameters
    ----------
    counted : numpy.ndarray
        Cities by years by kinds, as `cube` gives them.
    signal : callable
        From years by kinds to years by values: `volume`, `mix` or `ratio`.
    years : sequence of int
        The years.
    n : int
        How many bends to look for. The method finds as many as it is asked for, whether or not there is one.
    draws : int
        How often cities are drawn with replacement.
    seed : int
        Of the draws.

    Returns
    -------
    table : pandas.DataFrame
        A row a bend: ``year`` the first of the new level, ``low`` and ``high`` its 95 % interval over the draws, and
        ``hits``, the share of draws in which a bend lies within a year of it.
    explained : float
        The share of the signal's variance that lies between the stretches.

    Notes
    -----
    The best cut into `n` + 1 stretches of at least two years by least squares, found by dynamic programming with the
    package ruptures (Truong, Oudre & Vayatis 2020). Draws of cities leave the years as they are, so that the interval
    says how much the bend hangs on a few cities, and nothing about what was not collected.

    Examples
    --------
    >>> steps = np.array([[[1]] * 4 + [[9]] * 4] * 3)
    >>> table, explained = bends(steps, volume, range(2010, 2018), n=1, draws=20)
    >>> table.iloc[0].tolist(), explained
    ([2014.0, 2014.0, 2014.0, 1.0], 1.0)
    """
    import pandas as pd

    years = list(years)
    values = signal(counted.sum(axis=0))
    found = _cut(values, n)
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(counted), (draws, len(counted)))
    drawn = np.array([_cut(signal(counted[pick].sum(axis=0)), n) for pick in picks])
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0, method="inverted_cdf").astype(int)
    hits = [(np.abs(drawn - place) <= 1).any(axis=1).mean() for place in found]
    within = sum(((part - part.mean(axis=0)) ** 2).sum() for part in np.split(values, found))
    explained = 1 - within / ((values - values.mean(axis=0)) ** 2).sum()
    table = pd.DataFrame(
        {
            "year": [years[i] for i in found],
            "low": [years[i] for i in low],
            "high": [years[i] for i in high],
            "hits": hits,
        }
    )
    return table, float(explained)


def _cut(values, n):
    """Return where the second and later stretches begin."""
    import ruptures

    return ruptures.Dynp(model="l2", min_size=2, jump=1).fit_predict(values, n_bkps=n)[:-1]
