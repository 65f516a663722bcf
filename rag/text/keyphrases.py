"""Phrases that a text speaks of: one to three words that end as a noun phrase ends. Pure.

No parser: a run of telling words that stands before punctuation or a word of grammar ends in its
head. What slips through is seldom shared by papers, and shared ones are what matter.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_LONGEST = 3  # words
_TOKEN = re.compile(r"[^\W\d_]\w*(?:-\w+)*|\d[\w.%-]*|[^\w\s]")
_ACRONYM = re.compile(r"((?:[\w-]+\s+){1,6})\((\w*[A-Z]\w*[A-Z]\w*?)s?\)")
# Words of grammar: a noun phrase may end before one of these.
_GRAMMAR = frozenset(
    """a about across after against all along also although among an and any are as at be because
    been before being between both but by can cannot could did do does during each either even every
    for from had has have he how if in into is it its like may might more most must neither no nor
    not of on onto or our over rather she should since so some such than that the their them then
    there these they this those though through thus to together toward towards under unless until
    upon us using versus very via was we were what when where whereas whether which while who whole
    whose why will with within without would yet you your""".split()
)
# After one of these comes a verb: "to perceive motion".
_BEFORE_VERB = frozenset("to we can could may might will would should must cannot they".split())
# Words of arguing, and of every abstract, in the singular: no part of a column's name.
_BARRIERS = frozenset(
    """ability able above abstract access according achieve achieved achieving acquire act actual
    adapt add addition additional additionally address addressing adopt advance advanced
    advancement advantage again aid aim akin al aligned allow allowing almost alone already
    alternative alway amount analyse analysis analyze animal appear appearance applicability
    application applied apply applying approach argue around art ask aspect assess assessing
    associated association attempt attribute available based baseline become behaviour believe
    below benchmark benefit best better beyond bias body bridge bring broad build building built
    call called capability capable capacity capitalizing capture capturing carry case challenge
    challenging change changing coarse code collect collection com combination combine combined
    combining come common commonly community comparable compare compared comparison compete
    competitive complementary complex compose composed comprehensive comprise compromising compute
    computed concept condition conduct confirm consider considered consist consistent consistently
    consisting constraint construct contain context contrast contribute contribution correspond
    corresponding cost creating creation crucial current currently data data-set dataset date deal
    decompose deeper degree demand demonstrate demonstrated demonstrating depend derive describe
    design designed desktop despite detail determine develop developed differ difference different
    difficult direction directly discover discuss distinct diverse doe domain done downstream
    drawback driving due effect effective effectively effectiveness efficiency efficient
    efficiently effort eliminate emerge emerged empirical empirically employ employing enable
    enabling encourage end end-to-end enhance enhanced enhancing enlarge enlarging ensure ensuring
    entire especially establish et etc evaluate evaluated evaluation evidence examine example
    excellent existing expand experience experiment expert explain explanation explore exploring
    extend extensive extra extract extraction face facilitate facilitating fact few fewer fidelity
    finally find finding fire first five fixed flexibility flexible focus focused following form
    found four framework free full fully function functionality fundamental further furthermore
    fuse fusing future gain gained gap gather general generality generalization generalize
    generally generate generated generating get github give given go goal good great greater
    ground-breaking guidance guide hamper handle having hence here hidden high high-quality higher
    highlight highly however http human-level human-like hypothese hypothesize idea identification
    identify identifying illustrate impact importance important impressive improve improved
    improvement improving include including incorporate incorporating increase increasing indicate
    individual inference information input insight inspired instance instead integrate integrated
    integrating interest interesting interpreting introduce introduced introducing introduction
    investigate investigating investigation involve issue itself just keep key kind know knowledge
    known labeling lack large largely larger last later latter lead leading learn learned length
    less let level leverage leveraging lightweight likely limit limitation limited little lot low
    lower made main mainly maintain major make making manner many map mean meaning meet method
    metric minimal mix modification moreover much multiple named naturally nature need needed new
    notable notably novel now number objective observation observe obtain obtained occur offer
    offering often once one one-size only open operate optimal optimize order organization
    original other out outperform outperforming output outside overall overcome own page pair
    paper par paradigm parallel parameter part particular particularly past pattern per perceive
    perform performance performed pivotal play plethora point popular possible potential power
    powerful practical practice precise predict predicted predicting preference presence present
    presented preserve previous previously primarily prior problem process produce producing
    progress project promising promote property propose proposed prove provide providing publicly
    put quality question range reach reaching ready real realm recent recently reduce reduced
    reducing reference referred related relative release released relevant rely relying remain
    remarkable represent require required requiring rescaling research respectively result
    resulting retraining reveal rich rising robust role same scale scenario scheme second see seek
    selective sense separate serve set setting several shared shift show showing shown significant
    significantly similar similarity simple simply simultaneously single site six size small
    solution solve sota source specific specifically specify spite stage stand standard
    state-of-the-art stem step still storing strategy strength strong strongly structure studied
    study studying subset substantial substantially success suffer suggest suggesting superior
    support surpass surpassing surprisingly tackle take taken taking technique ten tens term test
    testing text-based themselve theoretical thereby therefore thing third three throughput time
    today tool top-1 traditional train trained transform treat trend two type typical typically
    underlying understand understanding unified unique unit unknown unlike up usage use used
    useful user usually utilization utilize utilizing validate valuable variability variety
    various vary varying versatile view want way well wide widely work world year yield""".split()
)
# Words that end a phrase that others begin: "diffusion model", "state space model".
_HEADS = frozenset(
    """algorithm area class configuration connection control dependency distribution field head
    hypothesis intelligence interaction interface layer learning loss mechanism model module
    network object processing rate region space system task tuning""".split()
)
# Words that may be in a phrase, but are none alone, nor are two of them.
_WEAK = frozenset(
    """accuracy activity ai architecture artificial awareness block brain classification cnn
    computation computational computer convolutional cortex decoder deep detection dimension dnn
    dynamic dynamics embedding encoder feature fine-grained flow generation generative gradient
    high-level human image imaging integration language large-scale level linear local low-level
    machine mapping memory method modality modeling modelling natural neural neuron neuroscience
    pixel population position prediction pretrained real-world recognition reconstruction
    recording representation response robustness scene science segmentation selection selectivity
    semantic semantics sensitivity sequence sequential signal spatial speed stimuli stimulus
    stream strong subject synthesis text token training unit value vector vision visual voxel
    weight world""".split()
)
# An adjective's or adverb's ending, or a participle's: no name of a column by itself.
_NO_NOUN = re.compile(
    r".*(?:[^v]al|ive|ful|ous|ic|able|ible|ary|less|ent|ant|ly|ed|ish|ward|like|based|driven|aware"
    r"|specific|agnostic|wise)"
)
_GERUND = re.compile(r".*ing")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of a text: ``key`` is the same however it is written, ``text`` is as written."""

    key: str
    text: str


def phrases_of(text: str) -> Iterator[Phrase]:
    """Every phrase of ``text``, as often as it stands there; shorter ones inside longer, too."""
    for run in _runs(text):
        for size in range(1, min(_LONGEST, len(run)) + 1):
            words = run[-size:]
            if _may_be_name(words):
                yield Phrase(key_of(words), " ".join(words))


def as_keys(text: str) -> str:
    """All words of ``text`` as `key_of` writes them, with " " at both ends, to look keys up in."""
    words = (match.group() for match in _TOKEN.finditer(text))
    return f" {' '.join(key_of([word]) for word in words)} "


def key_of(words: Iterable[str]) -> str:
    """The words in small letters, singular, without hyphens: "multimodal model"."""
    return " ".join(singular(word.lower().replace("-", "")) for word in words)


def singular(word: str) -> str:
    """An English plural's singular, or the word itself."""
    lower = word.lower()
    if len(word) < 4 or lower.endswith(("ss", "us", "is", "ics", "ias")) or lower[-1] != "s":
        return word
    if lower == "species" or "-of-" in lower:
        return word
    if lower.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if lower.endswith(("sses", "shes", "ches", "xes")) else word[:-1]


def acronyms(text: str) -> dict[str, str]:
    """Keys of acronyms with the key of the words before them that they stand for."""
    found: dict[str, str] = {}
    for match in _ACRONYM.finditer(text):
        short, words = match.group(2), re.findall(r"\w+", match.group(1))
        # All letters of "fMRI" stand for words, of "ViT" the capitals alone.
        for letters in (short, "".join(filter(str.isupper, short))):
            meant = words[-len(letters) :]
            if "".join(word[0] for word in meant).lower() == letters.lower():
                found.setdefault(key_of([short]), key_of(meant))
    return found


def spelling(forms: Mapping[str, int], words: Container[str]) -> str:
    """How a column that goes by a phrase is called: singular, in small letters where such occur.

    ``forms`` counts the ways in which it is written; ``words`` are all words of all texts.
    """
    usual = max(forms, key=lambda form: (forms[form], form)).split()
    small = [
        word.lower()
        if word[1:].replace("-", "").isalpha()
        and word.istitle()
        and (word.lower() in words or f"{word.lower()}s" in words)
        else word
        for word in usual
    ]
    last = singular(small[-1])
    return " ".join([*small[:-1], last if last in words or last.islower() else small[-1]])


def _runs(text: str) -> Iterator[list[str]]:
    """Words in a row that are part of one noun phrase, up to its head."""
    run: list[str] = []
    before = ""
    for match in _TOKEN.finditer(f"{text} ."):
        word, lower = match.group(), singular(match.group().lower())
        ends = lower in _GRAMMAR or not word[0].isalnum()
        if not ends and run and (lower in _HEADS or lower not in _BARRIERS):
            run.append(word)
        elif not ends and word[0].isalpha() and lower not in _BARRIERS:
            run = [] if before in _BEFORE_VERB else [word]
        else:
            if ends and run:
                yield run
            run = []
        before = lower


def _may_be_name(words: Sequence[str]) -> bool:
    """Whether the words say something together: one of them at least has a meaning of its own."""
    lower = [singular(word.lower()) for word in words]
    if lower[0] in _BARRIERS or len(set(lower)) < len(lower):
        return False
    if all(word in _WEAK or word in _HEADS or word in _BARRIERS for word in lower):
        return False
    if len(words) == 1:
        named = any(letter.isupper() for letter in words[0][1:])
        return named or not (len(lower[0]) < 3 or _NO_NOUN.fullmatch(lower[0]))
    return not (_NO_NOUN.fullmatch(lower[-1]) or lower[0].endswith("ly"))
