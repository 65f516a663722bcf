"""Cues: words of academic English that show what a sentence of an abstract is for. Pure.

Each cue is a regular expression; its coefficient for each aspect is fitted
(rag/decisions/weights/aspect_*.json).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_METHODS = (
    r"(?:methods?|approach(?:es)?|models?|works?|arts?|studies|research|techniques?|algorithms?"
    r"|networks?|architectures?|systems?|baselines?|counterparts?|schemes?|strategies|ones)"
)
_EARLIER = (
    r"(?:existing|previous(?:ly)?|prior|current(?:ly)?|recent|conventional|traditional"
    r"|earlier|standard)"
)
_SAY = (
    r"(?:propose|present|introduce|develop|design|devise|describe|build|construct|create|establish"
    r"|formulate|provide|offer|explore|investigate|study|analy[sz]e|examine|address|adopt|train"
    r"|aim|conduct|collect|perform|leverage|utili[sz]e|use|combine|extend|reframe|decouple|employ)"
)

_CUES = {
    # The gap
    "turn": r"\b(?:however|yet|despite|although|though|unfortunately|nevertheless|nonetheless)\b",
    "fault": (
        r"\b(?:limit(?:s|ed|ing|ations?)?|lack(?:s|ing)?|fail(?:s|ed|ure)?|struggl\w+|suffer\w*"
        r"|hinder\w*|hamper\w*|costly|expensive|impractical\w*|inefficien\w+|sub-?optimal|sub-?par"
        r"|scarc\w+|cannot|unable|insufficient\w*|neglect\w*|ignor\w+|overlook\w*|difficult\w*"
        r"|challeng\w+|problem\w*|issues?|bottleneck\w*|prohibitive\w*|degrad\w+|confined"
        r"|constrain\w*"
        r"|disparity|prone|poor\w*|burden\w*|tedious|redundan\w+|shortcomings?|drawbacks?"
        r"|at the cost)\b"
    ),
    "unknown": (
        r"\b(?:unclear|unknown|under-?explored|unexplored|un(?:der)?studied|little (?:work|is known"
        r"|attention|research)|poorly understood|not (?:\w+ )?(?:been|understood|clear|known)"
        r"|remains?|need(?:s|ed)? (?:for|to)|requires?|open (?:question|problem)|less (?:handled"
        r"|explored|studied)|rarely|largely|yet to be|has focused|natural to ask"
        r"|is it possible)\b|\?"
    ),
    "earlier": (
        rf"\b{_EARLIER}\b(?:\W+[\w-]+){{0,4}}?\W+{_METHODS}\b|\bmost of (?:these|them)\b"
        rf"|\btypically\b"
    ),
    # The work
    "we_propose": (
        rf"\bwe\s+(?:\w+ly\s+)?(?:then |also |first |further |here |instead )?{_SAY}\b"
        rf"|\b(?:this|our) (?:\w+ )?(?:paper|work|study|research|article)\s+{_SAY}s?\b"
    ),
    "coin": (
        r"\b(?:called|named|termed|dubbed|coined)\b|\bwe (?:propose|present|introduce"
        r"|develop) [A-Z]\w*[A-Z]"
    ),
    "this_paper": (
        r"\b(?:in|here,? in) this (?:paper|work|study|article|letter)\b|\bhere,? we\b"
        r"|\bto (?:this|address|tackle|overcome|solve|bridge|fill|mitigate)\b"
    ),
    "we": r"\b(?:we|our|us)\b",
    "our_method": (
        rf"\b(?:our|the|this) (?:[\w-]+ ){{0,2}}?{_METHODS}\b|\b(?:our|this"
        rf"|the) (?:proposed )?(?:framework|module|layer|benchmark|pipeline|analysis"
        rf"|theory)\b"
    ),
    "works": (
        r"\b(?:consist\w*|compos\w+|contain\w*|integrat\w+|encod\w+|employ\w*|leverag\w+"
        r"|utili[sz]\w+"
        r"|incorporat\w+|comput\w+|us(?:es|ing)|enabl\w+|allow\w*|learns?|optimi[sz]\w+"
        r"|map(?:s|ping)?"
        r"|extract\w*|transform(?:s|ed|ing)?|decompos\w+|fus(?:es|ing|e|ion)|align\w*|generat\w+"
        r"|module\w*|mechanism\w*|stage\w*|layers?|loss|objective|based on|by \w+ing)\b"
    ),
    "step": (
        r"^(?:specifically|in particular|concretely|namely|moreover|furthermore|in addition"
        r"|additionally|then|first|second|third|finally|to (?:further|enable|achieve|do so)"
        r"|by \w+ing|during)\b"
    ),
    # Newness
    "novel": (
        r"\b(?:novel\w*|new|newly|innovative|original)\b(?! (?:subjects?|tasks?|insights?"
        r"|state|directions?|challenges?|tools?|individuals?|data|images?|categor|class"
        r"|participants?|users?|domains?|opportunit))"
    ),
    "first_of": (
        r"\b(?:the|our|are|is|be|among the) first\b(?! (?:stage|step|layer|phase|question"
        r"|problem|order))|\bfirst time\b|\bfirst-ever\b"
    ),
    "unlike": (
        r"\b(?:unlike|in contrast|instead|differs? from|different from|rather than"
        r"|as opposed|departs? from|beyond)\b"
    ),
    "contribution": (
        r"\bcontribut(?:ion|ions|e)\b|\bpioneer\w*\b|\bdiscover(?:ed|y)?\b|\boverlooked\b"
        r"|\bfor the first\b|\bno (?:previous|prior)\b|\bparadigm\b"
    ),
    # Data
    "dataset": (
        r"\b(?:data ?-?sets?|benchmarks?|corpus|corpora|databases?|test ?sets?|videos from"
        r"|recordings?|samples)\b"
    ),
    "modality": (
        r"\b(?:fMRI|MRI|EEG|MEG|ECoG|sEEG|iEEG|RGB|depth|audio|speech|video\w*|image\w*"
        r"|texts?|textual|point clouds?"
        r"|LiDAR|language|visual|neural (?:data|recordings?|responses?|activity)"
        r"|brain (?:data|activity|signals?"
        r"|recordings?|responses?)|captions?|multi-?modal\w*|modalit(?:y|ies)|neuronal"
        r"|behavio(?:u)?ral)\b"
    ),
    "subjects": (
        r"\b(?:subjects?|participants?|patients?|humans?|individuals|mouse|mice|monkeys?"
        r"|macaques?)\b"
    ),
    "named_set": (
        r"\b(?:ImageNet\w*|COCO|ADE20K|CIFAR\w*|MNIST|PASCAL\w*|VOC|Cityscapes|KITTI|NYU\w*|NSD"
        r"|Taskonomy|Kinetics\w*|VQA\w*|GLUE|Natural Scenes)\b|\bMS.COCO\b"
        r"|\b(?:on|datasets?|benchmarks?)\b[^.]{0,60}\b[A-Z][A-Za-z]*[A-Z\d][\w-]*"
    ),
    "used_on": (
        r"\b(?:train(?:ed|ing)?|pre-?train\w*|fine-?tun\w+|evaluat\w+|experiment\w*"
        r"|test(?:ed|s)?|collect\w*|appl(?:y|ied)|validat\w+)\b(?:\W+[\w-]+){0,6}?\W+(?:on"
        r"|across|with|from|using|over)\b"
    ),
    # Outcome
    "shows": (
        r"\b(?:show(?:s|n|ed|ing)?|demonstrat\w+|achiev\w+|found|find(?:s|ings?)|reveal\w*"
        r"|observ\w+"
        r"|results?|experiments?|suggest\w*|confirm\w*|indicat\w+|yield\w*|attain\w*|prove[sd]?"
        r"|evidence\w*|deliver\w*|reach(?:es|ed)?|highlight\w*)\b"
    ),
    "better": (
        r"\b(?:outperform\w*|surpass\w*|exceed\w*|beats?|improv\w+|superior\w*"
        r"|competitive\w*|comparable"
        r"|on.par|state.of.the.art|SOTA|significant\w*|boost\w*|enhanc\w+|reduc\w+|gains?|faster"
        r"|accura\w+|robust\w*|effective\w*|higher|lower|fewer|better|best|substantial\w*"
        r"|consistent\w*)\b"
    ),
    "we_show": (
        r"\b(?:we|results?|experiments?|findings|analys[ei]s|study|models?|methods?|approach"
        r"|network|framework|it|paper)\b"
        r"(?:\W+[\w-]+){0,5}?\W+(?:show(?:s|ed)?|demonstrates?|f(?:i|ou)nds?|reveal(?:s|ed)?"
        r"|suggests?|outperforms?"
        r"|achiev(?:es?|ed)|surpass(?:es)?|obtains?|observed?|reduces?|improves?|exceeds?"
        r"|predict(?:s|ed)|fared)\b"
    ),
    "experiments": (
        r"\b(?:experiment\w*|evaluat\w+|results|empirical\w*|extensive\w*|ablation\w*"
        r"|findings)\b"
    ),
    "metric": (
        r"\b\d+(?:\.\d+)?\s?(?:%|\\%|percent|x\b|×|times|points?|fps|ms|mIoU|mAP|dB|M\b|K\b"
        r"|GFLOPs)|\b(?:mIoU|m?AP|AUC|F1|BLEU|accuracy|PSNR|FID|correlation|p-value)\b"
    ),
    "number": r"\b\d",
    # Against whom
    "than": (
        r"\b(?:than|compared? (?:with|to|against)|in comparison|comparison|relative to"
        r"|versus|vs\.?|against)\b|\bcompared\b"
    ),
    "overtakes": (
        r"\b(?:outperform\w*|surpass\w*|exceed\w*|beats?|superior to|competitive (?:with|to)"
        r"|comparable (?:with|to|or)|on.par|improv\w+ (?:up)?on|over)\b"
    ),
    "counterpart": (
        rf"\b(?:baselines?|counterparts?|prior arts?|competitors?)\b|\b(?:{_EARLIER}|other"
        rf"|all|best|various|leading|"
        rf"state.of.the.art|SOTA|alternative|specialized|individual|single-task|supervised"
        rf"|subject-specific)\b(?:\W+[\w-]+){{0,3}}?\W+{_METHODS}\b"
    ),
    "sota": r"\b(?:state.of.the.art|SOTA)\b",
    # Address
    "url": r"https?://|\bwww\.|\bgithub\b",
    "release": (
        r"\b(?:codes?|source|models?|data\w*|project|weights|web ?page|web ?site"
        r"|demo)\b[^.]{0,80}?\b(?:available|released?|releas\w+|public\w*|open-?sourced?"
        r"|accessible|page|provided)\b|\bproject page\b|\b(?:our )?(?:code"
        r"|web ?page)\b.{0,20}(?::|at\b|is\b|are\b|in\b|shall\b|will\b)|\bopen-?source\w*\b"
    ),
    "provide_for": (
        r"\b(?:provide|release|share|open)\b.{0,90}\bfor (?:future"
        r"|the (?:research )?community)\b|\bcheck out\b"
    ),
    # What is left
    "future": (
        r"\b(?:future|further) (?:research|work|works|studies|study|investigation\w*"
        r"|directions?|exploration|improvement\w*|development\w*)\b|\bopen (?:question"
        r"|problem|challenge|issue)s?\b|\bremains? (?:an? )?(?:open|unclear|unknown|to be"
        r"|unsolved|elusive)\b|\bleft (?:to|for)\b|\byet to\b|\bmore (?:work|research) is\b"
    ),
    "own_limit": (
        r"\b(?:limitations?|limited|caveats?|shortcomings?|drawbacks?|weakness\w*|cautio\w+"
        r"|fail\w*|gaps?|room for|far from|still|challenges?)\b"
    ),
    "outlook": (
        r"\b(?:we (?:hope|believe|argue|hypothesi[sz]e|discuss)|promising|potential"
        r"|insights?|implications?|paves?|opens?|direction|could|may|might)\b"
    ),
    "has_been": (
        r"\b(?:has|have) (?:\w+ )?(?:been|become|made|achieved|shown|attracted|gained"
        r"|advanced|garnered|enabled|led|proven|emerged|outperformed)\b|\bplay\w* an?\b"
    ),
}  # fmt: skip
_COMPILED = {
    name: re.compile(pattern, 0 if name in ("named_set", "coin", "metric") else re.IGNORECASE)
    for name, pattern in _CUES.items()
}


def cues_in(sentence: str) -> Mapping[str, float]:
    """Every cue by name: 1 if the sentence has it, else 0."""
    return {name: float(bool(cue.search(sentence))) for name, cue in _COMPILED.items()}


def first_cue(sentence: str, cues: Sequence[str]) -> int:
    """The offset in ``sentence`` of the first of ``cues`` that it has; 0 if it has none."""
    matches = (_COMPILED[name].search(sentence) for name in cues)
    return next((match.start() for match in matches if match), 0)
