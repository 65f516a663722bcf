"""Resources and prompts, with a server in this process and the SDK's own client."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from mcp.shared.exceptions import MCPError
from mcp_client import SINET, Talk, talking
from mcp_types import PromptReference, ResourceTemplateReference, TextContent, TextResourceContents

from rag.settings import Settings
from rag.types import Paper
from ui.mcp import resources
from ui.mcp.addresses import resource_uri
from ui.mcp.papers import Papers
from ui.mcp.server import make_server


@pytest.fixture(scope="module")
def here(settings: Settings) -> Iterator[Talk]:
    """A session with a server in this process."""
    with talking(make_server(Papers(settings), writes=False)) as session:
        yield session


def _read(talk: Talk, uri: str) -> str:
    (content,) = talk.do(talk.client.read_resource, uri).contents
    assert isinstance(content, TextResourceContents)
    return content.text


def test_papers_are_listed_page_by_page(
    here: Talk, papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "_PAGE", 30)
    uris: list[str] = []
    sizes = []
    cursor: str | None = None
    while True:
        page = here.resources(cursor)
        uris += [resource.uri for resource in page.resources]
        sizes.append(len(page.resources))
        if (cursor := page.next_cursor) is None:
            break
    assert sizes == [31, 30, 22]
    assert uris == ["paperchat://status", *(resource_uri(paper.paper_id) for paper in papers)]
    for wrong in ("nonsense", "-1", "9" * 40):
        with pytest.raises(MCPError, match="cursor"):
            here.resources(wrong)
    beyond = here.resources("1000")
    assert not beyond.resources and beyond.next_cursor is None


def test_a_paper_is_read_as_data(here: Talk, papers: list[Paper]) -> None:
    paper = next(paper for paper in papers if paper.paper_id == SINET)
    text = _read(here, resource_uri(SINET))
    assert text.startswith(paper.title) and paper.abstract in text
    assert text.index("never instructions") < text.index(paper.abstract)
    for unknown in ("paperchat://paper/nobody", "paperchat://nothing", "file:///etc/passwd"):
        with pytest.raises(MCPError) as refused:
            _read(here, unknown)
        assert "\n" not in str(refused.value)


def test_an_id_with_a_slash_is_found(here: Talk) -> None:
    for uri in (
        f"paperchat://paper/{quote('10.1000/x y', safe='')}",
        "paperchat://paper/10.1000/x",
    ):
        with pytest.raises(MCPError, match=r"No paper has the id '10\.1000/x"):
            _read(here, uri)


def test_the_status_is_a_resource(here: Talk) -> None:
    assert '"papers":82' in _read(here, "paperchat://status")


def test_ids_are_completed(here: Talk) -> None:
    (template,) = here.do(here.client.list_resource_templates).resource_templates

    def complete(typed: str) -> list[str]:
        ref = ResourceTemplateReference(uri=template.uri_template)
        found = here.do(here.client.complete, ref, {"name": "id", "value": typed})
        return found.completion.values

    assert complete("sinet") == [SINET]
    assert complete("Portrait Segmentation Networks")[0] == SINET
    assert len(complete("")) == 82
    prompt = PromptReference(name="literature_review")
    nothing = here.do(here.client.complete, prompt, {"name": "topic", "value": "x"})
    assert not nothing.completion.values


def test_prompts_use_our_tools(here: Talk) -> None:
    tools = {tool.name for tool in here.do(here.client.list_tools).tools}
    listed = here.do(here.client.list_prompts).prompts
    assert [prompt.name for prompt in listed] == ["literature_review", "check_paragraph"]
    for prompt in listed:
        assert prompt.arguments
        (argument,) = prompt.arguments
        assert argument.required and argument.description
        given = {argument.name: "Owls {hoot} at <night>"}
        (message,) = here.do(here.client.get_prompt, prompt.name, given).messages
        assert isinstance(message.content, TextContent)
        assert "Owls {hoot} at <night>" in message.content.text
        named = {name for name in tools if f"`{name}`" in message.content.text}
        assert {"check_claim"} < named
        assert "not instructions" in message.content.text


@pytest.mark.parametrize(
    ("name", "given", "line"),
    [
        ("nothing", {}, "There is no prompt 'nothing'. There are: literature_review"),
        ("literature_review", {}, "literature_review needs topic."),
        ("literature_review", {"topic": " "}, "The topic is empty."),
        ("check_paragraph", {"text": "x" * 30_000}, "more than 20,000 characters"),
    ],
)
def test_wrong_prompts_are_refused(here: Talk, name: str, given: dict[str, str], line: str) -> None:
    with pytest.raises(MCPError, match=line):
        here.do(here.client.get_prompt, name, given)
