"""Checks Volens consent tokens: offline, fail-closed, by the Rust crate volens-verify."""

from ._errors import ConfigurationError, Denied, Refused
from ._native import Consent, Grant, Verifier

__all__ = ["ConfigurationError", "Consent", "Denied", "Grant", "Refused", "Verifier"]
