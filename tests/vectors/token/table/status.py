"""Withdrawals since the token was issued, by the lists of the IETF's Token Status List."""

import zlib

from .forge import *

SIZE = 1024
STATUS = {"status_list": {"idx": 77, "uri": LIST}}
# 2^17 bits, only 131,071 set; compressed once and kept, because compressors differ.
BIG = "eNrtwSEBAAAAAiCnO90ZFiABAAAAAAAAAAAAAAAAAAAAzjpAgACB"


def packed(bits):
    """zlib (RFC 1950) without compression, which every library writes alike."""
    data = bytes(sum(1 << n % 8 for n in bits if n // 8 == at) for at in range(SIZE // 8))
    size = len(data).to_bytes(2, "little")
    block = b"\x01" + size + bytes(b ^ 255 for b in size) + data
    return b64(b"\x78\x01" + block + zlib.adler32(data).to_bytes(4, "big"))


def listing(bits=(), head=None, seed=SEED, **changes):
    body = {
        "sub": LIST, "iss": ISSUER, "iat": NOW - 30, "exp": NOW - 30 + DAY, "ttl": 60,
        "status_list": {"bits": 1, "lst": packed(bits)},
    }
    return token({**header(typ="statuslist+jwt"), **(head or {})}, changed(body, changes), seed)


def status():
    t = Table("status", "A token that names a status list is believed only with that list at hand, fresh, and its bit not set.")

    def row(name, expect, comment, lists, stale=120, flags="status", said=STATUS, **context):
        where = {"lists": lists, "max_staleness": stale} if lists is not None else None
        t.row(name, expect, comment, token(None, claims(status=said)), flags, **{"status": where, **context})

    said = lambda idx, uri=LIST: {"status_list": {"idx": idx, "uri": uri}}
    row("no-lists", "status-unknown", "No status configured", None, flags="")
    row("no-lists-purpose", "status-unknown", "No status configured, a purpose asked for", None, flags="", purpose="analytics")
    row("idx-0-no-lists", "status-unknown", "Index 0, no status configured", None, flags="", said=said(0))
    row("no-claim", "ok", "A token without status, lists configured", {LIST: listing()}, said=Gone)
    row("valid", "ok", "The bit is not set", {LIST: listing()})
    row("valid-purpose", "ok", "The bit is not set, a purpose asked for", {LIST: listing()}, purpose="analytics")
    row("neighbours", "ok", "Every other bit of its byte is set", {LIST: listing([72, 73, 74, 75, 76, 78, 79])})
    row("first-bit", "withdrawn", "Index 0", {LIST: listing([0])}, said=said(0))
    row("last-bit", "withdrawn", "The last index", {LIST: listing([SIZE - 1])}, said=said(SIZE - 1))
    row("withdrawn", "withdrawn", "The bit is set", {LIST: listing([77])})
    row("withdrawn-purpose", "withdrawn", "The bit is set, a granted purpose asked for", {LIST: listing([77])}, purpose="analytics")
    row("bit-order", "ok", "The bit that the other order of bits would read", {LIST: listing([74])})
    row("bit-order-set", "withdrawn", "Bits count from the lowest of each byte", {LIST: listing([79])}, said=said(79))
    big = listing(status_list={"bits": 1, "lst": BIG})
    row("big", "withdrawn", "Bit 131,071 of 131,072, compressed", {LIST: big}, said=said(131_071))
    row("big-neighbour", "ok", "Bit 131,070 of the same list", {LIST: big}, said=said(131_070))
    row("two-lists", "ok", "Two lists, set in the other", {LIST: listing(), LIST + "2": listing([77], sub=LIST + "2")})
    row("two-lists-set", "withdrawn", "Two lists, set in its own", {LIST: listing([77]), LIST + "2": listing(sub=LIST + "2")})
    row("other-list", "status-unknown", "Only another list is at hand", {LIST + "2": listing(sub=LIST + "2")})
    row("empty-lists", "status-unknown", "Configured, no list at hand yet", {})
    row("uri-slash", "status-unknown", "A slash more in the token", {LIST: listing()}, said=said(77, LIST + "/"))
    row("uri-evil", "status-unknown", "A list elsewhere, which is never fetched", {LIST: listing()}, said=said(77, "https://evil.example/1"))
    row("uri-empty", "status-unknown", "An empty uri", {LIST: listing()}, said=said(77, ""))
    row("idx-beyond", "status-unknown", "One index beyond the list", {LIST: listing()}, said=said(SIZE))
    row("idx-far", "status-unknown", "An index far beyond the list", {LIST: listing()}, said=said(2**53))
    row("fresh-edge", "ok", "A list as old as may be", {LIST: listing(iat=NOW - 120)})
    row("stale", "status-stale", "A list a second older than may be", {LIST: listing(iat=NOW - 121)})
    row("stale-old", "status-stale", "A list of yesterday", {LIST: listing(iat=NOW - DAY, exp=NOW + DAY)})
    row("list-last-second", "ok", "A list a second before its end", {LIST: listing(exp=NOW + 1)})
    row("list-ended", "status-stale", "A list at its end", {LIST: listing(exp=NOW)})
    row("list-ended-long", "status-stale", "A list past its end, staleness of a day", {LIST: listing(exp=NOW - 5)}, stale=DAY)
    row("stale-withdrawn", "status-stale", "A stale list with the bit set", {LIST: listing([77], iat=NOW - 121)})
    for name, comment, bad in [
        ("forged", "A list signed by another", listing(seed=STRANGER)),
        ("forged-name", "A list signed by another under its own name",
         listing(head={"kid": okp(public(STRANGER))["kid"]}, seed=STRANGER)),
        ("unsigned", "A list with alg none", listing(head={"alg": "none"}).rsplit(".", 1)[0] + "."),
        ("typ", "A list with the typ of an ordinary JWT", listing(head={"typ": "JWT"})),
        ("typ-consent", "A list with the typ of a consent token", listing(head={"typ": "consent+jwt"})),
        ("sub", "A list of another address", listing(sub=LIST + "2")),
        ("bits-3", "Three bits each", listing(status_list={"bits": 3, "lst": packed([])})),
        ("no-zlib", "Bits that are not compressed", listing(status_list={"bits": 1, "lst": b64(bytes(128))})),
        ("truncated", "A list cut short", listing(status_list={"bits": 1, "lst": packed([])[:-40]})),
        ("checksum", "A wrong checksum", listing(status_list={"bits": 1, "lst": packed([])[:-6] + "AAAAAA"})),
        ("no-list", "A list without bits", listing(status_list=Gone)),
        ("nonsense", "No token at all", "nonsense"),
        ("consent", "A consent token for a list", token()),
    ]:
        row(f"list-{name}", "status-unknown", f"{comment}: it is no list", {LIST: bad}, flags="status decided")
    return t


TABLES = [status]
