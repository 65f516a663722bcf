"""Keys: kept as hashes, compared in constant time, limited, and slow to guess."""

from __future__ import annotations

import hmac
import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from commands import Command
from serving_api import problem, serving_api

from rag.errors import InputError, SettingsError
from rag.settings import Settings, load_settings
from ui.api import keys as keys_module
from ui.api.access import Access, Caller
from ui.api.keys import Keys, hash_of
from ui.web import owner
from ui.web.gate.http.hosts import own_addresses
from ui.web.gate.http.routes import Route
from ui.web.gate.refused import Refused

SEARCH = "/api/v1/search"
QUERY = {"query": "What is SINet?", "k": 1}
# What hands that change the file may leave.
HASH = "0" * 64
SPOILED = [
    json.dumps([{"name": "lab", "hash": HASH, **changed}])
    for changed in ({"rate": 0}, {"hash": "é" * 64}, {"hash": HASH.upper() + "A"}, {"made": 1e300})
]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "config" / "keys.json")


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


# The file.


def test_only_a_hash_is_kept_and_nobody_else_reads_it(keys: Keys) -> None:
    made = keys.add("lab", write=True, rate=7)
    assert len(made) == 46 and made.startswith("pc-")
    text = keys.file.read_text()
    assert made not in text and made[3:] not in text
    (stored,) = json.loads(text)
    assert stored["hash"] == hash_of(made) and (stored["write"], stored["rate"]) == (True, 7)
    assert stat.S_IMODE(keys.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.file.parent.stat().st_mode) == 0o700
    assert {path.name for path in keys.file.parent.iterdir()} <= {"keys.json", "keys.json.lock"}


def test_keys_are_compared_in_constant_time(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [keys.add(f"key {at}") for at in range(3)]
    compared: list[tuple[str, str]] = []

    def compare(a: str, b: str) -> bool:
        compared.append((a, b))
        return hmac.compare_digest(a, b)

    monkeypatch.setattr(keys_module, "hmac", SimpleNamespace(compare_digest=compare))
    found = keys.find(made[0])
    assert found is not None and found.name == "key 0"
    assert len(compared) == 3, "all are compared, whichever it is"
    assert keys.find("pc-" + "A" * 43) is None and keys.find("") is None
    assert keys.find("\ud800\udcff") is None
    assert len(compared) == 12


def test_every_change_is_seen_by_others(keys: Keys) -> None:
    other = Keys(keys.file)
    assert other.all() == ()
    made = keys.add("lab")
    assert other.find(made) is not None
    keys.remove("lab")
    assert other.find(made) is None


def test_keys_made_at_once_are_all_kept(keys: Keys) -> None:
    makers = [threading.Thread(target=Keys(keys.file).add, args=(f"key {at}",)) for at in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(keys.all()) == 8


def test_what_cannot_be_a_key_says_so(keys: Keys) -> None:
    keys.add("lab")
    for name in ("lab", "", "-", "a\nb", "x" * 65, "a/b"):
        with pytest.raises(InputError):
            keys.add(name)
    for rate in (0, -1, 10**9):
        with pytest.raises(InputError, match="rate"):
            keys.add("other", rate=rate)
    with pytest.raises(InputError, match="no key 'none'"):
        keys.remove("none")
    for text in ("{}", "[1]", "\xff", "", '[{"name": 1}]', *SPOILED):
        keys.file.write_text(text, "latin-1")
        with pytest.raises(SettingsError, match="PAPERCHAT_KEYS"):
            keys.all()
    with pytest.raises(SettingsError, match="cannot be changed"):
        Keys(keys.file / "below").add("lab")


# The commands.


def test_the_commands_make_list_and_remove(
    paperchat: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAPERCHAT_KEYS", str(tmp_path / "k.json"))
    assert paperchat("keys", "list").out == "There is no key yet.\n"
    made = paperchat("keys", "add", "lab", "--write", "--rate", 30)
    assert made.out.startswith("pc-") and len(made.out.split()) == 1
    assert "only its hash is kept" in made.err
    paperchat("keys", "add", "reader")
    listed = paperchat("keys", "list").out
    assert "lab: reads and writes, 30 requests a minute" in listed
    assert "reader: reads, 120 requests a minute" in listed
    assert made.out.strip() not in listed
    shown = paperchat("keys", "list", "--json").json
    assert [sorted(row) for row in shown] == [["made", "name", "rate", "write"]] * 2
    assert paperchat("keys", "add", "lab").status == 2
    assert paperchat("keys", "remove", "lab").out == "removed: lab\n"
    assert paperchat("keys", "remove", "lab").status == 2


def test_an_open_address_needs_a_key_first(
    paperchat: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAPERCHAT_KEYS", str(tmp_path / "k.json"))
    for host in ("0.0.0.0", "::"):
        refused = paperchat("serve", "--host", host)
        assert refused.status == 2 and "`paperchat keys add NAME`" in refused.error
    for name, given in (("ALLOWED_HOSTS", "papers.example"), ("PASSWORD", "four words are good")):
        with monkeypatch.context() as patch:
            patch.setenv(f"PAPERCHAT_{name}", given)
            refused = paperchat("serve")
        assert refused.status == 2 and f"PAPERCHAT_{name} is set" in refused.error


# The server.


@pytest.fixture(scope="module")
def outside(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server that other machines reach: its client from one of them, and its keys."""
    others = [address for address in own_addresses() if ":" not in address]
    if not others:
        pytest.skip("this machine has no address that others reach")
    file = tmp_path_factory.mktemp("keys") / "keys.json"
    made = Keys(file)
    read, write = made.add("reader", rate=1000), made.add("writer", write=True)
    given: dict[str, Any] = {"index": settings.index, "keys": file, "host": "0.0.0.0"}
    with (
        serving_api(llm="quotes", **given) as here,
        httpx.Client(
            base_url=str(here.base_url).replace("127.0.0.1", others[0]), timeout=60, trust_env=False
        ) as there,
    ):
        yield SimpleNamespace(here=here, there=there, read=read, write=write, keys=made)


def test_nobody_gets_in_without_a_key(outside: Any) -> None:
    for client in (outside.there, outside.here):  # the machine itself is no exception
        for reply in (
            client.post(SEARCH, json=QUERY),
            client.get("/api/v1/papers"),
            client.put("/api/v1/files/a.bib", content=b"x"),
            client.get("/api/v1/status", headers={"authorization": "Basic eDp5"}),
            client.get("/metrics"),
        ):
            assert "key" in problem(reply, 401).lower()
            assert reply.headers["www-authenticate"] == "Bearer"
        assert client.get("/healthz").status_code in (200, 503)
        for path in ("/openapi.json", "/docs"):
            assert client.get(path).status_code == 200


def test_a_key_may_do_what_it_says(outside: Any) -> None:
    there = outside.there
    assert there.post(SEARCH, json=QUERY, headers=bearer(outside.read)).status_code == 200
    assert there.get("/metrics", headers=bearer(outside.read)).status_code == 200
    for method, path, body in (
        ("PUT", "/api/v1/files/a.bib", {"content": b"x"}),
        ("POST", "/api/v1/ingest", {"json": {"references": ["x"]}}),
        ("DELETE", "/api/v1/papers/x", {}),
        ("DELETE", "/api/v1/jobs/00", {}),
    ):
        refused = there.request(method, path, headers=bearer(outside.read), **body)
        assert "may only read" in problem(refused, 403)
    stored = there.put("/api/v1/files/a.bib", content=b"x", headers=bearer(outside.write))
    assert stored.status_code == 201
    problem(there.delete("/api/v1/papers/x", headers=bearer(outside.write)), 404)


def test_a_key_that_is_removed_is_refused_at_once(outside: Any) -> None:
    made = outside.keys.add("guest")
    assert outside.there.get("/api/v1/model", headers=bearer(made)).status_code == 200
    outside.keys.remove("guest")
    problem(outside.there.get("/api/v1/model", headers=bearer(made)), 401)


def test_a_key_has_its_rate(outside: Any) -> None:
    made = outside.keys.add("slow", rate=3)
    said = [outside.there.get("/api/v1/model", headers=bearer(made)) for _ in range(4)]
    assert [reply.status_code for reply in said] == [200, 200, 200, 429]
    assert "3 requests a minute" in problem(said[-1], 429)
    assert 55 <= int(said[-1].headers["retry-after"]) <= 60
    assert outside.there.get("/api/v1/model", headers=bearer(outside.read)).status_code == 200


def test_a_restart_keeps_the_keys(settings: Settings, tmp_path: Path) -> None:
    made = Keys(tmp_path / "k.json").add("lab")
    given: dict[str, Any] = {"index": settings.index, "keys": tmp_path / "k.json"}
    for _ in range(2):
        with serving_api(llm="quotes", host="0.0.0.0", **given) as client:
            assert client.get("/api/v1/model", headers=bearer(made)).status_code == 200


def test_on_the_machine_itself_any_key_will_do(api: httpx.Client) -> None:
    """Clients of OpenAI's API always send one."""
    for given in ("Bearer none", "Bearer", "Basic x", "Bearer \xff"):
        header = [(b"authorization", given.encode("latin-1"))]
        assert api.get("/api/v1/model", headers=header).status_code == 200


def test_on_the_machine_itself_a_spoiled_file_of_keys_is_no_trouble(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "k.json").write_text("{")
    with serving_api(llm="quotes", index=settings.index, keys=tmp_path / "k.json") as client:
        assert client.get("/api/v1/model", headers=bearer("none")).status_code == 200


# The guard alone, with a clock.

READ = Route("read", keys_module._NAME, ("GET",))


class Guarded:
    """An `Access` of an open address with one key, asked by address at any time."""

    def __init__(self, folder: Path) -> None:
        self.now = 0.0
        self.key = Keys(folder / "k.json").add("lab", rate=2)
        made = load_settings(host="0.0.0.0", keys=folder / "k.json")
        self.access = Access(made, clock=lambda: self.now)

    def ask(self, key: str, sender: str = "10.0.0.7") -> int:
        headers = [(b"host", b"10.0.0.1"), (b"authorization", f"Bearer {key}".encode())]
        scope: dict[str, Any] = {
            "headers": headers, "client": (sender, 1), "state": {"sender": sender},
        }  # fmt: skip
        owner.note(scope)
        try:
            self.access.check(scope, READ)
        except Refused as refused:
            return refused.status
        assert scope["state"]["caller"] == Caller("lab", write=False)
        return 200


@pytest.fixture
def guarded(tmp_path: Path) -> Guarded:
    return Guarded(tmp_path)


def test_guessing_is_slowed_down_and_locks_out_no_key(guarded: Guarded) -> None:
    said = [guarded.ask(f"pc-guess-{at}") for at in range(20)]
    assert said == [401] * 5 + [429] * 15
    assert guarded.ask("pc-x", "10.0.0.8") == 401, "another address has tries of its own"
    assert guarded.ask(guarded.key) == 200, "a key is too long to be guessed in the meantime"


def test_a_rate_is_that_of_any_minute(guarded: Guarded) -> None:
    said = []
    for now in (0.0, 30.0, 59.0, 60.5, 61.0, 89.0, 90.5):
        guarded.now = now
        said.append(guarded.ask(guarded.key))
    assert said == [200, 200, 429, 200, 429, 429, 200]


def test_keys_that_cannot_be_read_are_said_and_let_nobody_in(
    guarded: Guarded, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    file = tmp_path / "k.json"
    whole = file.read_text()
    file.write_text("{")
    assert guarded.ask(guarded.key) == guarded.ask("pc-guess") == 503
    assert "PAPERCHAT_KEYS" in caplog.text and str(file) in caplog.text
    file.write_text(whole)
    assert guarded.ask(guarded.key) == 200


def test_the_notice_says_what_is_open(tmp_path: Path, guarded: Guarded) -> None:
    assert "has the key can ask" in guarded.access.notice()
    home = Access(load_settings(keys=tmp_path / "none.json"))
    assert home.notice() == "Only programs on this machine can use the API; they need no key."
