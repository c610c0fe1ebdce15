"""A collection of any size as a folder of Parquet tables, made in parts, on one machine or on many.

    FOLDER/made_with.json              the versions and options with which all of it was made
    FOLDER/tokens/part-00001.parquet   the words of some files; so each table
    FOLDER/files/part-00001.parquet    these files themselves, written last: a part that has it is whole

``pandas.read_parquet("FOLDER/tokens")`` reads all parts of a table; ``dask.dataframe.read_parquet`` does not need them
all in memory. A worker reads its files and writes its part itself: names and notes are all that comes back from it.
"""

import contextlib
import hashlib
import importlib.metadata
import itertools
import json
import os
import socket
from pathlib import Path

import joblib
import pandas as pd

import cityanalysis
from cityanalysis import files, readers, words

SIZE = 4_000_000  # bytes of the files of a part; a larger file is a part of its own
MADE_WITH = "made_with.json"
COLUMNS = ["file", "part", "sha256", "n_chars", "notes", "fault"]


def store(names, folder, make, *, tokenizer=None, simplify=False, workers=None, **options):
    """Make tables of files and keep them as a folder of Parquet tables; what is there already is not made again.

    Parameters
    ----------
    names : list of str
        The files, in the order in which they are to follow each other.
    folder : str or os.PathLike
        A new or an empty folder, or one from an earlier call: what it lacks is added.
    make : callable
        From documents, a table with the columns ``passage_id`` (the name of the file) and ``text``, to a dict from the
        names of tables to these. It is sent to other processes, with all that it holds.
    tokenizer : cityanalysis.words.Tokenizer, optional
        With what `make` cuts texts into words; ``Tokenizer()``, unless given.
    simplify : bool
        Whether traditional characters are converted to simplified ones.
    workers : int, optional
        Processes. In ``with joblib.parallel_config(backend="dask")`` a cluster does the work; all of its machines
        must have the files and the folder under the same names.
    **options : str
        What else the tables depend on.

    Yields
    ------
    pandas.DataFrame
        `COLUMNS`, a row a file: of those that were there, then of each part once it is done. ``notes`` say what a
        person should know of how a file was read, a line each, ``fault`` why it could not be.

    Raises
    ------
    cityanalysis.files.ReadError
        If a version, the lexicon, an option or a file is not what it was when the folder was made, or the folder is
        another's. All this is looked at first; then nothing is touched.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("建设数据中心。", encoding="utf-8")
    >>> make = lambda documents: {"tokens": words.tokenize(documents)}
    >>> [part["n_chars"].tolist() for part in store([folder / "a.txt"], folder / "out", make)]
    [[7]]
    >>> pd.read_parquet(folder / "out/tokens")["word"].tolist()
    ['建设', '数据中心', '。']
    """
    names = {files.legible(os.fspath(name)): os.fspath(name) for name in names}
    tokenizer, folder = tokenizer or words.Tokenizer(), Path(folder).absolute()
    lexicon = words.read_lexicon() if tokenizer.lexicon is None else tokenizer.lexicon
    terms = hashlib.sha256(files.csv_text(lexicon).encode()).hexdigest()
    made_with = _versions(tokenizer.engine) | {"lexicon": terms, "simplify": simplify} | options
    _begin(folder, json.dumps(made_with, ensure_ascii=False, indent=1) + "\n")
    known = pd.DataFrame(columns=COLUMNS)
    if any(folder.glob("files/part-*.parquet")):
        known = pd.read_parquet(folder / "files").sort_values("part", kind="stable", ignore_index=True)
    here, place = known[known["file"].isin(names)], {"home": Path.cwd(), "folder": folder}
    sums = here.assign(file=here["file"].map(names)).groupby("part")[["file", "sha256"]]
    each = joblib.Parallel(workers, return_as="generator")
    changed = each(joblib.delayed(_changed)(part, rows.to_numpy().tolist(), **place) for part, rows in sums)
    if faults := list(filter(None, changed)):
        raise files.ReadError(faults[0])
    if len(here):
        yield here
    plan = dict(_plan(names, set(known["file"]), set(known["part"])))
    yield from each(joblib.delayed(_make)(*part, make, made_with, **place) for part in plan.items())
    whole = {f"{part}.parquet" for part in (*known["part"], *plan)}
    for path in folder.glob("*/*part-*.parquet*"):  # what is left of runs that were ended
        if path.name not in whole:
            path.unlink(missing_ok=True)


def sha256(path):
    """Return the sha256 of what a file holds; of one that cannot be opened it is empty."""
    try:
        return hashlib.sha256(files.raw(path)).hexdigest()
    except (files.ReadError, OSError):
        return ""


def _versions(engine):
    """Return the versions that tables depend on."""
    return {"cityanalysis": cityanalysis.__version__, "engine": f"{engine} {importlib.metadata.version(engine)}"}


def _begin(folder, made_with):
    """Begin a folder, or find that it was begun with the same versions and options."""
    path = folder / MADE_WITH
    if path.is_file():
        then, now = (text.splitlines() for text in (files.text(path), made_with))
        was, new = (", ".join(line.strip(" ,") for line in a if line not in b) for a, b in ((then, now), (now, then)))
        if then != now:
            way = "name another folder, or delete this one and begin anew"
            raise files.ReadError(f"{path}: was begun with {was}; now it is {new}; {way}")
    elif folder.is_dir() and any(folder.iterdir()):
        raise files.ReadError(f"{folder}: is not empty, and has no {MADE_WITH}; name a new or an empty folder")
    else:
        files.write_text(path, made_with)


def _changed(part, sums, *, home, folder):
    """Say which file of a part, if any, is not what it was."""
    os.chdir(home)
    at = folder / "files" / f"{part}.parquet"
    way = f"has changed since {at} was made; delete that one to have its part made anew, or name another folder"
    return next((f"{files.legible(name)}: {way}" for name, was in sums if sha256(name) != was), None)


def _plan(names, known, whole):
    """Yield the parts to be made, and the files of each: neighbours that are not known yet.

    After a run that was ended the same ones are neighbours, so that the parts come out the same.
    """
    free = (part for n in itertools.count(1) if (part := f"part-{n:05d}") not in whole)
    for there, run in itertools.groupby(names.items(), key=lambda item: item[0] in known):
        named, size = {}, 0
        for file, name in [] if there else run:
            more = Path(name).stat().st_size if Path(name).is_file() else 0
            if named and size + more > SIZE:
                yield next(free), named
                named, size = {}, 0
            named[file], size = name, size + more
        if named:
            yield next(free), named


def _make(part, named, make, made_with, *, home, folder):
    """Make the tables of a part, write them, and return what became of its files."""
    own = _versions(made_with["engine"].split()[0])
    if own.items() - made_with.items():
        raise files.ReadError(f"{socket.gethostname()}: has {own}; install the same versions on all machines")
    os.chdir(home)
    rows, texts = [], {}
    for file, name in named.items():
        notes, fault = (), ""
        try:
            texts[file], _, _, notes = readers.read(name, simplify=made_with["simplify"])
        except (files.ReadError, OSError) as error:
            fault = str(error)
        rows.append((file, part, sha256(name), len(texts.get(file, "")), "\n".join(notes), fault))
    done = pd.DataFrame(rows, columns=COLUMNS)
    documents = pd.DataFrame({"passage_id": list(texts), "text": list(texts.values())})
    with contextlib.ExitStack() as stack:  # it renames the last first, and so the table of files last
        for name, table in ({"files": done} | (make(documents) if texts else {})).items():
            temporary = stack.enter_context(files.whole(folder / name / f"{part}.parquet"))
            table.to_parquet(temporary, index=False, compression="zstd")
    return done
