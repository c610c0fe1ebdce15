"""Lanes show what happened when, on paper and on a page; pictures of them lie in ``tests/study/baseline``."""

import re

import pandas as pd
import pytest
from drawn import picture, scatters, words
from lxml import html
from matplotlib.colors import to_hex

from cityanalysis import figures, files
from cityanalysis.study import lanes

pytestmark = pytest.mark.usefixtures("style")
INK, MUTED, GRID = figures.INK, figures.MUTED, figures.GRID
BLUE, RED, GREEN = (figures.COLOURS[model] for model in figures.MODELS)


def test_every_kind_has_a_mark_of_its_own():
    """Kinds are those of the events, each with a shape that no other has and a colour that has a meaning."""
    assert set(lanes.EVENT_KINDS) == set(files.table("data/events.csv")["kind"])
    names, sides, markers, paths = (set(column) for column in zip(*lanes.EVENT_KINDS.values(), strict=True))
    assert len(names) == len(markers) == len(paths) == len(lanes.EVENT_KINDS)
    assert sides <= set(figures.COLOURS)


@pytest.mark.parametrize(
    ("date", "place"),
    {"2015": 2015.5, "2016-01-01": 2016.0, "2016-07": 2016.54, "2016-12-31": 2016.997, "2002-05": 2002.5}.items(),
)
def test_place(date, place):
    """A date lies at its middle; what lies before the line, half a year before it."""
    assert lanes._places([date], 2003) == [place]


def test_stacked():
    """Two marks of a row are never nearer than the gap while a row is free; then the row empty longest is taken."""
    assert lanes._stacked([0.0, 0.1, 0.2, 0.3, 0.4, 1.0, 1.05], 0.5) == [0, 1, -1, 2, -2, 0, 1]
    assert lanes._stacked([0.0, 0.1, 0.2, 0.3, 0.4, 0.45], 0.5) == [0, 1, -1, 2, -2, 0]
    assert lanes._stacked([0.0, 0.5], 0.5) == [0, 0]


@pytest.fixture
def events():
    """Return made-up events of two cities, and one of a city that is not drawn."""
    rows = [
        ("b", "2015", "plan", "乙市印发规划", "B published a plan", "r1"),
        ("a", "2016-01-01", "application", "甲市开通平台", "A opened a <service>", "r2"),
        ("a", "2016-03", "plan", "甲市印发规划", "A published a plan", "r1"),
        ("a", "2001", "industry", "甲市建成园区", "A built a park", "r2"),
        ("b", "2019-06-30", "evaluation", "乙市获奖", "B won & was praised", "r1"),
        ("z", "2018", "plan", "某市", "elsewhere", "r1"),
    ]
    return pd.DataFrame(rows, columns=["city", "date", "kind", "summary_zh", "summary_en", "ref_id"])


@pytest.fixture
def national():
    """Return made-up national plans and one step."""
    rows = [
        ("2006", "2010", "plan", "甲规划", "Plan A"),
        ("2011", "2015", "plan", "乙规划", "Plan B"),
        ("2016", "2020", "plan", "丙规划", "Plan C"),
        ("2021", "2025", "plan", "丁规划", "Plan D"),
        ("2014-07", "2014-07", "step", "通知", "notice"),
    ]
    return pd.DataFrame(rows, columns=["date_from", "date_to", "kind", "name_zh", "name_en"])


@pytest.fixture
def three():
    """Return three made-up cities."""
    rows = [("a", "甲", "A New Area", "east"), ("b", "乙", "B", "east"), ("c", "丙", "C", "west")]
    return pd.DataFrame(rows, columns=["city", "name_zh", "name_en", "region"])


def test_swim_lanes(events, three, national):
    """A lane a city from above, a mark an event by kind, plans as bands of two colours and steps as numbered lines."""
    ax, data = lanes.swim_lanes(events, three, national, start=2008)
    assert data[["city", "lane", "x", "row"]].to_numpy().tolist() == [
        ["a", 0, 2007.5, 0],
        ["a", 0, 2016.0, 0],
        ["a", 0, 2016.206, 1],
        ["b", 1, 2015.5, 0],
        ["b", 1, 2019.493, 0],
    ]
    marks = {points["fill"][0]: points for points in scatters(ax)}
    assert marks["#cc79a7"]["at"] == [[2016.206, 0.2], [2015.5, 1]]
    assert marks["#cc79a7"]["sizes"] == [30]
    assert (marks[GREEN]["at"], marks[GREEN]["sizes"]) == ([[2016.0, 0]], [60])
    assert (marks[RED]["at"], marks["#999999"]["at"]) == ([[2007.5, 0]], [[2019.493, 1]])
    bands = [(patch.get_x(), patch.get_width(), to_hex(patch.get_facecolor())) for patch in ax.patches]
    assert bands == [(2008, 3, "#eef2f6"), (2011, 5, "#ffffff"), (2016, 4, "#eef2f6")]
    assert [(text.get_text(), *text.get_position()) for text in ax.texts] == [
        ("乙规划", 2013.5, -1.05),
        ("丙规划", 2018, -1.05),
        ("1", 2014.538, -0.6),
    ]
    lines = [(line.get_xdata()[0], line.get_ydata()[0], to_hex(line.get_color())) for line in ax.lines]
    assert lines == [(2014.538, 0, MUTED), (0, 0.5, GRID), (0, 1.5, MUTED)]
    assert words(ax.get_yticklabels()) == ["甲 A", "乙 B", "丙 C"]
    assert ax.get_xticks().tolist() == [2007.5, 2010, 2015]
    assert words(ax.get_xticklabels()) == ["earlier\n此前", "2010", "2015"]
    assert ax.get_xlim() == (2007, 2020)
    assert ax.get_ylim() == (2.5, -0.55)
    assert words(ax.figure.legends[0]) == ["plan 规划", "industry 产业", "application 应用", "evaluation 评价"]
    assert ax.figure.get_size_inches().tolist() == pytest.approx([9.6, 1.7 + 0.36 * 3])


@picture
def test_swim_lanes_picture(events, three, national):
    """Picture: three lanes."""
    return lanes.swim_lanes(events, three, national, start=2008)[0].figure


@picture
def test_kinds_picture(three, national):
    """Picture: a mark of each kind, with its colour, shape and size."""
    rows = [("a", f"{2008 + n}", kind, "事", "event", "r1") for n, kind in enumerate(lanes.EVENT_KINDS)]
    every = pd.DataFrame(rows, columns=["city", "date", "kind", "summary_zh", "summary_en", "ref_id"])
    return lanes.swim_lanes(every, three.head(1), national, start=2008)[0].figure


@pytest.fixture
def page(events, three, national):
    """Return the lanes as a parsed page, with the text that stands for it."""
    references = pd.DataFrame({"ref_id": ["r1", "r2"], "url": ["", "https://example.org/?a=1&b=2"]})
    shown = lanes.lanes_html(events, three, national, references, start=2008)
    return html.fromstring(shown._repr_html_()), repr(shown), shown._repr_html_()


def test_lanes_html_tells_every_event(page):
    """Each event is there with its text, at its place, with a link where there is an address; ``<`` is a text."""
    page, text, _ = page
    assert text == "5 events in the lanes of 3 cities"
    marks = page.xpath("//div[@role='radiogroup'][position() > 1]/label")
    told = [mark.xpath("string(span/text())") for mark in marks]
    assert told[1] == "2016-01-01 甲 A · application 应用\n甲市开通平台\nA opened a <service>\n"
    assert told[4] == "2019-06-30 乙 B · evaluation 评价\n乙市获奖\nB won & was praised"
    assert page.xpath("//label/span/a/@href") == ["https://example.org/?a=1&b=2"] * 2
    assert [mark.get("style") for mark in marks] == [
        *("left:16px;top:71px", "left:297px;top:71px", "left:304px;top:82px"),
        *("left:280px;top:125px", "left:412px;top:125px"),
    ]
    kinds = [mark.get("class").removeprefix("lanes-") for mark in marks]
    assert kinds == ["industry", "application", "plan", "plan", "evaluation"]
    assert [mark.xpath("string(svg/use/@href)") for mark in marks] == [f"#lanes-{kind}-mark" for kind in kinds]
    shapes = {path.get("id"): path.get("d") for path in page.xpath("//label/svg/path")}
    assert shapes == {f"lanes-{kind}-mark": path for kind, (*_, path) in lanes.EVENT_KINDS.items()}
    names, drawing = page.xpath("//div/svg")
    assert names.xpath("text/text()") == ["甲 A", "乙 B", "丙 C"]
    assert names.xpath("text/@y") == ["75", "129", "183"]
    assert (names.get("height"), drawing.get("width"), drawing.get("height")) == ("206", "429", "206")


def test_lanes_html_is_a_group_of_buttons_a_lane(page):
    """National steps and each city are a group with a name, of marks of which one is the group's stop."""
    groups = page[0].xpath("//div[@role='radiogroup']")
    assert [group.get("aria-label") for group in groups] == ["national steps 国家举措", "甲 A", "乙 B", "丙 C"]
    names = [set(group.xpath("label/input[@type='radio']/@name")) for group in groups]
    assert names == [{"lanes-step"}, {"lanes-a"}, {"lanes-b"}, set()]


def test_lanes_html_has_its_backdrop(page):
    """Plans, years, steps and lines between lanes stand where they do in the figure."""
    (drawing,) = page[0].xpath("//div/div/svg")
    bands = [tuple(band.get(key) for key in ("x", "y", "width", "height", "fill")) for band in drawing.xpath("rect")]
    assert bands == [
        ("33", "44", "99", "162", "#eef2f6"),
        ("132", "44", "165", "162", "#ffffff"),
        ("297", "44", "132", "162", "#eef2f6"),
    ]
    years = drawing.xpath("text")
    assert [year.text for year in years] == ["≤07", *map(str, range(2008, 2020))]
    assert [years[k].get("x") for k in (0, 1, 12)] == ["0", "33", "396"]
    assert {year.get("y") for year in years} == {"38"}
    (step,) = page[0].xpath("//label[@class='lanes-step']")
    assert (step.get("style"), step.xpath("string(span)")) == ("left:249px;top:22px", "2014-07\n通知\nnotice")
    assert drawing.xpath("path/@d") == ["M249 26V206", "M0 44h429M0 98h429M0 152h429"]


def test_lanes_html_has_a_box_for_each_kind_and_no_script(page):
    """Each kind can be ticked off by CSS alone; the lanes are open, may be folded, and load nothing."""
    page, _, text = page
    assert not page.xpath("//script|//*[@onclick]|//link|//img")
    boxes = page.xpath("//input[@type='checkbox']/@id")
    assert boxes == [f"lanes-{kind}" for kind in lanes.EVENT_KINDS]
    assert re.findall(r"#([\w-]+):not\(:checked\)~div \.([\w-]+)\{display:none\}", text) == [(b, b) for b in boxes]
    assert ".lanes input:checked+label" in text
    fills = dict(re.findall(r"\.lanes \.lanes-(\w+)\{fill:(#\w+)\}", text))
    assert fills.pop("step") == MUTED
    assert fills == {kind: figures.COLOURS[side] for kind, (_, side, _, _) in lanes.EVENT_KINDS.items()}
    assert page.xpath("//label/@for") == boxes
    assert (page.tag, page.get("open")) == ("details", "")
    assert page.xpath("summary//text()")[0].startswith("Rest on a mark for its text")
