"""Times: what a text names of the calendar, the interval of each, and what is told of it.

The interval is the named date's own span, whatever stands round it (截至, 到, 以来, 前后, 前); ``docs/marking.md``,
section Times, says what each expression stands for. Those that name no year are counted:

- 今年, 本月, 近三年, 未来五年 and the like from the document's date;
- 同年, 次年, 同月, 次日, 8日 and the like from the text before;
- 9月, 上半年, 年底, 年内, 全年: of the year of the text before, else of the document's; told as done in an annual
  report of January or February, of the year before.

What cannot be resolved is left open. *The text before* is the last single year, month or day that the same sentence
has named, be it a target (but what is told as done is not of a target's year), else the last one that the text has
named and that is no target; what stands in a title does not count. A part of the document's year must begin at most
`NEAR` months after the document or be told as lying ahead.

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
from bisect import bisect_right
from typing import NamedTuple

import pandas as pd

from cityanalysis import documents, files

ANCHORS = ("own", "text", "document")  # what resolves a time: itself, the text before it, the document's date
REPORT = "report"  # the genre that looks back: an annual report
LOOKS_BACK = 2  # until February, what it tells as done is of the year before
NEAR = 6

HAN = "〇一二三四五六七八九"
WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "}
WIDTH |= dict.fromkeys("零○◯\u039f\u041e", "〇")  # the last two are a Greek and a Cyrillic O
WIDE = re.compile(f"[{''.join(WIDTH)}]")
# First and last day of the Communist Party's congresses and of those plenums that policy writing dates by.
MEETINGS = {
    **{"十二": ("1982-09-01", "1982-09-11"), "十三": ("1987-10-25", "1987-11-01")},
    **{"十四": ("1992-10-12", "1992-10-18"), "十五": ("1997-09-12", "1997-09-18")},
    **{"十六": ("2002-11-08", "2002-11-14"), "十七": ("2007-10-15", "2007-10-21")},
    **{"十八": ("2012-11-08", "2012-11-14"), "十九": ("2017-10-18", "2017-10-24")},
    **{"二十": ("2022-10-16", "2022-10-22"), "十一届三": ("1978-12-18", "1978-12-22")},
    **{"十四届三": ("1993-11-11", "1993-11-14"), "十六届三": ("2003-10-11", "2003-10-14")},
    **{"十六届五": ("2005-10-08", "2005-10-11"), "十六届六": ("2006-10-08", "2006-10-11")},
    **{"十七届三": ("2008-10-09", "2008-10-12"), "十七届五": ("2010-10-15", "2010-10-18")},
    **{"十七届六": ("2011-10-15", "2011-10-18"), "十八届二": ("2013-02-26", "2013-02-28")},
    **{"十八届三": ("2013-11-09", "2013-11-12"), "十八届四": ("2014-10-20", "2014-10-23")},
    **{"十八届五": ("2015-10-26", "2015-10-29"), "十八届六": ("2016-10-24", "2016-10-27")},
    **{"十九届二": ("2018-01-18", "2018-01-19"), "十九届三": ("2018-02-26", "2018-02-28")},
    **{"十九届四": ("2019-10-28", "2019-10-31"), "十九届五": ("2020-10-26", "2020-10-29")},
    **{"十九届六": ("2021-11-08", "2021-11-11"), "二十届二": ("2023-02-26", "2023-02-28")},
    **{"二十届三": ("2024-07-15", "2024-07-18")},
}
DOCUMENT_YEARS = {"今": 0, "本": 0, "去": -1, "前": -2, "明": 1, "后": 2}
TEXT_YEARS = {"次年": 1, "翌年": 1, "上年": -1, "上一年": -1, "前一年": -1}  # else the same year
NEVER_DOCUMENT = ("同年", "当年", "该年", *TEXT_YEARS)
TEXT_MONTHS = {"同月": 0, "当月": 0, "次月": 1}
TEXT_DAYS = {"同日": 0, "当日": 0, "当天": 0, "次日": 1, "翌日": 1}
DOCUMENT_MONTHS = {"本": 0, "这": 0, "上": -1, "下": 1}
SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12}
THIRDS = {"": (0, 9), **dict.fromkeys("初前早", (0, 3)), "中": (4, 6), **dict.fromkeys("末后", (7, 9)), "中后": (4, 9)}
TENTHS = {**dict.fromkeys("上初", (1, 10)), "中": (11, 20), **dict.fromkeys("下底末尾", (21, 31))}

# The grammar. A date has a head that tells the year, or is told it by the text, and a part that tells what of it. In a
# row or a range, what lacks its unit has that of the last (5、6月; 一至三季度).
S = r"[ \t]{0,3}"
TO = rf"{S}(?:[-–—―~〜至到]|——){S}"
AND = rf"{S}(?:[、和与及]|以及){S}"
ENDS_WORD = r"(?![\u4e00-\u9fff])"
ZERO, DIGIT = "[〇Oo0]", f"[{HAN}Oo0]"
YEAR = rf"""(?:(?:(?<!\d)|(?<=(?<!\d)20\d\d))(?:1\d|2{ZERO})\d\d
    |(?<![{HAN}十百千])(?:一[{HAN}]|二{ZERO}){DIGIT}{DIGIT})"""
MONTH = r"(?:(?<!\d)(?:1[0-2]|0?[1-9])|(?<![一二三四五六七八九十几周期拜第])(?:十[一二]?|[一二三四五六七八九]))"
DAY = r"(?:(?<!\d)(?:[12]\d|3[01]|0?[1-9])|(?:二?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九]))"
TENTH = rf"(?:[上中下](?:、?[上中下])?旬|月?[底末尾](?![端梢层线蕴])|初(?![步级中次始])|中{ENDS_WORD})"
MONTHS = rf"""(?P<m1>{MONTH}){S}(?:(?=(?:{AND}{MONTH}){{1,8}}{S}月)
      |(?:月?{TO}(?P<m2>{MONTH}){S})?月(?![龄球嫂饼])份?(?:{S}(?P<d1>{DAY}){S}
          (?:(?=(?:{AND}{DAY}){{1,8}}{S}[日号])|(?:[日号]?{TO}(?P<d2>{DAY}){S})?[日号]|(?P<no_unit>(?<=\S)(?:(?=[至到]{MONTH}月)|(?![.\d\w%-]))))
        |(?P<tenth>{TENTH})(?:{TO}(?P<to_tenth>[中下]旬))?)?)
    |(?<![{HAN}十])(?P<m3>[一二三四五六七八])(?P<m4>[二三四五六七八九])月份?"""
Q = "[一二三四1-4]"
QUARTERS = rf"""(?:第?{S}(?P<q1>{Q})(?:{TO}第?(?P<q2>{Q})|(?<=[一二三])(?P<q3>[二三四]))?{S}
    (?:季度|(?=(?:{AND}第?{Q}){{1,3}}{S}季度))|首(?:个?季度|季))(?P<q_end>[初末底])?"""
FEW = "(?:1[0-2]|[1-9]|十[一二]?|[一二两三四五六七八九])"
COUNT = rf"(?:[前头首]|(?P<last>最后))的?{S}(?P<count>{FEW}){S}个?(?P<counted>季度|(?<=个)月)"
HALF = rf"(?P<half>[上下前后])(?:半年度?(?P<half_end>[初末底])?|(?={AND}下半年))"
SEASON = "[春夏秋冬]"
# 春节, 夏粮 and 冬奥会 are other words.
IN_SEASON = rf"""[初早仲盛晚深]?(?P<s1>{SEASON})(?P<s2>{SEASON})?
    (?:两?[季天]节?(?!奥|残奥)|(?![季天节运耕播晚风招茶训游笋光雨雷联种收粮管灌修防奥残至分泳储装令威汛苗麦眠]))"""
YEAR_END = r"年[底末尾终](?![端梢])|年初(?![步级中次始])|年伊始|岁[首初末尾]"
END = rf"{YEAR_END}|年中|首月|[底末](?![端梢位层线蕴])|伊始|初(?![步级中次始期衷心])|中{ENDS_WORD}"
LUNAR = rf"""(?:农历|阴历|旧历|夏历){S}[\d{HAN}正腊冬闰初廿十年月日号]{{1,14}}|闰[{HAN}十]{{1,2}}月
    |大年(?:初[{HAN}十]|三十)|(?<![真修改])[正腊]月(?:[初廿]?[{HAN}十]{{1,3}})?
    |[{HAN}十]{{1,2}}月[初廿][{HAN}十](?![个批家次名项])
    |(?:二月二|三月三|五月五|六月六|七月七|九月九|八月十五)(?![日号{HAN}十百千万多余个家项名])"""
# Characters lost between the figures: 2019|11月, 2018|1212日.
LOST = r"(?P<lost_month>1[0-2]|0?[1-9])月份?|(?P<lost_day>(?:1[0-2]|0[1-9])(?:[0-2]\d|3[01]))[日号]"
ALONE = "|".join([HALF, QUARTERS, MONTHS])
PART = rf"{COUNT}|{ALONE}|{IN_SEASON}|(?P<end>{END})|{LOST}"
PART_FORM = re.compile(PART, re.VERBOSE)

# Words for a year, and characters with which they are the end of another: 基本|年, 透明|年, 加上|一年.
WORDS = {"今年": "如", "本年": "基成日资样", "去年": "过失", "前年": "提目之以此", "明年": "文证透说声"}
WORDS |= {"后年": "今此以之往", "同年": "相共不", "当年": "应相适", "该年": "应", "全年": "安", "次年": "层"}
WORDS |= {"翌年": "\n", "这一年": "\n", "上年": "以", "上一年": "加马早晚", "前一年": "提目"}
WORDS |= {"年内": rf"\d{HAN}十两几数多余半百千然整财学周近常往"}
WORD = "|".join(f"(?<![{before}]){word}" for word, before in WORDS.items())
WORD = rf"(?:{WORD})(?![轻龄级纪迈画货代检]|(?<!全年)(?<!当年)[均限]|无休|不|候)"
N = "(?:[1-9]\\d?|[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
VAGUE = rf"十?[一二两三四五六七八][二三四五六七八九]十?|{N}{TO}{N}"  # 三五年, 3—5年
CENTURY = rf"(?:(?<!\d)\d\d?|(?<![{HAN}十])二?十[一二三四五六七八九]?|[上本]){S}世纪"
TENS = "(?:(?:1\\d|20)?\\d0|[一二三四五六七八九](?:十|(?=[、和至到一二三四五六七八九])))"


def _bare(pattern):
    """Return a pattern without the names of its groups, so that it may stand more than once in a longer one."""
    return re.sub(r"\?P<\w+>", "?:", pattern)


# What may hang on 每年 or 每月.
OFTEN = rf"""(?:(?:[首末]|最后一个|第[一二三]个)月)?(?:{S}{DAY}{S}[日号]|月?{TENTH})|[首末]月|{_bare(ALONE)}
    |{_bare(IN_SEASON)}|{END}"""

FIGURE = r"(?:[12]\d|3[01]|0?[1-9])"
YMD = "|".join(rf"(?:19|20)\d\d{dot}(?:1[0-2]|0?[1-9]){dot}{FIGURE}(?!\d)" for dot in ("[.]", "/", "-"))
YM = r"(?:19|20)\d\d(?:[./](?:1[0-2]|0?[1-9])|-0[1-9])(?!\d)"
MD = rf"(?:1[0-2]|0?[1-9])[./]{FIGURE}(?!\d)"

# Every kind of expression; `RULES` resolves it under the same name.
FORMS = {
    # What looks like a time and is none: frequencies and dates of the lunar calendar.
    "none": rf"""(?:(?P<often>每(?:[隔逢到一个两]?{S}个?(?:年度?|季度?|月份?|半年)|[逢到]?(?={MONTH}月|{SEASON}[季天])))
              |逐[年季月]|历年|各年度?|年年)
            (?:的?[都均会将在于约从自,]{{0,2}}{S}(?:{OFTEN})(?:(?:{AND}|{TO})(?:[次翌]年|次月|当年)?的?(?:{OFTEN})){{0,5}})?
        |{LUNAR}""",
    "range": rf"""(?P<first>{YEAR}){TO}(?P<last>{YEAR}|\d\d(?={S}年))
        (?P<unit>{S}(?:年度?|学年|[两三四五六]年))?(?!{S}年?{S}{MONTH}月)""",
    "dotted": rf"""(?<![\d.])(?P<since_date>{YMD}|{YM})(?:{TO}(?P<until>{YMD}|{YM}|{MD}|(?:19|20)\d\d|[0-3]\d))?
            (?![\d%‰万亿]|[.-]\d)""",
    "decade": rf"""(?P<in_century>{CENTURY}{S})?(?<![\d.])(?<![{HAN}十])(?P<tens>{TENS})
            (?:(?:年代)?{TO}(?P<to_tens>{TENS})|(?P<next_tens>[二三四五六七八九]十))?{S}
            (?:年代(?P<third>中后期|[初前早中末后]期|[初末])?|(?=(?:{AND}{TENS}){{1,5}}{S}年代))""",
    "century": rf"(?P<nth_century>{CENTURY})(?P<of_century>初|末|中叶|中期|[前后]期)?",
    "years": r"(?P<year_from>[前去今])(?P<year_to>[今明]后?)[两三]年",
    "open": r"近(?:些|几)?年来?|[多数几]年来|[岁年][末底终尾]年初",
    "date": rf"""(?:(?P<year>{YEAR}){S}(?:年度?(?![级代])|(?={_bare(LOST)})|[两三四五六]年(?!行动|规划|计划)
              |(?=(?:{AND}{YEAR}年?){{1,8}}{S}[年两三四五六]))
            |(?<![\d.第])(?<!民国|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统|昭和|平成|令和)(?P<short>\d\d|[〇一二八九]{DIGIT}){S}年度?(?![级代间内]|多?来|前(?!{FEW}))
            |(?P<word>{WORD})度?|(?P<season_of>[去今明])(?={_bare(IN_SEASON)}))(?:{S}的?{S}(?P<part>{_bare(PART)}))?
        |(?P<alone>(?<![\d个每各近逐.两几第前年])(?<!为期|历时|工期|拘役|徒刑)(?<!\d[-–—~至到])(?!(?<![^\n。;])\d{{1,2}}、)(?![前后]半年)(?:{_bare(ALONE)})
            |(?:(?<![^\s,。;:、(“省市区县州国])|(?<!提)(?=..?个?季度))(?!最后){_bare(COUNT)}
            |(?<![\d{HAN}十每逐历几数多半近周财学老青少中成])(?:{YEAR_END}|年中{ENDS_WORD}))""",
    "years_on": rf"""(?P<toward>最?近|过去|未来|今后|(?<![提之以此目学])前)的?{S}(?:(?P<vague>{VAGUE})|(?P<n>{N})){S}
            (?P<more>[多余])?个?年(?![半级])(?P<since>[来间里内]|多来)?
        |(?<![\d第{HAN}十])(?:(?P<vague_since>{VAGUE})|(?P<n_since>{N}))
            (?P<more_since>[多余])?年(?P<over>多)?来(?![自看说源临到得宾访])""",
    "plan": rf"""(?P<open_quote>[“"「‘'])?(?P<ordinal>十[一二三四五六七]五|[六七八九十]五)(?P<quote>[”"」’'])?
            (?!普法)(?P<cue>(?=期间|时期|规划|计划|以来|末|初))?(?P<of_plan>期?末|初期?)?
        |第{S}(?P<nth_plan>{N}){S}个五年(?:规划|计划)""",
    "meeting": rf"""(?P<party>党的|中共|(?<=大[、和]))?(?P<congress>十[二三四五六七八九]|二十)大
            (?P<held>(?=[”"]?(?:以来|报告|召开|精神|提出|之?后|之?前|上)))?
        |(?:党的)?(?P<term>(?<![{HAN}十])二?十[一二三四五六七八九]?届)?(?P<plenum>[一二三四五六七])中
            (?:全会|(?=(?:{AND}[一二三四五六七]中){{1,5}}全会))""",
    "near": rf"""(?:(?P<near_month>同月|当月|次月)
              |(?P<month_of>(?<![成基资样])本|这个?|(?<![以史网线海上下])[上下](?:一?个)?)月)
            (?![均球亮])(?P<of_month>{S}{DAY}{S}[日号]|{TENTH})?
        |(?P<quarter_of>(?<![成基资样])本|(?<![上下])[上下]一?个?)季度(?P<of_quarter>[初末底])?
        |(?<![\d{HAN}十个岁])(?P<month_end>月[初底末](?![端步级中次始]))
        |(?P<near_day>同日|当日|当天|次日|翌日)
        |(?<![\d.:十{HAN}第])(?P<day>{FIGURE})(?:{S}(?:[日号]?{TO}(?P<to_day>{FIGURE}){S})?日(?![均内以常报元照本前游产])
            |(?=(?:{AND}{FIGURE}){{1,8}}{S}日))""",
}
# What every kind begins with: at other characters none is tried, which makes the search five times as fast.
START = (
    rf"""[\d{HAN}十两年月岁第每逐历各今本去明后同当该全次翌这上下前头首最近过未多数几党中农阴旧夏闰大正腊廿初“"「‘']"""
)
FORM = "|".join(f"(?P<{kind}>{form})" for kind, form in FORMS.items())
TIME = re.compile(f"(?={START})(?:{FORM})", re.VERBOSE)
TRIGGER = re.compile(r"[年月日号季岁世会大五天春夏秋冬]|\d{4}")  # without one of these a text names no time


@functools.cache
def _number(text):
    """Return the number that a few Arabic or Chinese digits say."""
    text = re.sub("[Oo]|(?<=[一二])0|0(?=[一二三四五六七八九])", "〇", text.strip()).replace("两", "二")
    if text.isdigit() and text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (HAN.index(tens) if tens else 1) + (HAN.index(ones) if ones else 0)
    return int("".join(str(HAN.find(digit) if digit in HAN else digit) for digit in text))


class _Span(NamedTuple):
    """An interval, and how it is known; empty where it is left open."""

    first: datetime.date | None = None
    last: datetime.date | None = None
    precision: str = ""
    anchor: str = ""


class _At(NamedTuple):
    """What a time may take its year from."""

    before: _Span | None  # the last time that the sentence, else the text, has named
    document: tuple  # year, month and day, as many as are known
    ahead: bool  # whether the text tells of it as lying ahead
    report: bool  # whether the document is an annual report


OPEN = _Span()


def _whole(precision, year, month=1, day=None, *, months=12, anchor="own"):
    """Return the time of some months of a year, or of one of its days; `OPEN` where there is none such."""
    real = 1 <= year < 9990 and 1 <= month <= 12 and months > 0
    if not real or (day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]):
        return OPEN
    if day is not None:
        return _Span(datetime.date(year, month, day), datetime.date(year, month, day), precision, anchor)
    to_year, before = divmod(12 * year + month + months - 2, 12)
    last = calendar.monthrange(to_year, before + 1)[1]
    return _Span(datetime.date(year, month, 1), datetime.date(to_year, before + 1, last), precision, anchor)


def _between(one, other):
    """Return the time from one to another; `OPEN` where there is none such."""
    return one._replace(last=other.last) if OPEN not in (one, other) and one.first <= other.first else OPEN


def _within(text, place, year, anchor):
    """Return the time of the part of a year that stands at a place of a text; without one, of the year."""
    part = place >= 0 and PART_FORM.match(text, place)
    first, n, precision = 1, 12, "year"
    if not part:
        pass
    elif part["m1"] or part["m3"]:
        return _months(part, year, anchor)
    elif part["lost_day"]:
        month, day = divmod(int(part["lost_day"]), 100)
        return _whole("day", year, month, day, anchor=anchor)
    elif part["lost_month"]:
        first, n, precision = int(part["lost_month"]), 1, "month"
    elif part["half"]:
        first, n, precision = 1 if part["half"] in "上前" else 7, 6, "half-year"
    elif part["count"]:
        precision = "month" if part["counted"] == "月" else "quarter"
        n = _number(part["count"]) * (1 if precision == "month" else 3)
        first, n = 13 - n if part["last"] else 1, n if n <= 12 else 0
    elif part["s1"]:
        first, precision = SEASONS[part["s1"]], "quarter"
        n = 3 + (SEASONS[part["s2"] or part["s1"]] - first) % 12
        n = n if n <= 6 else 0  # 春秋两季
    elif part["end"]:
        first, n, precision = 6 if "中" in part["end"] else 12 if part["end"][-1] in "底末尾终" else 1, 1, "month"
    else:
        quarter = _number(part["q1"] or "1")
        months = 3 * (_number(part["q2"] or part["q3"] or part["q1"] or "1") - quarter + 1)
        first, n, precision = 3 * quarter - 2, months, "quarter"
    if part and (end := part["q_end"] or part["half_end"]):
        first, n, precision = first + (n - 1 if end != "初" else 0), min(n, 1), "month"
    return _whole(precision, year, first, months=n, anchor=anchor)


def _months(form, year, anchor):
    """Return the time of a month, of a stretch of one or of some months, as `PART_FORM` has matched them."""
    first, to = _number(form["m1"] or form["m3"]), form["m2"] or form["m4"]
    if to:
        months = _number(to) - first + 1
        return _whole("month", year, first, months=months if form["m2"] or months == 2 else 0, anchor=anchor)
    if form["d1"]:
        if form["no_unit"] is not None and not form["d1"].isascii():
            return OPEN  # 八月十五 is of the lunar calendar, or not
        days = [_number(form["d1"]), _number(form["d2"] or form["d1"])]
        return _between(*(_whole("day", year, first, day, anchor=anchor) for day in days))
    whole = _whole("month", year, first, months=1, anchor=anchor)
    if not form["tenth"] or whole is OPEN:
        return whole
    tenths = [TENTHS[tenth] for tenth in form["tenth"] + (form["to_tenth"] or "") if tenth in TENTHS]
    day, last = min(tenths)[0], min(max(tenths)[1], whole.last.day)
    return _Span(whole.first.replace(day=day), whole.first.replace(day=last), "ten days", anchor)


def _is_age(match, year):
    """Say whether so many years are meant: 近2000年, 1200年历史."""
    text, start, end = match.string, *match.span()
    lasting = AGE.search(text[max(0, start - 4) : start]) or (LASTED if year < MODERN else HISTORY).match(text, end)
    return (year < EARLY or year % 100 == 0) and bool(lasting)


def _range(match, _):
    """Return the time of a range of years; a range of bare numbers is one only where the words around it say so."""
    text, start, end = match.string, *match.span()
    first, last = _number(match["first"]), _number(match["last"])
    bracketed = text[:start][-1:] in ("(", "") and text[end:][:1] in (")", "")
    dated = first >= MODERN and text[:start][-1:] in ("从", "自", "在", "于") and not re.match(rf"{S}\w", text[end:])
    dated = dated or (first >= MODERN and text.rfind("《", 0, start) > text.rfind("》", 0, start))
    if not (match["unit"] or bracketed or dated or SPANNED.match(text, end)) or _is_age(match, first):
        return None
    return _whole("year", first, months=12 * (last % 100 - first % 100 if last < 100 else last - first) + 12)


def _dotted(match, _):
    """Return the time of a date in figures alone, or of a range of such; 2012.10 may also be an amount."""
    since, until = match["since_date"], match["until"] or match["since_date"]
    one, other = (list(map(int, re.split("[./-]", date))) for date in (since, until))
    if len(one) == 2 and "-" not in since:
        single = since == until and since[-2] in "./"  # 2012.5
        if single or MEASURED.match(match.string, match.end()):
            return None
    if other[0] < EARLY:
        other = one[: len(one) - len(other)] + other
    exact = {1: "year", 2: "month", 3: "day"}
    return _between(*(_whole(exact[len(date)], *date, months=12 if len(date) == 1 else 1) for date in (one, other)))


def _first_of_century(text):
    """Return the first year of a century, which like those of a decade is counted from 0."""
    return {"上": 1900, "本": 2000}.get(text[0]) or 100 * (_number(text.strip().removesuffix("世纪")) - 1)


def _century(match, _):
    """Return the time of a century; 21世纪 and 本世纪 name no stretch of it."""
    first = _first_of_century(match["nth_century"])
    return OPEN if match["of_century"] else None if first >= 2000 else _whole("century", first, months=1200)


def _decade(match, _):
    """Return the time of decades, or of a part of one; bare 90年代 is the last century's."""
    tens, to = match["tens"], match["to_tens"] or match["next_tens"] or match["tens"]
    tens, to = (_number(ten if len(ten) > 1 else ten + "十") for ten in (tens, to))
    if not match["in_century"] and tens < 30:
        return OPEN
    century = _first_of_century(match["in_century"]) if match["in_century"] else tens // 100 * 100 or 1900
    first, last = THIRDS[(match["third"] or "").removesuffix("期")]
    first, last = century + tens % 100 + first, (century + to if to < 100 else to) + last
    return _whole("decade", first, months=12 * (last - first + 1))


def _years_on(match, at):
    """Return the time of years that are counted on or back from the document's date."""
    if not at.document or match["vague"] or match["vague_since"]:
        return OPEN
    toward, n = match["toward"] or "近", _number(match["n"] or match["n_since"])
    since = match["since"] or match["n_since"]
    if toward == "前" or (toward in ("近", "最近") and n > 5 and not since):
        return OPEN  # 近十年 may as well be nearly ten years
    if n == 1 and toward == "近":
        toward = "过去"  # 一年来 looks back on a whole year
    n += bool(match["more"] or match["more_since"] or match["over"] or match["since"] == "多来")
    year = at.document[0]
    first = {"过去": year - n, "未来": year, "今后": year}.get(toward, year - n + 1)
    return _whole("year", first, months=12 * n, anchor="document")


def _years(match, at):
    """Return the time of 今明两年 and the like."""
    if not at.document:
        return OPEN
    first, last = DOCUMENT_YEARS[match["year_from"]], DOCUMENT_YEARS[match["year_to"][-1]]
    return _whole("year", at.document[0] + first, months=12 * (last - first + 1), anchor="document")


def _date(match, at):
    """Return the time of a year, or of a part of one, whose year it names, counts or is told."""
    text, word, place = match.string, match["word"], match.start("alone" if match["alone"] else "part")
    if match["year"] or match["short"]:
        year = _named_year(match)
        return _within(text, place, year, "own") if year else None
    counted = match["season_of"] or (word and word[1:] == "年" and word[0])
    if counted in DOCUMENT_YEARS:
        return _within(text, place, at.document[0] + DOCUMENT_YEARS[counted], "document") if at.document else OPEN
    if at.before and at.before.first.year == at.before.last.year:
        return _within(text, place, at.before.first.year + TEXT_YEARS.get(word, 0), "text")
    return _of_document(match, place, at) if at.document and word not in NEVER_DOCUMENT else OPEN


def _named_year(match):
    """Return the year that four or two figures name; None where they count years."""
    start, end = match.span()
    if match["year"]:
        year = _number(match["year"])
        return None if _is_age(match, year) and not match["part"] else year
    year = _number(match["short"])
    sure = (
        match["part"]
        or (year < 10 and not match.string[end : end + 1].isdigit())
        or AS_YEAR.search(match.string, max(0, start - 40), start)
        or YEARLY.match(match.string, end)
    )
    return year + (2000 if year < 50 else 1900) if sure else None


def _of_document(match, place, at):
    """Return the time of a part of the document's year, or, in an annual report of January, of the year before."""
    year, month = [*at.document, None][:2]
    time = _within(match.string, place, year, "document")
    if at.ahead or match["word"] == "年内" or match[0] == "年底":
        return time
    if at.report and (month is None or month <= LOOKS_BACK):
        return _within(match.string, place, year - 1, "document") if month else OPEN
    if match["word"] == "全年" and not match["part"]:
        return OPEN
    near = month is None or not time.first or time.first.month - month <= NEAR
    return time if near else OPEN


def _plan(match, _):
    """Return the time of a five-year plan; the numerals 十五 and the like are one only in quotes or before 规划."""
    if match["nth_plan"]:
        nth = _number(match["nth_plan"])
        return _whole("five-year plan", 1951 + 5 * nth - 3 * (nth <= 2), months=60)
    plan, sure = match["ordinal"], (match["open_quote"] and match["quote"]) or match["cue"] is not None
    if not sure and (len(plan) == 2 or match["of_plan"]):
        return None
    year = 1951 + 5 * _number(plan[:-1])
    if part := match["of_plan"]:
        return _whole("year", year if part[0] == "初" else year + 4)
    return _whole("five-year plan", year, months=60)


def _meeting(match, _):
    """Return the days of a congress or a plenum; 十五大 is a congress only after 党的 or before 以来 and the like."""
    if match["congress"]:
        if not match["party"] and match["held"] is None:
            return None
        known = MEETINGS.get(match["congress"])
    else:
        last = TERM.match(match.string, 0, match.start()) if not match["term"] else None
        if not (match["term"] or last):
            return None
        known = MEETINGS.get((match["term"] or last[1]) + match["plenum"])
    return _Span(*map(datetime.date.fromisoformat, known), "day", "own") if known else OPEN


def _near(match, at):
    """Return the time of a day, month or quarter that is counted from one that the text names, or from the document."""
    before, form = at.before, match["of_month"] or (match["month_end"] or "")[1:]
    if of := match["month_of"] or match["quarter_of"]:
        if len(at.document) < 2:
            return OPEN
        months = 12 * at.document[0] + at.document[1] - 1
        if match["quarter_of"]:
            year, quarter = divmod(months // 3 + DOCUMENT_MONTHS[of[0]], 4)
            form = f"{quarter + 1}季度{match['of_quarter'] or ''}"
        else:
            year, month = divmod(months + DOCUMENT_MONTHS[of[0]], 12)
            form = f"{month + 1}月{form}"
        return _within(form, 0, year, "document")
    if match["near_day"]:
        if not before or before.first != before.last:
            return None  # 当日办结 is no date
        day = before.first + datetime.timedelta(days=TEXT_DAYS[match["near_day"]])
        return _Span(day, day, "day", "text")
    if not before or (before.first.year, before.first.month) != (before.last.year, before.last.month):
        return OPEN if match["day"] else None
    year, month = divmod(12 * before.first.year + before.first.month - 1 + TEXT_MONTHS.get(match["near_month"], 0), 12)
    if match["day"]:
        form = f"{match['day']}至{match['to_day'] or match['day']}日"
    return _within(f"{month + 1}月{form}", 0, year, "text")


# From a match of `TIME` and what it may take its year from, to the time: `OPEN` where that cannot be known, None where
# the match is no time after all.
RULES = {
    "none": lambda *_: None,
    "range": _range,
    "dotted": _dotted,
    "decade": _decade,
    "century": _century,
    "years_on": _years_on,
    "open": lambda *_: OPEN,
    "years": _years,
    "date": _date,
    "plan": _plan,
    "meeting": _meeting,
    "near": _near,
}
TERM = re.compile(rf"(?s:.*)(?<![{HAN}十])(二?十[一二三四五六七八九]?届)")  # the last one
# Behind a range of bare numbers: it is one of years. Behind 2012.10: it is an amount.
SPANNED = re.compile(rf"{S}(?:年|期间|间|时期|规划|计划|行动|纲要|方案|周期|》|[—-]|三年|五年)")
MEASURED = re.compile(rf"{S}(?![至到起止前后以]|公[布开]|发布|出版|印发)[\u4e00-\u9fffA-Za-z%‰]")
JOINED = re.compile(rf"(?:\((?:周|星期).\))?{TO}")  # 9月3日（周四）至5日
# Around a round year, or one before `EARLY`: it is so many years.
EARLY, MODERN = 1600, 1950
AGE = re.compile(r"(?:近|约|逾|超过?|达|[拥具已]有|距今|历[经时])\s*$")
HISTORY = re.compile(r"的?[\u4e00-\u9fff]{0,3}史(?![料上最性])")
LASTED = re.compile(rf"{HISTORY.pattern}|以上|左右|之久|前(?!后)|来|古|树龄")
# Around two figures before 年: they are a year.
AS_YEAR = re.compile(r"(?:截[至止]|早在|始于)\s*$")
YEARLY = re.compile(
    r"全年|的?\d[\d.]*[%万亿]|(?<=[比较]..年)(?:同期)?[增上下提翻降减扩缩回高低]"
    r"|(?<=[从自]..年)(?:起|开始)|(?<![^\n。]..年),"
)


# One level of titles within a title, as 《关于印发〈…〉的通知》 is sometimes written with 《》 inside, too.
TITLE = re.compile(r"《((?:[^《》\n]|《[^《》\n]*》){1,120})》")
YEARS = ("year", "five-year plan", "decade", "century")
PLAN_LIKE = ("five-year plan", "decade", "century")  # after one of these, 同年 tells no year

# What tells whether a time lies behind or ahead. Of 计划 and 规划 only the verbs count.
STOP = re.compile(rf"[{documents.MAIN_CLAUSE_END}]")
SENTENCE = re.compile(rf"[{documents.SENTENCE_END}\n]")
COMMA = re.compile(rf"[{documents.CLAUSE_END}]")
NAMED = re.compile(r"年?度?的?(?:《|“)?[^，。；、]{0,8}?(?:规划|计划|纲要|方案|版|要点)")
COMPARED = re.compile(r"(?:比|较|与|同|从|由|前)\s*$")
SINCE = re.compile("起|开始|以来|前")
TOWARDS = re.compile(r"(?:到|至)\s*$")
BY = re.compile(r"^(?:之?前(?![后三两二四五\d])|以前|止)")
GROWN = re.compile(r"从|由|[增涨升扩]\w{0,6}$|截[至止到]|说到$|以来到$")
DONE = re.compile(r"已|了|曾|累计|共有|只|获|约有|超出|没有")
TOLD = re.compile(r"^\S{0,16}?(?:印发|公布|发布|出台|通过|挂牌|揭牌|签约|提出|宣布|成立|启动|批准|批复|报道|回顾|施行)")
AHEAD = ("未来", "今后", "明年", "后年")
FORWARD = re.compile(
    r"要求|提出|目标|力争|争取|确保|预计|预期|测算|打算|定[出于下为]|期限|实施期|管$|将(?![军领士])|拟(?![人态合真])|有望|准备"
    r"|(?<![动年的”》期项体设期作])(?:计划|规划)(?=[在于到用投建把]|\W*$)|要(?![素求点闻道塞害件])|下一步|着力"
)
BEHIND = re.compile(
    r"起(?:正式|全面|分步)?(?:施行|实施|执行|生效|启用)|\S{0,12}?要(?![素求点闻道塞害件])"
    r"|\S{0,6}?(?:将(?![军领士])|拟(?![人态合真])|预计)"
)


class Time(NamedTuple):
    """A time that a text names; what is not known is empty."""

    start: int
    end: int
    date_from: str
    date_to: str
    precision: str  # day, ten days, month, quarter, half-year, year, five-year plan, decade or century
    anchor: str  # one of ANCHORS
    status: str  # achieved, planned or target


def find(text, *, published="", genre=""):
    """Find the times that a text names, and resolve them.

    Parameters
    ----------
    text : str
        Any text.
    published : str
        The date of the document, ``2024``, ``2024-01`` or ``2024-01-20``, from which 今年 is counted; empty where it
        has none.
    genre : str
        Its genre; ``report`` is an annual report, which in January and February tells of the year before.

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
    plain = WIDE.sub(lambda wide: WIDTH[wide[0]], text)  # four times as fast as str.translate
    if not TRIGGER.search(plain):
        return []
    titles = [place for title in TITLE.finditer(plain) for place in title.span()]
    document = tuple(map(int, published.split("-"))) if published else ()
    found, before = [], None
    aim, aim_at, often = None, 0, -1  # the sentence's last target, where it ends, and where the last 每年 stands
    for match in TIME.finditer(plain):
        start, end = match.span()
        around = _around(plain, start, end)
        if match["often"]:
            often = start
        if match["alone"] and often >= around.head:
            continue  # 每年3月和9月
        if aim and SENTENCE.search(plain, aim_at, start):
            aim = None
        ahead, done = _forward(around), DONE.search(around.right)
        to_aim = aim and (ahead or (not done and (document or not before)))
        span = RULES[match.lastgroup](match, _At(aim if to_aim else before, document, ahead, genre == REPORT))
        if span is None:
            continue
        if found and span.first and (joined := _join(found[-1], span, plain, start)):
            span, start = joined, found.pop().start
            around = _around(plain, start, end)
        interval = tuple(day.isoformat() if day else "" for day in span[:2])
        titled = bisect_right(titles, start) % 2  # behind a beginning, before its end
        time = Time(start, end, *interval, *span[2:], "")
        if not titled:
            time = time._replace(status=_status(time, plain[start:end], around, published, found))
        found.append(time)
        if span.first and not titled and span.precision not in PLAN_LIKE:
            aim, aim_at = (span if time.status == "target" else None), end
            if not aim or (document and span.first.year <= document[0] + 1):
                before = span
    return found


def _join(last, span, text, start):
    """Return one time for two that are the ends of a range, or seasons that follow each other, else None."""
    between = text[last.end : start]
    seasons = not between and last.precision == span.precision == "quarter"
    if not last.date_from or last.precision in PLAN_LIKE or not (seasons or JOINED.fullmatch(between)):
        return None
    first, anchor = datetime.date.fromisoformat(last.date_from), max(last.anchor, span.anchor, key=ANCHORS.index)
    return span._replace(first=first, anchor=anchor) if first <= span.first else None


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
    forward = _forward(around) or ahead or named.startswith(AHEAD)
    last = found[-1] if found else None
    if last and last.status == "target" and last.start >= around.head and time.date_from > last.date_from:
        forward = True
    to = TOWARDS.search(left)
    if BY.match(right) or (to and time.precision in YEARS and not GROWN.search(left)):
        return "achieved" if DONE.search(right) and not forward else "target"
    if not forward or (TOLD.match(right) and not FORWARD.search(left)):
        return "achieved"
    return "target" if to or time.precision in YEARS else "planned"


def tag(passages, *, published="", genre=""):
    """Tag the times of passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``, and ``doc_id`` where `published` is a mapping.
    published : str or dict of str to str
        The date of the documents, or that of each ``doc_id``, as `find` takes it.
    genre : str or dict of str to str
        Their genre, likewise.

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
    days, genres = (
        [told] * len(passages) if isinstance(told, str) else passages["doc_id"].map(told) for told in (published, genre)
    )
    ids, texts = passages["passage_id"].tolist(), passages["text"].tolist()
    rows = [
        (passage, time.start, time.end, "time", text[time.start : time.end], *time[2:])
        for passage, text, day, kind in files.watched(zip(ids, texts, days, genres, strict=True), texts)
        for time in find(text, published=day, genre=kind)
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
