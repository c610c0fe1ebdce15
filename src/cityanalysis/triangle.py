"""Mixes as figures: cities in the triangle of the three models, each with its region, and their shares ranked."""

from cityanalysis import models, plots

REGION = 0.9  # of the resamples lie in a city's region
MARKERS = {False: ("o", 22), True: ("D", 48)}  # by whether a city is marked: shape, size


def region(drawn, *, level=REGION):
    """Return the corners of the region in which a mix lies: the convex hull of the resamples nearest to their mean.

    Parameters
    ----------
    drawn : numpy.ndarray
        Resamples by labels, as `cityanalysis.models.resample` gives them for a group.
    level : float
        Which share of the resamples it holds; nearness is Mahalanobis' distance.

    Returns
    -------
    numpy.ndarray
        A corner a row, in order round the region, and a column a model. Fewer than three corners where all resamples
        lie on a point or a line.

    Examples
    --------
    >>> import numpy as np
    >>> region(np.array([[0, 0, 2], [0, 0, 3], [0, 1, 1]]), level=1).tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.5, 0.5]]
    """
    import numpy as np
    from scipy.spatial import ConvexHull

    share = models.shares(drawn)
    share = share[~np.isnan(share).any(axis=1)]
    flat = share[:, :2] - share[:, :2].mean(axis=0)
    distance = np.einsum("ij,jk,ik->i", flat, np.linalg.pinv(np.cov(flat.T)), flat)
    kept = np.unique(share[np.argsort(distance, kind="stable")[: int(np.ceil(level * len(share)))]].round(9), axis=0)
    span = kept[:, :2] - kept[:, :2].mean(axis=0)
    if len(kept) < 3 or np.linalg.matrix_rank(span, tol=1e-6) < 2:
        along = np.lexsort(kept.T[::-1])
        return kept[along[[0, -1]]] if len(kept) > 1 else kept
    return kept[ConvexHull(kept[:, :2]).vertices]


def triangle(mixes, names, *, drawn=None, marked=(), shown=None, ax=None):
    """Draw mixes in the triangle of the three models.

    Parameters
    ----------
    mixes : pandas.DataFrame
        As `cityanalysis.models.mix` gives them.
    names : dict of str to str
        From group to label; a group without one has none.
    drawn : dict of str to numpy.ndarray, optional
        As `cityanalysis.models.resample` gives them: the regions to draw.
    marked : sequence of str
        Groups to mark by another shape and an outlined region.
    shown : sequence of str, optional
        Groups whose region is drawn; all, unless given.
    ax : mpltern.TernaryAxes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    ax : mpltern.TernaryAxes
    data : pandas.DataFrame
        The shares as drawn, in order, with ``marked``.
    """
    import matplotlib.pyplot as plt
    import mpltern  # noqa: F401 - makes the projection known

    if ax is None:
        ax = plt.figure(figsize=(10.5, 9.6)).add_subplot(projection="ternary")
    _corners(ax)
    placed = mixes.dropna(subset=list(models.MODELS))
    for group in (placed.index if shown is None else shown) if drawn is not None else ():
        corners, colour = region(drawn[group]), plots.COLOURS[placed.loc[group, "largest"]]
        ax.fill(*corners.T, facecolor=colour, alpha=0.09 if group in marked else 0.02, lw=0)
        line = {"lw": 1.3, "alpha": 0.9} if group in marked else {"lw": 0.4, "alpha": 0.35}
        ax.plot(*corners[[*range(len(corners)), 0]].T, color=colour, **line)
    for mark, (marker, size) in MARKERS.items():
        some = placed[[(group in marked) == mark for group in placed.index]]
        colours = [plots.COLOURS[largest] for largest in some["largest"]]
        ax.scatter(
            *(some[model] for model in models.MODELS),
            s=size,
            c=colours,
            marker=marker,
            lw=0.5,
            ec="white",
            zorder=3,
            clip_on=False,
        )
    _label(ax, placed, names)
    data = placed[list(models.MODELS)].assign(marked=[group in marked for group in placed.index])
    return ax, data


def _corners(ax):
    """Name the corners of a triangle, and draw its grid."""
    axes = ((ax.taxis, ax.set_tlabel), (ax.laxis, ax.set_llabel), (ax.raxis, ax.set_rlabel))
    for model, (axis, name) in zip(models.MODELS, axes, strict=True):
        name(plots.LABELS[model].replace(" ", "\n"), color=plots.COLOURS[model])
        axis.set_ticks([0.2, 0.4, 0.6, 0.8], ["20", "40", "60", "80 %"])
        axis.set_tick_params(labelsize=8, colors=plots.MUTED)
    ax.grid(color=plots.GRID, lw=0.6)
    ax.set_axisbelow(True)


def _label(ax, placed, names):
    """Write the groups' names beside their points, on axes of their own, since those of a triangle count by three."""
    named = [group for group in placed.index if group in names]
    ax.figure.draw_without_rendering()
    ax.figure.set_layout_engine("none")
    over = ax.figure.add_axes(ax.get_position(), facecolor="none", xlim=ax.get_xlim(), ylim=ax.get_ylim())
    over.set_axis_off()
    places = ax.transProjection.transform(placed[list(models.MODELS)].to_numpy())
    at = dict(zip(placed.index, places, strict=True))
    x, y = [at[group][0] for group in named], [at[group][1] for group in named]
    plots.label_points(over, x, y, [names[group] for group in named], points=(places[:, 0], places[:, 1]))


def ranked(mixes, names, *, marked=(), axes=None):
    """Draw the three shares of each group with their intervals, ranked by the largest one.

    Parameters
    ----------
    mixes : pandas.DataFrame
        As `cityanalysis.models.mix` gives them.
    names : dict of str to str
        From group to label.
    marked : sequence of str
        Groups whose points have another shape.
    axes : sequence of three matplotlib.axes.Axes, optional
        Where to draw, a model each; a new figure unless given.

    Returns
    -------
    axes : sequence of matplotlib.axes.Axes
    data : pandas.DataFrame
        The rows as drawn, from top to bottom.
    """
    import matplotlib.pyplot as plt
    import pandas as pd

    placed = mixes.dropna(subset=list(models.MODELS))
    order = pd.DataFrame(
        {"model": placed["largest"].map(models.MODELS.index), "share": -placed[list(models.MODELS)].max(axis=1)}
    )
    data = placed.loc[order.sort_values(["model", "share"], kind="stable").index]
    if axes is None:
        _, axes = plt.subplots(1, 3, figsize=(11, 1.2 + 0.24 * len(data)), sharey=True, sharex=True)
    rows = range(len(data))
    for ax, model in zip(axes, models.MODELS, strict=True):
        for row, mix in zip(rows, data.itertuples(), strict=True):
            strong = mix.largest == model
            colour = plots.COLOURS[model] if strong else plots.COLOURS[""]
            low, high = getattr(mix, f"low_{model}"), getattr(mix, f"high_{model}")
            ax.plot([low, high], [row, row], color=colour, lw=1.6 if strong else 1, solid_capstyle="butt")
            marker, size = MARKERS[mix.Index in marked]
            ax.scatter(
                getattr(mix, model), row, s=size, c=colour, marker=marker, zorder=3, lw=0.5, ec="white", clip_on=False
            )
        ax.set_title(plots.LABELS[model], color=plots.COLOURS[model])
        ax.set_xlim(-0.02, 1.02)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
        ax.grid(color=plots.GRID, lw=0.6)
        ax.set_axisbelow(True)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    axes[1].set_xlabel("share of what is about one of the three, with its 90 % interval 占比及 90% 区间 (%)")
    axes[0].set_yticks(rows, [names.get(group, group) for group in data.index])
    axes[0].set_ylim(len(data) - 0.4, -0.6)
    return axes, data
