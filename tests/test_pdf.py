"""A PDF gives its paragraphs as a reader sees them."""

import io
from importlib import resources

import matplotlib.pyplot as plt
import pytest
from fontTools import subset
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.font_manager import FontProperties
from pypdfium2 import PdfDocument, PdfMatrix
from reportlab.lib import pdfencrypt
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from cityanalysis import files, glyphs

FIRST = "一、先铺光网，再谈应用。"
TEXT = f"{FIRST}\n湖边小城用三年时间把路灯、水表和公交站牌都接到同一张网上，市民用手机就能看到。\n"
TRADITIONAL = "湖邊小城用三年時間把路燈、水錶和公車站牌都接到同一張網上，市民用手機就能看到。\n"
FRUIT = "樱桃柑橘柠檬葡萄枇杷荔枝杨梅芒果菠萝桑葚石榴蜜柚龙眼椰枣猕猴桃草莓蓝莓西瓜甜瓜苹果雪梨蟠桃油桃李杏\n"
UTF_8 = "save it as UTF-8"


# PDF

FULL = "湖边小城用三年时间把路灯和水表都接到网上"  # a line of 20 characters
SIGNS = (
    f"{FULL}“”…两一二四五六七甲乙丙丁戊己，。、；（）：也得着光顶格的段空行之后远处年报印⽔由新区老共是⻓期　 -—–|./%①●"
    ",:附件表页第章节目录任务安排指标单位合计内部稿字单看不见0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)


@pytest.fixture(scope="session")
def pdf(tmp_path_factory):
    """Return a function that makes a PDF with its fonts in it, of `SIGNS` alone, for speed.

    A page is a list of left edge, height above ground, and line, perhaps with what else `Figure.text` takes; or of
    the two ends of a ruling.
    """
    folder = tmp_path_factory.mktemp("font")
    options = subset.Options(layout_features=[], hinting=False)
    fonts = {}
    for family in ("Sans", "Serif"):
        source = resources.files("pylopdf_fonts_zh_cn") / f"Noto{family}SC-Regular.otf"
        with subset.load_font(str(source), options) as font:
            cut = subset.Subsetter(options)
            cut.populate(text=SIGNS)
            cut.subset(font)
            font.save(folder / family)
        fonts[family] = FontProperties(fname=str(folder / family))

    def pdf(*pages):
        file = io.BytesIO()
        with plt.rc_context({"pdf.fonttype": 42}), PdfPages(file) as out:
            for page in pages:
                figure = plt.figure(figsize=(5, 10))
                for x, y, line, *more in page:
                    if not isinstance(line, str):
                        figure.add_artist(plt.Line2D([x / 360, line / 360], [y / 720, more[0] / 720], linewidth=0.5))
                        continue
                    options = {"fontsize": 10, "family": "Sans"} | (more[0] if more else {})
                    family = fonts[options.pop("family")]
                    figure.text(x / 360, y / 720, line, fontproperties=family, **options)
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
        *("顶格的一段", FULL, "空行之后 | 远处"),
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
    assert read(pdf([*loose, (40, 500, "甲 A 乙"), (200, 500, "丙")]), "a.pdf").text == "湖边小城的路灯\n甲 A 乙 | 丙"


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


def test_pdf_columns_written_by_row(read, pdf):
    """Two columns that were written row by row are read one after the other."""
    left = column(f"　　{FULL[:11]}", *[FULL[:15]] * 3, f"{FULL[:5]}。", x=20)
    right = column(f"　　{FULL[2:13]}", *[FULL[3:18]] * 3, f"{FULL[7:12]}。", x=190)
    rows = [line for pair in zip(left, right, strict=True) for line in pair]
    text = f"{FULL[:11]}{FULL[:15] * 3}{FULL[:5]}。\n{FULL[2:13]}{FULL[3:18] * 3}{FULL[7:12]}。"
    assert read(pdf([(80, 690, "两处"), *rows]), "a.pdf").text.endswith(text)


def test_pdf_glyph_by_glyph(read, pdf):
    """Glyphs on one baseline are a line, each its own object in a form that scales the page, radicals among them."""
    signs = ["一、⽔表由⻓期，", "“⽔网”、一共。"]
    large = [
        (30 + 32 * at, 700 - 50 * below, sign, {"fontsize": 32})
        for below, line in enumerate(signs)
        for at, sign in enumerate(line)
    ]
    out = io.BytesIO()
    with PdfDocument(pdf(large)) as source, PdfDocument.new() as scaled:
        form = source.page_as_xobject(0, scaled).as_pageobject()
        form.set_matrix(PdfMatrix().scale(0.3, 0.3).translate(20, 400))
        page = scaled.new_page(360, 720)
        page.insert_obj(form)
        page.gen_content()
        scaled.save(out)
    assert read(out.getvalue(), "a.pdf").text == "一、水表由长期，“水网”、一共。"


@pytest.mark.parametrize("style", [{"family": "Serif"}, {"fontsize": 12}])
def test_pdf_heading_in_another_font(read, pdf, style):
    """It is not glued to a full line before it or after it; a phrase in it within a line is no heading."""
    lines = [(40, 650, FULL), (40, 634, FULL), (40, 618, FULL[:20], style), (40, 602, FULL), (40, 586, FULL[:10])]
    phrase = [(140, 586, FULL[10:], style), (40, 570, FULL[:6], style), (100, 570, f"{FULL[6:12]}。")]
    text = f"{FULL * 2}\n{FULL}\n{FULL * 2}{FULL[:12]}。"
    assert (
        read(
            pdf(lines + (phrase if "family" in style else [(140, 586, FULL[10:]), (40, 570, f"{FULL[:12]}。")])),
            "a.pdf",
        ).text
        == text
    )


def test_pdf_title(read, pdf):
    """A title goes on in the next line; a signature at the right does not, nor with what follows it."""
    title = [(100, 690, FULL[:8], {"fontsize": 20}), (80, 660, FULL[8:18], {"fontsize": 20})]
    body = [*column(f"　　{FULL[:18]}", *[FULL] * 4, top=620), (170, 540, FULL[:7]), (180, 524, "2024年")]
    text = f"{FULL[:18]}\n{FULL[:18]}{FULL * 4}\n{FULL[:7]}\n2024年\n附件\n{FULL}"
    assert read(pdf(title + body, column("附件", FULL)), "a.pdf").text == text


def test_pdf_heading_drawn_apart(read, pdf):
    """Single characters far from each other are one word."""
    page = [(100, 650, "附"), (170, 650, "件"), *column(FULL, FULL + "。", top=600)]
    assert read(pdf(page), "a.pdf").text == f"附件\n{FULL}{FULL}。"


def test_pdf_heading_left_of_the_text(read, pdf):
    """A heading may stand left of all that is set in a column."""
    page = [(40, 650, "湖边小城", {"fontsize": 14}), *column(FULL, FULL, FULL + "。", x=70, top=600)]
    assert read(pdf(page), "a.pdf").text == f"湖边小城\n{FULL * 3}。"


def test_pdf_titles_of_two_pages(read, pdf):
    """A title does not go on at the head of the next page."""
    first, second = ([(100, y, line, {"fontsize": 20})] for y, line in ((400, FULL[:8]), (690, FULL[8:16])))
    body = column(*[FULL] * 4, top=640)
    assert read(pdf(first, second + body), "a.pdf").text == f"{FULL[:8]}\n{FULL[8:16]}\n{FULL * 4}"


def test_pdf_item_wrapped_before_a_comma(read, pdf):
    """What must stand before a comma leaves two characters free, and the item goes on all the same."""
    lines = column(f"{FULL[:19]}。", f"1. {FULL[:17]}", "　己，甲乙丙。", FULL, FULL)
    assert read(pdf(lines), "a.pdf").text.split("\n")[:2] == [f"{FULL[:19]}。", f"1. {FULL[:17]}己，甲乙丙。"]


def test_pdf_items(read, pdf):
    """An item begins a paragraph after the end of a sentence, and may hang from its number."""
    lines = column(
        f"{FULL[:19]}。", f"● {FULL[:18]}", "　甲乙丙。", f"1. {FULL[:18]}", f"（1）{FULL[:16]}。", "2. 远处。"
    )
    assert read(pdf(lines), "a.pdf").text.split("\n") == [
        f"{FULL[:19]}。",
        f"● {FULL[:18]}甲乙丙。",
        f"1. {FULL[:18]}（1）{FULL[:16]}。",
        "2. 远处。",
    ]


def grid(xs, ys):
    """Return rulings around all cells."""
    return [(xs[0], y, xs[-1], y) for y in ys] + [(x, ys[0], x, ys[-1]) for x in xs]


def cells(ys, *columns):
    """Return lines of a page, column by column: its left edge, and what stands at each height."""
    return [(x, y, line) for x, *lines in columns for y, line in zip(ys, lines, strict=True) if line]


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        (  # without rulings; a cell close to the next one, and some of two lines
            cells(
                [600, 580, 560, 540, 527, 500],
                [40, "指标", "路灯", "水表任务报得着", "看", "", "合计"],
                [120, "单位", "位", "甲", "单一", "单二", ""],
                [200, "2022年", "15", "8", "丙", "", "7.5%"],
            ),
            ["指标 | 单位 | 2022年", "路灯 | 位 | 15", "水表任务报得着 | 甲 | 8", "看 | 单一单二 | 丙", "合计 | 7.5%"],
        ),
        (  # ruled; cells that touch, that are empty, and of two lines around the middle
            grid([40, 80, 140, 200], [620, 600, 580, 550])
            + cells(
                [605, 585, 567, 560, 555],
                [45, "任务", "路灯", "", "水表", ""],
                [85, "单位甲乙丙", "", "新区和", "", "老区"],
                [141, "年报", "3", "", "共用", ""],
            ),
            ["任务 | 单位甲乙丙 | 年报", "路灯 | 3", "水表 | 新区和老区 | 共用"],
        ),
        (  # a cell beside two rows
            grid([80, 140, 200], [620, 600, 580])
            + grid([40, 80], [620, 580])
            + cells([605, 595, 585], [45, "", "路灯", ""], [85, "甲", "", "乙"], [145, "1", "", "2"]),
            ["路灯 | 甲 | 1", "乙 | 2"],
        ),
        (  # a box on its own is none
            grid([35, 260], [620, 580]) + column(f"　　{FULL[:18]}", f"{FULL[:9]}。", top=605) + [(40, 560, "远处")],
            [f"{FULL[:18]}{FULL[:9]}。", "远处"],
        ),
    ],
)
def test_pdf_tables(read, pdf, page, lines):
    """A row is a line, with a bar between its cells."""
    assert read(pdf(page), "a.pdf").text.split("\n") == lines


def test_pdf_table_within_a_paragraph(read, pdf):
    """A table at the foot of a page comes after the paragraph that goes on over it, as does a note there."""
    table = [(40, 100, "甲"), (120, 100, "1"), (40, 60, "① 由新区报。", {"fontsize": 8})]
    reading = read(pdf(column(f"　　{FULL[:18]}", *[FULL] * 4) + table, column(f"{FULL[:5]}。", "　　远处。")), "a.pdf")
    assert reading.text == f"{FULL[:18]}{FULL * 4}{FULL[:5]}。\n甲 | 1\n① 由新区报。\n远处。"


def test_pdf_written_out_of_order(read, pdf):
    """What was written first but stands last is read last."""
    assert read(pdf([(40, 300, "远处"), (40, 600, "指标"), (40, 500, "任务")]), "a.pdf").text == "指标\n任务\n远处"


@pytest.mark.parametrize(
    ("head", "foot", "count"),
    [
        (
            ["湖边年报", "第二章 共用", "湖边年报", "第二章 共用", "湖边年报", "第二章 共用"],
            ["— 1 —", "— 2 —", "— 3 —", "— 4 —", "— 5 —", "— 6 —"],
            12,
        ),
        (["", "", ""], ["iii", "iv", "v"], 3),
        (["", "", ""], ["第一页", "第二页", "第三页"], 3),
        (["", "", ""], ["第3页 共12页", "第4页 共12页", "第5页 共12页"], 3),
        (["", ""], ["9", "10"], 2),
        (["", ""], ["一", "二"], 2),
        (["湖边年报|1", "湖边年报|2", "湖边年报|3"], ["", "", ""], 3),
        (["", ""], ["3/12", "4/12"], 2),
        (["附件1", "附件2", "附件3"], ["", "", ""], 0),
        (["附件 1", "附件 2", "附件 3"], ["", "", ""], 0),
        (["2021年任务", "2022年任务"], ["合计|300", "合计|600"], 0),
        (["2021", "2022"], ["远处", "远处"], 0),
    ],
)
def test_pdf_edges_of_pages(read, pdf, head, foot, count):
    """What recurs or counts the pages is left out; what differs otherwise is content."""
    pages, text = [], []
    for at, (above, below) in enumerate(zip(head, foot, strict=True)):
        body = [FULL[at:], f"{FULL[at:9]}。"]
        page = column(*body, top=600)
        for y, line in ((690, above), (30, below)):
            page += [(40 + 200 * right, y, part) for right, part in enumerate(line.split("|")) if part]
        pages.append(page)
        text += [above, "".join(body), below] if not count else ["".join(body)]
    reading = read(pdf(*pages), "a.pdf")
    assert reading.text.split("\n") == [line.replace("|", " | ") for line in text if line]
    assert reading.notes == ((f"running heads and page numbers left out: {count}",) if count else ())


def test_pdf_one_page_from_a_browser(read, pdf):
    """Date, title, address and number that a browser prints around a page are left out; its lines are joined."""
    small = {"fontsize": 6}
    frame = [(20, 700, "3/8/24, 9:05 AM", small), (150, 700, "湖边年报", small)]
    frame += [(20, 15, f"https://a.cn/{'a' * 60}", small), (330, 15, "1/1", small)]
    reading = read(pdf([*frame, *column(f"　　{FULL[:18]}", FULL, f"{FULL[:4]}。")]), "a.pdf")
    assert reading.text == f"{FULL[:18]}{FULL}{FULL[:4]}。"


def test_pdf_watermarks(read, pdf):
    """What is set askew is left out, and so is what recurs in large type; this is said."""
    pages = [column(FULL[at:], f"{FULL[at:9]}。") for at in range(3)]
    askew, large = (60, 600, "内部", {"rotation": 40}), (60, 500, "内部", {"fontsize": 40})
    reading = read(pdf(*[[askew, large, *page] for page in pages]), "a.pdf")
    assert reading.text == "\n".join(f"{FULL[at:]}{FULL[at:9]}。" for at in range(3))
    assert reading.notes == (
        "running heads and page numbers left out: 3",
        "characters set askew (a watermark, a seal) left out: 6",
    )


def test_pdf_marks_of_footnotes(read, pdf):
    """A raised mark is left out of its sentence and counted; the exponent of a unit stays."""
    raised = {"fontsize": 6}
    page = [
        (40, 600, "合计5%"),
        (77, 604, "1", raised),
        (81, 600, "，共用"),
        (40, 460, "5km"),
        (60.5, 464, "2", raised),
    ]
    assert read(pdf(page), "a.pdf")[::3] == ("合计5%，共用\n5km2", ("marks of footnotes left out: 1",))


@pytest.mark.parametrize("dots", ["." * 30, "…" * 8, ""])
def test_pdf_contents(read, pdf, dots):
    """A table of contents is left out, whether dots lead to its numbers or a gap, and this is said."""
    entries = [
        (40, 650 - 16 * at, f"{line}{dots}") for at, line in enumerate(["一、路灯", "二、水表任务安排", "三、远处"])
    ]
    numbers = [(300, 650 - 16 * at, number) for at, number in enumerate("129")]
    body = column("一、路灯", f"　　{FULL[:18]}", FULL)
    reading = read(pdf([(120, 690, "目　录"), *entries, *numbers], body), "a.pdf")
    assert reading.text == f"一、路灯\n{FULL[:18]}{FULL}"
    assert reading.notes == ("lines of a table of contents left out: 4",)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_pdf_turned(read, pdf, turn):
    """A page of text that lies on its side or its head is read; so is a note on the side of an upright one."""
    out = io.BytesIO()
    with PdfDocument(pdf(column(f"　　{FULL[:18]}", FULL, f"{FULL[:4]}。"))) as source, PdfDocument.new() as turned:
        form = source.page_as_xobject(0, turned).as_pageobject()
        form.set_matrix(PdfMatrix().translate(-180, -360).rotate(turn).translate(360, 360))
        page = turned.new_page(720, 720)
        page.insert_obj(form)
        page.gen_content()
        turned.save(out)
    assert read(out.getvalue(), "a.pdf").text == f"{FULL[:18]}{FULL}{FULL[:4]}。"
    side = (300, 400, "内部", {"rotation": turn})
    assert read(pdf([side, *column(FULL, f"{FULL[:4]}。")]), "a.pdf").text == f"{FULL}{FULL[:4]}。\n内部"


def test_pdf_vertical(read, pdf):
    """Chinese written from the top down is read column by column, from the right."""
    signs = [(300 - 20 * column, 650 - 14 * at, sign) for column in range(2) for at, sign in enumerate(FULL)]
    assert read(pdf(signs), "a.pdf").text == FULL * 2


def test_pdf_fonts_that_tell_no_characters(refusal, pdf):
    """Then OCR is what helps."""
    raw = pdf(column(FULL, FULL)).replace(b"/ToUnicode", b"/ToNothing")
    assert refusal(raw, "a.pdf") == (
        ": has fonts that do not tell their characters; run OCR: ocrmypdf --force-ocr -l chi_sim"
    )


def test_pdf_unseen(read, pdf):
    """White characters are read, and noted; those off the page or too small are left out."""
    unseen = [(40, 500, "看不见", {"color": "white"}), (-300, 400, "远处"), (40, 300, "年报", {"fontsize": 1})]
    assert read(pdf([(40, 600, FULL), *unseen]), "a.pdf")[::3] == (
        f"{FULL}\n看不见",
        (
            "characters off the page or too small to see left out: 4",
            "characters in white, perhaps not to be seen: 3",
        ),
    )


def test_pdf_form(read):
    """What was filled into a form is read."""
    file = io.BytesIO()
    page = canvas.Canvas(file)
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page.setFont("STSong-Light", 10)
    page.drawString(50, 700, FULL)
    page.acroForm.textfield(value="grid", x=50, y=600, name="a")
    page.save()
    assert read(file.getvalue(), "a.pdf").text == f"{FULL}\ngrid"


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


def test_pdf_of_too_many_characters(monkeypatch, refusal, pdf):
    """It is refused, and pages after the one that goes beyond the limit are not read."""
    numbers, page = [], glyphs.read
    monkeypatch.setattr(files, "CHARACTERS", 30)
    monkeypatch.setattr(glyphs, "read", lambda document, at, told: numbers.append(at) or page(document, at, told))
    assert (
        refusal(pdf(*[column(f"{sign}{FULL}") for sign in "甲乙丙丁"]), "a.pdf")
        == ": has more than 30 characters of text; split it"
    )
    assert numbers == [0, 1]


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
