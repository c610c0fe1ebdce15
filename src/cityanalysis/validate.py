"""How good a classifier of passages is: candidates by nested cross-validation, scores, calibration.

Whatever is compared here is compared with whole cities left out, so that a city's record and its report are never on
both sides. Scores on ``judge`` cities are for the end.
"""

from cityanalysis import classify, lexicon, models

# From the name of a candidate to the options that are tried.
CANDIDATES = {
    "multinomial naive Bayes": [{"alpha": a} for a in (0.03, 0.1, 0.3)],
    "complement naive Bayes": [{"alpha": a} for a in (0.03, 0.1, 0.3)],
    "logistic regression": [{"C": c, "class_weight": w} for c in (3, 10, 30) for w in (None, "balanced")],
    "linear SVM, calibrated": [{"C": c} for c in (0.1, 0.3, 1)],
}
LEAST = 15  # passages of a label from which its score counts
INTERVAL = (0.05, 0.95)


def machine(name, options):
    """Return an unfitted candidate.

    Parameters
    ----------
    name : str
        A key of `CANDIDATES`.
    options : dict
        Of the estimator in scikit-learn.

    Examples
    --------
    >>> machine("logistic regression", {"C": 3, "class_weight": None})
    LogisticRegression(C=3, max_iter=2000)
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import ComplementNB, MultinomialNB
    from sklearn.svm import LinearSVC

    if name == "multinomial naive Bayes":
        return MultinomialNB(**options)
    if name == "complement naive Bayes":
        return ComplementNB(**options)
    if name == "logistic regression":
        return LogisticRegression(max_iter=2000, **options)
    return CalibratedClassifierCV(LinearSVC(random_state=1, **options), cv=3)


def _learn(described, train, test, chosen):
    """Fit candidates, given as name and options, to some coded passages and predict others: a list of labels each."""
    import numpy as np

    rows, vocabulary, idf = classify.prepare(described, train)
    at = classify.prepare(described, test)[0]
    known, asked = (classify.design(described, places, vocabulary, idf) for places in (rows, at))
    weight = np.sqrt(train["weight"].to_numpy())
    return [
        machine(name, options).fit(known, train["primary"], sample_weight=weight).predict(asked)
        for name, options in chosen
    ]


def nested(described, coded, *, outer=5, inner=3, seed=1):
    """Compare candidates by nested cross-validation with whole cities left out.

    Parameters
    ----------
    described : cityanalysis.features.Described
    coded : pandas.DataFrame
        Rows of `cityanalysis.models.codes`, of the cities to learn from.
    outer, inner : int
        Folds for judging, and within the rest for choosing options: those of the highest macro-F1 over all labels.
    seed : int
        Of the folds.

    Returns
    -------
    predicted : pandas.DataFrame
        Indexed like `coded`, a column a candidate: labels given by machines that did not see the city.
    chosen : pandas.DataFrame
        ``fold, candidate, options, inner, macro_f1``: what was chosen without a fold, its mean score there, and on the
        fold.
    """
    import pandas as pd
    from sklearn.model_selection import GroupKFold

    tried = [(name, options) for name, grid in CANDIDATES.items() for options in grid]
    predicted, rows = pd.DataFrame("", index=coded.index, columns=list(CANDIDATES)), []
    for fold, (a, b) in enumerate(GroupKFold(outer, shuffle=True, random_state=seed).split(coded, groups=coded.city)):
        train, test = coded.iloc[a], coded.iloc[b]
        found = pd.DataFrame("", index=train.index, columns=range(len(tried)))
        for c, d in GroupKFold(inner, shuffle=True, random_state=seed).split(train, groups=train.city):
            labels = _learn(described, train.iloc[c], train.iloc[d], tried)
            found.iloc[d] = pd.DataFrame(dict(enumerate(labels)), index=train.index[d])
        score = [macro_f1(train["primary"], found[i]) for i in found]
        best = {
            name: max((i for i, t in enumerate(tried) if t[0] == name), key=score.__getitem__) for name in CANDIDATES
        }
        labels = _learn(described, train, test, [tried[i] for i in best.values()])
        for (name, i), given in zip(best.items(), labels, strict=True):
            predicted.loc[test.index, name] = given
            options = ", ".join(f"{key}={value}" for key, value in tried[i][1].items())
            rows.append((fold + 1, name, options, score[i], macro_f1(test["primary"], given)))
    return predicted, pd.DataFrame(rows, columns=["fold", "candidate", "options", "inner", "macro_f1"])


def macro_f1(true, given):
    """Return the mean F1 over the labels that occur among the true ones.

    Examples
    --------
    >>> round(macro_f1(["industry", "other", "other"], ["industry", "industry", "other"]), 3)
    0.667
    """
    from sklearn.metrics import f1_score

    labels = [label for label in models.LABELS if label in set(true)]
    return float(f1_score(true, given, labels=labels, average="macro", zero_division=0))


def scores(coded, given, *, least=LEAST, resamples=1000, seed=1):
    """Score labels against the coded ones, a label and over all that are frequent enough.

    Parameters
    ----------
    coded : pandas.DataFrame
        With the columns ``city`` and ``primary``.
    given : array_like of str
        The labels to score, in the same order.
    least : int
        Labels coded fewer times do not enter the mean.
    resamples, seed : int
        Of a bootstrap over cities.

    Returns
    -------
    pandas.DataFrame
        By label, and ``macro``: ``n`` coded passages, ``precision, recall, f1``, ``low`` and ``high`` of the F1 (the
        central 90 %). In the row ``macro`` the means over the labels with `least` passages, and their passages.

    Examples
    --------
    >>> import pandas as pd
    >>> coded = pd.DataFrame({"city": ["a", "b"] * 8, "primary": "industry"})
    >>> scores(coded, ["industry"] * 16).loc["macro", ["n", "f1"]].tolist()
    [16.0, 1.0]
    """
    import numpy as np
    import pandas as pd

    cities, where = np.unique(coded["city"].to_numpy(dtype=str), return_inverse=True)
    labels = pd.Index(models.LABELS)
    tables = np.zeros((len(cities), len(labels), len(labels)))
    np.add.at(tables, (where, labels.get_indexer(coded["primary"]), labels.get_indexer(np.asarray(given))), 1)
    times = np.random.default_rng(seed).multinomial(len(cities), np.full(len(cities), 1 / len(cities)), size=resamples)
    n, precision, recall, f1 = _rates(tables.sum(axis=0))
    drawn = _rates(np.tensordot(times, tables, axes=1))[3]
    counts = n >= least
    table = pd.DataFrame({"n": n, "precision": precision, "recall": recall, "f1": f1}, index=labels)
    table.loc["macro"] = [n[counts].sum(), *table.loc[counts, ["precision", "recall", "f1"]].mean()]
    spread = np.column_stack([drawn, drawn[:, counts].mean(axis=1) if counts.any() else np.full(resamples, np.nan)])
    table["low"], table["high"] = np.quantile(spread, INTERVAL, axis=0)
    return table[table["n"] > 0].rename_axis("label")


def _rates(tables):
    """Return how many there are of each label, and precision, recall and F1, from tables of true by given labels."""
    import numpy as np

    right, true, given = (tables.diagonal(axis1=-2, axis2=-1), tables.sum(axis=-1), tables.sum(axis=-2))
    ratios = [np.divide(a, b, out=np.zeros_like(right), where=b > 0) for a, b in ((right, given), (right, true))]
    return true, *ratios, np.divide(2 * right, given + true, out=np.zeros_like(right), where=given + true > 0)


def by_lexicon(described, passages, *, rule=True):
    """Label passages without learning: by the label of most of their terms.

    Parameters
    ----------
    described : cityanalysis.features.Described
    passages : sequence of str
        Their ids.
    rule : bool
        Whether a passage that the rule of `cityanalysis.digital` does not call digital is `other`; without it only one
        without terms is.

    Returns
    -------
    numpy.ndarray of str
    """
    import numpy as np

    marks = described.marks.set_axis(described.passages["passage_id"]).loc[passages]
    labels = lexicon.domains().set_index("domain")["label"]
    shares = [marks[labels.index[labels == label]].sum(axis=1) for label in models.LABELS[:4]]
    most = np.array(models.LABELS[:4])[np.argmax(shares, axis=0)]
    some = np.max(shares, axis=0) > 0
    return np.where(some & (marks["digital"].to_numpy() > 0) if rule else some, most, "other")


def by_characters(texts, train, test):
    """Label passages by their sequences of one to three characters, for comparison: where there is text.

    Parameters
    ----------
    texts : pandas.Series
        By passage id.
    train, test : pandas.DataFrame
        Rows of `cityanalysis.models.codes`.

    Returns
    -------
    numpy.ndarray of str
        The labels given to `test` by a logistic regression fitted to `train`.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    fitted = make_pipeline(grams, machine("logistic regression", {"C": classify.STRENGTH}))
    fitted.fit(texts.loc[train["passage_id"]], train["primary"])
    return fitted.predict(texts.loc[test["passage_id"]])


def reliability(predicted, coded, *, bins=10):
    """Hold probabilities against what came true.

    Parameters
    ----------
    predicted : pandas.DataFrame
        Probabilities by ``passage_id``, a column a label.
    coded : pandas.DataFrame
        Rows of `cityanalysis.models.codes`.
    bins : int
        Of equal width.

    Returns
    -------
    table : pandas.DataFrame
        A row a bin: ``n`` probabilities in it (each passage has five), their mean ``predicted``, the share that came
        ``true``.
    brier : float
        The mean over passages of the summed squared difference between the five probabilities and what came true
        (Brier 1950): 0 is best, 2 worst.
    """
    import numpy as np
    import pandas as pd

    given = predicted.loc[coded["passage_id"], list(models.LABELS)].to_numpy()
    true = np.stack([coded["primary"] == label for label in models.LABELS], axis=1).astype(float)
    cut = np.minimum((given.ravel() * bins).astype(int), bins - 1)
    pairs = pd.DataFrame({"bin": cut, "predicted": given.ravel(), "true": true.ravel()})
    table = pairs.groupby("bin").agg(n=("true", "size"), predicted=("predicted", "mean"), true=("true", "mean"))
    return table, float(((given - true) ** 2).sum(axis=1).mean())
