"""The theme's words and heads of tables in both languages, pages under their short names, pages marked as Chinese."""

import gettext
import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx import addnodes, locale

WORDS = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
CHINESE = WORDS["messages"]
HEADS = WORDS["names"] | {head: f"{head} {chinese}" for head, chinese in WORDS["heads"].items()}
CELLS = {word: f"{word} {chinese}" for word, chinese in WORDS["cells"].items()}


class Bilingual(gettext.NullTranslations):
    """Messages with their Chinese behind them, where there is one."""

    def gettext(self, message):
        """Return a message."""
        return f"{message} {CHINESE[message]}" if message in CHINESE else message


def on_env_updated(app, env):
    """Name pages in titles, search results and links to the next page as the contents name them."""
    root = app.config.root_doc
    for contents in env.get_doctree(root).findall(addnodes.toctree):
        for name, page in contents["entries"]:
            if name:
                env.titles[root if page == "self" else page] = nodes.title("", name)
    env.longtitles.update(env.titles)


def on_page_context(app, pagename, templatename, context, doctree):
    """Give a page the language that its front matter names, and heads of tables both languages."""
    context["language"] = (context.get("meta") or {}).get("language") or context["language"]
    if "body" in context:
        for tag, words in (("th", HEADS), ("td", CELLS)):
            cell = re.compile(rf"(?<=>)[^<>]+(?=</{tag}>)")
            context["body"] = cell.sub(lambda text, words=words: words.get(text[0], text[0]), context["body"])


def setup(app):
    """Register the words, for templates and for the theme, and the hooks."""
    app.translator.add_fallback(Bilingual())
    locale.translators["general", "booktheme"] = Bilingual()
    app.connect("env-updated", on_env_updated)
    app.connect("html-page-context", on_page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
