"""Link every passage id of a page, such as ``nanjing-record#3``, to the passage on the page of its record."""

import re

from cityanalysis import corpus

PASSAGE = re.compile(r"\b([a-z]+(?:-[a-z]+)*-record(?:-second)?)#(\d+)\b")
# Comments, tags (a `>` may stand in an attribute), or text.
PIECE = re.compile(r"""<!--.*?-->|<(/?)([a-zA-Z][\w-]*)(?:"[^"]*"|'[^']*'|[^'">])*>|[^<]+|<""", re.DOTALL)
CLOSED = {"a", "script", "style", "textarea"}  # text within these stays as it is


def link(html, address):
    """Return HTML with the passage ids in its text linked.

    Parameters
    ----------
    html : str
        The body of a page.
    address : callable
        Gives the address of a passage for the id of its document and its number, or None where there is none.
    """

    def anchor(found):
        url = address(found[1], int(found[2]))
        return f'<a class="passage-id" href="{url}">{found[0]}</a>' if url else found[0]

    pieces, within = [], 0
    for piece in PIECE.finditer(html):
        if piece[2] and piece[2].lower() in CLOSED:
            within += -1 if piece[1] else 1
        is_text = not piece[0].startswith("<")
        pieces.append(PASSAGE.sub(anchor, piece[0]) if is_text and not within else piece[0])
    return "".join(pieces)


def on_builder_inited(app):
    """Look up where each document's page is, and how many passages it has."""
    records = corpus.load("records", second=True)
    pages = records.documents.set_index("doc_id")["file"].str.removesuffix(".md")
    numbers = records.passages["doc_id"].value_counts()
    app.passages = {doc_id: (f"corpus/{page}", numbers[doc_id]) for doc_id, page in pages.items()}


def on_page_context(app, pagename, templatename, context, doctree):
    """Link the passage ids of a page, and mark the page of a record as Chinese."""

    def address(doc_id, n):
        page, last = app.passages.get(doc_id, ("", 0))
        return f"{context['pathto'](page)}#p{n}" if 1 <= n <= last else None

    if "body" in context:
        context["body"] = link(context["body"], address)
    if pagename in {page for page, _ in app.passages.values()}:
        context["language"] = "zh-Hans"


def setup(app):
    """Register the hooks."""
    app.connect("builder-inited", on_builder_inited)
    app.connect("html-page-context", on_page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
