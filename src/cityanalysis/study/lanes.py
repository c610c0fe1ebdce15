"""Timelines drawn: a lane a city, a mark an event, its kind by colour and shape, national plans and steps behind."""

from datetime import date
from html import escape
from itertools import pairwise

import matplotlib.pyplot as plt

from cityanalysis import times
from cityanalysis.figures import COLOURS, GRID, INK, MUTED, Shown, city_labels

# Of each kind its Chinese name, the side that gives its colour, and its mark: matplotlib's, and a path about 10 wide.
EVENT_KINDS = {
    "plan": ("规划", "governance", "o", "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z"),
    "policy": ("政策", "governance", "s", "M-4.5-4.5h9v9h-9z"),
    "regulation": ("法规", "governance", "^", "M0-6L5.5 4.5h-11z"),
    "institution": ("机构", "governance", "D", "M0-6L5.5 0 0 6-5.5 0z"),
    "infrastructure": ("基础设施", "infrastructure", "P", "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z"),
    "platform": ("平台", "infrastructure", "X", "M-6-3l3-3 3 3 3-3 3 3-3 3 3 3-3 3-3-3-3 3-3-3 3-3z"),
    "industry": ("产业", "industry", "v", "M0 6L5.5-4.5h-11z"),
    "partnership": ("合作", "industry", "<", "M-6 0L4.5-5.5v11z"),
    "application": ("应用", "application", "*", "M0-7l2 4.5 5 .5-4 3.5 1.2 5L0 4l-4.2 2.5L-3 1.5-7-2l5-.5z"),
    "evaluation": ("评价", "", "h", "M0-6l5 3v6l-5 3-5-3v-6z"),
}
BIGGER = {"application": 2, "infrastructure": 1.3, "platform": 1.2, "institution": 0.85}  # thin marks, to look alike
BANDS = ("#eef2f6", "#ffffff")
ROWS = (0, 1, -1, 2, -2)  # of a lane, in the order in which they fill


def _places(dates, start):
    """Return where dates lie on a line of years: the middle of each, half a year before the line where it is earlier.

    >>> _places(["2016", "2016-01-01", "1999"], 2003)
    [2016.5, 2016.0, 2002.5]
    """
    found = []
    for day in dates:
        first, last = (date.fromisoformat(end) for end in times.interval(day))
        middle = (first.toordinal() + last.toordinal() + (first != last)) / 2
        new_year, next_year = (date(year, 1, 1).toordinal() for year in (first.year, first.year + 1))
        where = first.year + (middle - new_year) / (next_year - new_year)
        found.append(round(where, 3) if first.year >= start else start - 0.5)
    return found


def _stacked(x, gap):
    """Return the row of each mark, places ascending: the first of `ROWS` that is free, else the one longest empty.

    >>> _stacked([1.0, 1.1, 1.2, 2.0], 0.3)
    [0, 1, -1, 0]
    """
    last, rows = dict.fromkeys(ROWS, float("-inf")), []
    for place in x:
        free = [row for row in ROWS if last[row] + gap <= place + 1e-9]
        rows.append(free[0] if free else min(ROWS, key=last.get))
        last[rows[-1]] = place
    return rows


def _lanes(events, cities, start, gap):
    """Return the events of cities with their ``lane``, ``x`` and ``row``, ordered by lane and x, and the last year."""
    order = {city: lane for lane, city in enumerate(cities["city"])}
    data = events[events["city"].isin(order)]
    data = data.assign(lane=data["city"].map(order), x=_places(data["date"], start))
    data = data.sort_values(["lane", "x", "kind", "summary_zh"], ignore_index=True)
    rows = [row for _, lane in data.groupby("lane") for row in _stacked(lane["x"], gap)]
    return data.assign(row=rows), int(data["date"].str[:4].max())


def _plans(national, start, end):
    """Yield the national plans, each with its colour and where it begins and ends."""
    plans = national[national["kind"] == "plan"].sort_values("date_from")
    for number, plan in enumerate(plans.itertuples()):
        first, last = max(int(plan.date_from), start), min(int(plan.date_to) + 1, end)
        if first < last:
            yield plan, BANDS[number % 2], first, last


def _mark(ax, kind, x, y, size, **look):
    """Draw marks of events of a kind."""
    _, side, marker, _ = EVENT_KINDS[kind]
    look = {"marker": marker, "lw": 0.4, "edgecolors": "white", "zorder": 3} | look
    ax.scatter(x, y, size * BIGGER.get(kind, 1), COLOURS[side], **look)


def swim_lanes(events, cities, national, *, start):
    """Draw a lane for each city, a mark for each event, national plans as bands and national steps as numbered lines.

    Events and national plans are those of ``data/events.csv`` and ``data/national.csv``, cities those of
    `cityanalysis.words.cities`, in the order of the lanes. What lies before the year `start` stands in a strip at the
    left; the last year is that of the last event.

    Returns the axes, and the events of the cities with ``lane`` (0 the first), ``x`` (in years) and ``row`` (of the
    lane, 0 its middle), ordered by lane and x.
    """
    data, last_year = _lanes(events, cities, start, 0.27)
    end = last_year + 1
    _, ax = plt.subplots(figsize=(9.6, 1.7 + 0.36 * len(cities)))
    for plan, colour, first, last in _plans(national, start, end):
        ax.axvspan(first, last, color=colour, lw=0, zorder=0)
        if last - first > 3:  # else its name has no room
            ax.text((first + last) / 2, -1.05, plan.name_zh, ha="center", va="bottom", fontsize=8.5, color=MUTED)
    steps = national[national["kind"] == "step"]
    for number, x in enumerate(_places(steps["date_from"], start), start=1):
        ax.axvline(x, color=MUTED, lw=0.7, ls=":", zorder=1)
        ax.text(x, -0.6, number, ha="center", va="bottom", fontsize=7.5, color=INK)
    for lane, (above, below) in enumerate(pairwise(cities["region"])):
        ax.axhline(lane + 0.5, color=GRID if above == below else MUTED, lw=0.6, zorder=1)
    for kind in EVENT_KINDS:
        part = data[data["kind"] == kind]
        _mark(ax, kind, part["x"], part["lane"] + part["row"] * 0.2, 30)
    ax.set_yticks(range(len(cities)), city_labels(cities))
    years = range(start + 2, end, 5)
    ax.set_xticks([start - 0.5, *years], ["earlier\n此前", *map(str, years)])
    ax.set_xlim(start - 1, end)
    ax.set_ylim(len(cities) - 0.5, -0.55)
    for kind in [kind for kind in EVENT_KINDS if kind in set(data["kind"])]:
        _mark(ax, kind, [], [], 40, lw=0, label=f"{kind} {EVENT_KINDS[kind][0]}")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.figure.legend(loc="outside lower center", ncols=5, handletextpad=0.2, columnspacing=1.2)
    return ax, data


WIDE, HIGH, TOP = 33, 54, 44  # a year, a lane and the head of `lanes_html`, in pixels: a page holds 25 years
# A mark is a radio button, a lane a group of them: Tab goes from lane to lane, arrow keys from mark to mark. Focus and
# tap show what the pointer shows.
RULES = f""".lanes input{{position:absolute;opacity:0;margin:0;scroll-margin:8rem}}
.lanes>label{{display:inline-block;min-height:24px;margin-right:10px;cursor:pointer;text-decoration:line-through}}
.lanes input:checked+label{{text-decoration:none}}
.lanes input:focus-visible+label,.lanes input:focus-visible+svg{{outline:2px solid {INK};outline-offset:1px}}
.lanes>div{{display:flex;align-items:flex-start;overflow:auto;max-height:70vh;background:#fff}}
.lanes>div>svg{{position:sticky;left:0;z-index:1;flex:none;background:#fff;font-size:11px}}
.lanes>div>div{{position:relative;flex:none;font-size:11px}}
.lanes div label{{position:absolute;width:14px;height:14px;margin:-7px;cursor:pointer}}
.lanes div label input{{inset:0}}
.lanes label svg{{display:block;width:14px;height:14px;overflow:visible}}
.lanes>label svg{{display:inline-block}}
.lanes label svg>*{{transform:translate(7px,7px)}}
.lanes label:hover svg,.lanes input:checked+svg{{stroke:#000;stroke-width:1.5}}
.lanes div label>span{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
.lanes label a{{display:none}}
.lanes input:checked~span a{{display:inline;color:#0b57c2}}
.lanes div label:hover>span,.lanes div label:focus-within>span{{position:fixed;inset:auto 1rem 1rem auto;z-index:1040;
width:auto;height:auto;max-width:min(36rem,calc(100vw - 2rem));clip-path:none;padding:.6rem .8rem;white-space:pre-line;
font-size:14px;color:{INK};background:#fff;border:2px solid {MUTED};border-radius:4px;cursor:auto}}
.lanes div label:hover>span{{z-index:1041}}
"""
OFFER = (
    "Rest on a mark for its text; tap it, or go by Tab and arrow keys, for its source, too; tick kinds "
    "悬停看内容；点按，或用Tab键与方向键，可见来源；可按类别筛选"
)


def _radio(kind, place, group, text, *, url=""):
    """Return a mark of `lanes_html`, with its text and a link to its source."""
    link = f'\n<a href="{escape(url)}" target="_blank">source 来源</a>' if url else ""
    return (
        '<label class="lanes-{}" style="left:{}px;top:{}px">'.format(kind, *place)
        + f'<input type="radio" name="lanes-{escape(group)}"><svg><use href="#lanes-{kind}-mark"/></svg>'
        f"<span>{escape(text)}{link}</span></label>"
    )


def _group(name, marks):
    """Return the marks of a lane as a group."""
    return f'<div role="radiogroup" aria-label="{escape(name)}">{"".join(marks)}</div>'


def lanes_html(events, cities, national, references, *, start):
    """Write the lanes as HTML: an event's text at pointer, focus or tap, a link to its source, kinds to tick.

    It takes what `swim_lanes` takes, and `cityanalysis.corpus.references`. It is SVG and CSS, without a script, and
    loads nothing; Jupyter shows it as HTML, and it prints as text.
    """
    data, last_year = _lanes(events, cities, start, 13 / WIDE)
    urls, labels = references.set_index("ref_id")["url"], city_labels(cities)
    rules, boxes, marks = [RULES, f".lanes .lanes-step{{fill:{MUTED}}}\n"], [], {city: [] for city in cities["city"]}
    for kind, (chinese, side, _, path) in EVENT_KINDS.items():
        own = f"lanes-{kind}"
        rules.append(f"#{own}:not(:checked)~div .{own}{{display:none}}\n.lanes .{own}{{fill:{COLOURS[side]}}}\n")
        mark = f'<svg class="{own}" aria-hidden="true"><path id="{own}-mark" d="{path}"/></svg>'
        boxes.append(f'<input type="checkbox" id="{own}" checked><label for="{own}">{mark} {kind} {chinese}</label>')
    for event in data.itertuples():
        x = round((event.x - start + 1) * WIDE)
        y = round(TOP + (event.lane + 0.5) * HIGH + event.row * 10.5)
        kind = f"{event.kind} {EVENT_KINDS[event.kind][0]}"
        text = f"{event.date} {labels[event.city]} · {kind}\n{event.summary_zh}\n{event.summary_en}"
        marks[event.city].append(_radio(event.kind, (x, y), event.city, text, url=urls[event.ref_id]))
    middles = [round(TOP + (lane + 0.5) * HIGH + 4) for lane in range(len(cities))]
    places = zip(middles, labels, strict=True)
    names = [f'<text x="4" y="{y}" fill="{INK}">{escape(label)}</text>' for y, label in places]
    wide, high = (last_year - start + 2) * WIDE, TOP + len(cities) * HIGH
    backdrop, steps = _backdrop(len(cities), national, start, last_year + 1)
    groups = [_group("national steps 国家举措", steps), *map(_group, labels, marks.values())]
    html = (
        f'<details open><summary>{OFFER}</summary><section class="lanes"><style>{"".join(rules)}</style>'
        f'{"".join(boxes)}<div><svg width="130" height="{high}" aria-hidden="true">{"".join(names)}</svg>'
        f'<div><svg width="{wide}" height="{high}" aria-hidden="true">{"".join(backdrop)}</svg>{"".join(groups)}</div>'
        "</div></section></details>"
    )
    return Shown(html, f"{len(data)} events in the lanes of {len(cities)} cities")


def _backdrop(n_lanes, national, start, end):
    """Return bands, years, lines of national steps and lines between lanes as pieces of SVG, and the steps' marks."""
    bottom, parts = TOP + n_lanes * HIGH, []
    for _, colour, first, last in _plans(national, start, end):
        x, width = (first - start + 1) * WIDE, (last - first) * WIDE
        parts.append(f'<rect x="{x}" y="{TOP}" width="{width}" height="{bottom - TOP}" fill="{colour}"/>')
    for place, year in enumerate([f"≤{(start - 1) % 100:02}", *range(start, end)]):
        parts.append(f'<text x="{place * WIDE}" y="{TOP - 6}" fill="{MUTED}">{year}</text>')
    steps, marks = national[national["kind"] == "step"], []
    parts.append('<defs><circle id="lanes-step-mark" r="5"/></defs>')
    for step, place in zip(steps.itertuples(), _places(steps["date_from"], start), strict=True):
        x = round((place - start + 1) * WIDE)
        parts.append(f'<path d="M{x} {TOP - 18}V{bottom}" stroke="{MUTED}" stroke-dasharray="2 3"/>')
        marks.append(_radio("step", (x, TOP - 22), "step", f"{step.date_from}\n{step.name_zh}\n{step.name_en}"))
    rules = "".join(f"M0 {TOP + lane * HIGH}h{(end - start + 1) * WIDE}" for lane in range(n_lanes))
    return [*parts, f'<path d="{rules}" stroke="{GRID}"/>'], marks
