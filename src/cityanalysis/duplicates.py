"""Which documents say the same: passages whose MinHash signatures agree."""

from cityanalysis import corpus, derive, readers

ALIKE = 0.8  # share of a signature in which two passages agree that count as the same
NEAR = 0.5  # share of such passages from which a document counts as nearly the same


class Known:
    """The passages of studies and reports, as shipped, and of documents that are put in.

    Parameters
    ----------
    own : dict of str to list of str
        Documents beside those shipped, each with the texts of its passages.
    """

    def __init__(self, own=()):
        import numpy as np
        import pandas as pd

        self._documents = []  # ids and signatures, one row a passage
        stored = readers.home() / corpus.DERIVED / "passages.parquet"
        if stored.is_file():
            table = pd.read_parquet(stored, columns=["doc_id", "minhash"])
            for doc_id, signatures in table.groupby("doc_id", sort=False)["minhash"]:
                rows = np.frombuffer(b"".join(signatures), dtype="<u4").reshape(len(signatures), -1)
                self._documents.append((doc_id, rows))
        for doc_id, texts in dict(own).items():
            self.put(doc_id, texts)

    def put(self, doc_id, texts):
        """Put a document in, and return that with most of its passages, and their share; empty and 0 if there is none.

        Examples
        --------
        >>> known = Known({"a": ["沐日星云桥的潮汐每天两次。", "桥上的灯夜里亮着。"]})
        >>> known.put("b", ["桥上的灯，夜里亮着。", "云朵替我们保管了所有的雨伞。"])
        ('a', 0.5)
        """
        import numpy as np

        own = np.array([np.frombuffer(derive.minhash(text), dtype="<u4") for text in texts])
        best = ("", 0.0)
        for other, rows in self._documents:
            if other != doc_id:
                share = float(np.mean([((rows == row).mean(axis=1) >= ALIKE).any() for row in own]))
                best = max(best, (other, share), key=lambda found: found[1])
        self._documents.append((doc_id, own))
        return best
