"""Which passages and which words a model of the text is made of: from counts to a matrix of passages by words."""

from cityanalysis import corpus, counts, digital, lexicon, readers, words

CONTENT_POS = ("n", "nz", "vn")  # nouns, other names, verbal nouns: what, rather than that something is advanced
ACTOR = "institution"  # domain of the lexicon: who acts is no topic


def modelled(counted, *, least=digital.LEAST):
    """Say which passages are modelled and what they are part of.

    Records and studies are taken whole. Reports speak of everything a city government does; of these only passages
    are taken that are about digital matters.

    Parameters
    ----------
    counted : pandas.DataFrame
        Counts, as `cityanalysis.counts.load` gives them.
    least : float
        The share of its characters in digital clauses from which on a passage of a report is taken. For passages that
        are counted together the share is of all their characters.

    Returns
    -------
    pandas.DataFrame
        Columns ``passage_id, doc_id, collection, city, writer, role``, in the order of the counts; ``role`` is that of
        ``data/splits.csv``, for a study empty.

    Examples
    --------
    >>> part = modelled(counts.load(("studies",)))
    >>> part["collection"].unique().tolist(), part["doc_id"].nunique()
    (['studies'], 5)
    """
    import pandas as pd

    found = counted[["passage_id"]].drop_duplicates(ignore_index=True)
    found = found.assign(doc_id=found["passage_id"].str.partition("#")[0])
    found = found.merge(corpus.documents()[["doc_id", "collection", "city", "writer"]], on="doc_id")
    roles = readers.table("data/splits.csv")[["collection", "city", "role"]]
    found = found.merge(roles, on=["collection", "city"], how="left").fillna({"role": ""})
    stored = pd.read_parquet(readers.home() / corpus.DERIVED / "passages.parquet")
    hosts = counts.counted_with(*(stored[column].tolist() for column in ("passage_id", "doc_id", "n_words")))
    sums = stored.assign(lit=stored["digital"] * stored["n_chars"]).groupby(hosts)[["lit", "n_chars"]].sum()
    share = found["passage_id"].map(sums["lit"] / sums["n_chars"])
    return found[(found["collection"] != "reports") | (share >= least)].reset_index(drop=True)


def select(counted, *, least_passages=5, least_documents=4, most=0.1):
    """Return the words that topics are made of.

    Kept are nouns and verbal nouns (by the part of speech that the word mostly has) and all terms of the lexicon. Left
    out are words of one character; stop words, among them the boilerplate of records; names of cities and provinces,
    words that have one in them, and whatever is tagged as a name of a place, person or organisation; and offices (terms
    of the domain ``institution``): who acts is no topic. So are words that are rare, stand in few documents (names of
    single places and products mostly), or are in so many passages that they tell none apart.

    Parameters
    ----------
    counted : pandas.DataFrame
        Counts of the passages on which a model will be fitted.
    least_passages, least_documents : int
        A word in fewer passages or documents is left out.
    most : float
        So is one in more than this share of the passages.

    Returns
    -------
    list of str
        In dictionary order.

    Raises
    ------
    ValueError
        If no word is left.

    Examples
    --------
    >>> import pandas as pd
    >>> of = lambda word, pos: pd.DataFrame({"passage_id": ["a#1", "b#1"], "word": word, "pos": pos, "n": 1})
    >>> counted = pd.concat([of("地铁", "n"), of("南京", "ns"), of("推进", "v"), of("云计算", "nz")])
    >>> select(counted, least_passages=2, least_documents=2, most=1)
    ['云计算', '地铁']
    """
    own = words.default_lexicon().set_index("term")["domain"]
    terms = own.index[~own.isin(["stop", lexicon.CITY, ACTOR])]
    out = set(own.index) - set(terms)
    cities = lexicon.cities()
    provinces = cities["province"].str.replace(r"(省|市|(壮族|回族|维吾尔)?自治区)$", "", regex=True)
    names = {name for name in {*cities["aliases"].str.split("|").explode(), *provinces} if len(name) > 1}

    by_pos = counted.groupby(["word", "pos"])["n"].sum().reset_index()
    by_pos = by_pos.sort_values(["n", "pos"], ascending=[False, True]).drop_duplicates("word")
    spread = counted.assign(document=counted["passage_id"].str.partition("#")[0]).groupby("word")
    spread = spread.agg(passages=("passage_id", "nunique"), documents=("document", "nunique"))
    spread = spread.assign(pos=by_pos.set_index("word")["pos"]).reset_index()
    wanted = spread["pos"].isin(CONTENT_POS) | spread["word"].isin(terms)
    wanted &= (spread["word"].str.len() > 1) & ~spread["word"].isin(out)
    wanted &= spread["passages"].ge(least_passages) & spread["documents"].ge(least_documents)
    wanted &= spread["passages"] <= most * counted["passage_id"].nunique()
    kept = sorted(word for word in spread.loc[wanted, "word"] if not any(name in word for name in names))
    if not kept:
        raise ValueError(
            f"the vocabulary is empty: none of {len(spread)} words is a noun or term in {least_passages} passages and "
            f"{least_documents} documents that is no name or stop word; give more passages or lower these numbers"
        )
    return kept


def matrix(counted, vocabulary):
    """Set counts out as a matrix of passages × words of a vocabulary.

    Parameters
    ----------
    counted : pandas.DataFrame
        Counts; rows of nought count as absent, words outside the vocabulary are passed over.
    vocabulary : list of str
        The words.

    Returns
    -------
    table : scipy.sparse.csr_array
        Counts; a passage without any of the words is a row of noughts.
    passages : list of str
        The passage of each row, in the order of the counts.

    Raises
    ------
    ValueError
        If the vocabulary is empty or a count is negative.
    """
    import numpy as np
    import pandas as pd
    from scipy.sparse import csr_array

    if len(vocabulary) == 0:
        raise ValueError("the vocabulary is empty: topics need words; give the list that `select` returns")
    if (counted["n"] < 0).any():
        raise ValueError(f"counts are {counted['n'].min()} and more; a word occurs nought times or more often")
    passages = counted["passage_id"].drop_duplicates().tolist()
    column = pd.Index(vocabulary).get_indexer(counted["word"])
    row = pd.Index(passages).get_indexer(counted["passage_id"])
    kept = (column >= 0) & (counted["n"].to_numpy() > 0)
    values = counted["n"].to_numpy(dtype=np.float64)[kept]
    return csr_array((values, (row[kept], column[kept])), shape=(len(passages), len(vocabulary))), passages
