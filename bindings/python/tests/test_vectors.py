"""Every published vector, through the wheel."""

import unittest
from pathlib import Path

from support import VECTORS, read
from volens_verify import ConfigurationError, Denied, Refused, Verifier

OPEN = {id_ for ids in read(Path(__file__).parents[2] / "open.json").values() for id_ in ids}


def answer(jwks, row, **others):
    """What the wheel says; "key-set" if it takes no such set at all."""
    context = row["context"]
    given = {name: context[name] for name in ("controller", "notices", "leeway") if name in context}
    try:
        verifier = Verifier(issuer=context["issuer"], audience=context["audience"], jwks=jwks, **given, **others)
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
    except ConfigurationError:
        return "key-set"
    except Refused as refused:
        return refused.code


class Vectors(unittest.TestCase):
    def test_each_published_vector_gets_its_answer(self):
        wrong, seen, count = [], set(), 0
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
                if id_ in OPEN:
                    seen.add(id_)
                if (got == expected) == (id_ in OPEN):
                    passes = f"{id_} passes now; no longer open"
                    wrong.append(passes if got == expected else f"{id_}: expected {expected}, got {got}")
                # Open or not, what has to be refused is never let through.
                if got == "ok" and expected != "ok":
                    wrong.append(f"{id_} was let through")
                count += 1
        wrong += [f"{id_} is open and is no vector" for id_ in sorted(OPEN - seen)]
        self.assertEqual(wrong, [])
        self.assertGreaterEqual(count, 200)
