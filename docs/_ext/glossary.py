"""Link each term of the glossary, where a page first has it, to what it means, which is shown on hovering as well."""

import re

from docutils import nodes

GLOSSARY = "docs/glossary"
LINKED = ("index", "notebooks/", "docs/chinese")
LEFT = (nodes.reference, nodes.literal, nodes.title, nodes.container, nodes.raw)  # a container is a cell of code


def pattern(term):
    """Return what finds a term: Chinese anywhere, a Latin word whole, unless short in the plural and as a capital."""
    found = re.escape(term)
    found = f"(?i:{found}(?:e?s)?)" if len(term) > 2 else found
    return rf"(?<![A-Za-z-]){found}(?![A-Za-z-])" if term.isascii() else found


def on_env_updated(app, env):
    """Read the glossary."""
    app.terms = {}
    for entry in env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
        names = list(entry.findall(nodes.term))
        told = f"#{names[0]['ids'][0]}", " ".join(entry[-1].astext().split())
        app.terms |= {name.astext(): told for name in names}


def on_doctree_resolved(app, doctree, name):
    """Link the terms in the text of a page."""
    if not name.startswith(LINKED):
        return
    terms = sorted(app.terms, key=len, reverse=True)
    any_term = re.compile("|".join(f"({pattern(term)})" for term in terms))
    address, seen = app.builder.get_relative_uri(name, GLOSSARY), set()
    for text in list(doctree.findall(nodes.Text)):
        above, parts, end = text.parent, [], 0
        while above and not isinstance(above, LEFT):
            above = above.parent
        for found in [] if above else any_term.finditer(text):
            term = terms[found.lastindex - 1]
            if term not in seen:
                seen.add(term)
                anchor, told = app.terms[term]
                link = {"refuri": address + anchor, "reftitle": told, "classes": ["glossary"], "internal": True}
                parts += [nodes.Text(text[end : found.start()]), nodes.reference("", found[0], **link)]
                end = found.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[end:])])


def setup(app):
    """Register the hooks."""
    app.connect("env-updated", on_env_updated)
    app.connect("doctree-resolved", on_doctree_resolved)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
