"""What a classifier sees of a passage: its words, and what the lexicon makes of it.

Names are left out, since a classifier is to know what a passage is about and not where. Beside the words stand the
share of each domain among the passage's terms, and how much of it the rule of `cityanalysis.digital` calls digital.
"""

from typing import NamedTuple

from cityanalysis import corpus, counts, digital, lexicon, readers, tags, words

# Parts of speech of names. jieba gives them to other words, too, so terms of the lexicon and digital words stay.
PROPER = ("nr", "nrfg", "nrt", "ns")


class Described(NamedTuple):
    """Passages by what the classifier sees of them: a row a passage in each part."""

    passages: object  # DataFrame: passage_id, city
    words: object  # sparse matrix: how often each word of the vocabulary stands in the passage
    vocabulary: object  # array of str, sorted
    marks: object  # DataFrame: the share of each domain among the passage's terms, and three on how digital it is


def describe(collections=("records", "reports"), *, second=True, originals=False):
    """Describe the passages of collections.

    Parameters
    ----------
    collections, second, originals
        As `cityanalysis.corpus.load` takes them; the shipped tables are used unless texts are asked for.

    Returns
    -------
    Described
        A short passage of a report, which is counted with its neighbour, has the words of both.

    Examples
    --------
    >>> described = describe(("records",), second=False)
    >>> described.words.shape[0] == len(described.passages) == len(described.marks)
    True
    """
    import pandas as pd

    _, passages = corpus.load(collections, second=second, originals=originals)
    tagged = tags.load(collections, second=second, originals=originals)
    counted = counts.load(collections, second=second, originals=originals)
    read = passages["text"] != ""
    share = digital.shares(passages[read], tagged)
    hosts = passages["passage_id"].copy()
    if not read.all():
        stored = pd.read_parquet(readers.home() / corpus.DERIVED / "passages.parquet")
        stored = stored[stored["passage_id"].isin(set(passages.loc[~read, "passage_id"]))]
        parts = (stored["passage_id"].tolist(), stored["doc_id"].tolist(), stored["n_words"].tolist())
        host = dict(zip(stored["passage_id"], counts.counted_with(*parts), strict=True))
        hosts = hosts.map(lambda passage: host.get(passage, passage))
        share = pd.concat([share, passages.loc[~read, "passage_id"].map(stored.set_index("passage_id")["digital"])])
    return _described(passages.assign(share=share), hosts, counted, tagged)


def describe_texts(passages):
    """Describe passages of one's own.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``.

    Returns
    -------
    Described

    Examples
    --------
    >>> import pandas as pd
    >>> described = describe_texts(pd.DataFrame({"passage_id": ["a#1"], "text": ["建设数据中心。"]}))
    >>> described.vocabulary.tolist(), float(described.marks.loc[0, "infrastructure"])
    (['建设', '数据中心'], 1.0)
    """
    tokens = words.tokenize(passages)
    tagged = tags.tag(passages, tokens)
    table = passages[["passage_id"]].assign(city="", share=digital.shares(passages, tagged))
    return _described(table, passages["passage_id"], counts.count(tokens), tagged)


def _described(passages, hosts, counted, tagged):
    """Describe passages by counts of their words (under the id of the passage they are counted with) and tags."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import csr_matrix

    kept = counted[~named(counted)]
    vocabulary, column = np.unique(kept["word"].to_numpy(dtype=str), return_inverse=True)
    counted_as = pd.Index(hosts.unique())
    where = (counted_as.get_indexer(kept["passage_id"]), column)
    matrix = csr_matrix((kept["n"].to_numpy(dtype=float), where), shape=(len(counted_as), len(vocabulary)))
    matrix.sum_duplicates()
    domains = lexicon.domains()["domain"].tolist()
    terms = tagged[(tagged["kind"] == "term") & tagged["domain"].isin(domains)].reset_index(drop=True)
    marks = pd.crosstab(terms["passage_id"], terms["domain"]).reindex(columns=domains, fill_value=0)
    marks = marks.div(marks.sum(axis=1), axis=0).reindex(passages["passage_id"]).fillna(0.0).reset_index(drop=True)
    share = passages["share"].to_numpy(dtype=float)
    marks = marks.assign(**{"digital share": share, "digital": share >= digital.LEAST, "not digital": share == 0})
    rows = matrix[counted_as.get_indexer(hosts)]
    return Described(passages[["passage_id", "city"]].reset_index(drop=True), rows, vocabulary, marks.astype(float))


def named(counted):
    """Say which words are left out as names: of a city or province, or by their part of speech.

    Parameters
    ----------
    counted : pandas.DataFrame
        With the columns ``word`` and ``pos``.

    Returns
    -------
    pandas.Series of bool
        A name by its part of speech that is a term of the lexicon, or has a digital word in it, is none: 智慧 is
        tagged as a person's name.

    Examples
    --------
    >>> import pandas as pd
    >>> named(pd.DataFrame({"word": ["南京", "智慧", "网络"], "pos": ["ns", "nr", "n"]})).tolist()
    [True, False, False]
    """
    places = {*lexicon.city_names()["term"], *lexicon.cities()["province"]}
    terms = set(tags.domain_terms(lexicon.load())["term"])
    proper = counted["pos"].isin(PROPER) & ~counted["word"].isin(terms)
    names = {word for word in counted.loc[proper, "word"].unique() if not digital.is_digital(word)}
    return (proper & counted["word"].isin(names)) | counted["word"].isin(places)


def leave_out(described, name):
    """Describe the same passages without a word, or without a mark.

    Parameters
    ----------
    described : Described
    name : str
        A word, or a mark in brackets.

    Returns
    -------
    Described

    Raises
    ------
    ValueError
        If it is neither.
    """
    mark = name.strip("[]")
    if name == f"[{mark}]" and mark in described.marks:
        return described._replace(marks=described.marks.assign(**{mark: 0.0}))
    kept = described.vocabulary != name
    if kept.all():
        raise ValueError(f"{name!r}: neither a word of these passages nor a mark; marks stand in brackets")
    return described._replace(words=described.words[:, kept], vocabulary=described.vocabulary[kept])


def among(described, passages):
    """Keep some of the passages.

    Parameters
    ----------
    described : Described
    passages : collection of str
        Their ids.

    Returns
    -------
    Described
    """
    kept = described.passages["passage_id"].isin(set(passages)).to_numpy()
    return described._replace(
        passages=described.passages[kept].reset_index(drop=True),
        words=described.words[kept],
        marks=described.marks[kept].reset_index(drop=True),
    )
