"""From a text to passages.

A *paragraph* is a line of the text; the headings above it number its *section*. A heading is a paragraph that
begins with a number (第一章, 第三条, 一、, （一）, 1., 1.1, ①, 一是, 附件1, 专栏1), even if it goes on with sentences,
or a title such as 2023年工作回顾; items of a list, rows of tables and lines of contents are none. A *passage* is a
paragraph, or a stretch of a long one that ends where a sentence does. This module is the one place that says where
sentences and clauses end. A *record* is a Markdown file of this project: front matter, then sections headed by a
period, under each paragraphs that end in their citations, Pandoc style.
"""

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
import yaml

from cityanalysis import files
from cityanalysis.characters import HAN

LONGEST = 240  # characters of a passage

# Where a sentence (句) ends; where one of its main clauses (分句) does, too; and where any clause does.
SENTENCE_END = "。！？!?…"
MAIN_CLAUSE_END = SENTENCE_END + "；;\n"
CLAUSE_END = MAIN_CLAUSE_END + "，,：:"
CLOSING = "”’」』）)》"  # quotes and brackets that belong to the sentence before them

BREAK = re.compile(r"\n|\u3000{2,}")  # some texts part paragraphs by runs of full-width spaces only
BLANK = " \t\u3000\xa0\u2003\ufeff"
LONGEST_HEADING = 40
FRONT_MATTER = re.compile(r"---\n(?P<yaml>.*?)\n---\n", re.DOTALL)
CITATIONS = re.compile(r"(?:\s*\[@[^\[\]]*\])+\s*\Z")
CITED = re.compile(r"@([a-z0-9]+(?:-[a-z0-9]+)*)")

_SENTENCE = re.compile(rf".*?[{SENTENCE_END}]+[{CLOSING}]*|.+\Z", re.DOTALL)
_CLAUSE = re.compile(rf".*?[{CLAUSE_END}、]+|.+\Z", re.DOTALL)  # a list of many items may have no other mark
_MAIN_CLAUSE_END = re.compile(rf"[{MAIN_CLAUSE_END}]")
_CLAUSE_END = re.compile(rf"[{CLAUSE_END}]")

# How the numbers of headings are written, by custom the outermost first; each pattern has one group.
_GAP, _CHINESE, _ARABIC = r"[ \t\u3000\xa0]*", "[〇零一二三四五六七八九十百]+", r"\d{1,2}"
_EITHER = rf"{_GAP}({_CHINESE}|\d{{1,3}}){_GAP}"
_WORD = rf"(?=\s|{HAN})(?!\s*(?:[万亿倍元吨米年月日个]|平方|公里|公顷))"  # behind a number that may be a quantity
_STYLES = {
    "annex": rf"附[件录表]{_GAP}({_CHINESE}|{_ARABIC}|(?=\s|\Z))(?![、．.\d])",
    "part": f"第{_EITHER}(?:[编篇]|部分)",
    "chapter": f"第{_EITHER}章",
    "subchapter": f"第{_EITHER}节",
    "article": f"第{_EITHER}条(?![、至和款规所之的])",
    "一、": f"({_CHINESE}){_GAP}[、．.，](?!{_CHINESE}[、．.，])",
    "（一）": rf"[（(〔［\[【]?{_GAP}({_CHINESE}){_GAP}[）)〕］\]】]",
    "1.": rf"({_ARABIC})(?:{_GAP}[、．.](?!\d)|(?=\s){_WORD})",
    **{"1" + n * ".1": rf"({_ARABIC}(?:[．.]{_ARABIC}){{{n}}})[．.]?{_WORD}" for n in (1, 2, 3)},
    "（1）": f"[（(]?{_GAP}({_ARABIC}){_GAP}[）)]",
    "①": "([①-⑳])",
    "一是": f"({_CHINESE})是",
    "box": f"专栏{_EITHER}",
}
_NUMBERED = re.compile("|".join(_STYLES.values()))
# Between two ranks is room for parts without a number above the second (two less), and their parts (one less).
_RANKS = {style: 4 * place for place, style in enumerate(_STYLES, start=1)}
_CONTENTS = re.compile(r"目\s*[录次]")
_PAGE = re.compile(r"(?:[.·…．‥]{2,}|[ \t\u3000])\s*\d{1,3}\Z")  # that ends a line of a table of contents
_ANNEXED = re.compile(rf"附[件录表]?{_GAP}[：:]")  # behind it stand the names of annexes
_TITLE = re.compile(rf"(?:{HAN}|[“\d])[^|{MAIN_CLAUSE_END}]{{2,}}(?<=[\w”》）])")
_YEAR = re.compile(r"\d{4}年.*(?<!日)(?<!月)(?<!报告)\Z")
_ENDED = re.compile(rf"[{MAIN_CLAUSE_END}：:][{CLOSING}]*\Z")

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
        heading; as printed, but counted on where no number is printed, or one that has been there), ``start`` and
        ``end`` (characters of `text`; where a correction changes the length of a long paragraph, the cuts within it are
        some characters off), ``text`` and ``refs`` (empty: only records cite).

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
    places = list(_lines(text, frames))
    sections = _sections([text[start:end] for start, end in places])
    for section, (start, end) in zip(sections, places, strict=True):
        paragraph = text[start:end]
        for wrong, right in corrections:
            paragraph = paragraph.replace(wrong, right)
        yield section, start, end, paragraph


class _Heading(NamedTuple):
    """The rank of a heading's style, its number, in 2.1 that of the heading above, and the next number in its style."""

    rank: int
    number: int = 0
    above: int = 0
    next: int = 0


def _sections(paragraphs):
    """Yield the section of each paragraph.

    A number is the printed one; where none is printed, or one that has been there before, it is counted on.

    >>> list(_sections(["一、甲", "（一）乙。丙丁。", "（三）戊。己庚。", "三、辛"]))
    ['1', '1.1', '1.3', '3']
    """
    numbered = _numbered(paragraphs)
    titles = _titles(paragraphs, numbered)
    following, ahead = None, {}  # the numbered heading behind each
    for at in sorted({*numbered, *titles}, reverse=True):
        ahead[at] = following
        following = numbered.get(at, following)
    opened, section = [], ""
    for at in range(len(paragraphs)):
        new, behind = numbered.get(at), ahead.get(at)
        if at in titles:
            year, begins = titles[at]
            new = _part(paragraphs[at], behind, opened, year=year, begins=begins)
        elif new and new.rank == _RANKS["box"] and behind and behind.number == 1:
            new = new._replace(rank=behind.rank - 2)  # what is numbered anew belongs to the box
        if new:
            _open(new, opened)
            section = ".".join(str(heading.number) for heading in opened)
        yield section


def _open(new, opened):
    """Close the headings that end where a new one begins, and open it."""
    ranks, place = [heading.rank for heading in opened], len(opened)
    if new.rank in ranks:
        place = ranks.index(new.rank)
    else:
        while place and ranks[place - 1] > new.rank:
            if new.number == 1 and opened[place - 1].next > opened[place - 1].number:
                break  # against custom, （一） stands under 1., for 2. is still to come
            place -= 1
    last = opened[place].number if place < len(opened) else 0
    del opened[place:]
    if new.above and not (opened and opened[-1].number == new.above):  # 2.1, but there was no 2.
        while opened and opened[-1].rank >= new.rank - 4:
            opened.pop()
        opened.append(_Heading(new.rank - 4, new.above))
        last = 0
    opened.append(new._replace(number=max(new.number, last + 1)))


def _numbered(paragraphs):
    """Return the headings that begin with a number, by place; of a run of numbers, all or none are headings."""
    listing = _contents(paragraphs)
    marks = {at: found for at, text in enumerate(paragraphs) if at not in listing and (found := _mark(text))}
    decimal = any(4 * found.lastindex == _RANKS["1.1"] for found in marks.values())
    runs, newest, listed = [], {}, set()
    for at, found in marks.items():
        style = found.lastindex
        above, number = [0, *map(_value, re.split("[．.]", found[style]))][-2:]
        if style not in newest or number <= newest[style][-1][1].number:
            newest[style] = []
            runs.append(newest[style])
        before, behind = (near in marks and marks[near].lastindex == style for near in (at - 1, at + 1))
        if at - 1 in listed or (at and 4 * style >= _RANKS["1."] and _ANNEXED.match(paragraphs[at - 1])):
            listed.add(at)
        heads = at not in listed and _heads(found, before=before, behind=behind, decimal=decimal)
        newest[style].append((at, _Heading(4 * style, number, above), heads))
    kept = {}
    for run in runs:
        if 2 * sum(heads for *_, heads in run) > len(run):
            kept |= {at: heading for at, heading, _ in run}
    later = {}
    for at in sorted(kept, reverse=True):
        rank, number, above, _ = kept[at]
        kept[at] = _Heading(rank, number, above, later.get(rank, 0))
        later[rank] = number
    return kept


def _contents(paragraphs):
    """Return where the lines of a table of contents stand: from its title to where its first line comes again.

    >>> _contents(["规划", "目 录", "一、甲1", "二、乙3", "一、甲", "二、乙"])
    range(2, 4)
    """
    title = next((at for at, text in enumerate(paragraphs[:-1]) if _CONTENTS.fullmatch(text)), None)
    if title is None:
        return range(0)
    first, *lines = (text.rstrip(BLANK + ".·…．‥0123456789") for text in paragraphs[title + 1 :])
    return range(title + 1, title + 2 + lines.index(first) if first in lines else title)


def _mark(text):
    """Return the number with which a paragraph begins; none of a row of a table, a line of contents, 一、…；二、…。"""
    found = _NUMBERED.match(text)
    if not found or " | " in text or _PAGE.search(text, found.end()):
        return None
    end = _MAIN_CLAUSE_END.search(text, found.end())
    again = end and _NUMBERED.match(text, end.end())
    return None if again and again.lastindex == found.lastindex else found


def _value(numeral):
    """Return the number of a numeral.

    >>> [_value(numeral) for numeral in ("二十一", "一百零三", "１２", "③", "")]
    [21, 103, 12, 3, 0]
    """
    if numeral.isdecimal():
        return int(numeral)
    value, digit = 0, 0
    for number in map(int, map(unicodedata.numeric, numeral)):
        if number in (10, 100):
            value, digit = value + number * (digit or 1), 0
        else:
            digit = number
    return value + digit


def _heads(found, *, before, behind, decimal):
    """Return whether a paragraph with a number is a heading, or begins with one.

    `before`, `behind`: the neighbour has a number of the same style; `decimal`: the text has numbers such as 1.1.

    >>> texts = "（一）光网", "（一）光网。", "（一）光网。全年建成。", "（一）光网；"
    >>> [_heads(_mark(text), before=False, behind=True, decimal=False) for text in texts]
    [True, False, True, False]
    """
    style, rest = 4 * found.lastindex, found.string[found.end() :]
    end, alone = _MAIN_CLAUSE_END.search(rest), not (before or behind)
    bare = not end and len(found.string) <= LONGEST_HEADING
    if rest.endswith(("；", ";", "，", ",", "、")):
        return False  # an item of a list
    if style < _RANKS["article"]:
        return bare and not (style == _RANKS["annex"] and behind)
    if style == _RANKS["1."] and found.end() == found.end(found.lastindex):
        return bare and decimal
    if not end or not rest[end.end() :].strip(SENTENCE_END + CLOSING):  # one sentence, or none
        return bool(rest) and style != _RANKS["一是"] and (style <= _RANKS["一、"] or alone or bare)
    return style <= _RANKS["（一）"] or alone or (end[0] in SENTENCE_END and end.start() < LONGEST_HEADING)


def _titles(paragraphs, numbered):
    """Return the lines that may head a part without a number, by place, each with two signs that it does.

    It is one of several that name a year; it is one of several with numbers of a kind behind them that begin anew.
    """
    found = {}
    for at, (before, text, behind) in enumerate(zip(paragraphs, paragraphs[1:], paragraphs[2:], strict=False), start=1):
        if len(text) > LONGEST_HEADING or at in numbered or not _TITLE.fullmatch(text):
            continue
        year = bool(_YEAR.search(text))
        if (at + 1 in numbered or _ENDED.search(behind)) and (year or _ENDED.search(before)):
            found[at] = year
    firsts = {
        at: numbered[behind].rank
        for at, behind in pairwise(sorted({*numbered, *found}))
        if at in found and behind in numbered and numbered[behind].number == 1
    }
    years, ranks = sum(found.values()), Counter(firsts.values())
    return {at: (year and years > 1, ranks[firsts.get(at)] > 1) for at, year in found.items()}


def _part(title, following, opened, *, year, begins):
    """Return the heading of a part without a number, if its title is one."""
    inner = any(heading.next > heading.number for heading in opened)
    first = following is None or following.number == 1
    if opened and opened[0].rank % 4 == 2 and (year or (first and not inner)):
        return _Heading(opened[0].rank + (not year and bool(_CLAUSE_END.search(title))))
    if (year and not inner) or (begins and not opened):
        return _Heading(_RANKS["part"] - 2)
    anew = following and any(heading.rank == following.rank for heading in opened)
    if following and first and (year or begins or anew):
        return _Heading(following.rank - 2)
    return None


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
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a value may look like a date, and be none
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
