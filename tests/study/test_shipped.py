"""What is shipped of texts that may not be: it follows from them, can be counted, and cannot be read."""

import csv
import errno
import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cityanalysis import corpus, counts, files, times
from cityanalysis.study import shipped

RUN = 20  # characters in a row that may not be a text's own
NAMES = ("passages", "counts", "tags")
ORIGINALS = os.environ.get("CITYANALYSIS_ORIGINALS")
with_originals = pytest.mark.skipif(not ORIGINALS, reason="CITYANALYSIS_ORIGINALS names no folder of original texts")


@pytest.fixture(scope="module")
def stored(root):
    """Return the tables as they lie in the repository."""
    return {name: pd.read_parquet(root / corpus.DERIVED / f"{name}.parquet") for name in NAMES}


def test_shipped_files_are_small_and_listed(root):
    """They are three, of less than 5 MB together, and the digest of each is right."""
    paths = sorted((root / corpus.DERIVED).glob("*.parquet"))
    assert [path.stem for path in paths] == sorted(NAMES)
    assert sum(path.stat().st_size for path in paths) < 5_000_000
    listed = files.table("corpus/derived/sha256.csv").set_index("file")["sha256"].to_dict()
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_shipped_passages_have_no_text(stored):
    """A passage is a place, lengths, a share and a signature, in just these columns."""
    passages = stored["passages"]
    assert passages.columns.tolist() == [
        *["passage_id", "doc_id", "city", "section", "start", "end"],
        *["n_chars", "n_words", "minhash", "digital"],
    ]
    assert passages["section"].str.fullmatch(r"(\d+(\.\d+)*)?").all()
    assert set(passages["minhash"].map(len)) == {shipped.PERMUTATIONS}
    assert passages["digital"].between(0, 1).all()


def test_shipped_counts_are_in_dictionary_order(stored):
    """Within a passage words do not stand as in the text, and each stands once a part of speech."""
    order = {passage: i for i, passage in enumerate(stored["passages"]["passage_id"])}
    keys = stored["counts"].assign(at=stored["counts"]["passage_id"].map(order))[["at", "word", "pos"]]
    pd.testing.assert_frame_equal(keys, keys.sort_values(["at", "word", "pos"], ignore_index=True))
    assert not keys.duplicated().any()


def test_shipped_counts_are_of_no_short_sentence(stored):
    """No passage counted has fewer than twenty words, unless it is all of its document."""
    sizes = stored["counts"].groupby("passage_id")["n"].sum()
    documents = sizes.index.str.partition("#").get_level_values(0)
    alone = ~documents.duplicated(keep=False)
    assert sizes[(sizes < counts.SHORT) & ~alone].to_dict() == {}


def test_shipped_counts_hold_all_words(stored):
    """What is counted with a neighbour is not lost: words add up document by document."""
    sizes = stored["passages"].groupby("doc_id")["n_words"].sum()
    counted = stored["counts"].groupby(stored["counts"]["passage_id"].str.partition("#")[0])["n"].sum()
    assert counted.to_dict() == sizes[sizes > 0].to_dict()


def test_shipped_tags_cannot_be_read_on(stored):
    """No tags that overlap or follow at once cover more than twenty characters; titles and what is in them aside."""
    passage, title, first, reach, long = None, 0, 0, 0, []
    for tag in stored["tags"][["passage_id", "start", "end", "kind"]].itertuples():
        if tag.passage_id != passage:
            passage, title, first, reach = tag.passage_id, 0, 0, -1
        if tag.kind == "title" or tag.end <= title:
            title = max(title, tag.end)
            continue
        first = first if tag.start <= reach else tag.start
        reach = max(reach, tag.end)
        if reach - first > RUN:
            long.append((passage, first, reach))
    assert long == []


def test_shipped_tags_lie_in_their_passages(stored):
    """A tag is as long as its text and ends where its passage does, at the latest."""
    tagged = stored["tags"]
    assert (tagged["end"] - tagged["start"]).equals(tagged["text"].str.len().astype("int64"))
    assert (tagged["end"] <= tagged["passage_id"].map(stored["passages"].set_index("passage_id")["n_chars"])).all()


@with_originals
def test_tables_follow_from_the_originals(stored):
    """Derived afresh, every value is the one that is shipped; a column that is not shipped is empty."""
    fresh = shipped.tables(corpus.load(*corpus.PROTECTED, originals=True))
    for name in NAMES:
        left_out = fresh[name].columns.difference(stored[name].columns)
        assert fresh[name][left_out].eq("").all(axis=None)
        pd.testing.assert_frame_equal(fresh[name][stored[name].columns], stored[name], check_exact=True, obj=name)


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


@with_originals
def test_nothing_tracked_copies_the_originals(root):
    """No file of the repository has twenty letters and digits in a row from an original, but in titles.

    Titles are what stands in 《》 in an original, and what the registry, the references and the sources of terms list:
    they are names, which may be shown wherever they are cited (tags, notebooks, ``data/mended.csv``).
    """
    texts = [files.text(path) for path in sorted(Path(ORIGINALS).rglob("*.txt"))]
    known = set().union(*(runs(squeeze(text)) for text in texts))
    lists = ("corpus/documents.csv", "corpus/references.csv", "data/lexicon/sources.csv")
    titles = {found[1] for text in texts for found in times.TITLE.finditer(text)}
    titles |= {title for name in lists for title in files.table(name)["title"]}
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


def unread(text, *tagged):
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
    kept = shipped.unread(table, pd.DataFrame({"passage_id": ["a#1"], "text": [text]}))
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
def test_unread(text, tagged, run, kept, monkeypatch):
    """Tags that touch, overlap or have only marks between them count together, by their letters and digits."""
    monkeypatch.setattr(shipped, "RUN", run)
    assert unread(text, *tagged) == kept


def test_twenty_characters_in_a_row_are_shipped_and_no_more():
    """What was promised to those who hold the rights."""
    text = "甲" * 21
    assert unread(text, (0, 20, "term")) == [text[:20]]
    assert unread(text, (0, 21, "term")) == []


def test_unread_keeps_titles(monkeypatch):
    """A title stays however long, with what is tagged in it, and counts in no run."""
    monkeypatch.setattr(shipped, "RUN", 2)
    text = "甲乙《丙丁戊己》庚"
    tagged = [(0, 2, "term"), (2, 8, "title"), (3, 7, "term"), (3, 8, "term"), (8, 9, "term")]
    assert unread(text, *tagged) == ["甲乙", "《丙丁戊己》", "丙丁戊己", "丙丁戊己》", "庚"]


def test_unread_begins_anew_with_a_passage(monkeypatch):
    """Tags of two passages do not touch, wherever they lie."""
    monkeypatch.setattr(shipped, "RUN", 2)
    passages = pd.DataFrame({"passage_id": ["a#1", "a#2"], "text": ["甲乙", "丙丁"]})
    table = pd.DataFrame({"passage_id": ["a#1", "a#2"], "start": 0, "end": 2, "kind": "term"})
    pd.testing.assert_frame_equal(shipped.unread(table, passages), table)


def resemblance(one, other):
    """Return the share of shingles that two texts have in common, estimated from their signatures."""
    first, second = (np.frombuffer(shipped.minhash(text), dtype=np.uint8) for text in (one, other))
    same = (first == second).mean()
    return (same - 1 / 256) / (1 - 1 / 256)


def test_minhash():
    """The same letters agree wholly, disjoint ones hardly, and others about as their shingles do."""
    rng, found = np.random.default_rng(1), []
    for _ in range(40):
        text, elsewhere = ("".join(map(chr, part)) for part in np.split(0x4E00 + rng.permutation(20_000)[:1000], 2))
        assert resemblance(text, "，".join(text)) == 1
        found.append([resemblance(text, text[:shared] + elsewhere[shared:]) for shared in (0, 100, 250, 400)])
    exact = [max(shared - 4, 0) / (996 - shared) for shared in (0, 100, 250, 400)]
    assert np.mean(found, axis=0).tolist() == pytest.approx(exact, abs=0.02)
    assert (np.std(found, axis=0) < 1.3 * np.sqrt(np.maximum(exact, 1 / 256) / shipped.PERMUTATIONS)).all()


def test_minhash_of_short_texts():
    """A text shorter than a shingle is one."""
    assert resemblance("", "。") == 1
    assert resemblance("甲乙", "甲，乙") == 1
    assert resemblance("甲乙", "甲丙") < 0.05


SIGNATURE = "b753968cb5a67c994701ce799f4df4cfa2dcdc9c0062e387d388ce530fb57f23"


def test_minhash_is_the_same_everywhere():
    """A signature does not depend on the run or the machine."""
    assert hashlib.sha256(shipped.minhash("甲乙丙丁戊己")).hexdigest() == SIGNATURE


def test_write(tmp_path):
    """Each table is a file; columns that say nothing stay away; sizes and digests are those of the files."""
    table = pd.DataFrame({"passage_id": ["a#1"], "n": [0], "empty": [""]})
    sizes = shipped.write({"one": table, "two": table.assign(empty="x")}, folder=tmp_path / "new")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["one.parquet", "sha256.csv", "two.parquet"]
    assert pd.read_parquet(tmp_path / "new" / "one.parquet").to_dict("list") == {"passage_id": ["a#1"], "n": [0]}
    assert pd.read_parquet(tmp_path / "new" / "two.parquet")["empty"].tolist() == ["x"]
    assert sizes == {name: (tmp_path / "new" / name).stat().st_size for name in ("one.parquet", "two.parquet")}
    listed = files.table(tmp_path / "new" / "sha256.csv")
    assert listed.to_numpy().tolist() == [
        [name, hashlib.sha256((tmp_path / "new" / name).read_bytes()).hexdigest()] for name in sizes
    ]


def test_write_whole_or_not_at_all(tmp_path, monkeypatch):
    """Where the disk is full midway, the old files stay as they were, and nothing is left beside them."""
    shipped.write({"one": pd.DataFrame({"n": [1]})}, folder=tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(table, path, **options):
        """Write half a file."""
        Path(path).write_bytes(b"PAR1")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fail)
    with pytest.raises(OSError, match="No space left"):
        shipped.write({"one": pd.DataFrame({"n": [2]})}, folder=tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_tables_stand_for_the_texts(small, monkeypatch):
    """What is shipped of a text is what a corpus has of it, once the text is gone; written twice it is the same."""
    texts, digests = corpus.load("studies"), []
    for _ in range(2):
        shipped.write(shipped.tables(texts))
        digests.append((small / corpus.DERIVED / "sha256.csv").read_bytes())
    assert digests[0] == digests[1]
    monkeypatch.delenv("CITYANALYSIS_ORIGINALS")
    alone = corpus.load("studies")
    assert alone.passages["section"].tolist() == ["", "1", "1", "2", "2"]
    pd.testing.assert_frame_equal(alone.passages, texts.passages.assign(text=""))
    pd.testing.assert_frame_equal(alone.counts, texts.counts)
    assert set(alone.counts["passage_id"]) == {"pudong-model#3"}
    pd.testing.assert_frame_equal(alone.tags, texts.tags)
    assert "数据中心" in alone.tags["term"].tolist()
    assert alone.digital.round(3).tolist() == texts.digital.round(3).tolist()


def test_tables_need_texts():
    """Nothing is derived from what was derived."""
    with pytest.raises(ValueError, match="load it with originals=True"):
        shipped.tables(corpus.load("studies", originals=False))


def test_resemblances_are_those_of_all_pairs():
    """Pairs of two cities with bytes enough, each once; of passages of one city, none."""
    rng = np.random.default_rng(0)
    base = rng.integers(0, 256, (150, shipped.PERMUTATIONS), dtype=np.uint8)
    base[100:] = np.where(rng.random((50, shipped.PERMUTATIONS)) < 0.3, base[:50], base[100:])
    cities = rng.choice(list("abc"), len(base))
    ids = [f"{city}#{n}" for n, city in enumerate(cities)]
    table = pd.DataFrame({"passage_id": ids, "city": cities, "minhash": [row.tobytes() for row in base]})
    found = shipped.resemblances(table, least=6)
    same = (base[:, None] == base[None]).sum(axis=2)
    wanted = {
        (ids[i], ids[j]): same[i, j]
        for i in range(len(ids))
        for j in range(i + 1, len(ids))
        if same[i, j] >= 6 and cities[i] != cities[j]
    }
    assert len(wanted) > 20
    assert dict(zip(zip(found["first"], found["second"], strict=True), found["bytes"], strict=True)) == wanted


def test_resemblance_is_near_the_share_of_shingles():
    """Over many pairs the estimate is right on average, and off by no more than its standard error says."""
    rng, signs = np.random.default_rng(1), np.array(list("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"))
    rows, true = [], []
    for n in range(60):
        shared, *own = ("".join(rng.choice(signs, size)) for size in (60, 60, 60))
        texts = [shared + part for part in own]
        shingles = [{text[i : i + shipped.SHINGLE] for i in range(len(text) - shipped.SHINGLE + 1)} for text in texts]
        true.append(len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1]))
        rows += [(f"{city}#{n}", city, shipped.minhash(text)) for city, text in zip("ab", texts, strict=True)]
    found = shipped.resemblances(pd.DataFrame(rows, columns=["passage_id", "city", "minhash"]), least=1)
    pair = found[found["first"].str.partition("#")[2] == found["second"].str.partition("#")[2]]
    assert len(pair) == 60
    assert pair["resemblance"].mean() == pytest.approx(np.mean(true), abs=0.02)
    assert pair["resemblance"].std() < 0.07
