"""Dated mentions are told with their matter, coded events are found or missed for one reason, and firsts are earned."""

import pandas as pd
import pytest

from cityanalysis import readers, tables, timeline, words
from cityanalysis import tags as tagging


def passages_of(*texts, city="ningbo"):
    """Return passages with these texts."""
    return pd.DataFrame({"passage_id": [f"a#{n}" for n in range(1, len(texts) + 1)], "city": city, "text": texts})


def tags_of(passages):
    """Return the tags of passages."""
    return tagging.tag(passages, words.tokenize(passages))


def mentions_of(*texts, **options):
    """Return the dated mentions of texts."""
    passages = passages_of(*texts)
    return timeline.mentions(tags_of(passages), passages, **options)


def outcome(date, summary, *texts):
    """Return what becomes of an event in a city with these texts."""
    passages = passages_of(*texts)
    event = pd.DataFrame({"city": ["ningbo"], "date": [date], "summary_zh": [summary]})
    return timeline.match(event, tags_of(passages), passages).iloc[0]


@pytest.mark.parametrize(
    ("date", "days"),
    {
        "2016": ("2016-01-01", "2016-12-31"),
        "2016-02": ("2016-02-01", "2016-02-29"),
        "2016-11": ("2016-11-01", "2016-11-30"),
        "2016-09-08": ("2016-09-08", "2016-09-08"),
    }.items(),
)
def test_interval(date, days):
    """A date spans what it leaves open."""
    assert timeline.interval(date) == days


@pytest.mark.parametrize(
    ("told", "expected"),
    {"2016-09": "equal", "2016": "wider", "2016-09-08": "narrower", "2016-10": "", "2015": ""}.items(),
)
def test_agreement(told, expected):
    """Times agree if they are equal or one lies within the other."""
    assert timeline.agreement(timeline.interval("2016-09"), timeline.interval(told)) == expected


def test_intervals_that_only_overlap_do_not_agree():
    """Neither of two times lies within the other."""
    assert timeline.agreement(("2016-01-01", "2018-12-31"), ("2017-01-01", "2020-12-31")) == ""


def test_open_time_agrees_with_nothing():
    """A time that no calendar has is no time."""
    assert timeline.agreement(timeline.interval("2016"), ("", "")) == ""


def test_mention_has_the_matter_of_its_sentence():
    """What stands in another sentence, or behind a semicolon, is not told of the time."""
    found = mentions_of("2016年建成数据中心；推广电子政务。另有物联网。")
    assert found["what"].tolist() == ["数据中心"]
    assert found["text"].tolist() == ["2016年建成数据中心；"]


def test_title_comes_before_terms():
    """The matter is named from the most telling: a title, then terms."""
    assert mentions_of("2016年用物联网，印发《大数据规划》。").iloc[0]["what"].startswith("《大数据规划》|物联网")


@pytest.mark.parametrize("text", ["到2030年，建成数据中心。", "近年来，建成数据中心。"])
def test_target_or_open_time_is_no_mention(text):
    """A target and a time that no calendar has are left out, unless asked for."""
    assert mentions_of(text).empty
    assert len(mentions_of(text, targets=True)) == 1


def test_time_in_a_title_is_no_mention():
    """The period in a plan's title is no date of anything."""
    assert mentions_of("印发《智慧城市2016—2020年规划》。", targets=True).empty


def test_without_text_a_window_stands_for_the_sentence():
    """Where there is no text, what lies within so many characters is told of the time."""
    passages = passages_of("2016年" + "，" * 20 + "数据中心" + "，" * 40 + "物联网")
    tags = tags_of(passages)
    blind = passages.assign(text="")
    assert timeline.mentions(tags, blind)[["what", "text"]].iloc[0].tolist() == ["数据中心", ""]
    assert timeline.mentions(tags, blind, window=10)["what"].tolist() == [""]
    assert "物联网" in timeline.mentions(tags, blind, window=80)["what"][0]


def test_passage_without_a_time():
    """A passage that names no time has no mention, and the columns are there all the same."""
    assert list(mentions_of("建成数据中心。").columns)[:3] == ["city", "date_from", "date_to"]


def test_mentions_of_the_records(passages, tags):
    """Each mention is within its passage, of its city, and begins before it ends."""
    found = timeline.mentions(tags, passages).merge(passages, on="passage_id", suffixes=("", "_passage"))
    assert len(found) > 1000
    assert (found["date_from"] <= found["date_to"]).all()
    assert (found["city"] == found["city_passage"]).all()
    assert all(row.text in row.text_passage for row in found.itertuples())
    assert not found["status"].eq("target").any()


EVENT = ("2016-09", "建成云计算数据中心")
OUTCOMES = {
    "found": ["2016年9月，云计算数据中心建成。"],
    "as a target": ["力争2016年9月底前建成云计算数据中心。"],
    "time open": ["近年来，云计算数据中心建成。"],
    "another time": ["2019年，云计算数据中心建成。"],
    "no time": ["云计算数据中心建成。", "2019年推广物联网。"],
    "matter not told": ["2016年推广物联网。"],
    "neither told": ["2019年推广物联网。"],
}


@pytest.mark.parametrize(("expected", "texts"), OUTCOMES.items())
def test_outcome(expected, texts):
    """An event is found, or missed for the one reason that holds."""
    assert outcome(*EVENT, *texts)["outcome"] == expected


def test_every_reason_is_tried():
    """No reason is listed that no text gives."""
    assert set(OUTCOMES) == {"found", *timeline.REASONS}


def test_most_exact_of_two_mentions():
    """Of mentions with the same share of words the one with the same time is taken."""
    row = outcome(*EVENT, "2016年，云计算数据中心建成。", "2016年9月，云计算数据中心建成。")
    assert (row["exact"], row["passage_id"]) == ("equal", "a#2")


def test_event_of_names_and_numbers_only():
    """A summary without a word of its own is not found, and does not divide by nought."""
    assert outcome("2016", "宁波12345", "2016年，宁波12345。")["outcome"] != "found"


def test_city_without_a_text():
    """An event of a city that has no passage is missed."""
    passages = passages_of("2016年建成数据中心。", city="wuxi")
    event = pd.DataFrame({"city": ["ningbo"], "date": ["2016"], "summary_zh": ["建成数据中心"]})
    assert timeline.match(event, tags_of(passages), passages)["outcome"].tolist() == ["neither told"]


def innovations(*rows):
    """Return rows of one innovation: city, date, bound, works that call it the first."""
    table = pd.DataFrame(rows, columns=["city", "date", "bound", "claim_refs"])
    status = table["date"].map(lambda date: "found" if date else "not looked for")
    return table.assign(innovation="ai", ref_id="x", status=status)


def test_earliest_are_all_that_could_be():
    """A year may hide a day before or after a month's, so that both stand; what is later for sure does not."""
    table = innovations(("a", "2016", "", ""), ("b", "2016-10", "", ""), ("c", "2016-11-02", "", ""), ("d", "", "", ""))
    assert timeline.earliest(table)["city"].tolist() == ["a", "b"]


@pytest.mark.parametrize(("claims", "expected"), {"": "earliest found", "x": "earliest found", "x y": "first"}.items())
def test_first_needs_two_works(claims, expected):
    """One work that says first is not enough."""
    assert timeline.earliest(innovations(("a", "2016", "", claims)))["claim"].tolist() == [expected]


def test_adoption_of_the_data():
    """Known adopters never grow fewer and never are more than may be; every city counts once for each innovation."""
    table = readers.table("data/innovations.csv")
    curve = timeline.adoption(table, range(2000, 2027))
    assert (curve.groupby("innovation")["at_least"].diff().dropna() >= 0).all()
    assert (curve["at_least"] <= curve["at_most"]).all()
    assert (curve["at_most"] <= curve["cities"]).all()
    assert curve["cities"].unique().tolist() == [36]


def test_table_of_innovations_has_every_cell():
    """Each city with a record has each innovation, be it as not looked for."""
    table, cities = readers.table("data/innovations.csv"), readers.table("data/cities.csv")
    wanted = {(city, name) for city in cities.query("has_record == 'yes'")["city"] for name in tables.INNOVATIONS}
    assert set(zip(table["city"], table["innovation"], strict=True)) == wanted
