"""Files are read to the character or refused in one line, and written whole or not at all."""

import errno
import os
from pathlib import Path

import pandas as pd
import pytest

from cityanalysis import files, readers

FIRST = "一、先铺光网，再谈应用。"
TEXT = f"{FIRST}\n湖边小城用三年时间把路灯、水表和公交站牌都接到同一张网上，市民用手机就能看到。\n"
TRADITIONAL = "湖邊小城用三年時間把路燈、水錶和公車站牌都接到同一張網上，市民用手機就能看到。\n"
FRUIT = "樱桃柑橘柠檬葡萄枇杷荔枝杨梅芒果菠萝桑葚石榴蜜柚龙眼椰枣猕猴桃草莓蓝莓西瓜甜瓜苹果雪梨蟠桃油桃李杏\n"
UTF_8 = "save it as UTF-8"


# The project's own files: text, tables, home


REFUSED = {
    "empty": (b"", ": has no text; nothing to do with it"),
    "blank": (" \n\u3000\t\r\n".encode(), ": has no text"),
    "only a byte-order mark": (b"\xef\xbb\xbf\n", ": has no text"),
    "binary": (b"PK\x03\x04\0", ": is binary, not a text; export its text as UTF-8"),
    "UTF-16": ("城市".encode("utf-16"), f": is UTF-16, not UTF-8; {UTF_8}"),
    "UTF-16, the other way round": (b"\xfe\xff" + "城市".encode("utf-16-be"), ": is UTF-16, not UTF-8"),
    "GBK in the third line": (b"a\nb\n" + "城市".encode("gbk"), f":3: byte 0xb3 at 4 is not UTF-8; {UTF_8}"),
    "cut off in a character": ("城市".encode()[:-1], ":1: byte 0xe5 at 3 is not UTF-8"),
}


@pytest.mark.parametrize(("raw", "complaint"), REFUSED.values(), ids=REFUSED)
def test_text_refuses(put, raw, complaint, fault):
    """What is no UTF-8 text is refused in one line that names the file and the fault."""
    assert fault(files.text, put(raw)).startswith(complaint)


@pytest.mark.parametrize("function", [files.text, files.table, readers.read])
def test_faults_of_the_system(tmp_path, function, fault):
    """A missing file, a folder, a pipe and what the system refuses are named, here a link to itself."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "link")
    assert fault(function, tmp_path / "no") == ": there is no such file; check the name"
    assert fault(function, tmp_path) == ": is a folder; name the files in it"
    assert fault(function, tmp_path / "pipe") == ": is a device or a pipe; name a file"
    refused = f": cannot be opened ({os.strerror(errno.ELOOP)}); check its permissions"
    assert fault(function, tmp_path / "link") == refused


def test_name_with_a_line_break_does_not_break_the_line(tmp_path):
    """The message stays one line."""
    with pytest.raises(files.ReadError, match=r"\A'.*/a\\nb\.txt': there is no such file; check the name\Z"):
        readers.read(tmp_path / "a\nb.txt")


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
def test_text_reads_as_python_does(put, raw, expected):
    """Line ends become one character, a byte-order mark stays, and so does all else; a name may be a string."""
    path = put(raw)
    assert files.text(os.fspath(path)) == expected == path.read_text(encoding="utf-8")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Let the library lie outside a checkout, with a table beside it; return its folder."""
    folder = tmp_path / "lib" / "site-packages" / "cityanalysis"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "cities.csv").write_text("city\ninstalled\n", encoding="utf-8")
    monkeypatch.delenv("CITYANALYSIS_HOME", raising=False)
    monkeypatch.setattr(files, "__file__", os.fspath(folder / "files.py"))
    return folder


@pytest.fixture
def checkout(tmp_path):
    """Return a small checkout."""
    for name in ("corpus/documents.csv", "data/cities.csv"):
        files.write_text(tmp_path / "checkout" / name, "city\nchecked out\n")
    return tmp_path / "checkout"


def test_home_is_the_checkout(monkeypatch, checkout):
    """It is that of the package, or the one that the environment names."""
    monkeypatch.delenv("CITYANALYSIS_HOME", raising=False)
    assert files.home() == Path(__file__).parents[1]
    monkeypatch.setenv("CITYANALYSIS_HOME", os.fspath(checkout))
    assert files.home() == checkout


def test_installed_library_reads_its_own_tables(installed, checkout, monkeypatch, fault):
    """A relative name is looked for in the checkout, and without one, beside the package."""
    assert files.table("data/cities.csv")["city"].tolist() == ["installed"]
    monkeypatch.setenv("CITYANALYSIS_HOME", os.fspath(checkout))
    assert files.table("data/cities.csv")["city"].tolist() == ["checked out"]
    (checkout / "data" / "cities.csv").unlink()
    assert fault(files.table, "data/cities.csv") == ": there is no such file; check the name"


def test_what_needs_a_checkout_says_so(installed, tmp_path, monkeypatch, fault):
    """Where there is none, what is missing, and how to get it, is said in one line."""
    needed = "has no corpus/documents.csv; this needs a checkout of the study: clone its repository, and run 'pip "
    assert fault(files.table, "corpus/documents.csv").startswith(f": {installed.parents[1]}: {needed}")
    with pytest.raises(files.ReadError, match=f"{installed.parents[1]}: {needed}"):
        files.home()
    monkeypatch.setenv("CITYANALYSIS_HOME", os.fspath(tmp_path))  # a wrong name is not passed over
    assert fault(files.table, "data/cities.csv").startswith(f": {tmp_path}: {needed}")


def test_table_numbers_the_lines_of_the_file(put):
    """A row has the number of the line on which it begins: past blank lines, and line breaks in quotes."""
    table = files.table(put('a,b\n\n1,"x\ny\nz"\n2,w\n'))
    assert table.index.tolist() == [3, 6]
    assert table.index.name == "line"
    assert table["b"].tolist() == ["x\ny\nz", "w"]


def test_table_keeps_cells_as_they_stand(put):
    """No cell is taken for a number, a missing value or a truth value; nothing is trimmed."""
    table = files.table(put("a,b,c\n007,NA, x \nTrue,,1e5\n"))
    assert table.to_numpy().tolist() == [["007", "NA", " x "], ["True", "", "1e5"]]


def test_table_passes_over_byte_order_mark_and_carriage_returns(put):
    """What a spreadsheet program writes is read."""
    table = files.table(put("\ufeffa,b\r\n1,2\r\n"))
    assert table.columns.tolist() == ["a", "b"]
    assert table.to_numpy().tolist() == [["1", "2"]]


def test_table_may_have_no_rows(put):
    """A header alone is a table."""
    table = files.table(put("a,b\n"))
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
def test_table_refuses(put, content, complaint, fault):
    """A broken table is refused in one line that names the line of the file."""
    assert fault(files.table, put(content)).startswith(complaint)


def test_table_shows_the_name_that_was_given(checkout, monkeypatch, fault):
    """A file named relative to the home is shown so in the message."""
    monkeypatch.setenv("CITYANALYSIS_HOME", os.fspath(checkout))
    (checkout / "data" / "cities.csv").write_bytes(b"")
    assert fault(files.table, "data/cities.csv") == ": has no text; nothing to do with it"


@pytest.mark.parametrize(("string", "expected"), [("é", True), ("e\u0301", False), ("城市", True), ("\uf900", False)])
def test_is_nfc(string, expected):
    """Composed text is told from decomposed and from compatibility characters."""
    assert files.is_nfc(string) is expected


def test_write_text_makes_the_folder(tmp_path):
    """The text stands in the file byte for byte, and nothing else in the folder."""
    path = tmp_path / "new" / "folder" / "a.txt"
    files.write_text(path, "城\n市\r\n")
    assert path.read_bytes() == "城\n市\r\n".encode()
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644  # not as private as the temporary file was


def test_write_text_failing_leaves_the_old_file(tmp_path, monkeypatch):
    """What cannot be encoded (a lone surrogate), or put in place, is not written half, and nothing else is left."""
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        files.write_text(path, "new\ud800")

    def fail(self, target):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match=r"No space .*a\.txt"):
        files.write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_write_table_and_back(tmp_path):
    """A table is written without its index, with plain line ends, and read again as it was."""
    table = pd.DataFrame({"a": ["1", ""], "b": ['x,"y"\nz', "城"]})
    files.write_table(tmp_path / "a.csv", table)
    assert (tmp_path / "a.csv").read_bytes() == 'a,b\n1,"x,""y""\nz"\n,城\n'.encode()
    assert files.table(tmp_path / "a.csv").to_numpy().tolist() == table.to_numpy().tolist()


def test_rows_are_written_whole_or_not_at_all(tmp_path):
    """Where one row cannot be written, none of them is."""
    path = tmp_path / "a.csv"
    files.write_table(path, pd.DataFrame({"a": ["城"]}))
    with pytest.raises(UnicodeEncodeError):
        files.write_table(path, pd.DataFrame({"a": ["好", "\ud800"]}))
    assert path.read_text(encoding="utf-8") == "a\n城\n"


def test_what_is_broken_off_leaves_the_file_as_it_was(tmp_path):
    """Where writing is interrupted, the file holds what it held, and nothing lies beside it."""
    path = tmp_path / "a.csv"
    files.write_text(path, "before")
    with pytest.raises(KeyboardInterrupt), files.whole(path) as half:
        half.write_text("after", encoding="utf-8")
        raise KeyboardInterrupt
    assert (path.read_text(encoding="utf-8"), list(tmp_path.iterdir())) == ("before", [path])


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@a", "'@a"),
        ("-a", "'-a"),
        ("+86 10", "'+86 10"),
        ("-5.1", "-5.1"),
        ("+3%", "+3%"),
        ("-4 [-9, 1]", '"-4 [-9, 1]"'),
        ("-0.04 … 0.09", "-0.04 … 0.09"),
        ("-4 [cmd", "'-4 [cmd"),
        (-2, "-2"),
    ],
)
def test_cells_that_look_like_formulas(tmp_path, cell, written):
    """A spreadsheet program takes them for text; numbers stay numbers."""
    files.write_table(tmp_path / "a.csv", pd.DataFrame({"a": [cell]}))
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == f"a\n{written}\n"


def test_jupyter_shows_the_message_alone(tmp_path):
    """A fault of a file is no stack of code."""
    with pytest.raises(files.ReadError) as error:
        files.text(tmp_path / "no.txt")
    assert error.value._render_traceback_() == [
        f"ReadError: {tmp_path / 'no.txt'}: there is no such file; check the name"
    ]
