"""What the tests share: a copy of the data to spoil, and what is costly to make, made once."""

import functools
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from cityanalysis import classify, corpus, derive, features, words
from cityanalysis import tags as tagging

# The same examples on every run, however slow the machine is.
settings.register_profile("tests", deadline=None, database=None, derandomize=True)
settings.load_profile("tests")


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
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("originals"))
    monkeypatch.setenv("CITYANALYSIS_HOME", os.fspath(folder))
    return folder


@pytest.fixture(scope="session")
def lexicon():
    """Return the lexicon that is used unless told otherwise."""
    return words.default_lexicon()


@pytest.fixture(params=words.ENGINES)
def engine(request):
    """Run the test once with each engine."""
    return request.param


@pytest.fixture(scope="session")
def tokenizers(lexicon):
    """Return a function from an engine to its tokenizer with the default lexicon."""
    return functools.cache(lambda engine: words.Tokenizer(engine, lexicon))


@pytest.fixture(scope="session")
def passages():
    """Return the passages of all records, second ones included."""
    return corpus.load(second=True)[1]


@pytest.fixture(scope="session")
def tokens(passages, tokenizers):
    """Return the words of these passages."""
    return words.tokenize(passages, tokenizer=tokenizers("rjieba"))


@pytest.fixture(scope="session")
def tags(passages, tokens, lexicon):
    """Return the tags of these passages."""
    return tagging.tag(passages, tokens, lexicon=lexicon)


@pytest.fixture(scope="session")
def originals_read():
    """Return the studies and reports and their passages, read where the original texts lie."""
    if not os.environ.get("CITYANALYSIS_ORIGINALS"):
        pytest.skip("CITYANALYSIS_ORIGINALS names no folder of original texts")
    return corpus.load(derive.COLLECTIONS, originals=True)


@pytest.fixture(scope="session")
def described():
    """Return the passages of records and reports as a classifier sees them."""
    return features.describe()


@pytest.fixture(scope="session")
def learnt():
    """Return the coded passages from which the classifier may learn."""
    return classify.learnable()


@pytest.fixture(scope="session")
def held_out(described, learnt):
    """Return probabilities of all passages, by classifiers that did not see their city."""
    return classify.crossfit(described, learnt)
