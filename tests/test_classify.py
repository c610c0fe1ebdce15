"""The classifier learns from develop cities only, predicts probabilities, and is kept in a cache that cannot run."""

import time

import numpy as np
import pandas as pd
import pytest

from cityanalysis import classify, features, models


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Keep the fitted classifier in an empty folder."""
    monkeypatch.setenv("CITYANALYSIS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_probabilities(described, held_out):
    """Each passage has five probabilities that sum to one."""
    assert held_out.index.tolist() == described.passages["passage_id"].tolist()
    assert tuple(held_out) == models.LABELS
    assert np.allclose(held_out.sum(axis=1), 1)
    assert (held_out.to_numpy() >= 0).all()


def test_better_than_chance_where_it_has_not_learnt(learnt, held_out):
    """Held-out passages of develop cities get the coded label far more often than the most frequent one."""
    given = held_out.loc[learnt["passage_id"]].idxmax(axis=1).to_numpy()
    assert (given == learnt["primary"]).mean() > 0.7 > 2 * (learnt["primary"].value_counts(normalize=True).max())


def test_nothing_is_learnt_from_a_city_left_out(described, learnt, held_out):
    """What is predicted for a city does not change with its own codes."""
    city = learnt["city"].iloc[0]
    other = learnt.assign(primary=learnt["primary"].where(learnt["city"] != city, "governance"))
    again = classify.crossfit(described, other)
    own = described.passages["city"].to_numpy() == city
    assert np.allclose(again[own], held_out[own])
    assert not np.allclose(again[~own], held_out[~own], atol=1e-3)


def test_a_city_that_counts_nothing_is_left_out(described, learnt):
    """A city that counts zero times is predicted by the mean of all classifiers, none of which has seen it."""
    cities = sorted(learnt["city"].unique())
    times = pd.Series(1, index=cities)
    times[cities[0]] = 0
    without = classify.crossfit(described, learnt[learnt["city"] != cities[0]])
    assert np.allclose(classify.crossfit(described, learnt, times=times), without)


def test_coded_but_not_described(described, learnt):
    """A coded passage that is not described is named."""
    some = features.among(described, learnt["passage_id"][1:])
    with pytest.raises(ValueError, match=learnt["passage_id"].iloc[0]):
        classify.fit(some, learnt)


def test_confusion(learnt, held_out):
    """Rows sum to one; the true label is the most probable; a label never given is taken for found."""
    table = classify.confusion(held_out, learnt)
    assert np.allclose(table.sum(axis=1), 1)
    assert (table.argmax(axis=1) == range(5)).all()
    assert classify.confusion(held_out, learnt[learnt["primary"] != "other"])[4].tolist() == [0, 0, 0, 0, 1]


def test_cache_is_quick_and_holds_no_pickle(cache):
    """It is fitted within some seconds, read again at once, from arrays alone, and is the same."""
    start = time.perf_counter()
    fitted = classify.load()
    middle = time.perf_counter()
    read = classify.load()
    assert time.perf_counter() - middle < (middle - start) / 2
    for one, other in zip(fitted, read, strict=True):
        assert np.array_equal(one, other)
        assert one.dtype != object
    assert len(list(cache.iterdir())) == 1


def test_a_broken_cache_is_made_anew(cache):
    """A file that was cut off, or that holds an object, is not trusted."""
    fitted = classify.load()
    path = next(cache.iterdir())
    path.write_bytes(path.read_bytes()[:1000])
    assert np.array_equal(classify.load().coefficients, fitted.coefficients)
    np.savez(path, **{name: np.array([{}], dtype=object) for name in classify.Model._fields})
    assert np.array_equal(classify.load().coefficients, fitted.coefficients)


def test_a_changed_gold_refits(home):
    """The fingerprint follows the codes."""
    before = classify.fingerprint()
    path = home / "data" / "gold" / "models.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("industry|", "application|", 1), encoding="utf-8")
    assert classify.fingerprint() != before


def test_where_nothing_can_be_written(tmp_path, monkeypatch):
    """Without a folder to write to it is fitted all the same."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("CITYANALYSIS_CACHE", str(tmp_path / "file"))
    assert len(classify.load().words) > 1000


def test_words_never_seen():
    """Text without a single known word is predicted all the same."""
    described = features.describe_texts(pd.DataFrame({"passage_id": ["a"], "text": ["齉龘靐。"]}))
    found = classify.probabilities(classify.load(), described)
    assert found.idxmax(axis=1).tolist() == ["other"]
