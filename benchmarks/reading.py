"""How fast documents are read: `python benchmarks/reading.py` prints a row a form.

The records of the study, written as each form, are read by `cityanalysis.read` and by the library underneath alone,
which gives its text as it comes: without paragraphs, frames, headings, notes. Medians of five runs, in seconds, with
MB of file (of a PDF, pages) a second and the ratio of the two.
"""

import codecs
import io
import statistics
import tempfile
import time
import zipfile
from html import escape
from pathlib import Path

import pypdfium2
from lxml import etree, html
from markdown_it import MarkdownIt
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

import cityanalysis

RUNS = 5
LINE, LINES = 38, 40  # characters of a line and lines of a page


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def word(lines):
    """Return the lines as paragraphs of a Word file."""
    file = io.BytesIO()
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    target = f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{RELATIONS}">{target}</Relationships>')
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return file.getvalue()


def word_text(raw):
    """Return the text of a Word file as its XML has it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return "".join(etree.fromstring(archive.read("word/document.xml")).itertext())


def pdf(lines):
    """Return the lines, wrapped, as the pages of a PDF, and how many these are."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    page = canvas.Canvas(file, pagesize=A4)
    wrapped = [line[at : at + LINE] for line in lines for at in range(0, len(line), LINE)]
    for first in range(0, len(wrapped), LINES):
        page.setFont("STSong-Light", 12)
        for at, line in enumerate(wrapped[first : first + LINES]):
            page.drawString(60, 780 - 18 * at, line)
        page.showPage()
    page.save()
    return file.getvalue()


def pdf_text(raw):
    """Return the text of a PDF as pdfium gives it."""
    with pypdfium2.PdfDocument(raw) as document:
        return [page.get_textpage().get_text_range() for page in document]


def median(function, *arguments):
    """Return the median of the seconds that a call takes."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    """Measure and print."""
    lines = [text for text in cityanalysis.load("records", second=True).passages["text"] if text]
    text = "\n".join(lines)
    page = "<html><head><meta charset=utf-8></head><body><div class=main>{}</div></body></html>"
    forms = {  # name: the file, the library underneath, its function from bytes to text
        "text.txt": (text.encode(), "bytes.decode", lambda raw: raw.decode("utf-8")),
        "gbk.txt": (text.encode("gb18030"), "codecs.decode", lambda raw: codecs.decode(raw, "gb18030")),
        "text.md": ("\n\n".join(lines).encode(), "markdown-it", lambda raw: MarkdownIt().parse(raw.decode("utf-8"))),
        "page.html": (
            page.format("".join(f"<p>{line}</p>" for line in lines)).encode(),
            "lxml",
            lambda raw: html.document_fromstring(raw.decode("utf-8")).text_content(),
        ),
        "word.docx": (word(lines), "lxml", word_text),
        "print.pdf": (pdf(lines), "pypdfium2", pdf_text),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, (raw, library, bare) in forms.items():
            path = Path(folder, name)
            path.write_bytes(raw)
            ours, theirs = median(cityanalysis.read, path), median(bare, raw)
            size, unit = len(raw) / 1e6, "MB/s"
            if name.endswith(".pdf"):
                size, unit = len(pypdfium2.PdfDocument(raw)), "pages/s"
            row = f"{name:10} {ours:7.3f} s {size / ours:8.1f} {unit:8} {library:13} {theirs:7.3f} s"
            print(f"{row}   ratio {ours / theirs:6.1f}")


if __name__ == "__main__":
    main()
