"""Which findings survive another choice (notebook 10).

A finding is a number that follows from *tables* by the functions of the study's other modules, a choice leads from
tables to tables. Tables are a dict: ``records`` (coded passages, `models.codes`, with ``early``: of the years to 2013),
``reports`` (those of the latest), ``shanghai`` (rich ones of its reports, with ``year``), ``staged`` (first records'
with ``stage, year``), their ``places`` in periods (`shifts.share_out`), ``events`` (`timeline.merge`), ``matter``
(passages of Shanghai's reports: ``digital, other, year``), ``likeness`` of reports (cities × cities), ``region`` of
each city, ``instrumented`` (as of `models.weigh`), ``prior`` (a function, as `models.prior`).
"""

import itertools
import sys
from functools import partial, reduce

import numpy as np
import pandas as pd
from tqdm import tqdm

from cityanalysis import words
from cityanalysis.study import compare, differences, models, shares, shifts, timeline

# Of permutation tests: of findings as told, under another choice, and where only the member of a family that leaves
# least is looked for. Of dealing passages to cities, to count verdicts, a tenth.
TOLD, DEALS, LIGHT = 9999, 999, 99
LEVEL, MOST, MANY, FEW = 0.05, 0.9, 2 / 3, 0.1  # of p; parts of the choices, for `judge`
OUTCOMES = ("holds", "holds, beyond its interval", "not clear", "turned")
NOT_SHOWN = ("verdicts by region", "to 2013", "all years", "trend", "stages", "steps", "reports")  # findings of nothing
CROSSED = ("second3", "second4", "second5", "second6")  # second writers who took cities of all regions
CONTRASTS = {"north": ("g3", 0), "coast": ("g2", 1), "coast, less": ("g2", 0), "abroad": ("g6", 2)}  # region, model


def on(function, *names):
    """Return the choice that changes some of the tables, each by a function from table to table."""
    return lambda tables: tables | {name: function(tables[name]) for name in names}


def without(column, values, *names):
    """Return the choice that leaves rows out of some of the tables: those with one of the values in a column.

    Examples
    --------
    >>> without("city", ["a"], "records")({"records": pd.DataFrame({"city": list("ab")})})["records"]["city"].tolist()
    ['b']
    """
    return on(lambda table: table[~table[column].isin(values)], *names)


def chain(*choices):
    """Return the choice that makes one choice after the other."""
    return lambda tables: reduce(lambda changed, choice: choice(changed), choices, tables)


def _typed(tables, name):
    """Return the weights on the models of coded passages, those on none left out, and the rows that are left."""
    coded = tables[name]
    weights = models.weigh(coded, instrumented=tables["instrumented"])[list(models.MODELS)]
    about = coded[weights.sum(axis=1) > 0]
    return weights.loc[about.index].mul(about["weight"], axis=0), about


def _row(value, *, low=np.nan, high=np.nan, chance=0.0, p=np.nan, otherwise=np.nan, **_):
    """Return the numbers of a finding; `otherwise` is its p by another correction."""
    return {"value": value, "low": low, "high": high, "chance": chance, "p": p, "otherwise": min(otherwise, 1)}


def _records(tables, deals):
    typed, about = _typed(tables, "records")
    for key, within in {"cities": about["writer"], "within": about["city"].map(tables["region"])}.items():
        found = differences.heterogeneity(typed, about["city"], within=within, permutations=deals)
        yield key, _row(found["v"], p=found["p"], otherwise=5 * found["p"])
    for key, rows in {"to 2013": typed[about["early"]], "all years": typed}.items():
        sums = rows.groupby(about["city"]).sum()
        found = models.naming(sums.div(sums.sum(axis=1), axis=0), models.EXEMPLARS)
        yield key, _row(found["share"], chance=1 / 3, p=found["p"])
    if (kept := about["writer"].isin(CROSSED)).any():
        sums = typed[kept].groupby([about["city"], about["writer"]]).sum()
        found = differences.contrasts(sums, tables["region"], permutations=deals).set_index(["group", "label"])
        for key, (writer, model) in CONTRASTS.items():
            if (place := (differences.REGIONS[writer], models.MODELS[model])) in found.index:
                yield key, _row(found.loc[place, "share"], otherwise=18 * found.loc[place, "p"], **found.loc[place])


def _region(tables, deals):
    """Hold region against city, with an interval from leaving out each city in turn (jackknife)."""
    typed, about = _typed(tables, "records")
    sums = typed.groupby([about["city"], about["writer"]]).sum()
    if sums.index.get_level_values("city").duplicated().any():  # else city and record are one
        parts = shares.proportions(differences.variances(sums, tables["region"], left_out=deals > LIGHT))
        more = (parts[..., 0] - parts[..., 1]).mean(axis=1)
        yield "region", _row(more[0], **(differences.jackknife(more) if len(more) > 1 else {}))


def _verdicts(tables, deals):
    typed, about = _typed(tables, "records")
    city, prior = about["city"], tables["prior"]
    effect = models.design_effect(*models.by_record(about, typed))
    judge = partial(models.judge, effect=effect, alpha=prior(typed.groupby(city).sum() / effect))
    for key, within in {"verdicts": None, "verdicts by region": city.map(tables["region"])}.items():
        found = models.alike(typed, city, judge, within=within, rounds=deals // 10).loc["verdicts"]
        yield key, _row(found["groups"], chance=found["chance"], p=found["p"])
    if about["instrumented"].any() and not tables["instrumented"]:
        readings = [models.weigh(about, instrumented=reading)[list(models.MODELS)] for reading in (False, True)]
        counts = [weights.groupby(city).sum() for weights in readings]
        mixes = [models.mix(some, effect=effect, alpha=prior(some / effect)) for some in counts]
        first, second = (models.verdicts(some)["largest"] for some in mixes)
        found = shares.wilson(pd.Series([(first != second).sum()]), pd.Series([len(first)])).iloc[0]
        yield "definition", _row(found["share"], chance=0.1, **found)


def _trend(tables, deals):
    typed, about = _typed(tables, "records")
    places = tables["places"].loc[typed.index]
    found = shifts.change(shifts.tally(typed, places, about["city"])).set_index("label").loc["industry"]
    p = shifts.association(typed, places, about["doc_id"], permutations=deals)["trend_p"]
    yield "trend", _row(found["share"], p=p, **found)


def _stages(tables, deals):
    stages = ["networks", "applications", "domain", "integrated"]
    staged = tables["staged"][tables["staged"]["stage"].isin(stages)]
    found = shifts.orders(staged[["city", "stage", "year"]], stages, permutations=deals)
    first = found.iloc[0].drop("p")  # networks before applications
    yield "stages", _row(first["share"], p=differences.holm(found["p"])[0], otherwise=found["p"][0], **first)


def _events(tables, deals):
    found = timeline.orders(tables["events"], [("infrastructure", "application")], permutations=deals).iloc[0]
    yield "steps", _row(found["share"], chance=found["chance"], p=found["p"])
    told = pd.crosstab(tables["events"]["city"], tables["events"]["told_by"])
    if "both" in told:
        found = shares.table(told, pd.Series("", told.index)).set_index("label").loc["both"]
        yield "twice", _row(found["share"], chance=0.5, **found)


def _shanghai(tables, deals):
    sizes, year = tables["matter"][["digital", "other"]], tables["matter"]["year"]
    found = shifts.change_point((sizes / sizes.sum(axis=1).mean()).groupby(year).sum(), permutations=deals).iloc[0]
    yield "digital", _row(found["after"] / found["before"], chance=1, p=found["p"], otherwise=4 * found["p"])
    typed, about = _typed(tables, "shanghai")
    sums = typed.groupby(about["year"]).sum().reindex(sorted(year.unique()), fill_value=0.0)
    found = shifts.change_point(sums, permutations=deals).iloc[0]
    yield "fall", _row(found["after"] - found["before"], p=found["p_holm"], otherwise=found["p"])


def _reports(tables, deals):
    typed, about = _typed(tables, "reports")
    sums = typed.groupby(about["city"]).sum()
    found = shares.table(sums, pd.Series("", sums.index)).set_index("label").loc["industry"]
    yield "industry", _row(found["share"], chance=0.5, **found)
    found = differences.heterogeneity(typed, about["city"], within=about["city"] == "", permutations=deals)
    yield "reports", _row(found["x2"], chance=found["chance"], p=found["p"])
    typed, about = _typed(tables, "records")
    found = differences.paired(typed.groupby(about["city"]).sum(), sums).set_index("label").loc["industry"]
    yield "gap", _row(found["share"], otherwise=4 * found["p"], **found)


def _province(tables, _):
    province = words.cities().set_index("city")["province"].loc[tables["likeness"].index]
    found = compare.mantel(tables["likeness"], compare.alike(province)).iloc[0].drop("chance")
    yield "province", _row(otherwise=10 * found["p"], **found)


CODED = ("records", "instrumented")
# By name the functions, and what each reads: where none of that is changed, its findings are as they were.
BY = {"records": (_records, CODED), "region": (_region, CODED), "verdicts": (_verdicts, (*CODED, "prior"))}
BY |= {"trend": (_trend, (*CODED, "places")), "stages": (_stages, ("staged",)), "events": (_events, ("events",))}
BY |= {"shanghai": (_shanghai, ("matter", "shanghai", "instrumented")), "reports": (_reports, (*CODED, "reports"))}
BY |= {"province": (_province, ("likeness",))}
COUNTED = ("verdicts", "stages", "events")  # whose findings are counts, and may be the same by accident


def evaluate(tables, *, base=None, deals=DEALS, only=BY):
    """Return the findings of tables by some of the functions `BY` name; with `base`, of those that read another thing.

    Columns ``finding, by, value, low, high, chance, p, otherwise`` (p by another correction).
    """
    read = [by for by in only if base is None or any(tables[name] is not base[name] for name in BY[by][1])]
    rows = [{"finding": key, "by": by} | row for by in read for key, row in BY[by][0](tables, deals)]
    return pd.DataFrame(rows, columns=["finding", "by", *_row(0)]).astype(dict.fromkeys(_row(0), float))


def rerun(base, choices):
    """Return each finding under each of `choices`: from name to choice, or, for a family, from member to choice.

    Of a family (without each city) that member counts under which least is left of the finding. Columns of `evaluate`,
    ``choice`` (first, empty: as told), ``member``, ``least, most`` (of the values of a family), ``left`` (of what it
    claims, beyond chance; of what is not shown, p). A finding that a choice leaves as it is has no row.
    """
    told = evaluate(base, deals=TOLD)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    watched = getattr(getattr(shell, "kernel", None), "_allow_stdin", sys.stderr.isatty())  # may somebody look?
    parts = {"": told.assign(member="", least=told["value"], most=told["value"])}
    parts |= {"other correction": told.assign(p=told["otherwise"]).dropna(subset="p")}
    for name, choice in tqdm(choices.items(), disable=not watched, leave=False):
        parts[name] = _worst(base, choice, told) if isinstance(choice, dict) else evaluate(choice(base), base=base)
    found = pd.concat(parts, names=["choice", None]).reset_index("choice").reset_index(drop=True)
    ends = {end: found[end].fillna(found["value"]) for end in ("least", "most")}
    found = found.assign(left=_left(found, told), **ends)
    numbers = ["value", "low", "high"]
    asis = found[numbers].round(12).eq(told.set_index("finding").loc[found["finding"], numbers].round(12).to_numpy())
    same = (asis | found[numbers].isna()).all(axis=1) & ~found["by"].isin(COUNTED) & ~found["choice"].isin([*parts][:2])
    return found[~same].drop(columns="by").reset_index(drop=True)


def _left(found, told):
    """Return what is left of each finding, beyond chance, in the direction told; the p of those that show nothing."""
    sign = np.sign(told["value"] - told["chance"]).set_axis(told["finding"])
    claimed = found["finding"].map(sign) * (found["value"] - found["chance"])
    return claimed.where(~found["finding"].isin(NOT_SHOWN), found["p"])


def _worst(base, members, told):
    """Return the findings under that member of a family which leaves least of each."""
    light = [evaluate(one(base), base=base, deals=LIGHT).assign(member=name) for name, one in members.items()]
    light = pd.concat(light, ignore_index=True)
    worst = light.loc[_left(light, told).groupby(light["finding"], sort=False).idxmin()]
    parts = []
    for name, part in worst.groupby("member", sort=False):
        found = evaluate(members[name](base), base=base, only=part["by"].unique())
        parts.append(found[found["finding"].isin(part["finding"])].assign(member=name))
    return pd.concat(parts).join(light.groupby("finding")["value"].agg(least="min", most="max"), on="finding")


def outcomes(found):
    """Add to the rows of `rerun` what becomes of the finding there: one of `OUTCOMES`, in a column ``outcome``.

    A finding *holds* where p < `LEVEL` or, without a test, its interval leaves chance out, with the sign told; one that
    nothing is shown, where p is at least `LEVEL`; *beyond its interval* if the number is not in that as told.
    """
    told = found[found["choice"] == ""].set_index("finding")
    nothing, (low, high) = (
        found["finding"].isin(NOT_SHOWN),
        (found["finding"].map(told[end]) for end in ("low", "high")),
    )
    apart = (found["low"] > found["chance"]) | (found["high"] < found["chance"])
    clear = (found["p"] < LEVEL).where(found["p"].notna(), apart) != nothing
    rules = [(found["left"] < 0) & ~nothing, ~clear, (found["value"] < low) | (found["value"] > high)]
    return found.assign(outcome=np.select(rules, OUTCOMES[:0:-1], OUTCOMES[0]))


def judge(found):
    """Judge each finding by its `outcomes`: it *stands* if it holds as told and under `MOST` choices, turned by none.

    It stands *mostly* if it holds as told and under `MANY`, turned by `FEW` at most, else it *does not stand*. Indexed
    by finding: ``value`` (as told), ``least, most, choices, holds, turned, moved`` (what leaves least), ``verdict``.
    """
    other, told = found[found["choice"] != ""], found[found["choice"] == ""].set_index("finding")
    of = other.groupby("finding", sort=False)
    table = told[["value"]].join(of.agg(least=("least", "min"), most=("most", "max"), choices=("choice", "size")))
    for name, some in {"holds": OUTCOMES[:2], "turned": OUTCOMES[3:]}.items():
        table[name] = other["outcome"].isin(some).groupby(other["finding"]).sum()
    table["moved"] = other.loc[of["left"].idxmin()].set_index("finding")["choice"]
    holds, turned = table["holds"] / table["choices"], table["turned"] / table["choices"]
    rules = [told["outcome"].isin(OUTCOMES[2:]), (holds >= MOST) & (turned == 0), (holds >= MANY) & (turned <= FEW)]
    return table.assign(verdict=np.select(rules, ["does not stand", "stands", "mostly"], "does not stand"))


def specifications(base, axes, by, *, deals=DEALS):
    """Return the findings of a function (of `BY`) under every combination of choices: from axis to option to choice.

    Columns: the axes, with their options, and those of `evaluate`.
    """
    parts = []
    for options in itertools.product(*(axis.items() for axis in axes.values())):
        names, choices = zip(*options, strict=True)
        found = evaluate(chain(*choices)(base), deals=deals, only=[by])
        parts.append(found.assign(**dict(zip(axes, names, strict=True))))
    return pd.concat(parts, ignore_index=True)
