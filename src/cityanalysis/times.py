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
YEARS = ("year", "five-year plan", "decade")
PLAN_LIKE = ("five-year plan", "decade")  # after one of these, 同年 tells no year

# What tells whether a time lies behind or ahead. Of 计划 and 规划 only the verbs count.
STOP = re.compile(r"[。！？；!?;\n]")
COMMA = re.compile(r"[，,：:。！？；!?;\n]")
NAMED = re.compile(r"年?度?的?(?:《|“)?[^，。；、]{0,8}?(?:规划|计划|纲要|方案|版|要点)")
COMPARED = re.compile(r"(?:比|较|与|同|从|由|前)\s*$")
SINCE = re.compile("起|开始|以来|前")
TOWARDS = re.compile(r"(?:到|至)\s*$")
BY = re.compile(r"^(?:之?前(?![后三两二四五\d])|以前|止)")
GROWN = re.compile(r"从|由|[增涨升扩]\w{0,6}$|截[至止到]|说到$|以来到$")
DONE = re.compile(r"已|了|曾|累计|共有|只|获|约有|超出|没有")
TOLD = re.compile(r"^\S{0,16}?(?:印发|公布|发布|出台|通过|挂牌|揭牌|签约|提出|宣布|成立|启动|批准|批复|报道|回顾|施行)")
FORWARD = re.compile(
    r"要求|提出|目标|力争|争取|确保|预计|预期|测算|打算|定[出于下为]|期限|实施期|管$|将(?![军领士])|拟(?![人态合真])|有望|准备"
    r"|(?<![动年的”》期项体设期作])(?:计划|规划)(?=[在于到用投建把]|\W*$)|要(?![素求点闻道塞害件])|下一步|着力"
)
BEHIND = re.compile(r"^\S{0,12}?要(?![素求点闻道塞害件])|^\S{0,6}?(?:将(?![军领士])|拟(?![人态合真])|预计)")


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
        start, end = match.span()
        around = _around(plain, start, end)
        resolved = dates.resolve(match, before, document, bool(_forward(around)))
        if resolved is None:
            continue
        if found and resolved[0] and (joined := _join(found[-1], resolved, plain, start)):
            resolved, start = joined, found.pop().start
            around = _around(plain, start, end)
        interval = tuple(day.isoformat() if day else "" for day in resolved[:2])
        titled = any(first <= start < last for first, last in titles)
        time = Time(start, end, *interval, *resolved[2:], "")
        if not titled:
            time = time._replace(status=_status(time, plain[start:end], around, published, found))
        found.append(time)
        if resolved[0] and not titled and time.status != "target" and resolved[2] not in PLAN_LIKE:
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


class _Around(NamedTuple):
    """What stands around a time, to the ends of its sentence and of its clause."""

    head: int  # where the sentence begins
    before: str
    after: str
    left: str
    right: str


def _around(text, start, end):
    """Return what stands around a stretch of text, at most 120 characters either way."""
    head = max((stop.end() for stop in STOP.finditer(text, max(0, start - 120), start)), default=max(0, start - 120))
    stop = STOP.search(text, end, end + 120)
    before, after = text[head:start], text[end : stop.start() if stop else end + 120]
    return _Around(head, before, after, COMMA.split(before)[-1], COMMA.split(after, maxsplit=1)[0])


def _forward(around):
    """Say whether the words around a time speak of what lies ahead."""
    return FORWARD.search(around.before) or BEHIND.match(around.right) or BY.match(around.right)


def _status(time, named, around, published, found):
    """Return what a text tells of a time: achieved, planned, target, or nothing.

    Cues are looked for in its clause and sentence; rules, not learned from anything. `found` are the times before it.
    """
    _, before, after, left, right = around
    single = time.date_from[:4] == time.date_to[:4]
    silent = not re.search(r"\w", before + after)
    if silent or named.endswith(("大", "全会")) or (NAMED.match(right) and not single):
        return ""
    if COMPARED.search(left) and not SINCE.match(right):
        return ""
    ahead = bool(published and time.date_from[: len(published)] > published)
    if published and not ahead and time.date_to and time.date_to < published:
        return "achieved"
    forward = _forward(around) or ahead
    last = found[-1] if found else None
    if last and last.status == "target" and last.start >= around.head and time.date_from > last.date_from:
        forward = True
    to = TOWARDS.search(left)
    if BY.match(right) or (to and time.precision in YEARS and not GROWN.search(left)):
        return "achieved" if DONE.search(right) and not forward else "target"
    if not forward or (TOLD.match(right) and not FORWARD.search(left)):
        return "achieved"
    return "target" if to or time.precision in YEARS else "planned"


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
