"""From predicted labels to the mix of many passages: corrected for the classifier's known confusions, with intervals.

Counting predictions is biased wherever the mix differs from that of the passages learnt from. Where the mean
probabilities given to each true label are known, the mix that would have led to those that were found follows from
them: the adjusted count (Forman 2008), and with probabilities the probabilistic adjusted count (Bella et al. 2010);
Hopkins and King (2010) brought the idea to political texts.
"""

import zlib

from cityanalysis import classify, corpus, features, formats, models, originals

METHODS = ("count", "adjusted count", "probabilistic count", "probabilistic adjusted count")
INTERVAL = models.INTERVAL


def correct(shares, confusion):
    """Return the shares of the true labels that explain the shares found.

    Parameters
    ----------
    shares : array_like
        The last axis are the labels; mean probabilities, or shares of predicted labels.
    confusion : numpy.ndarray
        As `cityanalysis.classify.confusion` gives it, of probabilities or of labels alike.

    Returns
    -------
    numpy.ndarray
        Of the same shape; none below 0, together 1.

    Examples
    --------
    >>> import numpy as np
    >>> confusion = np.array([[0.8, 0.2], [0.4, 0.6]])
    >>> correct([0.6, 0.4], confusion).round(3).tolist()
    [0.5, 0.5]
    """
    import numpy as np

    found = np.maximum(np.linalg.solve(confusion.T, np.moveaxis(np.asarray(shares, dtype=float), -1, 0)), 0)
    return np.moveaxis(found / found.sum(axis=0), 0, -1)


def hard(predicted):
    """Return 1 for the likeliest label of each passage and 0 for the others.

    Examples
    --------
    >>> import pandas as pd
    >>> hard(pd.DataFrame({"industry": [0.7], "other": [0.3]})).loc[0].tolist()
    [1.0, 0.0]
    """
    import numpy as np

    ones = np.eye(predicted.shape[1])[predicted.to_numpy().argmax(axis=1)]
    return predicted * 0 + ones


def simulate(predicted, coded, confusions, *, size, other=0.3, governance=0.1, draws=300, seed=1):
    """Draw passages to known mixes, and see how far each way of counting is off.

    Parameters
    ----------
    predicted : pandas.DataFrame
        Probabilities by ``passage_id``.
    coded : pandas.DataFrame
        Rows of `cityanalysis.models.codes` from which passages are drawn, with replacement, each by its weight.
    confusions : tuple of numpy.ndarray
        Of probabilities, and of labels, from other cities.
    size : int
        Passages a draw.
    other, governance : float
        The shares of these two; the rest is cut at random among the three models, all cuts alike.
    draws, seed : int

    Returns
    -------
    pandas.Series
        By method the mean absolute error of a model's share among the three.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    soft = predicted.loc[coded["passage_id"], list(models.LABELS)]
    tables = (soft.to_numpy(), hard(soft).to_numpy())
    pools, odds = [], []
    for label in models.LABELS:
        pool = np.flatnonzero(coded["primary"] == label)
        weight = coded["weight"].to_numpy()[pool]
        pools.append(pool)
        odds.append(weight / weight.sum())
    errors = {method: [] for method in METHODS}
    for _ in range(draws):
        three = rng.dirichlet(np.ones(3))
        there = np.array([len(pool) > 0 for pool in pools])
        true = np.array([*(three * (1 - other - governance)), governance, other]) * there
        times = rng.multinomial(size, true / true.sum())
        drawn = np.concatenate([rng.choice(p, n, p=w) for p, n, w in zip(pools, times, odds, strict=True) if n])
        real = models.shares(times)
        probable, counted = (table[drawn].mean(axis=0) for table in tables)
        found = (counted, correct(counted, confusions[1]), probable, correct(probable, confusions[0]))
        for method, share in zip(METHODS, found, strict=True):
            errors[method].append(np.abs(models.shares(share) - real).mean())
    import pandas as pd

    return pd.Series({method: float(np.nanmean(values)) for method, values in errors.items()})


def refits(described, coded, *, times=40, folds=classify.FOLDS, seed=1, **options):
    """Predict all passages by classifiers fitted to resampled cities.

    Parameters
    ----------
    described : cityanalysis.features.Described
    coded : pandas.DataFrame
        What to learn from: rows of `cityanalysis.models.codes`.
    times : int
        How many resamples of its cities.
    folds, seed : int
        As `cityanalysis.classify.crossfit` takes them.
    **options
        For `cityanalysis.classify.fit`.

    Yields
    ------
    predicted : pandas.DataFrame
        Probabilities by ``passage_id``. The first are of the cities as they are, not resampled.
    confusion : numpy.ndarray
        Of these.
    """
    import numpy as np
    import pandas as pd

    cities = sorted(coded["city"].unique())
    for i in range(times + 1):
        rng = np.random.default_rng([seed, i])
        drawn = rng.multinomial(len(cities), np.full(len(cities), 1 / len(cities))) if i else np.ones(len(cities), int)
        number = pd.Series(drawn, index=cities)
        predicted = classify.crossfit(described, coded, folds=folds, seed=seed, times=number, **options)
        n = coded["city"].map(number)
        yield predicted, classify.confusion(predicted, coded[n > 0].assign(weight=coded["weight"] * n))


def mixes(fitted, by, *, resamples=50, corrected=True, seed=1):
    """Return the predicted mix of each group of passages, corrected, with its interval and its verdict.

    Parameters
    ----------
    fitted : iterable of (pandas.DataFrame, numpy.ndarray)
        As `refits` gives them; with a single pair the interval is over passages only.
    by : pandas.Series
        The group of each passage, by ``passage_id``; passages that are not in it are left out.
    resamples : int
        How often each group's passages are drawn anew for each of the refits.
    corrected : bool
        Whether to correct for confusions.
    seed : int

    Returns
    -------
    pandas.DataFrame
        The columns of `cityanalysis.models.mix`; ``n`` is the corrected sum over the three models.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> rows = pd.DataFrame([[0.9, 0.1, 0, 0, 0]] * 20, columns=models.LABELS, index=[f"a#{i}" for i in range(20)])
    >>> mixes([(rows, np.eye(5))], pd.Series("a", index=rows.index))[["n", "verdict"]].values.tolist()
    [[20.0, 'infrastructure']]
    """
    import numpy as np

    groups = {group: list(ids) for group, ids in by.groupby(by).groups.items()}
    first, drawn = {}, {group: [] for group in groups}
    for i, (predicted, confusion) in enumerate(fitted):
        known = confusion if corrected else np.eye(len(models.LABELS))
        for group, ids in groups.items():
            rows = predicted.loc[ids].to_numpy()
            if i == 0:
                first[group] = correct(rows.mean(axis=0), known)
            rng = np.random.default_rng([seed, i, zlib.crc32(str(group).encode())])
            times = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=resamples)
            drawn[group].append(correct(times @ rows / len(rows), known))
    return _table(first, {group: drawn[group][1:] or drawn[group] for group in groups}, groups, by.name)


def assisted(fitted, coded, by, stratum, *, known=True, resamples=50, seed=1):
    """Return the mix of groups of passages of which a sample was coded: predicted, and mended by what the sample shows.

    The mean difference between code and prediction in a stratum is added to all its passages (the difference estimator
    of model-assisted sampling): unlike `correct`, that does not suppose that passages of a label look alike everywhere.

    Parameters
    ----------
    fitted : iterable of (pandas.DataFrame, numpy.ndarray)
        As `refits` gives them.
    coded : pandas.DataFrame
        The sample: rows of `cityanalysis.models.codes`, with ``stratum`` and ``weight``.
    by, stratum : pandas.Series
        The group and the stratum of each passage, by ``passage_id``.
    known : bool
        Whether the codes stand for the predictions in the stratum ``rich``, which was coded whole.
    resamples, seed : int
        As in `mixes`; the sample is drawn anew as often.

    Returns
    -------
    pandas.DataFrame
        As `mixes` gives it.

    References
    ----------
    Särndal, C.-E., Swensson, B. & Wretman, J. (1992). Model assisted survey sampling. Springer.
    """
    import numpy as np

    strata = sorted(stratum.unique())
    groups = {group: list(ids) for group, ids in by.groupby(by).groups.items()}
    true = models.weigh(coded, secondary=False).set_axis(coded["passage_id"])
    whole = true[(coded["stratum"] == "rich").to_numpy()] if known else true[:0]
    first, drawn = {}, {group: [] for group in groups}
    for i, (predicted, _) in enumerate(fitted):
        rng = np.random.default_rng([seed, i])
        gaps = np.zeros((resamples + 1, len(strata), len(models.LABELS)))
        for k, name in enumerate(strata):
            part = coded[coded["stratum"] == name]
            if known and name == "rich":
                continue
            gap = (true - predicted.loc[true.index]).loc[part["passage_id"]].to_numpy()
            n = len(part)
            times = np.vstack([np.ones(n), rng.multinomial(n, np.full(n, 1 / n), size=resamples)])
            times = times * part["weight"].to_numpy()
            gaps[:, k] = times @ gap / times.sum(axis=1, keepdims=True)
        base = predicted.copy()
        base.loc[whole.index.intersection(base.index)] = whole.loc[whole.index.intersection(base.index)]
        for group, ids in groups.items():
            rows, n = base.loc[ids].to_numpy(), len(ids)
            within = (stratum.loc[ids].to_numpy()[:, None] == np.array(strata)).astype(float)
            if i == 0:
                first[group] = np.maximum(rows.sum(axis=0) + within.sum(axis=0) @ gaps[0], 0) / n
            rng = np.random.default_rng([seed, i, zlib.crc32(str(group).encode())])
            times = rng.multinomial(n, np.full(n, 1 / n), size=resamples)
            mended = times @ rows + np.einsum("rs,rsl->rl", times @ within, gaps[1:])
            drawn[group].append(np.maximum(mended, 0) / n)
    return _table(first, {group: drawn[group][1:] or drawn[group] for group in groups}, groups, by.name)


def _table(first, drawn, groups, name):
    """Return a row a group from its shares of all labels, and from those in each resample."""
    import numpy as np
    import pandas as pd

    rows = {}
    for group, ids in groups.items():
        sums, some = first[group], np.concatenate(drawn[group])
        share = models.shares(sums)
        n, largest = sums[:3].sum() * len(ids), models.MODELS[int(np.argmax(sums[:3]))]
        typed = models.shares(some[some[:, :3].sum(axis=1) > 0])
        low, high = np.quantile(typed, INTERVAL, axis=0) if len(typed) else np.full((2, 3), np.nan)
        p = models.p_largest(some, largest)
        rows[group] = {"n": n, "passages": len(ids), **dict(zip(models.MODELS, share, strict=True))}
        for k, model in enumerate(models.MODELS):
            rows[group] |= {f"low_{model}": low[k], f"high_{model}": high[k]}
        rows[group] |= {"p_largest": p, "largest": largest, "verdict": models.verdict(n, largest, p)}
        rows[group]["governance"] = sums[3] / sums[:4].sum() if sums[:4].sum() else np.nan
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(name)


def file(path, *, summary=False, model=None):
    """Predict the labels of the passages of a document, or its mix.

    Parameters
    ----------
    path : str or os.PathLike
        A file of a form that `cityanalysis.formats.read` takes.
    summary : bool
        Whether to give one row, the document's mix, instead of one a passage.
    model : cityanalysis.classify.Model, optional
        `cityanalysis.classify.load`, unless given.

    Returns
    -------
    pandas.DataFrame
        ``file, n, start, end, primary, p_infrastructure, p_industry, p_application, p_governance, p_other``, a row a
        passage, with its number and its place in the text as read. As a summary ``file, n_passages``, the three shares,
        ``low_…`` and ``high_…`` of each, ``verdict``: corrected for confusions; the interval is the central 90 % over
        passages and over the cities that the classifier learnt from.

    Raises
    ------
    cityanalysis.readers.ReadError
        As `cityanalysis.formats.read` raises it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_text("全市建成5G基站、数据中心和政务云，宽带网络覆盖全部乡村。", encoding="utf-8")
    >>> file(path)[["n", "start", "end", "primary"]].values.tolist()
    [[1, 0, 29, 'infrastructure']]
    """
    import pandas as pd

    text = formats.read(path).text
    pieces = [
        (start + first, start + last, paragraph[first:last])
        for _, start, _, paragraph in originals.paragraphs(text)
        for first, last in corpus.split(paragraph)
    ]
    passages = pd.DataFrame(pieces, columns=["start", "end", "text"])
    passages = passages.assign(n=range(1, len(passages) + 1), passage_id=passages.index.map(str))
    model, described = model or classify.load(), features.describe_texts(passages)
    name = str(path).encode("utf-8", "backslashreplace").decode("utf-8")  # some names are no UTF-8
    if summary:
        fits = range(len(model.coefficients))
        fitted = [(classify.probabilities(model, described, which=i), model.confusion[i]) for i in fits]
        mix = mixes(fitted, pd.Series(name, index=passages["passage_id"], name="file")).reset_index()
        ends = [f"{end}_{one}" for one in models.MODELS for end in ("low", "high")]
        return mix.rename(columns={"passages": "n_passages"})[
            ["file", "n_passages", *models.MODELS, *ends, "verdict"]
        ].round(4)
    predicted = classify.probabilities(model, described)
    table = predicted.round(4).add_prefix("p_").assign(primary=predicted.idxmax(axis=1))
    table = table.reset_index(drop=True).join(passages[["n", "start", "end"]]).assign(file=name)
    return table[["file", "n", "start", "end", "primary", *(f"p_{label}" for label in models.LABELS)]]
