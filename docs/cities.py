"""Pages of cities: of each the answer first, and beneath it, folded, what else is known of it.

Headings are Markdown; all else is HTML without an empty line, in which Markdown reads nothing. Text from elsewhere
passes through `text`.
"""

import html
import re

import pandas as pd

from cityanalysis import corpus, figures, files, words
from cityanalysis.study import compare, differences, lanes, models, timeline

PAGE = """\
# {name}

<p>{place}</p>
<p class="answer"><b>{told}</b> · P({label}) {verdict[p_largest]:.3f}</p>
{mix}
<p class="sources">P: how probable it is that this model has the largest share; a verdict from {models.SURE:.2f} on,
leaning from {models.LEANING:.2f}. n: passages on the three models, a secondary label counted as a third. Shares of both
records are drawn towards those of all cities and have 90 % intervals; those of one record are as counted. They tell
what two digests of public accounts stress, written and coded by language models, and do not measure the city.<br>
<span lang="zh-Hans">P为该模式占比最大的概率，不低于{models.SURE:.2f}可下判断，不低于{models.LEANING:.2f}为倾向。
n为涉及三种模式的段落数，次要标签计三分之一。两份合计的占比向全部城市的均值收缩，附90%区间；单份为原始占比。
所示为语言模型依据公开材料所写并编码的两份综述的侧重，并非对城市本身的测量。</span></p>

## Passages that decide 起决定作用的段落

<p class="sources">The number tells by how many points of share a passage raises the lead of the city's largest model,
or lowers it. <span lang="zh-Hans">数字为该段使占比最大的模式领先增加（或减少）的百分点。</span></p>
{decisive}
"""

INDEX = """\
# Cities 城市

A page a city: verdict, the passages that decide, events, figures, sources. [Models](../notebooks/05_models.ipynb) tells
how verdicts are found, and how many chance alone would give. 每座城市一页：判断、起决定作用的段落、事件、数据与来源。

{regions}

```{{toctree}}
:hidden:

{entries}
```
"""

# Words of tables and codes in two languages.
WORDS = {kind: f"{kind} {chinese}" for kind, (chinese, *_) in lanes.EVENT_KINDS.items()} | figures.LABELS
WORDS |= {"found": "", "not found": "not found 未见", "by": "≤", "": ""}
WORDS |= {"earliest found": "earliest found 最早见到", "first": "earliest found, called the first 最早见到，有称首个"}
WORDS |= {"actual": "", "target": "(target 目标)", "open": "open 未定"}
WORDS |= {f"leaning {name}": "leaning to {} 倾向{}".format(*figures.LABELS[name].split()) for name in models.MODELS}
CODED = ["kind", "status", "claim", "bound"]  # columns that hold such words
SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")  # ASCII punctuation, each of which Markdown lets one escape
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # which turn what follows round
SURE = 0.1  # rate of false finds from which a telling term may be chance


def plain(value):
    """Return text from elsewhere on one line, in the direction of the page."""
    return " ".join(TURNING.sub("", value).split())


def text(value):
    """Return text from elsewhere as HTML."""
    return html.escape(plain(value))


def markdown(value):
    """Return text from elsewhere as Markdown that shows it as it is."""
    return SPECIAL.sub(r"\\\1", plain(value))


def escaped(rows, **columns):
    """Return a table of text from elsewhere as HTML, `WORDS` in two languages, with columns that are HTML already."""
    rows = rows.replace({name: WORDS for name in CODED if name in rows})
    return rows.map(lambda cell: text(cell) if isinstance(cell, str) else cell).assign(**columns)


def citations(references, folder=""):
    """Return works as citations by their ids; one without an address leads to its city's page, in `folder`."""
    found = {}
    for work in references.itertuples():
        link = f'<a href="{text(work.url or f"{folder}{work.city}.html#{work.ref_id}")}">{text(work.title)}</a>'
        found[work.ref_id] = ", ".join([link, *(text(part) for part in (work.issuer, work.published) if part)])
    return found


def passage(row, cited, *, mark):
    """Return a passage, behind its mark, and below it the works that it cites."""
    sources = " · ".join(cited[ref] for ref in row.refs.split())
    return f'<p class="passage" lang="zh-Hans">{mark} {text(row.text)}</p>\n<p class="sources">{sources}</p>'


def table(heads, rows):
    """Return a table; heads and cells are HTML."""

    def line(tag, cells):
        return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"

    inner = f"<thead>{line('th', heads)}</thead><tbody>{''.join(line('td', cells) for cells in rows)}</tbody>"
    return f'<div class="pst-scrollable-table-container"><table class="table city">{inner}</table></div>'


def bar(label, share, low=0.0, high=0.0):
    """Return a share, with its interval if there is one, as numbers and as a bar with a line on it."""
    told = f"{share:.2f}" + (f" [{low:.2f},&nbsp;{high:.2f}]" if high else "")
    style = f"--colour:{figures.COLOURS[label]};--share:{share:.1%};--low:{low:.1%};--wide:{high - low:.1%}"
    return f'{told}<div class="bar" style="{style}"></div>'


def coded_as(row):
    """Return the code of a passage in words."""
    labels = " + ".join(figures.LABELS[label] for label in (row.primary, row.secondary) if label)
    return labels + (", networked devices 联网设备" if row.instrumented else "")


def mixed(mix, records):
    """Return a city's mix as a table: of both records, and as counted in each (the sums by its head)."""
    heads = [f"{head}<br>n {sums.sum():.1f}" for head, sums in records.items()]
    rows = [
        [figures.LABELS[row.label], bar(row.label, row.share, row.low, row.high)]
        + [bar(row.label, sums[row.label] / sums.sum()) for sums in records.values()]
        for row in mix.itertuples()
    ]
    return table(["model 模式", f"both records 两份合计<br>n {mix['n'].iloc[0]:.1f}", *heads], rows)


def decisive(rows, cited):
    """Return the passages that decide, the first three unfolded."""
    shown = []
    for row in rows.itertuples():
        mark = f"<b>{100 * row.lead:+.0f} · {coded_as(row)}</b> · {text(row.passage_id)}<br>"
        shown.append(passage(row, cited, mark=mark))
    rest = f"<details><summary>{len(shown) - 3} more 其余{len(shown) - 3}段</summary>{''.join(shown[3:])}</details>"
    return "".join(shown[:3]) + rest


def happened(cited):
    """Return the events of both writers; those that both tell are one, with the works of both."""
    events = files.table("data/events.csv")
    pairs, merged = timeline.twice(events), timeline.merge(events)
    other = dict(zip([*pairs["first"], *pairs["second"]], [*pairs["second"], *pairs["first"]], strict=True))
    refs = [dict.fromkeys(events.loc[[i, other.get(i, i)], "ref_id"]) for i in merged.index]
    told = merged["writer"].where(merged["told_by"] == "one", "<b>both 两份皆述</b>")
    return escaped(merged, told=told, source=["<br>".join(map(cited.get, works)) for works in refs])


def vocabulary(records):
    """Return the ten digital terms that tell most of each city, and the five cities that write most like it."""
    counted, city = compare.digital(records), records.passages.set_index("passage_id")["city"]
    names, glosses = figures.city_labels(words.cities()), words.glosses(words.read_lexicon())
    near = compare.neighbours(compare.similarity(compare.crossed(counted, city)))
    links = [f'<a href="{other}.html">{text(names[other])}</a>' for other in near["other"]]
    near = near.assign(link=links).groupby("city")["link"].agg(", ".join)
    told = compare.telling(counted, city).groupby("group").head(10)
    told["term"] = [figures.bilingual(row.word, glosses) + "?" * (row.q >= SURE) for row in told.itertuples()]
    told = escaped(told).groupby("group")["term"].agg(", ".join)
    return pd.DataFrame({"told": told, "near": near}).fillna("").rename_axis("city").reset_index()


def sections(records, coded, weights, works, cited):
    """Return what is folded on each page: heading, heads and cells of its columns, its rows of all cities."""
    reports = corpus.load("reports", originals=False)
    told = coded[["passage_id", "doc_id"]].merge(models.decisive(reports, coded, weights), on="passage_id")
    told = told.merge(reports.documents[["doc_id", "url"]], on="doc_id")
    counted, disputed = files.table("data/indicators.csv"), files.table("data/contradictions.csv")
    adopted = files.table("data/innovations.csv")
    adopted = adopted.merge(timeline.earliest(adopted).drop(columns=["date", "bound", "ref_id"]), how="left").fillna("")
    adopted["innovation"] = adopted["innovation"].map(timeline.INNOVATIONS)
    dated = works["published"].replace("", "9999").argsort(kind="stable")
    one, other = (disputed[ref].map(cited) for ref in ("ref_first", "ref_second"))
    return [
        (
            "Words 用词",
            "terms that set it apart (?: may be chance) 特色术语（?：或属随机）|writes most like 用词最相近",
            "{told}|{near}",
            vocabulary(records),
        ),
        (
            "Events 事件",
            "date, told by 日期与述者|event 事件|source 来源",
            "{date}<br>{kind}<br>{told}|<span lang=zh-Hans>{summary_zh}</span><br>{summary_en}|{source}",
            happened(cited),
        ),
        (
            "Figures 数据",
            "year 年份|figure 指标|value 数值|source 来源",
            "{year}|<span lang=zh-Hans>{name_zh}</span><br>{name_en}|{value} {unit} {status}|{source}",
            escaped(counted, source=counted["ref_id"].map(cited)),
        ),
        (
            "Contradictions 相互矛盾之处",
            "matter 事项|one 其一|other 其二|note 备注",
            "{matter_en}|{first}<br>{one}|{second}<br>{other}|{note}",
            escaped(disputed, one=one, other=other),
        ),
        (
            "Who was early 孰先孰后",
            "what 创新|found from 最早见于|of all cities 各城市中|source 来源|note 备注",
            "{innovation}|{bound}{date}{status}|{claim}|{source}|{note}",
            escaped(adopted, source=adopted["ref_id"].map({"": ""} | cited)),
        ),
        (
            "Work reports: passages on the models 政府工作报告中涉及三种模式的段落",
            "passage 段落|section 节|code 编码|terms 术语",
            '<a href="{url}">{passage_id}</a>|{section}|{code}|{terms}',
            escaped(told, code=list(map(coded_as, told.itertuples()))),
        ),
        (
            "Sources 来源",
            "work 文献",
            '<span id="{ref_id}">{source}</span>',
            escaped(works.iloc[dated], source=works["ref_id"].map(cited)),
        ),
    ]


def pages(records):
    """Return the pages of the cities that the loaded records are of, from the name of each file to its text."""
    works, coded = corpus.references(), models.codes()
    weights, cited = models.weigh(coded), citations(works)
    region = differences.regions(coded[coded["collection"] == "records"])
    alone = models.by_record(coded, weights)
    mixes = models.mix(sum(alone), effect=models.design_effect(*alone))
    verdicts, known = models.verdicts(mixes), words.cities().set_index("city", drop=False)
    names, place = figures.city_labels(known), known["province"] + " " + known["province_en"]
    ranked, folded = models.decisive(records, coded, weights), sections(records, coded, weights, works, cited)
    found, rows = {}, {region: [] for region in differences.REGIONS.values()}
    for slug, own in records.documents.groupby("city"):
        verdict, mix = verdicts.loc[slug], mixes[mixes["group"] == slug]
        name, told = names[slug], WORDS[verdict["verdict"]]
        head = '<a href="../corpus/{}.html">record 记录</a> {}'
        heads = [head.format(row.file[:-3], text(row.writer)) for row in own.itertuples()]
        facts = {"name": markdown(name), "told": told, "verdict": verdict, "label": figures.LABELS[verdict["largest"]]}
        facts["place"] = text(f"{place[slug]} · {region[slug]}")
        facts["mix"] = mixed(mix, dict(zip(heads, (sums.loc[slug] for sums in alone), strict=True)))
        page = PAGE.format(decisive=decisive(ranked[ranked["city"] == slug], cited), models=models, **facts)
        for heading, heads, cells, whole in folded:
            here = whole[whole["city"] == slug].to_dict("records")
            shown = [[cell.format_map(row) for cell in cells.split("|")] for row in here]
            if shown:
                folds = "<details><summary>all {n} 全部{n}条</summary>{}</details>" if len(shown) > 2 else "{}"
                page += f"\n## {heading}\n\n{folds.format(table(heads.split('|'), shown), n=len(shown))}\n"
        found[f"{slug}.md"] = page
        bars = [bar(row.label, row.share) for row in mix.itertuples()]
        link = f'<a href="{slug}.html">{text(name)}</a>'
        rows[region[slug]].append([link, told, f"{verdict['p_largest']:.3f}", *bars])
    heads = ["city 城市", "verdict 判断", "P 概率", *(figures.LABELS[model] for model in models.MODELS)]
    tables = "\n\n".join(f"## {name}\n\n{table(heads, cells)}" for name, cells in rows.items())
    found["index.md"] = INDEX.format(regions=tables, entries="\n".join(verdicts.index))
    return found
