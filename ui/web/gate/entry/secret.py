"""The password or token that opens the window; only a salted hash of it is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_SALT = 16  # bytes
_LONGEST = 1024  # characters; nobody's password, but a body that costs time to hash


class Secret:
    """Recognises one secret. Both making and asking take some 50 ms, which slows down guessing."""

    def __init__(self, text: str) -> None:
        self._salt = secrets.token_bytes(_SALT)
        self._hash = self._hashed(text)

    def matches(self, given: str) -> bool:
        """Whether ``given`` is the secret."""
        return len(given) <= _LONGEST and hmac.compare_digest(self._hashed(given), self._hash)

    def _hashed(self, text: str) -> bytes:
        return hashlib.scrypt(
            text.encode("utf-8", "surrogatepass"), salt=self._salt, n=2**14, r=8, p=1
        )
