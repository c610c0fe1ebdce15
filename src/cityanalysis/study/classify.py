"""A classifier of passages: what it sees, how good it is, what weighs, and which mix follows from its predictions.

`describe` makes a table of what a classifier sees of each passage, `classifier` is a Pipeline of scikit-learn that
learns from it: a multinomial logistic regression on words, runs of characters and marks. `held_out`, `scores` and
`calibration` tell how good it is, with whole cities left out, so that a city's records and reports are never on both
sides; `top_features`, `contributions` and `ablation` what decides. `mixes` leads from predictions to the mix of many
passages. What it must not be used for stands in ``docs/model_card.md``.
"""

import functools
from collections import Counter

import numpy as np
import pandas as pd
from sklearn.calibration import calibration_curve
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, f1_score, precision_recall_fscore_support
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from threadpoolctl import threadpool_limits

from cityanalysis import corpus, tags, words
from cityanalysis.study import models, shares

LABELS = list(models.LABELS)
# Parts of speech of names. jieba gives them to other words, too, so terms of the lexicon and digital words stay.
PROPER = ("nr", "nrfg", "nrt", "ns")
MIN_PASSAGES = 2  # of those learnt from in which a word must stand
PENALTY = 5  # of those tried by benchmarks/classify.py the log loss is least here
FOLDS = GroupKFold(5, shuffle=True, random_state=shares.SEED)
ENOUGH = 15  # passages from which a label counts as frequent
REFITS = 20  # to resampled cities, for intervals
CURVE, TIMES = (0.25, 0.5, 0.75, 1.0), 3  # shares of the cities from which a learning curve is learnt; draws of them


def describe(loaded):
    """Return what a classifier sees of each passage of a corpus: a row a passage, indexed by ``passage_id``.

    ``city`` is for folds only. ``words`` is a list of words, each as often as it stands in the passage, without names,
    since a classifier is to know what a passage is about and not where; a short passage that is counted with its
    neighbour has the words of both. All other columns are marks, in brackets: the share of each domain among the
    passage's terms, ``[digital share]`` of its characters, and whether that is enough (``[digital]``) or nothing.
    """
    counted = loaded.counts[~_is_name(loaded.counts, loaded.lexicon)]
    bags = {passage: [] for passage in loaded.counted_with}
    for passage, word, n in zip(*(counted[name].tolist() for name in ("passage_id", "word", "n")), strict=True):
        bags[passage] += [word] * n
    domains = words.domains()["domain"].tolist()
    terms = loaded.tags[(loaded.tags["kind"] == "term") & loaded.tags["domain"].isin(domains)]
    marks = pd.get_dummies(terms.set_index("passage_id")["domain"], dtype=float).groupby(level=0).mean()
    ids, share = loaded.passages["passage_id"], loaded.digital.to_numpy()
    marks = marks.reindex(index=ids, columns=domains).fillna(0.0)
    marks = marks.assign(**{"digital share": share, "digital": share >= tags.DIGITAL, "not digital": share == 0})
    marks = marks.astype(float).add_prefix("[").add_suffix("]")
    bags = pd.Series([bags[passage] for passage in loaded.counted_with[ids]], index=ids, dtype=object)
    return marks.assign(city=loaded.passages["city"].to_numpy(), words=bags)


def _is_name(counted, lexicon):
    """Say which words are names: of a city or province, or by their part of speech."""
    places = {*words.city_names()["term"], *words.cities()["province"]}
    proper = counted["pos"].isin(PROPER) & ~counted["word"].isin(words.domain_terms(lexicon)["term"])
    names = {word for word in counted.loc[proper, "word"].unique() if not tags.is_digital(word)}
    return (proper & counted["word"].isin(names)) | counted["word"].isin(places)


def classifier():
    """Return an unfitted classifier, for the table that `describe` gives.

    It sees words, the single characters and the pairs of characters in these (`runs`), and marks. Words and runs count
    by the logarithm of their count and by their inverse document frequency in the passages learnt from; those of a
    passage have, kind by kind, length 1 together. Marks count as they are.

    Examples
    --------
    >>> classifier()[-1]
    LogisticRegression(C=5, max_iter=2000)
    """
    seen = [(f"{n} characters", _frequencies(functools.partial(runs, n=n)), "words") for n in (1, 2)]
    seen = [("words", _frequencies(list), "words"), *seen, ("marks", "passthrough", make_column_selector(r"^\["))]
    features = ColumnTransformer(seen, sparse_threshold=1, verbose_feature_names_out=False)
    return Pipeline([("features", features), ("label", LogisticRegression(C=PENALTY, max_iter=2000))])


def _frequencies(analyzer):
    """Return what counts the items that an analyzer finds in a bag of words, and weighs them."""
    log = FunctionTransformer(np.log1p, feature_names_out="one-to-one")
    return make_pipeline(CountVectorizer(analyzer=analyzer, min_df=MIN_PASSAGES), log, TfidfTransformer())


def runs(bag, n):
    """Return the runs of n characters in words, each behind a dot, so that none is taken for a word.

    Examples
    --------
    >>> runs(["政务云"], 2)
    ['·政务', '·务云']
    """
    return [f"·{word[i : i + n]}" for word in bag for i in range(len(word) - n + 1)]


def learnable():
    """Return the coded passages from which the classifier may learn: those of ``develop`` cities.

    Examples
    --------
    >>> set(learnable()["role"])
    {'develop'}
    """
    coded = models.codes()
    return coded[coded["role"] == "develop"].reset_index(drop=True)


def _seen(described, coded):
    """Return the rows of coded passages."""
    missing = coded.loc[~coded["passage_id"].isin(described.index), "passage_id"].tolist()
    if missing:
        raise ValueError(f"passages {', '.join(missing[:3])}: are coded, but not described; describe their collections")
    return described.loc[coded["passage_id"]]


def _weight(coded):
    """Return how much each coded passage counts in learning: the square root of the passages it stands for.

    Fully weighted, the few passages that stand for a hundred would outweigh all others; unweighted, they hardly count.
    """
    return np.sqrt(coded["weight"].to_numpy())


def fit(described, coded, *, times=1):
    """Return a classifier fitted to coded passages, each of which counts so many `times`, beside its weight."""
    weight = _weight(coded) * times
    return classifier().fit(_seen(described, coded), coded["primary"], label__sample_weight=weight)


def probabilities(model, described):
    """Return the predicted probability of each label: a row a passage, a column a label."""
    return pd.DataFrame(model.predict_proba(described), described.index, model.classes_)[LABELS]


@threadpool_limits.wrap(limits=1, user_api="blas")  # many small fits: threads would wait for each other
def held_out(described, coded):
    """Predict each coded passage by a classifier that did not see its city: `probabilities`, in their order."""
    known = _seen(described, coded)
    settings = {"groups": coded["city"], "cv": FOLDS, "params": {"label__sample_weight": _weight(coded)}}
    given = cross_val_predict(classifier(), known, coded["primary"], method="predict_proba", **settings)
    return pd.DataFrame(given, known.index, sorted(LABELS))[LABELS]


@threadpool_limits.wrap(limits=1, user_api="blas")
def learning_curve(described, coded):
    """Predict as `held_out` does, learning from shares (`CURVE`) of the other cities, which are drawn `TIMES` times.

    The rows of `coded` once a draw and share, with ``share`` and ``given``, the label. Cities with a record and those
    without are drawn alike, and what is learnt from a share is learnt from a larger one of the same draw, too.
    """
    rng, parts = np.random.default_rng(shares.SEED), []
    recorded = coded["collection"].eq("records").groupby(coded["city"]).any()
    for train, test in [*FOLDS.split(coded, groups=coded["city"])] * TIMES:
        known, asked = coded.iloc[train], coded.iloc[test]
        here = recorded[known["city"].unique()]
        place = pd.Series(rng.random(len(here)), here.index).groupby(here).rank(pct=True)
        for share in CURVE:
            model = fit(described, known[known["city"].map(place) <= share])
            parts.append(asked.assign(share=share, given=model.predict(_seen(described, asked))))
    return pd.concat(parts, ignore_index=True)


def scores(coded, given):
    """Score labels against the coded ones: a row a label, and two means of labels.

    ``macro`` is the mean of all labels that stand among the coded, ``macro, frequent`` that of labels with `ENOUGH`
    passages. Columns ``n`` (coded passages), ``precision, recall, f1``, ``low`` and ``high`` of the F1 (bootstrap over
    cities, missing where there is one; a label that is neither coded nor given in a draw has 0).
    """
    true, given = coded["primary"].to_numpy(), np.asarray(given)
    columns = precision_recall_fscore_support(true, given, labels=LABELS, zero_division=0)
    table = pd.DataFrame(dict(zip(("precision", "recall", "f1", "n"), columns, strict=True)), LABELS)
    pairs = pd.MultiIndex.from_product([LABELS, LABELS])
    cities = pd.crosstab(coded["city"].to_numpy(), [true, given]).reindex(columns=pairs, fill_value=0)
    drawn = shares.resample(cities, pd.Series("", cities.index))[""].reshape(-1, len(LABELS), len(LABELS))
    both = drawn.sum(axis=1) + drawn.sum(axis=2)
    f1 = np.divide(2 * drawn.diagonal(axis1=1, axis2=2), both, out=np.zeros_like(both), where=both > 0)
    for name, least in (("macro", 1), ("macro, frequent", ENOUGH)):
        enough = (table["n"][LABELS] >= least).to_numpy()
        table.loc[name] = table.loc[LABELS][enough].agg(
            {"precision": "mean", "recall": "mean", "f1": "mean", "n": "sum"}
        )
        f1 = np.column_stack([f1, f1[:, : len(LABELS)][:, enough].mean(axis=1)])
    table["low"], table["high"] = shares.bounds(f1) if len(cities) > 1 else (np.nan, np.nan)
    return table[table["n"] > 0].rename_axis("label")


def by_lexicon(described, *, rule=True):
    """Label passages without learning: by the label of most of their terms, `other` where there is none.

    With `rule`, so is what the rule of `cityanalysis.tags.DIGITAL` does not call digital.
    """
    labels = words.domains().set_index("domain")["label"]
    named = {label: [f"[{domain}]" for domain in labels.index[labels == label]] for label in LABELS[:4]}
    share = pd.DataFrame({label: described[marks].sum(axis=1) for label, marks in named.items()})
    told = (share.max(axis=1) > 0) & ((described["[digital]"] > 0) | (not rule))
    return share.idxmax(axis=1).where(told, "other")


def calibration(predicted, coded):
    """Hold probabilities against what came true: a table, and the Brier score.

    The table has a row a tenth: ``n`` probabilities in it (each passage has five), their mean ``predicted``, and the
    share that came ``true``. The score (Brier 1950) is the mean over passages of the summed squared difference between
    the five probabilities and what came true: 0 is best, 2 worst.
    """
    given = predicted.loc[coded["passage_id"], sorted(LABELS)]
    came = (coded["primary"].to_numpy()[:, None] == given.columns.to_numpy()).ravel()
    true, mean = calibration_curve(came, given.to_numpy().ravel(), n_bins=10)
    n = np.histogram(given, bins=10, range=(0, 1))[0]
    brier = brier_score_loss(coded["primary"], given, labels=sorted(LABELS), scale_by_half=False)
    return pd.DataFrame({"n": n[n > 0], "predicted": mean, "true": true}, np.flatnonzero(n)), brier


def _coefficients(model):
    """Return how far each word and mark (columns) speaks for a label (rows) more than for all labels on average."""
    label = model[-1]
    table = pd.DataFrame(label.coef_, label.classes_, model[:-1].get_feature_names_out()).loc[LABELS]
    return table - table.mean()


def top_features(model, described, coded, *, top=12):
    """Return what weighs most for each label in passages that have it: a column a label of words, ·runs and [marks].

    By the mean over these passages of value times coefficient, the strongest first.
    """
    against, seen = _coefficients(model), model[:-1].transform(_seen(described, coded))
    found = {}
    for label in LABELS:
        mean = np.asarray(seen[(coded["primary"] == label).to_numpy()].mean(axis=0)).ravel()
        found[label] = (mean * against.loc[label]).nlargest(top).index
    return pd.DataFrame(found)


def contributions(model, described, *, top=6):
    """Return the words and [marks] that weighed most for the label that each passage was given, separated by blanks.

    What a run of characters weighs is shared out among the words in which it stands.
    """
    against, found = _coefficients(model), []
    seen = zip(model[:-1].transform(described).tocsr(), described["words"], model.predict(described), strict=True)
    for row, bag, label in seen:
        columns = against.columns[row.indices]
        pull = dict(zip(columns, row.data * against.loc[label].to_numpy()[row.indices], strict=True))
        times = Counter(bag + runs(bag, 1) + runs(bag, 2))
        weighed = {name: pull[name] for name in columns if name.startswith("[")}
        for word in dict.fromkeys(bag):
            parts = Counter([word, *runs([word], 1), *runs([word], 2)])
            weighed[word] = sum(pull.get(part, 0) * k * times[word] / times[part] for part, k in parts.items())
        strongest = sorted(weighed, key=weighed.get, reverse=True)[:top]
        found.append(" ".join(name for name in strongest if weighed[name] > 0))
    return pd.Series(found, described.index)


def ablation(described, coded, names):
    """Leave out one word or [mark] at a time, learn again, and see what that changes.

    Indexed by ``left out``, beginning with nothing: ``macro_f1`` over all labels, in cross-validation by city, and
    ``changed``, the passages whose label changes.
    """
    known, rows = _seen(described, coded), []
    for name in ("nothing", *names):
        left = known if name == "nothing" else _leave_out(known, name)
        given = held_out(left, coded).idxmax(axis=1).to_numpy()
        first = rows[0][-1] if rows else given
        rows.append((name, f1_score(coded["primary"], given, average="macro"), int((given != first).sum()), given))
    return pd.DataFrame([row[:-1] for row in rows], columns=["left out", "macro_f1", "changed"]).set_index("left out")


def _leave_out(described, name):
    """Describe the same passages without a word or mark."""
    if name in described:
        return described.assign(**{name: 0.0})
    left = [[word for word in bag if word != name] for bag in described["words"]]
    if sum(map(len, left)) == described["words"].map(len).sum():
        raise ValueError(f"{name!r}: neither a word of these passages nor a mark; marks stand in brackets")
    return described.assign(words=pd.Series(left, described.index, dtype=object))


def mixes(predicted, by):
    """Return the predicted mix of each group of passages: the sums of their probabilities, as `models.from_sums` does.

    Sums are not corrected for known confusions: on cities held out, bare probabilities come as near to the codes as any
    correction, or nearer (``benchmarks/classify.py``).

    Parameters
    ----------
    predicted : list of pandas.DataFrame
        As `predict` gives them: the interval is over passages and over the cities learnt from.
    by : pandas.Series
        The group of each passage, by ``passage_id``; passages that are not in it are left out.

    References
    ----------
    Bella, A. et al. (2010). Quantification via probability estimators. ICDM.

    Examples
    --------
    >>> rows = pd.DataFrame([[0.6, 0.2, 0, 0, 0.2]] * 20, columns=LABELS)
    >>> mixes([rows], pd.Series("a", rows.index))[["label", "share", "n"]].round(2)
                label  share     n
    0  infrastructure   0.75  16.0
    1        industry   0.25  16.0
    2     application   0.00  16.0
    """
    rows = [table.loc[by.index] for table in predicted]
    drawn, draw = shares.resample(pd.concat(rows, axis=1), by), np.arange(shares.DRAWS)
    refit = draw % (len(rows) - 1) + 1 if len(rows) > 1 else np.zeros_like(draw)  # each draw is of the next refit
    drawn = {group: sums.reshape(len(draw), len(rows), -1)[draw, refit] for group, sums in drawn.items()}
    return models.from_sums(rows[0].groupby(by.to_numpy()).sum(), drawn)


@threadpool_limits.wrap(limits=1, user_api="blas")
def refits(described, coded):
    """Return the classifier fitted to coded passages, and `REFITS` more fitted to resampled cities."""
    cities, place = np.unique(coded["city"].to_numpy(dtype=str), return_inverse=True)
    drawn = shares.resample(pd.DataFrame(np.eye(len(cities))), pd.Series("", range(len(cities))), draws=REFITS)[""]
    return [fit(described, coded, times=times[place]) for times in [np.ones(len(cities)), *drawn]]


def predict(fitted, described):
    """Return the probabilities that each of the `refits` gives to passages of other documents."""
    return [probabilities(model, described) for model in fitted]


@functools.cache
def _fitted():
    """Return `refits` to all that the classifier may learn from; takes some seconds, once."""
    return refits(describe(corpus.load("records", "reports", second=True, originals=False)), learnable())


def labels_of(loaded):
    """Predict the labels of the passages of a corpus of one's own: a row a passage, in their order.

    Columns ``passage_id, start, end, primary`` (the label) and the probability of each label, ``p_infrastructure`` and
    so on.

    Examples
    --------
    >>> from cityanalysis import documents
    >>> own = corpus.Corpus.of(documents.passages("全市建成5G基站、数据中心和政务云，宽带网络覆盖全部乡村。"))
    >>> labels_of(own)[["passage_id", "primary"]].values.tolist()
    [['text#1', 'infrastructure']]
    """
    predicted = predict(_fitted(), describe(loaded))[0].reset_index(drop=True)
    place = loaded.passages[["passage_id", "start", "end"]].reset_index(drop=True)
    return place.assign(primary=predicted.idxmax(axis=1)).join(predicted.round(4).add_prefix("p_"))


def mix_of(loaded):
    """Predict the mix of each document of a corpus of one's own, as `mixes` does."""
    return mixes(predict(_fitted(), describe(loaded)), loaded.passages.set_index("passage_id")["doc_id"])
