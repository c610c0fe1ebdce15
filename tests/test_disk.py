"""Where a disk is full or a folder may not be written, each fault is one line, and nothing is half there."""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

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
    """What finds no room is told, a line each, the exit status is 1, and no table is half there."""
    out = tmp_path / "out"
    with room(6000 if command == ["read"] else 1000):
        assert cli.main([*command, *names, "--out", str(out)]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if "large" in line]
    assert 1 <= len(told) <= len(names)
    assert [line for line in told if str(out) not in line] == []
    assert list(out.rglob(f"*{files.HALF}")) == []
    for path in out.glob("*.csv"):
        files.table(path)


def test_what_a_killed_run_left_goes_with_the_next(tmp_path):
    """A half-written file under a temporary name is taken away when its file is written; others stay."""
    left, others = tmp_path / f".a.csv.abcd{files.HALF}", [tmp_path / ".a.csv.mine", tmp_path / f".b.csv.x{files.HALF}"]
    for path in (left, *others):
        path.write_text("x")
    files.write_text(tmp_path / "a.csv", "y")
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "a.csv", *others])


@pytest.fixture
def disk(tmp_path):
    """Give a disk of its own, of 200 kB, where one may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk, and not in every container")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk):
    """Leave no room on a disk, and return what each of its files holds."""
    with contextlib.suppress(OSError), (disk / "filling").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()}


PARQUET = ["tag", "--format", "parquet"]
COMMANDS = [["read"], ["tag"], ["tag", "--workers", "2"], PARQUET, ["models"], ["index"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk_keeps_what_was_there(disk, capsys, command):
    """On a disk that is full each fault is a line with the name of the file, and what an earlier run has made stays."""
    names = [f"{disk}/{name}.txt" for name in "abc"]
    call = [*command, str(disk)] if command == ["index"] else [*command, "--out", f"{disk}/out"]
    Path(names[0]).write_text(TEXT, encoding="utf-8")
    assert cli.main(call + names[: command != ["index"]]) == 0
    for name in names[1:]:
        shutil.copy(names[0], name)
    before = fill(disk)
    capsys.readouterr()
    assert cli.main(call + names * (command != ["index"])) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == (len(names) if command == ["read"] else 1)
    assert [line for line in told if f"No space left on device: '{disk}/" not in line] == []
    assert fill(disk) == before


def test_a_full_disk_keeps_derived_tables(small, disk, capsys):
    """The tables of an earlier `derive` stay, all of them."""
    folder = small / "corpus" / "derived"
    shutil.rmtree(folder)
    folder.symlink_to(disk)
    assert cli.main(["derive"]) == 0
    before = fill(disk)
    capsys.readouterr()
    assert cli.main(["derive"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"No space left on device: '{folder}/" in line
    assert fill(disk) == before


@pytest.fixture
def unprivileged():
    """Return a function that runs commands, in one process that may write only where the modes of folders let it."""
    drop = ["setpriv", "--bounding-set=-dac_override"] * (not os.geteuid())  # else root writes where it likes
    if drop and (not shutil.which("setpriv") or subprocess.run([*drop, "true"], check=False).returncode):
        pytest.skip("root writes where it likes, and there is no setpriv to keep it from that")
    code = "import json, sys; from cityanalysis import cli; sys.exit(sum(map(cli.main, json.loads(sys.argv[1]))))"

    def run(*calls):
        drive = [*drop, sys.executable, "-c", code, json.dumps(calls)]
        done = subprocess.run(drive, capture_output=True, check=False, encoding="utf-8")
        return done.returncode, done.stderr.splitlines()

    return run


def test_a_folder_that_may_not_be_written(names, tmp_path, unprivileged):
    """A folder without leave to write is told in one line, of `read` one a file, and stays empty."""
    out, filled = tmp_path / "out", tmp_path / "texts"
    out.mkdir(mode=0o555)
    filled.mkdir()
    shutil.copy(names[0], filled)
    filled.chmod(0o555)
    calls = [[*command, *names, "--out", str(out)] for command in (["read"], ["tag"], PARQUET, ["models"])]
    status, told = unprivileged(*calls, ["index", str(filled)])
    assert (status, len(told)) == (5, len(names) + 4)
    assert [line for line in told if f"Permission denied: '{tmp_path}/" not in line] == []
    assert [*out.iterdir(), *filled.glob("*.csv")] == []


def test_derived_tables_that_may_not_be_written(small, unprivileged):
    """They stay as they were, and one line says so."""
    folder = small / "corpus" / "derived"
    before = {path: path.read_bytes() for path in folder.iterdir()}
    folder.chmod(0o555)
    status, told = unprivileged(["derive"])
    assert (status, len(told)) == (1, 1)
    assert f"Permission denied: '{folder}/" in told[0]
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
