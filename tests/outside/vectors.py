"""The published vectors against PyJWT: it accepts what has to be accepted, and refuses what a general library can know.

What it cannot know stands in exceptions.json by name, and a name that is not needed is a failure too.
"""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from judge import judge  # noqa: E402

HERE = Path(__file__).parent
read = lambda path: json.loads(path.read_text(encoding="utf-8"))
exceptions = read(HERE / "exceptions.json")
excused = {id_: why for table in ("both", "pyjwt") for why, ids in exceptions[table].items() for id_ in ids}
wrong = []
count = 0
for path in sorted((HERE / "../vectors/token").glob("*.json")):
    file = read(path)
    for row in file["vectors"]:
        jwks = file["jwks"][row["jwks"]] if isinstance(row["jwks"], str) else row["jwks"]
        answer = judge(jwks)(row["token"], row["context"])
        if row["expect"] == "ok":
            fits = answer == "ok"
        else:
            fits = answer != "ok" or row["expect"] not in exceptions["general"]
        why = excused.pop(row["id"], None)
        if fits == (why is not None):
            wrong.append(f"{row['id']}: expected {row['expect']}, got {answer}" + (f"; excused for nothing: {why}" if why else ""))
        count += 1
wrong += [f"{id_} is excused and is no vector" for id_ in excused]
print("\n".join([*wrong, f"pyjwt: {count} vectors, {len(wrong)} wrong"]))
sys.exit(0 if count and not wrong else 1)
