"""The words and passages that topics are made of follow the stated rules, and bad counts are turned away."""

import numpy as np
import pandas as pd
import pytest

from cityanalysis import corpus, counts, lexicon, vocabulary, words


def counted(rows, pos="n"):
    """Return counts from passage ids and their words, each once."""
    pairs = [(passage, word) for passage, text in rows.items() for word in text.split()]
    return pd.DataFrame(pairs, columns=["passage_id", "word"]).assign(pos=pos, n=1)


LOOSE = {"least_passages": 1, "least_documents": 1, "most": 1}


@pytest.mark.parametrize(
    ("word", "pos", "kept"),
    [
        ("地铁", "n", True),
        ("检修", "vn", True),
        ("检修", "v", False),
        ("云计算", "x", True),  # a term of the lexicon, whatever its tag
        ("智慧", "n", False),  # boilerplate
        ("宁波", "n", False),
        ("宁波港", "n", False),
        ("江苏", "n", False),
        ("某地", "ns", False),
        ("某人", "nr", False),
        ("市政府", "n", False),  # an office
        ("网", "n", False),
    ],
)
def test_which_words_are_kept(word, pos, kept):
    """Nouns, verbal nouns and terms are kept; names, offices, boilerplate and single characters are not."""
    table = pd.concat([counted({"a#1": "车站"}), counted({"a#1": word}, pos)])
    assert (word in vocabulary.select(table, **LOOSE)) is kept


def test_a_word_has_the_tag_that_it_mostly_has():
    """One slip of the tagger does not make a verb a noun."""
    table = pd.concat([counted({"a#1": "车站 装卸"}), counted({"a#2": "装卸", "a#3": "装卸"}, "v")])
    assert vocabulary.select(table, **LOOSE) == ["车站"]


def test_rare_and_ubiquitous_words_are_left_out():
    """A word stays if it is in enough passages and documents, and not in too many passages."""
    table = counted({"a#1": "车站 码头 机场", "a#2": "车站 码头", "b#1": "车站 机场", "c#1": "车站"})
    assert vocabulary.select(table, least_passages=2, least_documents=1, most=0.5) == ["机场", "码头"]
    assert vocabulary.select(table, least_passages=2, least_documents=2, most=0.5) == ["机场"]


def test_no_name_of_a_city_is_in_the_vocabulary():
    """In the counts as they are, no word is or has in it the name of a city of the project."""
    kept = vocabulary.select(counts.load())
    names = [name for name in lexicon.cities()["aliases"].str.split("|").explode() if len(name) > 1]
    assert len(kept) > 100
    assert [word for word in kept if any(name in word for name in names)] == []


def test_no_stop_word_is_in_the_vocabulary():
    """Boilerplate that the lexicon lists is left out."""
    own = words.default_lexicon()
    assert set(vocabulary.select(counts.load())) & set(own.loc[own["domain"] == "stop", "term"]) == set()


def test_an_empty_vocabulary_is_an_error():
    """Where no word is left the message says what was asked and what to do."""
    with pytest.raises(ValueError, match=r"vocabulary is empty: none of 1 words.*lower these numbers"):
        vocabulary.select(counted({"a#1": "车站"}))
    with pytest.raises(ValueError, match="give the list that `select` returns"):
        vocabulary.matrix(counted({"a#1": "车站"}), [])


def test_matrix_by_hand():
    """Rows are passages in the order of the counts, columns words; the same word with two tags is added up."""
    table = pd.concat([counted({"b#1": "车站 码头"}), counted({"a#1": "码头"}), counted({"a#1": "码头"}, "vn")])
    found, passages = vocabulary.matrix(table, ["码头", "车站"])
    assert passages == ["b#1", "a#1"]
    assert found.toarray().tolist() == [[1, 1], [2, 0]]


def test_unseen_words_and_noughts_count_nothing():
    """A word outside the vocabulary and a count of nought change nothing; the passage stays, as a row of noughts."""
    table = pd.concat([counted({"a#1": "车站", "b#1": "机场"}), counted({"c#1": "车站"}).assign(n=0)])
    found, passages = vocabulary.matrix(table, ["车站"])
    assert passages == ["a#1", "b#1", "c#1"]
    assert found.toarray().tolist() == [[1], [0], [0]]


def test_negative_counts_are_an_error():
    """A word cannot occur less than never."""
    with pytest.raises(ValueError, match="counts are -1"):
        vocabulary.matrix(counted({"a#1": "车站"}).assign(n=-1), ["车站"])


def test_modelled_passages_of_reports_are_digital():
    """Of reports only passages from the share upwards are taken; of records and studies all."""
    table = counts.load(corpus.COLLECTIONS)
    some, all_of_them = (vocabulary.modelled(table, least=least) for least in (0.3, 0))
    assert len(all_of_them) == table["passage_id"].nunique()
    sizes = [part["collection"].value_counts() for part in (some, all_of_them)]
    assert sizes[0]["records"] == sizes[1]["records"]
    assert sizes[0]["studies"] == sizes[1]["studies"]
    assert 0 < sizes[0]["reports"] < 0.1 * sizes[1]["reports"]


def test_the_share_of_passages_counted_together_is_that_of_all_their_characters():
    """A host's share is the mean of those counted with it, weighted by their characters."""
    stored = pd.read_parquet(corpus.readers.home() / corpus.DERIVED / "passages.parquet")
    hosts = counts.counted_with(*(stored[name].tolist() for name in ("passage_id", "doc_id", "n_words")))
    stored = stored.assign(host=hosts)[stored["doc_id"].str.contains("-report-")]
    mean = stored.groupby("host").apply(lambda part: np.average(part["digital"], weights=part["n_chars"]))
    part = vocabulary.modelled(counts.load(("reports",)), least=0.3)
    assert set(part["passage_id"]) == set(mean.index[mean >= 0.3])


def test_roles_are_those_of_the_splits():
    """Each passage has its city's role in its collection; a study has none."""
    part = vocabulary.modelled(counts.load(corpus.COLLECTIONS))
    roles = part.drop_duplicates(["collection", "city"]).set_index(["collection", "city"])["role"]
    assert roles["records", "nanjing"] == "exemplar"
    assert set(roles["studies"]) == {""}
