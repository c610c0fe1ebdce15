"""Every schema says what is wrong, where, in plain words."""

import re

import pandas as pd
import pytest

from cityanalysis import cells, counts, readers, tables

SPLIT = {"collection": "records", "city": "nanjing", "role": "develop"}
EVENT = {
    "city": "nanjing",
    "date": "2011-09",
    "kind": "plan",
    "summary_zh": "印发规划",
    "summary_en": "The plan is published",
    "ref_id": "nanjing-2011-plan",
    "writer": "g1",
}


def frame(*rows):
    """Return rows as a table of text."""
    return pd.DataFrame(rows, dtype=str)


def test_every_data_file_has_a_schema(root):
    """No CSV lies beside the data unexplained, and none is missing."""
    files = [path for folder in ("corpus", "data") for path in (root / folder).rglob("*.csv")]
    names = {path.relative_to(root).as_posix() for path in files}
    assert {name for name in names if not name.startswith("corpus/originals/")} == set(tables.FILES)


@pytest.mark.parametrize("name", tables.FILES)
def test_data_file_holds_its_schema(name):
    """Each file is as its schema says, with at least one row."""
    table = readers.table(name)
    assert len(table) > 0
    assert cells.faults(table, tables.FILES[name]) == []


def test_no_faults_in_sound_rows():
    """Sound rows have no faults, whatever their index."""
    assert cells.faults(frame(EVENT).set_axis([17]), tables.EVENTS) == []


FAULTY_CELLS = {
    "date in words": ({"date": "2011年"}, "date: '2011年' is not so: matches"),
    "month 13": ({"date": "2011-13"}, "date: '2011-13' is not so: matches"),
    "line break after the date": ({"date": "2011\n"}, "date: '2011\\n' is not so: matches"),
    "kind": ({"kind": "party"}, "kind: 'party' is not so: is one of plan, policy"),
    "empty kind": ({"kind": ""}, "kind: '' is not so: is one of plan, policy"),
    "empty summary": ({"summary_zh": ""}, "summary_zh: '' is not so: is not empty"),
    "long summary": ({"summary_zh": "规" * 61}, f"summary_zh: '{'规' * 61}' is not so: has at most 60 characters"),
    "capital in a slug": ({"city": "Nanjing"}, "city: 'Nanjing' is not so: matches"),
    "writer with a capital": ({"writer": "G7"}, "writer: 'G7' is not so: matches"),
}


@pytest.mark.parametrize(("cell", "complaint"), FAULTY_CELLS.values(), ids=FAULTY_CELLS)
def test_faulty_cell(cell, complaint):
    """A faulty cell is the only fault, at the position of its row, whatever the index."""
    found = cells.faults(frame(EVENT, {**EVENT, "writer": "g2"} | cell).set_axis([2, 9]), tables.EVENTS)
    assert [row for row, _ in found] == [1]
    assert found[0][1].startswith(complaint)


FAULTY_HEADS = {
    "missing": (["collection", "city"], [(None, "column 'role' is missing")]),
    "extra": (["collection", "city", "role", "note"], [(None, "column 'note' is not expected")]),
    "renamed": (
        ["collection", "city", "part"],
        [(None, "column 'part' is not expected"), (None, "column 'role' is missing")],
    ),
}


@pytest.mark.parametrize(("columns", "expected"), FAULTY_HEADS.values(), ids=FAULTY_HEADS)
def test_faulty_head(columns, expected):
    """A column missing or too many is a fault of the table, not of a row."""
    table = frame({**SPLIT, "note": "", "part": "develop"})[columns]
    assert cells.faults(table, tables.SPLITS) == expected


def test_columns_out_of_order():
    """Columns that have changed places are named."""
    found = cells.faults(frame(SPLIT)[["city", "collection", "role"]], tables.SPLITS)
    assert found == [(None, f"column {name!r} is out of order") for name in ("city", "collection")]


def test_repeated_key():
    """Rows with the same key are both named; another collection of the same city is another key."""
    found = cells.faults(frame(SPLIT, {**SPLIT, "collection": "reports"}, SPLIT), tables.SPLITS)
    assert {row for row, _ in found} == {0, 2}
    assert all("stands here more than once" in fault for _, fault in found)


def test_several_faults_in_order():
    """All faults are told, by row."""
    found = cells.faults(frame({**SPLIT, "role": "x"}, {**SPLIT, "city": "a"}, {**SPLIT, "city": "Ü"}), tables.SPLITS)
    assert [row for row, _ in found] == [0, 2]


@pytest.mark.parametrize("date", ["2011", "2011-09", "2011-09-08", "0999-12-31"])
def test_date_pattern_matches(date):
    """A year, a month or a day, in ISO 8601."""
    assert re.fullmatch(cells.DATE, date)


@pytest.mark.parametrize(
    "date", ["", "11", "2011-9", "2011-00", "2011-09-32", "2011-09-00", "20110908", "2011/09", "2011-"]
)
def test_date_pattern_refuses(date):
    """No other way to write a date."""
    assert not re.fullmatch(cells.DATE, date)


@pytest.mark.parametrize(
    ("number", "expected"), [("0", 1), ("-1.50", 1), ("12", 1), ("", 0), ("1,234", 0), (".5", 0), ("1e5", 0)]
)
def test_number_pattern(number, expected):
    """Plain decimal numbers only."""
    assert bool(re.fullmatch(cells.NUMBER, number)) is bool(expected)


@pytest.mark.parametrize(
    ("slug", "expected"), [("fuzhou-jx", 1), ("a1", 1), ("A", 0), ("a--b", 0), ("-a", 0), ("a_b", 0)]
)
def test_slug_pattern(slug, expected):
    """Small letters and digits, parted by single hyphens."""
    assert bool(re.fullmatch(cells.SLUG, slug)) is bool(expected)


def test_frames_of_the_library_hold_their_schemas(passages, tokens, tags):
    """Passages, tokens, tags and counts of all records are as the page of tables says."""
    made = {"passages": passages, "tokens": tokens, "tags": tags, "counts": counts.count(tokens)}
    schemas = {"passages": tables.PASSAGES, "tokens": tables.TOKENS, "tags": tables.TAGS, "counts": tables.COUNTS}
    assert {name: cells.faults(table, schemas[name]) for name, table in made.items()} == {name: [] for name in made}


def test_line_break_in_a_term():
    """A line break at the end of a cell is no part of what the pattern allows."""
    term = {"term": "一张图\n", "domain": "platform", "gloss_en": "", "source": ""}
    assert [row for row, _ in cells.faults(frame(term), tables.LEXICON)] == [0]
