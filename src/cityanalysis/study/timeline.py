"""Notebook 03: events told twice, the order of first steps, who was early; and events looked for in the records.

A *dated mention* is a time that a text names and that is no part of a title, with the sentence in which it stands. A
sentence ends where a main clause does, at 。！？…； or a line break.
"""

import re

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from cityanalysis import documents, times, words
from cityanalysis.study import shares

# The innovations of ``data/innovations.csv``, as figures and tables name them.
INNOVATIONS = {
    "plan": "city-wide plan 全市规划",
    "bureau": "data office 数据机构",
    "open-data": "open data 数据开放",
    "portal": "one-stop portal 一站式服务",
    "brain": "city brain 城市大脑",
    "regulation": "data rules 数据法规",
    "network": "5G, gigabit 千兆网络",
    "ai": "AI 人工智能",
}

SENTENCE = re.compile(rf"[^{documents.MAIN_CLAUSE_END}]*[{documents.MAIN_CLAUSE_END}]*")

# The share of a summary's words, by letters, that a sentence must have in it to tell the same: where its time agrees
# with the event's, and where it does not. Set on develop cities, each the least step of 0.05 at which at most one event
# in twenty finds such a sentence in the record of another city.
SHARED, TOLD = 0.25, 0.55

# Why a coded event was not found: the first that holds. "The matter" is a share of `TOLD`.
REASONS = {
    "as a target": "the time is told with the matter, but as a target",
    "time open": "the matter is told with a time that no calendar has (近年来)",
    "another time": "the matter is told with other times",
    "no time": "the matter is told without a time",
    "matter not told": "the time is told, the matter in no sentence",
    "neither told": "neither the time nor the matter is told",
}

# Events of a city's two writers are the same from `LEAST` on: the share of words that their summaries have in common
# (Dice's coefficient, by letters), and more for one kind and for one and the same day. Dates that contradict each other
# may lie `NEAR` days apart. Set on develop cities.
KIND, DAY, LEAST, NEAR = 0.1, 0.2, 0.35, 31


def match(events, passages, tags):
    """Look for coded events (as ``data/events.csv``) among the dated mentions of the same city.

    A mention tells an event if it is no target, their times agree (they are equal, or one lies within the other), and
    the sentence has in it at least `SHARED` of the words of the event's summary, by their letters; numbers, stop words
    and names of cities are left aside.

    The events, indexed as they are, with ``outcome`` (``found``, or one of `REASONS`), ``exact`` (of those found,
    whether the time told is ``equal``, ``wider`` or ``narrower``), ``shared`` (the largest share in a mention whose
    time agrees), that mention's ``passage_id`` if found, and ``told`` (the largest share in any sentence).

    Examples
    --------
    >>> events = pd.DataFrame({"city": ["ningbo"], "date": ["2016-11"], "summary_zh": ["宁波建数据中心"]})
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "city": ["ningbo"], "text": ["2016年建数据中心。"]})
    >>> time = {"passage_id": "a#1", "kind": "time", "start": 0, "end": 5, "status": "achieved"}
    >>> tags = pd.DataFrame([time | {"date_from": "2016-01-01", "date_to": "2016-12-31"}])
    >>> match(events, passages, tags)[["outcome", "exact", "passage_id"]].iloc[0].tolist()
    ['found', 'wider', 'a#1']
    """
    mentions = {city: list(part.itertuples()) for city, part in _mentions(passages, tags).groupby("city")}
    sentences = {
        city: [sentence for text in part["text"] for sentence in SENTENCE.findall(text)]
        for city, part in passages.groupby("city")
    }
    rows = [
        _look(times.interval(date), matter, mentions.get(city, ()), sentences.get(city, ()))
        for city, date, matter in zip(events["city"], events["date"], _matter(events["summary_zh"]), strict=True)
    ]
    return events.assign(**pd.DataFrame(rows, index=events.index))


def _mentions(passages, tags):
    """Return the dated mentions of passages, targets and times without a date among them, each with its sentence."""
    pairs = tags[tags["kind"] == "time"].merge(tags[tags["kind"] == "title"], on="passage_id", suffixes=("", "_title"))
    within = pairs[(pairs["start_title"] <= pairs["start"]) & (pairs["start"] < pairs["end_title"])]
    columns = ["passage_id", "start", "date_from", "date_to", "status"]
    told = tags.loc[tags["kind"] == "time", columns].merge(within[["passage_id", "start"]], "left", indicator=True)
    told = told[told.pop("_merge") == "left_only"].merge(passages[["passage_id", "city", "text"]], on="passage_id")
    sentences = [
        next(found[0] for found in SENTENCE.finditer(text) if found.start() <= start < found.end())
        for text, start in zip(told["text"], told["start"], strict=True)
    ]
    return told.assign(text=sentences)


def _agreeing(span, told):
    """Return how the time that a text tells agrees with a span of days (first and last; empty if open), or nothing.

    >>> _agreeing(times.interval("2016-11"), times.interval("2016"))
    'wider'
    """
    if told == span:
        return "equal"
    if told[0] and told[0] <= span[0] and span[1] <= told[1]:
        return "wider"
    return "narrower" if told[0] and span[0] <= told[0] and told[1] <= span[1] else ""


def _matter(summaries, *, aside=(words.STOP, words.CITY)):
    """Return the words of each summary that tell what it is about: those of some domains are left aside."""
    lexicon = words.read_lexicon()
    aside = set(lexicon.loc[lexicon["domain"].isin(aside), "term"])
    cut = words.Tokenizer(lexicon=lexicon)
    return [set(cut(summary)) - aside for summary in summaries]


def _look(span, matter, mentions, sentences):
    """Return what `match` adds to an event, given its span of days and its words."""
    size = sum(map(len, matter))

    def shared(text):
        return sum(len(word) for word in matter if word in text) / size if size else 0.0

    rated = [(shared(mention.text), mention) for mention in mentions]
    told = max(map(shared, sentences), default=0.0)
    agreeing = [
        (share, exact == "equal", -i, exact, mention)
        for i, (share, mention) in enumerate(rated)
        if (exact := _agreeing(span, (mention.date_from, mention.date_to)))
    ]
    dated = [row for row in agreeing if row[-1].status != "target"]
    share, _, _, exact, best = max(dated, default=(0.0, False, 0, "", None), key=lambda row: row[:3])
    if best is not None and share >= SHARED:
        return {"outcome": "found", "exact": exact, "shared": share, "passage_id": best.passage_id, "told": told}
    near = [mention for share, mention in rated if share >= TOLD]
    as_target = any(row[0] >= SHARED for row in agreeing)  # for those that are not would have been found
    holds = (as_target, any(not mention.date_from for mention in near), bool(near), told >= TOLD, bool(dated), True)
    reason = next(reason for reason, held in zip(REASONS, holds, strict=True) if held)
    return {"outcome": reason, "exact": "", "shared": share, "passage_id": "", "told": told}


def _alike(events):
    """Return how like each other the events of a city's two writers are: all pairs, a row each.

    Columns ``city, first, second`` (labels in the index of `events`), ``apart`` (days between their dates; 0 where
    these agree as far as both are exact) and ``score`` (see `LEAST`).
    """
    table = events.assign(matter=_matter(events["summary_zh"], aside=[words.CITY]))
    table = _in_order(table).sort_index().reset_index(names="event")
    pairs = table.merge(table, on="city", suffixes=("", "_b"))
    pairs = pairs[pairs["writer"] < pairs["writer_b"]]
    begin, end, begin_b, end_b = (pd.to_datetime(pairs[name]) for name in ("begin", "end", "begin_b", "end_b"))
    shared = [
        2 * sum(map(len, a & b)) / max(sum(map(len, [*a, *b])), 1)
        for a, b in zip(pairs["matter"], pairs["matter_b"], strict=True)
    ]
    one_day = (begin == end_b) & (begin_b == end)
    score = shared + KIND * (pairs["kind"] == pairs["kind_b"]) + DAY * one_day
    apart = np.maximum(begin - end_b, begin_b - end).dt.days.clip(lower=0)
    found = {"city": pairs["city"], "first": pairs["event"], "second": pairs["event_b"], "apart": apart, "score": score}
    return pd.DataFrame(found).reset_index(drop=True)


def _in_order(events):
    """Return events with the first and last day of their dates, in the order of the last, the more exact first."""
    spans = events["date"].map(times.interval)
    events = events.assign(begin=spans.str[0], end=spans.str[1])
    return events.sort_values(["end", "begin"], ascending=[True, False], kind="stable")


def twice(events):
    """Return which events (as ``data/events.csv``) both writers of a city tell: of all pairs those that are the same.

    Each event is one of at most one pair: of all ways to pair them the one with the largest sum of scores (Kuhn 1955,
    Naval Research Logistics 2:83), among pairs whose dates are at most `NEAR` days apart and whose score is at least
    `LEAST`.

    Examples
    --------
    >>> rows = [("2016-11", "g1", "智慧城市规划印发"), ("2016-11-02", "second3", "印发智慧城市规划")]
    >>> events = pd.DataFrame(rows, columns=["date", "writer", "summary_zh"]).assign(city="ningbo", kind="plan")
    >>> twice(events)[["first", "second", "apart"]].to_numpy().tolist()
    [[0, 1, 0]]
    """
    pairs, kept = _alike(events), []
    near = pairs[(pairs["apart"] <= NEAR) & (pairs["score"] >= LEAST)]
    for _, part in near.groupby("city"):
        scores = part.pivot(index="first", columns="second", values="score").fillna(0.0)
        rows, columns = linear_sum_assignment(scores, maximize=True)
        kept += zip(scores.index[rows], scores.columns[columns], strict=True)
    return near[pd.MultiIndex.from_frame(near[["first", "second"]]).isin(kept)].reset_index(drop=True)


def merge(events):
    """Return events with those told `twice` as one, and ``told_by``: ``both`` writers, or ``one``.

    Of the two the one is kept whose date is the more exact, or the earlier where they contradict each other; of like
    dates that of the first writer. Rows stay in their order.

    Examples
    --------
    >>> rows = [("2016", "g1", "智慧城市规划印发"), ("2016-11-02", "second3", "印发智慧城市规划")]
    >>> events = pd.DataFrame(rows, columns=["date", "writer", "summary_zh"]).assign(city="ningbo", kind="plan")
    >>> merge(events)[["date", "told_by"]].to_numpy().tolist()
    [['2016-11-02', 'both']]
    """
    pairs, ordered = twice(events), _in_order(events.sort_values("writer")).index
    alias = pd.Series(events.index, events.index)
    alias[pairs["second"]] = pairs["first"].to_numpy()
    kept = ordered[~alias[ordered].duplicated()]
    both = events.index.isin([*pairs["first"], *pairs["second"]])
    return events.assign(told_by=np.where(both, "both", "one"))[events.index.isin(kept)]


def orders(events, pairs, *, permutations=9999):
    """Return in how many cities the first event of one kind is before that of another, for each of `pairs` of kinds.

    Cities that have both kinds count where the dates are exact enough to say which is before. What the calendar alone
    gives: the first events of the second kind are dealt at random among these cities, so that kinds keep their dates
    and lose their cities.

    Columns ``first, second, cities`` (that have both), ``n`` (where the order is known), ``share`` (of these, those in
    which `first` is before), ``chance, low, high`` (mean and central 90 % of the permutations), ``p`` (of a share as
    large); missing where no city tells.

    Examples
    --------
    >>> rows = [("a", "2011", "plan"), ("a", "2012", "policy"), ("b", "2013", "plan"), ("b", "2014", "policy")]
    >>> events = pd.DataFrame(rows, columns=["city", "date", "kind"])
    >>> orders(events, [("plan", "policy")], permutations=99).round(2)[["n", "share", "chance"]].to_numpy().tolist()
    [[2.0, 1.0, 0.71]]
    """
    firsts = _in_order(events).drop_duplicates(["city", "kind"]).set_index(["city", "kind"])[["begin", "end"]].unstack()
    rows = []
    for first, second in pairs:
        both = firsts.loc[:, [(day, kind) for day in ("begin", "end") for kind in (first, second)]].dropna()
        begin, other_begin, end, other_end = both.to_numpy(dtype=str).T
        order = (end[:, None] < other_begin).astype(int) - (other_end < begin[:, None])  # 1: before, -1: after
        rng, cities = np.random.default_rng(shares.SEED), np.arange(len(both))
        dealt = np.vstack([cities, rng.permuted(np.tile(cities, (permutations, 1)), axis=1)])  # the first as it is
        before, n = (order[cities, dealt] > 0).sum(axis=1), (order[cities, dealt] != 0).sum(axis=1)
        share = np.divide(before, n, out=np.full(len(n), np.nan), where=n > 0)
        low, high = shares.bounds(share[1:])
        p = (share >= share[0] - 1e-9).mean() if n[0] else np.nan
        rows.append((first, second, len(both), n[0], share[0], pd.Series(share[1:]).mean(), low, high, p))
    return pd.DataFrame(rows, columns=["first", "second", "cities", "n", "share", "chance", "low", "high", "p"])


def earliest(innovations):
    """Return, of each innovation (as ``data/innovations.csv``), the cities that may be the earliest found.

    Columns ``innovation, city, date, bound, ref_id, claim``: a row for each city whose date may be the earliest, since
    dates are not equally exact (2016 may be before 2016-10 or after). ``claim`` is ``first`` where two references or
    more call the city so, else ``earliest found``.

    Examples
    --------
    >>> rows = [("wuhan", "2015", ""), ("wuxi", "2015-03", "a b"), ("jinan", "2016", "")]
    >>> table = pd.DataFrame(rows, columns=["city", "date", "claim_refs"])
    >>> table = table.assign(innovation="portal", bound="", ref_id="x", status="found")
    >>> earliest(table)[["city", "claim"]].to_numpy().tolist()
    [['wuhan', 'earliest found'], ['wuxi', 'first']]
    """
    found = innovations[innovations["status"] == "found"]
    spans = found["date"].map(times.interval)
    last = spans.str[1].groupby(found["innovation"]).transform("min")
    head = found[spans.str[0] <= last]
    claim = head["claim_refs"].str.split().str.len().ge(2).map({True: "first", False: "earliest found"})
    head = head.assign(claim=claim)[["innovation", "city", "date", "bound", "ref_id", "claim"]]
    return head.sort_values(["innovation", "date", "city"], ignore_index=True)


def adoption(innovations, years):
    """Return how many cities are known to have had an innovation at the end of each year, and how many may have had it.

    Columns ``innovation, year, at_least, at_most, cities``. ``at_least``: found with a date up to then. ``at_most``:
    with those, too, of which only a later date is known by which they had it, and those not found;
    it takes the other dates as they are, though an earlier one may be found.

    Examples
    --------
    >>> rows = [("a", "2015", "", "found"), ("b", "2018-03", "by", "found"), ("c", "", "", "not found")]
    >>> table = pd.DataFrame(rows, columns=["city", "date", "bound", "status"]).assign(innovation="ai")
    >>> adoption(table, [2014, 2018])[["at_least", "at_most"]].to_numpy().tolist()
    [[0, 2], [2, 3]]
    """
    rows = []
    for innovation, part in innovations.groupby("innovation", sort=False):
        first = pd.to_numeric(part["date"].where(part["status"] == "found").str[:4])
        for year in years:
            unknown = first.isna() | ((first > year) & (part["bound"] == "by"))
            at_least = int((first <= year).sum())
            rows.append((innovation, year, at_least, at_least + int(unknown.sum()), len(part)))
    return pd.DataFrame(rows, columns=["innovation", "year", "at_least", "at_most", "cities"])
