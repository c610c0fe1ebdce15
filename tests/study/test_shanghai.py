"""Words are counted as they stand, cuts are found where they were made, and every framework leads to its passages."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from drawn import picture

from cityanalysis import corpus, documents, files, tags
from cityanalysis.corpus import Corpus
from cityanalysis.study import shanghai, shares


@pytest.fixture(scope="module")
def texts():
    """Return studies and reports, from the shipped tables."""
    return corpus.load("studies", "reports", originals=False)


@pytest.fixture(scope="module")
def frameworks():
    """Return the frameworks of the studies."""
    return files.table("data/frameworks.csv")


@pytest.fixture(scope="module")
def claims():
    """Return what the studies say."""
    return files.table("data/claims.csv").reset_index(drop=True)


def stated(table):
    """Return the study and the passage of each passage that a table names."""
    return table.assign(passage_id=table["passages"].str.split()).explode("passage_id")[["study", "passage_id"]]


def test_years(texts):
    """There are twenty-one reports, of each year but 2019, and each of their passages has a year."""
    year = shanghai.years(texts)
    assert sorted(year.unique()) == [*range(2004, 2019), *range(2020, 2026)]
    assert year["shanghai-report-2011#1"] == 2011
    assert len(year) == texts.passages["doc_id"].str.startswith("shanghai-report-").sum()


def test_digital_terms():
    """Digital terms count, those within longer ones too; other terms and passages not asked for do not."""
    passages = pd.concat([documents.passages("建设智慧城市试点，扩大绿地。", doc_id=name) for name in "ab"])
    found = shanghai.digital_terms(Corpus.of(passages.reset_index(drop=True)), ["b#1"])
    assert dict(zip(found["word"], found["n"], strict=True)) == {"智慧城市": 1, "智慧城市试点": 1}
    assert found["passage_id"].unique().tolist() == ["b#1"]
    assert found["word"].map(tags.is_digital).all()


def test_matter(texts):
    """Each character of a passage is in digital clauses or not, by the shipped share."""
    ids = ["shanghai-report-2021#20", "shanghai-report-2004#1"]
    found, passages = shanghai.matter(texts, ids), texts.passages.set_index("passage_id").loc[ids]
    assert found.index.tolist() == ids
    assert np.allclose(found.sum(axis=1), passages["end"] - passages["start"])
    share = texts.digital.set_axis(texts.passages["passage_id"])[ids]
    assert np.allclose(found["digital"] / found.sum(axis=1), share)


def test_ahead():
    """The first report with a word counts, a plan is no step, and a word that no report has is told as missing."""
    steps = [("2015-08", "step", "促进大数据发展行动纲要"), ("2018-04-22", "step", "首届数字中国建设峰会")]
    national = pd.DataFrame([*steps, ("2016", "plan", "大数据规划")], columns=["date_from", "kind", "name_zh"])
    counted = pd.DataFrame({"passage_id": ["a#1", "b#1"], "word": "大数据", "n": 1})
    found = shanghai.ahead(national.assign(name_en=""), counted, pd.Series({"a#1": 2016, "b#1": 2014}))
    assert found["word"].tolist() == ["大数据", "数字中国"]
    assert found[["step", "first", "lead"]].fillna(-1).values.tolist() == [[2015, 2014, 1], [2018, -1, -1]]


def test_segmentations_find_what_was_made():
    """The cuts that were made rank first, a year may be missing, and the last ranks are those that fit least."""
    counts = pd.DataFrame(np.repeat(np.eye(3, dtype=int), [3, 4, 2], axis=0) * 9 + 1)
    counts.index = [2004, 2005, 2006, 2007, 2008, 2010, 2011, 2012, 2013]
    found = shanghai.segmentations(counts, 2)
    assert found.loc[0, "cuts"] == "2007, 2012"
    assert len(found) == 28
    assert found["gain"].is_monotonic_decreasing
    assert found["rank"].tolist() == list(range(1, 29))
    assert found["gain"].min() >= 0
    assert shanghai.segmentations(counts, 1)["gain"].max() < found["gain"].max()


def test_segmentations_agree_with_likelihoods():
    """A gain is the multinomial log-likelihood of both parts, less that of the whole."""
    rng = np.random.default_rng(1)
    counts = pd.DataFrame(rng.poisson(3, (5, 4)), index=range(5))

    def likelihood(part):
        total = part.sum()
        return sum(n * np.log(n / total.sum()) for n in total if n)

    wanted = likelihood(counts[:2]) + likelihood(counts[2:]) - likelihood(counts)
    assert shanghai.segmentations(counts, 1).set_index("cuts").loc["2", "gain"] == pytest.approx(wanted)


def test_agreement_counts_common_topics(claims):
    """Topics on which one of two is silent do not count; every pair is there once, whatever the order of rows."""
    rows = [("a", "x", "yes"), ("b", "x", "no"), ("b", "y", "no"), ("c", "y", "yes")]
    found = shanghai.agreement(pd.DataFrame(rows, columns=["topic", "study", "position_en"]))
    assert found.values.tolist() == [["x", "y", 1, 1]]
    every = shanghai.agreement(claims)
    assert len(every) == 10
    assert (every["same"] <= every["both"]).all()
    pd.testing.assert_frame_equal(every, shanghai.agreement(claims[::-1]))


@pytest.mark.parametrize("name", ["frameworks", "claims"])
def test_passages_are_there(texts, name):
    """Each passage that is named is one of a study, and among them are passages of the study that is meant."""
    table = files.table(f"data/{name}.csv")
    named = stated(table)
    assert set(named["passage_id"]) <= set(texts.passages["passage_id"])
    own = named["passage_id"].str.partition("#")[0] == named["study"]
    assert own.groupby(level=0).any().all()
    assert name == "frameworks" or own.all()
    studies = set(texts.documents.query("collection == 'studies'")["doc_id"])
    assert set(table["study"]) == studies


def test_answers_come_from_somewhere(frameworks, root):
    """What is answered names notebooks and tables that are there; what is not names none."""
    sources = frameworks["from"].str.split().explode().dropna()
    paths = [root / (name if "/" in name else f"notebooks/{name}.ipynb") for name in sources.unique()]
    assert [path for path in paths if not path.is_file()] == []
    assert frameworks.loc[frameworks["status"] != "none", "from"].ne("").all()


def test_same_matter_is_called_the_same(claims):
    """A topic has one name and two studies at least, and who takes the same position is praised or blamed alike."""
    topics = claims.groupby("topic")
    assert topics[["topic_zh", "topic_en"]].nunique().eq(1).all(axis=None)
    assert topics["study"].nunique().min() >= 2
    assert claims.groupby(["topic", "position_en"])["tone"].nunique().max() == 1


def test_figures_of_reports_are_tagged_there(texts):
    """Each figure is a quantity in the passage that it names, and is of one of the two years before the report."""
    table = files.table("data/report_figures.csv")
    tagged = texts.tags[texts.tags["kind"] == "quantity"].groupby("passage_id")["text"].agg(" ".join)
    for row in table.itertuples():
        assert row.value in tagged[row.passage_id], row
        assert int(row.passage_id[16:20]) - int(row.year) in (1, 2)  # the year before, or from what it started


def test_two_networks():
    """Figures of studies, of sources of records and of reports stand in one series, a target beside its result."""
    found = shanghai.two_networks()
    use = found[found["series"] == "online-use"]
    assert use["amount"].tolist() == [11, 27.6, 58, 70, 77, 84]
    assert use["told"].tolist() == ["record", "record", "report", "record", "report", "report"]
    assert use.loc[use["status"] == "target", "year"].tolist() == [2021]
    assert list(found["series"].unique()) == list(shanghai.SERIES)
    assert not found["name_zh"].str.contains("SODA").any()
    assert set(found["told"]) == set(shanghai.MARKS)


@picture
def test_networks_picture():
    """Picture: three who tell, two results on a line and a hollow target."""
    rows = [(2018, 1.0, "actual", "study"), (2020, 3.0, "actual", "report"), (2022, 4.0, "target", "record")]
    users = pd.DataFrame(rows, columns=["year", "amount", "status", "told"]).assign(series="users")
    both = pd.concat([users, users.head(1).assign(series="online-use")])
    return shanghai.draw_networks(both, {"users": "使用 users", "online-use": "网办 online"})[0].figure


def test_networks_are_drawn_whole():
    """Each panel has every figure of its series, and a hollow mark for a target only."""
    found = shanghai.two_networks()
    axes = shanghai.draw_networks(found, {"online-use": "use", "users": "users"})
    drawn = [point for some in axes[0].collections for point in some.get_offsets().tolist()]
    assert sorted(drawn) == sorted(found.query("series == 'online-use'")[["year", "amount"]].values.tolist())
    assert axes[1].get_title(loc="left") == "users" or axes[1].get_title() == "users"
    plt.close()


def test_positions_are_drawn_where_they_belong(claims):
    """A cell has its study's position, white on dark where it is critical; a study that is silent has a dash."""
    studies = {"hubin-shanghai": "H", "liujian-speech": "L"}
    ax = shanghai.draw_positions(claims, studies, {"course": "c", "industry": "i"})
    cells = {text.get_position(): text for text in ax.texts}
    assert cells[0, 0].get_text() == "供给导向\nsupply-led"
    assert cells[0, 0].get_color() == "white"
    assert cells[1, 0].get_text() == "需求导向\ndemand-led"
    assert cells[1, 1].get_text() == "–"
    plt.close()


@picture
def test_positions_picture():
    """Picture: a critical position is dark, a favourable one pale, a mixed one between; who is silent has a dash."""
    rows = [("a", "x", "critical", "供"), ("a", "y", "favourable", "需"), ("b", "x", "mixed", "平")]
    claims = pd.DataFrame(rows, columns=["topic", "study", "tone", "position_zh"]).assign(position_en="words")
    return shanghai.draw_positions(claims, {"x": "X", "y": "Y"}, {"a": "甲", "b": "乙"}).figure


@pytest.fixture
def course():
    """Return a made-up course of six years: shares, changes, passages by model, and a plan."""
    years = list(range(2004, 2010))
    rows = pd.DataFrame({"digital": [1.0, 1, 1, 2, 2, 2], "other": [9.0, 9, 9, 8, 8, 8]}, index=years)
    digital = shares.table(rows, pd.Series(years, years)).query("label == 'digital'").fillna({"low": 0, "high": 1})
    turns = pd.DataFrame({"label": ["digital", "industry"], "year": 2007, "low": 2006, "high": 2008})
    by_year = pd.DataFrame(1.0, years, list(shanghai.models.MODELS))
    return digital, turns, by_year, files.table("data/national.csv").query("kind == 'plan'").head(1)


def test_course_is_drawn_with_its_changes(course):
    """Digital matter in per cent, bars on top of one another, a line for each change on the axes of its label."""
    above, below = shanghai.draw_course(*course)
    assert above.containers[0].lines[0].get_ydata().tolist() == pytest.approx([10, 10, 10, 20, 20, 20])
    assert [bar.get_y() for bar in below.patches[:18:6]] == [0, 1, 2]
    assert [line.get_xdata()[0] for line in below.lines] == [2006.5]
    assert [text.get_text() for text in above.texts] == ["11th 十一五"]
    plt.close()


@picture
def test_course_picture(course):
    """Picture: a share that doubles, its change with the interval of the year, and three models on top of another."""
    return shanghai.draw_course(*course)[0].figure
