"""The same text, written and laid out otherwise, is read as the same; what is spoilt is told or refused."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cityanalysis as ca
from cityanalysis import characters

PLAN = """湖边县智慧城市行动方案
一、总体目标
到2026年底，湖边县建成2座数据中心和300座5G基站，光纤通到所有行政村，NB-IoT水表装进每一户，公共停车场全部联网，老人也能用电话叫车。
二、重点任务
（一）办事更方便
推进一网通办，县政务服务中心把证照、社保、医疗等事项都放到网上，居民用手机就能办完，办结时间比2023年缩短40%。
（二）产业更兴旺
培育软件企业15家，力争数字经济增加值占生产总值的比重提高到12.5%，并在县城东边建一个互联网+小镇。"""
RADICAL = {"一": "⼀", "人": "⼈", "大": "⼤", "行": "⾏", "水": "⽔", "网": "⽹", "老": "⽼", "车": "⻋"}


def wrapped(text, width):
    """Wrap every line at a number of characters."""
    return "\n".join(line[at : at + width] for line in text.split("\n") for at in range(0, len(line), width))


def indented(text, width):
    """Wrap every line at a number of characters, paragraphs set in by two."""
    return wrapped("\n".join("　　" + line for line in text.split("\n")), width)


def unseen(text, mark):
    """Put a character that nobody sees behind every third."""
    return re.sub("([^\n]{3})", rf"\1{mark}", text)


LAYOUTS = {
    "wrapped": wrapped,
    "wrapped and set in": indented,
    "wrapped, with blank lines": lambda text, width: wrapped(text.replace("\n", "\n\n"), width),
    "spaced": lambda text, _: re.sub(r"(?<=[^\n])(?=[^\n])", " ", text),
    "spaced by wide blanks": lambda text, _: re.sub(r"(?<=[^\n])(?=[^\n])", "　", text),
    "zero-width spaces": lambda text, _: unseen(text, "\u200b"),
    "soft hyphens": lambda text, _: unseen(text, "\xad"),
    "word joiners": lambda text, _: unseen(text, "\u2060"),
    "byte-order marks": lambda text, _: unseen(text, "\ufeff"),
    "full width": lambda text, _: re.sub("[0-9A-Za-z%+.-]", lambda found: chr(ord(found[0]) + 0xFEE0), text),
    "radicals": lambda text, _: "".join(RADICAL.get(character, character) for character in text),
    "form feeds": lambda text, _: text.replace("\n", "\n\f"),
    "line separators": lambda text, _: text.replace("\n", "\u2028"),
    "next lines": lambda text, _: text.replace("\n", "\x85"),
    "vertical tabulators": lambda text, _: text.replace("\n", "\v"),
    "carriage returns": lambda text, _: text.replace("\n", "\r"),
}


def found(text):
    """Return what is found in a text: sections, passages, and all tags with their values."""
    passages = ca.passages(text)
    tags = ca.tag(passages, ca.tokenize(passages))
    return passages[["section", "text"]].to_numpy().tolist(), tags.drop(columns=["start", "end"]).to_numpy().tolist()


@pytest.fixture(scope="module")
def plain():
    """Return what is found in the plan as it was written."""
    return found(PLAN)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("width", [17, 30])
def test_layout_changes_nothing(read, plain, layout, width):
    """Sections, passages and tags are those of the same text as it was written; what was done is noted."""
    raw = layout(PLAN, width)
    assert raw != PLAN
    reading = read(raw)
    assert found(reading.text) == plain
    assert all(re.search(r": \d+\Z", note) for note in reading.notes)


@given(st.lists(st.sampled_from(list(LAYOUTS)[5:11]), min_size=2, max_size=4), st.integers(16, 30))
def test_layouts_mixed(names, width):
    """Characters changed in several ways at once, and then wrapped, come out as they were."""
    text = PLAN
    for name in names:
        text = LAYOUTS[name](text, width)
    seen = re.sub("[\u200b\xad\u2060\ufeff]", "", text)
    for variant in (text, wrapped(seen, width)):
        clean, _ = characters.clean(variant, wrapped=True)
        assert [line for line in clean.split("\n") if line] == PLAN.split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["湖边县", "山前县", "河口县", "石桥县", "柳林县", "东沟县"] * 3),
        "\n".join(f"{street}街道新建停车位{n}个。" for n in range(10, 40) for street in ("东", "西")),
        "\n".join(f"{n}\t{2 * n}\t{3 * n}" for n in range(10, 40)) + "\n湖边县统计",
        "甲 乙 丙",
        "路灯 | 甲 | 1 | 乙 | 2 | 3",
        "数据 中心 与 光纤 网络 建设 情况",
        "smart city of Dubuque, Iowa\nA B C D E F",
        "互联网＋政务",
    ],
)
def test_what_only_looks_so_stays(text):
    """Names and rows of one length are not joined, words with blanks between them not, Latin letters not."""
    text = characters.clean(text)[0]
    assert characters.unwrapped(text) == (text, [])
    assert text.count(" ") == {"甲": 0, "路": 10, "数": 6, "s": 9}.get(text[0], 0)


def test_wrapped_between_words():
    """Where Latin words stand about a break, a blank comes between them; between Han characters none does."""
    lines = """湖边县与 Smart City Lab 合建 open
data portal，把路灯、水表和公交站
牌都接到 one single network 上，市
民用 mobile phone 就能看到。第二年
用 digital twin of the city 管水库，
老人也用 voice assistant 报修，一
次办好。"""
    assert characters.unwrapped(lines)[0] == lines.replace("open\n", "open ").replace("\n", "")


def test_short_lines_spaced():
    """A heading of two characters, drawn apart, is one word."""
    assert characters.clean("目　　录\n通 知")[0] == "目录\n通知"


MISREAD = {
    "UTF-8 as GBK": (PLAN.encode().decode("gb18030", "ignore"), "UTF-8 once read as GB18030"),
    "UTF-8 as Windows-1252": (PLAN.encode().decode("cp1252", "ignore"), "UTF-8 once read as"),
    "GBK as Latin-1": (PLAN.encode("gbk").decode("latin-1"), "GB18030 once read as"),
    "GBK as Big5": (PLAN.encode("gbk").decode("cp950", "ignore"), "GB18030 once read as CP950"),
}


@pytest.mark.parametrize(("text", "complaint"), MISREAD.values(), ids=MISREAD)
def test_misread_once(refusal, text, complaint):
    """A text that was read in a wrong encoding and saved so is refused, with both encodings."""
    assert refusal(text).startswith(f": was {complaint}")


def test_partly_misread(read):
    """Where only some lines were, they are told."""
    lines = PLAN.split("\n")
    lines[2] = lines[2].encode().decode("gb18030", "ignore")
    reading = read("\n".join(lines * 6))
    assert "lines once read in a wrong encoding: 6, the first is 3" in reading.notes


@pytest.mark.parametrize("text", ["锟斤拷" * 30 + PLAN[:20], "\ufffd" * 99 + PLAN[:20], "\ue123" * 99 + PLAN[:20]])
def test_lost_characters(refusal, text):
    """A text of which little is left is refused."""
    assert refusal(text) == ": has lost its characters (U+FFFD, 锟斤拷 or of private use); take the original"


def test_garbled_without_a_known_way(read):
    """Characters that a wrong table of a font gives are no Chinese, and this is said."""
    shuffled = [chr(code) for code in range(0x8E00, 0x9000)]
    random.Random(1).shuffle(shuffled)
    assert "hardly any common Chinese character; see whether it is garbled" in read("".join(shuffled)).notes


@pytest.mark.parametrize("text", [r'{"a": "\u6e56\u8fb9\u53bf"}', "&#28246;&#36793;&#x53bf;", "%E6%B9%96%E8%BE%B9"])
def test_escaped_characters(refusal, text):
    """Characters that are written as their numbers are told to be decoded."""
    assert refusal(text).startswith(": has its characters escaped")
