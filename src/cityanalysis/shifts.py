"""Whether labels shift from period to period within cities: passages shared out over periods, tests, their power."""

from itertools import pairwise

import numpy as np

RULES = ("days", "midpoint")
OPEN = (np.datetime64("1900-01-01"), np.datetime64("2100-01-01"))


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


def spans(passages):
    """Return the time that each passage tells of, as narrow as text and heading make it.

    Parameters
    ----------
    passages : pandas.DataFrame
        With ``passage_id, section, date_from, date_to``.

    Returns
    -------
    pandas.DataFrame
        Columns ``first, last`` (days), indexed by ``passage_id``: what the times in a passage span, cut to the period
        of its heading where the two meet, since a single look back would else stretch it over decades. A time without
        an end lasts one day.

    Raises
    ------
    ValueError
        If a passage has no date.

    Examples
    --------
    >>> import pandas as pd
    >>> dates = {"date_from": ["2000-01-01"], "date_to": ["2014-12-31"]}
    >>> spans(pd.DataFrame({"passage_id": ["a#1"], "section": ["2012—2017"], **dates})).astype(str).iloc[0].tolist()
    ['2012-01-01', '2014-12-31']
    """
    import pandas as pd

    from cityanalysis import times

    told = _days(passages["date_from"], passages["date_to"])
    if np.isnat(told[0]).any():
        lacking = passages["passage_id"][np.isnat(told[0])].iloc[0]
        raise ValueError(f"{lacking}: expected a date in date_from, found none; leave such passages out")
    nothing = pd.DataFrame({"passage_id": [], "kind": [], "status": [], "date_from": [], "date_to": []}, dtype=str)
    heading = times.spans(passages, nothing)
    heading = _days(heading["date_from"], heading["date_to"])
    unbounded = np.isnat(heading[0]) | passages["section"].str.contains("以前|之前").to_numpy()
    first, last = np.maximum(told[0], np.where(unbounded, OPEN[0], heading[0])), np.minimum(told[1], heading[1])
    meet = first <= last
    first, last = np.where(meet, first, told[0]), np.where(meet, last, told[1])
    last = np.where(last == OPEN[1], first, last)
    return pd.DataFrame({"first": first, "last": last}, index=pd.Index(passages["passage_id"], name="passage_id"))


def share_out(spans, starts, *, rule="days"):
    """Share passages out over periods, by the time that they tell of.

    Parameters
    ----------
    spans : pandas.DataFrame
        Columns ``first, last``, as the function `spans` gives them.
    starts : sequence of int
        The first years of the second period and of those after it.
    rule : str
        ``days``: a passage counts in each period by the part of its days that lie there; ``midpoint``: only where the
        middle of its days lies.

    Returns
    -------
    pandas.DataFrame
        Indexed like `spans`, a column a period; each row sums to 1.

    Raises
    ------
    ValueError
        If the rule is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> span = pd.DataFrame({"first": ["2014-01-01"], "last": ["2017-12-31"]}, index=["a#1"], dtype="datetime64[s]")
    >>> share_out(span, [2016]).round(2).loc["a#1"].to_dict()
    {'–2015': 0.5, '2016–': 0.5}
    """
    import pandas as pd

    if rule not in RULES:
        raise ValueError(f"rule {rule!r}: unknown; choose among {', '.join(RULES)}")
    low, high = (spans[end].to_numpy(dtype="datetime64[D]") for end in ("first", "last"))
    if rule == "midpoint":
        low = high = low + (high - low) // 2
    high = high + np.timedelta64(1)
    bounds = [OPEN[0], *(np.datetime64(f"{year}-01-01") for year in starts), OPEN[1]]
    inside = [(np.minimum(high, end) - np.maximum(low, start)).astype(int).clip(0) for start, end in pairwise(bounds)]
    table = pd.DataFrame(np.transpose(inside), columns=named(starts), index=spans.index)
    return table.div(table.sum(axis=1), axis=0)


def _days(first, last):
    """Return two arrays of days; a lacking last one is open."""
    first, last = (column.replace("", None).to_numpy(dtype="datetime64[D]") for column in (first, last))
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


def association(weights, places, city, *, draws=2000, seed=1):
    """Test whether labels and periods go together within cities, and whether cities move alike.

    Parameters
    ----------
    weights, places, city
        As `tally` takes them.
    draws : int
        How many times the passages of each city change their periods among them.
    seed : int
        Of the draws.

    Returns
    -------
    dict
        ``passages, cities``; ``q, p``: the generalised Cochran–Mantel–Haenszel statistic, against any difference
        between periods; ``trend_q, trend_p``: the same against a trend from the first period to the last; ``alike``:
        the share of cities whose periods differ in the same direction as those of all others together, with
        ``alike_low, alike_high``: where 90 % of it lie by chance, and ``alike_p``. Each p is the share of draws, the
        data among them, that reach the data's value.

    Notes
    -----
    Landis, Heyman & Koch (1978), International Statistical Review 46:237, with shares of passages in place of counts
    and the distribution of the draws in place of the χ².

    Examples
    --------
    >>> import pandas as pd
    >>> weights = pd.DataFrame({"industry": [1, 1, 1, 0, 0, 0] * 4}).assign(application=lambda t: 1 - t["industry"])
    >>> places = weights.set_axis(["–2015", "2016–"], axis=1)
    >>> found = association(weights, places, pd.Series(list("aaaaaabbbbbbccccccdddddd")), draws=200)
    >>> round(found["q"], 1), round(found["p"], 3), found["alike"]
    (20.0, 0.005, 1.0)
    """
    labels, periods, member = _arrays(weights, places, city)
    rng = np.random.default_rng(seed)
    where = member.argmax(axis=0)
    alone = np.argsort(where, kind="stable")
    drawn = [labels]
    for _ in range(draws):
        shuffled = np.empty_like(labels)
        shuffled[alone] = labels[np.lexsort((rng.random(len(where)), where))]
        drawn.append(shuffled)
    drawn = np.stack(drawn)
    result = {"passages": len(labels), "cities": len(member)}
    for name, scores in (("", periods), ("trend_", _trend(periods))):
        q = _statistic(drawn, scores, member)
        result |= {f"{name}q": float(q[0]), f"{name}p": float((q >= q[0] - 1e-9).mean())}
    each = np.einsum("cn,nt,dnk->dctk", member, _centred(periods, member), drawn, optimize=True)
    others = each.sum(axis=1, keepdims=True) - each
    agree = (each * others).sum(axis=(2, 3))
    moves = np.abs(each).sum(axis=(2, 3)) > 1e-9
    alike = ((agree > 0) & moves).sum(axis=1) / np.maximum(moves.sum(axis=1), 1)
    low, high = np.quantile(alike[1:], (0.05, 0.95))
    chance = {"alike_low": float(low), "alike_high": float(high), "alike_p": float((alike >= alike[0]).mean())}
    return result | {"alike": float(alike[0])} | chance


def power(places, city, base, *, label, sizes=(0, 0.05, 0.1, 0.15, 0.2, 0.3), spread=0.7, draws=400, seed=1):
    """Simulate how often a shift of a given size would be found with as many passages as there are.

    Parameters
    ----------
    places, city
        As `tally` takes them: the passages that there are.
    base : dict of str to float
        The shares of the labels in the middle of the time.
    label : str
        The label whose share rises by as much as each of the sizes from the first period to the last, in even steps;
        the others give way in proportion.
    sizes : sequence of float
        The shifts, in shares.
    spread : float
        How far cities lie apart: the standard deviation of each label's logit.
    draws : int
        Simulations a size.
    seed : int
        Of the simulations.

    Returns
    -------
    pandas.DataFrame
        A row a size: ``any``, ``trend``: how often the two tests of `association` find p < 0.05 (by the χ²
        distribution, which their draws follow closely); ``margin``: the half width of the 90 % interval of the change
        in share from the first period to the last, all passages taken together; ``wrong way``: how often that change
        has the wrong sign.

    Examples
    --------
    >>> import pandas as pd
    >>> places = pd.DataFrame({"–2015": [1, 0] * 100, "2016–": [0, 1] * 100})
    >>> city = pd.Series(["a", "a", "b", "b"] * 50)
    >>> base = {"industry": 0.5, "application": 0.5}
    >>> power(places, city, base, label="industry", sizes=[0.4], draws=50)["trend"].round(1).tolist()
    [1.0]
    """
    import pandas as pd
    from scipy.stats import chi2

    names = list(base)
    middle = np.array([base[name] for name in names])
    _, periods, member = _arrays(places, places, city)
    steps = np.linspace(-0.5, 0.5, periods.shape[1])
    own = np.arange(len(names)) == names.index(label)
    rows = []
    for size in sizes:
        rng = np.random.default_rng(seed)
        share = np.clip(middle[own] + size * steps, 0.01, 0.99)[:, None]
        shares = np.where(own, share, middle / middle[~own].sum() * (1 - share))
        # A passage in two periods has a mix between theirs.
        logits = np.log(periods @ shares)
        lift = rng.normal(0, spread, (draws, len(member), len(names)))
        mixes = np.exp(logits + np.einsum("cn,dck->dnk", member, lift))
        chances = np.cumsum(mixes / mixes.sum(axis=-1, keepdims=True), axis=-1)
        picked = (rng.random((draws, len(periods), 1)) > chances[..., :-1]).sum(axis=-1)
        drawn = np.eye(len(names))[picked]
        free = len(names) - 1
        found = {
            "any": chi2.sf(_statistic(drawn, periods, member), free * (periods.shape[1] - 1)),
            "trend": chi2.sf(_statistic(drawn, _trend(periods), member), free),
        }
        counted = np.einsum("nt,dnk->dtk", periods, drawn)[..., own][..., 0] / periods.sum(axis=0)
        change = counted[:, -1] - counted[:, 0]
        hits = {name: (p < 0.05).mean() for name, p in found.items()}
        margin = 1.645 * change.std()
        rows.append({"size": size, **hits, "margin": margin, "wrong way": (change < 0).mean() if size else np.nan})
    return pd.DataFrame(rows).set_index("size")


def _arrays(weights, places, city):
    """Return labels (N, K), periods (N, T) and which passage is whose (C, N)."""
    names, where = np.unique(city.to_numpy(dtype=str), return_inverse=True)
    member = (where == np.arange(len(names))[:, None]).astype(float)
    return weights.to_numpy(dtype=float), places.to_numpy(dtype=float), member


def _trend(periods):
    """Return the mean place of each passage among the periods (N, 1)."""
    return periods @ np.arange(periods.shape[1], dtype=float)[:, None]


def _centred(values, member):
    """Return values (…, N, J) without the mean of their city."""
    means = member @ values / member.sum(axis=1)[:, None]
    return values - member.T @ means


def _statistic(drawn, scores, member):
    """Return Mantel–Haenszel statistics (D,) of labels (D, N, K) and scores (N, J), cities as strata."""
    scores = _centred(scores, member)
    sizes = member.sum(axis=1)
    several = member / np.maximum(sizes - 1, 1)[:, None]
    of_scores = np.einsum("cn,ni,nj->cij", member, scores, scores, optimize=True)
    centred = _centred(drawn, member)
    of_labels = np.einsum("cn,dnk,dnl->dckl", several, centred, centred, optimize=True)
    covariance = np.einsum("cij,dckl->dikjl", of_scores, of_labels, optimize=True)
    total = np.einsum("ni,dnk->dik", scores, drawn)
    size = total.shape[1] * total.shape[2]
    inverse = np.linalg.pinv(covariance.reshape(-1, size, size), hermitian=True, rcond=1e-9)
    flat = total.reshape(-1, size)
    return np.einsum("di,dij,dj->d", flat, inverse, flat)
