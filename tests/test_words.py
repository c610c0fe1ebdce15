"""The lexicon is sound, one's own is laid over it or refused in one line; words are cut alike by both engines."""

import copy
import functools
import logging
import os
import pickle
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer

from cityanalysis import corpus, counts, files, tags, words


def put(tmp_path, content):
    """Write somebody's own lexicon and return its path."""
    path = tmp_path / "own.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_project_lexicon_is_large_glossed_and_sourced():
    """At least 600 terms in 12 domains, each with an English gloss and a source."""
    terms = words.domain_terms(words.read_lexicon())
    assert len(terms) >= 600
    assert terms["domain"].nunique() >= 12
    assert terms.loc[(terms["gloss_en"] == "") | (terms["source"] == ""), "term"].tolist() == []


def test_domains_and_terms_fit():
    """Every domain is used and explained."""
    used = set(files.table("data/lexicon/terms.csv")["domain"])
    assert set(words.domains()["domain"]) == used
    assert used.isdisjoint({words.STOP, words.CITY})


def test_stop_words_are_many_and_of_their_own_domain():
    """The file of stop words holds nothing else."""
    stop = files.table("data/lexicon/stopwords.csv")
    assert len(stop) >= 100
    assert set(stop["domain"]) == {words.STOP}


def test_no_term_is_taken_from_records_that_judge():
    """No term comes from the record of an exemplar or a judge: these are to test the lexicon, not to feed it."""
    splits = files.table("data/splits.csv")
    held_out = splits[(splits["collection"] == "records") & splits["role"].isin(["exemplar", "judge"])]
    assert len(held_out) >= 10
    sources = {part for cell in files.table("data/lexicon/terms.csv")["source"] for part in cell.split(";")}
    assert {source for source in sources if source.removesuffix("-record") in set(held_out["city"])} == set()
    assert "xiongan-record" in sources  # the name by which a record is a source, should it ever change


def test_every_source_is_explained():
    """A source is listed, or is a record of the registry."""
    records = set(files.table("corpus/documents.csv").query("collection == 'records'")["doc_id"])
    known = records | set(files.table("data/lexicon/sources.csv")["source"])
    tables = (files.table(f"data/lexicon/{name}.csv") for name in ("terms", "stopwords"))
    parts = {part for table in tables for cell in table["source"] for part in cell.split(";")}
    assert parts - known == set()


def test_load_is_in_order_and_without_repeats():
    """One row a term, by domain and term, with the four columns; then the names of cities."""
    terms = words.read_lexicon()
    assert terms.columns.tolist() == ["term", "domain", "gloss_en", "source"]
    assert terms["term"].is_unique
    keys = [key for key in zip(terms["domain"], terms["term"], strict=True) if key[0] != words.CITY]
    assert keys == sorted(keys)
    assert set(terms["domain"].iloc[len(keys) :]) == {words.CITY}
    assert terms.index.tolist() == list(range(len(terms)))


def test_own_terms_are_laid_over(tmp_path):
    """A new term comes in, a known one gets the new domain, all others stay."""
    own = words.read_lexicon(put(tmp_path, "term,domain\n沐日星云桥,platform\n智慧城市,platform\n"))
    before, after = (terms.set_index("term")["domain"].to_dict() for terms in (words.read_lexicon(), own))
    assert after == before | {"沐日星云桥": "platform", "智慧城市": "platform"}
    assert own.set_index("term").loc["沐日星云桥", ["gloss_en", "source"]].tolist() == ["", ""]


def test_own_stop_word_takes_a_term_out(tmp_path):
    """The domain `stop` makes a term of the project a stop word."""
    own = words.read_lexicon(put(tmp_path, "term,domain,gloss_en,source\n智慧城市,stop,,me\n"))
    assert own.loc[own["term"] == "智慧城市", ["domain", "source"]].to_numpy().tolist() == [["stop", "me"]]


def test_last_of_several_own_lexicons_counts(tmp_path):
    """Of several files, and within one, the last row for a term counts."""
    (tmp_path / "first.csv").write_text("term,domain\n沐日,health\n星云,health\n", encoding="utf-8")
    second = put(tmp_path, "domain,term\nrural,沐日\nsafety,沐日\n")
    with pytest.warns(UserWarning, match=r"own\.csv:3: '沐日' stands before already; the last row counts"):
        found = words.read_lexicon(tmp_path / "first.csv", second).set_index("term")["domain"]
    assert (found["沐日"], found["星云"]) == ("safety", "health")


SAVED = {
    "semicolons": ("term;domain\n沐日;platform\n", "utf-8"),
    "tabulators, UTF-16": ("term\tdomain\n沐日\tplatform\n", "utf-16"),
    "GBK": ("term,domain,gloss_en\n沐日,platform,sunny days\n", "gbk"),
    "byte-order mark, carriage returns": ("\ufeffterm,domain\r\n沐日,platform\r\n", "utf-8"),
    "blank rows and columns": ("term,domain,,\n沐日,platform,,\n,,,\n,,,\n", "utf-8"),
    "blanks round names": (" Term , domain\n沐日\xa0, platform \n", "utf-8"),
    "capitals": ("TERM,DOMAIN\n沐日,Platform\n", "utf-8"),
    "a Chinese domain": ("term,domain\n沐日,平台\n", "utf-8"),
    "characters that nobody sees": ("term,domain\n沐\u200b日,platform\n", "utf-8"),
}


@pytest.mark.parametrize(("content", "encoding"), SAVED.values(), ids=SAVED)
def test_own_lexicon_as_people_save_it(tmp_path, content, encoding):
    """What spreadsheet programs and editors make of a lexicon does not matter."""
    (tmp_path / "own.csv").write_bytes(content.encode(encoding))
    assert words.read_lexicon(tmp_path / "own.csv").set_index("term").loc["沐日", "domain"] == "platform"


@pytest.mark.parametrize("domain", ["STOP", " Stop ", "停用词"])
def test_stop_words_as_people_write_them(tmp_path, domain):
    """A stop word is never taken for a term of a domain that is only spelled otherwise."""
    own = words.read_lexicon(put(tmp_path, f"term,domain\n智慧城市,{domain}\n"))
    assert own.set_index("term").loc["智慧城市", "domain"] == words.STOP


def test_new_domain_is_told(tmp_path):
    """A domain that the project does not have may be meant, or a slip; its line is told, with those that there are."""
    with pytest.warns(UserWarning, match=r"own\.csv:3: domain '桥梁' is new; those .* are .*platform.*stop"):
        own = words.read_lexicon(put(tmp_path, "term,domain\n沐日,platform\n星云,桥梁\n"))
    assert own.set_index("term").loc["星云", "domain"] == "桥梁"


def test_letters_small_or_capital(tmp_path):
    """A term is found whether its letters are small or capital, and named as the lexicon spells it."""
    own = words.read_lexicon(put(tmp_path, "term,domain\nnb-iot沐日,platform\n"))
    passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["建设NB-IoT沐日"]})
    found = tags.tag(passages, words.tokenize(passages, tokenizer=words.Tokenizer(lexicon=own)), lexicon=own)
    found = found[found["kind"] == "term"]
    assert found[["text", "term"]].to_numpy().tolist()[0] == ["NB-IoT沐日", "nb-iot沐日"]


def test_own_lexicon_is_looked_for_where_one_is(tmp_path, monkeypatch):
    """A relative name is one below the working folder, not below the home."""
    put(tmp_path, "term,domain\n沐日星云桥,platform\n")
    monkeypatch.chdir(tmp_path)
    assert "沐日星云桥" in set(words.read_lexicon("own.csv")["term"])


HEAD = ":1: expected the columns term,domain,gloss_en,source (the last two may be left out), found "
BAD = {
    "one line of a jieba dictionary": ("大数据平台 nz 1000\n", HEAD + "大数据平台 nz 1000"),
    "a jieba dictionary": ("大数据平台 1000 nz\n云平台 3\n", HEAD + "大数据平台 1000 nz"),
    "terms only": ("智慧城市\n", HEAD + "智慧城市"),
    "no domain": ("term,gloss_en\n沐日,x\n", HEAD + "term,gloss_en"),
    "unknown column": ("term,domain,weight\n沐日,platform,3\n", HEAD + "term,domain,weight"),
    "empty domain": ("term,domain\n沐日,platform\n星云,\n", ":3: a term and its domain are needed"),
    "blank domain": ("term,domain\n星云, \n", ":2: a term and its domain are needed"),
    "empty term": ("term,domain\n,platform\n", ":2: a term and its domain are needed"),
    "line break in the term": ('term,domain\n"沐\n日",platform\n', ":2: '沐\\n日' has a line break in it"),
    "tabulator in the term": ("term,domain\n沐\t日,platform\n", ":2: '沐\\t日' has a line break in it"),
    "too many fields": ("term,domain\n沐日,platform\n星,云,platform\n", ":3: 3 fields where the header has 2"),
    "city without its slug": ("term,domain\n沐州,city\n", ":2: '沐州' is a city's name; put its slug"),
    "empty file": ("", ": has no text"),
    "blank file": ("\ufeff \n", ": has no text"),
}


@pytest.mark.parametrize(("content", "complaint"), BAD.values(), ids=BAD)
def test_own_lexicon_is_refused(tmp_path, content, complaint):
    """What is wrong with somebody's lexicon is said in one line with its place."""
    path = put(tmp_path, content)
    with pytest.raises(files.ReadError) as error:
        words.read_lexicon(path)
    assert str(error.value).startswith(f"{path}{complaint}")
    assert "\n" not in str(error.value)


def test_own_lexicon_missing(tmp_path):
    """A lexicon that is not there is named."""
    with pytest.raises(files.ReadError, match=re.escape(f"{tmp_path / 'own.csv'}: there is no such file")):
        words.read_lexicon(tmp_path / "own.csv")


def test_cities_have_numbers_and_truth_values():
    """Degrees can be computed with; marks are true or false."""
    cities = words.cities()
    assert (cities["latitude"].dtype, cities["has_record"].dtype) == (float, bool)
    assert cities["latitude"].between(-90, 90).all()
    assert cities["longitude"].between(-180, 180).all()
    assert cities["has_record"].sum() >= 36


def test_provinces_have_one_name_in_each_language():
    """A city that is moved to another province is moved in both languages."""
    named = words.cities()[["city", "province", "province_en"]]
    for here, there in (("province", "province_en"), ("province_en", "province")):
        usual = named.groupby(here)[there].transform(lambda names: names.mode()[0])
        assert named[named[there] != usual].to_numpy().tolist() == []


def test_city_names_are_of_one_city_each():
    """Each form of a name stands for one city, each city has its shown name; 吉林, a province as well, is none."""
    names = words.city_names()
    assert names.columns.tolist() == list(words.LEXICON_COLUMNS)
    assert names["term"].is_unique
    assert (names["term"] != "").all()
    assert set(names["domain"]) == {words.CITY}
    assert set(names["source"]) == set(words.cities()["city"])
    assert "吉林" not in set(names["term"])


def test_glosses_leave_out_what_has_none():
    """Only glossed terms are in the dictionary."""
    terms = words.read_lexicon().head(2).assign(term=["甲", "乙"], gloss_en=["first", ""])
    assert words.glosses(terms) == {"甲": "first"}


ORIGINALS = os.environ.get("CITYANALYSIS_ORIGINALS")


def own(*terms, domain="own"):
    """Return a lexicon of some terms."""
    return pd.DataFrame({"term": terms, "domain": domain, "gloss_en": "", "source": ""}, dtype=str)


@functools.cache
def tokenizer_of(engine, *terms):
    """Return a tokenizer that knows just these terms, and a city if there are any; jieba takes a second to make one."""
    city = own("沐州", domain=words.CITY).head(len(terms))
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
    """The table that is handed in stays as it is, and later changes of it do not reach a tokenizer in use."""
    terms = own("沐日星云桥")
    before = terms.copy()
    tokenizer = words.Tokenizer(lexicon=terms)
    tokenizer.cut("城市")
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
    """Making a tokenizer loads no engine, cutting only its own."""
    code = (
        "import sys; import pandas as pd; import cityanalysis as ca; "
        "loaded = lambda: print([name for name in ('jieba', 'rjieba') if name in sys.modules]); "
        "tokenizer = ca.Tokenizer(lexicon=pd.DataFrame({'term': ['甲'], 'domain': ['own']})); loaded(); "
        "tokenizer.cut('甲'); loaded()"
    )
    done = run(code)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["[]", "['rjieba']"]


def test_tokenizer_is_an_analyzer(passages, tokens):
    """scikit-learn's vectorizer counts with it the words that the library counts."""
    some = passages.head(20)
    vectorizer = CountVectorizer(analyzer=words.Tokenizer())
    matrix = vectorizer.fit_transform(some["text"])
    counted = counts.count(tokens[tokens["passage_id"].isin(some["passage_id"])])
    sums = dict(zip(vectorizer.get_feature_names_out(), matrix.sum(axis=0).A1.tolist(), strict=True))
    assert sums == counted.groupby("word")["n"].sum().to_dict()


@pytest.mark.parametrize("copied", [clone, copy.deepcopy, lambda tokenizer: pickle.loads(pickle.dumps(tokenizer))])
def test_tokenizer_is_copied(copied):
    """Cloned, copied or pickled, used or not, it cuts with the same engine and lexicon."""
    tokenizer = words.Tokenizer("jieba", own("沐日星云桥"))
    for _ in range(2):
        again = copied(tokenizer)
        assert (again.engine, cut(again, "建设沐日星云桥")) == ("jieba", ["建设", "沐日星云桥"])
        tokenizer.cut("建设")


@pytest.mark.parametrize("engine", words.ENGINES)
def test_what_was_cut_before_changes_nothing(engine, passages):
    """Passages are cut alike one by one, in any order and together: G behind 5 and alone, in a term and before it."""
    tokenizer = tokenizer_of(engine, "5G", "5G+工业", *TERMS)
    texts = ["5G基站", "5G+工业", "5G ", "推进5", "G+工业", "", *passages["text"].head(40)]
    alone = [cut(tokenizer_of(engine, "5G", "5G+工业", *TERMS), text) for text in texts[:6]]
    assert [cut(tokenizer, text) for text in texts[:6]] == alone
    assert [cut(tokenizer, text) for text in reversed(texts[:6])] == alone[::-1]
    table = pd.DataFrame({"passage_id": [f"a#{i}" for i in range(len(texts))], "text": texts})
    together = words.tokenize(table, tokenizer=tokenizer).groupby("passage_id")["word"].agg(list)
    assert [together.get(f"a#{i}", []) for i in range(len(texts))] == [cut(tokenizer, text) for text in texts]


def test_tokenizer_forgets(monkeypatch, tokenizers, passages):
    """A tokenizer that has met too many words begins anew, and cuts as before."""
    monkeypatch.setattr(words, "MOST", 50)
    tokenizer, texts = words.Tokenizer(), passages["text"].head(20)
    assert [cut(tokenizer, text) for text in texts] == [cut(tokenizers("rjieba"), text) for text in texts]
    assert len(tokenizer._seen) < 300


def test_tokenizer_in_workers():
    """A tokenizer that has been used works in processes of joblib, within a vectorizer, too."""
    tokenizer, texts = tokenizer_of("rjieba", *TERMS), ["建设沐日星云桥", "推进NB-IoT建设"]
    tokenizer.cut(texts[0])
    work = Parallel(n_jobs=2)
    assert work(delayed(tokenizer)(text) for text in texts) == [["建设", "沐日星云桥"], ["推进", "NB-IoT", "建设"]]
    vectorizer = CountVectorizer(analyzer=tokenizer).fit(texts)
    assert [matrix.sum() for matrix in work(delayed(vectorizer.transform)([text]) for text in texts)] == [2, 3]


def test_unknown_engine():
    """An engine that is none is refused with those there are."""
    with pytest.raises(ValueError, match="engine 'hanlp' is unknown; choose one of rjieba, jieba"):
        words.Tokenizer("hanlp").cut("城市")


def test_engines_give_equal_tables_on_all_records(passages, tokens, tokenizers):
    """Words, positions and parts of speech are the same in all records."""
    pd.testing.assert_frame_equal(words.tokenize(passages, tokenizer=tokenizers("jieba")), tokens)


@pytest.mark.skipif(not ORIGINALS, reason="CITYANALYSIS_ORIGINALS names no folder of original texts")
def test_engines_are_equal_on_the_originals(tokenizers):
    """Nor do they differ on any line of the originals, where these are at hand."""
    paths = sorted(Path(ORIGINALS).rglob("*.txt"))
    assert paths, f"no *.txt below {ORIGINALS}"
    differing = [
        f"{path.name}:{n}"
        for path in paths
        for n, line in enumerate(files.text(path).split("\n"), 1)
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
    st.sampled_from(
        sorted({char for char in "".join(corpus.load("records").passages["text"]) if "\u4e00" <= char <= "\u9fd5"})
    ),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
)


@settings(max_examples=300)
@given(text=st.lists(st.one_of(HAN, HAN, st.characters(max_codepoint=127)), unique=True, max_size=40).map("".join))
def test_engines_are_equal_on_any_text(tokenizers, text):
    """Nor do the engines differ on arbitrary Han characters and ASCII."""
    assert tokenizers("rjieba").cut(text) == tokenizers("jieba").cut(text)


@settings(max_examples=100)
@given(text=st.lists(st.sampled_from(words.read_lexicon()["term"].tolist()), max_size=6).map("、".join))
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
    assert tokens.columns.tolist() == ["passage_id", "start", "end", "word", "pos"]
    assert (len(tokens), tokens["start"].dtype) == (0, int)


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


def test_concordance_is_twenty_characters_wide_unless_told():
    """As many stand on either side."""
    passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["前" * 30 + "云" + "后" * 30]})
    found = words.concordance(passages, pd.DataFrame({"passage_id": ["a#1"], "start": [30], "end": [31]}))
    assert found[["left", "right"]].to_numpy().tolist() == [["前" * 20, "后" * 20]]


def test_concordance_of_nothing(passages, tokens):
    """Without hits there are no rows, but the columns."""
    assert words.concordance(passages, tokens.head(0)).columns.tolist() == [
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
