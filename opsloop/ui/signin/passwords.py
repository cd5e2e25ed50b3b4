"""What a password must be, said in words of ours."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _t


class LongEnough(MinimumLengthValidator):
    """Django's rule; its text is missing from Django's own Chinese catalogue."""

    def get_error_message(self) -> str:
        return _t("At least {n} characters, please.").format(n=self.min_length)

    def get_help_text(self) -> str:
        return _t("At least {n} characters; a sentence is good.").format(n=self.min_length)
