"""Words that give a statement its direction: more or less, better or worse, causes or prevents.

The lists are antonyms of scientific English, not words of one field; a denial turns a word round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_UP = """
    accelerate accelerated accelerates activate activated activates activation amplified amplifies
    amplify benefit beneficial best better boost boosted boosts cause caused causes causing
    critical crucial dependent drive driven drives effective elevated elevates elevation enable
    enabled enables encourage encourages enhance enhanced enhancement enhances enhancing essential
    exceed exceeds expand expanded expands facilitate facilitated facilitates fast faster gain
    gains greater high higher highest improve improved improvement improves improving increase
    increased increases increasing induce induced induces inducing induction large larger long
    longer maintain maintained maintains more most necessary outperform outperformed outperforms
    positive positively promote promoted promotes promoting raise raised raises raising rapid
    require required requires restore restored restores rise rises rising robust sensitive
    stable stimulate stimulated stimulates stimulation strengthen strengthens strong stronger
    success superior surpass surpassed surpasses susceptible trigger triggered triggers
    upregulate upregulated upregulates upregulation vulnerable worsen worsened worsens
""".split()
_DOWN = """
    abolish abolished abolishes absence absent alleviate alleviated alleviates ameliorate
    ameliorated ameliorates attenuate attenuated attenuates attenuation block blockade blocked
    blocks cheaper decline declined declines decrease decreased decreases decreasing defect
    defective deficiency deficient degrade degraded degrades delay delayed delays deleted deletion
    depleted depletion diminish diminished diminishes disrupt disrupted disrupts downregulate
    downregulated downregulates downregulation dropped drops eliminate eliminated eliminates fewer
    fragile halt halted halts hamper hampered hampers harm harmful hinder hindered hinders impair
    impaired impairment impairs impede impeded impedes independent ineffective inferior inhibit
    inhibited inhibiting inhibition inhibits knockout lack lacking lacks less loses loss lost low
    lower lowered lowering lowers lowest negative negatively poor poorer prevent prevented
    preventing prevents reduce reduced reduces reducing reduction reductions repress repressed
    represses resistant restrict restricts short shorten shortened shortens shorter shrink shrinks
    slow slowed slower slows small smaller suppress suppressed suppresses suppressing suppression
    trivial underperform underperforms unstable weak weaken weakens weaker worse worst
""".split()
_SIGNS = dict.fromkeys(_UP, 1) | dict.fromkeys(_DOWN, -1)
NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|without|cannot|fail(?:s|ed)? to|little)\b|n['’]t\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+")
_REACH = 30  # characters before a word in which a denial still means that word


@dataclass(frozen=True, slots=True)
class Direction:
    """A word of direction by its offsets; ``sign`` is 1 (up) or -1 (down), denials counted."""

    start: int
    end: int
    sign: int


def directions(text: str) -> tuple[Direction, ...]:
    """The words of direction in ``text``, in order."""
    found = []
    for match in _WORD.finditer(text):
        sign = _SIGNS.get(match.group().lower())
        if sign is not None:
            start = match.start()
            denied = NEGATION.search(text, max(0, start - _REACH), start)
            found.append(Direction(start, match.end(), -sign if denied else sign))
    return tuple(found)
