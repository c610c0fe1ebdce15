"""What a reader may choose in a notebook: refused in one line, before all else, where nothing can follow from it."""

import re
from itertools import pairwise
from numbers import Real

import numpy as np
import pandas as pd


def one_of(what, chosen, known):
    """Refuse a name that is none of those known, of which at most forty are told."""
    if chosen not in (names := list(known)):
        told = ", ".join(names[:40]) + ", …" * (len(names) > 40)
        raise ValueError(f"{what} {chosen!r}: unknown; choose one of {told}")


def between(what, number, low, high):
    """Refuse a number that does not lie between two others, and is none of them; between whole ones, a broken one."""
    kind = int if isinstance(low, int) else Real
    if not (isinstance(number, kind) and low <= number <= high):
        whole = ", whole" * (kind is int and isinstance(number, float))
        raise ValueError(f"{what} {number!r}: out of range; choose {low} to {high}{whole}")


def pattern(what, chosen):
    """Refuse what is no regular expression to pandas, or fits every text, so that nothing is told apart by it.

    >>> pattern("regional", "(市")
    Traceback (most recent call last):
    ValueError: regional '(市': not a pattern (missing ): (市); close what is open, put \\ before a sign meant as such
    """
    try:
        every = pd.Series([""]).str.contains(chosen).all()
    except (ValueError, re.error) as error:
        reason = str(error).removeprefix("Invalid regular expression: ")
        wanted = "close what is open, put \\ before a sign meant as such"
        raise ValueError(f"{what} {chosen!r}: not a pattern ({reason}); {wanted}") from None
    if every:
        raise ValueError(f"{what} {chosen!r}: fits every text; choose words, with | between them")


def years(starts, *, least=0, within=(1900, 2100)):
    """Refuse first years of later periods: fewer than `least`, not in order, or not between two years.

    >>> years([2016, 2011])
    Traceback (most recent call last):
    ValueError: first years 2016, 2011: expected 0 or more whole years in order, after 1900 and before 2100
    """
    listed = isinstance(starts, list | tuple | range)
    whole = listed and len(starts) >= least and all(isinstance(year, int) for year in starts)
    if not whole or any(one >= other for one, other in pairwise([within[0], *starts, within[1]])):
        wanted = f"expected {least} or more whole years in order, after {within[0]} and before {within[1]}"
        raise ValueError(f"first years {', '.join(map(str, np.ravel(starts)))}: {wanted}")


def told(sizes):
    """Refuse periods of which nothing tells, from a series of how much does, by period."""
    for period in sizes.index[sizes == 0]:
        raise ValueError(f"{period}: nothing tells of this period; choose other first years")
