"""From passages to words.

A *lexicon* is a table of four columns, ``term, domain, gloss_en, source``: domain terms, whose domains
``data/lexicon/domains.csv`` explains; stop words, of the domain `STOP`; and names of cities, of the domain `CITY`, with
the city's slug as source. Anybody's own terms and stop words are a CSV of the same form, laid over the project's.

A text is cut in three steps, the same for both engines:

1. Stretches of Han characters are cut by the engine, with the lexicon's words in a dictionary of its own.
2. All else — Latin words, numbers, punctuation — is cut by one rule, `PIECE`, for the engines differ there.
3. Neighbours that together are a word of the lexicon are joined, the longest first. So a term stays whole that has
   letters, digits, ``+``, ``/``, blanks or quotes in it, or that the engine has cut although it knows it.

Word and part of speech come from the same pass: the part of speech is the dictionary's (ICTCLAS letters as jieba
uses them), ``nz`` for terms of the lexicon, ``ns`` for cities, ``x`` for unknown words, ``eng`` for Latin
ones, ``m`` for numbers, ``w`` for punctuation.
"""

import functools
import logging
import pickle
import re
import warnings

import numpy as np
import pandas as pd

from cityanalysis import files

STOP = "stop"
CITY = "city"
LEXICON_COLUMNS = ["term", "domain", "gloss_en", "source"]


def read_lexicon(*paths):
    """Read the lexicon: the project's terms, stop words and names of cities, with one's own laid over them.

    Parameters
    ----------
    *paths : str or os.PathLike
        CSV files with the columns ``term,domain`` and, if wanted, ``gloss_en,source``, as `cityanalysis.readers.table`
        reads them. Where a term stands in several, the last one counts; a term of the project that should not count is
        taken out by giving it the domain `stop`. A domain may have its Chinese name.

    Returns
    -------
    pandas.DataFrame
        Columns ``term, domain, gloss_en, source``, one row a term.

    Raises
    ------
    cityanalysis.files.ReadError
        Names the file and line of a missing column, an empty term or domain, a term with a line break in it.

    Warns
    -----
    UserWarning
        Names the line of a domain that the project does not have; its terms are tagged all the same.

    Examples
    --------
    >>> lexicon = read_lexicon().set_index("term")
    >>> lexicon.loc[["一网通办", "南京"], ["domain", "gloss_en"]].to_numpy().tolist()
    [['public-service', 'one-stop online services'], ['city', 'Nanjing']]
    """
    parts = [files.table(f"data/lexicon/{name}.csv") for name in ("terms", "stopwords")]
    parts += [_own_lexicon(path) for path in paths]
    terms = pd.concat(parts, ignore_index=True).drop_duplicates("term", keep="last").sort_values(["domain", "term"])
    lexicon = pd.concat([terms, city_names()]).drop_duplicates("term", ignore_index=True)
    return lexicon[LEXICON_COLUMNS]


def _own_lexicon(path):
    """Return somebody's own lexicon, checked."""
    from cityanalysis import readers  # which takes long

    terms = readers.table(path)
    if not {"term", "domain"} <= set(terms) <= set(LEXICON_COLUMNS):
        raise files.ReadError(
            f"{path}:1: expected the columns {','.join(LEXICON_COLUMNS)} (the last two may be left out), "
            f"found {','.join(terms.columns)}"
        )
    known = domains()
    names = dict(zip(known["name_zh"], known["domain"], strict=True)) | {"停用词": STOP, "城市": CITY}
    terms = terms.reindex(columns=LEXICON_COLUMNS, fill_value="")
    terms["domain"] = terms["domain"].str.lower().replace(names)
    for row in terms.itertuples():
        at = f"{path}:{row.Index}: "
        if not row.term or not row.domain:
            raise files.ReadError(at + "a term and its domain are needed; fill the empty one")
        if not row.term.replace(" ", "").isprintable():
            raise files.ReadError(at + f"{row.term!r} has a line break in it")
        if row.domain == CITY and not row.source:
            raise files.ReadError(at + f"{row.term!r} is a city's name; put its slug into the column source")
        if row.domain not in {*known["domain"], STOP, CITY}:
            there = f"those of the project are {', '.join(known['domain'])}, {STOP}"
            warnings.warn(f"{at}domain {row.domain!r} is new; {there}", stacklevel=3)
    for line, term in terms.loc[terms["term"].duplicated(), "term"].items():
        warnings.warn(f"{path}:{line}: {term!r} stands before already; the last row counts", stacklevel=3)
    return terms


def domains():
    """Return what the domains of the project's terms mean.

    Returns
    -------
    pandas.DataFrame
        Columns ``domain, name_zh, name_en, label, system``: ``label`` is the codebook's label that passages about the
        domain mostly get, ``system`` the application system of the Hu Bin study that it answers to.

    Examples
    --------
    >>> domains().set_index("domain").loc["public-service", ["name_zh", "label"]].tolist()
    ['公共服务', 'application']
    """
    return files.table("data/lexicon/domains.csv")


def cities():
    """Return the cities of the project.

    Returns
    -------
    pandas.DataFrame
        Columns ``city`` (the slug), ``name_zh, name_en``, ``aliases`` (every form of the name, separated by ``|``),
        ``country, province, province_en, region, level``, ``latitude`` and ``longitude`` (degrees), ``has_record`` and
        ``has_report`` (bool).

    Examples
    --------
    >>> city = cities().set_index("city").loc["fuzhou-jx"]
    >>> city["name_zh"], city["province"], bool(city["has_record"])
    ('抚州', '江西省', False)
    """
    table = files.table("data/cities.csv")
    return table.assign(
        latitude=table["latitude"].astype(float),
        longitude=table["longitude"].astype(float),
        has_record=table["has_record"] == "yes",
        has_report=table["has_report"] == "yes",
    )


def city_names():
    """Return every form under which a city is named in a text.

    Returns
    -------
    pandas.DataFrame
        A lexicon of the domain `CITY`: ``term`` a form of the name, ``gloss_en`` the English name, ``source`` the
        city's slug. A form stands for one city only; what could be two (吉林, a city and a province) is left out.

    Examples
    --------
    >>> names = city_names().set_index("term")["source"]
    >>> names["沪"], names["上海市"], names["抚州"]
    ('shanghai', 'shanghai', 'fuzhou-jx')
    """
    names = cities()
    names = names.assign(term=names["aliases"].str.split("|")).explode("term")
    names = names.assign(domain=CITY, gloss_en=names["name_en"], source=names["city"])
    return names[LEXICON_COLUMNS].reset_index(drop=True)


def domain_terms(lexicon):
    """Return the rows of a lexicon that are domain terms: neither stop words nor names of cities.

    Examples
    --------
    >>> domain_terms(pd.DataFrame({"term": ["的", "云"], "domain": ["stop", "cloud"]}))["term"].tolist()
    ['云']
    """
    return lexicon[~lexicon["domain"].isin([STOP, CITY])]


def glosses(lexicon):
    """Return a dict from each term of a lexicon that has an English gloss to it, for labels in two languages.

    Examples
    --------
    >>> glosses(read_lexicon())["城市大脑"]
    'city brain'
    """
    glossed = lexicon[lexicon["gloss_en"] != ""]
    return dict(zip(glossed["term"], glossed["gloss_en"], strict=True))


ENGINES = ("rjieba", "jieba")
MOST = 500_000  # words whose parts of speech are remembered
PART = re.compile(r"(?s:.{0,200000})[^\n]*")  # what is cut at once, to the end of a line: more takes longer, and memory
CONTENT = re.compile(r"[\u3400-\u9fffA-Za-z]")  # a word that is more than a number or a mark
TERM_POS, CITY_POS, UNKNOWN_POS = "nz", "ns", "x"

# Han characters as both engines' dictionaries have them; rarer ones are words of their own.
HAN = r"\u4e00-\u9fd5"
MARKS = "，。、；：？！（）“”《》"  # of which the engines make words of their own, as `PIECE` does
OTHER = r"""(?P<eng>\d[GKD](?![^\W\d_])|[^\W\d_\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]
        (?:[-'’·.&]?[^\W_\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])*)
    | (?P<m>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)
    | (?P<x>\w)
    | (?P<w>[^\w\s\ufeff])"""
PIECE = re.compile(f"(?P<han>[{HAN}]+) | {OTHER}", re.VERBOSE)
SPLIT = re.compile(f"(?P<cut>[{HAN}{MARKS}]+) | {OTHER}", re.VERBOSE)  # what the engine cuts, and the pieces between
UNCUT = re.compile(f"[^{HAN}{MARKS}]")


class Tokenizer:
    """Cuts text into words, with a dictionary of its own: no other tokenizer feels what is added to it.

    It takes scikit-learn's forms: called with a text it returns the words that count (`CONTENT`), so that it serves
    ``CountVectorizer(analyzer=Tokenizer())``; it can be cloned, and pickled for workers, each of which loads it once.

    Parameters
    ----------
    engine : str
        ``rjieba`` (jieba in Rust) or ``jieba``. Their words are the same.
    lexicon : pandas.DataFrame, optional
        Words to keep whole, with their domain; stop words in it are passed over. `read_lexicon`, unless given.

    Raises
    ------
    ValueError
        If the engine is unknown, when the first text is cut.

    Notes
    -----
    The engine is that of Sun Junyi's jieba, a maximum-probability path through a word graph, with a hidden Markov
    model for unknown words. Its dictionary is loaded when the first text is cut.

    Examples
    --------
    >>> tokenizer = Tokenizer()
    >>> tokenizer("推进NB-IoT和5G基站，共12个")
    ['推进', 'NB-IoT', '和', '5G基站', '共', '个']
    >>> tokenizer.cut("和5G基站")
    [(0, 1, '和', 'c'), (1, 5, '5G基站', 'nz')]
    """

    def __init__(self, engine="rjieba", lexicon=None):
        self.engine, self.lexicon = engine, lexicon
        self._seen, self._openers = {"\n": ""}, set()  # words met: their part of speech, and which begin a longer word

    def __call__(self, text):
        """Return the words of a text that are more than a number or a mark."""
        return [word for _, _, word, _ in self.cut(text) if CONTENT.search(word)]

    def __reduce__(self):
        """Leave the loaded dictionary out: each worker loads its own, once."""
        return _unpickled, (self.engine, pickle.dumps(self.lexicon))

    def __sklearn_clone__(self):
        """Return a tokenizer of the same engine and lexicon, as scikit-learn's ``clone`` asks for it."""
        return Tokenizer(self.engine, self.lexicon)

    @functools.cached_property
    def _pos(self):
        """Return the part of speech of each word that is kept whole, in small letters."""
        lexicon = read_lexicon() if self.lexicon is None else self.lexicon
        kept = lexicon[lexicon["domain"] != STOP]
        return dict(
            zip(kept["term"].str.lower(), kept["domain"].eq(CITY).map({True: CITY_POS, False: TERM_POS}), strict=True)
        )

    @functools.cached_property
    def _prefixes(self):
        """Return the beginnings of these words."""
        return {term[:i] for term in self._pos for i in range(1, len(term))}

    @functools.cached_property
    def _engine(self):
        """Return the engine's functions: from Han characters to words, and from new words to parts of speech."""
        if self.engine not in ENGINES:
            raise ValueError(f"engine {self.engine!r} is unknown; choose one of {', '.join(ENGINES)}")
        return (_rjieba if self.engine == "rjieba" else _jieba)(self._pos)

    def cut(self, text):
        """Cut a text.

        Returns
        -------
        list of (int, int, str, str)
            Start, end, word and part of speech; ``text[start:end] == word``. White space belongs to no word.
        """
        starts, ends, codes, vocabulary = self._encode(text)
        words = map(list(vocabulary.items()).__getitem__, codes.tolist())
        return [(start, end, *word) for start, end, word in zip(starts.tolist(), ends.tolist(), words, strict=True)]

    def _encode(self, text):
        """Return starts and ends of the words, their codes, and for each code in order the word and part of speech."""
        plain = UNCUT.sub("\n", text)  # as long as the text; the engine makes a word of each line break
        tokens = self._engine[0](plain)
        between = {piece.start(): piece[0] for piece in SPLIT.finditer(text) if piece.lastgroup != "cut"}
        n, tokens = len(tokens), [*tokens, *between.values()]
        code = {word: i for i, word in enumerate(dict.fromkeys(["\n", *tokens]))}
        codes = np.fromiter(map(code.__getitem__, tokens), int, len(tokens))
        lengths = np.fromiter(map(len, code), int, len(code))[codes]
        starts = np.cumsum(lengths) - lengths
        starts[n:] = list(between)
        order = np.argsort(starts, kind="stable")
        order = order[codes[order] > 0]
        starts, codes, lengths = starts[order], codes[order], lengths[order]
        self._meet(plain, starts, codes, code)
        return self._join(text, starts, starts + lengths, codes, code)

    def _meet(self, plain, starts, codes, code):
        """Learn the parts of speech of new words."""
        if len(self._seen) > MOST:
            self.__init__(self.engine, self.lexicon)
        new = {word: PIECE.match(word).lastgroup for word in code if word not in self._seen}
        at = np.zeros(len(code), dtype=int)
        at[codes] = starts
        places = {word: at[code[word]] for word, kind in new.items() if kind == "han"}
        self._learn(new | self._engine[1](places, plain + "\n"))

    def _learn(self, new):
        """Remember words with their part of speech."""
        self._seen.update((word, self._pos.get(word.lower(), pos)) for word, pos in new.items())
        self._openers.update(word for word in new if word.lower() in self._prefixes)

    def _join(self, text, starts, ends, codes, code):
        """Join neighbours that together are a word of the lexicon, be its letters small or capital."""
        opens = np.fromiter(map(self._openers.__contains__, code), bool, len(code))[codes].nonzero()[0]
        first, last, after = starts.tolist(), ends.tolist(), 0
        kept = np.ones(len(codes), dtype=bool)
        for i in opens.tolist():
            if i < after:
                continue
            for j in range(i + 1, len(last)):
                candidate = text[first[i] : last[j]].lower()
                if candidate in self._pos:
                    after = j + 1
                if candidate not in self._prefixes:
                    break
            if after > i:
                word = text[first[i] : last[after - 1]]
                self._learn({word: TERM_POS})
                ends[i], codes[i] = last[after - 1], code.setdefault(word, len(code))
                kept[i + 1 : after] = False
        return starts[kept], ends[kept], codes[kept], dict(zip(code, map(self._seen.__getitem__, code), strict=True))


@functools.lru_cache(maxsize=2)
def _unpickled(engine, lexicon):
    """Return a tokenizer that came to this process, the same for each task that brings it."""
    return Tokenizer(engine, pickle.loads(lexicon))


@functools.cache
def dictionary_frequency():
    """Return a function from a word to its frequency in jieba's dictionary, without any lexicon; 0 for others.

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
    """Return functions of jieba in Rust: from text to words; from words, and where they stand, to parts of speech."""
    import rjieba

    engine = rjieba.Jieba()
    for word in _han(words):
        engine.add_word(word, None, words[word])

    def pos(words, text):
        known = {word: at for word, at in words.items() if engine.has_word(word)}
        found = dict(engine.tag("\n".join(known)))
        # Some are whole only where they stand.
        lines = {text.rfind("\n", 0, at) + 1 for word, at in known.items() if word not in found}
        found |= dict(engine.tag("\n".join(text[line : text.index("\n", line)] for line in lines)))
        # For an unknown word the engine guesses a part of speech that jieba would not.
        return {word: found[word] if word in known else UNKNOWN_POS for word in words}

    return engine.cut, pos  # to tag all text takes twice as long as to cut it


def _jieba(words):
    """Return the same functions of jieba."""
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
    return engine.lcut, lambda words, _: {word: pos.get(word, UNKNOWN_POS) for word in words}


@functools.cache
def _dictionary_pos():
    """Return the parts of speech of jieba's dictionary."""
    import jieba

    with jieba.Tokenizer().get_dict_file() as file:
        return {word: tag for word, _, tag in (line.decode("utf-8").split() for line in file)}


def tokenize(passages, *, tokenizer=None):
    """Cut passages into words.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``.
    tokenizer : Tokenizer, optional
        Which engine and lexicon to use; ``Tokenizer()``, unless given.

    Returns
    -------
    pandas.DataFrame
        Columns ``passage_id, start, end, word, pos``, in the order of the passages; positions are characters of the
        passage's text.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["新型智慧城市"]})
    >>> tokenize(passages)
      passage_id  start  end    word pos
    0        a#1      0    6  新型智慧城市  nz
    """
    tokenizer = tokenizer or Tokenizer()
    ids, texts = passages["passage_id"].astype(str).array, passages["text"].tolist()
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
    cuts = [(part.start(), part[0]) for part in PART.finditer("\n".join(texts))]
    parts = []
    for first, text in files.watched(cuts, [text for _, text in cuts]):
        starts, ends, codes, vocabulary = tokenizer._encode(text)
        at = np.searchsorted(begins, first + starts, side="right") - 1
        word, pos = (pd.array(list(column), dtype="str") for column in (vocabulary, vocabulary.values()))
        columns = {"passage_id": ids.take(at), "start": first + starts - begins[at], "end": first + ends - begins[at]}
        parts.append(pd.DataFrame(columns | {"word": word.take(codes), "pos": pos.take(codes)}))
    return pd.concat(parts, ignore_index=True)


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
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["推进智慧城市建设"]})
    >>> hits = pd.DataFrame({"passage_id": ["a#1"], "start": [2], "end": [6]})
    >>> concordance(passages, hits, width=2)
      passage_id  start left keyword right
    0        a#1      2   推进    智慧城市    建设
    """
    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    rows = []
    for hit in tags.itertuples():
        text = texts[hit.passage_id]
        left, right = text[max(0, hit.start - width) : hit.start], text[hit.end : hit.end + width]
        rows.append((hit.passage_id, hit.start, left, text[hit.start : hit.end], right))
    return pd.DataFrame(rows, columns=["passage_id", "start", "left", "keyword", "right"])
