"""Lanes show every event once, apart from its neighbours, and the HTML filters and tells without a script."""

import re
from itertools import pairwise

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from lxml import html

from cityanalysis import corpus, lexicon, plots, readers, swimlanes, tables


@pytest.fixture(scope="module")
def events():
    """Return the events of the first records."""
    table = readers.table("data/events.csv")
    return table[~table["writer"].str.startswith("second")]


@pytest.fixture(scope="module")
def cities():
    """Return the cities with a record."""
    table = lexicon.cities()
    return table[table["has_record"]]


@pytest.fixture(scope="module")
def national():
    """Return national plans and steps."""
    return readers.table("data/national.csv")


@pytest.fixture(autouse=True)
def _style():
    """Draw in the project's style, and close what was drawn."""
    plots.use_style()
    yield
    plt.close("all")


def test_every_kind_has_a_mark_of_its_own():
    """Kinds are those of the events, each with a shape that no other has and a colour that has a meaning."""
    assert set(swimlanes.KINDS) == set(tables.EVENT_KINDS)
    assert len({marker for _, _, marker, _ in swimlanes.KINDS.values()}) == len(swimlanes.KINDS)
    assert len({path for *_, path in swimlanes.KINDS.values()}) == len(swimlanes.KINDS)
    assert {side for _, side, _, _ in swimlanes.KINDS.values()} <= set(plots.COLOURS)


@pytest.mark.parametrize(
    ("date", "place"), {"2015": 2015.5, "2016-01-01": 2016.0, "2016-07": 2016.54, "2016-12-31": 2016.997}.items()
)
def test_place(date, place):
    """A date lies at its middle."""
    assert swimlanes.places([date], start=2003) == [place]


def test_stacked_keeps_marks_apart():
    """Two marks of a row are never nearer than the gap while a row is free."""
    x = [0.0, 0.1, 0.2, 0.3, 0.4, 1.0, 1.05]
    rows = swimlanes.stacked(x, gap=0.5)
    assert len(set(rows[:5])) == 5
    assert rows[5:] == [0, 1]


def test_full_lane_takes_the_row_that_is_empty_longest():
    """A sixth mark at one place goes where there has been room longest."""
    assert swimlanes.stacked([0.0] * 5 + [0.1], gap=0.5)[-1] == 0


def test_lanes_hold_every_event(events, cities):
    """No event is lost on laying out, and each stands in its city's lane."""
    data = swimlanes.lanes(events, cities, start=2003, gap=0.25)
    assert len(data) == len(events)
    assert (cities["city"].to_numpy()[data["lane"]] == data["city"]).all()


def test_swim_lanes_draw_every_event(events, cities, national):
    """The figure has a mark for each event, a label for each city and a key for each kind."""
    ax, data = swimlanes.swim_lanes(events, cities, national)
    marks = [len(points.get_offsets()) for points in ax.collections]
    assert sum(marks) == len(data) == len(events)
    assert len(ax.get_yticklabels()) == len(cities)
    assert len(ax.figure.legends[0].get_texts()) == len(swimlanes.KINDS)


@pytest.mark.parametrize("city", ["hangzhou", "pudong", "xiongan"])
def test_labels_of_a_city_do_not_overlap(events, national, city):
    """The texts of a city's events lie one below the other, within the figure."""
    ax, data = swimlanes.city_lane(events[events["city"] == city], national)
    ax.figure.draw_without_rendering()
    shown = [text for text in ax.texts if text.get_text() in set(data["date"] + "  " + data["summary_zh"])]
    boxes = sorted((text.get_window_extent() for text in shown), key=lambda box: box.y0)
    assert len(boxes) == len(data)
    assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))
    assert all(box.x1 <= ax.figure.bbox.x1 for box in boxes)


def test_interactive_tells_every_event(events, cities, national):
    """Each event is there with its text and a link to its source; each kind can be ticked off; there is no script."""
    text = swimlanes.interactive(events, cities, national, corpus.references())
    page = html.fromstring(text)
    steps = (national["kind"] == "step").sum()
    assert len(page.xpath("//title")) == len(events) + steps
    assert len(page.xpath("//a/path")) == len(events)
    assert not page.xpath("//script|//*[@onclick]|//link|//img")
    boxes = {box.get("id") for box in page.xpath("//input[@type='checkbox']")}
    assert boxes == {f"lanes-{kind}" for kind in swimlanes.KINDS}
    assert set(re.findall(r"#([\w-]+):not\(:checked\)", text)) == boxes
    assert len(text.encode()) < 400_000


def test_interactive_is_the_same_again(events, cities, national):
    """The text does not depend on when or how often it is written; another name sets all ids apart."""
    first, again = (swimlanes.interactive(events, cities, national, corpus.references()) for _ in range(2))
    other = swimlanes.interactive(events, cities, national, corpus.references(), name="more")
    assert first == again
    assert not set(re.findall(r'id="([\w-]+)"', first)) & set(re.findall(r'id="([\w-]+)"', other))


def test_interactive_escapes(cities, national):
    """Marks of HTML in a summary are shown as they are."""
    row = {"city": "ningbo", "date": "2016", "kind": "plan", "summary_zh": "<b>", "summary_en": "a & b", "ref_id": "x"}
    references = pd.DataFrame({"ref_id": ["x"], "url": [""]})
    text = swimlanes.interactive(pd.DataFrame([row]), cities, national, references)
    assert "&lt;b&gt;\na &amp; b" in text
    assert "<a><path" in text  # no link where there is no address
