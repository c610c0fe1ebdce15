"""What decides can be named."""

import pytest

from cityanalysis import classify, explain, features, models


@pytest.fixture(scope="module")
def model(described, learnt):
    """Return the classifier fitted to all that it may learn from."""
    return classify.fit(described, learnt)


def test_telling(model, described, learnt):
    """The share of terms of a label's own domain weighs most for it."""
    table = explain.telling(model, described, learnt, top=3)
    assert tuple(table) == models.LABELS
    assert table.loc[0, ["infrastructure", "industry"]].tolist() == ["[infrastructure]", "[industry]"]


def test_weighed(model, described, learnt):
    """What weighed in a passage stands in it."""
    some = features.among(described, learnt["passage_id"].head(3))
    found = explain.weighed(model, some, top=4)
    for i, names in enumerate(found):
        words = set(some.vocabulary[some.words[i].indices])
        marks = {f"[{mark}]" for mark in some.marks if some.marks.loc[i, mark] > 0}
        assert 0 < len(names.split(" ")) <= 4 + names.count("[digital share]") + 2 * names.count("[not digital]")
        assert words | marks >= {
            name for name in names.replace("[digital share]", "").replace("[not digital]", "").split()
        }


def test_without(described, learnt):
    """Leaving out nothing changes nothing; leaving out the digital mark changes some labels, few of them."""
    table = explain.without(described, learnt, ["[digital]"])
    assert table.loc["nothing", "changed"] == 0
    assert 0 < table.loc["[digital]", "changed"] < len(learnt) / 4
