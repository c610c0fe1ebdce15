"""Dated mentions are told with their matter, coded events are found or missed for one reason, and firsts are earned."""

import functools

import numpy as np
import pandas as pd
import pytest

from cityanalysis import corpus, files, tags, times, words
from cityanalysis.study import timeline


def passages_of(*texts, city="ningbo"):
    """Return passages with these texts."""
    return pd.DataFrame({"passage_id": [f"a#{n}" for n in range(1, len(texts) + 1)], "city": city, "text": texts})


@functools.cache
def tokenizer():
    """Return a tokenizer, made once."""
    return words.Tokenizer(lexicon=words.read_lexicon())


def tags_of(passages):
    """Return the tags of passages."""
    tokens = words.tokenize(passages, tokenizer=tokenizer())
    return tags.tag(passages, tokens, lexicon=tokenizer().lexicon)


def mentions_of(*texts, targets=False):
    """Return the dated mentions of texts."""
    passages = passages_of(*texts)
    return timeline.mentions(passages, tags_of(passages), targets=targets)


def outcome(date, summary, *texts):
    """Return what becomes of an event in a city with these texts."""
    passages = passages_of(*texts)
    event = pd.DataFrame({"city": ["ningbo"], "date": [date], "summary_zh": [summary]})
    return timeline.match(event, passages, tags_of(passages)).iloc[0]


@pytest.mark.parametrize(
    ("span", "told", "expected"),
    [
        ("2016-09", "2016-09", "equal"),
        ("2016-09", "2016", "wider"),
        ("2016-01", "2016", "wider"),  # both begin on one day
        ("2016-12", "2016", "wider"),  # both end on one day
        ("2016-09", "2016-09-08", "narrower"),
        ("2016-09", "2016-09-01", "narrower"),
        ("2016-09", "2016-09-30", "narrower"),
        ("2016-09", "2016-10", ""),
        ("2016-09", "2015", ""),
    ],
)
def test_dating(span, told, expected):
    """Times agree if they are equal or one lies within the other, be it at its very beginning or end."""
    assert timeline.dating(times.interval(span), times.interval(told)) == expected


def test_intervals_that_only_overlap_do_not_agree():
    """Neither of two times lies within the other."""
    assert timeline.dating(("2016-01-01", "2018-12-31"), ("2017-01-01", "2020-12-31")) == ""


def test_open_time_agrees_with_nothing():
    """A time that no calendar has is no time."""
    assert timeline.dating(times.interval("2016"), ("", "")) == ""


def test_mention_has_the_matter_of_its_sentence():
    """What stands in another sentence, or behind a semicolon, is not told of the time."""
    found = mentions_of("2016年建成数据中心；推广电子政务。另有物联网。")
    assert found["what"].tolist() == ["数据中心"]
    assert found["text"].tolist() == ["2016年建成数据中心；"]


def test_matter_that_only_touches_the_sentence():
    """What begins where the sentence ends is in the next one."""
    assert mentions_of("2016年启动；数据中心建成。")["what"].tolist() == [""]


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
    passages = passages_of("物联网" + "，" * 39 + "2016年" + "，" * 39 + "数据中心", "2016年" + "，" * 40 + "数据中心")
    blind = passages.assign(text="")
    found = timeline.mentions(blind, tags_of(passages))
    assert found[["what", "text"]].to_numpy().tolist() == [["物联网|数据中心", ""], ["", ""]]


def test_passage_without_a_time():
    """A passage that names no time has no mention, and the columns are there all the same."""
    assert list(mentions_of("建成数据中心。").columns)[:3] == ["city", "date_from", "date_to"]


def test_mentions_of_the_records():
    """Each mention is within its passage, of its city, and begins before it ends."""
    records = corpus.load("records")
    found = timeline.mentions(records.passages, records.tags).merge(records.passages, on="passage_id")
    assert len(found) > 1000
    assert (found["date_from"] <= found["date_to"]).all()
    assert (found["city_x"] == found["city_y"]).all()
    assert all(mention.text_x in mention.text_y for mention in found.itertuples())
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


def test_outcomes():
    """An event is found, or missed for the one reason that holds."""
    cases = [passages_of(*texts, city=expected) for expected, texts in OUTCOMES.items()]
    passages = pd.concat(cases, ignore_index=True)
    passages["passage_id"] = passages["city"] + passages["passage_id"]
    events = pd.DataFrame({"city": OUTCOMES.keys(), "date": EVENT[0], "summary_zh": EVENT[1]})
    assert timeline.match(events, passages, tags_of(passages))["outcome"].tolist() == list(OUTCOMES)


def test_every_reason_is_tried():
    """No reason is listed that no text gives."""
    assert set(OUTCOMES) == {"found", *timeline.REASONS}


def test_most_exact_of_two_mentions():
    """Of mentions with the same share of words the one with the same time is taken."""
    row = outcome(*EVENT, "2016年，云计算数据中心建成。", "2016年9月，云计算数据中心建成。")
    assert (row["exact"], row["passage_id"]) == ("equal", "a#2")


def test_event_of_names_and_numbers_only():
    """A summary without a word of its own is not found, and does not divide by zero."""
    assert outcome("2016", "宁波12345", "2016年，宁波12345。")["outcome"] != "found"


def test_city_without_a_text():
    """An event of a city that has no passage is missed."""
    passages = passages_of("2016年建成数据中心。", city="wuxi")
    event = pd.DataFrame({"city": ["ningbo"], "date": ["2016"], "summary_zh": ["建成数据中心"]})
    assert timeline.match(event, passages, tags_of(passages))["outcome"].tolist() == ["neither told"]


def test_the_largest_share_of_any_sentence():
    """The words of a summary are looked for one by one, and weighed by their letters."""
    row = outcome("2016", "建成云计算数据中心", "2019年推广物联网，建成数据中心。云计算。")
    assert row["told"] == pytest.approx(4 / 7)  # 建成 is a stop word
    assert row[["outcome", "shared"]].tolist() == ["another time", 0.0]


@pytest.mark.parametrize(
    ("summary", "expected"), {"公交电网医院学校": "found", "公交电网医院学校街道": "matter not told"}.items()
)
def test_a_quarter_of_the_words_is_enough(summary, expected):
    """The least share still counts, and less does not."""
    assert outcome("2016", summary, "2016年推广公交。")["outcome"] == expected


def innovations(*rows):
    """Return rows of one innovation: city, date, bound, works that call it the first."""
    table = pd.DataFrame(rows, columns=["city", "date", "bound", "claim_refs"])
    status = table["date"].map(lambda date: "found" if date else "not looked for")
    return table.assign(innovation="ai", ref_id="x", status=status)


def test_earliest_are_all_that_could_be():
    """A year may hide a day before or after a month's, so that both stand; what is later for sure does not."""
    table = innovations(("a", "2016", "", ""), ("b", "2016-10", "", ""), ("c", "2016-11-02", "", ""), ("d", "", "", ""))
    assert timeline.earliest(table)["city"].tolist() == ["a", "b"]


def test_earliest_on_one_day():
    """Who begins on the day on which the earliest ends may be as early."""
    table = innovations(("a", "2016-10", "", ""), ("b", "2016-10-31", "", ""), ("c", "2016-11-01", "", ""))
    assert timeline.earliest(table)["city"].tolist() == ["a", "b"]


@pytest.mark.parametrize(("claims", "expected"), {"": "earliest found", "x": "earliest found", "x y": "first"}.items())
def test_first_needs_two_works(claims, expected):
    """One work that says first is not enough."""
    assert timeline.earliest(innovations(("a", "2016", "", claims)))["claim"].tolist() == [expected]


def test_adoption():
    """A date counts from its year on, what is only known *by* a later one may have been before, as the unknown may."""
    table = innovations(("a", "2015-12-31", "", ""), ("b", "2016", "by", ""), ("c", "2017", "", ""), ("d", "", "", ""))
    curve = timeline.adoption(table, range(2014, 2018))
    assert curve["at_least"].tolist() == [0, 1, 2, 3]
    assert curve["at_most"].tolist() == [2, 3, 3, 4]
    assert curve["cities"].unique().tolist() == [4]


def test_table_of_innovations_has_every_cell():
    """Each city with a record has each of the eight innovations once, be it as not looked for."""
    table, cities = files.table("data/innovations.csv"), words.cities()
    cells = pd.crosstab(table["city"], table["innovation"])
    assert cells.shape == (36, 8)
    assert (cells == 1).all(axis=None)
    assert set(cells.index) == set(cities.loc[cities["has_record"], "city"])


YEARS = range(2008, 2020)


def step(*, cities=6, at=6, low=2, high=9):
    """Return counts that rise in each city at a year."""
    return np.array([[[low]] * at + [[high]] * (len(YEARS) - at)] * cities)


def test_cube_counts_by_city_year_and_kind():
    """Each event is counted in its place, and one of another year in none."""
    events = pd.DataFrame(
        [("b", 2010, "y"), ("a", 2011, "x"), ("a", 2011, "x"), ("a", 1999, "x")], columns=["city", "year", "kind"]
    )
    assert timeline.cube(events, [2010, 2011], by="kind").tolist() == [[[0, 0], [2, 0]], [[0, 1], [0, 0]]]


def test_mix_has_length_one():
    """The roots of shares are a direction, whatever the number of events."""
    found = timeline.mix(np.array([[1, 5, 0], [0, 0, 0]]))
    assert (found**2).sum(axis=1).tolist() == pytest.approx([1, 1])


def test_change_point_of_a_clear_step():
    """A step that all cities take is found in its year in every bootstrap sample."""
    table = timeline.change_points(step(), timeline.volume, YEARS, n=1)
    assert table.iloc[0].tolist() == [2014, 2014, 2014, 1.0, pytest.approx(1)]


@pytest.mark.parametrize("at", [2, 10])
def test_change_point_near_an_end(at):
    """The first and the last stretch may be two years long."""
    table = timeline.change_points(step(at=at), timeline.volume, YEARS, n=1)
    assert table["year"].tolist() == [2008 + at]


@pytest.mark.parametrize(("later", "hits"), {5: 1, 6: 0.643}.items())
def test_hits_are_within_a_year(later, hits):
    """Half the cities take the step a year later, which is near enough, or two years, which is not."""
    counted = np.concatenate([step(cities=3, at=at, low=1, high=20) for at in (4, later)])
    table = timeline.change_points(counted, timeline.volume, YEARS, n=1)
    assert table.iloc[0].tolist() == [2012, 2012, 2008 + later, pytest.approx(hits, abs=5e-4), table["explained"][0]]


def test_change_point_that_hangs_on_one_city():
    """A step of one city among many is not in every sample, and its interval is wide."""
    rng = np.random.default_rng(1)
    counted = np.concatenate([rng.poisson(3, (8, len(YEARS), 1)), step(cities=1, low=0, high=40)])
    table = timeline.change_points(counted, timeline.volume, YEARS, n=1)
    assert table["year"].tolist() == [2014]
    assert 0.5 < table["hits"][0] < 0.95
    assert table["high"][0] - table["low"][0] >= 3


def test_ratio_takes_growth_out():
    """Where events and works grow alike, a change of the events is none of the ratio."""
    both = np.concatenate([step(), step()], axis=2)
    assert np.ptp(timeline.ratio(both.sum(axis=0))) == pytest.approx(0)
    assert np.ptp(timeline.volume(step().sum(axis=0))) > 1


def test_best_cut():
    """No other cut into stretches of two years or more explains more, and none is shorter."""
    values = np.random.default_rng(3).poisson(3, (1, 9, 2)).astype(float)
    table = timeline.change_points(values, timeline.mix, range(9), n=2)
    signal = timeline.mix(values[0])
    within = {
        (i, j): sum(((part - part.mean(axis=0)) ** 2).sum() for part in np.split(signal, [i, j]))
        for i in range(2, 6)
        for j in range(i + 2, 8)
    }
    assert tuple(table["year"]) == min(within, key=within.get)
    whole = ((signal - signal.mean(axis=0)) ** 2).sum()
    assert table["explained"].tolist() == pytest.approx([1 - min(within.values()) / whole] * 2)
