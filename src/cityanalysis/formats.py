r"""Documents as they come, to text: plain text, Markdown, HTML, PDF and DOCX.

What a file is, its first bytes say, and its name only after them. Limits, against files that would fill the memory:
`LARGEST` bytes on the disk, `LARGEST_TREE` for a web page and for any XML in a DOCX (the tree takes many times that),
`UNPACKED` for all that a DOCX holds, as its directory says and again as it is unpacked, since a directory may lie,
and `CHARACTERS` of text.

Left out are headers, footers, footnotes, comments and deletions of a DOCX, running heads and page numbers of a PDF,
and whatever trafilatura takes for the frame of a web page.
"""

import codecs
import functools
import io
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from cityanalysis import pdf, readers
from cityanalysis.readers import ReadError

LARGEST, LARGEST_TREE, UNPACKED, CHARACTERS = 50_000_000, 20_000_000, 200_000_000, 20_000_000
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
CODECS = {"big5": "cp950"}  # Python's "big5" lacks the euro sign and 碁銹裏墻恒粧嫺, which Windows writes
DECLARED = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5"}
# The characters and marks of which Chinese texts mostly consist, in simplified form; see `_plausibility`.
COMMON = (
    "一人大是国中不在了业和有上个全建为发地新的市年会化以生工产成进这动实家民区行他我展力来等高设作出要政到能城加学长时推"
    "开用体主经道公下重就务们心子面对自说代于方增分好平制理也后提之部现合得水过持多入定强点事法可天目项资机省治着文三本级同保"
    "小改安里量创你企都万前造通而外门度深质性北日与品基元位山表施军社所场数去快其两关各那种还然第科起系海向服明农口院物十内济"
    "路南金升特东总电当打如名二员西色共完教头规战技间更领立府程统育活最从坚老村应期委次利只无管将江想么县正集意商手常者四此又见"
    "任运及没月先看达问范投相交美把流型优续放革风计些示支已做办导但争决气首效落身域湖州由使比义解武源她态亿标情式联并题信果台样"
    "结线园术知因精石原专才清五回乡智慧，。、；：？！“”‘’（）《》—…　·"
)
PLAUSIBLE = 0.2  # of 10 characters in their right encoding, 99 % of samples reach 0.3; in a wrong one, 1 % reach 0.2
HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
# With the mark of a tone, lest (pm) or (km) be taken for pinyin.
PINYIN = rf"(?<={HAN})\s?[(（](?=[^)）]*[à-ǿ\u0300-\u036f])[a-zɡà-ǿ\u0300-\u036f]{{1,8}}[)）]"
DOUBLED = rf"(?:({HAN})\1){{3,}}"  # 轰轰烈烈 is a word, three pairs in a row are none
LOST = r"[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]"
NOISE = 0.002  # such things are reported when they are more than this share of all Chinese characters
OFFICE = "convert it with LibreOffice: soffice --headless --convert-to "
WAYS = {  # out of forms that are not read
    OFFICE + "docx": ".doc .wps .rtf .odt",
    OFFICE + "pdf": ".ppt .pptx .dps .odp .xls .xlsx .et .ods",
    "convert it with pandoc: pandoc -o NAME.docx NAME.epub": ".epub",
    "save it as PDF with the program that opens it": ".ofd .caj",
}
FOREIGN = {suffix: way for way, suffixes in WAYS.items() for suffix in suffixes.split()}
NAMED = {"html": ".html .htm .xhtml .shtml", "markdown": ".md .markdown", "pdf": ".pdf", "docx": ".docx"}
FORMS = {suffix: form for form, suffixes in NAMED.items() for suffix in suffixes.split()}
PACKED = {"word/": "docx", "ppt/": ".pptx", "xl/": ".xlsx", "OFD.xml": ".ofd", "META-INF/container.xml": ".epub"}
INLINE = ("b", "strong", "i", "em", "u", "span", "font", "small", "big", "sub", "sup", "mark")
BLOCKS = {"p": ("h1", "h2", "h3", "h4", "h5", "h6"), "div": ("table", "thead", "tbody", "tfoot", "tr", "td", "th")}
EMPTY = ": has no text; nothing to do with it"
BINARY = ": is binary, not a text; export its text as UTF-8"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says again what a text box says
SKIPPED = {W + "p", W + "pPr", W + "rPr", W + "moveFrom", W + "rt", FALLBACK}  # rt: pinyin above the characters
BREAKS = {W + "br": "\n", W + "cr": "\n", W + "tab": " ", W + "noBreakHyphen": "-"}


class Reading(NamedTuple):
    """What was read: the text, the form of the file, the encoding found, and what a person should know."""

    text: str
    format: str
    encoding: str
    notes: tuple[str, ...]


def read(path, *, simplify=False):
    r"""Read a document of any of five forms.

    Parameters
    ----------
    path : str or os.PathLike
        The file.
    simplify : bool
        Whether traditional characters are converted to simplified ones.

    Returns
    -------
    Reading
        ``text`` is in Unicode's composed form (NFC), its line ends are ``\n``; where the form knows paragraphs, each
        is a line. ``format`` is text, markdown, html, pdf or docx; ``encoding`` is empty for the last two.

    Raises
    ------
    ReadError
        In one line: the file, what is wrong, what to do.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_bytes("智慧城市的發展".encode("big5"))
    >>> read(path, simplify=True)
    Reading(text='智慧城市的发展', format='text', encoding='big5',
            notes=('encoding guessed: big5', 'converted to simplified characters (OpenCC t2s): 1'))
    """
    path, suffix = Path(path), Path(path).suffix.lower()
    try:
        raw = _bytes(path)
        form = _form(raw, suffix)
        reader = {"text": _text, "markdown": _markdown, "html": _html, "pdf": _pdf, "docx": _docx}[form]
        text, encoding, notes = reader(raw)
        text = unicodedata.normalize("NFC", re.sub(r"\r\n?", "\n", text))
        if len(text) > CHARACTERS:
            raise ReadError(f": has more than {CHARACTERS:,} characters of text; split it")
        if not text.strip():
            raise ReadError(EMPTY)
        if not re.search(HAN, text):
            raise ReadError(": has no Chinese characters; see whether it is the right file")
    except ReadError as error:
        fault = " ".join(str(error).removeprefix(str(path)).split())
        raise ReadError(f"{path if str(path).isprintable() else repr(str(path))}{fault}") from None
    named = () if form == FORMS.get(suffix, "text") else (f"named {suffix or 'without a suffix'}, but is {form}",)
    noise = _noise(text)
    text, script = _script(text, simplify)
    return Reading(text, form, encoding, (*named, *notes, *noise, *script))


def _bytes(path):
    """Return what the file holds."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise ReadError(": is a device or a pipe; name a file")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError:
        readers.text(path)  # says in one line what is wrong
        raise
    if len(raw) > LARGEST:
        raise ReadError(f": is larger than {LARGEST / 1e6:g} MB; split it")
    if not raw.strip():
        raise ReadError(EMPTY)
    return raw


def _form(raw, suffix):
    """Return the form of a file by its content, then its name; refuse those that are not read."""
    named, head = FORMS.get(suffix, "text"), raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")) or (head.startswith(b"<?xml") and b"<html" in head):
        return "html"
    if head.startswith(b"%pdf-") or (named == "pdf" and b"%pdf-" in head):
        return "pdf"
    if head.startswith(b"pk\x03\x04"):
        suffix = _packed(raw, suffix)
    elif raw.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise ReadError(pdf.ENCRYPTED)
        suffix = suffix if suffix in FOREIGN else ".doc"
    elif head.startswith(b"{\\rtf"):
        suffix = ".rtf"
    if suffix in FOREIGN:
        raise ReadError(f": is in the form {suffix}, which is not read; {FOREIGN[suffix]}")
    if named in ("pdf", "docx") and suffix != "docx":
        raise ReadError(f": is no {named.upper()}, or is damaged; open it and save it again")
    return "docx" if suffix == "docx" else named


def _packed(raw, suffix):
    """Tell what lies in a zip archive."""
    try:
        names = zipfile.ZipFile(io.BytesIO(raw)).namelist()
    except (zipfile.BadZipFile, ValueError):
        names = ["word/"] if suffix == ".docx" else []  # damaged, as will be said when it is read
    for start, form in PACKED.items():
        if any(name.startswith(start) for name in names):
            return form
    if suffix not in FOREIGN:
        raise ReadError(": is binary (a zip archive), not a text; unpack it")
    return suffix


def _text(raw, declared=""):
    """Decode a text: by its mark, as UTF-8, as it says itself, or by how plausible an encoding makes it."""
    for mark, encoding in BOMS.items():
        if raw.startswith(mark):
            return _strictly(raw, encoding, len(mark)), encoding, ()
    if b"\0" in raw or len(re.findall(rb"[\1-\x08\x0e-\x19\x1c-\x1f]", raw[:100_000])) > len(raw[:100_000]) / 100:
        raise ReadError(BINARY)
    readings = {name: raw.decode(CODECS.get(name, name), "replace") for name in ("utf-8", "gb18030", "big5")}
    if raw.isascii() or ("\ufffd" not in readings["utf-8"] and re.search(HAN, readings["utf-8"])):
        return readings["utf-8"], "utf-8", ()
    share = {name: _plausibility(reading) for name, reading in readings.items()}
    second, best = sorted(share, key=share.get)[-2:]
    if share.get(declared, 0) >= PLAUSIBLE:
        return _strictly(raw, declared), declared, ()
    if share[best] < max(PLAUSIBLE, 2 * share[second]):
        raise ReadError(": has an unclear encoding (not UTF-8, UTF-16, GB18030 or Big5); save it as UTF-8")
    return _strictly(raw, best), best, (f"encoding guessed: {best}",) if best != "utf-8" else ()


def _strictly(raw, encoding, start=0):
    """Decode bytes, or say which is wrong."""
    codec = CODECS.get(encoding, encoding)
    try:
        text = raw[start:].decode(codec)
    except UnicodeDecodeError as error:
        at = start + error.start
        line = raw[start:at].decode(codec, "replace").count("\n") + 1
        raise ReadError(f":{line}: byte {raw[at]:#04x} at {at} is not {encoding}; mend it or save as UTF-8") from None
    if "\0" in text:
        raise ReadError(BINARY)
    return text


@functools.cache
def _opencc(config):
    """Return OpenCC's function for a conversion."""
    import opencc

    return opencc.OpenCC(config).convert


def _plausibility(text):
    """Return the share of `COMMON`, simplified or traditional, among all characters that are not ASCII."""
    counts = Counter(text)
    beyond = sum(count for character, count in counts.items() if character > "\x7f")
    return sum(counts[character] for character in {*COMMON, *_opencc("s2t")(COMMON)}) / max(beyond, 1)


def _markdown(raw):
    """Read Markdown without its marks; each item and each cell is a paragraph."""
    from markdown_it import MarkdownIt

    text, encoding, notes = _text(raw)
    text = re.sub(r"\A---\n.*?\n(---|\.\.\.)\n", "", re.sub(r"\r\n?", "\n", text), count=1, flags=re.DOTALL)
    lines, number, breaks = [], "", {"softbreak": "\n", "hardbreak": "\v", "html_inline": ""}
    for token in MarkdownIt().enable(["table", "strikethrough"]).parse(text):
        if token.type == "list_item_open":
            number = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "inline":
            plain = number + "".join(breaks.get(part.type, part.content) for part in token.children)
            lines += [pdf.join_lines(part.split("\n")) for part in plain.split("\v")]
            number = ""
        elif token.type in ("fence", "code_block", "html_block"):
            lines += re.sub(r"(?s)<!--.*?-->|</?[a-zA-Z][^>]*>", "", token.content).split("\n")
    # Next to Chinese marks (**要点。**文) CommonMark takes the stars for text, so some are left.
    return "\n".join(line.replace("**", "") for line in lines if line.strip()), encoding, notes


def _html(raw):
    """Read the main text of a web page."""
    import trafilatura
    from lxml import etree

    if len(raw) > LARGEST_TREE:
        raise ReadError(f": is a web page larger than {LARGEST_TREE / 1e6:g} MB; save its text alone")
    declared = re.search(rb"""(?:charset|encoding)\s*=\s*["']?([\w-]+)""", raw[:4096])
    text, encoding, notes = _text(raw, DECLARED.get(declared[1].decode().lower(), "") if declared else "")
    tree = trafilatura.load_html(re.sub(rf"(?<={pdf.WIDE})\s*\n\s*(?={pdf.WIDE})", "", text))
    text = ""
    if tree is not None:
        # Trafilatura loses some headings, makes one line of a table that holds a whole page, and cuts at bold type.
        etree.strip_tags(tree, *INLINE)
        for tag, alike in BLOCKS.items():
            for element in tree.iter(*alike):
                element.tag = tag
        whole = len(re.findall(HAN, "".join(tree.xpath("//body//text()[not(parent::script or parent::style)]"))))
        text = re.sub(r"(?m)^- ", "", trafilatura.extract(tree, favor_recall=True, include_comments=False) or "")
    if not text:
        raise ReadError(": has no main text that could be found; copy it from the browser into a text file")
    if (kept := len(re.findall(HAN, text))) < 0.8 * whole:
        notes = (*notes, f"{kept} of {whole} Chinese characters of the page taken for its text, the rest for its frame")
    return text, encoding, notes


def _docx(raw):
    """Read the paragraphs of a Word file, those in tables and text boxes among them, in order."""
    import docx
    from lxml import etree

    damage = (zipfile.BadZipFile, zlib.error, etree.LxmlError, LookupError, ValueError, EOFError, AttributeError)
    try:
        _unpack(raw)
        body = docx.Document(io.BytesIO(raw)).element.body
    except ReadError:
        raise
    except (*damage, RuntimeError) as error:
        damaged = ": is a damaged DOCX; open it, or its source, and save it as DOCX again"
        raise ReadError(pdf.ENCRYPTED if "encrypted" in str(error) else damaged) from None
    paragraphs = [p for p in body.iter(W + "p") if not any(True for _ in p.iterancestors(FALLBACK))]
    lines = ["".join(_runs(p)).strip() for p in paragraphs]
    numbered = sum(p.find(f"{W}pPr/{W}numPr") is not None for p in paragraphs)
    notes = (f"paragraphs numbered by Word, the numbers not in the text: {numbered}",) if numbered else ()
    return "\n".join(line for line in lines if line), "", notes


def _unpack(raw):
    """Unpack every part of a zip archive once, to find it damaged or too large before anything is built from it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts, size = archive.infolist(), 0
        said = sum(part.file_size for part in parts)
        for part in parts:
            xml = part.filename.endswith((".xml", ".rels")) and part.file_size > LARGEST_TREE
            with archive.open(part) as content:
                while not xml and max(said, size) <= UNPACKED and (block := content.read(1 << 20)):
                    size += len(block)
            if xml or max(said, size) > UNPACKED:
                raise ReadError(f": unpacks to more than {(LARGEST_TREE if xml else UNPACKED) / 1e6:g} MB; split it")


def _runs(element):
    """Yield the pieces of text in a paragraph; a paragraph within it, in a text box, comes in its own turn."""
    for child in element:
        if child.tag == W + "t":
            yield child.text or ""
        elif child.tag in BREAKS:
            yield BREAKS[child.tag]
        elif child.tag not in SKIPPED:
            yield from _runs(child)


def _pdf(raw):
    """Read the text layer of a PDF."""
    text, notes = pdf.read(raw, longest=CHARACTERS)
    return text, "", notes


def _noise(text):
    """Return notes on what mirrors and broken converters leave in a text."""
    han = len(re.findall(HAN, text))
    counts = {
        "pinyin between characters": len(re.findall(PINYIN, text)),
        "doubled glyphs": sum(len(stretch[0]) // 2 for stretch in re.finditer(DOUBLED, text)),
        "characters lost before (U+FFFD) or of private use": len(re.findall(LOST, text)),
    }
    return tuple(
        f"{what}: {count} to {han} Chinese characters" for what, count in counts.items() if count > NOISE * han
    )


def _script(text, simplify):
    """Convert traditional characters if asked to, and note whether there are any."""
    if simplify:
        simple = unicodedata.normalize("NFC", _opencc("t2s")(text))
        changed = sum(map(str.__ne__, text, simple))
        return simple, (f"converted to simplified characters (OpenCC t2s): {changed}",) if changed else ()
    counts = Counter(re.findall(HAN, text))
    each = "\n".join(counts)  # one a line, so that no two are taken for a word
    traditional, simplified = (
        sum(counts[a] for a, b in zip(counts, _opencc(config)(each).split("\n"), strict=True) if a != b)
        for config in ("t2s", "s2t")
    )
    if traditional <= NOISE * counts.total():
        return text, ()
    how = "mostly traditional" if traditional > simplified else "some traditional"
    return text, (f"{how} characters: {traditional} of {counts.total()}; simplify=True converts them",)
