"""What passages talk about: topics by NMF or LDA, how good and how stable they are, and whose passages have them.

`modelled` says which passages take part, `vocabulary` which words; `TopicModel` is fitted to some passages and gives
the shares of its topics in these or any others. `assess` measures a kind of model; `by_group`, `change` and `apart`
compare periods, collections and records. Intervals are those of `cityanalysis.study.shares`.
"""

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist
from scipy.stats import hmean
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline

from cityanalysis import corpus, files, tags, words
from cityanalysis.study import differences, shares

# What notebook methods/topic_stability finds best by the criterion that it states; `load` fits this model.
KIND, NUMBER, SEED = "nmf", 20, 0
KINDS = ("nmf", "lda")
FITTED = ("develop", "")  # roles of cities whose passages are fitted (a study has none)
REPORTS = ("2020", "2024")  # first and last year of work reports that are modelled: those before are Shanghai's alone
CONTENT_POS = ("n", "nz", "vn")  # nouns, other names, verbal nouns: what, rather than that something is advanced
ACTOR = "institution"  # domain of the lexicon: who acts is no topic
LEAST_PASSAGES, LEAST_DOCUMENTS = 5, 4  # in which a word of the vocabulary stands
TOP = 10  # leading words by which a topic is judged
STABLE = 0.7  # mean cosine from which on a topic counts as stable
NAMES = "data/topics.csv"
SAME = 0.8  # cosine from which on a topic is taken for the one that was named
TINY = np.finfo(float).tiny  # divides where a sum may be 0


def modelled(texts, *, least=tags.DIGITAL):
    """Return which passages of a `Corpus` of this project are modelled, and what they are part of.

    Records and studies are taken whole. Reports speak of everything a city government does; of those of the years
    `REPORTS` only passages are taken of which at least a share of `least` stands in clauses with a digital term.
    Passages that are counted together are taken together, by the share of all their characters.

    Columns ``passage_id, doc_id, collection, city, writer, role, fitted``, in the order of the counts. ``role`` is
    that of ``data/splits.csv``, for a study empty; ``fitted`` says whether a model may be fitted to the passage: its
    city is neither kept for judging nor an exemplar, and it is not of a second record.
    """
    hosts = texts.counted_with.to_numpy()
    sizes = texts.passages["end"] - texts.passages["start"]
    digital = (texts.digital * sizes).groupby(hosts).sum() / sizes.groupby(hosts).sum()
    found = pd.DataFrame({"passage_id": texts.counts["passage_id"].unique()})
    found = found.assign(doc_id=found["passage_id"].str.partition("#")[0])
    listed = texts.documents
    listed = listed[(listed["collection"] != "reports") | listed["published"].str[:4].between(*REPORTS)]
    found = found.merge(listed[["doc_id", "collection", "city", "writer"]], on="doc_id")
    roles = files.table("data/splits.csv")[["collection", "city", "role"]]
    found = found.merge(roles, on=["collection", "city"], how="left").fillna({"role": ""})
    found = found.assign(fitted=found["role"].isin(FITTED) & ~found["doc_id"].str.endswith("-second"))
    taken = (found["collection"] != "reports") | (found["passage_id"].map(digital) >= least)
    return found[taken].reset_index(drop=True)


def vocabulary(counted, *, most=0.1):
    """Return the words that topics of these counts are made of, in dictionary order.

    Kept are nouns and verbal nouns (by the part of speech that the word mostly has) and all terms of the lexicon. Left
    out are words of one character; stop words, among them the boilerplate of records; names of cities and provinces,
    words that have one in them, and whatever is tagged as a name of a place, person or organisation; and offices (terms
    of the domain ``institution``). So are words that are rare, stand in few documents (names of single places and
    products mostly), or are in more than a share of `most` of the passages and tell none apart.
    """
    lexicon = words.read_lexicon().set_index("term")["domain"]
    out = lexicon.index[lexicon.isin([words.STOP, words.CITY, ACTOR])]
    cities = words.cities()
    provinces = cities["province"].str.replace(r"(省|市|(壮族|回族|维吾尔)?自治区)$", "", regex=True)
    places = {name for name in {*cities["aliases"].str.split("|").explode(), *provinces} if len(name) > 1}

    by_pos = counted.groupby(["word", "pos"])["n"].sum().reset_index()
    by_pos = by_pos.sort_values(["n", "pos"], ascending=[False, True]).drop_duplicates("word").set_index("word")["pos"]
    spread = counted.assign(document=counted["passage_id"].str.partition("#")[0]).groupby("word")
    spread = spread.agg(passages=("passage_id", "nunique"), documents=("document", "nunique"))
    wanted = by_pos.reindex(spread.index).isin(CONTENT_POS) | spread.index.isin(lexicon.index)
    wanted &= (spread.index.str.len() > 1) & ~spread.index.isin(out)
    wanted &= (spread["passages"] >= LEAST_PASSAGES) & (spread["documents"] >= LEAST_DOCUMENTS)
    wanted &= spread["passages"] <= most * counted["passage_id"].nunique()
    kept = sorted(word for word in spread.index[wanted] if not any(place in word for place in places))
    if not kept:
        raise ValueError(
            f"the vocabulary is empty: none of {len(spread)} words is a noun or term in {LEAST_PASSAGES} passages and "
            f"{LEAST_DOCUMENTS} documents that is no name or stop word; give more passages"
        )
    return kept


def matrix(counted, vocabulary):
    """Return counts as a sparse matrix of passages × words of a vocabulary, and the passage of each row.

    A passage without any of the words is a row of zeros.
    """
    if len(vocabulary) == 0:
        raise ValueError("the vocabulary is empty: topics need words; give the list that `vocabulary` returns")
    if (counted["n"] < 0).any():
        raise ValueError(f"n is {counted['n'].min()} in the counts; expected 0 or more: give counts of words")
    row, passages = pd.factorize(counted["passage_id"])
    column = pd.Index(vocabulary).get_indexer(counted["word"])
    kept = (column >= 0) & (counted["n"].to_numpy() > 0)
    values = counted["n"].to_numpy(dtype=float)[kept]
    return csr_array((values, (row[kept], column[kept])), shape=(len(passages), len(vocabulary))), passages


class TopicModel(TransformerMixin, BaseEstimator):
    """A topic model of counts, in scikit-learn's manner: `fit` it to some passages, `transform` these or others.

    Parameters
    ----------
    kind : {"nmf", "lda"}
        Non-negative matrix factorisation of tf–idf weights (logarithmic counts, rows of length 1, squared error), or
        latent Dirichlet allocation of counts (ten passes of batch variational inference, priors 0.1 and 0.05).
    n_topics, seed : int
        How many topics, and the seed of the random start.
    vocabulary : list of str, optional
        The words that count; what `vocabulary` returns for the passages of the fit, unless given.

    Attributes
    ----------
    weights_ : pandas.DataFrame
        Topics (from 1, the largest first) × words: the weight of each word in the topic; rows sum to 1. With LDA these
        are probabilities; with NMF shares of the topic's tf–idf weight.

    References
    ----------
    Lee, D. D. & Seung, H. S. (1999). Learning the parts of objects by non-negative matrix factorization. Nature 401,
    788–791. Blei, D. M., Ng, A. Y. & Jordan, M. I. (2003). Latent Dirichlet allocation. JMLR 3, 993–1022.

    Examples
    --------
    >>> pairs = [("a#1", "云"), ("a#1", "网"), ("b#1", "云"), ("b#1", "网"), ("c#1", "医"), ("c#1", "药")]
    >>> counted = pd.DataFrame(pairs, columns=["passage_id", "word"]).assign(n=1)
    >>> model = TopicModel(n_topics=2, vocabulary=["云", "网", "医", "药"]).fit(counted)
    >>> model.transform(counted).round(3).to_numpy().tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """

    def __init__(self, *, kind=KIND, n_topics=NUMBER, seed=SEED, vocabulary=None):
        self.kind, self.n_topics, self.seed, self.vocabulary = kind, n_topics, seed, vocabulary

    def fit(self, counted):
        """Fit the model to counts of passages; those without a word of the vocabulary take no part."""
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r}: unknown; choose among {', '.join(KINDS)}")
        known = vocabulary(counted) if self.vocabulary is None else self.vocabulary
        table, _ = matrix(counted, known)
        table = table[table.sum(axis=1) > 0]
        if not 1 <= self.n_topics <= min(table.shape):
            raise ValueError(
                f"{self.n_topics} topics of {table.shape[0]} passages with words and {table.shape[1]} words: a model "
                f"needs at least as many of both as topics; ask for 1 to {min(table.shape)} or give more passages"
            )
        if self.kind == "nmf":
            model = NMF(self.n_topics, init="random", random_state=self.seed, max_iter=2000)
            self.pipeline_ = make_pipeline(TfidfTransformer(sublinear_tf=True), model)
        else:
            priors = {"doc_topic_prior": 0.1, "topic_word_prior": 0.05}
            # A tighter end of the inner loop takes half as long again and surprises no less on unseen passages.
            inner = {"mean_change_tol": 0.01, "max_doc_update_iter": 30}
            model = LatentDirichletAllocation(self.n_topics, max_iter=10, random_state=self.seed, **priors, **inner)
            self.pipeline_ = make_pipeline(model)
        with np.errstate(invalid="ignore"):  # the error of a perfect fit can come out below 0 by rounding
            self.pipeline_.fit(table)
        sizes = np.nansum(self._shares(table), axis=0).round(9)
        self.order_ = np.argsort(-sizes, kind="stable")
        weights = model.components_ / np.maximum(model.components_.sum(axis=1, keepdims=True), TINY)
        topics = pd.RangeIndex(1, self.n_topics + 1, name="topic")
        self.weights_ = pd.DataFrame(weights[self.order_], topics, known)
        return self

    def transform(self, counted):
        """Return the shares of the topics in passages, passages × topics; rows sum to 1.

        Words that the model does not know are passed over. A passage has missing values if it has no word that the
        model knows or, rarely, none to which any topic gives weight.
        """
        table, passages = matrix(counted, self.weights_.columns)
        known = table.sum(axis=1) > 0
        found = np.full((len(passages), self.n_topics), np.nan)
        if known.any():
            found[known] = self._shares(table[known])
        return pd.DataFrame(found[:, self.order_], pd.Index(passages, name="passage_id"), self.weights_.index)

    def _shares(self, table):
        """Return the shares of the topics, in the order in which they were found, in rows that have words."""
        found = self.pipeline_.transform(table)
        if self.kind == "nmf":
            # A topic's scale is arbitrary in NMF: its weight goes from the words to the passages.
            found = found * self.pipeline_[-1].components_.sum(axis=1)
        return shares.proportions(found)


def load():
    """Return the model that is shown, fitted to those passages of all collections that may be fitted."""
    texts = corpus.load(*corpus.COLLECTIONS)
    part = modelled(texts)
    return TopicModel().fit(texts.counts[texts.counts["passage_id"].isin(part.loc[part["fitted"], "passage_id"])])


def leading(weights, *, by="weight", top=TOP):
    """Return the leading words of each topic, in order: columns ``topic, word, weight``.

    They lead by weight in the topic (`by` ``weight``), or by FREX (``frex``): the harmonic mean of a word's ranks by
    weight and by exclusivity, which is its weight divided by the sum of its weights in all topics. A word without
    weight in the topic is left out.

    References
    ----------
    Bischof, J. M. & Airoldi, E. M. (2012). Summarizing topical content with word frequency and exclusivity. ICML 29.
    """
    if by not in ("weight", "frex"):
        raise ValueError(f"by {by!r}: unknown; choose weight or frex")
    score = weights
    if by == "frex":
        exclusive = weights / np.maximum(weights.sum(), TINY)
        score = hmean([table.rank(axis=1, pct=True) for table in (weights, exclusive)])
    found = weights.rename_axis(index="topic", columns="word").stack().rename("weight").reset_index()
    # Rounded, so that ties are ties on any machine; then the heavier word, then the dictionary's order.
    found = found.assign(score=np.ravel(score).round(9), rounded=found["weight"].round(9))
    found = found.sort_values(["topic", "score", "rounded"], ascending=[True, False, False])
    found = found[found["weight"] > 0].groupby("topic").head(top)
    return found[["topic", "word", "weight"]].reset_index(drop=True)


def align(weights, others):
    """Pair the topics of two models so that the sum of the cosines of their words is as large as can be.

    Columns ``topic, other, cosine``, a row a pair, in the order of `weights`. A word that only one of the models knows
    has weight 0 in the other. Where the numbers of topics differ, some of the larger model have no pair.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly 2, 83–97.

    Examples
    --------
    >>> weights = pd.DataFrame([[1.0, 0.0], [0.6, 0.8]], index=[1, 2], columns=["云", "网"])
    >>> align(weights, weights.iloc[::-1]).to_csv(index=False).split()
    ['topic,other,cosine', '1,1,1.0', '2,2,1.0']
    """
    both = sorted(set(weights.columns) | set(others.columns))
    # Rounded, so that the last bits of a cosine do not choose between pairs that are equally good.
    cosine = cosine_similarity(*(table.reindex(columns=both, fill_value=0) for table in (weights, others))).round(9)
    rows, columns = linear_sum_assignment(cosine, maximize=True)
    found = {"topic": weights.index[rows], "other": others.index[columns], "cosine": cosine[rows, columns]}
    return pd.DataFrame(found)


def names(weights):
    """Name topics after those that were read and named, whatever their vocabulary.

    By topic: ``key, name_zh, name_en, stable`` of the named topic (``data/topics.csv``) with which it is paired, and
    their ``cosine``. Below `SAME`, where the topic is not one that was read, the first three are ``unlabelled``,
    ``未命名``, ``unlabelled``, and the next one is empty.
    """
    known = files.table(NAMES)
    pairs = zip(known["words"].str.split("|"), known["weights"].str.split("|"), strict=True)
    stored = pd.DataFrame([dict(zip(terms, map(float, numbers), strict=True)) for terms, numbers in pairs]).fillna(0)
    found = align(weights, stored.set_axis(known.index)).set_index("topic").reindex(weights.index)
    unknown = {"key": "unlabelled", "name_zh": "未命名", "name_en": "unlabelled", "stable": ""}
    named = known.rename(columns={"topic": "key"})[list(unknown)].reindex(found["other"]).set_axis(weights.index)
    same = found["cosine"] >= SAME
    return named.apply(lambda column: column.where(same, unknown[column.name])).assign(cosine=found["cosine"])


def coherence(weights, counted):
    """Return how far the leading words of each topic stand in the same passages of some counts.

    By topic it is the mean of the normalised pointwise mutual information of all pairs of its leading words: 1 if they
    only occur together, 0 if as chance would have it, −1 if never. Missing for a topic of a single word.

    References
    ----------
    Aletras, N. & Stevenson, M. (2013). Evaluating topic coherence using distributional semantics. IWCS 10. Bouma, G.
    (2009). Normalized (pointwise) mutual information in collocation extraction.
    """
    first = leading(weights)
    column, known = pd.factorize(first["word"], sort=True)
    table, passages = matrix(counted, known)
    present = (table > 0).astype(float)
    both = (present.T @ present).toarray() / len(passages)
    each = np.diag(both)
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.log(both / np.outer(each, each)) / -np.log(both)
    npmi = np.where(both == 0, -1.0, np.where(both == 1, 1.0, npmi))
    columns = pd.Series(column).groupby(first["topic"])
    return columns.agg(lambda own: pd.Series(npmi[np.ix_(own, own)][np.triu_indices(len(own), k=1)]).mean())


def stability(weights, others):
    """Return by topic the mean cosine with the topics of other fits that are paired with it."""
    pairs = pd.concat([align(weights, other) for other in others])
    return pairs.groupby("topic")["cosine"].mean().reindex(weights.index)


def assess(counted, vocabulary, reference, *, kind, n_topics, seeds, folds):
    """Fit one kind of `TopicModel` with one number of topics, several times, and measure it.

    It is fitted to the passages of `counted` with each of so many `seeds`, from 0; then, with the prototype's seed,
    without each of so many `folds`. Coherence is taken over the passages of `reference`, counts too. The prototype is
    the seed whose topics are most like those of the other seeds.

    Returns
    -------
    row : dict
        ``kind, topics, coherence, coherence_se`` (mean and standard error over seeds), ``seeds, resamples`` (mean
        stability of the prototype's topics over seeds, and over fits without a fold), ``stable`` (share of its topics
        with at least `STABLE` in both), ``prototype``.
    per_topic : pandas.DataFrame
        For the prototype, by topic: ``coherence, seeds, resamples, stable``.

    References
    ----------
    Rieger, J., Rahnenführer, J. & Jentsch, C. (2020). Improving latent Dirichlet allocation: on reliability of the
    novel method LDAPrototype. NLDB 25, 118–125.
    """
    settings = {"kind": kind, "n_topics": n_topics, "vocabulary": vocabulary}
    fits = [TopicModel(seed=seed, **settings).fit(counted).weights_ for seed in range(seeds)]
    by_seed = [stability(fit, fits[:seed] + fits[seed + 1 :]) for seed, fit in enumerate(fits)]
    prototype = int(np.argmax(np.round([topics.mean() for topics in by_seed], 6)))
    ids = np.array(sorted(counted["passage_id"].unique()))
    resampled = []
    for _, fold in KFold(folds, shuffle=True, random_state=0).split(ids):
        kept = counted[~counted["passage_id"].isin(ids[fold])]
        resampled.append(TopicModel(seed=prototype, **settings).fit(kept).weights_)
    coherent = [coherence(fit, reference) for fit in fits]
    per_topic = pd.DataFrame({"coherence": coherent[prototype], "seeds": by_seed[prototype]})
    per_topic = per_topic.assign(resamples=stability(fits[prototype], resampled))
    per_topic["stable"] = per_topic[["seeds", "resamples"]].min(axis=1) >= STABLE
    means = [topics.mean() for topics in coherent]
    row = {
        "kind": kind,
        "topics": n_topics,
        "coherence": np.mean(means),
        "coherence_se": np.std(means, ddof=1) / np.sqrt(seeds),
        **per_topic[["seeds", "resamples", "stable"]].mean(),
        "prototype": prototype,
    }
    return row, per_topic


def by_group(table, groups, *, units=None):
    """Return the mean share of each topic in each group, as `cityanalysis.study.shares.table` gives it.

    `table` is passages × topics, its rows sum to 1 or are missing; `groups` and `units` are given by passage id, and
    passages with missing shares or without a group are left out. Units are resampled (passages, unless given; cities,
    say, whose passages belong together); each counts the same, however many passages it has, and ``n`` is how many.
    """
    kept = table.dropna()
    of_passage = groups.reindex(kept.index).dropna()
    if of_passage.empty:
        raise ValueError("no passage with shares has a group; give groups by the passage ids of the table")
    kept = kept.loc[of_passage.index]
    of_unit = kept.index if units is None else units.reindex(kept.index).to_numpy()
    means = kept.groupby([of_passage.to_numpy(), of_unit]).mean()
    found = shares.table(means, means.index.get_level_values(0))
    return found.assign(n=found["n"].round().astype(int))


def change(before, after):
    """Return how mean shares change from one table of units × topics (means of cities, say) to another.

    As `differences.paired` does; units that are not in both are left out. By chance is what comes out where the two of
    each unit change places at random.

    Returns
    -------
    pandas.DataFrame
        By topic: ``before, after, change, low, high`` (units resampled), ``chance`` (mean size of a change by chance),
        ``p`` (two-sided, by Holm's correction over topics), ``n`` (units). The last row, ``all``, has the total
        variation distance of the means (half the sum of the sizes of the changes, from 0 to 1) as its ``change``.

    Examples
    --------
    >>> early = pd.DataFrame({1: [0.2] * 4, 2: [0.8] * 4})
    >>> change(early, early + [0.4, -0.4])[["change", "p"]].round(2).to_numpy().tolist()
    [[0.4, 0.26], [-0.4, 0.26], [0.4, 0.13]]
    """
    found = differences.paired(after, before).set_index("label").rename_axis(None)
    found = found.rename(columns={"second": "before", "first": "after", "share": "change"})
    gaps = (after - before).dropna().to_numpy()
    signs = np.random.default_rng(shares.SEED).choice([-1, 1], (differences.PERMUTATIONS, len(gaps)))
    drawn = np.abs(signs @ gaps / len(gaps))
    whole, far = np.abs(gaps.mean(axis=0)).sum() / 2, drawn.sum(axis=1) / 2
    row = {"change": whole, "chance": far.mean(), "p": shares.reached(whole, far), "n": len(gaps)}
    return pd.concat([found.assign(chance=drawn.mean(axis=0)), pd.DataFrame(row, ["all"])])


def apart(table, records):
    """Return whether records of one city, of one region and of one writer are nearer to each other than by chance.

    `table` is passages × topics; `records` has their ``doc_id, city, region, writer``; of two records a city the second
    one's id ends in ``-second``. Records are as far apart as the total variation distance of their mean shares.

    Returns
    -------
    pandas.DataFrame
        ``city`` (its two records; by chance, second records are dealt among the cities of a region), ``region`` (the
        first record of a city and the second one of another; second records dealt among the cities of their writer),
        ``writer`` (second records of two cities; dealt among the cities of a region), ``passages`` (the two records of
        a city again; its passages dealt between them): ``distance``, ``chance, low, high`` (mean and central 90 % by
        chance), ``p`` (of a distance as small, with ``passages`` as large), ``n`` (pairs).
    """
    kept = table.dropna()
    records = records.loc[kept.index]
    means = kept.groupby(records["doc_id"]).mean()
    about = records.drop_duplicates("doc_id").set_index("doc_id").sort_values("city")
    first, second = (rows for _, rows in about.groupby(about.index.str.endswith("-second")))
    across, inside = (
        cdist(means.loc[rows.index], means.loc[second.index], "cityblock") / 2 for rows in (first, second)
    )
    rng, own = np.random.default_rng(shares.SEED), np.eye(len(second), dtype=bool)
    alike = {key: np.equal.outer(*[second[key].to_numpy()] * 2) & ~own for key in ("region", "writer")}
    cases = {"city": (across, own, "region"), "region": (across, alike["region"], "writer")}
    cases |= {"writer": (inside, np.triu(alike["writer"]), "region")}
    found = {}
    for name, (distance, pairs, within) in cases.items():
        drawn = np.empty(differences.PERMUTATIONS)
        for i, order in enumerate(shares.deals(second[within], len(drawn), rng=rng)):
            drawn[i] = (distance if distance is across else distance[order])[:, order][pairs].mean()
        seen = distance[pairs].mean()
        found[name] = [seen, drawn.mean(), *shares.bounds(drawn), shares.reached(-seen, -drawn), pairs.sum()]
    seen, drawn = across[own].mean(), 0
    for _, part in kept.groupby(records["city"]):
        values, size = part.to_numpy(), records.loc[part.index, "doc_id"].isin(first.index).sum()
        taken = rng.random((differences.PERMUTATIONS, len(values))).argsort(axis=1) < size
        gap = taken @ values / size - ~taken @ values / (len(values) - size)
        drawn += np.abs(gap).sum(axis=1) / 2 / len(second)
    found["passages"] = [seen, drawn.mean(), *shares.bounds(drawn), shares.reached(seen, drawn), len(second)]
    return pd.DataFrame.from_dict(found, "index", columns=["distance", "chance", "low", "high", "p", "n"])
