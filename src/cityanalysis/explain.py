"""What decides: the words and marks that speak for a label or weighed in a passage, and what one of them is worth."""

import itertools

from cityanalysis import classify, features, models, validate


def telling(model, described, coded, *, top=12):
    """Return the words and marks that weigh most for each label in the passages that have it.

    Parameters
    ----------
    model : cityanalysis.classify.Model
    described : cityanalysis.features.Described
    coded : pandas.DataFrame
        Rows of `cityanalysis.models.codes`, all described.
    top : int
        How many a label.

    Returns
    -------
    pandas.DataFrame
        A column a label, the strongest first; a mark stands in brackets. By the mean over the label's passages of
        value times coefficient, above the mean of all labels' coefficients.
    """
    import numpy as np
    import pandas as pd

    names = [*model.words, *(f"[{mark}]" for mark in model.marks)]
    rows = classify.prepare(described, coded)[0]
    matrix = classify.design(described, rows, model.words, model.idf)
    against = model.coefficients[0] - model.coefficients[0].mean(axis=0)
    found = {}
    for k, label in enumerate(models.LABELS):
        mean = np.asarray(matrix[(coded["primary"] == label).to_numpy()].mean(axis=0)).ravel()
        found[label] = [names[i] for i in np.argsort(-mean * against[k], kind="stable")[:top]]
    return pd.DataFrame(found)


def weighed(model, described, *, top=6):
    """Return what weighed most for the label that each passage was given.

    Parameters
    ----------
    model : cityanalysis.classify.Model
    described : cityanalysis.features.Described
    top : int
        How many words and marks a passage.

    Returns
    -------
    pandas.Series of str
        By passage id; parted by blanks, marks in brackets.
    """
    import numpy as np
    import pandas as pd

    names = np.array([*model.words, *(f"[{mark}]" for mark in model.marks)], dtype=object)
    matrix = classify.design(described, range(len(described.passages)), model.words, model.idf)
    label = np.argmax(matrix @ model.coefficients[0].T + model.intercepts[0], axis=1)
    against = model.coefficients[0] - model.coefficients[0].mean(axis=0)
    found = []
    for row, best in zip(matrix, label, strict=True):
        pull = row.data * against[best, row.indices]
        strongest = np.argsort(-pull, kind="stable")[:top]
        found.append(" ".join(names[row.indices[i]] for i in strongest if pull[i] > 0))
    return pd.Series(found, index=pd.Index(described.passages["passage_id"]))


def without(described, coded, names):
    """Leave out one word or mark at a time, fit again, and see what that changes.

    Parameters
    ----------
    described : cityanalysis.features.Described
    coded : pandas.DataFrame
        Rows of `cityanalysis.models.codes`.
    names : sequence of str
        Words; marks in brackets.

    Returns
    -------
    pandas.DataFrame
        By name, beginning with nothing left out: ``macro_f1`` over all labels, in cross-validation by city; ``changed``
        the passages whose label changes.
    """
    import numpy as np
    import pandas as pd

    rows = []
    for name in itertools.chain([""], names):
        left = features.leave_out(described, name) if name else described
        given = classify.crossfit(left, coded).loc[coded["passage_id"]].idxmax(axis=1).to_numpy()
        first = rows[0][3] if rows else given
        rows.append((name or "nothing", validate.macro_f1(coded["primary"], given), int(np.sum(given != first)), given))
    return pd.DataFrame([row[:3] for row in rows], columns=["left out", "macro_f1", "changed"]).set_index("left out")
