"""The stubs: they say what the wheel has, and keep what was not checked from passing."""

import os
import subprocess
import sys
import unittest
from pathlib import Path


class Types(unittest.TestCase):
    def mypy(self, module, *arguments):
        # mypy lives apart, so that nothing but the wheel is where the other tests run.
        environment = {**os.environ, "PYTHONPATH": os.environ["VOLENS_MYPY"]}
        command = [sys.executable, "-m", module, *arguments]
        ran = subprocess.run(command, env=environment, cwd=self.enterContext(temporary()), capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_the_stubs_are_those_of_the_wheel(self):
        self.mypy("mypy.stubtest", "volens_verify", "--ignore-missing-stub")

    def test_a_program_that_checks_passes_and_one_that_does_not_fails(self):
        sample = Path(__file__).with_name("types_sample.py")
        self.mypy("mypy", "--strict", "--warn-unused-ignores", "--no-incremental", str(sample))


def temporary():
    import tempfile

    return tempfile.TemporaryDirectory()
