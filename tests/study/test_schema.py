"""The descriptor describes what is there and no more than is checked; a schema says what is wrong, where, in words."""

import pandas as pd
import pytest
import yaml
from pyarrow import parquet

from cityanalysis import counts, files
from cityanalysis.study import schema

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


def faults(name, *rows):
    """Return where rows depart from the schema of a resource."""
    return schema.faults(frame(*rows), schema.resources()[name]["schema"])


def of_cell(name, column, cell):
    """Return what is wrong with a cell, told by a schema of its column alone."""
    return [fault for _, fault in schema.faults(frame({column: cell}), {"fields": [schema.fields(name)[column]]})]


# The descriptor


def test_every_resource_is_told_apart(root):
    """Names and paths are each of one resource; paths stay within the repository, as Frictionless wants it."""
    listed = yaml.safe_load(files.text(root / schema.DESCRIPTOR))["resources"]
    assert (
        len({resource["name"] for resource in listed}) == len({resource["path"] for resource in listed}) == len(listed)
    )
    assert [r["path"] for r in listed if not r["path"].startswith(("corpus/", "data/")) or ".." in r["path"]] == []


@pytest.mark.parametrize("name", schema.resources())
def test_descriptor_is_whole(name):
    """Each resource and column has a meaning; keys and links name columns that are there, and links keys of others."""
    resource, columns = schema.resources()[name], schema.fields(name)
    assert all(resource[property] for property in ("title", "description", "profile", "format"))
    assert [column for column, field in columns.items() if not field["description"]] == []
    assert len(columns) == len(resource["schema"]["fields"])
    keys = [resource["schema"].get("primaryKey", []), *resource["schema"].get("uniqueKeys", [])]
    assert {column for key in keys for column in key} <= set(columns)
    assert [column for column in keys[0] if not columns[column]["constraints"]["required"]] == []
    for column, (separator, others) in schema.links(name).items():
        assert separator == columns[column].get("x-separator", "")
        assert [(o, c) for o, c in others if schema.resources()[o]["schema"]["primaryKey"] != [c]] == []


@pytest.mark.parametrize("name", schema.resources())
def test_every_constraint_is_checked(name):
    """No column has a type or a constraint of which the check would know nothing, or one that is not of its type."""
    for field in schema.fields(name).values():
        constraints = field.get("constraints", {})
        assert field["type"] in schema.TYPES
        assert set(constraints) <= set(schema.CONSTRAINTS)
        assert field["type"] in ("integer", "number") or not {"minimum", "maximum"} & set(constraints)
        assert field["type"] == "string" or not {"pattern", "maxLength", "enum"} & set(constraints)
        assert field.get("rdfType") in (None, schema.DATE)


@pytest.mark.parametrize("name", [name for name, r in schema.resources().items() if r["format"] == "parquet"])
def test_types_of_derived_tables(root, name):
    """The columns of a Parquet file hold numbers or text where the descriptor says so."""
    stored = parquet.read_schema(root / schema.resources()[name]["path"])
    kinds = {"int64": "integer", "double": "number", "string": "string", "large_string": "string", "binary": "any"}
    described = {column: field["type"] for column, field in schema.fields(name).items()}
    assert {column: kinds[str(stored.field(column).type)] for column in described} == described


def test_without_the_data_there_is_no_descriptor(tmp_path, monkeypatch):
    """A home without a descriptor is told in one line."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/documents.csv").write_text("doc_id\n", encoding="utf-8")
    monkeypatch.setenv("CITYANALYSIS_HOME", str(tmp_path))
    with pytest.raises(files.ReadError, match=r"datapackage\.yaml: there is no such file"):
        schema.resources()


# Tables held against it


def test_no_faults_in_sound_rows():
    """Sound rows have no faults, whatever their index."""
    assert schema.faults(frame(EVENT).set_axis([17]), schema.resources()["events"]["schema"]) == []


FAULTY_CELLS = {
    "date in words": ({"date": "2011年"}, "date: '2011年' does not match "),
    "month 13": ({"date": "2011-13"}, "date: '2011-13' does not match "),
    "line break after the date": ({"date": "2011\n"}, "date: '2011\\n' does not match "),
    "day that no calendar has": ({"date": "2011-09-31"}, "date: there is no day 2011-09-31"),
    "kind": ({"kind": "party"}, "kind: 'party' is not one of plan, policy, "),
    "empty kind": ({"kind": ""}, "kind: is empty; fill it in"),
    "empty summary": ({"summary_zh": ""}, "summary_zh: is empty; fill it in"),
    "long summary": ({"summary_zh": "规" * 61}, f"summary_zh: '{'规' * 61}' has more than 60 characters"),
    "capital in a slug": ({"city": "Nanjing"}, "city: 'Nanjing' does not match "),
    "writer with a capital": ({"writer": "G7"}, "writer: 'G7' does not match "),
}


@pytest.mark.parametrize(("cell", "complaint"), FAULTY_CELLS.values(), ids=FAULTY_CELLS)
def test_faulty_cell(cell, complaint):
    """A faulty cell is the only fault, under the label of its row."""
    table = frame(EVENT, {**EVENT, "writer": "g2"} | cell).set_axis([2, 9])
    ((row, fault),) = schema.faults(table, schema.resources()["events"]["schema"])
    assert row == 9
    assert fault.startswith(complaint)


FAULTY_HEADS = {
    "missing": (["collection", "city"], ["column 'role' is missing"]),
    "extra": (["collection", "city", "role", "note"], ["column 'note' is not expected"]),
    "renamed": (["collection", "city", "part"], ["column 'role' is missing", "column 'part' is not expected"]),
    "out of order": (
        ["city", "collection", "role"],
        ["column 'city' is out of order", "column 'collection' is out of order"],
    ),
    "out of order and extra": (
        ["note", "city", "collection", "role"],
        ["column 'note' is not expected", "column 'city' is out of order", "column 'collection' is out of order"],
    ),
}


@pytest.mark.parametrize(("columns", "expected"), FAULTY_HEADS.values(), ids=FAULTY_HEADS)
def test_faulty_head(columns, expected):
    """Columns that are missing, too many or out of order are faults of the table, not of a row."""
    row = {**SPLIT, "note": "", "part": "develop"}
    assert faults("splits", {column: row[column] for column in columns}) == [(None, fault) for fault in expected]


def test_cells_are_checked_under_a_faulty_head():
    """A column too many does not hide what is wrong with a cell."""
    found = faults("splits", {**SPLIT, "role": "x", "note": ""})
    assert found[0] == (None, "column 'note' is not expected")
    assert found[1][1].startswith("role: 'x' is not one of")


def test_repeated_key():
    """Rows with the same key are both told; another collection of the same city is another key."""
    complaint = "collection, city: 'records', 'nanjing' stands here more than once"
    found = faults("splits", SPLIT, {**SPLIT, "collection": "reports"}, {**SPLIT, "role": "judge"})
    assert found == [(0, complaint), (2, complaint)]


def test_empty_cells_count_in_a_key():
    """Two indicators without a unit that are otherwise alike are one, told twice."""
    indicator = dict.fromkeys(schema.fields("indicators"), "x") | {"year": "2011", "value": "1", "unit": ""}
    found = [fault for _, fault in faults("indicators", indicator, indicator, indicator | {"unit": "家"})]
    assert sum("stands here more than once" in fault for fault in found) == 2


def test_faults_by_row():
    """All faults are told, by row, and within it by column."""
    found = faults("splits", {**SPLIT, "role": "x"}, {**SPLIT, "city": "a"}, {**SPLIT, "city": "Ü", "role": "y"})
    assert [(row, fault.partition(":")[0]) for row, fault in found] == [(0, "role"), (2, "city"), (2, "role")]


@pytest.mark.parametrize("date", ["2011", "2011-09", "2011-09-08", "0999-12-31", "2012-02-29"])
def test_dates(date):
    """A year, a month or a day, in ISO 8601."""
    assert of_cell("events", "date", date) == []


@pytest.mark.parametrize(
    "date", ["", "11", "2011-9", "2011-00", "2011-09-32", "2011-09-00", "20110908", "2011/09", "2011-", "2011-02-29"]
)
def test_no_dates(date):
    """No other way to write a date, and no day that there never was."""
    assert len(of_cell("events", "date", date)) == 1


@pytest.mark.parametrize(
    ("number", "expected"),
    [("0", 1), ("-1.50", 1), ("12", 1), ("", 0), ("1,234", 0), (".5", 0), ("1e5", 0), ("007", 0), ("1２", 0)],
)
def test_numbers(number, expected):
    """Plain decimal numbers only."""
    assert (of_cell("indicators", "value", number) == []) is bool(expected)


@pytest.mark.parametrize(
    ("column", "cell", "complaint"),
    [
        ("latitude", "-90", None),
        ("latitude", "90.5", "is more than 90"),
        ("latitude", "-91", "is less than -90"),
        ("longitude", "180", None),
        ("longitude", "-180.01", "is less than -180"),
    ],
)
def test_limits(column, cell, complaint):
    """Limits belong to what is allowed."""
    found = of_cell("cities", column, cell)
    assert found == ([f"{column}: {cell!r} {complaint}"] if complaint else [])


@pytest.mark.parametrize(
    ("slug", "expected"), [("fuzhou-jx", 1), ("a1", 1), ("A", 0), ("a--b", 0), ("-a", 0), ("a_b", 0)]
)
def test_slugs(slug, expected):
    """Small letters and digits, separated by single hyphens."""
    assert (of_cell("cities", "city", slug) == []) is bool(expected)


@pytest.mark.parametrize(("refs", "expected"), [("", 1), ("a-1", 1), ("a-1 b-2", 1), ("a-1  b-2", 0), ("a-1;b-2", 0)])
def test_lists(refs, expected):
    """A list has its separator between values, once."""
    assert (of_cell("innovations", "claim_refs", refs) == []) is bool(expected)


def test_line_break_in_a_term():
    """A line break at the end of a cell is no part of what the pattern allows."""
    term = {"term": "一张图\n", "domain": "platform", "gloss_en": "", "source": ""}
    assert [fault.partition(":")[0] for _, fault in faults("lexicon-terms", term)] == ["term"]


def test_unknown_constraints_are_refused():
    """A constraint that is not known raises, so that none goes unchecked."""
    with pytest.raises(KeyError, match="minLength"):
        schema.faults(frame({"a": "x"}), {"fields": [{"name": "a", "type": "string", "constraints": {"minLength": 2}}]})


def test_tables_in_memory(tokens, tagged_records):
    """Tags and counts of the records, which hold numbers, are as the shipped ones of other documents are described."""
    made = {"tags": tagged_records, "counts": counts.count(tokens)}
    assert {name: schema.faults(table, schema.resources()[name]["schema"]) for name, table in made.items()} == {
        name: [] for name in made
    }


def test_nothing_is_no_empty_text():
    """A table in memory has an empty text where a file has an empty cell, and neither None nor NaN."""
    table = pd.DataFrame({"name": ["a", None], "weight": [0.5, float("nan")], "key": [b"\xca", b"\xca"]}, dtype=object)
    fields = [{"name": name, "type": kind} for name, kind in (("name", "string"), ("weight", "number"), ("key", "any"))]
    found = schema.faults(table, {"fields": fields})
    assert sorted(fault.partition(";")[0] for row, fault in found) == [
        "name: is null",
        "weight: 'nan' is not a number",
        "weight: is null",
    ]
    assert {row for row, _ in found} == {1}


# The tables of the README files


@pytest.mark.parametrize("name", schema.READMES)
def test_readme_is_as_the_descriptor_says(root, name):
    """If this fails, run: python -m cityanalysis.study.schema."""
    text = files.text(root / name)
    assert text == schema.document(text)


def test_every_table_has_its_place_in_a_readme(root):
    """Each resource of data/ is shown once."""
    shown = [name for _, name in schema.TABLE.findall(files.text(root / "data/README.md"))]
    assert sorted(shown) == sorted(name for name, r in schema.resources().items() if r["path"].startswith("data/"))


def test_prose_around_tables_is_kept():
    """Only what stands between the marks changes, again and again to the same; bars within a table are escaped."""
    before, after = "# A\n\n<!-- note -->\n\n<!-- table: gold-intrusion -->\n", "<!-- end -->\n\nMore <!-- end -->.\n"
    once = schema.document(f"{before}stale\n{after}")
    assert once.startswith(before + "A row is a set of words")
    assert once.endswith(after)
    assert "stale" not in once
    assert r"| `words` | list, separated by `\|` |" in once
    assert schema.document(once) == once


def test_unknown_table():
    """A README cannot show what is not described."""
    with pytest.raises(KeyError, match="astrology"):
        schema.document("<!-- table: astrology -->\n<!-- end -->\n")
