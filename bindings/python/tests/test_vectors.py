"""Every published vector, through the wheel."""

import unittest

from support import VECTORS, read
from volens_verify import ConfigurationError, Denied, Refused, StatusError, StatusLists, Verifier


def answer(jwks, row, **others):
    """What the wheel says; "key-set" if it takes no such set at all."""
    context = row["context"]
    given = {name: context[name] for name in ("controller", "notices", "leeway") if name in context}
    status = context.get("status")
    if status is not None:
        given["status"] = StatusLists(max_age=status["max_staleness"])
    try:
        verifier = Verifier(issuer=context["issuer"], audience=context["audience"], jwks=jwks, **given, **others)
        for uri, token in status["lists"].items() if status else ():
            try:
                given["status"].put(uri, token, verifier, context["now"])
            except StatusError:
                pass  # Lists that are none are not taken in.
        consent = verifier.verify(row["token"], context["now"])
        purpose = context.get("purpose")
        if purpose is None:
            return "ok"
        # Asked in all three ways, one answer.
        assert consent.has(purpose) == (purpose in consent.purposes), row["id"]
        try:
            granted = consent.require(purpose).purpose == purpose
        except Denied:
            assert not consent.has(purpose), row["id"]
            raise
        return "ok" if granted and consent.has(purpose) else "another purpose"
    except ConfigurationError as error:
        # Of the codes of a set, and no other mistake.
        return "key-set" if error.code in ("not-a-key-set", "no-key", "bad-key") else error.code
    except Refused as refused:
        return refused.code


class Vectors(unittest.TestCase):
    def test_each_published_vector_gets_its_answer(self):
        wrong, count = [], 0
        for path in sorted(VECTORS.glob("*.json")):
            file = read(path)
            self.assertEqual(file["schema"], 1, path)
            for row in file["vectors"]:
                id_ = row["id"]
                jwks = file["jwks"][row["jwks"]] if isinstance(row["jwks"], str) else row["jwks"]
                # Whoever refuses such a set when it is configured never meets the token.
                expected = "key-set" if "key-set" in row["flags"] else row["expect"]
                got = answer(jwks, row)
                # Remembered or not, the answer is the same.
                self.assertEqual(got, answer(jwks, row, cache=8), id_)
                if got != expected:
                    wrong.append(f"{id_}: expected {expected}, got {got}")
                count += 1
        self.assertEqual(wrong, [])
        self.assertGreaterEqual(count, 200)
