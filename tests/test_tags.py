"""Tags are what the tokens and the brackets say, terms within terms too; the audit misses nothing."""

import hashlib
import html
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityanalysis import corpus, files, tags, words


def tabled(*texts):
    """Return texts as passages."""
    return pd.DataFrame({"passage_id": [f"a#{n}" for n in range(1, len(texts) + 1)], "text": texts}, dtype=str)


@pytest.fixture(scope="module")
def tagged(tokenizers, lexicon):
    """Return a function that tags texts with the default lexicon."""

    def tag(*texts):
        passages = tabled(*texts)
        return tags.tag(passages, words.tokenize(passages, tokenizer=tokenizers("rjieba")), lexicon=lexicon)

    return tag


OWN = pd.DataFrame(
    [
        *[("沐日", "sun"), ("沐日星云", "sky"), ("星云", "sky"), ("星云桥", "bridge")],
        *[("市政", "town"), ("市政府", "town"), ("市长", "town"), ("人民", "town")],
        *[("IoT", "net"), ("NB-IoT", "net"), ("的", "stop"), ("沐州", "city")],
    ],
    columns=["term", "domain"],
).assign(gloss_en="", source=lambda table: table["domain"].map({"city": "muzhou"}).fillna(""))


@pytest.fixture(scope="module")
def audited():
    """Return a function that tags a text with the small lexicon above and audits it."""
    tokenizer = words.Tokenizer(lexicon=OWN)

    def run(*texts):
        passages = tabled(*texts)
        tokens = words.tokenize(passages, tokenizer=tokenizer)
        found = tags.tag(passages, tokens, lexicon=OWN)
        return tokens, found, *tags.audit(passages, tokens, found, lexicon=OWN)

    return run


def spans(found, kind, column):
    """Return text and what it stands for, of one kind of tags."""
    return found.loc[found["kind"] == kind, ["text", column]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("宁波市与宁波", [["宁波市", "ningbo"], ["宁波", "ningbo"]]),
        ("沪、上海市和上海", [["沪", "shanghai"], ["上海市", "shanghai"], ["上海", "shanghai"]]),
        ("苏州河两岸", []),
        ("从苏州市到苏州河", [["苏州市", "suzhou"]]),
        ("吉林的经验", []),
        ("吉林市的经验", [["吉林市", "jilin"]]),
        ("吉林省的经验", []),
        ("在《宁波条例》里", [["宁波", "ningbo"]]),
        ("没有城市", []),
    ],
)
def test_cities(tagged, text, expected):
    """Every form of a city's name is tagged, none inside a longer word, none that could be a province."""
    assert spans(tagged(text), "city", "city") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("印发《条例》。", [["《条例》", "条例"]]),
        ("《甲》和《乙》", [["《甲》", "甲"], ["《乙》", "乙"]]),
        ("《关于印发《规划》的通知》", [["《关于印发《规划》的通知》", "关于印发《规划》的通知"]]),
        ("《关于《甲》和《乙》的通知》", [["《关于《甲》和《乙》的通知》", "关于《甲》和《乙》的通知"]]),
        ("《关于印发〈规划〉的通知》", [["《关于印发〈规划〉的通知》", "关于印发〈规划〉的通知"]]),
        ("《未完的标题", []),
        ("《未完的标题和《条例》", [["《条例》", "条例"]]),
        ("多一个》和《条例》", [["《条例》", "条例"]]),
        ("《跨行\n的》", []),
        ("《》", []),
        (f"《{'长' * 120}》", [[f"《{'长' * 120}》", "长" * 120]]),
        (f"《{'长' * 121}》", []),
    ],
)
def test_titles(tagged, text, expected):
    """Titles are what stands in closed brackets, a title within a title included, and in one line."""
    assert spans(tagged(text), "title", "title") == expected


def test_terms_have_their_domain(tagged, lexicon):
    """A term has the domain that the lexicon gives it."""
    domains = lexicon.set_index("term")["domain"]
    found = tagged("推进智慧城市，")
    assert found[["kind", "text", "term", "domain"]].to_numpy().tolist() == [
        ["term", "智慧城市", "智慧城市", domains["智慧城市"]]
    ]


def test_stop_words_are_no_terms(audited):
    """A stop word in the text is not tagged."""
    _, found, _, _ = audited("的")
    assert len(found) == 0


def test_terms_within_terms_count_for_themselves(audited):
    """A longer term gives a tag to each term in it, even to such as overlap, with its own place and domain."""
    _, found, _, _ = audited("在沐日星云与NB-IoT上")
    assert found[["start", "end", "term", "domain"]].to_numpy().tolist() == [
        *[[1, 5, "沐日星云", "sky"], [1, 3, "沐日", "sun"], [3, 5, "星云", "sky"]],
        *[[6, 12, "NB-IoT", "net"], [9, 12, "IoT", "net"]],
    ]


def test_order_of_tags(tagged):
    """Tags are in the order of the passages, then of the text, the longer first."""
    found = tagged("再说宁波", "《宁波智慧城市》")
    assert found[["passage_id", "start", "end", "kind"]].to_numpy().tolist() == [
        ["a#1", 2, 4, "city"],
        *[["a#2", 0, 8, "title"], ["a#2", 1, 3, "city"], ["a#2", 3, 7, "term"]],
    ]


@pytest.mark.parametrize("texts", [[], ["没有"], ["宁波"], ["智慧城市"], ["《》《甲》"], ["，", "宁波《智慧城市》"]])
def test_tags_hold_their_schema(tagged, texts):
    """Whichever kinds of tags there are, the table has all columns, with nothing missing."""
    found = tagged(*texts)
    assert found.columns.tolist() == list(tags.COLUMNS)
    assert not found.isna().any(axis=None)
    assert found.dtypes.eq(int).to_numpy().nonzero()[0].tolist() == [1, 2]


def test_default_lexicon_is_that_of_the_tokens(tagged):
    """Without a lexicon the default one is taken, as by the tokenizer."""
    passages = tabled("宁波的新型智慧城市")
    pd.testing.assert_frame_equal(tags.tag(passages, words.tokenize(passages)), tagged("宁波的新型智慧城市"))


def test_text_of_every_tag_stands_in_its_passage(passages, tagged_records):
    """In all records each tag's text is what stands at its place."""
    texts = passages.set_index("passage_id")["text"]
    assert len(tagged_records) > 0
    assert set(tagged_records["kind"]) == {"city", "title", "term", "time", "quantity", "institution"}
    assert [row for row in tagged_records.itertuples() if texts[row.passage_id][row.start : row.end] != row.text] == []


def test_tags_say_what_they_stand_for(tagged_records, lexicon):
    """A city has a slug, a title its words, a term itself and a known domain; what does not apply is empty."""
    filled = {"city": {"city"}, "title": {"title"}, "term": {"term", "domain"}}
    filled |= {"time": set(), "quantity": {"number"}, "institution": set()}  # a time may be open
    values = ["city", "term", "domain", "title", "number"]
    for kind, rows in tagged_records.groupby("kind"):
        assert {column for column in values if (rows[column] != "").any()} == filled[kind]
        assert all((rows[column] != "").all() for column in filled[kind])
    assert set(tagged_records["city"]) - {""} <= set(words.cities()["city"])
    assert set(tagged_records["domain"]) - {""} <= set(words.domains()["domain"])
    terms = tagged_records[tagged_records["kind"] == "term"]
    assert (terms["text"] == terms["term"]).all()


def test_no_tag_twice(tagged_records):
    """No place has two tags of one kind."""
    assert not tagged_records.duplicated(["passage_id", "start", "end", "kind"]).any()


@pytest.mark.parametrize(
    ("term", "terms", "expected"),
    [
        ("甲乙丙", {"甲乙丙"}, [(0, 3, "甲乙丙")]),
        ("甲乙丙", {"甲乙丙", "甲乙", "乙丙", "丙"}, [(0, 3, "甲乙丙"), (0, 2, "甲乙"), (1, 3, "乙丙"), (2, 3, "丙")]),
        ("甲甲甲", {"甲甲甲", "甲甲"}, [(0, 3, "甲甲甲"), (0, 2, "甲甲"), (1, 3, "甲甲")]),
        ("IPv6", {"IPv6", "IP", "v6"}, [(0, 4, "IPv6")]),
        ("5G+IP", {"5G+IP", "5G", "IP", "G"}, [(0, 5, "5G+IP"), (0, 2, "5G"), (3, 5, "IP")]),
    ],
)
def test_nested(term, terms, expected):
    """Every term in a term is found, in order, but none that begins or ends within a Latin word or a number."""
    assert tags.nested(term, terms, frequency=lambda word: 0) == expected


@pytest.mark.parametrize(
    ("inner", "usual", "counts"),
    [
        ("甲乙", {"甲乙": 5, "乙丙": 9}, False),  # a more usual word over the end
        ("甲乙", {"甲乙": 5, "乙丙丁": 9}, False),
        ("甲乙", {"甲乙": 5, "庚甲": 9}, False),  # and over the beginning
        ("甲乙", {"甲乙": 5, "乙丙": 5}, True),  # it is only as usual
        ("甲乙", {"乙丙": 9}, True),  # the dictionary does not know the inner term
        ("甲乙", {"甲乙": 5, "庚甲乙": 9, "丙丁": 9}, True),  # around it and beside it, not across
        ("甲乙丙", {"甲乙丙": 5, "丙丁": 9}, True),  # shorter than the term
    ],
)
def test_nested_term_is_crossed_by_a_more_usual_word(inner, usual, counts):
    """A term of the dictionary does not count where a word more frequent and no shorter lies across an end of it."""
    found = tags.nested("庚甲乙丙丁", {"庚甲乙丙丁", inner}, frequency=lambda word: usual.get(word, 0))
    assert found == [(0, 5, "庚甲乙丙丁"), *([(1, 1 + len(inner), inner)] if counts else [])]


@pytest.mark.parametrize(
    ("text", "miss"),
    [
        ("在市政府", (1, 3, "市政", "市政府", "crossed in a longer term")),
        ("沐日星云桥", (2, 5, "星云桥", "沐日星云|桥", "overlaps another term")),
        ("中华人民共和国", (2, 4, "人民", "中华人民共和国", "inside a longer word")),
        ("城市长期", (1, 3, "市长", "城市|长期", "across a word boundary")),
    ],
)
def test_each_reason_of_a_miss(audited, text, miss):
    """A term that is not tagged where it stands as a string is explained, with the words at its place."""
    _, _, summary, misses = audited(text)
    assert misses.to_numpy().tolist() == [["a#1", *miss]]
    assert miss[-1] in tags.REASONS
    assert summary.set_index("term").loc[miss[2], ["raw", "tagged", "nested", "missed"]].tolist() == [1, 0, 0, 1]


def test_audit_counts_by_hand(audited):
    """Raw hits, tags, those within longer terms, and misses, of a text in which a term has all of them."""
    _, _, summary, misses = audited("沐日星云、星云", "星云、沐日星云桥和星云桥")
    assert summary.columns.tolist() == ["term", "domain", "raw", "tagged", "nested", "missed"]
    assert summary.to_numpy().tolist() == [
        ["星云", "sky", 5, 5, 3, 0],
        ["星云桥", "bridge", 2, 1, 0, 1],
        ["沐日", "sun", 2, 2, 2, 0],
        ["沐日星云", "sky", 2, 2, 0, 0],
    ]
    assert misses["term"].tolist() == ["星云桥"]


def test_audit_of_no_terms(audited):
    """A text without terms gives empty tables with their columns."""
    _, _, summary, misses = audited("沐州，和")
    assert (len(summary), len(misses)) == (0, 0)
    assert misses.columns.tolist() == ["passage_id", "start", "end", "term", "cut", "reason"]


def test_every_reason_occurs_in_the_records(passages, tokens, tagged_records, lexicon):
    """In all records raw hits are tags and explained misses, term by term, and the tags counted are those there are."""
    summary, misses = tags.audit(passages, tokens, tagged_records, lexicon=lexicon)
    assert (summary["raw"] == summary["tagged"] + summary["missed"]).all()
    assert (summary["nested"] <= summary["tagged"]).all()
    by_term = summary.set_index("term")
    assert (
        by_term["tagged"].loc[lambda n: n > 0].to_dict()
        == tagged_records.loc[tagged_records["term"] != "", "term"].value_counts().to_dict()
    )
    assert by_term["missed"].loc[lambda n: n > 0].to_dict() == misses["term"].value_counts().to_dict()
    assert set(misses["reason"]) == set(tags.REASONS)
    texts = passages.set_index("passage_id")["text"]
    assert [row for row in misses.itertuples() if texts[row.passage_id][row.start : row.end] != row.term] == []


@settings(max_examples=20)
@given(texts=st.lists(st.text("沐日星云桥市政府长人民和，", max_size=30), min_size=5, max_size=10))
def test_audit_finds_every_raw_hit(audited, texts):
    """In any text raw hits are all places at which a term stands, found another way, and each is a tag or a miss."""
    _, found, summary, misses = audited(*texts)
    terms = OWN.loc[~OWN["domain"].isin(["stop", "city"]), "term"]
    raw = {term: sum(len(re.findall(f"(?={re.escape(term)})", text)) for text in texts) for term in terms}
    assert dict(zip(summary["term"], summary["raw"], strict=True)) == {term: n for term, n in raw.items() if n}
    places = pd.concat([found.loc[found["kind"] == "term", ["passage_id", "start", "end"]], misses.iloc[:, :3]])
    assert not places.duplicated().any()
    assert len(places) == sum(raw.values())


def test_mark_up_marks_and_escapes(tagged):
    """Each kind has its mark, terms say gloss and domain, and what HTML would take for its own is escaped."""
    marked = tags.mark_up("<宁波&智慧城市>", tagged("<宁波&智慧城市>"), {"智慧城市": 'a "smart" city'})
    assert re.findall(r'title="([^"]*)">([^<]*)<', marked) == [
        ("ningbo", "宁波"),
        ("a &quot;smart&quot; city · concept", "智慧城市"),
    ]
    assert marked.startswith("&lt;<mark ")
    assert marked.endswith("</mark>&gt;")


def test_mark_up_keeps_every_text(passages, tagged_records, lexicon):
    """Without its marks the page says what the passage says, and every mark is closed."""
    glosses = words.glosses(lexicon)
    groups = dict(list(tagged_records.groupby("passage_id")))
    for row in passages.itertuples():
        marked = tags.mark_up(row.text, groups.get(row.passage_id, tagged_records.head(0)), glosses)
        assert 0 <= marked.count("<mark ") == marked.count("</mark>") <= len(groups.get(row.passage_id, ()))
        assert html.unescape(re.sub("</?mark[^>]*>", "", marked)) == row.text


def test_mark_up_leaves_out_a_mark_that_crosses():
    """Marks nest or stand apart: of 大数据 and 数据中心 in 大数据中心, the second has no mark of its own."""
    rows = [(0, 5, "大数据中心"), (0, 3, "大数据"), (1, 5, "数据中心"), (3, 5, "中心")]
    crossing = pd.DataFrame(rows, columns=["start", "end", "term"]).assign(kind="term", domain="x")
    crossing = crossing.reindex(columns=tags.COLUMNS, fill_value="")
    marked = re.sub("<mark[^>]*>", "<", tags.mark_up("大数据中心", crossing, {})).replace("</mark>", ">")
    assert marked == "<<大数据><中心>>"


@pytest.mark.parametrize(
    ("term", "expected"),
    [("数据中心", True), ("政务数据", True), ("数字经济", True), ("领导小组", False), ("数", False), ("", False)],
)
def test_is_digital(term, expected):
    """A term is digital if a stretch of the table stands anywhere in it."""
    assert tags.is_digital(term) is expected


def test_every_stretch_is_digital():
    """Each row of the table is taken as it stands, not as a pattern."""
    assert [s for s in files.table("data/lexicon/digital.csv")["stretch"] if not tags.is_digital(s)] == []


def shares(text, *hits):
    """Return the share of a text with tags given as start, kind and term."""
    passages = pd.DataFrame({"passage_id": ["a#1"], "text": [text]})
    rows = [("a#1", start, kind, term) for start, kind, term in hits]
    return tags.digital_share(passages, pd.DataFrame(rows, columns=["passage_id", "start", "kind", "term"])).tolist()


@pytest.mark.parametrize(
    ("text", "hits", "expected"),
    [
        ("修路，建数据。", [(4, "term", "数据")], 4 / 7),
        ("数据，数据。路", [(0, "term", "数据"), (3, "term", "数据")], 6 / 7),
        ("数据和数据。路桥", [(0, "term", "数据"), (3, "term", "数据")], 6 / 8),
        ("建数据、修路", [(1, "term", "数据")], 1.0),
        ("修路，建数据。", [(3, "term", "道路")], 0.0),
        ("修路，建数据。", [(4, "title", "数据")], 0.0),
        ("修路，建数据。", [], 0.0),
        ("", [], 0.0),
    ],
)
def test_share_in_clauses(text, hits, expected):
    """Clauses with a digital term count whole, with the mark at their end, each once; other tags count nothing."""
    assert shares(text, *hits) == [pytest.approx(expected)]


def test_shares_follow_the_passages():
    """Order and index are the passages', and a tag counts in its own passage only."""
    passages = pd.DataFrame({"passage_id": ["b#1", "a#1"], "text": ["数据", "道路"]}, index=[7, 3])
    hits = pd.DataFrame({"passage_id": ["b#1"], "start": [0], "kind": ["term"], "term": ["数据"]})
    assert tags.digital_share(passages, hits).to_dict() == {7: 1.0, 3: 0.0}


def test_gold_passages_are_those_that_were_read(originals_read):
    """The digest in the table is that of the passage's text."""
    texts = originals_read.passages.set_index("passage_id")["text"]
    gold = files.table("data/gold/digital.csv").set_index("passage_id")["sha1"]
    made = {i: hashlib.sha1(texts[i].encode()).hexdigest() for i in gold.index}
    assert [i for i, sha1 in gold.items() if made[i] != sha1] == []


def test_digital_is_what_readers_call_so():
    """Of all tenths the bound agrees best with two readers, on passages of cities kept for building."""
    gold = files.table("data/gold/digital.csv").query("role == 'develop'")
    shipped = pd.read_parquet(files.home() / corpus.DERIVED / "passages.parquet").set_index("passage_id")["digital"]
    share, wanted = gold["passage_id"].map(shipped), gold["settled"] == "yes"
    agreed = {tenth / 10: ((share >= tenth / 10) == wanted).mean() for tenth in range(1, 10)}
    assert max(agreed, key=agreed.get) == tags.DIGITAL
