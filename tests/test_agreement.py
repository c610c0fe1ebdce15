"""Agreement is Krippendorff's, and a person's sheet comes in whole or not at all."""

import math

import pytest

from cityanalysis import agreement, cli, models, readers

SHEET = "passage_id,text,primary,secondary,instrumented\n"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: examples A (binary) and B (nominal).
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbccceddd", 0.692),
        ("abbbc", "abbbc", 1.0),
    ],
)
def test_alpha(first, second, expected):
    """The value is that of the worked examples."""
    assert agreement.alpha(first, second, resamples=20)[0] == pytest.approx(expected, abs=0.0006)


def test_alpha_without_variation():
    """Where nobody used a second label there is nothing to agree on beyond chance."""
    assert all(math.isnan(value) for value in agreement.alpha("aaa", "aaa", resamples=5))


def test_interval_holds_alpha():
    """The interval lies round the value and is wider for fewer passages."""
    few, many = agreement.alpha("aabb" * 5, "abbb" * 5), agreement.alpha("aabb" * 50, "abbb" * 50)
    assert few[1] < few[0] < few[2]
    assert many[2] - many[1] < few[2] - few[1]


def test_table():
    """Every part of both tables is there, by collection; a class against the rest, too; no person unless one coded."""
    table = agreement.table(resamples=20)
    assert set(table["part"]) == {part for parts in agreement.PARTS.values() for part in parts}
    assert set(table["collection"]) == {"records", "reports"}
    primary = table[(table["part"] == "primary") & (table["collection"] == "records")]
    assert set(primary["label"]) == {"all", *models.LABELS}
    whole = primary.set_index("label")
    assert whole.drop("all")["used"].sum() == whole.loc["all", "used"] == 2 * whole.loc["all", "passages"]
    assert (table["first"] + table["second"]).unique().tolist() == ["reader_areader_b"]


def test_sheet(monkeypatch):
    """Every coded passage is there, with the text of records only, and without anybody's code."""
    monkeypatch.delenv("CITYANALYSIS_ORIGINALS", raising=False)
    table, gold = agreement.sheet(), readers.table("data/gold/models.csv").reset_index(drop=True)
    assert table["passage_id"].tolist() == gold["passage_id"].tolist()
    assert (table["text"] != "").tolist() == (gold["collection"] == "records").tolist()
    assert (table[["primary", "secondary", "instrumented"]] == "").all(axis=None)


def test_sheet_with_texts(originals_read):
    """Where the texts lie, every passage has its own."""
    texts = originals_read[1].set_index("passage_id")["text"]
    table = agreement.sheet()
    reports = table[table["passage_id"].str.contains("-report-")]
    assert reports["text"].tolist() == texts[reports["passage_id"]].tolist()


def test_round_trip(home, tmp_path, capsys):
    """What a person fills in comes into the table, into the next sheet and into the agreement; the rest stays."""
    before = readers.table("data/gold/models.csv")
    ids = before["passage_id"].iloc[:4].tolist()
    path = tmp_path / "sheet.csv"
    filled = [f"{ids[0]},x,industry,application,yes", f"{ids[1]},x,other,,", f"{ids[2]},x,,,"]
    path.write_text(SHEET + "\n".join(filled) + "\n", encoding="utf-8")
    assert cli.main(["agreement", "--filled", str(path)]) == 0
    printed = capsys.readouterr()
    assert "2 passages taken" in printed.err
    assert "primary,records,human,settled,all,2," in printed.out
    after = readers.table("data/gold/models.csv")
    assert after["human"].iloc[:4].tolist() == ["industry|application|yes", "other||no", "", ""]
    assert after.drop(columns="human").equals(before.drop(columns="human"))
    assert cli.main(["agreement", "--sheet", str(tmp_path / "next.csv")]) == 0
    row = readers.table(tmp_path / "next.csv").iloc[0]
    assert (row["primary"], row["secondary"], row["instrumented"]) == ("industry", "application", "yes")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("industri,,", "primary 'industri'; expected one of"),
        ("industry,other,", "secondary 'other'; expected"),
        ("industry,industry,", "repeats the primary label"),
        ("industry,,maybe", "instrumented 'maybe'; expected yes, no"),
        (",industry,", "without a primary label"),
        ("other,industry,", "has no secondary label"),
    ],
)
def test_faults(home, tmp_path, capsys, code, fault):
    """A fault is named with its line, and nothing at all is taken."""
    before = (home / "data" / "gold" / "models.csv").read_bytes()
    first, second = readers.table("data/gold/models.csv")["passage_id"].iloc[:2]
    path = tmp_path / "sheet.csv"
    path.write_text(f"{SHEET}{first},x,other,,\n{second},x,{code}\n", encoding="utf-8")
    assert cli.main(["agreement", "--filled", str(path)]) == 1
    error = capsys.readouterr().err
    assert "sheet.csv:3: " in error
    assert fault in error
    assert (home / "data" / "gold" / "models.csv").read_bytes() == before


def test_faults_of_passages(home, tmp_path):
    """Unknown and repeated passages, and missing columns, are told with what to do."""
    first = readers.table("data/gold/models.csv")["passage_id"].iloc[0]
    path = tmp_path / "sheet.csv"
    path.write_text(f"{SHEET}{first},x,other,,\n{first},x,other,,\nnowhere#1,x,other,,\n", encoding="utf-8")
    with pytest.raises(readers.ReadError, match=r"(?s):3: .*stands twice.*:4: .*is none of"):
        agreement.take(path)
    path.write_text("passage_id,primary\n", encoding="utf-8")
    with pytest.raises(readers.ReadError, match="add secondary, instrumented"):
        agreement.take(path)
