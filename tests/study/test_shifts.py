"""Passages are shared out over periods by what they tell; tests, power and change points give back what is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from cityanalysis import corpus, times
from cityanalysis.study import shares, shifts


def told(section, first, last):
    """Return the span of a passage under a heading."""
    passages = pd.DataFrame({"passage_id": ["a#1"], "section": [section]})
    return shifts.spans(passages, pd.DataFrame({"date_from": [first], "date_to": [last]}))


def one_hot(labels):
    """Return a column a label, in the order of their names."""
    return pd.get_dummies(pd.Series(list(labels)), dtype=float)


def shifted(shift, *, cities=30, each=12, seed=0):
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
        ("2012—2017", "2017-12-31", "2018-12-31", ("2017-12-31", "2017-12-31")),  # they meet on one day
        ("2012—2017", "2018-01-01", "2018-12-31", ("2018-01-01", "2018-12-31")),  # they do not meet
        ("2014年及以前", "2009-01-01", "2010-12-31", ("2009-01-01", "2010-12-31")),  # a heading without a beginning
        ("2020年以来", "2021-05-01", "", ("2021-05-01", "2021-05-01")),  # no end
    ],
)
def test_spans(section, first, last, expected):
    """A look back or ahead does not stretch a passage beyond its heading."""
    assert tuple(told(section, first, last).astype(str).iloc[0]) == expected


def test_a_passage_without_a_date_is_refused():
    """The message names it."""
    with pytest.raises(ValueError, match="a#1: expected a date"):
        told("2012", "", "")


def test_rules_differ_where_a_passage_spans_periods():
    """By days it counts in both, by its middle in one; a rule that is unknown is refused."""
    span = told("", "2010-01-01", "2017-12-31")
    assert shifts.share_out(span, [2016]).round(2).loc["a#1"].tolist() == [0.75, 0.25]
    assert shifts.share_out(span, [2016], rule="midpoint").loc["a#1"].tolist() == [1, 0]
    assert shifts.share_out(span, [2013], rule="midpoint").loc["a#1"].tolist() == [0, 1]
    with pytest.raises(ValueError, match="choose among days, midpoint"):
        shifts.share_out(span, [2016], rule="end")


def test_every_passage_of_the_records_is_shared_out():
    """Each counts once in all, whatever its heading looks like, and most lie in one period."""
    passages = corpus.load("records", second=True).passages
    places = shifts.share_out(shifts.spans(passages, times.spans(passages, times.tag(passages))), [2011, 2016, 2020])
    assert list(places.index) == list(passages["passage_id"])
    assert np.allclose(places.sum(axis=1), 1)
    assert 0.7 < (places.max(axis=1) == 1).mean() < 0.9


def test_tally_has_every_period_of_every_city():
    """Cities stand in order, periods as they follow each other, with 0 where a city tells nothing of one."""
    places = pd.DataFrame({"–2010": [0.0, 1, 1], "2011–": [1.0, 0, 0]})
    counted = shifts.tally(one_hot("xyy"), places, pd.Series(["b", "b", "a"]))
    assert counted.to_dict("index") == {
        ("a", "–2010"): {"x": 0, "y": 1},
        ("a", "2011–"): {"x": 0, "y": 0},
        ("b", "–2010"): {"x": 0, "y": 1},
        ("b", "2011–"): {"x": 1, "y": 0},
    }
    assert list(counted.index) == [("a", "–2010"), ("a", "2011–"), ("b", "–2010"), ("b", "2011–")]


def test_statistics_of_one_city_are_the_known_ones():
    """With one city they are Pearson's χ² and the squared correlation, by the sizes of Landis, Heyman & Koch."""
    labels, places = one_hot("xxyzzxyyzzzxxyxz"), one_hot("aaabbbcccabcabca")
    found = shifts.association(labels, places, pd.Series("city", index=labels.index), permutations=1)
    assert found["n"] == len(labels)
    table = chi2_contingency(places.T @ labels, correction=False)
    assert found["q"] == pytest.approx(table.statistic * (len(labels) - 1) / len(labels))
    two = pd.DataFrame({"x": labels["x"], "rest": 1 - labels["x"]})
    trend = shifts.association(two, places, pd.Series("city", index=labels.index), permutations=1)["trend_q"]
    r = np.corrcoef(labels["x"], places.to_numpy() @ [0, 1, 2])[0, 1]
    assert trend == pytest.approx((len(labels) - 1) * r**2)


def test_association_finds_a_shift_and_keeps_its_level():
    """A large shift is found; without one, p is as often small as it says."""
    found = shifts.association(*shifted(0.5), permutations=300)
    assert found["p"] < 0.01
    assert found["trend_p"] < 0.01
    null = [shifts.association(*shifted(0, cities=6, each=8, seed=seed), permutations=99)["p"] for seed in range(80)]
    assert np.mean(np.array(null) < 0.25) == pytest.approx(0.25, abs=0.1)


def test_association_is_blind_to_differences_between_cities():
    """Cities that differ in level and in dates, without a shift within any, show none."""
    weights = one_hot("xxxxyyyy")
    places = pd.DataFrame({"–2015": [1.0, 1, 1, 0, 0, 0, 0, 1]}).assign(late=lambda t: 1 - t["–2015"])
    found = shifts.association(weights, places, pd.Series(list("aaaabbbb")), permutations=50)
    assert found["q"] == pytest.approx(0)
    assert found["p"] == 1


def test_permuted_labels_keep_their_covariance():
    """So that one covariance serves all permutations within strata."""
    labels, places, within = shifted(0.2, cities=4, each=6)
    order = np.concatenate([np.random.default_rng(0).permutation(6) + 6 * city for city in range(4)])
    both = np.stack([labels.to_numpy(), labels.to_numpy()[order]])
    first, second = shifts._covariance(both, places.to_numpy(), shares.member(within))
    assert first == pytest.approx(second)


def test_change_is_from_the_first_period_to_the_last():
    """Cities are taken together by their passages; the interval is that of cities drawn anew, none that of one city."""
    index = pd.MultiIndex.from_product([list("abcdef"), ["1", "2", "3"]], names=["city", "period"])
    rng = np.random.default_rng(0)
    counts = pd.DataFrame({"x": rng.integers(1, 9, 18), "y": rng.integers(1, 9, 18)}, index).astype(float)
    found = shifts.change(counts)
    sums = shares.proportions(counts.groupby("period").sum())
    assert list(found) == list(shares.COLUMNS)
    assert found["share"].tolist() == pytest.approx((sums[2] - sums[0]).tolist())
    assert (found["low"] < found["share"]).all()
    assert (found["share"] < found["high"]).all()
    assert found["n"].tolist() == [counts.drop("2", level="period").to_numpy().sum()] * 2
    same = shifts.change(pd.concat([counts.loc[["a"]]] * 4, keys=list("abcd"), names=["city"]).droplevel(1))
    assert same["low"].tolist() == pytest.approx(same["high"].tolist())


def test_a_simulated_shift_has_its_size():
    """One label rises by the size, in even steps; the others keep their proportion and give way."""
    mixes = shifts._shifted(np.array([0.2, 0.5, 0.3]), np.array([False, True, False]), 0.4, 3)
    assert mixes == pytest.approx(np.array([[0.28, 0.3, 0.42], [0.2, 0.5, 0.3], [0.12, 0.7, 0.18]]))


def test_power_keeps_its_level_and_rises():
    """Without a shift it is the bound, with a large one it is all."""
    base = {"industry": 0.2, "application": 0.5, "governance": 0.3}
    table = shifts.power(
        one_hot("12" * 100), pd.Series(["a", "b"]).repeat(100), base, label="application", sizes=[0, 0.3, 0.6]
    )
    assert table.loc[0].tolist() == pytest.approx([shifts.BOUND] * 2, abs=0.02)
    assert (table.loc[0.3] > table.loc[0] + 0.3).all()
    assert table.loc[0.6].tolist() == pytest.approx([1, 1], abs=0.02)


STAGES = ["one", "two"]


def dated(starts, gap):
    """Return passages of cities that begin in different years, the second stage `gap` years after the first."""
    rows = [(f"c{i}", *row) for i, start in enumerate(starts) for row in zip(STAGES, (start, start + gap), strict=True)]
    return pd.DataFrame(rows, columns=["city", "stage", "year"])


def test_an_order_within_cities_goes_beyond_the_calendar():
    """Where cities begin decades apart, dealing their passages at random breaks the order; its mean years stay."""
    row = shifts.orders(dated(range(1990, 2020), 2), STAGES, permutations=999).iloc[0]
    assert (row["share"], row["n"], row["years"]) == (1.0, 30, 2.0)
    assert row["chance_low"] < row["chance"] < row["chance_high"] < 0.8
    assert row["chance_years"] == pytest.approx(2, abs=0.3)
    assert row["p"] < 0.01


def test_what_is_late_everywhere_is_late_by_the_calendar():
    """Where all cities begin in a year, the calendar gives the same order; backwards, the share is 0."""
    row = shifts.orders(dated([2010] * 30, 2), STAGES, permutations=99).iloc[0]
    assert (row["share"], row["chance"], row["p"]) == (1.0, 1.0, 1.0)
    assert shifts.orders(dated(range(1990, 2020), -2), STAGES, permutations=99)["share"].iloc[0] == 0


def test_orders_compare_mean_years_of_cities_with_both():
    """A city with one of the stages is left out, ties too; an early first passage does not decide."""
    rows = [("a", "one", 2000), ("a", "one", 2020), ("a", "two", 2009), ("b", "one", 2000)]
    rows += [("c", "one", 2005), ("c", "two", 2005), ("d", "one", 2001), ("d", "two", 2003)]
    row = shifts.orders(pd.DataFrame(rows, columns=["city", "stage", "year"]), STAGES, permutations=99).iloc[0]
    assert (row["share"], row["n"]) == (0.5, 2)
    assert row["years"] == pytest.approx((-1 + 0 + 2) / 3)


def yearly(shares_of_years, n, seed=0):
    """Return counts of a model and of the rest, a row a year from 2001."""
    hits = np.random.default_rng(seed).binomial(n, shares_of_years)
    return pd.DataFrame({"model": hits, "rest": n - hits}, index=range(2001, 2001 + len(hits)))


def test_a_change_is_found_in_its_year():
    """A step from a fifth to four fifths in 2011 lies in a short interval; its gain is half of Wilks's statistic."""
    counts = yearly([0.2] * 10 + [0.8] * 10, 20)
    row = shifts.change_point(counts, permutations=999).iloc[0]
    assert (row["year"], row["p"], row["p_holm"], row["n"]) == (2011, 0.001, 0.002, 400)
    assert 2010 <= row["low"] <= 2011 <= row["high"] <= 2012
    halves = np.array([counts[:10].sum(), counts[10:].sum()])
    assert row["gain"] == pytest.approx(
        chi2_contingency(halves, correction=False, lambda_="log-likelihood").statistic / 2
    )
    assert (row["before"], row["after"]) == tuple(halves[:, 0] / 200)


def test_no_change_is_found_where_there_is_none():
    """Of a hundred tables without a change about one in ten has a p below 0.1, and intervals are long."""
    found = pd.concat([shifts.change_point(yearly([0.4] * 20, 3, seed), permutations=199)[:1] for seed in range(100)])
    assert 0.03 <= (found["p"] < 0.1).mean() <= 0.18
    assert (found["high"] - found["low"]).median() > 10


def test_years_are_shuffled_whole():
    """Three years have six orders, however many passages there are: no p is below a third."""
    found = shifts.change_point(yearly([0.1, 0.1, 0.9], 1000), permutations=999)
    assert found["p"].iloc[0] == pytest.approx(2 / 3, abs=0.05)
    assert found["year"].iloc[0] == 2003


def test_years_without_passages_change_nothing():
    """A year that is missing and one that is empty give the same shares and the same year."""
    counts = yearly([0.2] * 10 + [0.8] * 10, 20)
    some = counts.drop(index=2005)
    empty = counts.assign(**{name: counts[name].where(counts.index != 2005, 0) for name in counts})
    both = [shifts.change_point(table, permutations=99)[["year", "before", "after", "gain"]] for table in (some, empty)]
    pd.testing.assert_frame_equal(*both)
