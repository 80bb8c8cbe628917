"""One good token of the published vectors."""

import json
from pathlib import Path

VECTORS = Path(__file__).parents[3] / "tests/vectors/token"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def named(theme, id_):
    """A vector's token and moment, how to configure a verifier for it, and all of its context."""
    file = read(VECTORS / f"{theme}.json")
    row = next(row for row in file["vectors"] if row["id"] == id_)
    context = row["context"]
    options = {"issuer": context["issuer"], "audience": context["audience"], "jwks": file["jwks"]["main"]}
    return row["token"], context["now"], options, context


# Grants analytics, refuses marketing.
TOKEN, NOW, OPTIONS, _ = named("time", "time-iat-now")
# The same from a developer's machine.
DEVELOPMENT = named("header", "header-typ-dev")[0]
