"""The published figures (notebook 08): series of measures, targets against results, money, contradictions.

``data/measure_names.csv`` says for each name what it measures (``other`` where few cities have it, or only a part of a
city), ``data/measures.csv`` in which unit that is shown. Figures were picked by the writers of records: what is not
here may well have been published.
"""

import re
from html import escape

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from cityanalysis import corpus, files
from cityanalysis.figures import GRID, INK, label_points
from cityanalysis.study import shares

SCALES = {"百万": 1e6, "万亿": 1e12, "万": 1e4, "亿": 1e8, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
SHORT = {"P": "PFLOPS", "G": "Gbps", "万P": "万PFLOPS"}  # as sources shorten computing power and bandwidth
UNIT = r"(百万|万亿|万|亿)?([MGTPE](?=FLOPS|bps|B))?(.*)"
# What a name says in brackets of its number, the first that fits; and that the year was not over.
BOUNDS = {
    "over": "超|突破|以上|至少|不低于|不少于|多于|余|逾",
    "under": "近(?!年)|不到|不足|以下|最[高多]|上限",
    "about": "约|左右",
}
EARLY = r"(?<!\d)(?:[1-9]|1[01])月|上半年|季度"
APART = ("works", "park", "money", "standing", "other")  # domains whose figures do not form one series a city
NAMED, PALE = 4, "#b5b5b5"  # cities named in a panel; the colour of the others
KEY = ["measure", "city", "year", "status"]


def normalise(values, units):
    """Return numbers without 万, 亿 and the like, and their units: columns ``number, base``.

    Examples
    --------
    >>> normalise(pd.Series(["126"]), pd.Series(["EFlops"]))
             number   base
    0  1.260000e+20  FLOPS
    """
    units = units.replace(SHORT).str.replace("flops", "FLOPS", case=False)
    parts = units.str.extract(rf"^{UNIT}$").fillna("")
    scale = parts[0].map(SCALES).fillna(1) * parts[1].map(SCALES).fillna(1)
    return pd.DataFrame({"number": pd.to_numeric(values) * scale, "base": parts[2]}, index=units.index)


def figures():
    """Return the published figures with what they measure and where they stand.

    The columns of ``data/indicators.csv``, ``measure, label, domain``; ``number, base`` as `normalise` gives them;
    ``amount, unit``: the value as it is shown; ``bound`` (``over, under, about`` or empty), ``early`` (told before its
    year was over), ``role`` of the city. A unit that the measure does not know is an error.

    Examples
    --------
    >>> figures().loc[[9], ["city", "measure", "number", "bound"]]
             city        measure       number  bound
    9  barcelona  project-total  180000000.0  about
    """
    table, names = files.table("data/indicators.csv"), files.table("data/measure_names.csv")
    measures, roles = files.table("data/measures.csv"), files.table("data/splits.csv")
    roles = roles[roles["collection"] == "records"]
    table = table.merge(names, on="name_zh").merge(measures[["measure", "units", "domain"]], on="measure")
    table = table.merge(roles[["city", "role"]], on="city")
    table = table.sort_values(["city", "name_zh", "year", "value", "writer"], ignore_index=True)
    table[["number", "base"]] = normalise(table["value"], table["unit"])
    known, shown = table["units"].str.split("|"), table["units"].str.partition("|")[0]
    one = normalise(pd.Series("1", index=table.index), shown)
    fits = [base in ("", unit, *also) for base, unit, also in zip(table["base"], one["base"], known, strict=True)]
    if wrong := table["name_zh"][(table["units"] != "") & ~np.array(fits)].tolist():
        raise ValueError(f"{wrong[0]}: its measure has another unit; add it to data/measures.csv or mend the measure")
    table["amount"] = np.where(shown != "", table["number"] / one["number"], pd.to_numeric(table["value"]))
    table["unit"] = table["unit"].where(shown == "", shown)
    brackets = table["name_zh"].str.findall("（([^）]*)）").str.join("；")
    table["bound"] = np.select([brackets.str.contains(some) for some in BOUNDS.values()], list(BOUNDS), "")
    table["early"] = brackets.str.contains(EARLY)
    return table.assign(year=table["year"].astype(int)).drop(columns="units")


def series(table):
    """Return figures (as `figures` gives them) as series: each amount of a measure, city, year and status once.

    Columns ``measure, city, year, status, amount, unit, bound, early, refs`` (separated by blanks), without `APART`.
    """
    table = table[~table["domain"].isin(APART)]
    found = table.assign(amount=table["amount"].round(9)).groupby([*KEY, "amount", "unit"])
    refs = ("ref_id", lambda cells: " ".join(sorted(set(cells))))
    return found.agg(bound=("bound", "max"), early=("early", "all"), refs=refs).reset_index()


def kept(found, *, within=1):
    """Hold the targets of `series` against the results of the same city and measure nearest to their year.

    A row a target (of several for a year the highest): ``measure, city, year, unit, target, result, told`` (the
    result's year), ``ratio, outcome, refs, refs_result``. Of results `within` so many years the nearest counts, the
    later of two, the larger of one year. Outcomes: ``met``; ``below``; ``open``: below, but told before the target's
    year was over, or as *more than*; ``no result``; ``not due`` by the last year of any result. More is always better.

    Examples
    --------
    >>> pairs = kept(series(figures()))
    >>> pairs.loc[pairs["city"] == "yokohama", ["measure", "target", "result", "outcome"]].head(1)
              measure  target  result outcome
    67  electric-cars  2000.0  2300.0     met
    """
    targets, results = (found[found["status"] == status] for status in ("target", "actual"))
    targets = targets.drop_duplicates(KEY, keep="last").drop(columns=["status", "bound", "early"])
    names = {"amount": "result", "year": "told", "refs": "refs_result"}
    told = results.drop(columns=["status", "unit"]).rename(columns=names)
    pairs = targets.reset_index().merge(told, on=["measure", "city"])
    pairs = pairs.assign(gap=(pairs["told"] - pairs["year"]).abs()).query("gap <= @within")
    pairs = pairs.sort_values(["gap", "told", "result"], ascending=[True, False, False], kind="stable")
    nearest = pairs.drop_duplicates("index").set_index("index")
    table = targets.rename(columns={"amount": "target"}).join(
        nearest[["result", "told", "bound", "early", "refs_result"]]
    )
    table["ratio"] = (table["result"] / table["target"]).round(9)
    over = (table["told"] - table["early"].eq(True) >= table["year"]) & (table["bound"] != "over")
    due = table["year"] <= results["year"].max()
    rules = [table["ratio"] >= 1, table["result"].notna() & over, table["result"].notna(), due]
    table["outcome"] = np.select(rules, ["met", "below", "open", "no result"], "not due")
    return table.drop(columns=["bound", "early"]).reset_index(drop=True)


def leverage(table):
    """Return plans of which both the public and the other money is told, from `figures`.

    Columns ``city, year, public, bound_public, other, bound_other`` (亿元), ``times`` (other over public), ``refs``.
    """
    money = (
        table[table["base"] == "元"].assign(amount=table["number"] / SCALES["亿"]).rename(columns={"ref_id": "refs"})
    )
    public, other = (money[money["measure"] == f"{side}-money"] for side in ("public", "private"))
    pairs = public.merge(other, on=["city", "year", "refs"], suffixes=("_public", "_other"))
    pairs = pairs.rename(columns={"amount_public": "public", "amount_other": "other"})
    pairs["times"] = pairs["other"] / pairs["public"]
    return pairs[["city", "year", "public", "bound_public", "other", "bound_other", "times", "refs"]]


def disagreements(found):
    """Return where `series` gives a city several amounts of a measure for one year, all results or all targets.

    Columns ``measure, city, year, status, unit, low, high, ratio, refs``. Amounts told before the year was over are
    left out, since a later one may well be larger.
    """
    held = found[~found["early"]].groupby([*KEY, "unit"])
    table = held.agg(low=("amount", "min"), high=("amount", "max"), refs=("refs", " ".join)).reset_index()
    return table[table["high"] > table["low"]].assign(ratio=table["high"] / table["low"]).reset_index(drop=True)


def tagged(table, records):
    """Say of each of `figures` whether the tagger finds it in the passages of a loaded corpus that cite its reference.

    Columns ``role, told`` (such a passage of its city has its digits, or a tag its number), ``found`` (a tag has one or
    the other), ``number, right`` (a tag has the same number; and the same unit).
    """
    cites = records.passages.assign(ref_id=records.passages["refs"].str.split()).explode("ref_id")
    pairs = table.reset_index().merge(cites[["passage_id", "city", "ref_id", "text"]], on=["city", "ref_id"])
    tags = records.tags[records.tags["kind"] == "quantity"]
    tags = tags[["passage_id", "text"]].join(normalise(tags["number"], tags["unit"]))
    pairs = pairs.merge(tags, on="passage_id", how="left", suffixes=("", "_tag"))
    pairs["told"] = _has(pairs["text"], pairs["value"])
    pairs["number"] = np.isclose(pairs["number"], pairs["number_tag"])
    pairs["found"] = pairs["number"] | _has(pairs["text_tag"].fillna(""), pairs["value"])
    pairs["right"] = pairs["number"] & (pairs["base"] == pairs["base_tag"])
    pairs["told"] |= pairs["found"]
    marks = pairs.groupby("index")[["told", "found", "number", "right"]].any().reindex(table.index, fill_value=False)
    return table[["city", "role"]].join(marks)


def _has(texts, values):
    """Say whether each text has the digits of a value, by themselves."""
    digits = (rf"(?<![\d.]){re.escape(value)}(?![\d.])" for value in values)
    return np.array([bool(re.search(some, text.replace(",", ""))) for some, text in zip(digits, texts, strict=True)])


def audit(marks, *, by="role"):
    """Return what share of figures is told, found and right, from `tagged`, for each role or city, and for all.

    `shares.COLUMNS` with Wilson's intervals: ``told`` of all, ``found`` of those, ``number`` and ``right`` of these.
    """
    marks, parts = pd.concat([marks, marks.assign(**{by: "all"})]), []
    for label, of in {"told": None, "found": "told", "number": "found", "right": "found"}.items():
        cases = (marks if of is None else marks[marks[of]]).groupby(by)[label]
        parts.append(shares.wilson(cases.sum(), cases.size()).assign(label=label).reset_index(names="group"))
    return pd.concat(parts, ignore_index=True)[list(shares.COLUMNS)]


def linked(refs):
    """Return references (ids, separated by blanks) as links: heads of titles, alone where there is no page."""
    cited = corpus.references().set_index("ref_id")
    heads = cited["title"].where(cited["title"].str.len() <= 24, cited["title"].str[:23] + "…")
    links = {
        ref: f'<a href="{escape(url)}" title="{escape(title)}">{escape(head)}</a>' if url else escape(head)
        for ref, url, title, head in zip(cited.index, cited["url"], cited["title"], heads, strict=True)
    }
    return refs.map(lambda cell: "<br>".join(links[ref] for ref in dict.fromkeys(cell.split())))


def multiples(found, names, cities):
    """Draw `series` in a panel a measure: years, amounts, a line a city through its results; targets are hollow.

    `names` gives the title of each measure, in the order of drawing, `cities` the name of each city; in each panel
    the `NAMED` cities with the most figures are dark and named. Scales are logarithmic where amounts differ twentyfold.
    """
    down = -(-len(names) // 4)
    _, axes = plt.subplots(down, 4, figsize=(13, 3.1 * down), squeeze=False)
    for ax in axes.flat[len(names) :]:
        ax.set_axis_off()
    for ax, (measure, title) in zip(axes.flat, names.items(), strict=False):
        part = found[found["measure"] == measure].sort_values(["year", "amount"])
        count = part["city"].value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable")
        for city, rows in part.groupby("city"):
            colour = INK if city in count.index[:NAMED] else PALE
            for status, line, face in (("actual", "o-", colour), ("target", "o", "white")):
                told = rows[rows["status"] == status]
                ax.plot(told["year"], told["amount"], line, color=colour, mfc=face, ms=5, lw=1)
        ax.set_title(title, fontsize=10)
        ax.grid(color=GRID, lw=0.6)
        ax.set_yscale("log" if part["amount"].max() > 20 * part["amount"].min() else "linear")
        ax.yaxis.set_major_formatter("{x:,.10g}")
        ax.margins(0.15)
        ax.tick_params(labelsize=9)
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        last = part[part["city"].isin(count.index[:NAMED])].drop_duplicates("city", keep="last")
        places = (part["year"], part["amount"])
        label_points(ax, last["year"], last["amount"], last["city"].map(cities), points=places, size=9)
    return axes
