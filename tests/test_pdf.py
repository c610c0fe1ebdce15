"""A PDF gives its paragraphs as a reader sees them."""

import io
from importlib import resources

import matplotlib.pyplot as plt
import pytest
from fontTools import subset
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.font_manager import FontProperties
from reportlab.lib import pdfencrypt
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

FIRST = "一、先铺光网，再谈应用。"
TEXT = f"{FIRST}\n湖边小城用三年时间把路灯、水表和公交站牌都接到同一张网上，市民用手机就能看到。\n"
TRADITIONAL = "湖邊小城用三年時間把路燈、水錶和公車站牌都接到同一張網上，市民用手機就能看到。\n"
FRUIT = "樱桃柑橘柠檬葡萄枇杷荔枝杨梅芒果菠萝桑葚石榴蜜柚龙眼椰枣猕猴桃草莓蓝莓西瓜甜瓜苹果雪梨蟠桃油桃李杏\n"
UTF_8 = "save it as UTF-8"


# PDF

FULL = "湖边小城用三年时间把路灯和水表都接到网上"  # a line of 20 characters
SIGNS = f"{FULL}一二甲乙丙丁戊己，。、也得着光顶格的段空行之后远处年报印⽔由新区老共是⻓期　 -0123456789A"


@pytest.fixture(scope="session")
def pdf(tmp_path_factory):
    """Return a function that makes a PDF with its font in it, of `SIGNS` and small letters alone, for speed.

    A page is a list of left edge, height above ground, and line.
    """
    file = tmp_path_factory.mktemp("font") / "font.otf"
    options = subset.Options(layout_features=[], hinting=False)
    with subset.load_font(str(resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"), options) as font:
        cut = subset.Subsetter(options)
        cut.populate(text=SIGNS + "abcdefghijklmnopqrstuvwxyz")
        cut.subset(font)
        font.save(file)
    properties = FontProperties(fname=str(file))

    def pdf(*pages):
        file = io.BytesIO()
        with plt.rc_context({"pdf.fonttype": 42}), PdfPages(file) as out:
            for page in pages:
                figure = plt.figure(figsize=(5, 10))
                for x, y, line in page:
                    figure.text(x / 360, y / 720, line, fontproperties=properties, fontsize=10)
                out.savefig(figure)
                plt.close(figure)
        return file.getvalue()

    return pdf


def column(*lines, x=40, top=650):
    """Return lines of a page, one below the other; a line that begins with blanks is set in."""
    return [(x + 10 * (len(line) - len(line.lstrip("　"))), top - 16 * at, line) for at, line in enumerate(lines)]


def test_pdf_paragraphs(read, pdf):
    """Lines are joined over pages; a paragraph ends with a short line, before an indent, or before a gap."""
    page = column(
        f"　　{FULL[:18]}", FULL, f"{FULL[:16]}smart", "grid，也用得着。", "一、光网", f"　　{FULL[:18]}", FULL
    )
    last = column(f"{FULL[:19]}。", f"　　{FULL[:18]}", f"　　{FULL[:18]}", f"{FULL[:9]}。", "顶格的一段", top=650)
    gap = [(40, 400, FULL), (40, 340, "空行之后"), (300, 340, "远处")]
    reading = read(pdf(page, last + gap), "a.pdf")
    assert reading.text.split("\n") == [
        f"{FULL[:18]}{FULL}{FULL[:16]}smart grid，也用得着。",
        "一、光网",
        f"{FULL[:18]}{FULL}{FULL[:19]}。",
        FULL[:18],
        f"{FULL[:18]}{FULL[:9]}。",
        *("顶格的一段", FULL, "空行之后 远处"),
    ]
    assert reading[1:] == ("pdf", "", ())


def test_pdf_columns(read, pdf):
    """A paragraph goes on at the head of the next column."""
    left = column(f"　　{FULL[:13]}", *[FULL[:15]] * 8, x=20)
    right = column(*[FULL[:15]] * 7, f"{FULL[:5]}。", x=190)
    assert read(pdf(left + right), "a.pdf").text == f"{FULL[:13]}{FULL[:15] * 15}{FULL[:5]}。"


def test_pdf_loose_characters(read, pdf):
    """Characters that stand loosely have no blanks between them; words and cells do."""
    loose = [(40 + 14 * at, 600, character) for at, character in enumerate("湖边小城的路灯")]
    assert read(pdf([*loose, (40, 500, "甲 A 乙"), (200, 500, "丙")]), "a.pdf").text == "湖边小城的路灯\n甲 A 乙 丙"


def test_pdf_frame(read, pdf):
    """Running heads and page numbers are left out, and this is said."""
    lines = [f"{number}{FULL}" for number in "甲乙丙丁戊己"]
    pages = [
        [(40, 700, "湖边小城年报"), *column(*lines[at : at + 2]), (40, 30, "湖边印"), (180, 20, f"- {at} -")]
        for at in (0, 2, 4)
    ]
    reading = read(pdf(*pages), "a.pdf")
    assert reading.text == "".join(lines)
    assert reading.notes == ("running heads and page numbers left out: 9",)


def test_pdf_signs(read, pdf):
    """Hyphens at the end of a line, and radicals in place of characters, become what they stand for."""
    reading = read(pdf(column("⽔表由新区-", "老区共用，是⻓期的infor-", "mation。")), "a.pdf")
    assert reading.text == "水表由新区-老区共用，是长期的information。"
    assert reading.notes == ("radicals replaced by the characters they stand for: 2",)


def test_pdf_partly_scanned(read, pdf):
    """Pages without text are named."""
    reading = read(pdf([], column(FULL), []), "a.pdf")
    assert reading == (FULL, "pdf", "", ("pages without text, perhaps scans: 1, 3",))


def test_pdf_scanned(refusal, pdf):
    """A PDF of pictures needs OCR; so does one with nothing but page numbers."""
    for pages in ([[]], [[(180, 20, f"- {number} -")] for number in (1, 2)]):
        assert refusal(pdf(*pages), "a.pdf").startswith(": has no text layer (a scan); run OCR first")


def drawn(*lines, **options):
    """Return a PDF whose font is not in the file."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    page = canvas.Canvas(file, **options)
    page.setFont("STSong-Light", 10)
    for at, line in enumerate(lines):
        page.drawString(50, 700 - 16 * at, line)
    page.save()
    return file.getvalue()


def test_pdf_without_its_font(read, refusal):
    """A character alone is lost where the machine has no font for it; then this is said."""
    reading = read(drawn(FULL, "灯"), "a.pdf")
    lost = ("single characters perhaps lost, their font not being in the file: 1",)
    assert (reading.text, reading.notes) in [(f"{FULL}灯", ()), (FULL, lost)]


def test_pdf_encrypted(refusal):
    """A PDF that asks for a password is refused."""
    secret = pdfencrypt.StandardEncryption("open", ownerPassword="own")
    assert refusal(drawn(FULL, encrypt=secret), "a.pdf") == ": is encrypted; take the password off and save it again"


def test_pdf_open_to_readers(read):
    """One that only its owner may change is read."""
    free = pdfencrypt.StandardEncryption("", ownerPassword="own")
    assert read(drawn(FULL, encrypt=free), "a.pdf").text == FULL


@pytest.mark.parametrize("raw", [b"%PDF-1.7", b"%PDF-1.7\n1 0 obj\n<<"])
def test_pdf_damaged(refusal, raw):
    """A PDF that is cut off is refused."""
    assert refusal(raw, "a.pdf") == ": is a damaged PDF; open it, or its source, and save it as PDF again"


def test_pdf_in_name_only(refusal):
    """A picture under the name of a PDF is none."""
    assert refusal(b"\xff\xd8\xff\xe0\0\x10JFIF", "a.pdf") == ": is no PDF, or is damaged; open it and save it again"
