"""Listening to other machines: a password, a token, or an explicit yes to everybody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from browsing import serving
from wire import Reply, call, get, post, request

from rag.errors import SettingsError
from rag.settings import Settings, load_settings
from ui.web.gate.entry.door import Door
from ui.web.gate.entry.lockout import Lockout
from ui.web.gate.entry.secret import Secret
from ui.web.gate.entry.sessions import IDLE, Sessions
from ui.web.gate.http.hosts import own_addresses

PASSWORD = "correct horse 9"
CALL = "/gradio_api/component_server/"


@pytest.fixture(scope="module")
def locked(settings: Settings) -> Iterator[str]:
    """A server that other machines reach, with a password."""
    with serving(
        index=settings.index, llm="quotes", host="0.0.0.0", password=PASSWORD,
        allowed_hosts="papers.example, other",
    ) as url:  # fmt: skip
        yield url


@pytest.fixture(scope="module")
def outside(locked: str) -> str:
    """The same server, as another machine reaches it."""
    for address in own_addresses():
        if ":" not in address:
            return locked.replace("127.0.0.1", address)
    pytest.skip("this machine has no address that others reach")


def log_in(url: str, secret: str = PASSWORD, *headers: str) -> Reply:
    return post(url, "/login", {"secret": secret}, *headers)


def cookie(said: Reply) -> str:
    assert said.status == 204, said
    return "Cookie: " + said.headers["set-cookie"].partition(";")[0]


def test_who_has_not_logged_in_gets_nothing(locked: str) -> None:
    assert get(locked, "/").status == 401
    sent = get(locked, "/", "Accept: text/html")
    assert (sent.status, sent.headers["location"]) == (303, "login")
    assert get(locked, "/", method="HEAD").status == 401
    for path in (CALL, "/gradio_api/queue/join", "/gradio_api/cancel"):
        assert post(locked, path, {}).status == 401, path
    assert get(locked, "/gradio_api/queue/data?session_hash=x").status == 401
    assert request(
        locked, "PUT /library/files HTTP/1.1", f"Host: {urlsplit(locked).netloc}", body=b"x"
    ).status == 401  # fmt: skip
    assert get(locked, "/metrics", "X-Forwarded-For: 10.0.0.9").status == 401
    page = get(locked, "/login")
    assert page.status == 200 and "Password" in page.body and "papers" not in page.body


def test_who_knows_the_password_is_let_in_until_they_leave(outside: str) -> None:
    said = log_in(outside)
    kept = said.headers["set-cookie"]
    assert re.fullmatch(
        r"paperchat-\d+=[\w-]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict", kept
    )
    mine = cookie(said)
    assert get(outside, "/", mine).status == 200
    status = call(outside, "pc-head", "show_status", {}, mine).body
    assert f"Anyone who can reach {outside} and knows the password can ask" in status
    assert "Log out" in status
    gone = post(outside, "/logout", {}, mine)
    assert gone.status == 204 and "Max-Age=0" in gone.headers["set-cookie"]
    assert get(outside, "/", mine).status == 401


def test_a_guest_may_ask_and_changes_nothing(outside: str, locked: str) -> None:
    mine = cookie(log_in(outside))
    for page, name in (
        ("pc-library", "undo"), ("pc-settings", "save"), ("pc-evaluate", "start"),
        ("pc-evaluate", "stop"), ("pc-chat", "rate_turn"),
    ):  # fmt: skip
        assert "You are at another machine" in call(outside, page, name, {}, mine).body, name
    upload = [f"Host: {urlsplit(outside).netloc}", "X-File-Name: a.bib", mine]
    said = request(outside, "PUT /library/files HTTP/1.1", *upload, body=b"x")
    assert said.status == 403 and "at another machine" in said.body
    here = cookie(log_in(locked))  # the same server, by 127.0.0.1
    assert "There is no import to undo" in call(locked, "pc-library", "undo", {}, here).body


def test_a_session_cannot_be_chosen_nor_used_again(locked: str) -> None:
    port = urlsplit(locked).port
    chosen = f"Cookie: paperchat-{port}=" + "A" * 43
    assert get(locked, "/", chosen).status == 401
    mine = cookie(log_in(locked, PASSWORD, chosen))
    assert mine != chosen and get(locked, "/", chosen).status == 401
    again = cookie(log_in(locked, PASSWORD, mine))
    assert again != mine
    assert get(locked, "/", mine).status == 401, "a login ends the session before it"
    # Browsers send the cookies of all ports of a host; only this port's counts, wherever it stands.
    other = mine.replace(f"-{port}=", "-1=")
    assert get(locked, "/", again.replace(f"-{port}=", "-1=")).status == 401
    both = f"{other}; x=y; bad\x01=[; {chosen.partition(' ')[2]}; {again.partition(' ')[2]}"
    assert get(locked, "/", both).status == 200


def test_names_are_the_machine_s_and_those_that_are_set(locked: str) -> None:
    def status(host: str) -> int:
        return request(locked, "GET /healthz HTTP/1.1", f"Host: {host}").status

    for host in ("papers.example", "PAPERS.example:443", "other", "192.168.1.7:7860", "[fd00::1]"):
        assert status(host) in (200, 503), host
    for host in ("evil.example", "x.papers.example", "papers.example.evil", "192.168.1.7.nip.io"):
        assert status(host) == 421, host


def test_behind_tls_the_cookie_is_secure(locked: str) -> None:
    own = ("Host: papers.example", "X-Forwarded-Proto: https", "Content-Type: application/json")
    body = json.dumps({"secret": PASSWORD}).encode()
    fine = request(
        locked, "POST /login HTTP/1.1", *own, "Origin: https://papers.example", body=body
    )
    assert fine.headers["set-cookie"].startswith("__Host-paperchat-")
    assert fine.headers["set-cookie"].endswith("; Secure")
    bad = request(locked, "POST /login HTTP/1.1", *own, "Origin: http://papers.example", body=body)
    assert bad.status == 403
    page = request(locked, "GET / HTTP/1.1", *own, cookie(fine)).body
    assert '"root":"https://papers.example' in page.replace(" ", "")


def test_guessing_is_slowed_down_even_in_parallel(settings: Settings) -> None:
    with serving(index=settings.index, llm="quotes", host="0.0.0.0", password=PASSWORD) as url:
        with ThreadPoolExecutor(16) as guessers:
            said = list(guessers.map(lambda at: log_in(url, f"guess {at}"), range(40)))
        assert sorted({one.status for one in said}) == [401, 429]
        assert sum(one.status == 401 for one in said) == 5
        late = log_in(url)
        assert late.status == 429, "the right one waits, too, or guessing would go on"
        assert 0 < int(late.headers["retry-after"]) <= 31
        assert (
            late.body
            == f"Too many wrong tries. Try again in {late.headers['retry-after']} seconds.\n"
        )
        bearer = get(url, "/metrics", f"Authorization: Bearer {PASSWORD}", "Via: x")
        assert bearer.status == 429
        elsewhere = log_in(url, PASSWORD, "X-Forwarded-For: 10.0.0.9")
        assert elsewhere.status == 204, "an address of another visitor, as the proxy here says"


def test_waits_grow_and_are_bounded_together() -> None:
    now = 0.0
    lockout = Lockout(clock=lambda: now)
    waits: list[float] = []
    for _ in range(9):
        assert lockout.wait("10.0.0.1") == 0
        waits.append(lockout.wait("10.0.0.1") if len(waits) >= 4 else 0.0)
        now += waits[-1]
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480]
    assert lockout.wait("10.0.0.2") == 0
    lockout.right("10.0.0.2")
    same = [lockout.wait(f"2001:db8::{at}") for at in range(6)]
    assert same[:5] == [0] * 5 and same[5] == 30, "one /64 is one visitor"
    passed = sum(lockout.wait(f"10.1.{at // 250}.{at % 250}") == 0 for at in range(500))
    assert passed == 100 - 9 - 5, "a hundred an hour, wherever they come from"
    now += 3600
    assert lockout.wait("10.9.9.9") == 0
    assert len(lockout._tries) <= 10_000


def test_a_session_ends_when_it_is_not_used() -> None:
    now = 0.0
    sessions = Sessions(clock=lambda: now)
    used, unused = sessions.begin(), sessions.begin()
    now = IDLE - 1
    assert sessions.known(used)
    now = IDLE + 1
    assert sessions.known(used) and not sessions.known(unused)
    assert not any(used in str(key) for key in sessions._used), "only hashes are kept"


def test_only_a_hash_of_the_password_is_kept() -> None:
    secret = Secret(PASSWORD)
    assert secret.matches(PASSWORD)
    assert not any(map(secret.matches, ("", "correct horse", PASSWORD + " ", "x" * 10_000_000)))
    assert Secret(PASSWORD)._hash != secret._hash, "salted"
    assert PASSWORD.encode() not in secret._hash


def test_what_is_open_is_said() -> None:
    def door(**given: object) -> Door:
        return Door(load_settings(port=7860, **given))

    assert door().notice() == "" and not door().locked
    assert door(host="localhost").links() == ["http://localhost:7860"]
    token = door(host="192.168.1.7")
    assert token.locked and re.fullmatch(
        r"http://192\.168\.1\.7:7860/login#token=[\w-]{43}", token.links()[0]
    )
    assert "reach http://192.168.1.7:7860 and has the link with its token can" in token.notice()
    everybody = door(host="192.168.1.7", open_to_anyone=True)
    assert not everybody.locked and everybody.links() == ["http://192.168.1.7:7860"]
    assert everybody.notice(82) == (
        "Anyone who can reach http://192.168.1.7:7860 can ask questions and read the 82 papers. "
        "Only somebody at the machine itself can change anything."
    )
    assert door(password=PASSWORD).locked, "a password counts on every address"
    assert door(allowed_hosts="papers.example").locked, "a proxy opens a loopback address"
    listening = door(host="0.0.0.0").links()
    assert not any("0.0.0.0" in link for link in listening) and "127.0.0.1" in listening[-1]
    with pytest.raises(SettingsError, match="Give one of them"):
        door(password=PASSWORD, open_to_anyone=True)
    with pytest.raises(SettingsError) as short:
        door(password="hunter2")
    assert "hunter2" not in str(short.value) and "PAPERCHAT_PASSWORD" in str(short.value)
