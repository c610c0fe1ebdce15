"""Figures become series without loss; targets are judged only where they can be; every figure leads to its source."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from drawn import picture

import cityanalysis as ca
from cityanalysis import files
from cityanalysis.corpus import Corpus
from cityanalysis.study import indicators


@pytest.fixture(scope="module")
def figures():
    """Return the published figures."""
    return indicators.figures()


def row(status, year, amount, *, bound="", early=False, measure="m", city="a"):
    """Return a row as `indicators.series` gives it."""
    row = {"measure": measure, "city": city, "year": year, "status": status, "amount": amount, "unit": "个"}
    return row | {"bound": bound, "early": early, "refs": f"{status}-{year}"}


def outcome(*rows, **options):
    """Return the result and the outcome of the one target among rows."""
    table = indicators.kept(pd.DataFrame([*rows, row("actual", 2030, 1, city="z")]), **options)
    return table.loc[0, ["result", "outcome"]].tolist()


@pytest.mark.parametrize(
    ("value", "unit", "number", "base"),
    [
        ("1.28", "万亿元", 1.28e12, "元"),
        ("115", "百万瑞典克朗", 1.15e8, "瑞典克朗"),
        ("6.04", "Tbps", 6.04e12, "bps"),
        ("6.1", "万Gbps", 6.1e13, "bps"),
        ("600", "G", 6e11, "bps"),
        ("20", "万P", 2e20, "FLOPS"),
        ("126", "EFlops", 1.26e20, "FLOPS"),
        ("20", "PB", 2e16, "B"),
        ("638.8", "万", 6388000, ""),
        ("10", "个/平方公里", 10, "个/平方公里"),
        ("95", "%", 95, "%"),
    ],
)
def test_normalise(value, unit, number, base):
    """万 and 亿, metric prefixes and what sources shorten are worked out; what is counted stays."""
    found = indicators.normalise(pd.Series([value]), pd.Series([unit])).iloc[0]
    assert found["number"] == pytest.approx(number)
    assert found["base"] == base


def test_nothing_is_lost(figures):
    """Every figure is there once, with a role and a label, and shown in its measure's unit or its own."""
    assert len(figures) == len(files.table("data/indicators.csv"))
    assert not figures[["role", "label", "measure", "domain"]].isna().any(axis=None)
    shown = indicators.normalise(figures["amount"], figures["unit"])["number"]
    assert (shown - figures["number"]).abs().max() <= 1e-6 * figures["number"].abs().max()


def test_every_measure_is_used(figures):
    """No measure stands in the table without a figure, and money keeps its currency."""
    assert set(figures["measure"]) == set(files.table("data/measures.csv")["measure"])
    assert set(figures.loc[figures["domain"] == "money", "base"]) >= {"元", "美元", "韩元", "瑞典克朗"}


@pytest.mark.parametrize(
    ("name", "bound", "early"),
    [
        ("5G室外基站（9月底，超过）", "over", True),
        ("三年行动计划政府引导投入（不到）", "under", False),
        ("22@从业人员（约）", "about", False),
        ("5G基站累计数（12月发布）", "", False),
        ("规模以上工业总产值", "", False),
        ("信息经济增加值（上半年）", "", True),
    ],
)
def test_bounds(figures, name, bound, early):
    """A bound and a month count where they stand in brackets; December does not end too early."""
    found = figures[figures["name_zh"] == name].iloc[0]
    assert (found["bound"], found["early"]) == (bound, early)


def test_unknown_unit(tmp_path, monkeypatch):
    """A unit that its measure does not know is named, with what to do."""
    table = files.table

    def other(path):
        found = table(path)
        return found.replace({"unit": {"Mbps": "公里"}}) if path == "data/indicators.csv" else found

    monkeypatch.setattr(indicators.files, "table", other)
    with pytest.raises(ValueError, match=r"its measure has another unit; add it to data/measures\.csv"):
        indicators.figures()


def test_series_tell_each_amount_once(figures):
    """What both writers tell is one row with both sources; measures without series are left out."""
    found = indicators.series(figures)
    assert not found.duplicated([*indicators.KEY, "amount"]).any()
    both = found[(found["measure"] == "core-value") & (found["city"] == "wuhan") & (found["year"] == 2021)]
    assert both["amount"].tolist() == [1635]
    assert len(both["refs"].iloc[0].split()) == 2
    assert not set(found["measure"]) & {"other", "rank", "plan-total"}


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([row("actual", 2020, 10)], [10, "met"]),
        ([row("actual", 2020, 9)], [9, "below"]),
        ([row("actual", 2021, 9)], [9, "below"]),
        ([row("actual", 2019, 9)], [9, "open"]),
        ([row("actual", 2019, 11)], [11, "met"]),
        ([row("actual", 2020, 9, early=True)], [9, "open"]),
        ([row("actual", 2021, 9, early=True)], [9, "below"]),
        ([row("actual", 2020, 9, bound="over")], [9, "open"]),
        ([row("actual", 2019, 11), row("actual", 2021, 9)], [9, "below"]),  # the later of two as near
        ([row("actual", 2020, 9), row("actual", 2020, 10)], [10, "met"]),  # the larger of one year
        ([row("actual", 2020, 11, city="b")], [None, "no result"]),
        ([row("actual", 2020, 11, measure="n")], [None, "no result"]),
        ([row("actual", 2022, 11)], [None, "no result"]),
    ],
)
def test_outcomes(results, expected):
    """A result below the target judges it only when the year was over, and as a number."""
    result, judged = outcome(row("target", 2020, 10), *results)
    assert [None if pd.isna(result) else result, judged] == expected


def test_outcome_in_a_wider_window_and_not_due():
    """Results further off count where they may, and a target later than any result is not due."""
    assert outcome(row("target", 2020, 10), row("actual", 2022, 11), within=2) == [11, "met"]
    assert outcome(row("target", 2031, 10))[1] == "not due"


def test_of_several_targets_the_highest_counts():
    """Two targets for one year are one case."""
    table = indicators.kept(pd.DataFrame([row("target", 2020, 9), row("target", 2020, 12), row("actual", 2020, 10)]))
    assert table[["target", "outcome"]].to_numpy().tolist() == [[12, "below"]]


def test_leverage(figures):
    """Pudong's plan drew fifteen times the public money, both as bounds."""
    found = indicators.leverage(figures).set_index("city").loc["pudong"]
    assert found[["public", "bound_public", "other", "bound_other", "times"]].tolist() == [
        20,
        "under",
        300,
        "under",
        15,
    ]


def test_disagreements():
    """Two results of one year disagree unless one was told early; a target and a result do not."""
    rows = [row("actual", 2020, 10), row("actual", 2020, 15), row("target", 2020, 20), row("actual", 2021, 15)]
    rows += [row("actual", 2021, 10, early=True)]
    found = indicators.disagreements(pd.DataFrame(rows))
    assert found[["year", "low", "high", "ratio"]].to_numpy().tolist() == [[2020, 10, 15, 1.5]]


def test_tagged():
    """A figure is told only where its city's passage cites its reference, and right only with its unit."""
    text = "2020年建成5G基站4.8万座，光纤用户1,200户，投资3亿元。"
    passages = ca.passages(text).assign(city="a", refs="r s")
    value = ["4.8", "1200", "3", "3", "7", "3"]
    table = pd.DataFrame({"value": value, "unit": ["万座", "户", "亿元", "万元", "个", "亿元"], "city": [*"aaaaab"]})
    table = table.assign(role="judge", ref_id=[*"rsrrrr"])
    table[["number", "base"]] = indicators.normalise(table["value"], table["unit"])
    found = indicators.tagged(table, Corpus.of(passages))
    assert found["told"].tolist() == [True, True, True, True, False, False]
    assert found["found"].tolist() == [True, True, True, True, False, False]
    assert found["number"].tolist() == [True, True, True, False, False, False]
    assert found["right"].tolist() == [True, True, True, False, False, False]
    shares = indicators.audit(found).set_index(["group", "label"])
    assert shares.loc[("judge", "told"), ["share", "n"]].tolist() == pytest.approx([4 / 6, 6])
    assert shares.loc[("all", "right"), ["share", "n"]].tolist() == pytest.approx([3 / 4, 4])


def test_linked():
    """Each reference once leads to its page; a work without a page is only named."""
    found = indicators.linked(pd.Series(["singapore-2024-straitstimes-imd pudong-model pudong-model", ""]))
    assert found[0].count("<a href=") == 1
    assert found[0].endswith("<br>解读慧城市建设的浦东模式")
    assert found[1] == ""


def test_multiples(figures):
    """A panel a measure: results filled, targets hollow, and the cities with most figures named."""
    found, cities = indicators.series(figures), ca.figures.city_labels(ca.cities())
    with plt.rc_context():
        ca.figures.use_style()
        axes = indicators.multiples(found, {"access-speed": "speed", "wifi-points": "Wi-Fi"}, cities)
    assert [ax.get_title(loc="left") or ax.get_title() for ax in axes.flat[:2]] == ["speed", "Wi-Fi"]
    assert axes.flat[1].get_yscale() == "log"
    assert len(axes.flat[0].texts) == indicators.NAMED
    points = [line for line in axes.flat[0].lines if len(line.get_xdata())]
    assert {line.get_markerfacecolor() == "white" for line in points} == {True, False}
    plt.close("all")


@picture
def test_multiples_picture():
    """Picture: five cities, that with fewest figures pale and without a name; hollow targets, a logarithmic scale."""
    rows = [(city, year, 10**k * (year - 2015), "actual") for k, city in enumerate("abcde") for year in (2016, 2019)]
    rows += [(city, 2020, 9.0, "target") for city in "abcd"]
    table = pd.DataFrame(rows, columns=["city", "year", "amount", "status"]).assign(measure="m")
    return indicators.multiples(table, {"m": "量 measure"}, pd.Series({city: f"市 {city}" for city in "abcde"}))[
        0, 0
    ].figure
