"""What goes wrong. The texts come from the crate; here are only the classes."""


class _Coded(Exception):
    def __init__(self, code, message, *others):
        # All of them, so that a copy of the error is made from the same.
        super().__init__(code, message, *others)
        self.code = code

    def __str__(self):
        return self.args[1]


class Refused(_Coded):
    """The token is not accepted: there is no consent. `Denied` is one too, so that one `except` has both."""

    __module__ = "volens_verify"


class Denied(Refused):
    """The token is accepted and does not permit the purpose."""

    __module__ = "volens_verify"

    def __init__(self, code, message, purpose):
        super().__init__(code, message, purpose)
        self.purpose = purpose


class StatusError(_Coded):
    """The list is not taken in. No `Refused`: no visitor sent it."""

    __module__ = "volens_verify"


class ConfigurationError(_Coded, ValueError):
    """A mistake in the options, told when the verifier or the lists are made."""

    __module__ = "volens_verify"
