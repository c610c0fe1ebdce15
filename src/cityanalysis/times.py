"""Times: what a text names of the calendar, the interval of each, and what is told of it.

The interval is the named date's own span, whatever stands round it (截至, 到, 以来, 前后, 前); ``docs/marking.md``,
section Times, says what each expression stands for. Those that name no year are counted:

- 今年, 近三年, 未来五年 and the like from the document's date;
- 同年, 次年, 同月, 次日, 8日 and the like from the text before;
- 9月, 上半年, 年底, 年内, 全年: of the year of the text before, else of the document's; told as done in a document of
  January or February, of the year before.

What cannot be resolved is left open. *The text before* is the last single year, month or day that the same text has
named, where that is no target and stands in no title. A month or a part of a year that is counted from the
document's date must have begun by then or be told as lying ahead, but for 年底 and 年内, which look ahead anyway.

Characters lost between figures (201911月, 20181212日) are allowed for where only one reading is left.

The status is:

- ``target``: something is to be reached by it (到2022年, 2025年底前, 力争2030年);
- ``planned``: something is set or announced for it (计划, 将, 要, 预计), or it begins after the document's date;
- ``achieved``: it is told as having been so;
- empty: it stands in a title, names a plan or is a base of comparison, or nothing is said of it.
"""

import calendar
import datetime
import functools
import re
from typing import NamedTuple

import pandas as pd

from cityanalysis import documents

ANCHORS = ("own", "text", "document")  # what resolves a time: itself, the text before it, the document's date

HAN = "〇一二三四五六七八九"
WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, ord("零"): "〇", ord("○"): "〇"}
PLANS = {"九五": 1996, "十五": 2001, "十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
PLANS |= {"六五": 1981, "七五": 1986, "八五": 1991}
# First and last day of the Communist Party's congresses and of those sessions that policy writing dates by.
MEETINGS = {
    **{"十五": ("1997-09-12", "1997-09-18"), "十六": ("2002-11-08", "2002-11-14")},
    **{"十七": ("2007-10-15", "2007-10-21"), "十八": ("2012-11-08", "2012-11-14")},
    **{"十九": ("2017-10-18", "2017-10-24"), "二十": ("2022-10-16", "2022-10-22")},
    **{"十八届三": ("2013-11-09", "2013-11-12"), "十八届四": ("2014-10-20", "2014-10-23")},
    **{"十八届五": ("2015-10-26", "2015-10-29"), "十八届六": ("2016-10-24", "2016-10-27")},
    **{"十九届三": ("2018-02-26", "2018-02-28"), "十九届四": ("2019-10-28", "2019-10-31")},
    **{"十九届五": ("2020-10-26", "2020-10-29"), "十九届六": ("2021-11-08", "2021-11-11")},
    **{"二十届二": ("2023-02-26", "2023-02-28"), "二十届三": ("2024-07-15", "2024-07-18")},
}
DOCUMENT_YEARS = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1, "后年": 2}
TEXT_YEARS = {"同年": 0, "当年": 0, "该年": 0, "这一年": 0, "全年": 0, "年内": 0, "次年": 1, "翌年": 1, "上年": -1}
TEXT_YEARS |= {"上一年": -1, "前一年": -1}
TEXT_MONTHS = {"同月": 0, "当月": 0, "次月": 1}
TEXT_DAYS = {"同日": 0, "当日": 0, "当天": 0, "次日": 1, "翌日": 1}
SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12}
LOOKS_BACK = 2  # until February, what is told as done is of the year before
THIRDS = {"": (0, 9), "初": (0, 3), "中": (4, 6), "末": (7, 9), "后": (7, 9)}

S = r"[ \t]{0,3}"
TO = rf"{S}(?:[-–—―~〜至到]|——){S}"
YEAR = rf"(?:(?:(?<!\d)|(?<=(?<!\d)20\d\d))(?:1[6-9]|20)\d\d|(?:一[八九]|二〇)[{HAN}]{{2}})"
MONTH = r"(?:(?<!\d)(?:1[0-2]|0?[1-9])|(?<![一二三四五六七八九十几])(?:十[一二]?|[一二三四五六七八九]))"
DAY = r"(?:(?<!\d)(?:[12]\d|3[01]|0?[1-9])|(?:二?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九]))"
# Of a year: what may follow 2018年 or 去年, or stand by itself.
MONTHS = (
    rf"{MONTH}{S}(?:月?{TO}{MONTH}{S})?月(?![龄球]|[一三九](?![日号十]))份?"
    rf"(?:{S}{DAY}{S}(?:[日号]?{TO}{DAY}{S})?[日号]|[上中下]旬|[底末]|初(?![步级中次始]))?"
)
PART = rf"上半年|下半年|第?[一二三四1-4]{S}季度|前[三3]个?季度|{MONTHS}"
ENDS = r"年?[底末]|年初|初(?![步级中次始期衷心])|年中|中(?![\u4e00-\u9fff])|岁末"
# With characters lost between the figures: 2019|11月, 2018|1212日.
LOST = r"(?:(?:1[0-2]|0?[1-9])月份?|(?:1[0-2]|0[1-9])(?:[0-2]\d|3[01])[日号])"
N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2})"

# Every kind of expression; `RULES` resolves it under the same name.
FORMS = {
    "range": rf"""(?P<first>{YEAR}){TO}(?P<last>(?:1[6-9]|20)\d\d|(?:一[八九]|二〇)[{HAN}]{{2}})
        (?:{S}(?:年度?|学年)|(?![\d.,%万亿多余家个户人项次元套台辆座名条处公平米月/-]))""",
    "dotted": r"""(?<![\d.])(?:19|20)\d\d(?:(?P<dot>[./-])(?:1[0-2]|0?[1-9])(?P=dot)(?:[12]\d|3[01]|0?[1-9])
        |\.(?:1[0-2]|0[1-9])|-0[1-9])(?![\d%万亿]|[.-]\d)""",
    "absolute": rf"""(?P<year>{YEAR}){S}(?:年度?(?!级)|(?={LOST}))
        (?:{S}的?(?P<of_year>{PART}|{ENDS}|[春夏秋冬][季天]?|{LOST}))?""",
    "short": r"(?<![\d.])0\d年",
    "counted": rf"""(?P<word>(?<!如)今年(?![轻龄])|(?<!基)本年|(?<!过)去年|前年(?![均度产检])
        |明年|(?<![今此以之前])后年(?![均度])|同年(?![级龄代])|当年|该年|全年(?!无休|不|候)
        |(?<![\d{HAN}十两几数多])年内|次年|翌年|(?<!以)上年(?![龄轻纪均限])|[上这]一年|(?<!提)前一年)
        度?(?:{S}的?(?P<of_word>{PART}|{ENDS}))?
        |(?P<alone>(?<![\d个每各近逐.两几第])(?<!每年){PART}
        |(?<![\d{HAN}十每逐历几数多半近])(?:年[初底末]|年中(?![\u4e00-\u9fff])|岁末))""",
    "plan": rf"""(?P<open_quote>[“"「‘'])?(?P<ordinal>{"|".join(sorted(PLANS, key=len)[::-1])})(?P<quote>[”"」’'])?
        (?!普法)(?P<cue>(?=期间|时期|规划|计划|以来|末|初))?(?P<of_plan>期?末|初期?)?""",
    "meeting": r"""(?P<party>党的|中共)?(?P<nth>十[五六七八九]|二十)大
        (?P<held>(?=[”"]?(?:以来|报告|召开|精神|提出|之?后|之?前|上)))?
        |(?:党的)?(?P<plenum>(?:十[八九]|二十)届[二三四五六])中全会""",
    "decade": rf"""(?P<century>(?:\d\d|二十|上){S}世纪)?(?P<tens>[1-9]0|[一二三四五六七八九]十){S}年代
        (?P<third>初期?|中期|末期?|后期)?""",
    "years_on": rf"""(?P<toward>最?近|过去|未来|今后|(?<![提之以此目学])前)的?{S}
        (?P<n>{N}){S}(?P<more>多|余)?个?年(?P<since>[来间里内]|多来)?
        |(?<![\d第{HAN}十])(?P<n_since>{N})(?P<more_since>[多余])?年(?P<over>多)?来(?![自看说源临到得宾访])""",
    "open": rf"近(?:些|几)?年来?|[多数几]年来|未来{N}{TO}{N}年|(?:本|上|2\d|二十一?)世纪[初末]",
    "near": rf"""(?P<near_month>同月|当月|次月)(?P<of_month>{DAY}{S}[日号]|[初底末])?
        |(?<![\d{HAN}十个])(?P<month_end>月[初底末])
        |(?P<near_day>同日|当日|当天|次日|翌日)
        |(?P<day>(?<![\d.:十{HAN}])(?:[12]\d|3[01]|0?[1-9])){S}日(?![均内以常报元照本前游产])""",
}
TIME = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in FORMS.items()), re.VERBOSE)
MONTH_FORM = re.compile(
    rf"(?P<m1>{MONTH}){S}(?:月?{TO}(?P<m2>{MONTH}){S})?月份?"
    rf"(?:{S}(?P<d1>{DAY}){S}(?:[日号]?{TO}(?P<d2>{DAY}){S})?[日号]|(?P<third>[上中下]旬|[初底末]))?"
)


@functools.cache
def _number(text):
    """Return the number that a few Arabic or Chinese digits say."""
    text = text.strip().replace("两", "二")
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (HAN.index(tens) if tens else 1) + (HAN.index(ones) if ones else 0)
    return int("".join(str(HAN.index(digit)) for digit in text))


OPEN = (None, None, "", "")


def _whole(precision, year, month=1, day=None, *, months=12, anchor="own"):
    """Return the time of some months of a year, or of one of its days; `OPEN` where there is none such."""
    real = day is None or 1 <= day <= calendar.monthrange(year, month)[1]
    if not (1 <= year < 9990 and months > 0 and real):
        return OPEN
    if day is not None:
        return (datetime.date(year, month, day), datetime.date(year, month, day), precision, anchor)
    to_year, before = divmod(12 * year + month + months - 2, 12)
    last = calendar.monthrange(to_year, before + 1)[1]
    return (datetime.date(year, month, 1), datetime.date(to_year, before + 1, last), precision, anchor)


def _within(form, year, anchor):
    """Return the time of a part of a year, such as 上半年 or 9月底; without a part, of the year."""
    form = re.sub(r"^\s*的?\s*", "", form or "")
    months = MONTH_FORM.fullmatch(form)
    if months:
        return _months(months, year, anchor)
    if lost := re.fullmatch(r"(\d\d)(\d\d)[日号]", form):
        return _whole("day", year, int(lost[1]), int(lost[2]), anchor=anchor)
    first, n, precision = 1, 12, "year"
    if form.endswith("半年"):
        first, n, precision = 1 if form[0] == "上" else 7, 6, "half-year"
    elif form.endswith("季度"):
        first, n = (1, 9) if form[0] == "前" else (3 * _number(form.lstrip("第")[0]) - 2, 3)
        precision = "quarter"
    elif form[:1] in SEASONS:
        first, n, precision = SEASONS[form[0]], 3, "quarter"
    elif form:
        first, n, precision = {"初": 1, "中": 6}.get(form[-1], 12), 1, "month"
    return _whole(precision, year, first, months=n, anchor=anchor)


def _months(form, year, anchor):
    """Return the time of a month, of a stretch of one or of some months, as `MONTH_FORM` has matched them."""
    first = _number(form["m1"])
    if form["m2"]:
        return _whole("month", year, first, months=_number(form["m2"]) - first + 1, anchor=anchor)
    if form["d1"]:
        days = [
            _whole("day", year, first, _number(day), anchor=anchor) for day in (form["d1"], form["d2"] or form["d1"])
        ]
        return (days[0][0], *days[1][1:]) if OPEN not in days and days[0] <= days[1] else OPEN
    whole = _whole("month", year, first, months=1, anchor=anchor)
    if not form["third"] or whole is OPEN:
        return whole
    days = {"上": (1, 10), "初": (1, 10), "中": (11, 20)}.get(form["third"][0], (21, whole[1].day))
    return (*(whole[0].replace(day=day) for day in days), "ten days", anchor)


def _range(match, *_):
    """Return the time of a range of years."""
    first, last = _number(match["first"]), _number(match["last"])
    return _whole("year", first, months=12 * (last - first + 1))


def _dotted(match, *_):
    """Return the time of a date in figures alone."""
    numbers = list(map(int, re.split(r"[./-]", match["dotted"])))
    return _whole("day" if len(numbers) == 3 else "month", *numbers, months=1)


def _plan(match, *_):
    """Return the time of a five-year plan; the numerals 十五 and the like are one only in quotes or before 规划."""
    plan, sure = match["ordinal"], (match["open_quote"] and match["quote"]) or match["cue"] is not None
    if not sure and (len(plan) == 2 or match["of_plan"]):
        return None
    year = PLANS[plan]
    if part := match["of_plan"]:
        return _whole("year", year if part[0] == "初" else year + 4)
    return _whole("five-year plan", year, months=60)


def _meeting(match, *_):
    """Return the days of a congress or a session; 十五大 is a congress only after 党的 or before 以来 and the like."""
    if match["nth"] and not match["party"] and match["held"] is None:
        return None
    known = MEETINGS.get(match["nth"] or match["plenum"])
    return (*map(datetime.date.fromisoformat, known), "day", "own") if known else OPEN


def _decade(match, *_):
    """Return the time of a decade, or of a part of one; bare 90年代 is the last century's."""
    decade, century = _number(match["tens"]), match["century"]
    if century:
        year = 100 * (19 if century[0] == "上" else _number(century.replace("世纪", "")) - 1) + decade
    elif decade >= 30:
        year = 1900 + decade
    else:
        return OPEN
    first, last = THIRDS[(match["third"] or "")[:1]]
    return _whole("decade", year + first, months=12 * (last - first + 1))


def _years_on(match, _before, document, _ahead):
    """Return the time of years that are counted on or back from the document's date."""
    toward, n = match["toward"] or "近", _number(match["n"] or match["n_since"])
    since = match["since"] or match["n_since"]
    if not document or toward == "前" or (toward in ("近", "最近") and n > 5 and not since):
        return OPEN  # 近十年 may as well be nearly ten years
    if n == 1 and toward == "近":
        toward = "过去"  # 一年来 looks back on a whole year
    n += bool(match["more"] or match["more_since"] or match["over"] or match["since"] == "多来")
    year = document[0]
    first = {"过去": year - n, "未来": year, "今后": year}.get(toward, year - n + 1)
    return _whole("year", first, months=12 * n, anchor="document")


def _counted(match, before, document, ahead):
    """Return the time of a year that is counted, or of a part of a year that names none."""
    word, form = match["word"], match["of_word"] or match["alone"] or ""
    if word in DOCUMENT_YEARS:
        return _within(form, document[0] + DOCUMENT_YEARS[word], "document") if document else OPEN
    if before and before[0].year == before[1].year:
        return _within(form, before[0].year + TEXT_YEARS.get(word, 0), "text")
    if not document or word in ("同年", "当年", "该年", "次年", "翌年", "上年", "上一年", "前一年"):
        return OPEN
    time = _within(form, document[0], "document")
    if ahead:
        return time
    if len(document) > 1 and document[1] <= LOOKS_BACK:
        return _within(form, document[0] - 1, "document")
    begun = len(document) > 1 and time[0] and time[0].month <= document[1]
    return time if (begun and word is None) or word == "年内" or form == "年底" else OPEN


def _near(match, before, *_):
    """Return the time of a day or month that is counted from the month or day that the text names before."""
    month = before and (before[0].year, before[0].month) == (before[1].year, before[1].month)
    if match["near_day"]:
        if not before or before[0] != before[1]:
            return None  # 当日办结 is no date
        day = before[0] + datetime.timedelta(days=TEXT_DAYS[match["near_day"]])
        return (day, day, "day", "text")
    if not month:
        return OPEN if match["day"] else None
    year, first = before[0].year, before[0].month
    if match["day"]:
        return _whole("day", year, first, int(match["day"]), anchor="text")
    if match["near_month"]:
        first += TEXT_MONTHS[match["near_month"]]
    form = match["of_month"] or (match["month_end"] or "")[1:]
    return _within(f"{(first - 1) % 12 + 1}月{form}", year + (first - 1) // 12, "text")


# From a match of `TIME`, the last time that the text named before (None if there is none), the document's year, month
# and day, as many as are known, and whether the text tells of it as lying ahead, to the first and the last day, the
# precision and the anchor: `OPEN` where that cannot be known, None where the match is no time after all.
RULES = {
    "range": _range,
    "dotted": _dotted,
    "absolute": lambda match, *_: _within(match["of_year"], _number(match["year"]), "own"),
    "short": lambda match, *_: _whole("year", 2000 + int(match["short"][:2])),
    "counted": _counted,
    "plan": _plan,
    "meeting": _meeting,
    "decade": _decade,
    "years_on": _years_on,
    "open": lambda *_: OPEN,
    "near": _near,
}


# One level of titles within a title, as 《关于印发〈…〉的通知》 is sometimes written with 《》 inside, too.
TITLE = re.compile(r"《((?:[^《》\n]|《[^《》\n]*》){1,120})》")
YEARS = ("year", "five-year plan", "decade")
PLAN_LIKE = ("five-year plan", "decade")  # after one of these, 同年 tells no year

# What tells whether a time lies behind or ahead. Of 计划 and 规划 only the verbs count.
STOP = re.compile(rf"[{documents.MAIN_CLAUSE_END}]")
COMMA = re.compile(rf"[{documents.CLAUSE_END}]")
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
    precision: str  # day, ten days, month, quarter, half-year, year, five-year plan or decade
    anchor: str  # one of ANCHORS
    status: str  # achieved, planned or target


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
    plain = text.translate(WIDTH)
    titles = [title.span() for title in TITLE.finditer(plain)]
    document = tuple(map(int, published.split("-"))) if published else ()
    found, before = [], None
    for match in TIME.finditer(plain):
        start, end = match.span()
        around = _around(plain, start, end)
        resolved = RULES[match.lastgroup](match, before, document, _forward(around))
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
    if not last.date_from or not re.fullmatch(TO, between) or last.precision in PLAN_LIKE:
        return None
    first, anchor = datetime.date.fromisoformat(last.date_from), max(last.anchor, resolved[3], key=ANCHORS.index)
    return (first, *resolved[1:3], anchor) if first <= resolved[0] else None


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
    """Return what the clause and the sentence tell of a time; `found` are the times before it."""
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
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["今年9月启动"]})
    >>> tag(passages, published="2020").iloc[0, 4:].tolist()
    ['今年9月', '2020-09-01', '2020-09-30', 'month', 'document', 'achieved']
    """
    days = [published] * len(passages) if isinstance(published, str) else passages["doc_id"].map(published)
    rows = [
        (passage, time.start, time.end, "time", text[time.start : time.end], *time[2:])
        for passage, text, day in zip(passages["passage_id"], passages["text"], days, strict=True)
        for time in find(text, published=day)
    ]
    return pd.DataFrame(rows, columns=["passage_id", "start", "end", "kind", "text", *Time._fields[2:]])


def interval(date):
    """Return the first and the last day of a date that is as exact as it is known.

    Parameters
    ----------
    date : str
        ISO 8601: ``2016``, ``2016-09`` or ``2016-09-08``.

    Returns
    -------
    tuple of str
        First and last day.

    Examples
    --------
    >>> interval("2016-02")
    ('2016-02-01', '2016-02-29')
    """
    year, month, day = [*date.split("-"), "", ""][:3]
    last = day or f"{calendar.monthrange(int(year), int(month or 12))[1]:02d}"
    return f"{year}-{month or '01'}-{day or '01'}", f"{year}-{month or '12'}-{last}"


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
    >>> passages = pd.DataFrame({"passage_id": ["a#1", "a#2"], "section": ["2012", "2015年以来"]})
    >>> passages["text"] = ["2011年启动", ""]
    >>> spans(passages, tag(passages)).to_numpy().tolist()
    [['2011-01-01', '2011-12-31'], ['2015-01-01', '']]
    """
    told = tags[(tags["kind"] == "time") & (tags["status"] != "target") & (tags["date_from"] != "")]
    told = told.groupby("passage_id").agg(date_from=("date_from", "min"), date_to=("date_to", "max"))
    headings = {}
    for section in passages["section"].unique():
        named = [time for time in find(section if "年" in section else f"{section}年") if time.date_from]
        last = "" if re.search(r"(?:以来|至今|[-—–]{1,2})$", section) or not named else named[-1].date_to
        headings[section] = (named[0].date_from if named else "", last)
    headed = pd.DataFrame(list(passages["section"].map(headings)), passages.index, ["date_from", "date_to"])
    return told.reindex(passages["passage_id"]).set_axis(passages.index).fillna(headed)
