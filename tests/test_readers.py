"""Documents as people have them are read to the character, or refused in one line."""

import base64
import codecs
import io
import zipfile

import pytest

from cityanalysis import files, pages

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
        (TEXT.encode("hz"), TEXT, "hz", ("encoding guessed: hz",)),
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
    monkeypatch.setattr(pages, "LARGEST", 1_000)
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
        ('<?xml version="1.0"?><?mso-application progid="Word.Document"?><a/>', "a.xml", "form WordML"),
        ("城市", "a.EPUB", "form .epub, which is not read; convert it with pandoc: pandoc -o NAME.docx NAME.epub"),
        ("城市", "a.ofd", "form .ofd, which is not read; save it as PDF with the program that opens it"),
    ],
)
def test_other_forms_are_named_with_a_way(refusal, raw, name, complaint):
    """Whoever has an old or foreign form is told how to convert it."""
    assert refusal(raw, name).startswith(f": is in the {complaint}")


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


# Markdown, web pages and Word files, whose texts have tests of their own

PAGE = (
    "<html><head><meta charset={}><title>题</title></head><body><nav><a href=/>首页</a></nav>"
    f"<h2>一、光网</h2><p>{TEXT.split()[1]}</p></body></html>"
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
    """A page is read without its frame, in an encoding that is not what it claims."""
    reading = read(PAGE.format(declared).encode(encoding), "a.htm")
    assert reading == (f"一、光网\n{TEXT.split()[1]}", "html", found, notes)


def test_html_says_how_much_was_left_out(read):
    """If more than a little of a page is taken for its frame, a person should look."""
    notes = read("<div><p>湖边的路灯</p><nav>首页与概况</nav></div>", "a.html").notes
    assert notes == ("left out as the frame of the page: 50% of its Chinese characters",)


def test_markdown(read):
    """Markdown of any line ends is read without its marks."""
    text = "# 一、光网\r\n\r\n湖边**小城**[^1]\r\n的路灯\r\n\r\n[^1]: 注"
    assert read(text, "a.md") == ("一、光网\n湖边小城的路灯", "markdown", "utf-8", ("footnotes left out: 1",))


MAILED = {"MIME-Version": "1.0", "Content-Type": 'text/html; charset="{}"', "Content-Transfer-Encoding": "base64"}


def mailed(page, encoding, kind="text/html"):
    """Return a part of a mail."""
    head = "".join(f"{name}: {value}\r\n" for name, value in MAILED.items())
    head = head.format(encoding).replace("text/html", kind)
    return head.encode() + b"\r\n" + base64.encodebytes(page.encode(encoding))


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht"])
def test_page_saved_as_one_file(read, name):
    """A page that a browser saved with all that belongs to it is read as the page."""
    raw = b"From: <Saved>\r\n" + mailed(PAGE.format("gb2312"), "gb2312")
    assert read(raw, name) == (f"一、光网\n{TEXT.split()[1]}", "mhtml", "gb18030", ())
    assert read(raw, "a.txt").notes == ("named .txt, but is mhtml",)


def test_mail(read, refusal):
    """Of a mail the text is read, as a page or plain; attachments are named."""
    parts = [
        mailed("湖边的路灯", "utf-8", "text/plain"),
        mailed("湖", "utf-8").replace(b"\r\n\r\n", b"\r\nContent-Disposition: attachment; filename=a.htm\r\n\r\n"),
    ]
    head = b"Received: x\r\n y\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    raw = head + b"".join(b"--b\r\n" + part for part in parts) + b"--b--"
    reading = read(raw, "a.eml")
    assert (reading.text.strip(), *reading[1:]) == ("湖边的路灯", "mhtml", "utf-8", ("attachments not read: a.htm",))
    assert refusal(head + b"--b--", "a.mht") == ": has no text; save the page as HTML, or its text alone"


def archive(**parts):
    """Return a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def word(text, **parts):
    """Return a Word file."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return archive(
        word__document_xml=f"<w:document {space}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:document>", **parts
    )


@pytest.mark.parametrize("suffix", ["docx", "docm", "dotx", "dotm"])
def test_docx(read, refusal, suffix):
    """A Word file is read, a template and one with macros, too; in composed characters."""
    assert read(word("城e\u0301"), f"a.{suffix}") == ("城é", "docx", "", ())
    assert refusal(word("城")[:30], f"a.{suffix}").startswith(": is a damaged DOCX; open it, or its source, and")


def test_documents_within_a_docx(read):
    """Pages, texts and Word files within a Word file are read in their place, but no more within these."""
    space = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    chunks = [("a", "a.htm"), ("b", "b.txt"), ("c", "c.docx"), ("d", "d.rtf")]
    inner = word(f'城</w:t></w:r></w:p><w:altChunk {space} r:id="a"/><w:p><w:r><w:t>市')
    targets = "".join(f'<Relationship Id="{name}" Target="{target}"/>' for name, target in chunks)
    raw = word(
        "前</w:t></w:r></w:p>" + "".join(f'<w:altChunk {space} r:id="{x}"/>' for x, _ in chunks) + "<w:p><w:r><w:t>后",
        **{"word/_rels/document.xml.rels": f"<Relationships>{targets}</Relationships>"},
        **{
            "word/a.htm": "<b>一</b>",
            "word/b.txt": "二\n三",
            "word/c.docx": inner,
            "word/d.rtf": "{\\rtf",
        },
    )
    assert read(raw, "a.docx")[::3] == ("前\n一\n二\n三\n城\n市\n后", ("documents within it not read: 1",) * 2)


def test_docx_encrypted(refusal):
    """The encryption of Office is told."""
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert refusal(office, "a.docx") == ": is encrypted; take the password off and save it again"


def test_docx_bombs(read, refusal, monkeypatch):
    """What would unpack to too much is refused; what is not read, a picture or an odd part, may be of any size."""
    monkeypatch.setattr(pages, "LARGEST", 100_000)
    assert refusal(word("城" * 40_000), "a.docx") == ": unpacks to more than 0.1 MB; split it"
    assert read(word("城", word__media__a=bytes(1_000_000), word__a_xml=bytes(100_001)), "a.docx").text == "城"


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
        ("路(lù)灯" + "水表" * 240, ("pinyin between characters: 1 to 482 Chinese characters",)),
        ("路(lù)灯" + "水表" * 250, ()),
        ("發" + "水表" * 250, ()),
    ],
)
def test_noise_is_reported_above_a_rate(read, text, notes):
    """What mirrors put between characters is reported, not mended; a word or a gloss here and there is none."""
    reading = read(text)
    assert reading.text == text
    assert reading.notes == notes
