"""The command does what it can, says the rest in one line each, and leaves nothing half done."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from cityanalysis import __version__, cli, files, readers

TOKENS = "file,start,end,word,pos"
TAGS = "file,start,end,kind,text,city,term,domain,title,date_from,date_to,precision,status,number,unit,bound,direction"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Work in a folder with four texts: plain, as a Windows editor writes them, in another encoding, and no text."""
    (tmp_path / "a.txt").write_text("宁波市推进NB-IoT，\n印发《关于〈5G〉的通知》。\n", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes("\ufeff上海\r\n\r\n智慧城市\r\n".encode())
    (tmp_path / "gbk.txt").write_bytes("宁波市建设智慧城市。\n".encode("gbk"))
    (tmp_path / "bad.txt").write_bytes(b"\0\1" * 9)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(captured):
    """Return the lines of standard error."""
    return captured.err.splitlines()


def test_tag_several_files(folder, capsys):
    """Two files of just these columns, plain UTF-8 CSV, the files in the order in which they were named."""
    assert cli.main(["tag", "b.txt", "a.txt", "--out", "new/out"]) == 0
    assert sorted(path.name for path in (folder / "new" / "out").iterdir()) == ["tags.csv", "tokens.csv"]
    for name, head in (("tokens", TOKENS), ("tags", TAGS)):
        raw = (folder / "new" / "out" / f"{name}.csv").read_bytes()
        assert raw.decode("utf-8").split("\n")[0] == head
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in raw
        table = files.table(folder / "new" / "out" / f"{name}.csv")
        assert table["file"].drop_duplicates().tolist() == ["b.txt", "a.txt"]
    captured = capsys.readouterr()
    assert captured.err == ""
    assert [line.split(": ")[0] for line in captured.out.splitlines()] == [
        os.fspath(Path("new", "out", name)) for name in ("tokens.csv", "tags.csv")
    ]


def test_tag_says_what_it_found(folder):
    """The tags of a text are a city, terms and a title, where they stand."""
    cli.main(["tag", "a.txt", "--out", "out"])
    table = files.table(folder / "out" / "tags.csv")
    assert table[["start", "end", "kind", "text"]].to_numpy().tolist() == [
        *[["0", "3", "city", "宁波市"], ["5", "11", "term", "NB-IoT"]],
        *[["15", "26", "title", "《关于〈5G〉的通知》"], ["19", "21", "term", "5G"]],
    ]
    assert table[["city", "term", "title"]].to_numpy().tolist() == [
        *[["ningbo", "", ""], ["", "NB-IoT", ""], ["", "", "关于〈5G〉的通知"], ["", "5G", ""]],
    ]


def test_positions_are_those_of_the_text_as_read(folder):
    """Positions refer to the text that the command `read` writes, be there carriage returns or a byte-order mark."""
    assert cli.main(["tag", "a.txt", "b.txt", "gbk.txt", "--out", "out"]) == 0
    assert cli.main(["read", "a.txt", "b.txt", "gbk.txt", "--out", "out"]) == 0
    for name, column in (("tokens", "word"), ("tags", "text"), ("passages", "text")):
        table = files.table(folder / "out" / f"{name}.csv")
        texts = {file: files.text(folder / "out" / f"{file}.txt") for file in table["file"].unique()}
        found = [texts[row.file][int(row.start) : int(row.end)] for row in table.itertuples()]
        assert found == table[column].tolist()


def test_read_prints_passages(folder, capsys):
    """A row a passage, as CSV; notes and faults stand on standard error, a line each, and the others are done."""
    assert cli.main(["read", "gbk.txt", "bad.txt", "b.txt"]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "file,n,section,start,end,text",
        "gbk.txt,1,,0,10,宁波市建设智慧城市。",
        "b.txt,1,,0,2,上海",
        "b.txt,2,,4,8,智慧城市",
    ]
    assert lines(captured)[0] == "gbk.txt: encoding guessed: gb18030"
    assert lines(captured)[1].startswith("bad.txt: is binary")


def test_names_and_texts_whatever_the_terminal(folder):
    """Where the terminal has a Western encoding, and a file a name in GBK, Chinese comes out as UTF-8."""
    (folder / "计划.txt").write_text("宁波市建设光网", encoding="utf-8")
    (folder / os.fsdecode("方案.txt".encode("gbk"))).write_text("宁波市建设光网", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "cityanalysis.cli",
        "read",
        "计划.txt",
        os.fsdecode("方案.txt".encode("gbk")),
        "no.txt",
    ]
    done = subprocess.run(
        command, capture_output=True, check=False, encoding="utf-8", env=os.environ | {"PYTHONIOENCODING": "cp1252"}
    )
    assert done.stdout.splitlines()[1:] == ["计划.txt,1,,0,7,宁波市建设光网", "方案.txt,1,,0,7,宁波市建设光网"]
    assert done.stderr == "no.txt: there is no such file; check the name\n"


def test_files_of_one_name(folder):
    """Their texts are written apart, each under a name that tells them."""
    for name in ("east", "west"):
        (folder / name).mkdir()
        (folder / name / "a.txt").write_text(f"{name}部建设光网", encoding="utf-8")
    assert cli.main(["read", "east/a.txt", "west/a.txt", "b.txt", "--out", "out"]) == 0
    written = {path.name: path.read_text(encoding="utf-8")[:4] for path in (folder / "out").glob("*.txt")}
    assert written == {"east_a.txt.txt": "east", "west_a.txt.txt": "west", "b.txt.txt": "上海\n\n"}


def test_for_spreadsheets(folder, capsys):
    """A passage that a spreadsheet program would take for a formula is text there; on request there is a mark."""
    (folder / "c.txt").write_text("=1+1城市\n-5%，城市", encoding="utf-8")
    assert cli.main(["read", "--bom", "c.txt"]) == 0
    assert (
        capsys.readouterr().out
        == "\ufefffile,n,section,start,end,text\nc.txt,1,,0,6,'=1+1城市\nc.txt,2,,7,13,'-5%，城市\n"
    )


def test_traditional_characters_on_request(folder, capsys):
    """They are converted where this is asked for."""
    (folder / "c.txt").write_text("建設數據中心", encoding="utf-8")
    assert cli.main(["read", "--simplify", "c.txt"]) == 0
    assert capsys.readouterr().out.endswith(",建设数据中心\n")


def test_an_address_is_no_file(folder, capsys):
    """Whoever names a web page is told to save it."""
    assert cli.main(["read", "https://example.org/plan.html"]) == 1
    assert "is an address, not a file; save the page or document first" in lines(capsys.readouterr())[0]


def test_a_run_that_is_ended_leaves_the_tables_as_they_were(folder, monkeypatch):
    """Tables of an earlier run stand until those of the next are whole, and nothing stands beside them."""
    cli.main(["tag", "a.txt", "b.txt", "--out", "out"])
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    reads, original = [], readers.read

    def read(file, **options):
        reads.append(file)
        if len(reads) == 2:
            raise KeyboardInterrupt
        return original(file, **options)

    monkeypatch.setattr(readers, "read", read)
    with pytest.raises(KeyboardInterrupt):
        cli.main(["tag", "a.txt", "gbk.txt", "--out", "out"])
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == before


def test_bad_files_do_not_keep_the_others(folder, capsys):
    """Each bad file has one line, the others are done, and the status is 1."""
    assert cli.main(["tag", "bad.txt", "a.txt", "no.txt", ".", "--out", "out"]) == 1
    assert files.table(folder / "out" / "tokens.csv")["file"].unique().tolist() == ["a.txt"]
    starts = ["bad.txt: is binary", "no.txt: there is no such file", ".: is a folder"]
    found = lines(capsys.readouterr())
    assert len(found) == len(starts)
    assert all(line.startswith(start) for line, start in zip(found, starts, strict=True))


def test_bad_files_do_not_change_the_result(folder):
    """What is written is the same as without the bad file."""
    cli.main(["tag", "a.txt", "b.txt", "--out", "good"])
    cli.main(["tag", "a.txt", "bad.txt", "b.txt", "--out", "mixed"])
    for name in ("tokens.csv", "tags.csv"):
        assert (folder / "good" / name).read_bytes() == (folder / "mixed" / name).read_bytes()


def test_only_bad_files(folder, capsys):
    """Where no file can be read nothing is written."""
    assert cli.main(["tag", "bad.txt", "no.txt", "--out", "out"]) == 1
    assert list(folder.rglob("*.csv")) == []
    captured = capsys.readouterr()
    assert len(lines(captured)) == 2
    assert captured.out == ""


def test_a_file_named_twice_counts_once(folder):
    """No row is written twice."""
    cli.main(["tag", "a.txt", "a.txt", "--out", "twice"])
    cli.main(["tag", "a.txt", "--out", "once"])
    assert (folder / "twice" / "tokens.csv").read_bytes() == (folder / "once" / "tokens.csv").read_bytes()


def test_text_without_words_or_tags(folder):
    """A text may have tokens and no tags; the table of tags has its head."""
    (folder / "marks.txt").write_text("和。", encoding="utf-8")
    assert cli.main(["tag", "marks.txt", "--out", "out"]) == 0
    assert (folder / "out" / "tags.csv").read_text(encoding="utf-8") == TAGS + "\n"
    assert len(files.table(folder / "out" / "tokens.csv")) == 2


def test_engines_write_the_same(folder):
    """The files of the two engines are the same, byte for byte."""
    for engine in ("rjieba", "jieba"):
        assert cli.main(["tag", "a.txt", "b.txt", "--engine", engine, "--out", engine]) == 0
    for name in ("tokens.csv", "tags.csv"):
        assert (folder / "rjieba" / name).read_bytes() == (folder / "jieba" / name).read_bytes()


def test_own_lexicon(folder):
    """Somebody's own term is one word and a tag of its domain; a stop word of theirs is none."""
    Path("own.csv").write_text("term,domain\n沐日星云桥,transport\n智慧城市,stop\n", encoding="utf-8")
    Path("c.txt").write_text("沐日星云桥与智慧城市", encoding="utf-8")
    assert cli.main(["tag", "c.txt", "--lexicon", "own.csv", "--out", "out"]) == 0
    table = files.table(folder / "out" / "tags.csv")
    assert table[["start", "end", "term", "domain"]].to_numpy().tolist() == [["0", "5", "沐日星云桥", "transport"]]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("大数据平台 nz 1000\n", "own.csv:1: expected the columns term,domain"),
        ("term,domain\n沐日,\n", "own.csv:2: a term and its domain are needed"),
        (None, "own.csv: there is no such file"),
    ],
)
def test_bad_lexicon(folder, capsys, content, complaint):
    """A lexicon that cannot be used ends the command with one line, before anything is written."""
    if content:
        Path("own.csv").write_text(content, encoding="utf-8")
    assert cli.main(["tag", "a.txt", "--lexicon", "own.csv", "--out", "out"]) == 1
    assert not (folder / "out").exists()
    found = lines(capsys.readouterr())
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize("date", ["2020-13-01", "27.7.2020", "2021-02-30", "", "yesterday"])
def test_bad_date(folder, capsys, date):
    """What is no date is a mistake of the call."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(["tag", "a.txt", "--published", date, "--out", "out"])
    assert stopped.value.code == 2
    assert f"{date!r} is no date; write it as 2020, 2020-07 or 2020-07-27" in capsys.readouterr().err
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["tag"],
        ["tag", "a.txt"],
        ["tag", "--out", "out"],
        ["tag", "a.txt", "--out", "out", "--engine", "x"],
        ["run"],
    ],
)
def test_bad_call(folder, capsys, arguments):
    """A call that lacks something, or has something unknown, ends with status 2 and the usage."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("usage: cityanalysis")
    assert not (folder / "out").exists()


def test_times_are_counted_from_published(folder):
    """去年 is of the year before the date that is given, and open without one."""
    (folder / "c.txt").write_text("去年建成", encoding="utf-8")
    for options, expected in ((["--published", "2020-07-27"], "2019-01-01"), ([], "")):
        assert cli.main(["tag", "c.txt", *options, "--out", "out"]) == 0
        tagged = files.table(folder / "out" / "tags.csv")
        assert tagged.loc[tagged["kind"] == "time", "date_from"].tolist() == [expected]


def test_full_disk_leaves_nothing_half_written(folder, monkeypatch, capsys):
    """Where a file cannot be finished there is none, nor a temporary one, and one line says why."""

    def fail(self, target):
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(Path, "replace", fail)
    assert cli.main(["tag", "a.txt", "--out", "out"]) == 1
    assert list((folder / "out").iterdir()) == []
    found = lines(capsys.readouterr())
    assert len(found) == 1
    assert "No space left" in found[0]
    assert ".csv" in found[0]


def test_a_text_that_cannot_be_written(folder, capsys):
    """It is told in a line that names it, and the passages of the others are there."""
    (folder / "out" / "a.txt.txt").mkdir(parents=True)
    assert cli.main(["read", "a.txt", "b.txt", "--out", "out"]) == 1
    assert [("a.txt.txt" in line, line.count("\n")) for line in lines(capsys.readouterr())[:1]] == [(True, 0)]
    assert files.table(folder / "out" / "passages.csv")["file"].unique().tolist() == ["b.txt"]


def test_earlier_results_are_replaced_whole(folder):
    """Nothing of an earlier run is left in the files."""
    cli.main(["tag", "a.txt", "b.txt", "--out", "out"])
    cli.main(["tag", "b.txt", "--out", "out"])
    assert files.table(folder / "out" / "tokens.csv")["file"].unique().tolist() == ["b.txt"]


def test_version(capsys):
    """The version is the package's."""
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"cityanalysis {__version__}\n"


def test_command_line_itself(folder):
    """Run as a program, with its streams not a terminal, it says the same: no bar, no warnings, one line a bad file."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "cityanalysis.cli", "tag", "bad.txt", "a.txt", "--out", "out"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("bad.txt: ")
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize("date", ["2020", "2020-07", "2020-07-27"])
def test_date_as_exact_as_it_is_known(folder, date):
    """A date may be a year or a month, as in the tables of the project."""
    assert cli.main(["tag", "a.txt", "--out", "out", "--published", date]) == 0


def test_out_that_is_a_file(folder, capsys):
    """A file in the place of the folder is left as it is."""
    before = (folder / "b.txt").read_bytes()
    assert cli.main(["tag", "a.txt", "--out", "b.txt"]) == 1
    assert lines(capsys.readouterr()) == ["cityanalysis: b.txt: is a file; name a folder after --out"]
    assert (folder / "b.txt").read_bytes() == before


def test_models_of_passages(folder, capsys):
    """A row a passage, as CSV, in the order of the files; a bad one has its line, the others are done."""
    assert cli.main(["models", "b.txt", "none.txt", "a.txt"]) == 1
    captured = capsys.readouterr()
    rows = captured.out.splitlines()
    labels = ("infrastructure", "industry", "application", "governance", "other")
    assert rows[0] == "file,n,start,end,primary," + ",".join(f"p_{label}" for label in labels) + ",text"
    assert [row.split(",")[:4] for row in rows[1:]] == [
        ["b.txt", "1", "0", "2"],
        ["b.txt", "2", "4", "8"],
        ["a.txt", "1", "0", "12"],
        ["a.txt", "2", "13", "27"],
    ]
    assert len(lines(captured)) == 1
    assert "none.txt" in lines(captured)[0]


def test_models_of_files(folder, capsys):
    """With --summary a row a label of each file: shares with their intervals, n and verdict."""
    assert cli.main(["models", "--summary", "a.txt", "b.txt"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "file,label,share,low,high,n,p_largest,verdict"
    assert [row.split(",")[:2] for row in rows[1:4]] == [
        ["a.txt", label] for label in ("infrastructure", "industry", "application")
    ]
    assert all(row.endswith(",open") for row in rows[1:])
    assert max(len(cell.partition(".")[2]) for row in rows[1:] for cell in row.split(",")[2:5]) == 4  # decimals


def test_index_of_a_folder(folder, capsys):
    """The files that can be read are listed, the others told."""
    assert cli.main(["index", "."]) == 1
    captured = capsys.readouterr()
    assert captured.out == "documents.csv: 3 added; fill in city, date and what else is known\n"
    assert len(lines(captured)) == 1
    assert "bad.txt: is binary" in lines(captured)[0]
    assert files.table(folder / "documents.csv")["file"].tolist() == ["a.txt", "b.txt", "gbk.txt"]


def test_index_of_nothing(folder, capsys):
    """A folder that is not there is told."""
    assert cli.main(["index", "nowhere"]) == 1
    assert lines(capsys.readouterr()) == ["cityanalysis: nowhere: there is no such folder; check the name"]


def test_workers_change_nothing(folder):
    """Two processes write what one does, notes and faults told alike."""
    for workers in ("1", "2"):
        assert cli.main(["tag", "a.txt", "bad.txt", "b.txt", "gbk.txt", "--workers", workers, "--out", workers]) == 1
    for name in ("tokens.csv", "tags.csv"):
        assert (folder / "1" / name).read_bytes() == (folder / "2" / name).read_bytes()


def test_derive(home, without, capsys):
    """The shipped tables are made anew of the original texts, and their sizes told; without the texts one line is."""
    assert cli.main(["derive"]) == 1
    assert "there is no such folder; put the original texts there" in lines(capsys.readouterr())[0]
    registry = files.table("corpus/documents.csv").query("collection == 'reports'").head(2)
    files.write_table(home / "corpus" / "documents.csv", registry)
    for file in registry["file"]:
        files.write_text(home / "corpus" / "originals" / file, "湖边县建成数据中心一座。\n第二年又建一座。")
    assert cli.main(["derive"]) == 0
    made = [home / "corpus" / "derived" / f"{name}.parquet" for name in ("passages", "counts", "tags")]
    sizes = [f"corpus/derived/{path.name}: {path.stat().st_size / 1e6:.2f} MB" for path in made]
    assert capsys.readouterr().out.splitlines() == ["2 documents, 4 passages", *sizes]
    assert pd.read_parquet(made[0])["doc_id"].tolist() == registry["doc_id"].repeat(2).tolist()


def test_agreement(home, without, capsys, tmp_path):
    """The table is printed, or a sheet for a person written; once it is taken filled, this person is in the table."""
    shutil.rmtree(home / "data" / "own", ignore_errors=True)
    assert cli.main(["agreement"]) == 0
    head, *rows = (line.split(",") for line in capsys.readouterr().out.splitlines())
    assert head[:5] == ["part", "collection", "first", "second", "label"]
    assert {tuple(row[2:4]) for row in rows} == {("reader_a", "reader_b")}
    assert max(len(cell.partition(".")[2]) for row in rows for cell in row) == 3  # digits
    path = tmp_path / "sheet.csv"
    assert cli.main(["agreement", "--sheet", str(path)]) == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # a person opens it in Excel
    sheet = files.table(path)
    known = (sheet["text"] != "").sum()
    assert lines(capsys.readouterr()) == [f"{path}: {len(sheet)} passages, {known} with their text"]
    sheet.loc[2, "primary"] = "industry"
    files.write_table(path, sheet)
    assert cli.main(["agreement", "--filled", str(path)]) == 0
    captured = capsys.readouterr()
    assert lines(captured) == [f"{path}: 1 passages taken"]
    assert "primary,records,human,settled,all,1," in captured.out


def test_a_reader_that_has_enough(folder):
    """Where what is printed is read no longer, as by head, nothing is said of it."""
    command = [sys.executable, "-m", "cityanalysis.cli", "read", "a.txt", "b.txt"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1
