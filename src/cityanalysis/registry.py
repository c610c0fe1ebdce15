"""Documents of one's own: put into the corpus, and taken out again.

A text is written to ``corpus/originals/<collection>/``, which git does not follow, and gets a row in
``corpus/documents.csv``. The row is what counts: it is written after the text and taken out before it, in one rename
each, so that a run that is killed leaves at worst a text without a row, which the next run writes over. A lock keeps
runs apart; the system lets go of it when its holder ends, however it ends.
"""

import difflib
import hashlib
import itertools
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from cityanalysis import cells, corpus, digital, duplicates, formats, originals, readers, tables, tags, words
from cityanalysis.readers import ReadError

REGISTRY, LOCK = "corpus/documents.csv", ".documents.lock"
RIGHTS, SIMPLIFIED = "not ours; not shipped", "; converted to simplified characters (OpenCC t2s)"
WAITED = 60  # seconds for another run to finish what takes it a few milliseconds
NEEDED = ("file", "city", "title", "published", "genre")
OPTIONAL = ("url", "issuer", "collection", "id")


class Added(NamedTuple):
    """What came of adding a document: its row, whether it stood there before, what was read, and what was found."""

    file: str
    row: dict[str, str]
    known: bool
    reading: formats.Reading
    passages: int
    digital: int
    like: tuple[str, float]  # the registered document with most of its passages, and their share

    def __str__(self):
        """Say it in one line."""
        reading, (other, share) = self.reading, self.like
        script = [note for note in reading.notes if "traditional" in note or "to simplified" in note]
        what = "duplicate" if share == 1 else "near-duplicate" if share >= duplicates.NEAR else "partly the same"
        alike = f"{what}: {share:.0%} of its passages are in {other}" if share else "no passage is in another document"
        if self.known:
            alike = "registered before, left as it is"
        parts = [
            *(f"from {self.file}", reading.format, reading.encoding, f"{self.row['n_chars']} characters"),
            *(f"{self.passages} passages, {self.digital} of them digital", *(script or ["simplified characters"])),
            *(alike, *(note for note in reading.notes if note not in script)),
        ]
        return f"{self.row['doc_id']}: {'; '.join(filter(None, parts))}".replace("simplify=True", "--simplify")


class Adder:
    """Adds documents; holds what is costly to make: the tokenizer, and what is known of documents registered."""

    def __init__(self):
        self._lexicon = words.default_lexicon()
        self._tokenizer = words.Tokenizer(lexicon=self._lexicon)
        registry = _registry()
        own = registry[~registry["collection"].isin(tables.COLLECTIONS)].to_dict("records")
        self._known = duplicates.Known(
            {row["doc_id"]: _passages(readers.text(_path(row)))["text"] for row in own if _path(row).is_file()}
        )

    def add(self, file, *, again=False, skip=False, simplify=False, **fields):
        """Read a document, write its text, register it.

        Parameters
        ----------
        file : str or os.PathLike
            The document, in any form that `cityanalysis.formats.read` takes.
        again : bool
            Whether to add it even if the same text is registered.
        skip : bool
            Whether to leave it be, and not complain, if it is registered with the same fields: a run again.
        simplify : bool
            Whether traditional characters are converted to simplified ones.
        **fields : str
            ``city`` (in any form of ``data/cities.csv``), ``title``, ``published``, ``genre``, and if need be ``url``,
            ``issuer``, ``collection`` and ``id``.

        Returns
        -------
        Added

        Raises
        ------
        ReadError
            In one line: the file, what is wrong, what to do. Then nothing is changed.
        """
        shown = _shown(file)
        row = _row(shown, fields)
        reading = formats.read(file, simplify=simplify)
        sha256 = hashlib.sha256(reading.text.encode("utf-8")).hexdigest()
        row |= {"sha256": sha256, "n_chars": str(len(reading.text))}
        if any("to simplified" in note for note in reading.notes):
            row["rights"] += SIMPLIFIED
        passages = _passages(reading.text)
        tagged = tags.tag(passages, words.tokenize(passages, tokenizer=self._tokenizer), lexicon=self._lexicon)
        lit = int((digital.shares(passages, tagged) >= digital.LEAST).sum())
        try:
            row, known = _register(shown, row, reading.text, again=again, skip=skip)
        except OSError as error:
            why = error.strerror or str(error) or "another run holds the lock"
            raise ReadError(f"{shown}: was not added ({why}); see to it, and add it again") from None
        return Added(shown, row, known, reading, len(passages), lit, self._known.put(row["doc_id"], passages["text"]))


def remove(doc_id):
    """Take a document of one's own out again: its row, then its text.

    Parameters
    ----------
    doc_id : str
        Which.

    Raises
    ------
    ReadError
        If it is not registered, or belongs to the corpus.
    """
    try:
        with _locked():
            registry = _registry()
            found = registry[registry["doc_id"] == doc_id]
            if found.empty:
                raise ReadError(
                    f"{_shown(doc_id)}: is not registered{_nearest(doc_id, registry['doc_id'])}; see {REGISTRY}"
                )
            collection = found["collection"].iloc[0]
            if collection in tables.COLLECTIONS:
                raise ReadError(f"{doc_id}: belongs to the {collection} of the corpus; only your own can be removed")
            path = _path(found.iloc[0])
            readers.write_table(readers.home() / REGISTRY, registry[registry["doc_id"] != doc_id])
            path.unlink(missing_ok=True)
    except OSError as error:
        why = error.strerror or "another run holds the lock"  # so filelock's Timeout
        raise ReadError(f"{doc_id}: was not wholly removed ({why}); see to it, and try again") from None


def listed(path):
    """Read a list of documents to add.

    Parameters
    ----------
    path : str or os.PathLike
        A CSV file with the columns ``file, city, title, published, genre`` and, if wished, ``url``, ``issuer``,
        ``collection`` and ``id``; files are named from its folder and lie in it.

    Returns
    -------
    list of (pathlib.Path or ReadError, dict of str to str)
        The file, or why it may not be read, and the other columns, without empty cells.
    """
    path = Path(path)
    try:
        table = readers.table(path.absolute())
    except ReadError as error:
        raise ReadError(str(error).replace(str(path.absolute()), str(path), 1)) from None
    wrong = [f"lacks the column {name}" for name in NEEDED if name not in table]
    wrong += [f"has an unknown column {name!r}" for name in table if name not in (*NEEDED, *OPTIONAL)]
    if wrong or table.empty:
        columns = f"the columns are {','.join(NEEDED)} and, if wished, {','.join(OPTIONAL)}"
        raise ReadError(f"{_shown(path)}:1: {(wrong or ['lists no file'])[0]}; {columns}")
    rows = []
    for line, row in table.to_dict("index").items():
        file = row.pop("file")
        rows.append((_within(path, line, file), {name: cell for name, cell in row.items() if cell}))
    return rows


def _within(path, line, file):
    """Return a file of a list, or the error that it does not lie in the list's folder."""
    at, folder = f"{_shown(path)}:{line}: file {file!r}", path.parent
    if not file.isprintable() or not file or ".." in Path(file).parts or Path(file).is_absolute():
        return ReadError(f"{at} is no name of a file in the list's folder; name it from there, without '..'")
    try:
        inside = (folder / file).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a ring of links
        inside = False
    # A link may be made by whoever made the list, and lead to what the user would not hand out.
    return folder / file if inside else ReadError(f"{at} is a link that leads out of its folder; copy the file there")


def _row(shown, fields):
    """Return the row of a document, as far as it is known before reading; refuse what the registry does not take."""
    fields = {name: unicodedata.normalize("NFC", value.strip(" ")) for name, value in fields.items() if value}
    for name in NEEDED[1:]:
        if not fields.get(name):
            raise ReadError(f"{shown}: has no {name}; say it")
    for name, value in fields.items():
        if not value.isprintable():
            raise ReadError(f"{shown}: {name} {value!r} has a line break or a mark that cannot be seen; take it out")
    collection, doc_id = fields.get("collection", "own"), fields.get("id", "")
    for name, slug in (("collection", collection), ("id", doc_id)):
        if slug and not re.fullmatch(cells.SLUG, slug):
            raise ReadError(f"{shown}: {name} {slug!r} is no name; use small letters, digits and single hyphens")
    if collection in tables.COLLECTIONS:
        raise ReadError(f"{shown}: collection {collection!r} belongs to the corpus; choose a name of your own")
    if fields["genre"] not in tables.GENRES:
        raise ReadError(f"{shown}: genre {fields['genre']!r} is unknown; choose among {', '.join(tables.GENRES)}")
    if not readers.is_date(fields["published"]):
        raise ReadError(f"{shown}: {fields['published']!r} is no date; write it as 2020, 2020-07 or 2020-07-27")
    if not re.fullmatch(r"(https?://\S+)?", fields.get("url", "")):
        raise ReadError(f"{shown}: url {fields['url']!r} is no address; begin it with https://, without blanks")
    row = dict.fromkeys(tables.DOCUMENTS.columns, "") | {"issuer": "not stated", "rights": RIGHTS} | fields
    row |= {"doc_id": doc_id, "collection": collection, "city": _city(shown, fields["city"])}
    row.pop("id", None)
    return row


def _city(shown, name):
    """Return the slug of a city that is named in any of its forms."""
    forms = {}
    for row in readers.table("data/cities.csv").itertuples():
        for form in (row.city, row.name_zh, row.name_en, *row.aliases.split("|")):
            forms.setdefault(form.casefold(), row.city)
    if name.casefold() not in forms:
        raise ReadError(f"{shown}: city {name!r} is unknown{_nearest(name.casefold(), forms)}; see data/cities.csv")
    return forms[name.casefold()]


def _nearest(name, names):
    """Return a hint at the name that is meant, if one is like it."""
    return "".join(f"; perhaps {like}" for like in difflib.get_close_matches(name, list(names), n=1, cutoff=0.5))


def _register(shown, row, text, *, again, skip):
    """Write text and row; return the row, and whether it stood there already."""
    import pandas as pd

    with _locked():
        registry = _registry()
        same = registry[registry["sha256"] == row["sha256"]]
        for other in same.to_dict("records"):
            if skip and all(other[name] == row[name] for name in row if row[name] and name != "file"):
                return other, True
        if len(same) and not again:
            raise ReadError(f"{shown}: is the same text as {same['doc_id'].iloc[0]}; leave it, or add it with --again")
        if row["doc_id"] in set(registry["doc_id"]):
            raise ReadError(f"{shown}: id {row['doc_id']!r} is taken; choose another, or remove that document first")
        free = (f"{row['city']}-{row['collection']}-{n}" for n in itertools.count(1))
        row["doc_id"] = row["doc_id"] or next(name for name in free if name not in set(registry["doc_id"]))
        path = _path(row)
        row["file"] = path.relative_to(readers.home() / originals.FOLDER).as_posix()
        _sweep(path.parent, path.parents[2])
        try:
            readers.write_text(path, text)
            readers.write_table(readers.home() / REGISTRY, pd.concat([registry, pd.DataFrame([row])]))
        except OSError:
            path.unlink(missing_ok=True)  # after anything else than an error the text may already have its row
            raise
    return row, False


def _sweep(*folders):
    """Delete what killed runs left under temporary names; only the holder of the lock may."""
    for folder in folders:
        for pattern in (".*.txt.*", ".documents.csv.*"):
            for path in folder.glob(pattern):
                path.unlink()


def _locked():
    """Return the lock on registry and texts, to be held in a with statement."""
    from filelock import FileLock

    return FileLock(readers.home() / "corpus" / LOCK, timeout=WAITED)


def _registry():
    """Return the registry as it stands, if it is in form."""
    registry = readers.table(REGISTRY)
    if list(registry) != list(tables.DOCUMENTS.columns):
        raise ReadError(f"{REGISTRY}:1: has other columns than it should; run 'cityanalysis check' and mend it")
    return registry


def _path(row):
    """Return where the text of a document of one's own lies, whatever the registry's cell says."""
    for name in (row["collection"], row["doc_id"]):
        if not re.fullmatch(cells.SLUG, name):
            raise ReadError(f"{REGISTRY}: {name!r} is no name; run 'cityanalysis check' and mend it")
    return readers.home() / originals.FOLDER / row["collection"] / f"{row['doc_id']}.txt"


def _shown(name):
    """Return a name for a message of one line."""
    return str(name) if str(name).isprintable() else repr(str(name))


def _passages(text):
    """Cut a text into passages."""
    import pandas as pd

    pieces = [part[a:b] for *_, part in originals.paragraphs(text) for a, b in corpus.split(part)]
    return pd.DataFrame({"passage_id": [f"new#{n}" for n in range(1, len(pieces) + 1)], "text": pieces})
