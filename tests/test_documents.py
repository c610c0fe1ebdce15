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


TEXT = "管路灯的人在一块屏上看得见每一盏，坏了当天去修，夜里也有人值守，群众不用再打电话去催。"
SECTIONS = {
    "every kind, nested": """
        -               规划
        1               第一编 甲
        1.1             第一章 乙
        1.1.1           第一节 丙
        1.1.1.1         一、丁
        1.1.1.1.1       （一）戊
        1.1.1.1.1.1     1. 己
        1.1.1.1.1.1.1   （1）庚
        1.1.1.1.1.1.1.1 ①辛
        1.1.1.1.1.1.1.2 ②壬
        1.1.1.1.1.1.2   （2）癸
        1.1.1.1.1.2     2．子
        1.1.1.1.2       (二) 丑
        1.1.1.1.2       TEXT
        1.1.2           第二节 寅
        1.2             第二章 卯
        2               第二编 辰""",
    "as people write them": """
        1   一、甲
        2   二 、乙
        3   三．丙
        4   四. 丁
        5   五，戊
        11  十一、己
        11.1 〔一〕庚
        11.2 （ 二 ）辛
        11.3 三）壬
        21  二十一、癸
        21.1 １．子
        21.2 2、丑
        21.2.1 1)寅
        103 第 一百零三 章　卯
        104 第104章 辰""",
    "one depth below the first": """
        1   （一）甲
        1.1 1. 乙
        2   （二）丙""",
    "a depth left out": """
        1   一、甲
        1.1 1. 乙
        1.2 2. 丙
        1.3 （一）丁""",
    "against custom": """
        1   1. 甲
        1.1 （一）乙
        1.2 （二）丙
        2   2. 丁
        2.1 （一）戊
        3   3. 己""",
    "articles": """
        1     第一章 总则
        1.1   第一条 为了管好路灯，制定本办法。
        1.2   第二条　本办法所称路灯是指：
        1.2   （一）道路上的；
        1.2   （二）园中的。
        2     第二章 职责
        2.3   第三条 县局管路灯。乡镇配合。
        2.3   第一条、第二条所列各项由县局解释。
        2.4   第四条县局每年检查。""",
    "points": """
        1     1 范围
        1     TEXT
        2     2 用语
        2.1   2.1 路灯
        2.1.1 2.1.1 杆
        2.1.2 2.1.2灯头
        2.2   2.2 网
        2.2   3.5亿元用于路灯。
        2.2   2.5 公里长的路装了灯。
        3     3 要求
        3.1   3.1 亮度。不低于旧灯。另行测量。""",
    "points whose chapters are lost": """
        1.1   1.1 甲
        1.2   1.2 乙
        2.1   2.1 丙""",
    "numbers left out, and again": """
        1   一、甲
        1.2 （二）乙
        1.5 （五）丙
        3   三、丁
        4   三、戊
        5   二、己""",
    "run on into text": """
        1   一、装路灯。TEXT
        1.1 （一）选址。TEXT
        1.2 （二）立杆。TEXT
        2   二、管路灯。TEXT
        2.1 1.巡查。TEXT
        2.2 2.维修。TEXT""",
    "run on behind words": """
        1     （一）装路灯
        1.1   一是选址。TEXT
        1.2   二是立杆。TEXT
        2     （二）管路灯
        2     一是巡查。
        2     二是维修；
        2     三是值守。""",
    "a sentence that heads its text": """
        1   （一）把路灯装到每一个村，把旧灯换成新灯，把线路埋到地下，让群众夜里出门看得清、走得稳、心里踏实。
        1   TEXT
        2   （二）管好路灯。
        2   TEXT""",
    "points of a notice": """
        -   各乡镇：
        1   一、TEXT
        2   二、TEXT""",
    "lists are none": """
        1   一、任务
        1   1.装灯；
        1   2.修灯；
        1   3.管灯。
        2   二、要求
        2   （1）TEXT
        2   （2）要快。
        2   （3）TEXT
        2   一是装灯。
        2   一、装灯；二、修灯；三、管灯。
        2   1.装灯。2.修灯。
        2   （一）装灯。
        2   （二）修灯。
        2   5、6月间开工。
        3   三、附则""",
    "tables and contents are none": """
        -   一、目标 1
        -   （一）装灯……………2
        -   二、任务...12
        1   一、目标
        1   1. | 装灯 | 县局
        1   2. | 修灯 | 乡镇
        1   二、修灯 | 乡镇
        2   二、任务""",
    "contents without dots": """
        -   目　录
        -   一、目标1
        -   二、任务12
        1   一、目标
        2   二、任务""",
    "years": """
        -   工作报告
        -   2024年1月8日
        1   2023年工作回顾
        1   TEXT
        1.1 （一）装灯。TEXT
        1.2 （二）修灯。TEXT
        2   2024年工作安排
        2   TEXT
        2.1 一、装灯
        2.2 二、修灯
        2.2 3 管灯""",
    "parts": """
        -   工作报告
        -   各位代表：
        1   过去一年
        1   TEXT
        1.1 一、装灯
        1.1 TEXT
        1.2 二、修灯
        1.2 TEXT
        2   今年的安排
        2.1 一、装灯
        2.1 TEXT
        3   自身建设
        3   TEXT""",
    "divisions of parts": """
        -   各位代表：
        1   2023年工作回顾
        1   TEXT
        1.1 我们装灯，路上亮了
        1.1 TEXT
        1.2 我们修灯，心里亮了
        1.2 TEXT
        2   2024年工作安排
        2   TEXT""",
    "titles within": """
        1     一、任务
        1.1   （一）装灯
        1.1   TEXT
        1.1   城里的灯
        1.1   TEXT
        1.2   （二）修灯
        1.2   TEXT
        2     二、保障
        2     TEXT
        2     县政府
        2     2024年3月5日""",
    "titles before numbers that begin anew": """
        1     一、任务
        1     TEXT
        1.1   路灯工程
        1.1.1 （一）装灯
        1.1.1 TEXT
        1.1.2 （二）修灯
        1.1.2 TEXT
        1.2   水表工程
        1.2.1 （一）装表
        1.2.1 TEXT
        1.2.2 （二）修表
        1.2.2 TEXT
        2     二、保障""",
    "annexes": """
        1   一、目标
        2   二、任务
        2   附件：1.清单
        2   2.名单
        2   县政府
        3   附件1：城里
        3.1 一、目标
        3.2 二、任务
        4   附件2
        4   乡下
        4.1 一、目标""",
    "annexes that are only named": """
        1   一、目标
        1   附件1 清单
        1   附件2 名单
        1   附件内容另发。
        2   附件
        2.1 一、目标""",
    "boxes": """
        1       一、任务
        1.1     （一）装灯
        1.1.1   专栏1 装灯工程
        1.1.1.1 1. 城里
        1.1.1.2 2. 乡下
        1.2     （二）修灯
        1.2.2   专栏2　修灯工程
        1.2.2   TEXT
        2       二、保障""",
}


@pytest.mark.parametrize("layout", SECTIONS.values(), ids=SECTIONS)
def test_sections(layout):
    """Headings of every kind, and what is like one; before each line its section, or a hyphen."""
    rows = [line.split(maxsplit=1) for line in layout.replace("TEXT", TEXT).strip().splitlines()]
    found = documents.passages("\n".join(line for _, line in rows))
    expected = [("" if section == "-" else section, line) for section, line in rows]
    assert list(found[["section", "text"]].itertuples(index=False, name=None)) == expected


@given(st.lists(st.text("一二十、第章条年1２.（）①附件专栏目录 |。；字", max_size=12), max_size=30))
def test_sections_of_any_text(lines):
    """They are numbers, whatever the lines."""
    found = documents.passages("\n".join(lines))
    assert found["section"].str.fullmatch(r"(\d+(\.\d+)*)?").all()


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
    "citation alone": (HEAD + "## 2010\n[@a-1]\n", "x.md:5: a citation without a paragraph"),
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
