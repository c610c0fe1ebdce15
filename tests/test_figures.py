"""Figures show what their tables say, the same on every machine; pictures of them lie in ``tests/baseline``."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from drawn import overlap, picture, scatters, words
from lxml import html
from matplotlib.colors import to_hex, to_rgba_array

from cityanalysis import figures

INK, MUTED, GRID = figures.INK, figures.MUTED, figures.GRID
BLUE, RED, GREEN = (figures.COLOURS[model] for model in figures.MODELS)


pytestmark = pytest.mark.usefixtures("style")


# Labels and tables


def test_labels_and_colours_have_the_same_keys():
    """What has a colour has a label; both greys stand for what takes no side."""
    assert list(figures.LABELS) == list(figures.COLOURS)
    assert len(set(figures.COLOURS.values())) == len(figures.COLOURS) - 1


def test_bilingual():
    """A term without a gloss, or glossed by itself, stands alone."""
    glosses = {"云": "cloud", "5G": "5G"}
    assert [figures.bilingual(term, glosses) for term in ("云", "5G", "网")] == ["云 cloud", "5G", "网"]
    assert figures.bilingual("云", glosses, separator="\n") == "云\ncloud"


def test_city_labels():
    """A new area is called by its name alone."""
    cities = pd.DataFrame({"city": ["a", "b"], "name_zh": ["甲", "乙"], "name_en": ["A New Area", "B"]})
    assert figures.city_labels(cities).to_dict() == {"a": "甲 A", "b": "乙 B"}


def test_show_rounds_and_keeps_all():
    """Numbers are rounded, texts are whole, missing values are dashes, and an index that only counts is left out."""
    long = "字" * 80
    shown = figures.show(pd.DataFrame({"text": [long, "b"] * 40, "p": [0.126, None] * 40}))
    lines = repr(shown).split("\n")
    assert len(lines) == 81
    assert lines[1].split() == [long, "0.13"]
    assert lines[2].split() == ["b", "–"]
    page = html.fromstring(shown._repr_html_())
    assert len(page.xpath(".//tbody/tr")) == 80
    assert page.xpath(".//tbody/tr[1]/*/text()") == [long, "0.13"]
    assert page.xpath(".//style/text()") == [
        ".texts-0-1 td:nth-of-type(1),.texts-0-1 thead th:nth-of-type(1){text-align:left}"
    ]
    assert page.get("class") == "texts-0-1"
    assert page.get("style") is None


def test_show_shows_an_index():
    """An index with a name, or of something else than numbers from 0, is shown; texts are found behind it."""
    table = pd.DataFrame({"n": [1, 2], "kind": ["x", "y"]})
    for index in (pd.RangeIndex(2, name="line"), pd.RangeIndex(1, 3), pd.Index(["a", "b"])):
        shown = figures.show(table.set_axis(index))
        page = html.fromstring(shown._repr_html_())
        assert page.xpath(".//tbody/tr/th/text()") == [str(key) for key in index]
        assert ".texts-1-2 thead th:nth-of-type(3)" in page.xpath(".//style/text()")[0]
        assert repr(shown).split("\n")[-1].split() == [str(index[1]), "2", "y"]


def test_show_in_a_box_and_with_links():
    """A height makes a box of one and a half em a line; links are links only where asked for."""
    table = pd.DataFrame({"where": ["<a href='x'>x</a>"], "n": [1.23456]})
    boxed = html.fromstring(figures.show(table, height=10, html=["where"], digits=3)._repr_html_())
    assert boxed.get("style") == "max-height:15em;overflow:auto"
    assert boxed.xpath(".//td/a/@href") == ["x"]
    assert boxed.xpath(".//td[2]/text()") == ["1.235"]
    assert html.fromstring(figures.show(table)._repr_html_()).xpath(".//td/text()")[0] == "<a href='x'>x</a>"
    assert "<style>" not in figures.show(table[["n"]])._repr_html_()


def test_labels_keep_off_one_another_and_off_points():
    """Labels of points that lie close together do not overlap, nor do they cover a point; each is near its own."""
    fig, ax = plt.subplots(figsize=(5, 4))
    x, y = np.array([0.5, 0.52, 0.5, 0.53, 0.9]), np.array([0.5, 0.51, 0.53, 0.54, 0.1])
    ax.scatter(x, y)
    ax.plot([0.4, 0.7], [0.6, 0.6])
    labels = [f"点 {i}" for i in range(len(x))]
    figures.label_points(ax, x, y, labels, lines=[([0.4, 0.7], [0.6, 0.6])])
    fig.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert words(ax) == labels
    assert overlap(boxes) == []
    points = ax.transData.transform(np.column_stack([x, y]))
    assert not any(box.contains(*point) for box in boxes for point in points)
    line = ax.transData.transform([(0.4, 0.6), (0.7, 0.6)])
    assert not any(box.y0 < line[0, 1] < box.y1 and box.x0 < line[1, 0] and box.x1 > line[0, 0] for box in boxes)
    assert {text.get_fontsize() for text in ax.texts} == {8}
    assert all(abs(box.x0 - px) < 80 and abs(box.y0 - py) < 60 for box, (px, py) in zip(boxes, points, strict=True))


# Maps and networks


def test_heat_map():
    """Each number stands in its cell, white where the cell is dark; zero is a dash in red on white."""
    table = pd.DataFrame({"甲": [0, 9], "乙": [1, 4]}, index=["a", "b"])
    ax, data = figures.heat_map(table, title="件数")
    found = {text.get_position(): (text.get_text(), to_hex(text.get_color())) for text in ax.texts}
    white, red = "#ffffff", "#b03030"
    assert found == {(0, 0): ("–", red), (0, 1): ("9", white), (1, 0): ("1", INK), (1, 1): ("4", white)}
    assert np.ma.filled(ax.images[0].get_array(), -1).tolist() == [[-1, 1], [3, 2]]
    assert words(ax.get_xticklabels()) == ["甲", "乙"]
    assert words(ax.get_yticklabels()) == ["a", "b"]
    assert ax.get_title(loc="left") == "件数"
    assert data.equals(table)
    assert ax.figure.get_size_inches().tolist() == pytest.approx([5.6, 1.84])


def test_dollars_are_no_formula():
    """Names with $ in them are drawn as they are: matplotlib would take them for formulas, and refuse this one."""
    ax, _ = figures.heat_map(pd.DataFrame([[1]], index=["$x^{$"], columns=["a$b$c"]))
    ax.figure.canvas.draw()
    assert words(ax.get_yticklabels()) == ["$x^{$"]


def test_heat_map_of_many_columns_on_given_axes():
    """From the thirteenth column on labels stand upright; what is empty may show nothing."""
    _, ax = plt.subplots()
    for n, angle in ((12, 0), (13, 90)):
        drawn, _ = figures.heat_map(pd.DataFrame(np.eye(n)), ax=ax, empty="")
        assert drawn is ax
        assert {label.get_rotation() for label in ax.get_xticklabels()} == {angle}
    assert words(ax).count("") == 0
    ax, _ = figures.heat_map(pd.DataFrame(np.ones((2, 20))))
    assert ax.figure.get_size_inches().tolist() == pytest.approx([9.6, 3.04])


@picture
def test_heat_map_picture():
    """Picture: a heat map with a title."""
    table = pd.DataFrame([[0, 3, 12], [7, 0, 1]], index=["政策 policy", "新闻 news"], columns=["2005", "2015", "2025"])
    return figures.heat_map(table, title="件数 number", colours="Greens")[0].figure


@pytest.fixture
def frequencies():
    """Return 24 made-up terms: 22 the less even the rarer, and a very even and a very uneven one between them."""
    per_10k = np.geomspace(0.5, 64, 22)
    table = pd.DataFrame({"word": [f"词{i}" for i in range(22)], "per_10k": per_10k, "dp": 0.8 - 0.1 * np.log(per_10k)})
    odd = pd.DataFrame({"word": ["匀", "聚"], "per_10k": [4.0, 6.0], "dp": [0.1, 0.95]})
    return pd.concat([odd, table], ignore_index=True)


def test_dispersion(frequencies):
    """Terms are named that stand out from the line most, eight below it and eight above, and the most frequent."""
    ax, shown = figures.dispersion(frequencies, {"匀": "even"})
    everything, named = scatters(ax)
    assert everything["at"] == frequencies[["per_10k", "dp"]].round(6).to_numpy().tolist()
    assert named["at"] == shown[["per_10k", "dp"]].round(6).to_numpy().tolist()
    assert (everything["fill"], named["fill"]) == (["#999999"], [BLUE])
    assert shown["word"].tolist()[:2] == ["匀", "聚"]
    line = np.polyfit(np.log(frequencies["per_10k"]), frequencies["dp"], 1)
    residual = frequencies["dp"] - np.polyval(line, np.log(frequencies["per_10k"]))
    most = frequencies["per_10k"].nlargest(4).index
    assert {*residual.nsmallest(8).index, *residual.nlargest(8).index, *most} == set(shown.index)
    assert sorted(words(ax)) == sorted(["匀 even", *shown["word"][1:]])
    assert ax.get_xscale() == "log"
    assert [float(tick) for tick in ax.get_xticks() if 0.4 < tick < 70] == [0.5, 1, 2, 5, 10, 20, 50]


def test_dispersion_of_two_terms():
    """Two terms, through which any line goes, are both named."""
    table = pd.DataFrame({"word": ["甲", "乙"], "per_10k": [1.0, 2.0], "dp": [0.1, 0.2]})
    assert figures.dispersion(table, {})[1].equals(table)


@picture
def test_dispersion_picture(frequencies):
    """Picture: terms by frequency and evenness."""
    return figures.dispersion(frequencies, {"匀": "even"})[0].figure


# Shares


@pytest.fixture
def mixes():
    """Return mixes of five groups: two clear, one even, one certain and one without shares."""
    shares = {
        "a": [(0.2, 0.1, 0.3), (0.7, 0.6, 0.8), (0.1, 0.0, 0.2)],
        "b": [(1 / 3, 0.2, 0.4)] * 3,
        "c": [(0.5, 0.4, 0.6), (0.3, 0.2, 0.4), (0.2, 0.1, 0.3)],
        "d": [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)],
        "e": [(np.nan,) * 3] * 3,
    }
    rows = [
        (group, model, *three, 12.0)
        for group, parts in shares.items()
        for model, three in zip(figures.MODELS, parts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["group", "label", "share", "low", "high", "n"])


def ranked(mixes):
    """Return mixes without groups that have no shares, in another order, with their largest label."""
    rows = mixes[mixes["group"] != "e"].set_index("group").loc[["c", "b", "d", "a"]].reset_index()
    largest = rows.loc[rows["share"].round(9).groupby(rows["group"]).idxmax()].set_index("group")["label"]
    return rows.assign(largest=rows["label"] == rows["group"].map(largest))


def lines_of(ax):
    """Return the intervals drawn: from, to, height, colour with alpha."""
    (lines,) = [part for part in ax.collections if not hasattr(part, "get_sizes")]
    ends = [(*path.vertices[:, 0], path.vertices[0, 1]) for path in lines.get_paths()]
    return [tuple(np.round(end, 6).tolist()) for end in ends], [to_hex(c, keep_alpha=True) for c in lines.get_colors()]


def test_intervals_rank_mixes(mixes):
    """A panel a label in its colour, rows from above; what is not the largest is hollow; marked rows are diamonds."""
    rows = ranked(mixes).assign(marked=lambda t: t["group"] == "d")
    axes, data = figures.intervals(
        rows, panel="label", colour="label", filled="largest", shape="marked", names=pd.Series({"a": "甲 A"})
    )
    assert [ax.get_title(loc="left") for ax in axes] == [figures.LABELS[model] for model in figures.MODELS]
    assert [to_hex(ax._left_title.get_color()) for ax in axes] == [BLUE, RED, GREEN]
    assert words(axes[0].get_yticklabels()) == ["c", "b", "d", "甲 A"]
    assert axes[0].get_yticks().tolist() == [0, 1, 2, 3]
    assert axes[0].get_ylim() == pytest.approx((3.6, -0.6))
    plain, marked = scatters(axes[1])
    assert plain["at"] == [[0.3, 0], [0.333333, 1], [0.7, 3]]
    assert (marked["at"], marked["fill"], marked["corners"]) == ([[1, 2]], [RED], 5)
    assert plain["fill"] == ["#ffffff", "#ffffff", RED]
    assert plain["edge"] == [RED] * 3
    assert lines_of(axes[1]) == (
        [(0.2, 0.4, 0), (0.2, 0.4, 1), (1, 1, 2), (0.6, 0.8, 3)],
        [RED + "73", RED + "73", RED + "e6", RED + "e6"],
    )
    assert axes[0].figure.legends == []
    assert axes[0].figure.get_supxlabel().startswith("share with its 90 % interval")
    assert axes[0].get_xlim()[0] == 0
    assert axes[0].get_xlim()[1] >= 1
    assert axes[0].xaxis.get_major_formatter()(0.2) == "20 %"
    assert data.columns.tolist() == ["group", "label", "marked", "largest", "share", "low", "high", "n"]
    assert data["group"].tolist() == [group for group in "cbda" for _ in range(3)]
    assert axes[0].figure.get_size_inches().tolist() == pytest.approx([11, 1 + 0.24 * 4])


def test_intervals_beside_one_another(mixes):
    """Colours of one row stand below one another round its middle, on bands in turns, with a key."""
    kinds = {"infrastructure": "records 记录", "industry": "studies 研究", "application": "reports 报告"}
    table = mixes[mixes["group"].isin(["a", "c"])].replace({"label": kinds})
    (ax,), data = figures.intervals(table, colour="label", xlabel="占比", names={"records 记录": "36 records"})
    (points,) = scatters(ax)
    step = round(0.7 / 3, 6)
    assert points["at"] == [[0.2, -step], [0.7, 0], [0.1, step], [0.5, 1 - step], [0.3, 1], [0.2, 1 + step]]
    assert points["fill"] == [BLUE, RED, GREEN] * 2
    assert [end[2] for end in lines_of(ax)[0]] == [at[1] for at in points["at"]]
    assert words(ax.figure.legends[0]) == ["36 records", "studies 研究", "reports 报告"]
    assert [handle.get_color() for handle in ax.figure.legends[0].legend_handles] == [BLUE, RED, GREEN]
    assert [(band.get_y(), band.get_height()) for band in ax.patches] == [(-0.5, 1)]
    assert ax.get_title(loc="left") == ""
    assert ax.get_xlabel() == "占比"
    assert ax.get_yticks().tolist() == [0, 1]
    assert data["label"].tolist() == [*kinds.values()] * 2
    assert ax.figure.get_size_inches().tolist() == pytest.approx([9.5, 1 + 0.37 * 2])


def test_intervals_of_something_else(mixes):
    """A value that is no share has plain numbers; what has no meaning is black beside what has one."""
    table = pd.DataFrame({"label": ["all", "industry"], "alpha": [0.95, 0.9], "low": [0.9, 0.85], "high": [1.0, 0.95]})
    (ax,), data = figures.intervals(table, row="label", colour="label", value="alpha", reference=0.8, xlabel="α")
    assert scatters(ax)[0]["fill"] == [INK, RED]
    assert words(ax.get_yticklabels()) == ["all", "industry 产业"]
    assert [line.get_xdata()[0] for line in ax.lines] == [0.8]
    assert ax.lines[0].get_linestyle() == ":"
    assert ax.get_xlim()[0] > 0.7
    assert ax.xaxis.get_major_formatter()(0.9) != "90 %"
    assert ax.figure.legends == []
    assert data.columns.tolist() == ["label", "alpha", "low", "high"]
    assert not ax.patches


def test_intervals_in_blocks_with_shapes():
    """A gap stands where a block ends; views have shapes and a key; what has no interval has no line."""
    rows = [
        ("region", "east", "passages", 0.4, 0.3, 0.5),
        ("region", "west", "passages", 0.2, 0.1, 0.3),
        ("level", "east", "passages", 0.6, 0.5, 0.7),
        ("region", "east", "events", 0.5, np.nan, np.nan),
        ("level", "east", "indicators", 0.1, np.nan, np.nan),
    ]
    table = pd.DataFrame(rows, columns=["by", "group", "view", "share", "low", "high"])
    (ax,), data = figures.intervals(table, block="by", shape="view", names={"events": "events 大事"})
    assert words(ax.get_yticklabels()) == ["east", "west", "east"]
    assert ax.get_yticks().tolist() == [0, 1, 3]
    assert ax.get_ylim()[0] == pytest.approx(3.6)
    by_corners = {points["corners"]: points["at"] for points in scatters(ax)}
    assert by_corners == {26: [[0.4, 0], [0.2, 1], [0.6, 3]], 5: [[0.5, 0]], 4: [[0.1, 3]]}
    assert [end for end in lines_of(ax)[0] if not np.isnan(end[0])] == [(0.3, 0.5, 0), (0.1, 0.3, 1), (0.5, 0.7, 3)]
    assert scatters(ax)[0]["fill"] == [INK] * len(scatters(ax)[0]["at"])
    assert words(ax.figure.legends[0]) == ["passages", "events 大事", "indicators"]
    assert [handle.get_marker() for handle in ax.figure.legends[0].legend_handles] == ["o", "D", "^"]
    assert data["share"].tolist() == [0.4, 0.5, 0.2, 0.6, 0.1]
    assert data.columns.tolist() == ["by", "group", "view", "share", "low", "high"]


def test_intervals_say_what_is_missing(mixes):
    """A row without a value in a panel says so there; four panels stand in two rows."""
    table = pd.concat([mixes.assign(part=part) for part in "wxyz"])
    table = table[(table["label"] == "industry") & ~((table["group"] == "a") & (table["part"] == "y"))]
    axes, _ = figures.intervals(table, panel="part", colour="label", reference=1 / 3)
    assert len(axes) == 4
    assert axes[0].get_subplotspec().get_gridspec().get_geometry() == (2, 2)
    assert [words(ax) for ax in axes] == [["none 无"] * n for n in (1, 1, 2, 1)]
    assert sorted(text.get_position() for text in axes[2].texts) == [(0.02, 0), (0.02, 4)]
    assert [len(scatters(ax)[0]["at"]) for ax in axes] == [5, 5, 4, 5]
    assert words(axes[0].figure.legends[0]) == ["industry 产业"]


def test_panels_that_are_not_needed_are_empty(mixes):
    """Of five panels in two rows of three the last place is empty; the panel above it has the scale."""
    table = pd.concat([mixes.assign(part=part) for part in "vwxyz"])
    axes, _ = figures.intervals(table, panel="part", colour="label")
    places = axes[0].figure.axes
    assert [ax.axison for ax in places] == [True] * 5 + [False]
    below = [ax.xaxis.get_tick_params()["labelbottom"] for ax in axes]
    assert below == [False, False, True, True, True]
    assert axes[0].figure.get_size_inches()[1] == pytest.approx(2 * (1 + 0.37 * 5))


@picture
def test_intervals_picture(mixes):
    """Picture: ranked mixes, a panel a model."""
    rows = ranked(mixes).assign(marked=lambda t: t["group"] == "d")
    look = {"panel": "label", "colour": "label", "filled": "largest", "shape": "marked", "reference": 1 / 3}
    return figures.intervals(rows, names={"a": "甲 A"}, **look)[0][0].figure


@picture
def test_intervals_beside_picture(mixes):
    """Picture: colours of a row below one another, with a key, and a row without values."""
    return figures.intervals(mixes, colour="label")[0][0].figure


@pytest.fixture
def over_time():
    """Return shares of seven labels in three periods."""
    rows = [
        (period, label, share + k / 10, share, share + 0.2)
        for k, period in enumerate(["2005–", "2015–", "2025–"])
        for label, share in zip("gfedcba", np.arange(7) / 20, strict=True)
    ]
    return pd.DataFrame(rows, columns=["group", "label", "share", "low", "high"]).replace({"g": "industry"})


def test_small_multiples(over_time):
    """A panel a label, in the order of the table, over periods in theirs; one scale from 0 for all."""
    axes, data = figures.small_multiples(over_time, names={"f": "六 f"}, colours={"e": "#123456"})
    assert len(axes) == 7
    assert axes[0].get_subplotspec().get_gridspec().get_geometry() == (2, 4)
    assert [ax.get_title(loc="left") for ax in axes] == ["industry 产业", "六 f", *"edcba"]
    assert [to_hex(ax.lines[0].get_color()) for ax in axes[:4]] == [RED, BLUE, "#123456", BLUE]
    assert axes[2].lines[0].get_xydata().round(6).tolist() == [[0, 0.1], [1, 0.2], [2, 0.3]]
    band = axes[2].collections[0].get_datalim(axes[2].transData)
    assert (band.y0, band.y1) == pytest.approx((0.1, 0.3))
    assert words(axes[6].get_xticklabels()) == ["2005–", "2015–", "2025–"]
    assert axes[6].get_ylim()[0] == 0
    assert axes[6].get_ylim()[1] >= 0.5
    assert axes[0].yaxis.get_major_formatter()(0.5) == "50 %"
    assert data.index.tolist() == ["industry", *"fedcba"]
    assert data.loc["e"].to_dict() == pytest.approx({"2005–": 0.1, "2015–": 0.2, "2025–": 0.3})
    assert axes[0].figure.get_size_inches().tolist() == pytest.approx([11.5, 3.5])


@picture
def test_small_multiples_picture(over_time):
    """Picture: seven labels over three periods, one of them without an interval."""
    table = over_time.assign(low=over_time["low"].where(over_time["label"] != "b"))
    return figures.small_multiples(table)[0][0].figure


# Planes


@pytest.fixture
def places():
    """Return made-up places of two groups and two words."""
    rows = [("group", "a", 0, 0), ("group", "b", 1, 1), ("word", "云", 2, 0), ("word", "网", 2, 1)]
    return pd.DataFrame(rows, columns=["kind", "name", "x", "y"])


def test_plane(places):
    """Every place has a dot, those with a name a larger one and the name."""
    ax, data = figures.plane(places, {"a": "甲", "云": "云 cloud"}, axes=("一", "二"))
    assert data["name"].tolist() == ["a", "云"]
    assert words(ax) == ["甲", "云 cloud"]
    assert [sizes.tolist() for sizes in (part.get_sizes() for part in ax.collections[:2])] == [[26, 8], [26, 8]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("一", "二")
    assert words(ax.get_legend().get_texts()) == ["city 城市", "term 术语"]


@picture
def test_plane_picture(places):
    """Picture: groups are black dots, words brown triangles, and what has no name is small and grey."""
    return figures.plane(places, {"a": "甲", "云": "云 cloud"}, axes=("一", "二"))[0].figure


@pytest.fixture
def symbols():
    """Return a small table of keys, and the symbol of each."""
    table = pd.DataFrame([["yes", ""], ["no", "yes"]], ["x", "y"], ["a", "b"])
    return table, {"yes": ("o", "#0072b2", "holds"), "no": ("X", "white", "turned")}


def test_symbol_map(symbols):
    """A symbol for each key, none elsewhere; what stands beside a row, and a key below."""
    ax, data = figures.symbol_map(*symbols, beside=["1/1", "1/2"])
    assert [drawn.get_offsets().tolist() for drawn in ax.collections] == [[[0, 0], [1, 1]], [[0, 1]]]
    assert [text.get_text() for text in ax.texts] == ["1/1", "1/2"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["a", "b"]
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["holds", "turned"]
    assert data is symbols[0]


@picture
def test_symbol_map_picture(symbols):
    """Picture: four cells, one without a symbol, and what stands beside their rows."""
    return figures.symbol_map(*symbols, beside=["1/1", "1/2"])[0].figure


@pytest.fixture
def specifications():
    """Return three made-up estimates: one told, one whose interval holds 0, one of another choice."""
    rows = [(2, 1, 3, True, "A", "first"), (-1, -3, 1, False, "B", "first"), (3, 2, 4, False, "A", None)]
    return pd.DataFrame(rows, columns=["value", "low", "high", "told", "labels", "records"])


def test_specification_curve(specifications):
    """Estimates in order, paler where the interval holds 0, in another colour as told; marks for what was chosen."""
    options = {"labels": ["A", "B"], "records": ["first"]}
    ax, data = figures.specification_curve(specifications, options, ylabel="points")
    assert data["value"].tolist() == [-1, 2, 3]
    _, points = ax.collections
    tints = [figures.COLOURS[name] for name in ("other", "industry", "infrastructure")]
    assert points.get_facecolors().tolist() == to_rgba_array(tints).tolist()
    below = ax.figure.axes[1]
    assert [marks.get_offsets()[:, 0].tolist() for marks in below.collections] == [[1, 2], [0], [0, 1]]
    assert [tick.get_text() for tick in below.get_yticklabels()] == ["A", "B", "first"]


@picture
def test_specification_curve_picture(specifications):
    """Picture: three estimates with their intervals, the one that is told larger, above what was chosen."""
    return figures.specification_curve(specifications, {"labels": ["A", "B"], "records": ["first"]})[0].figure
