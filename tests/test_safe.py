"""What is read is data: nothing in it is executed, unpickled, fetched or expanded, and no name in it is a path."""

import ast
import io
import os
import time
import zipfile
from pathlib import Path

import pytest

from cityanalysis import cli, corpus, readers
from cityanalysis.files import ReadError

SOURCES = sorted((Path(__file__).parents[1] / "src").rglob("*.py"))
UNSAFE = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.full_load", "yaml.unsafe_load"}
UNSAFE |= {"marshal.loads", "joblib.load", "shelve.open", "pd.read_pickle", "pickle.load", "pickle.Unpickler"}
# A Word file's text with an entity in it, and what may define one.
BODY = (
    '<?xml version="1.0"?><!DOCTYPE x [{}]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
    "建设智慧城市&x;。</w:t></w:r></w:p></w:body></w:document>"
)
LAUGHS = '<!ENTITY a "笑笑笑笑笑笑笑笑笑笑">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghix", strict=True)
)


def calls(tree):
    """Return the calls in a tree, each with the name that is called, as it is written."""
    return [(ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def test_nothing_read_is_executed():
    """No call executes a string or loads a pickle, but of the lexicon that a tokenizer took along to its workers."""
    found = []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        (*unpickled,) = (node for node in ast.walk(tree) if getattr(node, "name", "") == "_unpickled")
        allowed = {id(call) for function in unpickled for _, call in calls(function)} if path.name == "words.py" else ()
        for name, call in calls(tree):
            keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
            found += [(path.name, name)] * (name in UNSAFE)
            found += [(path.name, name)] * (name == "pickle.loads" and id(call) not in allowed)
            found += [(path.name, name)] * (name == "yaml.load" and "SafeLoader" not in keywords.get("Loader", ""))
            found += [(path.name, name)] * (keywords.get("shell") == "True")
            found += [(path.name, name)] * (keywords.get("allow_pickle") == "True")
    assert found == []


def test_xml_is_read_without_entities_or_network():
    """Each parser of XML says that it puts in no entity and fetches nothing."""
    parsers = [
        call
        for path in SOURCES
        for name, call in calls(ast.parse(path.read_text(encoding="utf-8")))
        if name.endswith("XMLParser")
    ]
    assert len(parsers) == 1
    for parser in parsers:
        said = {keyword.arg: ast.unparse(keyword.value) for keyword in parser.keywords}
        assert said["resolve_entities"] == "False" and said["no_network"] == "True" and "load_dtd" not in said


def docx(definitions):
    """Return a Word file whose text has an entity that is defined so."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", BODY.format(definitions))
    return packed.getvalue()


@pytest.mark.parametrize(
    "definitions", ['<!ENTITY x SYSTEM "file://{secret}">', '<!ENTITY x SYSTEM "http://127.0.0.1:9">', LAUGHS]
)
def test_no_entity_of_a_word_file_is_put_in(put, definitions):
    """A Word file with an entity that names a file, an address, or a billion laughs is read without it, or refused."""
    secret, began = put("秘密" * 10, "secret.txt"), time.monotonic()
    path = put(docx(definitions.replace("{secret}", str(secret))), "a.docx")
    try:
        assert readers.read(path).text in ("建设智慧城市。", "建设智慧城市")
    except ReadError as error:
        assert "damaged" in str(error)
    assert time.monotonic() - began < 1


TAGS = ["!!python/object/apply:os.system ['touch {}']", "!!python/name:os.system", "2011-13-32", "[" * 9000]


@pytest.mark.parametrize("tag", TAGS)
def test_front_matter_makes_no_objects(tmp_path, tag):
    """The front matter of a record is plain YAML: what would run a command is refused, as is what is no value."""
    from cityanalysis import documents

    text = f"---\ncity: {tag.format(tmp_path / 'ran')}\nwriter: x\ntitle: 宁波\n---\n\n## 2011\n\n建设智慧城市。[@a]\n"
    with pytest.raises(ReadError):
        documents.front_matter(text, path="a.md")
    assert not (tmp_path / "ran").exists()


def test_results_stay_in_their_folder(tmp_path, monkeypatch, capsys):
    """Files of the same name, given by paths that lead up and about, have their texts in the folder of results."""
    for folder in ("a", "b/deep"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "..报告.txt").write_text("宁波建设智慧城市。", encoding="utf-8")
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    names = [
        "../a/..报告.txt",
        "../b/deep/..报告.txt",
        os.fspath(tmp_path / "a" / "..报告.txt"),
        "../in/../a/..报告.txt",
    ]
    assert cli.main(["read", *names, "--out", "out"]) == 0
    written = sorted(path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name not in ("a", "deep"))
    assert {path.parent for path in written} == {tmp_path / "in" / "out"}
    assert len(written) == 1 + len(names)


def test_no_result_takes_the_place_of_another(tmp_path, monkeypatch):
    """Files whose names would be alike without their folders have each their text."""
    names = ["x/a.txt", "y/a.txt", "../x/a.txt", "x_a.txt"]
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    for n, name in enumerate(names):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(f"宁波建设智慧城市{n}期。", encoding="utf-8")
    assert cli.main(["read", *names, "--out", "out"]) == 0
    texts = [path.read_text(encoding="utf-8") for path in Path("out").glob("*.txt")]
    assert sorted(texts) == [f"宁波建设智慧城市{n}期。" for n in range(len(names))]


def test_an_index_names_files_of_its_folder_only(tmp_path):
    """A row of an index that leads out of its folder is refused."""
    (tmp_path / "secret.txt").write_text("秘密的智慧城市计划。", encoding="utf-8")
    (tmp_path / "mine").mkdir()
    for name in ("../secret.txt", str(tmp_path / "secret.txt")):
        (tmp_path / "mine" / "documents.csv").write_text(f"file\n{name}\n", encoding="utf-8")
        with pytest.raises(ReadError, match=r"documents\.csv:2: "):
            corpus.load(tmp_path / "mine")
