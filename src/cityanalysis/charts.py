"""More figures: shares with their intervals side by side, and many small ones over time."""

from cityanalysis import plots


def intervals(table, labels, *, groups, ax=None, value="share"):
    """Draw a value with its interval for each topic, the groups beside one another.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``group, topic, low, high`` and the value, as `cityanalysis.shares.by_group` gives them. Where the
        interval is missing only the point is drawn.
    labels : pandas.Series
        The label of each topic, by topic; they are drawn in this order, from above.
    groups : dict of str to pair of str
        The groups in order, each with its label and colour.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure unless given.
    value : str
        The column of the value.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        Topics × groups: the values, as drawn.
    """
    import matplotlib.pyplot as plt
    import numpy as np

    if ax is None:
        _, ax = plt.subplots(figsize=(9.5, 1 + 0.33 * len(labels)))
    step = 0.7 / len(groups)
    for i, (group, (name, colour)) in enumerate(groups.items()):
        part = table[table["group"] == group].set_index("topic").reindex(labels.index)
        y = np.arange(len(labels)) + (i - (len(groups) - 1) / 2) * step
        ax.hlines(y, part["low"], part["high"], colour, lw=1.4, alpha=0.6)
        ax.plot(part[value], y, "o", ms=4.2, color=colour, label=name)
    for row in range(0, len(labels), 2):
        ax.axhspan(row - 0.5, row + 0.5, color=plots.GRID, alpha=0.45, lw=0, zorder=0)
    ax.axvline(0, color=plots.MUTED, lw=0.8)
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(groups))
    data = table.pivot(index="topic", columns="group", values=value).reindex(labels.index)[list(groups)]
    return ax, data


def small_multiples(table, labels, *, columns=5, colours=None):
    """Draw each topic's share over an ordered row of groups in a small figure of its own, all to one scale.

    Parameters
    ----------
    table : pandas.DataFrame
        As `cityanalysis.shares.by_group` gives it; groups stand in the order in which they come up. Where the interval
        is missing only the point is drawn.
    labels : pandas.Series
        The label of each topic, by topic, in the order of drawing.
    columns : int
        Small figures in a row.
    colours : pandas.Series, optional
        The colour of each topic.

    Returns
    -------
    axes : numpy.ndarray of matplotlib.axes.Axes
    data : pandas.DataFrame
        Topics × groups: the shares.
    """
    import matplotlib.pyplot as plt

    rows = -(-len(labels) // columns)
    _, axes = plt.subplots(rows, columns, figsize=(2.3 * columns, 1.75 * rows), sharex=True, sharey=True)
    groups = table["group"].drop_duplicates().tolist()
    for ax, (topic, label) in zip(axes.flat, labels.items(), strict=False):
        part = table[table["topic"] == topic].set_index("group").reindex(groups)
        colour = plots.COLOURS["infrastructure"] if colours is None else colours[topic]
        ax.fill_between(range(len(groups)), part["low"], part["high"], color=colour, alpha=0.2, lw=0)
        ax.plot(range(len(groups)), part["share"], "o-", ms=3.5, lw=1.4, color=colour)
        ax.set_title(label, fontsize=8, loc="left")
        ax.set_xticks(range(len(groups)), groups, fontsize=7)
        ax.grid(color=plots.GRID, lw=0.6)
    axes.flat[0].set_ylim(bottom=0)  # all share one scale, settled once all is drawn
    for ax in axes.flat[len(labels) :]:
        ax.set_axis_off()
    return axes, table.pivot(index="topic", columns="group", values="share").loc[labels.index, groups]
