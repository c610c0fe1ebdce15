"""From tokens to counts, and what counts alone can tell: frequency, dispersion, growth of the vocabulary."""

import re

from cityanalysis import corpus, readers, words

SHORT = 20  # words
CONTENT = re.compile(r"[\u3400-\u9fffA-Za-z]")  # a word that is more than a number or a mark


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
        The columns of ``tables.COUNTS``, in the order of the passages, words in dictionary order.

    Examples
    --------
    >>> import pandas as pd
    >>> tokens = pd.DataFrame({"passage_id": ["a#1"] * 3, "word": ["城市", "，", "城市"], "pos": ["n", "w", "n"]})
    >>> count(tokens)
      passage_id word pos  n
    0        a#1   城市   n  2
    """
    kept = tokens[tokens["word"].str.contains(CONTENT) & ~tokens["word"].isin(set(stop_words))]
    order = {passage: i for i, passage in enumerate(tokens["passage_id"].unique())}
    counted = kept.groupby(["passage_id", "word", "pos"], sort=False).size().rename("n").reset_index()
    return counted.sort_values(
        ["passage_id", "word", "pos"], key=lambda c: c.map(order) if c.name == "passage_id" else c, ignore_index=True
    )


def load(collections=("records",), *, second=False, originals=None):
    """Load the counts of collections: counted from the texts that are there, else the tables that are shipped.

    Parameters
    ----------
    collections, second, originals
        As `cityanalysis.corpus.load` takes them.

    Returns
    -------
    pandas.DataFrame
        The columns of ``tables.COUNTS``. In studies and reports a passage of fewer than twenty words is counted
        together with its neighbour (`with_neighbours`), with their texts and without.

    Examples
    --------
    >>> counted = load(("studies",))
    >>> int(counted.loc[counted["word"] == "智慧城市", "n"].sum()) > 100
    True
    """
    import pandas as pd

    documents, passages = corpus.load(collections, second=second, originals=originals)
    ours = set(documents.loc[documents["collection"] == "records", "doc_id"])
    read = passages[passages["text"] != ""]
    theirs = read[~read["doc_id"].isin(ours)]
    counted = [count(words.tokenize(read[read["doc_id"].isin(ours)])), count(with_neighbours(words.tokenize(theirs)))]
    if len(read) < len(passages):
        stored = pd.read_parquet(readers.home() / corpus.DERIVED / "counts.parquet")
        wanted = set(passages.loc[passages["text"] == "", "passage_id"])
        counted.append(stored[stored["passage_id"].isin(wanted)])
    return pd.concat([part for part in counted if len(part)], ignore_index=True)


def with_neighbours(tokens, *, short=SHORT):
    """Put the words of short passages to those of a neighbour, so that no count is that of a single short sentence.

    Parameters
    ----------
    tokens : pandas.DataFrame
        Tokens of passages in order, whose ids are ``doc_id#n``.
    short : int
        A passage, or run of passages put together, of fewer words than this goes on to the next of its document, and at
        the document's end to the one before.

    Returns
    -------
    pandas.DataFrame
        The tokens, with the id of the passage with which they are counted.
    """
    ids = tokens["passage_id"].drop_duplicates().tolist()
    sizes = tokens[tokens["word"].str.contains(CONTENT)].groupby("passage_id").size()
    documents = [passage.partition("#")[0] for passage in ids]
    hosts = counted_with(ids, documents, [int(sizes.get(passage, 0)) for passage in ids], short=short)
    return tokens.assign(passage_id=tokens["passage_id"].map(dict(zip(ids, hosts, strict=True))))


def counted_with(ids, documents, sizes, *, short=SHORT):
    """Say with which passage each is counted: itself, or where it is short, its neighbour in the same document.

    Parameters
    ----------
    ids, documents : list of str
        Passages in order, and the document of each.
    sizes : list of int
        How many words each has.
    short : int
        A passage, or run of passages counted together, of fewer words goes on to the next.

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
        ends = i + 1 == len(ids) or documents[i + 1] != document
        if size >= short:
            hosts |= dict.fromkeys(waiting, passage)
            waiting, size, last = [], 0, passage
        if ends:
            hosts |= dict.fromkeys(waiting, last or passage)
            waiting, size, last = [], 0, None
    return [hosts[passage] for passage in ids]


def frequency(hits, parts, sizes):
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
    >>> import pandas as pd
    >>> hits, parts = pd.Series(["云", "云", "网", "网"]), pd.Series(["a", "b", "a", "a"])
    >>> frequency(hits, parts, pd.Series({"a": 10, "b": 10}))[["word", "n", "parts", "dp"]].to_csv(index=False).split()
    ['word,n,parts,dp', '云,2,2,0.0', '网,2,1,1.0']
    """
    import pandas as pd

    if len(sizes) < 2:
        raise ValueError(f"dispersion needs at least two parts, found {len(sizes)}; load more documents")
    unsized = sorted(set(parts) - set(sizes.index))
    if unsized:
        raise ValueError(f"parts {', '.join(map(str, unsized))}: have hits, but no size; give the size of every part")
    expected = sizes / sizes.sum()
    table = pd.crosstab(hits, parts).reindex(columns=sizes.index, fill_value=0)
    n = table.sum(axis=1)
    deviation = table.div(n, axis=0).sub(expected, axis=1).abs().sum(axis=1) / 2
    found = pd.DataFrame(
        {
            "n": n,
            "parts": (table > 0).sum(axis=1),
            "per_10k": n / sizes.sum() * 10_000,
            "dp": deviation / (1 - expected.min()),
        }
    )
    found = found.rename_axis("word").reset_index()
    return found.sort_values(["n", "word"], ascending=[False, True], ignore_index=True)


def growth(words, *, points=60):
    """Follow how the vocabulary grows with the text.

    Parameters
    ----------
    words : sequence of str
        The words in the order of the text.
    points : int
        How many points of the curve to return, evenly spaced from a fiftieth of the text to its end: the law is one of
        long texts, and before that nearly every word is new.

    Returns
    -------
    curve : pandas.DataFrame
        Columns ``tokens, types``: words read, different words among them.
    k, beta : float
        Heaps' law ``types = k · tokens ** beta``, fitted to these points by least squares of the logarithms.

    Raises
    ------
    ValueError
        If there are fewer than fifty words.

    References
    ----------
    Heaps, H. S. (1978). Information retrieval: computational and theoretical aspects. Academic Press.

    Examples
    --------
    >>> curve, k, beta = growth([str(i) for i in range(100)])
    >>> round(k, 3), round(beta, 3)
    (1.0, 1.0)
    """
    import numpy as np
    import pandas as pd

    if len(words) < 50:
        raise ValueError(f"a curve of growth needs at least fifty words, found {len(words)}; load more documents")
    new = ~pd.Series(words).duplicated()
    types = new.cumsum().to_numpy()
    at = np.unique(np.linspace(max(10, len(words) // 50), len(words), points).round().astype(int))
    curve = pd.DataFrame({"tokens": at, "types": types[at - 1]})
    beta, log_k = np.polyfit(np.log(curve["tokens"]), np.log(curve["types"]), 1)
    return curve, float(np.exp(log_k)), float(beta)
