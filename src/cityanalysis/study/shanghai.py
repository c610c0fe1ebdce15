"""Shanghai read closely (notebook 09): twenty years of work reports, and five studies beside one another.

``data/frameworks.csv`` holds what the studies state and what our data answer, ``data/claims.csv`` what each says of a
matter, ``data/report_figures.csv`` figures of the reports.
"""

from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from scipy.special import xlogy

from cityanalysis import documents, figures, files, tags
from cityanalysis.corpus import Corpus
from cityanalysis.study import indicators, models

TONES = {"critical": "#4d4d4d", "mixed": "#b8b8b8", "favourable": "#eeeeee"}
# Series of `two_networks` in the order of drawing, with the names in ``data/indicators.csv`` that belong to each.
SERIES = {
    "online-use": "一网通办(?:实际网办率|网办比例)",
    "online-items": "一网通办接入事项",
    "users": "一网通办个人实名用户",
    "applications": "城运系统接入专题应用",
    "open-datasets": "已?开放公共数据集",
}
MARKS = {"study": "s", "record": "o", "report": "D"}  # who tells a figure
TELLERS = {"study": "a study 研究", "record": "a source of the records 记录所引", "report": "a work report 工作报告"}


def years(texts):
    """Return the year of each passage of Shanghai's work reports, by ``passage_id``."""
    ids = texts.passages.set_index("passage_id")["doc_id"]
    return ids[ids.str.startswith("shanghai-report-")].str[-4:].astype(int).rename("year")


def digital_terms(texts, passages):
    """Count the digital terms in passages of a `Corpus`, those within longer ones too: ``passage_id, word, n``."""
    found = texts.tags[(texts.tags["kind"] == "term") & texts.tags["passage_id"].isin(passages)]
    known = {term for term in found["term"].unique() if tags.is_digital(term)}
    found = found[found["term"].isin(known)].groupby(["passage_id", "term"]).size()
    return found.rename("n").rename_axis(["passage_id", "word"]).reset_index()


def matter(texts, passages):
    """Return how many characters of passages stand in clauses with a digital term, and how many do not.

    Columns ``digital, other``, indexed by ``passage_id``; the rule is that of `cityanalysis.digital_share`.
    """
    table = texts.passages.assign(share=texts.digital, size=texts.passages["end"] - texts.passages["start"])
    table = table.set_index("passage_id").loc[passages]
    return pd.DataFrame({"digital": table["share"] * table["size"], "other": (1 - table["share"]) * table["size"]})


def ahead(national, counted, year):
    """Say for the steps of the central government when Shanghai's reports first had their words.

    From ``data/national.csv``, `digital_terms` and the year of each passage to a row a step and digital term in its
    name: ``name_zh, name_en, step`` (its year), ``word, first`` (the first report; missing where none has it) and
    ``lead``, by how many years the report comes before the step.
    """
    steps = national[national["kind"] == "step"]
    names = [documents.passages(name, doc_id=name) for name in steps["name_zh"]]
    named = Corpus.of(pd.concat(names, ignore_index=True))
    told = digital_terms(named, named.passages["passage_id"])
    told["name_zh"] = told["passage_id"].str.rpartition("#")[0]
    first = counted["passage_id"].map(year).groupby(counted["word"]).min().rename("first")
    found = told.merge(steps[["name_zh", "name_en", "date_from"]], on="name_zh").join(first, on="word")
    found["step"] = found["date_from"].str[:4].astype(int)
    found = found.assign(lead=found["step"] - found["first"]).sort_values(["date_from", "word"], ignore_index=True)
    return found[["name_zh", "name_en", "step", "word", "first", "lead"]]


def segmentations(counts, n):
    """Return all ways to cut years into periods by `n` cuts, the best first: columns ``cuts, gain, rank``.

    `counts` has a row a year, in order, and a column a word; ``cuts`` names the first year of each later period,
    ``gain`` is of multinomial log-likelihood over one period for all (Braun, Braun & Müller 2000, Biometrika 87:301).
    With the same number of cuts each way has as many parameters, so that their order tells how well each fits.

    Examples
    --------
    >>> counts = pd.DataFrame({"网": [5, 4, 0, 0], "云": [0, 0, 5, 6]}, index=[2010, 2011, 2012, 2013])
    >>> segmentations(counts, 1).round(1).values.tolist()
    [['2012', 13.8, 1], ['2011', 5.1, 2], ['2013', 4.6, 3]]
    """
    sums = np.vstack([np.zeros(counts.shape[1]), counts.to_numpy(dtype=float).cumsum(axis=0)])
    parts = {edges: sums[edges[1]] - sums[edges[0]] for edges in combinations(range(len(sums)), 2)}
    fit = {edges: xlogy(part, part).sum() - xlogy(part.sum(), part.sum()) for edges, part in parts.items()}
    ways = list(combinations(range(1, len(counts)), n))
    gains = [sum(fit[edges] for edges in pairwise([0, *way, len(counts)])) - fit[0, len(counts)] for way in ways]
    found = pd.DataFrame({"cuts": [", ".join(map(str, counts.index[list(way)])) for way in ways], "gain": gains})
    found = found.sort_values("gain", ascending=False, kind="stable", ignore_index=True)
    return found.assign(rank=found.index + 1)


def agreement(claims):
    """Return of each two studies on how many topics both speak, and on how many they say the same: ``both, same``.

    Examples
    --------
    >>> rows = [("a", "x", "yes"), ("a", "y", "yes"), ("b", "x", "yes"), ("b", "y", "no")]
    >>> agreement(pd.DataFrame(rows, columns=["topic", "study", "position_en"])).values.tolist()
    [['x', 'y', 2, 1]]
    """
    said = claims.pivot(index="topic", columns="study", values="position_en")
    pairs = [(one, two, said[[one, two]].dropna()) for one, two in combinations(said.columns, 2)]
    rows = [(one, two, len(both), int((both[one] == both[two]).sum())) for one, two, both in pairs]
    return pd.DataFrame(rows, columns=["first", "second", "both", "same"])


def two_networks():
    """Return what is told in figures of 一网通办, 一网统管 and open data in Shanghai, year by year.

    Columns ``series, year, name_zh, amount, unit, status, told`` (by a study, a record's source, a report), ``source``
    (the reference, or the passage of a report).
    """
    listed = indicators.figures().query("city == 'shanghai'").rename(columns={"ref_id": "source"})
    parts = [listed[listed["name_zh"].str.match(pattern)].assign(series=name) for name, pattern in SERIES.items()]
    reported = files.table("data/report_figures.csv").rename(columns={"passage_id": "source"})
    reported = reported.assign(amount=pd.to_numeric(reported["value"]), year=reported["year"].astype(int))
    found = pd.concat([*parts, reported.assign(status="actual")], ignore_index=True)
    studies = found["source"].isin(files.table("data/frameworks.csv")["study"])
    found["told"] = np.select([studies, found["source"].str.contains("#")], ["study", "report"], "record")
    found = found[found["series"].isin(SERIES)].drop_duplicates(["series", "year", "amount", "status"])
    found = found.assign(order=found["series"].map(list(SERIES).index)).sort_values(["order", "year", "amount"])
    return found[["series", "year", "name_zh", "amount", "unit", "status", "told", "source"]].reset_index(drop=True)


def draw_networks(found, names):
    """Draw `two_networks`: a panel a series, a mark for who tells each figure; hollow are targets."""
    fig, axes = plt.subplots(1, len(names), figsize=(13, 2.9), sharex=True)
    for ax, (series, title) in zip(axes, names.items(), strict=True):
        part = found[found["series"] == series]
        results = part[part["status"] == "actual"]
        ax.plot(results["year"], results["amount"], color=figures.GRID, lw=1.5, zorder=1)
        for (told, status), rows in part.groupby(["told", "status"]):
            face = figures.INK if status == "actual" else "white"
            ax.scatter(rows["year"], rows["amount"], marker=MARKS[told], s=30, fc=face, ec=figures.INK, zorder=2)
        ax.set_title(title, fontsize=9)
        ax.set_ylim(0, part["amount"].max() * 1.15)
    axes[0].set(xlim=(2017.5, 2023.5), xticks=(2018, 2020, 2022))
    handles = [
        axes[0].scatter([], [], marker=MARKS[told], fc=figures.INK, label=name) for told, name in TELLERS.items()
    ]
    fig.legend(handles=handles, loc="outside lower center", ncols=3)
    return axes


def draw_positions(claims, studies, topics):
    """Draw what studies (their names by id) say of topics (their names by key): dark where it is critical."""
    told = claims.assign(tone=claims["tone"].map(list(TONES).index))
    told["said"] = told["position_zh"] + "\n" + told["position_en"]
    tone, said = (told.pivot(index="topic", columns="study", values=name) for name in ("tone", "said"))
    tone, said = (table.loc[list(topics), list(studies)] for table in (tone, said))
    _, ax = plt.subplots(figsize=(11, 0.46 * len(topics) + 1.2))
    ax.imshow(tone, cmap=ListedColormap(list(TONES.values())), vmin=0, vmax=2, aspect="auto")
    for (row, column), text in np.ndenumerate(said.fillna("–").to_numpy()):
        colour = "white" if tone.iloc[row, column] == 0 else figures.INK
        ax.text(column, row, text, ha="center", va="center", fontsize=7.5, color=colour, linespacing=1.05)
    ax.set_xticks(range(len(studies)), list(studies.values()))
    ax.set_yticks(range(len(topics)), list(topics.values()))
    ax.hlines(np.arange(0.5, len(topics) - 1), -0.5, len(studies) - 0.5, color="white", lw=2)
    ax.vlines(np.arange(0.5, len(studies) - 1), -0.5, len(topics) - 0.5, color="white", lw=2)
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    ax.spines[:].set_visible(False)
    return ax


def draw_course(digital, turns, by_year, plans):
    """Draw the share of digital matter by year, and below it coded passages by model, each with its change.

    `digital` is `shares.table` by year, `turns` rows of `shifts.change_point` (``digital`` and the models that change),
    `by_year` coded passages by year and model, `plans` the rows of ``data/national.csv`` that stand behind.
    """
    fig, axes = plt.subplots(2, 1, figsize=(9, 5), sharex=True, height_ratios=(3, 2))
    share = 100 * digital.set_index("group")[["share", "low", "high"]]
    ends = [share["share"] - share["low"], share["high"] - share["share"]]
    axes[0].errorbar(share.index, share["share"], ends, fmt="o", color=figures.INK, ms=4)
    axes[0].set(ylim=(0, share["high"].max() + 1.5), ylabel="digital matter, %\n数字内容占比")
    floor = by_year.cumsum(axis=1) - by_year
    for model in models.MODELS:
        look = {"color": figures.COLOURS[model], "label": figures.LABELS[model]}
        axes[1].bar(by_year.index, by_year[model], 0.7, floor[model], **look)
    axes[1].set(ylabel="rich passages\n数字内容密集段落", xticks=range(share.index[0], share.index[-1] + 1, 3))
    for turn in turns.itertuples():
        ax, colour = (axes[0], figures.INK) if turn.label == "digital" else (axes[1], figures.COLOURS[turn.label])
        ax.axvspan(turn.low - 0.5, turn.high - 0.5, color=colour, alpha=0.12, lw=0, zorder=0)
        ax.axvline(turn.year - 0.5, color=colour, ls=":")
    for plan in plans.itertuples():
        start = int(plan.date_from[:4])
        name = f"{plan.name_en.partition(' ')[0]} {plan.name_zh[1:4]}"
        axes[0].text(start - 0.4, share["high"].max() + 0.7, name, fontsize=8, color=figures.MUTED)
        axes[0].axvline(start - 0.5, color=figures.GRID, lw=1, zorder=0)
    fig.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return axes
