"""Choices change what they should, findings are those of the other modules, and verdicts follow from the rule."""

import numpy as np
import pandas as pd
import pytest

from cityanalysis.study import compare, differences, models, robustness

STAGES = ("networks", "applications", "domain", "integrated")


def row(finding, choice, value, **numbers):
    """Return a row of `rerun`."""
    ends = dict.fromkeys(["low", "high", "p"], np.nan) | {"chance": 0.0, "least": value, "most": value}
    return {"finding": finding, "choice": choice, "value": value, "left": value} | ends | numbers


@pytest.fixture
def faked(monkeypatch):
    """Put in the place of the findings two that are easy to foresee: n, with its sign, and m, that nothing is shown."""

    def claimed(tables, deals):
        yield "claim", robustness._row(tables["n"], low=tables["n"] - 1, high=tables["n"] + 1, p=1 / deals, otherwise=2)

    def not_shown(tables, deals):
        yield "trend", robustness._row(tables["m"], p=tables["m"])

    monkeypatch.setattr(robustness, "BY", {"one": (claimed, ("n",)), "two": (not_shown, ("m",))})
    monkeypatch.setattr(
        robustness.evaluate, "__kwdefaults__", robustness.evaluate.__kwdefaults__ | {"only": robustness.BY}
    )
    return {"n": 3.0, "m": 0.5}


def set_to(name, value):
    """Return the choice of a value."""
    return lambda tables: tables | {name: value}


def test_choices_change_some_tables_and_leave_the_others():
    """One after the other, and the tables that one begins with stay as they are."""
    tables = {name: pd.DataFrame({"city": list("abc")}) for name in ("records", "reports", "events")}
    choice = robustness.chain(
        robustness.without("city", ["a"], "records", "events"),
        robustness.on(lambda table: table.assign(n=len(table)), "records"),
    )
    found = choice(tables)
    assert found["records"].to_numpy().tolist() == [["b", 2], ["c", 2]]
    assert (len(found["events"]), found["reports"] is tables["reports"], len(tables["records"])) == (2, True, 3)


def test_evaluate_takes_what_reads_something_else(faked):
    """With `base` only findings of which something is changed; p of few deals is what they can give."""
    assert robustness.evaluate(faked)["finding"].tolist() == ["claim", "trend"]
    assert robustness.evaluate(faked, base=faked).empty
    found = robustness.evaluate(faked | {"n": 2.0}, base=faked, deals=10)
    assert found[["finding", "value", "p", "otherwise"]].to_numpy().tolist() == [["claim", 2.0, 0.1, 1.0]]


def test_rerun(faked):
    """Of a family the member that leaves least; what a choice leaves as it is has no row."""
    family = {f"n = {n}": set_to("n", n) for n in (5.0, -1.0, 2.0)} | {"m": set_to("m", 0.01), "p": set_to("m", 0.9)}
    found = robustness.rerun(faked, {"as it is": set_to("n", 3.0 + 0), "more": set_to("n", 4.0), "each": family})
    rows = found[found["finding"] == "claim"].set_index("choice")
    assert rows.index.tolist() == ["", "other correction", "more", "each"]
    assert rows.loc["each", ["member", "least", "most", "left"]].tolist() == ["n = -1.0", -1.0, 5.0, -1.0]
    assert rows.loc["other correction", "p"] == 1
    rows = found[found["finding"] == "trend"].set_index("choice")
    assert rows.index.tolist() == ["", "each"]  # its p was not corrected
    assert rows.loc["each", ["p", "member", "left"]].tolist() == [0.01, "m", 0.01]
    assert robustness.outcomes(found).query("choice == 'each'")["outcome"].tolist() == ["turned", "not clear"]


def test_outcomes():
    """By p where there is one, else by the interval; of what is not shown p is to be large."""
    told = row("gap", "", -3.0, low=-4.0, high=-2.0, p=0.01, left=3.0)
    cases = [
        ("holds", row("gap", "a", -2.5, p=0.04, left=2.5)),
        ("holds, beyond its interval", row("gap", "b", -1.0, p=0.04, left=1.0)),
        ("holds", row("gap", "c", -3.0, low=-5.0, high=-1.0, left=3.0)),  # without a test
        ("not clear", row("gap", "d", -3.0, low=-5.0, high=1.0, left=3.0)),
        ("not clear", row("gap", "e", -3.0, low=-4.0, high=-2.0, p=0.05, left=3.0)),
        ("not clear", row("gap", "f", 0.0, p=0.6, left=0.0)),
        ("turned", row("gap", "g", 1.0, p=0.01, left=-1.0)),
    ]
    found = robustness.outcomes(pd.DataFrame([told, *(case for _, case in cases)]))
    assert found["outcome"].tolist() == ["holds", *(outcome for outcome, _ in cases)]
    nothing = [row("trend", "", 1.0, p=0.3), row("trend", "a", -9.0, p=0.05), row("trend", "b", 1.0, p=0.04)]
    assert robustness.outcomes(pd.DataFrame(nothing))["outcome"].tolist() == ["holds", "holds", "not clear"]


@pytest.mark.parametrize(
    ("holds", "unclear", "turned", "as_told", "verdict"),
    [
        (9, 1, 0, 0.01, "stands"),
        (10, 0, 0, 0.06, "does not stand"),  # it was not clear to begin with
        (8, 2, 0, 0.01, "mostly"),
        (9, 0, 1, 0.01, "mostly"),
        (8, 0, 2, 0.01, "does not stand"),
        (6, 4, 0, 0.01, "does not stand"),
    ],
)
def test_judge(holds, unclear, turned, as_told, verdict):
    """The rule, from how many choices a finding holds under."""
    ps, values = [0.01] * holds + [0.5] * unclear + [0.01] * turned, [1.0] * (holds + unclear) + [-2.0] * turned
    rows = [
        row("claim", f"choice {i}", value - i / 100, p=p) for i, (value, p) in enumerate(zip(values, ps, strict=True))
    ]
    found = robustness.judge(robustness.outcomes(pd.DataFrame([row("claim", "", 1.0, p=as_told), *rows])))
    assert found.loc["claim", ["holds", "turned", "choices"]].tolist() == [holds, turned, 10]
    assert found.loc["claim", ["verdict", "moved", "most"]].tolist() == [verdict, "choice 9", 1.0]
    assert found.loc["claim", "least"] == pytest.approx(values[-1] - 0.09)


def test_specifications_cross_the_choices(faked):
    """A row for each combination, with its options; choices of a later axis come after those of an earlier one."""
    double = {"once": robustness.chain(), "twice": lambda tables: tables | {"n": 2 * tables["n"]}}
    found = robustness.specifications(
        faked, {"n": {"3": robustness.chain(), "4": set_to("n", 4.0)}, "times": double}, "one"
    )
    assert found[["n", "times", "value"]].to_numpy().tolist() == [
        ["3", "once", 3.0], ["3", "twice", 6.0], ["4", "once", 4.0], ["4", "twice", 8.0]
    ]  # fmt: skip


def test_region_against_city(monkeypatch):
    """It is the difference of the variance components; of one record a city it cannot be told."""
    records = models.codes().set_index("passage_id", drop=False).query("collection == 'records'")
    tables = {"records": records, "instrumented": False, "region": differences.regions(records)}
    found = robustness.evaluate(tables, deals=robustness.LIGHT, only=["region"]).iloc[0]
    typed, about = robustness._typed(tables, "records")
    parts = differences.components(typed.groupby([about["city"], about["writer"]]).sum(), tables["region"])
    parts = parts.pivot(index="label", columns="source", values="share")
    assert found["value"] == pytest.approx((parts["region"] - parts["city"]).mean())
    assert np.isnan(found["low"])  # no interval where only the least is looked for
    first = robustness.without("doc_id", records.loc[records["doc_id"].str.endswith("-second"), "doc_id"], "records")
    assert robustness.evaluate(first(tables), only=["region"]).empty


def test_records_of_one_writer_give_an_empty_second():
    """So that a design effect follows from them."""
    coded = models.codes(second=False).query("collection == 'records'")
    first, second = models.by_record(coded, models.weigh(coded))
    assert (len(first), second.to_numpy().sum(), models.design_effect(first, second)) == (36, 0, 1)


@pytest.fixture
def planted(monkeypatch):
    """Return tables of a study in which all is easy to foresee.

    Six cities, two of each model, which they are named for and share with their region. Twenty passages a record; of
    one city's half are marked as instrumented. Industry is told of in the later period alone.
    """
    for module in (differences, compare):
        monkeypatch.setattr(module, "PERMUTATIONS", 999)
    model = pd.Series(models.EXEMPLARS)
    first = model.map({"infrastructure": "g3", "industry": "g2", "application": "g6"})
    rows = [(city, by, n) for city in model.index for by in (first[city], "second3") for n in range(20)]
    coded = pd.DataFrame(rows, columns=["city", "writer", "n"]).assign(collection="records", weight=1.0, secondary="")
    coded["primary"], coded["early"] = coded["city"].map(model), (coded["n"] < 10) & (coded["city"] != "dubuque")
    coded["doc_id"] = coded["city"] + coded["writer"].map(lambda by: "-record" + "-second" * (by == "second3"))
    coded["instrumented"] = (coded["city"] == "beijing") & (coded["n"] < 15)
    late = (coded["primary"] == "industry").astype(float)
    reports = coded[["city"]].assign(weight=1.0, secondary="", instrumented=False)
    reports["primary"] = np.where(coded["n"] < 15, "industry", "application")
    staged = [(city, stage, 2010 + 2 * at) for city in model.index for at, stage in enumerate(STAGES)]
    events = [(city, 2010 + at, kind) for city in model.index for at, kind in enumerate(models.MODELS)]
    years = np.repeat(range(2001, 2013), 10)
    shanghai = coded.head(len(years)).assign(year=years, primary=np.where(years < 2007, "infrastructure", "industry"))
    near = pd.Series({"nanjing": 0, "wuxi": 0, "ningbo": 1, "hangzhou": 1})
    return {
        "records": coded,
        "reports": reports,
        "shanghai": shanghai,
        "staged": pd.DataFrame(staged, columns=["city", "stage", "year"]),
        "places": pd.DataFrame({"–2015": 1 - late, "2016–": late}),
        "events": pd.DataFrame(events, columns=["city", "date", "kind"])
        .astype(str)
        .assign(told_by=["both", "one", "one"] * 6),
        "matter": pd.DataFrame({"digital": np.where(years < 2007, 10, 30), "other": 100, "year": years}),
        "likeness": compare.alike(near).astype(float),
        "region": first.map(differences.REGIONS),
        "instrumented": False,
        "prior": models.prior,
    }


def test_findings_are_those_that_were_planted(planted):
    """Value, chance and p are those that the tables were made to give; some p are corrected for another family, too."""
    found = robustness.evaluate(planted, deals=99).set_index("finding")
    expected = {
        "within": (0, 0, 1),
        "to 2013": ((5 + 1 / 3) / 6, 1 / 3, 1 / 90),  # one city has no early passage; there are 90 ways to name six
        "all years": (1, 1 / 3, 1 / 90),
        "verdicts by region": (6, 6, 1),
        "trend": (1, 0, 1),  # none within a record
        "stages": (1, 1, 1),
        "steps": (1, 1, 1),
        "digital": ((30 / 130) / (10 / 110), 1, 0.01),
        "fall": (-1, 0, 0.03),
    }
    expected = pd.DataFrame(expected, ["value", "chance", "p"]).T
    assert found[expected.columns].loc[expected.index].stack().to_dict() == pytest.approx(expected.stack().to_dict())
    values = {"north": 2 / 3, "coast": 2 / 3, "coast, less": -1 / 3, "abroad": 2 / 3, "verdicts": 6, "province": 1}
    values |= {"definition": 1 / 6, "twice": 1 / 3, "industry": 3 / 4, "gap": 1 / 3 - 3 / 4, "reports": 0}
    assert found["value"][list(values)].to_dict() == pytest.approx(values)
    assert found.loc["region", "value"] > 0.9
    assert found.loc["verdicts", "chance"] < 1
    assert found.loc[["cities", "digital", "fall"], "otherwise"].tolist() == pytest.approx([0.05, 0.04, 0.01])
    assert set(found.index) == {*expected.index, *values, "cities", "region"}
