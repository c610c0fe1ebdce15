"""PDF: from its glyphs and where they stand, the lines, rows of tables and paragraphs that a reader sees.

A page is turned so that its text stands upright. Glyphs on one baseline are a row, whatever objects they were drawn
as; a wide gap or a ruling parts it into segments, which are the cells of a table or the lines of columns. What stands
at the edge of page after page is left out; the rest is read from the top down, column by column.
"""

import ctypes
import math
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise
from typing import NamedTuple

from cityanalysis import characters, files
from cityanalysis.characters import HAN, WIDE

DASH, ROMAN = "[-—–―·•|~～]", "[ivxl]{1,7}|[IVXL]{1,7}"
ANY = rf"(?:\d{{1,3}}|[〇零一二三四五六七八九十百]{{1,5}}|{ROMAN})"
PAGE = re.compile(  # beyond doubt: 第三页, 第3页 共12页, 3/12, Page 3 of 12, — 3 —
    rf"第{ANY}页(?:[,，/]?共{ANY}页)?|{ANY}/{ANY}页?|(?i:page)?{ANY}of{ANY}|(?i:page){ANY}|{DASH}+{ANY}{DASH}+"
)
COUNT = re.compile(  # perhaps: 3, iv, 三, 第二章—3, 3|第二章
    rf"第(\d+)页|(?:^{DASH}*|(?<=\S)[—–·•|]+)(\d{{1,3}}|{ROMAN})(?:{DASH}*$|[—–·•|]+(?=\S))|^([一二三四五六七八九十]{{1,3}})$"
)
BROWSER = re.compile(  # an address, or the time of printing
    r"(?:https?|file)://\S+|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?,?[上下]?午?\d{1,2}:\d{2}.*"
)
ITEM = r"[\d一二三四五六七八九十百]{1,4}"
MARK = re.compile(  # what numbers an item, and may stand far from it
    rf"[（(]?{ITEM}[）)、.．]|第{ITEM}[章节条编篇]|附[件表录]\s*{ITEM}?[:：]?|[①-⑳●○■□◆◇▲★·•※*\uf06c\uf0b7–—-]"
)
NEW = re.compile(  # what begins a paragraph after the end of a sentence
    rf"附[件表录]\s*(?:{ITEM}|[:：]|$)|[（(]{ITEM}[）)]|{ITEM}(?:、|[.．](?!\d)|\s)|第{ITEM}[章节条编篇]|[①-⑳●○■□◆◇▲★※•]"
)
NOTE_MARK = re.compile(r"[\d①-⑳\[\]〔〕()*†‡,，]")
CONTENTS = re.compile(r"目\s*[录錄次]")
ENTRY = re.compile(
    rf".*?(?:(?P<leader>(?:[.．·‥…⋯・_-]\s?){{4,}}[\s|]*)|\s[\s|]*)[（(]?(?P<page>\d{{1,3}}|{ROMAN})[）)]?"
)
SENTENCE_END = "。！？；：…”』」）.!?"
IS_HAN, IS_WIDE = re.compile(HAN).match, re.compile(WIDE).match


class _Glyph(NamedTuple):
    """A character, its stretch of the baseline, size, number of its font, and whether pdfium puts a blank before it."""

    text: str
    left: float
    right: float
    y: float
    size: float
    font: int
    apart: bool


class _Run(NamedTuple):
    """What the glyphs of a run share: font, size, quarters turned, direction, origin, and what hides it.

    `within` is the origin in the form that holds the run, `scale` what this form scales it by.
    """

    font: int
    size: float
    turn: int | None
    way: tuple
    origin: tuple
    within: tuple
    scale: float
    unseen: str


class _Line(NamedTuple):
    """A line, a segment of one, or a row of a table; the fonts of its Chinese characters; its gaps.

    A gap, which may part cells, is where the text goes on after it, and where it begins and ends.
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    fonts: tuple = ()
    gaps: tuple = ()
    table: bool = False


class _Told(Counter):
    """What is counted for the notes; with it the fonts, numbered, and how much of each is mostly set in others."""

    def __init__(self):
        super().__init__()
        self.fonts, self.odd = {}, Counter()


def read(raw):
    """Read the text layer of a PDF as a reader sees it; what is left out or uncertain is noted."""
    import pypdfium2

    pages, told = [], _Told()
    try:
        with pypdfium2.PdfDocument(raw) as document:
            for number in range(len(document)):
                pages.append(_page(document, number, told))
                if told["characters"] > files.CHARACTERS:  # as `read` will say
                    break
    except pypdfium2.PdfiumError as error:
        raise files.ReadError(
            files.ENCRYPTED if getattr(error, "err_code", 0) == 4 else files.DAMAGED.format("PDF")
        ) from None
    _unframe([rows for rows, _ in pages], told)
    pages = [_ordered(*page) for page in pages]
    empty = [str(number) for number, page in enumerate(pages, 1) if not page]
    text = "\n".join(_Setting(_without_contents(pages, told), told.odd).paragraphs())
    if told["untold"] > max(len(re.findall(HAN, text)), told["characters"] / 10):
        raise files.ReadError(": has fonts that do not tell their characters; run OCR: ocrmypdf --force-ocr -l chi_sim")
    if len(empty) == len(pages):
        scan = ": has no text layer (a scan); run OCR first, for example ocrmypdf -l chi_sim"
        raise files.ReadError(": has fonts that are not in the file; print it to a PDF anew" if told["lost"] else scan)
    folded = text.translate(characters.FOLD)
    notes = {
        "running heads and page numbers left out": told["heads"],
        "lines of a table of contents left out": told["contents"],
        "marks of footnotes left out": told["marks"],
        "characters set askew (a watermark, a seal) left out": told["askew"],
        "characters off the page or too small to see left out": told["hidden"],
        "characters in white, perhaps not to be seen": told["white"],
        "invisible characters, as OCR lays them over a scan": told["invisible"],
        "characters that their fonts do not tell": told["untold"],
        "pages without text, perhaps scans": ", ".join(empty),
        "single characters perhaps lost, their font not being in the file": told["lost"],
        "radicals replaced by the characters they stand for": sum(map(str.__ne__, text, folded)),
    }
    return folded, "", tuple(f"{what}: {value}" for what, value in notes.items() if value)


def _page(document, number, told):
    """Return the rows of a page, and its rulings."""
    from pypdfium2 import raw as pdfium

    told["pages"] += 1
    page = document[number]
    if pdfium.FPDFPage_GetAnnotCount(page):  # what was filled in or stamped becomes part of the page
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        page.close()
        page = document[number]
    layer = page.get_textpage()
    found, runs = _glyphs(layer, page, told)
    glyphs, turn = _upright(found)
    level, plumb = _rules(page, turn, runs, told)
    layer.close()
    page.close()
    told["characters"] += len(glyphs)
    uses = defaultdict(Counter)
    for glyph in glyphs:
        if IS_HAN(glyph.text):
            uses[glyph.text][glyph.font] += 1
    for fonts in uses.values():
        (usual, most), *others = fonts.most_common()
        for font, count in others:
            told.odd[font] += most - count
            told.odd[usual] -= most - count
    return _rows(glyphs, plumb, told), (level, plumb)


def _glyphs(layer, page, told):
    """Return the glyphs of a page, turned to stand upright, by the quarters it takes; and its runs by their address."""
    from pypdfium2 import raw as pdfium

    left, bottom, right, top = page.get_cropbox()
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    tools = {}, pdfium.FS_MATRIX(), ctypes.c_float(), [ctypes.c_uint() for _ in range(4)]
    handle, runs, found, apart = layer.raw, {}, defaultdict(list), False
    for at in range(layer.count_chars()):
        owner = pdfium.FPDFText_GetTextObject(handle, at)
        if not owner:  # pdfium's own blanks and line ends
            apart = True
            continue
        address = ctypes.addressof(owner.contents)
        if not (run := runs.get(address)):
            run = runs[address] = _run(handle, at, owner, told, tools)
        if not (text := _character(handle, at)):
            continue
        pdfium.FPDFText_GetLooseCharBox(handle, at, box)
        start, end, size, turn = (box.left, box.bottom), (box.right, box.top), run.size, run.turn
        if turn == 0 and run.scale == 1 and start[1] < run.origin[1] < end[1]:  # as mostly; saves a call
            place = start[0], run.origin[1]
        else:
            pdfium.FPDFText_GetCharOrigin(handle, at, x, y)
            place = x.value, y.value
        if run.scale != 1 and (far := math.dist(place, run.within) * run.scale) < math.dist(place, run.origin):
            # What pdfium has replaced, such as a radical, stands where it would be if no form scaled the page.
            start = place = run.origin[0] + far * run.way[0], run.origin[1] + far * run.way[1]
            end = start[0] + size * run.way[0], start[1] + size * run.way[1]
        if turn is None:
            told["askew"] += 1
        elif not 1.5 <= size < 5000 or not (left - 9 < place[0] < right + 9 and bottom - 9 < place[1] < top + 9):
            told["hidden"] += 1
        else:
            told["untold"] += text == "\ufffd" or "\ue000" <= text < "\uf000"
            told[run.unseen] += 1
            if turn:
                start, end, place = (_turned(*point, turn) for point in (start, end, place))
            sides = (start[0], end[0]) if start[0] < end[0] else (end[0], start[0])
            found[turn].append(_Glyph(text, *sides, place[1], size, run.font, apart and turn != 2))
            apart = False
    return found, runs


def _character(layer, at):
    """Return a character, which pdfium may give as a pair of surrogates, or nothing for what is none."""
    from pypdfium2 import raw as pdfium

    code = pdfium.FPDFText_GetUnicode(layer, at)
    if 0xD800 <= code < 0xDC00:
        code = 0x10000 + (code - 0xD800) * 0x400 + (pdfium.FPDFText_GetUnicode(layer, at + 1) & 0x3FF)
    elif 0xDC00 <= code < 0xE000 or code == 0xFFFE or (code < 0x20 and code not in (2, 9)):
        # The second of a pair, or a sign for machines; \2 is a hyphen at the end of a line, \t a blank.
        code = 0
    if pdfium.FPDFText_HasUnicodeMapError(layer, at) == 1 or code > 0x10FFFF:
        code = 0xFFFD
    return chr(code) if code else ""


def _run(layer, at, handle, told, tools):
    """Return what the glyphs of a run share; a font without a name is known on its page alone."""
    from pypdfium2 import raw as pdfium

    names, matrix, size, colour = tools
    font, mode = pdfium.FPDFTextObj_GetFont(handle), pdfium.FPDFTextObj_GetTextRenderMode(handle)
    address = ctypes.addressof(font.contents) if font else 0
    if address not in names:
        name = ctypes.create_string_buffer(128)
        pdfium.FPDFFont_GetBaseFontName(font, name, 128)
        names[address] = name.value[7 * (name.value[6:7] == b"+") :] or (told["pages"], address)
    number = told.fonts.setdefault((names[address], mode), len(told.fonts))
    pdfium.FPDFPageObj_GetFillColor(handle, *colour)
    unseen = (
        "invisible"
        if mode in (3, 7)
        else "white"
        if min(colour[0].value, colour[1].value, colour[2].value) > 250
        else ""
    )
    pdfium.FPDFText_GetMatrix(layer, at, matrix)
    pdfium.FPDFTextObj_GetFontSize(handle, size)
    if size.value < 0:  # drawn backwards with a mirror
        matrix.a, matrix.b = -matrix.a, -matrix.b
    scale, angle = math.hypot(matrix.a, matrix.b) or 1, math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    turn = round(angle) % 4 if math.isfinite(angle) and abs(angle - round(angle)) < 0.07 else None
    way, origin = (matrix.a / scale, matrix.b / scale), (matrix.e, matrix.f)
    pdfium.FPDFPageObj_GetMatrix(handle, matrix)
    ratio = round(scale / (math.hypot(matrix.a, matrix.b) or 1), 3)
    return _Run(number, abs(size.value) * scale, turn, way, origin, (matrix.e, matrix.f), ratio, unseen)


def _turned(x, y, turn):
    """Turn a point by so many quarters clockwise."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _upright(found):
    """Put the glyphs of a page together, those that stand otherwise than most below; say how most are turned."""
    level = found[0]
    falls = [
        a.y - b.y for a, b in pairwise(level) if abs(a.left - b.left) < 0.3 * a.size < 0.5 * (a.y - b.y) < 2 * a.size
    ]
    if len(falls) > len(level) / 2:  # Chinese written from the top down: as if each column were a line turned
        found[3] += [
            glyph._replace(left=-glyph.y - 0.9 * glyph.size, right=0.1 * glyph.size - glyph.y, y=glyph.left)
            for glyph in found.pop(0)
        ]
    turns = sorted((turn for turn in found if found[turn]), key=lambda turn: -len(found[turn]))
    glyphs = []
    for rank, turn in enumerate(turns):
        steps = [a.y - b.y for a, b in pairwise(found[turn]) if abs(a.y - b.y) > a.size]
        # Lines of a page upside down may stand in the order in which they were written all the same.
        up = -1 if turn in (1, 2) and sum(step < 0 for step in steps) > len(steps) / 2 else 1
        glyphs += [glyph._replace(y=up * glyph.y - 1e5 * rank) for glyph in found[turn]] if turn else found[turn]
    return glyphs, turns[0] if turns else 0


def _rules(page, turn, runs, told):
    """Return the rulings of a page: level ones as y, left, right; plumb ones as x, bottom, top.

    By the way, count the characters that pdfium leaves out: alone in their run, without a width for want of a font.
    """
    from pypdfium2 import raw as pdfium

    level, plumb = [], []
    for kind, shape, forms in _shapes(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject):
        if kind == pdfium.FPDF_PAGEOBJ_TEXT and ctypes.addressof(shape.contents) in runs:
            continue
        sides = [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetBounds(shape, *sides)
        left, bottom, right, top = (side.value for side in sides)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            thin = right - left < 1e-4
            told["lost"] += thin and pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(shape)) == 0
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            points = _outline(shape) if min(right - left, top - bottom) > 3 else [(left, bottom), (right, top)]
            for form in forms:
                points = [form.on_point(*point) for point in points]
            for (a, b), (c, d) in pairwise(_turned(*point, turn) for point in points):
                if abs(a - c) > 3 > abs(b - d):
                    level.append(((b + d) / 2, min(a, c), max(a, c)))
                elif abs(b - d) > 3 > abs(a - c):
                    plumb.append(((a + c) / 2, min(b, d), max(b, d)))
    return level, plumb


def _shapes(holder, count, get, forms=()):
    """Yield the objects of a page or form: kind, object, and the matrices of the forms that hold it."""
    from pypdfium2 import raw as pdfium

    for at in range(count(holder)):
        shape = get(holder, at)
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield kind, shape, forms
        elif len(forms) < 15:
            inner = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
            yield from _shapes(shape, *inner, (_matrix(shape), *forms))


def _matrix(shape):
    """Return the matrix of an object."""
    import pypdfium2

    matrix = pypdfium2.raw.FS_MATRIX()
    pypdfium2.raw.FPDFPageObj_GetMatrix(shape, matrix)
    return pypdfium2.PdfMatrix.from_raw(matrix)


def _outline(path):
    """Return the corners of a path of few lines, such as a rectangle."""
    from pypdfium2 import raw as pdfium

    count = pdfium.FPDFPath_CountSegments(path)
    x, y, matrix, points = ctypes.c_float(), ctypes.c_float(), _matrix(path), []
    for at in range(count if count < 500 else 0):
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(path, at), x, y)
        points.append(matrix.on_point(x.value, y.value))
    return points + points[:1]


def _rows(glyphs, plumb, told):
    """Put glyphs into rows by their baselines, and part these into segments."""
    rows = []  # baseline, size, glyphs
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.y):
        for row in rows[:-4:-1]:
            small, large = sorted((row[1], glyph.size))
            if row[0] - glyph.y < 0.45 * large < 0.81 * small:
                break
        else:
            row = [glyph.y, 0, []]
            rows.append(row)
        if glyph.size > row[1]:
            row[:2] = glyph.y, glyph.size
        row[2].append(glyph)
    return [row for row in (_segments(*row, plumb, told) for row in rows) if row]


def _segments(y, size, glyphs, plumb, told):
    """Part a row at wide gaps and at rulings, with blanks where a reader sees them, without marks of footnotes."""
    walls = [x for x, bottom, top in plumb if bottom - 1 < y + size / 3 < top + 1]
    segments, blank, before = [], "", None  # a segment is its pieces of text, its glyphs, and its gaps
    for glyph in sorted(glyphs, key=lambda glyph: glyph.left):
        if glyph.text in " \xa0\t\u3000":
            blank = "\u3000" if glyph.text == "\u3000" else " "
            continue
        if before:
            gap, (text, _, gaps) = glyph.left - before.right, segments[-1]
            raised = glyph.size < 0.9 * size and glyph.y > y + size / 8 and gap < size
            if (
                raised and NOTE_MARK.match(glyph.text) and not (before.text.isascii() and before.text.isalpha())
            ):  # as in m2
                told["marks"] += 1
                before, blank = before._replace(right=glyph.right), "-"
                continue
            wide = gap > 1.5 * size and (len(segments) > 1 or gap > 4 * size or not MARK.fullmatch("".join(text)))
            if wide or any(before.right - size / 5 < x < glyph.left + size / 5 for x in walls):
                before = None
            elif not blank and (glyph.apart or gap > size / 4) and not (IS_WIDE(before.text) and IS_WIDE(glyph.text)):
                text.append(" ")
            elif blank and blank != "-":
                text.append(blank)
            if before and gap > 0.4 * size:
                gaps.append((len(text), before.right, glyph.left))
        if not before:
            segments.append(([], [], []))
        segments[-1][0].append(glyph.text)
        segments[-1][1].append(glyph)
        blank, before = "", glyph
    lines = []
    for text, inked, gaps in segments:
        fonts = tuple(glyph.font for glyph in inked if IS_HAN(glyph.text))
        usual = statistics.median_low(glyph.size for glyph in inked)
        lines.append(_Line("".join(text), inked[0].left, inked[-1].right, y, usual, fonts, tuple(gaps)))
    if len(lines) > 1 and not walls and all(len(line.text) == 1 and line.fonts for line in lines):  # 通　　知
        lines = [_merged(lines, "")]
    return lines


def _merged(lines, between, *, table=False):
    """Make one line of several."""
    fonts = sum((line.fonts for line in lines), ())
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    text = characters.joined(between.join(line.text for line in lines))
    return _Line(text, left, right, max(line.y for line in lines), lines[0].size, fonts, table=table)


def _unframe(pages, told):
    """Take off running heads, page numbers, watermarks, and what a browser prints around a page.

    What stands at the same place of three pages, one or two apart, is such, at the edge or in large type; what counts
    the pages is on two. What differs otherwise is content; so is the first head of a table.
    """
    body = statistics.median([line.size for rows in pages for row in rows for line in row for _ in line.fonts] or [0])
    heights = set()  # of running heads
    for _ in range(3):  # which may stand above each other
        places, doomed = defaultdict(list), set()
        for number, rows in enumerate(pages):
            for row in rows:
                if row not in (rows[0], rows[-1]) and row[0].size < 1.5 * body:
                    continue
                texts = [re.sub(r"\s", "", unicodedata.normalize("NFKC", line.text)) for line in row]
                small = row[0].size < 0.9 * body
                if all(map(PAGE.fullmatch, texts)) or (small and any(map(BROWSER.fullmatch, texts))):
                    doomed.add(id(row))
                counts = [_number(match[match.lastindex]) for text in texts for match in COUNT.finditer(text)]
                places[tuple(COUNT.sub("#", text) for text in texts)].append((number, row, counts))
        for key, found in places.items():
            chains = [[found[0]]]
            for before, place in pairwise(found):
                apart, steps = place[0] - before[0], {b - a for a, b in zip(before[2], place[2], strict=True)}
                near = abs(place[1][0].y - before[1][0].y) < 4 and 0 < apart < 3
                if not near or steps - {0, apart} or (steps and apart not in steps):
                    chains.append([])
                chains[-1].append(place)
            for chain in chains:
                _, (head, *_), counts = chain[0]
                known = head.size < 0.9 * body or any(abs(height - head.y) < 4 for height in heights)
                if len(chain) >= (2 if known or counts else 3):
                    heights.add(head.y)
                    alike = chain if counts else [place for place in found if abs(place[1][0].y - head.y) < 4]
                    doomed.update(id(row) for _, row, _ in alike[len(key) > 2 and not counts :])
        for rows in pages:
            rows[:] = [row for row in rows if id(row) not in doomed]
        told["heads"] += len(doomed)


def _number(digits):
    """Return the value of Arabic, Chinese or Roman digits."""
    if digits.isdecimal():
        return int(digits)
    units = "零一二三四五六七八九"
    if IS_HAN(digits):
        tens, ten, rest = digits.partition("十")
        return 10 * units.find(tens or "一") + units.find(rest or "零") if ten else units.find(digits)
    values = [{"i": 1, "v": 5, "x": 10, "l": 50}[digit] for digit in digits.lower()]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _ordered(rows, rules):
    """Return the lines of a page in the order in which they are read."""
    cells = defaultdict(list)  # top, bottom, left, right of each, and its lines
    for row in rows:
        for line in row:
            if cell := _cell(line, *rules):
                cells[cell].append(line)
    beside = {  # a box on its own is no table
        (top, bottom, left, right)
        for top, bottom, left, right in cells
        if any(top > low and high > bottom and (right <= start or end <= left) for high, low, start, end in cells)
    }
    inside = {id(line) for cell in beside for line in cells[cell]}
    rows = [rest for row in rows if (rest := [line for line in row if id(line) not in inside])]
    table, height = [], math.inf
    for cell in sorted(beside, reverse=True):
        if height - cell[0] > 4:
            height = cell[0]
            table.append([])
        table[-1].append(cell)
    for row in table:
        line = _merged(
            [_merged(cells[cell], "\n") for cell in sorted(row, key=lambda cell: cell[2])], " | ", table=True
        )
        rows.append([line._replace(y=row[0][0])])
    rows = _folded(_aligned(_columns(sorted(rows, key=lambda row: -row[0].y))))
    return [row[0] if len(row) == 1 else _merged(row, " | ", table=True) for row in rows]


def _cell(line, level, plumb):
    """Return top, bottom, left and right of the cell in which a line stands; a table may be open at its sides."""
    x, y = (line.left + line.right) / 2, line.y + line.size / 3
    heights = [height for height, left, right in level if left - 2 < x < right + 2]
    walls = [place for place, bottom, top in plumb if bottom - 2 < y < top + 2]
    above, below = [height for height in heights if height > y], [height for height in heights if height < y]
    if not (above and below and walls):
        return None
    left, right = max((wall for wall in walls if wall < x), default=-1e6), min((w for w in walls if w > x), default=1e6)
    return round(min(above)), round(max(below)), round(left), round(right)


def _columns(rows):
    """Put rows that stand in columns one column after the other."""
    ordered, start = [], 0
    while start < len(rows):
        spans, end = _gutters(rows, start)
        for left, right in spans:
            parts = ([line for line in row if left <= line.left < right] for row in rows[start:end])
            ordered += [part for part in parts if part]
        if not spans:
            ordered.append(rows[start])
        start = end
    return ordered


def _gutters(rows, start):
    """Return where columns of prose stand that begin in a row, and the row after them."""
    width = max(line.right for row in rows for line in row) - min(line.left for row in rows for line in row)
    size, spans, found = rows[start][0].size, [], ([], start + 1)
    for end in range(start, min(len(rows), start + 200)):
        spans = sorted([*spans, *((line.left, line.right) for line in rows[end])])
        joint = [spans[0]]
        for left, right in spans[1:]:
            if left - joint[-1][1] < size:
                joint[-1] = joint[-1][0], max(right, joint[-1][1])
            else:
                joint.append((left, right))
        spans = joint
        if len(spans) > 1:
            found = spans, end + 1
        elif spans[0][1] - spans[0][0] > 0.8 * width:
            break
    for left, right in found[0]:
        lines = [line for row in rows[start : found[1]] for line in row if left <= line.left < right]
        full = sum(line.right > right - 1.6 * size for line in lines)
        if len(lines) < 3 or right - left < 8 * size or full < len(lines) / 2:
            return [], start + 1
    return found


def _aligned(rows):
    """Part lines at gaps where a cell begins in the row above or below."""
    parted = []
    for above, row, below in zip([[], *rows], rows, [*rows[1:], []], strict=False):
        starts, parts = [line.left for other in (above, below) for line in other[1:]], []
        for line in row:
            ends = [gap for gap in line.gaps if any(abs(start - gap[2]) < line.size / 3 for start in starts)]
            ats = [0, *(at for at, _, _ in ends), len(line.text)]
            lefts, rights = [line.left, *(left for *_, left in ends)], [*(right for _, right, _ in ends), line.right]
            for (start, end), left, right in zip(pairwise(ats), lefts, rights, strict=True):
                parts.append(line._replace(text=line.text[start:end].strip(), left=left, right=right))
        parted.append(parts)
    return parted


def _folded(rows):
    """Put what a cell goes on with in the rows below into the row of the table in which it begins.

    Such rows have nothing in the first column, and stand closer than those in which others begin.
    """
    whole, start = [], 0
    while start < len(rows):
        first, end = rows[start][0], start + 1
        while len(rows[start]) > 1 and end < len(rows) and (len(rows[end]) > 1 or rows[end][0].left > first.right):
            end += 1
        block = [(above[0].y - row[0].y, row) for above, row in pairwise(rows[start:end])]
        pitch = min((gap for gap, row in block if row[0].left < first.right), default=2 * first.size)
        whole.append(list(rows[start]))
        for gap, row in block:
            cells = whole[-1]
            over = [[at for at, cell in enumerate(cells) if cell.left < x.right and x.left < cell.right] for x in row]
            if gap < 0.9 * pitch and all(len(places) == 1 and places[0] for places in over):
                for line, (at,) in zip(row, over, strict=True):
                    cells[at] = _merged([cells[at], line], "\n")
            else:
                whole.append(list(row))
        start = end
    return whole


def _without_contents(pages, told):
    """Take off a table of contents: its title, and lines that end in the number of a page, mostly after dots."""
    lines = [(number, line) for number, page in enumerate(pages) for line in page]
    kept, start = [[] for _ in pages], 0
    while start < len(lines):
        titled = CONTENTS.fullmatch(lines[start][1].text) is not None
        entries, end, last = 0, start + titled, 0
        for at in range(end, len(lines)):
            entry = ENTRY.fullmatch(lines[at][1].text)
            page = int(entry["page"]) if entry and entry["page"].isdecimal() else last
            if entry and (entry["leader"] or titled) and page >= last:
                entries, end, last = entries + 1, at + 1, page
            elif at > end or not entries:  # an entry may run over two lines
                break
        if entries < (2 if titled else 3):
            end = start + 1
            kept[lines[start][0]].append(lines[start][1])
        else:
            told["contents"] += end - start
        start = end
    return kept


class _Setting:
    """How the lines of a document are set, which tells where its paragraphs begin and end.

    Parameters
    ----------
    pages : list of list of _Line
    odd : Counter
        How much of a font is mostly set in others; what is set in it alone stands out.
    """

    def __init__(self, pages, odd):
        self.pages, self.odd, self.edges = pages, odd, {}
        self.prose = [line for page in pages for line in page if not line.table]
        self.em = statistics.median([line.size for line in self.prose] or [1])
        gaps = [a.y - b.y for page in pages for a, b in pairwise(page) if not (a.table or b.table)]
        self.leading = min(statistics.median_low([gap for gap in gaps if gap > self.em / 2] or [self.em]), 4 * self.em)
        self.apart = defaultdict(list)  # paragraphs that come after the one in which a line stands
        places = Counter(round(line.left / self.em) for line in self.prose)
        self.usual = places.most_common(1)[0][0] if places else 0

    def paragraphs(self):
        """Return the paragraphs, each a line.

        A table, and what stands apart at the foot of a page, comes after the paragraph within which it stands.
        """
        flow, first = [], []
        for page, after in zip(self.pages, [*self.pages[1:], []], strict=True):
            foot = self._foot(page, after)
            for line in page[:foot] + [line for line in page[foot:] if line.table]:
                if not line.table:
                    flow.append(line)
                else:
                    (self.apart[id(flow[-1])] if flow else first).append([line.text])
            block = self._joined([line for line in page[foot:] if not line.table])
            (self.apart[id(flow[-1])] if flow else first).extend(block)
        whole = [*first, *self._joined(flow)]
        return [characters.joined("\n".join(paragraph).replace("\2\n", "\2")) for paragraph in whole]

    def _foot(self, page, after):
        """Return where, within a paragraph that goes on at the head of the next page, a foot stands apart."""
        for at in range(len(page) - 1, max(len(page) - 9, 0), -1):
            above, line = page[at - 1 : at + 1]
            parted = above.y - line.y > 1.6 * self.leading or line.size < 0.9 * above.size
            if parted and after and self._resumed(above, after[0]) and not self._resumed(page[-1], after[0]):
                return at
        return len(page)

    def _resumed(self, before, line):
        """Say whether a paragraph seems to go on from a line to another, on the next page."""
        left, right = self._edge(line)
        unfinished = right - before.right < 1.5 * self.em and before.text[-1] not in SENTENCE_END
        return unfinished and not before.table and line.left - left < 0.8 * self.em

    def _edge(self, line):
        """Return where the column of a line begins and ends."""
        place, em = round(line.left / self.em), self.em
        if place not in self.edges:  # a line begins up to four characters right of its column's edge
            body = [other for other in self.prose if other.size < 1.1 * em]
            column = [other for other in body if -4.5 * em < other.left - place * em < em] or [line]
            lefts, rights = sorted(other.left for other in column), sorted(other.right for other in column)
            self.edges[place] = lefts[len(lefts) // 20], rights[-1 - len(rights) // 10]
            near = sum(abs(other.left - place * em) < 4.5 * em for other in body)
            if near < 3 and place != self.usual:  # no column, as a signature is none
                other = next(other for other in self.prose if round(other.left / em) == self.usual)
                self.edges[place] = self._edge(other)
        return self.edges[place]

    def _far(self, line):
        """Say whether a line begins in the right part of its column, as a signature does."""
        left, right = self._edge(line)
        return line.left - left > (right - left) / 3

    def _differs(self, before, line):
        """Say whether a line, or the one before, is a heading by its size or font."""
        if not before.fonts or not line.fonts:
            return False
        odd = [[self.odd[font] for font in fonts] for fonts in (before.fonts, line.fonts)]
        odd_before, odd_line = (sum(v > 0 for v in values) > len(values) / 6 and min(values) >= 0 for values in odd)
        return (
            abs(line.size / before.size - 1) > 0.1 or (odd_before and odd[1][0] <= 0) or (odd_line and odd[0][-1] <= 0)
        )

    def _entitled(self, before, line):
        """Say whether a line goes on with a title."""
        return (
            min(line.size, before.size) > 1.1 * self.em
            and abs(line.size - before.size) < self.em / 10
            and abs(line.left + line.right - before.left - before.right) < 3 * self.em
            and before.y - line.y < 2 * line.size
            and not NEW.match(line.text)
        )

    def _joined(self, lines):
        """Return the lines of each paragraph."""
        em, whole, waiting, before, short, block = self.em, [], [], None, 0, False
        for line, after in zip(lines, [*lines[1:], *lines[-1:]], strict=True):
            left, right = self._edge(line)
            if before:
                goes_on = before.text[-1] not in SENTENCE_END
                level = abs(line.left - before.left) < em / 2
                block = level and (after.left > line.left - em / 2 or (block and goes_on))  # set in as a whole
                block |= goes_on and 0 < line.left - before.left < 4 * em and bool(MARK.match(before.text))  # an item
                word = em / 2 * len(re.match("[!-~]*", line.text)[0])  # too long, perhaps, for the line before
                new = not self._entitled(before, line) and (
                    (line.left - left > 0.8 * em and (short > 1.5 * em or not block))
                    or (before.left - line.left > 4.5 * em and before.y > line.y)
                    or (short - word > ((right - left) / 4 if goes_on else 1.5 * em) and before.text[-1] not in "\2-")
                    or before.y - line.y > 1.6 * self.leading
                    or self._differs(before, line)
                    or self._far(before)
                    or self._far(line)
                    or (not goes_on and NEW.match(line.text))
                )
            if not before or new:
                whole += [*waiting, []]
                waiting = []
            whole[-1].append(line.text)
            waiting += self.apart[id(line)]
            before, short = line, right - line.right
        return [*whole, *waiting]
