"""Dated mentions are told with their matter, coded events are found or missed for one reason, and firsts are earned."""

import functools

import numpy as np
import pandas as pd
import pytest

from cityanalysis import corpus, files, tags, words
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


def outcome(date, summary, *texts):
    """Return what becomes of an event in a city with these texts."""
    passages = passages_of(*texts)
    event = pd.DataFrame({"city": ["ningbo"], "date": [date], "summary_zh": [summary]})
    return timeline.match(event, passages, tags_of(passages)).iloc[0]


@pytest.mark.parametrize(
    ("span", "told", "expected"),
    [
        ("2016-09", "2016年9月", "equal"),
        ("2016-09", "2016年", "wider"),
        ("2016-01", "2016年", "wider"),  # both begin on one day
        ("2016-12", "2016年", "wider"),  # both end on one day
        ("2016-09", "2016年9月8日", "narrower"),
        ("2016-09", "2016年9月1日", "narrower"),
        ("2016-09", "2016年9月30日", "narrower"),
        ("2016-09", "2016年10月", ""),
        ("2016-09", "2015年", ""),
        ("2016-09", "近年来", ""),
    ],
)
def test_times_agree(span, told, expected):
    """Times agree if they are equal or one lies within the other, be it at its very beginning or end."""
    assert outcome(span, "建成数据中心", f"{told}建成数据中心。")["exact"] == expected


def test_intervals_that_only_overlap_do_not_agree():
    """Neither of two times lies within the other."""
    assert timeline._agreeing(("2016-01-01", "2018-12-31"), ("2017-01-01", "2020-12-31")) == ""


@pytest.mark.parametrize("end", ["；", "。"])
def test_matter_of_another_sentence_is_not_told_of_the_time(end):
    """What stands in another sentence, or behind a semicolon, does not make a mention tell an event."""
    assert outcome("2016", "建成数据中心", f"2016年推广电子政务{end}数据中心建成。")["outcome"] == "no time"


def test_time_in_a_title_is_no_mention():
    """The period in a plan's title is no date of anything."""
    assert outcome("2016", "印发智慧城市规划", "印发《2016年智慧城市规划》。")["outcome"] == "no time"


def test_found_events_of_the_records():
    """What is found is so in a passage of the event's city."""
    records, events = corpus.load("records"), files.table("data/events.csv")
    found = timeline.match(events, records.passages, records.tags)
    found = found[found["outcome"] == "found"].merge(records.passages, on="passage_id")
    assert len(found) > 800
    assert (found["city_x"] == found["city_y"]).all()
    assert (found["shared"] >= timeline.SHARED).all()


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


def told(*rows):
    """Return events of a city by its two writers: date, writer, summary; and kind, if it is no plan."""
    rows = [(*row, "plan")[:4] for row in rows]
    return pd.DataFrame(rows, columns=["date", "writer", "summary_zh", "kind"]).assign(city="ningbo")


def paired(*rows):
    """Return which of these events are told twice, by their order, and how many days apart."""
    return timeline.twice(told(*rows))[["first", "second", "apart"]].to_numpy().tolist()


PLAN = "印发智慧城市规划"


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("2016-11", "2016-11", 0),
        ("2016", "2016-11-02", 0),
        ("2016-10-31", "2016-11", 1),
        ("2015", "2016", 1),
        ("2016-11-01", "2016-12-02", 31),
    ],
)
def test_dates_that_agree_or_nearly_so(first, second, apart):
    """Dates agree as far as both are exact; those that contradict each other may be a month apart."""
    assert paired((first, "g1", PLAN), (second, "second3", PLAN)) == [[0, 1, apart]]


def test_dates_too_far_apart():
    """The same words a day later than that are another event."""
    assert paired(("2016-11-01", "g1", PLAN), ("2016-12-03", "second3", PLAN)) == []


def test_one_day_and_one_kind_make_up_for_words():
    """Few common words are enough for one kind on one day, and neither for another kind nor for a day in that month."""
    few, other = "智慧城市规划印发", "市民服务中心大厅搬迁至新址的公告由办公厅印发"
    assert paired(("2016-11-02", "g1", few), ("2016-11-02", "second3", other)) == [[0, 1, 0]]
    assert paired(("2016-11-02", "g1", few), ("2016-11-02", "second3", other, "policy")) == []
    assert paired(("2016-11-02", "g1", few), ("2016-11", "second3", other)) == []


def test_two_events_on_one_day():
    """Each is paired with the one that has its words, in whatever order they stand."""
    rows = [("2016-11-02", "g1", PLAN), ("2016-11-02", "g1", "成立数据资源管理局")]
    found = paired(*rows, ("2016-11-02", "second3", "数据资源管理局成立"), ("2016-11-02", "second3", PLAN))
    assert sorted(found) == [[0, 3, 0], [1, 2, 0]]


def test_an_event_is_told_twice_once():
    """Of two that are like it only the one that is more so is paired, and no writer with himself."""
    assert paired(("2016", "g1", PLAN), ("2016", "g1", PLAN), ("2016", "second3", PLAN))[0][1:] == [2, 0]
    assert len(paired(("2016", "g1", PLAN), ("2016", "g1", PLAN), ("2016", "second3", PLAN))) == 1


@pytest.mark.parametrize("rows", [[], [("2016", "g1", PLAN), ("2016", "g1", PLAN)]])
def test_no_second_writer(rows):
    """Where there is only one writer, or no event, nothing is told twice, and all events stay."""
    assert paired(*rows) == []
    assert timeline.merge(told(*rows))["told_by"].tolist() == ["one"] * len(rows)


def test_events_of_other_cities_are_others():
    """The same words in two cities are two events."""
    events = told(("2016", "g1", PLAN), ("2016", "second3", PLAN)).assign(city=["ningbo", "wuxi"])
    assert timeline.twice(events).empty


@pytest.mark.parametrize(
    ("first", "second", "date", "writer"),
    [
        ("2016", "2016-11", "2016-11", "second3"),  # more exact
        ("2016-11", "2016-10", "2016-10", "second3"),  # earlier
        ("2016-10", "2016-11", "2016-10", "g1"),
        ("2016-11", "2016-11", "2016-11", "g1"),  # alike
        ("2016-11-30", "2016-11", "2016-11-30", "g1"),  # more exact, though both end on one day
    ],
)
def test_which_date_is_kept(first, second, date, writer):
    """The more exact date counts, or the earlier, or else the first writer's; other events stay in their places."""
    rows = [(first, "g1", PLAN), ("2001", "g1", "开通热线", "application"), (second, "second3", PLAN)]
    found = timeline.merge(told(*rows))
    assert found["told_by"].value_counts().to_dict() == {"both": 1, "one": 1}
    assert found.loc[found["told_by"] == "both", ["date", "writer"]].to_numpy().tolist() == [[date, writer]]
    assert found.index.is_monotonic_increasing


def test_first_writer_is_kept_wherever_he_stands():
    """Of like dates the first writer's row counts, be it below the other's."""
    found = timeline.merge(told(("2016", "second3", PLAN), ("2016", "g1", PLAN)))
    assert found["writer"].tolist() == ["g1"]


def test_shipped_events_are_merged():
    """Each pair is one event less, within a city, and whose index is not 0 to n keeps it."""
    events = files.table("data/events.csv")
    pairs = timeline.twice(events)
    found = timeline.merge(events)
    assert len(found) == len(events) - len(pairs) > 1000
    assert pairs["first"].is_unique
    assert pairs["second"].is_unique
    assert (events.loc[pairs["first"], "city"].to_numpy() == events.loc[pairs["second"], "city"].to_numpy()).all()
    assert (found["told_by"] == "both").sum() == len(pairs)


def test_read_pairs_are_those_of_the_rule_mostly():
    """Of the pairs that were read on judge cities the rule finds those that are the same, and few others."""
    read, events = files.table("data/gold/twice.csv"), files.table("data/events.csv")
    key = events[["city", "date", "writer", "summary_zh"]].agg("|".join, axis=1)
    pairs = timeline.twice(events)
    made = {*zip(key[pairs["first"]], key[pairs["second"]], strict=True)}
    sides = ([f"{side}_{part}" for part in ("date", "writer", "summary")] for side in ("first", "second"))
    keys = list(zip(*(read[["city", *side]].agg("|".join, axis=1) for side in sides), strict=True))
    assert {event for pair in keys for event in pair} <= set(key)
    found = pd.Series([pair in made for pair in keys], read.index)
    assert (read.loc[found, "settled"] == "yes").mean() > 0.9
    assert found[read["settled"] == "yes"].mean() > 0.9


def steps(*rows):
    """Return first steps: city, date, kind."""
    return pd.DataFrame(rows, columns=["city", "date", "kind"])


def order_of(events, **options):
    """Return in how many cities a plan is before a policy."""
    return timeline.orders(events, [("plan", "policy")], **{"permutations": 999} | options).iloc[0]


def test_order_that_is_the_calendars():
    """Where all plans are before all policies, dealing them leaves the order as it is: nothing goes beyond that."""
    found = order_of(
        steps(*[(city, "2010", "plan") for city in "abcd"], *[(city, "2015", "policy") for city in "abcd"])
    )
    assert found[["cities", "n", "share", "chance", "low", "high", "p"]].tolist() == [4, 4, 1, 1, 1, 1, 1]


def test_order_beyond_the_calendar():
    """Where each city's policy follows its plan by a year, dealing them tears the order apart."""
    events = [(f"c{i}", str(2000 + i), "plan") for i in range(12)] + [
        (f"c{i}", str(2001 + i), "policy") for i in range(12)
    ]
    found = order_of(steps(*events))
    assert found["share"] == 1
    assert found["high"] < 0.9
    assert found["p"] == 0.001


def test_orders_of_both_directions_add_up():
    """What is not before is behind, whatever the order of the pair."""
    rng = np.random.default_rng(5)
    events = steps(*[(f"c{i}", str(rng.integers(2000, 2009)), kind) for i in range(20) for kind in ("plan", "policy")])
    there, back = timeline.orders(events, [("plan", "policy"), ("policy", "plan")], permutations=99).itertuples()
    assert there.n == back.n
    assert there.share + back.share == pytest.approx(1)


def test_first_of_a_kind_counts_and_dates_that_do_not_tell_do_not():
    """Later events of a kind are none of the order; a year says nothing of a month in it; a city needs both kinds."""
    events = steps(("a", "2012", "plan"), ("a", "2010", "plan"), ("a", "2011", "policy"), ("c", "2011", "plan"))
    unknown = steps(("b", "2011", "plan"), ("b", "2011-06", "policy"))
    found = order_of(pd.concat([events, unknown]))
    assert found[["cities", "n", "share"]].tolist() == [2, 1, 1]


def test_order_that_no_city_tells():
    """Where no city has both kinds, or dates do not tell, numbers are missing."""
    for other in ("b", "a"):
        found = order_of(steps(("a", "2011", "plan"), (other, "2011", "policy")))
        assert found["n"] == 0
        assert found[["share", "chance", "low", "high", "p"]].isna().all()


def innovations(*rows):
    """Return rows of one innovation: city, date, bound, works that call it the first."""
    table = pd.DataFrame(rows, columns=["city", "date", "bound", "claim_refs"])
    status = table["date"].map(lambda date: "found" if date else "not found")
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
    """Each city with a record has each of the eight innovations once, be it as not found."""
    table, cities = files.table("data/innovations.csv"), words.cities()
    cells = pd.crosstab(table["city"], table["innovation"])
    assert cells.shape == (36, 8)
    assert (cells == 1).all(axis=None)
    assert set(cells.index) == set(cities.loc[cities["has_record"], "city"])
