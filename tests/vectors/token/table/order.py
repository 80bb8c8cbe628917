"""Two faults at once: the first in the order of DESIGN 7 is named."""

from .forge import *
from .status import STATUS, listing

LONG = {"x": "x" * 3500}


def order():
    t = Table("order", "Of two faults the first counts, in the order: too-long malformed forbidden-header wrong-type wrong-alg "
              "unknown-key bad-signature wrong-issuer wrong-audience wrong-controller not-yet-valid expired status-unknown "
              "status-stale withdrawn other-notice not-granted.")
    evil = "https://evil.example"
    row = lambda expect, then, comment, token_, flags="", **context: t.row(
        f"{expect}-{then}", expect, comment, token_, ("two-faults " + flags).strip(), **context)
    row("too-long", "malformed", "Too long, and exp is text", token(None, claims(exp="1", **LONG)))
    row("malformed", "forbidden-header", "exp is text, and a header names a key", token(header(jwk=MAIN), claims(exp="1")))
    row("forbidden-header", "wrong-type", "A header names a key, and typ is JWT", token(header(jwk=MAIN, typ="JWT")))
    row("wrong-type", "wrong-alg", "typ is JWT and alg none", with_signature(b"", header(typ="JWT", alg="none")))
    row("wrong-alg", "unknown-key", "alg is none and nobody knows the key", with_signature(b"", header(alg="none", kid="k1")))
    row("unknown-key", "bad-signature", "Nobody knows the key, and the signature is nothing",
        with_signature(bytes(64), header(kid="k1")))
    row("bad-signature", "wrong-issuer", "Signed by another, and another issuer", token(None, claims(iss=evil), STRANGER))
    row("wrong-issuer", "wrong-audience", "Another issuer and another audience", token(None, claims(iss=evil, aud=evil)))
    row("wrong-audience", "wrong-controller", "Another audience, and the controller is not named",
        token(None, claims(aud=evil, ctl=[])), controller="nordvakt")
    row("wrong-controller", "not-yet-valid", "The controller is not named, and issued later than now",
        token(None, claims(ctl=[], iat=NOW + 1)), controller="nordvakt")
    row("not-yet-valid", "expired", "Issued later than now, and ended", token(None, claims(iat=NOW + 1, exp=NOW)))
    row("expired", "status-unknown", "Ended, and its list is not at hand", token(None, claims(exp=NOW, status=STATUS)))
    row("status-unknown", "status-stale", "Its list is not at hand, and the one at hand is stale",
        token(None, claims(status={"status_list": {"idx": 77, "uri": "https://nordvakt.example/consent/v1/status/9"}})),
        "status", status={"lists": {STATUS["status_list"]["uri"]: listing([77], iat=NOW - 500)}, "max_staleness": 120})
    row("status-stale", "withdrawn", "The list is stale, and the bit is set", token(None, claims(status=STATUS)), "status",
        status={"lists": {STATUS["status_list"]["uri"]: listing([77], iat=NOW - 500)}, "max_staleness": 120})
    row("withdrawn", "other-notice", "The bit is set, and granted under another notice", token(None, claims(status=STATUS)),
        "status", status={"lists": {STATUS["status_list"]["uri"]: listing([77])}, "max_staleness": 120},
        notices=["another"], purpose="analytics")
    row("other-notice", "not-granted", "Granted under another notice, and later than now",
        token(None, claims(g={"analytics": NOW + 1})), notices=["another"], purpose="analytics")
    row("status-unknown", "other-notice", "Its list is not at hand, and granted under another notice",
        token(None, claims(status=STATUS)), notices=["another"], purpose="analytics")
    row("expired", "not-granted", "Ended, and refused", token(None, claims(exp=NOW)), purpose="marketing")
    row("too-long", "bad-signature", "Too long, and signed by another", token(None, claims(**LONG), STRANGER))
    row("malformed", "wrong-type", "A claim twice, and typ is JWT",
        token(header(typ="JWT"), text(claims())[:-1] + ',"exp":1}'))
    row("malformed", "wrong-alg", "aud in a list, and alg is none", with_signature(b"", header(alg="none"), claims(aud=[ISSUER])))
    row("malformed", "unknown-key", "g is a list, and nobody knows the key", token(header(kid="k1"), claims(g=[])))
    row("malformed", "bad-signature", "No exp, and signed by another", token(None, claims(exp=Gone), STRANGER))
    row("malformed", "expired", "iat is text, and it has ended", token(None, claims(iat="1", exp=1)))
    t.row("header-malformed-forbidden", "malformed", "alg is a number, and a header names a key",
          token(header(alg=5, jwk=MAIN)), "two-faults")
    t.row("header-unknown-forbidden", "malformed", "A member that no header has, and one that is forbidden",
          token(header(zip="DEF", crit=["zip"])), "two-faults")
    t.row("header-twice-forbidden", "malformed", "kid twice, and one that is forbidden",
          token(text(header())[:-1] + f',"kid":"{KID}","b64":false}}'), "two-faults")
    t.row("signature-spelling", "malformed", "Padding in the signature, and a header names a key",
          token(header(jwk=MAIN)) + "==", "two-faults")
    row("forbidden-header", "wrong-alg", "crit, and alg is none", with_signature(b"", header(crit=["exp"], alg="none")))
    row("forbidden-header", "unknown-key", "A key in the token, and its name is not in the set",
        token(header(jwk=MAIN, kid="k1")))
    row("bad-signature", "expired", "Signed by another, and ended", token(None, claims(exp=1), STRANGER))
    row("wrong-issuer", "expired", "Another issuer, and ended", token(None, claims(iss=evil, exp=1)))
    row("wrong-audience", "expired", "Another audience, and ended", token(None, claims(aud=evil, exp=1)))
    return t


TABLES = [order]
