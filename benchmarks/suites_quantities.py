"""Figures against other projects' own test suites, for `benchmarks/suites.py`.

The folder holds clones of Recognizers-Text, JioNLP, cn2an, chinese2digits and duckling.

A case is a text and the values that the suite expects in it; a bare number is framed (共…个), for without a unit it may
be a code. It is **right** if each value is found (with its bound, where the suite gives one), **missing** if no figure
is found, else **wrong**. Out of scope, by rule: what docs/marking.md does not mark (一, 几, 数, ordinals), traditional
characters, blanks within Chinese numerals, 打, 双 and 对, powers, k and M as multipliers, 兆 as 10¹².
"""

import ast
import itertools
import json
import re
import subprocess
from collections import Counter
from decimal import Decimal

import opencc

from cityanalysis import quantities

OUT = re.compile(
    r"[几幾数打双俩倆廿卅卌兆第㎡^刃章份仙蚊銭]|毫$|对(?!折)|半[百折]|两[两双]|零十|半半|美分|^\W*$|年.*月|http"
    r"|[0-9.]\ ?[kKMGwe]|[0-9]E|(?<![0-9])\.[0-9]|--|-[0-9]+/|[0-9]{21}"  # powers, codes
    r"|，\ ?[0-9]{3},|\$[0-9]+，"  # slips
    r"|(?<=[一-鿿])\s+(?=[一-鿿])|[一-鿿]\s+[0-9]|[0-9]\s+[一-鿿]|[0-9]\ [0-9]"  # blanks
    # Digits in a row, 零 alone, 万三 for three of 万.
    r"|共[零〇一二三四五六七八九]{2,}(?:点.*)?个|共负?[零〇二点]+个|共[万千]?[万千][一二三四五六七八九]+个"
)
SIMPLER = opencc.OpenCC("t2s")
# How many of a hundredth one of each unit is, for suites that give a share as per cent.
HUNDREDTHS = {"%": 1, "百分点": 1, "‰": Decimal("0.1"), "1": 100, "折": 10}

GRAINS = {
    "Quantity": {"Gram": "^[^毫千公mk]*[克g]$"},
    "Duration": {
        "Second": "^[^分]*秒钟?$",
        "Minute": "分钟$",
        "Hour": "^[^天日]*小时$",
        "Day": "天$",
        "Month": "个月$",
    },
}


def source(folder, repository, path):
    """Return a file of a clone."""
    command = ["git", "-C", str(folder / repository), "show", f"HEAD:{path}"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8-sig")


def case(text, *values, share=False, bound=""):
    """Return a text with the values that are expected in it."""
    return {"text": text, "values": [Decimal(str(value)) for value in values], "share": share, "bound": bound}


def framed(number, value):
    """Return a case of a bare number."""
    return case(f"共{number}个", value)


def recognizers(folder):
    """Yield the suites of Recognizers-Text: name, cases."""
    for kind, model in [("Number", "NumberModel"), ("Number", "PercentModel"), ("Number", "NumberRangeModel")] + [
        ("NumberWithUnit", f"{model}Model") for model in ("Currency", "Dimension", "Age", "Temperature")
    ]:
        cases = []
        for row in json.loads(source(folder, "Recognizers-Text", f"Specs/{kind}/Chinese/{model}.json")):
            text = row["Input"]
            values = [result["Resolution"]["value"] for result in row["Results"] if "value" in result["Resolution"]]
            values = [value.rstrip("%") for value in values if value]
            if not values or any(value in ("null", "None") for value in values):
                cases.append(None)
            elif model == "NumberRangeModel":
                ends = [re.findall(r"-?[0-9.]+", value) for value in values]
                bound = {",)": "over", "(,": "under"}.get(
                    values[0][-2:] if values[0].endswith(",)") else values[0][:2], ""
                )
                cases.append(case(text, *itertools.chain(*ends), bound=bound if len(values) == 1 else ""))
            elif model == "NumberModel":
                whole = len(values) == 1 and row["Results"][0]["Text"].strip() == text.strip().lower()
                cases.append(framed(text.strip(), values[0]) if whole else None)
            else:
                cases.append(case(text, *values, share=model == "PercentModel"))
        yield f"Recognizers-Text {model}", cases


def jionlp(folder):
    """Yield JioNLP's money parser."""
    tree = ast.parse(source(folder, "JioNLP", "test/test_money_parser.py"))
    lists = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    lists = [node for node in lists if isinstance(node, ast.List) and isinstance(node.elts[0], ast.List)]
    cases = []
    for text, wanted in ast.literal_eval(lists[-1] if len(lists) == 1 else lists[0]):
        ends = wanted["num"] if isinstance(wanted["num"], list) else [wanted["num"]]
        ends = ends[:1] if re.search("[多余]", text) else ends
        cases.append(case(text, *ends))
    yield "JioNLP money", cases


def cn2an(folder):
    """Yield the numerals of cn2an."""
    tree = ast.parse(source(folder, "cn2an", "cn2an/cn2an_test.py"))
    cases = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            plain = "direct" not in node.targets[0].attr
            cases += [framed(text, value) if plain else None for text, value in ast.literal_eval(node.value).items()]
    yield "cn2an", [row if row and not re.search("[元圆]", row["text"]) else None for row in cases]


def chinese2digits(folder):
    """Yield the numerals of chinese2digits."""
    tree = ast.parse(source(folder, "chinese2digits", "Python/chinese2digits/test.py"))
    lists = [ast.literal_eval(node) for node in ast.walk(tree) if isinstance(node, ast.List)]
    cases = []
    for texts, digits in zip(lists[::2], lists[1::2], strict=True):
        for text, value in zip(texts, digits, strict=True):
            share = value.endswith("%") or "分之" in text
            plain = re.fullmatch(r"-?[0-9.]+", value)
            cases.append(
                case(f"占{text}", Decimal(value) * 100, share=True)
                if share and plain
                else framed(text, value)
                if plain
                else None
            )
    yield "chinese2digits", cases


def duckling(folder):
    """Yield the suites of duckling."""
    for kind in ("Numeral", "AmountOfMoney", "Distance", "Quantity", "Volume", "Temperature", "Duration"):
        text = source(folder, "duckling", f"Duckling/{kind}/ZH/Corpus.hs")
        cases = []
        grain = GRAINS.get(kind)
        for wanted, listed in re.findall(r"examples \(([^\[]*?)\)?\n\s*\[(.*?)\n\s*\]", text, re.DOTALL):
            values = re.findall(r"-?[0-9]+(?:\.[0-9]+)?", wanted)
            bound = {"under": "under", "above": "over"}.get(wanted.split()[0], "")
            for example in re.findall(r'"((?:[^"\\]|\\.)*)"', listed):
                same = not grain or any(re.search(end, example) for name, end in grain.items() if name in wanted)
                row = framed(example, values[0]) if kind == "Numeral" else case(example, *values, bound=bound)
                cases.append(row if same else None)  # out: 3斤 as 1500 grams
        yield f"duckling {kind}", cases


def in_scope(row):
    """Say whether a case is in scope."""
    text = row["text"] if row else ""
    one = row and [abs(value) for value in row["values"]] == [1] and re.search("[一壹]", text)
    return bool(row) and not one and not OUT.search(text) and SIMPLER.convert(text) == text


def judge(row):
    """Return whether what is found is right, missing or wrong."""
    found = quantities.find(row["text"])
    if not found:
        return "missing"
    values = {Decimal(q.number) * (HUNDREDTHS.get(q.unit, 1) if row["share"] else 1) for q in found}
    near = all(any(abs(value - wanted) <= abs(wanted) / 1000 for value in values) for wanted in row["values"])
    bounded = not row["bound"] or row["bound"] in {q.bound for q in found}
    return "right" if near and bounded else "wrong"


def counts(folder, *, show=False):
    """Return how many cases of every suite come out how; show the wrong and missing ones where asked to."""
    counted = {}
    for suite in (recognizers, jionlp, cn2an, chinese2digits, duckling):
        for name, cases in suite(folder):
            counted[name] = Counter()
            for row in cases:
                result = judge(row) if in_scope(row) else "out"
                counted[name][result] += 1
                if show and result in ("wrong", "missing"):
                    print(result, row["text"], *row["values"], [q[2:] for q in quantities.find(row["text"])])
    return counted
