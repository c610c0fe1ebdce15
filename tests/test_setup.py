"""The files that set the project up agree, and the modules keep their size and their order."""

import ast
import re
import tomllib

import pytest
import yaml
from packaging.specifiers import SpecifierSet

import cityanalysis
from cityanalysis import readers

# A module imports only from those before it. A new one is put in here.
ORDER = (
    *("__init__", "readers", "cells", "tables", "lexicon", "originals", "pdf", "formats", "dates", "times", "corpus"),
    *("words", "numerals", "quantities", "institutions", "tags", "gold", "digital", "counts", "keyness", "timeline"),
    *("periods", "vocabulary", "topics", "quality", "shares", "models", "views", "power", "agreement", "evidence"),
    *("features", "classify", "validate", "explain", "quantify", "shifts", "paths", "derive", "duplicates", "plots"),
    *("swimlanes", "charts", "triangle", "checks", "registry", "cli"),
)
ROOT = readers.home()
SOURCE = ROOT / "src" / "cityanalysis"
MODULES = sorted(SOURCE.glob("*.py"))
# Lines that a module may have; more only where it is a list by nature. To be brought down, not up.
LINES, MORE_LINES = 330, {"tables": 510, "plots": 375, "formats": 360, "classify": 340}


def canonical(name):
    """Return a package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def project(root):
    """Return pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def required(root):
    """Return the lines of requirements.txt, without comments."""
    lines = (line.partition("#")[0].strip() for line in readers.text(root / "requirements.txt").splitlines())
    return [line for line in lines if line]


def test_requirements_are_pinned(required):
    """Every line is a name and one exact version: no address, no option, no range; no package twice."""
    assert [line for line in required if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==\d[\w.]*", line)] == []
    names = [canonical(line.partition("==")[0]) for line in required]
    assert len(set(names)) == len(names)


def test_requirements_name_no_address(root):
    """Nothing comes from anywhere but the index."""
    assert "://" not in readers.text(root / "requirements.txt")


def test_every_dependency_is_pinned(project, required):
    """What pyproject.toml asks for, in its dependencies, groups and build system, requirements.txt has."""
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    asked = {canonical(re.match(r"[\w.-]+", item)[0]) for items in groups for item in items}
    asked |= {canonical(re.match(r"[\w.-]+", item)[0]) for item in project["build-system"]["requires"]}
    assert asked - {canonical(line.partition("==")[0]) for line in required} == set()


def test_conda_takes_the_same_packages(root, project):
    """environment.yml takes from conda only a Python that the project allows and pip; pip takes the rest as pinned."""
    environment = yaml.safe_load(readers.text(root / "environment.yml"))
    assert set(environment["channels"]) - {"nodefaults"} == {"conda-forge"}
    python, pip, packages = environment["dependencies"]
    name, version = re.fullmatch(r"(python)=(\d+\.\d+)", python).groups()
    assert (name, pip) == ("python", "pip")
    assert SpecifierSet(project["project"]["requires-python"]).contains(version)
    assert packages == {"pip": ["-r requirements.txt", "-e ."]}


def test_versions_agree(root, project):
    """The version is one in pyproject.toml, in the package and in the file on how to cite it."""
    citation = yaml.safe_load(readers.text(root / "CITATION.cff"))
    assert project["project"]["version"] == cityanalysis.__version__ == str(citation["version"])


def test_makefile_asks_for_the_same_python(root, project):
    """The Makefile's first check and pyproject.toml name the same version."""
    least = re.search(r"sys\.version_info < \((\d+), (\d+)\)", readers.text(root / "Makefile")).groups()
    assert project["project"]["requires-python"] == ">=" + ".".join(least)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_module_is_short(path):
    """A module can be read in one go."""
    assert len(readers.text(path).splitlines()) <= MORE_LINES.get(path.stem, LINES)


def imported(path):
    """Yield the modules of the package that a module imports, within functions too."""
    for node in ast.walk(ast.parse(readers.text(path))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            if node.module == "cityanalysis":
                yield from ("__init__" if alias.name.startswith("__") else alias.name for alias in node.names)
            elif node.module.startswith("cityanalysis."):
                yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("cityanalysis."))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_module_imports_only_from_earlier_ones(path):
    """The modules are in one order, so that there is no ring, and none knows what is built on it."""
    assert [name for name in imported(path) if ORDER.index(name) >= ORDER.index(path.stem)] == []


def test_order_names_the_modules():
    """Every module has its place in the order, and no name is left from one that is gone."""
    assert {path.stem for path in MODULES} == set(ORDER)


# Words that would tell of one machine or of files beside the repository; the workflow of CI may name these.
FOREIGN = re.compile(r"(?<![\w.])/(?:work|root|tmp|home)/\w|seed:\d|shared/originals")


def test_no_file_speaks_of_one_machine():
    """No text of the repository holds a path of a machine or a name of what lies beside it."""
    texts = [
        *ROOT.glob("*.*"),
        *(p for d in ("corpus", "data", "docs", "src", "notebooks") for p in (ROOT / d).rglob("*.*")),
    ]
    read = [p for p in texts if p.suffix in {".md", ".csv", ".py", ".ipynb", ".toml", ".yml", ".txt", ".cff", ".css"}]
    found = {p.name: FOREIGN.search(readers.text(p)) for p in read if not {"__pycache__", "examples"} & set(p.parts)}
    assert {name: hit[0] for name, hit in found.items() if hit} == {}
