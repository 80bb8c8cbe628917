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

__all__ = ["ConfigurationError", "Consent", "Denied", "Grant", "Refused", "Verifier"]

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
        cache: how many verified tokens are remembered, each until it ends; none unless given.
        refusals: "early" refuses for the reason that is cheapest to find, not the first in the order of the codes.
        dangerous: accepts the tokens of `volens serve --dev` and no others. On a developer's own machine, nowhere else.
        """

    def verify(self, token: str | None, now: datetime | float | None = None) -> Consent:
        """Verifies a token, at the present or at `now`: an aware `datetime`, or seconds as `time.time()` gives.

        Raises `Refused`; for `None` too, so that a cookie can be handed over whether it came or not.
        """

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

class ConfigurationError(ValueError):
    """A mistake in the options, told when the verifier is made."""

    code: Final[
        Literal[
            "missing-issuer",
            "missing-audience",
            "missing-keys",
            "missing-notices",
            "bad-leeway",
            "bad-option",
            "not-a-key-set",
            "no-key",
            "bad-key",
        ]
    ]
    def __init__(self, code: str, message: str, *others: str) -> None: ...
