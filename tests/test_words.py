"""Both engines cut alike, keep the lexicon's words whole, and leave no trace."""

import functools
import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityanalysis import cells, corpus, lexicon, readers, tables, words

ORIGINALS = os.environ.get("CITYANALYSIS_ORIGINALS")


def own(*terms, domain="own"):
    """Return a lexicon of some terms."""
    return pd.DataFrame({"term": terms, "domain": domain, "gloss_en": "", "source": ""}, dtype=str)


@functools.cache
def tokenizer_of(engine, *terms):
    """Return a tokenizer that knows just these terms, and a city if there are any; jieba takes a second to make one."""
    city = own("沐州", domain=lexicon.CITY).head(len(terms))
    return words.Tokenizer(engine, pd.concat([own(*terms), city], ignore_index=True))


def cut(tokenizer, text):
    """Return the words of a text."""
    return [word for _, _, word, _ in tokenizer.cut(text)]


def run(code, **environment):
    """Run code in a new interpreter, for which every warning is an error, and return how it went."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )


ODD_TERMS = (
    "NB-IoT",
    "BIM/CIM",
    "互联网+",
    "5G+工业互联网",
    "城市大脑2.0",
    "Wi-Fi 6",
    "“双智”试点",
    "a股",
    "新_城",
    "㐂城",
)
NESTED_TERMS = ("数据A", "数据A+B", "数据A+B+C+D")
TERMS = (*ODD_TERMS, *NESTED_TERMS, "治理", "沐日星云桥")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("推进NB-IoT建设", ["推进", "NB-IoT", "建设"]),
        ("建设BIM/CIM平台", ["建设", "BIM/CIM", "平台"]),
        ("“互联网+”行动", ["“", "互联网+", "”", "行动"]),
        ("发展5G+工业互联网", ["发展", "5G+工业互联网"]),
        ("城市大脑2.0上线", ["城市大脑2.0", "上线"]),
        ("建设Wi-Fi 6网络", ["建设", "Wi-Fi 6", "网络"]),
        ("开展“双智”试点", ["开展", "“双智”试点"]),
        ("一家a股企业", ["一家", "a股", "企业"]),
        ("建设新_城", ["建设", "新_城"]),
        ("去㐂城", ["去", "㐂城"]),
    ],
)
def test_terms_that_are_not_all_han_stay_whole(engine, text, expected):
    """Terms with letters, digits, marks, blanks, quotes or rare characters are one word, a term by part of speech."""
    tokens = tokenizer_of(engine, *TERMS).cut(text)
    assert [word for _, _, word, _ in tokens] == expected
    assert [pos for _, _, word, pos in tokens if word in ODD_TERMS] == ["nz"]


def test_terms_stay_parted_where_they_do_not_stand(engine):
    """Half a term, or one with a blank too many, is cut as usual."""
    tokenizer = tokenizer_of(engine, *TERMS)
    assert cut(tokenizer, "5G+工业") == ["5G", "+", "工业"]
    assert cut(tokenizer, "BIM / CIM") == ["BIM", "/", "CIM"]
    assert cut(tokenizer, "NB-IoTx") == ["NB-IoTx"]


def test_longest_term_wins(engine):
    """Of terms that begin at the same place the longest is taken, and a shorter one where the longest breaks off."""
    tokenizer = tokenizer_of(engine, *TERMS)
    assert cut(tokenizer, "数据A+B+C+D") == ["数据A+B+C+D"]
    assert cut(tokenizer, "数据A+B+C") == ["数据A+B", "+", "C"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2006年", [("2006", "m"), ("年", "m")]),
        ("1,234.5", [("1,234.5", "m")]),
        ("2011-2013", [("2011", "m"), ("-", "w"), ("2013", "m")]),
        ("2011—2013年", [("2011", "m"), ("—", "w"), ("2013", "m"), ("年", "m")]),
        ("4K", [("4K", "eng")]),
        ("5Gbps", [("5", "m"), ("Gbps", "eng")]),
        ("12345热线", [("12345", "m"), ("热线", "n")]),
        ("1,2345", [("1", "m"), (",", "w"), ("2345", "m")]),
        ("3.5%", [("3.5", "m"), ("%", "w")]),
        ("2.0.1", [("2.0", "m"), (".", "w"), ("1", "m")]),
        ("R&D e-Tax", [("R&D", "eng"), ("e-Tax", "eng")]),
        ("IPv6、GB/T", [("IPv6", "eng"), ("、", "w"), ("GB", "eng"), ("/", "w"), ("T", "eng")]),
        ("１２３", [("１２３", "m")]),
        ("かな한", [("か", "x"), ("な", "x"), ("한", "x")]),
        ("\ufeff城市", [("城市", "ns")]),
        ("😀", [("😀", "w")]),
        (" \u3000\t\n", []),
        ("", []),
    ],
)
def test_numbers_dates_and_letters(engine, text, expected):
    """What is no Han is cut by one rule, the same for both engines, with no lexicon to help."""
    assert [(word, pos) for _, _, word, pos in tokenizer_of(engine).cut(text)] == expected


def test_hotline_of_the_lexicon_is_one_word(engine, tokenizers):
    """The project's lexicon knows the hotline that its number parts from its name."""
    assert cut(tokenizers(engine), "拨打12345热线") == ["拨打", "12345热线"]


def test_parts_of_speech_come_with_the_words(engine):
    """A word has the dictionary's part of speech; terms, cities and unknown words have one each, of their own."""
    tokens = tokenizer_of(engine, *TERMS).cut("在沐州建设沐日星云桥，蠡湖")
    assert [(word, pos) for _, _, word, pos in tokens] == [
        *[("在", "p"), ("沐州", "ns"), ("建设", "vn"), ("沐日星云桥", "nz"), ("，", "w"), ("蠡湖", "x")]
    ]


def test_term_has_one_part_of_speech_whatever_the_dictionary_says(engine):
    """A word that the dictionary has as a verb is a term where the lexicon says so, alone or among others."""
    assert [tokenizer_of(engine).cut(text)[0][2:] for text in ("治理", "治理城市")] == [("治理", "v")] * 2
    assert [tokenizer_of(engine, *TERMS).cut(text)[0][2:] for text in ("治理", "治理城市")] == [("治理", "nz")] * 2


def test_every_term_token_has_the_terms_part_of_speech(tokens, lexicon):
    """In all records a term is `nz` and a city `ns`, everywhere."""
    cities = set(lexicon.loc[lexicon["domain"] == "city", "term"])
    terms = set(lexicon.loc[~lexicon["domain"].isin(["city", "stop"]), "term"]) - cities
    assert set(tokens.loc[tokens["word"].isin(terms), "pos"]) == {"nz"}
    assert set(tokens.loc[tokens["word"].isin(cities), "pos"]) == {"ns"}


def test_tokenizers_do_not_feel_one_another(engine):
    """A word of one tokenizer is none of another's, be that made and used earlier or later."""
    text = "建设沐日星云桥"
    before = tokenizer_of(engine)
    plain = cut(before, text)
    assert "沐日星云桥" not in plain
    assert cut(words.Tokenizer(engine, own("沐日星云桥")), text) == ["建设", "沐日星云桥"]
    assert cut(before, text) == cut(words.Tokenizer(engine, own()), text) == plain


def test_lexicon_is_not_changed():
    """The table that is handed in stays as it is, and later changes of it do not reach the tokenizer."""
    terms = own("沐日星云桥")
    before = terms.copy()
    tokenizer = words.Tokenizer(lexicon=terms)
    pd.testing.assert_frame_equal(terms, before)
    terms.loc[0, "term"] = "别的"
    assert cut(tokenizer, "建设沐日星云桥") == ["建设", "沐日星云桥"]


def test_jieba_itself_is_not_touched():
    """The tokenizer of jieba's module, its forced splits, its own words and its log level are as they were."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of jieba's own source
        import jieba
        from jieba import finalseg

    def state():
        """Return what jieba holds for all who use it."""
        return (
            *(dict(jieba.dt.FREQ), jieba.dt.total, dict(jieba.dt.user_word_tag_tab), jieba.dt.initialized),
            *(set(finalseg.Force_Split_Words), logging.getLogger("jieba").level),
        )

    logger = logging.getLogger("jieba")
    level = logger.level
    logger.setLevel(17)  # one that nobody would set by chance
    try:
        before = state()
        assert cut(words.Tokenizer("jieba", own("沐日星云桥")), "建设沐日星云桥") == ["建设", "沐日星云桥"]
        assert state() == before
    finally:
        logger.setLevel(level)


def test_order_of_texts_does_not_matter(engine):
    """A text is cut as ever, whatever was cut before it."""
    tokenizer, texts = tokenizer_of(engine, *TERMS), ["建设沐日星云桥", "沐日和星云", "星云桥建设"]
    assert [cut(tokenizer, text) for text in texts] == [cut(tokenizer, text) for text in reversed(texts)][::-1]


def test_stop_words_are_no_words_to_keep():
    """A stop word of the lexicon is not put into the dictionary."""
    assert "沐日星云桥" not in cut(words.Tokenizer(lexicon=own("沐日星云桥", domain="stop")), "建设沐日星云桥")


def test_silent(engine, tmp_path):
    """Nothing is said, not even the first time on a machine, when jieba finds no cache of its dictionary."""
    code = (
        "import pandas as pd; from cityanalysis import words; "
        f"tokenizer = words.Tokenizer({engine!r}); "
        "table = words.tokenize(pd.DataFrame({'passage_id': ['a#1'], 'text': ['智慧城市']}), tokenizer=tokenizer); "
        "raise SystemExit(7 if table['word'].tolist() == ['智慧城市'] else 1)"
    )
    done = run(code, TMPDIR=str(tmp_path))
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 7)


def test_lazy():
    """Importing the module loads no engine and no tables; making a tokenizer loads no engine, cutting only its own."""
    code = (
        "import sys; heavy = ('jieba', 'rjieba', 'pandas', 'numpy'); "
        "loaded = lambda: print([name for name in heavy if name in sys.modules]); "
        "import cityanalysis.words as words; loaded(); "
        "import pandas as pd; "
        "tokenizer = words.Tokenizer(lexicon=pd.DataFrame({'term': ['甲'], 'domain': ['own']})); loaded(); "
        "tokenizer.cut('甲'); loaded()"
    )
    done = run(code)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["[]", "['pandas', 'numpy']", "['rjieba', 'pandas', 'numpy']"]


def test_unknown_engine():
    """An engine that is none is refused with those there are."""
    with pytest.raises(ValueError, match="engine 'hanlp' is unknown; choose one of rjieba, jieba"):
        words.tokenize(pd.DataFrame({"passage_id": [], "text": []}), engine="hanlp")


def test_engines_give_equal_tables_on_all_records(passages, tokens, tokenizers):
    """Words, positions and parts of speech are the same in all 42 records."""
    assert passages["doc_id"].nunique() == 42
    pd.testing.assert_frame_equal(words.tokenize(passages, tokenizer=tokenizers("jieba")), tokens)


@pytest.mark.skipif(not ORIGINALS, reason="CITYANALYSIS_ORIGINALS names no folder of original texts")
def test_engines_are_equal_on_the_originals(tokenizers):
    """Nor do they differ on any line of the originals, where these are at hand."""
    paths = sorted(Path(ORIGINALS).rglob("*.txt"))
    assert paths, f"no *.txt below {ORIGINALS}"
    differing = [
        f"{path.name}:{n}"
        for path in paths
        for n, line in enumerate(readers.text(path).split("\n"), 1)
        if tokenizers("rjieba").cut(line) != tokenizers("jieba").cut(line)
    ]
    assert differing == []


def check_tokens(text, tokens):
    """Assert what holds of any text's tokens."""
    end = 0
    for start, stop, word, pos in tokens:
        assert start >= end
        assert text[start:stop] == word
        assert word.strip("\ufeff")
        assert not word.isspace()
        assert pos
        assert not text[end:start].replace("\ufeff", "").strip()
        end = stop
    assert not text[end:].replace("\ufeff", "").strip()


# Characters where cutting goes wrong, beside any others.
ODD = "\ufeff \u3000\n\r\t😀👩\u200d🏫e\u0301かガ한글ｶ１Ａ５Ｇ㐂𠮷龥鿕鿖々〇《》“”'’·-_.,&+/%°²Ⅳ٣éß城市数据5GKD"


@settings(max_examples=150)
@given(text=st.text(max_size=40) | st.text(ODD, max_size=40))
@pytest.mark.parametrize("engine", words.ENGINES)
def test_tokens_cover_any_text(tokenizers, engine, text):
    """In any text tokens are in order, stand where they say, and leave out white space and byte-order marks only."""
    check_tokens(text, tokenizers(engine).cut(text))


def test_tokens_cover_all_records(passages, tokens):
    """The same holds of all records."""
    spans = {
        name: rows[["start", "end", "word", "pos"]].to_numpy().tolist() for name, rows in tokens.groupby("passage_id")
    }
    for row in passages.itertuples():
        check_tokens(row.text, spans[row.passage_id])


# No character twice: where one is repeated (一一一), ways to cut can be equally probable to the last bit, and which of
# them is taken is left to the rounding of floating-point sums, in which the engines differ.
HAN = st.one_of(
    st.sampled_from(sorted({char for char in "".join(corpus.load()[1]["text"]) if "\u4e00" <= char <= "\u9fd5"})),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
)


@settings(max_examples=300)
@given(text=st.lists(st.one_of(HAN, HAN, st.characters(max_codepoint=127)), unique=True, max_size=40).map("".join))
def test_engines_are_equal_on_any_text(tokenizers, text):
    """Nor do the engines differ on arbitrary Han characters and ASCII."""
    assert tokenizers("rjieba").cut(text) == tokenizers("jieba").cut(text)


@settings(max_examples=100)
@given(text=st.lists(st.sampled_from(words.default_lexicon()["term"].tolist()), max_size=6).map("、".join))
def test_engines_are_equal_on_terms(tokenizers, text):
    """Nor on the words of the lexicon."""
    assert tokenizers("rjieba").cut(text) == tokenizers("jieba").cut(text)


def test_tokenize_follows_the_passages(engine, tokenizers):
    """Rows come in the order of the passages; positions are those in the passage; a passage without words has none."""
    passages = pd.DataFrame({"passage_id": ["b#1", "c#1", "a#1"], "text": ["智慧 城市", "\u3000", "城市"]})
    tokens = words.tokenize(passages, tokenizer=tokenizers(engine))
    assert tokens.drop(columns="pos").to_numpy().tolist() == [
        *[["b#1", 0, 2, "智慧"], ["b#1", 3, 5, "城市"]],
        ["a#1", 0, 2, "城市"],
    ]


def test_tokenize_nothing(tokenizers):
    """No passages give an empty table in form."""
    tokens = words.tokenize(pd.DataFrame({"passage_id": [], "text": []}), tokenizer=tokenizers("rjieba"))
    assert len(tokens) == 0
    assert cells.faults(tokens, tables.TOKENS) == []


def test_tokenize_with_engine_and_lexicon():
    """An engine and a lexicon make a tokenizer of their own."""
    passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["沐日星云桥"]})
    assert words.tokenize(passages, engine="jieba", lexicon=own("沐日星云桥"))["pos"].tolist() == ["nz"]


@pytest.mark.parametrize(
    ("start", "end", "width", "expected"),
    [
        (2, 6, 2, ["推进", "智慧城市", "建设"]),
        (2, 6, 1, ["进", "智慧城市", "建"]),
        (2, 6, 0, ["", "智慧城市", ""]),
        (0, 2, 3, ["", "推进", "智慧城"]),
        (6, 8, 20, ["推进智慧城市", "建设", ""]),
    ],
)
def test_concordance(start, end, width, expected):
    """What stands around a hit is cut to the width and to the passage."""
    passages = pd.DataFrame({"passage_id": ["a#1", "b#1"], "text": ["别的", "推进智慧城市建设"]})
    hits = pd.DataFrame({"passage_id": ["b#1"], "start": [start], "end": [end]})
    found = words.concordance(passages, hits, width=width)
    assert found.columns.tolist() == ["passage_id", "start", "left", "keyword", "right"]
    assert found.to_numpy().tolist() == [["b#1", start, *expected]]


def test_concordance_of_nothing(passages, tags):
    """Without hits there are no rows, but the columns."""
    assert words.concordance(passages, tags.head(0)).columns.tolist() == [
        "passage_id",
        "start",
        "left",
        "keyword",
        "right",
    ]


@pytest.mark.parametrize(("word", "known"), [("政府", True), ("沐日星云桥", False), ("一网通办", False)])
def test_dictionary_frequency_is_the_dictionarys(word, known):
    """It does not know the lexicon, even after a tokenizer that does."""
    tokenizer_of("rjieba", *TERMS).cut("沐日星云桥")
    assert (words.dictionary_frequency()(word) > 0) is known


def test_engines_weigh_words_alike(tokenizers):
    """Words that are nearly as probable in two are cut alike: the lexicon's words add as much to both dictionaries."""
    for text in ("步道", "企业职工", "技术成果", "程度较", "房地", "前站", "同升", "新文艺", "风正劲", "蠡湖步道"):
        assert tokenizers("rjieba").cut(text) == tokenizers("jieba").cut(text)


def test_rare_characters_are_words_of_their_own(tokenizers):
    """Han characters beyond those that the engines know are cut one by one, not taken for Latin letters."""
    for engine in ("rjieba", "jieba"):
        assert [word for _, _, word, _ in tokenizers(engine).cut("𠮷a𠮷𠮷")] == ["𠮷", "a", "𠮷", "𠮷"]
