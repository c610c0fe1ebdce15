"""Marks and cuts of the coders are what the files say, and tags are held against them one by one."""

import hashlib
import os

import pandas as pd
import pytest

from cityanalysis import corpus, files, times
from cityanalysis.study import gold, schema


def marks(*rows, kind="times"):
    """Return marks of the first passage that was read: start, end, value, told."""
    first = gold.passages().loc[0, "passage_id"]
    columns = ["kind", "passage_id", "start", "end", "form", "value", "told"]
    return pd.DataFrame([(kind, first, start, end, "", *rest) for start, end, *rest in rows], columns=columns)


def test_each_tag_answers_to_one_mark():
    """Right, wrong, missed and extra are told apart; a tag that covers two marks answers to the first."""
    wanted = marks((0, 4, "a", ""), (4, 8, "b", ""), (10, 12, "c", "over"), (20, 22, "d", ""))
    found = marks((0, 8, "a", ""), (11, 12, "x", ""), (30, 31, "y", "under"))
    compared = gold.compare(wanted, found)
    assert compared["outcome"].tolist() == ["right", "missed", "wrong", "missed", "extra"]
    assert compared["found"].tolist() == ["a", "", "x", "", "y"]
    assert compared["value"].tolist() == ["a", "b", "c", "d", ""]
    assert compared["found_told"].tolist() == ["", "", "", "", "under"]


def test_tags_that_only_touch_a_mark():
    """A tag that ends where a mark begins, or begins where it ends, covers none of it."""
    compared = gold.compare(marks((4, 8, "a", "")), marks((0, 4, "a", ""), (8, 9, "a", "")))
    assert compared["outcome"].tolist() == ["missed", "extra", "extra"]


def test_tags_of_another_kind_or_passage_do_not_count():
    """A figure is no answer to a time; a tag elsewhere is no error, for nobody has looked there."""
    compared = gold.compare(marks((0, 4, "a", "")), marks((0, 4, "a", ""), kind="quantities"))
    assert compared["outcome"].tolist() == ["missed", "extra"]
    assert gold.compare(marks(), marks((0, 4, "a", "")).assign(passage_id="nowhere-record#1")).empty


def test_values_are_what_the_marks_say():
    """A tag has the value of a mark, and beside it what is told."""
    text = "去年底达185万户"
    table = times.tag(pd.DataFrame({"passage_id": ["a#1"], "text": [text]}), published="2020-02")
    figure = {"passage_id": "a#1", "start": 4, "end": 9, "kind": "quantity", "text": "185万户"}
    figure |= {"number": "1850000", "unit": "户", "bound": "over", "direction": "rise"}
    body = {"passage_id": "a#1", "start": 2, "end": 5, "kind": "institution", "text": "底达1"}
    unknown = {"passage_id": "a#1", "start": 0, "end": 1, "kind": "time", "text": "去"}
    tags = pd.concat([table, pd.DataFrame([figure, body, unknown])], ignore_index=True).fillna("")
    assert gold.values(tags)[["kind", "start", "value", "told"]].to_numpy().tolist() == [
        ["times", 0, "2019-12-01/2019-12-31", "achieved"],
        ["times", 0, "open", ""],
        ["quantities", 4, "1850000 户", "over rise"],
        ["institutions", 2, "2–5", ""],
    ]


def test_scores():
    """Precision counts tags, recall marks; what is told is looked at among the found; intervals are Wilson's, 90 %."""
    wanted = marks((0, 2, "a", "over"), (2, 4, "b", ""), (4, 6, "c", ""), (6, 8, "d", ""))
    found = marks((0, 2, "a", "under"), (2, 4, "b", ""), (4, 6, "x", ""), (8, 9, "y", ""), (9, 10, "y", ""))
    table = gold.scores(gold.compare(wanted, found), by=["kind", "role"]).set_index("label")
    assert table["n"].to_dict() == {"precision": 5, "recall": 4, "told": 3}
    assert table["share"].tolist() == pytest.approx([2 / 5, 2 / 4, 2 / 3])
    assert table.loc["recall", ["low", "high"]].tolist() == pytest.approx([0.182, 0.818], abs=5e-4)
    assert table["kind"].unique().tolist() == ["times"]


def test_scores_of_nothing():
    """Where nothing was found there is no precision."""
    table = gold.scores(gold.compare(marks((0, 2, "a", "")), marks()), by=["collection"]).set_index("label")
    assert table["share"].isna().to_dict() == {"precision": True, "recall": False, "told": True}
    assert table.loc["recall", "share"] == 0


def test_first_scores_are_kept():
    """The first figures are those of the first day: shares of whole marks, in each group that is scored today."""
    first = gold.first().set_index(["kind", "collection", "role", "label"])
    assert len(first) == 3 * 5 * 3
    assert first.loc[("times", "reports", "judge", "recall"), "share"] == pytest.approx(30 / 53, abs=5e-4)
    counted = first.drop("told", level="label")
    assert (counted["share"] * counted["n"] % 1).map(lambda part: min(part, 1 - part)).max() < 0.25
    assert ((counted["low"] < counted["share"]) & (counted["share"] <= counted["high"])).all()


@pytest.mark.parametrize("kind", gold.KINDS)
def test_marks_stand_where_they_are_said_to(kind):
    """Marks lie in passages that were read, and those of one passage do not lie across each other."""
    found = gold.marks().query("kind == @kind")
    assert set(found["passage_id"]) <= set(gold.passages()["passage_id"])
    sizes = corpus.load("records").passages.set_index("passage_id")["text"].str.len()
    beyond = (found["start"] >= found["end"]) | (found["end"] > found["passage_id"].map(sizes))
    across = found.groupby("passage_id")["end"].shift() > found["start"]
    for fault, rows in {"ends before it begins, or beyond its passage": beyond, "lies across another": across}.items():
        told = [f"{row.passage_id} {row.start}–{row.end} {fault}" for row in found[rows].itertuples()]
        assert told == []


CODED = [name for name in schema.resources() if {"reader_a", "reader_b", "settled"} <= set(schema.fields(name))]


@pytest.mark.parametrize("name", CODED)
def test_two_of_three_settle(name):
    """Where two coders agree, which they mostly do, that is what is settled."""
    path = schema.resources()[name]["path"]
    table = files.table(path)
    agreed = table[table["reader_a"] == table["reader_b"]]
    assert len(agreed) > (0.9 if name.removeprefix("gold-") in gold.KINDS else 0.5) * len(table)
    overruled = agreed[agreed["settled"] != agreed["reader_a"]]
    told = [
        f"{path}:{row.Index}: both coders say {row.reader_a}, settled is {row.settled}"
        for row in overruled.itertuples()
    ]
    assert told == []


ROLES = [name for name in schema.resources() if {"passage_id", "role"} <= set(schema.fields(name))]


@pytest.mark.parametrize("name", ROLES)
def test_roles_are_those_of_the_cities(name):
    """A passage of a record or report has the role that its city has there: what judges was not used to build."""
    path = schema.resources()[name]["path"]
    table = files.table(path)
    splits = files.table("data/splits.csv").set_index(["collection", "city"])["role"].to_dict()
    registry = files.table("corpus/documents.csv").set_index("doc_id")[["collection", "city"]]
    places = map(tuple, registry.loc[table["passage_id"].str.partition("#")[0]].to_numpy())
    wanted = [splits.get(place, role) for place, role in zip(places, table["role"], strict=True)]
    told = zip(table.index, table["passage_id"], table["role"], wanted, strict=True)
    assert [
        f"{path}:{n}: {i}: {is_}, by data/splits.csv {is_to_be}" for n, i, is_, is_to_be in told if is_ != is_to_be
    ] == []


def digest(text):
    """Return the sha1 of a text."""
    return hashlib.sha1(text.encode()).hexdigest()


def changed(texts, read):
    """Return the passages whose text is not the one that was read."""
    return [row.passage_id for row in read.itertuples() if digest(texts[row.passage_id]) != row.sha1]


def test_records_are_those_that_were_read():
    """The digests in the tables are those of the passages and sentences as they stand; words make up the sentence."""
    texts = corpus.load("records").passages.set_index("passage_id")["text"]
    assert changed(texts, gold.passages().query("collection == 'records'")) == []
    for row in gold.sentences().itertuples():
        sentence = texts[row.passage_id][row.start : row.end]
        assert digest(sentence) == row.sha1
        for cut in (row.reader_a, row.reader_b, row.settled):
            assert cut.replace("|", "") == sentence.replace(" ", "")


@pytest.mark.skipif(not os.environ.get("CITYANALYSIS_ORIGINALS"), reason="no folder of original texts is named")
def test_originals_are_those_that_were_read():
    """The digests of passages of studies and reports are those of their texts, in which the marks lie."""
    texts = corpus.load("studies", "reports").passages.set_index("passage_id")["text"]
    assert changed(texts, gold.passages().query("collection != 'records'")) == []


def test_there_is_enough_to_judge_by():
    """At least 300 passages of records from 14 cities, 100 of studies and reports, 200 sentences; both roles."""
    read = gold.passages()
    ours = read[read["collection"] == "records"]
    assert len(ours) >= 300
    assert ours["passage_id"].str.partition("-record")[0].nunique() >= 14
    assert set(ours["role"]) == {"develop", "judge"}
    assert len(read) - len(ours) >= 100
    assert len(gold.sentences()) >= 200


def test_segmentation():
    """A word is right if both its ends are; F1 is of all sentences together, its interval of samples of them."""
    scored = gold.segmentation(["推进|智慧城市|。", "和"], ["推进|智慧|城市|。", "和"]).set_index("label")
    assert scored["share"].to_dict() == pytest.approx({"precision": 3 / 5, "recall": 3 / 4, "F1": 2 * 3 / (4 + 5)})
    assert scored.loc["F1", ["low", "high"]].tolist() == pytest.approx([4 / 7, 1])  # of two times one sentence
    assert scored["n"].tolist() == [2] * 3
