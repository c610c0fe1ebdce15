"""The corpus: which documents there are, and their passages.

``corpus/documents.csv`` registers every document that is analysed. A *record* is a Markdown file: front matter, then
sections headed by a period, under each paragraphs that end in their citations, Pandoc style. A *passage* is a
paragraph, or a stretch of a long one.
"""

import re

from cityanalysis import originals as texts
from cityanalysis import readers, times

COLLECTIONS = ("records", "studies", "reports")
DERIVED = "corpus/derived"
LONGEST = 240  # characters of a passage

FRONT_MATTER = re.compile(r"---\n(?P<yaml>.*?)\n---\n", re.DOTALL)
CITATIONS = re.compile(r"(?:\s*\[@[^\[\]]*\])+\s*\Z")
CITED = re.compile(r"@([a-z0-9]+(?:-[a-z0-9]+)*)")
SENTENCE = re.compile(r".*?[。！？!?…]+[”’」』）)》]*|.+\Z", re.DOTALL)
CLAUSE = re.compile(r".*?[；;，,、：:]+|.+\Z", re.DOTALL)


def documents():
    """Return the registry of documents.

    Returns
    -------
    pandas.DataFrame
        The columns of ``tables.DOCUMENTS``, one row a document, all collections; ``n_chars`` as a number.

    Examples
    --------
    >>> documents()["collection"].value_counts().to_dict()
    {'reports': 124, 'records': 42, 'studies': 5}
    """
    registry = readers.table("corpus/documents.csv").reset_index(drop=True)
    return registry.assign(n_chars=registry["n_chars"].astype(int))


def references():
    """Return the works that the records cite.

    Returns
    -------
    pandas.DataFrame
        The columns of ``tables.REFERENCES``, one row a work.
    """
    return readers.table("corpus/references.csv").reset_index(drop=True)


def published(documents):
    """Return the date of each document from which the times in it are counted.

    Parameters
    ----------
    documents : pandas.DataFrame
        Rows of the registry.

    Returns
    -------
    dict of str to str
        From ``doc_id`` to a date, as exact as it is known. Empty for a record, which is a digest: what 去年 means in
        it is the date of the works it draws on, not its own. Work reports of which only the year is known are taken
        for ones of January, when most city congresses sit.

    Examples
    --------
    >>> days = published(documents())
    >>> days["guomai-benchmark"], days["nanjing-record"], days["nanjing-report-2024"]
    ('2020-09-18', '', '2024-01')
    """
    days = documents["published"].where(documents["genre"] != "record", "")
    bare = (documents["collection"] == "reports") & (days.str.len() == len("2024"))
    return dict(zip(documents["doc_id"], days.where(~bare, days + "-01"), strict=True))


def load(collections=("records",), *, second=False, originals=None):
    """Load documents and cut them into passages.

    Parameters
    ----------
    collections : sequence of str
        Which to load: ``records``, ``studies``, ``reports``, and those of your own (`cityanalysis.registry`), which
        are always read from their texts.
    second : bool
        Whether to load, beside the first record of each city, the second ones of the six exemplars, too. They are
        left out unless asked for, so that nothing counts double.
    originals : bool, optional
        Whether to read the texts of studies and reports, which are not in the repository, where they lie
        (`cityanalysis.originals.folder`). Without them these passages come from the shipped tables, with an empty text.

    Returns
    -------
    documents : pandas.DataFrame
        The rows of the registry that were loaded.
    passages : pandas.DataFrame
        The columns of ``tables.PASSAGES``: ``text`` is what stands in the document's file from character ``start`` to
        ``end``, without citations and with what ``data/corrections.csv`` puts right (where that makes a long paragraph
        longer or shorter, the cuts within it are some characters off in the file); ``refs`` are the ids it cites,
        parted by blanks; ``section`` is a record's period, else the numbers of the headings above; ``date_from`` and
        ``date_to`` as `cityanalysis.times.spans` finds them.

    Raises
    ------
    ValueError
        If a collection is unknown.
    cityanalysis.readers.ReadError
        If a file is missing or is not in the form of a record.

    Examples
    --------
    >>> docs, passages = load()
    >>> len(docs)
    36
    >>> sorted(set(passages["doc_id"]) - set(docs["doc_id"]))
    []
    """
    import pandas as pd

    wanted = [collections] if isinstance(collections, str) else list(collections)
    chosen = documents()
    there = list(dict.fromkeys([*COLLECTIONS, *chosen["collection"]]))
    unknown = [name for name in wanted if name not in there]
    if unknown:
        raise ValueError(f"collections {', '.join(map(repr, unknown))}: unknown; choose among {', '.join(there)}")
    chosen = chosen[chosen["collection"].isin(wanted)]
    if not second:
        chosen = chosen[~(chosen["doc_id"].str.endswith("-second") & (chosen["collection"] == "records"))]
    chosen = chosen.reset_index(drop=True)
    theirs = not {"studies", "reports"}.isdisjoint(wanted)
    folder = texts.folder(wanted=originals) if theirs else None
    shipped = theirs and folder is None
    readable = chosen[~chosen["collection"].isin(("studies", "reports"))] if folder is None else chosen
    cutter = _Cutter(folder, own=not set(wanted) <= set(COLLECTIONS))
    rows = [row for document in readable.itertuples() for row in cutter.passages(document)]
    columns = ["passage_id", "doc_id", "city", "section", "start", "end", "text", "refs", "date_from", "date_to"]
    passages = pd.DataFrame(rows, columns=columns[:8]).astype({"start": int, "end": int})
    passages = passages.join(times.spans(passages, times.tag(passages, published=published(chosen))))
    if shipped:
        stored = pd.read_parquet(readers.home() / DERIVED / "passages.parquet")
        stored = stored[stored["doc_id"].isin(chosen["doc_id"])].assign(text="", refs="")
        passages = pd.concat([passages, stored.reindex(columns=columns, fill_value="")], ignore_index=True)
    return chosen, passages


class _Cutter:
    """Cuts documents of the registry into passages; holds what is known of the frame and the faults of their texts."""

    def __init__(self, folder, *, own):
        self.folder = folder
        self.frames, self.corrections = {}, {}
        if folder is not None or own:
            for row in readers.table("data/frames.csv").itertuples():
                self.frames.setdefault(row.doc_id, []).append((int(row.start), int(row.end)))
            for row in readers.table("data/corrections.csv").itertuples():
                self.corrections.setdefault(row.doc_id, []).append((row.wrong, row.right))

    def paragraphs(self, document):
        """Yield section, start, end, text and references of each paragraph of a document."""
        if document.collection == "records":
            path = readers.home() / "corpus" / document.file
            for section, start, paragraph, refs in paragraphs(readers.text(path), path=path):
                yield section, start, start + len(paragraph), paragraph, " ".join(refs)
        else:
            # One's own documents lie in the checkout, wherever the shipped collections' texts are.
            theirs = document.collection in COLLECTIONS
            text = readers.text((self.folder if theirs else readers.home() / texts.FOLDER) / document.file)
            known = {
                "frames": self.frames.get(document.doc_id, ()),
                "corrections": self.corrections.get(document.doc_id, ()),
            }
            for section, start, end, paragraph in texts.paragraphs(text, **known):
                yield section, start, end, paragraph, ""

    def passages(self, document):
        """Yield the passages of a document as rows of ``tables.PASSAGES``, without their dates."""
        n = 0
        for section, start, end, paragraph, refs in self.paragraphs(document):
            for first, last in split(paragraph):
                n += 1
                # A corrected paragraph may be longer or shorter than what stands in the file.
                where = (start + first, start + last if last < len(paragraph) else end)
                yield (
                    f"{document.doc_id}#{n}",
                    document.doc_id,
                    document.city,
                    section,
                    *where,
                    paragraph[first:last],
                    refs,
                )


def front_matter(text, *, path):
    """Return the front matter of a record and where its body begins.

    Parameters
    ----------
    text : str
        The record as read.
    path : str or os.PathLike
        Its file, for messages.

    Returns
    -------
    dict, int
        The fields of the front matter; the position of the first character after it.

    Raises
    ------
    cityanalysis.readers.ReadError
        If there is none, or it is no YAML mapping.

    Examples
    --------
    >>> front_matter("---\\ncity: nanjing\\n---\\n## 2010\\n", path="nanjing.md")
    ({'city': 'nanjing'}, 22)
    """
    import yaml

    found = FRONT_MATTER.match(text)
    if not found:
        raise readers.ReadError(f"{path}:1: expected front matter between two lines '---'; add it")
    try:
        fields = yaml.safe_load(found["yaml"])
    except yaml.YAMLError as error:
        raise readers.ReadError(
            f"{path}: the front matter is not YAML ({str(error).splitlines()[0]}); mend it"
        ) from None
    if not isinstance(fields, dict):
        raise readers.ReadError(f"{path}:2: expected lines 'name: value' in the front matter")
    return fields, found.end()


def paragraphs(text, *, path):
    """Yield the paragraphs of a record.

    Parameters
    ----------
    text : str
        The record as read.
    path : str or os.PathLike
        Its file, for messages.

    Yields
    ------
    section : str
        The period that heads it.
    start : int
        Where in `text` it begins.
    paragraph : str
        Its text, without the citations at its end.
    refs : list of str
        What it cites, in order, each once.

    Raises
    ------
    cityanalysis.readers.ReadError
        If a paragraph stands before the first heading, has no citation, or has one in its midst.

    Examples
    --------
    >>> record = "---\\ncity: x\\n---\\n## 2010\\n\\n启动建设。[@a-1; @b-2]\\n"
    >>> list(paragraphs(record, path="x.md"))
    [('2010', 25, '启动建设。', ['a-1', 'b-2'])]
    """
    _, position = front_matter(text, path=path)
    section = None
    for line in text[position:].splitlines(keepends=True):
        start, position = position, position + len(line)
        content = line.strip()
        if not content:
            continue
        at = f"{path}:{text.count(chr(10), 0, start) + 1}"
        if content.startswith("## "):
            section = content[3:].strip()
            continue
        if section is None:
            raise readers.ReadError(f"{at}: a paragraph before the first heading; put '## ' and its period above it")
        start += len(line) - len(line.lstrip())
        body = CITATIONS.sub("", content)
        refs = list(dict.fromkeys(CITED.findall(content[len(body) :])))
        if not refs:
            raise readers.ReadError(f"{at}: a paragraph without a citation; end it in [@reference]")
        if not body:
            raise readers.ReadError(
                f"{at}: a citation without a paragraph; put it at the end of the one that it belongs to"
            )
        if "[@" in body:
            raise readers.ReadError(f"{at}: a citation in the midst of a paragraph; put all of them at its end")
        yield section, start, body, refs


def split(text, *, longest=LONGEST):
    """Cut a text into stretches at sentence ends.

    Parameters
    ----------
    text : str
        A paragraph.
    longest : int
        At most so many characters a stretch. A longer sentence is cut at a clause end, and where it has none, there.

    Returns
    -------
    list of (int, int)
        Start and end of each stretch; together they cover the text.

    Examples
    --------
    >>> split("第一句。第二句。第三句。", longest=8)
    [(0, 8), (8, 12)]
    """
    pieces = []
    for sentence in SENTENCE.findall(text):
        for clause in [sentence] if len(sentence) <= longest else CLAUSE.findall(sentence):
            pieces += [clause[i : i + longest] for i in range(0, len(clause), longest)]
    cuts, start, end = [], 0, 0
    for piece in pieces:
        if end > start and end + len(piece) - start > longest:
            cuts.append((start, end))
            start = end
        end += len(piece)
    return [*cuts, (start, end)] if end > start else cuts
