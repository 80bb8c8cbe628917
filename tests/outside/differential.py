"""Reads what `cargo run -p volens-verify --example differential` writes: whatever we accept, PyJWT accepts too."""

import json
import sys

sys.dont_write_bytecode = True
from judge import judge  # noqa: E402

head = json.loads(sys.stdin.readline())
verify = judge(head["jwks"])
kinds = {}
count = wrong = 0
for line in sys.stdin:
    said = json.loads(line)
    answer = verify(said["token"], head)
    kind = kinds.setdefault(said["kind"], {"cases": 0, "ours": 0, "theirs": 0})
    kind["cases"] += 1
    kind["ours"] += said["ours"] == "ok"
    kind["theirs"] += answer == "ok"
    count += 1
    if said["ours"] == "ok" and answer != "ok":
        wrong += 1
        print(f"{said['kind']}: we accept and PyJWT says {answer}: {said['token']}", file=sys.stderr)
print(json.dumps({"reader": "pyjwt", "cases": count, "wrong": wrong, "kinds": kinds}))
# Fewer lines than announced means that the writer stopped; no case at all means that nothing was compared.
sys.exit(0 if count and count == head["cases"] and not wrong else 1)
