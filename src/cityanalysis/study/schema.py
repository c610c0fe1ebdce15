"""What the tables of corpus/ and data/ hold, as ``datapackage.yaml`` describes them, and where a table departs from it.

The descriptor is a Frictionless Data Package. Cells are looked at as text (an empty cell is the empty string), so that
a fault can be named as it stands in the file. ``python -m cityanalysis.study.schema`` writes the tables of the README
files anew.
"""

import functools
import re
from collections import Counter

import yaml

from cityanalysis import files

DESCRIPTOR = "datapackage.yaml"
DATE = "http://id.loc.gov/datatypes/edtf/EDTF-level0"  # the rdfType of a column of dates
TYPES = {
    "any": (r"(?s).*", "bytes"),
    "string": (r"(?s).*", "text"),
    "integer": (r"0|-?[1-9][0-9]*", "whole number"),
    "number": (r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", "number"),
    "year": (r"[0-9]{4}", "year"),
}
# Whether a cell keeps a constraint, and what is wrong where it does not; the others are looked at elsewhere.
CONSTRAINTS = {
    "enum": (lambda cell, allowed: cell in allowed, "is not one of {}"),
    "pattern": (lambda cell, pattern: re.fullmatch(pattern, cell), "does not match {}"),
    "maxLength": (lambda cell, longest: len(cell) <= longest, "has more than {} characters"),
    "minimum": (lambda cell, least: float(cell) >= least, "is less than {}"),
    "maximum": (lambda cell, most: float(cell) <= most, "is more than {}"),
    "required": (lambda cell, _: True, ""),
    "unique": (lambda cell, _: True, ""),
}
READMES = ("corpus/README.md", "data/README.md")
TABLE = re.compile(r"(<!-- table: (\S+) -->\n)(?:(?!<!--).)*(?=<!-- end -->)", re.DOTALL)


def resources():
    """Return what `datapackage.yaml` in `cityanalysis.files.home` says of each table; do not change it.

    From the name of a resource to its descriptor, as Frictionless specifies it: ``path``, ``title``, ``description``,
    ``schema`` with ``fields``, ``primaryKey``, ``uniqueKeys`` and ``foreignKeys``. Without the file, as where the
    package is installed without the data, there is a `cityanalysis.files.ReadError`.

    Examples
    --------
    >>> resources()["gold-times"]["path"]
    'data/gold/times.csv'
    """
    return _resources(files.text(files.home() / DESCRIPTOR))


@functools.cache
def _resources(descriptor):
    """Return the resources of a descriptor, by name; the C loader takes a tenth of the time."""
    package = yaml.load(descriptor, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {resource["name"]: resource for resource in package["resources"]}


def fields(name):
    """Return the columns of a resource: from the name of each to its descriptor, in the order of the file.

    Examples
    --------
    >>> list(fields("splits"))
    ['collection', 'city', 'role']
    >>> fields("splits")["role"]["constraints"]["enum"]
    ['develop', 'judge', 'exemplar']
    """
    return {field["name"]: field for field in resources()[name]["schema"]["fields"]}


def links(name):
    """Return the columns of a resource whose values must stand in another table.

    From the name of a column to what separates the values in its cells (empty where a cell holds one value), and the
    resources and their columns in one of which each value must stand.

    Examples
    --------
    >>> links("lexicon-terms")
    {'domain': ('', [('lexicon-domains', 'domain')]),
     'source': (';', [('lexicon-sources', 'source'), ('documents', 'doc_id')])}
    """
    single = {
        column: ("", [(key["reference"]["resource"], other)])
        for key in resources()[name]["schema"].get("foreignKeys", ())
        for column, other in zip(key["fields"], key["reference"]["fields"], strict=True)
    }
    lists = {
        column: (field["x-separator"], [tuple(key.split(".")) for key in field["x-references"]])
        for column, field in fields(name).items()
        if "x-references" in field
    }
    return single | lists


def faults(table, schema):
    """List where a table, as read, departs from a Frictionless Table Schema, such as that of a resource.

    By row: its label in the table's index (None where the fault is the table's as a whole) and what is wrong.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"collection": ["records"], "city": ["nanjing"], "role": ["tuned"]}, index=[2])
    >>> faults(table, resources()["splits"]["schema"])
    [(2, "role: 'tuned' is not one of develop, judge, exemplar")]
    """
    known = {field["name"]: field for field in schema["fields"]}
    cells = {name: [str(cell) for cell in table[name].tolist()] for name in known if name in table}
    found = []  # the position of the row, what is wrong
    for name, column in cells.items():
        wrong = {cell: fault for cell in set(column) if (fault := _fault(cell, known[name]))}
        found += [(row, f"{name}: {wrong[cell]}") for row, cell in enumerate(column) if cell in wrong]
        nulls = table[name].isna().to_numpy().nonzero()[0]  # which a file cannot hold
        found += [(row, f"{name}: is null; an empty cell is an empty text") for row in nulls]
    for key in [key for key in _keys(schema) if set(key) <= set(cells)]:  # a part of a key may well stand twice
        values = list(zip(*(cells[name] for name in key), strict=True))
        often = Counter(values)
        again = [(row, ", ".join(map(repr, value))) for row, value in enumerate(values) if often[value] > 1]
        found += [(row, f"{', '.join(key)}: {value} stands here more than once") for row, value in again]
    labels = table.index.tolist()
    rows = [(labels[row], fault) for row, fault in sorted(found, key=lambda fault: fault[0])]
    return [(None, fault) for fault in _head(list(table), list(known))] + rows


def _head(given, wanted):
    """Yield where the columns that are given are not those that are wanted."""
    yield from (f"column {name!r} is missing" for name in wanted if name not in given)
    yield from (f"column {name!r} is not expected" for name in given if name not in wanted)
    here = [name for name in given if name in wanted]
    there = [name for name in wanted if name in given]
    yield from (f"column {name!r} is out of order" for name, right in zip(here, there, strict=True) if name != right)


def _keys(schema):
    """Return the columns, or groups of columns, in which no value may stand twice."""
    single = [[field["name"]] for field in schema["fields"] if field.get("constraints", {}).get("unique")]
    return [*([schema["primaryKey"]] if "primaryKey" in schema else []), *schema.get("uniqueKeys", []), *single]


def _fault(cell, field):
    """Say what is wrong with a cell, if anything."""
    constraints = field.get("constraints", {})
    if cell == "":
        return "is empty; fill it in" if constraints.get("required") else ""
    form, name = TYPES[field["type"]]
    if not re.fullmatch(form, cell):
        return f"{cell!r} is not a {name}"
    for constraint, value in constraints.items():
        holds, complaint = CONSTRAINTS[constraint]
        if not holds(cell, value):
            return f"{cell!r} {complaint.format(', '.join(value) if isinstance(value, list) else value)}"
    return f"there is no day {cell}" if field.get("rdfType") == DATE and not files.is_date(cell) else ""


def document(text):
    """Return the text of a README with its tables made anew, each from the resource that its mark names.

    Examples
    --------
    >>> print(document("# Splits\\n\\n<!-- table: splits -->\\n<!-- end -->\\n"))  # doctest: +ELLIPSIS
    # Splits
    <BLANKLINE>
    <!-- table: splits -->
    A row is a city in one of the collections.
    <BLANKLINE>
    | column | holds | meaning |
    |---|---|---|
    | **`collection`** | `records`, `studies`, `reports` | in which |
    | **`city`** | key of `cities.csv` | the city |
    ...
    <!-- end -->
    <BLANKLINE>
    """
    return TABLE.sub(lambda found: found[1] + _table(resources()[found[2]]), text)


def _table(resource):
    """Return a resource's description and its columns as Markdown."""
    schema, linked = resource["schema"], links(resource["name"])
    rows = [resource["description"], "", "| column | holds | meaning |", "|---|---|---|"]
    for field in schema["fields"]:
        bold = "**" * (field["name"] in schema.get("primaryKey", []))
        cells = f"{bold}`{field['name']}`{bold}", _holds(field, linked), field["description"]
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join([*rows, ""])


def _holds(field, links):
    """Say in a few words what a column may hold."""
    constraints, separator = field.get("constraints", {}), field.get("x-separator", "")
    if field["name"] in links:
        names = [f"`{resources()[other]['path'].rpartition('/')[2]}`" for other, _ in links[field["name"]][1]]
        words = f"{'keys' if separator else 'key'} of {' or '.join(names)}"
    elif "enum" in constraints:
        words = ", ".join(f"`{value}`" for value in constraints["enum"])
    elif "maximum" in constraints:
        words = f"{TYPES[field['type']][1]} from {constraints['minimum']} to {constraints['maximum']}"
    else:
        words = "date" if field.get("rdfType") == DATE else "list" if separator else TYPES[field["type"]][1]
    if "maxLength" in constraints:
        words += f", at most {constraints['maxLength']} characters"
    if separator:
        words += f", separated by {'blanks' if separator == ' ' else f'`{separator}`'}"
    return words if constraints.get("required") else f"{words}, or empty"


if __name__ == "__main__":
    for readme in READMES:
        path = files.home() / readme
        files.write_text(path, document(files.text(path)))
