"""The text of a PDF: its lines, and from where these stand, its paragraphs."""

import re
import statistics
import unicodedata
from collections import Counter, namedtuple
from itertools import pairwise

from cityanalysis.readers import ReadError

WIDE = r"[·—‘’“”…\u2e80-\uffef\U00020000-\U0003ffff]"
# Radicals that some PDFs give for the characters that look like them; the first 214 Unicode itself folds.
RADICALS = "⺝月⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻚页⻛风⻜飞⻝食⻢马⻣骨⻥鱼⻦鸟⻨麦⻩黄⻬齐⻮齿⻰龙"
FOLD = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
FOLD |= str.maketrans(RADICALS[::2], RADICALS[1::2])
ENCRYPTED = ": is encrypted; take the password off and save it again"
_Line = namedtuple("_Line", "text left right y")  # of a PDF


def read(raw, *, longest):
    """Read the text layer of a PDF, in the order in which it was written.

    Parameters
    ----------
    raw : bytes
        The file.
    longest : int
        No more pages are read when the text has more characters than this.

    Returns
    -------
    text : str
        One paragraph a line, running heads and page numbers left out.
    notes : tuple of str
        What a person should know: pages without text, characters perhaps lost.

    Raises
    ------
    cityanalysis.readers.ReadError
        If it is encrypted, damaged, or has no text; the message, to stand after the file's name, says what to do.
    """
    import pypdfium2

    pages, size, lost = [], 0, 0
    try:
        with pypdfium2.PdfDocument(raw) as document:
            for page in document:
                pages.append(_lines(page))
                size += sum(len(line.text) for line in pages[-1])
                lost += _lost(page)
                page.close()
                if size > longest:
                    break
    except pypdfium2.PdfiumError as error:
        damaged = ": is a damaged PDF; open it, or its source, and save it again"
        raise ReadError(ENCRYPTED if getattr(error, "err_code", 0) == 4 else damaged) from None
    heads = _unframe(pages) + _unframe(pages)  # a running head and a page number may stand above each other
    empty = [str(number) for number, page in enumerate(pages, 1) if not page]
    if len(empty) == len(pages):
        scan = ": has no text layer (a scan); run OCR first, for example ocrmypdf -l chi_sim"
        raise ReadError(": has fonts that are not in the file; print it to a PDF anew" if lost else scan)
    text = "\n".join(_paragraphs([line for page in pages for line in page]))
    text = re.sub(r"(?<=[a-z])\x02(?=[a-z])", "", text).replace("\x02", "-")  # so pdfium gives a hyphen at a line's end
    folded = text.translate(FOLD)
    notes = {
        f"running heads and page numbers left out: {heads}": heads,
        f"pages without text, perhaps scans: {', '.join(empty)}": empty,
        f"single characters perhaps lost, their font not being in the file: {lost}": lost,
        f"radicals replaced by the characters they stand for: {sum(map(str.__ne__, text, folded))}": text != folded,
    }
    return folded, tuple(note for note, holds in notes.items() if holds)


def _lines(page):
    """Return the lines of a page of a PDF, and where they stand."""
    from pypdfium2 import raw as pdfium

    layer = page.get_textpage()
    codes = [pdfium.FPDFText_GetUnicode(layer, at) for at in range(layer.count_chars())]
    lines, start = [], 0
    for end in [at for at, code in enumerate(codes) if code in (10, 13)] + [len(codes)]:
        seen = [at for at in range(start, end) if codes[at] not in (0, 2, 32, 0xA0, 0x3000, 0xFFFE)]
        if seen:
            boxes = {at: layer.get_charbox(at, loose=True) for at in (seen[0], seen[-1])}
            units = [
                chr(codes[at]) for at in range(seen[0], seen[-1] + 1) if codes[at] and not _loose(layer, codes, at)
            ]
            string = "".join(units).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            lines.append(_Line(string, boxes[seen[0]][0], boxes[seen[-1]][2], boxes[seen[0]][1]))
        start = end + 1
    layer.close()
    return lines


def _lost(page):
    """Count the characters that pdfium leaves out: alone in their run, and without a width for want of a font."""
    from pypdfium2 import raw as pdfium

    runs = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
    thin = [run for run in runs if (bounds := run.get_bounds())[2] - bounds[0] < 1e-4]
    return sum(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(run)) == 0 for run in thin)


def _loose(layer, codes, at):
    """Say whether a blank is none, but pdfium's for Chinese characters that stand loosely."""
    from pypdfium2 import raw as pdfium

    if codes[at] != 32 or not all(re.match(WIDE, chr(codes[beside])) for beside in (at - 1, at + 1)):
        return False
    before, after = (layer.get_charbox(beside, loose=True) for beside in (at - 1, at + 1))
    return pdfium.FPDFText_IsGenerated(layer, at) == 1 and after[0] - before[2] < before[2] - before[0]


def _unframe(pages):
    """Take off what stands first or last on at least half of the pages, but for figures; return how many lines."""
    keys = [[re.sub(r"\d+", "#", page[at].text) for at in (0, -1)] if page else [] for page in pages]
    often, cut = Counter(key for page in keys for key in set(page)), 0
    for page, ends in zip(pages, keys, strict=True):
        for at, key in zip((0, -1), ends, strict=False):
            if page and often[key] >= max(2 if "#" in key else 3, len(pages) / 2):
                del page[at]
                cut += 1
    return cut


def _paragraphs(lines):
    """Join the lines of a PDF to paragraphs, by where they begin and end in their column."""
    em = statistics.median((line.right - line.left) / len(line.text) for line in lines)
    leading = statistics.median([a.y - b.y for a, b in pairwise(lines) if a.y - b.y > em / 2] or [em])
    edges, whole, before, short = {}, [], lines[0], 1e9
    for line, after in zip(lines, [*lines[1:], lines[-1]], strict=True):
        place = round(line.left / em)
        if place not in edges:  # a line begins up to four characters right of its column's edge
            column = [other for other in lines if -4.5 * em < other.left - place * em < em]
            lefts, rights = sorted(other.left for other in column), sorted(other.right for other in column)
            edges[place] = lefts[len(lefts) // 20], rights[-1 - len(rights) // 10]
        left, right = edges[place]
        alike = abs(line.left - before.left) < em / 2 and after.left > line.left - em / 2  # as in a block set in
        indented = line.left - left > 0.8 * em and (short > 1.5 * em or not alike)
        word = em / 2 * len(re.match("[!-~]*", line.text)[0])  # what may have been too long for the line before
        ended = short - word > (1.5 * em if before.text[-1] in "。！？；：…”』」）.!?" else (right - left) / 4)
        if ended or indented or before.y - line.y > 1.6 * leading:
            whole.append([])
        whole[-1].append(line.text)
        before, short = line, right - line.right
    return [join_lines(paragraph) for paragraph in whole]


def join_lines(lines):
    """Put the lines of a paragraph together, with a blank only between letters or digits.

    Examples
    --------
    >>> join_lines(["智慧", "城市 Smart", "City"])
    '智慧城市 Smart City'
    """
    text = re.sub(rf"(?<={WIDE})\s*\n\s*|\s*\n\s*(?={WIDE})", "", "\n".join(lines).strip())
    return re.sub(r"\s*\n\s*", " ", text)
