"""Verifies tokens with PyJWT, given a JWKS.

{"jwks", "cases": [{"token", "issuer", "audience"}]} on standard input, a list of {"claims"} or {"error"} on standard
output.
"""

import json
import sys

import jwt

question = json.load(sys.stdin)
keys = jwt.PyJWKSet.from_dict(question["jwks"])
answers = []
for case in question["cases"]:
    try:
        header = jwt.get_unverified_header(case["token"])
        if header.get("typ") != "consent+jwt":
            raise jwt.InvalidTokenError("another type")
        claims = jwt.decode(
            case["token"],
            keys[header["kid"]],
            algorithms=["EdDSA"],
            audience=case["audience"],
            issuer=case["issuer"],
            options={"require": ["exp", "iat", "iss", "aud"]},
        )
        answers.append({"claims": claims})
    except (jwt.InvalidTokenError, KeyError) as error:
        answers.append({"error": type(error).__name__})
json.dump(answers, sys.stdout)
