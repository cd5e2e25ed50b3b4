"""惠邻超市（演示）: its departments, the published standard, and people to look at it as.

The people are invented for the demo; the business figures are not.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from opsloop.base.acts import Call, acting
from opsloop.base.people.actions.accounts import open_account
from opsloop.base.people.actions.appointments import appoint
from opsloop.base.people.actions.departments import found_department
from opsloop.base.people.actions.persons import register
from opsloop.base.people.beginning import put_faces, setup_robot
from opsloop.base.people.models import Account, Department, Person, Position
from opsloop.base.policy.beginning import seeding
from opsloop.playbook import commands as playbook

DEPARTMENTS = (
    ("company", "惠邻超市", None),
    ("operations", "运营部", "company"),
    ("content", "内容组", "operations"),
    ("data", "数据组", "operations"),
    ("customer-service", "客服部", "operations"),
    ("stores", "门店", "company"),
    ("367", "门店 367", "stores"),
    ("purchasing", "采购部", "company"),
    ("quality", "质量部", "company"),
    ("finance", "财务部", "company"),
    ("legal", "法务部", "company"),
    ("audit", "审计部", "company"),
    ("it", "信息部", "company"),
)
"""(code, title, code of the parent). A store's code is its number in the data, so that its manager sees its rows."""


@dataclass(frozen=True, slots=True)
class Member:
    """Someone of the demo company. `face` ones stand at the door."""

    name: str
    number: str
    position: str
    department: str
    login: str = ""

    @property
    def face(self) -> bool:
        return bool(self.login)


MEMBERS = (
    Member("陈岚", "HL001", "operations-director", "operations", "chenlan"),
    Member("李航", "HL002", "operations-manager", "operations", "lihang"),
    Member("王芳", "HL003", "operations-specialist", "operations", "wangfang"),
    Member("张睿", "HL004", "data-analyst", "data", "zhangrui"),
    Member("周慎", "HL005", "auditor", "audit", "zhoushen"),
    Member("刘洋", "HL006", "operations-specialist", "operations"),
    Member("吴桐", "HL007", "content-editor", "content"),
    Member("赵敏", "HL008", "customer-service-head", "customer-service"),
    Member("孙琪", "HL009", "customer-service-agent", "customer-service"),
    Member("何平", "HL010", "store-manager", "367"),
    Member("郑凯", "HL011", "buyer", "purchasing"),
    Member("冯静", "HL012", "quality-head", "quality"),
    Member("许强", "HL013", "finance-head", "finance"),
    Member("沈越", "HL014", "legal-counsel", "legal"),
    Member("韩松", "HL015", "department-head", "stores"),
    Member("唐宇", "HL016", "system-admin", "it"),
    Member("钱多", "HL017", "customer-service-agent", "customer-service"),
    Member("马丽", "HL018", "customer-service-agent", "customer-service"),
    Member("林小雨", "HL019", "content-editor", "content"),
    Member("高远", "HL020", "general-manager", "company"),
)


def seeded() -> bool:
    """Do the faces stand at the door? They are put there last."""
    return Account.objects.filter(demo_order__isnull=False).exists()


def seed() -> None:
    """Make what is missing; a second call changes nothing."""
    assert settings.WORKSPACE.demo, "only a demo workspace is seeded"
    if seeded():
        return
    with seeding():
        robot = setup_robot()
    with seeding(), acting(Call(by=robot, via="demo")):
        departments = found_all(robot)
        report = playbook.publish(settings.WORKSPACE.playbook, by=robot, reason="运营标准首次发布")
        if report.code:
            raise RuntimeError("\n".join(report.lines))
        people = [join(robot, member, departments[member.department]) for member in MEMBERS]
    put_faces([person for person, member in zip(people, MEMBERS, strict=True) if member.face])


def found_all(robot: Person) -> dict[str, Department]:
    """code -> department, founded where missing."""
    found = {d.code: d for d in Department.objects.all()}
    for code, title, parent in DEPARTMENTS:
        if code not in found:
            found[code] = found_department(by=robot, code=code, title=title, parent=found[parent] if parent else None)
    return found


def join(robot: Person, member: Member, department: Department) -> Person:
    """Register one person, appoint them and open an account for a face."""
    person = Person.objects.filter(number=member.number).first()
    if person is not None:
        return person
    person = register(by=robot, name=member.name, number=member.number)
    appoint(person, by=robot, position=Position.objects.get(code=member.position), department=department)
    if member.face:
        open_account(person, by=robot, login=member.login)
    return person
