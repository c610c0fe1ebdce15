"""Which passages are about digital matters: a rule on the lexicon, for documents that are about everything.

A term is *digital* if it has one of the stretches of ``data/lexicon/digital.csv`` in it (数据 in 数据中心). A passage
counts as digital if at least `LEAST` of its characters stand in clauses with a digital term. How well that does is
measured on the passages of ``data/gold/digital.csv``.
"""

import functools
import re

from cityanalysis import readers

LEAST = 0.3  # set on passages of cities kept for building
CLAUSE = re.compile(r"[^，。；：！？,;]+[，。；：！？,;]*")


@functools.cache
def _stretch():
    """Return the pattern of what makes a term digital."""
    return re.compile("|".join(map(re.escape, readers.table("data/lexicon/digital.csv")["stretch"])))


def is_digital(term):
    """Say whether a term is digital.

    Examples
    --------
    >>> is_digital("数据中心"), is_digital("领导小组")
    (True, False)
    """
    return bool(_stretch().search(term))


def shares(passages, tags):
    """Return the share of each passage's characters that stand in clauses with a digital term.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``.
    tags : pandas.DataFrame
        Their tags.

    Returns
    -------
    pandas.Series
        From 0 to 1, in the order and with the index of the passages. A passage counts as digital from `LEAST` upwards.

    Examples
    --------
    >>> import pandas as pd
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["修路，建数据中心。"]})
    >>> tags = pd.DataFrame({"passage_id": ["a#1"], "kind": ["term"], "start": [4], "term": ["数据中心"]})
    >>> shares(passages, tags).round(3).tolist()
    [0.667]
    """
    import pandas as pd

    terms = tags[tags["kind"] == "term"]
    digital = terms[terms["term"].map(is_digital)] if len(terms) else terms
    starts = digital.groupby("passage_id")["start"].agg(list).to_dict()
    return pd.Series(
        [
            _share(text, starts.get(passage, ()))
            for passage, text in zip(passages["passage_id"], passages["text"], strict=True)
        ],
        index=passages.index,
        dtype=float,
    )


def _share(text, starts):
    """Return the share of a text in clauses in which one of the positions lies."""
    within = [clause.span() for clause in CLAUSE.finditer(text)]
    lit = sum(end - start for start, end in within if any(start <= place < end for place in starts))
    return lit / len(text) if text else 0.0
