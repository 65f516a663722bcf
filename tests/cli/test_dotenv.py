"""`.env`: our lines are replaced, all others stay, and only the owner can read a key."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import FileError, InputError
from ui.dotenv import merged, write

OURS = {"PAPERCHAT_LLM": "openai", "PAPERCHAT_LLM_API_KEY": "sk-1", "PAPERCHAT_LLM_MODEL": None}
OTHERS = "# mine\nEDITOR=vi\n\nexport PATH='a b'\nPAPERCHAT_INDEX=/somewhere\n"


def test_lines_of_others_stay_as_they_are() -> None:
    text = f"{OTHERS}PAPERCHAT_LLM_MODEL=gone\nPAPERCHAT_LLM=auto\nTAIL=1\nPAPERCHAT_LLM=twice\n"
    assert merged(text, OURS) == (
        f"{OTHERS}PAPERCHAT_LLM=openai\nTAIL=1\nPAPERCHAT_LLM_API_KEY=sk-1\n"
    )
    assert merged("PAPERCHAT_LLM_MODEL=gone\n", {"PAPERCHAT_LLM_MODEL": None}) == ""


@given(
    st.text(
        st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["C", "Z"])
        | st.just(" "),
        min_size=1,
    ).filter(lambda text: text == text.strip())
)
def test_what_is_written_is_what_is_read(value: str) -> None:
    try:
        text = merged("", {"NAME": value, "AFTER": "1"})
    except InputError:
        assert set(value) & set("'\\")
        return
    assert dotenv_values(stream=io.StringIO(text)) == {"NAME": value, "AFTER": "1"}


def test_a_line_break_gets_no_line_of_its_own() -> None:
    with pytest.raises(InputError):
        merged("", {"PAPERCHAT_LLM_MODEL": "a\nPAPERCHAT_HOST=0.0.0.0"})


def test_a_file_with_a_key_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(OTHERS, "utf-8")
    path.chmod(0o644)
    write(path, {"PAPERCHAT_LLM": "auto"})
    assert path.stat().st_mode & 0o777 == 0o644, "nothing in it is secret"
    assert write(path, OURS) == path
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text("utf-8").startswith(OTHERS)
    assert [child.name for child in tmp_path.iterdir()] == [".env"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "shared.env", tmp_path / ".env"
    real.write_text("A=1\n", "utf-8")
    link.symlink_to(real)
    assert write(link, {"PAPERCHAT_LLM": "auto"}) == real
    assert link.is_symlink()
    assert real.read_text("utf-8") == "A=1\nPAPERCHAT_LLM=auto\n"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be written"):
        write(tmp_path / "none" / ".env", OURS)
