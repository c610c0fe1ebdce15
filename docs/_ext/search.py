"""Search for Chinese: the project's words on the side of the index, and the index's own on the side of the query.

Sphinx cuts a query at blanks and looks each piece up. So the index holds, beside each word, what is within it
(智慧城市 in 新型智慧城市), and in the browser (search.js) a stretch of Chinese is cut into the longest words
of the index. There results are ordered, too, and excerpts taken.
"""

import functools
import re
from pathlib import Path

from sphinx.search.en import SearchEnglish

from cityanalysis import words

HAN = r"\u3400-\u9fff"
PIECE = re.compile(rf"(?P<han>[{HAN}]+)|[^\W{HAN}]+")


class Search(SearchEnglish):
    """Chinese and English: Latin words are stemmed as English ones are."""

    lang = "zh"
    js_splitter_code = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

    def __init__(self, options):
        super().__init__(options)
        self._tokenizer = words.Tokenizer()

    def stem(self, word):
        """Return the stem of a Latin word."""
        return super().stem(word) if word.isascii() else word

    def split(self, input):
        """Return the words to index a text by."""
        found = []
        for piece in PIECE.finditer(input):
            if piece["han"]:
                for _, _, word, _ in self._tokenizer.cut(piece[0]):
                    found += stretches(word)
            else:
                found.append(piece[0])
        return found


@functools.cache
def stretches(word):
    """Return a word and every stretch of two characters or more in it."""
    return [word, *(word[i:j] for i in range(len(word) - 1) for j in range(i + 2, len(word) + 1))]


def setup(app):
    """Register the language."""
    app.add_search_language(Search)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
