"""Hold every file of corpus/ and data/ against ``datapackage.yaml`` and against the others."""

import hashlib

from pyarrow import parquet

from cityanalysis import documents, files
from cityanalysis.study import schema

OUTSIDE = ("corpus/originals/", "data/own/")  # texts of others and codes of one's own, which no other checkout has


def faults():
    """Check the files of `cityanalysis.files.home`: a line a fault, ``file:line: what is wrong, what to do``.

    Checked are: that every table that is described can be read, and that there is no other; what `of_tables` says; that
    records and registry list the same files, agree in front matter, and each sha256 and number of characters is right;
    that paragraphs of records are in form and cite known references; that passages of records are still those that were
    read, marked and coded; that derived tables are those that were written. Without a corpus, or a ``datapackage.yaml``
    beside it, there is a `cityanalysis.files.ReadError`.

    Examples
    --------
    >>> faults()
    []
    """
    found, tables = _undescribed(), {}
    for name, resource in schema.resources().items():
        if resource["format"] == "csv":
            try:
                tables[name] = files.table(resource["path"])
            except files.ReadError as error:
                found.append(str(error))
    found += of_tables(tables)
    tables = _whole(tables)
    if {"documents", "references"} <= set(tables):
        found += _records(tables)
    if "checksums" in tables:
        found += _derived(tables["checksums"])
    return list(dict.fromkeys(found))


def of_tables(tables):
    """Check tables (by the names of their resources, as read), each by itself and against the others, as `faults` does.

    Checked are: that each holds what ``datapackage.yaml`` says; that text is composed Unicode; that cities, references,
    domains and sources that are named are known; that roles and marks of cities fit the registry; that a name stands
    for one city; that an innovation has a date and a reference where it is found, and only there; that no term is a
    stop word or comes from a city that is kept for judging. What concerns a table that is not there is left out.

    Examples
    --------
    >>> tables = {name: files.table(f"data/{name}.csv") for name in ("cities", "splits")}
    >>> tables["splits"].loc[2, "city"] = "atlantis"
    >>> of_tables(tables)
    ["data/splits.csv:2: city: 'atlantis' does not stand in data/cities.csv; add it there or mend it"]
    """
    found = [
        _at(name, line or 1, fault)
        for name, table in tables.items()
        for line, fault in schema.faults(table, schema.resources()[name]["schema"])
    ]
    tables = _whole(tables)
    for name, table in tables.items():
        found += [*_not_composed(name, table), *_unknown(name, table, tables)]
    for rule, needed in RULES.items():
        if set(needed) <= set(tables):
            found += rule(*(tables[name] for name in needed))
    return found


def _at(name, line, fault):
    """Return a fault of a table with its place."""
    return f"{schema.resources()[name]['path']}:{line}: {fault}"


def _whole(tables):
    """Return the tables that have their columns, without which no rule could be held against them."""
    return {name: table for name, table in tables.items() if list(table) == list(schema.fields(name))}


def _undescribed():
    """Return tables that nobody has described."""
    known = {resource["path"] for resource in schema.resources().values()}
    paths = [path for folder in ("corpus", "data") for path in sorted((files.home() / folder).rglob("*"))]
    names = [path.relative_to(files.home()).as_posix() for path in paths if path.suffix in (".csv", ".parquet")]
    return [
        f"{name}:1: is not described in {schema.DESCRIPTOR}; describe it there or take it out"
        for name in names
        if name not in known and not name.startswith(OUTSIDE)
    ]


def _not_composed(name, table):
    """Yield cells whose text is not composed."""
    for column, cells in table.items():
        for line, cell in cells[~cells.map(files.is_nfc).astype(bool)].items():
            yield _at(name, line, f"{column}: {cell!r} is not composed Unicode (NFC); compose it")


def _unknown(name, table, tables):
    """Yield cells that name what stands in none of the tables in which it should."""
    for column, (separator, keys) in schema.links(name).items():
        if all(other in tables for other, _ in keys):
            known = {"", *(value for other, key in keys for value in tables[other][key])}
            where = " or ".join(schema.resources()[other]["path"] for other, _ in keys)
            cells = table[column].str.split(separator, regex=False).explode() if separator else table[column]
            for line, value in cells[~cells.isin(known)].items():
                yield _at(name, line, f"{column}: {value!r} does not stand in {where}; add it there or mend it")


def _collections(cities, registry, splits):
    """Yield cities whose marks or roles do not fit the documents registered for them."""
    for collection, column in (("records", "has_record"), ("reports", "has_report")):
        having = set(registry.loc[registry["collection"] == collection, "city"])
        for line, city, mark in zip(cities.index, cities["city"], cities[column], strict=True):
            if (mark == "yes") != (city in having):
                yield _at("cities", line, f"{column} of {city} does not fit corpus/documents.csv; make them agree")
        roles = splits.loc[splits["collection"] == collection, "city"]
        for line, city in roles[~roles.isin(having)].items():
            yield _at("splits", line, f"{city} has a role in {collection}, but no document there; take the row out")
        for city in sorted(having - set(roles)):
            yield _at("splits", 1, f"{city} has no role in {collection}; add a row")


def _aliases(cities):
    """Yield names that stand for two cities, or twice for one."""
    names = cities["aliases"].str.split("|").explode()
    for line, name in names[names.duplicated()].items():
        yield _at("cities", line, f"aliases: {name!r} stands here or before already; a form names one city, once")


def _pages(references):
    """Yield rows that mark a page otherwise than another row does."""
    paged = references[references["url"] != ""]
    for column in ("publisher_kind", "mirror"):
        first = paged.groupby("url")[column].transform("first")
        for line in paged.index[paged[column] != first]:
            fault = f"{column} is {paged[column][line]!r}, in another row of the same page {first[line]!r}"
            yield _at("references", line, f"{fault}; make them agree")


def _innovations(innovations):
    """Yield rows whose date or reference does not fit their status."""
    for row in innovations.itertuples():
        for column, cell in (("date", row.date), ("ref_id", row.ref_id)):
            if (cell != "") != (row.status == "found"):
                advice = "give one" if row.status == "found" else "take it out or say 'found'"
                yield _at("innovations", row.Index, f"{column} is {cell!r}, status {row.status!r}; {advice}")


def _terms(terms, stopwords, registry, splits):
    """Yield terms that are stop words, or come from a record of a city that nothing may be built on."""
    for line, term in terms.loc[terms["term"].isin(stopwords["term"]), "term"].items():
        yield _at("lexicon-terms", line, f"{term!r} is a stop word, too; take it out of one of the lists")
    roles = splits[splits["collection"] == "records"].set_index("city")["role"].to_dict()
    records = registry[registry["collection"] == "records"]
    role = records.set_index("doc_id")["city"].map(roles).to_dict()
    for line, source in terms["source"].str.split(";").explode().items():
        if role.get(source) in ("judge", "exemplar"):
            yield _at("lexicon-terms", line, f"source: {source} is of a city kept as {role[source]}; take it out")


# What is no matter of single cells, and the tables that it needs.
RULES = {
    _collections: ("cities", "documents", "splits"),
    _aliases: ("cities",),
    _pages: ("references",),
    _innovations: ("innovations",),
    _terms: ("lexicon-terms", "lexicon-stopwords", "documents", "splits"),
}


def _records(tables):
    """Yield faults of the records, and of what registry and gold tables say of them."""
    folder, cited = files.home() / "corpus", set(tables["references"]["ref_id"])
    registered = {row.file: row for row in tables["documents"].itertuples() if row.collection == "records"}
    for file in sorted(f"records/{path.name}" for path in (folder / "records").glob("*")):
        if file not in registered:
            yield f"corpus/{file}:1: is not registered in corpus/documents.csv; add a row"
    texts = {}  # of a record: its passages
    for file, row in registered.items():
        path, shown = folder / file, f"corpus/{file}"
        try:
            text = files.text(path)
            fields, _ = documents.front_matter(text, path=shown)
            passages = documents.record_passages(text, path=shown, doc_id=row.doc_id, city=row.city)
        except files.ReadError as error:
            yield str(error).replace(str(path), shown)
            continue
        texts[row.doc_id] = passages.set_index("passage_id")["text"].to_dict()
        facts = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "n_chars": str(len(text))}
        yield from _misfits(shown, row, facts, fields)
        if not files.is_nfc(text):
            yield f"{shown}:1: is not composed Unicode (NFC); compose it"
        cites = zip(passages["start"], passages["refs"], strict=True)
        for line, ref in [(text.count("\n", 0, start) + 1, ref) for start, refs in cites for ref in refs.split()]:
            if ref not in cited:
                yield f"{shown}:{line}: cites {ref!r}, which corpus/references.csv lacks; add it there or mend it"
    known = set(tables["documents"]["doc_id"])
    for name, table in tables.items():
        if {"passage_id", "sha1"} <= set(table):
            yield from _other_texts(name, table, texts, known)


def _misfits(shown, row, facts, fields):
    """Yield where the registry says other things of a record than the record itself."""
    for column, fact in facts.items():
        if getattr(row, column) != fact:
            fault = f"{column} of {row.file} is {fact}, not {getattr(row, column)}; if the change is meant, put it in"
            yield _at("documents", row.Index, fault)
    for column in ("city", "writer", "title"):
        given, wanted = fields.get(column), getattr(row, column)
        if str(given) != wanted:
            yield f"{shown}:1: {column} is {given!r}, in corpus/documents.csv {wanted!r}; make them agree"


def _other_texts(name, table, texts, known):
    """Yield passages and sentences of records whose text is not the one that was read, marked or coded."""
    for row in table.itertuples():
        document = row.passage_id.partition("#")[0]
        if document not in known:
            fault = f"passage_id: {document!r} does not stand in corpus/documents.csv; add it there or mend it"
            yield _at(name, row.Index, fault)
        elif document in texts:
            text = texts[document].get(row.passage_id, "")
            if "start" in table and row.start.isdecimal() and row.end.isdecimal():
                text = text[int(row.start) : int(row.end)]
            if hashlib.sha1(text.encode()).hexdigest() != row.sha1:
                fault = f"the text of {row.passage_id} is not the one that was read (sha1)"
                yield _at(name, row.Index, f"{fault}; undo the change or read it anew")


def _derived(sums):
    """Yield derived tables that are missing, not listed, not those that were written, or have other columns."""
    described = {r["path"]: name for name, r in schema.resources().items() if r["format"] == "parquet"}
    folder = schema.resources()["checksums"]["path"].rpartition("/")[0]
    listed = {f"{folder}/{row.file}": row for row in sums.itertuples()}
    again = "run 'cityanalysis derive'"
    for path in sorted({*described, *listed}):
        if path not in listed:
            yield _at("checksums", 1, f"lacks {path}; {again}")
            continue
        row, file = listed[path], files.home() / path
        if not file.is_file():
            yield _at("checksums", row.Index, f"there is no file {row.file}; {again}")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != row.sha256:
            yield _at("checksums", row.Index, f"the sha256 of {row.file} is another; {again}")
        elif path in described:
            given, wanted = parquet.read_schema(file).names, list(schema.fields(described[path]))
            if given != wanted:
                yield f"{path}:1: the columns are {', '.join(given)}; expected {', '.join(wanted)}; {again}"
