"""A classifier sees of a passage what it should, and no name of a place."""

import numpy as np
import pandas as pd
import pytest

from cityanalysis import counts, features, lexicon


def texts(*lines):
    """Return passages with these texts."""
    return pd.DataFrame({"passage_id": [f"a#{i}" for i in range(1, len(lines) + 1)], "text": lines})


def test_every_passage_is_described(described):
    """There is a row a passage in each part, with words in nearly all; shares of domains sum to one or none."""
    n = len(described.passages)
    assert described.words.shape == (n, len(described.vocabulary))
    assert len(described.marks) == n
    assert (described.words.getnnz(axis=1) > 0).mean() > 0.99
    sums = described.marks[lexicon.domains()["domain"].tolist()].sum(axis=1)
    assert np.allclose(sums[sums > 0], 1)


def test_no_city_is_seen(described):
    """No name of a city or province is among the words."""
    names = {*lexicon.city_names()["term"], *lexicon.cities()["province"]}
    assert not names & set(described.vocabulary)


def test_short_passages_share_their_words():
    """Passages counted together have the same words, as many as were counted."""
    described = features.describe(("reports",))
    counted = counts.load(("reports",), originals=False)
    kept = counted[~features.named(counted)].groupby("passage_id")["n"].sum()
    sums = pd.Series(np.asarray(described.words.sum(axis=1)).ravel(), index=described.passages["passage_id"])
    assert (sums.loc[kept.index] == kept).all()
    assert not set(sums.index) <= set(kept.index)
    assert (sums[~sums.index.isin(kept.index)] > 0).mean() > 0.99


def test_records_are_described_alike_from_their_texts(described, passages):
    """A text of one's own is described as the same text of the corpus is."""
    some = passages.head(20)
    own = features.describe_texts(some)
    theirs = features.among(described, some["passage_id"])
    pd.testing.assert_frame_equal(own.marks, theirs.marks, check_dtype=False)
    assert own.words.sum() == theirs.words.sum()


def test_texts_without_terms_or_words():
    """A text in which nothing is found is described by nothing."""
    described = features.describe_texts(texts("他们走了。", "12。"))
    assert described.marks.drop(columns="not digital").to_numpy().sum() == 0
    assert described.words[1].sum() == 0


@pytest.mark.parametrize("name", ["建设", "[platform]"])
def test_leave_out(described, name):
    """A word or mark left out is gone, and nothing else."""
    left = features.leave_out(described, name)
    if name == "建设":
        gone = described.words[:, list(described.vocabulary).index(name)].sum()
        assert left.words.sum() == described.words.sum() - gone
        assert left.marks is described.marks
    else:
        assert (left.marks["platform"] == 0).all()
        assert left.words is described.words


def test_leave_out_what_is_not_there(described):
    """A name that is neither word nor mark is refused."""
    with pytest.raises(ValueError, match="neither a word"):
        features.leave_out(described, "platform")
