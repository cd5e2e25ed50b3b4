"""The same rule in pandas: as a loop over days, and as rolling windows over a whole series."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

MAD, WINSORISED = 1.4826, 0.9118


def loop(values: list[float]) -> list[float | None]:
    """For each day a look back with pandas, as one writes it down first."""
    x = pd.Series(np.log1p(values))
    place = pd.Series(range(len(x))) % 7
    rest, errors = pd.Series(np.nan, x.index), pd.Series(np.nan, x.index)
    out: list[float | None] = []
    for at in range(len(x)):
        alike = x[:at][place[:at] == at % 7].tail(8)
        near = rest[:at].dropna().tail(14)
        score = None
        if len(alike) >= 4:
            base = alike.median()
            if len(near) >= 7:
                error = x[at] - base - near.median()
                known = errors[:at].dropna()
                if len(known) >= 28 and at >= 119:
                    mad = MAD * known.tail(56).abs().median()
                    score = error / max(mad, _pulled((known.tail(112) ** 2).to_numpy()), 0.02)
                errors[at] = error
            rest[at] = x[at] - base
        out.append(score)
    return out


def rolling(values: list[float]) -> Any:
    """For each series a handful of rolling windows; the winsorised one has no function of its own in pandas."""
    x = pd.Series(np.log1p(values))
    place = pd.Series(range(len(x))) % 7
    base = x.groupby(place).transform(lambda g: g.shift().rolling(8, min_periods=4).median())
    rest = x - base
    errors = rest - rest.shift().rolling(14, min_periods=7).median()
    squares = errors**2
    mad = MAD * errors.abs().shift().rolling(56, min_periods=28).median()
    pulled = squares.shift().rolling(112, min_periods=28).apply(_pulled, raw=True)
    scale = np.maximum(np.maximum(mad, pulled), 0.02)
    found = errors / scale
    found[:119] = np.nan
    return found


def _pulled(squares: Any) -> float:
    squares = np.sort(squares[~np.isnan(squares)])
    n = len(squares)
    cut = math.ceil(0.9 * n) - 1
    return math.sqrt((squares[:cut].sum() + (n - cut) * squares[cut]) / n) / WINSORISED
