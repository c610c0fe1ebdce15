"""A corpus: documents that belong together, their passages, words, tags and counts.

`load` reads collections of this project (``records``, ``studies``, ``reports``, as ``corpus/documents.csv`` lists
them), or a folder of one's own. What follows from the passages is computed once, when it is first asked for. The texts
of studies and reports are others' and not in the repository: unless they are asked for, tags and counts of these come
from the tables in ``corpus/derived``, and their passages have an empty text.
"""

import dataclasses
import functools
import os
import warnings
from pathlib import Path

import pandas as pd

from cityanalysis import counts, documents, files, readers, tags, times, words

COLLECTIONS = ("records", "studies", "reports")
PROTECTED = ("studies", "reports")  # whose texts are others'
DERIVED = "corpus/derived"
INDEX = "documents.csv"  # of a folder of one's own
INDEXED = ("file", "doc_id", "city", "title", "issuer", "published", "genre", "url")  # its columns
COLUMNS = ["doc_id", "collection", "city", "title", "issuer", "published", "genre", "writer", "url", "file", "n_chars"]


@dataclasses.dataclass(frozen=True, eq=False)
class Corpus:
    """Documents and what is found in them; made by `load`.

    Parameters
    ----------
    documents : pandas.DataFrame
        A row a document: `COLUMNS`, ``rights`` and ``sha256`` where they are known.
    passages : pandas.DataFrame
        A row a passage, as `cityanalysis.documents.passages` gives them.
    lexicon : pandas.DataFrame
        What words and tags are made with.
    derived : pandas.DataFrame or None
        What is shipped of passages without a text: ``passage_id, n_words, minhash, digital``.
    notes : pandas.DataFrame
        Columns ``file, note``: what a person should know of how each file was read.

    Examples
    --------
    >>> records = load("records")
    >>> len(records.documents), records.tokens.columns.tolist()
    (36, ['passage_id', 'start', 'end', 'word', 'pos'])
    """

    documents: pd.DataFrame
    passages: pd.DataFrame
    lexicon: pd.DataFrame = dataclasses.field(repr=False)
    derived: pd.DataFrame | None = dataclasses.field(repr=False, default=None)
    notes: pd.DataFrame | None = dataclasses.field(repr=False, default=None)

    @classmethod
    def of(cls, passages):
        """Return a corpus of passages that are at hand, as `cityanalysis.documents.passages` gives them.

        Examples
        --------
        >>> Corpus.of(documents.passages("建设数据中心。")).tags["text"].tolist()
        ['数据中心']
        """
        listed = pd.DataFrame({"doc_id": passages["doc_id"].unique()}).reindex(columns=COLUMNS, fill_value="")
        return cls(listed, passages, words.read_lexicon())

    def __repr__(self):
        """Say how much there is."""
        names = ", ".join(self.documents["collection"].unique())
        return f"<Corpus {names}: {len(self.documents)} documents, {len(self.passages)} passages>"

    @functools.cached_property
    def published(self):
        """Return the date of each document from which the times in it are counted, by ``doc_id``.

        It is empty for a record, which is a digest: what 去年 means in it is the date of the works it draws on, not its
        own. Work reports of which only the year is known count as of January, when most city congresses sit.
        """
        days = self.documents["published"].where(self.documents["genre"] != "record", "")
        bare = (self.documents["collection"] == "reports") & (days.str.len() == len("2024"))
        return dict(zip(self.documents["doc_id"], days.where(~bare, days + "-01"), strict=True))

    @functools.cached_property
    def readable(self):
        """Return the passages whose text is there."""
        return self.passages[self.passages["text"] != ""]

    @functools.cached_property
    def tokens(self):
        """Return the words of the passages whose text is there, as `cityanalysis.words.tokenize` gives them."""
        return words.tokenize(self.readable, tokenizer=words.Tokenizer(lexicon=self.lexicon))

    @functools.cached_property
    def tags(self):
        """Return the tags of the passages, as `cityanalysis.tags.tag` gives them.

        Of passages without a text they are the shipped ones, of which a few are missing, for no run of touching tags in
        them may be so long that it could be read.
        """
        genres = dict(zip(self.documents["doc_id"], self.documents["genre"], strict=True))
        dated = {"published": self.published, "genre": genres}
        found = tags.tag(self.readable, self.tokens, lexicon=self.lexicon, **dated)
        return self._with_derived(found, "tags")

    @functools.cached_property
    def counts(self):
        """Return the words counted, as `cityanalysis.counts.count` gives them, under the ids of `counted_with`."""
        hosted = self.tokens.assign(passage_id=self.tokens["passage_id"].map(self.counted_with))
        return self._with_derived(counts.count(hosted), "counts")

    @functools.cached_property
    def counted_with(self):
        """Return the id under which the words of each passage are counted, by ``passage_id``.

        It is the passage's own, but in studies and reports a passage of fewer than twenty words is counted together
        with its neighbour, so that no count is that of a single short sentence.
        """
        sizes = counts.sizes(self.tokens)
        if self.derived is not None:
            sizes = pd.concat([sizes, self.derived.set_index("passage_id")["n_words"]])
        protected = self.documents.loc[self.documents["collection"].isin(PROTECTED), "doc_id"]
        theirs = self.passages[self.passages["doc_id"].isin(protected)]
        sizes = theirs["passage_id"].map(sizes).fillna(0).astype(int)
        hosts = counts.counted_with(theirs["passage_id"].tolist(), theirs["doc_id"].tolist(), sizes.tolist())
        own = pd.Series(self.passages["passage_id"].to_numpy(), index=self.passages["passage_id"])
        own.loc[theirs["passage_id"]] = hosts
        return own

    @functools.cached_property
    def spans(self):
        """Return the span of time that each passage tells of, as `cityanalysis.times.spans` gives it."""
        return times.spans(self.passages, self.tags)

    @functools.cached_property
    def digital(self):
        """Return how much of each passage is about digital matters, as `cityanalysis.tags.digital_share` gives it."""
        share = tags.digital_share(self.readable, self.tags)
        if self.derived is not None:
            shipped = self.passages["passage_id"].map(self.derived.set_index("passage_id")["digital"])
            share = share.reindex(self.passages.index).fillna(shipped)
        return share

    def _with_derived(self, found, name):
        """Return a table with the rows of the shipped one that belong to passages without a text."""
        if self.derived is None:
            return found
        shipped = pd.read_parquet(files.home() / DERIVED / f"{name}.parquet")
        shipped = shipped[shipped["passage_id"].isin(set(self.derived["passage_id"]))]
        parts = [found, shipped.reindex(columns=found.columns, fill_value="")]
        return pd.concat([part for part in parts if len(part)], ignore_index=True)


def load(*names, second=False, originals=None, simplify=False, lexicon=None):
    """Load collections of this project, or folders of one's own.

    Parameters
    ----------
    *names : str or os.PathLike
        ``records``, ``studies``, ``reports``, or folders. In a folder every file that `cityanalysis.readers.read` knows
        is read. A ``documents.csv`` in it says which files there are and what is known of them: a column ``file`` and,
        if wanted, ``doc_id, city, title, issuer, published, genre, url``; ``cityanalysis index FOLDER`` begins one.
    second : bool
        Whether to load, beside the first record of each city, the second one, too. It is left out unless asked for, so
        that nothing counts double.
    originals : bool, optional
        Whether to read the texts of studies and reports, from the folder that ``CITYANALYSIS_ORIGINALS`` names, else
        ``corpus/originals``. Unless given, they are read where the variable is set.
    simplify : bool
        Whether traditional characters in one's own documents are converted to simplified ones.
    lexicon : pandas.DataFrame, optional
        What words and tags are made with; `cityanalysis.words.read_lexicon`, unless given.

    Returns
    -------
    Corpus

    Raises
    ------
    cityanalysis.files.ReadError
        If a name is neither a collection nor a folder, a file is missing, cannot be read or is not in the form of a
        record, or an index is not as it should be. In a folder without an index, a file that cannot be read is left out
        with a warning and a line in ``notes``.

    Examples
    --------
    >>> load("records", "studies")
    <Corpus records, studies: 41 documents, 997 passages>
    """
    ours = [name for name in names if name in COLLECTIONS]
    parts = [_collections(ours, second=second, originals=originals)] if ours else []
    for name in names:
        if name and name not in COLLECTIONS:
            parts.append(_folder(Path(name).expanduser(), simplify=simplify))
    if not parts:
        raise ValueError(f"name what to load: {', '.join(COLLECTIONS)}, or a folder")
    fields = ("documents", "passages", "notes")
    found = {field: pd.concat([part[field] for part in parts], ignore_index=True) for field in fields}
    doubled = found["documents"]["doc_id"][found["documents"]["doc_id"].duplicated()].unique()
    if len(doubled):
        raise files.ReadError(f"doc_id {', '.join(doubled)}: stands more than once in what is loaded; rename one")
    lexicon = words.read_lexicon() if lexicon is None else lexicon
    return Corpus(**found, lexicon=lexicon, derived=parts[0].get("derived"))


def registry():
    """Return the documents of this project, of any collection: `COLUMNS`, ``rights`` and ``sha256``, a row a document.

    Examples
    --------
    >>> registry()["collection"].value_counts().to_dict()
    {'reports': 143, 'records': 72, 'studies': 5}
    """
    table = _with_links(files.table("corpus/documents.csv"))
    return table.assign(n_chars=table["n_chars"].astype(int))


def references():
    """Return the works that the records cite.

    Returns
    -------
    pandas.DataFrame
        Columns ``ref_id, city, title, issuer, published, genre, publisher_kind, url, access, mirror``, a row a work.

    Examples
    --------
    >>> sorted(references()["access"].unique())
    ['full', 'opening']
    """
    return _with_links(files.table("corpus/references.csv"))


def _with_links(table):
    """Return a table as read, with addresses of the web alone: pages link them, and a script is none."""
    url = table["url"].where(table["url"].str.fullmatch(r"https?://\S+"), "")
    return table.assign(url=url).reset_index(drop=True)


def _collections(names, *, second, originals):
    """Return documents and passages of collections of this project, and what is shipped of those without a text."""
    chosen = registry()
    chosen = chosen[chosen["collection"].isin(names)]
    if not second:
        chosen = chosen[~((chosen["collection"] == "records") & chosen["doc_id"].str.endswith("-second"))]
    protected = not set(PROTECTED).isdisjoint(names)
    folder = _originals(originals) if protected else None
    frames, corrections = files.table("data/frames.csv"), files.table("data/corrections.csv")
    parts = []
    for row in chosen.itertuples():
        if row.collection == "records":
            path = files.home() / "corpus" / row.file
            parts.append(documents.record_passages(files.text(path), path=path, doc_id=row.doc_id, city=row.city))
        elif folder is not None:
            own = {
                "frames": frames.loc[frames["doc_id"] == row.doc_id, ["start", "end"]].astype(int).to_numpy().tolist(),
                "corrections": corrections.loc[corrections["doc_id"] == row.doc_id, ["wrong", "right"]].to_numpy(),
            }
            parts.append(documents.passages(files.text(folder / row.file), doc_id=row.doc_id, city=row.city, **own))
    found = {"documents": chosen.reset_index(drop=True), "notes": pd.DataFrame(columns=["file", "note"], dtype=str)}
    if folder is None and protected:
        shipped = pd.read_parquet(files.home() / DERIVED / "passages.parquet")
        shipped = shipped[shipped["doc_id"].isin(chosen["doc_id"])]
        found["derived"] = shipped[["passage_id", "n_words", "minhash", "digital"]]
        parts.append(shipped.reindex(columns=documents.COLUMNS, fill_value=""))
    return found | {"passages": pd.concat(parts, ignore_index=True)}


def _originals(wanted):
    """Return the folder of the original texts if they are wanted, else None."""
    named = os.environ.get("CITYANALYSIS_ORIGINALS")
    if wanted is False or (wanted is None and not named):
        return None
    path = Path(named) if named else files.home() / "corpus/originals"
    if not path.is_dir():
        raise files.ReadError(
            f"{path}: there is no such folder; put the original texts there, or name theirs in CITYANALYSIS_ORIGINALS"
        )
    return path


def _folder(folder, *, simplify):
    """Return documents and passages of a folder of one's own."""
    if not folder.is_dir():
        kinds = f"neither a collection ({', '.join(COLLECTIONS)}) nor a folder"
        raise files.ReadError(f"{folder}: is {kinds}, looked for in {Path.cwd()}; check the name")
    indexed, rows, parts, notes = (folder / INDEX).exists(), [], [], []
    cities = {"", *words.cities()["city"]}
    for row in (_index(folder) if indexed else _unlisted(folder)).to_dict("records"):
        try:
            reading = readers.read(_path(folder, row["file"]), simplify=simplify)
        except files.ReadError as error:
            if indexed:
                raise
            fault = str(error).removeprefix(str(_path(folder, row["file"])))
            notes.append((row["file"], f"left out{fault}"))
            continue
        notes += [(row["file"], note) for note in reading.notes]
        if row["city"] not in cities:
            notes.append((row["file"], f"city {row['city']!r} is not in data/cities.csv: kept, without a region"))
        parts.append(documents.passages(reading.text, doc_id=row["doc_id"], city=row["city"]))
        rows.append(row | {"n_chars": len(reading.text), "title": row["title"] or _title(parts[-1])})
    if not rows:
        raise files.ReadError(f"{folder}: has no document that could be read; put text, PDF or Word files into it")
    read = {row["file"] for row in rows}
    left = [file for file, _ in notes if file not in read]
    if left:
        warnings.warn(f"{folder}: left out {', '.join(left)}; .notes says why", stacklevel=3)
    if indexed:
        more = _unlisted(folder, known=[row["file"] for row in rows])["file"]
        notes += [(file, f"is not in {INDEX}; 'cityanalysis index {folder}' adds it") for file in more]
    return {
        "documents": pd.DataFrame(rows).reindex(columns=COLUMNS),
        "passages": pd.concat(parts, ignore_index=True),
        "notes": pd.DataFrame(notes, columns=["file", "note"], dtype=str),
    }


def index(folder):
    """Begin the index of a folder of one's own, or add to it the files that it does not list.

    Parameters
    ----------
    folder : str or os.PathLike
        A folder; those within it are looked through, too. Its ``documents.csv`` is written, whole or not at all; rows
        that are there stay as they are.

    Returns
    -------
    added : list of str
        Names of the files that were added, each with its first line as the title. City, date and the rest are to be
        filled in by hand.
    refused : list of cityanalysis.files.ReadError
        Why files that cannot be read were not added.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "plan.txt").write_text("智慧城市规划\\n一、建设光网", encoding="utf-8")
    >>> index(folder)
    (['plan.txt'], [])
    >>> print((folder / "documents.csv").read_text(encoding="utf-8-sig"))
    file,doc_id,city,title,issuer,published,genre,url
    plan.txt,plan,,智慧城市规划,,,,
    <BLANKLINE>
    """
    path = Path(folder).absolute() / INDEX
    if not path.parent.is_dir():
        raise files.ReadError(f"{folder}: there is no such folder; check the name")
    listed = readers.table(path) if path.exists() else pd.DataFrame(columns=list(INDEXED), dtype=str)
    if path.exists():
        _index(path.parent)  # is it in order?
    added, refused = [], []
    for row in _unlisted(path.parent, known=listed["file"]).to_dict("records"):
        try:
            text = readers.read(_path(path.parent, row["file"])).text
        except files.ReadError as error:
            refused.append(error)
        else:
            added.append(row | {"title": _title(documents.passages(text))})
    new = pd.DataFrame(added, dtype=str).reindex(columns=listed.columns)
    files.write_table(path, pd.concat([listed, new], ignore_index=True), bom=True)
    return [row["file"] for row in added], refused


def _path(folder, name):
    """Return where a file of a folder lies; on old disks names are GBK, which this system does not show."""
    path = folder / name
    return path if path.exists() else folder / os.fsdecode(name.encode("gb18030", "surrogateescape"))


def _title(passages):
    """Return what may be the title of a document: its first line."""
    return passages["text"].iloc[0][: documents.LONGEST_HEADING]


def _unlisted(folder, known=()):
    """Return the files of a folder that are not known, as rows of an index to be filled in."""
    inside = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / INDEX)
    chosen = [path.relative_to(folder).as_posix() for path in inside if not path.name.startswith((".", "~$"))]
    names = list(map(files.legible, chosen))
    return _filled(pd.DataFrame({"file": [name for name in names if name not in set(known)]}, dtype=str), folder)


def _index(folder):
    """Return the index of a folder, checked; a city in any form of its name becomes its slug."""
    path = folder / INDEX
    table = readers.table(path)
    if "file" not in table or not set(table) <= set(INDEXED):
        raise files.ReadError(f"{path}:1: expected file and any other of {','.join(INDEXED)}, found {','.join(table)}")
    table = _filled(table, folder)
    for row in table.itertuples():
        inside = not Path(row.file).is_absolute() and ".." not in Path(row.file).parts
        if not inside or not _path(folder, row.file).is_file():
            raise files.ReadError(f"{path}:{row.Index}: there is no file {row.file!r} in the folder; mend the name")
        if row.published and not files.is_date(row.published):
            raise files.ReadError(f"{path}:{row.Index}: published: {row.published!r} is no date; write 2020-07-27")
    for line, doc_id in table.loc[table["doc_id"].duplicated(), "doc_id"].items():
        raise files.ReadError(f"{path}:{line}: doc_id {doc_id!r} stands before already; give another")
    names = words.city_names()
    slugs = dict(zip(names["gloss_en"].str.casefold(), names["source"], strict=True))
    slugs |= dict(zip(names["term"], names["source"], strict=True))
    return table.assign(city=[slugs.get(city, slugs.get(city.casefold(), city)) for city in table["city"]])


def _filled(table, folder):
    """Return an index with every column; an id that is not given is the name of the file without its ending."""
    stems = table["file"].map(lambda name: Path(name).with_suffix("").as_posix())
    ids = stems.where(~stems.duplicated(keep=False), table["file"]).str.replace(r"[\s#]+", "_", regex=True)
    table = table.reindex(columns=[column for column in COLUMNS if column != "n_chars"], fill_value="")
    return table.assign(doc_id=table["doc_id"].where(table["doc_id"] != "", ids), collection=folder.absolute().name)
