"""Times against other projects' own test suites, for `benchmarks/suites.py`.

The folder holds local copies, as their repositories have them: Recognizers-Text (Specs/DateTime/Chinese/*.json), JioNLP
(test/test_time_parser.py), fst-time-nlu (groundtruth*.jsonl) and duckling (Duckling/Time/ZH/Corpus.hs). None of their
text is in this repository. What is in scope is decided by rule (`OUT`): written language about the calendar; not clock
times, weekdays, holidays, lunar dates, offsets (三天前) and frequencies.

A case is right if the intervals agree; `otherwise` if they differ as ``docs/marking.md`` has it (a range to the end of
its last unit, 前 and 以后 not in the interval, 年底 December, decades and approximate times), `open` if the time is
marked without a date, `missing` if it is not marked, else `wrong`.
"""

import ast
import datetime
import json
import re
from collections import Counter
from pathlib import Path

from cityanalysis import times

OUTCOMES = ("right", "otherwise", "open", "missing", "wrong")
# What is out of scope: clock times, days and weeks counted from today, holidays, lunar dates, durations, frequencies.
FEW = "(?<![0-9〇零一二三四五六七八九十])(?:[0-9]{1,2}|[一二两三四五六七八九十半几多俩仨]{1,3})"
OUT = re.compile(
    rf"""[時时点分秒刻钟晚早晨夜午:：每逢] | [AaPp][Mm] | [今明昨后前尋聽][天日] | 现在 | 目前 | 本日
    | 当[日天月] | [次翌]日
    | [周週] | 星期 | 礼拜 | 禮拜 | 工作日 | 交易日 | 大[前后] | 双月 | 再过 | 还有 | 身份证 | 岁 | [個點號兩後]
    | 节 | 元旦 | 新年 | 国庆 | 五一 | 十一(?![月日号到至]) | 除夕 | 中秋 | 端午 | 清明 | 假 | 生日 | 大年 | 甲
    | [大小]寒 | 霜降 | 立[春夏秋冬] | [夏冬]至 | [春秋]分 | 农历 | 阴历 | 腊 | 正月 | 初[一二三四五六七八九十]
    | 廿 | 闰 | {FEW}\s?多?(?:个?多?半?(?:天|小时|世纪)|个(?:月|季度)|[日月](?:之|以)?[前后内来]|仨月)
    | {FEW}\s?多?年(?:[半多]|(?:之|以)?[前后内]|[间来时]|$)
    | [前后近上下这过去未来]+\s?{FEW}\s?个?[天日月季年]""",
    re.VERBOSE,
)
CALENDAR = re.compile(r"年|月|[日号]|季度|旬|世纪|(?:19|20)\d\d[./-]\d")
# Where docs/marking.md takes another interval on purpose.
DOCUMENTED = re.compile(
    r"[前后起来初底末内止中间以，、和自从]|开始|至今|近|过去|未来|今后|年代|世纪|[-–—~至到]|[春夏秋冬]|左右|上下|当|同|整|剩|余|结束|大约|旬"
)


def times_cases(folder):
    """Yield the cases of every suite: its name, text, date of reference, the time's text, and the intervals allowed."""
    folder = Path(folder)
    for path in sorted(folder.rglob("Specs/DateTime/Chinese/*.json")):
        if re.search("Parser|DateTimeModel", path.name):
            yield from _recognizers(json.loads(path.read_text(encoding="utf-8-sig")))
    for path in sorted(folder.rglob("test_time_parser.py")):
        yield from _jionlp(path.read_text(encoding="utf-8"))
    seen = set()
    for path in sorted(folder.rglob("groundtruth_utc*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line not in seen:
                yield from _fst(json.loads(line))
            seen.add(line)
    for path in sorted(folder.rglob("Corpus.hs")):
        yield from _duckling(path.read_text(encoding="utf-8"))


def _recognizers(cases):
    """Yield the cases of a file of Recognizers-Text; the last days of its periods are exclusive."""
    for case in cases:
        day = case.get("Context", {}).get("ReferenceDateTime", "2016-11-07")[:10]
        for result in case["Results"]:
            value = result.get("Value") or {}
            found = [value.get(key, {}) for key in ("FutureResolution", "PastResolution")]
            found += (result.get("Resolution") or {}).get("values", [])
            spans = [
                (one.get("date") or one.get("value") or one.get("startDate") or one.get("start"), one) for one in found
            ]
            spans = [
                (first[:10], (one.get("endDate") or one.get("end") or first)[:10])
                for first, one in spans
                if isinstance(first, str) and re.match(r"\d{4}-\d\d-\d\d", first)
            ]
            yield "Recognizers-Text", case["Input"], day, result["Text"], spans
        if not case["Results"]:
            yield "Recognizers-Text", case["Input"], day, "", []


def _jionlp(code):
    """Yield the cases of JioNLP's test of its parser: lists of a text, a time of reference and what is expected."""
    stamps = {"_ts_1": "2021-06-14", "_ts_2": "2021-09-01"}
    for node in ast.walk(ast.parse(code)):
        if not (isinstance(node, ast.List) and len(node.elts) == 3 and isinstance(node.elts[2], ast.Dict)):
            continue
        text, base, wanted = node.elts
        wanted, day = ast.literal_eval(wanted), None
        if isinstance(base, ast.Name):
            day = stamps.get(base.id)
        elif isinstance(base, ast.Call):
            day = "-".join(f"{number.value:02d}" for number in base.args[:3])
        else:
            base = ast.literal_eval(base)
            if isinstance(base, dict):
                day = "-".join(f"{base[key]:02d}" for key in ("year", "month", "day") if key in base)
            elif isinstance(base, list):
                day = "-".join(f"{number:02d}" for number in base[:3])
            elif isinstance(base, int | float):
                day = datetime.datetime.fromtimestamp(base, datetime.UTC).date().isoformat()
        if day and isinstance(wanted.get("time"), list) and wanted["type"] in ("time_point", "time_span"):
            span = tuple(str(end)[:10] for end in wanted["time"])
            yield "JioNLP", text.value, day, text.value, [span]


def _fst(case):
    """Yield a case of fst-time-nlu."""
    spans = [(result[0][:10], result[-1][:10]) for result in case["datetime_result"] if result and result[0]]
    yield "fst-time-nlu", case["query"], case["metadata"][:10], case["query"] if spans else "", spans


def _duckling(code):
    """Yield the cases of duckling's corpus, which are counted from 12 February 2013."""
    number = r"\((\d+), (\d+), (\d+), \d+, \d+, \d+\)"
    pattern = rf"datetime(?:Interval)? \(?{number}(?:, {number}\))? (\w+)\)\s*\[(.*?)\]"
    for match in re.finditer(pattern, code, re.DOTALL):
        *numbers, grain, texts = match.groups()
        days = [f"{int(y):04d}-{int(m):02d}-{int(d):02d}" for y, m, d in (numbers[:3], numbers[3:]) if y]
        if len(days) == 1:
            days = times.interval(days[0][: {"Year": 4, "Month": 7}.get(grain, 10)])
        for text in re.findall(r'"([^"]*)"', texts):
            yield "duckling", text, "2013-02-12", text, [tuple(days)]


def outcome(text, day, named, spans):
    """Return what became of a case: one of `OUTCOMES`, or None where it is out of scope."""
    found = times.find(text, published=day)
    if not spans:
        calendar = not OUT.search(text) and CALENDAR.search(text) and not named
        return ("wrong" if any(time.date_from for time in found) else "right") if calendar else None
    if OUT.search(named) or not CALENDAR.search(named):
        return None
    place = text.find(named)
    here = [time for time in found if time.start < place + len(named) and time.end > place]
    dated = [time for time in here if time.date_from]
    if not dated:
        return "open" if here else "missing"
    for time in dated:
        after = (datetime.date.fromisoformat(time.date_to) + datetime.timedelta(days=1)).isoformat()
        if any(first == time.date_from and last in (time.date_to, after) for first, last in spans):
            return "right"
    if not re.search("年", named) and any(
        time.date_from[4:] == first[4:] and time.date_to[4:] == last[4:] for time in dated for first, last in spans
    ):
        return "otherwise"  # the year of the document, not the next
    near = re.search("[前后]", named) or any(
        time.date_from <= last and first <= time.date_to for time in dated for first, last in spans
    )
    return "otherwise" if DOCUMENTED.search(named) and near else "wrong"


def counts(folder, *, show=False):
    """Return how many cases of every suite come out how; show the wrong, missing and open ones where asked to."""
    counted, seen = {}, set()
    for suite, text, day, named, spans in times_cases(folder):
        if (suite, text, named) in seen:
            continue
        seen.add((suite, text, named))
        result = outcome(text, day, named, spans)
        counted.setdefault(suite, Counter())[result or "out"] += 1
        if show and result not in (None, "right"):
            print(result, suite, text, named, day, spans, [time[2:4] for time in times.find(text, published=day)])
    return counted
