"""Any text is cut into passages that stand where they say, and records out of form are refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityanalysis import documents, files


def cut(text, **known):
    """Return section, start, end and text of a text's passages."""
    found = documents.passages(text, **known)
    return list(found[["section", "start", "end", "text"]].itertuples(index=False, name=None))


def pieces(text):
    """Return the texts of a text's passages."""
    return documents.passages(text)["text"].tolist()


def test_passages_have_ids_and_no_references():
    """Numbers run from 1 through the document, over paragraphs that are cut; nothing is cited."""
    found = documents.passages("甲\n" + "字" * 300, doc_id="plan", city="ningbo")
    assert found.columns.tolist() == list(documents.COLUMNS)
    assert found["passage_id"].tolist() == ["plan#1", "plan#2", "plan#3"]
    assert found[["doc_id", "city", "refs"]].drop_duplicates().to_numpy().tolist() == [["plan", "ningbo", ""]]


def test_passages_of_nothing():
    """A text of blanks gives an empty table in form."""
    found = documents.passages(" \n\u3000")
    assert (len(found), found.columns.tolist()) == (0, list(documents.COLUMNS))
    assert found["start"].dtype == int


def test_passages_stand_where_they_say():
    """Blanks around a paragraph belong to none, and runs of full-width spaces part paragraphs as line ends do."""
    text = "\ufeff \u3000甲乙 \n\n丙\u3000丁\u3000\u3000\u3000戊\xa0\n \n"
    found = cut(text)
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
    """What is frame stands in no passage, in whatever order it is listed, and the rest keeps its place."""
    text = "页首甲\n乙页脚\n丙"
    found = cut(text, frames=frames)
    assert [paragraph for *_, paragraph in found] == expected
    assert all(text[start:end] == paragraph for _, start, end, paragraph in found)


def test_frame_parts_a_paragraph():
    """What stands before and behind a frame are two paragraphs."""
    assert cut("前半【栏】后半", frames=[(2, 5)]) == [("", 0, 2, "前半"), ("", 5, 7, "后半")]


def test_corrections_that_change_the_length():
    """Every occurrence is corrected, in order, and positions stay those in the text as read."""
    found = cut("上二海，上二海\n城巾", corrections=[("上二海", "上海"), ("城巾", "城市群")])
    assert found == [("", 0, 7, "上海，上海"), ("", 8, 10, "城市群")]


def test_nested_headings():
    """A deeper heading begins a new count, a higher one ends it."""
    text = "题\n第一章 甲\n（一）乙\n1. 丙\n（1）丁\n（2）戊\n2．己\n（二）庚\n正文。\n第二章 辛\n(一) 壬"
    assert [section for section, *_ in cut(text)] == [
        *["", "1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.2", "1.1.2", "1.2", "1.2", "2", "2.1"]
    ]


def test_heading_that_leaves_a_depth_out():
    """Numbers are those of the headings there are, and each is used once."""
    assert [section for section, *_ in cut("一、甲\n1. 乙\n2. 丙\n（一）丁")] == ["1", "1.1", "1.2", "1.3"]


def test_paragraph_like_a_heading_counts_for_none():
    """One that goes on with sentences stands in the section above."""
    assert [(section, text) for section, *_, text in cut("一、甲\n（一）乙丙。丁戊己。\n（一）庚")] == [
        *[("1", "一、甲"), ("1", "（一）乙丙。丁戊己。"), ("1.1", "（一）庚")]
    ]


@pytest.mark.parametrize(
    ("paragraph", "depth"),
    [
        *[("第三章 总则", 0), ("第十二部分", 0), ("十一、任务", 0), ("（三）网络", 1), ("(三)网络", 1)],
        *[("1.网络", 2), ("12、网络", 2), ("3．网络", 2), ("（1）网络", 3), ("(12)网络", 3), ("（一）网络。", 1)],
        *[("1.5亿元", None), ("网络", None), ("2024年", None), ("一是网络", None), ("123、网络", None), ("", None)],
        *[("（一）网络。建成。", None), ("（一）网络！好", None), ("（一）网络；好", None)],
        *[("一、" + "字" * 38, 0), ("一、" + "字" * 39, None)],
    ],
)
def test_heading_depth(paragraph, depth):
    """A heading is short, is one main clause at most, and its number says how deep it lies."""
    assert documents.heading_depth(paragraph) == depth


LONG = "字" * 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{LONG}。二。", [f"{LONG}。二。"]),
        (f"{LONG}。{LONG}。", [f"{LONG}。", f"{LONG}。"]),
        (f"{LONG}，他说：“{'好' * 40}。”又来。", [f"{LONG}，他说：", f"“{'好' * 40}。”又来。"]),
        (f"{LONG}。他说：“{'好' * 40}。”又来。", [f"{LONG}。", f"他说：“{'好' * 40}。”又来。"]),
        (f"{LONG}！？{LONG}……行", [f"{LONG}！？", f"{LONG}……行"]),
        (f"{LONG}，{LONG}；尾", [f"{LONG}，", f"{LONG}；尾"]),
        (f"{LONG}、{LONG}", [f"{LONG}、", LONG]),
        ("字" * 500, ["字" * 240, "字" * 240, "字" * 20]),
    ],
)
def test_long_paragraphs_are_cut(text, expected):
    """At the end of a sentence with its closing quotes, else of a clause, else after 240 characters."""
    assert pieces(text) == expected


@given(st.text("城市建设a 。！？…，；、”》", max_size=900) | st.text(max_size=60))
def test_passages_cover_any_text(text):
    """Passages follow one another, none is empty or too long, and only blanks lie between them."""
    end = 0
    for _, start, stop, passage in cut(text):
        assert text[start:stop] == passage
        assert 0 < stop - start <= documents.LONGEST
        assert not text[end:start].strip(documents.BLANK + "\n")
        end = stop
    assert not text[end:].strip(documents.BLANK + "\n")


HEAD = "---\ncity: x\n---\n"
BAD_RECORDS = {
    "no front matter": ("## 2010\n", "x.md:1: expected front matter between two lines '---'; add it"),
    "front matter left open": ("---\ncity: x\n## 2010\n", "x.md:1: expected front matter"),
    "front matter no YAML": ("---\ncity: [x\n---\n", "x.md: the front matter is not YAML"),
    "front matter a list": ("---\n- x\n---\n", "x.md:2: expected lines 'name: value'"),
    "before the first heading": (HEAD + "\n启动。[@a-1]\n", "x.md:5: a paragraph before the first heading"),
    "no citation": (HEAD + "## 2010\n\n启动。[@a-1]\n\n建成。\n", "x.md:8: a paragraph without a citation"),
    "citation within": (HEAD + "## 2010\n启动[@a-1]，建成。[@b-2]\n", "x.md:5: a citation within a paragraph"),
    "citation of nothing": (HEAD + "## 2010\n启动。[@]\n", "x.md:5: a paragraph without a citation"),
    "deeper heading": (HEAD + "### 2010\n", "x.md:4: a paragraph before the first heading"),
}


@pytest.mark.parametrize(("text", "complaint"), BAD_RECORDS.values(), ids=BAD_RECORDS)
def test_record_out_of_form(text, complaint):
    """A record out of form is refused in one line that names the line."""
    with pytest.raises(files.ReadError) as error:
        documents.record_passages(text, path="x.md", doc_id="x-record", city="x")
    assert str(error.value).startswith(complaint)
    assert "\n" not in str(error.value)


def test_record_in_form():
    """Sections, positions, citations in several brackets and repeated ones."""
    text = HEAD + "## 2010\n\n启动。[@a-1; @b-2]\n\n  建成。 [@b-2] [@a-1; @b-2]\n## 2011—2012\n扩建。[@c]"
    found = documents.record_passages(text, path="x.md", doc_id="x-record", city="x")
    assert found[["passage_id", "section", "text", "refs"]].to_numpy().tolist() == [
        ["x-record#1", "2010", "启动。", "a-1 b-2"],
        ["x-record#2", "2010", "建成。", "b-2 a-1"],
        ["x-record#3", "2011—2012", "扩建。", "c"],
    ]
    assert [text[row.start : row.end] for row in found.itertuples()] == found["text"].tolist()


def test_long_paragraph_of_a_record_keeps_its_references():
    """Each stretch of it cites what the paragraph cites."""
    text = HEAD + f"## 2010\n{LONG}。{LONG}。[@a]"
    found = documents.record_passages(text, path="x.md", doc_id="x-record", city="x")
    assert found[["text", "refs"]].to_numpy().tolist() == [[f"{LONG}。", "a"]] * 2


def test_front_matter_ends_where_the_body_begins():
    """The position is that of the first character behind the second line of hyphens."""
    fields, position = documents.front_matter(HEAD + "正文", path="x.md")
    assert (fields, (HEAD + "正文")[position:]) == ({"city": "x"}, "正文")


def test_cited_references_are_found_whole():
    """An id is not cut at its hyphens or digits."""
    assert re.findall(documents.CITED, "[@a-1-b2; @c]") == ["a-1-b2", "c"]
