"""What counts as digital follows from the stretches and the clauses, and the passages read for it are those meant."""

import hashlib

import pandas as pd
import pytest

from cityanalysis import digital, readers


@pytest.mark.parametrize(
    ("term", "expected"),
    [("数据中心", True), ("政务数据", True), ("数字经济", True), ("领导小组", False), ("数", False), ("", False)],
)
def test_is_digital(term, expected):
    """A term is digital if a stretch of the table stands anywhere in it."""
    assert digital.is_digital(term) is expected


def test_every_stretch_is_digital():
    """Each row of the table is taken as it stands, not as a pattern."""
    assert [s for s in readers.table("data/lexicon/digital.csv")["stretch"] if not digital.is_digital(s)] == []


def shares(text, *tags):
    """Return the share of a text with tags given as start, kind and term."""
    passages = pd.DataFrame({"passage_id": ["a#1"], "text": [text]})
    rows = [("a#1", start, kind, term) for start, kind, term in tags]
    return digital.shares(passages, pd.DataFrame(rows, columns=["passage_id", "start", "kind", "term"])).tolist()


@pytest.mark.parametrize(
    ("text", "tags", "expected"),
    [
        ("修路，建数据。", [(4, "term", "数据")], 4 / 7),
        ("数据，数据。路", [(0, "term", "数据"), (3, "term", "数据")], 6 / 7),
        ("数据和数据。路桥", [(0, "term", "数据"), (3, "term", "数据")], 6 / 8),
        ("建数据、修路", [(1, "term", "数据")], 1.0),
        ("修路，建数据。", [(3, "term", "道路")], 0.0),
        ("修路，建数据。", [(4, "title", "数据")], 0.0),
        ("修路，建数据。", [], 0.0),
        ("", [], 0.0),
    ],
)
def test_share_in_clauses(text, tags, expected):
    """Clauses with a digital term count whole, with the mark at their end, each once; other tags count nothing."""
    assert shares(text, *tags) == [pytest.approx(expected)]


def test_shares_follow_the_passages():
    """Order and index are the passages', and a tag counts in its own passage only."""
    passages = pd.DataFrame({"passage_id": ["b#1", "a#1"], "text": ["数据", "道路"]}, index=[7, 3])
    tags = pd.DataFrame({"passage_id": ["b#1"], "start": [0], "kind": ["term"], "term": ["数据"]})
    assert digital.shares(passages, tags).to_dict() == {7: 1.0, 3: 0.0}


def test_gold_passages_are_those_that_were_read(originals_read):
    """The digest in the table is that of the passage's text."""
    texts = originals_read[1].set_index("passage_id")["text"]
    gold = readers.table("data/gold/digital.csv").set_index("passage_id")["sha1"]
    made = {i: hashlib.sha1(texts[i].encode()).hexdigest() for i in gold.index}
    assert [i for i, sha1 in gold.items() if made[i] != sha1] == []


def test_gold_roles_are_those_of_the_cities():
    """A passage has the role that its city has among the reports."""
    splits = readers.table("data/splits.csv")
    roles = splits[splits["collection"] == "reports"].set_index("city")["role"]
    registry = readers.table("corpus/documents.csv").set_index("doc_id")["city"]
    gold = readers.table("data/gold/digital.csv")
    cities = gold["passage_id"].str.partition("#")[0].map(registry)
    assert cities.map(roles).tolist() == gold["role"].tolist()


def test_readers_who_agree_are_not_overruled():
    """What both say is what is settled."""
    gold = readers.table("data/gold/digital.csv")
    agreed = gold[gold["reader_a"] == gold["reader_b"]]
    assert (agreed["settled"] == agreed["reader_a"]).all()
