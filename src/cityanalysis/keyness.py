"""What is more frequent here than there, and what goes with what: association from counts in a table of two by two."""


def log_likelihood(a, b, c, d):
    """Return the log-likelihood ratio G² of tables of two by two.

    Parameters
    ----------
    a, b, c, d : array_like of float
        The cells: both, the first only, the second only, neither.

    Returns
    -------
    numpy.ndarray
        G², with the sign of the association: negative where `a` is less than expected. Above 10.83, p < 0.001.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence. Computational Linguistics
    19(1), 61–74.

    Examples
    --------
    >>> float(log_likelihood(10, 10, 10, 970).round(2))
    56.76
    """
    import numpy as np
    from scipy.special import xlogy

    a, b, c, d = (np.asarray(cell, dtype=float) for cell in (a, b, c, d))
    total = a + b + c + d
    expected = (a + b) * (a + c) / total
    cells = xlogy(a, a) + xlogy(b, b) + xlogy(c, c) + xlogy(d, d) + xlogy(total, total)
    margins = sum(xlogy(margin, margin) for margin in (a + b, c + d, a + c, b + d))
    return np.sign(a - expected) * np.maximum(2 * (cells - margins), 0)


def keyness(target, reference, *, least=3):
    """Find the words that are more, or less, frequent in one collection than in another.

    Parameters
    ----------
    target, reference : pandas.DataFrame
        Counts of the two, with the columns ``word`` and ``n`` (`cityanalysis.counts.count`).
    least : int
        Words that occur fewer times in both together are left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``word, n, n_reference, per_10k, per_10k_reference, g2, log_ratio``, the most typical of the target
        first: occurrences, occurrences in 10,000 words, the signed `log_likelihood`, and the binary logarithm of the
        ratio between the two relative frequencies (half an occurrence added to each).

    Raises
    ------
    ValueError
        If one of the two has no words.

    References
    ----------
    Dunning (1993), as for `log_likelihood`; Hardie, A. (2014). Log Ratio: an informal introduction.

    Examples
    --------
    >>> import pandas as pd
    >>> here = pd.DataFrame({"word": ["云", "路"], "n": [30, 70]})
    >>> there = pd.DataFrame({"word": ["云", "路"], "n": [10, 990]})
    >>> keyness(here, there)[["word", "n", "n_reference", "log_ratio"]].round(2).to_csv(index=False).split()
    ['word,n,n_reference,log_ratio', '云,30,10,4.86', '路,70,990,-0.49']
    """
    import numpy as np
    import pandas as pd

    sums = [counts.groupby("word")["n"].sum() for counts in (target, reference)]
    for name, counted in zip(("target", "reference"), sums, strict=True):
        if counted.sum() == 0:
            raise ValueError(f"{name}: has no words; give counts of at least one passage with words")
    both = pd.concat(sums, axis=1, keys=["n", "n_reference"]).fillna(0).astype(int).rename_axis("word").reset_index()
    size, size_reference = (int(counted.sum()) for counted in sums)
    both = both[both["n"] + both["n_reference"] >= least]
    n, other = both["n"], both["n_reference"]
    found = both.assign(
        per_10k=n / size * 10_000,
        per_10k_reference=other / size_reference * 10_000,
        g2=log_likelihood(n, size - n, other, size_reference - other),
        log_ratio=np.log2((n + 0.5) / size) - np.log2((other + 0.5) / size_reference),
    )
    return found.sort_values(["g2", "word"], ascending=[False, True], ignore_index=True)


def collocations(items, *, least=5):
    """Find the items that stand in the same passages more often than chance would have it.

    Parameters
    ----------
    items : pandas.DataFrame
        Columns ``passage_id`` and ``item``: what stands where. An item counts once a passage.
    least : int
        Pairs that share fewer passages are left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``first, second, n, n_first, n_second, g2, log_ratio, npmi``, the strongest evidence first: passages
        with both and with each; `log_likelihood`; and as measures of effect the binary logarithm of the ratio between
        the share of the second item in passages with the first and in those without (half a passage added to each),
        and the normalised pointwise mutual information (−1 to 1).

    References
    ----------
    Evert, S. (2009). Corpora and collocations. In: Lüdeling & Kytö (eds), Corpus Linguistics, vol. 2, 1212–1248.
    Hardie, A. (2014). Log Ratio: an informal introduction. Bouma, G. (2009). Normalized (pointwise) mutual
    information in collocation extraction.

    Examples
    --------
    >>> import pandas as pd
    >>> items = pd.DataFrame({"passage_id": list("aabbccd"), "item": ["云", "网", "云", "网", "云", "网", "灯"]})
    >>> collocations(items, least=2)[["first", "second", "n"]].to_csv(index=False).split()
    ['first,second,n', '云,网,3']
    """
    import numpy as np
    import pandas as pd
    from scipy.sparse import triu
    from sklearn.feature_extraction.text import CountVectorizer

    columns = ["first", "second", "n", "n_first", "n_second", "g2", "log_ratio", "npmi"]
    if items.empty:
        return pd.DataFrame(columns=columns)
    presence = CountVectorizer(analyzer=set, binary=True)
    matrix = presence.fit_transform(items.groupby("passage_id")["item"].agg(list)).astype(np.int64)
    names, each, total = presence.get_feature_names_out(), np.asarray(matrix.sum(axis=0)).ravel(), matrix.shape[0]
    pairs = triu(matrix.T @ matrix, k=1).tocoo()
    kept = pairs.data >= least
    i, j, both = pairs.row[kept], pairs.col[kept], pairs.data[kept]
    first, second = each[i], each[j]
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.where(both == total, 1.0, np.log(both * total / (first * second)) / -np.log(both / total))
    found = pd.DataFrame(
        {
            "first": names[i],
            "second": names[j],
            "n": both,
            "n_first": first,
            "n_second": second,
            "g2": log_likelihood(both, first - both, second - both, total - first - second + both),
            "log_ratio": np.log2((both + 0.5) / (first + 1)) - np.log2((second - both + 0.5) / (total - first + 1)),
            "npmi": npmi,
        }
    )
    return found.sort_values(["g2", "first", "second"], ascending=[False, True, True], ignore_index=True)
