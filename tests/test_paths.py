"""A common path is won back from thin cities, with intervals that mean what they say."""

import numpy as np
import pytest

from cityanalysis import paths

TRUE = np.array([[0.5, 0.3, 0.2], [0.4, 0.3, 0.3], [0.2, 0.3, 0.5]])


def drawn(*, cities=60, level=0.5, slope=0.0, each=6, seed=1):
    """Return counts of cities about `TRUE`, whose logits differ in level and slope."""
    rng = np.random.default_rng(seed)
    own = rng.normal(0, level, (cities, 1, 3)) + rng.normal(0, slope, (cities, 1, 3)) * np.array([[-0.5], [0], [0.5]])
    shares = np.exp(np.log(TRUE) + own)
    shares /= shares.sum(axis=-1, keepdims=True)
    return np.array([[rng.multinomial(each, period) for period in city] for city in shares]), shares


def test_the_path_is_won_back():
    """The estimate is near the truth, and the interval covers most of it."""
    counts, shares = drawn()
    path = paths.pooled(counts, draws=60)
    assert np.abs(path.share - shares.mean(axis=0)).max() < 0.06
    table = paths.table(path, ["a", "b", "c"], ["x", "y", "z"])
    truth = shares.mean(axis=0).ravel()
    assert ((table["low"] <= truth) & (truth <= table["high"])).mean() > 0.6
    assert path.share.sum(axis=1) == pytest.approx(1)


def test_thin_cities_are_drawn_towards_the_common_path():
    """A city without passages gets the common path, one with few less than its own shares."""
    counts, _ = drawn(each=5)
    counts[0] = 0
    counts[1] = [[0, 0, 1]] * 3
    path = paths.pooled(counts, draws=2)
    assert path.cities[0] == pytest.approx(path.share, abs=1e-6)
    assert (path.share[:, 2] < path.cities[1, :, 2]).all()
    assert (path.cities[1, :, 2] < 0.95).all()


def test_spread_of_the_changes_is_told_from_that_of_the_levels():
    """Cities that differ in slope show it; those that differ in level only, hardly."""
    same, different = (paths.pooled(drawn(slope=slope, each=30)[0], draws=2).change_sd[0].max() for slope in (0.0, 2.0))
    assert same < 0.1 < different


def test_weights_leave_cities_out():
    """A city of weight nought does not count."""
    counts, _ = drawn(cities=12)
    without = paths.pooled(counts, weights=np.r_[0, np.ones(11)][None], slopes=False)
    alone = paths.pooled(counts[1:], draws=1, slopes=False)
    assert without.drawn[0] == pytest.approx(alone.share, abs=0.01)


def test_draws_repeat():
    """The same seed gives the same numbers, another seed others."""
    counts, _ = drawn(cities=10)
    first, again, other = (paths.pooled(counts, draws=3, slopes=False, seed=seed).drawn for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
