"""Figures with their units: how many, how much, and how far up or down.

What a figure is, and how it is written down, is fixed in ``docs/marking.md``. 万 and 亿 are multiplied out (185万户 is
1850000 户). A fraction or 成 is a number of unit ``1`` (三分之一 is 0.3333). A rank has unit ``第…名``; 前十名 is
``under`` 10. A sum is its total (1+17 is 18, without a unit). Of a range, and of figures in a row, one that has no
unit shares that of the next, and its 万 or 亿 (20—30亿元; 4.1、7.3个百分点).

Dates, ordinals and names are no figures. A number without a unit may be either (12345热线, 3935战役, 120城市): it
counts only where a bound, a change, 万 or 亿, a decimal or a noun that is counted says so.
"""

import re
from typing import NamedTuple

from cityanalysis import numerals

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
    plain = numerals.plain(text)
    found, last = [], None
    for figure in numerals.read(plain):
        prefix = plain[max(last.end if last else 0, figure.start - BEFORE) : figure.start]
        behind = plain[figure.end : figure.end + BEHIND]
        bound = figure.bound or _bound(figure, prefix, behind)
        direction = _direction(prefix, behind)
        if last and not direction and last.unit == figure.unit and numerals.ROW.fullmatch(prefix):
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
    >>> import pandas as pd
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["用3年建成近300个站"]})
    >>> tag(passages)[["text", "number", "unit", "bound"]].to_csv(index=False).split()
    ['text,number,unit,bound', '3年,3,年,', '300个,300,个,about']
    >>> tag(passages, pd.DataFrame({"passage_id": ["a#1"], "start": [1], "end": [3]}))["text"].tolist()
    ['300个']
    """
    import pandas as pd

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
    if re.fullmatch(numerals.YEAR, str(figure.number)) or re.match("[大级版代期号]", behind):
        return False
    reached = (direction or re.search("[达为至到]$", prefix)) and re.match("[，。；、]|$", behind)
    return bool(bound or reached or COUNTED.match(behind))


def _plain(number):
    """Write a number as a plain decimal, without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
