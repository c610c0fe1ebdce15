"""A classifier of passages: what it sees, how good it is, what weighs, and which mixes follow from its predictions.

`describe` makes a table of what a classifier sees of each passage, `classifier` is a Pipeline of scikit-learn that
learns from it: a multinomial logistic regression on words and marks. `nested`, `scores` and `calibration` tell how good
it is, with whole cities left out, so that a city's record and its report are never on both sides; `top_features`,
`contributions` and `ablation` what decides. `mixes` and `assisted` lead from predictions to the mix of many passages.
What it must not be used for stands in ``docs/model_card.md``.
"""

import functools

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV, calibration_curve
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, f1_score, precision_recall_fscore_support
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict, cross_validate
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from cityanalysis import corpus, tags, words
from cityanalysis.study import models, shares

LABELS = list(models.LABELS)
# Parts of speech of names. jieba gives them to other words, too, so terms of the lexicon and digital words stay.
PROPER = ("nr", "nrfg", "nrt", "ns")
MIN_PASSAGES = 2  # of those learnt from in which a word must stand
# The candidates, the one that is used first, and the options that are tried. The penalty is by benchmarks/classify.py:
# from 7 to 30 the scores are alike, and at 10 the log loss is least.
CANDIDATES = {
    "logistic regression": (
        LogisticRegression(C=10, max_iter=2000),
        {"C": [3, 10, 30], "class_weight": [None, "balanced"]},
    ),
    "multinomial naive Bayes": (MultinomialNB(alpha=0.1), {"alpha": [0.03, 0.1, 0.3]}),
    "complement naive Bayes": (ComplementNB(), {"alpha": [0.03, 0.1, 0.3]}),
    "linear SVM, calibrated": (
        CalibratedClassifierCV(LinearSVC(random_state=shares.SEED), cv=3),
        {"estimator__C": [0.1, 0.3, 1]},
    ),
}
KIND = "logistic regression"
FOLDS = GroupKFold(5, shuffle=True, random_state=shares.SEED)
INNER_FOLDS = GroupKFold(3, shuffle=True, random_state=shares.SEED)
ENOUGH = 15  # passages of a label from which its score enters the mean
REFITS = 20  # to resampled cities, for intervals
GOVERNANCE = 0.1  # its share in simulated documents
SIMULATED = 300  # documents
METHODS = ("count", "adjusted count", "probabilistic count", "probabilistic adjusted count")


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


def classifier(kind=KIND):
    """Return an unfitted classifier of `CANDIDATES`, for the table that `describe` gives.

    Words count by the logarithm of their count and by their inverse document frequency in the passages learnt from; the
    words of a passage have length 1 together. Marks count as they are.

    Examples
    --------
    >>> classifier()[-1]
    LogisticRegression(C=10, max_iter=2000)
    """
    if kind not in CANDIDATES:
        raise ValueError(f"kind {kind!r} is unknown; choose one of {', '.join(CANDIDATES)}")
    log = FunctionTransformer(np.log1p, feature_names_out="one-to-one")
    of_words = make_pipeline(CountVectorizer(analyzer=list, min_df=MIN_PASSAGES), log, TfidfTransformer())
    of_marks = make_column_selector(r"^\[")
    seen = [("words", of_words, "words"), ("marks", "passthrough", of_marks)]
    features = ColumnTransformer(seen, sparse_threshold=1, verbose_feature_names_out=False)
    return Pipeline([("features", features), ("label", clone(CANDIDATES[kind][0]))])


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

    Fully weighted, some 55 passages would outweigh the other 660; unweighted, the plainest ones hardly count.
    """
    return np.sqrt(coded["weight"].to_numpy())


def fit(described, coded, *, kind=KIND, times=1):
    """Return a classifier fitted to coded passages, each of which counts so many `times`, beside its weight."""
    weight = _weight(coded) * times
    return classifier(kind).fit(_seen(described, coded), coded["primary"], label__sample_weight=weight)


def probabilities(model, described):
    """Return the predicted probability of each label: a row a passage, a column a label."""
    return pd.DataFrame(model.predict_proba(described), described.index, model.classes_)[LABELS]


def _resampled(coded, draws):
    """Resample cities: how often each coded passage counts, once in the first row, then a row a draw."""
    cities, place = np.unique(coded["city"].to_numpy(dtype=str), return_inverse=True)
    each = pd.DataFrame(np.eye(len(cities)))
    drawn = shares.resample(each, pd.Series("", each.index), draws=draws)[""]
    return np.vstack([np.ones(len(cities)), drawn])[:, place]


@threadpool_limits.wrap(limits=1, user_api="blas")  # many small fits: threads would wait for each other
def crossfit(described, coded, *, kind=KIND, draws=0):
    """Predict every passage by classifiers that did not see its city: `probabilities`, and their `confusion`.

    A passage of a city to learn from is predicted by the classifier of the fold that is without it, any other by the
    mean of all. A list of a pair, and a pair a draw more, learnt from resampled cities; the words that count, and their
    inverse document frequencies, stay those of the whole fold.
    """
    known, weight, city = _seen(described, coded), _weight(coded), coded["city"].to_numpy()
    model, parts = classifier(kind), []
    for train, test in FOLDS.split(known, groups=city):
        features = clone(model[:-1]).fit(known.iloc[train])
        held_out = described["city"].isin(city[test]).to_numpy()
        parts.append((train, features.transform(known.iloc[train]), features.transform(described), held_out))
    found = []
    for times in _resampled(coded, draws):
        tables = []
        for train, learnt, everything, _ in parts:
            label = clone(model[-1])
            label.fit(learnt, coded["primary"].iloc[train], sample_weight=(weight * times)[train])
            tables.append(label.predict_proba(everything))
        mean = np.mean(tables, axis=0)
        for table, (*_, held_out) in zip(tables, parts, strict=True):
            mean[held_out] = table[held_out]
        predicted = pd.DataFrame(mean, described.index, label.classes_)[LABELS]
        found.append((predicted, confusion(predicted, coded.assign(weight=coded["weight"] * times))))
    return found


def confusion(predicted, coded):
    """Return how probabilities spread over labels (columns) where one of them (rows) is true; each row sums to 1.

    Each passage counts for those it stands for. A label that was never given is taken for one that is always found.
    """
    true = np.stack([coded["primary"] == label for label in LABELS]) * coded["weight"].to_numpy()
    sums, total = true @ predicted.loc[coded["passage_id"]].to_numpy(), true.sum(axis=1, keepdims=True)
    return np.divide(sums, total, out=np.eye(len(LABELS)), where=total > 0)


def nested(described, coded):
    """Compare candidates by nested cross-validation with whole cities left out.

    Two tables: labels given by classifiers that did not see the city, indexed like `coded`, a column a candidate; and
    ``fold, candidate, options, inner, macro_f1``: the options that are best in the rest of the cities, their mean
    macro-F1 there, and that on the fold.
    """
    known, city = _seen(described, coded), coded["city"].to_numpy()
    predicted, rows = pd.DataFrame("", coded.index, list(CANDIDATES)), []
    for name, (_, options) in CANDIDATES.items():
        grid = {f"label__{option}": values for option, values in options.items()}
        found = cross_validate(
            GridSearchCV(classifier(name), grid, scoring="f1_macro", cv=INNER_FOLDS),
            known,
            coded["primary"],
            groups=city,
            cv=FOLDS,
            params={"groups": city, "label__sample_weight": _weight(coded)},
            scoring="f1_macro",
            return_estimator=True,
            return_indices=True,
        )
        folds = zip(found["estimator"], found["indices"]["test"], found["test_score"], strict=True)
        for fold, (search, test, score) in enumerate(folds, start=1):
            predicted.loc[coded.index[test], name] = search.predict(known.iloc[test])
            best = ", ".join(f"{key.split('__')[-1]}={value}" for key, value in search.best_params_.items())
            rows.append((fold, name, best, search.best_score_, score))
    return predicted, pd.DataFrame(rows, columns=["fold", "candidate", "options", "inner", "macro_f1"])


def scores(coded, given, *, least=ENOUGH):
    """Score labels against the coded ones: a row a label, and ``macro``, the mean of labels with `least` passages.

    Columns ``n`` (coded passages), ``precision, recall, f1``, ``low`` and ``high`` of the F1 (bootstrap over cities).
    """
    true, given = coded["primary"].to_numpy(), np.asarray(given)
    columns = precision_recall_fscore_support(true, given, labels=LABELS, zero_division=0)
    table = pd.DataFrame(dict(zip(("precision", "recall", "f1", "n"), columns, strict=True)), LABELS)
    pairs = pd.MultiIndex.from_product([LABELS, LABELS])
    cities = pd.crosstab(coded["city"].to_numpy(), [true, given]).reindex(columns=pairs, fill_value=0)
    drawn = shares.resample(cities, pd.Series("", cities.index))[""].reshape(-1, len(LABELS), len(LABELS))
    both = drawn.sum(axis=1) + drawn.sum(axis=2)
    f1 = np.divide(2 * drawn.diagonal(axis1=1, axis2=2), both, out=np.zeros_like(both), where=both > 0)
    enough = (table["n"] >= least).to_numpy()
    mean = table[enough].mean()
    table.loc["macro"] = mean.where(mean.index != "n", table.loc[enough, "n"].sum())
    table["low"], table["high"] = shares.bounds(np.column_stack([f1, f1[:, enough].mean(axis=1)]))
    return table[table["n"] > 0].rename_axis("label")


def compare(coded, given, *, least=ENOUGH):
    """Score methods (the columns of `given`, indexed like `coded`) in each ``part`` of the coded passages.

    Columns ``part, method, label`` and those of `scores`; a method that labels none of a part is left out of it.
    """
    found = []
    for part, rows in coded.groupby("part"):
        labelled = given.loc[rows.index].dropna(axis=1)
        tables = {(part, method): scores(rows, labelled[method], least=least) for method in labelled}
        found.append(pd.concat(tables, names=["part", "method"]))
    return pd.concat(found).reset_index()


def by_lexicon(described, *, rule=True):
    """Label passages without learning: by the label of most of their terms, `other` where there is none.

    With `rule`, so is what the rule of `cityanalysis.tags.DIGITAL` does not call digital.
    """
    labels = words.domains().set_index("domain")["label"]
    named = {label: [f"[{domain}]" for domain in labels.index[labels == label]] for label in LABELS[:4]}
    share = pd.DataFrame({label: described[marks].sum(axis=1) for label, marks in named.items()})
    told = (share.max(axis=1) > 0) & ((described["[digital]"] > 0) | (not rule))
    return share.idxmax(axis=1).where(told, "other")


def by_characters():
    """Return an unfitted classifier of texts by their sequences of one to three characters, to compare with."""
    sequences = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=MIN_PASSAGES)
    return make_pipeline(sequences, clone(CANDIDATES[KIND][0]))


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
    weights = label.coef_ if hasattr(label, "coef_") else label.feature_log_prob_
    table = pd.DataFrame(weights, label.classes_, model[:-1].get_feature_names_out()).loc[LABELS]
    return table - table.mean()


def top_features(model, described, coded, *, top=12):
    """Return the words and [marks] that weigh most for each label in the passages that have it: a column a label.

    By the mean over these passages of value times coefficient, the strongest first.
    """
    against, seen = _coefficients(model), model[:-1].transform(_seen(described, coded))
    found = {}
    for label in LABELS:
        mean = np.asarray(seen[(coded["primary"] == label).to_numpy()].mean(axis=0)).ravel()
        found[label] = (mean * against.loc[label]).nlargest(top).index
    return pd.DataFrame(found)


def contributions(model, described, *, top=6):
    """Return the words and [marks] that weighed most for the label that each passage was given, separated by blanks."""
    against, found = _coefficients(model), []
    for row, label in zip(model[:-1].transform(described).tocsr(), model.predict(described), strict=True):
        pull = row.data * against.loc[label].to_numpy()[row.indices]
        strongest = np.argsort(-pull, kind="stable")[:top]
        found.append(" ".join(against.columns[row.indices[i]] for i in strongest if pull[i] > 0))
    return pd.Series(found, described.index)


def ablation(described, coded, names):
    """Leave out one word or [mark] at a time, learn again, and see what that changes.

    Indexed by ``left out``, beginning with nothing: ``macro_f1`` over all labels, in cross-validation by city, and
    ``changed``, the passages whose label changes.
    """
    known, rows = _seen(described, coded), []
    settings = {"groups": coded["city"], "cv": FOLDS, "params": {"label__sample_weight": _weight(coded)}}
    for name in ("nothing", *names):
        left = known if name == "nothing" else _leave_out(known, name)
        given = cross_val_predict(classifier(), left, coded["primary"], **settings)
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


def adjust(found, confusions):
    """Return the shares of the true labels that explain shares found: the adjusted count.

    Counting predictions is biased wherever the mix differs from that of the passages learnt from; the mix that would
    have led to what was found follows from the known confusions. The last axis of both are the labels; shares below 0
    are cut off.

    References
    ----------
    Forman, G. (2008). Quantifying counts and costs via classification. Data Mining and Knowledge Discovery 17(2). With
    probabilities: Bella, A. et al. (2010). Quantification via probability estimators. ICDM. In political science:
    Hopkins, D. & King, G. (2010). American Journal of Political Science 54(1).

    Examples
    --------
    >>> adjust(np.array([0.6, 0.4]), np.array([[0.8, 0.2], [0.4, 0.6]])).round(3).tolist()
    [0.5, 0.5]
    """
    solved = np.linalg.solve(np.swapaxes(confusions, -1, -2), found[..., None])[..., 0]
    return shares.proportions(np.maximum(solved, 0))


def _labelled(predicted):
    """Return 1 for the likeliest label of each passage and 0 for the others."""
    return predicted.eq(predicted.max(axis=1), axis=0).astype(float)


def simulate(predicted, coded, held_out, learnt, *, size, other):
    """Draw documents of known mixes, and see how far each of `METHODS` is off: the mean error of a model's share.

    Parameters
    ----------
    predicted, coded : pandas.DataFrame
        Probabilities, and the coded passages that are drawn, each by its weight.
    held_out, learnt : pandas.DataFrame
        The same of the cities from which the confusions are known.
    size : int
        Passages a document.
    other : float
        Their share that is `other`; `GOVERNANCE` has its own, and the rest is cut at random among the three models.
    """
    rng = np.random.default_rng(shares.SEED)
    true = np.stack([coded["primary"] == label for label in LABELS], axis=1).astype(float)
    weights = true * coded["weight"].to_numpy()[:, None]
    odds = np.divide(weights, weights.sum(axis=0), out=np.zeros_like(weights), where=weights > 0)
    three = rng.dirichlet(np.ones(3), size=SIMULATED) * (1 - other - GOVERNANCE)
    mix = np.column_stack([three, np.full(SIMULATED, GOVERNANCE), np.full(SIMULATED, other)]) @ odds.T
    drawn = rng.multinomial(size, shares.proportions(mix)) / size
    found = {}
    for name, table in (("count", _labelled), ("probabilistic count", lambda probable: probable)):
        counted = drawn @ table(predicted.loc[coded["passage_id"]]).to_numpy()
        adjusted = adjust(counted, confusion(table(held_out), learnt))
        found |= {name: counted, name.replace("count", "adjusted count"): adjusted}
    real, found = _typed(drawn @ true), {name: _typed(found[name]) for name in METHODS}
    return pd.Series({name: np.nanmean(np.abs(typed - real)) for name, typed in found.items()})


def _typed(sums):
    """Return the shares of the three models among them."""
    return shares.proportions(sums[..., : len(models.MODELS)])


def _sums(tables, by):
    """Sum a table a fit over each group: sums of the first, bootstrap draws by group, and the fit of each draw.

    Each draw is of resampled rows and of the next refit, so that the interval is over both.
    """
    rows = [table.loc[by.index] for table in tables]
    drawn = shares.resample(pd.concat(rows, axis=1), by)
    draw = np.arange(shares.DRAWS)
    refit = draw % (len(rows) - 1) + 1 if len(rows) > 1 else np.zeros_like(draw)
    chosen = {group: sums.reshape(len(draw), len(rows), -1)[draw, refit] for group, sums in drawn.items()}
    return rows[0].groupby(by.to_numpy()).sum(), chosen, refit


def mixes(fitted, by, *, corrected=True):
    """Return the predicted mix of each group of passages, as `models.mix` does, corrected for known confusions.

    Parameters
    ----------
    fitted : list of (pandas.DataFrame, numpy.ndarray)
        As `crossfit` or `predict` gives them: the interval is over passages and over the cities learnt from.
    by : pandas.Series
        The group of each passage, by ``passage_id``; passages that are not in it are left out.
    corrected : bool
        If not, probabilities are summed as they are.

    Examples
    --------
    >>> rows = pd.DataFrame([[0.9, 0.1, 0, 0, 0]] * 20, columns=LABELS)
    >>> mixes([(rows, np.eye(5))], pd.Series("a", rows.index))[["label", "share", "n"]].round(2)
                label  share     n
    0  infrastructure    0.9  20.0
    1        industry    0.1  20.0
    2     application    0.0  20.0
    """
    predicted, confusions = zip(*fitted, strict=True)
    confusions = np.stack(confusions if corrected else [np.eye(len(LABELS))] * len(fitted))
    sums, drawn, refit = _sums(predicted, by)
    n = by.value_counts()
    first = adjust(shares.proportions(sums), confusions[0]) * n[sums.index].to_numpy()[:, None]
    drawn = {group: adjust(shares.proportions(some), confusions[refit]) for group, some in drawn.items()}
    return models.from_sums(pd.DataFrame(first, sums.index, LABELS), drawn)


def assisted(fitted, coded, by, stratum, *, known=True):
    """Return mixes, as `mixes` does, of passages of which a sample was coded: predicted, mended by what that shows.

    The mean difference between code and prediction in a stratum is added to all its passages (the difference estimator
    of model-assisted sampling): unlike `adjust`, that does not suppose that passages of a label look alike everywhere.

    Parameters
    ----------
    fitted, by
        As in `mixes`.
    coded : pandas.DataFrame
        The sample: rows of `models.codes`. It is resampled, too.
    stratum : pandas.Series
        The stratum of each passage, by ``passage_id``.
    known : bool
        Whether the codes stand for the predictions in the stratum ``rich``, which was coded whole.

    References
    ----------
    Särndal, C.-E., Swensson, B. & Wretman, J. (1992). Model assisted survey sampling. Springer.
    """
    sample = coded.set_index("passage_id")
    true, weight = models.weigh(sample, secondary=False), sample["weight"]
    of_stratum = pd.get_dummies(stratum.loc[by.index], dtype=float)
    strata, bases, gaps = list(of_stratum), [], []
    for predicted, _ in fitted:
        base = predicted.copy()
        if known:
            base.update(true[sample["stratum"] == "rich"])
        gaps.append((true - base.loc[true.index]).mul(weight, axis=0).assign(weight=weight))
        bases.append(base.loc[by.index].join(of_stratum))
    gap, drawn_gaps, _ = _sums(gaps, sample["stratum"])
    gap = gap.loc[strata, LABELS].div(gap.loc[strata, "weight"], axis=0)
    drawn_gap = np.stack([drawn_gaps[name][:, :-1] / drawn_gaps[name][:, -1:] for name in strata], axis=1)
    sums, drawn, _ = _sums(bases, by)
    first = (sums[LABELS] + sums[strata] @ gap).clip(lower=0)
    labels = len(LABELS)
    mended = {
        group: np.maximum(some[:, :labels] + np.einsum("ds,dsl->dl", some[:, labels:], drawn_gap), 0)
        for group, some in drawn.items()
    }
    return models.from_sums(first, mended)


@threadpool_limits.wrap(limits=1, user_api="blas")
def refits(described, coded):
    """Return the classifier fitted to coded passages, and `REFITS` more fitted to resampled cities.

    A list of a fitted Pipeline and its `confusion`, which is that of cities held out.
    """
    known = _seen(described, coded)
    held_out = crossfit(known, coded)[0][0]
    return [
        (fit(known, coded, times=times), confusion(held_out, coded.assign(weight=coded["weight"] * times)))
        for times in _resampled(coded, REFITS)
    ]


def predict(fitted, described):
    """Predict passages of other documents by `refits`: a list as `crossfit` gives it."""
    return [(probabilities(model, described), confused) for model, confused in fitted]


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
    predicted = predict(_fitted(), describe(loaded))[0][0].reset_index(drop=True)
    place = loaded.passages[["passage_id", "start", "end"]].reset_index(drop=True)
    return place.assign(primary=predicted.idxmax(axis=1)).join(predicted.round(4).add_prefix("p_"))


def mix_of(loaded):
    """Predict the mix of each document of a corpus of one's own, as `mixes` does."""
    return mixes(predict(_fitted(), describe(loaded)), loaded.passages.set_index("passage_id")["doc_id"])
