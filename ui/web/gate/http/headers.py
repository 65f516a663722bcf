"""What each response says to the browser: what the page may load, and who may use it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from ui.web.asgi import Message, Send
from ui.web.gate.http.routes import Route

_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(rb"<style[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)
_DENIED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ALWAYS = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),  # for browsers that do not know frame-ancestors
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", ", ".join(f"{name}=()" for name in _DENIED).encode()),
)
# No other site's page may read an answer; Gradio would allow some.
_DROPPED = re.compile(rb"access-control-.*|server|x-request-id", re.IGNORECASE)


def page_policy(html: bytes) -> str:
    """The Content-Security-Policy of the window's page: it may talk to this server alone.

    Only the inline scripts that are in ``html`` now may run, by their hashes.
    """
    scripts = " ".join(_hashes(_INLINE.findall(html)))
    return "; ".join(
        (
            "default-src 'none'",
            # unsafe-eval: Gradio makes a function of the text of each gr.HTML's js_on_load.
            f"script-src 'self' {scripts} 'unsafe-eval'",
            # unsafe-inline: Gradio and Svelte write style attributes and add <style> to the head.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",  # data: icons and the pictures of an evaluation's report
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'self'",  # Gradio's page has <base href="./">
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def own_policy(html: bytes) -> str:
    """The policy of a page that is all ours: its inline script and style by their hashes."""
    scripts, styles = _hashes(_INLINE.findall(html)), _hashes(_STYLE.findall(html))
    allowed = f"script-src {' '.join(scripts)}; style-src {' '.join(styles)}; connect-src 'self'"
    return f"{_NOTHING}; {allowed}"


def protecting(send: Send, route: Route | None, request: str) -> Send:
    """``send`` that adds these headers to a response, and the id of the request."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = [(k, v) for k, v in message.get("headers", ()) if not _DROPPED.fullmatch(k)]
            names = {name.lower() for name, _ in given}
            more = [*_ALWAYS, (b"x-request-id", request.encode())]
            if b"content-security-policy" not in names:
                more.append((b"content-security-policy", _NOTHING.encode()))
            if b"cache-control" not in names and not (route and route.cached):
                more.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*given, *more]}
        await send(message)

    return sent


def _hashes(texts: Iterable[bytes]) -> list[str]:
    digests = (hashlib.sha256(text).digest() for text in texts)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in dict.fromkeys(digests)]
