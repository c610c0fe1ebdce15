"""The lexicon is sound, and one's own is laid over it or refused in one line."""

import re

import pytest

from cityanalysis import lexicon, readers


def put(tmp_path, content):
    """Write somebody's own lexicon and return its path."""
    path = tmp_path / "own.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_project_lexicon_is_large_glossed_and_sourced():
    """At least 600 terms in 12 domains, each with an English gloss and a source."""
    terms = lexicon.load()
    terms = terms[terms["domain"] != lexicon.STOP]
    assert len(terms) >= 600
    assert terms["domain"].nunique() >= 12
    assert terms.loc[(terms["gloss_en"] == "") | (terms["source"] == ""), "term"].tolist() == []


def test_domains_and_terms_fit():
    """Every domain is used and explained."""
    used = set(readers.table("data/lexicon/terms.csv")["domain"])
    assert set(lexicon.domains()["domain"]) == used
    assert used.isdisjoint({lexicon.STOP, lexicon.CITY})


def test_stop_words_are_many_and_of_their_own_domain():
    """The file of stop words holds nothing else."""
    stop = readers.table("data/lexicon/stopwords.csv")
    assert len(stop) >= 100
    assert set(stop["domain"]) == {lexicon.STOP}


def test_no_term_is_taken_from_records_that_judge():
    """No term comes from the record of an exemplar or a judge: these are to test the lexicon, not to feed it."""
    splits = readers.table("data/splits.csv")
    held_out = splits[(splits["collection"] == "records") & splits["role"].isin(["exemplar", "judge"])]
    assert len(held_out) >= 10
    sources = {part for cell in readers.table("data/lexicon/terms.csv")["source"] for part in cell.split(";")}
    assert {source for source in sources if source.removesuffix("-record") in set(held_out["city"])} == set()
    assert "xiongan-record" in sources  # the name by which a record is a source, should it ever change


def test_every_source_is_explained():
    """A source is listed, or is a record of the registry."""
    records = set(readers.table("corpus/documents.csv").query("collection == 'records'")["doc_id"])
    known = records | set(readers.table("data/lexicon/sources.csv")["source"])
    parts = {part for cell in lexicon.load()["source"] for part in cell.split(";")}
    assert parts - known == set()


def test_load_is_in_order_and_without_repeats():
    """One row a term, by domain and term, with the four columns."""
    terms = lexicon.load()
    assert terms.columns.tolist() == ["term", "domain", "gloss_en", "source"]
    assert terms["term"].is_unique
    keys = list(zip(terms["domain"], terms["term"], strict=True))
    assert keys == sorted(keys)
    assert terms.index.tolist() == list(range(len(terms)))


def test_own_terms_are_laid_over(tmp_path):
    """A new term comes in, a known one gets the new domain, all others stay."""
    own = lexicon.load(put(tmp_path, "term,domain\n沐日星云桥,own\n智慧城市,own\n"))
    before, after = (terms.set_index("term")["domain"].to_dict() for terms in (lexicon.load(), own))
    assert after == before | {"沐日星云桥": "own", "智慧城市": "own"}
    assert own.set_index("term").loc["沐日星云桥", ["gloss_en", "source"]].tolist() == ["", ""]


def test_own_stop_word_takes_a_term_out(tmp_path):
    """The domain `stop` makes a term of the project a stop word."""
    own = lexicon.load(put(tmp_path, "term,domain,gloss_en,source\n智慧城市,stop,,me\n"))
    assert own.loc[own["term"] == "智慧城市", ["domain", "source"]].to_numpy().tolist() == [["stop", "me"]]


def test_last_of_several_own_lexicons_counts(tmp_path):
    """Of several files, and within one, the last row for a term counts."""
    (tmp_path / "first.csv").write_text("term,domain\n沐日,a\n星云,a\n", encoding="utf-8")
    second = put(tmp_path, "domain,term\nb,沐日\nc,沐日\n")
    found = lexicon.load(tmp_path / "first.csv", second).set_index("term")["domain"]
    assert (found["沐日"], found["星云"]) == ("c", "a")


def test_own_lexicon_is_looked_for_where_one_is(tmp_path, monkeypatch):
    """A relative name is one below the working folder, not below the home."""
    put(tmp_path, "term,domain\n沐日星云桥,own\n")
    monkeypatch.chdir(tmp_path)
    assert "沐日星云桥" in set(lexicon.load("own.csv")["term"])


HEAD = ":1: expected the columns term,domain,gloss_en,source (the last two may be left out), found "
BAD = {
    "one line of a jieba dictionary": ("大数据平台 nz 1000\n", HEAD + "大数据平台 nz 1000"),
    "a jieba dictionary": ("大数据平台 1000 nz\n云平台 3\n", HEAD + "大数据平台 1000 nz"),
    "terms only": ("智慧城市\n", HEAD + "智慧城市"),
    "no domain": ("term,gloss_en\n沐日,x\n", HEAD + "term,gloss_en"),
    "unknown column": ("term,domain,weight\n沐日,own,3\n", HEAD + "term,domain,weight"),
    "parted by semicolons": ("term;domain\n沐日;own\n", HEAD + "term;domain"),
    "empty domain": ("term,domain\n沐日,own\n星云,\n", ":3: a term and its domain are needed"),
    "blank domain": ("term,domain\n星云, \n", ":2: a term and its domain are needed"),
    "empty term": ("term,domain\n,own\n", ":2: a term and its domain are needed"),
    "blank before the term": ("term,domain\n沐日,own\n 星云,own\n", ":3: ' 星云' has blanks around it"),
    "line break in the term": ('term,domain\n"沐\n日",own\n', ":2: '沐\\n日' has blanks around it or a line break"),
    "tabulator in the term": ("term,domain\n沐\t日,own\n", ":2: '沐\\t日' has blanks around it or a line break"),
    "decomposed": ("term,domain\n沐日,own\ncafe\u0301,own\n", ":3: 'cafe\u0301' is not composed Unicode (NFC)"),
    "too many fields": ("term,domain\n沐日,own\n星,云,own\n", ":3: 3 fields where the header has 2"),
    "empty file": ("", ": has no text"),
}


@pytest.mark.parametrize(("content", "complaint"), BAD.values(), ids=BAD)
def test_own_lexicon_is_refused(tmp_path, content, complaint):
    """What is wrong with somebody's lexicon is said in one line with its place."""
    path = put(tmp_path, content)
    with pytest.raises(readers.ReadError) as error:
        lexicon.load(path)
    assert str(error.value).startswith(f"{path}{complaint}")
    assert "\n" not in str(error.value)


def test_own_lexicon_missing(tmp_path):
    """A lexicon that is not there is named."""
    with pytest.raises(readers.ReadError, match=re.escape(f"{tmp_path / 'own.csv'}: there is no such file")):
        lexicon.load(tmp_path / "own.csv")


def test_cities_have_numbers_and_truth_values():
    """Degrees can be computed with; marks are true or false."""
    cities = lexicon.cities()
    assert (cities["latitude"].dtype, cities["has_record"].dtype) == (float, bool)
    assert cities["latitude"].between(-90, 90).all()
    assert cities["longitude"].between(-180, 180).all()
    assert cities["has_record"].sum() >= 36


def test_city_names_are_of_one_city_each():
    """Each form of a name stands for one city, each city has its shown name; 吉林, a province as well, is none."""
    names = lexicon.city_names()
    assert names.columns.tolist() == list(lexicon.COLUMNS)
    assert names["term"].is_unique
    assert (names["term"] != "").all()
    assert set(names["domain"]) == {lexicon.CITY}
    assert set(names["source"]) == set(lexicon.cities()["city"])
    assert "吉林" not in set(names["term"])


def test_city_names_of_a_given_table():
    """Aliases are parted, in order."""
    cities = lexicon.cities().query("city == 'shanghai'").assign(aliases="甲|乙", name_en="A")
    assert lexicon.city_names(cities).to_numpy().tolist() == [
        ["甲", "city", "A", "shanghai"],
        ["乙", "city", "A", "shanghai"],
    ]


def test_glosses_leave_out_what_has_none():
    """Only glossed terms are in the dictionary."""
    terms = lexicon.load().head(2).assign(term=["甲", "乙"], gloss_en=["first", ""])
    assert lexicon.glosses(terms) == {"甲": "first"}
