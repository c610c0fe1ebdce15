"""Bends are found where a stream changes its level, and their intervals tell how far that hangs on a few cities."""

import numpy as np
import pandas as pd
import pytest

from cityanalysis import periods

YEARS = range(2008, 2020)


def step(*, cities=6, at=6, low=2, high=9):
    """Return counts that rise in each city at a year."""
    return np.array([[[low]] * at + [[high]] * (len(YEARS) - at)] * cities)


def test_cube_counts_by_city_year_and_kind():
    """Each event is counted in its place, and one of another year in none."""
    events = pd.DataFrame(
        [("b", 2010, "y"), ("a", 2011, "x"), ("a", 2011, "x"), ("a", 1999, "x")], columns=["city", "year", "kind"]
    )
    assert periods.cube(events, [2010, 2011], by="kind").tolist() == [[[0, 0], [2, 0]], [[0, 1], [0, 0]]]


def test_mix_has_length_one():
    """The roots of shares are a direction, whatever the number of events."""
    found = periods.mix(np.array([[1, 5, 0], [0, 0, 0]]))
    assert (found**2).sum(axis=1).tolist() == pytest.approx([1, 1])


def test_bend_of_a_clear_step():
    """A step that all cities take is found in its year in every draw."""
    table, explained = periods.bends(step(), periods.volume, YEARS, n=1, draws=50)
    assert table.iloc[0].tolist() == [2014, 2014, 2014, 1.0]
    assert explained == pytest.approx(1)


def test_bend_that_hangs_on_one_city():
    """A step of one city among many is not in every draw, and its interval is wide."""
    rng = np.random.default_rng(1)
    counted = np.concatenate([rng.poisson(3, (8, len(YEARS), 1)), step(cities=1, low=0, high=40)])
    table, _ = periods.bends(counted, periods.volume, YEARS, n=1, draws=200)
    assert table["year"].tolist() == [2014]
    assert table["hits"][0] < 0.95
    assert table["high"][0] - table["low"][0] >= 3


def test_ratio_takes_growth_out():
    """Where events and works grow alike, a bend of the events is none of the ratio."""
    both = np.concatenate([step(), step()], axis=2)
    assert np.ptp(periods.ratio(both.sum(axis=0))) == pytest.approx(0)
    assert np.ptp(periods.volume(step().sum(axis=0))) > 1


def test_draws_repeat():
    """The same seed gives the same intervals."""
    counted = np.random.default_rng(2).poisson(3, (8, len(YEARS), 1))
    first, second = (periods.bends(counted, periods.volume, YEARS, draws=60)[0] for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_more_bends_explain_more():
    """The cut is the best of its size, so that one bend more never explains less."""
    counted = np.random.default_rng(3).poisson(3, (8, len(YEARS), 1))
    explained = [periods.bends(counted, periods.volume, YEARS, n=n, draws=1)[1] for n in (1, 2, 3)]
    assert explained == sorted(explained)
