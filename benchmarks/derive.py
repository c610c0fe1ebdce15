"""How long reading and deriving the original texts takes: `CITYANALYSIS_ORIGINALS=folder python benchmarks/derive.py`.

Prints wall-clock seconds of each step, on all cores. Nothing in corpus/derived/ is touched.
"""

import tempfile
import time

from cityanalysis import corpus
from cityanalysis.study import shipped


def main():
    """Measure and print."""
    start = time.perf_counter()
    texts = corpus.load(*corpus.PROTECTED, originals=True)
    read = time.perf_counter()
    derived = shipped.tables(texts)
    made = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        sizes = shipped.write(derived, folder=folder)
    written = time.perf_counter()
    print(f"read and cut {len(texts.documents)} documents into {len(texts.passages)} passages: {read - start:.2f} s")
    print(f"tokenise, tag, count, sign: {made - read:.2f} s")
    print(f"write {sum(sizes.values()) / 1e6:.2f} MB: {written - made:.2f} s")
    print(f"all: {written - start:.2f} s")


if __name__ == "__main__":
    main()
