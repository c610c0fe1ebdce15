"""Word files give their paragraphs as Word shows them, or say what they do not give."""

import io
import re
import struct
import zipfile

import pytest

from cityanalysis import files, pages, word

NAMES = {
    "w": "wordprocessingml/2006/main",
    "m": "officeDocument/2006/math",
    "r": "officeDocument/2006/relationships",
    "mc": "markup-compatibility/2006",
}
SPACES = " ".join(f'xmlns:{name}="http://schemas.openxmlformats.org/{space}"' for name, space in NAMES.items())


def packed(**parts):
    """Return a zip archive; in the names of its parts, a blank stands for a slash."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace(" ", "/"), content)
    return file.getvalue()


def docx(body, *, styles="", numbering="", relations="", **parts):
    """Return a Word file of these pieces of XML and other parts."""
    made = {
        "word document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word styles.xml": f"<w:styles {SPACES}>{styles}</w:styles>",
        "word numbering.xml": f"<w:numbering {SPACES}>{numbering}</w:numbering>",
        "word _rels document.xml.rels": f"<Relationships>{relations}</Relationships>",
    }
    return packed(**made | parts)


def run(text, properties=""):
    """Return a run."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def par(*runs, style="", number=None, level=0, mark=""):
    """Return a paragraph of runs, a string being one."""
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>' if number is not None else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties = f"{named}{numbered}<w:rPr>{mark}</w:rPr>"
    pieces = "".join(piece if piece.startswith("<") else run(piece) for piece in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{pieces}</w:p>"


def table(*rows):
    """Return a table of rows of cells, each the XML in it, a string without marks being a paragraph."""
    cells = (map(cell_of, (cell if cell.startswith("<") else par(cell) for cell in row)) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{chr(10).join(row)}</w:tr>' for row in cells)}</w:tbl>"


def cell_of(content):
    """Return a cell."""
    return f"<w:tc>{content}</w:tc>"


def lines(body, **parts):
    """Return the lines of a Word file of these pieces."""
    return word.read(docx(body, **parts))[0].split("\n")


def notes(body, **parts):
    """Return its notes."""
    return word.read(docx(body, **parts))[2]


def choice(old, new=""):
    """Return what newer and older programs are to show."""
    newer = f"<mc:Choice>{new}</mc:Choice>" if new else ""
    return f"<w:r><mc:AlternateContent>{newer}<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"


def box(text):
    """Return a text box."""
    return f"<w:txbxContent>{par(text)}</w:txbxContent>"


BODIES = {
    "tabs and breaks": (
        par(
            run("一") + "<w:r><w:tab/></w:r>" + run(" 二 ") + "<w:r><w:br/><w:br/><w:noBreakHyphen/></w:r>" + run("三")
        ),
        ["一 二", "-三"],
    ),
    "empty": (par("一") + par("") + par(" "), ["一"]),
    "insertions and deletions": (
        par(f"<w:ins>{run('增')}</w:ins><w:del>{run('删')}</w:del><w:moveFrom>{run('移')}</w:moveFrom>"),
        ["增"],
    ),
    "fields, controls and tags": (
        par(
            *(f"<w:{tag}>{run(tag[0])}</w:{tag}>" for tag in ("fldSimple", "sdt", "smartTag", "customXml", "hyperlink"))
        ),
        ["fssch"],
    ),
    "ruby": (par(f"<w:r><w:ruby><w:rt>{run('zhì')}</w:rt><w:rubyBase>{run('智')}</w:rubyBase></w:ruby></w:r>"), ["智"]),
    "text boxes": (
        par(choice(box("框"), box("框")), "外", choice(f"<w:pict>{box('旧')}</w:pict>")),
        ["外", "框", "旧"],
    ),
    "control round paragraphs": (f"<w:sdt><w:sdtContent>{par('一')}</w:sdtContent></w:sdt>", ["一"]),
    "deleted end of a paragraph": (
        par("建成", mark="<w:del/>") + par("三座。") + par("二", mark="<w:ins/>"),
        ["建成三座。", "二"],
    ),
    "deleted end of the last": (par("建成", mark="<w:del/>"), ["建成"]),
    "hidden end": (par("（一）网络。", mark="<w:vanish/>") + par("铺到村。"), ["（一）网络。铺到村。"]),
    "row": (table(["年份", "灯数"], ["2030", "5"]), ["年份 | 灯数", "2030 | 5"]),
    "paragraphs in a cell": (table(["网", par("1.铺网。") + par("2.通户。")]), ["网 | 1.铺网。 2.通户。"]),
    "box of one cell": (table([par("专栏1") + par("铺网。")]), ["专栏1", "铺网。"]),
    "text in a cell": (
        table(["镇", "".join(map(par, ("一、网络", "铺网。", "通户。", "二、平台", "建台。")))]),
        ["镇", "一、网络", "铺网。", "通户。", "二、平台", "建台。"],
    ),
    "table in a cell": (
        table(["网", par("光网") + table(["甲", "1"], ["乙", "2"])]),
        ["网 | 光网", "甲 | 1", "乙 | 2"],
    ),
    "merged cells": (
        table(
            ["<w:tcPr><w:vMerge w:val='restart'/></w:tcPr>" + par("网"), "甲"],
            ["<w:tcPr><w:vMerge/></w:tcPr>" + par("网"), "乙", "丙"],
        ),
        ["网 | 甲", "乙 | 丙"],
    ),
    "row in a control": (
        f"<w:tbl><w:sdt><w:sdtContent><w:tr>{cell_of(par('甲'))}<w:sdt>{cell_of(par('乙'))}</w:sdt></w:tr>"
        "</w:sdtContent></w:sdt></w:tbl>",
        ["甲 | 乙"],
    ),
    "deleted row": (
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell_of(par('旧'))}</w:tr><w:tr>{cell_of(par('新'))}</w:tr></w:tbl>",
        ["新"],
    ),
    "signs": (
        par(
            "<w:r><w:sym w:font='Symbol' w:char='F0B3'/><w:sym w:font='Wingdings 2' w:char='F052'/></w:r>",
            "<w:r><w:sym w:font='宋体' w:char='2264'/><w:sym w:font='Wingdings' w:char='A8'/></w:r>",
            run("\uf0b1\uf061", "<w:rFonts w:ascii='Symbol'/>"),
        ),
        ["≥☑≤□±α"],
    ),
}


@pytest.mark.parametrize(("body", "text"), BODIES.values(), ids=BODIES)
def test_what_is_read(body, text):
    """Paragraphs, rows and text boxes come in order, each once, as Word shows them, without a note."""
    assert word.read(docx(body)) == ("\n".join(text), "", ())


def math(name, *parts):
    """Return an element of a formula."""
    return f"<m:{name}>{''.join(parts)}</m:{name}>"


def test_formulas():
    """A formula stands in its sentence, in one line."""

    def sign(text):
        return math("r", math("t", text))

    fraction = math("f", math("num", sign("D+1")), math("den", sign("G")))
    power = math("sSup", math("e", sign("10")), math("sup", sign("8")))
    letter = math("sSup", math("e", sign("x")), math("sup", sign("k+1")))
    root = math("rad", "<m:deg/>", math("e", sign("y")))
    total = math("nary", "<m:naryPr><m:chr m:val='∑'/></m:naryPr>", math("sub", sign("i")), math("e", sign("z")))
    bracket = math("d", "<m:dPr><m:begChr m:val='['/></m:dPr>", math("e", sign("w")))
    formula = math("oMath", sign("R="), fraction, power, letter, root, total, bracket)
    assert lines(par("按", formula, "计算")) == ["按R=(D+1)/G10⁸x^(k+1)√(y)∑iz[w)计算"]
    assert lines(par(math("oMathPara", math("oMath", sign("城"))))) == ["城"]


def level(number, kind, text, more=""):
    """Return how a level is numbered."""
    properties = f'<w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{number}">{properties}</w:lvl>'


def numbering(*levels, override=""):
    """Return one kind of list, and two lists of it."""
    return (
        f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{override}</w:num>'
    )


OFFICIAL = numbering(
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
    override='<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>',
)


def test_numbers_that_word_counts():
    """They stand before their paragraphs, those of deeper levels counted anew, another list where it says so."""
    depths = [0, 1, 2, 2, 1, 2, 0, 1]
    numbered = "".join(par("项", number=1, level=depth) for depth in depths)
    assert lines(numbered, numbering=OFFICIAL) == [
        *("一、项", "（一）项", "1. 项", "2. 项", "（二）项", "1. 项", "二、项", "（一）项")
    ]
    assert lines("".join(par("项", number=n) for n in (1, 1, 2, 2, 1)), numbering=OFFICIAL) == [
        *("一、项", "二、项", "一、项", "二、项", "三、项")
    ]
    assert lines(par("项", number=0) + par("", number=1) + par("项", number=1), numbering=OFFICIAL) == ["项", "一、项"]


def test_numbers_of_several_levels():
    """A number may hold those above it, and in digits although these are not."""
    chapters = numbering(level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    text = (
        par("总则", number=1) + par("5G网", number=1, level=1) + par("附则", number=1) + par("施行", number=1, level=1)
    )
    assert lines(text, numbering=chapters) == ["第一章 总则", "1.1 5G网", "第二章 附则", "2.1 施行"]
    kept = numbering(level(0, "decimal", "%1."), level(1, "decimal", "%2)", '<w:lvlRestart w:val="0"/>'))
    assert lines("".join(par("项", number=1, level=i) for i in (0, 1, 0, 1)), numbering=kept)[3] == "2) 项"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("chineseCounting", "十一"),
        ("ideographDigital", "一一"),
        ("decimalEnclosedFullstop", "⒒"),
        ("decimalEnclosedCircleChinese", "⑪"),
        ("decimalZero", "11"),
        ("decimalFullWidth", "１１"),
        ("upperRoman", "XI"),
        ("lowerLetter", "k"),
        ("none", ""),
    ],
)
def test_kinds_of_numerals(kind, text):
    """Word's numerals are written as Word writes them."""
    eleven = level(0, kind, "%1、").replace('start w:val="1"', 'start w:val="11"')
    assert lines(par("项", number=1), numbering=numbering(eleven)) == [f"{text}、项"]


def test_numbers_that_are_not_known():
    """A kind of numeral that is not known, one beyond its signs, a list that is not there are noted; bullets not."""
    odd = numbering(level(0, "hebrew1", "%1."), level(1, "bullet", "\uf06c"))
    body = par("甲", number=1) + par("乙", number=1, level=1) + par("丙", number=8) + par("丁", number=1, level=5)
    assert word.read(docx(body, numbering=odd)) == (
        *("甲\n乙\n丙\n丁", ""),
        ("paragraphs numbered by Word, the numbers not in the text: 3",),
    )
    for kind, last in {"ideographTraditional": "癸", "ideographEnclosedCircle": "㊉"}.items():
        assert lines(par("项", number=1) * 11, numbering=numbering(level(0, kind, "%1、")))[9:] == [f"{last}、项", "项"]
    roman = level(0, "upperRoman", "%1.").replace('start w:val="1"', 'start w:val="98"')
    assert lines(par("项", number=1) * 3, numbering=numbering(roman)) == ["XCVIII. 项", "XCIX. 项", "项"]


@pytest.mark.parametrize("spoil", ['w:ilvl="0"', 'w:start w:val="1"', 'w:ilvl="1"', 'w:abstractNumId w:val="7"'])
@pytest.mark.parametrize("value", ["", "x", "-1"])
def test_numbers_that_are_spoilt(spoil, value):
    """Whatever the numbers in the file are, its text is read."""
    spoilt = OFFICIAL.replace(spoil, re.sub('".*"', f'"{value}"', spoil))
    body = par("项", number=1) + par("项", number=2, level=value)
    assert [line[-1] for line in lines(body, numbering=spoilt)] == ["项", "项"]
    assert lines(par("项", number=1), numbering=OFFICIAL.replace(f" {spoil}", ""))[0].endswith("项")


def style(name, properties="", *, base="", called="x"):
    """Return a style."""
    named = f'<w:name w:val="{called}"/><w:basedOn w:val="{base}"/>'
    return f'<w:style w:styleId="{name}">{named}{properties}</w:style>'


HEADINGS = "".join(
    [
        style("n", called="Normal").replace("w:styleId", 'w:default="1" w:styleId'),
        style("1", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr>', base="n"),
        style("1a", base="1"),
        style("2", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
        style("t", called="toc 1"),
        style("h", "<w:rPr><w:vanish/></w:rPr>"),
        style("h1", base="h"),
        style("c", base="c"),
    ]
)


def test_headings_by_style():
    """A heading takes its number from its style; one without any opens no section, which is noted."""
    body = (
        par("网络", style="1")
        + par("铺网。")
        + par("平台", style="1a")
        + par("云", style="2")
        + par("（一）台", style="2")
    )
    assert word.read(docx(body, styles=HEADINGS, numbering=OFFICIAL)) == (
        "一、网络\n铺网。\n二、平台\n云\n（一）台",
        "",
        ("headings without a number, so that they open no section: 1",),
    )
    named = OFFICIAL.replace('<w:lvlText w:val="（%2）"', '<w:pStyle w:val="1"/><w:lvlText w:val="（%2）"')
    assert lines(par("网络", style="1"), styles=HEADINGS, numbering=named) == ["（一）网络"]
    assert lines(par("网络", style="1", number=0) + par("环", style="c"), styles=HEADINGS) == ["网络", "环"]


def test_list_in_a_style_of_its_own():
    """A kind of list may stand in a style."""
    linked = (
        '<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="L"/></w:abstractNum>'
        '<w:num w:numId="5"><w:abstractNumId w:val="8"/></w:num>'
    )
    named = style("L", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
    assert lines(par("项", number=5), styles=named, numbering=linked + OFFICIAL) == ["一、项"]


def field(kind):
    """Return a mark of a field."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(text):
    """Return the code of a field."""
    return f"<w:r><w:instrText> {text} </w:instrText></w:r>"


CONTENTS = {
    "by style": par("目录", style="t") + par("一、网络1", style="t"),
    "by field": par(field("begin") + code("TOC \\o") + field("separate") + run("一、网络1"))
    + par("二、平台2")
    + par(field("end")),
    "in a control": "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
    "</w:sdtPr>"
    f"<w:sdtContent>{par('目录')}{par('一、网络')}</w:sdtContent></w:sdt>",
}


@pytest.mark.parametrize("contents", CONTENTS.values(), ids=CONTENTS)
def test_contents(contents):
    """A table of contents is no text, however it was made."""
    page = par(field("begin") + code("PAGE") + field("separate") + run("7") + field("end"))
    assert word.read(docx(contents + par("一、网络") + page, styles=HEADINGS)) == (
        *("一、网络\n7", ""),
        ("lines of a table of contents left out: 2",),
    )


def test_contents_without_an_end():
    """A field that does not end swallows nothing."""
    assert lines(par(field("begin") + code("TOC") + run("一、网络1")) + par("一、网络")) == ["一、网络1", "一、网络"]
    assert lines(par("目录") + par("网络", "<w:r><w:tab/></w:r>", "1")) == ["目录", "网络 1"]


def test_contents_between():
    """What stands before and after a table of contents in its paragraphs is text."""
    body = par("前", field("begin"), code("TOC"), "一、网络1") + par("二、平台2", field("end"), "后")
    assert word.read(docx(body)) == ("前\n后", "", ("lines of a table of contents left out: 2",))


def test_what_is_noted():
    """Hidden text, footnotes, objects and signs of odd fonts are not in the text; a person should know."""
    hidden = run("藏", "<w:vanish/>") + run("显", "<w:vanish w:val='0'/>") + run("也藏", "<w:rStyle w:val='h1'/>")
    body = (
        par(hidden)
        + par("全藏", style="h1")
        + par("注", "<w:r><w:footnoteReference/></w:r><w:r><w:object/></w:r>")
        + par(field("begin") + code("eq \\o(○,1)") + field("end"))
        + par("<w:r><w:sym w:font='Odd' w:char='F041'/></w:r>")
        + "<w:altChunk r:id='x'/>"
    )
    text, _, found = word.read(docx(body, styles=HEADINGS))
    assert text == "显\n注\n\uf041"
    assert found == (
        "characters of hidden text left out: 5",
        "documents within it not read: 1",
        "footnotes left out: 1",
        "objects (formulas, charts, diagrams) not read: 2",
        "signs of a font of its own not read: 1",
    )


def test_documents_within():
    """Another document in the file is read where it stands, by whoever can."""
    targets = '<Relationship Id="x" Target="a.htm"/><Relationship Id="y" Target="/b.rtf"/>'

    def read(raw, name):
        if name.endswith("rtf"):
            raise files.ReadError(": no")
        return f"{name}: {raw.decode()}\n", ("noted",)

    body = par("前") + "<w:altChunk r:id='x'/><w:altChunk r:id='y'/>" + par("后")
    raw = docx(body, relations=targets, **{"word a.htm": "城".encode(), "b.rtf": "x"})
    assert word.read(raw, read) == ("前\nword/a.htm: 城\n后", "", ("documents within it not read: 1", "noted"))


def relations(*attributes):
    """Return what a part refers to."""
    return f"<Relationships>{''.join(f'<Relationship {text}/>' for text in attributes)}</Relationships>"


OLD, STRICT = r"schemas.openxmlformats.org/(\w+)/2006", r"purl.oclc.org/ooxml/\1"
DECLARED = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "坏">]>'
STRANGE = {
    "strict": lambda parts: {name: re.sub(OLD, STRICT, part) for name, part in parts.items()},
    "relationships to nothing": lambda parts: (
        parts | {"word/_rels/document.xml.rels": relations('Id="a" Target="../NULL"', 'Id="b" Target="#_top"', "")}
    ),
    "styles and numbers broken": lambda parts: parts | {"word/styles.xml": "<w:styles", "word/numbering.xml": ""},
    "document elsewhere": lambda parts: {
        "_rels/.rels": relations('Type="x/officeDocument" Target="/word/other.xml"'),
        "word/other.xml": parts["word/document.xml"],
    },
    "entities": lambda parts: {
        "word/document.xml": DECLARED + parts["word/document.xml"].replace("城市", "城&x;&y;市")
    },
}


@pytest.mark.parametrize("change", STRANGE.values(), ids=STRANGE)
def test_read_nonetheless(change):
    """What bears nothing on the text may be missing, broken or named otherwise; nothing is fetched or put in."""
    with zipfile.ZipFile(io.BytesIO(docx(par("城市")))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert word.read(packed(**change(parts))) == ("城市", "", ())


DAMAGED = {
    "cut off at once": lambda raw: raw[:30],
    "cut off": lambda raw: raw[: len(raw) // 2],
    "last byte missing": lambda raw: raw[:-1],
    "XML broken": lambda raw: packed(**{"word document.xml": b"<w:document"}),
    "no document": lambda raw: packed(**{"word a": "x"}),
    "byte changed": lambda raw: raw[: (at := raw.index(b"word/document.xml") + 60)] + b"\xff" * 9 + raw[at + 9 :],
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_damaged(damage):
    """A file whose text is cut off or broken is refused."""
    with pytest.raises(
        files.ReadError, match=r"^: is a damaged DOCX; open it, or its source, and save it as DOCX again$"
    ):
        word.read(damage(docx(par("城市"))))


def test_encrypted():
    """A part with a password is told."""
    raw = bytearray(docx(par("城市")))
    for start, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        for found in re.finditer(start, bytes(raw)):
            raw[found.start() + offset] |= 1
    with pytest.raises(files.ReadError, match=r"^: is encrypted; take the password off and save it again$"):
        word.read(bytes(raw))


def test_bombs(monkeypatch):
    """A part is unpacked no further than its directory says, and not at all beyond the limit."""
    large = docx(par("城" * 40_000))
    size = struct.pack(
        "<I", len(f"<w:document {SPACES}><w:body></w:body></w:document>") + len(par("").encode()) + 120_000
    )
    assert size in large
    with pytest.raises(files.ReadError, match="damaged"):
        word.read(large.replace(size, struct.pack("<I", 10)))
    monkeypatch.setattr(pages, "LARGEST", 100_000)
    with pytest.raises(files.ReadError, match=r"^: unpacks to more than 0\.1 MB; split it$"):
        word.read(large)
    chunks = docx(
        "<w:altChunk r:id='x'/>" * 9 + par("城"),
        relations='<Relationship Id="x" Target="x"/>',
        **{"word x": b"x" * 40_000},
    )
    assert word.read(chunks, lambda raw, _: (raw[:9].decode(), ())) == (
        *("xxxxxxxxx\nxxxxxxxxx\n城", ""),
        ("documents within it not read: 7",),
    )
