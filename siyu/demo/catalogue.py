"""What the invented brand sells, where it sells and who works there.

Prices are invented; no brand, shop or person here exists.
"""

from dataclasses import dataclass

BRAND = "思屿演示"
SHOP = "思屿演示旗舰店"
MERCHANT = "1900000109"
APP_ID = "wx0123456789abcdef"
UNBOUND_APP_ID = "wx0fedcba987654321"
OFFICIAL_ACCOUNT = "gh_0123456789ab"

PLATFORMS = (
    "taobao",
    "jd",
    "douyin",
    "kuaishou",
    "xiaohongshu",
    "pdd",
    "youzan",
    "wechat",
    "pospal",
)
TAOBAO, JD, DOUYIN, KUAISHOU, XIAOHONGSHU, PDD, YOUZAN, WECHAT, POSPAL = range(len(PLATFORMS))


@dataclass(frozen=True)
class Product:
    """One article.

    Attributes:
        sku: Article code.
        title: Name in shops.
        size: Words for the size.
        price_fen: Shelf price.
        cost_fen: What one piece costs the brand.
        is_baby: Bought for a baby.
        refill_days: Days until one piece is used up.
    """

    sku: str
    title: str
    size: str
    price_fen: int
    cost_fen: int
    is_baby: bool
    refill_days: int


PRODUCTS = (
    Product("CREAM-50", "舒缓面霜", "50g", 19900, 6800, False, 60),
    Product("SUN-30", "清透防晒霜", "30ml", 9900, 3100, False, 45),
    Product("WASH-100", "氨基酸洁面乳", "100g", 7900, 2300, False, 60),
    Product("MASK-5", "补水面膜", "5片", 5900, 1700, False, 20),
    Product("SERUM-30", "修护精华液", "30ml", 26900, 8200, False, 60),
    Product("TONER-200", "保湿爽肤水", "200ml", 12900, 3600, False, 60),
    Product("BALM-80", "温和卸妆膏", "80g", 8900, 2900, False, 70),
    Product("EYE-15", "紧致眼霜", "15g", 22900, 7100, False, 75),
    Product("LIP-3", "润色唇膏", "3.5g", 6900, 1900, False, 90),
    Product("HAND-60", "护手霜", "60g", 3900, 1100, False, 40),
    Product("SET-GIFT", "焕亮礼盒", "大", 129900, 51000, False, 120),
    Product("BODY-300", "身体乳", "300ml", 8900, 2600, False, 60),
    Product("BB-LOTION", "婴儿润肤乳", "200ml", 9900, 3300, True, 40),
    Product("BB-DIAPER-S", "纸尿裤 S码", "72片", 11900, 6900, True, 14),
    Product("BB-DIAPER-M", "纸尿裤 M码", "64片", 12900, 7400, True, 14),
    Product("BB-DIAPER-L", "纸尿裤 L码", "54片", 13900, 8100, True, 14),
    Product("BB-WIPE-80", "婴儿湿巾", "80抽×5包", 4900, 2500, True, 20),
    Product("BB-BATH", "儿童沐浴露", "300ml", 6900, 2200, True, 45),
    Product("BB-BOTTOM", "护臀膏", "50g", 5900, 1800, True, 45),
    Product("BB-FACE", "宝宝面霜", "40g", 8900, 2700, True, 60),
    Product("BB-BOTTLE", "奶瓶清洗剂", "500ml", 3900, 1500, True, 40),
    Product("BB-TOWEL", "棉柔巾", "100抽×6包", 5500, 2700, True, 30),
    Product("BB-SUN", "儿童防晒乳", "50ml", 10900, 3400, True, 60),
    Product("BB-GIFT", "新生儿礼盒", "五件套", 39900, 17200, True, 150),
)

STORES = ("杭州演示一店", "杭州演示二店", "上海演示店", "成都演示店", "广州演示店", "武汉演示店")

# province as marketplaces write it, province short, city, district, weight
PLACES = (
    ("浙江省", "浙江", "杭州市", "西湖区", 9),
    ("浙江省", "浙江", "宁波市", "鄞州区", 4),
    ("浙江省", "浙江", "温州市", "鹿城区", 3),
    ("上海市", "上海", "上海市", "浦东新区", 9),
    ("上海市", "上海", "上海市", "闵行区", 5),
    ("北京市", "北京", "北京市", "朝阳区", 7),
    ("北京市", "北京", "北京市", "海淀区", 5),
    ("广东省", "广东", "广州市", "海珠区", 7),
    ("广东省", "广东", "深圳市", "南山区", 8),
    ("广东省", "广东", "佛山市", "南海区", 3),
    ("广东省", "广东", "东莞市", "南城街道", 3),
    ("江苏省", "江苏", "南京市", "鼓楼区", 5),
    ("江苏省", "江苏", "苏州市", "吴中区", 5),
    ("江苏省", "江苏", "无锡市", "滨湖区", 3),
    ("四川省", "四川", "成都市", "武侯区", 7),
    ("重庆市", "重庆", "重庆市", "渝北区", 5),
    ("湖北省", "湖北", "武汉市", "洪山区", 5),
    ("湖南省", "湖南", "长沙市", "岳麓区", 4),
    ("河南省", "河南", "郑州市", "金水区", 4),
    ("河南省", "河南", "", "济源市", 1),
    ("山东省", "山东", "青岛市", "市南区", 3),
    ("山东省", "山东", "济南市", "历下区", 3),
    ("陕西省", "陕西", "西安市", "雁塔区", 4),
    ("福建省", "福建", "厦门市", "思明区", 3),
    ("福建省", "福建", "福州市", "台江区", 2),
    ("安徽省", "安徽", "合肥市", "蜀山区", 3),
    ("江西省", "江西", "南昌市", "红谷滩区", 2),
    ("辽宁省", "辽宁", "沈阳市", "和平区", 2),
    ("辽宁省", "辽宁", "大连市", "沙河口区", 2),
    ("黑龙江省", "黑龙江", "哈尔滨市", "南岗区", 2),
    ("云南省", "云南", "昆明市", "五华区", 2),
    ("广西壮族自治区", "广西", "南宁市", "青秀区", 2),
    ("新疆维吾尔自治区", "新疆", "乌鲁木齐市", "天山区", 1),
    ("海南省", "海南", "海口市", "龙华区", 1),
)
ROADS = (
    "演示路", "样例街", "青禾大道", "云溪路", "星河街", "望月路", "百果巷", "长汀大道", "松间路",
    "白鹭街", "银杏大道", "听雨巷", "橘洲路", "朝露街", "南风大道", "小满路", "稻香街", "杏林巷",
)  # fmt: skip
