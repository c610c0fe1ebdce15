"""From tables to figures: each function draws a table, and returns the axes and the table of what it drew.

What computes and what draws have the same name (`cityanalysis.counts.dispersion`, `dispersion`). Labels are in two
languages where a gloss is known. The Chinese font comes with a dependency, so that every machine draws the same.
"""

from html import escape
from importlib.resources import files

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import textalloc
from matplotlib.colors import to_rgba_array
from matplotlib.font_manager import fontManager
from matplotlib.ticker import LogLocator, NullLocator, PercentFormatter

MODELS = ("infrastructure", "industry", "application")
INK, MUTED, GRID, BROWN = "#222222", "#767676", "#e4e4e4", "#8c6d31"
# Colours that readers with the common kinds of colour blindness tell apart (Okabe & Ito 2008), by meaning.
COLOURS = {"infrastructure": "#0072b2", "industry": "#d55e00", "application": "#009e73", "governance": "#cc79a7"}
COLOURS |= {"other": "#999999", "": "#999999"}
LABELS = {"infrastructure": "infrastructure 基础设施", "industry": "industry 产业", "application": "application 应用"}
LABELS |= {"governance": "governance 治理保障", "other": "other 其他", "": "no side 中性"}
SHAPES = ("o", "D", "^", "s")
LABELLED = 20  # terms that `dispersion` names
PERCENT = PercentFormatter(1, symbol=" %")


def use_style():
    """Set matplotlib up for the project's figures: the font for Chinese, sizes, quiet axes, a $ that is but a sign.

    Call it once, at the head of a notebook.

    Examples
    --------
    >>> with plt.rc_context():  # the style of this example ends with it
    ...     use_style()
    ...     plt.rcParams["font.family"]
    ['Noto Sans SC']
    """
    fontManager.addfont(str(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"))
    plt.rc("font", family=["Noto Sans SC"], size=10)
    plt.rc("text", parse_math=False)  # a name with two $ in it is no formula
    plt.rc("axes", edgecolor=MUTED, labelcolor=INK, titlesize=11, titlelocation="left", unicode_minus=False)
    plt.rc("axes.spines", top=False, right=False)
    plt.rc(("xtick", "ytick"), color=INK, labelsize=9)
    plt.rc("legend", frameon=False)
    plt.rc("figure.constrained_layout", use=True)
    plt.rc(("figure", "savefig"), dpi=110)


def bilingual(term, glosses, *, separator=" "):
    """Return a term with its English gloss, if `glosses` (from term to gloss) has one, behind the separator.

    Examples
    --------
    >>> bilingual("城市大脑", {"城市大脑": "city brain"})
    '城市大脑 city brain'
    """
    gloss = glosses.get(term, "")
    return term if gloss in ("", term) else f"{term}{separator}{gloss}"


def city_labels(cities):
    """Return the names of cities in two languages, indexed by ``city``, from `cityanalysis.words.cities`.

    Examples
    --------
    >>> from cityanalysis import words
    >>> city_labels(words.cities())["pudong"]
    '浦东 Pudong'
    """
    named = cities.set_index("city")
    return named["name_zh"] + " " + named["name_en"].str.replace(" New Area", "")


class Shown:
    """What Jupyter shows: HTML where it can, else text."""

    def __init__(self, html, text):
        self.html, self.text = html, text

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        """Return what is shown where HTML is not."""
        return self.text


def show(table, *, digits=2, height=None, html=()):
    """Return a table for Jupyter to show whole: every row, no text cut off, text to the left, missing values as –.

    Parameters
    ----------
    table : pandas.DataFrame
        An index without a name that counts from 0 is not shown.
    digits : int
        To which numbers are rounded.
    height : float, optional
        Of the box in which the table scrolls, in lines; unless given, the table is as high as it is.
    html : sequence of str
        Columns whose cells are HTML already, as links are; heads and the index are then, too. All else is text.

    Returns
    -------
    object
        Which Jupyter shows as HTML, and which prints as text.

    Examples
    --------
    >>> show(pd.DataFrame({"city": ["Ningbo", "Nanjing"], "share": [0.375, None]}))
       city share
     Ningbo  0.38
    Nanjing     –
    """
    counts = isinstance(table.index, pd.RangeIndex) and table.index.start == 0 and table.index.name is None
    rounded, whole = table.round(digits), {"index": not counts, "na_rep": "–"}
    with pd.option_context("display.max_colwidth", None):
        text = rounded.to_string(**whole)
        for column in set(rounded) - set(html) if html else ():
            rounded[column] = rounded[column].map(lambda cell: escape(cell, False) if isinstance(cell, str) else cell)
        markup = rounded.to_html(**whole, border=0, escape=not html)
    heads = 0 if counts else table.index.nlevels
    texts = [k for k, kind in enumerate(table.dtypes, start=1) if not pd.api.types.is_numeric_dtype(kind)]
    name = "-".join(map(str, ["texts", heads, *texts]))  # tables whose texts stand in the same columns share their rule
    cells = [f".{name} td:nth-of-type({k}),.{name} thead th:nth-of-type({heads + k})" for k in texts]
    rule = f"<style>{','.join(cells)}{{text-align:left}}</style>" if texts else ""
    box = "" if height is None else f' style="max-height:{1.5 * height:g}em;overflow:auto"'
    return Shown(f'<div class="{name}"{box}>{rule}{markup}</div>', text)


def label_points(ax, x, y, labels, *, points=None, lines=(), size=8):
    """Write labels beside points so that none lies on another, on a point or on a line.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to write; all else should be drawn already.
    x, y, labels : sequence
        The points and what to write.
    points : pair of sequences of float, optional
        The x and y of all points to keep off; those labelled, unless given.
    lines : sequence of pairs of sequences of float
        The x and y of each line to keep off.
    size : float
        Size of the letters in points.
    """
    ax.figure.draw_without_rendering()  # settles the layout, on which places on the page depend
    kept_off = (x, y) if points is None else points
    obstacles = dict(zip(("x_scatter", "y_scatter"), map(list, kept_off), strict=True))
    obstacles |= {"x_lines": [list(line[0]) for line in lines], "y_lines": [list(line[1]) for line in lines]}
    look = {"textsize": size, "textcolor": INK, "linecolor": MUTED, "linewidth": 0.5, "margin": 0.004}
    search = {"min_distance": 0.008, "max_distance": 0.15, "nbr_candidates": 800}
    search |= {"avoid_label_lines_overlap": True, "avoid_crossing_label_lines": True}
    textalloc.allocate(ax, list(x), list(y), list(labels), **obstacles, **look, **search)


def _grid(ax, axis="both"):
    """Draw quiet lines behind the data."""
    ax.grid(axis=axis, color=GRID, lw=0.6)
    ax.set_axisbelow(True)


def heat_map(table, *, ax=None, title="", empty="–", colours="Blues"):
    """Draw a table as a heat map with its numbers.

    Parameters
    ----------
    table : pandas.DataFrame
        Numbers; index and columns are the labels. More than twelve columns have theirs upright.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure unless given.
    title : str
        What stands above.
    empty : str
        What stands, on white, where the number is 0.
    colours : str
        A colour map of matplotlib, from light to dark.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        The table.
    """
    _some(table)
    n_rows, n_columns = table.shape
    upright = n_columns > 12
    if ax is None:
        width, height = (0.33, 2.6) if upright else (1.3, 1.4)
        _, ax = plt.subplots(figsize=(3 + width * n_columns, height + 0.22 * n_rows))
    values = table.to_numpy(dtype=float)
    # The square root shows the difference between few and none, which is what coverage is about.
    ax.imshow(np.sqrt(np.where(values > 0, values, np.nan)), aspect="auto", cmap=colours, vmin=0)
    dark = np.sqrt(np.nanmax(values)) * 0.6
    for (row, column), value in np.ndenumerate(values):
        colour = "#b03030" if value == 0 else "white" if np.sqrt(value) > dark else INK
        ax.text(column, row, f"{value:g}" if value else empty, ha="center", va="center", fontsize=8, color=colour)
    ax.set_xticks(range(n_columns), table.columns, rotation=90 if upright else 0)
    ax.set_yticks(range(n_rows), table.index)
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    ax.spines[:].set_visible(False)
    ax.set_title(title)
    return ax, table


def dispersion(frequencies, glosses):
    """Draw how often terms occur against how evenly they are spread.

    Parameters
    ----------
    frequencies : pandas.DataFrame
        Columns ``word, per_10k, dp`` as `cityanalysis.counts.dispersion` gives them.
    glosses : dict of str to str
        From term to English gloss.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        The terms that are named, at most `LABELLED`, as in the table: a fifth the most frequent, two fifths the most
        evenly spread for their frequency and two the least, by the residuals of DP from a line on the logarithm of the
        frequency.
    """
    _some(frequencies)
    x, y = frequencies["per_10k"], frequencies["dp"]
    usual = np.polyval(np.polyfit(np.log(x), y, 1), np.log(x)) if len(frequencies) > 2 else 0
    by_residual, part = (y - usual).sort_values(kind="stable").index, 2 * LABELLED // 5
    ends = by_residual[:part].union(by_residual[-part:])
    shown = frequencies.loc[ends.union(x.nlargest(LABELLED - 2 * part).index)]
    _, ax = plt.subplots(figsize=(9, 6))
    ax.scatter(x, y, 14, COLOURS[""], alpha=0.5, lw=0)
    ax.scatter(shown["per_10k"], shown["dp"], 20, COLOURS["infrastructure"], lw=0)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("occurrences in 10,000 words 每万词出现次数")
    ax.set_ylabel("deviation of proportions (DP) 分布偏差\n0 = even 均匀, 1 = smallest part 集中", linespacing=1.5)
    _grid(ax)
    labels = [bilingual(word, glosses) for word in shown["word"]]
    label_points(ax, shown["per_10k"], shown["dp"], labels, points=(x, y))
    return ax, shown


def plane(places, names, *, axes=("", "")):
    """Draw groups and words on a plane, as `cityanalysis.counts.correspondence` gives them.

    Parameters
    ----------
    places : pandas.DataFrame
        Columns ``kind`` (``group`` or ``word``), ``name, x, y``.
    names : dict of str to str
        What is written beside points, by their name; the others have only a small grey dot.
    axes : pair of str
        What is written at the axes.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        The places that are named.
    """
    _, ax = plt.subplots(figsize=(11, 9))
    tints = {"group": INK, "word": BROWN}
    for kind, marker in (("group", "o"), ("word", "^")):
        part = places[places["kind"] == kind].sort_values("name", key=lambda name: ~name.isin(names))  # for the legend
        sizes, hues = (np.where(part["name"].isin(names), *two) for two in ((26, 8), (tints[kind], COLOURS[""])))
        ax.scatter(part["x"], part["y"], sizes, hues, marker=marker, lw=0)
    ax.axhline(0, color=GRID, zorder=0)
    ax.axvline(0, color=GRID, zorder=0)
    ax.set_xlabel(axes[0])
    ax.set_ylabel(axes[1])
    ax.legend(["city 城市", "term 术语"], loc="upper right")
    data = places[places["name"].isin(names)]
    label_points(ax, data["x"], data["y"], data["name"].map(names), points=(places["x"], places["y"]))
    return ax, data


def intervals(
    table,
    *,
    row="group",
    panel=None,
    colour=None,
    shape=None,
    filled=None,
    block=None,
    names=(),
    value="share",
    reference=None,
    xlabel="share with its 90 % interval 占比及 90% 区间",
):
    """Draw shares, or other values, as points with their intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a point: its value, ``low`` and ``high`` (no line where they are missing), and the columns named below. A
        row without a value in a panel says so. Rows and panels come as in the table.
    row : str
        The column whose values are the rows.
    panel, colour, shape : str, optional
        The columns whose values have a panel, a colour, a shape of their own. A meaning of `COLOURS` has its colour.
        Colours of the same row stand below one another.
    filled : str, optional
        A column of bool: what is not filled is hollow, its line paler.
    block : str, optional
        A column: where it changes from row to row there is a gap, with the new value in it.
    names : dict or pandas.Series of str
        From value to what is written for it (rows, panels, colours, shapes), beside `LABELS`.
    value : str
        The column of the values. A ``share`` is drawn in per cent, from 0.
    reference : float, optional
        Where a dotted line stands.
    xlabel : str
        What is written below.

    Returns
    -------
    axes : numpy.ndarray of matplotlib.axes.Axes
        One a panel.
    data : pandas.DataFrame
        The table from the first row to the last, those of its columns that are drawn, and ``n`` where there is one.

    Examples
    --------
    >>> shares = pd.DataFrame({"group": ["x", "y"], "share": [0.5, 0.2], "low": [0.4, 0.1], "high": [0.6, 0.3]})
    >>> axes, data = intervals(shares)
    >>> plt.close()
    >>> [tick.get_text() for tick in axes[0].get_yticklabels()]
    ['x', 'y']
    """
    _some(table)
    names, of_row = LABELS | dict(names), [row] if block is None else [block, row]
    rows = table[of_row].drop_duplicates()
    gaps = 0 if block is None else rows[block].ne(rows[block].shift()).cumsum() - 1
    rows = rows.assign(y_=np.arange(len(rows)) + gaps)
    data = rows.merge(table, on=of_row)
    ends = {"low": data.get("low", np.nan), "high": data.get("high", np.nan)}
    drawn = pd.DataFrame({"x": data[value], "row": data["y_"], "y": data["y_"], **ends})
    drawn["filled"] = data[filled] if filled else True
    for key, column in {"panel": panel, "colour": colour, "shape": shape}.items():
        drawn[key] = data[column] if column else ""
    hues = _colours(_values(table[colour])) if colour else {"": INK}
    shapes = dict(zip(_values(table[shape]) if shape else [""], SHAPES, strict=False))
    drawn["tint"] = drawn["colour"].map(hues)
    drawn["face"] = drawn["tint"].where(drawn["filled"], "white")
    beside = drawn.groupby(["panel", "row"])["colour"].nunique().max() > 1
    if beside:
        drawn["y"] += (drawn["colour"].map(list(hues).index) - (len(hues) - 1) / 2) * 0.7 / len(hues)

    panels, depth = _values(table[panel]) if panel else [""], rows["y_"].max()
    height = 1 + (0.1 + 0.09 * len(hues) if beside else 0.24) * (depth + 1)
    figure, axes = _panels(len(panels), (9.5 if len(panels) == 1 else 11, height), columns=3)
    for ax, name in zip(axes, panels, strict=True):
        part = drawn[drawn["panel"] == name]
        lines = to_rgba_array(part["tint"], np.where(part["filled"], 0.9, 0.45))
        ax.hlines(part["y"], part["low"], part["high"], lines, lw=1.4, clip_on=False)
        for kind, some in part.groupby("shape"):
            look = {"facecolors": some["face"], "edgecolors": some["tint"], "marker": shapes[kind]}
            ax.scatter(some["x"], some["y"], 24, clip_on=False, zorder=3, **look)
        for y in {*rows["y_"]} - {*part.dropna(subset="x")["row"]}:
            ax.text(0.02, y, "none 无", transform=ax.get_yaxis_transform(), va="center", fontsize=8, color=MUTED)
        for y in rows["y_"][::2] if beside else ():
            ax.axhspan(y - 0.5, y + 0.5, color=GRID, alpha=0.45, lw=0, zorder=0)
        if reference is not None:
            ax.axvline(reference, color=MUTED, lw=0.8, ls=":")
        _grid(ax, "x" if beside else "both")
        ax.tick_params(length=0, pad=7)  # so that a point at 0 covers no name
        own = part["tint"].unique()
        ax.set_title(names.get(name, name) if panel else "", color=own[0] if len(own) == 1 else INK)
    axes[0].set_yticks(rows["y_"], [names.get(key, key) for key in rows[row]])
    heads = rows.drop_duplicates(block) if block else rows.head(0)
    for y, name in zip(heads["y_"], heads[block] if block else (), strict=True):
        axes[0].text(0, y - 0.9, names.get(name, name), fontsize=8, color=MUTED, va="center")
    axes[0].set_ylim(depth + 0.6, -0.6 - 0.7 * (len(heads) > 0))
    if value == "share":
        axes[0].set_xlim(left=0)
        axes[0].xaxis.set_major_formatter(PERCENT)
    (axes[0].set_xlabel if len(panels) == 1 else figure.supxlabel)(xlabel, fontsize=9)
    keys = [(key, hue, "o") for key, hue in hues.items() if colour not in (None, row, panel)]
    keys += [(key, INK, marker) for key, marker in shapes.items() if shape and key not in (True, False)]
    marks = [plt.Line2D([], [], ls="", marker=marker, c=c, label=names.get(key, key)) for key, c, marker in keys]
    if marks:
        figure.legend(handles=marks, loc="outside upper center", ncols=len(marks))
    columns = dict.fromkeys([*of_row, panel, colour, shape, filled, value, "low", "high", "n"])
    return axes, data[[column for column in columns if column in data]]


def _some(table):
    """Refuse to draw a table without a row or a column."""
    if table.empty:
        raise ValueError("nothing to draw: no row is left of what was chosen; choose less strictly")


def _values(column):
    """Return the values of a column: False before True, else as they come."""
    return sorted(column.unique()) if column.dtype == bool else list(column.unique())


def _colours(values):
    """Return the colour of each value's meaning; if none has one, the same colours in turn."""
    known, turn = set(values) & set(COLOURS), list(COLOURS.values())
    return {value: COLOURS.get(value, INK) if known else turn[i % len(turn)] for i, value in enumerate(values)}


def _panels(n, size, *, columns):
    """Return a figure with `n` axes to one scale, in rows of a size."""
    down = -(-n // columns)
    across, size = -(-n // down), (size[0], size[1] * down)
    figure, axes = plt.subplots(down, across, figsize=size, sharex=True, sharey=True, squeeze=False)
    for empty in range(n, axes.size):
        axes.flat[empty].set_axis_off()
        axes.flat[empty - across].tick_params(labelbottom=True)
    return figure, axes.flat[:n]


def small_multiples(table, *, names=(), colours=()):
    """Draw each label's share over an ordered row of groups in a small figure of its own, all to one scale.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``group, label, share, low, high``, groups and labels in the order of drawing. Where the interval is
        missing only the point is drawn.
    names : dict or pandas.Series of str
        From label to title, beside `LABELS`.
    colours : dict or pandas.Series of str
        From label to colour, beside `COLOURS`; blue where there is none.

    Returns
    -------
    axes : numpy.ndarray of matplotlib.axes.Axes
        One a label.
    data : pandas.DataFrame
        Labels × groups: the shares.
    """
    _some(table)
    names, colours = LABELS | dict(names), COLOURS | dict(colours)
    groups, labels = table["group"].unique(), table["label"].unique()
    _, axes = _panels(len(labels), (11.5, 1.75), columns=5)
    for ax, label in zip(axes, labels, strict=True):
        part = table[table["label"] == label].set_index("group").reindex(groups)
        colour = colours.get(label, COLOURS["infrastructure"])
        ax.fill_between(range(len(groups)), part["low"], part["high"], color=colour, alpha=0.2, lw=0)
        ax.plot(range(len(groups)), part["share"], "o-", ms=3.5, lw=1.4, color=colour)
        ax.set_title(names.get(label, label), fontsize=8)
        ax.set_xticks(range(len(groups)), groups, fontsize=7)
        _grid(ax)
    axes[0].set_ylim(bottom=0)  # all share one scale, settled once all is drawn
    axes[0].yaxis.set_major_formatter(PERCENT)
    return axes, table.pivot(index="label", columns="group", values="share").loc[labels, groups]


def symbol_map(table, symbols, *, beside=()):
    """Draw what becomes of each row in each column as a symbol.

    Parameters
    ----------
    table : pandas.DataFrame
        Keys of `symbols`; index and columns are the labels, those of columns upright. Elsewhere there is no symbol.
    symbols : dict of str to (str, str, str)
        From key to marker, fill and name.
    beside : sequence of str
        What is written to the right of each row.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        The table.
    """
    fig, ax = plt.subplots(figsize=(3.9 + 0.21 * table.shape[1], 3 + 0.33 * len(table)))
    for key, (marker, fill, name) in symbols.items():
        y, x = np.nonzero((table == key).to_numpy())
        ax.scatter(x, y, 50, fill, marker=marker, edgecolors=INK, lw=0.7, label=name, zorder=2)
    for y in range(0, len(table), 2):
        ax.axhspan(y - 0.5, y + 0.5, color=GRID, alpha=0.45, lw=0, zorder=0)
    for y, text in enumerate(beside):
        ax.text(table.shape[1] - 0.2, y, text, va="center", fontsize=8.5, linespacing=1.1)
    ax.set_xticks(range(table.shape[1]), table.columns, rotation=90, fontsize=9)
    ax.set_yticks(range(len(table)), table.index, fontsize=8.5, linespacing=1.1)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set(xlim=(-0.6, table.shape[1] - 0.4), ylim=(len(table) - 0.5, -0.5))
    ax.spines[:].set_visible(False)
    fig.legend(loc="outside lower center", ncols=len(symbols), fontsize=9)
    return ax, table


def specification_curve(table, axes, *, reference=0, ylabel=""):
    """Draw an estimate under every specification: above the estimates with their intervals, below what was chosen.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a specification: ``value, low, high``, ``told`` (bool: the one that is told), and a column an axis.
    axes : dict of str to sequence of str
        From axis to its options, in the order of drawing.
    reference : float
        Where a dotted line stands; estimates whose interval holds it are paler.
    ylabel : str
        What is written beside the estimates.

    Returns
    -------
    ax : matplotlib.axes.Axes
        That of the estimates.
    data : pandas.DataFrame
        The table, sorted by ``value``.

    References
    ----------
    Simonsohn, U., Simmons, J. P. & Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour 4,
    1208–1214.
    """
    data = table.sort_values("value", kind="stable", ignore_index=True)
    places = [(axis, option, block) for block, (axis, options) in enumerate(axes.items()) for option in options]
    rows = {y + 0.7 * block: (axis, option) for y, (axis, option, block) in enumerate(places)}
    _, (ax, below) = plt.subplots(
        2, 1, figsize=(11, 2.6 + 0.19 * len(rows)), sharex=True, height_ratios=(2.4, 0.19 * len(rows))
    )
    clear = (data["low"] > reference) | (data["high"] < reference)
    tint = np.select([data["told"], clear], [COLOURS["industry"], COLOURS["infrastructure"]], COLOURS["other"])
    ax.vlines(data.index, data["low"], data["high"], tint, lw=1.2, alpha=0.6)
    ax.scatter(data.index, data["value"], np.where(data["told"], 40, 12), tint, zorder=3)
    ax.axhline(reference, color=MUTED, lw=0.8, ls=":")
    ax.set_xlim(-1, len(data))
    ax.set_ylabel(ylabel, linespacing=1.5)
    _grid(ax, "y")
    for y, (axis, option) in rows.items():
        x = np.flatnonzero(data[axis] == option)
        below.scatter(x, np.full(len(x), y), 22, tint[x], marker="|", lw=1.6)
    below.set_yticks(list(rows), [option for _, option in rows.values()], fontsize=8)
    below.set_ylim(max(rows) + 0.7, -0.7)
    below.tick_params(length=0)
    below.set_xticks([])
    below.spines[:].set_visible(False)
    return ax, data
