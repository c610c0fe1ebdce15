"""From files to text and tables, and back.

Text is decoded, never guessed at: whoever asks for a file gets its characters, or one line that says what is
wrong with the file and what to do about it. Files are written whole or not at all.
"""

import csv
import datetime
import io
import os
import re
import tempfile
import unicodedata
from pathlib import Path

ENCODING_HELP = "save it as UTF-8 and try again"


class ReadError(ValueError):
    """A file that cannot be read as asked; the message is one line: the file, what is wrong, what to do."""


def text(path):
    r"""Read a UTF-8 text file.

    Parameters
    ----------
    path : str or os.PathLike
        The file.

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
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_text("智慧城市\n", encoding="utf-8")
    >>> text(path)
    '智慧城市\n'
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ReadError(f"{path}: there is no such file; check the name") from None
    except IsADirectoryError:
        raise ReadError(f"{path}: is a folder; name the files in it") from None
    except OSError as error:
        raise ReadError(f"{path}: cannot be opened ({error.strerror}); check its permissions") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError(f"{path}: is UTF-16, not UTF-8; {ENCODING_HELP}")
    if b"\0" in raw:
        raise ReadError(f"{path}: is binary (a zero byte at {raw.index(0)}), not a text; export its text as UTF-8")
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ReadError(
            f"{path}:{line}: byte {raw[error.start]:#04x} at {error.start} is not UTF-8; {ENCODING_HELP}"
        ) from None
    decoded = decoded.replace("\r\n", "\n").replace("\r", "\n")
    if not decoded.strip("\ufeff \t\n\u3000"):
        raise ReadError(f"{path}: has no text; nothing to do with it")
    return decoded


def home():
    """Return the folder that holds ``corpus/`` and ``data/``.

    It is the one that the environment variable ``CITYANALYSIS_HOME`` names, else the checkout in which the
    package lies.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ReadError
        If there is no ``corpus/documents.csv`` in it.
    """
    folder = Path(os.environ.get("CITYANALYSIS_HOME") or Path(__file__).parents[2])
    if not (folder / "corpus" / "documents.csv").is_file():
        raise ReadError(
            f"{folder}: has no corpus/documents.csv; install with 'pip install -e .' in the repository, "
            "or set CITYANALYSIS_HOME to its folder"
        )
    return folder


def table(path):
    r"""Read a CSV file as it stands: every cell as text, empty cells as empty strings.

    Parameters
    ----------
    path : str or os.PathLike
        The file; a relative name is looked for below `home`.

    Returns
    -------
    pandas.DataFrame
        Its index holds the line of the file on which each row begins, for use in messages.

    Raises
    ------
    ReadError
        For what `text` refuses, a repeated column, a row with too many or too few fields, an unclosed quote.

    Examples
    --------
    >>> table("data/cities.csv").set_index("city").loc["ningbo", "name_zh"]
    '宁波'
    """
    import pandas as pd

    path = Path(path)
    shown, path = path, path if path.is_absolute() else home() / path
    try:
        content = text(path)
    except ReadError as error:
        raise ReadError(str(error).replace(str(path), str(shown), 1)) from None
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff")), strict=True)
    lines, rows, line = [], [], 1
    try:
        for row in reader:
            if row:
                lines.append(line)
                rows.append(row)
            line = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(f"{shown}:{line}: {error}; close the quotes that the row opens") from None
    header, rows, lines = rows[0], rows[1:], lines[1:]
    if len(set(header)) < len(header):
        raise ReadError(f"{shown}:1: a column stands twice in {','.join(header)}")
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(header):
            raise ReadError(
                f"{shown}:{line}: {len(row)} fields where the header has {len(header)}; quote fields with commas"
            )
    return pd.DataFrame(rows, columns=header, index=pd.Index(lines, name="line"), dtype=str)


def is_nfc(string):
    """Say whether a string is in Unicode's composed form, in which all text of the project is kept."""
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


def write_text(path, string):
    """Write a UTF-8 text file whole or not at all: to a temporary name beside it, then renamed.

    Parameters
    ----------
    path : str or os.PathLike
        The file; its folder is made where there is none.
    string : str
        What it shall hold.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(string)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_table(path, table):
    r"""Write a table as CSV (UTF-8, no index, ``\n`` line ends) whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
        The file; its folder is made where there is none.
    table : pandas.DataFrame
        What it shall hold.
    """
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")  # three times as fast as DataFrame.to_csv
    writer.writerow(table.columns)
    writer.writerows(zip(*(table[column].tolist() for column in table), strict=True))
    write_text(path, content.getvalue())
