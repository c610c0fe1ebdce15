"""How fast and how coherent: `python benchmarks/topics.py` fits twenty topics to the counts of all collections.

Beside the library's two models stand gensim's LdaModel and tomotopy's LDAModel, where they are installed (`pip install
gensim tomotopy`; neither is needed for anything else). All are given the same passages and vocabulary and run on one
thread. Times are wall-clock seconds of the fit, the least of some runs; coherence is `topics.coherence` over the same
passages; `again` is the mean cosine between the topics of two seeds.
"""

import os
import time

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # read when NumPy is loaded

import numpy as np
import pandas as pd

from cityanalysis import corpus
from cityanalysis.study import topics

TOPICS, RUNS = 20, 2
PASSES = 10  # over the passages, for each LDA by variational inference
SWEEPS = 500  # of the Gibbs sampler: a sweep is much cheaper than a pass


def ours(kind):
    """Return a function from counts, vocabulary and seed to the topics × words of a model of the library."""
    settings = {"kind": kind, "n_topics": TOPICS}
    return lambda counted, words, seed: topics.TopicModel(**settings, seed=seed, vocabulary=words).fit(counted).weights_


def gensim(counted, words, seed):
    """Fit gensim's LdaModel."""
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel

    table, _ = topics.matrix(counted, words)
    model = LdaModel(
        Sparse2Corpus(table.tocsc(), documents_columns=False),
        id2word=dict(enumerate(words)),
        num_topics=TOPICS,
        passes=PASSES,
        alpha=0.1,
        eta=0.05,
        random_state=seed,
    )
    return pd.DataFrame(model.get_topics(), columns=words)


def tomotopy(counted, words, seed):
    """Fit tomotopy's LDAModel."""
    import tomotopy

    table, _ = topics.matrix(counted, words)
    model = tomotopy.LDAModel(k=TOPICS, alpha=0.1, eta=0.05, seed=seed)
    for row in range(table.shape[0]):
        part = table[[row]]
        document = [words[i] for i, n in zip(part.indices, part.data, strict=True) for _ in range(int(n))]
        if document:
            model.add_doc(document)
    model.train(SWEEPS, workers=1)
    weights = pd.DataFrame([model.get_topic_word_dist(i) for i in range(TOPICS)], columns=list(model.used_vocabs))
    return weights.reindex(columns=words, fill_value=0.0)


def main():
    """Measure and print."""
    counted = corpus.load(*corpus.COLLECTIONS).counts
    words = topics.vocabulary(counted)
    print(f"{counted['passage_id'].nunique()} passages, {len(words)} words, {TOPICS} topics, one thread")
    makers = {
        "scikit-learn NMF": ours("nmf"),
        "scikit-learn LDA": ours("lda"),
        "gensim LdaModel": gensim,
        "tomotopy LDAModel": tomotopy,
    }
    for name, fit in makers.items():
        fits, times = [], []
        try:
            for seed in range(RUNS):
                start = time.perf_counter()
                fits.append(fit(counted, words, seed))
                times.append(time.perf_counter() - start)
        except ImportError as error:
            print(f"{name:18} not installed ({error.name})")
            continue
        coherence = np.mean([topics.coherence(weights, counted).mean() for weights in fits])
        again = topics.stability(fits[0], fits[1:]).mean()
        print(f"{name:18} {min(times):7.2f} s   coherence {coherence:6.3f}   again {again:5.3f}")


if __name__ == "__main__":
    main()
