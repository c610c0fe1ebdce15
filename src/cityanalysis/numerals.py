"""Figures as they are written: numerals in digits and in Chinese, with the units that follow them.

This module says what looks like a figure and what it is worth; `cityanalysis.quantities` says which of these count or
measure something. cn2an reads the Chinese numerals, in its strict mode: its other modes read 二〇一八 as 2018, too, and
none reads 1.2万亿, 一千多 or 三分之一. chinese2digits takes 1+17 for two numbers and leaves 20 in 20—30亿元 at 20.
"""

import functools
import itertools
import re
from dataclasses import dataclass
from decimal import Decimal

from cityanalysis import readers

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
class Figure:
    """A figure as it is read.

    Attributes
    ----------
    start, end : int
        Where it stands, its unit included.
    number, scale : decimal.Decimal
        Its value is their product; a range may share the 万 or 亿 of its second figure with the first.
    unit : str
        Without 万 and 亿.
    bound : str
        What 多, 余, 来 and 前 in it say.
    kind : str
        ``digits``, ``numeral``, ``head`` (a bare 百, 千, 万 or 亿), ``rank``, or ``whole``: a fraction or a sum.
    sure : bool
        Whether its form alone shows that it is a figure.
    """

    start: int
    end: int
    number: Decimal
    unit: str = ""
    scale: Decimal = Decimal(1)
    bound: str = ""
    kind: str = "digits"
    sure: bool = False


def plain(text):
    r"""Return a text with half-width digits, and with dates, titles, ratios and the like blanked out.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        As long as the text; ``\0`` stands for each character of what is blanked out.

    Examples
    --------
    >>> plain("2018年建成５个").replace("\0", "_")
    '_____建成5个'
    """
    return NAMES.sub(lambda name: "\0" * len(name[0]), text.translate(NARROW))


@functools.cache
def _units():
    """Return the patterns of the units: after any figure, and after digits."""
    table = readers.table("data/lexicon/units.csv")
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
    unit = text or ""
    return unit if unit in ("个", "个月") else unit.removeprefix("个")


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


def read(text):
    """Read all that looks like a figure.

    Parameters
    ----------
    text : str
        A text, as `plain` gives it.

    Returns
    -------
    list of Figure
        In order. Of a range, and of figures in a row, one without a unit has that of the next.

    Examples
    --------
    >>> [(figure.number * figure.scale, figure.unit) for figure in read("20—30亿元")]
    [(Decimal('2000000000'), '元'), (Decimal('3000000000'), '元')]
    """
    return _shared(list(_figures(text)), text)


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
                yield Figure(start, end, number, RANK, bound=bound, kind="rank", sure=bool(title))
        elif match["whole"]:
            whole, part = _numeral(match["whole"]), match["part"]
            part = _numeral(part) if part[0] not in "0123456789" else Decimal(re.sub("[ ,，]", "", part))
            if part is not None and match["whole"] in ("百", "千"):
                yield Figure(start, end, part, {"百": "%", "千": "‰"}[match["whole"]], kind="whole")
            elif part is not None and whole:
                yield Figure(start, end, round(part / whole, 4), "1", kind="whole")
        elif match["above"]:
            if int(match["above"]) < int(match["below"]) <= 10:
                value = Decimal(match["above"]) / Decimal(match["below"])
                yield Figure(start, end, round(value, 4), "1", kind="whole")
        elif match["sum"]:
            total = sum(map(Decimal, match["sum"].split("+")))
            yield Figure(start, end, total, kind="whole", sure=True)
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
    yield Figure(start, end, Decimal(digits), unit, scale, "over" if more else "", "digits", sure)


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
            yield Figure(*span, _numeral(numeral + pair[3]), unit, bound=bound, kind="numeral")
        return
    number = _numeral(han)
    if number is not None:
        scale = _numeral("一" + match["han_scale"]) if match["han_scale"] else Decimal(1)
        kind = "head" if han[0] in "百千万亿" else "numeral"
        sure = han[-1] in "万亿" and kind != "head" and match.string[end : end + 1] != "级"
        yield Figure(start, end, number, unit, scale, bound, kind, sure)


def _shared(figures, text):
    """Join 3亿5000万, and let the first of a range or row share the unit and the scale of the next."""
    joined = []
    for figure in figures:
        last = joined[-1] if joined else None
        adjacent = last and last.end == figure.start and last.kind == figure.kind == "digits" and not last.unit
        if adjacent and last.scale > figure.number * figure.scale:
            total = last.number * last.scale + figure.number * figure.scale
            joined[-1] = Figure(last.start, figure.end, total, figure.unit, bound=figure.bound, sure=True)
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
