"""Documents as people have them are read to the character, or refused in one line."""

import codecs
import io
import re
import struct
import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from cityanalysis import files, readers

FIRST = "一、先铺光网，再谈应用。"
TEXT = f"{FIRST}\n湖边小城用三年时间把路灯、水表和公交站牌都接到同一张网上，市民用手机就能看到。\n"
TRADITIONAL = "湖邊小城用三年時間把路燈、水錶和公車站牌都接到同一張網上，市民用手機就能看到。\n"
FRUIT = "樱桃柑橘柠檬葡萄枇杷荔枝杨梅芒果菠萝桑葚石榴蜜柚龙眼椰枣猕猴桃草莓蓝莓西瓜甜瓜苹果雪梨蟠桃油桃李杏\n"
UTF_8 = "save it as UTF-8"


# Text and its encodings


@pytest.mark.parametrize(
    ("raw", "text", "encoding", "notes"),
    [
        (TEXT.encode(), TEXT, "utf-8", ()),
        (TEXT.encode("utf-8-sig"), TEXT, "utf-8", ()),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), TEXT, "utf-16-le", ()),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT, "utf-16-be", ()),
        (TEXT.encode("gbk"), TEXT, "gb18030", ("encoding guessed: gb18030",)),
        ((TEXT + "㐂𠮷").encode("gb18030"), TEXT + "㐂𠮷", "gb18030", ("encoding guessed: gb18030",)),
        ("城市会变得更聪明吗".encode("gbk"), "城市会变得更聪明吗", "gb18030", ("encoding guessed: gb18030",)),
        ("模".encode("gbk") * 2 + FIRST.encode("gbk"), "模模" + FIRST, "gb18030", ("encoding guessed: gb18030",)),
        ("甪".encode(), "甪", "utf-8", ()),
        ("a\r\n城\rb\u3000".encode(), "a\n城\nb\u3000", "utf-8", ()),
        ("城e\u0301\uf9dc".encode(), "城é\u9686", "utf-8", ()),
    ],
)
def test_text_in_every_encoding(read, raw, text, encoding, notes):
    """Characters come out as they went in, composed, with plain line ends; a guess is said to be one."""
    assert read(raw) == (text, "text", encoding, notes)


@pytest.mark.parametrize("text", [TRADITIONAL, "城市會變得更聰明嗎？我們來看看它的路燈。", "價格是€5，恒春"])
def test_big5_as_windows_writes_it(read, text):
    """Big5 is told from GBK in short texts, too, and has the signs of code page 950."""
    reading = read(text.encode("cp950"))
    assert reading[:3] == (text, "text", "big5")
    assert reading.notes[0] == "encoding guessed: big5"
    assert reading.notes[1].startswith("traditional characters: ")


@pytest.mark.parametrize("encoding", ["gbk", "big5"])
@pytest.mark.parametrize("start", range(0, 20, 2))
def test_twenty_characters_are_enough(read, encoding, start):
    """Any stretch of 20 characters of an ordinary sentence shows its encoding."""
    piece = {"gbk": TEXT.split("\n")[1], "big5": TRADITIONAL}[encoding][start : start + 20]
    assert read(piece.encode(encoding)).text == piece


LONG = {"gb18030": TEXT * 6, "cp950": TRADITIONAL * 6, "gbk": FRUIT * 6}


@pytest.mark.parametrize(("encoding", "text"), LONG.items())
def test_long_text_in_every_encoding(read, encoding, text):
    """Long texts are told apart even where they hold no common character, as a list of fruits."""
    reading = read(text.encode(encoding))
    assert reading.text == text
    assert reading.notes[0] == f"encoding guessed: {'big5' if encoding == 'cp950' else 'gb18030'}"


FOREIGN = {
    "euc-kr": "도시는 시민의 삶의 질을 높이기 위하여 정보통신기술을 바탕으로 기반시설을 건설한다. ",
    "euc-jp": "これはまちです。市民の生活を豊かにするために、都市計画を進めています。",
    "shift-jis": "これはまちです。市民の生活を豊かにするために、都市計画を進めています。",
    "koi8-r": "Умный город использует данные для управления транспортом и энергией. ",
    "latin-1": "La ville où l'été, les réseaux et les données sont à la portée de tous; ça déjà vu. ",
}


@pytest.mark.parametrize(("encoding", "text"), FOREIGN.items())
def test_other_languages_are_not_taken_for_chinese(refusal, encoding, text):
    """In their own encodings they are refused as unclear, and in UTF-8, where that is certain, as not Chinese."""
    unclear = ": has an unclear encoding (not UTF-8, UTF-16, GB18030 or Big5); save it as UTF-8"
    assert refusal(text.encode(encoding)) == unclear
    assert refusal((text * 40).encode(encoding)) == unclear


def test_other_alphabet_in_utf_8(refusal):
    """A long text that is UTF-8 without a Chinese character is not guessed at."""
    assert refusal(FOREIGN["koi8-r"] * 10).startswith(": has no Chinese characters; see whether it is the right file")


UNREADABLE = {
    "blank": (" \r\n\t\u3000\n".encode(), ": has no text; nothing to do with it"),
    "UTF-8 broken": (TEXT.encode() + b"\xff" + TEXT.encode(), ":3: byte 0xff at 155 is not UTF-8; save it"),
    "GBK broken": ((TEXT.encode("gbk") + b"\xff") * 2, ":3: byte 0xff at 104 is not GB18030; save it"),
    "long GBK broken": ((TEXT.encode("gbk") + b"\xff") * 9, ":3: byte 0xff at 104 is not GB18030; save it"),
    "Big5 broken": ((TRADITIONAL.encode("big5") + b"\xff") * 2, ":2: byte 0xff at 79 is not BIG5; save it"),
    "UTF-8 cut off": ("城市".encode()[:-1], ":1: byte 0xe5 at 3 is not UTF-8; save it"),
    "UTF-16 cut off": ("城\n市".encode("utf-16")[:-1], ":2: byte 0x02 at 6 is not UTF-16-LE; save it"),
    "zero": (b"a\0b", ": is binary, not a text; export its text as UTF-8"),
    "zero in UTF-16": ("城\0".encode("utf-16"), ": is binary, not a text"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ": is binary, not a text"),
    "control characters": (b"\x01\x02abc" * 9, ": is binary, not a text"),
    "English": (b"A city.", ": has no Chinese characters; see whether it is the right file"),
}


@pytest.mark.parametrize(("raw", "complaint"), UNREADABLE.values(), ids=UNREADABLE)
def test_text_refused(refusal, raw, complaint):
    """What is no Chinese text in a known encoding is refused; a fault in the middle with line and byte."""
    assert refusal(raw).startswith(complaint)


def test_limits(monkeypatch, refusal):
    """A file over a limit is refused with the limit."""
    monkeypatch.setattr(files, "CHARACTERS", 20)
    assert refusal("城" * 21) == ": has more than 20 characters of text; split it"
    monkeypatch.setattr(readers, "LARGEST_TREE", 1_000)
    assert refusal("<html>" + " " * 1_000, "a.html").startswith(": is a web page larger than 0.001 MB; save its text")
    monkeypatch.setattr(files, "LARGEST", 2_000)
    assert refusal("城" * 1_000) == ": is larger than 0.002 MB; split it"


# Old and foreign forms

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"


@pytest.mark.parametrize(
    ("raw", "name", "complaint"),
    [
        (COMPOUND, "a.doc", "form .doc, which is not read; convert it with LibreOffice: "),
        (COMPOUND, "a.wps", "form .wps"),
        (COMPOUND, "a.txt", "form .doc"),
        (COMPOUND, "a.ppt", "form .ppt, which is not read; convert it with LibreOffice: "),
        (b"{\\rtf1\\ansi}", "a.doc", "form .rtf"),
        ("城市", "a.odt", "form .odt"),
        ("城市", "a.EPUB", "form .epub, which is not read; convert it with pandoc: pandoc -o NAME.docx NAME.epub"),
        ("城市", "a.ofd", "form .ofd, which is not read; save it as PDF with the program that opens it"),
    ],
)
def test_other_forms_are_named_with_a_way(refusal, raw, name, complaint):
    """Whoever has an old or foreign form is told how to convert it."""
    assert refusal(raw, name).startswith(f": is in the {complaint}")


def archive(**parts):
    """Return a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def test_archives_are_told_by_what_lies_in_them(refusal):
    """A presentation under another name is one; an archive of something else is binary."""
    assert refusal(archive(ppt__a="x"), "a.docx").startswith(": is in the form .pptx, which is not read; ")
    assert refusal(archive(content="x"), "a.odt").startswith(": is in the form .odt")
    assert refusal(archive(a="x")) == ": is binary (a zip archive), not a text; unpack it"


def test_name_says_less_than_content(read, refusal):
    """A web page under the name of a PDF is read as what it is, with a note; what is nothing of the kind is refused."""
    reading = read("<!DOCTYPE html><p>湖边小城把路灯接到网上。</p>", "a.pdf")
    assert reading == ("湖边小城把路灯接到网上。", "html", "utf-8", ("named .pdf, but is html",))
    assert read(word("城市"), "a.txt").notes == ("named .txt, but is docx",)
    assert read(word("城市"), "a").notes == ("named without a suffix, but is docx",)
    assert refusal("城市", "a.docx") == ": is no DOCX, or is damaged; open it and save it again"


# Markdown


def test_markdown(read):
    """Marks go, text stays; lines of a paragraph are joined, without a blank between Chinese characters."""
    text = """---
title: 不要
---
# 一、光网 #

湖边**小城，**用三年\n时间把[路灯](http://a.cn)接到\nsmart\ngrid 上。<b>好</b>  \n换行

3. 第三
4. 第四

- 甲

| 年 | 数 |
|---|---|
| 一 | ~~二~~ |

```
代码
```
<!-- 不要 -->
![图](a.png)
"""
    reading = read(text.replace("\n", "\r\n"), "a.md")
    assert reading.text.split("\n") == [
        *("一、光网", "湖边小城，用三年时间把路灯接到smart grid 上。好", "换行"),
        *("3. 第三", "4. 第四", "甲", "年", "数", "一", "二", "代码", "图"),
    ]
    assert reading[1:] == ("markdown", "utf-8", ())


# HTML

PARAGRAPH = "<p>{}湖边小城把路灯、水表和公交站牌接到\n  同一张<b>网</b>上，市民看得见，也<span>用得着</span>。</p>"
PAGE = (
    "<html><head><meta charset={}><title>题</title></head><body><nav><a href=/>首页</a></nav>"
    "<div id=a><h2>一、光网</h2>"
    + "".join(map(PARAGRAPH.format, "甲乙丙"))
    + "<table><tr><td>年份</td><td>灯数</td></tr></table><ul><li>末项</li></ul></div>"
    "<footer>版权</footer></body></html>"
)


@pytest.mark.parametrize(
    ("encoding", "declared", "found", "notes"),
    [
        ("utf-8", "gb2312", "utf-8", ()),
        ("gbk", "gb2312", "gb18030", ()),
        ("gbk", "utf-8", "gb18030", ("encoding guessed: gb18030",)),
        ("utf-16", "utf-8", "utf-16-le", ()),
    ],
)
def test_html(read, encoding, declared, found, notes):
    """The main text comes out with headings and cells, without navigation; the encoding is not what the page claims."""
    reading = read(PAGE.format(declared).encode(encoding), "a.htm")
    line = "湖边小城把路灯、水表和公交站牌接到同一张网上，市民看得见，也用得着。"
    assert reading.text.split("\n") == ["一、光网", *(f"{a}{line}" for a in "甲乙丙"), "年份", "灯数", "末项"]
    assert reading[1:] == ("html", found, notes)


def test_html_says_how_much_was_left_out(read):
    """If much of a page is taken for its frame, a person should look."""
    frame = "".join(f"<li><a href=/{i}>栏目之{i}的名称</a></li>" for i in range(40))
    notes = read(f"<html><body>{PAGE.format('utf-8')}<footer><ul>{frame}</ul></footer></body></html>", "a.html").notes
    assert re.fullmatch(r"\d+ of \d+ Chinese characters of the page taken for its text, the rest for its frame", *notes)


@pytest.mark.parametrize("page", ["<html></html>", "<html><script>var 城 = 1</script></html>", "<!-- 城 -->"])
def test_html_without_text(refusal, page):
    """A page that a program would have to fill is no text."""
    assert refusal(page, "a.html").startswith(": has no main text that could be found; copy it from the browser")


# DOCX

WORD = '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{}</w:p>'


def word(*lines, inserted=()):
    """Return a Word file."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    for xml in inserted:
        document.element.body.insert(0, parse_xml(xml))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def repacked(raw, **changes):
    """Return a Word file with some parts changed or added."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    return archive(**parts | {name.replace("__", "/").replace("_xml", ".xml"): new for name, new in changes.items()})


def test_docx(read):
    """Paragraphs and cells come in order, with tabs and line breaks, in composed characters."""
    document = docx.Document()
    document.add_heading("一、光网")
    document.add_paragraph("路灯\t水表\n站牌e\u0301")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "年份", "灯数"
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = "表中表"
    document.add_paragraph("")
    document.add_paragraph("末段")
    file = io.BytesIO()
    document.save(file)
    text = "一、光网\n路灯 水表\n站牌é\n年份\n灯数\n表中表\n末段"
    assert read(file.getvalue(), "a.docx") == (text, "docx", "", ())


def test_docx_with_what_lies_deeper(read):
    """Insertions, fields and text boxes are read once; deletions and pinyin above the characters are not."""
    run = "<w:r><w:t>{}</w:t></w:r>".format
    box = f"<w:txbxContent><w:p>{run('框')}</w:p></w:txbxContent>"
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    pieces = [
        f"<w:ins>{run('增')}</w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:moveFrom>{run('移')}</w:moveFrom>",
        f"<w:fldSimple>{run('域')}</w:fldSimple><w:sdt><w:sdtContent>{run('控')}</w:sdtContent></w:sdt>",
        f"<w:r><w:ruby><w:rt>{run('zhì')}</w:rt><w:rubyBase>{run('智')}</w:rubyBase></w:ruby></w:r>",
        f"<w:r><mc:AlternateContent {compatible}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r>",
    ]
    reading = read(word("后", inserted=[WORD.format("".join(pieces))]), "a.docx")
    assert reading.text == "增域控智\n框\n后"


def test_docx_numbered_by_word(read):
    """Numbers that Word counts are not in the file; a person should know."""
    numbered = WORD.format('<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>光网</w:t></w:r>')
    notes = read(word("后", inserted=[numbered, numbered]), "a.docx").notes
    assert notes == ("paragraphs numbered by Word, the numbers not in the text: 2",)


DAMAGED = {
    "cut off at once": lambda raw: raw[:30],
    "cut off": lambda raw: raw[: len(raw) // 2],
    "last byte missing": lambda raw: raw[:-1],
    "XML broken": lambda raw: repacked(raw, word__document_xml=b"<w:document"),
    "no types": lambda raw: repacked(raw, **{"[Content_Types].xml": b"<Types/>"}),
    "no document": lambda raw: archive(word__a="x"),
    "byte changed": lambda raw: raw[: (at := raw.index(b"word/document.xml") + 60)] + b"\xff" * 9 + raw[at + 9 :],
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_docx_damaged(refusal, damage):
    """A Word file that is cut off or broken is refused."""
    assert refusal(damage(word("城市")), "a.docx") == (
        ": is a damaged DOCX; open it, or its source, and save it as DOCX again"
    )


def test_docx_encrypted(refusal):
    """Both ways of encryption are told: of Office, and of archives."""
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    packed = bytearray(word("城市"))
    for start, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        for found in re.finditer(start, bytes(packed)):
            packed[found.start() + offset] |= 1
    for raw in (office, bytes(packed)):
        assert refusal(raw, "a.docx") == ": is encrypted; take the password off and save it again"


def test_docx_bombs(refusal, monkeypatch):
    """What would unpack to too much is refused from its directory, and if that lies, before it is built from."""
    raw = word("城市")
    bomb, large = repacked(raw, word__media__a=bytes(1_000_000)), repacked(raw, word__a_xml=bytes(100_001))
    lying = bomb.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10))
    monkeypatch.setattr(docx, "Document", None)
    assert refusal(lying, "a.docx").startswith(": is a damaged DOCX")
    monkeypatch.setattr(readers, "UNPACKED", 1_000_000)
    assert refusal(bomb, "a.docx") == ": unpacks to more than 1 MB; split it"
    monkeypatch.setattr(readers, "LARGEST_TREE", 100_000)
    assert refusal(large, "a.docx") == ": unpacks to more than 0.1 MB; split it"


# Traditional characters and noise

LOST = "characters lost before (U+FFFD, 锟斤拷) or of private use"


def test_traditional_characters(read):
    """They are noted, and converted on request."""
    assert read(TRADITIONAL).notes == ("traditional characters: 9 of 36; simplify=True (--simplify) converts them",)
    reading = read(TRADITIONAL, simplify=True)
    assert reading.text.startswith("湖边小城用三年时间把路灯、水表和公车站牌都接到")
    assert reading.notes == ("converted to simplified characters (OpenCC t2s): 9",)
    assert read(TEXT, simplify=True) == read(TEXT) == (TEXT, "text", "utf-8", ())
    assert read(TEXT + "發").notes == ("traditional characters: 1 of 46; simplify=True (--simplify) converts them",)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("智(zhì)慧城（chéng）市的发 (fā)展，(de)路灯", ("pinyin between characters: 3 to 9 Chinese characters",)),
        ("路灯(lamp)与产值(GDP)，长度(km)", ()),
        ("智智慧慧城城市市的路灯", ("doubled glyphs: 4 to 11 Chinese characters",)),
        ("轰轰烈烈、干干净净的路灯", ()),
        (
            "路灯\ufffd和水表\ue123",
            ("characters lost before (U+FFFD, 锟斤拷) or of private use: 2 to 5 Chinese characters",),
        ),
        ("路(lù)灯" + "水表" * 250, ()),
        ("發" + "水表" * 250, ()),
    ],
)
def test_noise_is_reported_above_a_rate(read, text, notes):
    """What mirrors put between characters is reported, not mended; a word or a gloss here and there is none."""
    reading = read(text)
    assert reading.text == text
    assert reading.notes == notes
