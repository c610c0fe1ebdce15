"""What a figure shows: for the tests of what is drawn."""

import functools
import itertools

import numpy as np
import pytest
from matplotlib.colors import to_hex

from cityanalysis import figures


def picture(draw):
    """Compare the figure that a test returns with its stored picture."""

    @functools.wraps(draw)
    def styled(*args, **kwargs):
        figures.use_style()  # the plugin sets the style back before it draws
        return draw(*args, **kwargs)

    return pytest.mark.mpl_image_compare(style="default", tolerance=0.5, savefig_kwargs={"dpi": 30})(styled)


def words(artist):
    """Return the texts of an artist that has any."""
    return [text.get_text() for text in getattr(artist, "texts", artist) if text.get_text()]


def scatters(ax):
    """Return what was scattered: places, sizes, fills, edges, and corners of the marker."""
    found = [part for part in ax.collections if hasattr(part, "get_sizes") and len(part.get_offsets())]
    return [
        {
            "at": np.asarray(part.get_offsets()).round(6).tolist(),
            "sizes": part.get_sizes().tolist(),
            "fill": [to_hex(c) for c in part.get_facecolors()],
            "edge": [to_hex(c) for c in part.get_edgecolors()],
            "corners": len(part.get_paths()[0].vertices),
        }
        for part in found
    ]


def overlap(boxes):
    """Return the pairs of boxes that overlap."""
    return [(a, b) for a, b in itertools.combinations(boxes, 2) if a.overlaps(b)]
