"""How fast and how good: `python benchmarks/classify.py` fits the classifier, and compares candidates for it.

Only ``develop`` cities are looked at. Candidates are compared by nested cross-validation with whole cities left out;
macro-F1 and log loss for penalties around the one that is used are those of cross-validation by city.
"""

import itertools
import time

import numpy as np
from sklearn.metrics import f1_score, log_loss
from sklearn.model_selection import cross_val_predict

from cityanalysis import corpus
from cityanalysis.study import classify


def main():
    """Measure and print."""
    start = time.perf_counter()
    described = classify.describe(corpus.load("records", "reports", second=True, originals=False))
    coded = classify.learnable()
    read = time.perf_counter()
    classify.fit(described, coded)
    fitted = time.perf_counter()
    classify.crossfit(described, coded)
    end = time.perf_counter()
    print(f"{len(coded)} coded passages, {len(described)} described")
    print(f"read {read - start:.1f} s, fit {fitted - read:.1f} s, crossfit {end - fitted:.1f} s\n")

    known, true = described.loc[coded["passage_id"]], coded["primary"]
    settings = {"groups": coded["city"], "cv": classify.FOLDS, "method": "predict_proba"}
    settings["params"] = {"label__sample_weight": np.sqrt(coded["weight"])}
    for strength, balance in itertools.product((3, 5, 7, 10, 15, 20, 30), (None, "balanced")):
        model = classify.classifier().set_params(label__C=strength, label__class_weight=balance)
        odds = cross_val_predict(model, known, true, **settings)
        macro = f1_score(true, np.array(sorted(classify.LABELS))[odds.argmax(axis=1)], average="macro")
        print(f"C={strength:<3} {balance or '':9} macro-F1 {macro:.3f}, log loss {log_loss(true, odds):.3f}")

    predicted, chosen = classify.nested(described, coded)
    print(f"\n{chosen.round(3).to_string(index=False)}\n")
    rich, records = coded["stratum"] == "rich", coded["collection"] == "records"
    parts = np.select([records, rich], ["records", "rich"], "other reports")
    compared = classify.compare(coded.assign(part=parts), predicted, least=10)
    macro = compared[compared["label"] == "macro"].drop(columns="label")
    print(macro.round(3).to_string(index=False))
    print(f"\nall: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
