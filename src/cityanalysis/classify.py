"""A classifier of passages: which of the codebook's labels a passage would have got, with a probability for each.

A multinomial logistic regression on words and marks (`cityanalysis.features`), fitted to the coded passages of
``develop`` cities, which takes some seconds, and kept in a cache of plain arrays. How good it is, where, and what it
must not be used for stands in ``docs/model_card.md``.
"""

import contextlib
import hashlib
import os
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from cityanalysis import features, models, readers

KINDS = ("logistic regression", "naive Bayes")  # the first is the one that is kept
LEAST_PASSAGES = 2  # coded passages in which a word must stand
STRENGTH = 10  # by benchmarks/classify.py: from 7 to 30 the scores are alike, and here the log loss is least
FOLDS = 5
RESAMPLES = 20  # of the cities, for intervals
INPUTS = ("data/gold/models.csv", "data/splits.csv", "data/cities.csv", "data/lexicon/*.csv", "corpus/documents.csv")
TEXTS = ("corpus/records/*.md", "corpus/derived/*.parquet")


class Model(NamedTuple):
    """A fitted classifier, and the same fitted to resampled cities: plain arrays, and nothing that could run.

    The first of ``fits`` is the classifier itself, the others tell how sure it is.
    """

    words: object  # array of str
    idf: object  # of each word
    marks: object  # array of str
    coefficients: object  # fits × labels × (words, then marks)
    intercepts: object  # fits × labels
    confusion: object  # fits × labels × labels: the mean probability of each (last axis) where another is true


def design(described, rows, vocabulary, idf):
    """Return the matrix from which labels are predicted: words by the logarithm of their count and by idf, then marks.

    Parameters
    ----------
    described : cityanalysis.features.Described
    rows : array of int
        Which passages.
    vocabulary : array of str
        The words that count.
    idf : array of float
        The weight of each.

    Returns
    -------
    scipy.sparse.csr_matrix
        The words of a passage have length 1 together.
    """
    import numpy as np
    import pandas as pd
    from scipy.sparse import csr_matrix, diags, hstack
    from scipy.sparse.linalg import norm

    at = pd.Index(described.vocabulary).get_indexer(vocabulary)
    known = at >= 0
    # Words that do not occur here have an empty column.
    chosen = described.words[rows][:, at[known]].log1p() @ diags(idf[known])
    spread = csr_matrix((known.sum(), len(vocabulary)))
    if known.any():
        places = known.nonzero()[0]
        spread = csr_matrix(([1.0] * len(places), (range(len(places)), places)), shape=spread.shape)
    length = norm(chosen, axis=1)
    alike = diags(1 / np.where(length > 0, length, 1)) @ chosen @ spread
    return hstack([alike, csr_matrix(described.marks.to_numpy()[rows])]).tocsr()


def prepare(described, coded):
    """Learn from passages what has to be known of words before a classifier is fitted.

    Parameters
    ----------
    described : cityanalysis.features.Described
    coded : pandas.DataFrame
        Rows of `cityanalysis.models.codes`, all of them described.

    Returns
    -------
    rows : array of int
        Where each coded passage is described.
    vocabulary : array of str
        The words of `LEAST_PASSAGES` coded passages or more.
    idf : array of float
        Their inverse document frequency in all passages, coded or not, of the cities of the coded ones.

    Raises
    ------
    ValueError
        If a coded passage is not described.
    """
    import numpy as np
    import pandas as pd

    rows = pd.Index(described.passages["passage_id"]).get_indexer(coded["passage_id"])
    if (rows < 0).any():
        lacking = coded["passage_id"][rows < 0].tolist()
        raise ValueError(f"passages {', '.join(lacking[:3])}: are coded, but not described; describe their collections")
    kept = described.words[rows].getnnz(axis=0) >= LEAST_PASSAGES
    around = described.words[described.passages["city"].isin(set(coded["city"])).to_numpy()][:, kept]
    idf = np.log((1 + around.shape[0]) / (1 + around.getnnz(axis=0))) + 1
    return rows, described.vocabulary[kept], idf


def fit(described, coded, *, kind=KINDS[0], strength=STRENGTH, times=None, resamples=0):
    """Fit the classifier.

    Parameters
    ----------
    described : cityanalysis.features.Described
    coded : pandas.DataFrame
        Rows of `cityanalysis.models.codes`.
    kind : str
        One of `KINDS`; anything else is a ValueError. Naive Bayes is linear in logarithms: the same arrays hold it.
    strength : float
        Of the logistic regression, the inverse of the penalty on coefficients.
    times : array_like, optional
        How often each coded passage counts. Beside that it counts by the square root of the passages it stands for:
        fully weighted, some 55 passages would outweigh the other 660; unweighted, the plainest ones hardly count.
    resamples : int
        How many times to fit it again, to cities drawn with replacement (`resampled`).

    Returns
    -------
    Model
        Whose confusion is still empty.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB

    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is unknown; choose one of {', '.join(KINDS)}")
    rows, vocabulary, idf = prepare(described, coded)
    matrix = design(described, rows, vocabulary, idf)
    weight = np.sqrt(coded["weight"].to_numpy()) * (1 if times is None else np.asarray(times))
    coefficients, intercepts = [], []
    for number in resampled(coded, resamples=resamples):
        bayes = kind != KINDS[0]
        machine = MultinomialNB(alpha=0.1) if bayes else LogisticRegression(C=strength, max_iter=2000)
        machine.fit(matrix[number > 0], coded["primary"][number > 0], sample_weight=(weight * number)[number > 0])
        order = [list(machine.classes_).index(label) for label in models.LABELS]
        coefficients.append((machine.feature_log_prob_ if bayes else machine.coef_)[order])
        intercepts.append((machine.class_log_prior_ if bayes else machine.intercept_)[order])
    marks = np.array(list(described.marks), dtype=str)
    empty = np.zeros((1 + resamples, len(models.LABELS), len(models.LABELS)))
    return Model(vocabulary, idf, marks, np.stack(coefficients), np.stack(intercepts), empty)


def resampled(coded, *, resamples, seed=1):
    """Draw the cities of coded passages with replacement.

    Parameters
    ----------
    coded : pandas.DataFrame
        With the column ``city``.
    resamples : int
    seed : int

    Returns
    -------
    numpy.ndarray
        A row a resample, and how often each passage counts in it; in the first row, which is none, once.

    Examples
    --------
    >>> import pandas as pd
    >>> resampled(pd.DataFrame({"city": ["a", "a", "b"]}), resamples=1, seed=4).tolist()
    [[1, 1, 1], [2, 2, 0]]
    """
    import numpy as np

    cities, where = np.unique(coded["city"].to_numpy(dtype=str), return_inverse=True)
    chance = np.full(len(cities), 1 / len(cities))
    drawn = np.random.default_rng(seed).multinomial(len(cities), chance, size=resamples)
    return np.vstack([np.ones((1, len(cities)), dtype=int), drawn])[:, where]


def probabilities(model, described, *, which=0):
    """Predict the labels of passages.

    Parameters
    ----------
    model : Model
    described : cityanalysis.features.Described
    which : int
        Which of the model's fits.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``passage_id``, a column a label; each row sums to 1.
    """
    import pandas as pd
    from scipy.special import softmax

    matrix = design(described, range(len(described.passages)), model.words, model.idf)
    odds = softmax(matrix @ model.coefficients[which].T + model.intercepts[which], axis=1)
    return pd.DataFrame(odds, index=pd.Index(described.passages["passage_id"]), columns=list(models.LABELS))


def crossfit(described, coded, *, folds=FOLDS, seed=1, times=None, **options):
    """Predict every passage by classifiers that did not see its city.

    Parameters
    ----------
    described : cityanalysis.features.Described
    coded : pandas.DataFrame
        What to learn from: rows of `cityanalysis.models.codes`.
    folds : int
        Into how many parts its cities are cut.
    seed : int
        Of that cut.
    times : pandas.Series, optional
        How often each city counts (0 leaves it out), by city; once each, unless given.
    **options
        For `fit`.

    Returns
    -------
    pandas.DataFrame
        As `probabilities` gives it: for cities to learn from those of the classifier fitted without them, for all
        others the mean of all classifiers.
    """
    import numpy as np
    import pandas as pd

    counted = coded["city"].map(times).fillna(0) if times is not None else pd.Series(1, index=coded.index)
    learnt, counted = coded[counted > 0], counted[counted > 0]
    cities = np.random.default_rng(seed).permutation(sorted(learnt["city"].unique()))
    fold = {city: i % folds for i, city in enumerate(cities)}
    part = learnt["city"].map(fold)
    predicted = [
        probabilities(fit(described, learnt[part != i], times=counted[part != i], **options), described)
        for i in range(folds)
    ]
    own = described.passages["city"].map(fold).to_numpy()
    found = sum(predicted) / folds
    for i, table in enumerate(predicted):
        found.iloc[own == i] = table.iloc[own == i]
    return found


def learnable(*, reader="settled"):
    """Return the coded passages from which the classifier may learn: those of ``develop`` cities.

    Examples
    --------
    >>> set(learnable()["role"])
    {'develop'}
    """
    coded = models.codes(reader=reader)
    return coded[coded["role"] == "develop"].reset_index(drop=True)


def confusion(predicted, coded):
    """Return how probabilities spread over labels where one of them is true.

    Parameters
    ----------
    predicted : pandas.DataFrame
        Probabilities, or 0 and 1, by ``passage_id``; of passages from whose cities nothing was learnt (`crossfit`).
    coded : pandas.DataFrame
        Rows of `cityanalysis.models.codes`; each counts for the passages it stands for.

    Returns
    -------
    numpy.ndarray
        Labels by labels, each row summing to 1; a label that was never given is taken for one that is always found.
    """
    import numpy as np

    weight = coded["weight"].to_numpy()
    true = np.stack([coded["primary"] == label for label in models.LABELS]) * weight
    sums = true @ predicted.loc[coded["passage_id"], list(models.LABELS)].to_numpy(dtype=float)
    total = true.sum(axis=1, keepdims=True)
    return np.divide(sums, total, out=np.eye(len(models.LABELS)), where=total > 0)


def load():
    """Return the classifier fitted to all coded passages of ``develop`` cities; fit it if that was not done before.

    It is kept as arrays in the folder that ``CITYANALYSIS_CACHE`` names, else in ``build/cache``, under a hash of all
    that it was made from, so that a changed gold makes a new one. Where nothing can be written it is fitted each time.

    Returns
    -------
    Model

    Examples
    --------
    >>> model = load()
    >>> model.coefficients.shape == (1 + RESAMPLES, 5, len(model.words) + len(model.marks))
    True
    """
    import numpy as np

    folder = Path(os.environ.get("CITYANALYSIS_CACHE") or readers.home() / "build" / "cache")
    path = folder / f"classifier-{fingerprint()}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return Model(**{name: arrays[name] for name in Model._fields})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        pass  # not there, or cut off by a run that was killed
    described, coded = features.describe(), learnable()
    model, held_out = fit(described, coded, resamples=RESAMPLES), crossfit(described, coded)
    drawn = (coded.assign(weight=coded["weight"] * n) for n in resampled(coded, resamples=RESAMPLES))
    model = model._replace(confusion=np.stack([confusion(held_out, part) for part in drawn]))
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as within:
            np.savez_compressed(Path(within, path.name), **model._asdict())
            Path(within, path.name).replace(path)
    return model


def fingerprint():
    """Return a hash of what the classifier is made from: gold, lexicon, texts, shipped tables and code."""
    total = hashlib.sha256(version("scikit-learn").encode())
    files = [path for pattern in (*INPUTS, *TEXTS) for path in sorted(readers.home().glob(pattern))]
    for path in [*files, *sorted(Path(__file__).parent.glob("*.py"))]:
        total.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return total.hexdigest()[:16]
