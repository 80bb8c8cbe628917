"""Status lists: what is taken in, what it says of a token, and for how long."""

import contextlib
import io
import json
import pickle
import re
import time
import unittest
from datetime import datetime, timezone
from pathlib import Path

from support import named
from volens_verify import ConfigurationError, ListTimes, Refused, StatusError, StatusLists, Verifier

URI = "https://nordvakt.example/consent/v1/status/1"
TOKEN, NOW, OPTIONS, _ = named("status", "status-valid")


def list_of(id_):
    return named("status", id_)[3]["status"]["lists"][URI]


# Signed 30 seconds before now, and 121.
CLEAR, SET, EARLIER = map(list_of, ("status-valid", "status-withdrawn", "status-stale"))


def start(**changes):
    lists = StatusLists(**changes)
    return lists, Verifier(**OPTIONS, status=lists)


def code(act, *arguments, **named):
    try:
        act(*arguments, **named)
        return "ok"
    except (Refused, StatusError, ConfigurationError) as error:
        return f"{type(error).__name__} {error.code}"


class Status(unittest.TestCase):
    def test_a_list_says_what_was_withdrawn_since(self):
        for others in ({}, {"cache": 8}):
            lists = StatusLists()
            verifier = Verifier(**OPTIONS, status=lists, **others)

            def said(now=NOW):
                return code(verifier.verify, TOKEN, now)

            self.assertEqual(said(), "Refused status-unknown")
            times = lists.put(URI, EARLIER, verifier, NOW)
            self.assertIsInstance(times, ListTimes)
            self.assertEqual(times.issued_at, datetime.fromtimestamp(NOW - 121, timezone.utc))
            self.assertEqual(times.stale_at, datetime.fromtimestamp(NOW + 179.001, timezone.utc))
            self.assertEqual(times.ttl, 60)
            self.assertEqual([said(), said(NOW + 179), said(NOW + 180)], ["ok", "ok", "Refused status-stale"])
            lists.put(URI, SET.encode(), verifier, datetime.fromtimestamp(NOW, timezone.utc))
            self.assertEqual(said(), "Refused withdrawn")
            # An older copy from a cache, and one of the same second.
            self.assertEqual(code(lists.put, URI, EARLIER, verifier, NOW), "StatusError older-list")
            lists.put(URI, CLEAR, verifier, NOW)
            self.assertEqual(said(), "Refused withdrawn")
            lists.remove(URI + "2")
            self.assertEqual(said(), "Refused withdrawn")
            lists.remove(URI)
            self.assertEqual(said(), "Refused status-unknown")

    def test_lists_outlive_the_verifier_that_took_them_in_and_are_nobody_elses(self):
        lists, verifier = start(max_age=120)
        lists.put(URI, CLEAR, verifier, NOW)
        self.assertTrue(Verifier(**OPTIONS, status=lists).verify(TOKEN, NOW))
        for other in (Verifier(**OPTIONS), start()[1]):
            self.assertEqual(code(other.verify, TOKEN, NOW), "Refused status-unknown")
        self.assertEqual(code(verifier.verify, TOKEN, NOW + 91), "Refused status-stale")

    def test_what_is_no_list_is_not_taken_in_with_a_code_and_what_is_at_hand_stays(self):
        lists, verifier = start()
        lists.put(URI, CLEAR, verifier, NOW)
        for id_, expected in {
            "status-list-forged": "bad-signature",
            "status-list-forged-name": "unknown-key",
            "status-list-unsigned": "wrong-alg",
            "status-list-typ": "wrong-type",
            "status-list-typ-consent": "wrong-type",
            "status-list-sub": "wrong-list",
            "status-list-bits-3": "malformed",
            "status-list-no-zlib": "bad-compression",
            "status-list-truncated": "bad-compression",
            "status-list-checksum": "bad-compression",
            "status-list-no-list": "malformed",
            "status-list-nonsense": "malformed",
            "status-list-consent": "wrong-type",
        }.items():
            self.assertEqual(code(lists.put, URI, list_of(id_), verifier, NOW), f"StatusError {expected}", id_)
        self.assertEqual(code(lists.put, URI, CLEAR, verifier, NOW - 331), "StatusError not-yet-valid")
        for text in ("", b"", "\udcff", CLEAR + "\udcff", "a" * 2_097_152):
            self.assertEqual(code(lists.put, URI, text, verifier, NOW), "StatusError malformed")
        for text in ("a" * 2_097_153, b"a" * 2_097_153, "ä" * 1_048_577, "a" * 50_000_000):
            self.assertEqual(code(lists.put, URI, text, verifier, NOW), "StatusError too-long")
        with self.assertRaisesRegex(StatusError, "^not a status list: ") as caught:
            lists.put(URI, "", verifier, NOW)
        self.assertNotIsInstance(caught.exception, Refused)
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((type(again), again.code, str(again)), (StatusError, "malformed", str(caught.exception)))
        self.assertTrue(verifier.verify(TOKEN, NOW))

    def test_a_mistake_of_the_program_is_none_of_the_list(self):
        lists, verifier = start()
        for wrong in (
            (None, CLEAR, verifier, NOW),
            (URI, None, verifier, NOW),
            (URI, [CLEAR], verifier, NOW),
            (URI, CLEAR, None, NOW),
            (URI, CLEAR, lists, NOW),
            (URI, CLEAR, verifier, "now"),
            (URI, CLEAR),
        ):
            self.assertRaises(TypeError, lists.put, *wrong)
        self.assertRaises(ValueError, lists.put, URI, CLEAR, verifier, float("nan"))
        self.assertRaises(TypeError, lists.remove, None)
        self.assertRaises(TypeError, ListTimes)
        self.assertEqual(code(verifier.verify, TOKEN, NOW), "Refused status-unknown")

    def test_the_present_is_the_callers_too(self):
        lists, verifier = start()
        expected = "StatusError not-yet-valid" if time.time() < NOW - 330 else "ok"
        self.assertEqual(code(lists.put, URI, CLEAR, verifier), expected)

    def test_a_mistake_in_the_options_shows_when_the_lists_or_the_verifier_are_made(self):
        for good in ({}, {"max_age": 1}, {"max_age": 86_400}):
            self.assertEqual(code(StatusLists, **good), "ok")
        for age in (0, 86_401, 0.5, -1, float("nan"), float("inf")):
            self.assertEqual(code(StatusLists, max_age=age), "ConfigurationError bad-status-age", age)
        for wrong in ({"max_age": "60"}, {"max_age": None}, {"max_age": True}, {"maxAge": 60}, {"ttl": 60}):
            self.assertEqual(code(StatusLists, **wrong), "ConfigurationError bad-option", wrong)
        self.assertRaises(TypeError, StatusLists, 60)
        for status in (None, {}, {"max_age": 60}, "lists", StatusLists):
            self.assertEqual(code(Verifier, **OPTIONS, status=status), "ConfigurationError bad-option", status)

    def test_the_example_of_the_documentation_asks_for_each_list_and_nowhere_else(self):
        page = (Path(__file__).parents[3] / "docs/verify-elsewhere.md").read_text(encoding="utf-8")
        example = next(code for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "StatusLists" in code)
        service = URI.removesuffix("/1")

        def standing(*answer):
            asked, names = [], dict(OPTIONS)

            def get(uri):
                asked.append(uri)
                listed = [URI, "https://evil.example/1", service + "quo"]
                return (200, json.dumps({"status_lists": listed}).encode()) if uri == service else answer

            exec(example, names)
            with contextlib.redirect_stdout(io.StringIO()) as said:
                pause = names["refresh"](get)
            self.assertEqual((pause, asked), (60, [service, URI]))
            # The example takes lists in at the present; this one is of another day.
            return code(names["verifier"].verify, TOKEN, NOW), said.getvalue().strip()

        taken = time.time() >= NOW - 330
        unknown = "Refused status-unknown"
        self.assertEqual(standing(200, CLEAR.encode()), ("ok", "") if taken else (unknown, f"{URI} not-yet-valid"))
        self.assertEqual(standing(200, CLEAR.encode() + b"A"), (unknown, f"{URI} bad-signature"))
        self.assertEqual(standing(404, b""), (unknown, ""))
        self.assertEqual(standing(503, b""), (unknown, ""))
