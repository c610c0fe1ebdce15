"""From passages to words.

The text is cut in three steps, the same for both engines:

1. Stretches of Han characters are cut by the engine, with the lexicon's words in a dictionary of its own.
2. All else — Latin words, numbers, punctuation — is cut by one rule, `PIECE`, for the engines differ there.
3. Neighbours that together are a word of the lexicon are joined, the longest first. So a term stays whole that has
   letters, digits, ``+``, ``/``, blanks or quotes in it, or that the engine has cut although it knows it.

Word and part of speech come from the same pass: the part of speech is the dictionary's (ICTCLAS letters as jieba
uses them), ``nz`` for terms of the lexicon, ``ns`` for cities, ``x`` for unknown words, ``eng`` for Latin
ones, ``m`` for numbers, ``w`` for punctuation.
"""

import functools
import re
import warnings

from cityanalysis import lexicon as lexicons

ENGINES = ("rjieba", "jieba")
TERM_POS, CITY_POS, UNKNOWN_POS = "nz", "ns", "x"

# Han characters as both engines' dictionaries have them; rarer ones are words of their own.
PIECE = re.compile(
    r"""(?P<han>[\u4e00-\u9fd5]+)
    | (?P<eng>\d[GKD](?![^\W\d_])|[^\W\d_\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]
        (?:[-'’·.&]?[^\W_\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])*)
    | (?P<m>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)
    | (?P<x>\w)
    | (?P<w>[^\w\s\ufeff])""",
    re.VERBOSE,
)


class Tokenizer:
    """Cuts text into words, with a dictionary of its own: no other tokenizer feels what is added to it.

    Parameters
    ----------
    engine : str
        ``rjieba`` (jieba in Rust) or ``jieba``.
    lexicon : pandas.DataFrame, optional
        Words to keep whole, with their domain; stop words in it are passed over. The project's lexicon and the
        names of its cities, unless given.

    Raises
    ------
    ValueError
        If the engine is unknown.

    Notes
    -----
    The engine is that of Sun Junyi's jieba, a maximum-probability path through a word graph, with a hidden Markov
    model for unknown words. Its dictionary is loaded when the first text is cut.

    Examples
    --------
    >>> [word for _, _, word, _ in Tokenizer().cut("推进NB-IoT和5G基站")]
    ['推进', 'NB-IoT', '和', '5G基站']
    """

    def __init__(self, engine="rjieba", lexicon=None):
        if engine not in ENGINES:
            raise ValueError(f"engine {engine!r} is unknown; choose one of {', '.join(ENGINES)}")
        words = default_lexicon() if lexicon is None else lexicon
        words = words[words["domain"] != lexicons.STOP]
        self.pos = {
            term: CITY_POS if domain == lexicons.CITY else TERM_POS
            for term, domain in zip(words["term"], words["domain"], strict=True)
        }
        self.prefixes = {term[:i] for term in self.pos for i in range(1, len(term))}
        self._engine = engine
        self._cut_han = None

    def cut(self, text):
        """Cut a text.

        Parameters
        ----------
        text : str
            Any text.

        Returns
        -------
        list of (int, int, str, str)
            Start, end, word and part of speech; ``text[start:end] == word``. White space belongs to no word.
        """
        if self._cut_han is None:
            self._cut_han = {"rjieba": _rjieba, "jieba": _jieba}[self._engine](self.pos)
        tokens = []
        for piece in PIECE.finditer(text):
            if piece.lastgroup == "han":
                start = piece.start()
                for word, pos in self._cut_han(piece[0]):
                    end = start + len(word)
                    tokens.append((start, end, word, pos))
                    start = end
            else:
                tokens.append((piece.start(), piece.end(), piece[0], piece.lastgroup))
        return self._join(text, tokens)

    def _join(self, text, tokens):
        """Join neighbours that together are a word of the lexicon."""
        joined, i = [], 0
        while i < len(tokens):
            start, _, word, _ = tokens[i]
            longest = i if word in self.pos else None
            if word in self.prefixes:
                for j in range(i + 1, len(tokens)):
                    candidate = text[start : tokens[j][1]]
                    if candidate in self.pos:
                        longest = j
                    if candidate not in self.prefixes:
                        break
            if longest is None:
                joined.append(tokens[i])
                i += 1
            else:
                end = tokens[longest][1]
                joined.append((start, end, text[start:end], self.pos[text[start:end]]))
                i = longest + 1
        return joined


def default_lexicon(*paths):
    """Return the words that are kept whole unless told otherwise: the project's terms and its cities' names.

    Parameters
    ----------
    *paths : str or os.PathLike
        CSV files laid over these, as `cityanalysis.lexicon.load` takes them. What they say of a city's name counts.

    Returns
    -------
    pandas.DataFrame
        A lexicon, stop words included.
    """
    import pandas as pd

    both = pd.concat([lexicons.load(*paths), lexicons.city_names()], ignore_index=True)
    return both.drop_duplicates("term", ignore_index=True)


@functools.cache
def dictionary_frequency():
    """Return how frequent a word is in jieba's dictionary, without any lexicon.

    Returns
    -------
    callable
        From a word to its frequency there, 0 for a word that it lacks.

    Examples
    --------
    >>> frequency = dictionary_frequency()
    >>> frequency("政府") > frequency("市政") > frequency("一网通办")
    True
    """
    import rjieba

    # The dictionary that rjieba has loaded by itself, to which this library adds nothing. The frequency that would keep
    # a word whole is, for a word of the dictionary, at least the one that it has.
    return functools.cache(lambda word: rjieba.suggest_freq(word) if rjieba.has_word(word) else 0)


def _han(words):
    """Return those of the words that the engines can hold: of Han characters only."""
    return [word for word in words if (found := PIECE.fullmatch(word)) and found.lastgroup == "han"]


def _rjieba(words):
    """Return a function that cuts Han characters with jieba in Rust."""
    import rjieba

    engine = rjieba.Jieba()
    for word in _han(words):
        engine.add_word(word, None, words[word])

    @functools.cache
    def known(word):
        return engine.has_word(word)

    # For an unknown word the engine guesses a part of speech that jieba would not.
    return lambda text: [(word, pos if known(word) else UNKNOWN_POS) for word, pos in engine.tag(text)]


def _jieba(words):
    """Return a function that cuts Han characters with jieba."""
    import logging

    logger = logging.getLogger("jieba")
    with warnings.catch_warnings():  # of its own source: invalid escapes, pkg_resources
        warnings.simplefilter("ignore")
        import jieba
    engine = jieba.Tokenizer()
    level = logger.level
    logger.setLevel(logging.WARNING)  # it tells on stderr how long it took, which would stand in every notebook
    try:
        engine.initialize()
    finally:
        logger.setLevel(level)
    pos = _dictionary_pos() | words
    for word in _han(words):
        before = engine.FREQ.get(word, 0)
        engine.add_word(word)
        engine.total -= before  # jieba adds the new frequency of a word to the total without taking off the old one
    return lambda text: [(word, pos.get(word, UNKNOWN_POS)) for word in engine.cut(text)]


@functools.cache
def _dictionary_pos():
    """Return the parts of speech of jieba's dictionary."""
    import jieba

    with jieba.Tokenizer().get_dict_file() as file:
        return {word: tag for word, _, tag in (line.decode("utf-8").split() for line in file)}


def tokenize(passages, *, engine="rjieba", lexicon=None, tokenizer=None):
    """Cut passages into words.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``.
    engine : str
        ``rjieba`` (jieba in Rust, the default) or ``jieba``. Their words are the same.
    lexicon : pandas.DataFrame, optional
        Words to keep whole. `default_lexicon`, unless given.
    tokenizer : Tokenizer, optional
        One to use again, in the place of a new one of that engine and lexicon.

    Returns
    -------
    pandas.DataFrame
        The columns of ``tables.TOKENS``, in the order of the passages; positions are characters of the passage's text.

    Raises
    ------
    ValueError
        If the engine is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["新型智慧城市"]})
    >>> tokenize(passages)
      passage_id  start  end    word pos
    0        a#1      0    6  新型智慧城市  nz
    """
    import pandas as pd

    tokenizer = tokenizer or Tokenizer(engine, lexicon)
    cuts = [tokenizer.cut(text) for text in passages["text"]]
    tokens = [token for cut in cuts for token in cut]
    ids = [passage for passage, cut in zip(passages["passage_id"], cuts, strict=True) for _ in cut]
    start, end, word, pos = zip(*tokens, strict=True) if tokens else ((), (), (), ())
    return pd.DataFrame(
        {
            "passage_id": pd.Series(ids, dtype=str),
            "start": pd.Series(start, dtype=int),
            "end": pd.Series(end, dtype=int),
            "word": pd.Series(word, dtype=str),
            "pos": pd.Series(pos, dtype=str),
        }
    )


def concordance(passages, tags, *, width=20):
    """Show each tagged stretch of text with what stands around it (keyword in context, KWIC).

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``.
    tags : pandas.DataFrame
        What to show: rows with ``passage_id, start, end``, such as some rows of the tokens or of the tags.
    width : int
        Characters shown on either side.

    Returns
    -------
    pandas.DataFrame
        Columns ``passage_id, start, left, keyword, right``, one row a hit.

    Notes
    -----
    The form is Luhn's (1960, "Key word-in-context index for technical literature").

    Examples
    --------
    >>> import pandas as pd
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["推进智慧城市建设"]})
    >>> hits = pd.DataFrame({"passage_id": ["a#1"], "start": [2], "end": [6]})
    >>> concordance(passages, hits, width=2)
      passage_id  start left keyword right
    0        a#1      2   推进    智慧城市    建设
    """
    import pandas as pd

    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    rows = []
    for hit in tags.itertuples():
        text = texts[hit.passage_id]
        left, right = text[max(0, hit.start - width) : hit.start], text[hit.end : hit.end + width]
        rows.append((hit.passage_id, hit.start, left, text[hit.start : hit.end], right))
    return pd.DataFrame(rows, columns=["passage_id", "start", "left", "keyword", "right"])
