# Read by mypy, never run: each `type: ignore` has to be needed.
from datetime import datetime, timezone

from volens_verify import ConfigurationError, Consent, Denied, Grant, Refused, StatusError, StatusLists, Verifier


def count_view(path: str, proof: Grant) -> datetime:
    return proof.granted_at


def page(verifier: Verifier, cookie: str | None) -> str:
    try:
        consent = verifier.verify(cookie)
        verifier.verify(cookie, datetime.now(timezone.utc))
        verifier.verify(cookie, 1_795_294_230)
        verifier.verify(cookie, "now")  # type: ignore[arg-type]
        verifier.verify(b"bytes")  # type: ignore[arg-type]
        count_view("/", consent.require("analytics"))
        count_view("/", consent)  # type: ignore[arg-type]
        count_view("/", consent.has("analytics"))  # type: ignore[arg-type]
        consent.purposes = ("marketing",)  # type: ignore[misc]
    except Denied as denied:
        return denied.purpose
    except Refused as refused:
        return refused.code
    return ", ".join(consent.purposes)


def configured() -> Verifier:
    try:
        Verifier(issuer="i", audience="a")  # type: ignore[call-arg]
        Verifier(issuer="i", audience="a", jwks="{}", notice=["n"])  # type: ignore[call-arg]
        Verifier(issuer="i", audience="a", jwks="{}", controller=None)  # type: ignore[arg-type]
        Verifier(issuer="i", audience="a", jwks="{}", dangerous=True)  # type: ignore[arg-type]
        Verifier(issuer="i", audience="a", jwks="{}", status={"max_age": 180})  # type: ignore[arg-type]
        StatusLists(maxAge=180)  # type: ignore[call-arg]
        lists = StatusLists(max_age=180)
        Verifier(issuer="i", audience="a", jwks="{}", status=lists)
        return Verifier(issuer="i", audience="a", jwks={"keys": []}, notices=["n"], leeway=60, cache=10_000)
    except ConfigurationError as error:
        raise SystemExit(error.code) from error


def refresh(lists: StatusLists, verifier: Verifier, uri: str, body: bytes) -> float:
    try:
        times = lists.put(uri, body, verifier, datetime.now(timezone.utc))
        lists.put(uri, body.decode(), lists)  # type: ignore[arg-type]
        times.ttl = 5  # type: ignore[misc]
        return times.stale_at.timestamp() if times.ttl is None else times.ttl
    except StatusError as error:
        assert error.code != "status-stale"  # type: ignore[comparison-overlap]
        return 5


class Mine(Consent):  # type: ignore[misc]
    pass
