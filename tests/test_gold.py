"""Marks and cuts of the readers are what the files say, and tags are held against them one by one."""

import hashlib

import pandas as pd
import pytest

from cityanalysis import gold, readers


def marks(*rows):
    """Return marks of the first passage that was read: start, end, value, told."""
    first = gold.passages().loc[0, "passage_id"]
    columns = ["passage_id", "start", "end", "form", "value", "told"]
    return pd.DataFrame([(first, start, end, "", value, told) for start, end, value, told in rows], columns=columns)


def test_each_tag_answers_to_one_mark():
    """Right, wrong, missed and extra are told apart; a tag that covers two marks answers to the first."""
    wanted = marks((0, 4, "a", ""), (4, 8, "b", ""), (10, 12, "c", "over"), (20, 22, "d", ""))
    found = marks((0, 8, "a", ""), (11, 12, "x", ""), (30, 31, "y", ""))
    compared = gold.compare(wanted, found)
    assert compared["outcome"].tolist() == ["right", "missed", "wrong", "missed", "extra"]
    assert compared["found"].tolist() == ["a", "", "x", "", "y"]


def test_passages_that_were_not_read_do_not_count():
    """A tag elsewhere is no error, for nobody has looked there."""
    elsewhere = marks((0, 4, "a", "")).assign(passage_id="nowhere-record#1")
    assert gold.compare(marks(), elsewhere).empty


def test_scores():
    """Precision counts tags, recall marks; what is told is looked at among the found; intervals hold the shares."""
    wanted = marks((0, 2, "a", "over"), (2, 4, "b", ""), (4, 6, "c", ""), (6, 8, "d", ""))
    found = marks((0, 2, "a", "under"), (2, 4, "b", ""), (4, 6, "x", ""), (8, 9, "y", ""))
    table = gold.scores(gold.compare(wanted, found)).iloc[0]
    assert table[["marked", "precision", "recall", "told"]].tolist() == [4, 2 / 4, 2 / 4, pytest.approx(2 / 3)]
    assert table["precision_low"] < 0.5 < table["precision_high"]


def test_scores_by_groups():
    """Groups are scored apart; where nothing was found there is no precision."""
    compared = gold.compare(marks((0, 2, "a", "")), marks()).assign(form=["year"])
    table = gold.scores(compared, by=("collection", "form"))
    assert table.index.tolist() == [("records", "year")]
    assert table["precision"].isna().all()
    assert table["recall"].tolist() == [0]


@pytest.mark.parametrize("kind", gold.KINDS)
def test_marks_stand_where_they_are_said_to(kind, passages):
    """Marks lie in passages that were read, and those of one passage do not lie across each other."""
    found = gold.marks(kind)
    assert set(found["passage_id"]) <= set(gold.passages()["passage_id"])
    assert (found["start"] < found["end"]).all()
    sizes = passages.set_index("passage_id")["text"].str.len()
    ours = found[found["passage_id"].isin(sizes.index)]
    assert (ours["end"] <= ours["passage_id"].map(sizes)).all()
    nearest = found.groupby("passage_id")["end"].shift()
    assert (nearest.isna() | (nearest <= found["start"])).all()


@pytest.mark.parametrize("kind", gold.KINDS)
def test_two_of_three_settle(kind):
    """Where two readers agree, that is what is settled."""
    table = readers.table(f"data/gold/{kind}.csv")
    agreed = table[table["reader_a"] == table["reader_b"]]
    assert len(agreed) > 0.9 * len(table)
    assert (agreed["settled"] == agreed["reader_a"]).all()


def test_unknown_names():
    """A kind or reader that is not there is named with those that are."""
    with pytest.raises(ValueError, match="kind 'dates' is unknown; choose one of times"):
        gold.marks("dates")
    with pytest.raises(ValueError, match="reader 'me' is unknown"):
        gold.marks("times", reader="me")


def digest(text):
    """Return the sha1 of a text."""
    return hashlib.sha1(text.encode()).hexdigest()


def test_records_are_those_that_were_read(passages):
    """The digests in the tables are those of the passages and sentences as they stand; words make up the sentence."""
    texts = passages.set_index("passage_id")["text"]
    read = gold.passages().query("collection == 'records'")
    assert [row.passage_id for row in read.itertuples() if digest(texts[row.passage_id]) != row.sha1] == []
    for row in gold.sentences().itertuples():
        sentence = texts[row.passage_id][row.start : row.end]
        assert digest(sentence) == row.sha1
        for cut in (row.reader_a, row.reader_b, row.settled):
            assert cut.replace("|", "") == sentence.replace(" ", "")


def test_originals_are_those_that_were_read(originals_read):
    """The digests of passages of studies and reports are those of their texts, in which the marks lie."""
    texts = originals_read[1].set_index("passage_id")["text"]
    read = gold.passages().query("collection != 'records'")
    assert [row.passage_id for row in read.itertuples() if digest(texts[row.passage_id]) != row.sha1] == []


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
    """A word is right if both its ends are; F1 lies within its interval."""
    scored = gold.segmentation(["推进|智慧城市|。", "和"], ["推进|智慧|城市|。", "和"])
    assert (scored["precision"], scored["recall"]) == (3 / 5, 3 / 4)
    assert scored["f1"] == pytest.approx(2 * 3 / (4 + 5))
    assert scored["low"] <= scored["f1"] <= scored["high"]
    assert gold.segmentation(["一|二"], ["一|二"])["low"] == 1
