"""From tables to figures: each function draws on axes and returns them with the data that it drew.

Labels are in two languages where a gloss is known. The Chinese font comes with a dependency, so that no machine draws
boxes.
"""

INK, MUTED, GRID = "#222222", "#767676", "#e4e4e4"
# Colours that readers with the common kinds of colour blindness tell apart (Okabe & Ito 2008), by meaning.
COLOURS = {
    "infrastructure": "#0072b2",
    "industry": "#d55e00",
    "application": "#009e73",
    "governance": "#cc79a7",
    "": "#999999",
}
LABELS = {
    "infrastructure": "infrastructure 基础设施",
    "industry": "industry 产业",
    "application": "application 应用",
    "governance": "governance 治理保障",
    "": "no side 中性",
}


def use_style():
    """Set matplotlib up for the project's figures: the font for Chinese, sizes, quiet axes.

    Call it once, at the head of a notebook.

    Examples
    --------
    >>> use_style()
    >>> import matplotlib.pyplot as plt
    >>> plt.rcParams["font.family"]
    ['Noto Sans SC']
    """
    from importlib.resources import files

    import matplotlib.pyplot as plt
    from matplotlib import font_manager

    font = files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"
    font_manager.fontManager.addfont(str(font))
    plt.rcParams.update(
        {
            "font.family": ["Noto Sans SC"],
            "font.size": 10,
            "axes.edgecolor": MUTED,
            "axes.labelcolor": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.unicode_minus": False,
            "xtick.color": INK,
            "ytick.color": INK,
            "xtick.labelsize": 9,
            "ytick.labelsize": 9,
            "legend.frameon": False,
            "figure.constrained_layout.use": True,
            "figure.dpi": 110,
            "savefig.dpi": 110,
        }
    )


def bilingual(term, glosses, *, separator=" "):
    """Return a label in two languages.

    Parameters
    ----------
    term : str
        The Chinese term.
    glosses : dict of str to str
        From term to English gloss; a term without one stands alone.
    separator : str
        What stands between the two.

    Returns
    -------
    str

    Examples
    --------
    >>> bilingual("城市大脑", {"城市大脑": "city brain"})
    '城市大脑 city brain'
    """
    gloss = glosses.get(term, "")
    return term if gloss in ("", term) else f"{term}{separator}{gloss}"


def label_points(ax, x, y, labels, *, points=None, lines=(), size=8):
    """Write labels beside points so that none lies on another, on a point or on a line.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to write; all else should be drawn already.
    x, y : sequence of float
        The points to label.
    labels : sequence of str
        One a point.
    points : pair of sequences of float, optional
        The x and y of all points to keep off; those labelled, unless given.
    lines : sequence of pairs of sequences of float
        The x and y of each line to keep off.
    size : float
        Size of the letters in points.
    """
    import textalloc

    ax.figure.draw_without_rendering()  # settles the layout, on which places on the page depend
    points_x, points_y = (x, y) if points is None else points
    textalloc.allocate(
        ax,
        list(x),
        list(y),
        list(labels),
        x_scatter=list(points_x),
        y_scatter=list(points_y),
        x_lines=[list(line[0]) for line in lines],
        y_lines=[list(line[1]) for line in lines],
        textsize=size,
        linecolor=MUTED,
        linewidth=0.5,
        margin=0.004,
        min_distance=0.008,
        max_distance=0.15,
        nbr_candidates=800,
        avoid_label_lines_overlap=True,
        avoid_crossing_label_lines=True,
        textcolor=INK,
    )


def heat_map(table, *, ax=None, label="", empty="–", colours="Blues"):
    """Draw a table as a heat map with its numbers; nought shows as a dash on white.

    Parameters
    ----------
    table : pandas.DataFrame
        Numbers; index and columns are the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure unless given.
    label : str
        Title of the map.
    empty : str
        What stands where the number is 0.
    colours : str
        A colour map of matplotlib, from light to dark.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        The table.
    """
    import matplotlib.pyplot as plt
    import numpy as np

    if ax is None:
        _, ax = plt.subplots(figsize=(1.5 + 0.6 * table.shape[1], 1 + 0.22 * table.shape[0]))
    values = table.to_numpy(dtype=float)
    # The square root shows the difference between few and none, which is what coverage is about.
    ax.imshow(np.sqrt(np.where(values > 0, values, np.nan)), aspect="auto", cmap=colours, vmin=0)
    dark = np.sqrt(np.nanmax(values)) * 0.6
    for (row, column), value in np.ndenumerate(values):
        colour = "#b03030" if value == 0 else "white" if np.sqrt(value) > dark else INK
        ax.text(column, row, f"{value:g}" if value else empty, ha="center", va="center", fontsize=8, color=colour)
    ax.set_xticks(range(table.shape[1]), table.columns)
    ax.set_yticks(range(table.shape[0]), table.index)
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    ax.spines[:].set_visible(False)
    ax.set_title(label, pad=24 if label else None)
    return ax, table


def city_map(cities, *, ax=None, labelled=None):
    """Draw cities by longitude and latitude: with a record, with a report, or both.

    No outline of any country is drawn: the cities show what is covered.

    Parameters
    ----------
    cities : pandas.DataFrame
        As `cityanalysis.lexicon.cities` gives them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure unless given.
    labelled : pandas.Series of bool, optional
        Which to label; those with a record, unless given.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        Columns ``city, longitude, latitude, covered``, as drawn.
    """
    import matplotlib.pyplot as plt
    import numpy as np

    if ax is None:
        _, ax = plt.subplots(figsize=(9.5, 7.3))
    both = cities["has_record"] & cities["has_report"]
    covered = np.select([both, cities["has_record"]], ["record and report", "record"], "report")
    data = cities[["city", "longitude", "latitude"]].assign(covered=covered)
    styles = {
        "report": ("o", MUTED, "none", 22, "work report only 仅工作报告"),
        "record": ("D", "#8c6d31", "#8c6d31", 30, "record only 仅案例记录"),
        "record and report": (
            "o",
            INK,
            INK,
            34,
            "record and report 两者皆有",
        ),
    }
    for kind, (marker, edge, face, size, name) in styles.items():
        part = data[data["covered"] == kind]
        if len(part):
            shape = {"marker": marker, "edgecolors": edge, "label": f"{name}: {len(part)}"}
            ax.scatter("longitude", "latitude", size, face, data=part, **shape)
    shown = cities[cities["has_record"] if labelled is None else labelled]
    names = shown["name_zh"] + " " + shown["name_en"].str.replace(" New Area", "")
    # China's degrees of longitude are about four fifths as long as those of latitude.
    ax.set_aspect(1 / np.cos(np.radians(cities["latitude"].mean())))
    ax.grid(color=GRID, lw=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel("longitude 经度 (°E)")
    ax.set_ylabel("latitude 纬度 (°N)")
    ax.legend(loc="lower right")
    label_points(ax, shown["longitude"], shown["latitude"], names, points=(data["longitude"], data["latitude"]))
    return ax, data


def dispersion_plot(frequencies, glosses, *, ax=None, labelled=20):
    """Draw how often terms occur against how evenly they are spread.

    Parameters
    ----------
    frequencies : pandas.DataFrame
        As `cityanalysis.counts.frequency` gives them.
    glosses : dict of str to str
        English glosses for the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure unless given.
    labelled : int
        How many terms to label: those that stand out most from their neighbours in frequency, above and below.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        The labelled terms, the most frequent first.
    """
    import matplotlib.pyplot as plt
    import numpy as np
    from matplotlib.ticker import LogLocator, NullLocator

    if ax is None:
        _, ax = plt.subplots(figsize=(9, 6))
    x, y = frequencies["per_10k"], frequencies["dp"]
    usual = np.polyval(np.polyfit(np.log(x), y, 1), np.log(x)) if len(frequencies) > 2 else 0
    ranked = (y - usual).sort_values(kind="stable").index
    shown = frequencies.loc[ranked[: labelled // 2].union(ranked[-(labelled - labelled // 2) :])]
    ax.scatter(x, y, 14, COLOURS[""], alpha=0.5, lw=0)
    ax.scatter(shown["per_10k"], shown["dp"], 20, COLOURS["infrastructure"], lw=0)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("occurrences in 10,000 words 每万词出现次数")
    ax.set_ylabel("deviation of proportions (DP) 分布偏差\n0 = even 均匀, 1 = smallest part 集中", linespacing=1.5)
    ax.grid(color=GRID, lw=0.6)
    ax.set_axisbelow(True)
    labels = [bilingual(word, glosses) for word in shown["word"]]
    label_points(ax, shown["per_10k"], shown["dp"], labels, points=(x, y))
    return ax, shown


def network(pairs, labels, glosses, *, ax=None):
    """Draw which terms stand together: terms are points, pairs are lines.

    Parameters
    ----------
    pairs : pandas.DataFrame
        Columns ``first, second, n, g2`` as `cityanalysis.keyness.collocations` gives them; all are drawn.
    labels : dict of str to str
        From term to the codebook's label that goes with it, which gives the colour.
    glosses : dict of str to str
        English glosses.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure unless given.

    Returns
    -------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        Columns ``term, label, links``: the points, the best linked first.

    Notes
    -----
    The layout is Kamada & Kawai's (1989), each connected group by itself, the groups packed in rows.
    """
    import matplotlib.pyplot as plt
    import networkx as nx
    import pandas as pd

    graph = nx.Graph()
    for pair in pairs.sort_values(["first", "second"]).itertuples():
        graph.add_edge(pair.first, pair.second, n=pair.n)
    place, height = _pack(graph)
    if ax is None:
        _, ax = plt.subplots(figsize=(11, 1.2 + 0.95 * height))
    widths = [0.6 + graph.edges[edge]["n"] / 6 for edge in graph.edges]
    nx.draw_networkx_edges(graph, place, ax=ax, width=widths, edge_color="#bbbbbb")
    x, y = zip(*(place[term] for term in graph), strict=True)
    label = [labels.get(term, "") for term in graph]
    ax.scatter(
        x, y, [40 + 25 * graph.degree[term] for term in graph], [COLOURS[name] for name in label], zorder=2, lw=0
    )
    for name, colour in COLOURS.items():
        ax.scatter([], [], 60, colour, lw=0, label=LABELS[name])
    ax.figure.legend(loc="outside lower center", ncols=5)
    ax.set_axis_off()
    ax.margins(0.06)
    lines = [([place[a][0], place[b][0]], [place[a][1], place[b][1]]) for a, b in graph.edges]
    label_points(ax, x, y, [bilingual(term, glosses, separator="\n") for term in graph], lines=lines)
    data = pd.DataFrame({"term": list(graph), "label": label, "links": [graph.degree[term] for term in graph]})
    return ax, data.sort_values(["links", "term"], ascending=[False, True], ignore_index=True)


def _pack(graph, *, width=11.0, gap=1.5):
    """Lay connected groups out one by one and set them in rows, the largest first.

    Returns
    -------
    place : dict
        From node to place.
    height : float
        How far the rows reach down.
    """
    import networkx as nx
    import numpy as np

    place, left, top, height = {}, 0.0, 0.0, 0.0
    for group in sorted(nx.connected_components(graph), key=lambda g: (-len(g), min(g))):
        nodes = sorted(group)
        piece = nx.Graph()  # whose nodes have an order; those of a subgraph come as they are hashed
        piece.add_nodes_from(nodes)
        piece.add_edges_from(sorted(map(sorted, graph.edges(nodes))))
        layout = nx.kamada_kawai_layout(piece, scale=0.65 * np.sqrt(len(nodes)))
        # The longer side lies flat, where labels have room.
        points = np.array([layout[node] for node in nodes])
        points = points - points.min(axis=0)
        if np.ptp(points[:, 0]) < np.ptp(points[:, 1]):
            points = points[:, ::-1]
        across, down = np.ptp(points, axis=0)
        if left > 0 and left + across > width:
            left, top, height = 0.0, top - height - gap / 2, 0.0
        place |= {node: (left + x, top - y) for node, (x, y) in zip(nodes, points, strict=True)}
        left, height = left + across + gap, max(height, down)
    return place, height - top
