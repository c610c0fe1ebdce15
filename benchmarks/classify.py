"""How fast and how good: `python benchmarks/classify.py` fits the classifier, and compares candidates for it.

Only ``develop`` cities are looked at. Candidates are compared by nested cross-validation with whole cities left out.
"""

import time

from cityanalysis import classify, features, validate


def main():
    """Measure and print."""
    start = time.perf_counter()
    described, coded = features.describe(), classify.learnable()
    read = time.perf_counter()
    model = classify.fit(described, coded)
    fitted = time.perf_counter()
    classify.confusion(classify.crossfit(described, coded), coded)
    end = time.perf_counter()
    print(f"{len(coded)} coded passages, {len(model.words)} words, {len(model.marks)} marks")
    print(f"read {read - start:.1f} s, fit {fitted - read:.1f} s, confusion {end - fitted:.1f} s\n")
    predicted, chosen = validate.nested(described, coded)
    print(chosen.round(3).to_string(index=False), end="\n\n")
    rich, records = coded["stratum"] == "rich", coded["collection"] == "records"
    for name, part in (("records", records), ("rich", rich), ("other reports", ~rich & ~records)):
        for candidate in predicted:
            macro = validate.scores(coded[part], predicted.loc[part, candidate], least=10).loc["macro"]
            print(f"{name:14} {candidate:24} {macro['f1']:.3f} ({macro['low']:.3f} to {macro['high']:.3f})")
    print(f"\nall: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
