"""What stands on a page of a PDF: its glyphs and rulings, as pdfium gives them, turned so that the text is upright."""

import ctypes
from typing import NamedTuple

import numpy as np
import pypdfium2
from pypdfium2 import raw as pdfium

QUARTERS = np.array([1, -1j, -1, 1j])  # what turns a point, as a complex number, by so many quarters clockwise
NEAR = 3  # points; a stroke that is shorter, or further from level or plumb, is no ruling
SLOPE = 0.07  # of a quarter; what is further from level or plumb is askew
SMALLEST, LARGEST, MARGIN = 1.5, 5000, 9  # points; sizes of what is read, and how far off the page it may begin
FORMS, CORNERS = 15, 500  # forms within each other, and corners of a path, that are looked at


class Glyphs(NamedTuple):
    """The characters of a page, an array a column; `apart` says whether pdfium sees a blank before."""

    text: np.ndarray
    left: np.ndarray
    right: np.ndarray
    y: np.ndarray
    size: np.ndarray
    font: np.ndarray
    apart: np.ndarray


def read(document, number, told):
    """Return the glyphs of a page; its level rulings as y, left, right; its plumb ones as x, bottom, top.

    What is left out or uncertain is counted in `told`.
    """
    page = document[number]
    if pdfium.FPDFPage_GetAnnotCount(page):  # what was filled in or stamped becomes part of the page
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        page.close()
        page = document[number]
    layer = page.get_textpage()
    found, runs, owners = _found(layer.raw, layer.count_chars())
    with np.errstate(all="ignore"):  # in damaged files; what is no number is left out
        glyphs, turn = _seen(found, runs, page.get_cropbox(), told)
        turn = _upright(glyphs, turn)
    level, plumb = _rulings(page, turn, owners, told)
    layer.close()
    page.close()
    return glyphs, level, plumb


def _found(layer, count):
    """Return an array of what pdfium says of each glyph, one of what it says of each run, and the runs' addresses."""
    shown, own, boxes = (pdfium.FS_MATRIX * count)(), (pdfium.FS_MATRIX * count)(), (pdfium.FS_RECTF * count)()
    x, y, red, green, blue, alpha = ctypes.c_double(), ctypes.c_double(), *(ctypes.c_uint() for _ in range(4))
    found, runs, owners, names, apart = [], [], {}, {}, False
    for at in range(count):
        owner = pdfium.FPDFText_GetTextObject(layer, at)
        if not owner:  # pdfium's own blanks and line ends
            apart = True
            continue
        address = ctypes.addressof(owner.contents)
        run = owners.get(address)
        if run is None:
            run = owners[address] = len(runs)
            mode, font = pdfium.FPDFTextObj_GetTextRenderMode(owner), _font(owner, names)
            pdfium.FPDFPageObj_GetFillColor(owner, red, green, blue, alpha)
            white = red.value > 250 and green.value > 250 and blue.value > 250
            # A font set twice for boldness is another font.
            runs.append((hash((font, mode)) % 2**32, mode in (3, 7), white, pdfium.FPDFText_GetFontSize(layer, at)))
            pdfium.FPDFText_GetMatrix(layer, at, shown[run])
            pdfium.FPDFPageObj_GetMatrix(owner, own[run])
        unknown = pdfium.FPDFText_HasUnicodeMapError(layer, at) == 1
        code = 0xFFFD if unknown else pdfium.FPDFText_GetUnicode(layer, at)
        pdfium.FPDFText_GetLooseCharBox(layer, at, boxes[len(found)])
        pdfium.FPDFText_GetCharOrigin(layer, at, x, y)
        found.append((code, run, apart, x.value, y.value))
        apart = False
    found, runs = np.array(found, float).reshape(-1, 5), np.array(runs, float).reshape(-1, 4)
    boxes, shown, own = (
        np.frombuffer(buffer, np.float32).reshape(-1, width)[:size].astype(float)
        for buffer, width, size in ((boxes, 4, len(found)), (shown, 6, len(runs)), (own, 6, len(runs)))
    )
    return np.hstack([found, boxes]).T, np.hstack([runs, shown, own]).T, owners


def _font(owner, names):
    """Return the name of a font without the mark of a subset; those without a name are taken for one."""
    font = pdfium.FPDFTextObj_GetFont(owner)
    address = ctypes.addressof(font.contents) if font else 0
    if address not in names:
        name = ctypes.create_string_buffer(128)
        pdfium.FPDFFont_GetBaseFontName(font, name, 128)
        names[address] = name.value[7 * (name.value[6:7] == b"+") :]
    return names[address]


def _seen(found, runs, cropbox, told):
    """Return the glyphs that a reader sees, each turned upright, and by how many quarters it was turned.

    Places are complex numbers: a run begins at `origin` and goes on along `way`, before its form is scaled at `own`.
    """
    code, run, apart, x, y, left, top, right, bottom = found
    font, unseen, white, size, a, b, _, _, e, f, own_a, own_b, _, _, own_e, own_f = runs[:, run.astype(int)]
    way, origin, own_way, own_origin = a + 1j * b, e + 1j * f, own_a + 1j * own_b, own_e + 1j * own_f
    place, corners = x + 1j * y, [left + 1j * bottom, right + 1j * top]
    # What pdfium has replaced, such as a radical, stands where it would be if no form scaled the page.
    along, own_along = (place - origin) / way, (place - own_origin) / own_way
    astray = abs(along.imag) > abs(own_along.imag) + 0.01
    place = np.where(astray, origin + own_along * way, place)
    way *= np.where(size < 0, -1, 1)  # drawn backwards with a mirror
    size = abs(size * way)
    corners = [np.where(astray, place + size * way / abs(way), corner) for corner in corners]
    quarter = np.angle(way) / (np.pi / 2)
    turn = np.nan_to_num(np.rint(quarter)).astype(int) % 4
    text = _characters(code)
    level = abs(quarter - np.rint(quarter)) < SLOPE
    start_x, start_y, end_x, end_y = np.add(cropbox, (-MARGIN, -MARGIN, MARGIN, MARGIN))
    inside = (start_x < place.real) & (place.real < end_x) & (start_y < place.imag) & (place.imag < end_y)
    seen = (text != "") & level & inside & (size >= SMALLEST) & (size < LARGEST)
    private = (text >= "\ue000") & (text < "\uf000")
    for what, which in {
        "askew": (text != "") & ~level,
        "hidden": (text != "") & level & ~seen,
        "untold": seen & ((text == "\ufffd") | private),
        "invisible": seen & (unseen > 0),
        "white": seen & (white > unseen),
        "characters": seen,
    }.items():
        told[what] += int(which.sum())
    place, *corners = (point * QUARTERS[turn] for point in (place, *corners))
    right = np.maximum(corners[0].real, corners[1].real)
    columns = text, place.real, right, place.imag, size, font, (apart > 0) & (turn != 2)
    return Glyphs(*(column[seen] for column in columns)), turn[seen]


def _characters(code):
    """Return characters: surrogates in pairs, and nothing for signs for machines, but the hyphen \2 and the tab."""
    code = code.astype(np.uint32)
    high, low = code >> 10 == 0xD800 >> 10, code >> 10 == 0xDC00 >> 10
    code = np.where(high, 0x10000 + ((code & 0x3FF) << 10) + (np.roll(code, -1) & 0x3FF), code)
    code[low | (code == 0xFFFE) | ((code < 0x20) & (code != 2) & (code != 9))] = 0
    code[code > 0x10FFFF] = 0xFFFD
    return code.astype(np.uint32).view("U1")


def _upright(glyphs, turn):
    """Put those that stand otherwise than most below the others; return how most are turned."""
    _, left, right, y, size, *_ = glyphs
    level = np.flatnonzero(turn == 0)
    em, aside, fall = size[level[:-1]], abs(np.diff(left[level])), -np.diff(y[level])
    if ((aside < 0.3 * em) & (fall > 0.6 * em) & (fall < 4 * em)).sum() > len(level) / 2:
        # Chinese written from the top down: as if each column were a line turned.
        em = size[level]
        left[level], right[level], y[level], turn[level] = -y[level] - 0.9 * em, 0.1 * em - y[level], left[level], 3
    turns = np.argsort(-np.bincount(turn, minlength=4), kind="stable")
    for rank, quarters in enumerate(turns):
        those = turn == quarters
        steps = np.diff(y[those])
        steps = steps[abs(steps) > size[those][:-1]]
        # Lines upside down may stand in the order in which they were written all the same.
        upside = quarters in (1, 2) and (steps > 0).sum() > len(steps) / 2
        y[those] = (-y[those] if upside else y[those]) - 1e5 * rank
    return turns[0]


def _rulings(page, turn, runs, told):
    """Return the level and the plumb rulings of a page.

    By the way, count the characters that pdfium leaves out: alone in their run, without a width for want of a font.
    """
    level, plumb = [], []
    for kind, shape, matrix in _shapes(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject):
        if kind == pdfium.FPDF_PAGEOBJ_TEXT and ctypes.addressof(shape.contents) not in runs:
            left, _, right, _ = sides = [ctypes.c_float() for _ in range(4)]
            pdfium.FPDFPageObj_GetBounds(shape, *sides)
            embedded = pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(shape))
            told["lost"] += right.value - left.value < 1e-4 and embedded == 0
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            for stroke in _strokes(shape, _matrix(shape).multiply(matrix)):
                ends = np.array(stroke) * QUARTERS[turn]
                (left, right), (low, high) = sorted(ends.real.tolist()), sorted(ends.imag.tolist())
                if right - left > NEAR > high - low:
                    level.append(((low + high) / 2, left, right))
                elif high - low > NEAR > right - left:
                    plumb.append(((left + right) / 2, low, high))
    return level, plumb


def _shapes(holder, count, get, matrix=None, depth=0):
    """Yield the objects of a page or form: kind, object, and the matrix of the forms that hold it."""
    matrix = matrix or pypdfium2.PdfMatrix()
    for at in range(count(holder)):
        shape = get(holder, at)
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield kind, shape, matrix
        elif depth < FORMS:
            inner = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
            yield from _shapes(shape, *inner, _matrix(shape).multiply(matrix), depth + 1)


def _matrix(shape):
    """Return the matrix of an object."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(shape, matrix)
    return pypdfium2.PdfMatrix.from_raw(matrix)


def _strokes(path, matrix):
    """Yield the two ends of each stroke of a path, closed or not, unless there are too many."""
    x, y, count, before, start = ctypes.c_float(), ctypes.c_float(), pdfium.FPDFPath_CountSegments(path), 0, 0
    for at in range(count if count < CORNERS else 0):
        segment = pdfium.FPDFPath_GetPathSegment(path, at)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = complex(*matrix.on_point(x.value, y.value))
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        else:
            yield before, point
            if pdfium.FPDFPathSegment_GetClose(segment):
                yield point, start
        before = point
