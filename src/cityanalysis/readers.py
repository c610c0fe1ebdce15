"""Documents as people have them: plain text, Markdown, web pages, PDF or DOCX, in any encoding of Chinese.

What a file is, its first bytes say, and its name only after them. Left out are tables of contents, headers, footers,
footnotes, comments, hidden and deleted text of a DOCX, running heads and page numbers of a PDF, and the frame of a web
page; what was lost or guessed is noted. A table's row is a line, with a bar between its cells.
"""

import codecs
import contextlib
import email
import email.policy
import io
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

from cityanalysis import characters, files, pages, pdf, word
from cityanalysis.characters import HAN
from cityanalysis.files import ReadError

BOMS = {codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be"}  # before UTF-16, whose marks begin so
BOMS |= {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
UNMARKED = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
DECLARED = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5"}
LONG = 400  # from so many bytes beyond ASCII on, about 200 characters, charset-normalizer finds the encoding
SAMPLE = 10_000  # characters that are looked at to tell whether a text was once misread
FEW, ENOUGH = 8, 40  # characters of a line that must be there, and that are looked at
ENDS = b"\0\x1a"  # with which old programs end or fill up a file
TABLES = (".csv", ".tsv", ".json", ".jsonl", ".xml")

WAYS = {  # out of forms that are not read
    "convert it with LibreOffice: soffice --headless --convert-to docx": ".doc .wps .rtf .odt WordML",
    "convert it with LibreOffice: soffice --headless --convert-to pdf": ".ppt .pptx .dps .odp .xls .xlsx .et .ods",
    "convert it with pandoc: pandoc -o NAME.docx NAME.epub": ".epub",
    "save it as PDF with the program that opens it": ".ofd .caj .webarchive",
}
FOREIGN = {suffix: way for way, suffixes in WAYS.items() for suffix in suffixes.split()}
NAMED = {
    "html": ".html .htm .xhtml .shtml",
    "mhtml": ".mhtml .mht .eml",
    "markdown": ".md .markdown",
    "pdf": ".pdf",
    "docx": ".docx .docm .dotx .dotm",
}
FORMS = {suffix: form for form, suffixes in NAMED.items() for suffix in suffixes.split()}
PACKED = {"word/": "docx", "ppt/": ".pptx", "xl/": ".xlsx", "OFD.xml": ".ofd", "META-INF/container.xml": ".epub"}

MAIL = re.compile(rb"(?:[\w-]+:.*\n(?:[ \t].*\n)*)*?mime-version:", re.IGNORECASE)
CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([\w-]+)""")


class Reading(NamedTuple):
    """What was read: the text, the form of the file, the encoding found, and what a person should know."""

    text: str
    format: str
    encoding: str
    notes: tuple[str, ...]


def read(path, *, simplify=False):
    r"""Read a document: plain text, Markdown, a web page (HTML, MHTML), PDF or DOCX.

    Parameters
    ----------
    path : str or os.PathLike
    simplify : bool
        Whether traditional characters are converted to simplified ones.

    Returns
    -------
    Reading
        ``text`` is in Unicode's composed form (NFC), its line ends are ``\n``; where the form knows paragraphs, each
        is a line. ``format`` is text, markdown, html, mhtml, pdf or docx; ``encoding`` is empty for the last two.

    Raises
    ------
    cityanalysis.files.ReadError
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
    with files.naming(path):
        raw = files.raw(path)
        form = _form(raw, suffix)
        text, encoding, notes = READERS[form](raw)
        text, changed = characters.clean(text, wrapped=form == "text")
        if len(text) > files.CHARACTERS:
            raise ReadError(f": has more than {files.CHARACTERS:,} characters of text; split it")
        han = characters.count_han(text)
        faults = _faults(text, han)
    named = () if form == FORMS.get(suffix, "text") else (f"named {suffix or 'without a suffix'}, but is {form}",)
    if suffix in TABLES:
        named = (f"a {suffix} file read as plain text: its quotes, commas and brackets stay in the text",)
    text, script = characters.script(text, simplify, han=han)
    return Reading(text, form, encoding, (*named, *notes, *changed, *faults, *script))


def table(path):
    r"""Read a CSV file as people save it: their own lexicon, an index of documents, a sheet that was filled in.

    It may be in any encoding that `read` knows, separated by commas, semicolons or tabs. Blanks round cells, and rows
    and columns without anything in them, are left out; the names of columns are in small letters.

    Returns
    -------
    pandas.DataFrame
        As `cityanalysis.files.table` gives it, its index the lines of the file.

    Raises
    ------
    cityanalysis.files.ReadError
        As `cityanalysis.files.table`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.csv")
    >>> _ = path.write_bytes("Term;Domain;\n智慧路灯 ;platform;\n;;\n".encode("gbk"))
    >>> table(path)
         term    domain
    line
    2     智慧路灯  platform
    """
    with files.naming(path):
        text, _ = characters.clean(_decode(files.raw(path))[0])
        if not text.strip():
            raise ReadError(files.EMPTY)
        head = text.split("\n", 1)[0]
        found = files.parsed(text, delimiter=max(",;\t", key=head.count))
    found = found.apply(lambda column: column.str.strip()).rename(columns=lambda name: name.strip().lower())
    found = found[(found != "").any(axis=1)]
    return found.loc[:, [bool(name) or (found.iloc[:, at] != "").any() for at, name in enumerate(found)]]


def _faults(text, han):
    """Return notes on what spoils a text; refuse one of which little is left."""
    wrong = characters.misread(text[:SAMPLE])
    if wrong:
        raise ReadError(f": was {wrong[1].upper()} once read as {wrong[0].upper()}, and saved so; take the original")
    if not han and characters.ESCAPED.search(text):
        raise ReadError(": has its characters escaped (such as \\u667a or &#26234;); decode them and save it as UTF-8")
    if not text.strip():
        raise ReadError(files.EMPTY)
    if not han:
        raise ReadError(": has no Chinese characters; see whether it is the right file")
    if 2 * sum(map(len, characters.LOST.findall(text))) > han:
        raise ReadError(": has lost its characters (U+FFFD, 锟斤拷 or of private use); take the original")
    lines = [(at, line) for at, line in enumerate(text.split("\n"), 1) if len(line) >= FEW]
    misread = [at for at, line in lines if characters.misread(line[:ENOUGH])]
    odd = han > LONG and characters.plausibility(text[:SAMPLE]) < characters.PLAUSIBLE
    return (
        *characters.noise(text, han=han),
        *(f"lines once read in a wrong encoding: {len(misread)}, the first is {at}" for at in misread[:1]),
        *["hardly any common Chinese character; see whether it is garbled"] * odd,
    )


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
            raise ReadError(files.ENCRYPTED)
        suffix = suffix if suffix in FOREIGN else ".doc"
    elif head.startswith(b"{\\rtf"):
        suffix = ".rtf"
    elif b'progid="word.document"' in head:
        suffix = "WordML"
    if suffix in FOREIGN:
        raise ReadError(f": is in the form {suffix}, which is not read; {FOREIGN[suffix]}")
    if named in ("pdf", "docx") and suffix != "docx":
        raise ReadError(f": is no {named.upper()}, or is damaged; open it and save it again")
    if named == "mhtml" or MAIL.match(raw[:8192]):
        return "mhtml"
    return "docx" if suffix == "docx" else named


def _packed(raw, suffix):
    """Tell what lies in a zip archive."""
    try:
        names = zipfile.ZipFile(io.BytesIO(raw)).namelist()
    except (zipfile.BadZipFile, ValueError):
        names = ["word/"] if FORMS.get(suffix) == "docx" else []  # damaged, as will be said when it is read
    for start, form in PACKED.items():
        if any(name.startswith(start) for name in names):
            return form
    if suffix not in FOREIGN:
        raise ReadError(": is binary (a zip archive), not a text; unpack it")
    return suffix


def _decode(raw, declared=""):
    """Decode a text: by its mark, as UTF-8, as it says itself, or as it most likely is."""
    for mark, encoding in BOMS.items():
        if raw.startswith(mark):
            return files.decoded(raw, encoding, len(mark)), encoding, ()
    if b"~{" in raw and raw.isascii():
        return files.decoded(raw, "hz"), "hz", ("encoding guessed: hz",)
    for encoding in UNMARKED if b"\0" in raw.rstrip(ENDS) else ():
        with contextlib.suppress(UnicodeDecodeError):
            text = raw.decode(encoding)
            if characters.plausibility(text) >= characters.PLAUSIBLE and "\0" not in text:
                return text, encoding, (f"encoding guessed: {encoding}",)
    raw = raw.rstrip(ENDS)
    if b"\0" in raw or len(re.findall(rb"[\1-\x08\x0e-\x19\x1c-\x1f]", raw[:100_000])) > len(raw[:100_000]) / 100:
        raise ReadError(files.BINARY)
    encoding = _encoding(raw, declared)
    notes = () if encoding in ("utf-8", declared) else (f"encoding guessed: {encoding}",)
    return files.decoded(raw, encoding), encoding, notes


def _encoding(raw, declared):
    """Name the encoding of a text without a mark."""
    beyond = len(raw.translate(None, bytes(range(128))))
    with contextlib.suppress(UnicodeDecodeError):
        if re.search(HAN, raw.decode("utf-8")) or not 0 < beyond < LONG:  # a short GBK text may be UTF-8 by chance
            return "utf-8"
    if beyond >= LONG:
        from charset_normalizer import from_bytes

        names = {codec: name for name, codec in files.CODECS.items()}
        # Offered Chinese encodings alone, it would take Japanese and Korean texts for Chinese.
        found = from_bytes(raw, cp_isolation=[*names, "euc_jp", "shift_jis", "euc_kr"]).best()
        if found and found.encoding in names:
            return names[found.encoding]
    share = {
        name: characters.plausibility(raw.decode(files.CODECS.get(name, name), "replace"))
        for name in ("utf-8", *files.CODECS)
    }
    second, best = sorted(share, key=share.get)[-2:]
    if share.get(declared, 0) >= characters.PLAUSIBLE:
        return declared
    if share[best] < max(characters.PLAUSIBLE, 2 * share[second]):
        raise ReadError(": has an unclear encoding (not UTF-8, UTF-16, GB18030 or Big5); save it as UTF-8")
    return best


def _markdown(raw):
    """Read Markdown without its marks."""
    text, encoding, notes = _decode(raw)
    text, more = pages.markdown(files.plain(text))
    return text, encoding, (*notes, *more)


def _html(raw, *, declared=""):
    """Read the text of a web page; what encoding it declares is no more than a hint."""
    if len(raw) > pages.LARGEST:
        raise ReadError(f": is a web page larger than {pages.LARGEST / 1e6:g} MB; save its text alone")
    if found := CHARSET.search(raw[:4096]):
        declared = found[1].decode()
    text, encoding, notes = _decode(raw, DECLARED.get(declared.lower(), ""))
    text, more = pages.read(files.plain(text))
    return text, encoding, (*notes, *more)


def _mail(raw):
    """Read the text of a web page saved as one file, or of a mail, which has the same form."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    part = message.get_body(("html", "plain"))
    content = part and part.get_payload(decode=True)
    if not content:
        raise ReadError(": has no text; save the page as HTML, or its text alone")
    declared = part.get_content_charset("")
    html = part.get_content_subtype() == "html"
    text, encoding, notes = _html(content, declared=declared) if html else _decode(content, DECLARED.get(declared, ""))
    attached = [str(part.get_filename()) for part in message.walk() if part.get_content_disposition() == "attachment"]
    return text, encoding, (*notes, *([f"attachments not read: {', '.join(attached)}"] if attached else []))


def _docx(raw):
    """Read a Word file, and the documents of other forms in it."""
    return word.read(raw, _embedded)


def _embedded(raw, name):
    """Return text and notes of a document within a Word file; of one within that no more is read."""
    form = _form(raw, Path(name).suffix.lower())
    if form == "html":
        return "\n".join(pages.fragment(_decode(raw)[0])), ()
    text, _, notes = word.read(raw) if form == "docx" else READERS[form](raw)
    return text, notes


READERS = {
    "text": _decode,
    "markdown": _markdown,
    "html": _html,
    "mhtml": _mail,
    "pdf": pdf.read,
    "docx": _docx,
}
