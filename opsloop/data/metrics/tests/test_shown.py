"""Values as people read them: units, 万, points, and a word for good and bad beside the colour."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from opsloop.data.metrics.shown import Look, moved, off_by, plain, shown, signed
from opsloop.data.metrics.sparks import spark

MONEY = Look("money", 2, "USD", "", "higher")
SHARE = Look("percent", 1, "", "", "lower")


@pytest.mark.parametrize(
    ("value", "look", "text"),
    [
        (86923.35, MONEY, "86,923"),
        (29.637, MONEY, "29.64"),
        (1234567.0, MONEY, "123.46万"),
        (2933.0, Look("count", 0, "", "单"), "2,933"),
        (0.8437, SHARE, "84.4%"),
        (6.95, Look("days", 1), "7.0"),
        (None, MONEY, "—"),
    ],
)
def test_a_value_is_shown_in_its_unit(value: float | None, look: Look, text: str) -> None:
    with override("zh-hans"):
        assert shown(value, look) == text


def test_a_difference_has_its_sign_and_shares_are_in_points() -> None:
    with override("en"):
        assert signed(574.2, MONEY) == "+574.20" and signed(-6590.4, MONEY) == "−6,590"
        assert signed(0.0134, SHARE) == "+1.3 points"


def test_good_and_bad_are_said_in_words_and_follow_the_metric() -> None:
    with override("en"):
        falling = str(moved(86923, 92939, MONEY))
        assert "−6.5%" in falling and "worse" in falling and "▼" in falling
        assert "better" in str(moved(0.10, 0.12, SHARE)) and "−2.0 points" in str(moved(0.10, 0.12, SHARE))
        assert "better" not in str(moved(2, 1, Look("count", 0))) and "+100.0%" in str(moved(2, 1, Look("count", 0)))
        assert "unchanged" in str(moved(5, 5, MONEY))
        assert "unchanged" in str(moved(0.0026, 0.0023, SHARE)), "0.0 points is neither better nor worse"


def test_how_far_off_a_value_is_reads_in_points_for_shares() -> None:
    with override("en"):
        assert off_by(-0.065, -0.05, -0.295, SHARE) == "−1.5 points"
        assert off_by(80.0, 100.0, -0.2, MONEY) == "−20.0%" and off_by(80.0, None, None, MONEY) == ""


def test_what_cannot_be_compared_is_a_dash() -> None:
    assert moved(None, 5, MONEY) == moved(5, None, MONEY) == moved(5, 0, MONEY) == "—"


def test_a_chart_takes_shares_as_percentages() -> None:
    assert plain(0.8437, SHARE) == 84.37 and plain(None, SHARE) is None


def test_a_small_line_breaks_at_a_gap() -> None:
    drawn = str(spark([1, 2, None, 3, 2]))
    assert drawn.count("M") == 2 and drawn.count("L") == 2
    assert str(spark([1, None])) == ""
