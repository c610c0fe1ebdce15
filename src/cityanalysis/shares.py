"""From shares of topics a passage to shares a city, period or collection, with what is uncertain about them.

All intervals are bootstrapped (`scipy.stats.bootstrap`, percentiles): units are drawn again with replacement. They show
how far a figure hangs on which units there are, and nothing else. With fewer than about ten units they are too narrow.
"""

DRAWS = 1000


def by_group(table, groups, *, units=None, level=0.95, draws=DRAWS, seed=0):
    """Return mean shares by group, with intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        Passages × topics (`cityanalysis.topics.Model`). Passages with missing values are left out.
    groups : pandas.Series
        The group of each passage, by passage id; a passage without one is left out.
    units : pandas.Series, optional
        What is drawn again, by passage id: a city, say, if its passages belong together. Each unit counts the same,
        however many passages it has. Passages, unless given.
    level : float
        Of the intervals.
    draws, seed : int
        How many times units are drawn again, and the seed.

    Returns
    -------
    pandas.DataFrame
        Columns ``group, topic, share, low, high, units``, groups and topics in order; with one unit there is no
        interval: ``low`` and ``high`` are missing.

    Raises
    ------
    ValueError
        If no passage with shares has a group.

    References
    ----------
    Efron, B. & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman & Hall.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({1: [1.0, 0.5], 2: [0.0, 0.5]}, index=["a#1", "a#2"])
    >>> by_group(table, pd.Series("a", index=table.index))[["topic", "share", "units"]].to_csv(index=False).split()
    ['topic,share,units', '1,0.75,2', '2,0.25,2']
    """
    import numpy as np
    import pandas as pd
    from scipy.stats import bootstrap

    kept = table.dropna()
    of_passage = groups.reindex(kept.index).dropna()
    if of_passage.empty:
        raise ValueError("no passage with shares has a group; give groups by the passage ids of the table")
    kept = kept.loc[of_passage.index]
    of_unit = pd.Series(kept.index, kept.index) if units is None else units.reindex(kept.index)
    means = kept.groupby([of_passage.rename("group"), of_unit.rename("unit")]).mean()
    parts = []
    for group, part in means.groupby("group"):
        values = part.to_numpy()
        low = high = np.full(values.shape[1], np.nan)
        if len(values) > 1:
            settings = {"n_resamples": draws, "confidence_level": level, "method": "percentile", "rng": seed}
            low, high = bootstrap((values,), np.mean, axis=0, vectorized=True, **settings).confidence_interval
        found = {"topic": table.columns, "share": values.mean(axis=0), "low": low, "high": high, "units": len(values)}
        parts.append(pd.DataFrame(found).assign(group=group))
    return pd.concat(parts, ignore_index=True)[["group", "topic", "share", "low", "high", "units"]]


def difference(table, groups, *, level=0.95, draws=DRAWS, seed=0):
    """Return by how much each group's shares are above those of all other groups together.

    Parameters
    ----------
    table : pandas.DataFrame
        Units × topics: means of cities, say, or passages.
    groups : pandas.Series
        The group of each unit; same index.
    level, draws, seed
        As for `by_group`.

    Returns
    -------
    pandas.DataFrame
        Columns ``group, topic, difference, low, high``.

    Raises
    ------
    ValueError
        If a group, or all others together, has fewer than two units.
    """
    import numpy as np
    import pandas as pd
    from scipy.stats import bootstrap

    parts = []
    for group in sorted(groups.unique()):
        inside, outside = (table[mask].dropna().to_numpy() for mask in (groups == group, groups != group))
        if min(len(inside), len(outside)) < 2:
            raise ValueError(
                f"group {group!r} has {len(inside)} units and {len(outside)} others: a difference with an interval "
                "needs two of each; leave the group out"
            )
        found = bootstrap(
            (inside, outside),
            lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis),
            axis=0,
            vectorized=True,
            n_resamples=draws,
            confidence_level=level,
            method="percentile",
            rng=seed,
        ).confidence_interval
        gap = inside.mean(axis=0) - outside.mean(axis=0)
        columns = {"topic": table.columns, "difference": gap, "low": found.low, "high": found.high}
        parts.append(pd.DataFrame(columns).assign(group=group))
    return pd.concat(parts, ignore_index=True)[["group", "topic", "difference", "low", "high"]]


def agreement(first, second, *, level=0.95, draws=DRAWS, seed=0):
    """Say whether two tables of the same units rank them alike, topic by topic.

    Parameters
    ----------
    first, second : pandas.DataFrame
        Units × topics, with the same index and columns: the shares in the record and in the report of each city, say.
    level, draws, seed
        As for `by_group`; units are drawn again, in both tables the same.

    Returns
    -------
    pandas.DataFrame
        Columns ``topic, rho, low, high, units``: Spearman's ρ over the units for each topic, and, in the last row with
        the topic ``all``, its mean over topics. Draws in which a table has only one value are passed over.

    Raises
    ------
    ValueError
        If the tables have not the same units and topics, or fewer than three units.

    Examples
    --------
    >>> import pandas as pd
    >>> first = pd.DataFrame({1: [0.1, 0.2, 0.3, 0.4]})
    >>> agreement(first, first**2)[["topic", "rho", "units"]].to_csv(index=False).split()
    ['topic,rho,units', '1,1.0,4', 'all,1.0,4']
    """
    import numpy as np
    import pandas as pd
    from scipy.stats import rankdata

    if not (first.index.equals(second.index) and first.columns.equals(second.columns)):
        raise ValueError("the two tables have different units or topics; give both the same index and columns")
    if len(first) < 3:
        raise ValueError(f"ranks of {len(first)} units say nothing; give at least three")
    drawn = np.random.default_rng(seed).integers(len(first), size=(draws, len(first)))
    drawn = np.concatenate([np.arange(len(first))[None], drawn])  # the first draw is the units as they are
    ranks = [rankdata(table.to_numpy()[drawn].round(9), axis=1) for table in (first, second)]
    a, b = (rank - rank.mean(axis=1, keepdims=True) for rank in ranks)
    scale = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    rho = np.divide((a * b).sum(axis=1), scale, out=np.full_like(scale, np.nan), where=scale > 0)
    known = np.isfinite(rho).sum(axis=1)
    mean = np.divide(np.nansum(rho, axis=1), known, out=np.full(len(rho), np.nan), where=known > 0)
    rho = np.column_stack([rho, mean])
    low, high = np.nanquantile(rho[1:], [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame(
        {"topic": [*first.columns, "all"], "rho": rho[0], "low": low, "high": high, "units": len(first)}
    )


def distances(table, groups, *, size, draws=200, seed=0):
    """Return how far the shares of groups lie apart when each is given by the same number of passages.

    Few passages lie further apart by chance than many; with as many from each group, distances can be compared.

    Parameters
    ----------
    table : pandas.DataFrame
        Passages × topics; passages with missing values are left out.
    groups : pandas.Series
        The group of each passage, by passage id.
    size : int
        How many passages are drawn from each group, without replacement.
    draws, seed : int
        How many times, and the seed.

    Returns
    -------
    pandas.DataFrame
        Groups × groups: the mean total variation distance (half the sum of the differences of the shares), from 0 to 1.

    Raises
    ------
    ValueError
        If a group has fewer passages than are to be drawn.
    """
    import numpy as np
    import pandas as pd
    from scipy.spatial.distance import pdist, squareform

    kept = table.dropna()
    parts = {name: part.to_numpy() for name, part in kept.groupby(groups.reindex(kept.index))}
    few = [name for name, part in parts.items() if len(part) < size]
    if few:
        raise ValueError(f"{', '.join(few)}: fewer than {size} passages; lower the size or leave these groups out")
    random = np.random.default_rng(seed)
    total = np.zeros(len(parts) * (len(parts) - 1) // 2)
    for _ in range(draws):
        means = [part[random.permutation(len(part))[:size]].mean(axis=0) for part in parts.values()]
        total += pdist(means, "cityblock") / 2
    return pd.DataFrame(squareform(total / draws), index=list(parts), columns=list(parts))
