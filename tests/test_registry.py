"""Documents of one's own are registered whole or not at all, and each bad one is said in one line."""

import errno
import io
import os
import signal
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import docx
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from cityanalysis import checks, cli, corpus, counts, formats, readers, registry

ABOUT = {"city": "宁波", "title": "潮汐与桥", "published": "2020-02", "genre": "plan"}
TIDE = "沐日星云桥的数据中心每天有两次潮汐。\n桥上的灯在夜里慢慢亮着，云朵替我们保管所有的雨伞。\n"
SHELL = "贝壳们在沙滩上开会，讨论明天的月亮该由谁来擦亮。\n"


@pytest.fixture
def folder(home, tmp_path, monkeypatch):
    """Work beside a copy of corpus and data, in a folder with two texts."""
    place = tmp_path / "mine"
    place.mkdir()
    (place / "a.txt").write_text(TIDE, encoding="utf-8")
    (place / "b.txt").write_text(SHELL, encoding="utf-8")
    monkeypatch.chdir(place)
    return place


def call(*files, again=(), **about):
    """Return the arguments of ``cityanalysis add``."""
    options = [f"--{name}={value}" for name, value in (ABOUT | about).items()]
    return ["add", *map(os.fspath, files), *options, *again]


def state(home):
    """Return every file of the home but the lock, with what it holds."""
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.name != registry.LOCK}


def ids(collection="own"):
    """Return the ids that are registered in a collection."""
    documents = corpus.documents()
    return documents.loc[documents["collection"] == collection, "doc_id"].tolist()


def refused(capsys, arguments, *said):
    """Run a command that must end with one line on standard error, and return what stands on standard output."""
    capsys.readouterr()
    assert cli.main(arguments) == 1
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1, captured.err
    assert captured.err.startswith("cityanalysis: ")
    assert [part for part in said if part not in captured.err] == [], captured.err
    return captured.out


def test_add_registers_and_says_what_it_found(folder, home, capsys):
    """The text lies where its row says, the row is right, the corpus stays sound, and one line sums it up."""
    before = (home / registry.REGISTRY).read_bytes()
    assert cli.main(call("a.txt", url="https://example.org/a")) == 0
    captured = capsys.readouterr()
    assert captured.out == (
        f"ningbo-own-1: from a.txt; text; utf-8; {len(TIDE)} characters; 2 passages, 1 of them digital; "
        "simplified characters; no passage is in another document\n"
    )
    assert captured.err == ""
    after = (home / registry.REGISTRY).read_bytes()
    assert after.startswith(before)
    assert (
        after[len(before) :]
        .decode()
        .startswith(
            "ningbo-own-1,own,ningbo,潮汐与桥,not stated,2020-02,plan,,https://example.org/a,"
            "not ours; not shipped,own/ningbo-own-1.txt,"
        )
    )
    assert (home / "corpus/originals/own/ningbo-own-1.txt").read_text(encoding="utf-8") == TIDE
    assert checks.check() == []


def test_own_documents_are_loaded(folder, monkeypatch):
    """They are read from their texts, alone and beside others, wherever the texts of the shipped ones lie."""
    cli.main(call("a.txt", "b.txt"))
    for elsewhere in (None, os.fspath(folder)):
        if elsewhere:
            monkeypatch.setenv("CITYANALYSIS_ORIGINALS", elsewhere)
        documents, passages = corpus.load(("own",))
        assert documents["doc_id"].tolist() == ["ningbo-own-1", "ningbo-own-2"]
        assert "\n".join(passages["text"]) == (TIDE + SHELL).strip()
    monkeypatch.delenv("CITYANALYSIS_ORIGINALS")
    _, passages = corpus.load(("studies", "own"))
    assert (passages["text"] != "").sum() == 3
    assert "潮汐" in set(counts.load(("own",))["word"])


def test_unknown_collection_names_those_there(folder):
    """Who asks for a collection that is none is told which there are, their own among them."""
    cli.main(call("a.txt", collection="tides"))
    with pytest.raises(ValueError, match=r"'own': unknown; choose among records, studies, reports, tides"):
        corpus.load(("own",))


@pytest.mark.parametrize("name", ["ningbo", "宁波", "宁波市", "Ningbo", "NINGBO", " 宁波 "])
def test_a_city_goes_by_any_of_its_names(folder, name):
    """Slug, Chinese and English name and alias all lead to the city."""
    assert cli.main(call("a.txt", city=name)) == 0
    assert ids() == ["ningbo-own-1"]


def test_ids_are_the_next_free_ones(folder):
    """A number that became free is given again; an id may be chosen."""
    for name in "cde":
        Path(f"{name}.txt").write_text(f"{SHELL}{name}", encoding="utf-8")
    cli.main(call("a.txt", "b.txt"))
    cli.main(["remove", "ningbo-own-1"])
    cli.main(call("c.txt", "d.txt"))
    assert cli.main(call("e.txt", id="my-second")) == 0
    assert sorted(ids()) == ["my-second", "ningbo-own-1", "ningbo-own-2", "ningbo-own-3"]
    assert "my-second" in set(corpus.load(("own",))[1]["doc_id"])


def test_other_forms_and_encodings(folder, home, capsys):
    """A DOCX, a text in another encoding, and one not composed are kept as UTF-8, composed."""
    document = docx.Document()
    document.add_paragraph(SHELL)
    document.save("c.docx")
    Path("d.txt").write_bytes((SHELL + TIDE).encode("gb18030"))
    Path("e.txt").write_text(unicodedata.normalize("NFD", SHELL + "Málaga"), encoding="utf-8")
    assert cli.main(call("c.docx", "d.txt", "e.txt")) == 0
    docx_line, text_line, _ = capsys.readouterr().out.splitlines()
    assert "docx; 24 characters" in docx_line
    assert "text; gb18030; " in text_line
    texts = [path.read_text(encoding="utf-8") for path in sorted((home / "corpus/originals/own").iterdir())]
    assert texts == [SHELL.strip(), SHELL + TIDE, SHELL + "Málaga"]


def test_traditional_characters(folder, home, capsys):
    """They are reported, and converted if asked; then the registry says so."""
    Path("t.txt").write_text("橋樑與燈塔在夜裡說話，雲朵聽見了。\n", encoding="utf-8")
    cli.main(call("t.txt"))
    assert "mostly traditional characters" in (out := capsys.readouterr().out)
    assert "--simplify converts them" in out
    cli.main(call("t.txt", again=["--simplify"]))
    assert "converted to simplified characters" in capsys.readouterr().out
    assert "灯塔" in (home / "corpus/originals/own/ningbo-own-2.txt").read_text(encoding="utf-8")
    assert corpus.documents()["rights"].tolist()[-2:] == [registry.RIGHTS, registry.RIGHTS + registry.SIMPLIFIED]


def test_duplicates(folder, capsys):
    """The same text is refused unless meant; a near one is registered, and both are named by the other's id."""
    cli.main(call("a.txt"))
    before = ids()
    refused(capsys, call("a.txt"), "a.txt: is the same text as ningbo-own-1", "--again")
    assert ids() == before
    assert cli.main(call("a.txt", again=["--again"])) == 0
    assert "; duplicate: 100% of its passages are in ningbo-own-1" in capsys.readouterr().out
    Path("near.txt").write_text(TIDE + SHELL, encoding="utf-8")
    assert cli.main(call("near.txt")) == 0
    assert "; near-duplicate: 67% of its passages are in ningbo-own-1" in capsys.readouterr().out


def pdf(path, **options):
    """Write a PDF of one Chinese line."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(os.fspath(path), **options)
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 700, SHELL.strip())
    canvas.save()


def scan(path):
    """Write a PDF without a text."""
    canvas = Canvas(os.fspath(path))
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()


def truncated(path):
    """Write the first half of a DOCX."""
    whole = io.BytesIO()
    docx.Document().save(whole)
    path.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])


def bomb(path):
    """Write a DOCX that unpacks to more than is read."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (formats.LARGEST + 1))


BAD = {
    "empty.txt": (lambda path: path.write_bytes(b""), "has no text"),
    "blank.txt": (lambda path: path.write_text(" \n\u3000\n\t", encoding="utf-8"), ""),
    "binary.txt": (lambda path: path.write_bytes(bytes(range(256)) * 9), "is binary"),
    "broken.txt": (lambda path: path.write_bytes(TIDE.encode() * 9 + b"\xff\xfe\xff" + TIDE.encode() * 9), ""),
    "locked.pdf": (lambda path: pdf(path, encrypt=StandardEncryption("secret")), "is encrypted"),
    "scan.pdf": (scan, "has no text layer"),
    "half.docx": (truncated, "damaged"),
    "bomb.docx": (bomb, "MB"),
    "large.txt": (lambda path: path.write_bytes(b"a" * (formats.LARGEST + 1)), "is larger than"),
    "hollow.html": (lambda path: path.write_text("<html><body></body></html>", encoding="utf-8"), "has no main text"),
    "english.txt": (lambda path: path.write_text("The moon is polished by shells.", encoding="utf-8"), "no Chinese"),
    "missing.txt": (lambda path: None, "no such file"),
    "folder.txt": (Path.mkdir, "is a folder"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file(folder, home, capsys, name):
    """Each bad file has one line that names it; the others are registered."""
    make, said = BAD[name]
    make(folder / name)
    out = refused(capsys, call(name, "b.txt"), f"cityanalysis: {name}", said)
    assert out.startswith("ningbo-own-1: ")
    assert ids() == ["ningbo-own-1"]
    assert [path.name for path in (home / "corpus/originals/own").iterdir()] == ["ningbo-own-1.txt"]
    assert checks.check() == []


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"city": "Ningpo"}, "city 'Ningpo' is unknown; perhaps ningbo; see data/cities.csv"),
        ({"city": "xqzvw"}, "city 'xqzvw' is unknown; see data/cities.csv"),
        ({"published": "2021-02-29"}, "'2021-02-29' is no date"),
        ({"published": "20210228"}, "'20210228' is no date"),
        ({"genre": "poem"}, "genre 'poem' is unknown; choose among plan"),
        ({"url": "ftp://x"}, "url 'ftp://x' is no address"),
        ({"title": "潮\n汐"}, "has a line break"),
        ({"title": " "}, "has no title"),
        ({"id": "../x"}, "id '../x' is no name"),
        ({"id": "x\ny"}, "has a line break"),
        ({"id": "ningbo-record"}, "id 'ningbo-record' is taken"),
        ({"collection": "../x"}, "collection '../x' is no name"),
        ({"collection": "reports"}, "collection 'reports' belongs to the corpus"),
    ],
)
def test_bad_options(folder, home, capsys, about, said):
    """What the registry does not take is said in one line, and nothing is changed."""
    before = state(home)
    refused(capsys, call("a.txt", **about), "cityanalysis: a.txt: ", said)
    assert state(home) == before


@pytest.mark.parametrize(
    "arguments",
    [["add"], ["add", "a.txt"], call("a.txt", "b.txt", id="x"), ["add", "a.txt", "--from", "list.csv"], ["remove"]],
)
def test_bad_call(folder, home, capsys, arguments):
    """A call that lacks something ends with status 2."""
    before = state(home)
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert state(home) == before


def write_list(*rows, head="file,city,title,published,genre,collection"):
    """Write a list of documents."""
    Path("list.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")


def test_list(folder, home, capsys):
    """Its documents get its cells, and the options where a cell is empty; a second time nothing changes."""
    write_list("a.txt,宁波,潮汐,2020,plan,tides", "b.txt,Suzhou,贝壳,2021-03-04,news,")
    assert cli.main(["add", "--from", "list.csv", "--issuer", "海"]) == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["ningbo-tides-1", "suzhou-own-1"]
    assert corpus.documents()["issuer"].tolist()[-2:] == ["海", "海"]
    assert checks.check() == []
    before = state(home)
    assert cli.main(["add", "--from", "list.csv", "--issuer", "海"]) == 0
    assert capsys.readouterr().out.count("registered before") == 2
    assert state(home) == before


def test_bad_rows_of_a_list(folder, home, tmp_path, capsys):
    """Names that lead out of the folder, be it by a link, have one line each; the rest is done."""
    (tmp_path / "outside.txt").write_text(TIDE, encoding="utf-8")
    Path("link.txt").symlink_to(tmp_path / "outside.txt")
    Path("ring.txt").symlink_to("ring.txt")
    bad = ["../outside.txt", tmp_path / "outside.txt", "link.txt", '"a\nb.txt"', "", "ring.txt"]
    write_list(*(f"{name},宁波,潮汐,2020,plan," for name in bad), "b.txt,苏州,贝壳,2021,news,")
    assert cli.main(["add", "--from", "list.csv"]) == 1
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == len(bad)
    assert captured.out.startswith("suzhou-own-1: ")
    assert [line.split(":")[1].strip() for line in captured.err.splitlines()[:5]] == ["list.csv"] * 5
    assert "is a link that leads out" in captured.err
    assert ids() == ["suzhou-own-1"]


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ("file,city,title,published", "a.txt,宁波,潮汐,2020", "list.csv:1: lacks the column genre"),
        ("file,city,title,published,genre,mood", "a.txt,宁波,潮汐,2020,plan,x", "unknown column 'mood'"),
        ("file,city,title,published,genre", "a.txt,宁波,潮,汐,2020,plan", "list.csv:2: 6 fields"),
        ("file,city,title,published,genre", 'a.txt,宁波,"潮汐,2020,plan', "list.csv:2: "),
        ("file,city,title,published,genre", "", "lists no file"),
    ],
)
def test_malformed_list(folder, capsys, head, row, said):
    """A list that cannot be understood ends the command with one line, before anything is changed."""
    write_list(row, head=head)
    home = readers.home()
    before = state(home)
    refused(capsys, ["add", "--from", "list.csv"], "cityanalysis: list.csv:", said)
    assert state(home) == before
    refused(capsys, ["add", "--from", "none.csv"], "cityanalysis: none.csv: there is no such file")


def test_remove(folder, home, capsys):
    """Registry and folder are as before; documents of the corpus, and what is not there, are refused."""
    before = state(home)
    cli.main(call("a.txt"))
    out = refused(capsys, ["remove", "nanjing-record", "ningbo-own-1"], "nanjing-record: belongs to the records")
    assert out == "ningbo-own-1: removed\n"
    assert state(home) == before
    refused(capsys, ["remove", "ningbo-own-1"], "ningbo-own-1: is not registered")
    refused(capsys, ["remove", "../x\n"], "is not registered")


@pytest.mark.parametrize("at", [0, 1])
def test_disk_full(folder, home, monkeypatch, capsys, at):
    """Where text or registry cannot be written, one line says so and nothing is changed."""
    before, real, calls = state(home), Path.replace, []

    def fail(self, target):
        calls.append(target)
        if len(calls) > at:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    refused(capsys, call("a.txt"), "a.txt: was not added (No space left on device)")
    assert state(home) == before


def test_no_permission(folder, home, monkeypatch, capsys):
    """A file that may not be read, and a folder that may not be written, have one line each (root may do all)."""

    def denied(real):
        def deny(path, *options, **named):
            if path.name == "secret.txt":
                raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
            return real(path, *options, **named)

        return deny

    Path("secret.txt").write_text(SHELL, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", denied(Path.open))
        patch.setattr(Path, "read_bytes", denied(Path.read_bytes))
        refused(capsys, call("secret.txt"), "secret.txt: cannot be opened (Permission denied)")
    before = state(home)

    def fail(*options, **named):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(readers.tempfile, "mkstemp", fail)
    refused(capsys, call("a.txt"), "a.txt: was not added (Permission denied)")
    assert state(home) == before


@pytest.mark.parametrize("command", [["add", "a.txt"], ["remove", "ningbo-own-1"]], ids=["add", "remove"])
@pytest.mark.parametrize("at", [1, 2])
def test_killed_in_the_middle(folder, home, command, at):
    """Killed before or after any change, the registry is whole and sound, no lock stays, and running again succeeds."""
    arguments = call("a.txt") if command[0] == "add" else command
    if command[0] == "remove":
        cli.main(call("a.txt"))
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from cityanalysis import cli\n"
        "calls = []\n"
        "def deadly(real, path, *rest, **named):\n"
        "    calls.append(path)\n"
        f"    if len(calls) == {at}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(path, *rest, **named)\n"
        "replace, unlink = Path.replace, Path.unlink\n"
        "Path.replace = lambda self, target: deadly(replace, self, target)\n"
        "Path.unlink = lambda self, **named: deadly(unlink, self, **named)\n"
        "sys.exit(cli.main(sys.argv[1:]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert checks.check() == []
    corpus.load(["own"] if ids() else ["records"])
    # A removal that was killed after it took out the row is done, but for the text, which has no row.
    if command[0] == "add" or at == 1:
        assert cli.main(arguments) == 0
    assert ids() == (["ningbo-own-1"] if command[0] == "add" else [])
    assert cli.main(call("b.txt")) == 0
    left = {path.name for path in (home / "corpus").rglob("*") if path.name.startswith(".")}
    assert left <= {registry.LOCK}
    texts = sorted(path.stem for path in (home / "corpus/originals/own").iterdir())
    assert texts == ids()
    assert checks.check() == []


def test_two_runs_at_once(folder, home):
    """None of the documents of runs at the same time is lost, and no id is given twice."""
    runs = []
    for run in range(3):
        names = [f"{run}-{n}.txt" for n in range(4)]
        for name in names:
            Path(name).write_text(f"{SHELL}{name}", encoding="utf-8")
        runs.append(
            subprocess.Popen(
                [sys.executable, "-m", "cityanalysis.cli", *call(*names)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )
    for run in runs:
        _, err = run.communicate(timeout=120)
        assert (run.returncode, err) == (0, b"")
    assert sorted(ids()) == sorted(f"ningbo-own-{n}" for n in range(1, 13))
    assert checks.check() == []


def test_the_lock_is_waited_for(folder, home, monkeypatch, capsys):
    """Who cannot get the lock says so in one line and changes nothing."""
    monkeypatch.setattr(registry, "WAITED", 0.1)
    before = state(home)
    with registry._locked():
        script = (
            "import sys; from cityanalysis import cli, registry; registry.WAITED = .1; sys.exit(cli.main(sys.argv[1:]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, *call("a.txt")], capture_output=True, check=False, text=True
        )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("cityanalysis: a.txt: was not added (")
    assert state(home) == before


def test_check_holds_the_texts(folder, home):
    """A text that was changed by hand, or a row that leads elsewhere, is a fault; a text that is not there is none."""
    cli.main(call("a.txt"))
    path, rows = home / "corpus/originals/own/ningbo-own-1.txt", home / registry.REGISTRY
    path.write_text(SHELL, encoding="utf-8")
    assert ["sha256 of own/ningbo-own-1.txt is" in fault for fault in checks.check()] == [True]
    path.unlink()
    assert checks.check() == []
    rows.write_text(readers.text(rows).replace("own/ningbo-own-1.txt", "../../x.txt"), encoding="utf-8")
    assert ["file of ningbo-own-1 is '../../x.txt'" in fault for fault in checks.check()] == [True]
