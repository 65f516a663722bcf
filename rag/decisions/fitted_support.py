"""The fitted table of `rag.answering.verify.support`: a logistic regression on 894 SciFact cases
(arXiv:2004.14974).

`python -m eval.ground_calibration DIR` measures it and prints it anew; docs/decisions/0005 has the
figures. A support of .7 means: of claims that look like this beside the three nearest sentences of
an abstract on their subject, about .7 are supported, where .41 of all are.
"""

from __future__ import annotations

BIAS = -5.44
WEIGHTS = {"recall": 6.30, "words": 1.74, "against": -3.49}
# Where the odds stand even, and where they stand three to one against.
SUPPORTED = 0.50
UNSUPPORTED = 0.25
