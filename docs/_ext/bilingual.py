"""The theme's words in both languages, pages under their names in the contents, and pages marked as Chinese."""

import gettext

from docutils import nodes
from sphinx import addnodes, locale

CHINESE = {
    "Back to top": "回到顶部",
    "Color mode": "配色",
    "Contents": "目录",
    "Dark": "深色",
    "Download notebook file": "下载笔记本",
    "Download source file": "下载源文件",
    "Download this page": "下载本页",
    "Fullscreen mode": "全屏",
    "Light": "浅色",
    "Link to this heading": "本节链接",
    "On this page": "本页内容",
    "Print to PDF": "打印为PDF",
    "Search": "搜索",
    "Skip to main content": "跳到正文",
    "System Settings": "跟随系统",
    "next": "下一页",
    "next page": "下一页",
    "previous": "上一页",
    "previous page": "上一页",
}


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
    """Give a page the language that its front matter names."""
    context["language"] = (context.get("meta") or {}).get("language") or context["language"]


def setup(app):
    """Register the words, for templates and for the theme, and the hooks."""
    app.translator.add_fallback(Bilingual())
    locale.translators["general", "booktheme"] = Bilingual()
    app.connect("env-updated", on_env_updated)
    app.connect("html-page-context", on_page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
