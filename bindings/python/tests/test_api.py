"""What the wheel promises beyond the answers of the vectors."""

import copy
import json
import pickle
import re
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from importlib import metadata
from pathlib import Path

import volens_verify
from support import DEVELOPMENT, NOW, OPTIONS, TOKEN
from volens_verify import ConfigurationError, Consent, Denied, Grant, Refused, Verifier

verifier = Verifier(**OPTIONS)


class Api(unittest.TestCase):
    def refused(self, code, act, *arguments):
        with self.assertRaises(Refused) as caught:
            act(*arguments)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def test_it_does_not_say_where_it_was_built(self):
        (module,) = Path(volens_verify.__file__).parent.glob("*.so")
        held = module.read_bytes()
        self.assertIn(b"cargo/registry/src/", held, "panics name their files")
        for folder in (str(Path(__file__).parents[3]), "/.cargo/", str(Path.home())):
            self.assertNotIn(f"{folder}/".replace("//", "/").encode(), held)

    def test_it_carries_its_licence_and_those_of_what_is_compiled_in(self):
        texts = {file.name: file.read_text() for file in metadata.files("volens-verify") if "licenses" in file.parts}
        self.assertEqual(sorted(texts), ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.txt"])
        # Whose licence asks for its text in binaries.
        for said in ("curve25519-dalek", "ed25519-dalek", "subtle", "Redistributions in binary form"):
            self.assertIn(said, texts["THIRD-PARTY.txt"])

    def test_a_consent_says_what_was_granted_to_whom_and_until_when(self):
        consent = verifier.verify(TOKEN, NOW)
        self.assertEqual(consent.purposes, ("analytics",))
        self.assertIs(consent.has("analytics"), True)
        self.assertIs(consent.has("marketing"), False)
        self.assertEqual(consent.subject, "s-7hK2")
        self.assertEqual(consent.verified_at, datetime.fromtimestamp(NOW, timezone.utc))
        self.assertEqual(consent.expires_at.timestamp(), consent.claims["exp"])
        self.assertEqual(consent.claims["g"], {"analytics": 1795293630, "marketing": 0})
        grant = consent.require("analytics")
        self.assertIsInstance(grant, Grant)
        self.assertEqual(grant.purpose, "analytics")
        self.assertEqual(grant.granted_at.timestamp(), 1795293630)
        self.assertEqual(grant.granted_at.utcoffset(), timedelta(0))
        self.assertEqual(grant.consent.subject, consent.subject)

    def test_a_refusal_tells_its_code_and_one_except_has_both_kinds(self):
        self.refused("not-yet-valid", verifier.verify, TOKEN, NOW - 1)
        denied = self.refused("not-granted", verifier.verify(TOKEN, NOW).require, "marketing")
        self.assertIsInstance(denied, Denied)
        self.assertEqual(denied.purpose, "marketing")
        self.assertEqual(str(denied), "purpose marketing: not granted")
        again = pickle.loads(pickle.dumps(denied))
        self.assertEqual((type(again), again.code, again.purpose, str(again)), (Denied, "not-granted", "marketing", str(denied)))

    def test_what_no_token_can_name_is_not_granted(self):
        consent = verifier.verify(TOKEN, NOW)
        for name in ("", "Analytics", "analytics ", "has", "__class__", "a" * 1000):
            self.assertIs(consent.has(name), False)
            self.refused("not-granted", consent.require, name)

    def test_proof_comes_from_a_check_and_cannot_be_changed(self):
        consent = verifier.verify(TOKEN, NOW)
        for made in (Consent, Grant):
            for way in (made, lambda: made.__new__(made), lambda: object.__new__(made), lambda: type("Mine", (made,), {})):
                self.assertRaises(TypeError, way)
        for change in ("purposes", "claims", "has", "mine"):
            with self.assertRaises(AttributeError):
                setattr(consent, change, ("marketing",))
        consent.claims["g"]["marketing"] = 1
        self.assertEqual(consent.claims["g"]["marketing"], 0)
        for way in (copy.copy, copy.deepcopy, pickle.dumps):
            self.assertRaises(TypeError, way, consent)

    def test_no_cookie_and_no_text_are_refused_like_a_bad_token(self):
        for token in (None, "", "\udcff", TOKEN + "\udcff", TOKEN + "\n", "a" * 4096):
            self.refused("malformed", verifier.verify, token, NOW)
        for token in ("a" * 4097, "ä" * 2049, "a" * 50_000_000):
            self.refused("too-long", verifier.verify, token, NOW)
        for token in (TOKEN.encode(), 0, [TOKEN]):
            self.assertRaises(TypeError, verifier.verify, token, NOW)

    def test_now_is_a_moment_or_the_present(self):
        for now in (datetime.fromtimestamp(NOW, timezone.utc), datetime.fromtimestamp(NOW, timezone(timedelta(hours=9)))):
            self.assertTrue(verifier.verify(TOKEN, now).has("analytics"))
        # A fraction of the second before it was issued.
        self.refused("not-yet-valid", verifier.verify, TOKEN, NOW - 0.5)
        for now in (datetime.fromtimestamp(NOW), float("nan"), float("inf"), float("-inf")):
            self.assertRaises(ValueError, verifier.verify, TOKEN, now)
        for now in ("now", [], object()):
            self.assertRaises(TypeError, verifier.verify, TOKEN, now)
        # Beyond all years: held at the ends, and nothing is valid there.
        self.refused("expired", verifier.verify, TOKEN, 1e300)
        self.refused("not-yet-valid", verifier.verify, TOKEN, -1e300)
        # This token lives from 2026-11-21 for 180 days.
        present = time.time()
        if present < NOW:
            self.refused("not-yet-valid", verifier.verify, TOKEN)
        elif present < NOW + 180 * 86_400:
            self.assertAlmostEqual(verifier.verify(TOKEN).verified_at.timestamp(), present, delta=60)
        else:
            self.refused("expired", verifier.verify, TOKEN)

    def test_a_mistake_in_the_options_shows_when_the_verifier_is_made(self):
        def code(**changes):
            try:
                Verifier(**{**OPTIONS, **changes})
                return "made"
            except ConfigurationError as error:
                self.assertIsInstance(error, ValueError)
                self.assertNotIsInstance(error, Refused)
                return error.code

        self.assertEqual(code(controller="nordvakt", notices=["abc"], leeway=300, refusals="early", cache=9), "made")
        text = json.dumps(OPTIONS["jwks"])
        self.assertEqual([code(jwks=text), code(jwks=text.encode()), code(refusals="in-order")], ["made"] * 3)
        for name in ("issuer", "audience", "jwks"):
            with self.assertRaises(ConfigurationError) as caught:
                Verifier(**{key: value for key, value in OPTIONS.items() if key != name})
            self.assertEqual(caught.exception.code, "missing-keys" if name == "jwks" else f"missing-{name}")
        self.assertRaises(TypeError, Verifier, OPTIONS)
        self.assertEqual(code(notices=[]), "missing-notices")
        for leeway in (301, 0.5, -1, float("nan"), float("inf")):
            self.assertEqual(code(leeway=leeway), "bad-leeway", leeway)
        for wrong in (
            {"issuer": 1},
            {"notices": "abc"},
            {"notices": ["a b"]},
            {"notices": [None]},
            {"leeway": "60"},
            {"leeway": True},
            {"cache": 0},
            {"cache": -1},
            {"refusals": "late"},
            {"dangerous": True},
            {"dangerous": "yes"},
            {"jwks": object()},
            # Names that are nearly right would be checks that nobody makes.
            {"notice": ["abc"]},
            {"controllers": "nordvakt"},
            # And so would a variable of the environment that is not set.
            {"controller": None},
            {"notices": None},
        ):
            self.assertEqual(code(**wrong), "bad-option", wrong)
        self.assertEqual(code(jwks="keys"), "not-a-key-set")
        self.assertEqual(code(jwks={"keys": []}), "no-key")
        key = OPTIONS["jwks"]["keys"][0]
        self.assertEqual(code(jwks={"keys": [{**key, "kid": "1"}]}), "bad-key")
        self.assertEqual(code(jwks={"keys": [{**key, "d": "AA"}]}), "bad-key")

    def test_tokens_of_a_developers_machine_are_another_kind_in_both_directions(self):
        careless = Verifier(**OPTIONS, dangerous="development-tokens")
        self.refused("wrong-type", careless.verify, TOKEN, NOW)
        self.refused("wrong-type", verifier.verify, DEVELOPMENT, NOW)
        self.assertTrue(careless.verify(DEVELOPMENT, NOW).has("analytics"))

    def test_with_refusals_early_the_same_tokens_pass(self):
        early = Verifier(**OPTIONS, refusals="early")
        self.assertTrue(early.verify(TOKEN, NOW).has("analytics"))
        spoilt = TOKEN.rsplit(".", 1)[0] + "." + "A" * 86
        self.refused("bad-signature", verifier.verify, spoilt, NOW - 1)
        self.refused("not-yet-valid", early.verify, spoilt, NOW - 1)

    def test_the_example_of_the_documentation_answers(self):
        page = (Path(__file__).parents[3] / "docs/verify-elsewhere.md").read_text(encoding="utf-8")
        names = dict(OPTIONS)
        exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], names)
        valid = NOW <= time.time() < NOW + 180 * 86_400
        self.assertEqual((names["may_count"](TOKEN), names["may_count"](None)), (valid, False))

    def test_one_verifier_serves_all_threads(self):
        shared = Verifier(**OPTIONS, cache=2)
        right = []

        def ask(now, code):
            for _ in range(200):
                try:
                    shared.verify(TOKEN, now)
                    right.append(code is None)
                except Refused as refused:
                    right.append(refused.code == code)

        asked = [(NOW, None), (NOW - 1, "not-yet-valid"), (NOW + 181 * 86_400, "expired"), (NOW + 1, None)]
        threads = [threading.Thread(target=ask, args=each) for each in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(right, [True] * 800)
