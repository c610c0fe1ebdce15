"""The files that set the project up agree, the package keeps its order and its public names, and works installed."""

import ast
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.specifiers import SpecifierSet

import cityanalysis
from cityanalysis import files

ROOT = files.home()
SOURCE = ROOT / "src" / "cityanalysis"
# A module imports only from floors below its own.
FLOORS = (
    {"__init__", "files", "characters"},
    {"glyphs", "pages"},
    {"pdf", "word"},
    {"readers"},
    {"documents"},
    {"times", "words"},
    {"quantities", "institutions", "counts", "figures"},
    {"tags"},
    {"corpus", "parts"},
    {"study"},
    {"cli"},
)
# All that the library promises.
PUBLIC = [
    *("read", "ReadError", "passages", "load", "Corpus", "references", "cities"),
    *("read_lexicon", "glosses", "Tokenizer", "tokenize", "concordance", "tag", "digital_share", "audit", "mark_up"),
    *("count", "dispersion", "collocations", "keyness"),
    *("times", "quantities", "institutions", "figures"),
]


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
    lines = (line.partition("#")[0].strip() for line in files.text(root / "requirements.txt").splitlines())
    return [line for line in lines if line]


def test_readme_says_where_each_module_is(root):
    """A newcomer finds every module in the tables of the README."""
    modules = {path.stem for path in SOURCE.rglob("*.py")} - {"__init__"}
    assert sorted(modules - set(re.findall(r"`(\w+)`", files.text(root / "README.md")))) == []


def test_requirements_are_pinned(required):
    """Every line is a name and one exact version: no address, no option, no range; no package twice."""
    assert [line for line in required if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==\d[\w.]*", line)] == []
    names = [canonical(line.partition("==")[0]) for line in required]
    assert len(set(names)) == len(names)


def test_requirements_name_no_address(root):
    """Nothing comes from anywhere but the index."""
    assert "://" not in files.text(root / "requirements.txt")


def test_every_dependency_is_pinned(project, required):
    """What pyproject.toml asks for, in its dependencies, extras, groups and build system, requirements.txt has."""
    extras = project["project"]["optional-dependencies"].values()
    groups = [project["project"]["dependencies"], *extras, *project["dependency-groups"].values()]
    asked = {canonical(re.match(r"[\w.-]+", item)[0]) for items in groups for item in items}
    asked |= {canonical(re.match(r"[\w.-]+", item)[0]) for item in project["build-system"]["requires"]}
    assert asked - {canonical(line.partition("==")[0]) for line in required} == set()


def test_conda_takes_the_same_packages(root, project):
    """environment.yml takes from conda only a Python that the project allows and pip; pip takes the rest as pinned."""
    environment = yaml.safe_load(files.text(root / "environment.yml"))
    assert set(environment["channels"]) - {"nodefaults"} == {"conda-forge"}
    python, pip, packages = environment["dependencies"]
    name, version = re.fullmatch(r"(python)=(\d+\.\d+)", python).groups()
    assert (name, pip) == ("python", "pip")
    assert SpecifierSet(project["project"]["requires-python"]).contains(version)
    assert packages == {"pip": ["-r requirements.txt", "-e ."]}


def test_versions_agree(root, project):
    """The version is one in pyproject.toml, in the package and in the file on how to cite it."""
    citation = yaml.safe_load(files.text(root / "CITATION.cff"))
    assert project["project"]["version"] == cityanalysis.__version__ == str(citation["version"])


def test_makefile_asks_for_the_same_python(root, project):
    """The Makefile's first check and pyproject.toml name the same version."""
    least = re.search(r"sys\.version_info < \((\d+), (\d+)\)", files.text(root / "Makefile")).groups()
    assert project["project"]["requires-python"] == ">=" + ".".join(least)


def imported(path):
    """Yield the modules and packages of this project that a module imports, within functions, too."""
    for node in ast.walk(ast.parse(files.text(path))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            if node.module == "cityanalysis":
                yield from ("__init__" if alias.name.startswith("__") else alias.name for alias in node.names)
            elif node.module.startswith("cityanalysis."):
                yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (
                (alias.name + ".__init__").split(".")[1] for alias in node.names if "cityanalysis" in alias.name
            )


def floor(name):
    """Return the number of the floor on which a module or package stands."""
    (number,) = [i for i, names in enumerate(FLOORS) if name in names]
    return number


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*.py")), ids=lambda path: path.stem)
def test_imports_go_one_way(path):
    """A module imports from lower floors only; so the library never imports the study, and nothing the command."""
    assert [name for name in imported(path) if floor(name) >= floor(path.stem)] == []


@pytest.mark.parametrize("path", sorted((SOURCE / "study").glob("*.py")), ids=lambda path: path.stem)
def test_study_imports_the_library(path):
    """The study stands on the library, and beneath the command."""
    assert [name for name in imported(path) if name != "study" and floor(name) >= floor("study")] == []


def test_floors_name_the_modules():
    """Every module has its floor, and no name is left from one that is gone."""
    there = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert there == set().union(*FLOORS)


def test_public_names():
    """The package shows just these names, each of which is there and documented."""
    assert cityanalysis.__all__ == PUBLIC
    assert [name for name in PUBLIC if not getattr(cityanalysis, name).__doc__] == []
    assert set(PUBLIC) <= set(dir(cityanalysis))
    with pytest.raises(AttributeError, match="has no attribute 'load_everything'"):
        _ = cityanalysis.load_everything


def python(code, **options):
    """Run code in a new interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False, **options)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_import_is_light():
    """Importing the package loads nothing of weight; a name loads its own module and no engine."""
    code = (
        "import sys, cityanalysis as ca; "
        "loaded = lambda: print(sorted({'numpy', 'pandas', 'sklearn', 'matplotlib', 'rjieba'} & set(sys.modules))); "
        "loaded(); ca.read; loaded(); ca.tokenize; loaded()"
    )
    assert python(code) == ["[]", "['numpy', 'pandas']", "['numpy', 'pandas']"]


def test_installed_it_works(tmp_path):
    """From a wheel, outside any checkout, documents are read and tagged; what needs the study says so in a line."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", tmp_path / "site", wheel], check=True, capture_output=True
    )
    (tmp_path / "a.txt").write_text("宁波市推进智慧城市建设。", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CITYANALYSIS")}
    options = {"cwd": tmp_path, "env": environment | {"PYTHONPATH": str(tmp_path / "site"), "PYTHONUTF8": "1"}}
    assert python("import cityanalysis; print(cityanalysis.__file__)", **options) == [
        str(tmp_path / "site" / "cityanalysis" / "__init__.py")
    ]
    code = "import sys; from cityanalysis import cli; sys.exit(cli.main(sys.argv[1:]))"

    def command(*arguments):
        """Run the command as installed."""
        run = [sys.executable, "-c", code, *arguments]
        return subprocess.run(run, capture_output=True, encoding="utf-8", check=False, **options)

    assert command("read", "a.txt").stdout.splitlines()[1] == "a.txt,1,,0,12,宁波市推进智慧城市建设。"
    assert command("tag", "a.txt", "--out", "out").returncode == 0
    assert files.table(tmp_path / "out" / "tags.csv")["text"].tolist() == ["宁波市", "智慧城市建设", "智慧城市"]
    refused = command("check")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "CITYANALYSIS_HOME" in refused.stderr


# Words that would tell of one machine or of files beside the repository; the workflow of CI may name these.
FOREIGN = re.compile(r"(?<![\w.])/(?:work|root|tmp|home)/\w|seed:\d|shared/originals")


def test_no_file_speaks_of_one_machine():
    """No text of the repository holds a path of a machine or a name of what lies beside it."""
    texts = [
        *ROOT.glob("*.*"),
        *(p for d in ("corpus", "data", "docs", "src", "notebooks") for p in (ROOT / d).rglob("*.*")),
    ]
    read = [p for p in texts if p.suffix in {".md", ".csv", ".py", ".ipynb", ".toml", ".yml", ".txt", ".cff", ".css"}]
    found = {p.name: FOREIGN.search(files.text(p)) for p in read if not {"__pycache__", "examples"} & set(p.parts)}
    assert {name: hit[0] for name, hit in found.items() if hit} == {}
