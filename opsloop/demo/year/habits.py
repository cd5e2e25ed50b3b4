"""How often which SOP begins, by whom, and what is usually said in it. Invented; only the ways are the standard's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from opsloop.demo.year.answers import (
    MARK,
    Asked,
    Maker,
    ahead,
    constant,
    holder,
    money,
    number,
    one_of,
    share,
    some,
)

HEADS = ("store-manager", "buyer", "quality-head", "customer-service-head", "department-head", "operations-manager")
PRODUCTS = ("冷冻速食", "鲜奶", "叶菜", "烘焙面包", "即食沙拉", "冰淇淋", "宠物粮", "纸品", "咖啡", "啤酒", "牛排")


@dataclass(frozen=True, slots=True)
class Habit:
    """One SOP. a_day: beginnings on an ordinary day; all_week: also at weekends; weekdays: only on these.

    hurry: the middle share of a limit that work takes; agrees: how often approvers say yes.
    """

    a_day: float
    by: Mapping[str, float]
    all_week: bool = False
    weekdays: tuple[int, ...] = ()
    hurry: float = 0.4
    agrees: float = 0.88
    answers: Mapping[str, Maker] = field(default_factory=dict)


LATE = 0.025
"""Of what people say to us: entered so late that a reason is asked for."""


def earlier(asked: Asked) -> object:
    """When the customer said it first: mostly minutes before, now and then an hour or more, and of some so long that it
    is a late entry (补录) with its reason."""
    chance = asked.rng.random()
    low, high = (150, 900) if chance < LATE else (40, 115) if chance < LATE + 0.04 else (1, 9)
    return asked.now - timedelta(minutes=asked.rng.randint(low, high))


def customer(asked: Asked) -> str:
    """A third of the complaints come from a tenth of the customers."""
    return f"H{asked.rng.randint(1, 60) if asked.rng.random() < 0.35 else asked.rng.randint(61, 2400):05d}"


def week(asked: Asked) -> str:
    last = asked.now.date() - timedelta(days=asked.now.weekday() + 7)
    return f"{last:%Y-%m-%d} 至 {last + timedelta(days=6):%m-%d}"


def cash(asked: Asked) -> Decimal:
    """Within what was asked for; mostly a small sum."""
    asks = asked.number("claimed")
    return (asks * Decimal(asked.rng.choice(("0", "0.2", "0.5", "0.8", "1")))).quantize(Decimal(1))


def answer(asked: Asked) -> str:
    return asked.rng.choices(["接受", "不接受", "改变诉求", "无法联系"], [0.84, 0.08, 0.05, 0.03])[0]


def score(asked: Asked) -> Decimal:
    return Decimal(asked.rng.choices([1, 2, 3, 4, 5], [0.03, 0.05, 0.17, 0.4, 0.35])[0])


def ends_after(asked: Asked) -> date:
    """After the start that was said, or a week from now."""
    return (asked.now + timedelta(days=asked.rng.randint(12, 26))).date()


NAMES = one_of(
    "王女士", "李先生", "张女士", "陈先生", "刘女士", "杨先生", "赵女士", "周先生", "吴女士", "孙先生"
)  # fmt: skip


def about(*ends: str) -> Maker:
    """A product and what is done with it."""
    return lambda asked: f"{asked.rng.choice(PRODUCTS)}{asked.rng.choice(ends)}"


PLACES = ("收银排队", "价签核对", "退货登记", "补货时间", "会员注册", "早会", "夜间到货", "海报更换")
FAULTS = ("太慢", "容易出错", "可以省一步", "没有人管")


def seen(asked: Asked) -> str:
    return f"{asked.rng.choice(PLACES)}{asked.rng.choice(FAULTS)}"


def counted(asked: Asked) -> str:
    often, minutes = asked.rng.randint(3, 19), asked.rng.randint(2, 15)
    return f"{MARK}近两周见到 {often} 次，每次多用 {minutes} 分钟。"


COMPLAINT = Habit(
    1.0, {"customer-service-agent": 7, "store-manager": 2, "operations-specialist": 1}, all_week=True, hurry=0.3,
    answers={
        "channel": some(电话=4, 门店=3, 在线客服=4, 电商平台=2, 其他=0.4), "happened_at": earlier,
        "customer_no": customer, "customer": NAMES, "store": one_of("367", "367", "343", "381", "429", "361"),
        "claim": some(退货退款=4, 换货=2, 赔偿=2, 道歉=1, 整改=0.4), "claimed": money(75, 1.0, 9000, 5),
        "words": one_of("“刚买的东西第二天就坏了。”", "“价签和收银不一样，差了好几块。”",
        "“排了半小时队，态度还不好。”",
                        "“说好今天送到，现在还没有。”", "“包装破了，里面漏了。”"),
        "product": one_of(*PRODUCTS), "duplicates": some(没有旧单=8, 有旧单但事由不同=2),
        "injury": share(0.01), "batch_suspected": share(0.01), "exposure": share(0.004), "group": share(0.002),
        "privacy": share(0.002), "repeat_30d": share(0.06), "platform": share(0.05), "asks_head": share(0.05),
        "responsible": some(门店=5, 采购=2, 仓配=2, 客服=1, 质量=1), "responsible_head": holder(*HEADS[:4]),
        "handler": holder("customer-service-agent"), "accused": constant(None),
        "truth": some(属实=6, 部分属实=2, 不属实=1, 无法核实=1), "refund": money(40, 0.8, 2000, 5), "cash": cash,
        "coupon": lambda asked: Decimal(asked.rng.choice((0, 0, 0, 20, 50))), "damages": constant(Decimal(0)),
        "customer_30d": constant(Decimal(0)), "agent_today": constant(Decimal(0)), "goods_due": share(0.25),
        "legal_basis": some(**{"约定退换": 5, "无法定义务的善意补偿": 4, "七日无理由（消法25条）": 1}),
        "answer": answer, "paid": lambda asked: asked.number("refund") + asked.number("cash"),
        "cause": some(商品质量=4, 价格标签=2, 效期=1, 服务态度=2, 配送=2, 缺货=1, 系统=0.5),
        "failed_step": one_of("收货验收 · 抽检", "换价 · 核签", "收银 · 复核", "配送 · 交接", "无规定"),
        "same_cause_7d": number(1, 3), "objects": share(0.12), "solved": share(0.93), "score": score,
        "fix_no": lambda asked: f"GJ-{asked.rng.randint(1000, 9999)}", "fix_due": ahead(5, 10),
    },
)  # fmt: skip

ENQUIRY = Habit(
    4.0, {"customer-service-agent": 8, "store-manager": 1, "content-editor": 0.5}, all_week=True, hurry=0.26,
    answers={
        "channel": some(电话=3, 在线客服=6, 门店=2, 公众号=2, 电商平台=2, 短视频评论=0.5), "asked_at": earlier,
        "customer": NAMES, "contact": lambda asked: f"199{asked.rng.randint(0, 99999999):08d}",
        "question": one_of("会员券怎么叠加使用？", "周末几点关门？", "发票怎么开？", "活动到哪天结束？",
        "可以送到小区门口吗？",
                           "这款有没有低糖的？", "积分什么时候到账？", "买错了可以换吗？"),
        "topic": some(商品=3, 价格与活动=4, 订单与配送=3, 退换规则=2, 会员与积分=3, 发票=1, 门店与营业=1),
        "is_complaint": share(0.025), "sure": share(0.8), "expert": holder("buyer", "finance-head",
        "operations-specialist"),
        "answer": one_of("按现行规定可以，具体办法已发给您。", "到本月底为止，门店和线上一样。",
        "收银台凭小票即可，当日有效。"),
        "source": one_of("会员章程 3.2", "活动方案", "退换货规定", "门店公告"),
        "solved": some(已解决=8, 客户未再回复=2, 未解决=0.5), "lead": share(0.08), "missing": share(0.07),
    },
)  # fmt: skip

ALERT = Habit(
    0.55, {"operations-manager": 3, "data-analyst": 4, "store-manager": 2}, hurry=0.3,
    answers={
        "metric": one_of("销售额", "客单价", "毛利率", "缺货率", "退货率", "券核销率", "客流"), "found_at": earlier,
        "seen": one_of("【模拟】低于常态值 12%，集中在周末。", "【模拟】连续三天偏离，两家门店。",
        "【模拟】当日突降，之后没有恢复。"),
        "severity": some(预警=8, 严重=2), "spreading": share(0.08), "alert_no": constant(""),
        "taken_by": holder("operations-specialist", "operations-specialist", "data-analyst"),
        "data_state": some(数据无误=7, 数据迟到或缺失=2, 数据错误=1),
        "reason": some(活动影响=3, 节假日或天气=2, 缺货或到货=3, 价格或促销配置=1, 门店运营=1, 待核实=2),
        "decision": some(立即措施=5, 立改进项=1, 调整规则=1.5, 不处理=2.5),
        "action_owner": holder("operations-specialist", "store-manager", "buyer"), "action_due": ahead(2, 6),
        "back": some(已恢复=6, 部分恢复=3, 未恢复=1), "verdict": some(真实且有用=6, 真实但不需要行动=2, 误报=2),
    },
)  # fmt: skip

CONTENT = Habit(
    0.75, {"content-editor": 7, "operations-specialist": 3}, hurry=0.3, agrees=0.8,
    answers={
        "topic": about("怎么选", "上新", "一周食谱", "会员价", "保存办法"),
        "planned_on": ahead(3, 9), "column": some(商品=4, 活动=3, 会员=2, 食谱与生活=3, 门店=1),
        "audience": one_of("会员户，想让他们周末来店。", "新客户，想让他们领券注册。", "常客，想让他们试新品。"),
        "health_or_ad": share(0.1), "uses_portrait": share(0.05), "big_spend": share(0.04),
        "wrong": some(没有问题=17, 文字或图片错误=2, 价格或规则错误=0.6), "verdict": some(保留=6, 修改=3, 停止=1),
        "reads_7d": number(180, 9000), "shares_7d": number(3, 400), "orders_7d": number(0, 90),
        "keep_until": ahead(5, 24),
        "link": lambda asked: f"https://example.invalid/p/{asked.rng.randint(10000, 99999)}",
    },
)  # fmt: skip

CAMPAIGN = Habit(
    0.16, {"operations-specialist": 8, "operations-manager": 1, "store-manager": 1}, hurry=0.3, agrees=0.78,
    answers={
        "theme": about("满减周", "会员日", "老带新", "唤回券", "试吃"),
        "kind": some(促销=5, 会员=2, 转介绍=1, 挽回=1, 线下=1), "goal_metric": one_of("周客单价", "28 天复购率",
        "品类销售额"),
        "goal_from": number(40, 60), "goal_to": number(61, 80), "starts_on": ahead(9, 16),
        "ends_on": lambda asked: (asked.now + timedelta(days=asked.rng.randint(18, 32))).date(),
        "budget": money(16000, 0.9, 220000, 500), "big_day": share(0.1), "holdout": number(5, 20),
        "discount_percent": number(5, 15), "stopped": share(0.06),
        "verdict": some(有效=5, 无明显差异=3, 无效=0.8, 证据不足=1),
        "cost": money(12000, 0.6, 200000, 100), "redeemed_cost": money(7000, 0.6, 100000, 100),
    },
)  # fmt: skip

WEEKLY = Habit(
    1.0, {"data-analyst": 1}, weekdays=(0,), hurry=0.36, agrees=0.82,
    answers={
        "week": week, "arrived": some(**{"应到 7 实到 7": 9, "应到 7 实到 6": 1}),
        "reconciled": lambda asked: Decimal(asked.rng.choice(("0.08", "0.12", "0.21", "0.33", "0.62"))),
        "doubtful": constant("无"), "asks": constant("无"), "has_orders": share(0.45),
        "remarks": one_of("同意。冷冻缺货一项下周例会说清。", "第二条建议先在一家门店试。", "同意，按日期落实。"),
    },
)  # fmt: skip

COLLABORATION = Habit(
    0.42, {"operations-specialist": 4, "data-analyst": 2, "content-editor": 2, "store-manager": 2, "buyer": 1},
    hurry=0.38,
    answers={
        "topic": one_of("十店陈列照片", "新品资料", "券核销明细", "门店排班表", "供应商资质", "活动海报上墙"),
        "why": one_of("下周活动要用。", "客户反复问到。", "对数差异要查。"),
        "to_department": some(门店=4, 采购=3, 客服=2, 内容=2, 财务=1, 信息=1),
        "to_head": holder(*HEADS), "needed_on": ahead(6, 18), "urgent": share(0.15),
        "accept_by": one_of("十店照片各三张，日期可见。", "表格一份，列齐，周一前。"),
        "reply": some(接受=7, 协商=2.2, 谢绝=0.8), "agreed": share(0.85), "promised_on": ahead(4, 12),
        "worker": holder("store-manager", "buyer", "content-editor", "operations-specialist", "data-analyst"),
        "accepted": share(0.9), "score": score,
    },
)  # fmt: skip

SUGGESTION = Habit(
    0.4, {"customer-service-agent": 3, "store-manager": 3, "operations-specialist": 3, "content-editor": 1,
    "buyer": 1},
    hurry=0.36, agrees=0.85,
    answers={
        "topic": seen, "problem": counted,
        "origin": some(员工建议=6, 客户意见=2, 投诉=1, 活动或项目复盘=1),
        "same": some(没有=8, **{"有，但范围不同": 2}),
        "finding_no": lambda asked: f"GJ-{asked.rng.randint(1000, 9999)}",
        "size": some(本岗位可改=5, 一个部门=3, 跨部门=2), "triage": some(值得研究=6, 立即可做=2, 不采纳=3),
        "solver": holder("operations-specialist", "store-manager", "content-editor"),
        "cost": money(1500, 1.1, 60000, 100),
        "check_on": ahead(18, 45), "changes_sop": share(0.12),
        "effect": some(有效=5, 无明显差异=3, 变差=0.5, 尚不能判断=2),
    },
)  # fmt: skip

REVISION = Habit(0, {}, answers={
    "kind": some(错字或表述=2, 步骤或要求=6), "urgent": share(0.05), "file": one_of("投诉处理", "换价", "收货验收",
    "早会"),
    "check_result": some(没有问题=8, 有问题已改=2), "own_post": share(0.1), "effective": ahead(5, 10),
})  # fmt: skip
EMERGENCY = Habit(0, {}, answers={"commander": holder("store-manager", "operations-manager")})

HABITS: dict[str, Habit] = {
    "complaint": COMPLAINT, "customer-enquiry": ENQUIRY, "campaign": CAMPAIGN, "content-publishing": CONTENT,
    "weekly-report": WEEKLY, "alert-handling": ALERT, "collaboration": COLLABORATION,
    "improvement-suggestion": SUGGESTION,
}  # fmt: skip
"""The eight SOPs of which a year is simulated."""
CALLED = {"sop-revision": REVISION, "emergency": EMERGENCY}
"""What they call; begun by them only."""

SEASON = (0.95, 0.9, 0.95, 1.0, 1.0, 1.05, 1.05, 1.0, 1.05, 1.1, 1.25, 1.3)
"""Load by month: the end of the year is busy."""
WEEKDAY = (1.15, 1.0, 0.95, 1.0, 1.1, 1.05, 0.8)
"""Load by day of the week."""


def habit_of(sop: str) -> Habit:
    """What is usual in an SOP; nothing special where it is none of these."""
    return HABITS.get(sop) or CALLED.get(sop) or Habit(0, {})


def expected(habit: Habit, day: date) -> float:
    """How many begin on a day, on average."""
    if habit.weekdays:
        return habit.a_day if day.weekday() in habit.weekdays else 0
    if day.weekday() > 4 and not habit.all_week:
        return 0
    return habit.a_day * SEASON[day.month - 1] * WEEKDAY[day.weekday()]
