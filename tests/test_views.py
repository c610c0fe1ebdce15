"""Events and figures get the labels that the codebook's mapping and the rules on names say."""

import pytest

from cityanalysis import models, tables, views


@pytest.mark.parametrize(
    ("kind", "summary", "label"),
    [
        ("infrastructure", "建成全市交通感知网络", "infrastructure"),
        ("platform", "公交管理系统开始建设", "application"),
        ("platform", "城市大脑上线", "application"),
        ("platform", "市政府开通政务云", "infrastructure"),
        ("platform", "建成地理信息库和公共服务平台", "infrastructure"),
        ("partnership", "与企业合作建设城市大脑", "governance"),
    ],
)
def test_events(kind, summary, label):
    """Kinds map as the codebook says; only platforms are looked at for their purpose."""
    assert views.event_label(kind, summary) == label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("5G产业规模", "industry"),
        ("5G典型应用场景（个）", "application"),
        ("企业开办全程网办率", "application"),
        ("数据中心机柜（规划，企业口径）", "infrastructure"),
        ("政府服务数字化预算", "governance"),
        ("人口", "other"),
    ],
)
def test_measures(name, label):
    """The first rule that fits a name decides, and brackets do not count."""
    assert views.measure_label(name) == label


def test_every_kind_has_a_label():
    """No kind of event is left without one, and the mapping names no kind that does not exist."""
    assert set(views.EVENT_LABELS) <= set(tables.EVENT_KINDS)
    assert {views.event_label(kind, "") for kind in tables.EVENT_KINDS} == set(models.LABELS[:4])


@pytest.mark.parametrize("table", [views.events, views.indicators])
def test_second_ones_only_when_asked(table):
    """What came with the second records is left out unless asked for, and either way can be weighed."""
    first, both = table(), table(second=True)
    assert len(first) < len(both)
    assert (models.weigh(both).sum(axis=1) == 1).all()
    assert not first.duplicated(["city", "name_zh"] if "name_zh" in first else None).any()
