"""Figures of mixes show every group once, where its shares say."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from cityanalysis import models, plots, triangle


@pytest.fixture
def mixed():
    """Return mixes of three groups and their resamples: clear, even, and one where nothing is typed."""
    rows = [("a", "industry")] * 10 + [("a", "application")] * 3 + [("b", label) for label in models.MODELS] * 3
    rows += [("c", "governance")]
    coded = pd.DataFrame(rows, columns=["group", "primary"]).assign(secondary="", instrumented=False)
    weights = models.weigh(coded)
    return (
        models.mix(weights, coded["group"], resamples=200),
        models.resample(weights, coded["group"], resamples=200),
    )


@pytest.fixture(autouse=True)
def _closed():
    """Draw with the project's font, and close the figures of a test."""
    plots.use_style()
    yield
    plt.close("all")


def test_region_holds_its_level(mixed):
    """The region round a mix is a polygon of shares, larger for more of the resamples, with the mix inside its span."""
    small, large = (triangle.region(mixed[1]["b"], level=level) for level in (0.5, 0.9))
    assert np.allclose(large.sum(axis=1), 1)
    assert (np.ptp(large, axis=0) >= np.ptp(small, axis=0)).all()
    share = mixed[0].loc["b", list(models.MODELS)].to_numpy(dtype=float)
    assert (large.min(axis=0) <= share).all()
    assert (share <= large.max(axis=0)).all()


def test_region_of_a_point_and_of_a_line(mixed):
    """Where all passages say the same the region is a point; where a model is absent, a line."""
    assert triangle.region(np.array([[0, 0, 3, 1, 0], [0, 0, 2, 2, 0]])).tolist() == [[0, 0, 1]]
    assert len(triangle.region(mixed[1]["a"])) == 2


def test_triangle(mixed):
    """Groups stand at their shares and are named; one without typed passages is left out."""
    ax, data = triangle.triangle(mixed[0], {"a": "甲 A"}, drawn=mixed[1], marked=["b"])
    assert data.index.tolist() == ["a", "b"]
    assert data["marked"].tolist() == [False, True]
    assert [text.get_text() for other in ax.figure.axes for text in other.texts] == ["甲 A"]
    points = np.vstack([part.get_offsets() for part in ax.collections if len(part.get_offsets())])
    assert np.allclose(points, ax.transProjection.transform(data[list(models.MODELS)].to_numpy()), atol=1e-6)


def test_ranked(mixed):
    """The rows stand by model and share, each with a dot in every panel."""
    axes, data = triangle.ranked(mixed[0], {"a": "甲 A"})
    assert data.index.tolist() == ["b", "a"]
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["b", "甲 A"]
    assert [float(dot.get_offsets()[0][0]) for dot in axes[1].collections] == data["industry"].tolist()
