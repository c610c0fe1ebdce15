"""Files are read to the character or refused in one line, and written whole or not at all."""

import errno
import os
from pathlib import Path

import pandas as pd
import pytest

from cityanalysis import readers

REFUSED = {
    "empty": (b"", ": has no text"),
    "blank": (" \n\u3000\t\r\n".encode(), ": has no text"),
    "only a byte-order mark": (b"\xef\xbb\xbf\n", ": has no text"),
    "binary": (b"PK\x03\x04\0", ": is binary (a zero byte at 4)"),
    "UTF-16": ("城市".encode("utf-16"), ": is UTF-16, not UTF-8; save it as UTF-8"),
    "UTF-16, the other way round": (b"\xfe\xff" + "城市".encode("utf-16-be"), ": is UTF-16, not UTF-8"),
    "GBK in the first line": ("城市".encode("gbk"), ":1: byte 0xb3 at 0 is not UTF-8; save it as UTF-8"),
    "GBK in the third line": (b"a\nb\n" + "城市".encode("gbk"), ":3: byte 0xb3 at 4 is not UTF-8"),
    "cut off in a character": ("城市".encode()[:-1], ":1: byte 0xe5 at 3 is not UTF-8"),
}


@pytest.mark.parametrize(("raw", "complaint"), REFUSED.values(), ids=REFUSED)
def test_text_refuses(tmp_path, raw, complaint):
    """What is no UTF-8 text is refused in one line that names the file and the fault."""
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    with pytest.raises(readers.ReadError) as error:
        readers.text(path)
    assert str(error.value).startswith(f"{path}{complaint}")
    assert "\n" not in str(error.value)


def test_text_refuses_missing_file(tmp_path):
    """A missing file is named."""
    with pytest.raises(readers.ReadError) as error:
        readers.text(tmp_path / "a.txt")
    assert str(error.value) == f"{tmp_path / 'a.txt'}: there is no such file; check the name"


def test_text_refuses_folder(tmp_path):
    """A folder is told from a file."""
    with pytest.raises(readers.ReadError) as error:
        readers.text(tmp_path)
    assert str(error.value) == f"{tmp_path}: is a folder; name the files in it"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read every file")
def test_text_refuses_without_permission(tmp_path):
    """A file that may not be read is named, with the system's reason."""
    path = tmp_path / "a.txt"
    path.write_text("城市", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(readers.ReadError) as error:
        readers.text(path)
    assert str(error.value) == f"{path}: cannot be opened ({os.strerror(errno.EACCES)}); check its permissions"


def test_text_refuses_what_the_system_refuses(tmp_path):
    """Any other error of the system becomes one line, too: here a link to itself, which not even root can follow."""
    path = tmp_path / "a.txt"
    path.symlink_to(path)
    with pytest.raises(readers.ReadError) as error:
        readers.text(path)
    assert str(error.value) == f"{path}: cannot be opened ({os.strerror(errno.ELOOP)}); check its permissions"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("城\r\n市\r\n", "城\n市\n"),
        ("城\r市", "城\n市"),
        ("城\r\r\n市", "城\n\n市"),
        ("\ufeff城市", "\ufeff城市"),
        ("𠮷😀\u2028é", "𠮷😀\u2028é"),
    ],
)
def test_text_reads_as_python_does(tmp_path, raw, expected):
    """Line ends become one character, a byte-order mark stays, and so does all else."""
    path = tmp_path / "a.txt"
    path.write_bytes(raw.encode())
    assert readers.text(path) == expected == path.read_text(encoding="utf-8")


def test_text_takes_a_name(tmp_path):
    """A path may be a string."""
    (tmp_path / "a.txt").write_text("城市", encoding="utf-8")
    assert readers.text(os.fspath(tmp_path / "a.txt")) == "城市"


def test_home_is_the_checkout(root):
    """Without the environment variable the data of the checkout is used."""
    assert (readers.home() / "corpus" / "documents.csv").samefile(root / "corpus" / "documents.csv")


def test_home_must_hold_the_corpus(tmp_path, monkeypatch):
    """A home without a corpus is refused, with a hint at the variable."""
    monkeypatch.setenv("CITYANALYSIS_HOME", os.fspath(tmp_path))
    with pytest.raises(readers.ReadError, match=r"has no corpus/documents\.csv; .* CITYANALYSIS_HOME"):
        readers.home()


def put(tmp_path, content):
    """Write a CSV file and return its path."""
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode())
    return path


def test_table_numbers_the_lines_of_the_file(tmp_path):
    """A row has the number of the line on which it begins: past blank lines, and line breaks in quotes."""
    table = readers.table(put(tmp_path, 'a,b\n\n1,"x\ny\nz"\n2,w\n'))
    assert table.index.tolist() == [3, 6]
    assert table.index.name == "line"
    assert table["b"].tolist() == ["x\ny\nz", "w"]


def test_table_keeps_cells_as_they_stand(tmp_path):
    """No cell is taken for a number, a missing value or a truth value; nothing is trimmed."""
    table = readers.table(put(tmp_path, "a,b,c\n007,NA, x \nTrue,,1e5\n"))
    assert table.to_numpy().tolist() == [["007", "NA", " x "], ["True", "", "1e5"]]


def test_table_passes_over_byte_order_mark_and_carriage_returns(tmp_path):
    """What a spreadsheet program writes is read."""
    table = readers.table(put(tmp_path, "\ufeffa,b\r\n1,2\r\n"))
    assert table.columns.tolist() == ["a", "b"]
    assert table.to_numpy().tolist() == [["1", "2"]]


def test_table_may_have_no_rows(tmp_path):
    """A header alone is a table."""
    table = readers.table(put(tmp_path, "a,b\n"))
    assert table.columns.tolist() == ["a", "b"]
    assert len(table) == 0


BAD_TABLES = {
    "repeated column": ("a,b,a\n1,2,3\n", ":1: a column stands twice in a,b,a"),
    "too few fields": ("a,b\n1,2\n3\n", ":3: 1 fields where the header has 2; quote fields with commas"),
    "too many fields": ("a,b\n1,2\n3,4,5\n", ":3: 3 fields where the header has 2"),
    "wrong row after a line break in quotes": ('a,b\n1,"x\ny"\n3\n', ":4: 1 fields where the header has 2"),
    "unclosed quote": ('a,b\n1,2\n3,"x\n4,5\n', ":3: unexpected end of data; close the quotes"),
    "quote within a quoted field": ('a,b\n1,2\n3,"x" y\n', ":3: ',' expected after '\"'; close the quotes"),
}


@pytest.mark.parametrize(("content", "complaint"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_table_refuses(tmp_path, content, complaint):
    """A broken table is refused in one line that names the line of the file."""
    path = put(tmp_path, content)
    with pytest.raises(readers.ReadError) as error:
        readers.table(path)
    assert str(error.value).startswith(f"{path}{complaint}")
    assert "\n" not in str(error.value)


def test_table_shows_the_name_that_was_given(home):
    """A file named relative to the home is shown so in the message."""
    (home / "data" / "splits.csv").write_bytes(b"")
    with pytest.raises(readers.ReadError, match=r"\Adata/splits\.csv: has no text"):
        readers.table("data/splits.csv")


@pytest.mark.parametrize(("string", "expected"), [("é", True), ("e\u0301", False), ("城市", True), ("\uf900", False)])
def test_is_nfc(string, expected):
    """Composed text is told from decomposed and from compatibility characters."""
    assert readers.is_nfc(string) is expected


def test_write_text_makes_the_folder(tmp_path):
    """The text stands in the file byte for byte, and nothing else in the folder."""
    path = tmp_path / "new" / "folder" / "a.txt"
    readers.write_text(path, "城\n市\r\n")
    assert path.read_bytes() == "城\n市\r\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_write_text_lets_others_read(tmp_path):
    """A file is not left as private as the temporary one was."""
    readers.write_text(tmp_path / "a.txt", "城")
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


def test_write_text_failing_midway_leaves_the_old_file(tmp_path):
    """What cannot be encoded (a lone surrogate) is not written half: the old file stays, no temporary one does."""
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        readers.write_text(path, "new\ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_write_text_failing_at_the_end_leaves_the_old_file(tmp_path, monkeypatch):
    """Nor does a rename that fails leave anything but the old file."""
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def fail(self, target):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        readers.write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_write_table_and_back(tmp_path):
    """A table is written without its index, with plain line ends, and read again as it was."""
    table = pd.DataFrame({"a": ["1", ""], "b": ['x,"y"\nz', "城"]})
    readers.write_table(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_bytes() == 'a,b\n1,"x,""y""\nz"\n,城\n'.encode()
    assert readers.table(tmp_path / "a.csv").to_numpy().tolist() == table.to_numpy().tolist()
