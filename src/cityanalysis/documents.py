"""From a text to passages.

A *paragraph* is a line of the text; the headings above it number its *section*. A *passage* is a paragraph, or a
stretch of a long one that ends where a sentence does. This module is the one place that says where sentences and
clauses end. A *record* is a Markdown file of this project: front matter, then sections headed by a period, under each
paragraphs that end in their citations, Pandoc style.
"""

import re
from itertools import pairwise

import pandas as pd
import yaml

from cityanalysis import files

LONGEST = 240  # characters of a passage

# Where a sentence (句) ends; where one of its main clauses (分句) does, too; and where any clause does.
SENTENCE_END = "。！？!?…"
MAIN_CLAUSE_END = SENTENCE_END + "；;\n"
CLAUSE_END = MAIN_CLAUSE_END + "，,：:"
CLOSING = "”’」』）)》"  # quotes and brackets that belong to the sentence before them

BREAK = re.compile(r"\n|\u3000{2,}")  # some texts part paragraphs by runs of full-width spaces only
BLANK = " \t\u3000\xa0\u2003\ufeff"
# Headings by depth: 第X章 or 一、, （一）, 1., (1); a paragraph that begins so and goes on with sentences is none.
HEADINGS = (
    re.compile(r"第[一二三四五六七八九十百]+[章节部分]|[一二三四五六七八九十]{1,3}、"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"\d{1,2}[.、．](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
LONGEST_HEADING = 40
FRONT_MATTER = re.compile(r"---\n(?P<yaml>.*?)\n---\n", re.DOTALL)
CITATIONS = re.compile(r"(?:\s*\[@[^\[\]]*\])+\s*\Z")
CITED = re.compile(r"@([a-z0-9]+(?:-[a-z0-9]+)*)")

_SENTENCE = re.compile(rf".*?[{SENTENCE_END}]+[{CLOSING}]*|.+\Z", re.DOTALL)
_CLAUSE = re.compile(rf".*?[{CLAUSE_END}、]+|.+\Z", re.DOTALL)  # a list of many items may have no other mark
_MAIN_CLAUSE_END = re.compile(rf"[{MAIN_CLAUSE_END}]")

COLUMNS = ["passage_id", "doc_id", "city", "section", "start", "end", "text", "refs"]


def passages(text, *, doc_id="text", city="", frames=(), corrections=()):
    r"""Cut a text into passages.

    Parameters
    ----------
    text : str
        Any text, such as that of `cityanalysis.readers.read`.
    doc_id : str
        The id of the document.
    city : str
        The city that it is about.
    frames : sequence of (int, int)
        Start and end of stretches to leave out, such as the frame of a web page.
    corrections : sequence of (str, str)
        What is wrong and what is right; every occurrence is corrected.

    Returns
    -------
    pandas.DataFrame
        A row a passage, in order: ``passage_id`` (``doc_id#n``, n from 1), ``doc_id, city``, ``section`` (the numbers
        of the headings above, the outermost first: ``2.3`` is the third part of the second; empty before the first
        heading), ``start`` and ``end`` (characters of `text`; where a correction changes the length of a long
        paragraph, the cuts within it are some characters off), ``text`` and ``refs`` (empty: only records cite).

    Examples
    --------
    >>> text = "报告\n一、回顾\n（一）网络\n建没光网。\n二、安排\n推进应用。"
    >>> found = passages(text, doc_id="a", corrections=[("建没", "建设")])
    >>> found[["passage_id", "section", "start", "end", "text"]]
      passage_id section  start  end   text
    0        a#1              0    2     报告
    1        a#2       1      3    7   一、回顾
    2        a#3     1.1      8   13  （一）网络
    3        a#4     1.1     14   19  建设光网。
    4        a#5       2     20   24   二、安排
    5        a#6       2     25   30  推进应用。
    """
    found = ((*place, text, "") for *place, text in _paragraphs(text, frames, corrections))
    return _table(found, doc_id=doc_id, city=city)


def record_passages(text, *, path, doc_id, city):
    """Cut a record into passages.

    Parameters
    ----------
    text, path
        As `record` takes them.
    doc_id, city : str

    Returns
    -------
    pandas.DataFrame
        As `passages` gives it; ``section`` is the period that heads the paragraph, ``refs`` are the ids that it cites,
        separated by blanks.

    Raises
    ------
    cityanalysis.files.ReadError
        As `record`.

    Examples
    --------
    >>> text = "---\\ncity: x\\n---\\n## 2010\\n\\n启动建设。[@a-1; @b-2]\\n"
    >>> record_passages(text, path="x.md", doc_id="x-record", city="x")[["section", "text", "refs"]]
      section   text     refs
    0    2010  启动建设。  a-1 b-2
    """
    cited = record(text, path=path)
    found = ((section, start, start + len(body), body, " ".join(refs)) for section, start, body, refs in cited)
    return _table(found, doc_id=doc_id, city=city)


def _table(paragraphs, *, doc_id, city):
    """Return paragraphs (section, start, end, text, refs) as passages."""
    rows = []
    for section, start, end, text, refs in paragraphs:
        for first, last in _split(text):
            # A corrected paragraph may be longer or shorter than what stands in the file.
            where = (start + first, start + last if last < len(text) else end)
            rows.append((f"{doc_id}#{len(rows) + 1}", doc_id, city, section, *where, text[first:last], refs))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"start": int, "end": int})


def _split(text, *, longest=LONGEST):
    """Return start and end of stretches of a paragraph that end with a sentence; together they cover it.

    A sentence that is itself too long is cut at the end of a clause, and where it has none, there.

    >>> _split("第一句。第二句。第三句。", longest=8)
    [(0, 8), (8, 12)]
    """
    pieces = []
    for sentence in _SENTENCE.findall(text):
        for clause in [sentence] if len(sentence) <= longest else _CLAUSE.findall(sentence):
            pieces += [clause[i : i + longest] for i in range(0, len(clause), longest)]
    cuts, start, end = [], 0, 0
    for piece in pieces:
        if end > start and end + len(piece) - start > longest:
            cuts.append((start, end))
            start = end
        end += len(piece)
    return [*cuts, (start, end)] if end > start else cuts


def _paragraphs(text, frames, corrections):
    """Yield section, start, end and corrected text of each paragraph."""
    numbers, depths = [], []
    for start, end in _lines(text, frames):
        paragraph = text[start:end]
        depth = heading_depth(paragraph)
        if depth is not None:
            last = 0
            while depths and depths[-1] >= depth:
                depths.pop()
                last = numbers.pop()
            depths.append(depth)
            numbers.append(last + 1)
        for wrong, right in corrections:
            paragraph = paragraph.replace(wrong, right)
        yield ".".join(map(str, numbers)), start, end, paragraph


def heading_depth(paragraph):
    """Return the depth of a heading: 0 for 第一章 or 一、, 1 for （一）, 2 for ``1.``, 3 for ``(1)``; else None.

    Examples
    --------
    >>> heading_depth("一、2023年工作回顾"), heading_depth("（一）夯实基础。全年建成光网。"), heading_depth("推进应用")
    (0, None, None)
    """
    if len(paragraph) > LONGEST_HEADING or _MAIN_CLAUSE_END.search(paragraph[:-1]):
        return None
    return next((depth for depth, pattern in enumerate(HEADINGS) if pattern.match(paragraph)), None)


def _lines(text, frames):
    """Yield start and end of each paragraph outside the frames, blanks around it left out."""
    cuts = sorted({0, len(text), *(place for frame in frames for place in frame)})
    inside = [(a, b) for a, b in pairwise(cuts) if not any(f <= a and b <= g for f, g in frames)]
    for first, last in inside:
        start = first
        for found in [*BREAK.finditer(text, first, last), None]:
            end = found.start() if found else last
            piece = text[start:end]
            stripped = piece.strip(BLANK)
            if stripped:
                left = start + len(piece) - len(piece.lstrip(BLANK))
                yield left, left + len(stripped)
            start = found.end() if found else last


def front_matter(text, *, path):
    """Return the front matter of a record and where its body begins.

    Parameters
    ----------
    text, path
        As `record` takes them.

    Returns
    -------
    dict, int
        The fields of the front matter; the position of the first character after it.

    Raises
    ------
    cityanalysis.files.ReadError
        If there is none, or it is no YAML mapping.

    Examples
    --------
    >>> front_matter("---\\ncity: nanjing\\n---\\n## 2010\\n", path="nanjing.md")
    ({'city': 'nanjing'}, 22)
    """
    found = FRONT_MATTER.match(text)
    if not found:
        raise files.ReadError(f"{path}:1: expected front matter between two lines '---'; add it")
    try:
        fields = yaml.safe_load(found["yaml"])
    except yaml.YAMLError as error:
        raise files.ReadError(f"{path}: the front matter is not YAML ({str(error).splitlines()[0]}); mend it") from None
    if not isinstance(fields, dict):
        raise files.ReadError(f"{path}:2: expected lines 'name: value' in the front matter")
    return fields, found.end()


def record(text, *, path):
    """Yield the paragraphs of a record.

    Parameters
    ----------
    text : str
        The record as read.
    path : str or os.PathLike
        Its file, for messages.

    Yields
    ------
    section, start, paragraph, refs : str, int, str, list of str
        The period that heads it; where in `text` it begins; its text, without the citations at its end; the ids that it
        cites, in order, each once.

    Raises
    ------
    cityanalysis.files.ReadError
        If a paragraph stands before the first heading, has no citation, or has one within it.

    Examples
    --------
    >>> text = "---\\ncity: x\\n---\\n## 2010\\n\\n启动建设。[@a-1; @b-2]\\n"
    >>> list(record(text, path="x.md"))
    [('2010', 25, '启动建设。', ['a-1', 'b-2'])]
    """
    _, position = front_matter(text, path=path)
    section = None
    for line in text[position:].splitlines(keepends=True):
        start, position = position, position + len(line)
        content = line.strip()
        if not content:
            continue
        at = f"{path}:{text.count(chr(10), 0, start) + 1}"
        if content.startswith("## "):
            section = content[3:].strip()
            continue
        if section is None:
            raise files.ReadError(f"{at}: a paragraph before the first heading; put '## ' and its period above it")
        start += len(line) - len(line.lstrip())
        body = CITATIONS.sub("", content)
        refs = list(dict.fromkeys(CITED.findall(content[len(body) :])))
        if not refs:
            raise files.ReadError(f"{at}: a paragraph without a citation; end it in [@reference]")
        if not body:
            raise files.ReadError(f"{at}: a citation without a paragraph; put it at the end of the one it belongs to")
        if "[@" in body:
            raise files.ReadError(f"{at}: a citation within a paragraph; put all of them at its end")
        yield section, start, body, refs
