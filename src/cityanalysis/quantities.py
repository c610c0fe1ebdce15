"""Figures with their units, in digits and in Chinese numerals: how many, how much, and how far up or down.

What a figure is, and how it is written down, is fixed in ``docs/marking.md``, section Quantities. Of a range, and of
figures in a row, one that has no unit shares that of the next, and its 万 or 亿 (20—30亿元; 4.1、7.3个百分点). A number
without a unit may be either (12345热线, 3935战役, 120城市): it counts only where a bound, a change, 万 or 亿, a decimal
or a noun that is counted says so.

First comes what looks like a figure and what it is worth, then which of these count or measure something. Numerals are
read here: cn2an reads in its strict mode none of 二点五亿, 1.2万亿, 3亿零500万 and 一千五, in the others 二〇一八 as
2018, and in no mode 十亿亿 or 十七八.
"""

import functools
import itertools
import re
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import NamedTuple

import pandas as pd

from cityanalysis import files, words

RANK = "第…名"
LONGEST = 20  # characters of a numeral; a longer one is a code

# Full-width forms as half-width ones, each a character, so that positions stay; not the marks that part clauses.
NARROW = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94) if chr(0x21 + i) not in "!(),:;?"}
NARROW |= dict(zip("\u3000\xa0−﹣〇壹贰叁肆柒捌玖佰仟", "  --零一二三四七八九百千", strict=True))
WIDE = re.compile(f"[{''.join(NARROW)}]")
# As on a bill, beside another numeral: by themselves these are mostly in names (陆家嘴, 队伍).
CAPITALS = re.compile(
    "(?=[伍陆拾])(?:(?<=[零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟])[伍陆拾]|[伍陆](?=[拾佰仟])"
    "|(?<![收捡])拾(?=[万亿一二三四五六七八九壹贰叁肆伍陆柒捌玖]))"
)
QUOTED = re.compile('"([^"\n]*)"')
PLAIN = str.maketrans("伍陆拾", "五六十")

# Numerals. Every repetition here and below is bounded, so that no text takes long.
DIGIT = {char: Decimal(i % 10) for i, char in enumerate("零一二三四五六七八九0123456789")} | {"两": Decimal(2)}
POWER = {"亿": 8, "万": 4, "千": 3, "百": 2, "十": 1}
ONE = "[一二三四五六七八九两]"
THOUSAND = "千(?![瓦克伏兆焦帕赫卡升])"  # else it is part of the unit
HUNDRED = "百(?!分(?!钟))"
SCALE = rf"(?:[万亿]|{HUNDRED}|{THOUSAND}(?!米))"
DIGITS = (
    r"(?:[0-9]{1,3}(?:(?:[,，][0-9]{3}){1,5}|(?:\ [0-9]{3}){1,5})(?![0-9])|[0-9]{1,30}(?![0-9]))"
    r"(?:\.[0-9]{1,30}(?![0-9])|(?!\.[0-9]))"
)
FEWER = f"零?(?:[0-9]{{1,4}}(?![0-9.])|{ONE})"
# 3亿零500万, 5万4千6百, 1万600: each step smaller than the one before.
MIXED = (
    rf"{DIGITS}(?:\ {{0,2}}(?:个(?=亿))?{SCALE}{{1,4}}(?:(?<=亿){FEWER}万|(?<=[千百])[万亿]|(?<=[千百])零{FEWER}万"
    rf"|(?<=[亿万]){FEWER}{THOUSAND}(?!米)|(?<=[亿万千]){FEWER}百(?!分)|(?<=[亿万千百]){FEWER}(?![万亿千百%])){{0,6}})?"
)
FIGURES = "零一二两三四五六七八九十百千万亿"
RUN = f"[{FIGURES}]{{1,{LONGEST}}}"
HAN = (
    rf"(?<![{FIGURES}])(?:[零一二两三四五六七八九十万亿]|{HUNDRED}|{THOUSAND}){{1,{LONGEST + 10}}}(?!{ONE})"
    rf"(?:点[零一二三四五六七八九]{{1,{LONGEST}}}[百千万亿]{{0,3}}|个(?=亿)亿)?"
)
PAIR = re.compile("(|.*[十百千万亿])([一二两三四五六七八])([二两三四五六七八九])([十百千万亿]*)")  # 七八千, 十七八
SIGN = r"(?:(?<![正胜肩担辜抱背自欺减税重荷债])负|零下|[-+])"
TO = r"(?:—|–|-|~|～|至|到){1,2}"
YEAR = "(?:19|20)[0-9]{2}"
FRONT = r"(?<![0-9.@_×#·])"
GROUPING = re.compile("[ ,，个]")
PART = re.compile(r"\.[0-9]*[1-9]")
CLASS = re.compile("[版代级时]")  # 2.0版 and 第8.6代 are names; so is 300亿级, which is a class
ARABIC = re.compile(r"[0-9]+(?:\.[0-9]+)?")
BARE = re.compile("[百千万亿]")
TENS = re.compile("[十百千]")
TENTHS = re.compile(f"{ONE}{{2}}|[1-9]{{2}}")  # 九五折, 85折
LETTER = re.compile("[A-Za-z]")
CODE = re.compile("[A-Za-z@#_+×万亿]")
DASH = re.compile(TO)
PARTED = re.compile(rf"(?:\s|\0{{3}})?{TO}\s?约?\s?")
LISTED = re.compile(r"\s?(?:[、/和与及]|以及)\s?")
ROW = re.compile(rf"{PARTED.pattern}|(?:{LISTED.pattern})?")

# Units by rule, beside those of the list; one name for each currency.
CURRENCY = {
    **dict.fromkeys(("人民币", "块钱", "圆", "¥", "￥"), "元"),
    **dict.fromkeys(("美金", "$"), "美元"),
    **dict.fromkeys(("日币", "日圆"), "日元"),
    **dict.fromkeys(("新币", "新加坡元"), "新元"),
    **{"港币": "港元", "台币": "新台币", "韩币": "韩元", "澳币": "澳元", "加币": "加元", "€": "欧元", "£": "英镑"},
}
NAMED_MONEY = "|".join(sorted(map(re.escape, CURRENCY), key=len, reverse=True))
MONEY_BEFORE = re.compile(rf"(新台币|[美欧日韩港澳加]元|{NAMED_MONEY})\ ?$")
MONEY = (
    "元?(?:人民币|新?台币|[日韩港澳加新泰]币|[欧日港美]元|美金|日圆|澳门[元币]"
    rf"|[^\W\d_元的和与及为购买换兑折合约等至到{FIGURES}]{{0,4}}(?:法郎|克朗|卢比|卢布|比索|第纳尔|迪拉姆|里亚尔|先令|林吉特|雷亚尔"
    "|兰特|里拉|泰铢|坚戈|越南盾))|块钱|圆(?=整|[，。；、]|$)"
)
MEASURE = (
    "(?:(?<=零下.)|(?<=零下..)|(?<=零下...))度|[千兆吉]?赫兹?|[千兆]帕|千?焦耳?|[千大]卡(?![车片])|千升|公[升分尺]"
    "|英[里尺寸亩]|加仑|华氏度|克拉|光年|[秒分]钟|个?钟头|折(?![合算扣旧叠抵页纸线现价射腾断回返])"
)
LATIN = (
    "(?:[EGMTZkKmcnμ]?(?:Wh|W|VA|V|Hz|Pa|J|g|m[²³]?|L|l|B|bps)|[kKcC]M|KG|ML|cc|[EPTG](?:flops|FLOPS)|°F|℉)(?:/[shd])?"
    "(?![A-Za-z0-9])"
)
RATE = "/1?(?:0{3,6}|0{0,2}[十百千万]{1,2}(?![瓦克伏米升]))"  # 9.5/10万
SIGNED = ("%", "‰", "百分点", "℃", "°C", "摄氏度", "度", "元", "美元")  # of what may lie below nothing
LONG = re.compile("[年月天日周岁时钟秒期纪倍成番折元钱币里米顷亩吨斤克升度]$")  # behind these 多 means more: 3年多
HALVED = "个?(?:月|小时|星期|学期|世纪|学时|课时|钟头|百分点)"
HALF = r"年(?![报会度刊期检总])|个?(?:小时|月|世纪|学期|星期|钟头)(?<!半月)|天|公里|公斤|公升|[亩吨]|加仑"

# Numbers that cannot be others, in expressions of politics and of the language; words.dictionary_frequency knows more.
FIXED = (
    "三次(?:产业|分配)|三五成群|三支一扶|三轮车|[二三]把手|三把火|两张皮|两条腿走|[四五]套班子|第[一二三四五六七八九十]{1,3}个五年"
    "|[二两三四五六七八九十]{1,2}个(?:坚持|确保|维护|确立|务必|面向|代表(?![处团队人])|凡是|自信|意识|大局|毫不|最严|区分开|服从|倡导"
    "|基本点|现代化|转变|聚焦|全面|一(?:百年|工程|批|律|$|[，。、）])"
    "|(?:结合|健康|统一|文明|革命|先行|加强|强化|提升|责任|清单|工程|必须|坚定|落实|到位|覆盖|衔接|转化|推进"
    "|融合)(?=[，。；、）]|$))|[九五六三]年(?:一贯|义务|制)"
    "|(?:24|二十四)\\ ?节气|(?:8|八)\\ ?个?小时(?:(?:工作)?[以之]?外|工作[制日])|负[0-9一二三四五]{1,2}层"
)


@dataclass(slots=True)
class _Figure:
    """A figure as it is read."""

    start: int
    end: int  # its unit included
    number: Decimal
    unit: str = ""  # without 万 and 亿
    scale: Decimal = Decimal(1)  # 万 or 亿, which a range may share: the value is number times scale
    step: Decimal = Decimal(1)  # 百 or 千 behind a single digit, which a range may share, too
    bound: str = ""  # what 多, 余, 来 and 前 in it say
    kind: str = "digits"  # or numeral, head (a bare 百, 千, 万 or 亿), rank, or whole: a fraction or a sum
    sure: bool = False  # whether its form alone shows that it is a figure
    sign: str = ""


def _plain_mark(text):
    r"""Return a text, as long as it is, with plain digits; dates, titles, names in quotes and the like are ``\0``."""
    plain = CAPITALS.sub(lambda capital: capital[0].translate(PLAIN), text)
    plain = WIDE.sub(lambda wide: NARROW[wide[0]], plain)
    plain = QUOTED.sub(r"“\1”", plain) if '"' in plain else plain
    return _names().sub(lambda name: "\0" * len(name[0]), plain)


@functools.cache
def _units():
    """Return the patterns of the units: after any figure, after digits, and of those that count no time."""
    table = files.table("data/lexicon/units.csv")
    table = table.sort_values("unit", key=lambda units: -units.str.len(), kind="stable")
    # 个 before a unit that is a noun of its own is not part of it: 5个百分点.
    # (In either case it is known which: Python 3.11 before 3.11.5 errs in possessive groups.)
    alone = "个(?=百分点|工作日|小时|学时|课时|星期|季度)"
    lone = f"(?:{alone}|(?!{alone}))"
    every = "|".join(map(re.escape, table["unit"]))

    def pattern(rows, more=""):
        units = "|".join(
            re.escape(unit)
            + (f"(?!{then})" if then else "")
            + ("(?![A-Za-z0-9])" if re.search("[A-Za-z]$", unit) else "")
            for unit, then in zip(rows["unit"], rows["not_before"], strict=True)
        )
        per = f"(?:/(?:{every}|[日月时])(?![A-Za-z])|{RATE}(?:{every})?)"
        return f"{lone}(?:{MONEY}|{MEASURE}|{more}{units}){per}?|{RATE}(?:{every})?"

    spans = table["unit"].str.contains("^[年月日天周]|季度")
    timeless = pattern(table[~spans], f"{LATIN}|")
    return pattern(table[table["after"] == "any"]), pattern(table, f"{LATIN}|"), timeless


@functools.cache
def _names():
    """Return the pattern of what holds digits and is no figure."""
    amount = rf"(?!\ ?(?:[万亿]|{_units()[2]}))"  # 1900-2000名, 2010.05公顷
    return re.compile(
        rf"""(?=[《〔\[（(“‘「『0-9A-Za-z负第\ 一二两三四五六七八九十])(?:
    《[^《》\n]{{1,120}}》 | [〔\[（(]\ ?[0-9]{{1,4}}\ ?[〕\]）)] | ^\ {{0,8}}[0-9]{{1,2}}[.．、](?![0-9])
    | [“‘「『][^“”‘’「」『』，。；：！？\n]{{1,24}}(?=[”’」』])  # “5+2”, “15分钟生活圈”
    | (?<=以[上下内])[（(]不?含[^（）()，。\n]{{1,12}}[）)]  # 3次以上（含3次）
    | [（(]不?含(?:[^（）()，。\n]{{0,12}}[）)](?=[及或]?以[上下内])|[）)])
    | {FIXED} | (?<![0-9.])(?:{YEAR}\ ?年?\ ?{TO}\ ?(?:{YEAR}|[0-9]{{2}})(?![0-9])\ ?年?{amount}  # 2016—2019年
      | {YEAR}\ ?年?[、和]?(?={YEAR}\ ?年) | {YEAR}[-./][01]?[0-9](?:[-./][0-3]?[0-9])?(?![0-9%]){amount}
      | [0-9]{{4,8}}\ ?年(?!的?[^\W\d_]{{0,4}}史(?![建文遗名街性城]))(?:度|[初中底末])? | [089][0-9]\ ?年
      | (?:[0-9]{{1,2}}\ ?月?\ ?(?:{TO}|[、和]))?[0-9]{{1,8}}\ ?月份?
      | (?:[0-9]{{1,2}}\ ?日?\ ?(?:{TO}|[、和]))?[0-9]{{1,8}}\ ?日(?!以?内|[元币圆])
      | [0-9]{{1,30}}(?:\.[0-9]{{1,30}})?(?:\ ?[:：∶]\ ?[0-9]{{1,8}}(?:\.[0-9]{{1,8}})?){{1,3}}  # 1:500, 8:30
      | [0-9]{{1,30}}\ ?[×xX*]\ ?[0-9]{{1,8}}(?:\ ?小时)? | 24\ ?小时(?!以?[内里]|之内|左右|以上|[，。；、）]|$)
      | [0-9]{{1,4}}(?:\ ?\+\ ?[0-9]{{1,4}}){{0,6}}\ ?\+\ ?[A-Za-z] | [A-Za-z](?:\ ?\+\ ?[0-9A-Za-z]{{1,4}}){{1,6}}
    ))""",
        re.VERBOSE | re.MULTILINE,
    )


def _unit(text):
    """Return a unit as it is written down."""
    unit, slash, base = (text if text in ("个", "个月") else (text or "").removeprefix("个")).partition("/")
    unit = unit[1:] if unit[:1] == "元" and len(unit) > 1 else unit  # 元人民币
    return CURRENCY.get(unit, unit) + slash + base.replace("十万", "10万")


@functools.cache
def _pattern():
    """Return the pattern of all that looks like a figure."""
    numerals, digits, _ = _units()
    return re.compile(
        rf"""(?=[-+0-9第前半负零一二两三四五六七八九十百千万亿]){FRONT}(?:
        (?P<ordinal>第|(?<![目之此以提当年月日底会\0])前)\ ?(?P<place>[0-9]{{1,{LONGEST}}}(?![0-9.]|\ ?%)|{RUN})
          (?P<title>名|位(?!数)|(?<=[0-9])强(?=[，。；、])|(?<=[百十])强)?
        | (?P<less>{SIGN})?(?:(?P<entire>{RUN}|[0-9]{{1,8}})又)?(?P<whole>{RUN}|[0-9]{{1,8}})分之
          (?P<part>{SIGN}?(?:{DIGITS}|{HAN}))(?![A-Za-z])
        | (?P<above>[1-9])/(?P<below>[1-9][0-9]?)(?![0-9/.十百千万])
        | (?<![A-Za-z])(?P<sum>[0-9]{{1,4}}(?:\ ?\+\ ?[0-9]{{1,4}}){{1,6}})(?![0-9.%+万亿]|\ ?\+)
        | (?<![上下前后大小多每一过以夜对个])半(?P<half_more>个多(?=[月小世]))?(?P<half_unit>{HALF})(?![一圈游])
        | (?P<sign>{SIGN})?(?:(?<![A-Za-z])(?P<digits>{MIXED})|(?P<han>{HAN}))
          (?:\ ?(?P<more>[多余])(?P<scale>{SCALE}{{1,4}})?|(?P<around>来)(?=\ ?(?:{numerals})))?
          (?:\ {{0,2}}(?:个(?P<mid>[半多])(?P<halved>{HALVED})|(?P<unit>(?(han)(?:{numerals})|(?:{digits})))
            (?:(?P<half>半(?![价径数边岛成导自封闭脱年月天小日夜个工决点直潜挂载]))
            |(?<=[成米元块])(?P<tenth>{ONE})(?=[，。；、的以左到至]|$)
            |(?<=[元块])(?=(?:[0-9]|{ONE})[角毛分](?![之公别]))
              (?:(?P<jiao>[0-9]|{ONE})[角毛])?(?:(?P<fen>[0-9]|{ONE})分)?钱?)?))?
        )""",
        re.VERBOSE,
    )


@functools.lru_cache(maxsize=4096)
def _numeral(text):
    """Return the value of a numeral in digits, Chinese numerals or both; None where it is none."""
    whole, point, part = text.partition("点")
    if point and all(char in DIGIT for char in part):
        value = _numeral(whole or "零")
        return None if value is None else value + Decimal("0." + "".join(str(DIGIT[char]) for char in part))
    for sign, power in POWER.items():
        if sign in text:
            head, rest = text.rsplit(sign, 1)
            many = _numeral(head) if head else Decimal(1)
            if BARE.match(rest) or sign in head.rstrip(sign):  # 万千; 三亿五亿, two figures run together
                return None
            few = _digit(rest) * 10 ** (power - 1) if _digit(rest) else _numeral(rest.lstrip("零") or "零")  # 一千五
            sound = many is not None and few is not None and few < 10**power and (power > 3 or not TENS.search(head))
            return many * 10**power + few if sound else None
    return Decimal(text) if ARABIC.fullmatch(text) else _digit(text)


def _digit(text):
    """Return the value of a single digit of either kind, else None."""
    return DIGIT.get(text)


def _figures(text):
    """Yield all that looks like a figure and can be read, in order."""
    before = -1  # where the last one ended
    for match in _pattern().finditer(text):
        dash = match["sign"] in ("-", "+") and 0 < match.start() != before
        code = dash and LETTER.match(text, match.start() - 1)  # COVID-19
        if match.end() - match.start() > LONGEST + 15 or code:
            continue
        for figure in _read(match, text, before):
            yield figure
            before = figure.end


def _read(match, text, before):
    """Yield what a match of the pattern is worth: one figure or two, or none."""
    start, end = match.span()
    if match["ordinal"]:
        place, number = match["place"], _numeral(match["place"])
        if number is not None and len(place) <= LONGEST:
            bound = "under" if match["ordinal"] == "前" else ""
            yield _Figure(start, end, number, RANK, bound=bound, kind="rank", sure=bool(match["title"]))
    elif match["whole"]:
        yield from _fraction(match)
    elif match["above"]:
        if int(match["above"]) < int(match["below"]) <= 10:
            yield _Figure(start, end, _ratio(Decimal(match["above"]), Decimal(match["below"])), "1", kind="whole")
    elif match["sum"]:
        total = sum(map(Decimal, match["sum"].split("+")))
        yield _Figure(start, end, total, kind="whole", sure=True)
    elif match["half_unit"]:
        unit = "个月" if match["half_unit"] == "月" else _unit(match["half_unit"])
        bound = "over" if match["half_more"] else ""
        yield _Figure(start, end, Decimal("0.5"), unit, bound=bound, kind="numeral", sure=True)
    else:
        yield from _counted(match, text, before)


def _ratio(part, whole):
    """Return a fraction: exact where the decimal ends, else with four digits that count."""
    value = Context(prec=LONGEST).divide(part, whole)
    return value if value * whole == part else Context(prec=4).divide(part, whole)


def _fraction(match):
    """Yield a fraction, per cent or per mille."""
    whole, part = match["whole"], GROUPING.sub("", match["part"]).lstrip("负+-")
    minus = -1 if match["less"] in ("负", "-") or match["part"][0] in "负-" else 1
    below, above, entire = (_numeral(numeral) for numeral in (whole, part, match["entire"] or "零"))
    if above is None or entire is None or not below:
        return
    if whole in ("百", "千"):
        number, unit = above, {"百": "%", "千": "‰"}[whole]
    else:
        number, unit = entire + _ratio(above, below), "1"
    yield _Figure(*match.span(), minus * number, unit, kind="whole", sign="-" if minus < 0 else "")


def _counted(match, text, before):
    """Yield a number with its unit; two of 两三个."""
    start, end = match.span()
    numeral = GROUPING.sub("", match["han"] or match["digits"]) + (match["scale"] or "")
    unit = _unit_of(match, text)
    if not _is_number(match, numeral, unit, text):
        return
    signed = _is_signed(match, text, unit, before)
    start += 0 if signed else len(match["sign"] or "")
    bound = "over" if match["more"] or match["mid"] == "多" else "about" if match["around"] else ""
    pair = PAIR.fullmatch(numeral) if match["han"] and unit != "折" and (unit or numeral[-1] in "万亿") else None
    if pair and (DIGIT[pair[3]] - DIGIT[pair[2]] == 1 or pair[2] + pair[3] in ("三五", "三两")):
        middle = start + len(pair[1]) + 1
        for digit, span in ((pair[2], (start, middle)), (pair[3], (middle, end))):
            if number := _numeral(pair[1] + digit + pair[4]):
                yield _Figure(*span, number, unit, bound=bound, kind="numeral", sure=True)
        return
    number, scale, step = _parts(numeral, unit)
    if number is None or scale is None:
        return
    half = scale == 1 and bool(match["half"] or match["mid"] == "半")
    number += Decimal("0.5") if half else 0
    for group, power in (("tenth", -1), ("jiao", -1), ("fen", -2)):
        number += _digit(match[group]).scaleb(power) if match[group] else 0
    named = CLASS.match(text, end)
    if match["digits"]:
        kind, scaled = "digits", numeral[-1] in POWER or PART.search(numeral)
        sure = bool(match["more"] or (scaled and not named) or "," in match["digits"] or "，" in match["digits"])
    else:
        kind = "head" if numeral[0] in "百千万亿" else "numeral"
        sure = numeral[-1] in "万亿" and kind != "head" and not named
    sign = match["sign"] if signed else ""
    number = -number if sign and sign != "+" else number
    yield _Figure(start, end, number, unit, scale, step, bound, kind, half or sure, sign)


def _unit_of(match, text):
    """Return the unit of a number, with a currency that stands before it (港币500万元)."""
    unit = "个月" if match["halved"] == "月" else _unit(match["halved"] or match["unit"])
    money = MONEY_BEFORE.search(text, max(0, match.start() - 5), match.start()) if unit in ("", "元") else None
    return CURRENCY.get(money[1], money[1]) if money else unit


def _is_number(match, numeral, unit, text):
    """Say whether what looks like a number may be one, and is no name, ordinal or code."""
    start, end = match.span()
    if match["han"]:
        apart = not unit and numeral[-1] not in "万亿" and not DASH.search(text, max(0, start - 1), end + 1)
        return not apart and not (numeral == "二" and unit)  # 二次, 二期, 二手: for two of a thing are 两
    name = unit in ("G", "g") and len(numeral) == 1  # 5G
    long = sum(char.isdigit() for char in numeral) > LONGEST
    return not (name or long or (not unit and CODE.match(text, end)))


def _is_signed(match, text, unit, before):
    """Say whether a number has a sign; - and + are dashes unless before what may lie below nothing."""
    start = match.start()
    if match["sign"] not in ("-", "+"):
        return bool(match["sign"])
    return (
        start != before
        and text[start - 1 : start] != "\0"
        and (unit in SIGNED or (start > 0 and text[start - 1] in "共为达至到由从于"))
    )


def _parts(numeral, unit):
    """Return number, 万 or 亿, and step of a numeral, the last two as a range may share them."""
    base = numeral.rstrip("万亿")
    if "万" in base or "亿" in base:
        base = numeral
    if unit == "折" and TENTHS.fullmatch(base):
        return _digit(base[0]) + _digit(base[1]) / 10, Decimal(1), Decimal(1)
    scale = _numeral(numeral[len(base) :]) if len(base) < len(numeral) else Decimal(1)
    single = len(base) == 2 and _digit(base[0]) and base[1] in "百千"
    step = Decimal(10) ** POWER[base[1]] if single else Decimal(1)
    return _numeral(base) if base else Decimal(1), scale, step


def _shared(figures, text):
    """Let the first of a range or row share the unit and the scale of the next, and 五 the per cent of 百分之三到五."""
    figures = list(figures)
    for left, right in reversed(list(itertools.pairwise(figures))):
        gap = text[left.end : right.start]
        parted = len(gap) <= 6 and PARTED.fullmatch(gap)
        if left.kind == "whole" and left.unit in ("%", "‰") and parted and not right.unit:
            right.unit, right.sure = left.unit, True
        if left.unit or not (right.unit or right.scale > 1) or not {left.kind, right.kind} <= {"digits", "numeral"}:
            continue
        if parted or (LISTED.fullmatch(gap) and left.kind == "digits"):
            left.unit, left.sure = right.unit, True
            if left.scale == 1 and left.number < right.number:
                left.scale = right.scale
            if 0 < left.number < min(10, right.number / right.step):
                left.number *= right.step
    return figures


COLUMNS = ("passage_id", "start", "end", "kind", "text", "number", "unit", "bound", "direction")
BEFORE, BEHIND = 30, 14  # characters around a figure that are looked at
SOME = re.compile("[0-9０-９零一二两三四五六七八九十百千万亿半壹贰叁肆伍陆柒捌玖拾佰仟]")

RANKED = re.compile(
    "(?:排名|[名排]列|位[列居次]|[居列排]|升[至到]|进入|跻身|全国|[全各]省|全市|[全市]区|全球|世界|[国省区]内|亚洲|[中西东]部|地区|百强)"
    "[^，。；：\n]{0,8}$"
)

# What stands before a figure: how exact it is, and whether it tells of a change. Longer words come first in a search
# that is tied to the figure, so 不超过 is found before 超过.
EQUAL = r"(?:\ ?或?者?\ ?等于)?"
BOUND = re.compile(
    "(?=[不未少小低至最≤<起超逾突破多大高过≥>约概差接将近])"
    rf"(?:(?P<under>不到|未到|不[足满及]|未满|[不未]超过?|不高于|不[多大]于{EQUAL}|[少小低]于{EQUAL}|未达到?|至多|最[多高大]|≤|<)"
    rf"|(?P<over>不[少低小]于{EQUAL}|不下于?|不止|至少|最[少低小]|起码|超过|超出|(?<!赶)超越?|逾|突破|(?<![打攻])破|[多大高]于{EQUAL}"
    "|(?<=[都已总量额值入数均各比月率迈跨])过|≥|>)"
    "|(?P<about>大约|(?<![节条签公预契合违集邀制])约(?:合|占[^，。；：、\n]{1,12}的)?|大概|差不多|接近|将近"
    r"|(?<![附最临靠邻相亲])近))"
    r"(?:增[长加]|新增|提[高升]|上[升涨]|下降|回落|降低|减少|压减|缩短|翻)?[了有为是达到可占=\ ]{0,2}$"
)
BOUND_BEHIND = re.compile(
    r"\0{0,18}(?:(?P<about>左右|上下|前后)|(?P<over>(?:及|或者?)?以上|或(?:者)?更多|之上|有余|余|多(?=[的，。；、已]))"
    r"|(?P<under>(?:及|或者?)?以[下内]|之内|内(?![部容外地陆置蒙在河科涝环生])))"
)
MORE = re.compile(
    "多(?![种样元层次方家级项个名位条功媒渠维云点边彩地部门领措能民党数余肉孔式语源径跨股批人户处劳少么久晶])"
)
FROM = r"\0+[年底末初]*的?"  # 升到2012年底的7329家
GAP = (
    r"(?:[率幅速]|[了约近超逾过为达至到\s]|接近|不到|不足|突破|至少|以上|左右|同比|累计|控制在|每[人户年月日亩]"
    rf"|{FROM}){{0,5}}$"
)
RISES = (
    "增[长加多至到为速幅]?|新增|净增|再添|上[升涨调浮]|涨[至到幅]?|(?:升[至到为]|[升跃]居)(?:全[国省市区县])?|[攀跃回]升|提[高升至到速标]|扩大|扩[大展容]?[至到为]"
    "|(?<!参)加[至到]|[加拓]宽|延长|拓展[至到]|翻"
)
FALLS = (
    "负增长|(?<![不至多最缺很较])少|下[降跌调滑浮]|降[低幅至到为]?|减[少至到为幅排]?|缩[短减小]|压[减缩降掉]|精简|削减"
    "|[回跌]落|收窄|跌[至到幅]?|缩[至到为]"
)
# These may have their object between them and the figure: 减少审批环节20个.
WITH_OBJECT = "(?<=增加|新增|净增|减少|压减|降低|压缩|缩短|缩减|削减|精简)[^，。；：、由从的\n]{1,10}?"
CHANGE = re.compile(
    f"(?=[负少下降减缩压精削回跌收增新净再上涨升跃攀提扩加拓延翻])(?:(?P<fall>{FALLS})|(?P<rise>{RISES}))(?!值)(?:{WITH_OBJECT})?{GAP}"
)
CHANGE_BEHIND = re.compile(
    r".{0,2}的(?:年[均度])?(?:(?P<rise>增[长速幅]|涨幅|速度(?:增|递增|提升))|(?P<fall>[降跌]幅|速度(?:下降|递减)))"
)
COMPARED = re.compile("(?:[同环]比|[比较][^，。；：\n]{1,8})为?$")  # with a sign: 同比-1.4%
UPWARDS = re.compile("(?<!以)上$|(?<![通经度不])过$")  # 上百家, 过百家
REACHED = re.compile("(?:(?<!以)上|[超过破达]到?)$")
ROUND = re.compile("10+")
END = re.compile(r"[，。；、,;）)”\s的]|$")
YEARS = re.compile(YEAR)
IDIOM = re.compile("[三五七百千万].[五八百千万].")  # 三番五次
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
        In order, none overlapping another. ``start`` and ``end`` cover the figure with its sign and unit, not the words
        that give its bound or direction. ``number`` is a plain decimal, exact but for fractions whose decimal does not
        end, which have four digits that count; ``unit`` is without 万 and 亿 and may be empty; ``bound`` is ``about``,
        ``over``, ``under`` or empty; ``direction`` is ``rise`` or ``fall`` where the figure is by how much, or to what,
        something changed, else empty. Growth in number (新增, 净增) is a rise, growth below nothing a fall.

    Examples
    --------
    >>> text = "光纤到户185万户，占比由54.5%降至48.3%。"
    >>> [(text[q.start : q.end], q.number, q.unit, q.direction) for q in find(text)]
    [('185万户', '1850000', '户', ''), ('54.5%', '54.5', '%', ''), ('48.3%', '48.3', '%', 'fall')]
    """
    if not SOME.search(text):
        return []
    plain = _plain_mark(text)
    found, last = [], None
    for figure in _shared(_figures(plain), plain):
        prefix = plain[max(last.end if last else 0, figure.start - BEFORE) : figure.start]
        behind = plain[figure.end : figure.end + BEHIND]
        bound = figure.bound or _bound(figure, prefix, behind)
        direction = _direction(figure, prefix, behind)
        if last and not direction and last.unit == figure.unit and ROW.fullmatch(prefix):
            direction = last.direction
        if _counts(figure, prefix, behind, plain, bound=bound, direction=direction):
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
    taken = {}
    if times is not None:
        for time in times[["passage_id", "start", "end"]].itertuples():
            taken.setdefault(time.passage_id, set()).update(range(time.start, time.end))
    ids, texts = passages["passage_id"].tolist(), passages["text"].tolist()
    rows = [
        (passage, q.start, q.end, "quantity", text[q.start : q.end], *q[2:])
        for passage, text in files.watched(zip(ids, texts, strict=True), texts)
        for q in find(text)
        if taken.get(passage, set()).isdisjoint(range(q.start, q.end))
    ]
    tagged = pd.DataFrame(rows, columns=list(COLUMNS))
    return tagged.astype({column: int if column in ("start", "end") else str for column in COLUMNS})


def _bound(figure, prefix, behind):
    """Return how exact the words before, else behind, say that a figure is."""
    if figure.kind == "head" and UPWARDS.search(prefix):
        return "over"
    match = BOUND.search(prefix[-20:]) or BOUND_BEHIND.match(behind)
    if not match and LONG.search(figure.unit) and MORE.match(behind):
        return "over"
    return match.lastgroup if match else ""


def _direction(figure, prefix, behind):
    """Return whether the words before, else behind, say that a figure is a rise or a fall."""
    match = CHANGE.search(prefix) or CHANGE_BEHIND.match(behind)
    if figure.number < 0 and (match or COMPARED.search(prefix)):
        return "fall"
    if figure.sign == "+" and not match and COMPARED.search(prefix):
        return "rise"
    return match.lastgroup if match else ""


def _counts(figure, prefix, behind, text, *, bound, direction):
    """Say whether a figure is a quantity."""
    if figure.kind in ("rank", "whole"):
        ends = END.match(behind)
        return figure.sure or figure.kind == "whole" or bool(ends and RANKED.search(prefix))
    value = abs(figure.number * figure.scale)
    lasting = LASTING.search(prefix[-2:] + figure.unit) or (figure.unit in ("年", "个月") and SINCE.match(behind))
    if lasting and value < 100:
        return False
    if figure.kind == "digits":
        base = prefix.endswith("每") and ROUND.fullmatch(f"{value:f}")  # 每10万人
        return not base and (bool(figure.unit) or figure.sure or _is_counting(figure, prefix, behind, bound, direction))
    if (
        prefix.endswith(("数", "几", "第", "每"))
        or behind.startswith("几")
        or (not figure.sure and _in_word(figure, text))
    ):
        return False
    if figure.kind == "head":  # 上百家, 超百亿元, 千场以上, 千名; not 千亿元园区
        near = figure.bound or BOUND.search(prefix[-8:]) or REACHED.search(prefix)
        counted = value >= 100 and (figure.unit in {*"个名项件台"} or bound)
        return bool(figure.unit and (near or counted) and not prefix.endswith("成"))
    many = (
        figure.sure or value not in (0, 1) or figure.unit in ("成", "倍", "折") or (figure.unit == "番" and direction)
    )
    return bool((figure.unit or figure.sure) and many)


def _in_word(figure, text):
    """Say whether a figure is the beginning or the middle of a longer word of the dictionary: 三位一体."""
    frequency = words.dictionary_frequency()
    stretches = (
        text[start:end]
        for start in range(max(0, figure.start - 2), figure.start + 1)
        for end in range(max(start + 4, figure.end + 1), min(len(text), figure.end + 3) + 1)
    )
    idiom = text[max(0, figure.end - 4) : figure.end]
    if figure.end - figure.start < 4 and IDIOM.match(idiom) and frequency(idiom):
        return True
    return any(frequency(word) for word in stretches if not word.endswith(("以上", "以下", "计划", "规划")))


def _is_counting(figure, prefix, behind, bound, direction):
    """Say whether a whole number without a unit counts something: 120城市, 指数达45, 突破5000."""
    if YEARS.fullmatch(str(figure.number)) or behind.startswith(tuple("大级版代期号")):
        return False
    reached = (direction or prefix.endswith(tuple("达为至到"))) and (not behind or behind[0] in "，。；、")
    return bool(bound or reached or COUNTED.match(behind))


def _plain(number):
    """Write a number as a plain decimal, without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
