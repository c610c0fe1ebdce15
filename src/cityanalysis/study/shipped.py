"""From texts that may not be shipped to tables that may: counts, tags and lengths in the place of sentences.

What is shipped of the studies and reports keeps everything that can be counted and nothing that could be read:

- words are counted a passage, in dictionary order; a passage of fewer than twenty words is counted together with its
  neighbour;
- tags hold the stretches of the kinds tagged and no others, and where they touch, be it with a mark between them, no
  run of them is longer than `RUN` characters;
- passages are known by section number, place, length and a MinHash signature.
"""

import contextlib
import dataclasses
import hashlib
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from cityanalysis import counts, files
from cityanalysis.corpus import DERIVED

RUN = 20  # characters
SHINGLE = 5  # characters
PERMUTATIONS = 64
VALUES = 256  # of a byte of a signature


def tables(corpus):
    """Derive the tables that are shipped of a `cityanalysis.corpus.Corpus` that was loaded with ``originals=True``.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``passages`` (``passage_id, doc_id, city, section, start, end, n_chars, n_words, minhash, digital``); ``counts``
        and ``tags`` as those of the corpus, of tags those that `unread` keeps.
    """
    if corpus.derived is not None:
        raise ValueError("the corpus has no texts to derive tables from; load it with originals=True")
    documents = corpus.documents["doc_id"].to_numpy()
    parts = np.array_split(documents, min(joblib.effective_n_jobs(-1), len(documents)))  # a worker loads its dictionary
    done = joblib.Parallel(n_jobs=-1)(joblib.delayed(_derive)(_part(corpus, part)) for part in parts)
    return {name: pd.concat([part[name] for part in done], ignore_index=True) for name in done[0]}


def _part(corpus, documents):
    """Return a corpus of some of its documents."""
    parts = {name: getattr(corpus, name) for name in ("documents", "passages")}
    parts = {name: table[table["doc_id"].isin(documents)] for name, table in parts.items()}
    return dataclasses.replace(corpus, **parts)


def _derive(corpus):
    """Derive the tables of some documents."""
    passages = corpus.passages
    shown = passages.drop(columns=["text", "refs"]).assign(
        n_chars=passages["text"].str.len(),
        n_words=passages["passage_id"].map(counts.sizes(corpus.tokens)).fillna(0).astype(int),
        minhash=passages["text"].map(minhash),
        digital=corpus.digital.round(3),
    )
    return {"passages": shown, "counts": corpus.counts, "tags": unread(corpus.tags, passages)}


def unread(tags, passages):
    """Leave out tags, given in order, so that no run of touching ones lets a sentence be read.

    At most `RUN` letters may be covered by tags that overlap or touch, with nothing or only marks between them. Titles,
    and what is tagged within them, stay: a title may be shown.

    Examples
    --------
    >>> text = "推动数据中心、智慧城市、城市大脑、电子政务、工业互联网和网络"
    >>> places = [(2, 6), (7, 11), (12, 16), (17, 21), (22, 27), (28, 30)]
    >>> tags = pd.DataFrame(places, columns=["start", "end"]).assign(passage_id="a#1", kind="term")
    >>> unread(tags, pd.DataFrame({"passage_id": ["a#1"], "text": [text]}))["start"].tolist()
    [2, 7, 12, 17, 28]
    """
    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    kept, passage, first, reach, title = [], None, 0, 0, 0
    for tag in tags.itertuples():
        if tag.passage_id != passage:
            passage, first, reach, title = tag.passage_id, 0, 0, 0
        text = texts[passage]
        if tag.kind == "title" or tag.end <= title:
            title = max(title, tag.end)
            kept.append(True)
            continue
        start = first if not _letters(text[reach : tag.start]) else tag.start
        end = max(reach, tag.end)
        kept.append(_letters(text[start:end]) <= RUN)
        if kept[-1]:
            first, reach = start, end
    return tags[kept].reset_index(drop=True)


def _letters(text):
    """Return how many letters and digits there are in a text."""
    return sum(map(str.isalnum, text))


def minhash(text):
    """Return the signature of a text's shingles of five letters or digits: a byte for each of `PERMUTATIONS`.

    Two signatures have about ``J + (1 - J) / 256`` of their bytes in common, where J is the share of shingles that the
    texts have in common, of those in either.

    References
    ----------
    Broder, A. (1997). On the resemblance and containment of documents. SEQUENCES, 21–29.
    Li, P. & König, A. C. (2010). b-bit minwise hashing. WWW, 671–680.
    """
    from datasketch import MinHash

    letters = "".join(filter(str.isalnum, text))
    signature = MinHash(num_perm=PERMUTATIONS, seed=1)
    signature.update_batch([letters[i : i + SHINGLE].encode() for i in range(max(1, len(letters) - SHINGLE + 1))])
    return signature.hashvalues.astype(np.uint8).tobytes()  # the lowest byte of each


def resemblances(passages, *, least):
    """Find the pairs of passages of two cities whose signatures have at least so many bytes in common.

    Parameters
    ----------
    passages : pandas.DataFrame
        Columns ``passage_id, city, minhash``.
    least : int
        Bytes of `PERMUTATIONS`. Two texts that have nothing in common share a byte in four pairs, by chance.

    Returns
    -------
    pandas.DataFrame
        Columns ``first, second`` (passage ids, the first in the order of the passages), ``bytes`` and ``resemblance``:
        the share of shingles in common, of those in either, with the standard error ``sqrt(J (1 - J) / 64)``, at most
        0.06. Of two passages of one length with a resemblance J, the share ``2 J / (1 + J)`` of each is in the other.

    Examples
    --------
    >>> texts = pd.Series(["全市建成数据中心三座，算力居全省第一", "全市建成数据中心三座", "保护古城"])
    >>> signed = pd.DataFrame({"passage_id": ["a#1", "b#1", "c#1"], "city": list("abc"), "minhash": texts.map(minhash)})
    >>> resemblances(signed, least=8).round(2)
      first second  bytes  resemblance
    0   a#1    b#1     24         0.37
    """
    signatures = np.frombuffer(b"".join(passages["minhash"]), dtype=np.uint8).reshape(-1, PERMUTATIONS)
    cities, ids, found = passages["city"].to_numpy(), passages["passage_id"].to_numpy(), []
    for start in range(0, len(ids), PERMUTATIONS):
        rows, rest = signatures[start : start + PERMUTATIONS], signatures[start:]
        same = sum((rows[:, None, k] == rest[:, k]).astype(np.uint8) for k in range(PERMUTATIONS))
        i, j = np.nonzero(same >= least)
        kept = (i < j) & (cities[start + i] != cities[start + j])
        found.append(np.stack([start + i, start + j, same[i, j]], axis=1)[kept])
    i, j, same = np.concatenate(found).T
    resemblance = np.maximum((same / PERMUTATIONS - 1 / VALUES) / (1 - 1 / VALUES), 0)
    return pd.DataFrame({"first": ids[i], "second": ids[j], "bytes": same, "resemblance": resemblance})


def write(derived, *, folder=None):
    """Write derived tables as Parquet into a folder (``corpus/derived``, unless given), all or none.

    Beside them stands the sha256 of each file; returned is the size of each in bytes.
    """
    folder, sizes, sums = files.home() / DERIVED if folder is None else Path(folder), {}, []
    with contextlib.ExitStack() as stack:
        for file, table in ((f"{name}.parquet", table) for name, table in derived.items()):
            temporary = stack.enter_context(files.whole(folder / file))
            _filled(table).to_parquet(temporary, index=False, compression="zstd", compression_level=19)
            sizes[file] = temporary.stat().st_size
            sums.append((file, hashlib.sha256(temporary.read_bytes()).hexdigest()))
        files.write_table(folder / "sha256.csv", pd.DataFrame(sums, columns=["file", "sha256"]))
    return sizes


def _filled(table):
    """Return a table without the columns that are empty in every row, which would only take room."""
    return table.loc[:, (table != "").any()]
