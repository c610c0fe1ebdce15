"""The stored notebooks: executed whole and in order, and in the form that readers are promised."""

import ast
import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAIN = sorted(path for path in (ROOT / "notebooks").glob("[0-9]*.ipynb") if "-Copy" not in path.name)
NOTEBOOKS = [*MAIN, *sorted((ROOT / "notebooks" / "methods").glob("*.ipynb"))]
SILENT = {"ca.figures.use_style()"}  # what may end a cell without showing anything


def cells(path, kind):
    """Return the cells of a notebook that are of a kind."""
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell):
    """Return what stands in a cell."""
    return "".join(cell["source"])


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    """Give each stored notebook."""
    return request.param


def test_there_are_notebooks():
    """The collection is there, each notebook with a number of its own."""
    numbers = [path.stem.partition("_")[0] for path in MAIN]
    assert len(set(numbers)) == len(numbers) >= 3


def test_executed_in_order(notebook):
    """Each code cell has run, in the order in which it stands, and none ended in an error."""
    code = cells(notebook, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert not [o for cell in code for o in cell["outputs"] if o["output_type"] == "error"]


def test_no_times_are_stored(notebook):
    """A notebook that is executed again with the same result is the same file."""
    assert not any("execution" in cell["metadata"] for cell in cells(notebook, "code"))


def test_no_cell_is_silently_empty(notebook):
    """A cell that ends in an expression shows something: nbval passes a stripped cell without a word."""
    for cell in cells(notebook, "code"):
        last = ast.parse(source(cell)).body[-1]
        if isinstance(last, ast.Expr | ast.For) and ast.unparse(last) not in SILENT:
            assert cell["outputs"], source(cell)


def test_each_figure_has_its_data_below(notebook):
    """Under a figure stands a table, since nbval compares text and not pictures."""
    code = cells(notebook, "code")
    shown = [{kind for output in cell["outputs"] for kind in output.get("data", {})} for cell in code]
    for figure, below in zip(shown, [*shown[1:], set()], strict=True):
        if "image/png" in figure:
            assert "text/html" in below


def test_nothing_is_written_to_stderr(notebook):
    """No warning stands in an output: its text would differ from machine to machine."""
    assert not [o for cell in cells(notebook, "code") for o in cell["outputs"] if o.get("name") == "stderr"]


def test_skipped_cells_give_a_reason(notebook):
    """A cell that nbval is told not to compare says why in its first line."""
    for cell in cells(notebook, "code"):
        if {"nbval-skip", "nbval-ignore-output"} & set(cell["metadata"].get("tags", [])):
            assert source(cell).startswith("# Not compared: ")


def test_form(notebook):
    """A notebook opens with its answer in two languages, ends with its limits, and defines nothing."""
    prose, code = (
        [source(cell) for cell in cells(notebook, "markdown")],
        [source(cell) for cell in cells(notebook, "code")],
    )
    assert re.match(r"# .+\?\n", prose[0])
    assert [head for head in ("**In one minute**", "**三句话**") if head not in prose[0]] == []
    assert prose[-1].startswith("## What this cannot tell")
    assert not re.search(r"^\s*(def|class)\s", "\n".join(code), re.MULTILINE)
    parameters = sum("parameters" in cell["metadata"].get("tags", []) for cell in cells(notebook, "code"))
    wanted = int(notebook.stem != "00_findings")  # which only tells what the others found
    assert parameters == wanted, f"cells tagged parameters: {parameters}, expected {wanted}"


def told(text):
    """Yield the numbers of a text, but those in links, code, years and names, with their unit and what stands around.

    A number may touch Chinese characters, but no letters: 5G and T1 are names.
    """
    text = re.sub(
        r"\]\([^)]*\)|`[^`]*`|<[^>]*>|(?<![A-Za-z\d])(?:19|20)\d\d(?![A-Za-z\d])|^#.*$", " ", text, flags=re.M
    )
    unit = r"(?=(?:(?:,\s|\s*(?:to|and|–|至)\s*)[\d.]+)*\s*(%|points|个百分点))?"  # of all numbers of a row
    for found in re.finditer(r"(?<![A-Za-z\d_.,])(\d+(?:,\d{3})*(?:\.\d+)?)(?![A-Za-z])" + unit, text):
        yield found[1], found[2] or "", text[max(0, found.start() - 15) : found.end() + 15].replace("\n", " ")


def shown(notebook):
    """Return the numbers that a notebook's outputs show; places and addresses within tags are not shown."""
    kinds = ("text/plain", "text/markdown", "text/html")
    data = [o.get("data", {}) for cell in cells(notebook, "code") for o in cell["outputs"]]
    text = " ".join("".join(one[kind]) for one in data for kind in kinds if kind in one)
    text = re.sub(r"<style.*?</style>|<[a-z/][^>]*>", " ", text, flags=re.DOTALL)
    return {abs(float(n.replace(",", ""))) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text) if n.strip(",")}


def test_numbers_of_the_prose_are_those_of_the_outputs(notebook):
    """Each number of the prose is one that an output shows, rounded alike; shares may be told in per cent or points."""
    numbers, missing = shown(notebook), []
    for text in map(source, cells(notebook, "markdown")):
        for number, unit, place in told(text):
            value, digits = float(number.replace(",", "")), len(number.partition(".")[2])
            ways = numbers | {100 * n for n in numbers if n <= 1} if unit else numbers
            if not any(abs(value - way) <= 0.5 * 10**-digits + 1e-9 for way in ways):
                missing.append(f"no output shows {number}{unit}: {place}")
    assert missing == []


def test_cells_are_short(notebook):
    """A code cell has at most fifteen lines of at most a hundred columns, and no prose in it."""
    faults = []
    for cell in cells(notebook, "code"):
        lines = source(cell).splitlines()
        faults += [f"a cell of {len(lines)} lines: {lines[0]}"] * (len(lines) > 15)
        faults += [f"a line of {len(line)} columns: {line}" for line in lines if len(line) > 100]
        strings = [n.value for n in ast.walk(ast.parse(source(cell))) if isinstance(n, ast.Constant)]
        faults += [f"prose in code: {text}" for text in strings if isinstance(text, str) and len(text) > 80]
    assert faults == []


def test_figures_have_captions_and_alternative_text(notebook):
    """Each figure has a name, a caption that says its message, and a text for those who cannot see it."""
    missing = []
    for cell in cells(notebook, "code"):
        if any("image/png" in output.get("data", {}) for output in cell["outputs"]):
            about = cell["metadata"].get("mystnb", {})
            told = about.get("figure", {}) | {"alt": about.get("image", {}).get("alt")}
            missing += [f"no {what}: {source(cell)[:60]}" for what in ("name", "caption", "alt") if not told.get(what)]
    assert missing == []


def test_figures_have_names_of_their_own():
    """No two figures of the site have one name."""
    about = [cell["metadata"].get("mystnb", {}) for path in NOTEBOOKS for cell in cells(path, "code")]
    names = [one["figure"]["name"] for one in about if "figure" in one]
    assert len(names) > 40
    assert {name for name in names if names.count(name) > 1} == set()


def bound(code):
    """Return the global names that a cell binds, but for helpers of its own, and for figures and their axes."""
    names = set()
    for node in ast.parse(code).body:
        nested = ast.walk(node) if isinstance(node, ast.For | ast.With | ast.If | ast.Try) else ()
        for part in [node, *(part for part in nested if isinstance(part, ast.stmt))]:
            targets = getattr(part, "targets", [getattr(part, "target", None)])
            names |= {n.id for target in targets if target for n in ast.walk(target) if isinstance(n, ast.Name)}
            names |= {item.optional_vars.id for item in getattr(part, "items", ()) if item.optional_vars}
            names |= {one.asname or one.name.partition(".")[0] for one in getattr(part, "names", ())}
    return {name for name in names if not name.startswith("_")} - {"fig", "ax", "axes"}


def test_name_keeps_its_meaning(notebook):
    """No name is bound in two cells, so that a cell never works on what another meant by the same name."""
    cells_of = {}
    for number, cell in enumerate(cells(notebook, "code"), 1):
        for name in bound(source(cell)):
            cells_of.setdefault(name, []).append(number)
    assert {name: numbers for name, numbers in cells_of.items() if len(numbers) > 1} == {}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("a = 1\n_b, (c, *d) = x", {"a", "c", "d"}),
        ("for i, j in x:\n    k = i\nfig, ax = y", {"i", "j", "k"}),
        ("a.b = 1\na['c'] += [d for d in e]\n(f := 1)", {"a"}),
        ("with x as y:\n    z: int = 1", {"y", "z"}),
        ("for i in x:\n    a = [b for b in i]", {"i", "a"}),
        ("import a.b\nfrom c import d, e as f", {"a", "d", "f"}),
    ],
)
def test_bound(code, names):
    """Assignments, loops and contexts bind; comprehensions do not; a table that gets a column counts as bound."""
    assert bound(code) == names


def test_links_lead_somewhere(notebook):
    """Links to other files work where the repository is browsed, but for pages of cities, which only the site has."""
    prose = "\n".join(source(cell) for cell in cells(notebook, "markdown"))
    targets = [target for target in re.findall(r"\]\(([^)#]+)", prose) if not target.startswith("http")]
    assert targets
    here = [target for target in targets if not target.startswith("../cities/")]
    assert [target for target in here if not (notebook.parent / target).exists()] == []


def test_figure_of_the_readme_is_the_notebooks():
    """The picture in the README is the one that the findings show."""
    spec = importlib.util.spec_from_file_location("figure", ROOT / "docs" / "figure.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    same = module.FIGURE.read_bytes() == module.figure()
    assert same, "docs/findings.png is another than the notebook's; run 'python docs/figure.py'"
