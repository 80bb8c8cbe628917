"""One good token of the published vectors."""

import json
from pathlib import Path

VECTORS = Path(__file__).parents[3] / "tests/vectors/token"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def vector(theme, id_):
    file = read(VECTORS / f"{theme}.json")
    return file, next(row for row in file["vectors"] if row["id"] == id_)


_FILE, _ROW = vector("time", "time-iat-now")
# Grants analytics, refuses marketing.
TOKEN = _ROW["token"]
NOW = _ROW["context"]["now"]
OPTIONS = {"issuer": _ROW["context"]["issuer"], "audience": _ROW["context"]["audience"], "jwks": _FILE["jwks"]["main"]}
# The same from a developer's machine.
DEVELOPMENT = vector("header", "header-typ-dev")[1]["token"]
