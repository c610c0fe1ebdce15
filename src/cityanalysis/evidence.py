"""Which passages decided a city's mix, the most telling first."""

from cityanalysis import corpus, models, tags


def telling(coded, weights, by):
    """Rank the passages of each group by how much its mix leans on them.

    Parameters
    ----------
    coded : pandas.DataFrame
        With ``passage_id``; `cityanalysis.models.codes`, or predicted passages.
    weights : pandas.DataFrame
        Indexed like `coded`, columns `cityanalysis.models.LABELS`.
    by : pandas.Series
        The group of each row.

    Returns
    -------
    pandas.DataFrame
        A row a passage with some weight on one of the three models: ``group, rank, passage_id, label`` (the model it
        speaks for most), ``weight`` (for that model), ``lead`` (by how much the passage raises the lead of the group's
        largest model over the strongest of the others, in points of share, negative where it lowers it); the groups in
        order, within each the largest absolute lead first, then as in the document.

    Notes
    -----
    ``lead`` is the lead with the passage less the lead without it: leave-one-out influence.

    Examples
    --------
    >>> import pandas as pd
    >>> coded = pd.DataFrame({"passage_id": ["a#1", "a#2", "a#3"]})
    >>> weights = pd.DataFrame([[1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0]], columns=models.LABELS)
    >>> telling(coded, weights, pd.Series(["a"] * 3))[["passage_id", "label", "lead"]].round(2).values.tolist()
    [['a#3', 'industry', -0.67], ['a#1', 'infrastructure', 0.33], ['a#2', 'infrastructure', 0.33]]
    """
    import numpy as np
    import pandas as pd

    parts = []
    typed = weights[list(models.MODELS)]
    for group, rows in typed.groupby(by.to_numpy()):
        total = rows.to_numpy(dtype=float).sum(axis=0)
        largest = int(np.argmax(total.round(9)))
        rest = np.nan_to_num(models.shares(total - rows.to_numpy(dtype=float)))
        whole = np.nan_to_num(models.shares(total))
        others = [k for k in range(3) if k != largest]
        lead = (whole[largest] - whole[others].max()) - (rest[:, largest] - rest[:, others].max(axis=1))
        part = pd.DataFrame(
            {
                "group": group,
                "passage_id": coded.loc[rows.index, "passage_id"],
                "label": [models.MODELS[k] for k in rows.to_numpy().argmax(axis=1)],
                "weight": rows.max(axis=1),
                "lead": lead.round(9),
            }
        )
        part = part[part["weight"] > 0]
        order = part["lead"].abs().sort_values(ascending=False, kind="stable").index
        part = part.loc[order]
        part.insert(1, "rank", range(1, len(part) + 1))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _decided(collection, *, reader, instrumented, secondary):
    """Return the columns of `telling`, and the code, of a collection's passages; of records the first of each city."""
    coded = models.codes(reader=reader, second=False)
    coded = coded[coded["collection"] == collection]
    weights = models.weigh(coded, instrumented=instrumented, secondary=secondary)
    found = telling(coded, weights, coded["city"])
    return found.merge(coded[["passage_id", "primary", "secondary", "instrumented"]], on="passage_id")


def records(*, reader="settled", instrumented=False, secondary=True):
    """Return the passages of the first records that decided, with text, section and what they cite.

    Parameters
    ----------
    reader : str
        Whose codes (`cityanalysis.models.codes`).
    instrumented, secondary : bool
        As in `cityanalysis.models.weigh`.

    Returns
    -------
    pandas.DataFrame
        The columns of `telling` (the group is the city) and ``primary, secondary, instrumented, section, text, refs``.

    Examples
    --------
    >>> found = records()
    >>> found["group"].nunique(), (found["text"] != "").all().item()
    (36, True)
    """
    found = _decided("records", reader=reader, instrumented=instrumented, secondary=secondary)
    return found.merge(corpus.load()[1][["passage_id", "section", "text", "refs"]], on="passage_id")


def reports(*, reader="settled", instrumented=False, secondary=True):
    """Return the coded passages of work reports that speak for a model: id, section and tagged terms, no text.

    Parameters
    ----------
    reader : str
        Whose codes (`cityanalysis.models.codes`).
    instrumented, secondary : bool
        As in `cityanalysis.models.weigh`.

    Returns
    -------
    pandas.DataFrame
        As `records`, with ``terms`` (the field's terms in the passage, in the order of their first place, parted by
        blanks) in place of ``text`` and ``refs``.
    """
    found = _decided("reports", reader=reader, instrumented=instrumented, secondary=secondary)
    there = tags.load(("reports",), originals=False)
    there = there[(there["kind"] == "term") & there["passage_id"].isin(found["passage_id"])]
    terms = there.drop_duplicates(["passage_id", "term"]).groupby("passage_id")["term"].agg(" ".join)
    sections = corpus.load(("reports",), originals=False)[1].set_index("passage_id")["section"]
    return found.assign(
        section=found["passage_id"].map(sections), terms=found["passage_id"].map(terms).astype(object).fillna("")
    )
