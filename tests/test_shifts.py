"""Passages are shared out over periods by what they tell; the tests keep their level and find what is there."""

import numpy as np
import pandas as pd
import pytest

from cityanalysis import corpus, shifts


def passage(section, first, last):
    """Return the table of one passage."""
    return pd.DataFrame({"passage_id": ["a#1"], "section": [section], "date_from": [first], "date_to": [last]})


def corpus_of(shift, *, cities=30, each=16, seed=0):
    """Return weights, places and cities of passages in two periods; application rises by `shift`."""
    rng = np.random.default_rng(seed)
    late = np.tile([0, 1], cities * each // 2)
    application = rng.random(cities * each) < 0.5 + shift * (late - 0.5)
    weights = pd.DataFrame({"industry": 1.0 * ~application, "application": 1.0 * application})
    places = pd.DataFrame({"–2015": 1.0 - late, "2016–": 1.0 * late})
    return weights, places, pd.Series(np.repeat(np.arange(cities), each).astype(str))


@pytest.mark.parametrize(
    ("section", "first", "last", "expected"),
    [
        ("2012—2017", "2000-01-01", "2020-12-31", ("2012-01-01", "2017-12-31")),  # cut to the heading
        ("2012—2017", "2018-01-01", "2018-12-31", ("2018-01-01", "2018-12-31")),  # they do not meet
        ("2014年及以前", "2009-01-01", "2010-12-31", ("2009-01-01", "2010-12-31")),  # a heading without a beginning
        ("2020年以来", "2021-05-01", "", ("2021-05-01", "2021-05-01")),  # no end
    ],
)
def test_spans(section, first, last, expected):
    """A look back or ahead does not stretch a passage beyond its heading."""
    assert tuple(shifts.spans(passage(section, first, last)).astype(str).iloc[0]) == expected


def test_a_passage_without_a_date_is_refused():
    """The message names it."""
    with pytest.raises(ValueError, match="a#1: expected a date"):
        shifts.spans(passage("2012", "", ""))


def test_rules_differ_where_a_passage_spans_periods():
    """By days it counts in both, by its middle in one; a passage within one period counts there by either."""
    span = shifts.spans(passage("", "2010-01-01", "2017-12-31"))
    assert shifts.share_out(span, [2016]).round(2).loc["a#1"].tolist() == [0.75, 0.25]
    assert shifts.share_out(span, [2016], rule="midpoint").loc["a#1"].tolist() == [1, 0]
    with pytest.raises(ValueError, match="choose among days, midpoint"):
        shifts.share_out(span, [2016], rule="end")


def test_every_passage_of_the_records_is_shared_out():
    """Each counts once in all, whatever its heading looks like."""
    passages = corpus.load(second=True)[1]
    places = shifts.share_out(shifts.spans(passages), [2011, 2016, 2020])
    assert list(places.index) == list(passages["passage_id"])
    assert np.allclose(places.sum(axis=1), 1)
    assert (places.max(axis=1) == 1).mean() > 0.5


def test_association_finds_a_shift_and_keeps_its_level():
    """A large shift is found; without one, p is as often small as it says."""
    found = shifts.association(*corpus_of(0.5), draws=300)
    assert found["p"] < 0.01
    assert found["trend_p"] < 0.01
    assert found["alike"] > found["alike_high"]
    null = [shifts.association(*corpus_of(0, cities=8, seed=seed), draws=99)["p"] for seed in range(80)]
    assert 0.1 < np.mean(np.array(null) < 0.25) < 0.4


def test_association_is_blind_to_differences_between_cities():
    """Cities that differ in level and in dates, without a shift within any, show none."""
    weights = pd.DataFrame({"industry": [1.0, 1, 1, 1, 0, 0, 0, 0]}).assign(application=lambda t: 1 - t["industry"])
    places = pd.DataFrame({"–2015": [1.0, 1, 1, 0, 0, 0, 0, 1]}).assign(late=lambda t: 1 - t["–2015"])
    found = shifts.association(weights, places, pd.Series(list("aaaabbbb")), draws=50)
    assert found["q"] == pytest.approx(0)


def test_power_rises_with_the_shift():
    """Without a shift one in twenty is found; with a large one nearly all."""
    _, places, city = corpus_of(0)
    base = {"industry": 0.5, "application": 0.5}
    table = shifts.power(places, city, base, label="application", sizes=[0, 0.4], draws=200)
    assert table.loc[0, "trend"] < 0.12
    assert table.loc[0.4, "trend"] > 0.95
    assert table.loc[0.4, "margin"] == pytest.approx(1.645 * np.sqrt(2 * 0.25 / 240), rel=0.25)
