from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, final

_RefusedCode: TypeAlias = Literal[
    "too-long",
    "malformed",
    "forbidden-header",
    "wrong-type",
    "wrong-alg",
    "unknown-key",
    "bad-signature",
    "wrong-issuer",
    "wrong-audience",
    "wrong-controller",
    "not-yet-valid",
    "expired",
    "status-unknown",
    "status-stale",
    "withdrawn",
]
_DeniedCode: TypeAlias = Literal["other-notice", "not-granted"]

__all__ = [
    "ConfigurationError",
    "Consent",
    "Denied",
    "Grant",
    "ListTimes",
    "Refused",
    "StatusError",
    "StatusLists",
    "Verifier",
]

@final
class Verifier:
    """Checks tokens of one issuer for one audience. No network, no files."""

    def __new__(
        cls,
        *,
        issuer: str,
        audience: str,
        jwks: str | bytes | Mapping[str, Any],
        controller: str = ...,
        notices: Iterable[str] = ...,
        leeway: float = ...,
        status: StatusLists = ...,
        cache: int = ...,
        refusals: Literal["in-order", "early"] = ...,
        dangerous: Literal["development-tokens"] = ...,
    ) -> Verifier:
        """Raises `ConfigurationError`.

        issuer: who must have issued the token (`iss`), byte by byte: the first origin of the site.
        audience: for whom (`aud`): for the browser's cookie the first origin of the site, for a service its name.
        jwks: the keys that may have signed it (RFC 7517): JSON, or what `json.loads` made of it.
        controller: the one you act for, by its id in `site.toml`: a consent counts only for those its text named.
        notices: those under which a grant counts; without this, any.
        leeway: by how much clocks may differ: whole seconds, at most 300; 0 unless given.
        status: where it stands which tokens were withdrawn since; without it a token that names a list is
            `status-unknown`.
        cache: how many verified tokens are remembered, each until it ends; none unless given.
        refusals: "early" refuses for the reason that is cheapest to find, not the first in the order of the codes.
        dangerous: accepts the tokens of `volens serve --dev` and no others. On a developer's own machine, nowhere else.
        """

    def verify(self, token: str | None, now: datetime | float | None = None) -> Consent:
        """Verifies a token, at the present or at `now`: an aware `datetime`, or seconds as `time.time()` gives.

        Raises `Refused`; for `None` too, so that a cookie can be handed over whether it came or not.
        """

@final
class StatusLists:
    """The status lists that you have fetched: one for all verifiers, also for those you make later, for new keys.

    Nothing here fetches. Ask at an address of your own configuration, never at one that a token names.
    """

    def __new__(cls, *, max_age: float = ...) -> StatusLists:
        """Raises `ConfigurationError`.

        max_age: how old a list may be, since it was signed: whole seconds, 1 to 86400; 300 unless given. So long a
            withdrawal may stay unseen.
        """

    def put(
        self, uri: str, token: str | bytes, verifier: Verifier, now: datetime | float | None = None
    ) -> ListTimes:
        """Takes in the list that came from `uri`: the body of the answer. The verifier lends its issuer and keys.

        Raises `StatusError`. `now` is as in `Verifier.verify`.
        """

    def remove(self, uri: str) -> None:
        """Drops the list of this address: its service says that there is none any more (404)."""

@final
class ListTimes:
    """The times of a list that was taken in."""

    @property
    def issued_at(self) -> datetime:
        """When it was signed."""

    @property
    def stale_at(self) -> datetime:
        """The first instant at which it tells nothing any more, if no newer one comes; it may be past."""

    @property
    def ttl(self) -> int | None:
        """After how many seconds its maker wants to be asked again."""

@final
class Consent:
    """A verified token: genuine and valid. A refusal is a valid token too; ask `has` or `require`.

    It holds for the moment of its verification.
    """

    def has(self, purpose: str) -> bool:
        """Whether the purpose is granted."""

    def require(self, purpose: str) -> Grant:
        """Proof that it is, to hand to what needs it. Raises `Denied`."""

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes that are granted."""

    @property
    def subject(self) -> str | None:
        """The subject's pseudonym; none if nothing is granted."""

    @property
    def verified_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime:
        """When the token ends. A `Consent` kept longer has to be verified again."""

    @property
    def claims(self) -> dict[str, Any]:
        """All that the token claims; `claims["g"]` is what was said, `has` is what counts."""

@final
class Grant:
    """Proof that a purpose was granted: `def count_view(path: str, proof: Grant) -> None`."""

    @property
    def purpose(self) -> str: ...
    @property
    def granted_at(self) -> datetime: ...
    @property
    def consent(self) -> Consent: ...

class Refused(Exception):
    """The token is not accepted: there is no consent. `Denied` is one too, so that one `except` has both."""

    code: Final[_RefusedCode | _DeniedCode]
    def __init__(self, code: str, message: str, *others: str) -> None: ...

class Denied(Refused):
    """The token is accepted and does not permit the purpose."""

    purpose: Final[str]
    def __init__(self, code: str, message: str, purpose: str) -> None: ...

class StatusError(Exception):
    """The list is not taken in; the one that is at hand, if there is one, stays. No `Refused`: no visitor sent it."""

    code: Final[
        Literal[
            "too-long",
            "forbidden-header",
            "wrong-type",
            "wrong-alg",
            "unknown-key",
            "bad-signature",
            "malformed",
            "wrong-issuer",
            "wrong-list",
            "not-yet-valid",
            "bad-compression",
            "too-large",
            "older-list",
        ]
    ]
    def __init__(self, code: str, message: str, *others: str) -> None: ...

class ConfigurationError(ValueError):
    """A mistake in the options, told when the verifier or the lists are made."""

    code: Final[
        Literal[
            "missing-issuer",
            "missing-audience",
            "missing-keys",
            "missing-notices",
            "bad-leeway",
            "bad-status-age",
            "bad-option",
            "not-a-key-set",
            "no-key",
            "bad-key",
        ]
    ]
    def __init__(self, code: str, message: str, *others: str) -> None: ...
