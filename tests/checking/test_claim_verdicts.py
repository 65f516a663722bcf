"""Checking claims against abstracts, by the delivered claim reader."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

import rag.models.embedding.claim_reader
from rag.checking.claims import check_claim
from rag.checking.excerpt import excerpt
from rag.decisions.claim_verdict import (
    VERDICTS,
    VETO,
    Setting,
    verdict_of,
    verdict_probabilities,
)
from rag.engine import Engine
from rag.errors import ModelUnavailableError, QuestionError, UnknownPaperError
from rag.index.library import Library
from rag.models.embedding.encoder_files import ENCODER
from rag.settings import Settings
from rag.types import EVERYTHING, ClaimVerdict, Paper, Scope

SINET = "sinet-extreme-lightweight-portrait-segmentation-12228bf2"
VMAMBA = "multi-scale-vmamba-hierarchy-in-hierarchy-a91ec72b"
SMALL = "SINet brings the number of parameters down from 2.1M to 86.9K."
FAST = "SINet runs on a real mobile device with 100.6 FPS."


def test_what_an_abstract_says_is_supported(library: Library) -> None:
    for claim in (SMALL, FAST):
        checked = check_claim(library, claim, Scope((SINET,)))
        [source] = checked.sources
        assert (checked.verdict, source.verdict, checked.examined) == ("supported", "supported", 1)
        assert 0.25 < source.confidence <= 1
        abstract = library.by_id[SINET].abstract
        assert source.quotes
        for quote in source.quotes:
            assert abstract[quote.start : quote.end] == quote.text
        assert any(number in source.quotes[0].text for number in ("86.9K", "100.6"))


def test_another_number_is_contradicted(library: Library) -> None:
    claim = FAST.replace("100.6", "612.5")
    checked = check_claim(library, claim, Scope((SINET,)))
    assert checked.verdict in ("contradicted", "partly")
    assert "100.6" in checked.sources[0].quotes[0].text


def test_a_paper_that_is_only_on_the_subject_does_not_say_it(library: Library) -> None:
    claim = "Annotators in Kenya labelled the portraits for two dollars an hour."
    checked = check_claim(library, claim, Scope((SINET,)))
    assert (checked.verdict, checked.sources[0].verdict) == ("not_found", "not_found")
    assert checked.sources[0].quotes == ()
    assert checked.nearest[0].paper_id == SINET


def test_every_named_paper_is_shown(library: Library) -> None:
    checked = check_claim(library, SMALL, Scope((VMAMBA, SINET)))
    assert [source.paper_id for source in checked.sources] == [SINET, VMAMBA]
    assert checked.sources[1].verdict == "not_found"
    assert (checked.verdict, checked.examined) == ("supported", 2)


def test_two_papers_say_together_what_neither_says(library: Library) -> None:
    other = "Multi-scale 2D scanning benefits the learning of long-range dependencies."
    checked = check_claim(library, f"{SMALL.rstrip('.')}; {other}", Scope((SINET, VMAMBA)))
    assert checked.verdict in ("supported", "partly")
    assert all(source.quotes for source in checked.sources if source.verdict != "not_found")


def test_without_named_papers_the_nearest_are_read(library: Library) -> None:
    checked = check_claim(library, FAST, EVERYTHING)
    assert checked.verdict == "supported" and checked.examined == 8
    assert checked.sources[0].paper_id == SINET
    assert all(source.verdict != "not_found" for source in checked.sources)
    assert checked.nearest == ()


def test_what_no_paper_says_is_not_found(library: Library) -> None:
    checked = check_claim(library, "Herring prices in Norway rose by 12% in 1978.", EVERYTHING)
    assert (checked.verdict, checked.sources) == ("not_found", ())
    assert len(checked.nearest) == 3


def test_a_paper_without_an_abstract_says_nothing(settings: Settings, tmp_path: Path) -> None:
    papers = [Paper("a", "Herring", "", (), 0, "x"), Paper("b", "Prices", "They rose.", (), 1, "x")]
    with Engine(settings.model_copy(update={"index": tmp_path / "index"})) as engine:
        engine.add(papers)
        checked = engine.check_claim("Prices rose.", Scope(papers=("a", "b")))
    assert {source.paper_id for source in checked.sources} == {"a", "b"}
    silent = next(source for source in checked.sources if source.paper_id == "a")
    assert (silent.verdict, silent.confidence, silent.quotes) == ("not_found", 1.0, ())
    other = next(source for source in checked.sources if source.paper_id == "b")
    assert checked.verdict == other.verdict


def test_bad_input_is_told(settings: Settings, library: Library) -> None:
    engine = Engine(settings, library=library)
    with pytest.raises(UnknownPaperError):
        engine.check_claim(SMALL, Scope(("nobody",)))
    for claim in ("", "x" * 100_000, "これは日本語の文です。ネットワークは速い。"):
        with pytest.raises(QuestionError):
            engine.check_claim(claim)


def test_eight_papers_are_read_in_half_a_second(library: Library) -> None:
    check_claim(library, SMALL, EVERYTHING)
    started = time.process_time()
    check_claim(library, FAST, EVERYTHING)
    assert time.process_time() - started < 1.0  # .2 s on an idle machine


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "encoder"
    folder.mkdir()
    for name in ("claims.json", "claims.onnx", "claims.safetensors", "tokenizer.json"):
        shutil.copyfile(ENCODER / name, folder / name)
    (folder / "model.safetensors").symlink_to(ENCODER / "model.safetensors")
    with (folder / "claims.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x55")
    monkeypatch.setattr(rag.models.embedding.claim_reader, "ENCODER", folder)
    with pytest.raises(ModelUnavailableError, match=r"claims\.safetensors"):
        rag.models.embedding.claim_reader.ClaimReader()


def test_the_nearest_sentences_are_read() -> None:
    assert excerpt([0.1, 0.9, 0.5], [60, 60, 60], room=120) == (1, 2)
    assert excerpt([0.9, 0.1], [500, 10], room=100) == (0,)
    assert excerpt([], []) == ()


def test_probabilities_add_up() -> None:
    names = [f"read_{verdict}" for verdict in VERDICTS]
    checks = ["missing_number", "missing_name", "denied", "turned", "opposed", "recalled"]
    features = dict.fromkeys([*names, *checks, "similar", VETO], 0.0) | {"read_supported": 3.0}
    settings: tuple[Setting, ...] = ("named", "found")
    for setting in settings:
        odds = verdict_probabilities(features, setting)
        assert sum(odds.values()) == pytest.approx(1)
        assert tuple(odds) == VERDICTS
        vetoed = verdict_probabilities(features | {VETO: 1.0}, setting)
        assert vetoed["supported"] == 0 and sum(vetoed.values()) == pytest.approx(1)


def test_a_contradiction_is_told_only_where_it_is_likelier_than_not() -> None:
    odds: dict[ClaimVerdict, float] = {
        "supported": 0.3,
        "partly": 0.2,
        "contradicted": 0.4,
        "not_found": 0.1,
    }
    assert verdict_of(odds) == "supported"
    assert verdict_of({**odds, "contradicted": 0.5}) == "contradicted"
