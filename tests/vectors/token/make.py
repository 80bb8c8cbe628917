"""Writes the conformance vectors from the tables beside it: `python3 make.py` writes, `python3 make.py --check` compares.

Needs `cryptography` (OpenSSL 3.2 or newer, for the nonce of RFC 6979). Everything signed here is deterministic, so the
same tables give the same bytes. Nothing of Volens is called: the codes are written by hand, from section 7 of DESIGN.
"""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from table import form, head, order, said, status  # noqa: E402
from table.forge import SETS  # noqa: E402

SCHEMA = 1
ABOUT = [
    "Consent tokens and the answer that every verifier has to give. Format and use: ../README.md.",
    "Written by make.py; the answers in its tables come from the contract, not from an implementation.",
    "Every private key in here is known to everybody.",
]


def files():
    for table in [make() for module in (form, head, said, status, order) for make in module.TABLES]:
        shared = {row["jwks"] for row in table if isinstance(row["jwks"], str)}
        yield f"{table.theme}.json", {
            "about": [table.about, *ABOUT],
            "schema": SCHEMA,
            "jwks": {name: SETS[name] for name in sorted(shared)},
            "vectors": list(table),
        }


def spelt(file):
    """ASCII alone, one vector a line between its head and its end, so that a difference is one line."""
    vectors = ",\n".join("    " + json.dumps(row) for row in file["vectors"])
    rest = json.dumps({**file, "vectors": []}, indent=2)
    assert rest.endswith('"vectors": []\n}')
    return rest[: -len("[]\n}")] + "[\n" + vectors + "\n  ]\n}\n"


def main(arguments):
    here = Path(__file__).parent
    made = {name: spelt(file) for name, file in files()}
    ids = [row["id"] for file in made.values() for row in json.loads(file)["vectors"]]
    twice = {id_ for id_ in ids if ids.count(id_) > 1}
    assert not twice, f"named twice: {twice}"
    if arguments == ["--check"]:
        stored = {path.name: path.read_text(encoding="utf-8") for path in here.glob("*.json")}
        wrong = sorted(name for name in made.keys() | stored.keys() if made.get(name) != stored.get(name))
        if wrong:
            sys.exit(f"these differ from what make.py writes: {', '.join(wrong)}")
    elif arguments:
        sys.exit("usage: make.py [--check]")
    else:
        for name, file in made.items():
            (here / name).write_text(file, encoding="utf-8")
    print(f"{len(ids)} vectors in {len(made)} files")


main(sys.argv[1:])
