"""The check finds each kind of damage, with file and line, and nothing else; in the data it finds none (its example).

Damage is done to a small part of the data: some cities, with what belongs to them. What is wrong with tables is told of
tables in memory; for the rest, a small home is copied and spoilt.
"""

import hashlib
import os
import re
import shutil

import pandas as pd
import pytest
import yaml

from cityanalysis import cli, files
from cityanalysis.study import check, schema

CITIES = ("anshun", "beijing", "dubuque", "foshan", "guangzhou", "nanjing", "pudong", "shanghai", "zhoushan", "zibo")
UNREAD = ("beijing-record", "dubuque-record", "zibo-report")  # no passage of these is kept in the gold tables
NAMED = ("cities", "documents", "innovations", "references", "splits", "topics")  # whole, since others name their rows
NAMED += ("gold-passages", "measures", "measure-names", "lexicon-domains", "lexicon-sources", "lexicon-stopwords")
# What is described and there in the small home.
AT_HOME = (
    "documents",
    "references",
    "cities",
    "splits",
    "events",
    "indicators",
    "passages",
    "counts",
    "tags",
    "checksums",
)
AT_HOME += ("gold-digital", "gold-models", "gold-orientation", "gold-passages", "gold-segmentation")
DAMAGES = []


@pytest.fixture(scope="module")
def sound(root):
    """Return the tables of a small part of the data."""
    tables = {name: files.table(r["path"]) for name, r in schema.resources().items() if r["format"] == "csv"}
    registry = tables["documents"]
    ours = set(registry.loc[registry["city"].isin(CITIES), "doc_id"])
    sources = ours | set(tables["lexicon-sources"]["source"])
    for name, table in tables.items():
        kept = pd.Series(True, index=table.index)
        if "city" in table:
            kept &= table["city"].isin(CITIES)
        if "passage_id" in table:
            document = table["passage_id"].str.partition("#")[0]
            kept &= document.isin(ours) & ~document.str.startswith(UNREAD)
        if name == "lexicon-terms":
            kept &= table["source"].map(lambda cell: set(cell.split(";")) <= sources)
        short = table[kept] if name in NAMED else table[kept].head(60)
        tables[name] = short.set_axis(range(2, len(short) + 2))  # the lines that they have in a file
    return tables


@pytest.fixture(scope="module")
def sound_home(root, sound, tmp_path_factory):
    """Make a home of these tables, their records, and the first rows of the derived tables."""
    folder = tmp_path_factory.mktemp("sound")
    for name in set(AT_HOME) & set(sound):
        files.write_table(folder / schema.resources()[name]["path"], sound[name])
    described = yaml.safe_dump({"resources": [schema.resources()[name] for name in AT_HOME]})
    files.write_text(folder / schema.DESCRIPTOR, described)
    (folder / "corpus/records").mkdir()
    for file in sound["documents"].query("collection == 'records'")["file"]:
        shutil.copy(root / "corpus" / file, folder / "corpus" / file)
    sums = {}
    for name in ("passages", "counts", "tags"):
        path = schema.resources()[name]["path"]
        pd.read_parquet(root / path, columns=list(schema.fields(name))).head(3).to_parquet(folder / path)
        sums[f"{name}.parquet"] = digest(folder / path)
    files.write_table(folder / "corpus/derived/sha256.csv", pd.DataFrame(sums.items(), columns=["file", "sha256"]))
    return folder


@pytest.fixture
def home(sound_home, tmp_path, monkeypatch):
    """Copy the small home, so that a test can spoil it, and make the copy the home."""
    shutil.copytree(sound_home, tmp_path / "home")
    monkeypatch.setenv("CITYANALYSIS_HOME", os.fspath(tmp_path / "home"))
    return tmp_path / "home"


def digest(path):
    """Return the sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hold(found, expected):
    """Hold what was found against file, line and words of each fault that was to be found."""
    for file, line, complaint in expected:
        place = rf"{re.escape(file)}:{line}: " if line else rf"{re.escape(file)}:"
        hits = [fault for fault in found if re.match(place, fault) and complaint in fault]
        assert len(hits) == 1, (file, line, complaint, found)
        found.remove(hits[0])
    assert found == []


# Cells that are put into the first row for which something holds, and what is wrong with that row then.
CELLS = {
    "unknown reference in events": (
        *("events", "writer != ''", {"ref_id": "nobody-1999"}),
        "ref_id: 'nobody-1999' does not stand in corpus/references.csv; add it there or mend it",
    ),
    "unknown reference in indicators": (
        *("indicators", "writer != ''", {"ref_id": "nobody-1999"}),
        "ref_id: 'nobody-1999' does not stand in corpus/references.csv",
    ),
    "unknown city": (
        *("events", "writer != ''", {"city": "atlantis"}),
        "city: 'atlantis' does not stand in data/cities.csv",
    ),
    "day that no calendar has": (
        *("events", "writer != ''", {"date": "2021-02-30"}),
        "date: there is no day 2021-02-30",
    ),
    "day of publication in no leap year": (
        *("references", "access != ''", {"published": "1900-02-29"}),
        "published: there is no day 1900-02-29",
    ),
    "national step on no day": (
        *("national", "date_from == '2018-04-22'", {"date_to": "2018-02-30"}),
        "date_to: there is no day 2018-02-30",
    ),
    "malformed date": (
        *("events", "writer != ''", {"date": "2021/2/3"}),
        r"date: '2021/2/3' does not match \d{4}(",
    ),
    "bad kind": (
        *("events", "writer != ''", {"kind": "party"}),
        "kind: 'party' is not one of plan, policy, regulation,",
    ),
    "bad status": (
        *("indicators", "writer != ''", {"status": "hoped"}),
        "status: 'hoped' is not one of actual, target",
    ),
    "bad role": (
        *("splits", "collection == 'reports'", {"role": "tuned"}),
        "role: 'tuned' is not one of develop, judge, exemplar",
    ),
    "bad collection": (
        *("documents", "doc_id == 'guomai-benchmark'", {"collection": "mine"}),
        "collection: 'mine' is not one of records, studies, reports",
    ),
    "value with a thousands separator": (
        *("indicators", "writer != ''", {"value": "3,427"}),
        "value: '3,427' is not a number",
    ),
    "span of years": (
        *("indicators", "writer != ''", {"year": "2010-2015"}),
        "year: '2010-2015' is not a year",
    ),
    "document without characters": (
        *("documents", "doc_id == 'guomai-benchmark'", {"n_chars": "0"}),
        "n_chars: '0' is less than 1",
    ),
    "share above one": (
        *("gold-first", "label == 'recall'", {"share": "1.7"}),
        "share: '1.7' is more than 1",
    ),
    "latitude in degrees and minutes": (
        *("cities", "city == 'anshun'", {"latitude": "26°15′N"}),
        "latitude: '26°15′N' is not a number",
    ),
    "latitude off the globe": (
        *("cities", "city == 'anshun'", {"latitude": "99.9"}),
        "latitude: '99.9' is more than 90",
    ),
    "summary too long": (
        *("events", "writer != ''", {"summary_zh": "长" * 61}),
        f"summary_zh: '{'长' * 61}' has more than 60 characters",
    ),
    "gloss too long": (
        *("lexicon-terms", "term != ''", {"gloss_en": "x" * 41}),
        f"gloss_en: '{'x' * 41}' has more than 40 characters",
    ),
    "letter and accent apart": (
        *("events", "writer != ''", {"summary_en": "A cafe\u0301"}),
        "summary_en: 'A cafe\u0301' is not composed Unicode (NFC); compose it",
    ),
    "title missing": (
        *("documents", "doc_id == 'zibo-report-2024'", {"title": ""}),
        "title: is empty; fill it in",
    ),
    "correction of nothing": (
        *("corrections", "doc_id == 'hubin-shanghai'", {"wrong": ""}),
        "wrong: is empty; fill it in",
    ),
    "address with a blank": (
        *("references", "access != ''", {"url": "https://example.org/a b"}),
        "url: 'https://example.org/a b' does not match https?",
    ),
    "digest too short": (
        *("gold-digital", "reader_a != ''", {"sha1": "12"}),
        "sha1: '12' does not match [0-9a-f]{40}",
    ),
    "reader neither for nor against": (
        *("gold-digital", "reader_a != ''", {"reader_a": "maybe"}),
        "reader_a: 'maybe' is not one of yes, no",
    ),
    "mark without an end": (
        *("gold-quantities", "form != ''", {"end": "x"}),
        "end: 'x' is not a whole number",
    ),
    "mark of no form": (
        *("gold-quantities", "form != ''", {"settled": "300公里"}),
        "settled: '300公里' does not match -?",
    ),
    "mark in a passage that was not read": (
        *("gold-times", "form != ''", {"passage_id": "foshan-record#99"}),
        "passage_id: 'foshan-record#99' does not stand in data/gold/passages.csv",
    ),
    "other passage with a secondary label": (
        *("gold-models", "stratum == 'all'", {"settled": "other|industry|no"}),
        "settled: 'other|industry|no' does not match (other",
    ),
    "intruder of an unknown topic": (
        *("gold-intrusion", "item == 'frex'", {"topic": "astrology"}),
        "topic: 'astrology' does not stand in data/topics.csv",
    ),
    "correction of an unknown document": (
        *("corrections", "doc_id == 'hubin-shanghai'", {"doc_id": "nobody-1999"}),
        "doc_id: 'nobody-1999' does not stand in corpus/documents.csv",
    ),
    "frame of an unknown document": (
        *("frames", "doc_id == 'guomai-benchmark'", {"doc_id": "nobody-1999"}),
        "doc_id: 'nobody-1999' does not stand in corpus/documents.csv",
    ),
    "innovation found on no date": (
        *("innovations", "city == 'beijing' and innovation == 'plan'", {"date": ""}),
        "date is '', status 'found'; give one",
    ),
    "innovation found by nobody": (
        *("innovations", "city == 'beijing' and innovation == 'plan'", {"ref_id": ""}),
        "ref_id is '', status 'found'; give one",
    ),
    "innovation dated though not found": (
        *("innovations", "city == 'foshan' and innovation == 'brain'", {"date": "2016"}),
        "date is '2016', status 'not found'; take it out or say 'found'",
    ),
    "innovation claimed by nobody": (
        *("innovations", "city == 'foshan' and innovation == 'bureau'", {"claim_refs": "foshan-2020-fsdaily nobody-1"}),
        "claim_refs: 'nobody-1' does not stand in corpus/references.csv",
    ),
    "record said to be missing": (
        *("cities", "city == 'beijing'", {"has_record": "no"}),
        "has_record of beijing does not fit corpus/documents.csv; make them agree",
    ),
    "report said to be there": (
        *("cities", "city == 'dubuque'", {"has_report": "yes"}),
        "has_report of dubuque does not fit corpus/documents.csv; make them agree",
    ),
    "list that ends in its separator": (
        *("cities", "city == 'anshun'", {"aliases": "安顺|"}),
        r"aliases: '安顺|' does not match [^|]+(",
    ),
    "name twice in one city": (
        *("cities", "city == 'anshun'", {"aliases": "安顺|安顺"}),
        "aliases: '安顺' stands here or before already; a form names one city, once",
    ),
    "term that is a stop word": (
        *("lexicon-terms", "term != ''", {"term": "一个"}),
        "'一个' is a stop word, too; take it out of one of the lists",
    ),
    "stop word with a domain": (
        *("lexicon-stopwords", "term == '一个'", {"domain": "platform"}),
        "domain: 'platform' is not one of stop",
    ),
    "unknown domain": (
        *("lexicon-terms", "term != ''", {"domain": "astrology"}),
        "domain: 'astrology' does not stand in data/lexicon/domains.csv",
    ),
    "unknown source of a term": (
        *("lexicon-terms", "term != ''", {"source": "ccp-2019-18;nobody-1999"}),
        "source: 'nobody-1999' does not stand in data/lexicon/sources.csv or corpus/documents.csv",
    ),
    "source that is no record": (
        *("lexicon-terms", "term != ''", {"source": "atlantis-record"}),
        "source: 'atlantis-record' does not stand in data/lexicon/sources.csv or corpus/documents.csv",
    ),
    "term of a city kept for judging": (
        *("lexicon-terms", "term != ''", {"source": "nanjing-record"}),
        "source: nanjing-record is of a city kept as exemplar; take it out",
    ),
    "term of the second record of such a city": (
        *("lexicon-terms", "term != ''", {"source": "nanjing-record-second"}),
        "source: nanjing-record-second is of a city kept as exemplar; take it out",
    ),
}


def around(sound, name):
    """Return a table and those whose rows others name."""
    return {other: sound[other].copy() for other in dict.fromkeys([name, *NAMED])}


@pytest.mark.parametrize(("name", "where", "cells", "complaint"), CELLS.values(), ids=CELLS)
def test_damaged_cell(sound, name, where, cells, complaint):
    """A damaged cell is the only fault, told at its line."""
    tables = around(sound, name)
    line = tables[name].query(where).index[0]
    tables[name].loc[line, list(cells)] = list(cells.values())
    hold(check.of_tables(tables), [(schema.resources()[name]["path"], line, complaint)])


def test_alias_of_two_cities(sound):
    """A name stands for two cities; it is told at the second."""
    tables = around(sound, "cities")
    tables["cities"].loc[2, "aliases"] += "|北京"
    line = tables["cities"].query("city == 'beijing'").index[0]
    hold(check.of_tables(tables), [("data/cities.csv", line, "aliases: '北京' stands here or before already")])


def test_page_marked_in_two_ways(sound):
    """Two works on one page are of one kind of body, and copies both or neither; it is told at the second."""
    tables = around(sound, "references")
    rows = tables["references"]
    first, second = rows.index[rows["url"] == rows["url"][rows["url"].duplicated() & (rows["url"] != "")].iloc[0]][:2]
    other = {"yes": "no", "no": "yes"}[rows.loc[first, "mirror"]]
    rows.loc[second, "mirror"] = other
    complaint = f"mirror is {other!r}, in another row of the same page {rows.loc[first, 'mirror']!r}; make them agree"
    hold(check.of_tables(tables), [("corpus/references.csv", second, complaint)])


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("documents", {"file": "x"}, "doc_id: 'beijing-record' stands here more than once"),
        ("references", {"title": "x"}, "stands here more than once"),
        ("events", {"summary_en": "The same again"}, "city, date, summary_zh, writer: 'beijing',"),
        ("splits", {"role": "judge"}, "collection, city: 'records', 'beijing' stands here more than once"),
        ("lexicon-terms", {"gloss_en": "x"}, "stands here more than once"),
        ("indicators", {}, "city, year, name_zh, value, unit, status, ref_id, writer: 'beijing',"),
    ],
)
def test_same_key_twice(sound, name, change, complaint):
    """A key that stands twice is told of both rows, be they otherwise alike or not."""
    tables = around(sound, name)
    last = tables[name].index[-1] + 1
    tables[name].loc[last] = tables[name].loc[2].to_dict() | change
    path = schema.resources()[name]["path"]
    hold(check.of_tables(tables), [(path, 2, complaint), (path, last, complaint)])


def test_second_unique_column(sound):
    """A column that is no key may hold a value once, too."""
    tables = around(sound, "documents")
    tables["documents"].loc[3, "file"] = tables["documents"].loc[2, "file"]
    complaint = f"file: {tables['documents'].loc[2, 'file']!r} stands here more than once"
    hold(check.of_tables(tables), [("corpus/documents.csv", line, complaint) for line in (2, 3)])


def test_role_without_document(sound):
    """A city has a role in records and no record."""
    tables = around(sound, "splits")
    last = tables["splits"].index[-1] + 1
    tables["splits"].loc[last] = ["records", "anshun", "develop"]
    hold(check.of_tables(tables), [("data/splits.csv", last, "anshun has a role in records, but no document there")])


def test_city_without_role(sound):
    """A city has a record and no role."""
    tables = around(sound, "splits")
    tables["splits"] = tables["splits"].query("not (collection == 'records' and city == 'beijing')")
    hold(check.of_tables(tables), [("data/splits.csv", 1, "beijing has no role in records; add a row")])


HEADS = {
    "missing": (["collection", "city"], ["column 'role' is missing"]),
    "extra": (["collection", "city", "role", "role "], ["column 'role ' is not expected"]),
    "swapped": (["city", "collection", "role"], ["column 'city' is out of", "column 'collection' is out of order"]),
}


@pytest.mark.parametrize(("columns", "complaints"), HEADS.values(), ids=HEADS)
def test_damaged_head(sound, columns, complaints):
    """Other columns are told in the first line, and the table is not held against others."""
    tables = around(sound, "splits")
    tables["splits"] = tables["splits"].assign(**{"role ": "x"})[columns]
    hold(check.of_tables(tables), [("data/splits.csv", 1, complaint) for complaint in complaints])


def test_several_damages_at_once(sound):
    """All faults of all tables are told, not the first alone."""
    tables = around(sound, "events")
    tables["events"].loc[2, ["kind", "date"]] = ["party", "2021-02-30"]
    tables["splits"].loc[3, "role"] = "tuned"
    expected = [("data/events.csv", 2, "kind: 'party'"), ("data/events.csv", 2, "date: there is no day 2021-02-30")]
    hold(check.of_tables(tables), [*expected, ("data/splits.csv", 3, "role: 'tuned'")])


# What only files show


def damage(spoil):
    """Take in a function that spoils a home and returns the faults to be found: file, line, words."""
    DAMAGES.append(spoil)
    return spoil


def put(home, name, where, **cells):
    """Put cells into the first row of a table of the home for which something holds, and return its line."""
    path = home / schema.resources()[name]["path"]
    table = files.table(path)
    line = table.query(where).index[0]
    table.loc[line, list(cells)] = list(cells.values())
    files.write_table(path, table)
    return line


def edit(path, old, new):
    """Replace the first stretch of a file that matches a pattern; return the line on which it stood."""
    text = path.read_text(encoding="utf-8")
    start = re.search(old, text).start()
    path.write_text(re.sub(old, new, text, count=1), encoding="utf-8", newline="")
    return text.count("\n", 0, start) + 1


def rewrite(home, old, new, *, record="beijing"):
    """Edit a record, and register it as it then is, so that this is no second fault."""
    path = home / "corpus/records" / f"{record}.md"
    line = edit(path, old, new)
    n_chars = str(len(path.read_text(encoding="utf-8")))
    put(home, "documents", f"doc_id == '{record}-record'", sha256=digest(path), n_chars=n_chars)
    return line


@damage
def table_missing(home):
    """A table is gone."""
    (home / "data/indicators.csv").unlink()
    return [("data/indicators.csv", None, "there is no such file")]


@damage
def table_empty(home):
    """Nothing is left of a table."""
    (home / "data/splits.csv").write_bytes(b"")
    return [("data/splits.csv", None, "has no text")]


@damage
def table_in_gbk(home):
    """A spreadsheet program has saved a table in another encoding."""
    path = home / "data/cities.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    return [("data/cities.csv", 2, "is not UTF-8; save it as UTF-8 and try again")]


@damage
def row_too_short(home):
    """A row lacks its last field."""
    line = edit(home / "data/splits.csv", r",develop(?=\n)", "")
    return [("data/splits.csv", line, "2 fields where the header has 3")]


@damage
def quote_unclosed(home):
    """A quote opens and does not close."""
    line = edit(home / "data/splits.csv", r"(?<=\n)reports", '"reports')
    return [("data/splits.csv", line, "close the quotes that the row opens")]


@damage
def header_missing(home):
    """The file begins with its first row."""
    edit(home / "data/splits.csv", r"\A.*\n", "")
    missing = [("data/splits.csv", 1, f"column {name!r} is missing") for name in ("collection", "city", "role")]
    given = ("records", "beijing", "exemplar")
    return [*missing, *[("data/splits.csv", 1, f"column {name!r} is not expected") for name in given]]


@damage
def table_that_nobody_described(home):
    """A table lies among the data and is not explained."""
    (home / "data/gold/more.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return [("data/gold/more.csv", 1, "is not described in datapackage.yaml; describe it there or take it out")]


@damage
def wrong_sha256(home):
    """The registry has another digest than the record."""
    line = put(home, "documents", "doc_id == 'beijing-record'", sha256="0" * 64)
    return [("corpus/documents.csv", line, f"not {'0' * 64}; if the change is meant, put it in")]


@damage
def wrong_number_of_characters(home):
    """The registry has another length than the record."""
    line = put(home, "documents", "doc_id == 'beijing-record'", n_chars="12")
    return [("corpus/documents.csv", line, "n_chars of records/beijing.md is")]


@damage
def record_changed_by_hand(home):
    """A character more in a record makes digest and length wrong."""
    path = home / "corpus/records/beijing.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8", newline="")
    line = put(home, "documents", "doc_id == 'beijing-record'", writer="g3")
    complaints = ("sha256 of records/beijing.md is", "n_chars of records/beijing.md is")
    return [("corpus/documents.csv", line, complaint) for complaint in complaints]


@damage
def record_not_registered(home):
    """A file lies among the records that the registry does not know."""
    (home / "corpus/records/stray.md").write_text("---\ncity: x\n---\n", encoding="utf-8")
    return [("corpus/records/stray.md", 1, "is not registered in corpus/documents.csv; add a row")]


@damage
def record_missing(home):
    """A registered record is gone."""
    (home / "corpus/records/beijing.md").unlink()
    return [("corpus/records/beijing.md", None, "there is no such file")]


@damage
def record_in_gbk(home):
    """A record is in another encoding; its title in line 4 is the first to show it."""
    path = home / "corpus/records/beijing.md"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    return [("corpus/records/beijing.md", 4, "is not UTF-8; save it as UTF-8 and try again")]


@damage
def record_decomposed(home):
    """A letter and its accent are two characters in a record."""
    rewrite(home, "。", "e\u0301。")
    return [("corpus/records/beijing.md", 1, "is not composed Unicode (NFC); compose it")]


@damage
def front_matter_missing(home):
    """A record begins with its first heading."""
    rewrite(home, r"(?s)\A---\n.*?\n---\n\s*", "")
    return [("corpus/records/beijing.md", 1, "expected front matter")]


@damage
def front_matter_of_another_city(home):
    """Front matter and registry differ in the city."""
    rewrite(home, r"\ncity: beijing\n", "\ncity: tianjin\n")
    return [("corpus/records/beijing.md", 1, "city is 'tianjin', in corpus/documents.csv 'beijing'; make them agree")]


@damage
def front_matter_without_writer(home):
    """A field of the front matter is gone."""
    rewrite(home, r"\nwriter: .*\n", "\n")
    return [("corpus/records/beijing.md", 1, "writer is None, in corpus/documents.csv 'g3'; make them agree")]


@damage
def paragraph_without_citation(home):
    """A paragraph does not say whence it is."""
    line = rewrite(home, r"(?m)\s*\[@[^\n]*\]$", "")
    return [("corpus/records/beijing.md", line, "a paragraph without a citation")]


@damage
def citation_in_the_midst(home):
    """A citation stands within a paragraph that ends in others."""
    line = rewrite(home, r"，", "[@beijing-1]，")
    return [("corpus/records/beijing.md", line, "put all of them at its end")]


@damage
def paragraph_before_heading(home):
    """The first heading is gone."""
    line = rewrite(home, r"(?m)^## .*\n\n", "")
    return [("corpus/records/beijing.md", line, "a paragraph before the first heading")]


@damage
def record_cites_unknown_reference(home):
    """A record cites what is not listed."""
    line = rewrite(home, r"\[@", "[@nobody-1999; @")
    return [("corpus/records/beijing.md", line, "cites 'nobody-1999', which corpus/references.csv lacks")]


@damage
def passage_changed_after_it_was_read(home):
    """A passage of a record that was marked and coded is no longer the same, though registered as it is."""
    rewrite(home, r"(?m)(?<=^)(?=[^-#\n].*\[@)(?<=\n)", "如今", record="foshan")
    complaint = "the text of foshan-record#1 is not the one that was read (sha1); undo the change or read it anew"
    names = [
        name for name in ("gold-models", "gold-orientation", "gold-passages") if "foshan-record#1" in ids(home, name)
    ]
    assert len(names) >= 2
    paths = [schema.resources()[name]["path"] for name in names]
    return [
        (path, files.table(home / path).query("passage_id == 'foshan-record#1'").index[0], complaint) for path in paths
    ]


def ids(home, name):
    """Return the ids of the passages in a table."""
    return files.table(home / schema.resources()[name]["path"])["passage_id"].tolist()


@damage
def sentence_shifted(home):
    """A sentence that was cut into words begins one character later than it does."""
    line = put(home, "gold-segmentation", "start == '0'", start="1")
    passage = ids(home, "gold-segmentation")[line - 2]
    return [("data/gold/segmentation.csv", line, f"the text of {passage} is not the one that was read (sha1)")]


@damage
def sentence_without_end(home):
    """A sentence ends nowhere, and so is no longer the one that was cut."""
    line = put(home, "gold-segmentation", "start == '0'", end="")
    name = "data/gold/segmentation.csv"
    return [(name, line, "end: is empty; fill it in"), (name, line, "is not the one that was read (sha1)")]


@damage
def coded_passage_that_is_not_there(home):
    """A record has no passage of that number."""
    line = put(home, "gold-orientation", "passage_id == 'foshan-record#2'", passage_id="foshan-record#99")
    return [("data/gold/orientation.csv", line, "the text of foshan-record#99 is not the one that was read (sha1)")]


@damage
def coded_passage_of_an_unknown_document(home):
    """A passage is of a document that is not registered."""
    line = put(home, "gold-digital", "reader_a != ''", passage_id="nobody-1999#1")
    return [("data/gold/digital.csv", line, "passage_id: 'nobody-1999' does not stand in corpus/documents.csv")]


@damage
def derived_file_missing(home):
    """A derived table is gone."""
    (home / "corpus/derived/counts.parquet").unlink()
    return [("corpus/derived/sha256.csv", 3, "there is no file counts.parquet; run 'cityanalysis derive'")]


@damage
def derived_file_changed(home):
    """A derived table is not the one that was written."""
    path = home / "corpus/derived/tags.parquet"
    path.write_bytes(path.read_bytes() + b"\0")
    return [("corpus/derived/sha256.csv", 4, "the sha256 of tags.parquet is another; run 'cityanalysis derive'")]


@damage
def derived_file_not_described(home):
    """A table lies among the derived ones that nobody knows."""
    (home / "corpus/derived/stray.parquet").write_bytes(b"")
    return [
        ("corpus/derived/stray.parquet", 1, "is not described in datapackage.yaml; describe it there or take it out")
    ]


@damage
def derived_file_of_other_columns(home):
    """A derived table was written by older code."""
    path = home / "corpus/derived/passages.parquet"
    pd.read_parquet(path).assign(date_from="").to_parquet(path)
    put(home, "checksums", "file == 'passages.parquet'", sha256=digest(path))
    return [("corpus/derived/passages.parquet", 1, "digital, date_from; expected passage_id, doc_id,")]


@damage
def checksum_missing(home):
    """A derived table has lost its digest."""
    edit(home / "corpus/derived/sha256.csv", r"\ntags\.parquet.*", "")
    return [("corpus/derived/sha256.csv", 1, "lacks corpus/derived/tags.parquet; run 'cityanalysis derive'")]


@damage
def checksum_malformed(home):
    """A digest is too short, and so no longer the file's."""
    line = put(home, "checksums", "file == 'passages.parquet'", sha256="0" * 63)
    name = "corpus/derived/sha256.csv"
    return [(name, line, f"sha256: '{'0' * 63}' does not match"), (name, line, "the sha256 of passages.parquet")]


@damage
def table_and_record(home):
    """What is wrong in a table and what is wrong in a file are both told."""
    line = put(home, "events", "writer != ''", kind="party")
    return [("data/events.csv", line, "kind: 'party' is not one of plan"), *record_missing(home)]


@pytest.mark.parametrize("spoil", DAMAGES, ids=lambda spoil: spoil.__name__)
def test_damaged_files(home, spoil):
    """Each expected fault is told once, in its place, and no other is."""
    expected = spoil(home)
    hold(check.faults(), expected)


def test_what_is_left_out(home, capsys):
    """Folders of others' texts and of one's own codes are not looked into; where all is well nothing is printed."""
    for folder in check.OUTSIDE:
        (home / folder).mkdir()
        (home / folder / "codes.csv").write_text("a\n\n", encoding="utf-8")
    assert cli.main(["check"]) == 0
    assert capsys.readouterr().out == ""


def test_faults_are_those_that_are_printed(home, capsys):
    """The command prints what the function returns, says on standard error how many, and exits with 1."""
    put(home, "events", "writer != ''", kind="party", date="2021-02-30")
    faults = check.faults()
    assert cli.main(["check"]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == faults
    assert captured.err == "2 faults\n"


@pytest.mark.parametrize(
    ("file", "complaint"), [("corpus/documents.csv", "has no"), ("datapackage.yaml", "there is no")]
)
def test_home_without_what_it_needs(home, capsys, file, complaint):
    """A home without a corpus, or without its description, is told in one line."""
    (home / file).unlink()
    assert cli.main(["check"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert file in line
    assert complaint in line
