"""How fast a bot may speak: a token bucket that never breaks a limit of so many in a span, wherever the span begins.

In any span of `span_s` seconds at most `burst + rate * span_s` tokens are taken; both numbers are chosen so that this
stays within the service's limit. Pure; times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bucket:
    """burst: tokens when full. rate: tokens that come back each second."""

    burst: float
    rate: float

    def most_in(self, span_s: float) -> float:
        """The most tokens that can be taken in any span."""
        return self.burst + self.rate * span_s

    def filled(self, tokens: float, passed_s: float) -> float:
        """What is in it after a pause; a clock that was put back fills nothing."""
        return min(self.burst, tokens + self.rate * max(0.0, passed_s))

    def wait_s(self, tokens: float) -> float:
        """Seconds until one token is there."""
        return max(0.0, (1.0 - tokens) / self.rate)


TWENTY_A_MINUTE = Bucket(burst=5, rate=0.25)
"""企业微信 and 钉钉: 5 at once, one each four seconds, never more than 20 in a minute."""
FEISHU = Bucket(burst=3, rate=1.6)
"""飞书: never more than 5 in a second (3 + 1.6) nor 100 in a minute (3 + 96)."""
MAILS = Bucket(burst=20, rate=0.5)
