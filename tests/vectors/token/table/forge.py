"""Keys, good parts of a token, and how a token is put together. Nothing of Volens is used here: what a verifier is
measured by must not come from the verifier."""

import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

ISSUER = "https://nordvakt.example"
NOW = 1795294230  # 2026-11-21T20:50:30Z
IAT = NOW - 600
NOTICE = "Zk3vQ9aBx7mN2pLwR4tYc8hJ5sDfGe0uKiOqWzXvT1A"
LIST = ISSUER + "/consent/v1/status/1"
DAY = 86_400

# RFC 8032, section 7.1, test 1, and two keys that are nobody's.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
SECOND = bytes([7] * 32)
STRANGER = bytes([9] * 32)
# RFC 7515, appendix A.3, and another.
P256 = ec.derive_private_key(
    int.from_bytes(base64.urlsafe_b64decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI="), "big"), ec.SECP256R1()
)
P256_STRANGER = ec.derive_private_key(9, ec.SECP256R1())
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def b64(data):
    data = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def text(value):
    return value if isinstance(value, (str, bytes)) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def public(seed):
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def okp(x, **more):
    """A JWK under its RFC 7638 thumbprint."""
    required = {"crv": "Ed25519", "kty": "OKP", "x": b64(x)}
    return {"kty": "OKP", "crv": "Ed25519", "kid": thumb(required), "use": "sig", "x": b64(x), **more}


def p256(key, **more):
    numbers = key.public_key().public_numbers()
    x, y = (b64(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
    kid = thumb({"crv": "P-256", "kty": "EC", "x": x, "y": y})
    return {"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": x, "y": y, **more}


def thumb(required):
    return b64(hashlib.sha256(text(required).encode()).digest())


def jwks(*keys):
    return {"keys": list(keys)}


MAIN, TWO, P_256 = okp(public(SEED)), okp(public(SECOND)), p256(P256)
SETS = {
    "main": jwks(MAIN),
    "rotating": jwks(MAIN, TWO),
    "mixed": jwks(MAIN, P_256),
    "p256": jwks(P_256),
}
KID = MAIN["kid"]


def header(**changes):
    return changed({"alg": "EdDSA", "kid": KID, "typ": "consent+jwt"}, changes)


def claims(**changes):
    """Analytics granted ten minutes ago, marketing refused."""
    return changed(
        {
            "iss": ISSUER,
            "aud": ISSUER,
            "sub": "s-7hK2",
            "iat": IAT,
            "exp": IAT + 180 * DAY,
            "jti": "j-9Qx1",
            "ctl": ["nordvakt", "nordvakt-dk"],
            "pol": "3.2",
            "ntc": NOTICE,
            "txt": "t-4Lm8",
            "lang": "sv",
            "jur": "eu",
            "src": "banner",
            "g": {"analytics": IAT, "marketing": 0},
        },
        changes,
    )


class Gone:
    """The member is left out."""


def changed(members, changes):
    return {name: value for name, value in {**members, **changes}.items() if value is not Gone}


def refuser(**changes):
    """Everything refused: no identifier, the day's first second."""
    day = NOW - NOW % DAY
    said = {"sub": Gone, "jti": Gone, "iat": day, "exp": day + 181 * DAY, "g": {"analytics": 0, "marketing": 0}}
    return claims(**{**said, **changes})


def respelt(before, after, of=None):
    """The claims as text with one place spelt otherwise."""
    whole = text(claims() if of is None else of)
    assert whole.count(before) == 1, f"{before} in {whole}"
    return whole.replace(before, after)


def more(members):
    """The claims as text with more of it before the end."""
    return text(claims())[:-1] + "," + members + "}"


def signing_input(head=None, body=None):
    return b64(text(header() if head is None else head)) + "." + b64(text(claims() if body is None else body))


def ed(message, seed=SEED):
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed).sign(message.encode())


def es(message, key=P256, hash_=None):
    """r and s, 32 bytes each (RFC 7518, 3.4), with the nonce of RFC 6979 so that the bytes stay the same."""
    der = key.sign(message.encode(), ec.ECDSA(hash_ or hashes.SHA256(), deterministic_signing=True))
    return b"".join(n.to_bytes(32, "big") for n in utils.decode_dss_signature(der))


def hs(message, secret):
    return hmac.new(secret, message.encode(), hashlib.sha256).digest()


def token(head=None, body=None, seed=SEED):
    """Header and claims, as objects or as they are to be spelt, properly signed."""
    return close(signing_input(head, body), seed)


def close(message, seed=SEED):
    return message + "." + b64(ed(message, seed))


def es_token(head=None, body=None, key=P256):
    message = signing_input(header(alg="ES256", kid=P_256["kid"]) if head is None else head, body)
    return message + "." + b64(es(message, key))


def with_signature(signature, head=None, body=None):
    """The signature as bytes, or what makes it of the signing input."""
    message = signing_input(head, body)
    return message + "." + b64(signature(message) if callable(signature) else signature)


def of_length(length):
    """A good token of exactly this many bytes, by an unknown claim and spaces."""
    for spaces in range(4):
        head = text(header()) + " " * spaces
        for fill in range((length - 1000) * 3 // 4, length):
            made = token(head, more(f'"x":"{"x" * fill}"'))
            if len(made) == length:
                return made
            if len(made) > length:
                break
    raise AssertionError(f"no token has {length} bytes")


class Table(list):
    """The rows of one file."""

    def __init__(self, theme, about):
        super().__init__()
        self.theme, self.about = theme, about

    def row(self, name, expect, comment, token_, flags="", keys="main", **context):
        """`expect` is written by hand, from DESIGN section 7 alone."""
        where = {"issuer": ISSUER, "audience": ISSUER, "now": NOW, **context}
        self.append(
            {
                "id": f"{self.theme}-{name}",
                "comment": comment,
                "token": token_,
                "jwks": keys,
                "context": {name: value for name, value in where.items() if value is not None},
                "expect": expect,
                "flags": flags.split(),
            }
        )
