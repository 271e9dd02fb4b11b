"""Chinese surnames and the words around names: how a real name is told from other words."""

# the most common single surnames, which more than nine people in ten bear
SINGLE = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭"
    "陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施洪辛柯"
    "庄温牛樊葛邢安齐倪季颜殷章鲁左申岳耿关焦柳欧祝纪尤涂卞聂翟凌俞柴甘费麦路骆项梅盛童颖游阮卓窦岑包霍苗成詹裴"
    "翁谷盖褚娄全佟车宁冉候尚饶舒缪桂臧符靳解应宗鲍华喻刁古房辜卫管舍屈隋池浦牟敖谈芦邬滕仇褟蔺宫"
)
COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "夏侯",
    "司徒",
    "东方",
    "南宫",
    "端木",
    "长孙",
    "宇文",
    "轩辕",
    "百里",
    "呼延",
    "西门",
    "独孤",
    "闻人",
    "澹台",
    "公冶",
)
# words a member remark holds that look like a surname and a given name
NO_NAME_PARTS = "卡会员客皮肌单群费级店友粉号购货敏感油干混"
WOMEN = ("女士", "小姐", "太太", "阿姨", "姐姐", "姐", "美女", "宝妈")
MEN = ("先生", "叔叔", "哥哥", "哥", "帅哥", "宝爸")
UNTITLED = ("老师", "同学", "总", "医生", "老板", "经理", "亲", "收")
# people named after somebody else, mostly a child
RELATIVES = (
    "妈妈",
    "爸爸",
    "妈",
    "爸",
    "麻麻",
    "奶奶",
    "爷爷",
    "外婆",
    "外公",
    "姥姥",
    "姥爷",
    "家长",
)
# what staff write before a name
CALLINGS = ("宝妈", "宝爸", "孕妈", "准妈妈", "二胎妈妈")
# what platforms and forms write when nobody gave a name, and who receives for many
NO_NAMES = (
    "微信用户",
    "匿名用户",
    "匿名",
    "用户",
    "先生",
    "女士",
    "未知",
    "没有",
    "保密",
    "收货人",
    "收件人",
    "联系人",
    "本人",
    "代收",
    "亲",
    "顾客",
    "客户",
    "会员",
    "散客",
    "游客",
    "宝妈",
    "宝爸",
    "测试.*",
    "test.*",
    "null",
    "none",
    "undefined",
    "n/?a",
    "无",
    "默认",
    r"(?:微信|手机)?用户_?\w*",
    ".*(?:驿站|快递柜|自提柜|自提点|丰巢|代收点|门卫|保安|前台)",
)
