"""The way to an endpoint: proxies of the environment, what goes past them, and whom it trusts."""

from __future__ import annotations

import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from scripted_server import ScriptedServer

from rag import environment
from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.sending import proxies
from rag.models.endpoints.sending.address import address_of
from rag.models.endpoints.sending.endpoint import Endpoint
from rag.models.endpoints.sending.proxies import proxy_for

ASKED = [{"role": "user", "content": "Capital?"}]
_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*_NAMES, *(name.lower() for name in _NAMES), *_CERTIFICATES):
        monkeypatch.delenv(name, raising=False)


def ask(url: str) -> str:
    with closing(ChatModel(Endpoint(url, "sk-secret-1", "m", 5.0), retries=0)) as chat:
        return chat.complete(ASKED, max_tokens=9)


def proxy(url: str) -> str | None:
    address = address_of(url)
    assert address is not None
    return proxy_for(address)


@pytest.mark.parametrize(
    ("url", "no_proxy", "past"),
    [
        ("http://llm.example.org/v1", "", False),
        ("http://llm.example.org/v1", "*", True),
        ("http://llm.example.org/v1", "example.org", True),
        ("http://llm.example.org/v1", " other.org , .example.org ", True),
        ("http://llm.example.org:81/v1", "llm.example.org:80", False),
        ("http://10.1.2.3:81/v1", "10.0.0.0/8", True),
        ("http://10.1.2.3:81/v1", "11.0.0.0/8,fd00::/8", False),
        ("http://[fd12::7]:81/v1", "fd00::/8", True),
        ("http://[fd12::7]:81/v1", "[fd12::7]", True),
        ("http://[fe80::7]:81/v1", "fd00::/8", False),
        ("http://127.0.0.1:81/v1", "", True),
        ("http://[::1]:81/v1", "", True),
        ("http://localhost:81/v1", "", True),
        ("http://0.0.0.0:81/v1", "", True),
    ],
)
def test_what_goes_past_the_proxy(
    monkeypatch: pytest.MonkeyPatch, url: str, no_proxy: str, past: bool
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert proxy(url) == (None if past else "http://proxy.test:3128")


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("HTTPS_PROXY", "http://proxy.test:1", "http://proxy.test:1"),
        ("https_proxy", "proxy.test:1", "http://proxy.test:1"),
        ("ALL_PROXY", "socks5://proxy.test:1", "socks5://proxy.test:1"),
        ("all_proxy", "socks5h://proxy.test:1", "socks5h://proxy.test:1"),
        ("ALL_PROXY", "socks://proxy.test:1/", "socks5://proxy.test:1/"),
        ("HTTP_PROXY", "http://proxy.test:1", None),
    ],
)
def test_which_proxy(
    monkeypatch: pytest.MonkeyPatch, name: str, written: str, meant: str | None
) -> None:
    monkeypatch.setenv(name, written)
    assert proxy("https://llm.example.org/v1") == meant


def test_the_environment_is_tidied_for_every_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """httpx, on which the window is built, raises for what is written here."""
    monkeypatch.setattr(environment, "set_aside", [])
    monkeypatch.setattr(proxies, "set_aside", environment.set_aside)
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("all_proxy", "socks://proxy.test:1")
    monkeypatch.setenv("NO_PROXY", "example.org, fd00::/8,[fe80::7],ü.test")
    environment.tidy_proxies()
    httpx.Client().close()
    assert proxy("http://[fd12::7]:81/v1") is proxy("http://[fe80::7]:81/v1") is None
    assert proxy("http://example.org/v1") is None
    assert proxy("http://[fe80::8]:81/v1") == "http://proxy.test:3128"


@contextmanager
def socks_proxy(to: str) -> Iterator[tuple[str, list[bytes]]]:
    """A SOCKS5 proxy that leads everybody to ``to``; the names that it was asked for."""
    host, port = to.removeprefix("http://").removesuffix("/v1").split(":")
    asked: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            line: socket.socket = self.request
            line.recv(99)
            line.sendall(b"\x05\x00")
            asked.append(line.recv(300)[5:-2])
            line.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            with socket.create_connection((host, int(port))) as other:
                threading.Thread(target=_pass, args=(other, line), daemon=True).start()
                _pass(line, other)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


def _pass(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(4096):
            other.sendall(data)
    except OSError:
        return


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks"])
def test_an_endpoint_behind_a_socks_proxy(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with (
        ScriptedServer("Paris.", models=["m"]) as server,
        socks_proxy(server.url) as (at, asked),
    ):
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://{at}")
        assert ask("http://llm.test/v1") == "Paris."
    assert asked == [b"llm.test"], "the proxy looks the name up"


@pytest.mark.parametrize("scheme", ["socks4", "ftp", "quic"])
def test_a_proxy_that_cannot_be_used_is_one_line(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://me:sk-secret-2@proxy.test:1")
    with pytest.raises(EndpointError, match=rf"proxy {scheme}://proxy.test:1 cannot") as failed:
        ask("http://llm.test/v1")
    assert failed.value.fault == "proxy" and "sk-secret" not in str(failed.value)


def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        at = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("HTTP_PROXY", f"http://me:sk-secret-2@{at}")
        with pytest.raises(EndpointError, match=f"through the proxy http://{at}") as failed:
            ask("http://llm.test/v1")
    assert "NO_PROXY" in failed.value.remedy and "sk-secret" not in str(failed.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody has signed, and its key in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("it takes openssl to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    made.write_bytes((folder / "cert.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return made


@contextmanager
def over_tls(certificate: Path) -> Iterator[str]:
    with ScriptedServer("Paris.", models=["m"]) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.over_tls(context)
        yield server.url.replace("http:", "https:")


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_certificate_of_the_environment_is_trusted(
    monkeypatch: pytest.MonkeyPatch, certificate: Path, name: str
) -> None:
    with over_tls(certificate) as url:
        with pytest.raises(EndpointError, match="certificate is not trusted") as failed:
            ask(url)
        assert "SSL_CERT_FILE" in failed.value.remedy
        monkeypatch.setenv(name, str(certificate.parent / "cert.pem"))
        assert ask(url) == "Paris."


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "certificates.pem"
    if content is not None:
        file.write_text(content, "utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(EndpointError, match=r"SSL_CERT_FILE names: .*certificates\.pem"):
        ask("https://127.0.0.1:9/v1")
