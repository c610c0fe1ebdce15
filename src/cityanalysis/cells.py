"""What the cells of the project's tables may hold, and where a table departs from it.

`cityanalysis.tables` says with these what each table holds. Files are read as text throughout (an empty cell is the
empty string), so that a fault can be named as it stands in the file.
"""

import pandera.pandas as pa

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
NUMBER = r"-?\d+(\.\d+)?"
SHA256 = r"[0-9a-f]{64}"
WRITER = r"[a-z][a-z0-9-]*"  # of a record: g1 to g6, second1 and second2, and whoever comes after them
NOTHING = ""  # what an optional pattern also allows


def text(*, pattern=None, among=None, empty=False, longest=None, unique=False):
    """Return a text column: matching a whole pattern, among given values, at most so long, empty or not."""
    checks = []
    if pattern is not None:
        checks.append(pa.Check.str_matches(rf"(?:{pattern}){'?' if empty else ''}\Z", error=f"matches {pattern}"))
    elif not empty and among is None:
        checks.append(pa.Check.str_length(min_value=1, error="is not empty"))
    if among is not None:
        allowed = [*among, NOTHING] if empty else list(among)
        checks.append(pa.Check.isin(allowed, error=f"is one of {', '.join(a or '(empty)' for a in allowed)}"))
    if longest is not None:
        checks.append(pa.Check.str_length(max_value=longest, error=f"has at most {longest} characters"))
    return pa.Column(str, checks, unique=unique)


def count(least=0):
    """Return a column of whole numbers from `least` upwards."""
    return pa.Column(int, pa.Check.ge(least))


def table(name, columns, *, unique=None):
    """Return a schema that asks for just these columns in this order."""
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=unique, name=name)


def faults(table, schema):
    """List where a table departs from its schema.

    Parameters
    ----------
    table : pandas.DataFrame
        The table, as read.
    schema : pandera.pandas.DataFrameSchema
        One of this module's constants.

    Returns
    -------
    list of (int or None, str)
        The position of the row (from 0; None where the fault is the table's as a whole) and what is wrong.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"collection": ["records"], "city": ["nanjing"], "role": ["tuned"]})
    >>> from cityanalysis.tables import SPLITS
    >>> faults(table, SPLITS)
    [(0, "role: 'tuned' is not so: is one of develop, judge, exemplar")]
    """
    try:
        schema.validate(table.reset_index(drop=True), lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    found = []
    for case in cases.to_dict("records"):
        row = None if case["index"] is None or case["index"] != case["index"] else int(case["index"])
        column = case["column"] if isinstance(case["column"], str) else schema.name
        found.append((row, _explain(case, column)))
    return sorted(set(found), key=lambda fault: (-1 if fault[0] is None else fault[0], fault[1]))


def _explain(case, column):
    """Return pandera's failure case in plain words."""
    check, value = str(case["check"]), case["failure_case"]
    if check in ("field_uniqueness", "multiple_fields_uniqueness"):
        return f"{column}: {value!r} stands here more than once"
    if check == "column_in_dataframe":
        return f"column {value!r} is missing"
    if check == "column_in_schema":
        return f"column {value!r} is not expected"
    if check == "column_ordered":
        return f"column {value!r} is out of order"
    return f"{column}: {value!r} is not so: {check}"
