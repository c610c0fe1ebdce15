"""Figures are found as docs/marking.md has it, in clean and damaged text; no text breaks or delays the search."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityanalysis import files, quantities

# A text of our own, and each figure in it: its text without spaces, number, unit, bound, direction; - for empty.
FORMS = [
    ("光纤到户达185万户", "185万户 1850000 户 - -"),
    ("投资近300亿元", "300亿元 30000000000 元 about -"),
    ("花费不到20亿元", "20亿元 2000000000 元 under -"),
    ("产值5929.91亿元", "5929.91亿元 592991000000 元 - -"),
    ("比例为94.91%", "94.91% 94.91 % - -"),
    ("速率41.95Mbit/s", "41.95Mbit/s 41.95 Mbit/s - -"),
    ("布点6339个", "6339个 6339 个 - -"),
    ("约三分之一的人", "三分之一 0.3333 1 about -"),
    ("由54.5%降至48.3%", "54.5% 54.5 % - -", "48.3% 48.3 % - fall"),
    ("采用1+17架构", "1+17 18 - - -"),
    ("换车3000多辆", "3000多辆 3000 辆 over -"),
    ("位列第12名", "第12名 12 第…名 - -"),
    ("长100公里以上", "100公里 100 公里 over -"),
    ("排名第五。", "第五 5 第…名 - -"),
    ("居全国第二，", "第二 2 第…名 - -"),
    ("进入全球前十名", "前十名 10 第…名 under -"),
    ("列全省第3位", "第3位 3 第…名 - -"),
    ("位居全市前三，", "前三 3 第…名 under -"),
    ("进入前30%", "30% 30 % - -"),
    ("１２个，占５０％", "１２个 12 个 - -", "５０％ 50 % - -"),
    ("面积３．５平方公里", "３．５平方公里 3.5 平方公里 - -"),
    ("新设3 000家店", "3000家 3000 家 - -"),
    ("共1,234个点", "1,234个 1234 个 - -"),
    ("共5，300家店", "5，300家 5300 家 - -"),
    ("共1,23家店", "23家 23 家 - -"),
    ("共 185 万户", "185万户 1850000 户 - -"),
    ("二百三十万人", "二百三十万人 2300000 人 - -"),
    ("一百二十三万五千户", "一百二十三万五千户 1235000 户 - -"),
    ("事项一千多项", "一千多项 1000 项 over -"),
    ("职工两千多万人", "两千多万人 20000000 人 over -"),
    ("党员两万余名", "两万余名 20000 名 over -"),
    ("3千余家店", "3千余家 3000 家 over -"),
    ("规模1.2万亿元", "1.2万亿元 1200000000000 元 - -"),
    ("一亿多元开支", "一亿多元 100000000 元 over -"),
    ("3亿5000万元", "3亿5000万元 350000000 元 - -"),
    ("1.5个亿", "1.5个亿 150000000 - - -"),
    ("峰值十亿亿次", "十亿亿次 100000000000000000 次 - -"),
    ("每秒181.9千万亿次", "181.9千万亿次 181900000000000000 次 - -"),
    ("装机662.1万千瓦", "662.1万千瓦 6621000 千瓦 - -"),
    ("深3千米", "3千米 3 千米 - -"),
    ("百分之五的人", "百分之五 5 % - -"),
    ("千分之三", "千分之三 3 ‰ - -"),
    ("百分之五十点五", "百分之五十点五 50.5 % - -"),
    ("死亡率1.5‰", "1.5‰ 1.5 ‰ - -"),
    ("提高5个百分点", "5个百分点 5 百分点 - rise"),
    ("平均4.24个工作日", "4.24个工作日 4.24 工作日 - -"),
    ("用了3个月", "3个月 3 个月 - -"),
    ("占三成以上", "三成 0.3 1 over -"),
    ("只占一成", "一成 0.1 1 - -"),
    ("覆盖2/3以上", "2/3 0.6667 1 over -"),
    ("翻两番", "两番 2 番 - rise"),
    ("增长2.5倍", "2.5倍 2.5 倍 - rise"),
    ("扶持3—5家", "3 3 家 - -", "5家 5 家 - -"),
    ("占20%至30%", "20% 20 % - -", "30% 30 % - -"),
    ("用3到5年", "3 3 年 - -", "5年 5 年 - -"),
    ("用三到五年", "三 3 年 - -", "五年 5 年 - -"),
    ("投20—30亿元", "20 2000000000 元 - -", "30亿元 3000000000 元 - -"),
    ("投5000—1万元", "5000 5000 元 - -", "1万元 10000 元 - -"),
    ("约3至5家", "3 3 家 about -", "5家 5 家 - -"),
    ("0-6岁儿童", "0 0 岁 - -", "6岁 6 岁 - -"),
    ("两三个园区", "两 2 个 - -", "三个 3 个 - -"),
    ("高出45.9、20.7个百分点", "45.9 45.9 百分点 - -", "20.7个百分点 20.7 百分点 - -"),
    ("减少52.9%59.8%", "52.9% 52.9 % - fall", "59.8% 59.8 % - fall"),
    ("分别增长4.1%、7%和5%", "4.1% 4.1 % - rise", "7% 7 % - rise", "5% 5 % - rise"),
    ("售价2万元/平方米", "2万元/平方米 20000 元/平方米 - -"),
    ("客流5万人次/日", "5万人次/日 50000 人次/日 - -"),
    ("浓度36微克/立方米", "36微克/立方米 36 微克/立方米 - -"),
    ("贷款50万美元", "50万美元 500000 美元 - -"),
    ("上百家企业", "百家 100 家 over -"),
    ("近万户居民", "万户 10000 户 about -"),
    ("百余项", "百余项 100 项 over -"),
    ("十余家", "十余家 10 家 over -"),
    ("超百亿元", "百亿元 10000000000 元 over -"),
    ("招千名人才", "千名 1000 名 - -"),
    ("办会千场以上", "千场 1000 场 over -"),
    ("二十来天里", "二十来天 20 天 about -"),
    ("两小时内办结", "两小时 2 小时 under -"),
    ("3年内建成", "3年 3 年 under -"),
    ("30日内答复", "30日 30 日 under -"),
    ("24小时内办结", "24小时 24 小时 under -"),
    ("失业率5.5%以内", "5.5% 5.5 % under -"),
    ("不少于40个", "40个 40 个 over -"),
    ("不超过10天", "10天 10 天 under -"),
    ("增长20.1%左右", "20.1% 20.1 % about rise"),
    ("增至5万个", "5万个 50000 个 - rise"),
    ("由20天缩短到5天", "20天 20 天 - -", "5天 5 天 - fall"),
    ("由2010年的27家升到2012年底的73家", "27家 27 家 - -", "73家 73 家 - rise"),
    ("新增就业约5.6万人", "5.6万人 56000 人 about rise"),
    ("补助提高到每人每月800元", "800元 800 元 - rise"),
    ("物价涨幅控制在3%左右", "3% 3 % about rise"),
    ("压减审批材料60%", "60% 60 % - fall"),
    ("增加值3000亿元", "3000亿元 300000000000 元 - -"),
    ("以年均20%的速度增长", "20% 20 % - rise"),
    ("节约300万元", "300万元 3000000 元 - -"),
    ("35个街镇", "35个 35 个 - -"),
    ("连接120城市", "120 120 - - -"),
    ("指数达45，", "45 45 - - -"),
    ("日活55万以上", "55万 550000 - over -"),
    ("带宽由220G提到334G", "220G 220 G - -", "334G 334 G - rise"),
    ("算力300P", "300P 300 P - -"),
    ("算力126EFlops", "126EFlops 126 EFlops - -"),
    ("GDP占3.50%", "3.50% 3.5 % - -"),
    ("历时10年", "10年 10 年 - -"),
    ("成立25周年", "25周年 25 周年 - -"),
    # Chinese numerals and digits, 万 and 亿 within
    ("总投资七亿零二百万元", "七亿零二百万元 702000000 元 - -"),
    ("存款二十六亿四千万元", "二十六亿四千万元 2640000000 元 - -"),
    ("资产四百零三亿零七十万元", "四百零三亿零七十万元 40300700000 元 - -"),
    ("人口一亿三千六百二十五万人", "一亿三千六百二十五万人 136250000 人 - -"),
    ("投资5亿零300万元", "5亿零300万元 503000000 元 - -"),
    ("产值两万三千亿元", "两万三千亿元 2300000000000 元 - -"),
    ("贷款余额三万亿元", "三万亿元 3000000000000 元 - -"),
    ("补助一万二元", "一万二元 12000 元 - -"),
    ("惠及八万零六十人", "八万零六十人 80060 人 - -"),
    ("采购1万600台", "1万600台 10600 台 - -"),
    ("1亿2000多万元", "1亿2000多万元 120000000 元 over -"),
    ("2亿3千万元", "2亿3千万元 230000000 元 - -"),
    ("贷款3万2千亿元", "3万2千亿元 3200000000000 元 - -"),
    ("拨款1亿2千3百万元", "1亿2千3百万元 123000000 元 - -"),
    ("增加3亿5亿元", "3亿 300000000 - - rise", "5亿元 500000000 元 - -"),
    ("三亿五亿元",),
    ("白酒25万千升", "25万千升 250000 千升 - -"),
    ("肆佰伍拾陆万元", "肆佰伍拾陆万元 4560000 元 - -"),
    # decimals in Chinese numerals
    ("下降零点三个百分点", "零点三个百分点 0.3 百分点 - fall"),
    ("投入一点八亿元", "一点八亿元 180000000 元 - -"),
    ("是去年的三点二倍", "三点二倍 3.2 倍 - -"),
    ("千分之零点四", "千分之零点四 0.4 ‰ - -"),
    # signs
    ("出口增长-2.6%", "-2.6% -2.6 % - fall"),
    ("同比-7.3%", "-7.3% -7.3 % - fall"),
    ("同比+7.3%", "+7.3% 7.3 % - rise"),
    ("增速为负0.5%", "负0.5% -0.5 % - fall"),
    ("最低气温零下12℃", "零下12℃ -12 ℃ - -"),
    ("气温-15℃至-3℃", "-15℃ -15 ℃ - -", "-3℃ -3 ℃ - -"),
    ("利润为-3.2亿元", "-3.2亿元 -320000000 元 - -"),
    ("负增长2.1%", "2.1% 2.1 % - fall"),
    ("比上年－4.5%", "－4.5% -4.5 % - fall"),
    ("误差正负3%", "3% 3 % - -"),
    ("担负三项任务", "三项 3 项 - -"),
    ("增长5%-6%", "5% 5 % - rise", "6% 6 % - rise"),
    ("招聘3名-5名", "3名 3 名 - -", "5名 5 名 - -"),
    ("企业减负3亿元", "3亿元 300000000 元 - -"),
    ("由-2.1%升至1.3%", "-2.1% -2.1 % - -", "1.3% 1.3 % - rise"),
    ("增长负百分之六", "负百分之六 -6 % - fall"),
    # ranges and pairs that share
    ("补贴三到四万元", "三 30000 元 - -", "四万元 40000 元 - -"),
    ("投资五至七亿元", "五 500000000 元 - -", "七亿元 700000000 元 - -"),
    ("需要六千到八千亿元", "六千 600000000000 元 - -", "八千亿元 800000000000 元 - -"),
    ("每亩两到三千元", "两 2000 元 - -", "三千元 3000 元 - -"),
    ("一至两万户", "一 10000 户 - -", "两万户 20000 户 - -"),
    ("百分之三至五", "百分之三 3 % - -", "五 5 % - -"),
    ("8000—1.2万元", "8000 8000 元 - -", "1.2万元 12000 元 - -"),
    ("七八千辆", "七 7000 辆 - -", "八千辆 8000 辆 - -"),
    ("两三年内", "两 2 年 - -", "三年 3 年 under -"),
    ("十七八个", "十七 17 个 - -", "八个 18 个 - -"),
    ("二三十家", "二 20 家 - -", "三十家 30 家 - -"),
    ("一两个月", "一 1 个月 - -", "两个月 2 个月 - -"),
    ("七八成的居民", "七 0.7 1 - -", "八成 0.8 1 - -"),
    ("四五个亿", "四 400000000 - - -", "五个亿 500000000 - - -"),
    ("二三百万元", "二 2000000 元 - -", "三百万元 3000000 元 - -"),
    # like a fixed expression, but counted
    ("举办三次展会", "三次 3 次 - -"),
    ("八小时内办结", "八小时 8 小时 under -"),
    ("十年规划", "十年 10 年 - -"),
    ("四张清单", "四张 4 张 - -"),
    ("三个一体化平台", "三个 3 个 - -"),
    ("归成五个“圈”", "五个 5 个 - -"),
    # rates and small fractions
    ("死亡率7.2/10万", "7.2/10万 7.2 /10万 - -"),
    ("发病率12.6/十万", "12.6/十万 12.6 /10万 - -"),
    ("每10万人死亡3.5人", "3.5人 3.5 人 - -"),
    ("每十万人口有医师230人", "230人 230 人 - -"),
    ("万分之五", "万分之五 0.0005 1 - -"),
    ("百万分之三", "百万分之三 0.000003 1 - -"),
    ("十万分之八", "十万分之八 0.00008 1 - -"),
    ("四分之三", "四分之三 0.75 1 - -"),
    ("七分之二", "七分之二 0.2857 1 - -"),
    ("8.1人/千人", "8.1人/千人 8.1 人/千人 - -"),
    ("患病率0.3/万", "0.3/万 0.3 /万 - -"),
    ("降0.1分/千瓦时", "0.1分/千瓦时 0.1 分/千瓦时 - fall"),
    # halves
    ("耗时两年半", "两年半 2.5 年 - -"),
    ("不到四成半", "四成半 0.45 1 under -"),
    ("5个半月", "5个半月 5.5 个月 - -"),
    ("一年半", "一年半 1.5 年 - -"),
    ("增长一倍半", "一倍半 1.5 倍 - rise"),
    ("用时半年", "半年 0.5 年 - -"),
    ("半个月内", "半个月 0.5 个月 under -"),
    ("半小时", "半小时 0.5 小时 - -"),
    ("三个半天", "三个 3 个 - -"),
    ("半导体3家", "3家 3 家 - -"),
    ("2公里半", "2公里半 2.5 公里 - -"),
    # bounds and directions
    ("200万元（含）以上", "200万元 2000000 元 over -"),
    ("3次（含3次）以上", "3次 3 次 over -"),
    ("50人（含）以下", "50人 50 人 under -"),
    ("最少15个", "15个 15 个 over -"),
    ("最多8人", "8人 8 人 under -"),
    ("最高30万元", "30万元 300000 元 under -"),
    ("缺少6名医生", "6名 6 名 - -"),
    ("大于或等于40分", "40分 40 分 over -"),
    ("大于等于三十家", "三十家 30 家 over -"),
    ("小于或者等于5%", "5% 5 % under -"),
    ("三成多的企业", "三成 0.3 1 over -"),
    ("增长2倍多", "2倍 2 倍 over rise"),
    ("用了3年多时间", "3年 3 年 over -"),
    ("产值过万亿元", "万亿元 1000000000000 元 over -"),
    ("收入翻两番", "两番 2 番 - rise"),
    ("翻了3倍", "3倍 3 倍 - rise"),
    ("增加一倍", "一倍 1 倍 - rise"),
    ("20个及以上", "20个 20 个 over -"),
    ("不止3家", "3家 3 家 over -"),
    ("3年多次举办", "3年 3 年 - -"),
    ("约占全省的15%", "15% 15 % about -"),
    ("一倍以上", "一倍 1 倍 over -"),
    ("迈过5000亿元", "5000亿元 500000000000 元 over -"),
    ("翻了近两番", "两番 2 番 about rise"),
    ("升至全省第2位", "第2位 2 第…名 - rise"),
    ("增速全省第2位", "第2位 2 第…名 - -"),
    ("跻身前20强。", "前20强 20 第…名 under -"),
    # currencies, measures, discounts
    ("引资两个亿", "两个亿 200000000 - - -"),
    ("引资3个亿元", "3个亿元 300000000 元 - -"),
    ("6亿台币", "6亿台币 600000000 新台币 - -"),
    ("新台币8亿元", "8亿元 800000000 新台币 - -"),
    ("港币500万元", "500万元 5000000 港元 - -"),
    ("500万港币", "500万港币 5000000 港元 - -"),
    ("2.5亿元人民币", "2.5亿元人民币 250000000 元 - -"),
    ("人民币2.5亿元", "2.5亿元 250000000 元 - -"),
    ("30MW-60MW", "30MW 30 MW - -", "60MW 60 MW - -"),
    ("2km-4km", "2km 2 km - -", "4km 4 km - -"),
    ("500ml", "500ml 500 ml - -"),
    ("打8.5折", "8.5折 8.5 折 - -"),
    ("打九折", "九折 9 折 - -"),
    ("打九五折", "九五折 9.5 折 - -"),
    ("打85折", "85折 8.5 折 - -"),
    ("20公升", "20公升 20 公升 - -"),
    ("时速80km/h", "80km/h 80 km/h - -"),
    ("￥300", "300 300 元 - -"),
    ("5000万泰铢", "5000万泰铢 50000000 泰铢 - -"),
    ("压力0.8MPa", "0.8MPa 0.8 MPa - -"),
    ("三千瓦", "三千瓦 3 千瓦 - -"),
    ("15元8角", "15元8角 15.8 元 - -"),
    ("收到人民币8千元", "8千元 8000 元 - -"),
    # beside a name in quotes
    ("建成“一刻钟便民圈”12个", "12个 12 个 - -"),
    ("他说“今年投资3亿元。”", "3亿元 300000000 元 - -"),
    # amounts like years
    ("招聘1900-2000名", "1900 1900 名 - -", "2000名 2000 名 - -"),
    ("面积1900—2050平方米", "1900 1900 平方米 - -", "2050平方米 2050 平方米 - -"),
    ("年降水量1650~1900毫米", "1650 1650 毫米 - -", "1900毫米 1900 毫米 - -"),
    ("长2015.6米", "2015.6米 2015.6 米 - -"),
    ("长2012.10米", "2012.10米 2012.1 米 - -"),
    ("有2000年的历史", "2000年 2000 年 - -"),
    ("近2500年的建城史", "2500年 2500 年 about -"),
    ("收费2000-2100元/人", "2000 2000 元/人 - -", "2100元/人 2100 元/人 - -"),
]

# Parted by spaces.
NONE = (
    "2018年 2018年底 12月 2016—2019 2016—2019年 2016年9月8日 22日至24日 1—11月 “十二五” 2012.12 2019-11-05 "
    "201911月 二〇一八年 98年 近三年 过去五年 三年来 两年多来 前11个月 前三季度 年均 20世纪90年代 第一批 "
    "二次创业 八项规定 五次全体会议 "
    "第3届 第二产业 第一阶段 一是 一个 一批 一系列 一半 首个 5G 4K 5G基站 IPv6 PM2.5浓度 T3以上 3935战役 "
    "12345热线 提升12345政务服务 “135”架构 一网通办 两化融合 三大运营商 八大系统 6大工程 “四个自信” “30条” "
    "7×24小时 24小时服务 2.0版 V3 V3.0 《若干政策33条》 1号文 〔2018〕5号 数百家 几十家 十几个 若干 千万级 "
    "300亿级 千兆 百亿电子城 千亿元园区 零分之三 1+N 1+4+X 1:500 2.28∶1 8:30 22@项目 （5） 1.坚持 四川 三亚 "
    "千家万户 九成为 "
    "三点建议 两点一线 优化三次产业结构 按三次分配 二十四节气 24节气 八小时以外的生活 8小时之外 四上企业 "
    "一带一路 三农工作 双碳目标 "
    "第三产业 千方百计 一心一意 百分百 坚决做到两个维护 学习三个代表 五位一体总体布局 三位一体 "
    "招募三支一扶人员 五湖四海 三番五次 "
    "九牛一毛 四个现代化 两个一百年奋斗目标 第十四个五年规划 九年义务教育 三头六臂 百年大计 千家万户 三轮车 "
    "二次供水 八项规定 十全十美 "
    "四面八方 万众一心 两张皮 上半年 下半年 一半 半数以上 每半年一次 一番风味 不打折 开展“3+5”行动 "
    "打造“10分钟生活圈” "
    "构建“1+5+N”体系 实施“百千万工程” “三个一批”项目 2016-2019年 2016—2019 2012.10 三五成群 "
    "八小时工作制 两个确立 半年报 前半年 减少一半 2020年历史建筑普查 推进“五个一”行动 1900年至2000年"
)


ALPHABET = (
    "0123456789０９.,，+-—~至到/%％‰ \u3000\n:年月日第前个家户元亿万千百十两二三一〇余多近约超增长降不到以上内"
    "成倍分之《》“”（）GMPkWN名位\0"
)


def rows(text):
    """Return what is found in a text, a line a figure."""
    return [
        " ".join([text[q.start : q.end].replace(" ", ""), *(value or "-" for value in q[2:])])
        for q in quantities.find(text)
    ]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form[0])
def test_form(form):
    """Each form is found with its number, unit, bound and direction, and nothing else is."""
    text, *expected = form
    assert rows(text) == expected


@pytest.mark.parametrize("text", NONE.split())
def test_no_quantity(text):
    """Times, ordinals and names are no figures."""
    assert rows(text) == []


@given(st.one_of(st.text(ALPHABET), st.text()))
def test_any_text_is_parsed(text):
    """No text makes it raise; figures stand in the text in order without overlap, and their values can be read."""
    end = 0
    for found in quantities.find(text):
        assert end <= found.start < found.end <= len(text)
        assert f"{Decimal(found.number):f}" == found.number
        assert found.bound in ("", "about", "over", "under")
        assert found.direction in ("", "rise", "fall")
        end = found.end


@given(st.integers(0, 10**12), st.integers(0, 9999))
def test_decimals_are_exact(whole, part):
    """A decimal comes out as it stands, without zeros at its end, and times 万 exactly."""
    (plain,), (many,) = (quantities.find(f"共{whole}.{part:04}{unit}") for unit in ("户", "万户"))
    assert Decimal(plain.number) == Decimal(f"{whole}.{part:04}")
    assert Decimal(many.number) == whole * 10**4 + part
    assert not plain.number.endswith(".") and ("." not in plain.number or not plain.number.endswith("0"))


@given(st.integers(1, 9999), st.integers(1000, 9999), st.integers(1000, 9999))
def test_steps_add_up(most, more, few):
    """亿, 万 and what follows add up, in digits and in Chinese numerals, with 零 where a step is left out."""
    (whole,), (partly,) = (quantities.find(f"共{text}户") for text in (f"{most}亿{more}万{few}", f"{most}亿零{few}万"))
    assert int(whole.number) == most * 10**8 + more * 10**4 + few
    assert int(partly.number) == most * 10**8 + few * 10**4


@given(st.lists(st.integers(1, 9), min_size=12, max_size=12))
def test_chinese_numerals_are_read(digits):
    """A numeral of any length is worth what its digits say."""
    written = "".join(
        "一二三四五六七八九"[digit - 1] + step for digit, step in zip(digits, "千百十亿千百十万千百十", strict=False)
    )
    (found,) = quantities.find(f"共{written}户")
    assert int(found.number) == int("".join(map(str, digits[:11]))) * 10


REPEATED = [
    "1",
    "一",
    " ",
    "1+",
    "1 + ",
    "1,234",
    "1 234 ",
    "《",
    "“",
    "十万",
    "1—",
    "A+",
    "增长",
    "1:",
    "百分之",
    "3至",
    "一亿",
    "1亿1",
    "一点",
    "三五",
    "-1",
    "负",
    "半年",
    "（含",
    "人民币1元",
    "1/10万",
    "约占一",
]


@pytest.mark.parametrize("tail", ["", "X", "个"])
@pytest.mark.parametrize("piece", REPEATED)
def test_long_repetitions_end(piece, tail):
    """No piece, repeated, makes a pattern go back and forth; each would take hours if it did."""
    assert isinstance(quantities.find(piece * (20_000 // len(piece)) + tail), list)


@pytest.fixture
def passages():
    """Return two passages."""
    return pd.DataFrame({"passage_id": ["a#1", "a#2"], "text": ["用3年建成近300个站", "到100家，没有别的"]})


def test_tags_are_the_text(passages):
    """A tag's text is what stands at its place; columns and kind are as the table of tags has them."""
    tagged = quantities.tag(passages)
    texts = passages.set_index("passage_id")["text"]
    assert tuple(tagged.columns) == quantities.COLUMNS
    assert set(tagged["kind"]) == {"quantity"}
    assert [texts[row.passage_id][row.start : row.end] for row in tagged.itertuples()] == tagged["text"].tolist()
    assert tagged["text"].tolist() == ["3年", "300个", "100家"]


def test_times_come_first(passages):
    """A figure that overlaps a time of the same passage is none; one that only touches it, or elsewhere, is kept."""
    times = pd.DataFrame({"passage_id": ["a#1", "a#2"], "start": [2, 5], "end": [5, 9]})
    assert quantities.tag(passages, times)["text"].tolist() == ["300个", "100家"]


def test_no_figures_give_an_empty_table():
    """Without passages or figures the table has its columns, and numbers where it counts."""
    tagged = quantities.tag(pd.DataFrame({"passage_id": ["a#1"], "text": ["没有数字"]}))
    assert tuple(tagged.columns) == quantities.COLUMNS
    assert (len(tagged), tagged["start"].dtype.kind, tagged["end"].dtype.kind) == (0, "i", "i")


UNITS = [unit for unit in files.table("data/lexicon/units.csv")["unit"] if unit not in ("成", "路")]


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_read(unit):
    """Each unit of the list is found whole after digits, so that no shorter one takes its place."""
    assert rows(f"共17{unit}内") == [f"17{unit} 17 {quantities._unit(unit)} under -"]


def test_blanked_text_keeps_its_length():
    """What is blanked out leaves every other character at its place."""
    text = "《某某规划（2016—2020年）》定于２０１８年建５个"
    assert len(quantities._plain_mark(text)) == len(text)
    assert quantities._plain_mark(text)[-3:] == "建5个"
