"""Hold every file of corpus/ and data/ against its schema and against the others."""

import datetime
import hashlib

from cityanalysis import cells, corpus, originals, readers, tables

# Whose cells must stand in whose: file, column, file, column. Lists in a cell are parted by `;`, references by blanks.
LINKS = (
    ("corpus/documents.csv", "city", "data/cities.csv", "city"),
    ("corpus/references.csv", "city", "data/cities.csv", "city"),
    ("data/frames.csv", "doc_id", "corpus/documents.csv", "doc_id"),
    ("data/corrections.csv", "doc_id", "corpus/documents.csv", "doc_id"),
    ("data/events.csv", "city", "data/cities.csv", "city"),
    ("data/events.csv", "ref_id", "corpus/references.csv", "ref_id"),
    ("data/indicators.csv", "city", "data/cities.csv", "city"),
    ("data/indicators.csv", "ref_id", "corpus/references.csv", "ref_id"),
    ("data/innovations.csv", "city", "data/cities.csv", "city"),
    ("data/innovations.csv", "ref_id", "corpus/references.csv", "ref_id"),
    ("data/innovations.csv", "claim_refs", "corpus/references.csv", "ref_id"),
    ("data/splits.csv", "city", "data/cities.csv", "city"),
    ("data/fact_checks.csv", "city", "data/cities.csv", "city"),
    ("data/fact_checks.csv", "ref_id", "corpus/references.csv", "ref_id"),
    ("data/mended.csv", "city", "data/cities.csv", "city"),
    ("data/lexicon/terms.csv", "domain", "data/lexicon/domains.csv", "domain"),
    ("data/lexicon/terms.csv", "source", "data/lexicon/sources.csv", "source"),
    ("data/lexicon/stopwords.csv", "source", "data/lexicon/sources.csv", "source"),
)
DATES = (
    ("corpus/documents.csv", "published"),
    ("corpus/references.csv", "published"),
    ("data/events.csv", "date"),
    ("data/innovations.csv", "date"),
    ("data/national.csv", "date_from"),
    ("data/national.csv", "date_to"),
)


def check():
    """Check the files of `cityanalysis.readers.home`.

    Returns
    -------
    list of str
        One line a fault, ``file:line: what is wrong``; empty where all is well. Checked are: that each file can be read
        and holds what its schema in `cityanalysis.tables` says; that text is composed Unicode and dates exist; that
        cities, references, domains and sources that are named are known; that records and registry list the same files,
        agree in front matter, and each sha256 and number of characters is right, of one's own documents, too; that
        paragraphs of records are in form and cite known references; that roles and marks of cities fit the registry;
        that an innovation has a date and a reference where it is found, and only there; that no term stands twice or
        comes from a city that is kept for judging.

    Examples
    --------
    >>> check()
    []
    """
    found, read = [], {}
    for name, schema in tables.FILES.items():
        try:
            table = readers.table(name)
        except readers.ReadError as error:
            found.append(str(error))
            continue
        columns = cells.faults(table, schema)
        found += [f"{name}:{1 if row is None else table.index[row]}: {fault}" for row, fault in columns]
        found += _not_nfc(name, table)
        if not [fault for row, fault in columns if row is None]:
            read[name] = table
    for file, column in DATES:
        if file in read:
            found += _impossible_dates(file, read[file], column)
    for file, column, other, key in LINKS:
        if file in read and other in read:
            keys = set(read[other][key])
            if column == "source" and "corpus/documents.csv" in read:  # a term may come from a record
                keys |= set(read["corpus/documents.csv"]["doc_id"])
            found += _unknown(file, read[file], column, other, keys)
    if {"corpus/documents.csv", "corpus/references.csv", "data/cities.csv", "data/splits.csv"} <= set(read):
        found += _records(read["corpus/documents.csv"], set(read["corpus/references.csv"]["ref_id"]))
        found += _own(read["corpus/documents.csv"])
        found += _collections(read)
    found += _innovations(read)
    if "corpus/derived/sha256.csv" in read:
        found += _derived(read["corpus/derived/sha256.csv"])
    if {"data/lexicon/terms.csv", "data/splits.csv"} <= set(read):
        found += _terms_from_kept_cities(read["data/lexicon/terms.csv"], read["data/splits.csv"])
    if {"data/lexicon/terms.csv", "data/lexicon/stopwords.csv"} <= set(read):
        stop = set(read["data/lexicon/stopwords.csv"]["term"])
        terms = read["data/lexicon/terms.csv"]
        both = terms[terms["term"].isin(stop)]
        found += [f"data/lexicon/terms.csv:{i}: {term!r} is a stop word, too" for i, term in both["term"].items()]
    return list(dict.fromkeys(found))


def _not_nfc(name, table):
    """Yield cells whose text is not composed."""
    for column in table:
        for line, cell in table[column].items():
            if not readers.is_nfc(cell):
                yield f"{name}:{line}: {column}: {cell!r} is not composed Unicode (NFC)"


def _impossible_dates(name, table, column):
    """Yield days that no calendar has."""
    for line, cell in table[column].items():
        if len(cell) == len("2011-09-08"):
            try:
                datetime.date.fromisoformat(cell)
            except ValueError:
                yield f"{name}:{line}: {column}: there is no day {cell}"


def _unknown(name, table, column, other, known):
    """Yield cells that name what the other file does not have."""
    for line, cell in table[column].items():
        parts = {"source": cell.split(";"), "claim_refs": cell.split()}.get(column, [cell])
        for value in parts:
            if value and value not in known:
                yield f"{name}:{line}: {column}: {value!r} does not stand in {other}"


def _innovations(read):
    """Yield rows whose date or reference does not fit their status."""
    name = "data/innovations.csv"
    for row in read[name].itertuples() if name in read else ():
        for column, cell in (("date", row.date), ("ref_id", row.ref_id)):
            if (cell != "") != (row.status == "found"):
                want = "give one" if row.status == "found" else "take it out or say 'found'"
                yield f"{name}:{row.Index}: {column} is {cell!r}, status {row.status!r}; {want}"


def _records(registry, references):
    """Yield faults of the records and of what the registry says of them."""
    folder = readers.home() / "corpus"
    registered = {row.file: row for row in registry.itertuples() if row.collection == "records"}
    for path in sorted((folder / "records").glob("*")):
        if path.relative_to(folder).as_posix() not in registered:
            yield f"corpus/{path.relative_to(folder).as_posix()}:1: is not registered in corpus/documents.csv"
    for file, row in registered.items():
        at, shown = f"corpus/documents.csv:{row.Index}", f"corpus/{file}"
        try:
            text = readers.text(folder / file)
            fields, _ = corpus.front_matter(text, path=shown)
            paragraphs = list(corpus.paragraphs(text, path=shown))
        except readers.ReadError as error:
            yield str(error).replace(str(folder / file), shown)
            continue
        sha256 = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        if row.sha256 != sha256:
            yield f"{at}: sha256 of {file} is {sha256}, not {row.sha256}; if the change is meant, put it in"
        if row.n_chars != str(len(text)):
            yield f"{at}: n_chars of {file} is {len(text)}, not {row.n_chars}; if the change is meant, put it in"
        for field in ("city", "writer", "title"):
            if str(fields.get(field)) != getattr(row, field):
                yield f"{shown}:1: {field} is {fields.get(field)!r}, in corpus/documents.csv {getattr(row, field)!r}"
        if not readers.is_nfc(text):
            yield f"{shown}:1: is not composed Unicode (NFC)"
        for _, start, _, refs in paragraphs:
            line = text.count("\n", 0, start) + 1
            yield from (
                f"{shown}:{line}: cites {ref!r}, which corpus/references.csv lacks"
                for ref in refs
                if ref not in references
            )


def _own(registry):
    """Yield where a user's own documents are not what the registry says; a text that is not there is no fault."""
    for row in registry[~registry["collection"].isin(tables.COLLECTIONS)].itertuples():
        at, path = f"corpus/documents.csv:{row.Index}", readers.home() / originals.FOLDER / row.file
        if row.file != f"{row.collection}/{row.doc_id}.txt":
            yield f"{at}: file of {row.doc_id} is {row.file!r}, not '{row.collection}/{row.doc_id}.txt'"
        elif path.is_file():
            again = f"; 'cityanalysis remove {row.doc_id}' and add it again"
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            if row.sha256 != sha256:
                yield f"{at}: sha256 of {row.file} is {sha256}, not {row.sha256}{again}"
                continue
            try:
                n_chars = len(readers.text(path))
            except readers.ReadError as error:
                yield str(error)
                continue
            if row.n_chars != str(n_chars):
                yield f"{at}: n_chars of {row.file} is {n_chars}, not {row.n_chars}{again}"


def _derived(sums):
    """Yield derived files that are missing, not listed, or not those that were written."""
    folder = readers.home() / corpus.DERIVED
    listed = dict(zip(sums["file"], sums.itertuples(), strict=True))
    for path in sorted(folder.glob("*.parquet")):
        if path.name not in listed:
            yield f"{corpus.DERIVED}/{path.name}:1: is not listed in sha256.csv; run 'cityanalysis derive'"
    for file, row in listed.items():
        if not (folder / file).is_file():
            yield f"{corpus.DERIVED}/sha256.csv:{row.Index}: there is no file {file}"
        elif hashlib.sha256((folder / file).read_bytes()).hexdigest() != row.sha256:
            yield f"{corpus.DERIVED}/sha256.csv:{row.Index}: the sha256 of {file} is another; run 'cityanalysis derive'"


def _terms_from_kept_cities(terms, splits):
    """Yield terms that come from the record of a city that nothing may be built on."""
    roles = splits[splits["collection"] == "records"].set_index("city")["role"]
    for line, sources in terms["source"].items():
        for source in sources.split(";"):
            role = roles.get(source.removesuffix("-record"), "develop")
            if role in ("judge", "exemplar"):
                yield f"data/lexicon/terms.csv:{line}: source: {source} is of a city kept as {role}; take it out"


def _collections(read):
    """Yield cities whose marks or roles do not fit the documents registered for them."""
    registry, splits = read["corpus/documents.csv"], read["data/splits.csv"]
    for collection, column in (("records", "has_record"), ("reports", "has_report")):
        having = set(registry.loc[registry["collection"] == collection, "city"])
        for row in read["data/cities.csv"].itertuples():
            if (getattr(row, column) == "yes") != (row.city in having):
                yield f"data/cities.csv:{row.Index}: {column} of {row.city} does not fit corpus/documents.csv"
        roles = splits.loc[splits["collection"] == collection, "city"]
        for line, city in roles[~roles.isin(having)].items():
            yield f"data/splits.csv:{line}: {city} has a role in {collection}, but no document there"
        for city in sorted(having - set(roles)):
            yield f"data/splits.csv:1: {city} has no role in {collection}; add a row"
    names = read["data/cities.csv"]["aliases"].str.split("|").explode()
    for line, name in names[names.duplicated()].items():
        yield f"data/cities.csv:{line}: aliases: {name!r} stands here or before already; a form names one city, once"
