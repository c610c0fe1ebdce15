"""Expressions of the calendar in Chinese policy writing, and the interval that each names.

The interval is the named date's own span, whatever stands round it (截至, 到, 以来, 前后, 前):

- 2018年, 2016年9月, 2011年9月8日: the year, the month, the day;
- 2016—2019年, 1—11月, 9月6日至8日: from the first day of the first to the last day of the last;
- 年初, 年中, 年底 or 年末: January, June, December of the year;
- 上半年, 第一季度, 前三季度: the half, the quarter, the three quarters; 2016年春: March to May, and so on by threes;
- 9月上旬 or 9月初, 中旬, 下旬 or 9月底: 1st to 10th, 11th to 20th, 21st to the last day;
- “十二五”: the five years of the plan; “十三五”初 its first, “十三五”末 its last;
- 20世纪90年代, 上世纪90年代, 90年代: 1990 to 1999; its 初 1990–1993, 中期 1994–1996, 末 1997–1999;
- 党的十八大, 十八届三中全会: the days of the congress, of the session;
- 今年, 去年, 前年, 明年, 后年: counted from the document's date;
- 近三年, 三年来: the document's year and the two before it; 两年多来: the same, for 多 adds a year;
- 过去五年: the five years before the document's; 过去一年, 一年来: the one before it;
- 未来五年, 今后五年: five years that begin with the document's;
- 同年, 当年, 全年; 次年; 上年: the year that the text names before; the next; the one before;
- 9月, 上半年, 年底, 年内, 全年: of the year that the text names before, else of the document's; told as done in a
  document of January or February, of the year before;
- 同月, 次月, 月底, 当日, 次日, 8日: counted from the month or day that the text names before;
- 近年来, 多年来, 前三年, 21世纪初: open.

What cannot be resolved is left open. *The text before* is the last single year, month or day that the same text has
named, where that is no target and stands in no title. A month or a part of a year that is counted from the
document's date must have begun by then or be told as lying ahead, but for 年底 and 年内, which look ahead anyway.

Characters lost between figures (201911月, 20181212日) are allowed for where only one reading is left.
"""

import calendar
import datetime
import functools
import re

PRECISIONS = ("day", "ten days", "month", "quarter", "half-year", "year", "five-year plan", "decade")
ANCHORS = ("own", "text", "document")

HAN = "〇一二三四五六七八九"
WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, ord("零"): "〇", ord("○"): "〇"}
PLANS = {"九五": 1996, "十五": 2001, "十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
PLANS |= {"六五": 1981, "七五": 1986, "八五": 1991}
# Of the Communist Party's congresses and of those sessions that policy writing dates by: first and last day.
CONGRESSES = {
    **{"十五": ("1997-09-12", "1997-09-18"), "十六": ("2002-11-08", "2002-11-14")},
    **{"十七": ("2007-10-15", "2007-10-21"), "十八": ("2012-11-08", "2012-11-14")},
    **{"十九": ("2017-10-18", "2017-10-24"), "二十": ("2022-10-16", "2022-10-22")},
}
SESSIONS = {
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
    "congress": r"""(?P<party>党的|中共)?(?P<nth>十[五六七八九]|二十)大
        (?P<held>(?=[”"]?(?:以来|报告|召开|精神|提出|之?后|之?前|上)))?""",
    "session": r"(?:党的)?(?P<plenum>(?:十[八九]|二十)届[二三四五六])中全会",
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


def _span(year, month=1, day=None, *, months=12):
    """Return first and last day of some months of a year, or of one of its days; None where there is no such day."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if not 1 <= year < 9990 or (day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    if day is not None:
        return datetime.date(year, month, day), datetime.date(year, month, day)
    to_year, to_month = year + (month + months - 2) // 12, (month + months - 2) % 12 + 1
    last = calendar.monthrange(to_year, to_month)[1]
    return datetime.date(year, month, 1), datetime.date(to_year, to_month, last)


OPEN = (None, None, "", "")


def resolve(match, before, document, ahead):
    """Resolve an expression that `TIME` has matched.

    Parameters
    ----------
    match : re.Match
        The match, of a text in the plain forms of `WIDTH`.
    before : tuple or None
        The last time that the text named before, as this function returns it.
    document : tuple of int
        Year, month and day of the document, as many as are known.
    ahead : bool
        Whether the text tells of it as lying ahead.

    Returns
    -------
    tuple or None
        First day, last day (`datetime.date`), precision (of `PRECISIONS`) and what resolved it (of `ANCHORS`); `OPEN`
        where that cannot be known; None where the match is no time after all.

    Examples
    --------
    >>> first, last, precision, anchor = resolve(TIME.search("“十二五”末"), None, (), False)
    >>> str(first), str(last), precision, anchor
    ('2015-01-01', '2015-12-31', 'year', 'own')
    """
    return RULES[match.lastgroup](match, before, document, ahead)


def _whole(span, precision, anchor="own"):
    """Return a time of an interval, `OPEN` where there is no such day."""
    return (*span, precision, anchor) if span else OPEN


def _within(form, year, anchor):
    """Return the time of a part of a year, such as 上半年 or 9月底; without a part, of the year."""
    form = re.sub(r"^\s*的?\s*", "", form or "")
    months = MONTH_FORM.fullmatch(form)
    if months:
        return _months(months, year, anchor)
    if lost := re.fullmatch(r"(\d\d)(\d\d)[日号]", form):
        return _whole(_span(year, int(lost[1]), int(lost[2])), "day", anchor)
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
    return _whole(_span(year, first, months=n), precision, anchor)


def _months(form, year, anchor):
    """Return the time of a month, of a stretch of one or of some months, as `MONTH_FORM` has matched them."""
    first = last = _number(form["m1"])
    if form["m2"]:
        last = _number(form["m2"])
        return _whole(_span(year, first, months=last - first + 1), "month", anchor) if first <= last else OPEN
    if form["d1"]:
        ends = [_span(year, first, _number(day)) for day in (form["d1"], form["d2"] or form["d1"])]
        return (ends[0][0], ends[1][0], "day", anchor) if all(ends) and ends[0] <= ends[1] else OPEN
    whole = _whole(_span(year, first, months=1), "month", anchor)
    if not form["third"] or whole is OPEN:
        return whole
    days = {"上": (1, 10), "初": (1, 10), "中": (11, 20)}.get(form["third"][0], (21, whole[1].day))
    return (*(whole[0].replace(day=day) for day in days), "ten days", anchor)


def _range(match, *_):
    """Return the time of a range of years."""
    first, last = _number(match["first"]), _number(match["last"])
    return _whole(_span(first, months=12 * (last - first + 1)), "year") if first <= last else OPEN


def _dotted(match, *_):
    """Return the time of a date in figures alone."""
    numbers = list(map(int, re.split(r"[./-]", match["dotted"])))
    return _whole(_span(*numbers, months=1), "day" if len(numbers) == 3 else "month")


def _plan(match, *_):
    """Return the time of a five-year plan; the numerals 十五 and the like are one only in quotes or before 规划."""
    plan, sure = match["ordinal"], (match["open_quote"] and match["quote"]) or match["cue"] is not None
    if not sure and (len(plan) == 2 or match["of_plan"]):
        return None
    year = PLANS[plan]
    if part := match["of_plan"]:
        return _whole(_span(year if part[0] == "初" else year + 4), "year")
    return _whole(_span(year, months=60), "five-year plan")


def _congress(match, *_):
    """Return the days of a congress; 十五大 is one only after 党的 or before 以来 and the like."""
    if not match["party"] and match["held"] is None:
        return None
    return (*map(datetime.date.fromisoformat, CONGRESSES[match["nth"]]), "day", "own")


def _session(match, *_):
    """Return the days of a session of the Central Committee."""
    known = SESSIONS.get(match["plenum"])
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
    return _whole(_span(year + first, months=12 * (last - first + 1)), "decade")


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
    return _whole(_span(first, months=12 * n), "year", "document")


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
        return _whole(_span(year, first, int(match["day"])), "day", "text")
    if match["near_month"]:
        first += TEXT_MONTHS[match["near_month"]]
    form = match["of_month"] or (match["month_end"] or "")[1:]
    return _within(f"{(first - 1) % 12 + 1}月{form}", year + (first - 1) // 12, "text")


RULES = {
    "range": _range,
    "dotted": _dotted,
    "absolute": lambda match, *_: _within(match["of_year"], _number(match["year"]), "own"),
    "short": lambda match, *_: _whole(_span(2000 + int(match["short"][:2])), "year"),
    "counted": _counted,
    "plan": _plan,
    "congress": _congress,
    "session": _session,
    "decade": _decade,
    "years_on": _years_on,
    "open": lambda *_: OPEN,
    "near": _near,
}
