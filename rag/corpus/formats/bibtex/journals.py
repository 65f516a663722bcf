"""The macros of astronomy's journals, such as ``\\apj``, which ADS writes into BibTeX."""

from __future__ import annotations

import re

_TABLE = """
aap Astronomy and Astrophysics
aapr Astronomy and Astrophysics Reviews
aaps Astronomy and Astrophysics Supplement Series
aas American Astronomical Society Meeting Abstracts
actaa Acta Astronomica
aj The Astronomical Journal
ao Applied Optics
apj The Astrophysical Journal
apjl The Astrophysical Journal Letters
apjlett The Astrophysical Journal Letters
apjs The Astrophysical Journal Supplement Series
apjsupp The Astrophysical Journal Supplement Series
aplett Astrophysical Letters
apspr Astrophysics Space Physics Research
apss Astrophysics and Space Science
araa Annual Review of Astronomy and Astrophysics
areps Annual Review of Earth and Planetary Sciences
arnps Annual Review of Nuclear and Particle Science
azh Astronomicheskii Zhurnal
baas Bulletin of the American Astronomical Society
bain Bulletin of the Astronomical Institutes of the Netherlands
caa Chinese Astronomy and Astrophysics
cjaa Chinese Journal of Astronomy and Astrophysics
dps AAS Division for Planetary Sciences Meeting Abstracts
expa Experimental Astronomy
fcp Fundamentals of Cosmic Physics
gca Geochimica et Cosmochimica Acta
grl Geophysical Research Letters
iaucirc IAU Circulars
icarus Icarus
jatis Journal of Astronomical Telescopes, Instruments, and Systems
jcap Journal of Cosmology and Astroparticle Physics
jcp Journal of Chemical Physics
jgr Journal of Geophysical Research
jqsrt Journal of Quantitative Spectroscopy and Radiative Transfer
jrasc Journal of the Royal Astronomical Society of Canada
lrr Living Reviews in Relativity
lrsp Living Reviews in Solar Physics
maps Meteoritics and Planetary Science
memras Memoirs of the Royal Astronomical Society
memsai Memorie della Società Astronomica Italiana
mnras Monthly Notices of the Royal Astronomical Society
na New Astronomy
nar New Astronomy Reviews
nat Nature
nphysa Nuclear Physics A
pasa Publications of the Astronomical Society of Australia
pasj Publications of the Astronomical Society of Japan
pasp Publications of the Astronomical Society of the Pacific
physrep Physics Reports
physscr Physica Scripta
planss Planetary and Space Science
pra Physical Review A
prb Physical Review B
prc Physical Review C
prd Physical Review D
pre Physical Review E
prl Physical Review Letters
procspie Proceedings of the SPIE
psj The Planetary Science Journal
psp Publications of the Astronomical Society of the Pacific
qjras Quarterly Journal of the Royal Astronomical Society
rmxaa Revista Mexicana de Astronomía y Astrofísica
rnaas Research Notes of the American Astronomical Society
skytel Sky and Telescope
solphys Solar Physics
sovast Soviet Astronomy
ssr Space Science Reviews
zap Zeitschrift für Astrophysik
"""
_JOURNALS = dict(line.split(" ", 1) for line in _TABLE.strip().splitlines())
_MACRO = re.compile(r"\W*\\([a-zA-Z]+)\W*")


def journal_of(name: str) -> str:
    """The journal that a macro stands for, also one without its backslash; else ``name``."""
    macro = _MACRO.fullmatch(name)
    if macro:
        return _JOURNALS.get(macro[1].lower(), macro[1])
    return _JOURNALS.get(name, name) if len(name) > 2 else name
