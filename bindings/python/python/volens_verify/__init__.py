"""Checks Volens consent tokens: offline, fail-closed, by the Rust crate volens-verify."""

from ._errors import ConfigurationError, Denied, Refused, StatusError
from ._native import Consent, Grant, ListTimes, StatusLists, Verifier

__all__ = [
    "ConfigurationError",
    "Consent",
    "Denied",
    "Grant",
    "ListTimes",
    "Refused",
    "StatusError",
    "StatusLists",
    "Verifier",
]
