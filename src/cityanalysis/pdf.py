"""PDF: its lines, and from where these stand, its paragraphs."""

import functools
import re
import statistics
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from cityanalysis import characters, files

LINE = re.compile("[^\0\2\r\n \xa0\u3000\ufffe](?:[^\r\n]*[^\0\2\r\n \xa0\u3000\ufffe])?")


class _Line(NamedTuple):
    """A line of a PDF, and where it stands on its page."""

    text: str
    left: float
    right: float
    y: float


def read(raw):
    """Read the text layer of a PDF, in the order in which it was written, running heads and page numbers left out."""
    import pypdfium2

    pages, size, lost = [], 0, 0
    try:
        with pypdfium2.PdfDocument(raw) as document:
            for page in document:
                pages.append(_lines(page))
                size += sum(len(line.text) for line in pages[-1])
                lost += _lost(page)
                page.close()
                if size > files.CHARACTERS:  # as `read` will say
                    break
    except pypdfium2.PdfiumError as error:
        raise files.ReadError(
            files.ENCRYPTED if getattr(error, "err_code", 0) == 4 else files.DAMAGED.format("PDF")
        ) from None
    heads = _unframe(pages) + _unframe(pages)  # a running head and a page number may stand above each other
    empty = [str(number) for number, page in enumerate(pages, 1) if not page]
    if len(empty) == len(pages):
        scan = ": has no text layer (a scan); run OCR first, for example ocrmypdf -l chi_sim"
        raise files.ReadError(": has fonts that are not in the file; print it to a PDF anew" if lost else scan)
    text = "\n".join(_paragraphs([line for page in pages for line in page]))
    folded = text.translate(characters.FOLD)
    notes = {
        f"running heads and page numbers left out: {heads}": heads,
        f"pages without text, perhaps scans: {', '.join(empty)}": empty,
        f"single characters perhaps lost, their font not being in the file: {lost}": lost,
        f"radicals replaced by the characters they stand for: {sum(map(str.__ne__, text, folded))}": text != folded,
    }
    return folded, "", tuple(note for note, holds in notes.items() if holds)


def _lines(page):
    """Return the lines of a page of a PDF, and where they stand."""
    from pypdfium2 import raw as pdfium

    layer = page.get_textpage()
    units = "".join(chr(pdfium.FPDFText_GetUnicode(layer, at)) for at in range(layer.count_chars()))
    box = functools.partial(layer.get_charbox, loose=True)  # left, bottom, right, top
    loose = {  # blanks that are none, but pdfium's for Chinese characters that stand loosely
        at
        for at in (blank.start() for blank in re.finditer(rf"(?<={characters.WIDE}) (?={characters.WIDE})", units))
        if pdfium.FPDFText_IsGenerated(layer, at) == 1
        and box(at + 1)[0] - box(at - 1)[2] < box(at - 1)[2] - box(at - 1)[0]
    }
    lines = []
    for line in LINE.finditer(units):
        kept = "".join(units[at] for at in range(*line.span()) if units[at] != "\0" and at not in loose)
        string = kept.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        first, last = box(line.start()), box(line.end() - 1)
        lines.append(_Line(string, first[0], last[2], first[1]))
    layer.close()
    return lines


def _lost(page):
    """Count the characters that pdfium leaves out: alone in their run, and without a width for want of a font."""
    from pypdfium2 import raw as pdfium

    runs = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
    thin = [run for run in runs if (box := run.get_bounds())[2] - box[0] < 1e-4]
    return sum(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(run)) == 0 for run in thin)


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
    return [characters.joined("\n".join(paragraph)) for paragraph in whole]
