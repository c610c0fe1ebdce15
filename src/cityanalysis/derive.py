"""From texts that may not be shipped to tables that may: counts, tags and lengths in the place of sentences.

What is shipped of the studies and reports keeps everything that can be counted and nothing that could be read:

- words are counted a passage, in dictionary order; a passage of fewer than twenty words is counted together with its
  neighbour;
- tags hold the stretches of the kinds tagged and no others, and where they touch, be it with a mark between them, no
  run of them is longer than `RUN` characters;
- passages are known by section number, place, length and a MinHash signature.
"""

import hashlib
from pathlib import Path

from cityanalysis import corpus, counts, digital, readers, tags, words

RUN = 20  # characters
SHINGLE = 5  # characters
PERMUTATIONS = 32
COLLECTIONS = ("studies", "reports")


def tables(passages, *, published, lexicon=None, jobs=2):
    """Derive the tables that are shipped.

    Parameters
    ----------
    passages : pandas.DataFrame
        Passages with their text, as `cityanalysis.corpus.load` gives them with ``originals=True``.
    published : dict of str to str
        The date of each ``doc_id``, as `cityanalysis.corpus.published` gives it.
    lexicon : pandas.DataFrame, optional
        `cityanalysis.words.default_lexicon`, unless given.
    jobs : int
        How many processes work at once.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``passages`` (``passage_id, doc_id, city, section, start, end, date_from, date_to, n_chars,
        n_words, minhash, digital``),
        ``counts`` (the columns of ``tables.COUNTS``) and ``tags`` (those of ``tables.TAGS``).

    References
    ----------
    Broder, A. (1997). On the resemblance and containment of documents. SEQUENCES, 21–29 (MinHash).
    """
    import pandas as pd
    from joblib import Parallel, delayed

    lexicon = words.default_lexicon() if lexicon is None else lexicon
    if passages.empty:
        raise ValueError("passages: there are none; load collections with their texts (originals=True)")
    parts = [group for _, group in passages.groupby(passages["doc_id"], sort=False)]
    shares = [pd.concat(parts[i::jobs]) for i in range(min(jobs, len(parts)))]
    done = Parallel(n_jobs=jobs)(delayed(_derive)(share, published, lexicon) for share in shares)
    order = {passage: i for i, passage in enumerate(passages["passage_id"])}
    return {
        name: pd.concat([part[name] for part in done])
        .sort_values("passage_id", key=lambda ids: ids.map(order), kind="stable")
        .reset_index(drop=True)
        for name in ("passages", "counts", "tags")
    }


def _derive(passages, published, lexicon):
    """Derive the tables of some documents."""
    tokens = words.tokenize(passages, lexicon=lexicon)
    sizes = tokens[tokens["word"].str.contains(counts.CONTENT)].groupby("passage_id").size()
    shown = passages.drop(columns=["text", "refs"]).assign(
        n_chars=passages["text"].str.len(),
        n_words=passages["passage_id"].map(sizes).fillna(0).astype(int),
        minhash=[minhash(text) for text in passages["text"]],
    )
    tagged = tags.tag(passages, tokens, lexicon=lexicon, published=published)
    return {
        "passages": shown.assign(digital=digital.shares(passages, tagged).round(3)),
        "counts": counts.count(counts.with_neighbours(tokens)),
        "tags": unread(tagged, passages),
    }


def unread(tagged, passages, *, run=RUN):
    """Leave out tags so that no run of touching ones lets a sentence be read.

    Parameters
    ----------
    tagged : pandas.DataFrame
        Tags in order, as `cityanalysis.tags.tag` gives them.
    passages : pandas.DataFrame
        The passages, with their text.
    run : int
        At most so many letters may be covered by tags that overlap or touch, with nothing or only marks between them.
        Titles, and what is tagged within them, stay: a title may be shown.

    Returns
    -------
    pandas.DataFrame
        The tags that are kept.

    Examples
    --------
    >>> import pandas as pd
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["数据中心、智慧城市和网络"]})
    >>> tagged = pd.DataFrame({"passage_id": "a#1", "start": [0, 5, 10], "end": [4, 9, 12], "kind": "term"})
    >>> unread(tagged, passages, run=6)["start"].tolist()
    [0, 10]
    """
    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    kept, passage, first, reach, title = [], None, 0, 0, 0
    for tag in tagged.itertuples():
        if tag.passage_id != passage:
            passage, first, reach, title = tag.passage_id, 0, 0, 0
        text = texts[passage]
        if tag.kind == "title" or tag.end <= title:
            title = max(title, tag.end)
            kept.append(True)
            continue
        start = first if not _letters(text[reach : tag.start]) else tag.start
        end = max(reach, tag.end)
        kept.append(_letters(text[start:end]) <= run)
        if kept[-1]:
            first, reach = start, end
    return tagged[kept].reset_index(drop=True)


def _letters(text):
    """Return how many letters and digits there are in a text."""
    return sum(map(str.isalnum, text))


def minhash(text):
    """Return the MinHash signature of a text's shingles of five characters, as bytes.

    Two signatures agree in about the share of shingles that the texts have in common.
    """
    from datasketch import MinHash

    plain = "".join(c for c in text if c.isalnum())
    signature = MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=_hash)
    signature.update_batch([plain[i : i + SHINGLE].encode() for i in range(max(1, len(plain) - SHINGLE + 1))])
    return signature.hashvalues.astype("<u4").tobytes()


def _hash(shingle):
    """Return 32 bits of a shingle's hash."""
    return int.from_bytes(hashlib.blake2b(shingle, digest_size=4).digest(), "little")


def write(derived, *, folder=None):
    """Write derived tables as Parquet, each whole or not at all, and beside them the sha256 of each file.

    Parameters
    ----------
    derived : dict of str to pandas.DataFrame
        As `tables` gives them.
    folder : str or os.PathLike, optional
        Where to write; ``corpus/derived``, unless given.

    Returns
    -------
    dict of str to int
        The size of each file in bytes.
    """
    import pandas as pd

    folder = readers.home() / corpus.DERIVED if folder is None else Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    temporaries = {name: folder / f".{name}.parquet" for name in derived}
    try:
        for name, table in derived.items():
            _filled(table).to_parquet(temporaries[name], index=False, compression="zstd", compression_level=19)
        for name, temporary in temporaries.items():
            temporary.replace(folder / f"{name}.parquet")
    finally:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)
    paths = [folder / f"{name}.parquet" for name in derived]
    sums = [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]
    readers.write_table(folder / "sha256.csv", pd.DataFrame(sums, columns=["file", "sha256"]))
    return {path.name: path.stat().st_size for path in paths}


def _filled(table):
    """Return a table without the columns that are empty in every row, which would only take room."""
    return table[
        [column for column in table if not (table[column].map(type).eq(str).all() and table[column].eq("").all())]
    ]
