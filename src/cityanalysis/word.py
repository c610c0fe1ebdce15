"""Word files: the paragraphs of the body as Word shows them, with the numbers that it counts.

Read are the parts that say something about the text, and these alone: a file whose pictures or relationships are
broken has its text nonetheless.
"""

import importlib
import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter, defaultdict

from lxml import etree

from cityanalysis import files, pages
from cityanalysis.files import ReadError

DAMAGE = (zipfile.BadZipFile, zlib.error, etree.LxmlError, LookupError, ValueError, EOFError)

OFFICE = "http://schemas.openxmlformats.org/"
STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")  # strict files name the same things otherwise
W, M = f"{{{OFFICE}wordprocessingml/2006/main}}", f"{{{OFFICE}officeDocument/2006/math}}"
CHOICE, FALLBACK = (f"{{{OFFICE}markup-compatibility/2006}}{name}" for name in ("Choice", "Fallback"))
ID = f"{{{OFFICE}officeDocument/2006/relationships}}id"

# What was deleted or moved away, the pinyin above characters, properties.
SKIPPED = {W + name for name in ("del", "moveFrom", "rt", "pPr", "rPr", "sdtPr", "sectPr", "tblPr", "tblGrid")}
SKIPPED |= {W + "trPr", W + "tcPr"}
BREAKS = {W + "br": "\n", W + "cr": "\n", W + "tab": "\t", W + "ptab": "\t", W + "noBreakHyphen": "-"}
TEXTS, FIELD = {W + "t", W + "sym", M + "oMath", *BREAKS}, {W + "fldChar", W + "instrText"}
GALLERY = f"{W}sdtPr/{W}docPartObj/{W}docPartGallery[@{W}val='Table of Contents']"
CONTENTS = re.compile("toc|table of figures", re.IGNORECASE)  # names of styles
OBJECTS_LEFT = "objects (formulas, charts, diagrams) not read"
LEFT_OUT = {W + "footnoteReference": "footnotes left out", W + "endnoteReference": "footnotes left out"}
LEFT_OUT |= {W + "object": OBJECTS_LEFT, f"{{{OFFICE}drawingml/2006/chart}}chart": OBJECTS_LEFT}
LEFT_OUT |= {f"{{{OFFICE}drawingml/2006/diagram}}relIds": OBJECTS_LEFT}

# Fonts that draw signs in the place of letters, which files hold as private characters.
PRIVATE = re.compile("[\uf000-\uf0ff]")
SIGNS = {
    "symbol": str.maketrans(
        "abgdelmprstwDSW£³´·¸¹»®°±0123456789()[]+-=<>.,/%", "αβγδελμπρστωΔΣΩ≤≥×•÷≠≈→°±0123456789()[]+-=<>.,/%"
    ),
    "wingdings": str.maketrans("lnoqruvwx¡§¨«ØÜàèðûüýþ", "●■□❑❒◆❖⬥☒○▪□★➢➲→➔⇨✗✓☒☑"),
    "wingdings 2": str.maketrans("OPQRST£", "✗✓☒☑☒☒□"),
}
OPERATOR = re.compile(r"[-+−×÷·/=]")


def _roman(number):
    """Write a number below 100 in Roman numerals."""
    digits = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
    return digits[number // 10].translate(str.maketrans("ivx", "xlc")) + digits[number % 10]


def _letters(number):
    """Write a number as a, b, … z, aa, bb, …."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _digits(digits):
    """Return a function that writes numbers in these digits."""
    return lambda number: str(number).translate(str.maketrans("0123456789", digits))


def _counting(number):
    """Write a number in Chinese numerals; what does so takes long to import."""
    return importlib.import_module("cn2an").an2cn(number)


def _signs(signs):
    """Return a function that writes numbers as signs, as far as these go."""
    return dict(enumerate(signs, 1)).__getitem__


NUMERALS = {
    "none": lambda number: "",
    "decimal decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth decimalFullWidth2": _digits("０１２３４５６７８９"),
    "ideographDigital taiwaneseDigital japaneseDigitalTenThousand": _digits("〇一二三四五六七八九"),
    "chineseCounting chineseCountingThousand taiwaneseCounting taiwaneseCountingThousand japaneseCounting": _counting,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "decimalEnclosedCircle decimalEnclosedCircleChinese": _signs("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedParen": _signs("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "decimalEnclosedFullstop": _signs("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "ideographEnclosedCircle": _signs("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "ideographTraditional": _signs("甲乙丙丁戊己庚辛壬癸"),
}
NUMERALS = {name: write for names, write in NUMERALS.items() for name in names.split()}


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
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _Document(archive, embedded).text()
    except ReadError:
        raise
    except (*DAMAGE, RuntimeError) as error:
        raise ReadError(files.ENCRYPTED if "encrypted" in str(error) else files.DAMAGED.format("DOCX")) from None


def _values(properties):
    """Return the values of properties by name, those of a number among them; one without a value is switched on."""
    found = {}
    for child in () if properties is None else properties.iterchildren("*"):
        name = child.tag.removeprefix(W)
        found |= _values(child) if name == "numPr" else {name: child.get(W + "val", "1")}
    return found


def _on(values, name):
    """Say whether a property is switched on."""
    return values.get(name, "0") not in ("0", "false", "off")


class _Document:
    """A Word file, as far as it was read."""

    def __init__(self, archive, embedded):
        self.archive, self.embedded, self.size = archive, embedded, 0
        self.noted, self.more = Counter(), ()
        main = self._relations("").get("officeDocument", "word/document.xml")
        self.relations, folder = self._relations(main), posixpath.dirname(main)
        styles, numbering = (
            self._optional(self.relations.get(name, f"{folder}/{name}.xml")) for name in ("styles", "numbering")
        )
        self.body = self._tree(main)
        self.elements = {style.get(W + "styleId"): style for style in styles.iter(W + "style")}
        self.default = next((i for i, x in self.elements.items() if x.get(W + "default") in ("1", "true")), None)
        self.styles = {}
        self.numbering = _Numbering(numbering, self._style)
        ends = Counter(char.get(W + "fldCharType") for char in self.body.iter(W + "fldChar"))
        self.whole = ends["begin"] == ends["end"]  # else it is not known where a field ends
        self.fields, self.carried = [], ""  # whether open fields are tables of contents; what a paragraph goes on from

    def text(self):
        """Return the text, no encoding, and notes."""
        lines = [*(line.text for line in self._blocks(self.body)), self.carried]
        text, contents = pages.without_contents("\n".join(line for line in lines if line))
        self.noted[pages.CONTENTS_LEFT] += contents
        notes = (f"{what}: {count}" for what, count in sorted(self.noted.items()) if count)
        return text, "", (*notes, *self.more)

    def _part(self, name):
        """Return the bytes of a part, read no further than its directory or the limit says."""
        with self.archive.open(name) as part:
            return self._limited(part.read(pages.LARGEST + 1))

    def _limited(self, content):
        """Return a content, if all that was read is not too much."""
        self.size += len(content)
        if self.size > pages.LARGEST:
            raise ReadError(f": unpacks to more than {pages.LARGEST / 1e6:g} MB; split it")
        return content

    def _tree(self, name):
        """Return the tree of a part; nothing outside it is fetched, no entity is put in."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        return etree.fromstring(STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", self._part(name)), parser)

    def _optional(self, name):
        """Return the tree of a part, or an empty one if there is none that can be read."""
        try:
            return self._tree(name)
        except DAMAGE:
            return etree.Element("none")

    def _relations(self, part):
        """Return what a part refers to: names of parts by id and by the end of their type."""
        folder, name = posixpath.split(part)
        found = {}
        for relation in self._optional(posixpath.join(folder, "_rels", name + ".rels")):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            found[relation.get("Id")] = target
            found.setdefault(posixpath.basename(relation.get("Type", "")), target)
        return found

    def _style(self, name):
        """Return the properties of a style, with those of the one that it is based on."""
        if name not in self.styles:
            self.styles[name] = {}  # what a circle ends in
            if (style := self.elements.get(name)) is not None:
                own = _values(style) | _values(style.find(W + "pPr")) | _values(style.find(W + "rPr"))
                self.styles[name] = self._style(own.get("basedOn")) | own
        return self.styles[name]

    def _blocks(self, element):
        """Return the lines of what holds paragraphs and tables."""
        lines = []
        for child in _shown(element):
            if child.tag == W + "p":
                lines += self._paragraph(child)
            elif child.tag == W + "tbl":
                rows = [row for row in _inner(child, "tr") if row.find(f"{W}trPr/{W}del") is None]
                cells = [(row, cell) for row in rows for cell in _inner(row, "tc") if not _merged(cell)]
                found = [line._replace(cell=cell) for cell in cells for line in self._blocks(cell[1])]
                lines += pages.table(found, ruled=True)
            elif child.tag == W + "altChunk":
                lines += self._chunk(self.relations.get(child.get(ID)))
            elif child.tag == W + "sdt" and child.find(GALLERY) is not None:
                self.noted[pages.CONTENTS_LEFT] += len(self._blocks(child))
            else:
                lines += self._blocks(child)
        return lines

    def _chunk(self, name):
        """Return the lines of a document within this one."""
        try:
            text, notes = self.embedded(self._part(name), name)
            lines = self._limited(text).split("\n")
        except (ReadError, LookupError, TypeError):
            self.noted["documents within it not read"] += 1
            return []
        self.more += notes
        return [pages.Line(line) for line in lines if line]

    def _paragraph(self, paragraph):
        """Return the lines of a paragraph, then those of the text boxes in it."""
        own = _values(paragraph.find(W + "pPr"))
        name = own.get("pStyle", self.default)
        values, found = self._style(name) | own, defaultdict(list)
        self._runs(paragraph, found, _on(values, "vanish"))
        if CONTENTS.match(values.get("name", "")):
            found["contents"] += found.pop("shown", [])
        text, hidden, contents = ("".join(found[kind]).strip() for kind in ("shown", "hidden", "contents"))
        self.noted["characters of hidden text left out"] += len(hidden)
        self.noted[pages.CONTENTS_LEFT] += bool(contents)
        if text and not self.carried:
            text = self._number(values, name, text) + text
        text, self.carried = self.carried + text, ""
        mark = _values(paragraph.find(f"{W}pPr/{W}rPr"))
        if "del" in mark or _on(mark, "vanish"):
            self.carried, text = text, ""
        parts = (pages.BLANKS.sub(" ", part).strip() for part in text.split("\n"))
        lines = [pages.Line(part) for part in parts if part]
        for box in found["boxes"]:
            lines += self._blocks(box)
        return lines

    def _number(self, values, name, text):
        """Return the number that Word draws before a paragraph."""
        drawn = ""
        if (number := values.get("numId", "0")) != "0":
            drawn = self.numbering.count(number, pages.integer(values.get("ilvl"), None), name)
            self.noted["paragraphs numbered by Word, the numbers not in the text"] += drawn is None
        if drawn:
            return drawn if drawn[-1] in "、）．。：〕】" else f"{drawn} "
        if pages.integer(values.get("outlineLvl"), 9) < 9 and not pages.NUMBERED.match(text):
            self.noted["headings without a number, so that they open no section"] += 1
        return ""

    def _runs(self, element, found, hidden):
        """Collect the texts of a paragraph, shown, hidden or of a table of contents, and the text boxes in it."""
        for child in _shown(element):
            if child.tag in TEXTS:
                kind = "hidden" if hidden else "contents" if any(self.fields) else "shown"
                found[kind].append(self._piece(child, element))
            elif child.tag == W + "txbxContent":
                found["boxes"].append(child)
            elif child.tag in FIELD:
                self._field(child)
            elif child.tag == W + "r":
                own = _values(child.find(W + "rPr"))
                values = self._style(own["rStyle"]) | own if "rStyle" in own else own
                self._runs(child, found, _on(values, "vanish") if "vanish" in values else hidden)
            else:
                if child.tag in LEFT_OUT:
                    self.noted[LEFT_OUT[child.tag]] += 1
                self._runs(child, found, hidden)

    def _piece(self, element, run):
        """Return the text of a part of a run."""
        if element.tag == W + "sym":
            code, font = int(element.get(W + "char", "20"), 16), element.get(W + "font", "")
            text = chr(code if code > 0xFF else 0xF000 + code)
        elif element.tag == W + "t":
            text = (element.text or "") + "".join(part.tail or "" for part in element)
            if not PRIVATE.search(text):
                return text
            fonts = run.find(f"{W}rPr/{W}rFonts")
            font = "" if fonts is None else fonts.get(W + "ascii", fonts.get(W + "hAnsi", ""))
        else:
            return BREAKS.get(element.tag) or _formula(element)
        signs = SIGNS.get(font.lower(), {})
        text = PRIVATE.sub(lambda sign: chr(signs.get(ord(sign[0]) - 0xF000, ord(sign[0]))), text)
        self.noted["signs of a font of its own not read"] += len(PRIVATE.findall(text))
        return text

    def _field(self, element):
        """Follow where fields begin and end, and which is a table of contents."""
        kind, code = element.get(W + "fldCharType"), (element.text or "").strip().upper()
        self.noted[OBJECTS_LEFT] += code.startswith("EQ ")
        if kind == "begin":
            self.fields.append(False)
        elif self.fields and kind == "end":
            self.fields.pop()
        elif self.fields and code.startswith("TOC"):
            self.fields[-1] = self.whole


class _Numbering:
    """How the paragraphs of a Word file are numbered, and how far it has come."""

    def __init__(self, tree, styles):
        kinds = {kind.get(W + "abstractNumId"): kind for kind in tree.iter(W + "abstractNum")}
        lists = {one.get(W + "numId"): one for one in tree.iter(W + "num")}
        self.kinds = {number: _values(one).get("abstractNumId") for number, one in lists.items()}
        self.levels, self.starts, self.counts = {}, {}, {}  # by list, by list that has not begun, by kind
        for number, one in lists.items():
            link = styles(_values(kinds.get(self.kinds[number])).get("numStyleLink"))  # to a list in a style of its own
            self.kinds[number] = self.kinds.get(link.get("numId"), self.kinds[number])
            levels = _by_depth(kinds.get(self.kinds[number]), "lvl")
            starts = {at: _values(other).get("startOverride") for at, other in _by_depth(one, "lvlOverride").items()}
            self.levels[number] = {at: _values(level) for at, level in (levels | _by_depth(one, "lvl")).items()}
            self.starts[number] = {at: pages.integer(start, 1) - 1 for at, start in starts.items() if start}

    def count(self, number, level, style):
        """Return the number of the next paragraph of a list, nothing for a bullet, None if it is not known."""
        levels = self.levels.get(number, {})
        if level is None:
            level = next((i for i, values in levels.items() if values.get("pStyle") == style), 0)
        if level not in levels:
            return None
        own, counts = levels[level], self.counts.setdefault(self.kinds[number], {})
        counts |= self.starts.pop(number, {})
        counts[level] = counts.get(level, pages.integer(own.get("start"), 1) - 1) + 1
        for deeper in [i for i in counts if i > level and levels.get(i, {}).get("lvlRestart") != "0"]:
            del counts[deeper]

        def numeral(found):
            shown = int(found[1]) - 1
            values = levels.get(shown, own)
            kind = "decimal" if shown < level and _on(own, "isLgl") else values.get("numFmt", "decimal")
            return NUMERALS[kind](counts.get(shown, pages.integer(values.get("start"), 1)))

        try:
            return "" if own.get("numFmt") == "bullet" else re.sub("%([1-9])", numeral, own.get("lvlText", "")).strip()
        except (LookupError, ValueError):  # no such kind of numeral, or it does not go so far
            return None


def _by_depth(element, name):
    """Return the levels of a list, or what a list changes of them, by their depth."""
    return {} if element is None else {pages.integer(x.get(W + "ilvl"), 0): x for x in element.iter(W + name)}


def _shown(element):
    """Yield what stands in an element, but for properties, what is gone, and what is there for old programs."""
    for child in element:
        repeated = child.tag == FALLBACK and element.find(CHOICE) is not None
        if child.tag not in SKIPPED and not repeated:
            yield child


def _inner(element, name):
    """Yield the rows of a table or the cells of a row, those in controls, too."""
    for child in _shown(element):
        if child.tag == W + name:
            yield child
        else:
            yield from _inner(child, name)


def _merged(cell):
    """Say whether a cell goes on with the one above or before it."""
    values = _values(cell.find(W + "tcPr"))
    return any(values.get(way) in ("1", "continue") for way in ("vMerge", "hMerge"))


def _formula(element):
    """Return a formula in one line."""
    kind = element.tag.removeprefix(M)
    if kind == "t":
        return element.text or ""
    texts = [_formula(child) for child in element.iterchildren("*") if not child.tag.endswith("Pr")]
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
