"""Word files: the paragraphs of the body as Word shows them, with the numbers that it counts.

Read are the parts that say something about the text, and these alone: a file whose pictures or relationships are
broken has its text nonetheless.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from typing import NamedTuple

import cn2an

from cityanalysis import files, pages
from cityanalysis.files import ReadError

LARGEST = 20_000_000  # bytes of a part, of which its tree takes many times as much

OFFICE = "http://schemas.openxmlformats.org/"
STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")  # strict files name the same things otherwise
W, M = f"{{{OFFICE}wordprocessingml/2006/main}}", f"{{{OFFICE}officeDocument/2006/math}}"
CHOICE, FALLBACK = (f"{{{OFFICE}markup-compatibility/2006}}{name}" for name in ("Choice", "Fallback"))
ID = f"{{{OFFICE}officeDocument/2006/relationships}}id"
VAL = W + "val"

# What was deleted or moved away, the pinyin above characters, properties.
SKIPPED = {W + name for name in ("del", "moveFrom", "rt", "pPr", "rPr", "sdtPr", "sectPr", "tblPr", "tblGrid")}
SKIPPED |= {W + "trPr", W + "tcPr"}
BREAKS = {W + "br": "\n", W + "cr": "\n", W + "tab": "\t", W + "ptab": "\t", W + "noBreakHyphen": "-"}
TEXTS, FIELD = {W + "t", W + "sym", M + "oMath", *BREAKS}, {W + "fldChar", W + "instrText"}
GALLERY = f"{W}sdtPr/{W}docPartObj/{W}docPartGallery[@{VAL}='Table of Contents']"
OBJECTS_LEFT = "objects (formulas, charts, diagrams) not read"
LEFT_OUT = dict.fromkeys((W + "footnoteReference", W + "endnoteReference"), "footnotes left out")
LEFT_OUT |= {W + "object": OBJECTS_LEFT, f"{{{OFFICE}drawingml/2006/chart}}chart": OBJECTS_LEFT}
LEFT_OUT |= {f"{{{OFFICE}drawingml/2006/diagram}}relIds": OBJECTS_LEFT}
CONTENTS = re.compile("toc|table of figures", re.IGNORECASE)

# Fonts that draw signs in the place of letters, as far as texts use them.
SIGNS = {
    "symbol": str.maketrans(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼ÐÕÖ×ØÙÚÜÞå",
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…∠∏√⋅¬∧∨⇐⇒∑",
    ),
    "wingdings": str.maketrans(
        "lmnoqrtuvwx\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x9f¡§¨«ØÜàèðûüýþ", "●❍■□❑❒⧫◆❖⬥☒①②③④⑤⑥⑦⑧⑨⑩•○▪□★➢➲→➔⇨✗✓☒☑"
    ),
    "wingdings 2": str.maketrans("OPQRST£", "✗✓☒☑☒☒□"),
}
OPERATOR = re.compile(r"[-+−×÷·/=]")
PRIVATE = re.compile("[\uf000-\uf0ff]")
DIGITS = "0123456789"
WIDE_DIGITS, HAN_DIGITS = str.maketrans(DIGITS, "０１２３４５６７８９"), str.maketrans(DIGITS, "〇一二三四五六七八九")
ROMAN = {"m": 1000, "cm": 900, "d": 500, "cd": 400, "c": 100, "xc": 90, "l": 50, "xl": 40}
ROMAN |= {"x": 10, "ix": 9, "v": 5, "iv": 4, "i": 1}


def _roman(number):
    """Write a Roman number."""
    letters = ""
    for letter, value in ROMAN.items():
        letters += letter * (number // value)
        number %= value
    return letters


def _letters(number):
    """Write a number as a, b, … z, aa, bb, …."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


NUMERALS = {
    "none": lambda number: "",
    "decimal decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth decimalFullWidth2": lambda number: str(number).translate(WIDE_DIGITS),
    "ideographDigital taiwaneseDigital japaneseDigitalTenThousand": lambda number: str(number).translate(HAN_DIGITS),
    "chineseCounting chineseCountingThousand taiwaneseCounting taiwaneseCountingThousand japaneseCounting": cn2an.an2cn,
    "chineseLegalSimplified ideographLegalTraditional japaneseLegal": lambda number: cn2an.an2cn(number, "up"),
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
} | {
    names: dict(enumerate(signs, 1)).__getitem__
    for names, signs in {
        "decimalEnclosedCircle decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
        "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
        "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
        "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
        "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
        "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    }.items()
}
NUMERALS = {name: write for names, write in NUMERALS.items() for name in names.split()}


class _Style(NamedTuple):
    """What a style says that bears on the text."""

    name: str = ""
    number: str | None = None
    level: int = -1  # it is at the list to say
    outline: int = 9
    hidden: bool = False


class _Level(NamedTuple):
    """How Word numbers the paragraphs of a level."""

    start: int
    format: str
    text: str
    legal: bool
    restarts: bool
    style: str


def read(raw, embedded=None):
    """Read the paragraphs of a Word file in order, those in tables and text boxes among them.

    Parameters
    ----------
    raw : bytes
    embedded : function, optional
        From bytes and the name of a part, which holds a document of any form, to its text and notes.

    Returns
    -------
    str, str, tuple of str
        The text; no encoding; notes.
    """
    from lxml import etree

    damage = (zipfile.BadZipFile, zlib.error, etree.LxmlError, LookupError, ValueError, EOFError)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _Document(archive, embedded).text()
    except ReadError:
        raise
    except (*damage, RuntimeError) as error:
        raise ReadError(files.ENCRYPTED if "encrypted" in str(error) else files.DAMAGED.format("DOCX")) from None


def _part(archive, name):
    """Return the bytes of a part, read no further than its directory or the limit says."""
    with archive.open(name) as part:
        content = part.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ReadError(f": unpacks to more than {LARGEST / 1e6:g} MB; split it")
    return content


def _tree(archive, name):
    """Return the tree of a part; nothing outside it is fetched, no entity is put in."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    content = STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", _part(archive, name))
    return etree.fromstring(content, parser)


def _optional(archive, name):
    """Return the tree of a part, or an empty one if there is none that can be read."""
    from lxml import etree

    try:
        return _tree(archive, name)
    except (LookupError, zipfile.BadZipFile, zlib.error, etree.LxmlError, ValueError):
        return etree.Element("none")


def _relations(archive, part):
    """Return what a part refers to: names of parts by id and by the end of their type."""
    folder, name = posixpath.split(part)
    found = {}
    for relation in _optional(archive, posixpath.join(folder, "_rels", name + ".rels")):
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        found[relation.get("Id")] = target
        found.setdefault(posixpath.basename(relation.get("Type", "")), target)
    return found


def _children(element):
    """Return what stands in an element by tag, nothing if there is no such element."""
    return {} if element is None else {child.tag: child for child in element}


def _value(properties, name, default=None):
    """Return the value of a property; one without a value is switched on."""
    found = properties.get(W + name)
    return default if found is None else found.get(VAL, "1")


def _on(properties, name, default):
    """Say whether a property is switched on."""
    value = _value(properties, name)
    return default if value is None else value not in ("0", "false", "off")


class _Document:
    """A Word file, as far as it was read."""

    def __init__(self, archive, embedded):
        main = _relations(archive, "").get("officeDocument", "word/document.xml")
        self.archive, self.embedded = archive, embedded
        self.relations = _relations(archive, main)
        folder = posixpath.dirname(main)
        styles, numbering = (
            _optional(archive, self.relations.get(name, f"{folder}/{name}.xml")) for name in ("styles", "numbering")
        )
        self.body = _tree(archive, main)
        self.elements = {style.get(W + "styleId"): style for style in styles.iter(W + "style")}
        self.default = next((i for i, x in self.elements.items() if x.get(W + "default") in ("1", "true")), None)
        self.styles = {}
        self.numbering = _Numbering(numbering, self._style)
        ends = Counter(char.get(W + "fldCharType") for char in self.body.iter(W + "fldChar"))
        self.fields = [] if ends["begin"] == ends["end"] else None  # open ones; of broken ones nothing follows
        self.carried, self.noted, self.more = "", Counter(), ()

    def text(self):
        """Return the text, no encoding, and notes."""
        lines = [*(line.text for line in self._blocks(self.body)), self.carried]
        lines, contents = pages.without_contents([line for line in lines if line])
        self.noted[pages.CONTENTS_LEFT] += contents
        notes = (f"{what}: {count}" for what, count in sorted(self.noted.items()) if count)
        return "\n".join(lines), "", (*notes, *self.more)

    def _style(self, name):
        """Return what a style says, itself or through the one that it is based on."""
        if name not in self.styles:
            self.styles[name] = _Style()  # what a circle ends in
            own = _children(self.elements.get(name))
            if own:
                base = self._style(_value(own, "basedOn"))
                paragraph, run = _children(own.get(W + "pPr")), _children(own.get(W + "rPr"))
                numbered = _children(paragraph.get(W + "numPr"))
                self.styles[name] = _Style(
                    _value(own, "name", name),
                    _value(numbered, "numId", base.number),
                    int(_value(numbered, "ilvl", base.level)),
                    int(_value(paragraph, "outlineLvl", base.outline)),
                    _on(run, "vanish", base.hidden),
                )
        return self.styles[name]

    def _blocks(self, element):
        """Return the lines of what holds paragraphs and tables."""
        lines = []
        for child in element:
            if child.tag == W + "p":
                lines += self._paragraph(child)
            elif child.tag == W + "tbl":
                rows = [row for row in _inner(child, "tr") if row.find(f"{W}trPr/{W}del") is None]
                cells = [[self._blocks(cell) for cell in _inner(row, "tc") if not _merged(cell)] for row in rows]
                lines += pages.table(cells, ruled=True)
            elif child.tag == W + "altChunk":
                lines += self._chunk(self.relations.get(child.get(ID)))
            elif child.tag == W + "sdt" and child.find(GALLERY) is not None:
                self.noted[pages.CONTENTS_LEFT] += len(self._blocks(child.find(W + "sdtContent")))
            elif child.tag not in SKIPPED and not _said_before(child):
                lines += self._blocks(child)
        return lines

    def _chunk(self, name):
        """Return the lines of a document within this one."""
        try:
            text, notes = self.embedded(_part(self.archive, name), name)
            self.more += notes
            return [pages.Line(line) for line in text.split("\n") if line]
        except (ReadError, LookupError, TypeError, AttributeError):
            self.noted["documents within it not read"] += 1
            return []

    def _paragraph(self, paragraph):
        """Return the lines of a paragraph, then those of the text boxes in it."""
        properties = _children(paragraph.find(W + "pPr"))
        name = _value(properties, "pStyle", self.default)
        style, pieces, boxes = self._style(name), [], []
        contents = CONTENTS.match(style.name) is not None or any(self.fields or [])
        self._runs(paragraph, pieces, boxes, style.hidden)
        text = "".join(pieces).strip()
        boxed = [line for box in boxes for line in self._blocks(box)]
        if contents or any(self.fields or []):
            self.noted[pages.CONTENTS_LEFT] += bool(text)
            return boxed
        if text and not self.carried:
            text = self._number(properties, name, style, text) + text
        text, self.carried = self.carried + text, ""
        mark = _children(properties.get(W + "rPr"))
        if W + "del" in mark or _on(mark, "vanish", False):
            self.carried, text = text, ""
        parts = (pages.BLANKS.sub(" ", part).strip() for part in text.split("\n"))
        return [pages.Line(part) for part in parts if part] + boxed

    def _number(self, properties, name, style, text):
        """Return the number that Word draws before a paragraph."""
        numbered, drawn = _children(properties.get(W + "numPr")), ""
        number = _value(numbered, "numId", style.number)
        if number not in (None, "0"):
            found = self.numbering.count(number, int(_value(numbered, "ilvl", style.level)), name)
            self.noted["paragraphs numbered by Word, the numbers not in the text"] += found is None
            drawn = found or ""
        outline = int(_value(properties, "outlineLvl", style.outline))
        if not drawn and outline < 9 and not pages.NUMBERED.match(text):
            self.noted["headings without a number, so that they open no section"] += 1
        return drawn if not drawn or drawn[-1] in "、）．。：〕】" else f"{drawn} "

    def _runs(self, element, pieces, boxes, hidden):
        """Collect the pieces of text in a paragraph, and its text boxes, which come in their own turn."""
        for child in element:
            if child.tag in TEXTS:
                piece = self._piece(child, element)
                if hidden:
                    self.noted["characters of hidden text left out"] += len(piece)
                else:
                    pieces.append(piece)
            elif child.tag == W + "txbxContent":
                boxes.append(child)
            elif child.tag in FIELD:
                self._field(child)
            elif child.tag == W + "r":
                properties = _children(child.find(W + "rPr"))
                style = self._style(_value(properties, "rStyle"))
                self._runs(child, pieces, boxes, _on(properties, "vanish", hidden or style.hidden))
            elif child.tag not in SKIPPED and not _said_before(child):
                if child.tag in LEFT_OUT:
                    self.noted[LEFT_OUT[child.tag]] += 1
                self._runs(child, pieces, boxes, hidden)

    def _piece(self, element, run):
        """Return the text of a part of a run."""
        if element.tag == W + "t":
            text = (element.text or "") + "".join(part.tail or "" for part in element)
            return _signs(text, run) if PRIVATE.search(text) else text
        if element.tag == W + "sym":
            sign = _sign(element.get(W + "char", ""), element.get(W + "font", ""))
            self.noted["signs of a font of its own not read"] += PRIVATE.match(sign) is not None
            return sign
        return BREAKS.get(element.tag) or _formula(element)

    def _field(self, element):
        """Follow where fields begin and end, and which is a table of contents."""
        kind, code = element.get(W + "fldCharType"), (element.text or "").strip().upper()
        self.noted[OBJECTS_LEFT] += code.startswith("EQ ")
        if self.fields is None:
            return
        if kind == "begin":
            self.fields.append(False)
        elif self.fields and kind == "end":
            self.fields.pop()
        elif self.fields and code.startswith("TOC"):
            self.fields[-1] = True


class _Numbering:
    """How the paragraphs of a Word file are numbered, and how far it has come."""

    def __init__(self, tree, styles):
        kinds = {kind.get(W + "abstractNumId"): kind for kind in tree.iter(W + "abstractNum")}
        self.levels = {i: {int(x.get(W + "ilvl")): _level(x) for x in kinds[i].iter(W + "lvl")} for i in kinds}
        lists = {one.get(W + "numId"): one for one in tree.iter(W + "num")}
        self.overrides = {i: {int(x.get(W + "ilvl")): x for x in lists[i].iter(W + "lvlOverride")} for i in lists}
        self.kinds = {i: _value(_children(one), "abstractNumId") for i, one in lists.items()}
        for i, kind in self.kinds.items():
            style = _value(_children(kinds.get(kind)), "numStyleLink")
            if style is not None and styles(style).number in self.kinds:  # a list in a style of its own
                self.kinds[i] = self.kinds[styles(style).number]
        self.counts, self.begun = {}, set()

    def count(self, number, level, style):
        """Return the number of the next paragraph of a list, nothing for a bullet, None if it is not known."""
        kind, overrides = self.kinds.get(number), self.overrides.get(number, {})
        levels = self.levels.get(kind, {}) | {
            i: _level(x.find(W + "lvl")) for i, x in overrides.items() if x.find(W + "lvl") is not None
        }
        if level < 0:
            level = next((i for i, found in levels.items() if found.style == style), 0)
        if level not in levels:
            return None
        counts = self.counts.setdefault(kind, {})
        for i, override in overrides.items():  # counted anew once, where the list begins
            if number not in self.begun and (start := _value(_children(override), "startOverride")):
                counts[i] = int(start) - 1
        self.begun.add(number)
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [i for i in counts if i > level and i in levels and levels[i].restarts]:
            del counts[deeper]
        if levels[level].format == "bullet":
            return ""

        def numeral(found):
            shown = int(found[1]) - 1
            known = levels.get(shown, levels[level])
            decimal = levels[level].legal and shown < level
            return NUMERALS["decimal" if decimal else known.format](counts.get(shown, known.start))

        try:
            return re.sub("%([1-9])", numeral, levels[level].text).strip()
        except (LookupError, ValueError):  # no such kind of numeral, or it does not go so far
            return None


def _level(element):
    """Return how a level is numbered."""
    own = _children(element)
    return _Level(
        int(_value(own, "start", "1")),
        _value(own, "numFmt", "decimal"),
        _value(own, "lvlText", ""),
        _on(own, "isLgl", False),
        _value(own, "lvlRestart") != "0",
        _value(own, "pStyle", ""),
    )


def _inner(element, name):
    """Yield the rows of a table or the cells of a row, those in controls, too."""
    for child in element:
        if child.tag == W + name:
            yield child
        elif child.tag not in SKIPPED:
            yield from _inner(child, name)


def _merged(cell):
    """Say whether a cell goes on with the one above or before it."""
    properties = _children(cell.find(W + "tcPr"))
    return any(_value(properties, way) in ("1", "continue") for way in ("vMerge", "hMerge"))


def _said_before(element):
    """Say whether an element says for old programs what was said before."""
    return element.tag == FALLBACK and element.getparent().find(CHOICE) is not None


def _signs(text, run):
    """Put signs in the place of private characters, by the font of their run."""
    fonts = run.find(f"{W}rPr/{W}rFonts")
    font = "" if fonts is None else fonts.get(W + "ascii", fonts.get(W + "hAnsi", ""))
    return PRIVATE.sub(lambda found: _sign(f"{ord(found[0]):x}", font), text)


def _sign(code, font):
    """Return the sign that a font draws for a code, and if that is not known, the private character."""
    number = int(code or "20", 16)
    letter = chr(number - 0xF000 if 0xF000 <= number <= 0xF0FF else number)
    signs = SIGNS.get(font.lower(), {})
    if ord(letter) in signs or font.lower() == "symbol":
        return letter.translate(signs)
    return chr(number) if number > 0xFF else chr(0xF000 + number)


def _formula(element):
    """Return a formula in one line."""
    kind = element.tag.removeprefix(M)
    if kind == "t":
        return element.text or ""
    texts = [_formula(child) for child in element if not child.tag.endswith("Pr")]
    if kind == "f":
        return "/".join(f"({text})" if OPERATOR.search(text) else text for text in texts)
    if kind == "sSup" and len(texts) == 2:
        base, power = texts
        return base + (power.translate(pages.RAISED) if pages.RAISABLE.fullmatch(power) else f"^({power})")
    left, right = {"d": "()", "nary": ("∫", ""), "rad": ("√(", ")")}.get(kind, ("", ""))
    left, right = (
        default if (found := element.find(f"{M}{kind}Pr/{M}{name}")) is None else found.get(M + "val", "")
        for name, default in ((("chr" if kind == "nary" else "begChr"), left), ("endChr", right))
    )
    return left + "".join(texts) + right
