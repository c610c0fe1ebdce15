"""A corpus is read once; collections, shipped tables and folders of one's own take the same form."""

import hashlib
import os
import re
import shutil
from collections import Counter

import pandas as pd
import pytest

from cityanalysis import corpus, counts, documents, files, tags, times, words

THEIRS = ("studies", "reports")


def test_first_records_only_unless_asked(records):
    """36 cities have a record; second ones come in addition."""
    first = corpus.load("records")
    assert (len(first.documents), first.documents["city"].nunique()) == (36, 36)
    assert records.documents["city"].nunique() == 36
    second = set(records.documents["doc_id"]) - set(first.documents["doc_id"])
    assert second
    assert all(doc_id.endswith("-second") for doc_id in second)
    assert set(first.passages["doc_id"]) == set(first.documents["doc_id"])


def test_passages_stand_in_their_files(root, records):
    """The text of a passage is what stands between its positions in the file, read as anybody reads it."""
    names = records.documents.set_index("doc_id")["file"]
    texts = {doc_id: (root / "corpus" / name).read_text(encoding="utf-8") for doc_id, name in names.items()}
    rows = records.passages.itertuples()
    assert [row.passage_id for row in rows if texts[row.doc_id][row.start : row.end] != row.text] == []


def test_passages_of_records_are_numbered_short_and_cited(passages):
    """Numbers run from 1 without overlap; each passage has a period, known references, and no citation left in it."""
    for doc_id, rows in passages.groupby("doc_id"):
        assert rows["passage_id"].tolist() == [f"{doc_id}#{n}" for n in range(1, len(rows) + 1)]
        assert (rows["start"].iloc[1:].to_numpy() >= rows["end"].iloc[:-1].to_numpy()).all()
    assert passages["text"].str.len().between(1, 240).all()
    assert not passages["text"].str.contains("[@", regex=False).any()
    assert (passages["section"] != "").all()
    cited = {ref for cell in passages["refs"].str.split(" ") for ref in cell}
    assert cited - set(corpus.references()["ref_id"]) == set()


def test_passages_cover_their_records(records):
    """Nothing of a paragraph gets lost when it is cut."""
    lengths = records.passages["text"].str.len().groupby(records.passages["doc_id"]).sum()
    for row in records.documents.itertuples():
        text = files.text(files.home() / "corpus" / row.file)
        assert sum(len(body) for _, _, body, _ in documents.record(text, path=row.file)) == lengths[row.doc_id]


@pytest.mark.parametrize("names", [("novels",), ("records", "novels")])
def test_unknown_name(names):
    """What is neither a collection nor a folder is refused by name, with what there is."""
    with pytest.raises(files.ReadError, match=r"\Anovels: is neither a collection \(records, studies, reports\) nor"):
        corpus.load(*names)


@pytest.mark.parametrize("names", [(), ("",)])
def test_nothing_named(names):
    """Something must be named; no name is not the folder that one is in."""
    with pytest.raises(ValueError, match="name what to load: records, studies, reports, or a folder"):
        corpus.load(*names)


def test_missing_record(home):
    """A registered record that is gone is named."""
    (home / "corpus" / "records" / "beijing.md").unlink()
    with pytest.raises(files.ReadError, match=r"records/beijing\.md: there is no such file"):
        corpus.load("records")


def test_repr():
    """It says how much there is, and of which collections."""
    assert repr(corpus.load("studies")) == "<Corpus studies: 5 documents, 348 passages>"


def test_everything_is_computed_once(monkeypatch):
    """Each text is read, each passage tokenised and its times tagged once, however often tables are asked for."""
    done = Counter()

    def counted(module, name):
        """Count the calls of a function."""
        function = getattr(module, name)

        def call(*arguments, **options):
            done[name] += 1
            return function(*arguments, **options)

        monkeypatch.setattr(module, name, call)

    for module, name in ((documents, "record_passages"), (words, "tokenize"), (times, "tag"), (tags, "tag")):
        counted(module, name)
    loaded = corpus.load("records")
    for _ in range(2):
        assert len(loaded.tokens) and len(loaded.tags) and len(loaded.counts) and len(loaded.spans)
        assert len(loaded.digital) == len(loaded.passages)
    assert done == {"record_passages": 36, "tokenize": 1, "tag": 2}  # times.tag, and tags.tag, which calls it


def test_spans_follow_the_passages(records):
    """A passage's span is that of its tagged times, and is found where text or heading names a time."""
    assert records.spans.index.equals(records.passages.index)
    assert (records.spans["date_from"] != "").mean() > 0.99
    at = records.passages.index[records.passages["passage_id"] == "nanjing-record#1"]
    named = times.spans(records.passages.loc[at], records.tags)
    assert records.spans.loc[at].equals(named)


def test_published():
    """Records have no date to count from; a report of which only the year is known is of January."""
    days = corpus.load("records", "studies", "reports", originals=False).published
    assert (days["guomai-benchmark"], days["nanjing-record"], days["nanjing-report-2024"]) == (
        "2020-09-18",
        "",
        "2024-01",
    )


def test_passages_without_originals(without):
    """They are all there, in form, with an empty text, and none is of another document."""
    theirs = corpus.load(*THEIRS)
    passages = theirs.passages
    assert passages.columns.tolist() == list(documents.COLUMNS)
    assert set(passages["doc_id"]) == set(theirs.documents["doc_id"])
    assert set(passages["text"]) == {""}
    assert passages["passage_id"].is_unique
    assert (passages["passage_id"].str.partition("#")[0] == passages["doc_id"]).all()
    about = theirs.documents.set_index("doc_id").loc[passages["doc_id"]]
    assert (passages["city"].to_numpy() == about["city"].to_numpy()).all()
    assert (passages["start"] < passages["end"]).all()
    assert (passages["end"].to_numpy() <= about["n_chars"].to_numpy()).all()


def test_originals_may_be_declined(monkeypatch, tmp_path):
    """They are not read where they are not wanted, even if the variable is set."""
    monkeypatch.setenv("CITYANALYSIS_ORIGINALS", str(tmp_path))
    assert set(corpus.load("studies", originals=False).passages["text"]) == {""}


@pytest.mark.parametrize("names", [("studies",), THEIRS])
def test_counts_and_tags_without_originals(without, names):
    """Each row is of a passage that is there, counted under the id that says so, and every document has some."""
    theirs = corpus.load(*names)
    assert set(theirs.counts["passage_id"]) <= set(theirs.counted_with)
    assert set(theirs.tags["passage_id"]) <= set(theirs.passages["passage_id"])
    for table in (theirs.counts, theirs.tags):
        assert set(table["passage_id"].str.partition("#")[0]) == set(theirs.documents["doc_id"])
    assert theirs.tags.columns.tolist() == list(tags.COLUMNS)
    assert theirs.counts["n"].min() == 1
    assert theirs.digital.between(0, 1).all()


def test_short_passages_are_counted_with_a_neighbour(without):
    """In studies and reports, in no record, and never across documents."""
    both = corpus.load("records", "studies")
    hosts = both.counted_with
    moved = hosts[hosts != hosts.index]
    assert len(moved)
    assert set(moved.index.str.partition("#").get_level_values(0)) <= set(corpus.load("studies").documents["doc_id"])
    assert (moved.str.partition("#")[0].to_numpy() == moved.index.str.partition("#").get_level_values(0)).all()


def test_records_and_studies_together(without, records):
    """Records are read and cut as ever, studies follow from the tables."""
    both, ours = corpus.load("records", "studies"), set(corpus.load("records").documents["doc_id"])
    assert (both.passages["text"] != "").equals(both.passages["doc_id"].isin(ours))
    for table, made in ((both.counts, counts.count(records.tokens)), (both.tags, records.tags)):
        theirs = ~table["passage_id"].str.partition("#")[0].isin(ours)
        assert theirs.is_monotonic_increasing
        assert theirs.any()
        first = made[made["passage_id"].str.partition("#")[0].isin(ours)]
        assert table[~theirs].to_numpy().tolist() == first.to_numpy().tolist()


def test_originals_not_named(home, without):
    """Without the variable the folder within the corpus is taken, where originals are asked for."""
    assert set(corpus.load("studies").passages["text"]) == {""}
    (home / "corpus" / "originals").mkdir()
    with pytest.raises(files.ReadError, match=r"originals.*txt: there is no such file"):
        corpus.load("studies", originals=True)


def test_originals_missing(home, monkeypatch, without):
    """A folder that is not there is named in one line with what to do, unless none is wanted."""
    with pytest.raises(files.ReadError, match=r"corpus.originals: there is no such folder; put"):
        corpus.load("studies", originals=True)
    monkeypatch.setenv("CITYANALYSIS_ORIGINALS", str(home / "nowhere"))
    for wanted in (True, None):
        with pytest.raises(files.ReadError, match=r"nowhere: there is no such folder; put"):
            corpus.load("studies", originals=wanted)
    assert set(corpus.load("studies", originals=False).passages["text"]) == {""}


@pytest.fixture
def mine(tmp_path):
    """Return a folder of one's own with three documents in three forms."""
    folder = tmp_path / "我的文件"
    (folder / "more").mkdir(parents=True)
    (folder / "规划.txt").write_text("宁波智慧城市规划\n一、网络\n去年建成数据中心。", encoding="utf-8")
    (folder / "more" / "news.html").write_text(
        "<html><body><article><p>" + "杭州推进一网通办，方便居民办事。" * 9 + "</p></article></body></html>",
        encoding="utf-8",
    )
    (folder / "gbk.md").write_bytes(("# 报告\n\n" + "上海建设城市大脑。" * 30).encode("gbk"))
    return folder


def test_own_folder(mine):
    """Every file is a document; its name is its id, its first line its title; all tables are there."""
    own = corpus.load(mine)
    assert own.documents[["doc_id", "collection", "title", "file"]].to_numpy().tolist() == [
        ["gbk", "我的文件", "报告", "gbk.md"],
        ["more/news", "我的文件", ("杭州推进一网通办，方便居民办事。" * 3)[:40], "more/news.html"],
        ["规划", "我的文件", "宁波智慧城市规划", "规划.txt"],
    ]
    assert own.passages.loc[own.passages["doc_id"] == "规划", "section"].tolist() == ["", "1", "1"]
    assert set(own.tags["term"]) >= {"数据中心", "一网通办", "城市大脑"}
    assert (own.counted_with == own.counted_with.index).all()
    assert own.notes.to_numpy().tolist() == [["gbk.md", "encoding guessed: gb18030"]]


def test_own_folder_with_an_index(mine):
    """The index says which files there are, and what is known of them."""
    (mine / "documents.csv").write_text(
        "file,doc_id,city,published,genre\n规划.txt,plan-1,宁波市,2020-03,plan\ngbk.md,,Shanghai,,\n", encoding="utf-8"
    )
    own = corpus.load(str(mine))
    assert own.documents[["doc_id", "city", "published", "genre"]].to_numpy().tolist() == [
        ["plan-1", "ningbo", "2020-03", "plan"],
        ["gbk", "shanghai", "", ""],
    ]
    found = own.tags[own.tags["kind"] == "time"]
    assert found[["text", "date_from"]].to_numpy().tolist() == [["去年", "2019-01-01"]]
    assert own.notes["file"].tolist() == ["gbk.md", "more/news.html"]
    assert "is not in documents.csv" in own.notes["note"].iloc[-1]


BAD_INDEXES = {
    "no files": ("title\n甲\n", ":1: expected file and any other of file,doc_id,city"),
    "unknown column": ("file,date\n规划.txt,2020\n", ":1: expected file and any other"),
    "missing file": ("file\n规划.txt\n没有.txt\n", ":3: there is no file '没有.txt' in the folder"),
    "no date": ("file,published\n规划.txt,2020年\n", ":2: published: '2020年' is no date"),
    "id twice": ("file,doc_id\n规划.txt,a\ngbk.md,a\n", ":3: doc_id 'a' stands before already"),
}


@pytest.mark.parametrize(("content", "complaint"), BAD_INDEXES.values(), ids=BAD_INDEXES)
def test_bad_index(mine, content, complaint):
    """What is wrong with an index is said in one line with its place, when loading and when adding to it."""
    (mine / "documents.csv").write_text(content, encoding="utf-8")
    for use in (corpus.load, corpus.index):
        with pytest.raises(files.ReadError, match=re.escape(f"documents.csv{complaint}")):
            use(mine)
    assert (mine / "documents.csv").read_text(encoding="utf-8") == content


def test_file_that_cannot_be_read(mine):
    """Without an index it is left out with a warning and a note; one that the index lists must be readable."""
    (mine / "bild.txt").write_bytes(b"\x00\x01\x02" * 100)
    with pytest.warns(UserWarning, match=r"left out bild\.txt; \.notes says why"):
        own = corpus.load(mine)
    assert "bild" not in set(own.documents["doc_id"])
    assert own.notes.loc[own.notes["file"] == "bild.txt", "note"].item().startswith("left out: is binary")
    (mine / "documents.csv").write_text("file\nbild.txt\n", encoding="utf-8")
    with pytest.raises(files.ReadError, match=r"bild\.txt: is binary"):
        corpus.load(mine)


def test_folder_without_documents(tmp_path):
    """A folder in which nothing can be read is refused."""
    with pytest.raises(files.ReadError, match="has no document that could be read"):
        corpus.load(tmp_path)


def test_traditional_characters_on_request(mine):
    """They are converted where that is asked for, and noted where not."""
    (mine / "台.txt").write_text("發展數據平臺與網絡建設" * 20, encoding="utf-8")
    assert "traditional characters: " in " ".join(corpus.load(mine).notes["note"])
    assert "数据" in set(corpus.load(mine, simplify=True).tokens["word"])


def test_files_of_one_name_have_ids_of_their_own(mine):
    """Where names differ by their ending alone, it is part of the id; blanks and # are none."""
    shutil.copy(mine / "规划.txt", mine / "规划.md")
    shutil.copy(mine / "规划.txt", mine / "新 #1.txt")
    assert set(corpus.load(mine).documents["doc_id"]) == {"gbk", "more/news", "规划.txt", "规划.md", "新_1"}


def test_two_folders_with_the_same_ids(mine, tmp_path):
    """Documents of one id cannot be loaded together."""
    shutil.copytree(mine, tmp_path / "b")
    with pytest.raises(files.ReadError, match="stands more than once in what is loaded"):
        corpus.load(mine, tmp_path / "b")


def test_folder_as_people_have_it(mine):
    """Lock files are passed over, what is no document is named; a name in GBK, a # and a folder within do no harm."""
    (mine / "~$规划.docx").write_bytes(b"\0" * 100)
    for name in ("Thumbs.db", "desktop.ini"):
        (mine / "more" / name).write_bytes(b"\0\1" * 99)
    (mine / "附件#1.txt").write_text("湖边县建设光网", encoding="utf-8")
    (mine / os.fsdecode("方案.txt".encode("gbk"))).write_text("湖边县建设数据中心", encoding="utf-8")
    with pytest.warns(UserWarning, match=r"left out more/Thumbs\.db, more/desktop\.ini; \.notes says why"):
        own = corpus.load(mine)
    assert set(own.documents["file"]) == {"gbk.md", "more/news.html", "规划.txt", "附件#1.txt", "方案.txt"}
    assert own.tags.loc[own.tags["passage_id"] == "方案#1", "text"].tolist() == ["数据中心"]
    assert "附件_1#1" in set(own.passages["passage_id"])
    assert "方案.txt" in corpus.index(mine)[0]
    assert "方案#1" in set(corpus.load(mine).passages["passage_id"])


def test_index_as_a_spreadsheet_saves_it(mine):
    """It may come back in GBK, with semicolons, blank rows and blanks round cells."""
    raw = "File;City;Published;\n 规划.txt ;宁波 ;2020-07;\n;;;\n"
    (mine / "documents.csv").write_bytes(raw.encode("gbk"))
    assert corpus.load(mine).documents[["file", "city", "published"]].to_numpy().tolist() == [
        ["规划.txt", "ningbo", "2020-07"]
    ]


def test_city_that_is_not_in_the_table(mine):
    """It is kept as it stands, and told."""
    (mine / "documents.csv").write_text("file,city\n规划.txt,昆山\n", encoding="utf-8")
    own = corpus.load(mine)
    assert own.passages["city"].unique().tolist() == ["昆山"]
    note = own.notes.loc[own.notes["file"] == "规划.txt", "note"].tolist()
    assert "city '昆山' is not in data/cities.csv: kept, without a region" in note


def test_own_folder_beside_the_records(mine):
    """A folder is a collection like any other."""
    both = corpus.load("records", mine)
    assert both.documents["collection"].unique().tolist() == ["records", "我的文件"]
    assert len(both.documents) == 39


def test_index_begins_and_goes_on(mine):
    """New files are added, rows that are there stay, and what cannot be read is told."""
    assert corpus.index(mine) == (["gbk.md", "more/news.html", "规划.txt"], [])
    table = files.table(mine / "documents.csv")
    assert table.columns.tolist() == list(corpus.INDEXED)
    files.write_table(mine / "documents.csv", table.assign(city="宁波"))
    (mine / "neu.txt").write_text("新文件", encoding="utf-8")
    (mine / "leer.txt").write_text("", encoding="utf-8")
    added, refused = corpus.index(mine)
    assert (added, [str(error) for error in refused]) == (
        ["neu.txt"],
        [f"{mine / 'leer.txt'}: has no text; nothing to do with it"],
    )
    assert files.table(mine / "documents.csv")["city"].tolist() == ["宁波", "宁波", "宁波", ""]
    assert corpus.index(mine)[0] == []


def test_study_is_not_touched(mine, root):
    """Using a folder of one's own changes nothing in the repository's data."""
    before = {path: path.stat().st_mtime_ns for part in ("corpus", "data") for path in (root / part).rglob("*.csv")}
    corpus.index(mine)
    corpus.load("records", mine)
    after = {path: path.stat().st_mtime_ns for part in ("corpus", "data") for path in (root / part).rglob("*.csv")}
    assert before == after


def test_lexicon_of_ones_own(mine, tmp_path):
    """Words and tags are made with the lexicon that is given."""
    (tmp_path / "own.csv").write_text("term,domain\n方便居民,rural\n", encoding="utf-8")
    own = corpus.load(mine, lexicon=words.read_lexicon(tmp_path / "own.csv"))
    assert "方便居民" in set(own.tags["term"])


def test_originals_are_those_registered(originals_read):
    """Digest and length of every text are the registry's."""
    folder = corpus._originals(True)
    rows = originals_read.documents
    assert [hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in rows["file"]] == rows[
        "sha256"
    ].tolist()
    assert [len(files.text(folder / file)) for file in rows["file"]] == rows["n_chars"].tolist()


def texts(loaded):
    """Return the text of each original by document."""
    folder = corpus._originals(True)
    return {row.doc_id: files.text(folder / row.file) for row in loaded.documents.itertuples()}


def test_passages_of_originals_stand_in_their_files(originals_read):
    """A passage is what stands between its positions, corrected; where that changes lengths, a paragraph's are."""
    stands, table = texts(originals_read), files.table("data/corrections.csv")
    right = {doc_id: list(zip(rows["wrong"], rows["right"], strict=True)) for doc_id, rows in table.groupby("doc_id")}
    other_length = set(table.loc[table["wrong"].str.len() != table["right"].str.len(), "doc_id"])
    stretches = []
    for row in originals_read.passages.itertuples():
        if row.doc_id in other_length and stretches and stretches[-1][0::2] == (row.doc_id, row.start):
            _, start, _, text = stretches.pop()
            stretches.append((row.doc_id, start, row.end, text + row.text))
        else:
            stretches.append((row.doc_id, row.start, row.end, row.text))
    wrong = []
    for doc_id, start, end, text in stretches:
        corrected = stands[doc_id][start:end]
        for old, new in right.get(doc_id, ()):
            corrected = corrected.replace(old, new)
        if corrected != text:
            wrong.append((doc_id, start, end))
    assert wrong == []


def test_corrections_and_frames_are_needed_and_made(originals_read):
    """What is wrong stands in the text and in no passage; no passage reaches into a frame; sections are numbers."""
    stands, passages = texts(originals_read), originals_read.passages
    for row in files.table("data/corrections.csv").itertuples():
        assert row.wrong in stands[row.doc_id]
        theirs = passages.loc[passages["doc_id"] == row.doc_id, "text"]
        assert not theirs.str.contains(row.wrong, regex=False).any(), row.wrong
    for row in files.table("data/frames.csv").itertuples():
        start, end = int(row.start), int(row.end)
        assert 0 <= start < end <= len(stands[row.doc_id])
        theirs = passages[passages["doc_id"] == row.doc_id]
        assert ((theirs["end"] <= start) | (theirs["start"] >= end)).all()
    assert [cell for cell in set(passages["section"]) if not re.fullmatch(r"(\d+(\.\d+)*)?", cell)] == []


def test_shipped_tables_are_those_of_the_originals(originals_read):
    """What is read without the texts is what their texts give, but for tags left out so that nothing can be read."""
    shipped = corpus.load(*THEIRS, originals=False)
    pd.testing.assert_frame_equal(shipped.counts, originals_read.counts)
    pd.testing.assert_frame_equal(shipped.spans, originals_read.spans)
    assert shipped.counted_with.equals(originals_read.counted_with)
    kept = shipped.tags.merge(originals_read.tags, how="left", indicator=True)
    assert set(kept["_merge"]) == {"both"}
    assert len(shipped.tags) > 0.999 * len(originals_read.tags)
