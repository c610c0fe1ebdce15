"""The check finds each kind of damage, with file and line, and nothing else."""

import csv
import hashlib
import io
import re

import pytest

from cityanalysis import checks, cli, tables

DAMAGES = []


def damage(spoil):
    """Take in a function that spoils the data one way and returns the faults to be found: file, line, words."""
    DAMAGES.append(spoil)
    return spoil


def fields(line):
    """Return the cells of a line of CSV."""
    return next(csv.reader([line], strict=True))


def joined(cells):
    """Return cells as a line of CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def edit(path, change):
    """Change the lines of a file; `change` gets the list, so that line n is at n - 1."""
    lines = path.read_text(encoding="utf-8").split("\n")
    change(lines)
    path.write_text("\n".join(lines), encoding="utf-8", newline="")


def put(home, name, line, **cells):
    """Put cells into a line of a CSV file and return those that stood there."""
    before = {}

    def change(lines):
        header, row = fields(lines[0]), fields(lines[line - 1])
        for column, value in cells.items():
            before[column] = row[header.index(column)]
            row[header.index(column)] = value
        lines[line - 1] = joined(row)

    edit(home / name, change)
    return before


def add(home, name, row):
    """Add a row at the end of a CSV file and return its line."""
    path = home / name
    text = path.read_text(encoding="utf-8")
    path.write_text(text + joined(row) + "\n", encoding="utf-8", newline="")
    return text.count("\n") + 1


def line_of(home, name, start):
    """Return the number of the line of a file that begins so."""
    lines = (home / name).read_text(encoding="utf-8").split("\n")
    return next(n for n, line in enumerate(lines, 1) if line.startswith(start))


def rewrite(home, old, new, *, record="beijing"):
    """Replace a stretch of a record once, and register the file as it then is, so that this is no second fault."""
    path = home / "corpus" / "records" / f"{record}.md"
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text)
    text = re.sub(old, new, text, count=1)
    path.write_text(text, encoding="utf-8", newline="")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    line = line_of(home, "corpus/documents.csv", f"{record}-record,")
    put(home, "corpus/documents.csv", line, sha256=sha256, n_chars=str(len(text)))


def line_in(home, pattern, *, record="beijing"):
    """Return the number of the line of a record in which a pattern stands first."""
    text = (home / "corpus" / "records" / f"{record}.md").read_text(encoding="utf-8")
    return text.count("\n", 0, re.search(pattern, text).start()) + 1


@damage
def unknown_reference_in_events(home):
    """An event cites what is not listed."""
    put(home, "data/events.csv", 2, ref_id="nobody-1999")
    return [("data/events.csv", 2, "ref_id: 'nobody-1999' does not stand in corpus/references.csv")]


@damage
def unknown_reference_in_indicators(home):
    """An indicator cites what is not listed."""
    put(home, "data/indicators.csv", 3, ref_id="nobody-1999")
    return [("data/indicators.csv", 3, "ref_id: 'nobody-1999' does not stand in corpus/references.csv")]


@damage
def unknown_city(home):
    """An event is in a city that is not listed."""
    put(home, "data/events.csv", 2, city="atlantis")
    return [("data/events.csv", 2, "city: 'atlantis' does not stand in data/cities.csv")]


@damage
def wrong_sha256(home):
    """The registry has another digest than the record."""
    line = line_of(home, "corpus/documents.csv", "beijing-record,")
    put(home, "corpus/documents.csv", line, sha256="0" * 64)
    return [("corpus/documents.csv", line, f"not {'0' * 64}; if the change is meant, put it in")]


@damage
def wrong_number_of_characters(home):
    """The registry has another length than the record."""
    line = line_of(home, "corpus/documents.csv", "beijing-record,")
    put(home, "corpus/documents.csv", line, n_chars="12")
    return [("corpus/documents.csv", line, "n_chars of records/beijing.md is")]


@damage
def record_changed_by_hand(home):
    """A character more in a record makes digest and length wrong."""
    path = home / "corpus" / "records" / "beijing.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8", newline="")
    line = line_of(home, "corpus/documents.csv", "beijing-record,")
    return [
        ("corpus/documents.csv", line, "sha256 of records/beijing.md"),
        ("corpus/documents.csv", line, "n_chars of"),
    ]


@damage
def record_not_registered(home):
    """A file lies among the records that the registry does not know."""
    (home / "corpus" / "records" / "stray.md").write_text("---\ncity: x\n---\n", encoding="utf-8")
    return [("corpus/records/stray.md", 1, "is not registered in corpus/documents.csv")]


@damage
def registered_record_missing(home):
    """A registered record is gone."""
    (home / "corpus" / "records" / "beijing.md").unlink()
    return [("corpus/records/beijing.md", None, "there is no such file")]


@damage
def missing_file(home):
    """A table is gone."""
    (home / "data" / "indicators.csv").unlink()
    return [("data/indicators.csv", None, "there is no such file")]


@damage
def missing_column(home):
    """A column is gone from all rows."""
    edit(
        home / "data/splits.csv",
        lambda lines: lines.__setitem__(slice(None), [",".join(line.split(",")[:2]) for line in lines]),
    )
    return [("data/splits.csv", 1, "column 'role' is missing")]


@damage
def extra_column(home):
    """A column is there that nobody explained."""
    edit(
        home / "data/splits.csv",
        lambda lines: lines.__setitem__(slice(None), [line and line + ",note" for line in lines]),
    )
    return [("data/splits.csv", 1, "column 'note' is not expected")]


@damage
def columns_swapped(home):
    """Two columns have changed places."""

    def swap(lines):
        rows = [line.split(",") for line in lines if line]
        lines[:] = [",".join([city, collection, role]) for collection, city, role in rows] + [""]

    edit(home / "data/splits.csv", swap)
    return [("data/splits.csv", 1, f"column {name!r} is out of order") for name in ("city", "collection")]


@damage
def header_missing(home):
    """The file begins with its first row."""
    edit(home / "data/splits.csv", lambda lines: lines.pop(0))
    given, wanted = fields((home / "data/splits.csv").read_text(encoding="utf-8").split("\n")[0]), tables.SPLITS.columns
    return [
        *[("data/splits.csv", 1, f"column {name!r} is not expected") for name in given],
        *[("data/splits.csv", 1, f"column {name!r} is missing") for name in wanted],
    ]


@damage
def duplicated_document(home):
    """Two reports have the same id."""
    first, second = (line_of(home, "corpus/documents.csv", f"{city}-report-2024,") for city in ("zhoushan", "zibo"))
    put(home, "corpus/documents.csv", second, doc_id="zhoushan-report-2024")
    complaint = "doc_id: 'zhoushan-report-2024' stands here more than once"
    return [("corpus/documents.csv", first, complaint), ("corpus/documents.csv", second, complaint)]


@damage
def duplicated_reference(home):
    """A reference stands twice."""
    name = "corpus/references.csv"
    row = fields((home / name).read_text(encoding="utf-8").split("\n")[1])
    line = add(home, name, row)
    complaint = f"ref_id: {row[0]!r} stands here more than once"
    return [(name, 2, complaint), (name, line, complaint)]


@damage
def duplicated_event(home):
    """A writer tells the same event twice, be it in other English words."""
    name = "data/events.csv"
    header, row = (fields(line) for line in (home / name).read_text(encoding="utf-8").split("\n")[:2])
    row[header.index("summary_en")] = "The same again"
    line = add(home, name, row)
    return [(name, at, f"{row[header.index(c)]!r} stands here more than once") for at in (2, line) for c in EVENT_KEY]


@damage
def impossible_date(home):
    """No calendar has the day."""
    put(home, "data/events.csv", 2, date="2021-02-30")
    return [("data/events.csv", 2, "date: there is no day 2021-02-30")]


@damage
def impossible_date_of_publication(home):
    """1900 was no leap year."""
    put(home, "corpus/references.csv", 2, published="1900-02-29")
    return [("corpus/references.csv", 2, "published: there is no day 1900-02-29")]


@damage
def malformed_date(home):
    """A date is not written in ISO 8601."""
    put(home, "data/events.csv", 2, date="2021/2/3")
    return [("data/events.csv", 2, "date: '2021/2/3' is not so: matches")]


@damage
def bad_kind(home):
    """An event is of no known kind."""
    put(home, "data/events.csv", 2, kind="party")
    return [("data/events.csv", 2, "kind: 'party' is not so: is one of plan, policy")]


@damage
def bad_status(home):
    """An indicator is neither actual nor a target."""
    put(home, "data/indicators.csv", 2, status="hoped")
    return [("data/indicators.csv", 2, "status: 'hoped' is not so: is one of actual, target")]


@damage
def bad_role(home):
    """A city has no known part in the split."""
    put(home, "data/splits.csv", 2, role="tuned")
    return [("data/splits.csv", 2, "role: 'tuned' is not so: is one of develop, judge, exemplar")]


@damage
def value_not_a_number(home):
    """An indicator's value has a thousands separator."""
    put(home, "data/indicators.csv", 2, value="3,427")
    return [("data/indicators.csv", 2, "value: '3,427' is not so: matches")]


@damage
def latitude_not_a_number(home):
    """Degrees, minutes and letters are no number."""
    put(home, "data/cities.csv", 2, latitude="26°15′N")
    return [("data/cities.csv", 2, "latitude: '26°15′N' is not so: matches")]


@damage
def summary_too_long(home):
    """A summary is longer than a figure can show."""
    put(home, "data/events.csv", 2, summary_zh="长" * 61)
    return [("data/events.csv", 2, f"summary_zh: '{'长' * 61}' is not so: has at most 60 characters")]


@damage
def decomposed_cell(home):
    """A letter and its accent are two characters."""
    put(home, "data/events.csv", 2, summary_en="A cafe\u0301")
    return [("data/events.csv", 2, "summary_en: 'A cafe\u0301' is not composed Unicode (NFC)")]


@damage
def decomposed_record(home):
    """The same in a record."""
    rewrite(home, "。", "e\u0301。")
    return [("corpus/records/beijing.md", 1, "is not composed Unicode (NFC)")]


@damage
def table_in_gbk(home):
    """A spreadsheet program has saved a table in another encoding."""
    path = home / "data" / "cities.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    return [("data/cities.csv", 2, "is not UTF-8; save it as UTF-8 and try again")]


@damage
def record_in_gbk(home):
    """A record is in another encoding; its title in line 4 is the first to show it."""
    path = home / "corpus" / "records" / "beijing.md"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    return [("corpus/records/beijing.md", 4, "is not UTF-8; save it as UTF-8 and try again")]


@damage
def row_with_too_few_fields(home):
    """A row lacks its last field."""
    edit(home / "data/splits.csv", lambda lines: lines.__setitem__(4, lines[4].rpartition(",")[0]))
    return [("data/splits.csv", 5, "2 fields where the header has 3")]


@damage
def unclosed_quote(home):
    """A quote opens and does not close."""
    edit(home / "data/splits.csv", lambda lines: lines.__setitem__(4, lines[4].replace("records", '"records')))
    return [("data/splits.csv", 5, "close the quotes that the row opens")]


@damage
def empty_file(home):
    """Nothing is left of a table."""
    (home / "data" / "splits.csv").write_bytes(b"")
    return [("data/splits.csv", None, "has no text")]


@damage
def empty_title(home):
    """A report has lost its title."""
    line = line_of(home, "corpus/documents.csv", "zibo-report-2024,")
    put(home, "corpus/documents.csv", line, title="")
    return [("corpus/documents.csv", line, "title: '' is not so: is not empty")]


@damage
def bad_address(home):
    """An address has a blank in it."""
    put(home, "corpus/references.csv", 2, url="https://example.org/a b")
    return [("corpus/references.csv", 2, "url: 'https://example.org/a b' is not so: matches")]


@damage
def front_matter_missing(home):
    """A record begins with its first heading."""
    rewrite(home, r"(?s)\A---\n.*?\n---\n\s*", "")
    return [("corpus/records/beijing.md", 1, "expected front matter")]


@damage
def front_matter_of_another_city(home):
    """Front matter and registry differ in the city."""
    rewrite(home, r"\ncity: beijing\n", "\ncity: tianjin\n")
    return [("corpus/records/beijing.md", 1, "city is 'tianjin', in corpus/documents.csv 'beijing'")]


@damage
def front_matter_without_writer(home):
    """A field of the front matter is gone."""
    rewrite(home, r"\nwriter: .*\n", "\n")
    return [("corpus/records/beijing.md", 1, "writer is None, in corpus/documents.csv 'g3'")]


@damage
def paragraph_without_citation(home):
    """A paragraph does not say whence it is."""
    line = line_in(home, r"\[@")
    rewrite(home, r"(?m)\s*\[@[^\n]*\]$", "")
    return [("corpus/records/beijing.md", line, "a paragraph without a citation")]


@damage
def citation_in_the_midst(home):
    """A citation stands within a paragraph that ends in others."""
    line = line_in(home, r"，")
    rewrite(home, r"，", "[@beijing-1]，")
    return [("corpus/records/beijing.md", line, "a citation in the midst of a paragraph")]


@damage
def paragraph_before_heading(home):
    """The first heading is gone."""
    rewrite(home, r"(?m)^## .*\n\n", "")
    return [("corpus/records/beijing.md", line_in(home, r"\[@"), "a paragraph before the first heading")]


@damage
def record_cites_unknown_reference(home):
    """A record cites what is not listed."""
    line = line_in(home, r"\[@")
    rewrite(home, r"\[@", "[@nobody-1999; @")
    return [("corpus/records/beijing.md", line, "cites 'nobody-1999', which corpus/references.csv lacks")]


@damage
def city_said_to_have_no_record(home):
    """A city has a record and is marked as having none."""
    line = line_of(home, "data/cities.csv", "beijing,")
    put(home, "data/cities.csv", line, has_record="no")
    return [("data/cities.csv", line, "has_record of beijing does not fit corpus/documents.csv")]


@damage
def city_said_to_have_a_report(home):
    """A city has no report and is marked as having one."""
    line = line_of(home, "data/cities.csv", "dubuque,")
    put(home, "data/cities.csv", line, has_report="yes")
    return [("data/cities.csv", line, "has_report of dubuque does not fit corpus/documents.csv")]


@damage
def role_without_document(home):
    """A city has a role in records and no record."""
    line = add(home, "data/splits.csv", ["records", "anshun", "develop"])
    return [("data/splits.csv", line, "anshun has a role in records")]


@damage
def city_without_role(home):
    """A city has a record and no role."""
    edit(home / "data/splits.csv", lambda lines: lines.remove("records,beijing,exemplar"))
    return [("data/splits.csv", 1, "beijing has no role in records; add a row")]


@damage
def city_with_two_roles(home):
    """A city is to judge and to develop with."""
    first = line_of(home, "data/splits.csv", "records,beijing,")
    second = add(home, "data/splits.csv", ["records", "beijing", "judge"])
    key = ("records", "beijing")
    return [("data/splits.csv", at, f"{cell!r} stands here more than once") for at in (first, second) for cell in key]


@damage
def term_twice(home):
    """A term stands in two rows."""
    term = fields((home / "data/lexicon/terms.csv").read_text(encoding="utf-8").split("\n")[1])[0]
    put(home, "data/lexicon/terms.csv", 3, term=term)
    complaint = f"{term!r} stands here more than once"
    return [("data/lexicon/terms.csv", 2, complaint), ("data/lexicon/terms.csv", 3, complaint)]


@damage
def term_is_a_stop_word(home):
    """A term is a stop word, too."""
    stop = fields((home / "data/lexicon/stopwords.csv").read_text(encoding="utf-8").split("\n")[1])[0]
    put(home, "data/lexicon/terms.csv", 2, term=stop)
    return [("data/lexicon/terms.csv", 2, f"{stop!r} is a stop word, too")]


@damage
def unknown_domain(home):
    """A term is of a domain that is not explained."""
    put(home, "data/lexicon/terms.csv", 2, domain="astrology")
    return [("data/lexicon/terms.csv", 2, "domain: 'astrology' does not stand in data/lexicon/domains.csv")]


@damage
def unknown_source_of_a_term(home):
    """One of a term's sources is not listed."""
    before = put(home, "data/lexicon/terms.csv", 2, source="x")["source"]
    put(home, "data/lexicon/terms.csv", 2, source=f"{before};nobody-1999")
    return [("data/lexicon/terms.csv", 2, "source: 'nobody-1999' does not stand in data/lexicon/sources.csv")]


@damage
def gloss_too_long(home):
    """A gloss is longer than a label can be."""
    put(home, "data/lexicon/terms.csv", 2, gloss_en="x" * 41)
    return [("data/lexicon/terms.csv", 2, f"gloss_en: '{'x' * 41}' is not so: has at most 40 characters")]


@damage
def alias_of_two_cities(home):
    """A name stands for two cities."""
    put(home, "data/cities.csv", 2, aliases="安顺|北京")
    return [("data/cities.csv", 7, "'北京' stands here or before already")]


@damage
def alias_that_is_empty(home):
    """A list of names ends in its mark of parting."""
    put(home, "data/cities.csv", 2, aliases="安顺|")
    return [("data/cities.csv", 2, "aliases: '安顺|' is not so")]


@damage
def latitude_off_the_globe(home):
    """No place lies there."""
    put(home, "data/cities.csv", 2, latitude="99.9")
    return [("data/cities.csv", 2, "latitude: '99.9' is not so")]


@damage
def term_of_a_city_kept_for_judging(home):
    """A term comes from the record of an exemplar, on which nothing may be built."""
    put(home, "data/lexicon/terms.csv", 2, source="nanjing-record")
    return [("data/lexicon/terms.csv", 2, "source: nanjing-record is of a city kept as exemplar")]


@damage
def source_is_no_record(home):
    """A term is said to stand in the record of a city that has none."""
    put(home, "data/lexicon/terms.csv", 2, source="atlantis-record")
    return [("data/lexicon/terms.csv", 2, "source: 'atlantis-record' does not stand in")]


@damage
def derived_file_missing(home):
    """A derived table is gone."""
    (home / "corpus" / "derived" / "counts.parquet").unlink()
    line = line_of(home, "corpus/derived/sha256.csv", "counts.parquet,")
    return [("corpus/derived/sha256.csv", line, "there is no file counts.parquet")]


@damage
def derived_file_changed(home):
    """A derived table is not the one that was written."""
    path = home / "corpus" / "derived" / "tags.parquet"
    path.write_bytes(path.read_bytes() + b"\0")
    line = line_of(home, "corpus/derived/sha256.csv", "tags.parquet,")
    return [("corpus/derived/sha256.csv", line, "the sha256 of tags.parquet is another")]


@damage
def derived_file_not_listed(home):
    """A table lies among the derived ones that nobody wrote down."""
    (home / "corpus" / "derived" / "stray.parquet").write_bytes(b"")
    return [("corpus/derived/stray.parquet", 1, "is not listed in sha256.csv; run 'cityanalysis derive'")]


@damage
def malformed_checksum(home):
    """A digest is too short, and so no longer the file's."""
    put(home, "corpus/derived/sha256.csv", 2, sha256="0" * 63)
    name = "corpus/derived/sha256.csv"
    return [(name, 2, f"sha256: '{'0' * 63}' is not so: matches"), (name, 2, "the sha256 of passages.parquet")]


@damage
def correction_of_an_unknown_document(home):
    """Something is put right in a text that is not registered."""
    line = add(home, "data/corrections.csv", ["nobody-1999", "城巾", "城市", "misread"])
    return [("data/corrections.csv", line, "doc_id: 'nobody-1999' does not stand in corpus/documents.csv")]


@damage
def correction_of_nothing(home):
    """A correction does not say what is wrong."""
    line = add(home, "data/corrections.csv", ["hubin-shanghai", "", "城市", "misread"])
    return [("data/corrections.csv", line, "wrong: '' is not so: is not empty")]


@damage
def frame_of_an_unknown_document(home):
    """Something is cut away of a text that is not registered."""
    line = add(home, "data/frames.csv", ["nobody-1999", "0", "5", "head"])
    return [("data/frames.csv", line, "doc_id: 'nobody-1999' does not stand in corpus/documents.csv")]


@damage
def innovation_found_without_a_date(home):
    """A cell is called found, and nothing says when and where."""
    name = "data/innovations.csv"
    line = line_of(home, name, "beijing,plan,")
    put(home, name, line, date="", ref_id="")
    return [
        (name, line, "date is '', status 'found'; give one"),
        (name, line, "ref_id is '', status 'found'; give one"),
    ]


@damage
def innovation_dated_though_not_found(home):
    """A cell that nobody looked for has a date."""
    name = "data/innovations.csv"
    line = line_of(home, name, "beijing,brain,")
    put(home, name, line, date="2016")
    return [(name, line, "date is '2016', status 'not looked for'; take it out or say 'found'")]


@damage
def innovation_claimed_by_nobody(home):
    """One of the references that call a city the first is not listed."""
    name = "data/innovations.csv"
    line = line_of(home, name, "foshan,bureau,")
    put(home, name, line, claim_refs="foshan-2020-fsdaily nobody-1999")
    return [(name, line, "claim_refs: 'nobody-1999' does not stand in corpus/references.csv")]


@damage
def national_step_on_no_day(home):
    """A national step has a day that no calendar has."""
    line = line_of(home, "data/national.csv", "2018-04-22,")
    put(home, "data/national.csv", line, date_to="2018-02-30")
    return [("data/national.csv", line, "date_to: there is no day 2018-02-30")]


@damage
def malformed_gold_row(home):
    """A reader was neither for nor against, and a digest is none."""
    name = "data/gold/digital.csv"
    put(home, name, 2, reader_a="maybe", sha1="12")
    return [(name, 2, "reader_a: 'maybe' is not so: is one of yes, no"), (name, 2, "sha1: '12' is not so: matches")]


@damage
def two_damages_at_once(home):
    """All faults are told, not the first alone."""
    return [*bad_kind(home), *bad_status(home), *term_is_a_stop_word(home)]


EVENT_KEY = ("city", "date", "summary_zh", "writer")


def test_sound_data_has_no_faults(home, capsys):
    """The data as it is passes, by the function and by the command, which leaves standard output empty."""
    assert checks.check() == []
    assert cli.main(["check"]) == 0
    assert capsys.readouterr().out == ""


def test_many_kinds_of_damage():
    """Fifty kinds are tried, each once."""
    assert len({spoil.__name__ for spoil in DAMAGES}) == len(DAMAGES) >= 50


@pytest.mark.parametrize("spoil", DAMAGES, ids=lambda spoil: spoil.__name__)
def test_damage(home, capsys, spoil):
    """Each expected fault is printed on a line of its own with its place, no other is, and the exit status is 1."""
    expected = spoil(home)
    assert cli.main(["check"]) == 1
    found = capsys.readouterr().out.splitlines()
    for file, line, complaint in expected:
        place = rf"{re.escape(file)}:{line}\b" if line else rf"{re.escape(file)}:"
        hits = [fault for fault in found if re.match(place, fault) and complaint in fault]
        assert len(hits) == 1, (file, line, complaint, found)
        found.remove(hits[0])
    assert found == []


def test_faults_are_those_that_are_printed(home, capsys):
    """The command prints what the function returns, and says on standard error how many."""
    bad_kind(home)
    bad_status(home)
    faults = checks.check()
    cli.main(["check"])
    captured = capsys.readouterr()
    assert captured.out.splitlines() == faults
    assert captured.err == "2 faults\n"


def test_home_without_a_corpus(tmp_path, monkeypatch, capsys):
    """A wrong home is told in one line."""
    monkeypatch.setenv("CITYANALYSIS_HOME", str(tmp_path))
    assert cli.main(["check"]) == 1
    captured = capsys.readouterr()
    assert "has no corpus/documents.csv" in captured.out + captured.err
