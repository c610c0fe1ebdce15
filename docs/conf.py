"""Sphinx configuration; the tree that it renders is assembled by stage.py."""

import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent))

# Who, what version, when and where: told once, in CITATION.cff, and shown on every page.
citation = yaml.safe_load((Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8"))
project = "cityanalysis"
author = ", ".join(person["name"] for person in citation["authors"])
release = version = citation["version"]
repository = citation.get("repository-code", "")
cite = f"{author} ({citation['date-released'].year}). {citation['title']}, version {version}. {repository}".strip()
language = "en"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinxcontrib.bibtex",
    "_ext.passages",
    "_ext.search",
    "_ext.folds",
    "_ext.accessible",
    "_ext.font",
    "_ext.bilingual",
    "_ext.glossary",
]
exclude_patterns = ["src", "tests", "benchmarks", "README*"]  # there for downloads, or to be included, only
default_role = "py:obj"

myst_enable_extensions = ["attrs_block", "colon_fence", "deflist", "substitution"]
myst_substitutions = {"cite": cite, "repository": repository or "本网站提供方"}
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show {type} 展开"
nb_code_prompt_hide = "Hide {type} 收起"
nb_ipywidgets_js = {}

autodoc_member_order = "bysource"
autodoc_typehints = "none"
add_module_names = False
napoleon_google_docstring = False
napoleon_use_rtype = False
bibtex_bibfiles = ["references.bib"]

html_title = "How cities build themselves as smart cities 城市如何建设智慧城市"
html_theme = "sphinx_book_theme"
html_theme_options = {
    "repository_url": repository,
    "use_repository_button": bool(repository),
    "extra_footer": (
        f"<p>How to cite 引用格式: {cite}</p>Released 发布: {citation['date-released']}. "
        "Texts 文字: CC BY 4.0. Code 代码: MIT. Chinese characters: Noto Sans SC, "
        '<a href="https://openfontlicense.org/">SIL Open Font License 1.1</a>.'
    ),
    "footer_content_items": ["extra-footer.html"],
    "search_bar_text": "Search 搜索：城市、术语、问题",
    "navbar_persistent": [],  # the sidebar has a search field
    "show_toc_level": 2,
}
html_context = {"default_mode": "auto"}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["accessible.js"]
html_search_language = "zh"
html_show_copyright = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False
