"""PDF: from its glyphs and where they stand, the lines, rows of tables and paragraphs that a reader sees.

Glyphs on one baseline are a row, whatever objects they were drawn as; a wide gap or a ruling parts it into lines, which
are the cells of a table or stand in columns. What stands at the edge of page after page is left out; the rest is read
from the top down, column by column.
"""

import itertools
import math
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cityanalysis import characters, files
from cityanalysis.characters import HAN, WIDE

NUMERALS = (
    (["", "x", "xx", "xxx"], ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]),
    (["", "十", "二十", "三十"], ["", *"一二三四五六七八九"]),
)
VALUES = {ten + one: 10 * a + b for tens, ones in NUMERALS for a, ten in enumerate(tens) for b, one in enumerate(ones)}
DASH, NUMERAL = "[-—–―·•|~～]", r"(?:\d{1,3}|(?i:[ivxl]{1,7})|[〇零一二三四五六七八九十百]{1,5})"
PAGE = re.compile(  # beyond doubt: 第三页, 第3页 共12页, 3/12, Page 3 of 12, — 3 —
    rf"第{NUMERAL}页(?:[,，/]?共{NUMERAL}页)?|{NUMERAL}/{NUMERAL}页?|(?i:page)?{NUMERAL}of{NUMERAL}"
    rf"|(?i:page){NUMERAL}|{DASH}+{NUMERAL}{DASH}+"
)
COUNT = re.compile(  # perhaps: 3, iv, 三, 第二章—3, 3|第二章
    rf"(?<=第)\d+(?=页)|(?:^{DASH}*|(?<=\S)[—–·•|]+){NUMERAL}(?:{DASH}*$|[—–·•|]+(?=\S))"
)
BROWSER = re.compile(  # an address, or the time of printing
    r"(?:https?|file)://\S+|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?,?[上下]?午?\d{1,2}:\d{2}.*"
)
ITEM, BULLET = r"[\d一二三四五六七八九十百]{1,4}", "[①-⑳●○■□◆◇▲★※•]"
MARK = re.compile(  # what numbers an item, and may stand far from it
    rf"[（(]?{ITEM}[）)、.．]|第{ITEM}[章节条编篇]|附[件表录]\s*{ITEM}?[:：]?|{BULLET}|[·*\uf06c\uf0b7–—-]"
)
NEW = re.compile(  # what begins a paragraph after the end of a sentence
    rf"附[件表录]\s*(?:{ITEM}|[:：]|$)|[（(]{ITEM}[）)]|{ITEM}(?:、|[.．](?!\d)|\s)|第{ITEM}[章节条编篇]|{BULLET}"
)
NOTE_MARK = re.compile(r"[\d①-⑳\[\]〔〕()*†‡,，]")
CONTENTS = re.compile(r"目\s*[录錄次]")
ENTRY = re.compile(rf".*?(?:(?P<leader>(?:[.．·‥…⋯・_-]\s?){{4,}}[\s|]*)|\s[\s|]*)[（(]?(?P<page>{NUMERAL})[）)]?")
UNIT = re.compile("[!-~]+|.[，。、；：？！”’）》」』…]*")  # a line is not wrapped within it
COLUMN = 4.5  # characters; so far from its column's edge a line may begin
SENTENCE_END = "。！？；：…”』」）.!?"
IS_HAN, IS_WIDE = re.compile(HAN).match, re.compile(WIDE).match


class _Line(NamedTuple):
    """A line, a part of one, or a row of a table; with the fonts of its Chinese characters."""

    text: str
    left: float
    right: float
    y: float
    size: float
    fonts: tuple = ()
    table: bool = False


def read(raw):
    """Read the text layer of a PDF as a reader sees it; what is left out or uncertain is noted."""
    import pypdfium2

    from cityanalysis import glyphs

    pages, rulings, told = [], [], Counter()
    try:
        with pypdfium2.PdfDocument(raw) as document:
            for number in range(len(document)):
                seen, level, plumb = glyphs.read(document, number, told)
                pages.append(_rows(seen, plumb, told))
                rulings.append((level, plumb))
                if told["characters"] > files.CHARACTERS:  # as `read` will say
                    break
    except pypdfium2.PdfiumError as error:
        raise files.ReadError(
            files.ENCRYPTED if getattr(error, "err_code", 0) == 4 else files.DAMAGED.format("PDF")
        ) from None
    _unframe(pages, told)
    pages = [_ordered(rows, *ruled) for rows, ruled in zip(pages, rulings, strict=True)]
    empty = [str(number) for number, page in enumerate(pages, 1) if not page]
    body = _without_contents(pages, told)
    text = "\n".join(_Setting(body).paragraphs(body))
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


def _rows(glyphs, plumb, told):
    """Put glyphs into rows by their baselines, and part these into lines at wide gaps, rulings, and aligned cells.

    Blanks stand where a reader sees them; marks of footnotes are left out.
    """
    row, baselines = _baselines(glyphs.y, glyphs.size)
    order = np.lexsort((glyphs.left, row))
    blanks, spaces = (np.cumsum(np.isin(glyphs.text[order], marks)) for marks in ([*" \xa0\t\u3000"], ["\u3000"]))
    inked = np.flatnonzero(np.diff(blanks, prepend=0) == 0)
    row, (text, left, right, y, size, font, apart) = row[order][inked], (column[order][inked] for column in glyphs)
    base, em = baselines[row].T
    spaced, widely = (np.diff(count[inked], prepend=0) > 0 for count in (blanks, spaces))
    first, before = np.diff(row, prepend=-1) > 0, np.roll(right, 1)
    gap = np.where(first, math.inf, left - before)

    # A number raised is the mark of a footnote, but not after a letter, as in m2.
    mark = (size < 0.9 * em) & (y > base + em / 8) & (gap < em)
    for at in np.flatnonzero(mark):
        mark[at] = NOTE_MARK.match(text[at]) and not (text[at - 1].isascii() and text[at - 1].isalpha())
    told["marks"] += mark.sum()

    new = first.copy()
    for x, bottom, top in plumb:
        new |= (bottom - 1 < base + em / 3) & (base + em / 3 < top + 1) & (before - em / 5 < x) & (x < left + em / 5)
    ruled = new & ~first
    for at in np.flatnonzero((gap > 1.5 * em) & ~new):
        start = np.searchsorted(row, row[at])
        item = gap[at] <= 4 * em[at] and not new[start + 1 : at].any() and MARK.fullmatch("".join(text[start:at]))
        new[at] = not item
    cell = new & ~first
    for at in np.flatnonzero((gap > 0.4 * em) & ~new):  # a cell begins there in the row above or below
        new[at] = (abs(left[cell & (abs(row - row[at]) == 1)] - left[at]) < em[at] / 3).any()

    pieces = np.where(mark, "", text).astype("U2").tolist()
    for at in np.flatnonzero(~new & ~mark & (spaced | ((apart | (gap > em / 4)) & ~np.roll(mark, 1)))):
        if spaced[at] or not (IS_WIDE(text[at - 1]) and IS_WIDE(text[at])):
            pieces[at] = ("\u3000" if widely[at] else " ") + pieces[at]
    rows, fonts, sizes = defaultdict(list), font.tolist(), size.tolist()
    for start, end in pairwise([*np.flatnonzero(new), len(row)]):
        held = tuple(fonts[at] for at in range(start, end) if IS_HAN(text[at]))
        usual = statistics.median_low(sizes[start:end])
        line = _Line("".join(pieces[start:end]), left[start], right[end - 1], base[start], usual, held)
        rows[row[start]].append(line)
    closed = set(row[ruled])
    for at, lines in rows.items():
        if len(lines) > 1 and at not in closed and all(len(line.text) == 1 and line.fonts for line in lines):
            rows[at] = [_merged(lines, "")]  # 通　　知
    return list(rows.values())


def _baselines(y, size):
    """Return the number of the row of each glyph, and baseline and size of each row, which are its largest glyph's."""
    places, place = np.unique(size * 1j - np.round(y, 2), return_inverse=True)
    rows, numbers = [], []
    for at in places:
        y, size = -at.real, at.imag
        for number in range(len(rows) - 1, max(len(rows) - 4, -1), -1):
            base, largest = rows[number]
            small, large = sorted((largest, size))
            if base - y < 0.45 * large < 0.81 * small:
                break
        else:
            number = len(rows)
            rows.append((y, size))
        if size > rows[number][1]:
            rows[number] = y, size
        numbers.append(number)
    return np.array(numbers, int)[place], np.array(rows).reshape(-1, 2)


def _merged(lines, between, *, table=False):
    """Make one line of several."""
    fonts = sum((line.fonts for line in lines), ())
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    text = characters.joined(between.join(line.text for line in lines))
    return _Line(text, left, right, max(line.y for line in lines), lines[0].size, fonts, table)


def _unframe(pages, told):
    """Take off running heads, page numbers, watermarks, and what a browser prints around a page.

    What stands at the same place of three pages, one or two apart, is such, at the edge or in large type; two are
    enough where others were, in small type, and for what counts the pages. The first head of a table is content.
    """
    sizes, heights = [line.size for rows in pages for row in rows for line in row for _ in line.fonts], set()
    body = statistics.median(sizes or [0])
    for _ in range(3):  # heads may stand above each other
        places, doomed = defaultdict(list), set()
        for number, rows in enumerate(pages):
            for row in rows:
                if row not in (rows[0], rows[-1]) and row[0].size < 1.5 * body:
                    continue
                texts = [re.sub(r"\s", "", unicodedata.normalize("NFKC", line.text)) for line in row]
                small = row[0].size < 0.9 * body
                if all(map(PAGE.fullmatch, texts)) or (small and any(map(BROWSER.fullmatch, texts))):
                    doomed.add(id(row))
                places[*(_uncounted(text, number) for text in texts), round(row[0].y / 4)].append((number, row))
        for (*texts, height), found in places.items():
            numbers, counts = [number for number, _ in found], any("\0" in text for text in texts)
            least = 2 if counts or height in heights or found[0][1][0].size < 0.9 * body else 3
            if any(last - one <= 2 * (least - 1) for one, last in zip(numbers, numbers[least - 1 :], strict=False)):
                heights.add(height)
                doomed.update(id(row) for _, row in found[len(texts) > 2 and not counts :])
        for rows in pages:
            rows[:] = [row for row in rows if id(row) not in doomed]
        told["heads"] += len(doomed)


def _uncounted(text, number):
    """Return the text of a row with how much what may count the pages differs from the number of its own."""

    def beside(found):
        digits = re.sub(DASH, "", found[0]).lower()
        return f"\0{(int(digits) if digits.isdecimal() else VALUES.get(digits, 0)) - number}"

    return COUNT.sub(beside, text)


def _ordered(rows, level, plumb):
    """Return the lines of a page in the order in which they are read."""
    rows = _folded(_columns(sorted(_ruled(rows, level, plumb), key=lambda row: -row[0].y)))
    return [row[0] if len(row) == 1 else _merged(row, " | ", table=True) for row in rows]


def _ruled(rows, level, plumb):
    """Put together the lines of ruled cells; cells beside each other are a row, a box on its own is no table."""
    cells = defaultdict(list)  # top, bottom, left, right of each, and its lines
    for line in itertools.chain(*rows):
        cells[_cell(line, level, plumb)].append(line)
    outside, table = cells.pop(None, []), []
    for top, bottom, left, right in sorted(cells, reverse=True):
        lines = cells[top, bottom, left, right]
        if not any(top > low and high > bottom and (right <= start or end <= left) for high, low, start, end in cells):
            outside += lines
            continue
        if not table or table[-1][0].y - top > 4:
            table.append([])
        table[-1].append(_merged(lines, "\n")._replace(y=top, left=left))
    free = {id(line) for line in outside}
    rest = [[line for line in row if id(line) in free] for row in rows]
    merged = [[_merged(sorted(row, key=lambda cell: cell.left), " | ", table=True)] for row in table]
    return [row for row in rest if row] + merged


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
        joint = []
        for left, right in sorted([*spans, *((line.left, line.right) for line in rows[end])]):
            if joint and left - joint[-1][1] < size:
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
            if gap < 0.9 * pitch and all(len(places) == 1 for places in over):
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
    """

    def __init__(self, pages):
        prose = [line for page in pages for line in page if not line.table]
        self.em = statistics.median([line.size for line in prose] or [1])
        gaps = [a.y - b.y for page in pages for a, b in pairwise(page) if not (a.table or b.table)]
        self.leading = min(statistics.median_low([gap for gap in gaps if gap > self.em / 2] or [self.em]), 4 * self.em)
        body = [(line.left, line.right) for line in prose if line.size < 1.1 * self.em]
        self.lefts, self.rights = np.reshape(body, (-1, 2)).T / self.em
        self.usual = statistics.mode(np.rint(self.lefts)) if body else 0
        self.edges = {}

    def edge(self, line):
        """Return where the column of a line begins and ends: a line may begin four characters right of its edge."""
        place = round(line.left / self.em)
        if place not in self.edges:
            column = (abs(self.lefts - place) < COLUMN).sum() > 2  # a signature is none
            right_of = self.lefts - (place if column else self.usual)
            inside = (right_of > -COLUMN) & (right_of < 1)
            lefts, rights = sorted(self.lefts[inside]), sorted(self.rights[inside])
            if not lefts:  # those nearby all begin further right
                lefts, rights = [line.left / self.em], [line.right / self.em]
            self.edges[place] = lefts[len(lefts) // 20] * self.em, rights[-1 - len(rights) // 10] * self.em
        return self.edges[place]

    def paragraphs(self, pages):
        """Return the paragraphs, each a line; what stands apart at the foot of a page is put aside as tables are."""
        flow = []
        for page, after in zip(pages, [*pages[1:], []], strict=True):
            foot = self.foot(page, after)
            flow += [line for at, line in enumerate(page) if at < foot or line.table]
            notes = self.joined([line for line in page[foot:] if not line.table])
            flow += [page[-1]._replace(text=note, table=True) for note in notes]
        return self.joined(flow)

    def foot(self, page, after):
        """Return where, within a paragraph that goes on at the head of the next page, a foot stands apart."""
        for at in range(len(page) - 1, max(len(page) - 9, 0), -1):
            above, line = page[at - 1 : at + 1]
            parted = above.y - line.y > 1.6 * self.leading or line.size < 0.9 * above.size
            if parted and after and self.resumed(above, after[0]) and not self.resumed(page[-1], after[0]):
                return at
        return len(page)

    def resumed(self, before, line):
        """Say whether a paragraph seems to go on from a line to another, on the next page."""
        left, right = self.edge(line)
        unfinished = right - before.right < 1.5 * self.em and before.text[-1] not in SENTENCE_END
        return unfinished and not before.table and line.left - left < 0.8 * self.em

    def joined(self, lines):
        """Return the paragraphs; a table comes after the one within which it stands."""
        prose = [line for line in lines if not line.table]
        afters = iter([*prose[1:], *prose[-1:]])
        whole, tables, before, block = [], [], None, False
        for line in lines:
            if line.table:
                tables.append([line.text])
                continue
            after = next(afters)
            if before:
                goes_on, aside = before.text[-1] not in SENTENCE_END, line.left - before.left
                # A block is set in as a whole, or hangs from what numbers an item.
                block = abs(aside) < self.em / 2 and (after.left > line.left - self.em / 2 or (block and goes_on))
                block |= goes_on and 0 < aside < 4 * self.em and MARK.match(before.text) is not None
            if not before or self.parted(before, line, block):
                whole += [*tables, []]
                tables = []
            whole[-1].append(line.text)
            before = line
        return [characters.joined("\n".join(texts).replace("\2\n", "\2")) for texts in [*whole, *tables]]

    def parted(self, before, line, block):
        """Say whether a line begins a paragraph: by where it and the one before begin and end, or as it looks."""
        em, (left, right), ended = self.em, self.edge(line), before.text[-1] in SENTENCE_END
        unit, fall = UNIT.match(line.text)[0], before.y - line.y
        room = self.edge(before)[1] - before.right - (0 if unit.isascii() else len(unit) - 1) * em
        word = em / 2 * len(unit) if unit.isascii() else 0  # too long, perhaps, for the line before
        title = min(line.size, before.size) > 1.1 * em and abs(line.size - before.size) < em / 10
        centred = abs(line.left + line.right - before.left - before.right) < 3 * em
        if title and centred and 0 < fall < 2 * line.size and not NEW.match(line.text):
            return False
        return (
            (line.left - left > 0.8 * em and (room > 1.5 * em or not block))
            or (before.left - line.left > COLUMN * em and fall > 0)
            or (room - word > (1.5 * em if ended else (right - left) / 4) and before.text[-1] not in "\2-")
            or fall > 1.6 * self.leading
            or _differs(before, line)
            or any(3 * (one.left - start) > end - start for one in (before, line) for start, end in [self.edge(one)])
            or (ended and NEW.match(line.text))
        )


def _differs(before, line):
    """Say whether a line, or the one before, is a heading by its size or font.

    Most of one is in a font that the other does not have, and where they meet the fonts differ, too.
    """
    if not before.fonts or not line.fonts:
        return False
    sizes = abs(line.size / before.size - 1) > 0.1
    ends = (before.fonts, before.fonts[-1], line.fonts), (line.fonts, line.fonts[0], before.fonts)
    return sizes or any(
        fonts.count(usual := statistics.mode(fonts)) > len(fonts) / 2 and not {usual, met} & {*others}
        for fonts, met, others in ends
    )
