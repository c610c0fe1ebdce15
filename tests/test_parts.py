"""A folder of Parquet tables holds what the CSV tables do, is made once, and never of two versions."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent import futures
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest

from cityanalysis import cli, counts, files, parts

DRIVE = (
    "import sys; from cityanalysis import cli, parts; parts.SIZE = int(sys.argv[1]); sys.exit(cli.main(sys.argv[2:]))"
)
ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(root, tmp_path, monkeypatch):
    """Work in a folder with four records and no text, in parts of two."""
    for name in ("beijing", "nanjing", "ningbo", "singapore"):
        shutil.copy(root / "corpus" / "records" / f"{name}.md", tmp_path)
    (tmp_path / "bad.txt").write_bytes(b"\0\1" * 9)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parts, "SIZE", 16_000)
    return tmp_path


TEXTS = ["beijing.md", "nanjing.md", "ningbo.md", "singapore.md"]


def tagged(*more, texts=TEXTS, out="out"):
    """Run the command."""
    return cli.main(["tag", *texts, "--format", "parquet", "--out", out, *more])


def contents(folder):
    """Return what each file below a folder holds."""
    return {path.relative_to(folder): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_same_as_csv(folder, workers):
    """Tokens and tags are those of the CSV tables, value by value; counts are those of the tokens; files have a row."""
    assert cli.main(["tag", *TEXTS, "--published", "2020", "--out", "csv"]) == 0
    assert tagged("--published", "2020", "--workers", workers) == 0
    found = {name: pd.read_parquet(f"out/{name}") for name in ("tokens", "tags", "counts", "files")}
    for name in ("tokens", "tags"):
        assert files.csv_text(found[name]) == Path("csv", f"{name}.csv").read_text(encoding="utf-8")
    counted = counts.count(found["tokens"].rename(columns={"file": "passage_id"}))
    pd.testing.assert_frame_equal(found["counts"], counted.rename(columns={"passage_id": "file"}))
    assert found["files"]["file"].tolist() == TEXTS
    assert len(list(Path("out/files").iterdir())) > 1


def test_labels_of_passages(folder, capsys):
    """The predicted labels are those that the command prints."""
    assert cli.main(["models", *TEXTS]) == 0
    printed = capsys.readouterr().out
    assert cli.main(["models", *TEXTS, "--out", "out"]) == 0
    assert files.csv_text(pd.read_parquet("out/labels")) == printed


def test_nothing_is_made_twice(folder, monkeypatch):
    """Run again, nothing is written; with one more file, just that."""
    tagged(texts=TEXTS[:3])
    before = contents("out")
    monkeypatch.setattr(files, "whole", None)
    assert tagged(texts=TEXTS[:3]) == 0
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert tagged() == 0
    after = contents("out")
    assert before.items() < after.items()
    assert {path.name for path in after.keys() - before.keys()} == {"part-00003.parquet"}
    assert sorted(pd.read_parquet("out/files")["file"]) == sorted(TEXTS)


def test_ended_in_the_middle(folder):
    """After a kill the command does what is missing; all files are as if there had been none, and no others."""
    texts = [f"{n}.txt" for n in range(8)]
    for n, name in enumerate(texts):
        Path(name).write_text(Path(TEXTS[n % 4]).read_text(encoding="utf-8") * (1 + n % 2), encoding="utf-8")
    run = [sys.executable, "-c", DRIVE, "10000", "tag", *texts, "--format", "parquet", "--out"]
    subprocess.run([*run, "whole"], check=True, capture_output=True)
    ended = subprocess.Popen([*run, "out"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait(lambda: len(list(folder.glob("out/files/part-*"))) >= 2)
    ended.send_signal(signal.SIGKILL)
    ended.wait()
    there = contents("out")
    assert 2 <= len(list(Path("out/files").glob("part-*"))) < 8
    (folder / "out" / "tags" / ".part-00008.parquet.x").write_bytes(b"half")
    (folder / "out" / "tags" / "part-00099.parquet").write_bytes(b"of a part without its table of files")
    subprocess.run([*run, "out"], check=True, capture_output=True)
    assert contents("out") == contents("whole")
    assert all(contents("out")[path] == content for path, content in there.items() if "/." not in str(path))


def wait(true, seconds=300):
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def text_changed():
    """Change a text."""
    with Path("ningbo.md").open("a", encoding="utf-8") as file:
        file.write("\n又一段。\n")
    return [], "ningbo.md: has changed since .*part-00002.parquet was made; delete that one to have its part made anew"


def lexicon_changed():
    """Name a lexicon."""
    Path("own.csv").write_text("term,domain\n沐日星云桥,transport\n", encoding="utf-8")
    return ["--lexicon", "own.csv"], 'made_with.json: was begun with "lexicon": "[0-9a-f]{64}"; now it is "lexicon": "'


def engine_changed():
    """Name another engine."""
    return [
        "--engine",
        "jieba",
    ], 'was begun with "engine": "rjieba [0-9.]+"; now it is "engine": "jieba [0-9.]+"; name an'


def option_changed():
    """Name a date."""
    return ["--published", "2020"], 'was begun with "published": ""; now it is "published": "2020"; name another folder'


def version_changed():
    """Have been made by an earlier version."""
    path = Path("out/made_with.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"cityanalysis": "0.1"}, indent=1) + "\n")
    return [], 'was begun with "cityanalysis": "0.1"; now it is "cityanalysis": "'


@pytest.mark.parametrize(
    "change", [text_changed, lexicon_changed, engine_changed, option_changed, version_changed], ids=lambda f: f.__name__
)
def test_versions_are_not_mixed(folder, capsys, change):
    """What was made of something else is told in one line, even with parts missing, and nothing is touched."""
    tagged()
    Path("out/files/part-00001.parquet").unlink()
    options, message = change()
    before = contents("out")
    capsys.readouterr()
    assert tagged(*options) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(message, line)
    assert contents("out") == before


def test_a_part_made_anew(folder):
    """Where a text has changed, its part is made anew as the message says."""
    tagged()
    text_changed()
    Path("out/files/part-00002.parquet").unlink()
    assert tagged() == 0
    assert tagged(out="new") == 0
    for name in ("tokens", "tags", "counts"):
        old, new = (pd.read_parquet(f"{out}/{name}").sort_values(["file"], kind="stable") for out in ("out", "new"))
        pd.testing.assert_frame_equal(old.reset_index(drop=True), new.reset_index(drop=True))


def test_an_empty_folder_and_one_of_others(folder, capsys):
    """An empty folder is taken; what somebody else has put into one is not touched."""
    Path("empty").mkdir()
    assert tagged(out="empty") == 0
    Path("theirs").mkdir()
    Path("theirs", "tokens.csv").write_text("mine", encoding="utf-8")
    capsys.readouterr()
    assert tagged(out="theirs") == 1
    assert "theirs: is not empty, and has no made_with.json; name a new" in capsys.readouterr().err
    assert contents("theirs") == {Path("tokens.csv"): b"mine"}
    assert tagged(out="bad.txt") == 1
    assert "bad.txt: is a file; name a folder" in capsys.readouterr().err


def test_one_run_at_a_time(folder, capsys):
    """While a run fills a folder another is refused in a line, and touches nothing; after its end none is."""
    pytest.importorskip("fcntl", reason="Windows lets two runs into a folder")
    filling = parts.store(TEXTS[:1], "out", lambda documents: {})
    next(filling)
    before = contents("out")
    assert tagged() == 1
    assert "out: another run is filling it; wait until that has ended" in capsys.readouterr().err
    assert contents("out") == before
    filling.close()
    shutil.rmtree("out")
    assert tagged() == 0


def test_bad_files_are_told_each_time(folder, capsys):
    """A file that cannot be read keeps none of the others, and is told again; a part may have no other."""
    for _ in range(2):
        assert tagged(texts=["bad.txt", "beijing.md", "none.txt"]) == 1
        captured = capsys.readouterr()
        faults = [line.partition(": ")[::2] for line in captured.err.splitlines()]
        assert [(file, fault[:5]) for file, fault in faults] == [("bad.txt", "is bi"), ("none.txt", "there")]
        assert captured.out == "out: 1 files\n"
    assert pd.read_parquet("out/tags")["file"].unique().tolist() == ["beijing.md"]
    assert tagged(texts=["bad.txt"], out="nothing") == 1
    assert [path.name for path in Path("nothing").iterdir() if path.is_dir()] == ["files"]


def test_another_version_on_a_worker(folder, monkeypatch, capsys):
    """A machine on which another version is installed makes nothing."""
    versions = iter(["engine rjieba 1", "rjieba 2"])
    monkeypatch.setattr(parts, "_versions", lambda engine: {"cityanalysis": "1", "engine": next(versions)})
    assert tagged() == 1
    assert "'rjieba 2'}; install the same versions on all machines" in capsys.readouterr().err
    assert [path.name for path in Path("out").glob("[!.]*")] == ["made_with.json"]


def test_without_dask(folder, monkeypatch, capsys):
    """Where Dask is not installed a line says how to get it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert tagged("--scheduler", "tcp://127.0.0.1:1") == 1
    assert "--scheduler needs Dask; run pip install 'cityanalysis[cluster]'" in capsys.readouterr().err


class Deadly:
    """What cannot be unpacked where it arrives."""

    def __reduce__(self):
        """Say how."""
        return int, ("x",)


def test_lost_workers_are_told_in_a_line(folder, monkeypatch, capsys):
    """Where workers are lost, be it for want of memory, a line says so; for what they cannot end nobody waits."""
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as there:
        on_cluster = ["--scheduler", there.scheduler_address]
        for lost, options in (
            (futures.BrokenExecutor(), []),
            (futures.CancelledError(), on_cluster),
            (distributed.KilledWorker("task", "worker", 3), on_cluster),
        ):
            monkeypatch.setattr(cli, "_tag", mock.Mock(side_effect=lost))
            assert tagged(*options) == 1
            line = "cityanalysis: workers were lost (memory?); run it again, with fewer at a time\n"
            assert capsys.readouterr().err == line
        monkeypatch.setattr(cli, "_tag", lambda options: cli._store(options, Deadly()))
        with pytest.raises(RuntimeError, match="deserialization"):
            tagged(*on_cluster)


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler and two workers; return its address and the processes of the workers."""
    pytest.importorskip("distributed", reason="distributed is not installed: pip install 'cityanalysis[cluster]'")
    place, log = tmp_path / "scheduler.json", (tmp_path / "cluster.log").open("w")
    quiet = {"stdout": log, "stderr": log, "cwd": tmp_path}
    dask = [sys.executable, "-m", "distributed.cli.dask_"]
    own = ["--no-dashboard", "--scheduler-file", os.fspath(place)]
    scheduler = [*dask[:2], dask[2] + "scheduler", "--host", "127.0.0.1", "--port", "0", *own]
    worker = [*dask[:2], dask[2] + "worker", "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", *own]
    started = [subprocess.Popen(scheduler, **quiet)]
    try:
        wait(place.exists)
        started += [subprocess.Popen([*worker, "--local-directory", f"{tmp_path}/w{n}"], **quiet) for n in range(2)]
        yield json.loads(place.read_text())["address"], started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()
        log.close()


def page(name):
    """Return the Python of a page of the documentation."""
    return "\n".join(re.findall(r"```python\n(.*?)```", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.DOTALL))


def test_a_cluster_finds_the_same(folder, cluster, capsys):
    """A cluster finds what one process does, also where a worker is ended in the middle; so do the page's sums."""
    address, workers = cluster
    texts = [f"text{n:02d}.md" for n in range(24)]
    for n, name in enumerate(texts):
        Path(name).write_text(Path(TEXTS[n % 4]).read_text(encoding="utf-8") * 6, encoding="utf-8")
    run = [sys.executable, "-c", DRIVE, "80000", "tag", *texts, "--format", "parquet", "--out"]
    subprocess.run([*run, "tagged"], check=True, capture_output=True)
    subprocess.run([*run, "both", "--scheduler", address], check=True, capture_output=True)
    ending = subprocess.Popen(
        [*run, "ended", "--scheduler", address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait(lambda: len(list(folder.glob("ended/files/part-*"))) >= 3)
    workers[0].kill()
    assert len(list(folder.glob("ended/files/part-*"))) < len(texts)
    assert ending.wait(300) == 0
    assert contents("tagged") == contents("both") == contents("ended")

    cli.main(["models", *TEXTS, "--out", "labelled"])
    code = page("scaling.md").replace("tcp://192.0.2.1:8786", address)
    for name, lines in (("alone", re.sub("client = .*\n", "", code)), ("there", code)):
        Path(name).mkdir()
        keep = "".join(f"\n{table}.round(6).to_csv('{name}/{table}.csv')" for table in ("words", "key", "mixes"))
        subprocess.run([sys.executable, "-c", lines + keep], check=True, capture_output=True)
    assert contents("alone") == contents("there")
    added = pd.read_parquet("tagged/counts")
    ours = added["file"].isin(["text00.md", "text01.md"])
    key = counts.keyness(added[ours], added[~ours])
    pd.testing.assert_frame_equal(pd.read_csv("there/key.csv", index_col=0), key.round(6), check_dtype=False)
    assert pd.read_csv("there/words.csv", index_col=0)["n"].to_dict() == added.groupby("word")["n"].sum().to_dict()
    capsys.readouterr()
    cli.main(["models", *TEXTS, "--summary"])
    mixes = pd.read_csv(io.StringIO(capsys.readouterr().out)).pivot(index="file", columns="label", values="share")
    found = pd.read_csv("there/mixes.csv", index_col=0).rename(columns=lambda name: name.removeprefix("p_"))
    pd.testing.assert_frame_equal(found[mixes.columns], mixes, atol=0.001, check_names=False)
