"""What could be seen at all: verdicts simulated for passages drawn from a mix that is known."""

from cityanalysis import models


def simulate(true, *, passages, typed, cities=500, resamples=400, seed=1):
    """Draw passages from a known mix, many times, and give each draw the interval and verdict of the codebook.

    Parameters
    ----------
    true : sequence of float
        The shares of the three models, summing to 1.
    passages : int
        How many passages a city has.
    typed : float
        Which share of them has one of the three labels; the others are governance or other.
    cities : int
        How many cities are drawn.
    resamples : int
        Of the bootstrap in each.
    seed : int
        Of all draws.

    Returns
    -------
    dict
        ``n`` (typed passages, on average), ``width`` (of the 90 % interval of the truly largest share, on average),
        and the share of the cities whose verdict is the model that is truly largest (``right``), ``leaning`` to it,
        another model or leaning to one (``wrong``), ``mixed``, ``insufficient``.

    Raises
    ------
    ValueError
        If the shares do not sum to 1.

    Notes
    -----
    Every passage has one label; the secondary ones of the coding make true intervals a little narrower.

    Examples
    --------
    >>> found = simulate((0.8, 0.1, 0.1), passages=40, typed=0.7, cities=50)
    >>> round(found["n"]), found["right"] > 0.9
    (28, True)
    """
    import numpy as np

    true = np.asarray(true, dtype=float)
    if not np.isclose(true.sum(), 1):
        raise ValueError(f"true shares {true.tolist()} sum to {true.sum():g}; give three that sum to 1")
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(passages, [*(true * typed), 1 - typed], size=cities)
    again = rng.multinomial(passages, drawn[:, None, :] / passages, size=(cities, resamples))
    truly = int(true.argmax())
    # Where a resample has nothing typed there is no share; where no passage of a city has, no interval.
    share = models.shares(again[drawn[:, :3].sum(axis=1) > 0])[..., truly]
    low, high = np.nanquantile(share, models.INTERVAL, axis=1)
    verdicts = []
    for counts, resampled in zip(drawn, again, strict=True):
        largest = models.MODELS[int(counts[:3].argmax())]
        verdicts.append(models.verdict(counts[:3].sum(), largest, models.p_largest(resampled, largest)))
    named = {"mixed": "mixed", "insufficient evidence": "insufficient"}
    if np.isclose(true, true.max()).sum() == 1:
        named |= {models.MODELS[truly]: "right", f"leaning {models.MODELS[truly]}": "leaning"}
    kinds = [named.get(verdict, "wrong") for verdict in verdicts]
    outcome = {kind: kinds.count(kind) / cities for kind in ("right", "leaning", "wrong", "mixed", "insufficient")}
    return {"n": float(drawn[:, :3].sum(axis=1).mean()), "width": float((high - low).mean()), **outcome}


def table(true, sizes, *, cities=500, resamples=400, seed=1):
    """Simulate several mixes with several numbers of passages.

    Parameters
    ----------
    true : dict of str to sequence of float
        From the name of a mix to its shares.
    sizes : pandas.DataFrame
        A row a unit: ``passages`` (int) and ``typed`` (share), as in `simulate`.
    cities, resamples, seed
        As in `simulate`.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``unit, mix``; the columns of `simulate`.
    """
    import pandas as pd

    options = {"cities": cities, "resamples": resamples, "seed": seed}
    rows = {
        (size.Index, name): simulate(shares, passages=int(size.passages), typed=float(size.typed), **options)
        for size in sizes.itertuples()
        for name, shares in true.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["unit", "mix"])
