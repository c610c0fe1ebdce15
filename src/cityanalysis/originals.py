"""Texts that may not be shipped: where they lie, and how they are cut into paragraphs.

They are used only where they are asked for. What pages or scanning did to them is mended by two tables in the open:
``data/frames.csv`` says which stretches are frame and are cut away, ``data/corrections.csv`` which misread or lost
characters are put right.
"""

import os
import re
from itertools import pairwise
from pathlib import Path

from cityanalysis import readers

FOLDER = "corpus/originals"
BREAK = re.compile(r"\n|\u3000{2,}")  # some texts part paragraphs by runs of full-width spaces only
BLANK = " \t\u3000\xa0\u2003\ufeff"
# Headings by depth: 第X章 or 一、, （一）, 1., (1); a paragraph that begins so and goes on with sentences is none.
HEADINGS = (
    re.compile(r"第[一二三四五六七八九十百]+[章节部分]|[一二三四五六七八九十]{1,3}、"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"\d{1,2}[.、．](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
LONGEST_HEADING = 40
SENTENCE_END = re.compile(r"[。；！？!?]")


def folder(*, wanted=None):
    """Return the folder of the original texts, if they are to be used.

    Parameters
    ----------
    wanted : bool, optional
        True to use the folder that ``CITYANALYSIS_ORIGINALS`` names, else ``corpus/originals``; False not to use any.
        Unless given, they are used where the variable is set.

    Returns
    -------
    pathlib.Path or None

    Raises
    ------
    cityanalysis.readers.ReadError
        If they are wanted, and there is no such folder.
    """
    named = os.environ.get("CITYANALYSIS_ORIGINALS")
    if wanted is False or (wanted is None and not named):
        return None
    path = Path(named) if named else readers.home() / FOLDER
    if not path.is_dir():
        raise readers.ReadError(
            f"{path}: there is no such folder; put the original texts there, or name theirs in CITYANALYSIS_ORIGINALS"
        )
    return path


def paragraphs(text, *, frames=(), corrections=()):
    """Yield the paragraphs of a text, each with the section in which it stands.

    Parameters
    ----------
    text : str
        The text as read.
    frames : sequence of (int, int)
        Start and end of stretches to cut away.
    corrections : sequence of (str, str)
        What is wrong and what is right; every occurrence is put right.

    Yields
    ------
    section : str
        The numbers of the headings above it, from the outermost: ``2.3`` is the third part of the second. Before any
        heading it is empty.
    start, end : int
        Where it stands in `text`.
    paragraph : str
        Its text, corrected.

    Examples
    --------
    >>> text = "报告\\n一、回顾\\n（一）网络\\n建没光网。\\n二、安排\\n推进应用。"
    >>> for paragraph in paragraphs(text, corrections=[("建没", "建设")]):
    ...     print(paragraph)
    ('', 0, 2, '报告')
    ('1', 3, 7, '一、回顾')
    ('1.1', 8, 13, '（一）网络')
    ('1.1', 14, 19, '建设光网。')
    ('2', 20, 24, '二、安排')
    ('2', 25, 30, '推进应用。')
    """
    numbers, depths = [], []
    for start, end in _pieces(text, frames):
        piece = text[start:end]
        depth = heading(piece)
        if depth is not None:
            last = 0
            while depths and depths[-1] >= depth:
                depths.pop()
                last = numbers.pop()
            depths.append(depth)
            numbers.append(last + 1)
        for wrong, right in corrections:
            piece = piece.replace(wrong, right)
        yield ".".join(map(str, numbers)), start, end, piece


def heading(paragraph):
    """Return the depth of a heading, from 0; None for a paragraph that is none.

    Examples
    --------
    >>> heading("一、2023年工作回顾"), heading("（一）夯实基础。全年建成光网。"), heading("推进应用")
    (0, None, None)
    """
    if len(paragraph) > LONGEST_HEADING or SENTENCE_END.search(paragraph[:-1]):
        return None
    found = [depth for depth, pattern in enumerate(HEADINGS) if pattern.match(paragraph)]
    return found[0] if found else None


def _pieces(text, frames):
    """Yield start and end of each paragraph that is not frame, blanks around it left out."""
    cuts = sorted({0, len(text), *(place for frame in frames for place in frame)})
    inside = [(a, b) for a, b in pairwise(cuts) if not any(f <= a and b <= g for f, g in frames)]
    for first, last in inside:
        start = first
        for found in [*BREAK.finditer(text, first, last), None]:
            end = found.start() if found else last
            piece = text[start:end]
            stripped = piece.strip(BLANK)
            if stripped:
                left = start + len(piece) - len(piece.lstrip(BLANK))
                yield left, left + len(stripped)
            start = found.end() if found else last
