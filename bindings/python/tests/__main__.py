"""Runs the tests and counts them on the last line."""

import sys
import unittest
from pathlib import Path

HERE = Path(__file__).parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
suite = unittest.defaultTestLoader.discover(str(HERE))
result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
failed = len({id(test) for test, _ in result.failures + result.errors})
passed = result.testsRun - failed - len(result.skipped)
print(f"unittest: {passed} passed, {failed} failed, {len(result.skipped)} skipped")
sys.exit(0 if result.wasSuccessful() else 1)
