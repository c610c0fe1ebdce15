"""How good a topic model is: do its words go together, do its topics differ, and do they come again?

What comes again is found by setting the topics of two fits side by side (`cityanalysis.topics.align`).
"""

from cityanalysis import topics as models
from cityanalysis import vocabulary as vocabularies

STABLE = 0.7  # mean cosine from which on a topic counts as one that comes again


def coherence(model, counted, *, top=10):
    """Return how far the leading words of each topic stand in the same passages.

    Parameters
    ----------
    model : cityanalysis.topics.Model
        A fitted model.
    counted : pandas.DataFrame
        Counts of the passages in which it is looked up: those of the fit, or better, more.
    top : int
        How many words of a topic are looked at, in pairs.

    Returns
    -------
    pandas.Series
        By topic the mean of the normalised pointwise mutual information of all pairs: 1 if they only occur together,
        0 if as chance would have it, −1 if never.

    References
    ----------
    Aletras, N. & Stevenson, M. (2013). Evaluating topic coherence using distributional semantics. IWCS 10. Bouma, G.
    (2009). Normalized (pointwise) mutual information in collocation extraction.
    """
    import numpy as np

    leading = models.ranked(model, top=top)
    vocabulary = sorted(set(leading["word"]))
    table, passages = vocabularies.matrix(counted, vocabulary)
    present = (table > 0).astype(np.float64)
    both = (present.T @ present).toarray() / len(passages)
    each = np.diag(both)
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.log(both / np.outer(each, each)) / -np.log(both)
    npmi = np.where(both == 0, -1.0, np.where(both == 1, 1.0, npmi))
    at = leading["word"].map({word: i for i, word in enumerate(vocabulary)})
    pairs = np.triu_indices(top, k=1)
    return at.groupby(leading["topic"]).agg(lambda topic: npmi[np.ix_(topic, topic)][pairs].mean())


def diversity(model, *, top=10):
    """Return the share of different words among the leading words of all topics.

    Parameters
    ----------
    model : cityanalysis.topics.Model
        A fitted model.
    top : int
        How many words of a topic are looked at.

    Returns
    -------
    float
        1 if no word leads in two topics.

    References
    ----------
    Dieng, A. B., Ruiz, F. J. R. & Blei, D. M. (2020). Topic modeling in embedding spaces. TACL 8, 439–453.
    """
    leading = models.ranked(model, top=top)["word"]
    return leading.nunique() / len(leading)


def exclusivity(model, *, top=10):
    """Return how far the leading words of each topic belong to it alone.

    Parameters
    ----------
    model : cityanalysis.topics.Model
        A fitted model.
    top : int
        How many words of a topic are looked at.

    Returns
    -------
    pandas.Series
        By topic the mean, over these words, of the weight in the topic by the sum of the weights in all.

    References
    ----------
    Bischof, J. M. & Airoldi, E. M. (2012). Summarizing topical content with word frequency and exclusivity. ICML 29.
    """
    leading = models.ranked(model, top=top)
    leading = leading.assign(share=leading["weight"] / leading["word"].map(model.words.sum()))
    return leading.groupby("topic")["share"].mean()


def perplexity(model, counted):
    """Return how much the words of passages that a model has not seen surprise it.

    Parameters
    ----------
    model : cityanalysis.topics.Model
        A fitted model.
    counted : pandas.DataFrame
        Counts of passages that took no part in the fit.

    Returns
    -------
    float
        e to the mean surprise of a word of the vocabulary, by the variational bound; the less, the better. Missing for
        NMF, which gives weights and no probabilities.
    """
    if model.kind == "nmf":
        return float("nan")
    table, _ = vocabularies.matrix(counted, model.words.columns)
    return float(model.estimator[-1].perplexity(table[table.sum(axis=1) > 0]))


def stability(model, others):
    """Return how well the topics of a model come again in others.

    Parameters
    ----------
    model : cityanalysis.topics.Model
        The model.
    others : sequence of cityanalysis.topics.Model
        Fits with other seeds, or to other passages.

    Returns
    -------
    pandas.Series
        By topic the mean cosine with the topics with which it is paired.

    Raises
    ------
    ValueError
        If there are no others.
    """
    import pandas as pd

    if not others:
        raise ValueError("stability needs at least one other model; fit some with other seeds")
    pairs = pd.concat([models.align(model.words, other.words) for other in others])
    return pairs.groupby("topic")["cosine"].mean().reindex(model.words.index)


def folds(passages, *, number=4, seed=0):
    """Part passages at random into folds of nearly equal size.

    Parameters
    ----------
    passages : sequence of str
        Ids.
    number : int
        How many folds.
    seed : int
        Of the parting.

    Returns
    -------
    list of set of str
    """
    from sklearn.model_selection import KFold

    ids = sorted(set(passages))
    return [{ids[i] for i in out} for _, out in KFold(number, shuffle=True, random_state=seed).split(ids)]


def assess(counted, vocabulary, *, kind, topics, reference=None, seeds=5, number=4):
    """Fit one kind of model with one number of topics, several times, and measure it.

    Parameters
    ----------
    counted : pandas.DataFrame
        Counts.
    vocabulary : list of str
        The words that count.
    kind : {"nmf", "lda"}
        The model.
    topics : int
        How many.
    reference : pandas.DataFrame, optional
        Counts of the passages over which coherence is taken; `counted`, unless given.
    seeds : int
        How many seeds, from 0, on all passages.
    number : int
        How many more fits, each without one fold of the passages, with the prototype's seed; the fold left out is what
        perplexity is taken over.

    Returns
    -------
    row : dict
        ``kind, topics, coherence, diversity, exclusivity, perplexity, seeds, resamples, stable, prototype`` and
        ``coherence_se``, the standard error of the coherence over the seeds: means over the fits; ``seeds`` and
        ``resamples`` are the mean stability of the prototype's topics over seeds and over fits without a fold,
        ``stable`` the share of its topics with at least `STABLE` in both. The prototype is the seed whose topics are
        most like those of the other seeds.
    per_topic : pandas.DataFrame
        For the prototype, by topic: ``coherence, exclusivity, seeds, resamples, stable``.

    References
    ----------
    Rieger, J., Rahnenführer, J. & Jentsch, C. (2020). Improving latent Dirichlet allocation: on reliability of the
    novel method LDAPrototype. NLDB 25, 118–125.
    """
    import numpy as np
    import pandas as pd

    reference = counted if reference is None else reference
    settings = {"kind": kind, "topics": topics}
    fits = [models.fit(counted, vocabulary, seed=seed, **settings) for seed in range(seeds)]
    others = [[other for other in fits if other is not fit] for fit in fits]
    likeness = [stability(fit, rest).mean() for fit, rest in zip(fits, others, strict=True)]
    chosen = int(np.argmax(np.round(likeness, 6)))
    model = fits[chosen]
    parts = [counted["passage_id"].isin(out) for out in folds(counted["passage_id"], number=number)]
    resampled = [models.fit(counted[~out], vocabulary, seed=chosen, **settings) for out in parts]
    surprise = [perplexity(fit, counted[out]) for fit, out in zip(resampled, parts, strict=True)]
    coherent = [coherence(fit, reference) for fit in fits]
    exclusive = [exclusivity(fit) for fit in fits]
    per_topic = pd.DataFrame(
        {
            "coherence": coherent[chosen],
            "exclusivity": exclusive[chosen],
            "seeds": stability(model, others[chosen]),
            "resamples": stability(model, resampled),
        }
    )
    per_topic["stable"] = per_topic[["seeds", "resamples"]].min(axis=1) >= STABLE
    means = [series.mean() for series in coherent]
    row = settings | {
        "coherence": np.mean(means),
        "coherence_se": np.std(means, ddof=1) / np.sqrt(seeds),
        "diversity": np.mean([diversity(fit) for fit in fits]),
        "exclusivity": np.mean([series.mean() for series in exclusive]),
        "perplexity": np.mean(surprise),
        "seeds": per_topic["seeds"].mean(),
        "resamples": per_topic["resamples"].mean(),
        "stable": per_topic["stable"].mean(),
        "prototype": chosen,
    }
    return row, per_topic


def intrusion(model, *, words=5, seed=0):
    """Set the task of word intrusion: some leading words of a topic and one that does not belong.

    Parameters
    ----------
    model : cityanalysis.topics.Model
        A fitted model.
    words : int
        How many words of the topic stand in an item. The intruder is one of the leading words of another topic that is
        in the lighter half of this one.
    seed : int
        Of the choice of intruders and of the order of words.

    Returns
    -------
    pandas.DataFrame
        Columns ``topic, item, words, intruder``: two items a topic, ``weight`` with the leading words by weight and
        ``frex`` with those by FREX; ``words`` shuffled and parted by ``|``.

    References
    ----------
    Chang, J. et al. (2009). Reading tea leaves: how humans interpret topic models. NIPS 22, 288–296.
    """
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(seed)
    light = model.words.rank(axis=1, pct=True) <= 0.5
    rows = []
    for by in ("weight", "frex"):
        leading = models.ranked(model, by=by, top=words)
        for topic, own in leading.groupby("topic")["word"]:
            others = leading.loc[leading["topic"] != topic, "word"]
            strangers = sorted({word for word in others if light.loc[topic, word]} - set(own))
            intruder = str(random.choice(strangers))
            rows.append((topic, by, "|".join(random.permutation([*own, intruder])), intruder))
    return pd.DataFrame(rows, columns=["topic", "item", "words", "intruder"])
