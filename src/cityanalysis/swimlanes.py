"""Timelines as swim lanes: a lane a city, a mark an event, its kind by colour and by shape.

`swim_lanes` and `city_lane` draw with matplotlib; `interactive` writes the lanes as one piece of HTML, with the text of
an event where the pointer rests and a box to tick for each kind: SVG and CSS, no script, nothing to load.
"""

from datetime import date

from cityanalysis import plots, timeline

# Of each kind its Chinese name, the side that gives its colour, and its mark: matplotlib's, and a path about 10 wide.
KINDS = {
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
BANDS = ("#eef2f6", "#ffffff")
BIGGER = {"application": 2, "infrastructure": 1.3, "platform": 1.2, "institution": 0.85}  # thin marks, to look alike
EDGE = {"lw": 0.4, "edgecolors": "white"}
ROWS = (0, 1, -1, 2, -2)  # of a lane, in the order in which they fill


def places(dates, *, start):
    """Return where dates lie on a line of years: the middle of each.

    Parameters
    ----------
    dates : iterable of str
        ISO 8601, as exact as they are.
    start : int
        The first year that is drawn; what lies before is put half a year before it.

    Returns
    -------
    list of float
        Years and parts of years.

    Examples
    --------
    >>> places(["2016", "2016-01-01", "1999"], start=2003)
    [2016.5, 2016.0, 2002.5]
    """
    found = []
    for day in dates:
        first, last = (date.fromisoformat(end) for end in timeline.interval(day))
        middle = (first.toordinal() + last.toordinal() + (first != last)) / 2
        year, length = first.year, date(first.year + 1, 1, 1).toordinal() - date(first.year, 1, 1).toordinal()
        where = year + (middle - date(year, 1, 1).toordinal()) / length
        found.append(round(where, 3) if year >= start else start - 0.5)
    return found


def stacked(x, *, gap):
    """Put marks of a lane that would lie on one another into different rows.

    Parameters
    ----------
    x : sequence of float
        Their places, ascending.
    gap : float
        The least distance of two in a row.

    Returns
    -------
    list of int
        The row of each, one of `ROWS`; where all are full, the one that has been empty longest.

    Examples
    --------
    >>> stacked([1.0, 1.1, 1.2, 2.0], gap=0.3)
    [0, 1, -1, 0]
    """
    last, rows = dict.fromkeys(ROWS, float("-inf")), []
    for place in x:
        free = [row for row in ROWS if last[row] + gap <= place + 1e-9]
        row = free[0] if free else min(ROWS, key=lambda row: last[row])
        last[row] = place
        rows.append(row)
    return rows


def lanes(events, cities, *, start, gap):
    """Lay events out in lanes.

    Parameters
    ----------
    events : pandas.DataFrame
        As ``data/events.csv``.
    cities : pandas.DataFrame
        As `cityanalysis.lexicon.cities` gives them, in the order of the lanes.
    start : int
        The first year that is drawn.
    gap : float
        The least distance of two marks in a row, in years.

    Returns
    -------
    pandas.DataFrame
        The events of these cities with ``lane`` (0 the first), ``x`` and ``row``, ordered by lane and x.
    """
    order = {city: lane for lane, city in enumerate(cities["city"])}
    data = events[events["city"].isin(order)]
    data = data.assign(lane=data["city"].map(order), x=places(data["date"], start=start))
    data = data.sort_values(["lane", "x", "kind", "summary_zh"], ignore_index=True)
    rows = [row for _, lane in data.groupby("lane") for row in stacked(lane["x"], gap=gap)]
    return data.assign(row=rows)


def name_of(city):
    """Return how a lane is labelled: a row of cities, in two languages."""
    return f"{city.name_zh} {city.name_en.replace(' New Area', '')}"


def swim_lanes(events, cities, national, *, start=2003, end=2027):
    """Draw a lane for each city, national plans as bands and national steps as numbered lines behind.

    Parameters
    ----------
    events : pandas.DataFrame
        As ``data/events.csv``.
    cities : pandas.DataFrame
        As `cityanalysis.lexicon.cities` gives them, in the order of the lanes.
    national : pandas.DataFrame
        As ``data/national.csv``.
    start, end : int
        The years from the first to the one after the last; what lies before stands in a strip at the left.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        The events as laid out by `lanes`.
    """
    import matplotlib.pyplot as plt

    data = lanes(events, cities, start=start, gap=0.27)
    _, ax = plt.subplots(figsize=(9.6, 1.7 + 0.36 * len(cities)))
    _bands(ax.axvspan, national, start, end)
    steps = national[national["kind"] == "step"]
    for number, x in enumerate(places(steps["date_from"], start=start), start=1):
        ax.axvline(x, color=plots.MUTED, lw=0.7, ls=":", zorder=1)
        ax.text(x, -0.6, number, ha="center", va="bottom", fontsize=7.5, color=plots.INK)
    for row in national[national["kind"] == "plan"].itertuples():
        left, right = max(int(row.date_from), start), min(int(row.date_to) + 1, end)
        if right - left > 3:  # else its name has no room
            ax.text((left + right) / 2, -1.05, row.name_zh, ha="center", va="bottom", fontsize=8.5, color=plots.MUTED)
    regions = list(cities["region"])
    for lane in range(len(cities) - 1):
        within = regions[lane] == regions[lane + 1]
        ax.axhline(lane + 0.5, color=plots.GRID if within else plots.MUTED, lw=0.6, zorder=1)
    for kind, (_, side, marker, _) in KINDS.items():
        part = data[data["kind"] == kind]
        y = part["lane"] + part["row"] * 0.2
        ax.scatter(part["x"], y, 30 * BIGGER.get(kind, 1), plots.COLOURS[side], marker=marker, zorder=3, **EDGE)
    ax.set_yticks(range(len(cities)), [name_of(city) for city in cities.itertuples()])
    ax.set_xticks([start - 0.5, *range(start + 2, end, 5)], ["earlier\n此前", *map(str, range(start + 2, end, 5))])
    ax.set_xlim(start - 1, end)
    ax.set_ylim(len(cities) - 0.5, -0.55)
    _legend(ax, data["kind"])
    return ax, data


def _legend(ax, kinds):
    """Clear axes of their lines and say below them what the marks stand for."""
    for kind, (name, side, marker, _) in KINDS.items():
        if (kinds == kind).any():
            look = {"c": plots.COLOURS[side], "marker": marker, "lw": 0}
            ax.scatter([], [], 40 * BIGGER.get(kind, 1), **look, label=f"{kind} {name}")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.figure.legend(loc="outside lower center", ncols=5, handletextpad=0.2, columnspacing=1.2)


def _bands(span, national, start, end):
    """Draw the national plans as bands in turns of two colours."""
    plans = national[national["kind"] == "plan"].sort_values("date_from")
    for number, plan in enumerate(plans.itertuples()):
        first, last = max(int(plan.date_from), start), min(int(plan.date_to) + 1, end)
        if first < last:
            span(first, last, color=BANDS[number % 2], lw=0, zorder=0)


def city_lane(events, national):
    """Draw the events of one city down a line of time, each with its text in two languages.

    Parameters
    ----------
    events : pandas.DataFrame
        Rows of ``data/events.csv``, of one city.
    national : pandas.DataFrame
        As ``data/national.csv``.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        The events in order of time, with ``x``, the place in years.
    """
    import matplotlib.pyplot as plt
    import numpy as np
    from sklearn.isotonic import isotonic_regression

    years = events["date"].str[:4].astype(int)
    start, end = years.min(), years.max() + 1
    data = events.assign(x=places(events["date"], start=start)).sort_values(["x", "summary_zh"], ignore_index=True)
    inches = 0.5 * len(data) + 0.4
    step = 0.36 * (end - start) / inches  # what a label takes, in years
    steps = step * np.arange(len(data))
    labels = isotonic_regression(data["x"] - steps) + steps  # a step apart, moved by the least sum of squares
    _, ax = plt.subplots(figsize=(9.6, inches + 0.9))
    _bands(ax.axhspan, national, start, end)
    for plan in national[national["kind"] == "plan"].itertuples():
        y = max(int(plan.date_from), start)
        if y < min(int(plan.date_to) + 1, end):
            ax.text(0.995, y, f"{plan.name_zh} {plan.name_en}", va="top", ha="right", fontsize=7.5, color=plots.MUTED)
    ax.plot([0.02, 0.02], [start, end], color=plots.MUTED, lw=1, zorder=1)
    for event, y in zip(data.itertuples(), labels, strict=True):
        _, side, marker, _ = KINDS[event.kind]
        ax.plot([0.02, 0.05, 0.06], [event.x, y, y], color=plots.COLOURS[side], lw=0.7, zorder=2)
        size = 50 * BIGGER.get(event.kind, 1)
        ax.scatter([0.02], [event.x], size, plots.COLOURS[side], marker=marker, zorder=3, **EDGE)
        ax.text(0.065, y, f"{event.date}  {event.summary_zh}", va="bottom", fontsize=9, color=plots.INK)
        ax.text(0.065, y, event.summary_en, va="top", fontsize=7.5, color=plots.MUTED)
    ax.set_yticks(range(start, end + 1))
    ax.set_ylim(end + step / 2, start - step / 2)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    _legend(ax, data["kind"])
    return ax, data


STYLE = """
.{id} input{{position:absolute;opacity:0}}
.{id} label{{display:inline-block;margin:2px 10px 2px 0;cursor:pointer;opacity:.35}}
.{id} input:focus-visible+label{{outline:2px solid #0072b2}}
.{id} div{{display:flex;overflow:auto;max-height:80vh}}
.{id} svg{{background:#fff;font-size:11px;flex:none}}
.{id} div>svg:first-child{{position:sticky;left:0}}
.{id} a:hover path,.{id} a:focus path{{stroke:#000;stroke-width:1.5}}
"""


def interactive(events, cities, national, references, *, start=2003, end=2027, name="lanes"):
    """Write the lanes as HTML: an event's text where the pointer rests, its source at a click, kinds to tick.

    Parameters
    ----------
    events, cities, national, start, end
        As `swim_lanes` takes them.
    references : pandas.DataFrame
        As `cityanalysis.corpus.references` gives them.
    name : str
        What sets the ids of this piece apart from others on a page.

    Returns
    -------
    str
    """
    from html import escape

    wide, high, top = 52, 54, 44
    data = lanes(events, cities, start=start, gap=13 / wide)
    urls = references.set_index("ref_id")["url"]
    labels = {city.city: name_of(city) for city in cities.itertuples()}
    style, boxes = [STYLE.format(id=name)], []
    for kind, (chinese, side, _, path) in KINDS.items():
        own, colour = f"{name}-{kind}", plots.COLOURS[side]
        style.append(
            f"#{own}:not(:checked)~div .{own}{{display:none}}\n"
            f"#{own}:checked+label{{opacity:1}}\n.{name} .{own}{{fill:{colour}}}\n"
        )
        mark = f'<svg width="15" height="15" viewBox="-7 -7 14 14"><path fill="{colour}" d="{path}"/></svg>'
        boxes.append(f'<input type="checkbox" id="{own}" checked><label for="{own}">{mark} {kind} {chinese}</label>')
    width, height = (end - start + 1) * wide, top + len(cities) * high
    parts = [_backdrop(len(cities), national, start=start, end=end, size=(wide, high, top))]
    for event in data.itertuples():
        x = round((event.x - start + 1) * wide)
        y = round(top + (event.lane + 0.5) * high + event.row * 10.5)
        text = f"{event.date} {labels[event.city]}\n{event.summary_zh}\n{event.summary_en}"
        shape = f'<path class="{name}-{event.kind}" transform="translate({x} {y})" d="{KINDS[event.kind][3]}"/>'
        link = f' href="{escape(urls[event.ref_id])}" target="_blank"' if urls[event.ref_id] else ""
        parts.append(f"<a{link}>{shape}<title>{escape(text)}</title></a>")
    names = "".join(
        f'<text x="4" y="{round(top + (lane + 0.5) * high + 4)}" fill="{plots.INK}">{escape(label)}</text>'
        for lane, label in enumerate(labels.values())
    )
    drawing = (
        f'<div><svg width="130" height="{height}">{names}</svg>'
        f'<svg width="{width}" height="{height}" role="img">{"".join(parts)}</svg></div>'
    )
    return f'<section class="{name}"><style>{"".join(style)}</style>{"".join(boxes)}{drawing}</section>'


def _backdrop(n_lanes, national, *, start, end, size):
    """Return bands, years, lines between lanes and lines of national steps as SVG."""
    from html import escape

    wide, high, top = size
    bottom, parts = top + n_lanes * high, []

    def span(first, last, *, color, **_):
        x, width = (first - start + 1) * wide, (last - first) * wide
        parts.append(f'<rect x="{x}" y="{top}" width="{width}" height="{bottom - top}" fill="{color}"/>')

    _bands(span, national, start, end)
    for place, year in enumerate(["earlier", *range(start, end)]):
        parts.append(f'<text x="{place * wide}" y="{top - 6}" fill="{plots.MUTED}">{year}</text>')
    for row in national[national["kind"] == "step"].itertuples():
        x = round((places([row.date_from], start=start)[0] - start + 1) * wide)
        text = escape(f"{row.date_from} {row.name_zh}\n{row.name_en}")
        line = f'<path d="M{x} {top - 18}V{bottom}" stroke="{plots.MUTED}" stroke-dasharray="2 3"/>'
        parts.append(f'<g>{line}<circle cx="{x}" cy="{top - 22}" r="5" fill="{plots.MUTED}"/><title>{text}</title></g>')
    rules = "".join(f"M0 {top + lane * high}h{(end - start + 1) * wide}" for lane in range(n_lanes))
    return "".join(parts) + f'<path d="{rules}" stroke="{plots.GRID}"/>'
