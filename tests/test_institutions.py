"""Institutions are named bodies, longest names, and nothing else; the rules hold on any text."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityanalysis import files, institutions, words

TEXTS = [
    # known bodies, and words that only look like them
    ("国务院同意工信部的方案", ["国务院", "工信部"]),
    ("由国家发展改革委、住房和城乡建设部批复", ["国家发展改革委", "住房和城乡建设部"]),
    ("党中央国务院决策部署", ["党中央", "国务院"]),
    ("与华为、腾讯和中兴通讯签约", ["华为", "腾讯", "中兴通讯"]),
    ("阿里巴巴与IBM的方案", ["阿里巴巴", "IBM"]),
    ("华润微电子公司投产", ["华润微电子公司"]),
    ("复旦大学附属中山医院挂牌", ["复旦大学附属中山医院"]),
    ("向北京东部延伸", []),
    ("中国移动、中国电信与中国联通", ["中国移动", "中国电信", "中国联通"]),
    ("移动、联通和电信都来了", ["移动", "联通", "电信"]),
    ("移动支付与电信服务", []),
    ("由新华社播发", ["新华社"]),
    ("联合国人居署的报告", ["联合国人居署"]),
    ("名单上有NB-IBMX", []),
    # levels of government and their organs
    ("市政府印发方案", ["市政府"]),
    ("省委、省政府和市委部署", ["省委", "省政府", "市委"]),
    ("省委省政府高度重视", ["省委", "省政府"]),
    ("在自治区党委、自治区人民政府领导下", ["自治区党委", "自治区人民政府"]),
    ("3月24日市人大常委会通过条例", ["市人大常委会"]),
    ("依法接受市人大及其常委会监督", ["市人大"]),
    ("省政府办公厅发文", ["省政府办公厅"]),
    ("宁波市政府的网站", ["宁波市政府"]),
    ("市中级人民法院判决", ["市中级人民法院"]),
    ("市委宣传部主办", ["市委宣传部"]),
    ("市委网信办牵头", ["市委网信办"]),
    ("新加坡政府的计划", ["新加坡政府"]),
    ("各级政府和各市政府", []),
    ("汉中、榆林等市政府", []),
    ("当地政府与城市政府", []),
    ("建设数字政府", []),
    ("宁波市数字政府方案", []),
    ("市委书记和市人大代表", ["市委"]),
    ("与人大代表、政协委员座谈", []),
    # offices by their field
    ("市大数据局", ["市大数据局"]),
    ("宁波市大数据发展管理局挂牌", ["宁波市大数据发展管理局"]),
    ("2012年7月市经信委调研", ["市经信委"]),
    ("区发改委与市科技局", ["区发改委", "市科技局"]),
    ("省工信厅的报告", ["省工信厅"]),
    ("由市工业和信息化局负责", ["市工业和信息化局"]),
    ("行政审批服务局成立", ["行政审批服务局"]),
    ("国务院信息化工作办公室批复", ["国务院信息化工作办公室"]),
    ("大数据发展管理委员会", ["大数据发展管理委员会"]),
    ("我市大数据局", ["大数据局"]),
    ("全局布局和新格局", []),
    ("一网通办与跨省通办", []),
    ("政务服务办理时间", []),
    ("服务大厅和城市客厅", []),
    ("全部企业与西部地区", []),
    ("公安、交通、城管等部门", []),
    ("市县两级疾病预防控制局", []),
    # centres that are bodies, and plants that are none
    ("市大数据中心", ["市大数据中心"]),
    ("区城运中心接到工单", ["区城运中心"]),
    ("城运中心值守", ["城运中心"]),
    ("市政务服务中心", ["市政务服务中心"]),
    ("宁波市信息中心", ["宁波市信息中心"]),
    ("市应急指挥中心", ["市应急指挥中心"]),
    ("建设大数据中心和数据中心", []),
    ("国家超级计算无锡中心的机房", ["国家超级计算无锡中心"]),
    ("云计算中心动工", []),
    ("市中心的街道", []),
    # leading groups
    ("智慧城市建设领导小组办公室", ["智慧城市建设领导小组办公室"]),
    ("成立市智慧城市建设领导小组", ["市智慧城市建设领导小组"]),
    ("成立“数字宁波”领导小组", ["“数字宁波”领导小组"]),
    ("7月成立领导小组", []),
    # open names
    ("浙江大学与湖南大学", ["浙江大学", "湖南大学"]),
    ("大学生和大学城", []),
    ("宁波职业技术学院", ["宁波职业技术学院"]),
    ("一所大学和两家医院", []),
    ("市第一人民医院", ["市第一人民医院"]),
    ("由市第一人民医院试点", ["市第一人民医院"]),
    ("深化公立医院改革", []),
    ("浙江清华长三角研究院", ["浙江清华长三角研究院"]),
    ("中国软件行业协会", ["中国软件行业协会"]),
    ("宁波市物联网行业协会", ["宁波市物联网行业协会"]),
    ("行业协会和商会", []),
    ("杭州数据交易所揭牌", ["杭州数据交易所"]),
    ("与中国电信福建公司签约", ["中国电信福建公司"]),
    ("数字福州集团运营", ["数字福州集团"]),
    ("市数据集团", ["市数据集团"]),
    ("中兴（银川）智慧产业有限公司", ["中兴（银川）智慧产业有限公司"]),
    ("华为公司与苏宁集团", ["华为公司", "苏宁集团"]),
    ("）公司（宁波", []),
    ("电力公司和上市公司", []),
    ("三家电信运营商的公司", []),
    ("企业、运营商和各部门", []),
    ("宁波银行", ["宁波银行"]),
    ("银行业与商业银行", []),
    ("管委会研究办法", ["管委会"]),
    ("推行管委会+公司模式", []),
    # places, parks and platforms
    ("高新区、软件园和产业园", []),
    ("宁波市与海曙区", []),
    ("城市运行管理服务平台", []),
]


NAMES = [
    # offices and parts of a body, with the body
    ("市委政研室起草了文件", "市委政研室"),
    ("市政府研究室的调研", "市政府研究室"),
    ("腾讯研究院发布报告", "腾讯研究院"),
    ("市委常委会审议", "市委常委会"),
    ("市市场监管局江东分局", "市市场监管局江东分局"),
    ("市委社会工作部", "市委社会工作部"),
    ("阿里云研究中心", "阿里云研究中心"),
    ("省政府参事室组织调研", "省政府参事室"),
    ("由市委办公室牵头", "市委办公室"),
    ("中国科学院软件研究所的团队", "中国科学院软件研究所"),
    ("市委巡察办公布结果", "市委巡察办"),
    ("市委财经办牵头制定", "市委财经办"),
    ("市人大城乡建设环境与资源保护委员会", "市人大城乡建设环境与资源保护委员会"),
    ("世界银行集团国际金融公司", "世界银行集团国际金融公司"),
    ("市公安局网络安全保卫支队", "市公安局网络安全保卫支队"),
    ("市教育局招生考试中心", "市教育局招生考试中心"),
    ("宁波市财政局国库支付中心", "宁波市财政局国库支付中心"),
    ("市委军民融合办与市委外办", "市委军民融合办 市委外办"),
    ("市政府地方金融监管局", "市政府地方金融监管局"),
    ("省委改革办印发简报", "省委改革办"),
    ("国务院发展研究中心与国务院扶贫办", "国务院发展研究中心 国务院扶贫办"),
    ("清华大学公共管理学院", "清华大学公共管理学院"),
    ("中国科学院地理科学与资源研究所", "中国科学院地理科学与资源研究所"),
    ("市公安局治安支队抓获", "市公安局治安支队"),
    ("市财政局会计处", "市财政局会计处"),
    ("四川大学华西医院专家", "四川大学华西医院"),
    # bureaus and other bodies of every government
    ("区民宗局", "区民宗局"),
    ("市投促局参加", "市投促局"),
    ("市社科联与市贸促会", "市社科联 市贸促会"),
    ("市住房公积金管理中心", "市住房公积金管理中心"),
    ("省司法厅、省财政厅", "省司法厅 省财政厅"),
    ("市城管委与市水务局", "市城管委 市水务局"),
    ("市文化广电旅游局", "市文化广电旅游局"),
    ("市老旧小区改造办公室", "市老旧小区改造办公室"),
    ("省信息产业厅、省经贸委", "省信息产业厅 省经贸委"),
    ("国家移民管理局", "国家移民管理局"),
    ("市疾病预防控制中心", "市疾病预防控制中心"),
    ("市总工会、团市委、市妇联", "市总工会 团市委 市妇联"),
    ("市直机关工委", "市直机关工委"),
    ("市消防救援支队", "市消防救援支队"),
    ("市城管执法支队", "市城管执法支队"),
    ("市地震局、市气象局", "市地震局 市气象局"),
    ("市煤炭工业局", "市煤炭工业局"),
    ("市退役军人事务局挂牌", "市退役军人事务局"),
    ("向市自然资源和规划局申请", "市自然资源和规划局"),
    ("区城市管理综合行政执法局", "区城市管理综合行政执法局"),
    ("县畜牧兽医局派人", "县畜牧兽医局"),
    ("市防汛抗旱指挥部办公室", "市防汛抗旱指挥部办公室"),
    ("由市政务服务和大数据管理局统筹", "市政务服务和大数据管理局"),
    ("区规自局、区住建局", "区规自局 区住建局"),
    ("市无线电管理局监测", "市无线电管理局"),
    ("市招商局的干部", "市招商局"),
    ("市政数局与政数局", "市政数局 政数局"),
    ("市市场监督管理局", "市市场监督管理局"),
    ("市行政审批服务管理局", "市行政审批服务管理局"),
    ("市民政局养老服务处", "市民政局养老服务处"),
    ("市知识产权局", "市知识产权局"),
    ("市信访局、市档案局、市机关事务局", "市信访局 市档案局 市机关事务局"),
    ("市不动产登记中心", "市不动产登记中心"),
    ("市人才服务中心办理落户", "市人才服务中心"),
    ("省住建厅、省交通运输厅", "省住建厅 省交通运输厅"),
    ("市妇女联合会", "市妇女联合会"),
    ("由市卫生健康委员会负责", "市卫生健康委员会"),
    ("市生态环境局与市应急管理局", "市生态环境局 市应急管理局"),
    ("省大数据管理局、省通管局", "省大数据管理局 省通管局"),
    ("市残疾人联合会", "市残疾人联合会"),
    ("市政务服务局的窗口", "市政务服务局"),
    ("市国资委、市金融局", "市国资委 市金融局"),
    ("市林业和园林局", "市林业和园林局"),
    ("市信息化委员会", "市信息化委员会"),
    # places before a government and its organs
    ("江苏省苏州市昆山市人民政府", "江苏省苏州市昆山市人民政府"),
    ("青岛市黄岛区人民政府办公室", "青岛市黄岛区人民政府办公室"),
    ("嘉兴市海盐县人民法院", "嘉兴市海盐县人民法院"),
    ("天津市滨海新区人民政府", "天津市滨海新区人民政府"),
    ("花桥镇人民政府", "花桥镇人民政府"),
    ("广西壮族自治区大数据发展局", "广西壮族自治区大数据发展局"),
    ("中共宁波市委", "中共宁波市委"),
    ("宁波市鄞州区人民政府", "宁波市鄞州区人民政府"),
    ("浙江省杭州市余杭区人民政府", "浙江省杭州市余杭区人民政府"),
    ("无锡市江阴市人民政府", "无锡市江阴市人民政府"),
    ("重庆市渝北区委", "重庆市渝北区委"),
    ("新疆维吾尔自治区人民政府", "新疆维吾尔自治区人民政府"),
    ("济南市历下区人民政府", "济南市历下区人民政府"),
    ("福建省泉州市晋江市人民政府", "福建省泉州市晋江市人民政府"),
    ("长沙市岳麓区委", "长沙市岳麓区委"),
    ("大连市甘井子区人民政府", "大连市甘井子区人民政府"),
    ("郑州市中原区人大常委会", "郑州市中原区人大常委会"),
    ("湖南省长沙市望城区人民政府", "湖南省长沙市望城区人民政府"),
    ("西安市未央区政府", "西安市未央区政府"),
    ("温州市鹿城区人民法院", "温州市鹿城区人民法院"),
    ("青田县人民政府办公室", "青田县人民政府办公室"),
    ("重庆市两江新区管委会", "重庆市两江新区管委会"),
    # what leading groups, commissions and zones are named by
    ("成立数字政府建设工作领导小组", "数字政府建设工作领导小组"),
    ("推进“一网通办”改革工作领导小组办公室", "推进“一网通办”改革工作领导小组办公室"),
    ("设立“数字江海”建设指挥部", "“数字江海”建设指挥部"),
    ("市委全面深化改革委员会", "市委全面深化改革委员会"),
    ("市地方金融监管局", "市地方金融监管局"),
    ("市推进政府职能转变和“放管服”改革协调小组", "市推进政府职能转变和“放管服”改革协调小组"),
    ("市国家安全工作领导小组", "市国家安全工作领导小组"),
    ("市防汛防台抗旱指挥部", "市防汛防台抗旱指挥部"),
    ("经济技术开发区管理委员会", "经济技术开发区管理委员会"),
    ("成立政务数据共享协调领导小组", "政务数据共享协调领导小组"),
    ("加强“数字宁湖”工作领导小组的力量", "“数字宁湖”工作领导小组"),
    ("市全面推进依法治市领导小组", "市全面推进依法治市领导小组"),
    ("省大数据产业发展领导小组", "省大数据产业发展领导小组"),
    ("滨海新区管委会", "滨海新区管委会"),
    ("市新型冠状病毒肺炎疫情防控指挥部", "市新型冠状病毒肺炎疫情防控指挥部"),
    ("市推进“互联网+政务服务”工作领导小组", "市推进“互联网+政务服务”工作领导小组"),
    ("成立智慧城市和大数据发展领导小组", "智慧城市和大数据发展领导小组"),
    ("“城市大脑”建设工作专班", "“城市大脑”建设工作专班"),
    ("市委审计委员会与市委国家安全委员会", "市委审计委员会 市委国家安全委员会"),
    ("市文明委和市爱卫会", "市文明委 市爱卫会"),
    ("市疫情防控指挥部", "市疫情防控指挥部"),
    ("市统筹推进城乡一体化工作领导小组", "市统筹推进城乡一体化工作领导小组"),
    ("综合保税区管委会", "综合保税区管委会"),
    ("市政务公开领导小组办公室", "市政务公开领导小组办公室"),
    ("市创建全国文明城市指挥部", "市创建全国文明城市指挥部"),
    ("空港经济区管委会", "空港经济区管委会"),
    # firms, courts, customs, streets, agencies of the state
    ("中国电信股份有限公司宁波分公司", "中国电信股份有限公司宁波分公司"),
    ("杭州互联网法院", "杭州互联网法院"),
    ("中国铁塔股份有限公司", "中国铁塔股份有限公司"),
    ("国家电网有限公司", "国家电网有限公司"),
    ("宁波市轨道交通集团有限公司", "宁波市轨道交通集团有限公司"),
    ("山东省国有资产投资控股有限公司", "山东省国有资产投资控股有限公司"),
    ("中国建筑股份有限公司", "中国建筑股份有限公司"),
    ("北京市大数据中心与北控集团", "北京市大数据中心 北控集团"),
    ("翠竹社区居委会主任", "翠竹社区居委会"),
    ("深圳海关与宁波海关", "深圳海关 宁波海关"),
    ("省高院、市检察院", "省高院 市检察院"),
    ("国家药品监督管理局", "国家药品监督管理局"),
    ("上海人工智能实验室", "上海人工智能实验室"),
    ("上海证券交易所", "上海证券交易所"),
    ("西门子（中国）有限公司", "西门子（中国）有限公司"),
    ("成都产业投资集团有限公司", "成都产业投资集团有限公司"),
    ("与湖光软件股份有限公司签约", "湖光软件股份有限公司"),
    ("由湖光智能科技集团有限公司承建", "湖光智能科技集团有限公司"),
    ("中国电子系统技术有限公司", "中国电子系统技术有限公司"),
    ("北京首钢（集团）有限责任公司", "北京首钢（集团）有限责任公司"),
    ("浙江联通和宁波移动", "浙江联通 宁波移动"),
    ("宁波海关、杭州海关", "宁波海关 杭州海关"),
    ("省证监局", "省证监局"),
    ("京东方科技集团股份有限公司", "京东方科技集团股份有限公司"),
    ("中铁十一局集团有限公司", "中铁十一局集团有限公司"),
    ("浪潮软件集团有限公司", "浪潮软件集团有限公司"),
    ("中国联通上海分公司", "中国联通上海分公司"),
    ("博世（中国）投资有限公司", "博世（中国）投资有限公司"),
    ("灵隐街道办事处", "灵隐街道办事处"),
    ("市中级法院", "市中级法院"),
    ("省药品监督管理局", "省药品监督管理局"),
    ("国家金融监督管理总局", "国家金融监督管理总局"),
    # none of these is a body, or none with a name
    ("指挥中心大屏", ""),
    ("建材市场和人才市场", ""),
    ("各部门、各单位、有关单位", ""),
    ("各街道办事处", ""),
    ("会展中心、体育中心", ""),
    ("国有企业集团", ""),
    ("连锁酒店集团", ""),
    ("行业主管部门负责", ""),
    ("基层派出所和司法所", ""),
    ("委员会制度，委员们", ""),
    ("全委会通过了决定", ""),
    ("创办企业，主办单位", ""),
    ("市民中心的大厅", ""),
    ("建设一流大学", ""),
    ("建成市民服务中心", ""),
    ("举办会议，承办比赛", ""),
    ("格局与结局，全国布局", ""),
    ("体育中心和会展中心", ""),
    ("省市县三级政府", ""),
    ("市长办公会研究", ""),
    ("委托第三方机构", ""),
    ("政务服务一网通办", ""),
    ("办理时限压缩", ""),
    ("在社区设立办事窗口", ""),
    ("高校院所与科技型企业", ""),
    ("双方组成工作专班", ""),
    ("首席数据官制度", ""),
    ("街道社区干部", ""),
    ("各镇街、各部门", ""),
    ("大局意识，格局打开", ""),
    ("主要负责人带队", ""),
    ("委办局数据归集", ""),
    ("展示中心向公众开放", ""),
    ("开展试点的城市政府", ""),
    # firms by what they make, by a list, by a stage of their works
    ("推动宁湖药业、川平铜业扩产", "宁湖药业 川平铜业"),
    ("引进欣博科技、惠睿电子等项目", "欣博科技 惠睿电子"),
    ("支持华为、凯瑞达和博欣源等企业", "华为 凯瑞达 博欣源"),
    ("发展海洋生物、新能源汽车等产业", ""),
    ("支持中小微、专精特新等企业", ""),
    ("华为产业园落户", ""),
    ("伊利智慧健康谷开园", ""),
    ("市新闻传媒中心（传媒集团）揭牌", "市新闻传媒中心（传媒集团）"),
    ("国际电信联盟（ITU）发布指数", "国际电信联盟 ITU"),
    ("中建三局与中铁四局", "中建三局 中铁四局"),
    # firms whose works a list of projects names, but not by roads and parks
    ("推进凌岳叉车二期、沣泰铝箔等项目", "凌岳 沣泰"),
    ("加快凌岳12万吨玻璃纤维、珏源新材料等项目建设", "凌岳 珏源新材料"),
    ("加快荟景高速、凌岳大桥、凌岳水库等项目建设", ""),
    ("推进凌岳产业园、凌岳景区等项目", ""),
    ("等项目化管理", ""),
    ("重点支持凌岳、沣泰机械等骨干企业", "凌岳 沣泰机械"),
    ("全市凌岳食品等6家企业入选", "凌岳食品"),
    ("凌岳科技新能源客车下线", "凌岳科技"),
    ("引进科技人才和科技企业", ""),
    ("支持先进封测、终端制造等领域的企业", ""),
    ("世界500强、中国500强等企业", ""),
    ("京东（宁波）物流园投用", ""),
    ("万科松湖度假区开业", ""),
    ("北大湖滑雪场", ""),
    # groups by their matter, institutes by what they study
    ("新组建水务集团、人才集团", "水务集团 人才集团"),
    ("全国旅游集团齐聚", ""),
    ("发挥海洋经济研究院作用", "海洋经济研究院"),
    ("组建渔业技术及装备研究院", "渔业技术及装备研究院"),
    ("建设未来产业研究院", ""),
    ("中国科学院杭州医学所落户", "中国科学院杭州医学所"),
    ("国家机器人技术创新中心揭牌", "国家机器人技术创新中心"),
    ("争创国家制造业创新中心", ""),
    ("市知识产权保护中心与杭州国际仲裁院", "市知识产权保护中心 杭州国际仲裁院"),
    ("扩建江口高中", "江口高中"),
    ("普通高中和特色高中", ""),
    # institutes by a term, schools by their number, and kinds of these
    ("共建智慧城市研究院", "智慧城市研究院"),
    ("市一中与蚌埠三中", "市一中 蚌埠三中"),
    ("新增省重点实验室和企业研究院", ""),
    ("知行合一中求进步", ""),
    ("公办幼儿园和寄宿制学校", ""),
]


@pytest.fixture(scope="module")
def tagged(tokenizers):
    """Return a function that tags texts."""

    def tag(*texts):
        passages = pd.DataFrame({"passage_id": [f"a#{n}" for n in range(1, len(texts) + 1)], "text": texts}, dtype=str)
        return institutions.tag(passages, words.tokenize(passages, tokenizer=tokenizers("rjieba")))

    return tag


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_names(tagged, text, expected):
    """Named bodies are found whole; facilities, places, persons and kinds of bodies are not."""
    assert tagged(text)["text"].tolist() == expected


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_kinds_of_names(tagged, text, expected):
    """Names of every kind are found whole, with all that they belong to; what only looks like one is not."""
    assert tagged(text)["text"].tolist() == expected.split()


@pytest.mark.parametrize("texts", [(), ("",), ("没有机构。",)])
def test_nothing_to_find(tagged, texts):
    """Without passages, text or names the table is empty and has its columns, of their types."""
    found = tagged(*texts)
    assert len(found) == 0
    assert found.dtypes.astype(str).to_dict() == tagged("华为").dtypes.astype(str).to_dict()


def test_columns(tagged):
    """A row says where a name stands, passage by passage, in the order of the text."""
    assert tagged("百度和华为", "、腾讯").to_numpy().tolist() == [
        ["a#1", 0, 2, "institution", "百度"],
        ["a#1", 3, 5, "institution", "华为"],
        ["a#2", 1, 3, "institution", "腾讯"],
    ]


def test_every_known_name_is_found(tagged):
    """Each name of the lexicon is found, where nothing else stands."""
    names = files.table("data/lexicon/institutions.csv")["name"]
    assert tagged(*names)["text"].tolist() == names.tolist()


def test_records_named_as_sources(passages):
    """A name stands in the records that its row names, and these are of cities to develop on."""
    splits = files.table("data/splits.csv").query("collection == 'records' and role == 'develop'")
    texts = passages[passages["city"].isin(splits["city"])].groupby("doc_id")["text"].agg("\n".join)
    named = (
        files.table("data/lexicon/institutions.csv")
        .assign(record=lambda table: table["source"].str.split(";"))
        .explode("record")
    )
    named = named[named["record"] != "general"]
    assert [(row.name, row.record) for row in named.itertuples(index=False) if row.name not in texts[row.record]] == []


def test_words_play_one_role():
    """No word both begins an office's name and only goes on with one, and all are composed Unicode."""
    table = files.table("data/lexicon/institution_words.csv")
    offices = table[table["role"].isin(["field", "general"])]
    assert offices["word"].is_unique
    assert table["word"].map(files.is_nfc).all()


def test_tags_of_records(passages, tokens):
    """Names in the records are stretches of their passages in order, and none overlaps another."""
    found = institutions.tag(passages, tokens)
    assert found.columns.tolist() == ["passage_id", "start", "end", "kind", "text"]
    assert set(found["kind"]) == {"institution"}
    texts = passages.set_index("passage_id")["text"]
    assert [texts[row.passage_id][row.start : row.end] for row in found.itertuples()] == found["text"].tolist()
    following = found["passage_id"].eq(found["passage_id"].shift())
    assert (found["start"] >= found["end"].shift())[following].all()
    assert found["passage_id"].drop_duplicates().tolist() == [
        passage for passage in passages["passage_id"] if passage in set(found["passage_id"])
    ]


PIECES = st.sampled_from(
    (
        *("省市区县局厅委办部和与、，。（）()由第一的 \n𠮷"),
        *(
            "管委会",
            "政府",
            "公司",
            "领导小组",
            "大学",
            "医院",
            "中心",
            "研究院",
            "宁波",
            "华为",
            "IBM",
            "移动",
            "联通",
        ),
        *("大数据", "管理", "服务", "建设", "信息化", "数字", "国家", "中国", "人民"),
    )
)


@settings(max_examples=150)
@given(st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join))
def test_any_text(tagged, text):
    """Whatever the text, names are stretches of it, in order and apart."""
    found = tagged(text)
    assert [text[start:end] for start, end in zip(found["start"], found["end"], strict=True)] == found["text"].tolist()
    assert (found["start"].iloc[1:].to_numpy() >= found["end"].iloc[:-1].to_numpy()).all()
    assert (found["start"] < found["end"]).all()


POS = st.sampled_from(["n", "x", "ns", "nt", "v"])


@settings(max_examples=100)
@given(st.lists(PIECES, max_size=15), st.lists(st.tuples(st.integers(1, 4), POS), max_size=20))
def test_any_tokens(pieces, cuts):
    """Whatever the tokens, and where there are none, nothing is raised."""
    text, tokens, start = "".join(pieces), [], 0
    for size, pos in cuts:
        end = min(len(text), start + size)
        if end > start:
            tokens.append(("a#1", start, end, text[start:end], pos))
        start = end
    columns = ["passage_id", "start", "end", "word", "pos"]
    passages = pd.DataFrame({"passage_id": ["a#1"], "text": [text]})
    found = institutions.tag(passages, pd.DataFrame(tokens, columns=columns))
    assert found["text"].map(text.__contains__).all()


@pytest.mark.parametrize("unit", ["大数据", "宁波市", "华为公司", "网信办", "市委", "省委省政府", "大数据管理局"])
def test_names_are_bounded(tagged, unit):
    """In a long run of what names are made of, each head looks back over a bounded stretch."""
    lengths = tagged(unit * 2000 + "，市财政局")["text"].str.len()
    assert 2 <= lengths.max() <= 2 * institutions.LONGEST
