"""A collection of any size as a folder of Parquet tables, made in parts, on one machine or on many.

    FOLDER/made_with.json              the versions and options with which all of it was made
    FOLDER/tokens/part-00001.parquet   the words of some files; so each table
    FOLDER/files/part-00001.parquet    these files themselves, written last: a part that has it is whole

A worker reads its files and writes its part itself; only names and notes come back. One run a folder at a time:
it holds FOLDER/.lock.
"""

import contextlib
import hashlib
import importlib.metadata
import itertools
import json
import os
import socket
from pathlib import Path

import pandas as pd

import cityanalysis
from cityanalysis import files, readers, words

SIZE = 4_000_000  # bytes of the files of a part; a larger file is a part of its own
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
        From documents (``passage_id``, the name of the file, and ``text``) to a dict of tables; sent to the workers.
    tokenizer : cityanalysis.words.Tokenizer, optional
        With what `make` cuts texts into words; ``Tokenizer()``, unless given.
    simplify, **options : bool, str
        Whether traditional characters are converted to simplified ones; what else the tables depend on.
    workers : int, optional
        Processes. In ``with joblib.parallel_config(backend="dask")`` it is a cluster that works.

    Yields
    ------
    pandas.DataFrame
        `COLUMNS`, a row a file: of those that were there, then of each part once it is done. ``notes`` say what a
        person should know of how a file was read, a line each, ``fault`` why it could not be.

    Raises
    ------
    cityanalysis.files.ReadError
        If a version, the lexicon, an option or a file is not what it was when the folder was made, or the folder is
        another's, or one that another run fills; nothing is touched then.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("建设数据中心。", encoding="utf-8")
    >>> made = store([folder / "a.txt"], folder / "out", lambda documents: {"tokens": words.tokenize(documents)})
    >>> sum(len(done) for done in made), pd.read_parquet(folder / "out/tokens")["word"].tolist()
    (1, ['建设', '数据中心', '。'])
    """
    import joblib

    names = {files.legible(os.fspath(name)): os.fspath(name) for name in names}
    tokenizer, folder = tokenizer or words.Tokenizer(), Path(folder).absolute()
    lexicon = words.read_lexicon() if tokenizer.lexicon is None else tokenizer.lexicon
    terms = hashlib.sha256(files.csv_text(lexicon).encode()).hexdigest()
    made_with = _versions(tokenizer.engine) | {"lexicon": terms, "simplify": simplify} | options
    with _begun(folder, json.dumps(made_with, ensure_ascii=False, indent=1) + "\n"):
        there = sorted(folder.glob("files/part-*.parquet"))
        known = pd.read_parquet(there) if there else pd.DataFrame(columns=COLUMNS)
        here, place = known[known["file"].isin(names)], {"home": Path.cwd(), "folder": folder}
        sums = here.assign(file=here["file"].map(names)).groupby("part")[["file", "sha256"]]
        each = joblib.Parallel(workers, return_as="generator")
        changed = each(joblib.delayed(_changed)(part, rows.to_numpy().tolist(), **place) for part, rows in sums)
        if faults := list(itertools.chain.from_iterable(changed)):
            raise files.ReadError(faults[0])
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


@contextlib.contextmanager
def _begun(folder, made_with):
    """Begin a folder, or find that it was begun with the same versions and options; keep other runs out of it."""
    path = folder / "made_with.json"
    if not path.is_file() and any(file.name[0] != "." for file in folder.glob("*")):
        raise files.ReadError(f"{folder}: is not empty, and has no {path.name}; name a new or an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("ab") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # until the process ends, even by a kill
        except BlockingIOError:
            raise files.ReadError(f"{folder}: another run is filling it; wait until that has ended") from None
        except (ImportError, OSError):
            pass  # Windows, and disks that know no locks, keep nobody out
        if not path.is_file():
            files.write_text(path, made_with)
        then, now = (text.splitlines() for text in (files.text(path), made_with))
        was, new = (", ".join(line.strip(" ,") for line in a if line not in b) for a, b in ((then, now), (now, then)))
        if then != now:
            way = "name another folder, or delete this one"
            raise files.ReadError(f"{path}: was begun with {was}; now it is {new}; {way}")
        yield


def _changed(part, sums, *, home, folder):
    """Say of each file of a part that is not what it was that it has changed."""
    os.chdir(home)
    way = f"has changed since {folder}/files/{part}.parquet was made; delete that one to have its part made anew"
    return [f"{files.legible(path)}: {way}" for path, was in sums if sha256(path) != was]


def _plan(names, known, whole):
    """Yield the parts to be made, and the files of each; after a run that was ended they come out the same."""
    free = (part for n in itertools.count(1) if (part := f"part-{n:05d}") not in whole)
    ends = itertools.accumulate(path.stat().st_size if path.is_file() else 0 for path in map(Path, names.values()))
    neighbours = itertools.groupby(zip(names, ends, strict=True), lambda one: (one[0] in known, one[1] // SIZE))
    yield from ((next(free), {file: names[file] for file, _ in part}) for (there, _), part in neighbours if not there)


def read(names, *, home, simplify, part=""):
    """Read files, given by name and path: a row a file, `COLUMNS`, and a row a document that could be read."""
    os.chdir(home)  # a process that has worked before may stand elsewhere
    rows, texts = [], {}
    for file, path in names.items():
        notes, fault = (), ""
        try:
            texts[file], _, _, notes = readers.read(path, simplify=simplify)
        except (files.ReadError, OSError) as error:
            fault = str(error)
        rows.append((file, part, sha256(path), len(texts.get(file, "")), "\n".join(notes), fault))
    documents = pd.DataFrame({"passage_id": list(texts), "text": list(texts.values())})
    return pd.DataFrame(rows, columns=COLUMNS), documents


def _make(part, names, make, made_with, *, home, folder):
    """Make the tables of a part, write them, and return what became of its files."""
    own = _versions(made_with["engine"].split()[0])
    if own.items() - made_with.items():
        raise files.ReadError(f"{socket.gethostname()}: has {own}; install the same versions on all machines")
    done, documents = read(names, home=home, simplify=made_with["simplify"], part=part)
    with contextlib.ExitStack() as stack:  # it renames the last first, and so the table of files last
        for name, table in ({"files": done} | (make(documents) if len(documents) else {})).items():
            temporary = stack.enter_context(files.whole(folder / name / f"{part}.parquet"))
            deltas = dict.fromkeys(
                table.select_dtypes(int), "DELTA_BINARY_PACKED"
            )  # positions take a sixth of the room
            texts = [column for column in table if column not in deltas]
            table.to_parquet(temporary, index=False, compression="zstd", use_dictionary=texts, column_encoding=deltas)
    return done
