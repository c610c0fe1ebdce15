"""Codes are read as the codebook writes them, and mixes, verdicts and all that is said of them follow by arithmetic."""

import shutil
import types
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from cityanalysis import files
from cityanalysis.study import models, shares

CODE = list(models.PARTS["models"])


def coded(*rows):
    """Return coded passages: primary, secondary, instrumented."""
    return pd.DataFrame(rows, columns=CODE)


@pytest.fixture
def home(home):
    """Return a copy of the data in which no person has coded anything."""
    shutil.rmtree(home / "data" / "own", ignore_errors=True)
    return home


@pytest.fixture
def write(tmp_path):
    """Return a function that writes rows of cells as a filled sheet (without texts) and returns its path."""

    def written(*rows, columns=("passage_id", "sha1", *CODE)):
        path = tmp_path / "sheet.csv"
        files.write_table(path, pd.DataFrame(rows, columns=columns))
        return path

    return written


@pytest.fixture(scope="module")
def gold():
    """Return the identity of the first coded passages: passage_id and sha1."""
    return files.table("data/gold/models.csv")[["passage_id", "sha1"]].head(5).to_numpy().tolist()


# Codes


def test_codes_are_whole():
    """Every code has a primary label, no secondary that repeats it, and a writer where it is a record's."""
    table = models.codes()
    assert len(table) == len(files.table("data/gold/models.csv"))
    assert table["primary"].isin(models.LABELS).all()
    assert table["secondary"].isin(["", *models.LABELS[:4]]).all()
    assert (table["primary"] != table["secondary"]).all()
    assert ((table["writer"] != "") == (table["collection"] == "records")).all()
    assert table["passage_id"].is_unique


def test_codes_are_those_of_the_coder():
    """Each part is what stands in the column of the coder."""
    table = files.table("data/gold/models.csv")
    found = models.codes(coder="reader_b")
    marks = found["instrumented"].map({True: "yes", False: "no"})
    assert (found["primary"] + "|" + found["secondary"] + "|" + marks).tolist() == table["reader_b"].tolist()
    assert found["weight"].tolist() == table["weight"].astype(float).tolist()


def test_second_records_only_when_asked():
    """Second records have other writers and are left out on request."""
    both, first = models.codes(), models.codes(second=False)
    assert set(both["doc_id"]) - set(first["doc_id"]) == {d for d in both["doc_id"] if d.endswith("-second")}
    assert first.index.tolist() == list(range(len(first)))
    assert both[both["collection"] == "records"].groupby("city")["writer"].nunique().max() == 2


def test_unknown_coder_is_refused():
    """The message says who there is."""
    with pytest.raises(ValueError, match="'me' is unknown; choose one of reader_a, reader_b, settled, human"):
        models.codes(coder="me")


# Weights, mixes, verdicts


def test_weights_of_secondary_labels():
    """Two thirds and one third; all for the primary one where secondary labels do not count."""
    table = coded(("industry", "", False), ("governance", "industry", False))
    assert models.weigh(table)["industry"].tolist() == [1, pytest.approx(1 / 3)]
    assert models.weigh(table)["governance"].tolist() == [0, pytest.approx(2 / 3)]
    assert models.weigh(table, secondary=False)["governance"].tolist() == [0, 1]
    assert models.weigh(table, secondary=False)["industry"].tolist() == [1, 0]


def test_second_reading_moves_application_only_in_marked_passages():
    """Primary or secondary, application becomes infrastructure where the mark is, and nowhere else."""
    table = coded(("application", "", True), ("governance", "application", True), ("application", "", False))
    weights = models.weigh(table, instrumented=True)
    assert weights["infrastructure"].tolist() == [1, pytest.approx(1 / 3), 0]
    assert weights["application"].tolist() == [0, 0, 1]
    assert models.weigh(table)["application"].tolist() == [1, pytest.approx(1 / 3), 1]


def test_mix_is_the_table_of_shares_of_the_three():
    """Shares, intervals and n are those of `shares.table`; governance and other do not count."""
    table = models.codes(second=False)
    table = table[table["city"].isin(["chengdu", "jinan", "nanjing"])]
    weights = models.weigh(table)
    found = models.mix(weights, table["city"])
    expected = shares.table(weights[list(models.MODELS)], table["city"])
    pd.testing.assert_frame_equal(found[list(shares.COLUMNS)], expected)
    assert found.groupby("group")["p_largest"].sum().tolist() == [pytest.approx(1)] * 3


def test_p_largest_counts_ties_in_part():
    """Of four draws the first model leads in two and ties in one; thirds that ought to tie do."""
    drawn = {"x": np.array([[3, 0, 1], [2, 2, 0], [0, 1, 0], [4, 0, 0]]), "y": np.array([[0.1 + 0.2, 0.3, 0.3]] * 4)}
    sums = pd.DataFrame([[9, 3, 1], [1, 1, 1]], columns=models.MODELS, index=["x", "y"])
    found = models.from_sums(sums, drawn)
    assert found["p_largest"].tolist() == [0.625, 0.375, 0, *[pytest.approx(1 / 3)] * 3]
    assert found["n"].tolist() == [13] * 3 + [3] * 3


def test_mixes_of_draws_over_all_labels():
    """Draws may hold governance and other after the three, which do not count; groups stay in the order given."""
    sums = pd.DataFrame([[1, 3, 0], [1, 0, 0]], columns=models.MODELS, index=["y", "x"])
    drawn = {"x": np.array([[1, 0, 0, 7, 9]] * 3), "y": np.array([[1, 3, 0, 7, 9], [0, 0, 0, 8, 8], [1, 3, 0, 7, 9]])}
    found = models.from_sums(sums, drawn)
    assert found["group"].tolist() == ["y"] * 3 + ["x"] * 3
    assert found["label"].tolist() == [*models.MODELS] * 2
    assert found["share"].tolist() == found["low"].tolist() == found["high"].tolist() == [0.25, 0.75, 0, 1, 0, 0]
    assert found["p_largest"].tolist()[:3] == [pytest.approx(p) for p in (1 / 9, 7 / 9, 1 / 9)]
    assert models.verdicts(found).index.tolist() == ["y", "x"]


@pytest.mark.filterwarnings("error")
def test_mix_where_nothing_is_typed():
    """No shares beside a group that has some, and too little evidence."""
    table = coded(("governance", "", False), ("other", "", False), ("industry", "", False))
    mixes = models.mix(models.weigh(table), pd.Series(["x", "x", "y"]))
    assert mixes.loc[:2, ["share", "low", "high", "p_largest"]].isna().all(axis=None)
    found = models.verdicts(mixes)
    assert found.loc["x", ["n", "largest", "verdict"]].tolist() == [0, "", "insufficient evidence"]
    assert found.loc["x", ["share", "p_largest"]].isna().all()
    assert found.loc["y", ["n", "largest", "p_largest"]].tolist() == [1, "industry", 1]


def mixes_of(*rows):
    """Return mixes of groups a, b, …: n, the three shares and the p_largest of each."""
    return pd.DataFrame(
        [
            ("abcdefgh"[i], label, share, n, p)
            for i, (n, each, ps) in enumerate(rows)
            for label, share, p in zip(models.MODELS, each, ps, strict=True)
        ],
        columns=["group", "label", "share", "n", "p_largest"],
    )


def test_verdicts_by_the_rule():
    """From twelve passages on, and from P of 0.90 and 0.75 on; a sum of thirds counts as the whole number it is."""
    each = (0.2, 0.5, 0.3)
    cases = [(11.9, 1.0), (12, 0.9), (12, 0.8999), (12, 0.75), (12, 0.7499), (12 - 1e-12, 0.95)]
    found = models.verdicts(mixes_of(*((n, each, (0, p, 1 - p)) for n, p in cases)))
    assert found.index.tolist() == list("abcdef")
    verdicts = ["insufficient evidence", "industry", "leaning industry", "leaning industry", "mixed", "industry"]
    assert found["verdict"].tolist() == verdicts
    assert found["p_largest"].tolist() == [p for _, p in cases]
    assert found["share"].tolist() == [0.5] * 6


def test_the_first_of_equal_shares_is_the_largest():
    """Also where they differ only by rounding; groups stay in order, whatever the index of the mixes."""
    mixes = mixes_of((12, (0.2, 0.4, 0.4 + 1e-12), (0.2, 0.3, 0.5)), (12, (0.2, 0.2, 0.6), (0, 0, 1)))
    found = models.verdicts(mixes.set_axis([5] * 6)[::1])
    assert found["largest"].tolist() == ["industry", "application"]
    assert found["p_largest"].tolist() == [0.3, 1]


def test_verdict_of_a_clear_record():
    """Twelve passages of industry against four make it the verdict, by P(largest) of the binomial."""
    table = coded(*[("industry", "", False)] * 12, *[("application", "", False)] * 4)
    row = models.verdicts(models.mix(models.weigh(table), pd.Series("x", index=table.index))).loc["x"]
    assert row[["n", "largest", "share", "verdict"]].tolist() == [16, "industry", 0.75, "industry"]
    assert row["p_largest"] == pytest.approx(0.9822, abs=0.008)  # of Bin(16, 3/4): above 8, and half of 8


# What decided


def ranked(rows, **weights):
    """Return what `decisive` makes of passages of city a, coded as given; their texts name them."""
    ids = [f"a#{i}" for i in range(len(rows))]
    passages = pd.DataFrame({"passage_id": ids, "section": "s", "text": ids, "refs": "r"})
    terms = [
        ("a#1", "term", "5G"),
        ("a#1", "term", "云"),
        ("a#1", "term", "5G"),
        ("a#1", "city", ""),
        ("a#0", "term", "网"),
    ]
    loaded = types.SimpleNamespace(passages=passages, tags=pd.DataFrame(terms, columns=["passage_id", "kind", "term"]))
    # A passage that is not loaded does not count.
    table = coded(("application", "", False), *rows).assign(passage_id=["a#99", *ids], city="a")
    return models.decisive(loaded, table, models.weigh(table, **weights))


def test_lead_is_leave_one_out():
    """The lead of a passage is the lead with it less the lead without it; the largest comes first, then by place."""
    rows = [*[("infrastructure", "", False)] * 2, ("other", "", False), ("industry", "governance", False)]
    found = ranked(rows)
    assert found["passage_id"].tolist() == ["a#3", "a#0", "a#1"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["label"].tolist() == ["industry", "infrastructure", "infrastructure"]
    assert found["weight"].tolist() == [pytest.approx(2 / 3), 1, 1]
    lead = (2 - 2 / 3) / (2 + 2 / 3)
    without = (1 - 2 / 3) / (1 + 2 / 3)
    assert found["lead"].tolist() == [pytest.approx(lead - 1), *[pytest.approx(lead - without)] * 2]


def test_lead_is_over_the_next_model():
    """Not over the last: with two of one and one of each other, one that trails costs as much as the other."""
    rows = [*[("application", "", False)] * 2, ("industry", "", False), ("infrastructure", "", False)]
    found = ranked(rows).set_index("passage_id")["lead"]
    assert found[["a#0", "a#2", "a#3"]].tolist() == [pytest.approx(v) for v in (1 / 4, 1 / 4 - 1 / 3, 1 / 4 - 1 / 3)]


def test_a_single_passage_decides_everything():
    """Without any other passage there is no lead left."""
    assert ranked([("industry", "", False)])["lead"].tolist() == [1]


def test_decisive_passages_are_told_by_text_and_terms():
    """Each with its code, section, text and works, and every term once, in the order of their first place."""
    found = ranked([("application", "", True), ("industry", "application", False)], instrumented=True)
    assert found["label"].tolist() == ["infrastructure", "industry"]
    assert found[["primary", "secondary", "instrumented"]].to_numpy().tolist() == [
        ["application", "", True],
        ["industry", "application", False],
    ]
    assert found[["section", "text", "refs", "terms"]].to_numpy().tolist() == [
        ["s", "a#0", "r", "网"],
        ["s", "a#1", "r", "5G 云"],
    ]


def test_each_city_is_ranked_for_itself():
    """A city's lead and ranks do not depend on the passages of others."""
    table = coded(("industry", "", False), ("application", "", False), ("industry", "", False))
    table = table.assign(passage_id=["b#1", "a#1", "b#2"], city=["b", "a", "b"])
    passages = table[["passage_id"]].assign(section="", text="", refs="")
    loaded = types.SimpleNamespace(
        passages=passages, tags=pd.DataFrame(columns=["passage_id", "kind", "term"], dtype=str)
    )
    found = models.decisive(loaded, table, models.weigh(table))
    assert found[["city", "rank", "passage_id", "lead", "terms"]].to_numpy().tolist() == [
        ["a", 1, "a#1", 1, ""],
        ["b", 1, "b#1", 0, ""],
        ["b", 2, "b#2", 0, ""],
    ]


# Two other views


@pytest.mark.parametrize(
    ("kind", "summary", "label"),
    [
        ("infrastructure", "建成全市交通感知网络", "infrastructure"),
        ("industry", "公交产业园开园", "industry"),
        ("application", "政务云上线", "application"),
        ("platform", "公交管理系统开始建设", "application"),
        ("platform", "城市大脑上线", "application"),
        ("platform", "市政府开通政务云", "infrastructure"),
        ("platform", "建成地理信息库和公共服务平台", "infrastructure"),
        ("partnership", "与企业合作建设城市大脑", "governance"),
    ],
)
def test_events(kind, summary, label):
    """Kinds map as the codebook says; only platforms are looked at for their purpose."""
    assert models.event_labels(pd.Series([kind]), pd.Series([summary])).tolist() == [label]


def test_views_leave_out_what_came_with_second_records():
    """All others are there, labelled so that they can be weighed; a figure's name stands once a city."""
    events, indicators = models.events(), models.indicators()
    told, measured = (files.table(f"data/{name}.csv") for name in ("events", "indicators"))
    assert len(events) == (~told["writer"].str.startswith("second")).sum() < len(told)
    kinds = events.groupby("kind")["primary"].unique()
    assert kinds["plan"].tolist() == kinds["policy"].tolist() == ["governance"]
    assert set(kinds["platform"]) == {"infrastructure", "application"}
    first = measured[~measured["writer"].str.startswith("second")]
    names = first["name_zh"].str.replace(r"[（(].*?[）)]", "", regex=True)
    assert len(indicators) == len(set(zip(first["city"], names, strict=True)))
    assert models.weigh(indicators).sum(axis=1).tolist() == [1] * len(indicators)
    label = indicators.set_index("name_zh")["primary"]
    assert [label[name] for name in ("5G产业规模", "松岛人口")] == ["industry", "other"]


# What could be seen at all

CLEAR = (0.1, 0.2, 0.7)


def power(true, passages, typed):
    """Return what is simulated for one mix and size."""
    sizes = pd.DataFrame({"passages": [passages], "typed": [typed]}, index=["unit"])
    return models.power({"mix": true}, sizes).loc[("unit", "mix")]


def test_power_where_nothing_is_left_to_chance():
    """With one model only, twelve passages give it and eleven nothing; n and width are what they must be."""
    assert power((0, 1, 0), 12, 1).to_dict() == {
        **{"n": 12, "width": 0, "right": 1, "leaning": 0, "wrong": 0},
        **{"mixed": 0, "insufficient": 0},
    }
    assert power((0, 1, 0), 11, 1)["insufficient"] == 1


def test_power_is_that_of_theory():
    """For two models it follows from the normal approximation of a share drawn twice, once for the city, once again."""
    found = power((0, 0.6, 0.4), 200, 0.5)
    assert found["n"] == pytest.approx(100, abs=1.5)
    assert found["width"] == pytest.approx(2 * 1.645 * np.sqrt(0.24 / 100), abs=0.005)
    expected = {"right": 0.768, "leaning": 0.144, "mixed": 0.085, "wrong": 0.003, "insufficient": 0}
    assert found[list(expected)].to_dict() == pytest.approx(expected, abs=0.06)


def test_power_counts_what_the_rules_give(monkeypatch):
    """The same cities, each judged the long way."""
    monkeypatch.setattr(models, "CITIES", 100)
    monkeypatch.setattr(models, "DRAWS", 80)
    true, passages, typed = (0.3, 0.45, 0.25), 24, 0.7
    rng = np.random.default_rng(1)
    drawn = rng.multinomial(passages, [*(np.array(true) * typed), 1 - typed], size=models.CITIES)
    again = rng.multinomial(passages, drawn[:, None, :] / passages, size=(models.CITIES, models.DRAWS))
    outcomes, widths = Counter(), []
    for counts, draws in zip(drawn[:, :3], again[:, :, :3], strict=True):
        largest = int(np.argmax(counts))
        tops = [np.flatnonzero(draw == draw.max()) for draw in draws]
        p = sum((largest in top) / len(top) for top in tops) / models.DRAWS
        name = ("right" if p >= 0.9 else "leaning" if p >= 0.75 else "mixed") if counts.sum() >= 12 else "insufficient"
        outcomes["wrong" if name in ("right", "leaning") and largest != 1 else name] += 1 / models.CITIES
        low, high = np.quantile([draw[1] / draw.sum() for draw in draws if draw.sum()], [0.05, 0.95])
        widths.append(high - low)
    found = power(true, passages, typed)
    assert len(outcomes) == 5
    assert found[list(outcomes)].to_dict() == pytest.approx(dict(outcomes))
    assert found["n"] == pytest.approx(drawn[:, :3].sum(axis=1).mean())
    assert found["width"] == pytest.approx(np.mean(widths))


def test_power_names_the_truly_largest():
    """It may be the last of the three; another is wrong; where none is the largest, any verdict is."""
    assert power(CLEAR, 60, 1)["right"] > 0.95
    none = power((1 / 3, 1 / 3, 1 / 3), 60, 0.8)
    assert none["right"] == none["leaning"] == 0
    assert none["wrong"] + none["mixed"] == pytest.approx(1)
    assert 0.1 < none["wrong"] < 0.5


def test_power_of_a_shares_that_do_not_sum_to_one():
    """The message says what they sum to."""
    with pytest.raises(ValueError, match=r"sum to 0\.9"):
        power((0.5, 0.2, 0.2), 10, 0.5)


def test_power_table():
    """A row a unit and mix, each as alone."""
    sizes = pd.DataFrame({"passages": [18, 40], "typed": [0.7, 0.5]}, index=["record", "report"])
    found = models.power({"clear": CLEAR, "slight": (0.42, 0.33, 0.25)}, sizes)
    assert found.index.tolist() == [(u, m) for u in ("record", "report") for m in ("clear", "slight")]
    assert found.loc[("report", "clear")].to_dict() == power(CLEAR, 40, 0.5).to_dict()


# How far coders agree


def krippendorff(first, second):
    """Return alpha by its definition over pairs of values, for two coders and nominal data."""
    values = Counter([*first, *second])
    n = len(first) + len(second)
    expected = sum(a * b for x, a in values.items() for y, b in values.items() if x != y) / (n * (n - 1))
    observed = sum(a != b for a, b in zip(first, second, strict=True)) / len(first)
    return 1 - observed / expected if expected else np.nan


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: examples A (binary) and B (nominal).
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbccceddd", 0.692),
        ("abbbc", "abbbc", 1.0),
    ],
)
def test_alpha(first, second, expected):
    """The value is that of the worked examples, and of the definition for each label against the rest."""
    found = models.alpha(first, second).set_index("label")
    assert found.loc["all", "alpha"] == pytest.approx(expected, abs=0.0006)
    labels = sorted({*first, *second})
    assert found.index.tolist() == ["all", *(labels if len(labels) > 2 else [])]
    for label in found.index.drop("all"):
        ones = [[value == label for value in values] for values in (first, second)]
        assert found.loc[label, "alpha"] == pytest.approx(krippendorff(*ones))
        assert found.loc[label, "used"] == sum(map(sum, ones))
        assert found.loc[label, "agreement"] == np.mean(np.equal(*ones))
    assert found.loc["all", "used"] == 2 * len(first)


def test_alpha_has_the_bootstrap_interval():
    """It is the central 90 % of alpha over passages drawn with replacement."""
    first, second = "aabbdcccedda", "babbbccceddd"
    pairs = sorted(Counter(zip(first, second, strict=True)).items())
    times = np.random.default_rng(1).multinomial(12, [n / 12 for _, n in pairs], size=2000)
    drawn = [krippendorff(*zip(*np.repeat([pair for pair, _ in pairs], n, axis=0), strict=True)) for n in times]
    found = models.alpha(first, second).loc[0, ["low", "high"]].tolist()
    assert found == [pytest.approx(bound) for bound in np.quantile(drawn, [0.05, 0.95])]


@pytest.mark.filterwarnings("error")
def test_alpha_without_variation():
    """Where nobody used a second label there is nothing to agree on beyond chance."""
    found = models.alpha("aaa", "aaa")
    assert found["agreement"].tolist() == [1]
    assert found[["alpha", "low", "high"]].isna().all(axis=None)


@pytest.fixture(scope="module")
def agreed():
    """Return the agreement of the first two coders."""
    table = models.agreement()
    return table[table["first"] == "reader_a"]


def test_agreement_table(agreed):
    """Every part of both tables is there, by collection, in order."""
    kinds = [(part, where) for part in CODE for where in ("records", "reports")]
    kinds += [("orientation", "records"), ("stage", "records")]
    assert list(dict.fromkeys(zip(agreed["part"], agreed["collection"], strict=True))) == kinds
    assert agreed["second"].unique().tolist() == ["reader_b"]


def test_agreement_is_that_of_the_codes(agreed):
    """Counts, shares and alphas are those of the codes compared one by one; an empty part is the label none."""
    one, other = (models.codes(coder=coder) for coder in models.CODERS[:2])
    for part, where in (("primary", "records"), ("secondary", "reports")):
        rows = agreed[(agreed["part"] == part) & (agreed["collection"] == where)].set_index("label")
        pair = [table.loc[table["collection"] == where, part].replace("", "none").tolist() for table in (one, other)]
        assert set(rows.index) == {"all", *pair[0], *pair[1]}
        assert rows["passages"].unique().tolist() == [len(pair[0])]
        assert rows.loc["all", "agreement"] == pytest.approx(np.mean(np.equal(*map(np.array, pair))))
        assert rows.loc["all", "alpha"] == pytest.approx(krippendorff(*pair))
        assert rows.loc["governance", "used"] == sum(values.count("governance") for values in pair)
        assert rows.loc["governance", "alpha"] == pytest.approx(
            krippendorff(*([value == "governance" for value in values] for values in pair))
        )


# A person's codes


def test_sheet(home, monkeypatch):
    """Every coded passage is there, with the text of records only, and without anybody's code."""
    monkeypatch.delenv("CITYANALYSIS_ORIGINALS", raising=False)
    table, gold = models.sheet(), files.table("data/gold/models.csv")
    assert tuple(table) == models.SHEET
    assert table[["passage_id", "sha1"]].to_numpy().tolist() == gold[["passage_id", "sha1"]].to_numpy().tolist()
    assert (table["text"] != "").tolist() == (gold["collection"] == "records").tolist()
    assert (table[CODE] == "").all(axis=None)


def test_sheet_with_texts(originals_read):
    """Where the texts lie, every passage has its own."""
    texts = originals_read.passages.set_index("passage_id")["text"]
    table = models.sheet()
    reports = table[table["passage_id"].str.contains("-report-")]
    assert reports["text"].tolist() == texts[reports["passage_id"]].tolist()


def test_taking_a_sheet_changes_nothing_of_the_studys(home, write, gold):
    """A person's codes stand in a file of their own: the gold and the coders' codes stay as they are."""
    assert models.codes(coder="human").empty
    before = {coder: models.codes(coder=coder) for coder in models.CODERS[:3]}
    bytes_before = (home / "data" / "gold" / "models.csv").read_bytes()
    path = write((*gold[0], "industry", "application", "yes"), (*gold[1], "other", "", ""), (*gold[2], "", "", ""))
    assert models.take(path) == 2
    assert (home / "data" / "gold" / "models.csv").read_bytes() == bytes_before
    for coder, codes in before.items():
        pd.testing.assert_frame_equal(models.codes(coder=coder), codes)
    human = models.codes(coder="human")
    assert human[["passage_id", *CODE]].to_numpy().tolist() == [
        [gold[0][0], "industry", "application", True],
        [gold[1][0], "other", "", False],
    ]
    assert tuple(human) == tuple(before["settled"])
    assert [file.name for file in (home / "data" / "own").iterdir()] == ["codes.csv"]


def test_agreement_with_a_person(home, write, gold):
    """A person is compared with both coders and with what was settled, on the passages that the person coded."""
    settled = models.codes().set_index("passage_id")
    codes = [settled.loc[passage] for passage, _ in gold]
    rows = [(*one, code["primary"], code["secondary"], "") for one, code in zip(gold, codes, strict=True)]
    other = "industry" if rows[0][2] != "industry" else "governance"
    models.take(write((*gold[0], other, "", ""), *rows[1:4]))
    table = models.agreement()
    person = table[(table["first"] == "human") & (table["part"] == "primary") & (table["label"] == "all")]
    assert person["second"].tolist() == ["reader_a", "reader_b", "settled"]
    assert person["passages"].tolist() == [4] * 3
    assert person.set_index("second").loc["settled", "agreement"] == 0.75
    assert not (table["first"] == "human")[table["part"] == "orientation"].any()


def test_a_second_sheet_goes_on_where_the_first_ended(home, write, gold):
    """The next sheet shows what was filled in; passages that a sheet leaves out stay, emptied ones go."""
    models.take(write((*gold[0], "industry", "", "yes"), (*gold[1], "other", "", "no"), (*gold[2], "other", "", "")))
    sheet = models.sheet()
    assert sheet.loc[:3, CODE].to_numpy().tolist() == [
        ["industry", "", "yes"],
        ["other", "", "no"],
        ["other", "", "no"],
        ["", "", ""],
    ]
    assert models.take(write((*gold[1], "", "", ""), (*gold[3], "governance", "industry", ""))) == 1
    own = files.table("data/own/codes.csv")
    assert own["passage_id"].tolist() == [gold[k][0] for k in (0, 2, 3)]
    assert own["models"].tolist() == ["industry||yes", "other||no", "governance|industry|no"]


def test_a_filled_sheet_can_be_taken_as_it_was_written(home, tmp_path):
    """With its column of texts, and labels with blanks about them."""
    sheet = models.sheet()
    sheet.loc[6, ["primary", "secondary"]] = [" industry ", "governance"]
    files.write_table(tmp_path / "sheet.csv", sheet)
    assert models.take(tmp_path / "sheet.csv") == 1
    assert files.table("data/own/codes.csv")[["passage_id", "models"]].to_numpy().tolist() == [
        [sheet.loc[6, "passage_id"], "industry|governance|no"]
    ]


def test_a_code_of_another_text_does_not_count(home, write, gold):
    """Where a passage has changed since it was coded, its code is left out, and is asked for again."""
    models.take(write((*gold[0], "industry", "", ""), (*gold[1], "other", "", "")))
    path = home / "data" / "gold" / "models.csv"
    path.write_text(files.text(path).replace(gold[0][1], "0" * 40), encoding="utf-8")
    assert models.codes(coder="human")["passage_id"].tolist() == [gold[1][0]]
    assert models.sheet()["primary"].tolist()[:2] == ["", "other"]


@pytest.fixture
def taken(root, tmp_path, monkeypatch):
    """Make a home of what taking a sheet needs, and no more."""
    for part in ("corpus/documents.csv", "data/gold/models.csv"):
        (tmp_path / part).parent.mkdir(parents=True)
        shutil.copy(root / part, tmp_path / part)
    monkeypatch.setenv("CITYANALYSIS_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (("industri", "", ""), "primary 'industri'; expected one of infrastructure, industry, application, governance"),
        (("industry", "other", ""), "secondary 'other'; expected nothing or one of"),
        (("industry", "industry", ""), "repeats the primary label"),
        (("industry", "", "maybe"), "instrumented 'maybe'; expected yes, no"),
        (("", "industry", ""), "without a primary label"),
        (("", "", "yes"), "without a primary label"),
        (("other", "industry", ""), "other has no secondary label"),
    ],
)
def test_faults_of_codes(taken, write, gold, code, fault):
    """A fault is named with file and line, and nothing at all is taken."""
    path = write((*gold[0], "other", "", ""), (*gold[1], *code))
    with pytest.raises(files.ReadError) as error:
        models.take(path)
    first, last = str(error.value).splitlines()
    assert first.startswith(f"{path}:3: ")
    assert fault in first
    assert last == f"{path}: nothing was taken; mend these lines and try again"
    assert not (taken / "data" / "own").exists()


def test_faults_of_passages(taken, write, gold):
    """Unknown, repeated and changed passages are told with their lines, missing columns with what to add."""
    (one, sha1), code = gold[0], ("other", "", "")
    path = write((one, sha1, *code), (one, sha1, *code), ("nowhere#1", sha1, *code), (gold[1][0], sha1, *code))
    with pytest.raises(files.ReadError, match=r"(?s):3: .*stands twice.*:4: .*is none of.*:5: the text of .* changed"):
        models.take(path)
    with pytest.raises(files.ReadError, match=r"sheet\.csv:1: .*; add sha1, secondary, instrumented"):
        models.take(write(("a", "other"), columns=["passage_id", "primary"]))
    assert not (taken / "data" / "own").exists()


def test_a_broken_sheet_leaves_what_was_taken(home, write, gold):
    """After a sheet with a fault, the codes taken before are there as they were."""
    models.take(write((*gold[0], "industry", "", "")))
    before = (home / "data" / "own" / "codes.csv").read_bytes()
    with pytest.raises(files.ReadError):
        models.take(write((*gold[0], "other", "", ""), (*gold[1], "nothing", "", "")))
    assert (home / "data" / "own" / "codes.csv").read_bytes() == before
