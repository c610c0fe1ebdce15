"""What the tests share: a copy of the data to spoil, and what is costly to make, made once."""

import functools
import os
import shutil
from pathlib import Path

import joblib
import matplotlib.pyplot as plt
import pytest
from hypothesis import settings

from cityanalysis import corpus, figures, files, readers, words
from cityanalysis.files import ReadError

# The same examples on every run, however slow the machine is.
settings.register_profile("tests", deadline=None, database=None, derandomize=True)
# Many more by hand, others on each run: `HYPOTHESIS_PROFILE=large pytest tests/test_any_input.py`.
settings.register_profile("large", deadline=None, max_examples=3000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "tests"))


@pytest.fixture(scope="session")
def root():
    """Return the folder of the repository."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def _own_home():
    """Test the data of this repository, whatever the environment says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CITYANALYSIS_HOME", raising=False)
        yield


@pytest.fixture
def home(root, tmp_path, monkeypatch):
    """Copy corpus and data, so that a test can spoil them, and make the copy the home."""
    folder = tmp_path / "home"
    for part in ("corpus", "data"):
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("originals", "own"))
    shutil.copy(root / "datapackage.yaml", folder)
    monkeypatch.setenv("CITYANALYSIS_HOME", os.fspath(folder))
    return folder


@pytest.fixture
def small(home, tmp_path, monkeypatch):
    """Register one study alone, with a text of the test's own, and work in one process."""
    registry = files.table("corpus/documents.csv")
    one = registry[registry["doc_id"] == "pudong-model"]
    files.write_table(home / "corpus" / "documents.csv", one)
    folder = tmp_path / "texts"
    folder.mkdir()
    text = "试作\n一、修桥\n" + "桥梁通车，" * 12 + "建成数据中心。\n二、修路\n道路。"
    (folder / one["file"].iloc[0]).write_text(text, encoding="utf-8")
    monkeypatch.setenv("CITYANALYSIS_ORIGINALS", str(folder))
    with joblib.parallel_config("sequential"):
        yield home


@pytest.fixture
def without(monkeypatch):
    """Have no original texts."""
    monkeypatch.delenv("CITYANALYSIS_ORIGINALS", raising=False)


@pytest.fixture(scope="session")
def lexicon():
    """Return the lexicon that is used unless told otherwise."""
    return words.read_lexicon()


@pytest.fixture(params=words.ENGINES)
def engine(request):
    """Run the test once with each engine."""
    return request.param


@pytest.fixture(scope="session")
def tokenizers(lexicon):
    """Return a function from an engine to its tokenizer with the default lexicon."""
    return functools.cache(lambda engine: words.Tokenizer(engine, lexicon))


@pytest.fixture(scope="session")
def records(_own_home):
    """Return all records, second ones included."""
    return corpus.load("records", second=True)


@pytest.fixture(scope="session")
def passages(records):
    """Return the passages of these records."""
    return records.passages


@pytest.fixture(scope="session")
def tokens(records):
    """Return the words of these passages."""
    return records.tokens


@pytest.fixture(scope="session")
def tagged_records(records):
    """Return the tags of these passages."""
    return records.tags


@pytest.fixture(scope="session")
def originals_read():
    """Return the studies and reports, read where the original texts lie."""
    if not os.environ.get("CITYANALYSIS_ORIGINALS"):
        pytest.skip("CITYANALYSIS_ORIGINALS names no folder of original texts")
    return corpus.load(*corpus.PROTECTED, originals=True)


@pytest.fixture
def style():
    """Draw in the project's style; close what was drawn, and leave no style behind."""
    with plt.rc_context():
        figures.use_style()
        yield
        plt.close("all")
    assert plt.rcParams["font.family"] == ["sans-serif"]


@pytest.fixture
def put(tmp_path):
    """Return a function that puts bytes, or a text as UTF-8, into a file and gives its path."""

    def put(raw, name="a.txt"):
        path = tmp_path / name
        path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
        return path

    return put


@pytest.fixture
def read(put):
    """Return a function that puts bytes into a file and reads it."""
    return lambda raw, name="a.txt", **options: readers.read(put(raw, name), **options)


@pytest.fixture
def fault():
    """Return a function that gives the one line with which another refuses a file, without the name of the file."""

    def fault(function, path):
        with pytest.raises(ReadError) as error:
            function(path)
        message = str(error.value)
        assert "\n" not in message
        assert message.startswith(f"{path}:")
        return message.removeprefix(str(path))

    return fault


@pytest.fixture
def refusal(put, fault):
    """Return a function that puts bytes into a file and gives the line with which it is refused as a document."""
    return lambda raw, name="a.txt": fault(readers.read, put(raw, name))
