"""Texts that are not shipped are cut and mended as the tables say, and nothing needs them that need not."""

import hashlib
import re

import pytest

from cityanalysis import cells, corpus, counts, originals, readers, tables
from cityanalysis import tags as tagging

THEIRS = ("studies", "reports")


@pytest.fixture
def without(monkeypatch):
    """Have no original texts."""
    monkeypatch.delenv("CITYANALYSIS_ORIGINALS", raising=False)


@pytest.fixture(scope="module")
def files(originals_read):
    """Return the text of each original by document."""
    documents, _ = originals_read
    folder = originals.folder(wanted=True)
    return {row.doc_id: readers.text(folder / row.file) for row in documents.itertuples()}


def cut(text, **known):
    """Return the sections and texts of a text's paragraphs."""
    return [(section, paragraph) for section, _, _, paragraph in originals.paragraphs(text, **known)]


def test_paragraphs_stand_where_they_say():
    """Blanks around a paragraph belong to none, and runs of full-width spaces part paragraphs as line ends do."""
    text = "\ufeff \u3000甲乙 \n\n丙\u3000丁\u3000\u3000\u3000戊\xa0\n \n"
    found = list(originals.paragraphs(text))
    assert [paragraph for *_, paragraph in found] == ["甲乙", "丙\u3000丁", "戊"]
    assert all(text[start:end] == paragraph for _, start, end, paragraph in found)


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ([], ["页首甲", "乙页脚", "丙"]),
        ([(0, 2)], ["甲", "乙页脚", "丙"]),
        ([(0, 2), (5, 7)], ["甲", "乙", "丙"]),
        ([(5, 7), (0, 2)], ["甲", "乙", "丙"]),
        ([(0, 4)], ["乙页脚", "丙"]),
        ([(0, 6), (5, 8)], ["丙"]),
        ([(0, 9)], []),
        ([(4, 5)], ["页首甲", "页脚", "丙"]),
    ],
)
def test_frames_are_cut_away(frames, expected):
    """What is frame stands in no paragraph, in whatever order it is listed, and the rest keeps its place."""
    text = "页首甲\n乙页脚\n丙"
    found = list(originals.paragraphs(text, frames=frames))
    assert [paragraph for *_, paragraph in found] == expected
    assert all(text[start:end] == paragraph for _, start, end, paragraph in found)


def test_frame_parts_a_paragraph():
    """What stands before and behind a frame are two paragraphs."""
    assert list(originals.paragraphs("前半【栏】后半", frames=[(2, 5)])) == [("", 0, 2, "前半"), ("", 5, 7, "后半")]


def test_corrections_that_change_the_length():
    """Every occurrence is put right, in order, and positions stay those in the text as read."""
    found = list(originals.paragraphs("上二海，上二海\n城巾", corrections=[("上二海", "上海"), ("城巾", "城市群")]))
    assert found == [("", 0, 7, "上海，上海"), ("", 8, 10, "城市群")]


def test_nested_headings():
    """A deeper heading begins a new count, a higher one ends it."""
    text = "题\n第一章 甲\n（一）乙\n1. 丙\n（1）丁\n（2）戊\n2．己\n（二）庚\n正文。\n第二章 辛\n(一) 壬"
    assert [section for section, _ in cut(text)] == [
        *["", "1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.2", "1.1.2", "1.2", "1.2", "2", "2.1"]
    ]


def test_heading_that_leaves_a_depth_out():
    """Numbers are those of the headings there are, and each is used once."""
    assert [section for section, _ in cut("一、甲\n1. 乙\n2. 丙\n（一）丁")] == ["1", "1.1", "1.2", "1.3"]


def test_paragraph_like_a_heading_counts_for_none():
    """One that goes on with sentences stands in the section above."""
    assert cut("一、甲\n（一）乙丙。丁戊己。\n（一）庚") == [
        *[("1", "一、甲"), ("1", "（一）乙丙。丁戊己。"), ("1.1", "（一）庚")]
    ]


@pytest.mark.parametrize(
    ("paragraph", "depth"),
    [
        *[("第三章 总则", 0), ("第十二部分", 0), ("十一、任务", 0), ("（三）网络", 1), ("(三)网络", 1)],
        *[("1.网络", 2), ("12、网络", 2), ("3．网络", 2), ("（1）网络", 3), ("(12)网络", 3), ("（一）网络。", 1)],
        *[("1.5亿元", None), ("网络", None), ("2024年", None), ("一是网络", None), ("123、网络", None), ("", None)],
        *[("（一）网络。建成。", None), ("（一）网络！好", None), ("一、" + "字" * 38, 0), ("一、" + "字" * 39, None)],
    ],
)
def test_heading_depth(paragraph, depth):
    """A heading is short, is one sentence at most, and its number says how deep it lies."""
    assert originals.heading(paragraph) == depth


def test_folder_named(tmp_path, monkeypatch):
    """The folder that the variable names is taken, unless none is wanted."""
    monkeypatch.setenv("CITYANALYSIS_ORIGINALS", str(tmp_path))
    assert [originals.folder(wanted=wanted) for wanted in (True, None, False)] == [tmp_path, tmp_path, None]


def test_folder_not_named(home, without):
    """Without the variable the folder within the corpus is taken, where originals are asked for."""
    (home / "corpus" / "originals").mkdir()
    assert [originals.folder(wanted=wanted) for wanted in (None, False)] == [None, None]
    assert originals.folder(wanted=True) == home / "corpus" / "originals"


def test_folder_missing(home, monkeypatch, without):
    """A folder that is not there is named in one line with what to do, unless none is wanted."""
    with pytest.raises(readers.ReadError, match=r"corpus.originals: there is no such folder; put"):
        originals.folder(wanted=True)
    monkeypatch.setenv("CITYANALYSIS_ORIGINALS", str(home / "nowhere"))
    for wanted in (True, None):
        with pytest.raises(readers.ReadError, match=r"nowhere: there is no such folder; put"):
            originals.folder(wanted=wanted)
    assert originals.folder(wanted=False) is None


def test_passages_without_originals(without):
    """They are all there, in form, with an empty text, and none is of another document."""
    documents, passages = corpus.load(THEIRS)
    assert len(documents) == 129
    assert set(passages["doc_id"]) == set(documents["doc_id"])
    assert set(passages["text"]) == {""}
    assert cells.faults(passages, tables.PASSAGES) == []
    assert (passages["passage_id"].str.partition("#")[0] == passages["doc_id"]).all()
    about = documents.set_index("doc_id").loc[passages["doc_id"]]
    assert (passages["city"].to_numpy() == about["city"].to_numpy()).all()
    assert (passages["start"] < passages["end"]).all()
    assert (passages["end"].to_numpy() <= about["n_chars"].to_numpy()).all()


def test_originals_may_be_declined(monkeypatch, tmp_path):
    """They are not read where they are not wanted, even if the variable is set."""
    monkeypatch.setenv("CITYANALYSIS_ORIGINALS", str(tmp_path))
    assert set(corpus.load("studies", originals=False)[1]["text"]) == {""}


def test_counts_and_tags_without_originals(without):
    """They are in form, and each is of a passage that is there and reaches no further than that."""
    passages = corpus.load(THEIRS)[1].set_index("passage_id")
    counted, tagged = counts.load(THEIRS), tagging.load(THEIRS)
    assert cells.faults(counted, tables.COUNTS) == []
    assert cells.faults(tagged, tables.TAGS) == []
    for table in (counted, tagged):
        assert set(table["passage_id"]) <= set(passages.index)
        assert table["passage_id"].str.partition("#")[0].nunique() == 129


def test_one_collection_of_counts_and_tags(without):
    """Only the passages of the collection asked for come from the tables."""
    studies = set(corpus.load("studies")[1]["passage_id"])
    for table in (counts.load("studies"), tagging.load("studies")):
        assert len(table)
        assert set(table["passage_id"]) <= studies


def test_records_and_studies_together(without, passages, tokens, tags):
    """Records are read and cut as ever, studies follow from the tables."""
    ours = set(corpus.load()[0]["doc_id"])
    _, both = corpus.load(("records", "studies"))
    assert (both["text"] != "").equals(both["doc_id"].isin(ours))
    for table, made in (
        (counts.load(("records", "studies")), counts.count(tokens)),
        (tagging.load(("records", "studies")), tags),
    ):
        theirs = ~table["passage_id"].str.partition("#")[0].isin(ours)
        assert theirs.is_monotonic_increasing
        assert theirs.any()
        first = made[made["passage_id"].str.partition("#")[0].isin(ours)]
        assert table[~theirs].to_numpy().tolist() == first.to_numpy().tolist()


def test_originals_are_those_registered(originals_read, files):
    """Digest and length of every text are the registry's."""
    documents, _ = originals_read
    folder = originals.folder(wanted=True)
    digests = [hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in documents["file"]]
    assert digests == documents["sha256"].tolist()
    assert [len(files[doc_id]) for doc_id in documents["doc_id"]] == documents["n_chars"].tolist()


def test_passages_of_originals_stand_in_their_files(originals_read, files):
    """A passage is what stands between its positions, put right; where that changes lengths, a paragraph's are."""
    table = readers.table("data/corrections.csv")
    right = {doc_id: list(zip(rows["wrong"], rows["right"], strict=True)) for doc_id, rows in table.groupby("doc_id")}
    other_length = set(table.loc[table["wrong"].str.len() != table["right"].str.len(), "doc_id"])
    stretches = []
    for row in originals_read[1].itertuples():
        if row.doc_id in other_length and stretches and stretches[-1][0::2] == (row.doc_id, row.start):
            _, start, _, text = stretches.pop()
            stretches.append((row.doc_id, start, row.end, text + row.text))
        else:
            stretches.append((row.doc_id, row.start, row.end, row.text))
    wrong = []
    for doc_id, start, end, text in stretches:
        stands = files[doc_id][start:end]
        for old, new in right.get(doc_id, ()):
            stands = stands.replace(old, new)
        if stands != text:
            wrong.append((doc_id, start, end))
    assert wrong == []


def test_corrections_are_needed_and_made(originals_read, files):
    """What is wrong stands in the text as read and in no passage of it."""
    _, passages = originals_read
    for row in readers.table("data/corrections.csv").itertuples():
        assert row.wrong in files[row.doc_id]
        texts = passages.loc[passages["doc_id"] == row.doc_id, "text"]
        assert not texts.str.contains(row.wrong, regex=False).any(), row.wrong


def test_frames_lie_in_their_texts(originals_read, files):
    """A frame is a stretch of the text, and no passage reaches into it."""
    _, passages = originals_read
    for row in readers.table("data/frames.csv").itertuples():
        start, end = int(row.start), int(row.end)
        assert 0 <= start < end <= len(files[row.doc_id])
        theirs = passages[passages["doc_id"] == row.doc_id]
        assert ((theirs["end"] <= start) | (theirs["start"] >= end)).all()


def test_sections_of_originals_are_numbers(originals_read):
    """No words of a heading stand in a section."""
    assert [cell for cell in set(originals_read[1]["section"]) if not re.fullmatch(r"(\d+(\.\d+)*)?", cell)] == []
