"""Untrusted text made plain, as literal tables."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from eval.adversarial.effects import live_markup
from rag.text.characters.escaping import as_markdown, as_material, from_markdown, visible


def test_what_no_one_sees_is_not_sent_or_shown() -> None:
    hidden = "a\u200bb\u202ec\x1b[31md\U000e0041 e\u2028f"
    assert visible(hidden) == "abc[31md e f"
    assert as_material(hidden) == "abc(31md e f"
    assert visible("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://x.test) ![b](x.png) <i>c</i> <https://x.test>",
        "# not a heading",
        "- no bullet",
        "12. no list",
        "> no quote",
        "`code` and ```code```",
        "*a* _b_ **c** __d__ ~~e~~ snake_case_name",
        "a\n===\n\n    code",
        "&lt;b&gt; \\[a\\](b) \\",
        "see https://x.test, www.x.test and me@x.test",
        "[7] is no citation of ours",
    ],
)
def test_markdown_of_a_text_renders_as_the_text(text: str) -> None:
    markdown = as_markdown(text)
    assert live_markup(markdown) == []
    inline = MarkdownIt("commonmark").parse(markdown)[1]
    shown = "".join(child.content for child in inline.children or ())
    assert shown == visible(text)


@pytest.mark.parametrize("text", ["# A *b* [c](d) e_f", "1. $x$ <b> a\\b", "plain, as it is."])
def test_what_was_made_markdown_is_read_back(text: str) -> None:
    assert from_markdown(as_markdown(text)) == visible(text)
