"""From files to text and tables, and back.

`read` takes a document as it comes and notes what was lost; `text` and `table` take the project's own files, strictly.
Whoever asks for a file gets its characters, or one line that says what is wrong with it and what to do.

What a file is, its first bytes say, and its name only after them. Left out are headers, footers, footnotes, comments
and deletions of a DOCX, running heads and page numbers of a PDF, and what trafilatura takes for the frame of a page.
"""

import codecs
import contextlib
import csv
import datetime
import functools
import io
import os
import re
import statistics
import tempfile
import unicodedata
import zipfile
import zlib
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

# Limits, against files that would fill the memory: bytes on the disk; bytes of a web page or of any XML in a DOCX, as
# the tree takes many times that; bytes of all that a DOCX holds; characters of text.
LARGEST, LARGEST_TREE, UNPACKED, CHARACTERS = 50_000_000, 20_000_000, 200_000_000, 20_000_000

HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
WIDE = r"[·—‘’“”…\u2e80-\uffef\U00020000-\U0003ffff]"
NOISE = 0.002  # what a person should know is reported when it is more than this share of all Chinese characters

BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
CODECS = {"gb18030": "gb18030", "big5": "cp950"}  # Python's "big5" lacks € and 碁銹裏墻恒粧嫺, which Windows writes
DECLARED = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5"}
LONG = 400  # from so many bytes beyond ASCII on, about 200 characters, charset-normalizer finds the encoding
# In shorter and in damaged texts, the share of the commonest characters and marks of Chinese, here simplified, decides.
COMMON = (
    "一人大是国中不在了业和有上个全建为发地新的市年会化以生工产成进这动实家民区行他我展力来等高设作出要政到能城加学长时推"
    "开用体主经道公下重就务们心子面对自说代于方增分好平制理也后提之部现合得水过持多入定强点事法可天目项资机省治着文三本级"
    "同保小改安里量创你企都万前造通而外门度深质性北日与品基元位山表施军社所场数去快其两关各那种还然第科起系海向服明农口院"
    "物十内济路南金升特东总电当打如名二员西色共完教头规战技间更领立府程统育活最从坚老村应期委次利只无管将江想么县正集意商"
    "手常者四此又见任运及没月先看达问范投相交美把流型优续放革风计些示支已做办导但争决气首效落身域湖州由使比义解武源她态亿"
    "标情式联并题信果台样结线园术知因精石原专才清五回乡智慧"
    "，。、；：？！“”‘’（）《》—…　·"
)
PLAUSIBLE = 0.2  # of 10 characters in their right encoding, 99 % of samples reach it; in a wrong one, 1 %

WAYS = {  # out of forms that are not read
    "convert it with LibreOffice: soffice --headless --convert-to docx": ".doc .wps .rtf .odt",
    "convert it with LibreOffice: soffice --headless --convert-to pdf": ".ppt .pptx .dps .odp .xls .xlsx .et .ods",
    "convert it with pandoc: pandoc -o NAME.docx NAME.epub": ".epub",
    "save it as PDF with the program that opens it": ".ofd .caj",
}
FOREIGN = {suffix: way for way, suffixes in WAYS.items() for suffix in suffixes.split()}
NAMED = {"html": ".html .htm .xhtml .shtml", "markdown": ".md .markdown", "pdf": ".pdf", "docx": ".docx"}
FORMS = {suffix: form for form, suffixes in NAMED.items() for suffix in suffixes.split()}
PACKED = {"word/": "docx", "ppt/": ".pptx", "xl/": ".xlsx", "OFD.xml": ".ofd", "META-INF/container.xml": ".epub"}

EMPTY = ": has no text; nothing to do with it"
BINARY = ": is binary, not a text; export its text as UTF-8"
AS_UTF8 = "save it as UTF-8 and try again"
ENCRYPTED = ": is encrypted; take the password off and save it again"
DAMAGED = ": is a damaged {0}; open it, or its source, and save it as {0} again"

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says again what a text box says
SKIPPED = {W + "p", W + "pPr", W + "rPr", W + "moveFrom", W + "rt", FALLBACK}  # rt: pinyin above the characters
BREAKS = {W + "br": "\n", W + "cr": "\n", W + "tab": " ", W + "noBreakHyphen": "-"}

PDF_LINE = re.compile("[^\0\2\r\n \xa0\u3000\ufffe](?:[^\r\n]*[^\0\2\r\n \xa0\u3000\ufffe])?")
# Radicals that some PDFs give for the characters that look like them; the first 214 Unicode itself folds.
RADICALS = "⺝月⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻚页⻛风⻜飞⻝食⻢马⻣骨⻥鱼⻦鸟⻨麦⻩黄⻬齐⻮齿⻰龙"
FOLD = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
FOLD |= str.maketrans(RADICALS[::2], RADICALS[1::2])


class ReadError(ValueError):
    """A file that cannot be read as asked; the message is one line: the file, what is wrong, what to do."""


class Reading(NamedTuple):
    """What was read: the text, the form of the file, the encoding found, and what a person should know."""

    text: str
    format: str
    encoding: str
    notes: tuple[str, ...]


def read(path, *, simplify=False):
    r"""Read a document: plain text, Markdown, HTML, PDF or DOCX.

    Parameters
    ----------
    path : str or os.PathLike
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
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_bytes("智慧城市的發展".encode("big5"))
    >>> read(path, simplify=True)
    Reading(text='智慧城市的发展', format='text', encoding='big5',
            notes=('encoding guessed: big5', 'converted to simplified characters (OpenCC t2s): 1'))
    """
    path, suffix = Path(path), Path(path).suffix.lower()
    with _naming(path):
        raw = _bytes(path)
        form = _form(raw, suffix)
        reader = {"text": _decode, "markdown": _markdown, "html": _html, "pdf": _pdf, "docx": _docx}[form]
        text, encoding, notes = reader(raw)
        text = unicodedata.normalize("NFC", _lines(text))
        if len(text) > CHARACTERS:
            raise ReadError(f": has more than {CHARACTERS:,} characters of text; split it")
        if not re.search(HAN, text):
            raise ReadError(": has no Chinese characters; see whether it is the right file")
    named = () if form == FORMS.get(suffix, "text") else (f"named {suffix or 'without a suffix'}, but is {form}",)
    noise = _noise(text)
    text, script = _script(text, simplify)
    return Reading(text, form, encoding, (*named, *notes, *noise, *script))


def text(path):
    r"""Read a UTF-8 text file.

    Returns
    -------
    str
        The characters as ``Path.read_text(encoding="utf-8")`` gives them, so that positions counted in the
        result are positions in the file as anybody reads it: line ends are ``\n``; a byte-order mark stays.

    Raises
    ------
    ReadError
        For a file that is missing, a folder, not allowed, empty or blank, binary, or not UTF-8.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> _ = path.write_text("智慧城市\n", encoding="utf-8")
    >>> text(path)
    '智慧城市\n'
    """
    with _naming(path):
        return _utf8(path)


def table(path):
    r"""Read a CSV file as it stands: every cell as text, empty cells as empty strings.

    Parameters
    ----------
    path : str or os.PathLike
        The file; a relative name is looked for below `home`, and where there is no checkout, among the tables that
        are installed with the library.

    Returns
    -------
    pandas.DataFrame
        Its index holds the line of the file on which each row begins, for use in messages.

    Raises
    ------
    ReadError
        For what `text` refuses, a repeated column, a row with too many or too few fields, an unclosed quote; for a
        relative name that needs the study's checkout where there is none.

    Examples
    --------
    >>> table("data/cities.csv").set_index("city").loc["ningbo", "name_zh"]
    '宁波'
    """
    file = _locate(path)
    lines, rows, line = [], [], 1
    with _naming(path):
        reader = csv.reader(io.StringIO(_utf8(file).removeprefix("\ufeff")), strict=True)
        try:
            for row in reader:
                if row:
                    lines.append(line)
                    rows.append(row)
                line = reader.line_num + 1
        except csv.Error as error:
            raise ReadError(f":{line}: {error}; close the quotes that the row opens") from None
        header = rows[0]
        if len(set(header)) < len(header):
            raise ReadError(f":1: a column stands twice in {','.join(header)}")
        for line, row in zip(lines, rows, strict=True):
            if len(row) != len(header):
                fields = f"{len(row)} fields where the header has {len(header)}"
                raise ReadError(f":{line}: {fields}; quote fields with commas")
    return pd.DataFrame(rows[1:], columns=header, index=pd.Index(lines[1:], name="line"), dtype=str)


def home():
    """Return the study's checkout: the folder that holds ``corpus/`` and ``data/``.

    It is the one that the environment variable ``CITYANALYSIS_HOME`` names, else the one in which the package lies.

    Raises
    ------
    ReadError
        If there is no ``corpus/documents.csv`` in it.

    Examples
    --------
    >>> (home() / "corpus" / "records" / "ningbo.md").read_text(encoding="utf-8")[:3]
    '---'
    """
    folder = Path(os.environ.get("CITYANALYSIS_HOME") or Path(__file__).parents[2])
    if not (folder / "corpus" / "documents.csv").is_file():
        raise ReadError(
            f"{folder}: has no corpus/documents.csv; this needs a checkout of the study: clone its repository, and "
            "run 'pip install -e .' in it or set CITYANALYSIS_HOME to its folder"
        )
    return folder


def write_text(path, string):
    """Write a UTF-8 text file, and its folder, whole or not at all: to a temporary name beside it, then renamed."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(string)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_table(path, table):
    r"""Write a table as CSV (UTF-8, no index, ``\n`` line ends) as `write_text` does.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp(), "a.csv")
    >>> write_table(path, pd.DataFrame({"city": ["ningbo"], "name": ["宁波, 浙江"]}))
    >>> path.read_text(encoding="utf-8")
    'city,name\nningbo,"宁波, 浙江"\n'
    """
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")  # three times as fast as DataFrame.to_csv
    writer.writerow(table.columns)
    writer.writerows(zip(*(table[column].tolist() for column in table), strict=True))
    write_text(path, content.getvalue())


def is_nfc(string):
    """Say whether a string is in Unicode's composed form, in which all text of the project is kept.

    Examples
    --------
    >>> is_nfc("café"), is_nfc("cafe\u0301")
    (True, False)
    """
    return unicodedata.is_normalized("NFC", string)


def is_date(string):
    """Say whether a date is written as the tables want it, and exists; it may be a year or a month.

    Examples
    --------
    >>> [is_date(string) for string in ("2020", "2020-02-29", "2021-02-29", "20200229")]
    [True, True, False, False]
    """
    try:
        datetime.date.fromisoformat((string + "-01-01")[:10])
    except ValueError:
        return False
    return re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", string) is not None


# Files and their bytes


@contextlib.contextmanager
def _naming(path):
    """Put the name of the file before the message of a fault found in it, in one line."""
    try:
        yield
    except ReadError as error:
        name = str(path) if str(path).isprintable() else repr(str(path))
        raise ReadError(f"{name}{' '.join(str(error).split())}") from None


def _locate(path):
    """Return where a table lies: as named, below `home`, or beside this module where the library is installed."""
    if Path(path).is_absolute():
        return Path(path)
    try:
        return home() / path
    except ReadError as error:
        beside = Path(__file__).parent / path
        if os.environ.get("CITYANALYSIS_HOME") or not beside.is_file():
            raise ReadError(f"{path}: {error}") from None
        return beside


def _bytes(path):
    """Return what the file holds."""
    path = Path(path)
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise ReadError(": is a device or a pipe; name a file")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise ReadError(": there is no such file; check the name") from None
    except IsADirectoryError:
        raise ReadError(": is a folder; name the files in it") from None
    except OSError as error:
        raise ReadError(f": cannot be opened ({error.strerror}); check its permissions") from None
    if len(raw) > LARGEST:
        raise ReadError(f": is larger than {LARGEST / 1e6:g} MB; split it")
    if not raw.strip():
        raise ReadError(EMPTY)
    return raw


def _utf8(path):
    """Return the text of a file that must be UTF-8."""
    raw = _bytes(path)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ReadError(f": is UTF-16, not UTF-8; {AS_UTF8}")
    if b"\0" in raw:
        raise ReadError(BINARY)
    return _lines(_strictly(raw, "utf-8"))


def _lines(text):
    """Give a text plain line ends; refuse one that is blank."""
    if not re.search(r"[^\s\ufeff]", text):
        raise ReadError(EMPTY)
    return re.sub(r"\r\n?", "\n", text)


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
            raise ReadError(ENCRYPTED)
        suffix = suffix if suffix in FOREIGN else ".doc"
    elif head.startswith(b"{\\rtf"):
        suffix = ".rtf"
    if suffix in FOREIGN:
        raise ReadError(f": is in the form {suffix}, which is not read; {FOREIGN[suffix]}")
    if named in ("pdf", "docx") and suffix != "docx":
        raise ReadError(f": is no {named.upper()}, or is damaged; open it and save it again")
    return "docx" if suffix == "docx" else named


def _packed(raw, suffix):
    """Tell what lies in a zip archive; refuse one that would unpack to too much."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError):
        if suffix == ".docx":
            return "docx"  # damaged, as will be said when it is read
        parts = []
    xml = [part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))]
    for size, limit in ((sum(part.file_size for part in parts), UNPACKED), (max(xml, default=0), LARGEST_TREE)):
        if size > limit:
            raise ReadError(f": unpacks to more than {limit / 1e6:g} MB; split it")
    for start, form in PACKED.items():
        if any(part.filename.startswith(start) for part in parts):
            return form
    if suffix not in FOREIGN:
        raise ReadError(": is binary (a zip archive), not a text; unpack it")
    return suffix


# Text and its encoding


def _decode(raw, declared=""):
    """Decode a text: by its mark, as UTF-8, as it says itself, or as it most likely is."""
    for mark, encoding in BOMS.items():
        if raw.startswith(mark):
            return _strictly(raw, encoding, len(mark)), encoding, ()
    if b"\0" in raw or len(re.findall(rb"[\1-\x08\x0e-\x19\x1c-\x1f]", raw[:100_000])) > len(raw[:100_000]) / 100:
        raise ReadError(BINARY)
    encoding = _encoding(raw, declared)
    notes = () if encoding in ("utf-8", declared) else (f"encoding guessed: {encoding}",)
    return _strictly(raw, encoding), encoding, notes


def _encoding(raw, declared):
    """Name the encoding of a text without a mark."""
    beyond = len(raw.translate(None, bytes(range(128))))
    with contextlib.suppress(UnicodeDecodeError):
        if re.search(HAN, raw.decode("utf-8")) or not 0 < beyond < LONG:  # a short GBK text may be UTF-8 by chance
            return "utf-8"
    if beyond >= LONG:
        from charset_normalizer import from_bytes

        names = {codec: name for name, codec in CODECS.items()}
        # Offered Chinese encodings alone, it would take Japanese and Korean texts for Chinese.
        found = from_bytes(raw, cp_isolation=[*names, "euc_jp", "shift_jis", "euc_kr"]).best()
        if found and found.encoding in names:
            return names[found.encoding]
    share = {name: _plausibility(raw.decode(CODECS.get(name, name), "replace")) for name in ("utf-8", *CODECS)}
    second, best = sorted(share, key=share.get)[-2:]
    if share.get(declared, 0) >= PLAUSIBLE:
        return declared
    if share[best] < max(PLAUSIBLE, 2 * share[second]):
        raise ReadError(": has an unclear encoding (not UTF-8, UTF-16, GB18030 or Big5); save it as UTF-8")
    return best


def _plausibility(text):
    """Return the share of `COMMON`, simplified or traditional, among all characters that are not ASCII."""
    counts = Counter(text)
    beyond = sum(count for character, count in counts.items() if character > "\x7f")
    return sum(counts[character] for character in {*COMMON, *_opencc("s2t")(COMMON)}) / max(beyond, 1)


def _strictly(raw, encoding, start=0):
    """Decode bytes, or say which is wrong."""
    codec = CODECS.get(encoding, encoding)
    try:
        text = raw[start:].decode(codec)
    except UnicodeDecodeError as error:
        at = start + error.start
        line = raw[start:at].decode(codec, "replace").count("\n") + 1
        raise ReadError(f":{line}: byte {raw[at]:#04x} at {at} is not {encoding.upper()}; {AS_UTF8}") from None
    if "\0" in text:
        raise ReadError(BINARY)
    return text


@functools.cache
def _opencc(config):
    """Return OpenCC's function for a conversion."""
    import opencc

    return opencc.OpenCC(config).convert


# Forms with marks


def _joined(text):
    r"""Put the lines of a paragraph together, with a blank only between letters or digits.

    A hyphen at the end of a line, which pdfium gives as ``\2``, goes where it parts a word.

    >>> _joined("智慧\n城市 Smart\nCity infor\2mation 5\2G")
    '智慧城市 Smart City information 5-G'
    """
    text = re.sub(rf"(?<={WIDE})\s*\n\s*|\s*\n\s*(?={WIDE})", "", text.strip())
    return re.sub("(?<=[a-z])\2(?=[a-z])", "", re.sub(r"\s*\n\s*", " ", text)).replace("\2", "-")


def _markdown(raw):
    """Read Markdown without its marks; each item and each cell is a paragraph."""
    from markdown_it import MarkdownIt

    text, encoding, notes = _decode(raw)
    text = re.sub(r"\A---\n.*?\n(---|\.\.\.)\n", "", _lines(text), count=1, flags=re.DOTALL)
    lines, number, breaks = [], "", {"softbreak": "\n", "hardbreak": "\v", "html_inline": ""}
    for token in MarkdownIt().enable(["table", "strikethrough"]).parse(text):
        if token.type == "list_item_open":
            number = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "inline":
            plain = number + "".join(breaks.get(part.type, part.content) for part in token.children)
            lines += map(_joined, plain.split("\v"))
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
    text, encoding, notes = _decode(raw, DECLARED.get(declared[1].decode().lower(), "") if declared else "")
    tree = trafilatura.load_html(re.sub(rf"(?<={WIDE})\s*\n\s*(?={WIDE})", "", text))
    text = ""
    if tree is not None:
        # Trafilatura loses some headings, makes one line of a table that holds a whole page, and cuts at bold type.
        etree.strip_tags(tree, *["b", "strong", "i", "em", "u", "span", "font", "small", "big", "sub", "sup", "mark"])
        for tag, alike in (("p", "h1 h2 h3 h4 h5 h6"), ("div", "table thead tbody tfoot tr td th")):
            for element in tree.iter(*alike.split()):
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
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if archive.testzip():  # block by block: where its directory lies, a part unpacked at once fills the memory
                raise zipfile.BadZipFile
        body = docx.Document(io.BytesIO(raw)).element.body
    except (*damage, RuntimeError) as error:
        raise ReadError(ENCRYPTED if "encrypted" in str(error) else DAMAGED.format("DOCX")) from None
    paragraphs = [p for p in body.iter(W + "p") if not any(True for _ in p.iterancestors(FALLBACK))]
    lines = ["".join(_runs(p)).strip() for p in paragraphs]
    numbered = sum(p.find(f"{W}pPr/{W}numPr") is not None for p in paragraphs)
    notes = (f"paragraphs numbered by Word, the numbers not in the text: {numbered}",) if numbered else ()
    return "\n".join(line for line in lines if line), "", notes


def _runs(element):
    """Yield the pieces of text in a paragraph; a paragraph within it, in a text box, comes in its own turn."""
    for child in element:
        if child.tag == W + "t":
            yield child.text or ""
        elif child.tag in BREAKS:
            yield BREAKS[child.tag]
        elif child.tag not in SKIPPED:
            yield from _runs(child)


# PDF: its lines, and from where these stand, its paragraphs


class _PdfLine(NamedTuple):
    """A line of a PDF, and where it stands on its page."""

    text: str
    left: float
    right: float
    y: float


def _pdf(raw):
    """Read the text layer of a PDF, in the order in which it was written, running heads and page numbers left out."""
    import pypdfium2

    pages, size, lost = [], 0, 0
    try:
        with pypdfium2.PdfDocument(raw) as document:
            for page in document:
                pages.append(_pdf_lines(page))
                size += sum(len(line.text) for line in pages[-1])
                lost += _pdf_lost(page)
                page.close()
                if size > CHARACTERS:  # as `read` will say
                    break
    except pypdfium2.PdfiumError as error:
        raise ReadError(ENCRYPTED if getattr(error, "err_code", 0) == 4 else DAMAGED.format("PDF")) from None
    heads = _pdf_unframe(pages) + _pdf_unframe(pages)  # a running head and a page number may stand above each other
    empty = [str(number) for number, page in enumerate(pages, 1) if not page]
    if len(empty) == len(pages):
        scan = ": has no text layer (a scan); run OCR first, for example ocrmypdf -l chi_sim"
        raise ReadError(": has fonts that are not in the file; print it to a PDF anew" if lost else scan)
    text = "\n".join(_pdf_paragraphs([line for page in pages for line in page]))
    folded = text.translate(FOLD)
    notes = {
        f"running heads and page numbers left out: {heads}": heads,
        f"pages without text, perhaps scans: {', '.join(empty)}": empty,
        f"single characters perhaps lost, their font not being in the file: {lost}": lost,
        f"radicals replaced by the characters they stand for: {sum(map(str.__ne__, text, folded))}": text != folded,
    }
    return folded, "", tuple(note for note, holds in notes.items() if holds)


def _pdf_lines(page):
    """Return the lines of a page of a PDF, and where they stand."""
    from pypdfium2 import raw as pdfium

    layer = page.get_textpage()
    units = "".join(chr(pdfium.FPDFText_GetUnicode(layer, at)) for at in range(layer.count_chars()))
    box = functools.partial(layer.get_charbox, loose=True)  # left, bottom, right, top
    loose = {  # blanks that are none, but pdfium's for Chinese characters that stand loosely
        at
        for at in (blank.start() for blank in re.finditer(rf"(?<={WIDE}) (?={WIDE})", units))
        if pdfium.FPDFText_IsGenerated(layer, at) == 1
        and box(at + 1)[0] - box(at - 1)[2] < box(at - 1)[2] - box(at - 1)[0]
    }
    lines = []
    for line in PDF_LINE.finditer(units):
        kept = "".join(units[at] for at in range(*line.span()) if units[at] != "\0" and at not in loose)
        string = kept.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        first, last = box(line.start()), box(line.end() - 1)
        lines.append(_PdfLine(string, first[0], last[2], first[1]))
    layer.close()
    return lines


def _pdf_lost(page):
    """Count the characters that pdfium leaves out: alone in their run, and without a width for want of a font."""
    from pypdfium2 import raw as pdfium

    runs = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
    thin = [run for run in runs if (box := run.get_bounds())[2] - box[0] < 1e-4]
    return sum(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(run)) == 0 for run in thin)


def _pdf_unframe(pages):
    """Take off what stands first or last on at least half of the pages, but for figures; return how many lines."""
    keys = [[re.sub(r"\d+", "#", page[at].text) for at in (0, -1)] if page else [] for page in pages]
    often, cut = Counter(key for page in keys for key in set(page)), 0
    for page, ends in zip(pages, keys, strict=True):
        for at, key in zip((0, -1), ends, strict=False):
            if page and often[key] >= max(2 if "#" in key else 3, len(pages) / 2):
                del page[at]
                cut += 1
    return cut


def _pdf_paragraphs(lines):
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
    return [_joined("\n".join(paragraph)) for paragraph in whole]


# What a person should know of a text


def _noise(text):
    """Return notes on what mirrors and broken converters leave in a text."""
    han = len(re.findall(HAN, text))
    # With the mark of a tone, so that (pm) or (km) are not taken for pinyin.
    pinyin = rf"(?<={HAN})\s?[(（](?=[^)）]*[à-ǿ\u0300-\u036f])[a-zɡà-ǿ\u0300-\u036f]{{1,8}}[)）]"
    doubled = rf"(?:({HAN})\1){{3,}}"  # 轰轰烈烈 is a word, three pairs in a row are none
    lost = r"[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]"
    counts = {
        "pinyin between characters": len(re.findall(pinyin, text)),
        "doubled glyphs": sum(len(stretch[0]) // 2 for stretch in re.finditer(doubled, text)),
        "characters lost before (U+FFFD) or of private use": len(re.findall(lost, text)),
    }
    return tuple(
        f"{what}: {count} to {han} Chinese characters" for what, count in counts.items() if count > NOISE * han
    )


def _script(text, simplify):
    """Convert traditional characters if asked to, and note how many there are."""
    simple = unicodedata.normalize("NFC", _opencc("t2s")(text))
    changed, han = sum(map(str.__ne__, text, simple)), len(re.findall(HAN, text))
    if simplify:
        return simple, (f"converted to simplified characters (OpenCC t2s): {changed}",) if changed else ()
    note = f"traditional characters: {changed} of {han}; simplify=True converts them"
    return text, (note,) if changed > NOISE * han else ()
