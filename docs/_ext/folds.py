"""Fold what few readers of a notebook's page ask for: how to run it, its code, and the numbers behind its figures."""

from html import escape

from docutils import nodes

RUN = "To run this yourself"
SWITCH = """\
<label class="show-code"><input type="checkbox" autocomplete="off" onchange="
for (const code of document.querySelectorAll('.cell:not(.tag_hide-cell) .above-input')) code.open = this.checked">
Show the code of this page 显示本页代码</label>
"""


def html(text):
    """Return a node of raw HTML."""
    return nodes.raw("", text, format="html")


def on_doctree_read(app, doctree):
    """Name the folds of numbers."""
    for cell in doctree.findall(nodes.container):
        if cell.get("hide_mode") == "all":
            cell["prompt_show"], cell["prompt_hide"] = "Numbers 数字", "Fold 收起"


def on_doctree_resolved(app, doctree, docname):
    """Fold how to run the page, up to its parameters, and put the switch of its code there."""
    if not any("hide_mode" in cell for cell in doctree.findall(nodes.container)):
        return
    section = next((part for part in doctree.findall(nodes.section) if part[0].astext().startswith(RUN)), None)
    if section is None:
        doctree.append(html(SWITCH))
    else:
        title, *content = section.children
        last = next(n for n, part in enumerate(content, 1) if "tag_parameters" in part.get("classes", []))
        head = html(f'{SWITCH}<details class="run"><summary>{escape(title.astext())}</summary>')
        section.children = []
        section.extend([head, *content[:last], html("</details>"), *content[last:]])


def setup(app):
    """Register the hooks."""
    app.connect("doctree-read", on_doctree_read)
    app.connect("doctree-resolved", on_doctree_resolved)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
