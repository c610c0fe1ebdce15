"""Whatever is read or parsed: no crash but a `ReadError` of one line, and what is found stands where it says.

`HYPOTHESIS_PROFILE=large pytest tests/test_any_input.py` tries many times as many inputs, and others on each run.
"""

import io
import zipfile
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

import cityanalysis as ca
from cityanalysis import characters, documents, files, pages, quantities, readers, times
from cityanalysis.files import ReadError
from cityanalysis.study import schema

SENTENCE = "一、2015年，宁波市政府投资12亿元建设智慧城市，光网覆盖率达98.5%，增长3成。\n"
PIECES = st.sampled_from(
    [
        *"年月日%％亿万元约近超第一二十百0123456789,.，。、；：（）()《》“”|#*-\n\t\u3000\r\0\ufeff\u200b𠮷é&<>",
        *(
            "2015年",
            "十三五",
            "同比增长",
            "宁波市",
            "管委会",
            "大数据局",
            "智慧城市",
            "5G",
            "第一章",
            "附件1",
            "一是",
            "- ",
        ),
        *(
            "<table><tr><td>",
            "</p>",
            "<p>",
            "<rt>",
            "&#26234;",
            "```",
            "> ",
            "| a | b |\n|---|---|\n",
            "![",
            "](",
            "---\n",
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join)
SUFFIXES = sorted({*readers.FORMS, *readers.FOREIGN, *readers.TABLES, "", ".xyz"})
CODECS = ("utf-8", "utf-16", "gb18030", "big5", "utf-8-sig", "utf-16-be")
# A quarter of what is usual, as there are many.
COMMON = settings(
    max_examples=settings.default.max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _docx():
    """Return a Word file."""
    names = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    row = "<w:tr><w:tc><w:p><w:r><w:t>指标</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>"
    field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
    numbered = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    body = f"<w:p>{numbered}<w:r><w:t>{SENTENCE}</w:t></w:r></w:p><w:tbl>{row}</w:tbl><w:p>{field}</w:p>"
    return {
        "word/document.xml": f'<w:document xmlns:w="{names}"><w:body>{body * 2}</w:body></w:document>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{names}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
        "word/styles.xml": f'<w:styles xmlns:w="{names}"><w:style w:styleId="a" w:default="1"/></w:styles>',
    }


def _packed(parts):
    """Return a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _pdf():
    """Return a PDF."""
    file = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page = canvas.Canvas(file, pageCompression=0, invariant=True)
    page.setFont("STSong-Light", 12)
    for n in range(6):
        page.drawString(72, 700 - 20 * n, SENTENCE.strip())
    page.save()
    return file.getvalue()


HTML = f"<!doctype html><html><body><h1>{SENTENCE}</h1><table><tr><td rowspan=2>{SENTENCE}</table><p>{SENTENCE}"
MAIL = f"From: a\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{HTML}"
SOUND = {".docx": _packed(_docx()), ".pdf": _pdf(), ".html": HTML.encode(), ".mhtml": MAIL.encode()}
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.binary(max_size=6)), min_size=1, max_size=5)


def spoilt(raw, edits):
    """Return bytes with some cut out and others put in at places between their begin (0) and end (1)."""
    for at, cut, new in edits:
        place = int(at * len(raw))
        raw = raw[:place] + new + raw[place + cut :]
    return raw


def holds(read, *arguments, **options):
    """Return what a function makes of an input, or None where it refuses it in one line."""
    try:
        return read(*arguments, **options)
    except ReadError as error:
        assert "\n" not in str(error) and str(error)


@COMMON
@given(st.binary(max_size=300) | st.tuples(TEXTS, st.sampled_from(CODECS)).map(lambda x: x[0].encode(x[1], "ignore")))
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_any_bytes_are_read(put, suffix, raw):
    """Bytes and texts under any name are read or refused, and what is read has passages that stand in it."""
    found = holds(readers.read, put(raw, f"a{suffix}"))
    if found:
        passages = documents.passages(found.text)
        assert [found.text[row.start : row.end] for row in passages.itertuples()] == passages["text"].tolist()


@COMMON
@given(EDITS)
@pytest.mark.parametrize("suffix", SOUND)
def test_spoilt_documents_are_read(put, suffix, edits):
    """A document of which a few bytes are wrong is read or refused."""
    holds(readers.read, put(spoilt(SOUND[suffix], edits), f"a{suffix}"))


@COMMON
@given(st.sampled_from(sorted(_docx())), EDITS)
def test_spoilt_parts_of_word_files_are_read(put, part, edits):
    """So is a Word file in whose XML a few bytes are wrong."""
    parts = _docx()
    holds(readers.read, put(_packed(parts | {part: spoilt(parts[part].encode(), edits)}), "a.docx"))


@COMMON
@given(TEXTS)
def test_any_markup(text):
    """Any text is taken for Markdown or a web page, or refused."""
    for read in (pages.markdown, pages.read):
        holds(read, text)


@COMMON
@given(TEXTS)
def test_any_characters(text):
    """Any text is cleaned; what is clean stays as it is."""
    clean, _ = characters.clean(text)
    assert characters.clean(clean)[0] == clean
    characters.noise(clean, han=characters.count_han(clean))


@COMMON
@given(TEXTS)
def test_any_document(text):
    """Passages of any text are stretches of it, in order and apart; a record is read or refused."""
    found = documents.passages(text)
    assert [text[start:end] for start, end in zip(found["start"], found["end"], strict=True)] == found["text"].tolist()
    assert (found["start"].iloc[1:].to_numpy() >= found["end"].iloc[:-1].to_numpy()).all()
    holds(lambda: list(documents.record(f"---\n{text}\n---\n## 2010\n{text}[@a]\n", path="a.md")))


@COMMON
@given(TEXTS, st.sampled_from(["", "2020", "2020-02-29"]))
def test_any_tags(text, published):
    """Tags of any text are stretches of it; of times, and of quantities, none overlaps another."""
    passages = pd.DataFrame({"passage_id": ["a#1"], "text": [text]})
    tokens = ca.tokenize(passages)
    found = ca.tag(passages, tokens, published=published)
    for table, column in ((tokens, "word"), (found, "text")):
        stretches = [text[start:end] for start, end in zip(table["start"], table["end"], strict=True)]
        assert stretches == table[column].tolist()
    for spans in (times.find(text, published=published), quantities.find(text)):
        assert all(a.end <= b.start for a, b in pairwise(spans))
    for row in passages.itertuples():
        ca.mark_up(row.text, found, {})


CELLS = st.text('ab,;\t"\n\r 智=+', max_size=5)


@COMMON
@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4).map(lambda rows: "\n".join(map(",".join, rows))))
def test_any_table(put, text):
    """Any file of cells is read or refused, by both readers; its faults against a schema are lines."""
    path = put(text, "a.csv")
    for read in (files.table, readers.table):
        found = holds(read, path)
        if found is not None:
            faults = schema.faults(found, schema.resources()["cities"]["schema"])
            assert all("\n" not in fault for _, fault in faults)


@COMMON
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_a_table_comes_back(tmp_path, rows):
    """What is written as a table is read as it was, but for line ends and apostrophes before formulas."""
    table = pd.DataFrame(rows, columns=["x", "y"], dtype=str)
    files.write_table(tmp_path / "a.csv", table)
    back = files.table(tmp_path / "a.csv").reset_index(drop=True)
    plain = table.map(lambda cell: ("'" + cell if files.FORMULA.match(cell) else cell).replace("\r\n", "\n"))
    assert back.to_numpy().tolist() == plain.map(lambda cell: cell.replace("\r", "\n")).to_numpy().tolist()
