"""Codes are read as the codebook writes them, and mixes and verdicts follow by its formula."""

import numpy as np
import pandas as pd
import pytest

from cityanalysis import models

COLUMNS = ["primary", "secondary", "instrumented"]


def coded(*rows):
    """Return coded passages: primary, secondary, instrumented."""
    return pd.DataFrame(rows, columns=COLUMNS)


def test_codes_are_whole():
    """Every code has a primary label, no secondary that repeats it, and a writer where it is a record's."""
    table = models.codes()
    assert table["primary"].isin(models.LABELS).all()
    assert table["secondary"].isin(["", *models.LABELS[:4]]).all()
    assert (table["primary"] != table["secondary"]).all()
    assert ((table["writer"] != "") == (table["collection"] == "records")).all()
    assert table["passage_id"].is_unique


def test_second_records_only_when_asked():
    """Second records have other writers and are left out on request."""
    both, first = models.codes(), models.codes(second=False)
    assert set(both["doc_id"]) - set(first["doc_id"]) == {d for d in both["doc_id"] if d.endswith("-second")}
    assert both[both["collection"] == "records"].groupby("city")["writer"].nunique().max() == 2


def test_a_reader_who_has_read_nothing_gives_nothing(home):
    """Passages that a reader has not coded are left out, with all columns there."""
    path = home / "data" / "gold" / "models.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False).assign(human="")
    table.to_csv(path, index=False)
    assert models.codes(reader="human").empty
    table.loc[0, "human"] = "industry|application|no"
    table.to_csv(path, index=False)
    assert models.codes(reader="human")[COLUMNS].to_numpy().tolist() == [["industry", "application", False]]


def test_unknown_reader_is_refused():
    """The message says who there is."""
    with pytest.raises(ValueError, match="choose one of reader_a"):
        models.codes(reader="me")


def test_weights_of_secondary_labels():
    """Two thirds and one third; all for the primary one where secondary labels do not count."""
    table = coded(("industry", "", False), ("governance", "industry", False))
    assert models.weigh(table)["industry"].tolist() == [1, pytest.approx(1 / 3)]
    assert models.weigh(table, secondary=False)["governance"].tolist() == [0, 1]
    assert np.allclose(models.weigh(table).sum(axis=1), 1)


def test_second_reading_moves_application_only_in_marked_passages():
    """Primary or secondary, application becomes infrastructure where the mark is, and nowhere else."""
    table = coded(("application", "", True), ("governance", "application", True), ("application", "", False))
    weights = models.weigh(table, instrumented=True)
    assert weights["infrastructure"].tolist() == [1, pytest.approx(1 / 3), 0]
    assert weights["application"].tolist() == [0, 0, 1]


def test_mix():
    """Shares are among the three, n is their sum, governance its share of what is not other."""
    table = coded(*[("industry", "", False)] * 12, *[("application", "", False)] * 4)
    table = pd.concat([table, coded(("governance", "", False), ("other", "", False))], ignore_index=True)
    row = models.mix(models.weigh(table), pd.Series("x", index=table.index)).loc["x"]
    assert (row["n"], row["passages"], row["industry"], row["infrastructure"]) == (16, 18, 0.75, 0)
    assert row["low_industry"] < 0.75 < row["high_industry"]
    assert row["governance"] == pytest.approx(1 / 17)
    assert (row["largest"], row["verdict"]) == ("industry", "industry")
    assert row["p_largest"] > 0.9


def test_mix_where_nothing_is_typed():
    """No shares, and too little evidence."""
    table = coded(("governance", "", False), ("other", "", False))
    row = models.mix(models.weigh(table), pd.Series("x", index=table.index)).loc["x"]
    assert (row["n"], row["largest"], row["verdict"]) == (0, "", "insufficient evidence")
    assert row[[*models.MODELS, "low_industry", "high_industry", "p_largest"]].isna().all()


def test_a_group_does_not_depend_on_the_others():
    """The same row comes out alone and among others, in whatever order these stand."""
    table = models.codes(second=False)
    table = table[table["city"].isin(["chengdu", "jinan"])]
    both = models.mix(models.weigh(table), table["city"], resamples=200)
    turned = table[::-1]
    chengdu = table[table["city"] == "chengdu"]
    alone = models.mix(models.weigh(chengdu), chengdu["city"], resamples=200)
    pd.testing.assert_frame_equal(both.loc[["chengdu"]], alone)
    again = models.mix(models.weigh(turned), turned["city"], resamples=200)
    pd.testing.assert_frame_equal(both[["n", *models.MODELS]], again[["n", *models.MODELS]])


def test_bootstrap_has_the_spread_of_theory():
    """For single labels the interval is that of a binomial share, to within a few hundredths."""
    table = coded(*[("industry", "", False)] * 50, *[("application", "", False)] * 50)
    row = models.mix(models.weigh(table), pd.Series("x", index=table.index)).loc["x"]
    half = 1.645 * np.sqrt(0.25 / 100)
    assert row["high_industry"] - row["low_industry"] == pytest.approx(2 * half, abs=0.02)
    assert row["p_largest"] == pytest.approx(0.5, abs=0.05)
