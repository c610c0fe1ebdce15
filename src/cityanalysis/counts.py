"""From tokens to counts, and what counts tell: dispersion, collocations, keyness."""

import numpy as np
import pandas as pd
from scipy.sparse import triu
from scipy.special import xlogy

from cityanalysis import words

SHORT = 20  # words of a passage


def count(tokens, *, stop_words=()):
    """Count the words of each passage; numbers and punctuation are left out.

    Parameters
    ----------
    tokens : pandas.DataFrame
        As `cityanalysis.words.tokenize` gives them.
    stop_words : collection of str
        Words to leave out.

    Returns
    -------
    pandas.DataFrame
        Columns ``passage_id, word, pos, n``, in the order of the passages, words in dictionary order.

    Examples
    --------
    >>> tokens = pd.DataFrame({"passage_id": ["a#1"] * 3, "word": ["城市", "，", "城市"], "pos": ["n", "w", "n"]})
    >>> count(tokens)
      passage_id word pos  n
    0        a#1   城市   n  2
    """
    columns = ("passage_id", "word", "pos")
    codes, names = zip(*(pd.factorize(tokens[column], sort=column != "passage_id") for column in columns), strict=True)
    kept = (names[1].str.contains(words.CONTENT) & ~names[1].isin(set(stop_words)))[codes[1]]
    size = [max(1, len(name)) for name in names]
    cells, n = np.unique(np.ravel_multi_index(codes, size)[kept], return_counts=True)
    counted = zip(columns, names, np.unravel_index(cells, size), strict=True)
    return pd.DataFrame({column: name.take(code) for column, name, code in counted} | {"n": n})


def sizes(tokens):
    """Return how many words the tokens of each passage have, numbers and marks not counted: a Series by ``passage_id``.

    A passage without a word is missing.

    Examples
    --------
    >>> sizes(pd.DataFrame({"passage_id": ["a#1"] * 3, "word": ["城市", "，", "2"]})).to_dict()
    {'a#1': 1}
    """
    codes, vocabulary = pd.factorize(tokens["word"])
    return tokens[vocabulary.str.contains(words.CONTENT)[codes]].groupby("passage_id").size()


def counted_with(ids, documents, sizes):
    """Say with which passage each is counted: itself, or where it is short, its neighbour in the same document.

    Parameters
    ----------
    ids, documents : list of str
        Passages in order, and the document of each.
    sizes : list of int
        How many words each has.

    Returns
    -------
    list of str
        For each passage the last one of those counted together.

    Examples
    --------
    >>> counted_with(["a#1", "a#2", "a#3", "b#1"], ["a", "a", "a", "b"], [3, 40, 5, 2])
    ['a#2', 'a#2', 'a#2', 'b#1']
    """
    hosts, waiting, size, last = {}, [], 0, None
    for i, (passage, document, n) in enumerate(zip(ids, documents, sizes, strict=True)):
        waiting.append(passage)
        size += n
        if size >= SHORT:
            hosts |= dict.fromkeys(waiting, passage)
            waiting, size, last = [], 0, passage
        if i + 1 == len(ids) or documents[i + 1] != document:
            hosts |= dict.fromkeys(waiting, last or passage)
            waiting, size, last = [], 0, None
    return [hosts[passage] for passage in ids]


def dispersion(hits, parts, sizes):
    """Count words over the parts of a corpus: how often, in how many parts, and how evenly.

    Parameters
    ----------
    hits : pandas.Series
        The word of each occurrence.
    parts : pandas.Series
        The part of the corpus (a document, a city) in which it stands; same index as `hits`.
    sizes : pandas.Series
        The size of each part in words, by part; parts without a hit included.

    Returns
    -------
    pandas.DataFrame
        Columns ``word, n, parts, per_10k, dp``, one row a word, the most frequent first: occurrences, parts in
        which it stands, occurrences in 10,000 words, and the deviation of proportions, normalised: from 0 (spread as
        the parts' sizes are) to 1 (all in the smallest part).

    Raises
    ------
    ValueError
        If there is only one part: dispersion over one part means nothing. If a hit stands in a part without a size.

    References
    ----------
    Gries, S. Th. (2008). Dispersions and adjusted frequencies in corpora. International Journal of Corpus
    Linguistics 13(4), 403–437; normalised after Lijffijt & Gries (2012), ibid. 17(1), 147–149.

    Examples
    --------
    >>> hits, parts = pd.Series(["云", "云", "网", "网"]), pd.Series(["a", "b", "a", "a"])
    >>> dispersion(hits, parts, pd.Series({"a": 10, "b": 10}))[["word", "n", "parts", "dp"]].to_csv(index=False).split()
    ['word,n,parts,dp', '云,2,2,0.0', '网,2,1,1.0']
    """
    if len(sizes) < 2:
        raise ValueError(f"dispersion needs at least two parts, found {len(sizes)}; load more documents")
    unsized = sorted(set(parts) - set(sizes.index))
    if unsized:
        raise ValueError(f"parts {', '.join(map(str, unsized))}: have hits, but no size; give the size of every part")
    expected = sizes / sizes.sum()
    table = pd.crosstab(hits, parts).reindex(columns=sizes.index, fill_value=0)
    n = table.sum(axis=1)
    deviation = table.div(n, axis=0).sub(expected, axis=1).abs().sum(axis=1) / 2
    per_10k, dp = n / sizes.sum() * 10_000, deviation / (1 - expected.min())
    found = pd.DataFrame({"n": n, "parts": (table > 0).sum(axis=1), "per_10k": per_10k, "dp": dp})
    found = found.rename_axis("word").reset_index()
    return found.sort_values(["n", "word"], ascending=[False, True], ignore_index=True)


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
    a, b, c, d = (np.asarray(cell, dtype=float) for cell in (a, b, c, d))
    total = a + b + c + d
    expected = (a + b) * (a + c) / total
    cells = xlogy(a, a) + xlogy(b, b) + xlogy(c, c) + xlogy(d, d) + xlogy(total, total)
    margins = sum(xlogy(margin, margin) for margin in (a + b, c + d, a + c, b + d))
    return np.sign(a - expected) * np.maximum(2 * (cells - margins), 0)


def log_odds(n, size, other, other_size, prior):
    """Return by how much the log-odds of words differ between two texts, drawn towards what is usual.

    Parameters
    ----------
    n, other : array_like of float
        How often each word stands in the one and in the other.
    size, other_size : array_like of float
        How many words the two have.
    prior : array_like of float
        How often each word would stand in a text, of the size by which one trusts it, that says what is usual.

    Returns
    -------
    difference, z : numpy.ndarray
        The difference of log-odds, above 0 where the word is more frequent in the first, and what it is in its
        standard errors.

    References
    ----------
    Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin' words: lexical feature selection and evaluation for
    identifying the content of political conflict. Political Analysis 16(4), 372–403 (equations 16 and 20 to 22).

    Examples
    --------
    >>> difference, z = log_odds([30, 70], 100, [10, 990], 1000, [5, 95])
    >>> difference.round(2).tolist(), z.round(2).tolist()
    ([2.73, -2.73], [8.85, -32.68])
    """
    a, b, prior = (np.asarray(cells, dtype=float) for cells in (n, other, prior))
    weight = prior.sum(axis=-1)
    odds = [np.log((cell + prior) / (total + weight - cell - prior)) for cell, total in ((a, size), (b, other_size))]
    difference = odds[0] - odds[1]
    return difference, difference / np.sqrt(1 / (a + prior) + 1 / (b + prior))


def keyness(target, reference):
    """Find the words that are more, or less, frequent in one collection than in another.

    Words that occur fewer than three times in both together are left out.

    Parameters
    ----------
    target, reference : pandas.DataFrame
        Counts of the two, with the columns ``word`` and ``n`` (`count`).

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
    >>> here = pd.DataFrame({"word": ["云", "路"], "n": [30, 70]})
    >>> there = pd.DataFrame({"word": ["云", "路"], "n": [10, 990]})
    >>> keyness(here, there)[["word", "n", "n_reference", "log_ratio"]].round(2).to_csv(index=False).split()
    ['word,n,n_reference,log_ratio', '云,30,10,4.86', '路,70,990,-0.49']
    """
    sums = [counts.groupby("word")["n"].sum() for counts in (target, reference)]
    for name, counted in zip(("target", "reference"), sums, strict=True):
        if counted.sum() == 0:
            raise ValueError(f"{name}: has no words; give counts of at least one passage with words")
    both = pd.concat(sums, axis=1, keys=["n", "n_reference"]).fillna(0).astype(int).rename_axis("word").reset_index()
    size, size_reference = (int(counted.sum()) for counted in sums)
    both = both[both["n"] + both["n_reference"] >= 3]
    n, other = both["n"], both["n_reference"]
    found = both.assign(
        per_10k=n / size * 10_000,
        per_10k_reference=other / size_reference * 10_000,
        g2=log_likelihood(n, size - n, other, size_reference - other),
        log_ratio=np.log2((n + 0.5) / size) - np.log2((other + 0.5) / size_reference),
    )
    return found.sort_values(["g2", "word"], ascending=[False, True], ignore_index=True)


def correspondence(table):
    """Map groups and words by correspondence analysis: near lies what says more of the same.

    Parameters
    ----------
    table : pandas.DataFrame
        Counts, groups × words, without an empty row or column.

    Returns
    -------
    places : pandas.DataFrame
        Columns ``kind`` (``group`` or ``word``), ``name, x, y`` (principal coordinates on the first two axes; the point
        that counts most lies on the positive side of both) and ``contribution`` (its part of the inertia of the two).
    inertia : numpy.ndarray
        The share of each axis in all inertia.

    References
    ----------
    Greenacre, M. (2017). Correspondence analysis in practice, 3rd ed. Chapman & Hall/CRC.

    Examples
    --------
    >>> table = pd.DataFrame({"云": [9, 1, 5], "网": [1, 9, 5], "灯": [1, 1, 3]}, index=["a", "b", "c"])
    >>> places, inertia = correspondence(table)
    >>> places["x"].abs().round(2).tolist(), inertia.round(2).tolist()
    ([0.79, 0.79, 0.0, 0.67, 0.67, 0.0], [0.91, 0.09, 0.0])
    """
    if min(table.shape) < 3:
        raise ValueError(f"{len(table)} groups, {table.shape[1]} words: a map needs three of both; choose rarer words")
    part = table.to_numpy(dtype=float) / table.to_numpy().sum()
    masses = part.sum(axis=1), part.sum(axis=0)
    expected = np.outer(*masses)
    left, scale, right = np.linalg.svd((part - expected) / np.sqrt(expected), full_matrices=False)
    inertia, found = scale**2, []
    sides = zip(("group", "word"), (table.index, table.columns), masses, (left, right.T), strict=True)
    for kind, names, mass, axes in sides:
        x, y = (axes[:, :2] * scale[:2]).T / np.sqrt(mass)
        share = axes[:, :2] ** 2 @ inertia[:2] / inertia[:2].sum()
        found.append(pd.DataFrame({"kind": kind, "name": names, "x": x, "y": y, "contribution": share}))
    places = pd.concat(found, ignore_index=True)
    heaviest = places.loc[places["contribution"].idxmax(), ["x", "y"]]
    return places.assign(**places[["x", "y"]] * np.sign(heaviest.astype(float))), inertia / inertia.sum()


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
    >>> items = pd.DataFrame({"passage_id": list("aabbccd"), "item": ["云", "网", "云", "网", "云", "网", "灯"]})
    >>> collocations(items, least=2)[["first", "second", "n"]].to_csv(index=False).split()
    ['first,second,n', '云,网,3']
    """
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
