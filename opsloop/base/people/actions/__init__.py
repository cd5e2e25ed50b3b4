"""Every act on people, by noun. The registry loads this file; each part registers its acts when it is imported."""

from opsloop.base.people.actions.absences import come_back, enter_absence
from opsloop.base.people.actions.accounts import close_account, open_account, reset_password, reset_second_factor
from opsloop.base.people.actions.appointments import appoint, confirm_appointment, decline_appointment, relieve
from opsloop.base.people.actions.beginnings import begin, set_up
from opsloop.base.people.actions.departments import (
    close_department,
    found_department,
    move_department,
    rename_department,
)
from opsloop.base.people.actions.erasures import ask_to_erase, confirm_erasure, decline_erasure
from opsloop.base.people.actions.persons import correct, leave, register, register_robot
from opsloop.base.people.actions.tokens import issue_token, revoke_token

__all__ = [
    "appoint",
    "ask_to_erase",
    "begin",
    "close_account",
    "close_department",
    "come_back",
    "confirm_appointment",
    "confirm_erasure",
    "correct",
    "decline_appointment",
    "decline_erasure",
    "enter_absence",
    "found_department",
    "issue_token",
    "leave",
    "move_department",
    "open_account",
    "register",
    "register_robot",
    "relieve",
    "rename_department",
    "reset_password",
    "reset_second_factor",
    "revoke_token",
    "set_up",
]
