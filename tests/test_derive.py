"""What is shipped of texts that may not be: it follows from them, can be counted, and cannot be read."""

import csv
import errno
import functools
import hashlib
import itertools
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cityanalysis import cli, corpus, counts, derive, originals, readers, tags, times

RUN = 20  # characters in a row that may not be a text's own
NAMES = ("passages", "counts", "tags")


@pytest.fixture(scope="module")
def shipped(root):
    """Return the tables as they lie in the repository."""
    return {name: pd.read_parquet(root / corpus.DERIVED / f"{name}.parquet") for name in NAMES}


def test_shipped_files_are_small_and_listed(root):
    """They are three, of less than 6 MB together, and the digest of each is right."""
    paths = sorted((root / corpus.DERIVED).glob("*.parquet"))
    assert [path.stem for path in paths] == sorted(NAMES)
    assert sum(path.stat().st_size for path in paths) < 6_000_000
    listed = readers.table("corpus/derived/sha256.csv").set_index("file")["sha256"].to_dict()
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_shipped_passages_have_no_text(shipped):
    """A passage is a place, lengths, a share and a signature, in just these columns."""
    passages = shipped["passages"]
    assert passages.columns.tolist() == [
        *["passage_id", "doc_id", "city", "section", "start", "end"],
        *["date_from", "date_to", "n_chars", "n_words", "minhash", "digital"],
    ]
    assert passages["section"].str.fullmatch(r"(\d+(\.\d+)*)?").all()
    assert set(passages["minhash"].map(len)) == {4 * derive.PERMUTATIONS}
    assert passages["digital"].between(0, 1).all()


def test_shipped_counts_are_in_dictionary_order(shipped):
    """Within a passage words do not stand as in the text, and each stands once a part of speech."""
    order = {passage: i for i, passage in enumerate(shipped["passages"]["passage_id"])}
    keys = shipped["counts"].assign(at=shipped["counts"]["passage_id"].map(order))[["at", "word", "pos"]]
    rows = list(keys.itertuples(index=False, name=None))
    assert all(before < after for before, after in itertools.pairwise(rows))


def test_shipped_counts_are_of_no_short_sentence(shipped):
    """No passage counted has fewer than twenty words, unless it is all of its document."""
    sizes = shipped["counts"].groupby("passage_id")["n"].sum()
    documents = sizes.index.str.partition("#").get_level_values(0)
    alone = ~documents.duplicated(keep=False)
    assert sizes[(sizes < counts.SHORT) & ~alone].to_dict() == {}


def test_shipped_counts_hold_all_words(shipped):
    """What is counted with a neighbour is not lost: words add up document by document."""
    sizes = shipped["passages"].groupby("doc_id")["n_words"].sum()
    counted = shipped["counts"].groupby(shipped["counts"]["passage_id"].str.partition("#")[0])["n"].sum()
    assert counted.to_dict() == sizes[sizes > 0].to_dict()


def test_shipped_tags_cannot_be_read_on(shipped):
    """No tags that overlap or follow at once cover more than twenty characters; titles and what is in them aside."""
    passage, title, first, reach, long = None, 0, 0, 0, []
    for tag in shipped["tags"].itertuples():
        if tag.passage_id != passage:
            passage, title, first, reach = tag.passage_id, 0, 0, -1
        if tag.kind == "title" or tag.end <= title:
            title = max(title, tag.end)
            continue
        first = first if tag.start <= reach else tag.start
        reach = max(reach, tag.end)
        if reach - first > derive.RUN:
            long.append((passage, first, reach))
    assert long == []


def test_shipped_tags_lie_in_their_passages(shipped):
    """A tag is as long as its text and ends where its passage does, at the latest."""
    tagged = shipped["tags"]
    assert (tagged["end"] - tagged["start"]).equals(tagged["text"].str.len().astype("int64"))
    assert (tagged["end"] <= tagged["passage_id"].map(shipped["passages"].set_index("passage_id")["n_chars"])).all()


def test_tables_follow_from_the_originals(originals_read, shipped):
    """Derived afresh, every value is the one that is shipped; a column that is not shipped is empty."""
    documents, passages = originals_read
    fresh = derive.tables(passages, published=corpus.published(documents))
    for name in NAMES:
        left_out = fresh[name].columns.difference(shipped[name].columns)
        assert fresh[name][left_out].eq("").all(axis=None)
        kept = fresh[name][shipped[name].columns]
        pd.testing.assert_frame_equal(kept, shipped[name], check_exact=True, obj=name)


def test_counts_and_tags_are_the_same_with_texts(originals_read, shipped):
    """Counting the texts gives the table that is shipped; tagging them gives its tags and few more."""
    studies = set(originals_read[0].query("collection == 'studies'")["doc_id"])
    theirs = {name: shipped[name][shipped[name]["passage_id"].str.partition("#")[0].isin(studies)] for name in NAMES}
    made = counts.load("studies", originals=True)
    assert made.to_numpy().tolist() == theirs["counts"].to_numpy().tolist()
    key = ["passage_id", "start", "end", "kind", "term", "city"]
    tagged = set(tags.load("studies", originals=True)[key].itertuples(index=False, name=None))
    kept = set(theirs["tags"][key].itertuples(index=False, name=None))
    assert kept <= tagged
    assert len(kept) > 0.95 * len(tagged)


def squeeze(text):
    """Return a text's letters and digits."""
    return re.sub(r"[\W_]+", "", text)


def runs(text):
    """Return the runs of `RUN` letters and digits of a squeezed text, as their hashes; addresses have no Han."""
    return {hash(run) for i in range(len(text) - RUN + 1) if not (run := text[i : i + RUN]).isascii()}


def copied(text, known, titles):
    """Return the first run of a text that is known, titles cut out of it; empty where there is none."""
    text = squeeze(text)
    if len(text) < RUN or known.isdisjoint(runs(text)):
        return ""
    for title in titles:
        text = text.replace(title, "\n")
    return next((text[i : i + RUN] for i in range(len(text) - RUN + 1) if hash(text[i : i + RUN]) in known), "")


def strings(value, key=""):
    """Yield the strings of a notebook: cells and outputs whole, HTML without its marks, no images."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from strings(part, name)
    elif isinstance(value, list) and not all(isinstance(part, str) for part in value):
        for part in value:
            yield from strings(part, key)
    elif isinstance(value, str | list) and not key.startswith("image/"):
        whole = "".join(value)
        yield re.sub(r"<[^>]*>", "", whole) if key == "text/html" else whole


def pieces(path):
    """Yield the texts of a file: the values of a table one by one, those of columns of titles left out."""
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        for column in table.columns.difference(["title"]):
            yield from (value for value in table[column].unique() if isinstance(value, str))
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from (value for column, value in row.items() if column != "title" and isinstance(value, str))
    elif path.suffix == ".ipynb":
        yield from strings(json.loads(path.read_text(encoding="utf-8")))
    else:
        raw = path.read_bytes()
        yield "" if b"\0" in raw else raw.decode("utf-8", "replace")


def test_copies_are_found(tmp_path):
    """A run of twenty is found in each kind of file whatever marks part it, and in none if shorter or a title."""
    text = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
    known, parted = runs(text), "，\n".join(text)
    assert copied("前" + parted, known, []) == text
    assert copied(parted[:-1], known, []) == ""
    assert copied(f"《{parted}》", known, [text]) == ""
    html = "".join(f"<b>{char}</b>" for char in text)
    notebook = {"cells": [{"source": ["x"], "outputs": [{"data": {"text/html": [html], "image/png": text}}]}]}
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (tmp_path / "a.md").write_text(parted, encoding="utf-8")
    table = pd.DataFrame({"text": [text[:10], text[10:], parted], "title": "", "n": 1})
    table.to_parquet(tmp_path / "a.parquet")
    table.to_csv(tmp_path / "a.csv", index=False)
    for path in tmp_path.iterdir():
        assert [copied(piece, known, []) for piece in pieces(path) if copied(piece, known, [])] == [text], path.name
    table.assign(title=text, text="").to_csv(tmp_path / "a.csv", index=False)
    assert not any(copied(piece, known, []) for piece in pieces(tmp_path / "a.csv"))


def test_nothing_tracked_copies_the_originals(root, originals_read):
    """No file of the repository has twenty letters and digits in a row from an original, but in titles.

    Titles are what stands in 《》 in an original, and what the registry, the references and the sources of terms list:
    they are names, which may be shown wherever they are cited (tags, notebooks, ``data/mended.csv``).
    """
    texts = [readers.text(path) for path in sorted(originals.folder(wanted=True).rglob("*.txt"))]
    known = set().union(*(runs(squeeze(text)) for text in texts))
    lists = ("corpus/documents.csv", "corpus/references.csv", "data/lexicon/sources.csv")
    titles = {found[1] for text in texts for found in times.TITLE.finditer(text)}
    titles |= {title for name in lists for title in readers.table(name)["title"]}
    # A short title would tear a sentence in which it stands by chance.
    titles = sorted(filter(lambda title: len(title) >= RUN // 2, map(squeeze, titles)), key=len, reverse=True)
    listing = ["git", "-C", str(root), "ls-files", "-z"]
    names = subprocess.run(listing, capture_output=True, check=True).stdout.decode().split("\0")
    paths = [root / name for name in names if name and (root / name).is_file()]
    assert len(paths) > 100
    found = {
        (str(path.relative_to(root)), run)
        for path in paths
        for piece in pieces(path)
        if (run := copied(piece, known, titles))
    }
    assert found == set()


def unread(text, *tagged, run):
    """Return what is kept of tags, given as texts in order, or as start, end and kind."""
    rows, place = [], 0
    for tag in tagged:
        if isinstance(tag, str):
            start = text.index(tag, place)
            rows.append((start, start + len(tag), "term"))
            place = start + 1
        else:
            rows.append(tag)
    table = pd.DataFrame(rows, columns=["start", "end", "kind"]).assign(passage_id="a#1")
    kept = derive.unread(table, pd.DataFrame({"passage_id": ["a#1"], "text": [text]}), run=run)
    return [text[tag.start : tag.end] for tag in kept.itertuples()]


@pytest.mark.parametrize(
    ("text", "tagged", "run", "kept"),
    [
        ("甲乙丙丁", ["甲乙", "丙丁"], 4, ["甲乙", "丙丁"]),
        ("甲乙丙丁", ["甲乙", "丙丁"], 3, ["甲乙"]),
        ("甲乙、丙丁", ["甲乙", "丙丁"], 4, ["甲乙", "丙丁"]),
        ("甲乙、丙丁", ["甲乙", "丙丁"], 3, ["甲乙"]),
        ("甲乙。” 丙丁", ["甲乙", "丙丁"], 3, ["甲乙"]),
        ("甲乙和丙丁", ["甲乙", "丙丁"], 3, ["甲乙", "丙丁"]),
        ("甲乙5丙丁", ["甲乙", "丙丁"], 3, ["甲乙", "丙丁"]),
        ("甲乙丙丁戊", ["甲乙", "丙丁", "戊"], 3, ["甲乙", "戊"]),
        ("甲乙丙丁和戊己", ["甲乙", "丙丁", "戊己"], 3, ["甲乙", "戊己"]),
        ("甲乙丙", ["甲乙", "乙丙"], 3, ["甲乙", "乙丙"]),
        ("甲乙丙", ["甲乙", "乙丙"], 2, ["甲乙"]),
        ("甲乙丙", ["甲乙丙", "乙"], 3, ["甲乙丙", "乙"]),
        ("甲乙丙丁", [(0, 4, "term"), (0, 2, "term")], 3, ["甲乙"]),
        ("5G+甲", ["5G+甲"], 3, ["5G+甲"]),
    ],
)
def test_unread(text, tagged, run, kept):
    """Tags that touch, overlap or are parted by marks only count together, by their letters and digits."""
    assert unread(text, *tagged, run=run) == kept


def test_unread_keeps_titles():
    """A title stays however long, with what is tagged in it, and counts in no run."""
    text = "甲乙《丙丁戊己》庚"
    tagged = [(0, 2, "term"), (2, 8, "title"), (3, 7, "term"), (8, 9, "term")]
    assert unread(text, *tagged, run=2) == ["甲乙", "《丙丁戊己》", "丙丁戊己", "庚"]


def test_unread_begins_anew_with_a_passage():
    """Tags of two passages do not touch, wherever they lie."""
    passages = pd.DataFrame({"passage_id": ["a#1", "a#2"], "text": ["甲乙", "丙丁"]})
    table = pd.DataFrame({"passage_id": ["a#1", "a#2"], "start": 0, "end": 2, "kind": "term"})
    pd.testing.assert_frame_equal(derive.unread(table, passages, run=2), table)


def agreement(one, other):
    """Return the share of places in which the signatures of two texts agree."""
    first, second = (np.frombuffer(derive.minhash(text), dtype="<u4") for text in (one, other))
    assert len(first) == len(second) == derive.PERMUTATIONS
    return (first == second).mean()


def test_minhash():
    """The same letters agree wholly, nearly the same mostly, and disjoint ones not at all."""
    text = "".join(chr(0x4E00 + i) for i in range(200))
    assert agreement(text, "，".join(text)) == 1
    assert agreement(text, text[:199] + "龥") > 0.8
    assert 0.2 < agreement(text, text[:100]) < 0.8
    assert agreement(text, "".join(chr(0x5E00 + i) for i in range(200))) == 0
    assert agreement("", "") == 1
    assert agreement("甲乙", "甲丙") == 0


def test_minhash_is_the_same_everywhere():
    """A signature does not depend on the run or the machine."""
    assert hashlib.sha256(derive.minhash("甲乙丙丁戊己")).hexdigest() == SIGNATURE


SIGNATURE = "1503a219a608ab86292df75fde11f036237fcacdf83a8a54c494c31e493703f2"


def test_write(tmp_path):
    """Each table is a file; columns that say nothing stay away; sizes and digests are those of the files."""
    table = pd.DataFrame({"passage_id": ["a#1"], "n": [0], "empty": [""]})
    sizes = derive.write({"one": table, "two": table.assign(empty="x")}, folder=tmp_path / "new")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["one.parquet", "sha256.csv", "two.parquet"]
    assert pd.read_parquet(tmp_path / "new" / "one.parquet").to_dict("list") == {"passage_id": ["a#1"], "n": [0]}
    assert pd.read_parquet(tmp_path / "new" / "two.parquet")["empty"].tolist() == ["x"]
    assert sizes == {name: (tmp_path / "new" / name).stat().st_size for name in ("one.parquet", "two.parquet")}
    listed = readers.table(tmp_path / "new" / "sha256.csv")
    assert listed.to_numpy().tolist() == [
        [name, hashlib.sha256((tmp_path / "new" / name).read_bytes()).hexdigest()] for name in sizes
    ]


def test_write_whole_or_not_at_all(tmp_path, monkeypatch):
    """Where the disk is full midway, the old files stay as they were, and nothing is left beside them."""
    derive.write({"one": pd.DataFrame({"n": [1]})}, folder=tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(table, path, **options):
        """Write half a file."""
        Path(path).write_bytes(b"PAR1")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fail)
    with pytest.raises(OSError, match="No space left"):
        derive.write({"one": pd.DataFrame({"n": [2]})}, folder=tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.fixture
def small(home, tmp_path, monkeypatch):
    """Register one study alone, with a text of the test's own, and work in one process."""
    registry = readers.table("corpus/documents.csv")
    one = registry[registry["doc_id"] == "pudong-model"]
    readers.write_table(home / "corpus" / "documents.csv", one)
    folder = tmp_path / "texts"
    folder.mkdir()
    text = "试作\n一、修桥\n" + "桥梁通车，" * 12 + "建成数据中心。\n二、修路\n道路。"
    (folder / one["file"].iloc[0]).write_text(text, encoding="utf-8")
    monkeypatch.setenv("CITYANALYSIS_ORIGINALS", str(folder))
    monkeypatch.setattr(derive, "tables", functools.partial(derive.tables, jobs=1))
    return home


def test_derive_command(small, capsys, monkeypatch):
    """Tables are written, told with their sizes, and taken for the texts where these are gone."""
    assert cli.main(["derive"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 documents, 5 passages"
    assert [line.partition(": ")[0] for line in lines[1:]] == [f"corpus/derived/{name}.parquet" for name in NAMES]
    read = corpus.load("studies", originals=True)[1]
    assert read["section"].tolist() == ["", "1", "1", "2", "2"]
    counted = counts.load("studies", originals=True)
    monkeypatch.delenv("CITYANALYSIS_ORIGINALS")
    assert corpus.load("studies")[1].to_numpy().tolist() == read.assign(text="").to_numpy().tolist()
    assert counts.load("studies").to_numpy().tolist() == counted.to_numpy().tolist()
    assert set(counted["passage_id"]) == {"pudong-model#3"}
    tagged = tags.load("studies")
    assert "数据中心" in tagged["term"].tolist()
    assert tagged.columns.tolist() == list(tags.COLUMNS)


def test_derive_is_the_same_twice(small):
    """A second run writes the same bytes."""
    cli.main(["derive"])
    before = (small / "corpus" / "derived" / "sha256.csv").read_bytes()
    cli.main(["derive"])
    assert (small / "corpus" / "derived" / "sha256.csv").read_bytes() == before


def test_derive_without_originals(home, monkeypatch, capsys):
    """Without texts the command says so in one line and leaves the tables as they are."""
    before = {path.name: path.read_bytes() for path in (home / "corpus" / "derived").iterdir()}
    monkeypatch.delenv("CITYANALYSIS_ORIGINALS", raising=False)
    assert cli.main(["derive"]) == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert "there is no such folder; put the original texts there" in captured.err
    assert {path.name: path.read_bytes() for path in (home / "corpus" / "derived").iterdir()} == before
