"""Where a disk is full or a folder may not be written, each fault is one line, and nothing is half there."""

import contextlib
import os
import resource

import pandas as pd
import pytest

from cityanalysis import cli, files

TEXT = "2015年，宁波建设智慧城市，投资12亿元。\n" * 40


@contextlib.contextmanager
def room(size):
    """Let no file grow beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def names(put):
    """Give three files to read."""
    return [str(put(TEXT, f"{name}.txt")) for name in "abc"]


def test_a_file_is_whole_or_as_it_was(tmp_path):
    """A text or table that finds no room leaves what was there, no temporary name, and an error that names the file."""
    path, table = tmp_path / "a.csv", pd.DataFrame({"x": ["y" * 50] * 20})
    files.write_table(path, table)
    before = path.read_bytes()
    writes = (
        lambda: files.write_table(path, pd.concat([table] * 3)),
        lambda: files.write_table(path, table, append=True),
        lambda: files.write_text(path, "z" * 5000),
    )
    for write in writes:
        with room(1500), pytest.raises(OSError, match=r"a\.csv") as error:
            write()
        assert "\n" not in str(error.value)
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("command", [["read"], ["tag"], ["tag", "--format", "parquet"], ["models"]])
def test_a_full_disk_is_told_in_a_line_a_file(names, tmp_path, capsys, command):
    """What finds no room is told, a line each, the exit status is 1, and tables end in a whole row."""
    out = tmp_path / "out"
    with room(6000 if command == ["read"] else 1000):
        assert cli.main([*command, *names, "--out", str(out)]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if "large" in line]
    assert 1 <= len(told) <= len(names)
    assert [line for line in told if str(out) not in line] == []
    assert [path for path in out.rglob("*") if path.name.startswith(".")] == []
    for path in out.glob("*.csv"):
        files.table(path)


def test_what_a_killed_run_left_goes_with_the_next(tmp_path):
    """A half-written file under a temporary name is taken away when its file is written; others stay."""
    left, others = tmp_path / f".a.csv.abcd{files.HALF}", [tmp_path / ".a.csv.mine", tmp_path / f".b.csv.x{files.HALF}"]
    for path in (left, *others):
        path.write_text("x")
    files.write_text(tmp_path / "a.csv", "y")
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "a.csv", *others])


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes where it likes")
def test_a_folder_that_may_not_be_written(names, tmp_path, capsys):
    """A folder without leave to write is told in one line a file, and stays empty."""
    out = tmp_path / "out"
    out.mkdir(mode=0o555)
    assert cli.main(["read", *names, "--out", str(out)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == len(names)
    assert list(out.iterdir()) == []
