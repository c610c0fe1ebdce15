"""How fast and how good: `python benchmarks/classify.py` fits the classifier, and tries others in its place.

Only ``develop`` cities are looked at. Candidates are compared by nested cross-validation with whole cities left out;
what is learnt from passages that nobody coded, thresholds for labels and corrections of a mix, by cross-validation.
"""

import time

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import VotingClassifier
from sklearn.metrics import f1_score, log_loss
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from cityanalysis import corpus
from cityanalysis.study import classify, shares

INNER_FOLDS = GroupKFold(3, shuffle=True, random_state=shares.SEED)
LABELS = np.array(sorted(classify.LABELS))


def candidates():
    """Return what is compared: a name, a pipeline, the options from which inner folds choose."""
    used, penalties = classify.classifier(), {"label__C": [2, 5, 10]}
    bayes, rows = ComplementNB(alpha=0.3), {}
    rows["words alone"] = (_with(used, drop=("1 characters", "2 characters")), penalties)
    rows["runs of characters alone"] = (_with(used, drop=("words",)), penalties)
    rows["as used"] = (used, penalties)
    rows["as used, balanced"] = (clone(used).set_params(label__class_weight="balanced"), penalties)
    rows["as used, and latent semantic analysis"] = (_with(used, lsa=100), penalties)
    rows["multinomial naive Bayes"] = (_with(used, label=MultinomialNB()), {"label__alpha": [0.03, 0.1, 0.3]})
    rows["complement naive Bayes"] = (_with(used, label=bayes), {"label__alpha": [0.03, 0.1, 0.3]})
    machine = CalibratedClassifierCV(LinearSVC(random_state=shares.SEED), cv=3)
    rows["linear SVM, calibrated"] = (_with(used, label=machine), {"label__estimator__C": [0.1, 0.3, 1]})
    both = VotingClassifier([("regression", clone(used[-1])), ("bayes", bayes)], voting="soft")
    rows["regression and naive Bayes"] = (_with(used, label=both), {"label__regression__C": [5]})
    parts = {"label__weights": [(1 - part, part) for part in (0, 0.2, 0.3, 0.4, 0.5)]}
    rows["the same, the part of each chosen"] = (_with(used, label=both), parts)
    return rows


def _with(used, *, label=None, drop=(), lsa=0):
    """Return the classifier with another last step, without some of what it sees, or with topics of the words."""
    other = clone(used)
    features = [(name, "drop" if name in drop else part, column) for name, part, column in other[0].transformers]
    if lsa:
        features.append(("topics", make_pipeline(clone(features[0][1]), TruncatedSVD(lsa, random_state=1)), "words"))
    return other.set_params(features__transformers=features, **({} if label is None else {"label": label}))


def nested(known, coded):
    """Return the labels that each candidate gives to passages of the cities left out: a column a candidate."""
    found = pd.DataFrame("", coded.index, [])
    for name, (pipeline, options) in candidates().items():
        start = time.perf_counter()
        done = cross_validate(
            GridSearchCV(pipeline, options, scoring="f1_macro", cv=INNER_FOLDS),
            known,
            coded["primary"],
            groups=coded["city"],
            cv=classify.FOLDS,
            params={"groups": coded["city"], "label__sample_weight": np.sqrt(coded["weight"])},
            return_estimator=True,
            return_indices=True,
        )
        found[name] = ""
        for search, test in zip(done["estimator"], done["indices"]["test"], strict=True):
            found.loc[coded.index[test], name] = search.predict(known.iloc[test])
        print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)
    return found


def self_trained(described, coded):
    """Return labels by a second fit in each fold, to passages that nobody coded and the first was sure of, too."""
    given = pd.Series("", coded.index)
    uncoded = described[~described.index.isin(coded["passage_id"]) & (described["[digital share]"] > 0.2)]
    uncoded = uncoded[uncoded["city"].isin(coded["city"])]
    for train, test in classify.FOLDS.split(coded, groups=coded["city"]):
        known = coded.iloc[train]
        rest = uncoded[uncoded["city"].isin(known["city"])]
        odds = classify.probabilities(classify.fit(described, known), rest)
        sure = odds[odds.max(axis=1) > 0.9]
        more = pd.DataFrame({"passage_id": sure.index, "primary": sure.idxmax(axis=1), "weight": 0.1})
        model = classify.fit(described, pd.concat([known, more]))
        given.iloc[test] = model.predict(described.loc[coded["passage_id"].iloc[test]])
    return given


def with_thresholds(described, coded):
    """Return labels by probabilities times a factor a label, the factors learnt in inner folds for the macro-F1."""
    given, steps = pd.Series("", coded.index), np.exp(np.linspace(-1, 1, 9))
    for train, test in classify.FOLDS.split(coded, groups=coded["city"]):
        known, factors = coded.iloc[train].reset_index(drop=True), np.ones(len(LABELS))
        inner = classify.held_out(described, known)[LABELS].to_numpy()
        for place in [*range(len(LABELS))] * 3:
            tried = [np.where(np.arange(len(LABELS)) == place, step, factors) for step in steps]
            marks = [f1_score(known["primary"], LABELS[(inner * t).argmax(axis=1)], average="macro") for t in tried]
            factors = tried[int(np.argmax(marks))]
        asked = described.loc[coded["passage_id"].iloc[test]]
        odds = classify.probabilities(classify.fit(described, known), asked)[LABELS].to_numpy()
        given.iloc[test] = LABELS[(odds * factors).argmax(axis=1)]
    return given


def corrections(predicted, coded):
    """Hold ways to a mix against the codes: the mean error of a model's share, a row a kind of group.

    Summed labels; summed probabilities; the mix from which expectation maximisation comes to these (Saerens et al.
    2002); the mix that, with the known confusions, explains them best, none below 0 (least squares on the simplex).
    """
    odds, weight = predicted.to_numpy(), np.sqrt(coded["weight"].to_numpy())
    true = (coded["primary"].to_numpy()[:, None] == predicted.columns.to_numpy()).astype(float)
    base, spread = shares.proportions(weight @ true), (true * coded["weight"].to_numpy()[:, None]).T @ odds
    spread = shares.proportions(spread)

    def maximised(some):
        mix = base
        for _ in range(200):
            mix = shares.proportions(some * mix / base).mean(axis=0)
        return mix

    def constrained(some):
        system = np.vstack([spread.T, np.full(len(base), 100.0)])
        return nnls(system, np.append(some.mean(axis=0), 100.0))[0]

    ways = {
        "labels": lambda some: np.eye(len(base))[some.argmax(axis=1)].mean(axis=0),
        "probabilities": lambda some: some.mean(axis=0),
        "expectation maximisation": maximised,
        "constrained least squares": constrained,
    }
    rich, regions = coded["stratum"] == "rich", coded["city"].map(corpus.words.cities().set_index("city")["region"])
    kinds = {"record": coded["doc_id"].where(coded["collection"] == "records"), "rich, region": regions.where(rich)}
    rows = []
    for kind, group in kinds.items():
        for places in coded.groupby(group).indices.values():
            real = shares.proportions(true[places].sum(axis=0)[:3])
            told = {name: shares.proportions(way(odds[places])[:3]) for name, way in ways.items()}
            rows.append({"kind": kind} | {name: np.abs(mix - real).mean() for name, mix in told.items()})
    return pd.DataFrame(rows).groupby("kind").mean()


def main():
    """Measure and print."""
    start = time.perf_counter()
    described = classify.describe(corpus.load("records", "reports", second=True, originals=False))
    coded = classify.learnable()
    read = time.perf_counter()
    classify.fit(described, coded)
    fitted = time.perf_counter()
    print(f"{len(coded)} coded passages, {len(described)} described")
    print(f"read {read - start:.1f} s, fit {fitted - read:.1f} s\n")

    for strength in (2, 3, 5, 7, 10, 20):
        classify.PENALTY = strength
        odds = classify.held_out(described, coded)[LABELS]
        macro = f1_score(coded["primary"], odds.idxmax(axis=1), average="macro")
        print(f"C={strength:<3} macro-F1 {macro:.3f}, log loss {log_loss(coded['primary'], odds):.3f}")
    classify.PENALTY = 5

    given = nested(described.loc[coded["passage_id"]], coded)
    given["self-trained"] = self_trained(described, coded)
    given["with thresholds"] = with_thresholds(described, coded)
    part = np.where(coded["stratum"] == "rich", "rich", np.where(coded["stratum"] == "all", "records", "other reports"))
    parts = {"all": coded} | dict(list(coded.groupby(part)))
    macro = {
        name: {method: classify.scores(rows, given.loc[rows.index, method]).loc["macro", "f1"] for method in given}
        for name, rows in parts.items()
    }
    print(f"\nmacro-F1\n{pd.DataFrame(macro).round(3).to_string()}\n")
    print(corrections(classify.held_out(described, coded), coded).round(3).to_string())
    print(f"\nall: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
