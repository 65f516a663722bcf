"""Many numbers as one text: a list of a hundred thousand would keep the server's loop busy."""

from __future__ import annotations

import base64
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike


def packed(numbers: ArrayLike, kind: Literal["u1", "u2", "u4"] = "u4") -> str:
    """Whole numbers of one, two or four bytes, in base64; static/shared/packed.js unpacks them.

    Numbers in rows follow one another, row by row.
    """
    return base64.b64encode(np.asarray(numbers, dtype=f"<{kind}").tobytes()).decode("ascii")
