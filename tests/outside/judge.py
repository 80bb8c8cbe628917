"""What PyJWT says to a token, with every check configured that it has."""

import datetime

import jwt
from jwt.algorithms import OKPAlgorithm

# It knows the signature by its older name only (RFC 8037), not by that of RFC 9864.
jwt.register_algorithm("Ed25519", OKPAlgorithm())
# RFC 8725, 3.1: the algorithm belongs to the key, not to the token.
ALGORITHMS = {"Ed25519": ["EdDSA", "Ed25519"], "P-256": ["ES256"]}


class Clock(datetime.datetime):
    """PyJWT asks this for the time and takes none as an argument."""

    second = 0

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(cls.second, tz)


jwt.api_jwt.datetime = Clock


def judge(jwks):
    """Gives a function of token and context that says "ok" or its own name for a refusal."""
    keys = {
        jwk["kid"]: (jwt.PyJWK({n: v for n, v in jwk.items() if n != "alg"}).key, ALGORITHMS[jwk["crv"]])
        for jwk in jwks["keys"]
        if jwk["crv"] in ALGORITHMS
    }

    def verify(token, context):
        Clock.second = context["now"]
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != "consent+jwt":
                raise jwt.InvalidTokenError("another type")
            key, algorithms = keys[header["kid"]]
            jwt.decode(
                token,
                key,
                algorithms=algorithms,
                audience=context["audience"],
                issuer=context["issuer"],
                leeway=context.get("leeway", 0),
                options={"require": ["exp", "iat", "iss", "aud"], "strict_aud": True},
            )
        except (jwt.InvalidTokenError, KeyError) as error:
            return type(error).__name__
        except Exception as error:  # whatever else it raises, it did not accept
            return f"raised {type(error).__name__}"
        return "ok"

    return verify
