"""From texts to times: what a text names of the calendar, the interval of each, and what is told of it.

Which expressions are known, and the interval of each, is said in `cityanalysis.dates`. Here they are resolved in the
order of the text, so that 同年 finds its year, and given a status:

- ``target``: something is to be reached by it (到2022年, 2025年底前, 力争2030年);
- ``planned``: something is set or announced for it (计划, 将, 要, 预计), or it begins after the document's date;
- ``achieved``: it is told as having been so;
- empty: it stands in a title, names a plan or is a base of comparison, or nothing is said of it.
"""

import re
from datetime import date
from typing import NamedTuple

from cityanalysis import dates

STATUSES = ("achieved", "planned", "target")
# One level of titles within a title, as 《关于印发〈…〉的通知》 is sometimes written with 《》 inside, too.
TITLE = re.compile(r"《((?:[^《》\n]|《[^《》\n]*》){1,120})》")
PLAN_LIKE = ("five-year plan", "decade")  # after one of these, 同年 tells no year

# What tells, in its clause or sentence, whether the time of a passage is behind it or ahead.
NAMED = re.compile(r"年?[度版]?(?:的|—|-)?(?:《|“)?[^，。；、]{0,6}?(?:规划|计划|纲要|方案|版|报告)")
TOWARDS = re.compile(r"(?:到|至|力争|争取|确保|目标|完成期限)[为是在于到的]?\s*$")
BY = re.compile(r"^\s*(?:之?前(?!后|三|[两二四五]|\d)|以前|止)")
AIMED = re.compile(r"力争|争取|目标|确保|要达到|要建成|要实现|定下|指标")
AHEAD = re.compile(
    r"将(?![军领士])|拟(?![人态合真])|计划|规划|预计|打算|准备|有望|提出|设想|要(?![素求点闻道塞害件])|安排|预期|下一步|着力|推动|争取"
)
DONE = re.compile(r"已|了|过去|曾|累计|截[至止]|共有|成为|达到?了|至今|获|全年完成|建成了")
COMPARED = re.compile(r"(?:比|较|与|同|和)\s*$")
STOP = re.compile(r"[。！？；!?;\n]")
COMMA = re.compile(r"[，,：:。！？；!?;\n]")


class Time(NamedTuple):
    """A time that a text names; what is not known is empty."""

    start: int
    end: int
    date_from: str
    date_to: str
    precision: str  # one of dates.PRECISIONS
    anchor: str  # one of dates.ANCHORS: what resolved it, itself, the text before it or the document's date
    status: str  # one of STATUSES


def find(text, *, published=""):
    """Find the times that a text names, and resolve them.

    Parameters
    ----------
    text : str
        Any text.
    published : str
        The date of the document, ``2024``, ``2024-01`` or ``2024-01-20``, from which 今年 is counted; empty where it
        has none.

    Returns
    -------
    list of Time
        In order, none across another. ``date_from`` and ``date_to`` are ISO 8601 days, both empty where the time
        is left open.

    Examples
    --------
    >>> for time in find("2018年12月印发，次年3月施行，到“十四五”末覆盖全市。去年底已达八成。"):
    ...     print(time[2:])
    ('2018-12-01', '2018-12-31', 'month', 'own', 'achieved')
    ('2019-03-01', '2019-03-31', 'month', 'text', 'achieved')
    ('2025-01-01', '2025-12-31', 'year', 'own', 'target')
    ('', '', '', '', 'achieved')
    >>> find("去年底", published="2021-02")[0][2:5]
    ('2020-12-01', '2020-12-31', 'month')
    """
    plain = text.translate(dates.WIDTH)
    titles = [title.span() for title in TITLE.finditer(plain)]
    document = tuple(map(int, published.split("-"))) if published else ()
    found, before = [], None
    for match in dates.TIME.finditer(plain):
        resolved = dates.resolve(match, before, document)
        if resolved is None:
            continue
        start, end = match.span()
        if found and resolved[0] and (joined := _join(found[-1], resolved, plain, start)):
            resolved, start = joined, found.pop().start
        interval = tuple(day.isoformat() if day else "" for day in resolved[:2])
        titled = any(first <= start < last for first, last in titles)
        status = "" if titled else _status(plain, start, end, interval, published)
        found.append(Time(start, end, *interval, *resolved[2:], status))
        if resolved[0] and not titled and status != "target" and resolved[2] not in PLAN_LIKE:
            before = resolved
    return found


def _join(last, resolved, text, start):
    """Return one time for two that are the ends of a range, else None."""
    between = text[last.end : start]
    if not last.date_from or not re.fullmatch(dates.TO, between) or last.precision in PLAN_LIKE:
        return None
    first = date.fromisoformat(last.date_from)
    if first > resolved[0]:
        return None
    anchor = max(last.anchor, resolved[3], key=dates.ANCHORS.index)
    return (first, resolved[1], resolved[2], anchor)


def _status(text, start, end, interval, published):
    """Return what a text tells of a time: achieved, planned, target, or nothing.

    Cues are looked for in the time's sentence, the nearer ones first; rules, not learned from anything.
    """
    head = max((stop.end() for stop in STOP.finditer(text, max(0, start - 120), start)), default=max(0, start - 120))
    tail = STOP.search(text, end, end + 120)
    sentence = (text[head:start], text[end : tail.start() if tail else end + 120])
    left = COMMA.split(sentence[0])[-1]
    right = COMMA.split(sentence[1], maxsplit=1)[0]
    if not re.search(r"\w", left + right):
        return ""
    past = bool(published and interval[1] and interval[1] < published)
    done = DONE.search(left[-8:]) or DONE.search(right) or past
    if COMPARED.search(left) or NAMED.match(right):
        return ""
    if TOWARDS.search(left) or BY.match(right) or AIMED.search(left):
        return "achieved" if done else "target"
    if AHEAD.search(right) or AHEAD.search(sentence[0][-30:]):
        return "achieved" if done and not AHEAD.search(left) else "planned"
    if published and interval[0][: len(published)] > published:
        return "planned"
    return "achieved"


def tag(passages, *, published=""):
    """Tag the times of passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``, and ``doc_id`` where `published` is a mapping.
    published : str or dict of str to str
        The date of the documents, or that of each ``doc_id``, as `find` takes it.

    Returns
    -------
    pandas.DataFrame
        Columns ``passage_id, start, end, kind, text, date_from, date_to, precision, anchor, status``, in order.

    Examples
    --------
    >>> import pandas as pd
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["今年9月启动"]})
    >>> tag(passages, published="2020").iloc[0, 4:].tolist()
    ['今年9月', '2020-09-01', '2020-09-30', 'month', 'document', 'achieved']
    """
    import pandas as pd

    days = [published] * len(passages) if isinstance(published, str) else passages["doc_id"].map(published)
    rows = [
        (passage, time.start, time.end, "time", text[time.start : time.end], *time[2:])
        for passage, text, day in zip(passages["passage_id"], passages["text"], days, strict=True)
        for time in find(text, published=day)
    ]
    return pd.DataFrame(rows, columns=["passage_id", "start", "end", "kind", "text", *Time._fields[2:]])


def spans(passages, tags):
    """Return the span of time that each passage tells of: of its times that are no targets, else of its heading.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``section``.
    tags : pandas.DataFrame
        Their times, as `tag` gives them.

    Returns
    -------
    pandas.DataFrame
        Columns ``date_from, date_to``, ISO 8601 days, a row a passage, indexed like the passages; empty where neither
        text nor heading names a time. A heading that ends in 以来 has no last day.

    Examples
    --------
    >>> import pandas as pd
    >>> passages = pd.DataFrame({"passage_id": ["a#1", "a#2"], "section": ["2012", "2015年以来"]})
    >>> passages["text"] = ["2011年启动", ""]
    >>> spans(passages, tag(passages)).to_numpy().tolist()
    [['2011-01-01', '2011-12-31'], ['2015-01-01', '']]
    """
    import pandas as pd

    told = tags[(tags["kind"] == "time") & (tags["status"] != "target") & (tags["date_from"] != "")]
    told = told.groupby("passage_id").agg(date_from=("date_from", "min"), date_to=("date_to", "max"))
    headings = {}
    for section in passages["section"].unique():
        named = [time for time in find(section if "年" in section else f"{section}年") if time.date_from]
        last = "" if re.search(r"(?:以来|至今|[-—–]{1,2})$", section) or not named else named[-1].date_to
        headings[section] = (named[0].date_from if named else "", last)
    rows = [
        told.loc[passage] if passage in told.index else headings[section]
        for passage, section in zip(passages["passage_id"], passages["section"], strict=True)
    ]
    return pd.DataFrame(list(map(tuple, rows)), columns=["date_from", "date_to"], index=passages.index)
