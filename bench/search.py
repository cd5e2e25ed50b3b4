"""Search over 50,000 short Chinese texts against a LIKE scan and against a bare page of rows, in the same run.

On PostgreSQL: python tests/postgres.py -- .venv/bin/python -m bench search
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Q

from bench.measure import SMOKE, Figure
from bench.setup import people
from opsloop.base.people.models import Department
from opsloop.base.policy import scopes
from opsloop.base.policy.scopes import scoped
from opsloop.base.search.find import find
from opsloop.base.search.index import reindex
from opsloop.base.testing import Cast, given

ROWS = 5_000 if SMOKE else 50_000
PAGE_MS, FEW_MS = 25.0, 100.0
WORDS = (  # noqa: SIM905  # read by people
    "客户 订单 退款 物流 门店 活动 优惠 会员 商品 库存 价格 包装 质量 延迟 处理 分析 报表 复盘 预算 培训 流程 审批 "
    "上海 北京 广州 早班 晚班 直播 短信 内容 渠道 转化 留存 反馈 满意 问卷 缺货 补货 促销 结算 GMV SKU 618 campaign"
).split()
RARE = "舆情"
ASKED = (RARE, "投诉", "客户", "客", "投诉客户", "订单客户投诉", "camp", "客户 退款", "没有这个词")


def texts() -> list[str]:
    chance = random.Random(7)
    rows = ["".join(chance.choices(WORDS, k=chance.randint(6, 14))) for _n in range(ROWS)]
    for n in range(0, ROWS, 5000):
        rows[n] += RARE
    for n in range(0, ROWS, 20):
        rows[n] += "投诉"
    return rows


def wall_ms(work: Callable[[], Any], times: int = 15) -> float:
    """Median wall milliseconds; on PostgreSQL the server's time is part of it."""
    spent = []
    for _n in range(times):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def run() -> list[Figure]:
    cast = people()
    with given():
        made = [Department(code=f"d{n}", title=text[:40]) for n, text in enumerate(texts())]
        Department.objects.bulk_create(made, batch_size=2000)
    start = time.perf_counter()
    count = reindex()
    built = time.perf_counter() - start
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("analyze search_document")
            cursor.execute("analyze people_department")
    bare = wall_ms(lambda: list(Department.objects.order_by("-id")[:20]))
    took = {word: wall_ms(lambda w=word: find(cast.wu, w)) for word in ASKED}
    scans = {word: wall_ms(lambda w=word: _scan(w), 5) for word in ASKED}
    slowest = max(took, key=lambda word: took[word])
    spread = f"{min(took.values()):.1f}–{took[slowest]:.1f} ms over {len(ASKED)} questions; a bare page {bare:.2f} ms"
    scanned = f"{min(scans.values()):.1f}–{max(scans.values()):.1f} ms"
    where = f"{connection.vendor}, {count} documents"
    return [
        Figure(f"search, the slowest page ({where})", took[slowest], PAGE_MS, "ms", f"{spread}; LIKE {scanned}"),
        Figure("search for who sees one row in 5,000", _few(cast), FEW_MS, "ms"),
        Figure("building the index", built, None, "s"),
    ]


def _scan(word: str) -> list[Any]:
    return list(Department.objects.filter(title__icontains=word).order_by("-id")[:20])


def _few(cast: Cast) -> float:
    """Who sees few rows of many: the work is bounded."""
    kept = scopes._scopes[Department]
    scoped(Department, rows=lambda _person, _standing, _level: Q(title__contains=RARE))
    try:
        return wall_ms(lambda: find(cast.chen, "客户"), 7)
    finally:
        scopes._scopes[Department] = kept
