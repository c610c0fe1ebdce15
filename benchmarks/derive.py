"""How long reading and deriving the original texts takes: `CITYANALYSIS_ORIGINALS=folder python benchmarks/derive.py`.

Prints wall-clock seconds of each step, on two cores. Nothing in corpus/derived/ is touched.
"""

import tempfile
import time

from cityanalysis import corpus, derive


def main():
    """Measure and print."""
    start = time.perf_counter()
    documents, passages = corpus.load(derive.COLLECTIONS, originals=True)
    read = time.perf_counter()
    derived = derive.tables(passages, published=corpus.published(documents))
    made = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        sizes = derive.write(derived, folder=folder)
    written = time.perf_counter()
    print(f"read and cut {len(documents)} documents into {len(passages)} passages: {read - start:.2f} s")
    print(f"tokenise, tag, count, sign: {made - read:.2f} s")
    print(f"write {sum(sizes.values()) / 1e6:.2f} MB: {written - made:.2f} s")
    print(f"all: {written - start:.2f} s")


if __name__ == "__main__":
    main()
