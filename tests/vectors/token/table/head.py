"""Header, algorithm, keys, signature."""

from . import curve
from .forge import *

EVIL = okp(public(STRANGER))


def head():
    t = Table("header", "The header is exactly alg, kid and typ; typ is consent+jwt.")
    bad = lambda name, comment, h, flags="": t.row(name, "malformed", comment, token(h), flags)
    for name in ("alg", "kid", "typ"):
        bad(f"no-{name}", f"No {name}", header(**{name: Gone}))
        for kind, value in (("null", None), ("number", 1), ("list", [header()[name]]), ("object", {}), ("true", True)):
            bad(f"{name}-{kind}", f"{name} is {kind}", header(**{name: value}))
    bad("empty", "An empty object", {})
    for name, value in (("zip", "DEF"), ("cty", "JWT"), ("x5t", "AAAA"), ("x", 1), ("enc", "A128GCM"), ("iss", ISSUER)):
        bad(f"more-{name}", f"Another member: {name}", header(**{name: value}))
    bad("case", "Alg for alg", header(alg=Gone, Alg="EdDSA"))
    forbidden = lambda name, comment, **h: t.row(name, "forbidden-header", comment, token(header(**h)))
    forbidden("crit", "crit that names a claim", crit=["exp"])
    forbidden("crit-empty", "crit that is empty", crit=[])
    forbidden("crit-unknown", "crit that names what nobody knows", crit=["http://example.invalid/UNDEFINED"])
    forbidden("crit-b64", "An unencoded payload, announced (RFC 7797)", crit=["b64"], b64=False)
    forbidden("b64-false", "b64 false", b64=False)
    forbidden("b64-true", "b64 true", b64=True)
    forbidden("jku", "A key set to fetch", jku="https://evil.example/jwks.json")
    forbidden("jku-own", "A key set to fetch, the issuer's own", jku=ISSUER + "/.well-known/jwks.json")
    forbidden("x5u", "A certificate to fetch", x5u="https://evil.example/cert.pem")
    forbidden("x5c", "A certificate", x5c=["MIIB"])
    forbidden("x5c-null", "x5c null", x5c=None)
    forbidden("jwk-right", "The right key, in the token", jwk=MAIN)
    t.row("jwk-own", "forbidden-header", "An own key in the token, signed with it", token(header(jwk=EVIL), None, STRANGER))
    t.row("jwk-own-kid", "forbidden-header", "An own key in the token, under its own name",
          token(header(kid=EVIL["kid"], jwk=EVIL), None, STRANGER))
    t.row("jwk-escaped", "forbidden-header", "jwk spelt with an escape",
          token(text(header())[:-1] + ',"\\u006awk":{}}'))
    wrong = lambda name, comment, typ: t.row(f"typ-{name}", "wrong-type", comment, token(header(typ=typ)))
    wrong("jwt", "An ordinary JWT", "JWT")
    wrong("access", "An access token (RFC 9068)", "at+jwt")
    wrong("status-list", "A status list", "statuslist+jwt")
    wrong("dev", "A developer's token", "consent-dev+jwt")
    wrong("local", "A record of local mode", "consent+local")
    wrong("empty", "An empty typ", "")
    wrong("capitals", "Capitals", "CONSENT+JWT")
    wrong("media-type", "The media type in full", "application/consent+jwt")
    wrong("space", "A space after it", "consent+jwt ")
    wrong("longer", "A longer name", "consent+jwts")
    wrong("nul", "A NUL after it", "consent+jwt\0")
    return t


def algorithm():
    t = Table("algorithm", "alg is EdDSA or Ed25519 (and ES256 where a verifier has it), and fits the key.")
    secret = public(SEED)
    pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
    greedy = claims(g={"analytics": IAT, "marketing": IAT})
    t.row("eddsa", "ok", "EdDSA (RFC 8037)", token(), purpose="analytics")
    t.row("ed25519", "ok", "Ed25519 (RFC 9864)", token(header(alg="Ed25519")), purpose="analytics")
    for name, comment, alg, signature in [
        ("none", "none, unsigned (RFC 7515, appendix A.5)", "none", b""),
        ("none-signed", "none, signed all the same", "none", ed),
        ("none-capital", "None, unsigned", "None", b""),
        ("none-capitals", "NONE, unsigned", "NONE", b""),
        ("none-mixed", "nOnE, unsigned", "nOnE", b""),
        ("none-zero", "none, 64 zero bytes", "none", bytes(64)),
        ("empty", "An empty name, signed", "", ed),
        ("empty-unsigned", "An empty name, unsigned", "", b""),
        ("hs256-x", "HS256 with the public key's bytes as secret", "HS256", lambda m: hs(m, secret)),
        ("hs256-b64", "HS256 with the text of x as secret", "HS256", lambda m: hs(m, b64(secret).encode())),
        ("hs256-jwk", "HS256 with the JWK's text as secret", "HS256", lambda m: hs(m, text(MAIN).encode())),
        ("hs256-pem", "HS256 with the key in PEM as secret", "HS256", lambda m: hs(m, pem.encode())),
        ("hs256-empty", "HS256 with an empty secret", "HS256", lambda m: hs(m, b"")),
        ("hs512", "HS512 with an Ed25519 signature", "HS512", ed),
        ("rs256", "RS256, 256 bytes", "RS256", bytes([1] * 256)),
        ("ps256", "PS256, 256 bytes", "PS256", bytes([1] * 256)),
        ("es256-ed", "ES256 with an Ed25519 signature and key", "ES256", ed),
        ("es256-zero", "ES256, r and s zero (CVE-2022-21449), on an Ed25519 key", "ES256", bytes(64)),
        ("es256k", "ES256K with an Ed25519 signature", "ES256K", ed),
        ("ed448", "Ed448, 114 bytes", "Ed448", bytes([1] * 114)),
        ("lower", "eddsa", "eddsa", ed),
        ("upper", "EDDSA", "EDDSA", ed),
        ("ed25519-lower", "ed25519", "ed25519", ed),
        ("ed25519ph", "Ed25519ph", "Ed25519ph", ed),
        ("space", "A space after it", "EdDSA ", ed),
        ("list-in-text", "Two names in one", "EdDSA,none", ed),
        ("jwe", "An algorithm of encryption", "dir", ed),
        ("long", "A name of 500 letters", "E" * 500, ed),
    ]:
        t.row(name, "wrong-alg", comment, with_signature(signature, header(alg=alg), greedy), purpose="marketing")
    es_row = lambda name, expect, comment, token_, keys="p256": t.row(name, expect, comment, token_, "es256", keys,
                                                                     purpose="analytics")
    es_head = header(alg="ES256", kid=P_256["kid"])
    message = signing_input(es_head)
    r, s = es(message)[:32], es(message)[32:]
    whole = lambda n: n.to_bytes(32, "big")
    es_row("es256", "ok", "ES256 (RFC 7518, 3.4)", es_token())
    es_row("es256-mixed", "ok", "ES256, the set holding an Ed25519 key too", es_token(), "mixed")
    t.row("eddsa-mixed", "ok", "EdDSA, the set holding a P-256 key too", token(), "", "mixed", purpose="analytics")
    es_row("es256-stranger", "bad-signature", "ES256 by another key under our key's name", es_token(key=P256_STRANGER))
    es_row("es256-der", "bad-signature", "ES256 in DER", message + "." + b64(
        P256.sign(message.encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))))
    for name, comment, signature in [
        ("zeros", "r and s zero (CVE-2022-21449)", bytes(64)),
        ("r-zero", "r zero", bytes(32) + s),
        ("s-zero", "s zero", r + bytes(32)),
        ("r-order", "r the order of the group", whole(P256_ORDER) + s),
        ("s-order", "s the order of the group", r + whole(P256_ORDER)),
        ("order", "r and s the order of the group", whole(P256_ORDER) * 2),
        ("ones", "All bits set", b"\xff" * 64),
        ("swapped", "r and s change places", s + r),
        ("63", "63 bytes", (r + s)[:63]),
        ("65", "65 bytes", r + s + b"\0"),
        ("96", "96 bytes, as for P-384", bytes(16) + r + bytes(16) + s),
        ("empty", "No signature", b""),
        ("sha512", "Made over SHA-512", es(message, P256, hashes.SHA512())),
    ]:
        es_row(f"es256-{name}", "bad-signature", f"ES256: {comment}", message + "." + b64(signature))
    es_row("es256-kid-ed", "wrong-alg", "ES256 under the name of an Ed25519 key, a P-256 key in the set",
           es_token(header(alg="ES256")), "mixed")
    es_row("eddsa-kid-p256", "wrong-alg", "EdDSA under the name of a P-256 key", token(header(kid=P_256["kid"])), "mixed")
    es_row("es384", "wrong-alg", "ES384 under the name of a P-256 key", es_token(header(alg="ES384", kid=P_256["kid"])))
    es_row("es256-unknown", "unknown-key", "ES256 under the name of another P-256 key",
           es_token(header(alg="ES256", kid=p256(P256_STRANGER)["kid"]), key=P256_STRANGER))
    return t


def keys():
    t = Table("keys", "kid names one key of the set; no other is tried.")
    t.row("first", "ok", "The first of two keys", token(), keys="rotating")
    t.row("second", "ok", "The second of two keys", token(header(kid=TWO["kid"]), None, SECOND), keys="rotating")
    t.row("alg-eddsa", "ok", "A JWK with alg EdDSA", token(), keys=jwks({**MAIN, "alg": "EdDSA"}))
    t.row("alg-ed25519", "ok", "A JWK with alg Ed25519 and a token that says so", token(header(alg="Ed25519")),
          keys=jwks({**MAIN, "alg": "Ed25519"}))
    t.row("no-use", "ok", "A JWK without use", token(), keys=jwks({n: v for n, v in MAIN.items() if n != "use"}))
    t.row("key-ops", "ok", "A JWK with key_ops verify", token(), keys=jwks({**MAIN, "key_ops": ["verify"]}))
    t.row("extra-members", "ok", "A JWK with members that nobody knows", token(),
          keys=jwks({**MAIN, "nbf": 0, "x-note": "published"}))
    t.row("x25519-beside", "ok", "A set that holds a key for another use", token(), keys=jwks(
        {"kty": "OKP", "crv": "X25519", "kid": "enc-1", "use": "enc", "x": b64(bytes([9] + [0] * 31))}, MAIN))
    unknown = lambda name, comment, token_, **more_: t.row(name, "unknown-key", comment, token_, **more_)
    named = lambda kid: token(header(kid=kid))
    unknown("stranger", "Another key under its own name", token(header(kid=EVIL["kid"]), None, STRANGER))
    unknown("retired", "A key that was ours and is not in the set any more", token(header(kid=TWO["kid"]), None, SECOND))
    unknown("empty", "No name", named(""))
    unknown("one-letter-off", "One letter off", named(KID[:-1] + ("5" if KID[-1] == "4" else "4")))
    unknown("case", "Another case", named(KID.swapcase()))
    unknown("cut", "One letter short", named(KID[:-1]))
    unknown("longer", "One letter more", named(KID + "A"))
    unknown("padded", "The thumbprint with padding", named(KID + "="))
    unknown("space", "A space before it", named(" " + KID))
    unknown("nul", "A NUL after it", named(KID + "\0"))
    unknown("long", "A thousand letters", named("k" * 1000))
    unknown("path", "A path", named("../../dev/null"))
    unknown("sql", "A query", named("' OR 1=1 --"))
    unknown("url", "An address", named("https://evil.example/key"))
    unknown("index", "A place in the set", named("0"))
    unknown("x", "The key itself for its name", named(MAIN["x"]))
    unknown("uri", "The thumbprint as a URI (RFC 9278)", named("urn:ietf:params:oauth:jwk-thumbprint:sha-256:" + KID))
    unknown("proto", "A name that every JavaScript object has", named("__proto__"))
    unknown("constructor", "Another such name", named("constructor"))
    bad = lambda name, comment, token_, **more_: t.row(name, "bad-signature", comment, token_, **more_)
    bad("other-name", "Signed with the second key under the first key's name", token(None, None, SECOND), keys="rotating")
    bad("other-name-2", "Signed with the first key under the second key's name", token(header(kid=TWO["kid"])),
        keys="rotating")
    bad("stranger-our-name", "Another key under our key's name", token(None, None, STRANGER))
    return t


def signature():
    t = Table("signature", "Ed25519 as in RFC 8032, S below L, and neither key nor R of small order.")
    bad = lambda name, comment, token_, flags="", keys="main": t.row(
        name, "bad-signature", comment, token_, flags, keys, purpose="analytics")
    message = signing_input()
    good = ed(message)
    own = lambda name, comment, signature_: bad(name, comment, message + "." + b64(signature_))
    own("empty", "No signature", b"")
    own("1", "One byte", b"\0")
    own("32", "32 bytes: R alone", good[:32])
    own("63", "63 bytes", good[:63])
    own("65", "65 bytes", good + b"\0")
    own("65-front", "65 bytes, the first too many", b"\0" + good)
    own("128", "The signature twice", good * 2)
    own("zeros", "All zero", bytes(64))
    own("ones", "All bits set", b"\xff" * 64)
    own("swapped", "R and S change places", good[32:] + good[:32])
    own("reversed", "R and S in the other order of bytes", good[:32][::-1] + good[32:][::-1])
    own("r-bit", "The lowest bit of R", bytes([good[0] ^ 1]) + good[1:])
    own("r-sign", "The sign of R", good[:31] + bytes([good[31] ^ 128]) + good[32:])
    own("s-bit", "The lowest bit of S", good[:32] + bytes([good[32] ^ 1]) + good[33:])
    own("s-negative", "S negated", good[:32] + curve.number(curve.L - int.from_bytes(good[32:], "little")))
    own("s-zero", "S zero", good[:32] + bytes(32))
    own("s-l", "S the order of the group", good[:32] + curve.number(curve.L))
    own("s-plus-l", "S raised by the order of the group: the same to a careless verifier", curve.raised(good, curve.L))
    own("s-plus-2l", "S raised twice", curve.raised(good, 2 * curve.L))
    own("s-plus-8l", "S raised eight times", curve.raised(good, 8 * curve.L))
    own("s-top-bit", "The highest bit of S", good[:63] + bytes([good[63] | 128]))
    own("r-identity", "R the neutral point, S zero", curve.number(1) + bytes(32))
    own("r-order-2", "R of order 2, S zero", curve.number(curve.P - 1) + bytes(32))
    own("r-not-on-curve", "R no point of the curve", curve.number(2) + good[32:])
    own("r-not-reduced", "R with y = p + 1", curve.number(curve.P + 1) + bytes(32))
    own("other-token", "The signature of another token", ed(signing_input(None, claims(g={"analytics": 1}))))
    own("claims-only", "Made over the claims alone", ed(message.split(".")[1]))
    own("decoded", "Made over header and claims before encoding", ed(text(header()) + "." + text(claims())))
    own("hash", "Made over the SHA-512 of the token", ed25519.Ed25519PrivateKey.from_private_bytes(SEED).sign(
        hashlib.sha512(message.encode()).digest()))
    bad("respelt-header", "The header respelt, the signature kept",
        b64(json.dumps(header())) + "." + token().split(".", 1)[1])
    bad("respelt-claims", "The claims respelt, the signature kept",
        message.split(".")[0] + "." + b64(json.dumps(claims())) + "." + b64(good))
    bad("more-granted", "One more grant, the signature kept",
        with_signature(good, None, claims(g={"analytics": IAT, "marketing": IAT})))
    bad("longer-life", "A later end, the signature kept", with_signature(good, None, claims(exp=4_000_000_000)))
    _, small = curve.odd(SEED, message.encode(), nonce=0)
    bad("small-r-fits", "R the neutral point and S made to fit: only the holder of the key can, and it fits",
        f"{message}.{b64(small)}", "strict")

    _, mixed = curve.odd(SEED, message.encode(), nonce=77, twist_r=1)
    bad("mixed-r", "R with a part of small order: fits only if the equation is multiplied by 8", f"{message}.{b64(mixed)}")
    twisted = mixed_key()
    bad("mixed-key", "A key with a part of small order: fits only if the equation is multiplied by 8", twisted[1],
        keys=jwks(twisted[0]))
    for name, comment, x in [
        ("identity", "the neutral point", curve.number(1)),
        ("order-2", "of order 2", curve.number(curve.P - 1)),
        ("order-4", "of order 4", bytes(32)),
        ("order-8", "of order 8", curve.encode(curve.ORDER_8)),
        ("not-reduced", "the neutral point with y = p + 1", curve.number(curve.P + 1)),
    ]:
        jwk = okp(x)
        head_ = header(kid=jwk["kid"])
        # R = S·B, and k·A vanishes for the neutral point and for one hash in a few otherwise.
        bad(f"small-key-{name}", f"A key in the set that is {comment}", fits_small(head_, x), "key-set strict", jwks(MAIN, jwk))
    return t


def mixed_key():
    """A twisted key and a token whose k is no multiple of 8, so that the two equations differ."""
    for n in range(64):
        body = claims(jti=f"j-{n}")
        a, _ = curve.odd(SEED, b"", twist_a=1)
        jwk = okp(a)
        message = signing_input(header(kid=jwk["kid"]), body)
        _, signature_ = curve.odd(SEED, message.encode(), nonce=77, twist_a=1)
        if curve.challenge(signature_[:32], a, message.encode()) % 8:
            return jwk, f"{message}.{b64(signature_)}"
    raise AssertionError("no such token")


def fits_small(head_, x):
    """A token that fits a key of small order by the bare equation: R = 5·B, S = 5, k a multiple of 8."""
    r = curve.encode(curve.times(5, curve.B))
    for n in range(1000):
        message = signing_input(head_, claims(jti=f"j-{n}"))
        if curve.challenge(r, x, message.encode()) % 8 == 0:
            return f"{message}.{b64(r + curve.number(5))}"
    raise AssertionError("no such token")


TABLES = [head, algorithm, keys, signature]
