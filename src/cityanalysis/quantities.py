"""Figures with their units, in digits and in Chinese numerals: how many, how much, and how far up or down.

What a figure is, and how it is written down, is fixed in ``docs/marking.md``, section Quantities. Of a range, and of
figures in a row, one that has no unit shares that of the next, and its 万 or 亿 (20—30亿元; 4.1、7.3个百分点). A number
without a unit may be either (12345热线, 3935战役, 120城市): it counts only where a bound, a change, 万 or 亿, a decimal
or a noun that is counted says so.

First comes what looks like a figure and what it is worth, then which of these count or measure something. cn2an reads
the Chinese numerals, in its strict mode: its other modes read 二〇一八 as 2018, too, and none reads 1.2万亿, 一千多 or
三分之一. chinese2digits takes 1+17 for two numbers and leaves 20 in 20—30亿元 at 20.
"""

import functools
import itertools
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from cityanalysis import files

RANK = "第…名"
LONGEST = 20  # characters of a numeral; a longer one is a code

# Full-width forms as half-width ones, each a character, so that positions stay; not the marks that part clauses.
NARROW = {0xFF01 + i: 0x21 + i for i in range(94) if chr(0x21 + i) not in "!(),:;?"} | {0x3000: 0x20, 0xA0: 0x20}

DIGITS = r"(?:[0-9]{1,3}(?:(?:[,，][0-9]{3}){1,5}|(?:\ [0-9]{3}){1,5})(?![0-9])|[0-9]++)(?:\.[0-9]++|(?!\.[0-9]))"
HAN = "[〇零一二两三四五六七八九十百千万亿]++"
SCALE = "(?:[万亿]|百(?!分)|千(?![瓦米克伏兆]))"
TO = r"(?:—|–|-|~|～|至|到){1,2}"
YEAR = "(?:19|20)[0-9]{2}"

# What holds digits and is no figure. Every repetition is bounded or possessive, so that no text takes long.
NAMES = re.compile(
    rf"""
    《[^《》\n]{{1,120}}》 | [〔\[（(]\ ?[0-9]{{1,4}}\ ?[〕\]）)] | ^\ {{0,8}}[0-9]{{1,2}}[.．、](?![0-9])
    | (?<![0-9.])(?:{YEAR}\ ?年?\ ?{TO}\ ?(?:{YEAR}|[0-9]{{2}})(?![0-9]) \ ?年?  # 2016—2019年
      | {YEAR}\ ?年?[、和]?(?={YEAR}\ ?年) | {YEAR}[-./][01]?[0-9](?:[-./][0-3]?[0-9])?(?![0-9%万亿个])
      | [0-9]{{4,8}}\ ?年(?:度|[初中底末])? | [089][0-9]\ ?年
      | (?:[0-9]{{1,2}}\ ?月?\ ?(?:{TO}|[、和]))?[0-9]{{1,8}}\ ?月份?
      | (?:[0-9]{{1,2}}\ ?日?\ ?(?:{TO}|[、和]))?[0-9]{{1,8}}\ ?日(?!以?内|元)
      | [0-9]++(?:\.[0-9]++)?(?:\ ?[:：∶]\ ?[0-9]{{1,8}}(?:\.[0-9]{{1,8}})?){{1,3}}  # 1:500, 8:30
      | [0-9]++\ ?[×xX*]\ ?[0-9]{{1,8}}(?:\ ?小时)? | 24\ ?小时(?!以?[内里]|之内|左右|以上|[，。；、）]|$)
      | [0-9]{{1,4}}(?:\ ?\+\ ?[0-9]{{1,4}}){{0,6}}\ ?\+\ ?[A-Za-z] | [A-Za-z](?:\ ?\+\ ?[0-9A-Za-z]{{1,4}}){{1,6}}
    )""",
    re.VERBOSE | re.MULTILINE,
)
FRONT = r"(?<![0-9A-Za-z.@_×#·])(?<![A-Za-z]-)"
PARTED = re.compile(rf"\s?{TO}\s?约?\s?")
LISTED = re.compile(r"\s?(?:[、/和与及]|以及)\s?")
ROW = re.compile(rf"{PARTED.pattern}|(?:{LISTED.pattern})?")


@dataclass(slots=True)
class _Figure:
    """A figure as it is read."""

    start: int
    end: int  # its unit included
    number: Decimal
    unit: str = ""  # without 万 and 亿
    scale: Decimal = Decimal(1)  # 万 or 亿, which a range may share: the value is number times scale
    bound: str = ""  # what 多, 余, 来 and 前 in it say
    kind: str = "digits"  # or numeral, head (a bare 百, 千, 万 or 亿), rank, or whole: a fraction or a sum
    sure: bool = False  # whether its form alone shows that it is a figure


def _plain_mark(text):
    r"""Return a text, as long as it is, with half-width digits; dates, titles, ratios and the like are ``\0``."""
    return NAMES.sub(lambda name: "\0" * len(name[0]), text.translate(NARROW))


@functools.cache
def _units():
    """Return the patterns of the units: after any figure, and after digits."""
    table = files.table("data/lexicon/units.csv")
    # 个 before a unit that is a noun of its own is not part of it: 5个百分点.
    # (In either case it is known which: Python 3.11 before 3.11.5 errs in possessive groups.)
    alone = "个(?=百分点|工作日|小时|学时|课时|星期|季度)"
    lone = f"(?:{alone}|(?!{alone}))"

    def pattern(rows):
        rows = rows.sort_values("unit", key=lambda units: -units.str.len(), kind="stable")
        units = "|".join(
            re.escape(unit)
            + (f"(?!{then})" if then else "")
            + ("(?![A-Za-z0-9])" if re.search("[A-Za-z]$", unit) else "")
            for unit, then in zip(rows["unit"], rows["not_before"], strict=True)
        )
        return f"{lone}(?:{units})(?:/(?:{'|'.join(map(re.escape, rows['unit']))}|[日月时])(?![A-Za-z]))?"

    return pattern(table[table["after"] == "any"]), pattern(table)


def _unit(text):
    """Return a unit as it is written down."""
    return text if text in ("个", "个月") else (text or "").removeprefix("个")


@functools.cache
def _pattern():
    """Return the pattern of all that looks like a figure."""
    numerals, digits = _units()
    return re.compile(
        rf"""{FRONT}(?:
        (?P<ordinal>第|(?<![目之此以提当年月日底会\0])前)\ ?(?P<place>[0-9]++(?!\.|\ ?%)|{HAN})(?P<title>名|位(?!数))?
        | (?P<whole>{HAN})分之(?P<part>{DIGITS}|{HAN}(?:点{HAN})?)
        | (?P<above>[1-9])/(?P<below>[1-9][0-9]?)(?![0-9/.])
        | (?P<sum>[0-9]{{1,4}}(?:\ ?\+\ ?[0-9]{{1,4}}){{1,6}})(?![0-9.%+万亿]|\ ?\+)
        | (?P<digits>{DIGITS})(?:\ {{0,2}}(?P<more>[多余])?(?P<scale>(?:个(?=亿))?{SCALE}{{1,4}}))?(?P<still>[多余])?
          (?:\ {{0,2}}(?P<unit>{digits}))?
        | (?P<han>{HAN})(?:(?P<han_more>[多余])(?P<han_scale>[万亿]{{1,2}})?|来(?={numerals}))?
          (?:\ ?(?P<han_unit>{numerals}))?
        )""",
        re.VERBOSE,
    )


@functools.lru_cache(maxsize=4096)
def _numeral(text):
    """Return the value of a Chinese numeral, None where it is none."""
    import cn2an

    base = text.rstrip("万亿")
    scale = Decimal(1).scaleb(sum(4 if char == "万" else 8 for char in text[len(base) :]))
    base = base.replace("两", "二")
    try:
        value = cn2an.cn2an(base if base[:1] not in ("百", "千", "万", "亿", "") else "一" + base, "strict")
    except ValueError:
        return None
    return Decimal(str(value)) * scale


def _figures(text):
    """Yield all that looks like a figure and can be read, in order."""
    for match in _pattern().finditer(text):
        if match.end() - match.start() > LONGEST + 15:
            continue
        start, end = match.span()
        if match["ordinal"]:
            place, title = match["place"], match["title"]
            number = Decimal(place) if place[0] in "0123456789" else _numeral(place)
            if number is not None and len(place) <= LONGEST:
                bound = "under" if match["ordinal"] == "前" else ""
                yield _Figure(start, end, number, RANK, bound=bound, kind="rank", sure=bool(title))
        elif match["whole"]:
            whole, part = _numeral(match["whole"]), match["part"]
            part = _numeral(part) if part[0] not in "0123456789" else Decimal(re.sub("[ ,，]", "", part))
            if part is not None and match["whole"] in ("百", "千"):
                yield _Figure(start, end, part, {"百": "%", "千": "‰"}[match["whole"]], kind="whole")
            elif part is not None and whole:
                yield _Figure(start, end, round(part / whole, 4), "1", kind="whole")
        elif match["above"]:
            if int(match["above"]) < int(match["below"]) <= 10:
                value = Decimal(match["above"]) / Decimal(match["below"])
                yield _Figure(start, end, round(value, 4), "1", kind="whole")
        elif match["sum"]:
            total = sum(map(Decimal, match["sum"].split("+")))
            yield _Figure(start, end, total, kind="whole", sure=True)
        elif match["digits"]:
            yield from _digits(match, text)
        else:
            yield from _numerals(match)


def _digits(match, text):
    """Yield a figure in digits."""
    start, end = match.span()
    digits, unit = re.sub("[ ,，]", "", match["digits"]), _unit(match["unit"])
    after = text[end : end + 1]
    name = unit == "G" and len(digits) == 1 and not match["scale"]  # 5G
    if name or len(digits) > LONGEST or (not unit and re.match("[A-Za-z@#_+×]", after)):
        return
    scale = Decimal(1)
    for char in (match["scale"] or "").removeprefix("个"):
        scale *= {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[char]
    more = match["more"] or match["still"]
    # 2.0版 and 第8.6代 are names; so is 300亿级, which is a class.
    part = re.search(r"\.[0-9]*[1-9]", digits) and not re.match("[版代级时]", after)
    sure = bool(more or part or (match["scale"] and after != "级") or re.search("[,，]", match["digits"]))
    yield _Figure(start, end, Decimal(digits), unit, scale, "over" if more else "", "digits", sure)


def _numerals(match):
    """Yield a figure in Chinese numerals; two of 两三个."""
    start, end = match.span()
    han, unit, more = match["han"], _unit(match["han_unit"]), match["han_more"]
    if len(han) > LONGEST or han == "二":  # 二次, 二期, 二手: an ordinal, for two of a thing are 两
        return
    bound = "over" if more else "about" if "来" in match[0][len(han) : len(han) + 1] else ""
    pair = re.fullmatch("([二两三四五六七八])([三四五六七八九])([十百千万亿]*)", han)
    if pair and unit:
        for numeral, span in ((pair[1], (start, start + 1)), (pair[2], (start + 1, end))):
            yield _Figure(*span, _numeral(numeral + pair[3]), unit, bound=bound, kind="numeral")
        return
    number = _numeral(han)
    if number is not None:
        scale = _numeral("一" + match["han_scale"]) if match["han_scale"] else Decimal(1)
        kind = "head" if han[0] in "百千万亿" else "numeral"
        sure = han[-1] in "万亿" and kind != "head" and match.string[end : end + 1] != "级"
        yield _Figure(start, end, number, unit, scale, bound, kind, sure)


def _shared(figures, text):
    """Join 3亿5000万, and let the first of a range or row share the unit and the scale of the next."""
    joined = []
    for figure in figures:
        last = joined[-1] if joined else None
        adjacent = last and last.end == figure.start and last.kind == figure.kind == "digits" and not last.unit
        if adjacent and last.scale > figure.number * figure.scale:
            total = last.number * last.scale + figure.number * figure.scale
            joined[-1] = _Figure(last.start, figure.end, total, figure.unit, bound=figure.bound, sure=True)
        else:
            joined.append(figure)
    for left, right in reversed(list(itertools.pairwise(joined))):
        if left.unit or not right.unit or not {left.kind, right.kind} <= {"digits", "numeral"}:
            continue
        gap = text[left.end : right.start]
        if len(gap) <= 4 and (PARTED.fullmatch(gap) or (LISTED.fullmatch(gap) and left.kind == "digits")):
            left.unit, left.sure = right.unit, True
            if left.scale == 1 and left.number < right.number:
                left.scale = right.scale
    return joined


COLUMNS = ("passage_id", "start", "end", "kind", "text", "number", "unit", "bound", "direction")
BEFORE, BEHIND = 30, 12  # characters around a figure that are looked at

RANKED = re.compile(
    "(?:排名|[名排]列|位[列居次]|[居列排]|升[至到]|进入|跻身|全国|[全各]省|全市|[全市]区|全球|世界|[国省区]内|亚洲|[中西东]部|地区|百强)"
    "[^，。；：\n]{0,8}$"
)

# What stands before a figure: how exact it is, and whether it tells of a change. Longer words come first in a search
# that is tied to the figure, so 不超过 is found before 超过.
BOUND = re.compile(
    "(?:(?P<under>不到|未到|不[足满及]|未满|[不未]超过?|不高于|不[多大]于|[少小低]于|未达到?|至多|≤|<)"
    "|(?P<over>不[少低小]于|不下于?|至少|超过|超出|(?<!赶)超越?|逾|突破|(?<![打攻])破|[多大高]于|(?<=[都已总量额值入数均各比月])过|≥|>)"
    "|(?P<about>大约|(?<![节条签公预契合违集邀制])约合?|大概|接近|将近|(?<![附最临靠邻相亲])近))[了有为达 ]{0,2}$"
)
BOUND_BEHIND = re.compile(
    r"(?P<about>左右|上下|前后)|(?P<over>[及]?以上|之上|有余|余|多(?=[的，。；、已]))"
    r"|(?P<under>及?以[下内]|之内|内(?![部容外地陆置蒙在河科涝环生]))"
)
FROM = r"\0+[年底末初]*的?"  # 升到2012年底的7329家
GAP = (
    r"(?:[率幅速]|[了约近超逾过为达至到\s]|接近|不到|不足|突破|至少|以上|左右|同比|累计|控制在|每[人户年月日亩]"
    rf"|{FROM}){{0,5}}$"
)
RISES = (
    "增[长加多至到为速幅]?|新增|净增|上[升涨调浮]|涨[至到幅]?|升[至到为]|[攀跃回]升|提[高升至到速标]|扩大|扩[大展容]?[至到为]"
    "|[加拓]宽|延长|拓展[至到]"
)
FALLS = (
    "负增长|(?<![不至多])少|下[降跌调滑浮]|降[低幅至到为]?|减[少至到为幅排]?|缩[短减小]|压[减缩降]|精简|削减"
    "|[回跌]落|收窄|跌[至到幅]?|缩[至到为]"
)
# These may have their object between them and the figure: 减少审批环节20个.
WITH_OBJECT = "(?<=增加|新增|净增|减少|压减|降低|压缩|缩短|缩减|削减|精简)[^，。；：、由从的\n]{1,10}?"
CHANGE = re.compile(f"(?:(?P<fall>{FALLS})|(?P<rise>{RISES}))(?!值)(?:{WITH_OBJECT})?{GAP}")
CHANGE_BEHIND = re.compile(
    r".{0,2}的(?:年[均度])?(?:(?P<rise>增[长速幅]|涨幅|速度(?:增|递增|提升))|(?P<fall>[降跌]幅|速度(?:下降|递减)))"
)
COUNTED = re.compile("城市|企业|项目|团队|部门|单位|街镇|区县|方面|场景")
# 近三年, 过去五年, 三年来: times.
LASTING = re.compile("(?:(?<![了时达经用有])近|最近|过去|未来|今后|[这头历]|(?<![此之以])前)(?:年|个月|周|天)$")
SINCE = re.compile("多?以?来(?![自源到往])")


class Quantity(NamedTuple):
    """A figure in a text: where it stands, and what it says."""

    start: int
    end: int
    number: str
    unit: str
    bound: str
    direction: str


def find(text):
    """Find the figures of a text.

    Parameters
    ----------
    text : str
        Any text, damaged by conversion or not: full-width digits, spaces and commas within figures are read as meant.

    Returns
    -------
    list of Quantity
        In order, none overlapping another. ``start`` and ``end`` cover the figure with its unit, not the words that
        give its bound or direction. ``number`` is a plain decimal, exact but for fractions, which have four places;
        ``unit`` is without 万 and 亿 and may be empty; ``bound`` is ``about``, ``over``, ``under`` or empty;
        ``direction`` is ``rise`` or ``fall`` where the figure is by how much, or to what, something changed, else
        empty. Growth in number (新增, 净增) is a rise.

    Examples
    --------
    >>> text = "光纤到户185万户，占比由54.5%降至48.3%。"
    >>> [(text[q.start : q.end], q.number, q.unit, q.direction) for q in find(text)]
    [('185万户', '1850000', '户', ''), ('54.5%', '54.5', '%', ''), ('48.3%', '48.3', '%', 'fall')]
    """
    plain = _plain_mark(text)
    found, last = [], None
    for figure in _shared(_figures(plain), plain):
        prefix = plain[max(last.end if last else 0, figure.start - BEFORE) : figure.start]
        behind = plain[figure.end : figure.end + BEHIND]
        bound = figure.bound or _bound(figure, prefix, behind)
        direction = _direction(prefix, behind)
        if last and not direction and last.unit == figure.unit and ROW.fullmatch(prefix):
            direction = last.direction
        if _counts(figure, prefix, behind, bound=bound, direction=direction):
            number, unit = figure.number * figure.scale, figure.unit
            if unit == "成":
                number, unit = number / 10, "1"
            last = Quantity(figure.start, figure.end, _plain(number), unit, bound, direction)
            found.append(last)
    return found


def tag(passages, times=None):
    """Tag the figures of passages.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``.
    times : pandas.DataFrame, optional
        Stretches that are tagged as times: ``passage_id, start, end``. A figure that overlaps one is none.

    Returns
    -------
    pandas.DataFrame
        A row a figure, ordered by passage and start: ``passage_id, start, end, kind`` (always ``quantity``), ``text``
        and, as `find` gives them, ``number, unit, bound, direction``.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["用3年建成近300个站"]})
    >>> tag(passages)[["text", "number", "unit", "bound"]].to_csv(index=False).split()
    ['text,number,unit,bound', '3年,3,年,', '300个,300,个,about']
    >>> tag(passages, pd.DataFrame({"passage_id": ["a#1"], "start": [1], "end": [3]}))["text"].tolist()
    ['300个']
    """
    taken = set()
    if times is not None:
        for passage, start, end in zip(times["passage_id"], times["start"], times["end"], strict=True):
            taken.update((passage, place) for place in range(start, end))
    rows = [
        (passage, q.start, q.end, "quantity", text[q.start : q.end], *q[2:])
        for passage, text in zip(passages["passage_id"], passages["text"], strict=True)
        for q in find(text)
        if taken.isdisjoint((passage, place) for place in range(q.start, q.end))
    ]
    tagged = pd.DataFrame(rows, columns=list(COLUMNS))
    return tagged.astype({column: int if column in ("start", "end") else str for column in COLUMNS})


def _bound(figure, prefix, behind):
    """Return how exact the words before, else behind, say that a figure is."""
    if figure.kind == "head" and prefix.endswith("上"):
        return "over"
    match = BOUND.search(prefix[-8:]) or BOUND_BEHIND.match(behind)
    return match.lastgroup if match else ""


def _direction(prefix, behind):
    """Return whether the words before, else behind, say that a figure is a rise or a fall."""
    match = CHANGE.search(prefix) or CHANGE_BEHIND.match(behind)
    return match.lastgroup if match else ""


def _counts(figure, prefix, behind, *, bound, direction):
    """Say whether a figure is a quantity."""
    if figure.kind in ("rank", "whole"):
        ends = re.match(r"[，。；、,;）)”\s的]|$", behind)
        return figure.sure or figure.kind == "whole" or bool(ends and RANKED.search(prefix))
    lasting = LASTING.search(prefix[-2:] + figure.unit) or (figure.unit in ("年", "个月") and SINCE.match(behind))
    name = re.match("[”’」』]", behind) and re.search("[“‘「『][^”’」』]{0,8}$", prefix)  # “30条”
    if lasting or name:
        return False
    if figure.kind == "digits":
        return bool(figure.unit) or figure.sure or _is_counting(figure, prefix, behind, bound, direction)
    if re.search("[“‘「『数几第成每]$", prefix) or behind.startswith("几"):
        return False
    if figure.kind == "head":  # 上百家, 超百亿元, 千场以上, 千名; not 千亿元园区
        near = figure.bound or BOUND.search(prefix[-8:]) or re.search("(?:(?<!以)上|[超过破达]到?)$", prefix)
        counted = figure.number >= 100 and (figure.unit in {*"个名项件台"} or (figure.unit != "元" and bound))
        return bool(figure.unit and (near or counted))
    return bool(figure.unit or figure.sure) and (figure.number * figure.scale >= 2 or figure.unit == "成")


def _is_counting(figure, prefix, behind, bound, direction):
    """Say whether a whole number without a unit counts something: 120城市, 指数达45, 突破5000."""
    if re.fullmatch(YEAR, str(figure.number)) or re.match("[大级版代期号]", behind):
        return False
    reached = (direction or re.search("[达为至到]$", prefix)) and re.match("[，。；、]|$", behind)
    return bool(bound or reached or COUNTED.match(behind))


def _plain(number):
    """Write a number as a plain decimal, without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
