"""Passages are what stands in the files, and records out of form are refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityanalysis import corpus, readers


def test_first_records_only_unless_asked():
    """36 cities have a record; the second ones of six come in addition."""
    first, passages = corpus.load()
    both, all_passages = corpus.load(second=True)
    assert (len(first), first["city"].nunique()) == (36, 36)
    assert (len(both), both["city"].nunique()) == (42, 36)
    second = set(both["doc_id"]) - set(first["doc_id"])
    assert len(second) == 6
    assert all(doc_id.endswith("-second") for doc_id in second)
    assert set(passages["doc_id"]) == set(first["doc_id"])
    assert set(all_passages["doc_id"]) == set(both["doc_id"])


def test_passages_stand_in_their_files(root, passages):
    """The text of a passage is what stands between its positions in the file, read as anybody reads it."""
    files = corpus.documents().set_index("doc_id")["file"]
    texts = {
        doc_id: (root / "corpus" / file).read_text(encoding="utf-8") for doc_id, file in files.items() if ".md" in file
    }
    wrong = [row.passage_id for row in passages.itertuples() if texts[row.doc_id][row.start : row.end] != row.text]
    assert wrong == []


def test_passages_are_numbered_in_order(passages):
    """Numbers run from 1 in each document, in the order of the text, without overlap."""
    for doc_id, rows in passages.groupby("doc_id"):
        assert rows["passage_id"].tolist() == [f"{doc_id}#{n}" for n in range(1, len(rows) + 1)]
        assert (rows["start"].iloc[1:].to_numpy() >= rows["end"].iloc[:-1].to_numpy()).all()


def test_passages_are_short_sectioned_and_cited(passages):
    """No passage is longer than 240 characters or has a citation left in it; each has a period and known references."""
    known = set(corpus.references()["ref_id"])
    assert passages["text"].str.len().between(1, 240).all()
    assert not passages["text"].str.contains("[@", regex=False).any()
    assert (passages["section"] != "").all()
    refs = passages["refs"].str.split(" ")
    assert refs.map(len).min() >= 1
    assert {ref for cell in refs for ref in cell} - known == set()


def test_passages_cover_their_records(passages):
    """Nothing of a paragraph gets lost when it is cut."""
    lengths = passages["text"].str.len().groupby(passages["doc_id"]).sum()
    for row in corpus.load(second=True)[0].itertuples():
        text = readers.text(readers.home() / "corpus" / row.file)
        assert sum(len(body) for _, _, body, _ in corpus.paragraphs(text, path=row.file)) == lengths[row.doc_id]


def test_documents_have_numbers():
    """Characters are counted as numbers."""
    assert corpus.documents()["n_chars"].dtype == int


def test_one_collection_by_its_name():
    """A collection may be given as a string."""
    assert len(corpus.load("records")[0]) == 36


@pytest.mark.parametrize(
    ("collections", "named"),
    [("novels", "'novels'"), (["records", "novels"], "'novels'"), (["a", "b"], "'a', 'b'")],
)
def test_unknown_collections(collections, named):
    """What is unknown is refused by name, with what there is."""
    with pytest.raises(ValueError, match=rf"\Acollections {named}: unknown; choose among records, studies, reports\Z"):
        corpus.load(collections)


def test_missing_record(home):
    """A registered record that is gone is named."""
    (home / "corpus" / "records" / "beijing.md").unlink()
    with pytest.raises(readers.ReadError, match=r"records/beijing\.md: there is no such file"):
        corpus.load()


HEAD = "---\ncity: x\n---\n"
BAD_RECORDS = {
    "no front matter": ("## 2010\n", "x.md:1: expected front matter between two lines '---'; add it"),
    "front matter left open": ("---\ncity: x\n## 2010\n", "x.md:1: expected front matter"),
    "front matter no YAML": ("---\ncity: [x\n---\n", "x.md: the front matter is not YAML"),
    "front matter a list": ("---\n- x\n---\n", "x.md:2: expected lines 'name: value'"),
    "before the first heading": (HEAD + "\n启动。[@a-1]\n", "x.md:5: a paragraph before the first heading"),
    "no citation": (HEAD + "## 2010\n\n启动。[@a-1]\n\n建成。\n", "x.md:8: a paragraph without a citation"),
    "citation in the midst": (HEAD + "## 2010\n启动[@a-1]，建成。[@b-2]\n", "x.md:5: a citation in the midst"),
    "citation of nothing": (HEAD + "## 2010\n启动。[@]\n", "x.md:5: a paragraph without a citation"),
    "deeper heading": (HEAD + "### 2010\n", "x.md:4: a paragraph before the first heading"),
}


@pytest.mark.parametrize(("text", "complaint"), BAD_RECORDS.values(), ids=BAD_RECORDS)
def test_record_out_of_form(text, complaint):
    """A record out of form is refused in one line that names the line."""
    with pytest.raises(readers.ReadError) as error:
        list(corpus.paragraphs(text, path="x.md"))
    assert str(error.value).startswith(complaint)
    assert "\n" not in str(error.value)


def test_paragraphs_in_form():
    """Sections, positions, citations in several brackets and repeated ones."""
    text = HEAD + "## 2010\n\n启动。[@a-1; @b-2]\n\n  建成。 [@b-2] [@a-1; @b-2]\n## 2011—2012\n扩建。[@c]"
    found = list(corpus.paragraphs(text, path="x.md"))
    assert [(section, body, refs) for section, _, body, refs in found] == [
        ("2010", "启动。", ["a-1", "b-2"]),
        ("2010", "建成。", ["b-2", "a-1"]),
        ("2011—2012", "扩建。", ["c"]),
    ]
    assert all(text[start:].startswith(body) for _, start, body, _ in found)


@pytest.mark.parametrize(
    ("text", "longest", "pieces"),
    [
        ("", 5, []),
        ("一二三", 5, ["一二三"]),
        ("一。二。三", 4, ["一。二。", "三"]),
        ("一二三。四五六。", 4, ["一二三。", "四五六。"]),
        ("他说：“好。”又来。", 7, ["他说：“好。”", "又来。"]),
        ("一二，三四，五。六。", 6, ["一二，三四，", "五。六。"]),
        ("一二三四五六七", 3, ["一二三", "四五六", "七"]),
        ("什么！？好……行", 5, ["什么！？", "好……行"]),
    ],
)
def test_split_at_sentences_then_clauses_then_anywhere(text, longest, pieces):
    """Sentences stay whole with their closing quotes while they fit."""
    assert [text[start:end] for start, end in corpus.split(text, longest=longest)] == pieces


def test_split_at_240_characters_unless_told_otherwise():
    """A passage is at most so long."""
    assert corpus.split("字" * 500) == [(0, 240), (240, 480), (480, 500)]


@given(st.text("城市建设a \n。！？…，；、”》", max_size=120) | st.text(max_size=60), st.integers(1, 40))
def test_split_covers_any_text(text, longest):
    """The stretches follow one another, cover the text, and none is empty or too long."""
    cuts = corpus.split(text, longest=longest)
    assert "".join(text[start:end] for start, end in cuts) == text
    assert [start for start, _ in cuts] == [0, *(end for _, end in cuts)][: len(cuts)]
    assert all(0 < end - start <= longest for start, end in cuts)


def test_front_matter_ends_where_the_body_begins():
    """The position is that of the first character behind the second line of hyphens."""
    fields, position = corpus.front_matter(HEAD + "正文", path="x.md")
    assert (fields, (HEAD + "正文")[position:]) == ({"city": "x"}, "正文")


def test_cited_references_are_found_whole():
    """An id is not cut at its hyphens or digits."""
    assert re.findall(corpus.CITED, "[@a-1-b2; @c]") == ["a-1-b2", "c"]
