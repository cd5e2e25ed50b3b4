"""What the check finds in an SOP, each with its place; and a right one has nothing said of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from opsloop.base.kinds.registry import Level, kinds
from opsloop.base.testing import Cast
from opsloop.engine.sops.expressions import Scope, Sort, Typed, parse, resolve
from opsloop.engine.sops.expressions.satisfying import always, never, taken_before
from opsloop.engine.sops.tests.samples import read, sop
from opsloop.playbook.book import Checked, Playbook
from opsloop.playbook.reader.files import read_text

pytestmark = pytest.mark.django_db
HEAD = """levels:
  - {id: general, title: 一般}
  - {id: major, title: 重大, when: amount > 5000}
fields:
  - {id: amount, title: 金额, type: money}
  - {id: verdict, title: 结论, type: choice, options: [属实, 不属实]}
  - {id: day, title: 发生日, type: date}
  - {id: chief, title: 部门负责人, type: person}
  - {id: goods, title: 商品, type: list, columns: [{id: price, title: 价格, type: money}]}
start: {form: [amount, verdict, day, chief, goods]}
"""
A = "- {id: a, title: 做, do: clerk}\n"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def position(title: str, limits: str = "{}") -> str:
    return f"---\ntitle: {title}\ndepartment: operations\nlimits: {limits}\n---\n"


def book(text: str, **others: str) -> Playbook:
    """A book of this SOP as `refund`, further SOPs by id, and three positions with rising authority."""
    found = {
        "clerk": position("专员", "{pay: {each: 200}}"),
        "head": position("主管", "{pay: {each: 1000}}"),
        "operations-manager": position("经理"),
        "director": position(
            "总监", "{pay: {each: 9000000, per_year: 9000000}, loose: {per_year: 9}, typo: {each: 9, per_dya: 9}}"
        ),
    }
    items = {
        ("position", one): read_text(kinds["position"], one, f"positions/{one}.md", said) for one, said in found.items()
    }
    sops = {"refund": text, **{one.replace("_", "-"): said for one, said in others.items()}}
    return Playbook({**items, **{("sop", one): read(said, one) for one, said in sops.items()}})


def checked(steps: str, head: str = HEAD, body: str = "", **others: str) -> Checked:
    return book(sop(steps, head, body), **others).checked


def errors(found: Checked) -> list[tuple[str, str]]:
    return [(one.field, str(one.message)) for one in found.errors]


def remarks(found: Checked, level: Level) -> list[tuple[str, str]]:
    return [(one.field, str(one.text)) for one in found.remarks if "refund" in one.path and one.level is level]


def test_a_right_sop_has_no_fault() -> None:
    found = checked(A + "- {id: b, title: 批, approve: [{by: director}], on_reject: a, not_same_as: [a]}\n")
    assert errors(found) == []
    assert remarks(found, Level.WARNING) == []


@pytest.mark.parametrize(
    ("steps", "field", "said"),
    [
        ("- {id: a, title: 做}", "steps.0.do", "Nobody does this step"),
        (A + A, "steps.1.id", "Another block has this id"),
        ("- {id: a, title: 做, do: clerk, not_same_as: [x]}", "steps.0.not_same_as.0", "no other step x"),
        ("- {id: b, title: 批, approve: [{by: head}], on_reject: a}\n" + A, "steps.0.on_reject", "not passed"),
        ("- {id: b, title: 批, approve: [{by: head}], on_reject: z}", "steps.0.on_reject", "no step z"),
        ("- {id: b, title: 批, approve: [{by: head}], how: at-least}", "steps.0.how", "at_least goes with"),
        ("- {id: b, title: 批, approve: [{by: head}], how: at-least, at_least: 2}", "steps.0.at_least", "2 of 1"),
        ("- {id: b, title: 批, approve: []}", "steps.0.approve", "Nobody decides"),
        ("- {id: w, title: 等, wait: 3 days, message: x}", "steps.0", "one thing"),
        ("- {parallel: [{steps: [{id: a, title: x, do: clerk}]}]}", "steps.0", "too few branches"),
        ("- choose: [{steps: [{id: a, title: x, do: clerk}]}]", "steps.0.choose.0.when", "no condition"),
        ("- {id: a, title: x, do: 'field:amount'}", "steps.0.do", "not of type person"),
        ("- {id: a, title: x, do: 'field:boss'}", "steps.0.do", "no field boss"),
        ("- {id: a, title: x, do: clerk, form: [amont]}", "steps.0.form.0", "no field amont"),
        ("- {id: a, title: x, do: clerk, form: [subject.x]}", "steps.0.form.0", "no field subject.x"),
        ("- {id: a, title: x, do: clerk, within: {huge: 2 days}}", "steps.0.within.huge", "no level huge"),
        ("- {id: a, title: x, do: clerk, counts_from: happened}", "steps.0.counts_from", "when it happened"),
        ("- {for_each: amount, steps: [{id: a, title: x, do: clerk}]}", "steps.0.for_each", "not of type list"),
        ("- {id: n, title: 告, notify: [head], say: hello}", "steps.0.say", "no message hello"),
        ("- {id: a, title: x, do: clerk, call: refund}", "steps.0.call", "begin this SOP again"),
    ],
)
def test_faults_of_the_steps_are_found(steps: str, field: str, said: str) -> None:
    found = errors(checked(steps))
    assert [one for one, _text in found] == [field]
    assert said in found[0][1]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("amont > 3", "no field amont"),
        ("amount > 3 and amount < 2", "never true. Its steps can never be reached"),
        ("verdict is 属实 and verdict is 不属实", "never true"),
        ("verdict is 属事", "no option of verdict"),
        ("amount >", "At character 9"),
        ("day > 2026-02-01 and day < 2026-01-31", "never true"),
    ],
)
def test_conditions_of_branches_that_are_wrong_or_never_true_are_errors(when: str, said: str) -> None:
    found = errors(checked(f'- choose:\n    - when: "{when}"\n      steps: [{{id: b, title: x, do: clerk}}]\n'))
    assert [one for one, _text in found] == ["steps.0.choose.0.when"]
    assert said in found[0][1]


def test_a_branch_behind_a_wider_one_is_never_reached() -> None:
    steps = (
        "- choose:\n    - {when: amount > 100, steps: [{id: b, title: x, do: clerk}]}\n"
        "    - {when: amount > 200, steps: [{id: c, title: x, do: clerk}]}\n"
    )
    assert errors(checked(steps)) == [
        (
            "steps.0.choose.1.when",
            "An earlier branch is taken whenever this one could be: its steps can never be reached.",
        )
    ]
    assert errors(checked(steps.replace("100", "300"))) == []


def test_an_otherwise_that_is_never_reached_is_an_error() -> None:
    steps = (
        "- choose:\n    - {when: verdict is 属实 or verdict is 不属实, steps: [{id: b, title: x, do: clerk}]}\n"
        "    - {when: verdict is empty, steps: [{id: c, title: x, do: clerk}]}\n"
        "    - otherwise: [{id: d, title: x, do: clerk}]\n"
    )
    assert [one for one, _text in errors(checked(steps))] == ["steps.0.otherwise"]


def test_what_is_always_true_is_a_warning() -> None:
    found = checked("- {id: b, title: 批, approve: [{by: director, when: amount > 5 or amount <= 5}]}")
    assert remarks(found, Level.WARNING) == [("steps.0.approve.0.when", "This is always true.")]


def test_nothing_after_an_until_that_never_comes_is_reached() -> None:
    found = errors(checked("- {id: w, title: 等, until: amount > 3 and amount < 2}\n" + A))
    assert "Nothing after it can ever be reached" in found[0][1]
    assert errors(checked("- {id: w, title: 等, until: day + 3 days}\n" + A)) == []


@pytest.mark.parametrize(
    ("limit", "said"),
    [("loose", "does not say what may be given each time"), ("typo", "not counted by “per_dya”")],
)
@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ("- {id: b, title: 批, amount: amount, approve: [{by: director, limit: LIMIT}], on_reject: a}\n",
         "steps.1.approve.0.limit"),
        ("- {id: b, title: 付, do: director, limit: LIMIT, amount: amount}\n", "steps.1.limit"),
    ],
)  # fmt: skip
def test_an_authority_that_would_not_hold_as_written_is_refused(limit: str, said: str, steps: str, field: str) -> None:
    [(place, text)] = errors(checked(A + steps.replace("LIMIT", limit)))
    assert place == field and said in text


def test_a_total_limit_shorter_than_its_parts_is_said() -> None:
    steps = (
        "- {id: a, title: 做, do: clerk, within: 2 working days}\n"
        "- parallel:\n    - steps: [{id: b, title: x, do: clerk, within: 1 working day}]\n"
        "    - steps: [{id: c, title: x, do: clerk, within: 3 working days}]\n"
    )
    found = remarks(checked(steps, HEAD + "limit: 4 working days\n"), Level.WARNING)
    assert [one for one, _text in found] == ["limit.*"]
    assert "5 working days" in found[0][1]
    assert remarks(checked(steps, HEAD + "limit: 5 working days\n"), Level.WARNING) == []


def test_a_limit_from_when_it_happened_adds_nothing_to_what_was_before() -> None:
    steps = (
        "- {id: a, title: 做, do: clerk, within: 2 days}\n"
        "- {id: b, title: 结, do: clerk, within: 3 days, counts_from: happened}\n"
        "- {id: c, title: 存, do: clerk, within: 1 day}\n"
    )
    head = HEAD.replace("start: {", "start: {happened: day, ").replace("type: date", "type: moment")
    assert remarks(checked(steps, head + "limit: 4 days\n"), Level.WARNING) == []
    assert "4 days" in remarks(checked(steps, head + "limit: 3 days\n"), Level.WARNING)[0][1]


def test_a_limit_from_when_it_happened_that_is_over_before_its_step_begins_is_said() -> None:
    steps = (
        "- {id: a, title: 做, do: clerk, within: 2 days}\n"
        "- parallel:\n    - steps: [{id: b, title: 答, do: clerk, within: 47 hours, counts_from: happened}]\n"
        "    - steps: [{id: c, title: 查, do: clerk, within: 3 hours}]\n"
    )
    head = HEAD.replace("start: {", "start: {happened: day, ").replace("type: date", "type: moment")
    ((field, text),) = remarks(checked(steps, head), Level.WARNING)
    assert field == "steps.1.parallel.0.steps.0.within"
    assert "47 hours" in text and "2 days" in text
    assert remarks(checked(steps.replace("47", "48"), head), Level.WARNING) == []


def test_levels_have_their_own_totals() -> None:
    steps = "- {id: a, title: 做, do: clerk, within: {general: 24 hours, major: 2 hours}}\n"
    found = remarks(checked(steps, HEAD + "limit: {general: 2 days, major: 1 hour}\n"), Level.WARNING)
    assert [one for one, _text in found] == ["limit.major"]


def test_a_step_shorter_than_its_sub_case_is_said() -> None:
    other = sop(A, "limit: 5 working days\n")
    found = remarks(
        checked("- {id: a, title: x, do: clerk, call: other, within: 2 working days}", other=other), Level.WARNING
    )
    assert found == [("steps.0.within", "The sub-case has 5 working days, longer than this step.")]


def test_sub_cases_in_a_circle_over_corners_are_an_error() -> None:
    other = sop("- {id: a, title: x, call: refund}")
    assert ("steps.0.call", "The sub-case other would begin this SOP again, and so on.") in errors(
        checked("- {id: a, title: x, call: other}", other=other)
    )


@pytest.mark.parametrize(
    ("approvers", "level", "field", "said"),
    [
        ("{by: clerk, when: amount > 200, limit: pay}, {by: director, limit: pay}", Level.ERROR, "approve.0",
         "200 at most"),
        ("{by: operations-manager, limit: pay}", Level.ERROR, "approve.0.limit", "may not approve any amount"),
        ("{by: clerk, limit: pay}, {by: head, when: amount > 200, limit: pay}", Level.WARNING, "approve",
         "may approve 1001"),
        ("{by: clerk, when: amount < 100, limit: pay}, {by: director, when: amount > 100, limit: pay}",
         Level.WARNING, "approve", "may approve 100"),
    ],
)  # fmt: skip
def test_approvers_are_held_against_the_limits_of_their_positions(
    approvers: str, level: Level, field: str, said: str
) -> None:
    found = checked(f"- {{id: b, title: 批, amount: amount, approve: [{approvers}]}}")
    heard = errors(found) if level is Level.ERROR else remarks(found, level)
    assert [one for one, _text in heard] == [f"steps.0.{field}"]
    assert said in heard[0][1]


def test_approvers_with_enough_authority_pass_up_to_the_highest() -> None:
    found = checked(
        "- {id: b, title: 批, amount: amount, approve: [{by: clerk, limit: pay}, "
        "{by: head, when: amount > 200, limit: pay}, {by: director, when: amount > 1000, limit: pay}]}"
    )
    assert errors(found) == []
    assert remarks(found, Level.WARNING) == [("steps.0.approve", "Nobody who is asked here may approve 9000001.")]


def test_an_approver_who_may_never_decide_is_an_error_beside_one_without_limit_too() -> None:
    found = checked(
        "- {id: b, title: 批, amount: amount, approve: [{by: director}, {by: head, when: amount > 5000, limit: pay}]}"
    )
    [(field, said)] = errors(found)
    assert field == "steps.0.approve.1"
    assert "may approve 1000 at most" in said


def test_authority_without_an_amount_is_an_error() -> None:
    found = errors(checked("- {id: b, title: 批, approve: [{by: clerk, limit: pay}]}"))
    assert found == [("steps.0.approve", "Nothing says which amount the authority limits are for.")]


def test_messages_name_fields_by_id_or_title() -> None:
    head = HEAD + "messages: [{id: m, title: 话术, text: '{金额}元,{单号},{amount}元,{finder}'}]\n"
    assert errors(checked(A, head)) == [("messages.0.text", "Nothing is called {finder}.")]


@pytest.mark.parametrize(
    ("quiz", "field"),
    [
        ("{questions: [{ask: 吗, options: [是, 否], right: 对}]}", "quiz.questions.0.right"),
        ("{questions: [{ask: 吗, options: [是, 是], right: 是}]}", "quiz.questions.0.options"),
        ("{questions: []}", "quiz.questions"),
    ],
)
def test_a_quiz_can_be_answered(quiz: str, field: str) -> None:
    assert [one for one, _text in errors(checked(A, f"{HEAD}quiz: {quiz}\n"))] == [field]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ("[{id: x, title: 甲, type: choice}]", "fields.0.options"),
        ("[{id: x, title: 甲, options: [乙]}]", "fields.0.options"),
        ("[{id: x, title: 甲, type: list}]", "fields.0.columns"),
        ("[{id: x, title: 甲}, {id: x, title: 乙}]", "fields.1.id"),
        ("[{id: today, title: 甲}]", "fields.0.id"),
    ],
)
def test_fields_fit_their_types(fields: str, field: str) -> None:
    found = errors(checked(A, f"fields: {fields}\nstart: {{form: [x]}}\n"))
    assert field in [one for one, _text in found]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("[{field: cause, may: hidden}, cause]", "hidden and asked for at once"),
        ("[{field: cause, may: read}, {field: cause, may: hidden}]", "hidden and asked for at once"),
        ("[{field: nothing, may: hidden}]", "There is no field nothing."),
        ("[{field: photo, may: hidden}]", "A file cannot be hidden"),
        ("[{field: who, may: hidden}]", "who stands in the title of the case"),
        ("[{field: key, may: hidden}]", "key stands in the title of the case"),
        ("[{field: sum, may: hidden}]", "The amount of this step rests on sum"),
    ],
)
def test_what_a_step_hides_is_there_and_is_seen_nowhere_else(form: str, said: str) -> None:
    head = """fields:
  - {id: cause, title: 原因}
  - {id: who, title: 谁}
  - {id: key, title: 单号}
  - {id: photo, title: 照片, type: file}
  - {id: sum, title: 金额, type: money}
start: {form: [cause, who, key, photo, sum], title: "{who}", key: [key]}
"""
    step = f"- {{id: a, title: 批, approve: [{{by: head, limit: pay}}], amount: sum, form: {form}}}\n"
    assert any(said in text for _field, text in errors(checked(step, head)))
    fine = checked(step.replace(form, "[{field: cause, may: hidden}]"), head)
    assert errors(fine) == []


def test_nothing_is_hidden_from_whoever_begins_and_what_is_only_hidden_is_asked_nowhere() -> None:
    head = "fields: [{id: x, title: 甲}]\nstart: {form: [{field: x, may: hidden}]}\n"
    found = checked(A, head)
    assert [one for one, _text in errors(found)] == ["start.form.0"]
    assert ("fields.0", "No form asks for 甲.") in remarks(found, Level.WARNING)


def test_a_field_that_no_form_asks_is_said() -> None:
    found = remarks(checked(A, "fields: [{id: x, title: 甲}]\n"), Level.WARNING)
    assert found == [("fields.0", "No form asks for 甲.")]


def test_full_sops_are_told_what_they_lack_and_short_ones_are_not() -> None:
    item = book(sop(A))
    assert [one for one in remarks(item.checked, Level.NOTE) if "holds" not in one[1]] == []
    long = book(sop(A).replace("short: true\n", ""))
    said = {text for _field, text in remarks(long.checked, Level.NOTE)}
    assert {"It says no usual mistakes.", "It asks for no evidence.", "It has no time limit."} <= said


@pytest.mark.both
def test_positions_that_nobody_holds_are_a_remark(cast: Cast) -> None:
    found = remarks(checked("- {id: a, title: x, do: clerk}\n- {id: b, title: y, do: operations-manager}"), Level.NOTE)
    assert ("steps.0.do", "Nobody holds the position clerk.") in found
    assert not [one for one in found if one[0] == "steps.1.do"]


SCOPE = Scope(
    {"n": Typed(Sort.NUMBER), "c": Typed(Sort.CHOICE, ("x", "y")), "t": Typed(Sort.TRUTH), "m": Typed(Sort.NUMBER)}
)


@pytest.mark.parametrize(
    ("text", "is_never", "is_always"),
    [
        ("n > 3 or n <= 3", False, True),
        ("n > 3 and not (n > 2)", True, False),
        ("c in [x, y]", False, True),
        ("c is x and t", False, False),
        ("t and not t", True, False),
        ("n > m", False, False),  # names beside each other: nothing is claimed
        ("n * 2 > n", False, False),
        ("n is empty and n > 1", True, False),
        ("not (n > 1)", False, False),
        ("1 > 2", True, False),
    ],
)
def test_what_can_never_or_must_always_be_true_is_known(text: str, is_never: bool, is_always: bool) -> None:
    tree = resolve(parse(text), SCOPE)
    assert (never(tree, SCOPE), always(tree, SCOPE)) == (is_never, is_always)


def test_one_condition_within_others_is_known() -> None:
    one, two, three = (resolve(parse(text), SCOPE) for text in ("n > 5", "n > 3", "n > 5 or c is x"))
    assert taken_before(one, [two], SCOPE)
    assert not taken_before(two, [one], SCOPE)
    assert taken_before(one, [three], SCOPE)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{id: p, title: 付, do: clerk, limit: pay}", "limit and amount of a step go together."),
        ("{id: p, title: 付, do: clerk, amount: amount}", "limit and amount of a step go together."),
        ("{id: p, title: 付, do: operations-manager, limit: pay, amount: amount}",
         "经理 has no authority limit pay and may not approve any amount."),
    ],
)  # fmt: skip
def test_a_step_that_gives_money_says_how_much_and_somebody_has_the_limit(step: str, said: str) -> None:
    assert errors(checked(f"- {step}")) == [("steps.0.limit", said)]


def test_a_step_that_gives_what_its_doer_may_or_what_was_approved_passes() -> None:
    own = "- {id: p, title: 付, do: clerk, limit: pay, amount: amount}"
    later = "- {id: p, title: 付, do: operations-manager, limit: pay, amount: amount}"
    approved = "- {id: b, title: 批, amount: amount, approve: [{by: director, limit: pay}]}\n"
    assert errors(checked(own)) == errors(checked(approved + later)) == []


@pytest.mark.parametrize(
    ("step", "place", "said"),
    [
        ("act: cases.cancel", "steps.0.act", "No step does this act."),
        ("act: findings.dismiss, with: {reson: small}", "steps.0.with.reson",
         "The act findings.dismiss has no value reson."),
        ("act: findings.triage, form: [subject.owner, subject.seen, {field: subject.title, may: read}]",
         "steps.0.form.1", "The act findings.triage has no value seen."),
    ],
)  # fmt: skip
def test_the_act_of_a_step_takes_what_it_is_given(step: str, place: str, said: str) -> None:
    found = checked(f"- {{id: a, title: 做, do: clerk, {step}}}", "about: findings\n")
    assert errors(found) == [(place, said)]
