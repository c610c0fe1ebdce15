"""From counts to topics: what passages talk about, by NMF or LDA behind one interface.

A model is fitted on the counts of some passages and a vocabulary; other passages are folded in afterwards. How good a
model is, `cityanalysis.quality` measures; `cityanalysis.shares` sums passages up by city, period or collection.
"""

import dataclasses

from cityanalysis import corpus, counts, readers
from cityanalysis import vocabulary as vocabularies

# What notebook 04 finds best by the criterion that it states; `load` fits this model.
KIND, NUMBER, SEED = "nmf", 20, 0
KINDS = ("nmf", "lda")
FITTED = ("develop", "")  # roles of cities whose passages are fitted (a study has none); others are folded in
NAMES = "data/topics.csv"
SAME = 0.8  # cosine from which on two topics are taken for one


@dataclasses.dataclass(frozen=True)
class Model:
    """A fitted topic model.

    Attributes
    ----------
    kind : str
        ``nmf`` or ``lda``.
    words : pandas.DataFrame
        Topics (from 1, the largest first) × words of the vocabulary: the weight of each word in the topic; rows sum
        to 1. With LDA these are probabilities; with NMF shares of the topic's tf–idf weight.
    passages : pandas.DataFrame
        Passages × topics: the share of each topic in the passage; rows sum to 1. A passage without a word of the
        vocabulary has no shares: its row is missing values.
    estimator : sklearn.pipeline.Pipeline
        From a matrix of counts to topics, in the order in which they were found.
    order : tuple of int
        Which of these each row of `words` is.
    """

    kind: str
    words: object
    passages: object
    estimator: object
    order: tuple


def fit(counted, vocabulary, *, kind=KIND, topics=NUMBER, seed=SEED):
    """Fit a topic model.

    Parameters
    ----------
    counted : pandas.DataFrame
        Counts of passages. Those without a word of the vocabulary take no part in the fit.
    vocabulary : list of str
        The words that count.
    kind : {"nmf", "lda"}
        Non-negative matrix factorisation of tf–idf weights (logarithmic counts, rows of length 1, squared error), or
        latent Dirichlet allocation of counts (ten passes of batch variational inference, priors 0.1 and 0.05).
    topics : int
        How many.
    seed : int
        Of the random start.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        If the kind is unknown, the vocabulary empty, or if there are more topics than passages or words.

    References
    ----------
    Lee, D. D. & Seung, H. S. (1999). Learning the parts of objects by non-negative matrix factorization. Nature 401,
    788–791. Blei, D. M., Ng, A. Y. & Jordan, M. I. (2003). Latent Dirichlet allocation. JMLR 3, 993–1022.

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = [("a#1", "云"), ("a#1", "网"), ("b#1", "云"), ("b#1", "网"), ("c#1", "医"), ("c#1", "药")]
    >>> counted = pd.DataFrame(pairs, columns=["passage_id", "word"]).assign(n=1)
    >>> fit(counted, ["云", "网", "医", "药"], topics=2).passages.round(3).to_numpy().tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    import numpy as np
    import pandas as pd
    from sklearn.decomposition import NMF, LatentDirichletAllocation
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.pipeline import make_pipeline

    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}: unknown; choose among {', '.join(KINDS)}")
    table, _ = vocabularies.matrix(counted, vocabulary)
    table = table[table.sum(axis=1) > 0]
    if not 1 <= topics <= min(table.shape):
        raise ValueError(
            f"{topics} topics of {table.shape[0]} passages with words and {table.shape[1]} words: a model needs at "
            f"least as many of both as topics; ask for 1 to {min(table.shape)} topics or give more passages"
        )
    if kind == "nmf":
        model = NMF(topics, init="random", random_state=seed, max_iter=2000)
        estimator = make_pipeline(TfidfTransformer(sublinear_tf=True), model)
    else:
        # A tighter end of the inner loop takes half as long again and surprises no less on unseen passages.
        inner = {"mean_change_tol": 0.01, "max_doc_update_iter": 30}
        priors = {"doc_topic_prior": 0.1, "topic_word_prior": 0.05}
        model = LatentDirichletAllocation(topics, max_iter=10, random_state=seed, **priors, **inner)
        estimator = make_pipeline(model)
    with np.errstate(invalid="ignore"):  # the error of a perfect fit can come out below nought by rounding
        estimator.fit(table)
    weights = model.components_ / np.maximum(model.components_.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    names = pd.RangeIndex(1, topics + 1, name="topic")
    unordered = Model(kind, pd.DataFrame(weights, names, vocabulary), None, estimator, tuple(range(topics)))
    shares = fold_in(unordered, counted)
    order = tuple(np.argsort(-shares.sum().to_numpy().round(9), kind="stable").tolist())
    found = pd.DataFrame(weights[list(order)], names, vocabulary)
    return Model(kind, found, shares.iloc[:, list(order)].set_axis(names, axis=1), estimator, order)


def fold_in(model, counted):
    """Give the shares of a fitted model's topics in other passages.

    Parameters
    ----------
    model : Model
        The model; it is not changed.
    counted : pandas.DataFrame
        Counts of passages; words that the model does not know are passed over.

    Returns
    -------
    pandas.DataFrame
        Passages × topics, as in ``Model.passages``: missing values for a passage without a known word or, rarely,
        none that any topic gives weight to.
    """
    import numpy as np
    import pandas as pd

    table, passages = vocabularies.matrix(counted, model.words.columns)
    known = np.asarray(table.sum(axis=1)).ravel() > 0
    shares = np.full((len(passages), len(model.order)), np.nan)
    if known.any():
        found = model.estimator.transform(table[known])
        if model.kind == "nmf":
            # A topic's scale is arbitrary in NMF: its weight goes from the words to the passages.
            found = found * model.estimator[-1].components_.sum(axis=1)
        total = found.sum(axis=1, keepdims=True)
        shares[known] = np.divide(found, total, out=np.full_like(found, np.nan), where=total > 0)
    index = pd.Index(passages, name="passage_id")
    return pd.DataFrame(shares[:, list(model.order)], index=index, columns=model.words.index)


def ranked(model, *, by="weight", top=10, exponent=0.5):
    """Rank the words of each topic.

    Parameters
    ----------
    model : Model
        A fitted model.
    by : {"weight", "frex"}
        By weight in the topic (with LDA the probability), or by FREX: the harmonic mean of the word's ranks by weight
        and by exclusivity, its weight here by the sum of its weights in all topics.
    top : int
        How many words a topic.
    exponent : float
        The weight of exclusivity in FREX, from 0 to 1.

    Returns
    -------
    pandas.DataFrame
        Columns ``topic, rank, word, weight``; ``weight`` is always that in the topic.

    References
    ----------
    Bischof, J. M. & Airoldi, E. M. (2012). Summarizing topical content with word frequency and exclusivity. ICML 29.
    """
    import numpy as np
    import pandas as pd

    if by not in ("weight", "frex"):
        raise ValueError(f"by {by!r}: unknown; choose weight or frex")
    weights = model.words.to_numpy()
    score = weights
    if by == "frex":
        ranks = pd.DataFrame(weights).rank(axis=1, pct=True).to_numpy()
        exclusive = pd.DataFrame(weights / np.maximum(weights.sum(axis=0), np.finfo(float).tiny))
        exclusive = exclusive.rank(axis=1, pct=True).to_numpy()
        score = 1 / (exponent / exclusive + (1 - exponent) / ranks)
    # Rounded, so that ties are ties on any machine; then the heavier word, then the dictionary's order.
    keys = [np.lexsort((-w.round(9), -s.round(9)))[:top] for w, s in zip(weights, score, strict=True)]
    rows = [
        (topic, rank, model.words.columns[at], weights[i, at])
        for i, topic in enumerate(model.words.index)
        for rank, at in enumerate(keys[i], 1)
    ]
    return pd.DataFrame(rows, columns=["topic", "rank", "word", "weight"])


def align(words, others):
    """Pair the topics of two models by the Hungarian method: so that the sum of the cosines is as large as can be.

    Parameters
    ----------
    words, others : pandas.DataFrame
        Topics × words, as in ``Model.words``; a word that only one of them knows has weight nought in the other.

    Returns
    -------
    pandas.DataFrame
        Columns ``topic, other, cosine``, a row a pair, in the order of `words`. Where the numbers of topics differ,
        some of the larger model have no pair.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly 2, 83–97.

    Examples
    --------
    >>> import pandas as pd
    >>> words = pd.DataFrame([[1.0, 0.0], [0.6, 0.8]], index=[1, 2], columns=["云", "网"])
    >>> align(words, words.iloc[::-1]).to_csv(index=False).split()
    ['topic,other,cosine', '1,1,1.0', '2,2,1.0']
    """
    import pandas as pd
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics.pairwise import cosine_similarity

    both = sorted(set(words.columns) | set(others.columns))
    # Rounded, so that the last bits of a cosine do not choose between pairs that are equally good.
    cosine = cosine_similarity(words.reindex(columns=both, fill_value=0), others.reindex(columns=both, fill_value=0))
    cosine = cosine.round(9)
    rows, columns = linear_sum_assignment(cosine, maximize=True)
    found = {"topic": words.index[rows], "other": others.index[columns], "cosine": cosine[rows, columns]}
    return pd.DataFrame(found)


def load():
    """Fit the model that notebook 04 chooses, on the counts of all collections.

    Passages of cities that are kept for judging, and of the exemplars, take no part in the fit; fold them in.

    Returns
    -------
    Model

    Examples
    --------
    >>> model = load()
    >>> len(model.words) == NUMBER
    True
    """
    counted = counts.load(corpus.COLLECTIONS)
    part = vocabularies.modelled(counted)
    counted = counted[counted["passage_id"].isin(part.loc[part["role"].isin(FITTED), "passage_id"])]
    return fit(counted, vocabularies.select(counted))


def names(model):
    """Name the topics of a model after those that were read and named.

    Parameters
    ----------
    model : Model
        Any model; its vocabulary may be another.

    Returns
    -------
    pandas.DataFrame
        By topic: ``key, name_zh, name_en, way, stable`` of the named topic (``data/topics.csv``) with which it is
        paired, and their ``cosine``. Below `SAME`, where the topic is not one that was read, the first three are
        ``unlabelled``, ``未命名``, ``unlabelled``, and the next two empty.
    """
    import pandas as pd

    known = readers.table(NAMES)
    pairs = zip(known["words"].str.split("|"), known["weights"].str.split("|"), strict=True)
    stored = pd.DataFrame([dict(zip(w, map(float, x), strict=True)) for w, x in pairs]).fillna(0)
    found = align(model.words, stored.set_axis(known.index, axis=0)).set_index("topic").reindex(model.words.index)
    unknown = {"key": "unlabelled", "name_zh": "未命名", "name_en": "unlabelled", "way": "", "stable": ""}
    named = known.rename(columns={"topic": "key"})[list(unknown)].reindex(found["other"])
    named = named.set_axis(model.words.index, axis=0)
    for column, value in unknown.items():
        named[column] = named[column].where(found["cosine"] >= SAME, value)
    return named.assign(cosine=found["cosine"])
