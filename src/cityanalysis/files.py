"""The project's own files: texts and tables read strictly, and written whole or not at all.

Whoever asks for a file gets its characters, or one line that says what is wrong with it and what to do. Documents as
people have them are read by `cityanalysis.readers`.
"""

import codecs
import contextlib
import csv
import datetime
import glob
import io
import os
import re
import sys
import tempfile
import unicodedata
from pathlib import Path

import pandas as pd

# Limits, against files that would fill the memory: bytes of a file; characters of its text.
LARGEST, CHARACTERS = 50_000_000, 20_000_000
CODECS = {"gb18030": "gb18030", "big5": "cp950"}  # Python's "big5" lacks € and 碁銹裏墻恒粧嫺, which Windows writes
HALF = ".half"  # how names of files end that are being written
MUCH = 10_000_000  # characters, for which a person waits
FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.,]+%?( [\[…][-\d., ]+\]?)?\Z)")  # but no number, alone or with its interval
QUOTED = re.compile(r'[",\r\n]')  # for which a cell stands in quotes
EMPTY = ": has no text; nothing to do with it"
BINARY = ": is binary, not a text; export its text as UTF-8"
ENCRYPTED = ": is encrypted; take the password off and save it again"
DAMAGED = ": is a damaged {0}; open it, or its source, and save it as {0} again"
AS_UTF8 = "save it as UTF-8 and try again"


class ReadError(ValueError):
    """A file that cannot be read as asked; the message is one line: the file, what is wrong, what to do."""

    def _render_traceback_(self):
        """Let Jupyter show the message and no stack of code."""
        return [f"ReadError: {self}"]


def text(path):
    r"""Read a UTF-8 text file.

    Returns
    -------
    str
        The characters as ``Path.read_text(encoding="utf-8")`` gives them, so that positions counted in the
        result are positions in the file as anybody reads it: line ends are ``\n``; a byte-order mark stays.

    Raises
    ------
    ReadError
        For a file that is missing, a folder, not allowed, empty or blank, binary, or not UTF-8.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_text("智慧城市\n", encoding="utf-8")
    >>> text(path)
    '智慧城市\n'
    """
    with naming(path):
        return _utf8(path)


def table(path):
    r"""Read a CSV file as it stands: every cell as text, empty cells as empty strings.

    Parameters
    ----------
    path : str or os.PathLike
        The file; a relative name is looked for below `home`, and where there is no checkout, among the tables that
        are installed with the library.

    Returns
    -------
    pandas.DataFrame
        Its index holds the line of the file on which each row begins, for use in messages.

    Raises
    ------
    ReadError
        For what `text` refuses, a repeated column, a row with too many or too few fields, an unclosed quote; for a
        relative name that needs the study's checkout where there is none.

    Examples
    --------
    >>> table("data/cities.csv").set_index("city").loc["ningbo", "name_zh"]
    '宁波'
    """
    file = _locate(path)
    with naming(path):
        return parsed(_utf8(file).removeprefix("\ufeff"))


def parsed(text, *, delimiter=","):
    """Return a text of comma-separated values as `table` does; the name of the file is not in the messages."""
    lines, rows, line = [], [], 1
    reader = csv.reader(io.StringIO(text), strict=True, delimiter=delimiter)
    try:
        for row in reader:
            if row:
                lines.append(line)
                rows.append(row)
            line = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(f":{line}: {error}; close the quotes that the row opens") from None
    header = rows[0]
    if len(set(header) - {""}) < len(header) - header.count(""):
        raise ReadError(f":1: a column stands twice in {','.join(header)}")
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(header):
            fields = f"{len(row)} fields where the header has {len(header)}"
            raise ReadError(f":{line}: {fields}; quote fields with commas")
    return pd.DataFrame(rows[1:], columns=header, index=pd.Index(lines[1:], name="line"), dtype=str)


def home():
    """Return the study's checkout: the folder that holds ``corpus/`` and ``data/``.

    It is the one that the environment variable ``CITYANALYSIS_HOME`` names, else the one in which the package lies.

    Raises
    ------
    ReadError
        If there is no ``corpus/documents.csv`` in it.

    Examples
    --------
    >>> (home() / "corpus" / "records" / "ningbo.md").read_text(encoding="utf-8")[:3]
    '---'
    """
    folder = Path(os.environ.get("CITYANALYSIS_HOME") or Path(__file__).parents[2])
    if not (folder / "corpus" / "documents.csv").is_file():
        raise ReadError(
            f"{folder}: has no corpus/documents.csv; this needs a checkout of the study: clone its repository, and "
            "run 'pip install -e .' in it or set CITYANALYSIS_HOME to its folder"
        )
    return folder


@contextlib.contextmanager
def whole(path):
    """Give a temporary name beside a file, in its folder, which is renamed to the file's once all is written.

    What runs that were killed have left under such a name is taken away; one run at a time writes a file.

    Raises
    ------
    OSError
        With the name of the file, where it cannot be written, as on a full disk.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{HALF}"):
        left.unlink(missing_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=HALF)
    os.close(handle)
    try:
        yield Path(temporary)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno and not error.filename:
            raise OSError(error.errno, os.strerror(error.errno), os.fspath(path)) from None
        raise


def write_text(path, string):
    """Write a UTF-8 text file, and its folder, whole or not at all: to a temporary name beside it, then renamed."""
    with whole(path) as temporary:
        temporary.write_text(string, encoding="utf-8", newline="")


def write_table(path, table, *, bom=False):
    r"""Write a table as CSV (UTF-8, no index, ``\n`` line ends), whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
    table : pandas.DataFrame
        A cell that a spreadsheet program would take for a formula gets an apostrophe in front.
    bom : bool
        Whether the file begins with a byte-order mark, without which Excel takes Chinese for something else.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp(), "a.csv")
    >>> write_table(path, pd.DataFrame({"city": ["ningbo", "x"], "name": ["宁波, 浙江", "=1+1"]}))
    >>> path.read_text(encoding="utf-8")
    'city,name\nningbo,"宁波, 浙江"\nx,\'=1+1\n'
    """
    write_text(path, csv_text(table, bom=bom))


def csv_text(table, *, bom=False, header=True):
    """Return a table as `write_table` writes it."""
    columns = [_cells(table[column]) for column in table]
    rows = [",".join(row) or '""' for row in zip(*columns, strict=True)]  # a third of the time of csv.writer
    head = ["\ufeff" * bom + ",".join(map(_cell, table.columns))] if header else []
    return "\n".join([*head, *rows, ""])


def _cells(column):
    """Return the cells of a column as they stand in a CSV file; of texts each is looked at once."""
    if column.dtype != "str":
        return map(str if column.dtype == int else _cell, column.tolist())
    codes, texts = pd.factorize(column, use_na_sentinel=False)
    return map([_cell(text) for text in texts].__getitem__, codes.tolist())


def _cell(cell):
    """Return a cell: quoted where it must be, and a text no formula to a spreadsheet program."""
    text = "" if cell is None else f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else str(cell)
    return '"{}"'.format(text.replace('"', '""')) if QUOTED.search(text) else text


def watched(items, texts):
    """Return items, one a text, with a progress bar where there is much text and somebody may look at it.

    That depends on the texts and not on the time they take, so that notebooks repeat.
    """
    from tqdm import tqdm

    watched = sum(map(len, texts)) > MUCH and (sys.stderr.isatty() or "ipykernel" in sys.modules)
    return tqdm(items, total=len(texts), disable=not watched, leave=False)


def legible(name):
    """Return the name of a file as text: one that is not UTF-8, as disks of old have them, is taken for GBK.

    Examples
    --------
    >>> legible(os.fsdecode("计划.txt".encode("gbk")))
    '计划.txt'
    """
    return name if name.isprintable() else os.fsencode(name).decode("gb18030", "backslashreplace")


def is_nfc(string):
    """Say whether a string is in Unicode's composed form, in which all text of the project is kept.

    Examples
    --------
    >>> is_nfc("café"), is_nfc("cafe\u0301")
    (True, False)
    """
    return unicodedata.is_normalized("NFC", string)


def is_date(string):
    """Say whether a date is written as the tables want it, and exists; it may be a year or a month.

    Examples
    --------
    >>> [is_date(string) for string in ("2020", "2020-02-29", "2021-02-29", "20200229")]
    [True, True, False, False]
    """
    try:
        datetime.date.fromisoformat((string + "-01-01")[:10])
    except ValueError:
        return False
    return re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", string) is not None


@contextlib.contextmanager
def naming(path):
    """Put the name of the file before the message of a fault found in it, in one line."""
    try:
        yield
    except ReadError as error:
        name = str(path) if str(path).isprintable() else repr(str(path))
        raise ReadError(f"{name}{' '.join(str(error).split())}") from None


def _locate(path):
    """Return where a table lies: as named, below `home`, or beside this module where the library is installed."""
    if Path(path).is_absolute():
        return Path(path)
    try:
        return home() / path
    except ReadError as error:
        beside = Path(__file__).parent / path
        if os.environ.get("CITYANALYSIS_HOME") or not beside.is_file():
            raise ReadError(f"{path}: {error}") from None
        return beside


def raw(path):
    """Return what the file holds."""
    path = Path(path)
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise ReadError(": is a device or a pipe; name a file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        if re.match("(https?|ftp):/", str(path)):
            raise ReadError(": is an address, not a file; save the page or document first and name the file") from None
        raise ReadError(": there is no such file; check the name") from None
    except IsADirectoryError:
        raise ReadError(": is a folder; name the files in it") from None
    except OSError as error:
        raise ReadError(f": cannot be opened ({error.strerror}); check its permissions") from None
    if len(content) > LARGEST:
        raise ReadError(f": is larger than {LARGEST / 1e6:g} MB; split it")
    if not content.strip():
        raise ReadError(EMPTY)
    return content


def _utf8(path):
    """Return the text of a file that must be UTF-8."""
    content = raw(path)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ReadError(f": is UTF-16, not UTF-8; {AS_UTF8}")
    if b"\0" in content:
        raise ReadError(BINARY)
    return plain(decoded(content, "utf-8"))


def plain(text):
    """Give a text plain line ends; refuse one that is blank."""
    if not re.search(r"[^\s\ufeff]", text):
        raise ReadError(EMPTY)
    return re.sub(r"\r\n?", "\n", text)


def decoded(raw, encoding, start=0):
    """Decode bytes, or say which is wrong."""
    codec = CODECS.get(encoding, encoding)
    try:
        text = raw[start:].decode(codec)
    except UnicodeDecodeError as error:
        at = start + error.start
        line = raw[start:at].decode(codec, "replace").count("\n") + 1
        raise ReadError(f":{line}: byte {raw[at]:#04x} at {at} is not {encoding.upper()}; {AS_UTF8}") from None
    if "\0" in text:
        raise ReadError(BINARY)
    return text
