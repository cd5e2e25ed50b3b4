"""Words that headings are made of: to ids, and to what they say of a column. Plain lists, no pinyin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping

WORDS: Mapping[str, str] = {
    "营业日期": "business_day", "统计日期": "day_of", "业务日期": "business_day", "销售日期": "sold_on",
    "日期": "day", "时间": "time", "年月": "month", "月份": "month", "年份": "year", "年度": "year",
    "季度": "quarter", "周次": "week", "星期": "weekday", "小时": "hour", "月": "month", "年": "year", "周": "week",
    "日": "day", "订单": "order", "子订单": "sub_order", "单据": "document", "流水": "ticket", "小票": "ticket",
    "合同": "contract", "发票": "invoice", "入库": "received", "出库": "issued", "退货": "returned",
    "退款": "refund", "采购": "purchase", "编号": "id", "单号": "id", "号码": "number", "流水号": "ticket_id",
    "编码": "code", "代码": "code", "条码": "barcode", "序号": "number", "号": "number", "id": "id", "sku": "sku",
    "spu": "spu", "商品": "product", "货品": "product", "产品": "product", "宝贝": "product", "物料": "material",
    "品牌": "brand", "类目": "category", "分类": "category", "品类": "category", "规格": "spec", "型号": "model",
    "单位": "unit", "门店": "store", "店铺": "shop", "分店": "store", "仓库": "warehouse", "库存": "stock",
    "供应商": "supplier", "部门": "department", "岗位": "position", "区域": "region", "地区": "region",
    "城市": "city", "省份": "province", "省": "province", "市": "city", "区": "district", "渠道": "channel",
    "平台": "platform", "活动": "campaign", "客户": "customer", "会员": "member", "顾客": "customer",
    "买家": "buyer", "用户": "user", "员工": "employee", "收银员": "cashier", "导购": "clerk",
    "店长": "store_manager", "负责人": "responsible", "经办人": "clerk", "收货人": "receiver", "收件人": "receiver",
    "联系人": "contact", "姓名": "name", "名称": "name", "昵称": "nickname", "手机": "mobile", "手机号": "mobile",
    "电话": "phone", "邮箱": "email", "地址": "address", "微信": "wechat", "身份证": "identity_card",
    "性别": "gender", "年龄": "age", "生日": "birthday", "金额": "amount", "单价": "unit_price", "价格": "price",
    "原价": "list_price", "售价": "price", "成本": "cost", "费用": "fee", "运费": "freight", "税额": "tax",
    "税率": "tax_rate", "折扣": "discount", "优惠": "discount", "收入": "income", "支出": "expense",
    "利润": "profit", "毛利": "margin", "毛利率": "margin_rate", "余额": "balance", "工资": "pay", "薪资": "pay",
    "奖金": "bonus", "提成": "commission", "预算": "budget", "目标": "target", "实收": "received",
    "应收": "receivable", "实付": "paid", "应付": "payable", "支付": "paid", "付款": "paid", "得分": "score",
    "评分": "rating", "排名": "rank", "数量": "quantity", "件数": "pieces", "单数": "orders", "人数": "people",
    "次数": "times", "笔数": "transactions", "客数": "customers", "访客数": "visitors", "浏览量": "page_views",
    "点击": "clicks", "曝光": "impressions", "销量": "units_sold", "销售额": "sales", "销售": "sales",
    "营业额": "sales", "客单价": "average_order", "库存量": "stock", "转化率": "conversion_rate", "率": "rate",
    "占比": "share", "比例": "share", "总": "total", "合计": "total", "状态": "state", "类型": "type",
    "种类": "kind", "方式": "way", "来源": "origin", "等级": "grade", "级别": "level", "原因": "reason",
    "备注": "note", "说明": "note", "描述": "description", "内容": "content", "标题": "title", "创建": "created",
    "下单": "ordered", "完成": "finished", "开始": "began", "结束": "ended", "发货": "shipped", "收货": "received",
    "到货": "arrived", "更新": "updated", "登记": "noted", "审核": "checked", "入职": "joined", "离职": "left",
    "是否": "is", "新": "new", "老": "old", "本期": "current", "上期": "previous", "期初": "opening",
    "期末": "closing", "应": "due", "实": "actual", "台账": "register", "明细": "lines", "日报": "daily",
    "周报": "weekly", "月报": "monthly", "清单": "list", "报表": "report", "盘点": "stocktake",
    "考勤": "attendance", "排班": "roster", "投诉": "complaints", "评价": "reviews", "巡店": "store_visits",
    "损耗": "waste", "汇总": "summary", "记录": "records",
}  # fmt: skip
"""Words of headings and of files' names; the longest that fits is taken."""
FILLING = re.compile(r"[\s()（）\[\]【】:：/_\-—·.、,，的]+|元|（元）|\(元\)|￥|¥|件$")
PERSONAL: tuple[tuple[str, str], ...] = (
    ("contact", r"手机|电话|邮箱|地址|微信|联系方式|qq|phone|mobile|e-?mail|address|wechat"),
    ("identity", r"姓名|身份证|昵称|旺旺|收货人|收件人|联系人|会员号|会员名|护照|客户名|买家会员|full.?name|passport"),
    ("pay", r"工资|薪|奖金|提成|salary|wage|bonus"), ("health", r"病|体检|健康|请假|孕|health|sick|leave"),
)  # fmt: skip
"""Class of personal data -> what a heading says of it."""
MONEY = re.compile(r"金额|单价|价格|售价|原价|成本|费$|费用|运费|货款|税额|收入|支出|利润|毛利$|余额|工资|薪|奖金|提成"
                   r"|预算|实收|应收|实付|应付|营业额|销售额|客单价|优惠|amount|price|cost|fee|sales|revenue|value|pay|disc",
                   re.IGNORECASE)  # fmt: skip
NAMING = re.compile(r"编号|单号|号码|编码|代码|条码|流水号|工号|卡号|帐号|账号|手机|电话|号$|id$|code|sku"
                    r"|\bno\.?$|number|phone|mobile|barcode", re.IGNORECASE)  # fmt: skip
"""Headings of what is written in digits and is no number: nobody adds it up, and a zero in front counts."""
TIMES = re.compile(r"营业日|统计日期|业务日期|销售日期|日期|下单|付款|支付|成交|销售时间|交易|时间|date|day|time"
                   r"|_at$|_on$", re.IGNORECASE)  # fmt: skip


def slug(text: str) -> str:
    """A text's ascii letters and digits as an id, "" when there are too few of them."""
    flat = unicodedata.normalize("NFKC", text).lower()
    if re.search(r"[^\x00-\x7f]", flat):
        return ""
    found = re.sub(r"[^a-z0-9]+", "_", flat).strip("_")
    return found if re.match(r"[a-z]", found) and len(found) > 1 else ""


def spelled(text: str, more: Mapping[str, str]) -> str:
    """An id out of the words that a text is made of, "" unless all of it is known. `more`: further words."""
    left, out = unicodedata.normalize("NFKC", text).lower().strip(), list[str]()
    known = {**WORDS, **{word.lower(): said for word, said in more.items()}}
    longest = max(map(len, known))
    while left:
        if filling := FILLING.match(left):
            left = left[filling.end() :]
            continue
        if ascii_word := re.match(r"[a-z0-9]+", left):
            out.append(ascii_word[0])
            left = left[ascii_word.end() :]
            continue
        size = next((n for n in range(min(longest, len(left)), 0, -1) if slug_of(known.get(left[:n], ""))), 0)
        if not size:
            return ""
        out.append(slug_of(known[left[:size]]))
        left = left[size:]
    found = "_".join(dict.fromkeys(out))
    return found[:40].strip("_") if re.match(r"[a-z]", found) else ""


def slug_of(words: str) -> str:
    """English words as part of an id."""
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def free(wanted: str, taken: Container[str], sign: str = "_") -> str:
    """The id, with a number behind it if it is taken."""
    n, name = 2, wanted
    while name in taken:
        name, n = f"{wanted}{sign}{n}", n + 1
    return name


def personal_class(heading: str) -> str:
    """The class of personal data that a heading speaks of, or ""."""
    return next((kind for kind, words in PERSONAL if re.search(words, heading, re.IGNORECASE)), "")
