"""Claims, time, issuer, audience, controller, notice, grants."""

from .forge import *


def claims_():
    t = Table("claims", "Each claim is there, of its type, and of a form that it can have.")
    bad = lambda name, comment, body, flags="": t.row(name, "malformed", comment, token(None, body), flags)
    ok = lambda name, comment, body, flags="": t.row(name, "ok", comment, token(None, body), flags)
    good = claims()
    for name in ("iss", "aud", "iat", "exp", "ctl", "pol", "ntc", "txt", "lang", "jur", "src", "g"):
        bad(f"no-{name}", f"No {name}", claims(**{name: Gone}))
    for name in ("iss", "aud", "sub", "jti", "pol", "ntc", "txt", "lang", "jur", "src"):
        for kind, value in (("null", None), ("number", 7), ("list", [good[name]]), ("object", {"a": good[name]})):
            bad(f"{name}-{kind}", f"{name} is {kind}", claims(**{name: value}))
    for name in ("iat", "exp"):
        value = good[name]
        place = f'"{name}":{value}'
        for kind, spelt, flags in [
            ("text", f'"{value}"', ""),
            ("text-1", '"1"', ""),
            ("null", "null", ""),
            ("true", "true", ""),
            ("list", f"[{value}]", ""),
            ("object", "{}", ""),
            ("date", '"2027-05-20T20:40:30Z"', ""),
            ("point", f"{value}.0", "decided"),
            ("fraction", f"{value}.5", "decided"),
            ("exponent", f"{value // 1000}e3", "decided"),
            ("big-exponent", "1e400", "decided"),
            ("negative", "-1", "decided"),
            ("past-9999", "253402300800", "decided"),
            ("2-53", str(2**53 + 1), "decided"),
            ("2-63", str(2**63), "decided"),
            ("2-64", str(2**64), "decided"),
            ("milliseconds", f"{value}000", "decided"),
        ]:
            bad(f"{name}-{kind}", f"{name} is {spelt}", respelt(place, f'"{name}":{spelt}'), flags)
    for kind, spelt in (("text", f'"{IAT}"'), ("null", "null"), ("point", f"{IAT}.0"), ("negative", "-1"), ("list", "[]")):
        bad(f"nbf-{kind}", f"nbf is {spelt}", more(f'"nbf":{spelt}'), "decided")
    for kind, value in (("text", "nordvakt"), ("null", None), ("object", {"nordvakt": 1}), ("numbers", [1]),
                        ("nested", [["nordvakt"]]), ("null-in", ["nordvakt", None])):
        bad(f"ctl-{kind}", f"ctl is {text(value)}", claims(ctl=value))
    for kind, value in (("list", ["analytics"]), ("text", "analytics"), ("null", None), ("number", 1), ("pairs", [["analytics", IAT]])):
        bad(f"g-{kind}", f"g is {text(value)}", claims(g=value))
    for kind, value in [
        ("empty", {}), ("list", [[1, LIST]]), ("null", None), ("text", LIST), ("list-null", {"status_list": None}),
        ("list-list", {"status_list": [1, LIST]}), ("no-idx", {"status_list": {"uri": LIST}}),
        ("no-uri", {"status_list": {"idx": 1}}), ("idx-text", {"status_list": {"idx": "1", "uri": LIST}}),
        ("idx-negative", {"status_list": {"idx": -1, "uri": LIST}}),
        ("idx-fraction", {"status_list": {"idx": 1.5, "uri": LIST}}),
        ("idx-null", {"status_list": {"idx": None, "uri": LIST}}),
        ("uri-null", {"status_list": {"idx": 1, "uri": None}}), ("uri-list", {"status_list": {"idx": 1, "uri": [LIST]}}),
    ]:
        bad(f"status-{kind}", f"status is {text(value)}", claims(status=value))
    for name, comment, change in [
        ("sub-empty", "An empty sub", {"sub": ""}),
        ("sub-space", "A sub with a space", {"sub": "s 7"}),
        ("sub-long", "A sub of 129 bytes", {"sub": "s" * 129}),
        ("ntc-empty", "An empty ntc", {"ntc": ""}),
        ("ntc-plain", "An ntc in the alphabet of plain base64", {"ntc": NOTICE[:-1] + "+"}),
        ("ntc-padded", "An ntc with padding", {"ntc": NOTICE + "="}),
        ("ntc-long", "An ntc of 65 bytes", {"ntc": "n" * 65}),
        ("txt-empty", "An empty txt", {"txt": ""}),
        ("txt-space", "A txt with a space", {"txt": "t 4"}),
        ("lang-empty", "An empty lang", {"lang": ""}),
        ("lang-name", "A language by its name", {"lang": "Svenska"}),
        ("lang-underscore", "An underscore in lang", {"lang": "sv_SE"}),
        ("lang-capitals", "A language in capitals", {"lang": "SV"}),
        ("src-unknown", "A channel that grants nothing", {"src": "scrolling"}),
        ("src-capital", "A channel with a capital", {"src": "Banner"}),
        ("src-empty", "An empty channel", {"src": ""}),
    ]:
        bad(name, comment, claims(**change), "decided")
    ok("refuser", "Everything refused: no sub, no jti", refuser())
    ok("no-sub", "No sub", claims(sub=Gone), "decided")
    ok("no-jti", "No jti", claims(jti=Gone), "decided")
    ok("unknown", "A claim that nobody knows", claims(new={"a": [1, None, "x", 1.5, True]}), "decided")
    ok("unknown-number", "An unknown claim that is a great number", more('"x":123456789012345678901234567890'), "decided")
    ok("unknown-float", "An unknown claim that is a fraction", more('"x":1.5e-7'), "decided")
    ok("unknown-null", "An unknown claim that is null", claims(x=None), "decided")
    ok("scope", "A claim of other tokens", claims(scope="openid", azp="shop"), "decided")
    ok("sub-128", "A sub of 128 bytes", claims(sub="s" * 128), "decided")
    ok("lang-region", "A language with a region", claims(lang="pt-BR"))
    ok("last-second", "An end in the last second of the year 9999", claims(exp=253_402_300_799), "decided")
    for channel in ("center", "settings", "account", "unsubscribe", "email", "chat", "phone", "post", "support"):
        ok(f"src-{channel}", f"The channel {channel}", claims(src=channel))
    return t


def time():
    t = Table("time", "iat (and nbf, where somebody signs one) at or before now, exp after now. No leeway unless configured.")
    at = lambda name, expect, comment, flags="", context={}, **change: t.row(
        name, expect, comment, token(None, claims(**change)), flags, **context)
    now = lambda second: {"now": second}
    at("iat-now", "ok", "Issued in this second", iat=NOW)
    at("iat-plus-1", "not-yet-valid", "Issued a second later than now", iat=NOW + 1)
    at("iat-plus-day", "not-yet-valid", "Issued a day later than now", iat=NOW + DAY)
    at("iat-9999", "not-yet-valid", "Issued in the last second of 9999", iat=253_402_300_799, exp=253_402_300_799)
    at("iat-0", "ok", "Issued in 1970", iat=0)
    at("now-iat", "ok", "Now is iat", context=now(IAT))
    at("now-before-iat", "not-yet-valid", "Now is a second before iat", context=now(IAT - 1))
    at("now-0", "not-yet-valid", "Now is 1970", context=now(0))
    at("exp-now", "expired", "Ends in this second", exp=NOW)
    at("exp-plus-1", "ok", "Ends a second later than now", exp=NOW + 1)
    at("exp-minus-1", "expired", "Ended a second ago", exp=NOW - 1)
    at("exp-0", "expired", "Ended in 1970", exp=0)
    at("exp-1", "expired", "Ended a second later", exp=1)
    at("now-exp", "expired", "Now is exp", context=now(IAT + 180 * DAY))
    at("now-before-exp", "ok", "Now is a second before exp", context=now(IAT + 180 * DAY - 1))
    at("now-after-exp", "expired", "Now is a second after exp", context=now(IAT + 180 * DAY + 1))
    at("now-years", "expired", "Ten years later", context=now(NOW + 3650 * DAY))
    at("exp-before-iat", "expired", "Ended before it began, both past", iat=NOW - 5, exp=NOW - 10)
    at("exp-before-iat-future", "not-yet-valid", "Ended before it begins", iat=NOW + 10, exp=NOW - 10)
    at("exp-is-iat", "expired", "Ends as it begins", iat=NOW, exp=NOW)
    at("nbf-past", "ok", "Not before a minute ago", "decided", nbf=NOW - 60)
    at("nbf-now", "ok", "Not before now", "decided", nbf=NOW)
    at("nbf-plus-1", "not-yet-valid", "Not before a second later than now", "decided", nbf=NOW + 1)
    at("nbf-0", "ok", "Not before 1970", "decided", nbf=0)
    at("nbf-after-exp", "not-yet-valid", "Not before a time after its end", "decided", nbf=NOW + 10, exp=NOW + 5)
    at("past-2038", "ok", "Now is after January 2038", context=now(2**31 + 5), exp=2**31 + 10)
    at("past-2038-end", "expired", "Ended after January 2038", context=now(2**31 + 10), exp=2**31 + 10)
    at("refuser-day", "ok", "A refusal issued at the day's first second", **{
        name: value for name, value in refuser().items() if name in ("iat", "exp", "g")}, sub=Gone, jti=Gone)
    at("long-life", "ok", "A life of a hundred years: the issuer's affair", exp=NOW + 36_500 * DAY)
    lee = {"leeway": 5}
    at("leeway-iat", "ok", "Issued five seconds later than now, leeway 5", "leeway decided", lee, iat=NOW + 5)
    at("leeway-iat-6", "not-yet-valid", "Issued six seconds later, leeway 5", "leeway decided", lee, iat=NOW + 6)
    at("leeway-nbf", "ok", "Not before five seconds later, leeway 5", "leeway decided", lee, nbf=NOW + 5)
    at("leeway-nbf-6", "not-yet-valid", "Not before six seconds later, leeway 5", "leeway decided", lee, nbf=NOW + 6)
    at("leeway-exp", "ok", "Ended four seconds ago, leeway 5", "leeway decided", lee, exp=NOW - 4)
    at("leeway-exp-5", "expired", "Ended five seconds ago, leeway 5", "leeway decided", lee, exp=NOW - 5)
    return t


NEAR = [
    ("slash", "A slash too many", ISSUER + "/"),
    ("http", "Without encryption", "http://nordvakt.example"),
    ("capital", "A capital", "https://Nordvakt.example"),
    ("port", "The usual port, spelt out", ISSUER + ":443"),
    ("beginning", "Ours as a beginning", ISSUER + ".evil.example"),
    ("user", "Ours as a user name", ISSUER + "@evil.example"),
    ("sibling", "A sibling host", "https://www.nordvakt.example"),
    ("space", "A space after it", ISSUER + " "),
    ("nul", "A NUL after it", ISSUER + "\0"),
    ("lookalike", "A letter that only looks Latin", "https://nordvаkt.example"),
    ("empty", "An empty text", ""),
    ("star", "A star", "*"),
    ("host", "The host alone", "nordvakt.example"),
]


def issuer():
    t = Table("issuer", "iss is the issuer asked for, byte by byte.")
    for name, comment, value in [("other", "Another site", "https://evil.example"), *NEAR]:
        t.row(name, "wrong-issuer", comment, token(None, claims(iss=value)))
    t.row("configured", "wrong-issuer", "The verifier's issuer is another", token(), issuer="https://other.example")
    t.row("audience-as-issuer", "wrong-issuer", "Issuer and audience change places", token(None, claims(iss="orders", aud=ISSUER)),
          issuer=ISSUER, audience="orders")
    t.row("escaped", "ok", "The issuer spelt with escapes", token(None, respelt('"iss":"https', '"iss":"\\u0068ttps')))
    return t


def audience():
    t = Table("audience", "aud is one text, the audience asked for, byte by byte.")
    t.row("service", "ok", "A service of its own name", token(None, claims(aud="orders")), audience="orders")
    t.row("service-browser", "wrong-audience", "The browser's token at a service of its own name", token(), audience="orders")
    t.row("browser-service", "wrong-audience", "A service's token in the browser's place", token(None, claims(aud="orders")))
    for name, comment, value in [("other", "Another site", "https://evil.example"), *NEAR]:
        t.row(name, "wrong-audience", comment, token(None, claims(aud=value)))
    for name, comment, value in [("list", "aud in a list", [ISSUER]), ("list-two", "aud among others", [ISSUER, "orders"]),
                                 ("list-empty", "An empty list", []), ("object", "aud as an object", {"0": ISSUER})]:
        t.row(name, "malformed", comment + ": DESIGN has one text", token(None, claims(aud=value)))
    return t


def controller():
    t = Table("controller", "Where a verifier acts for a controller, ctl names it.")
    own = lambda name, expect, comment, who, ctl=("nordvakt", "nordvakt-dk"): t.row(
        name, expect, comment, token(None, claims(ctl=list(ctl))), controller=who)
    own("first", "ok", "The first named", "nordvakt")
    own("last", "ok", "The last named", "nordvakt-dk")
    t.row("not-asked", "ok", "No controller asked for, none named", token(None, claims(ctl=[])))
    own("only", "ok", "The only one named", "nordvakt", ["nordvakt"])
    own("twice", "ok", "Named twice", "nordvakt", ["nordvakt", "nordvakt"])
    own("other", "wrong-controller", "One that the text did not name", "nordvakt-se")
    own("nobody", "wrong-controller", "Nobody named", "nordvakt", [])
    own("beginning", "wrong-controller", "The beginning of one named", "nordvakt", ["nordvakt-dk"])
    own("longer", "wrong-controller", "Longer than the one named", "nordvakt-dk", ["nordvakt"])
    own("case", "wrong-controller", "Another case", "Nordvakt")
    own("space", "wrong-controller", "Named with a space", "nordvakt", ["nordvakt "])
    own("joined", "wrong-controller", "Two names in one text", "nordvakt", ["nordvakt,nordvakt-dk"])
    own("empty-name", "wrong-controller", "An empty name", "nordvakt", [""])
    own("star", "wrong-controller", "A star", "nordvakt", ["*"])
    return t


def notice():
    t = Table("notice", "A grant counts under the notices asked for; without any, under each.")
    asked = lambda name, expect, comment, notices, purpose, **change: t.row(
        name, expect, comment, token(None, claims(**change)), notices=notices, purpose=purpose)
    asked("counts", "ok", "The notice that counts", [NOTICE], "analytics")
    asked("second", "ok", "One of two that count", ["another", NOTICE], "analytics")
    asked("any", "ok", "No notices asked for", None, "analytics")
    asked("not-asked", "ok", "Another notice, no purpose asked for: the token is valid", ["another"], None)
    asked("other", "other-notice", "Granted under another notice", ["another"], "analytics")
    asked("beginning", "other-notice", "The first eight characters", [NOTICE[:8]], "analytics")
    asked("case", "other-notice", "Another case", [NOTICE.swapcase()], "analytics")
    asked("token-beginning", "other-notice", "The token has the first eight characters", [NOTICE], "analytics", ntc=NOTICE[:8])
    asked("two-others", "other-notice", "Neither of two", ["another", "third"], "analytics")
    asked("refused-other", "not-granted", "Refused under another notice: nothing was granted under it", ["another"], "marketing")
    asked("never-asked-other", "not-granted", "Never asked, under another notice", ["another"], "functional")
    return t


def grants():
    t = Table("grants", "g says for each purpose when it was granted, in Unix seconds, or 0 for refused.")
    g = lambda name, expect, comment, decided, purpose="analytics", flags="", **context: t.row(
        name, expect, comment, token(None, claims(g=decided)), flags, purpose=purpose, **context)
    raw = lambda name, comment, spelt, flags="": t.row(
        name, "malformed", comment, token(None, respelt('"marketing":0', spelt)), flags)
    g("granted", "ok", "Granted ten minutes ago", {"analytics": IAT, "marketing": 0})
    g("now", "ok", "Granted in this second", {"analytics": NOW})
    g("first-second", "ok", "Granted in the second after 1970 began", {"analytics": 1})
    g("before-iat", "ok", "Granted long before the token was issued", {"analytics": IAT - 100 * DAY})
    g("after-iat", "ok", "Granted after the token was issued, before now", {"analytics": IAT + 1})
    g("own", "ok", "A purpose of the site's own", {"reader_survey-2": IAT}, "reader_survey-2")
    g("longest", "ok", "A purpose of 48 letters", {"p" * 48: IAT}, "p" * 48, "decided")
    g("many", "ok", "Sixty purposes", {f"p{n:02}": IAT for n in range(60)}, "p59")
    g("refused", "not-granted", "Refused", {"analytics": 0})
    g("never-asked", "not-granted", "Never asked", {"marketing": IAT})
    g("empty", "not-granted", "Nothing decided", {})
    g("future-1", "not-granted", "Granted a second later than now", {"analytics": NOW + 1})
    g("future", "not-granted", "Granted a year later than now", {"analytics": NOW + 365 * DAY})
    g("future-9999", "not-granted", "Granted in the last second of 9999", {"analytics": 253_402_300_799})
    g("beginning", "not-granted", "Only a longer name is granted", {"analytics2": IAT})
    g("prefix", "not-granted", "Only a shorter name is granted", {"analytic": IAT})
    g("other-granted", "not-granted", "Another purpose is granted", {"analytics": 0, "marketing": IAT})
    g("necessary", "not-granted", "Necessary is no matter of consent", {"analytics": IAT}, "necessary")
    t.row("refuser", "not-granted", "Everything refused", token(None, refuser()), purpose="analytics")
    g("future-not-asked", "ok", "A grant later than now, no purpose asked for", {"analytics": NOW + 1}, None)
    g("empty-not-asked", "ok", "Nothing decided, no purpose asked for", {}, None)
    for name, spelt, flags in [
        ("true", "true", ""), ("false", "false", ""), ("null", "null", ""), ("text", '"0"', ""), ("text-time", f'"{IAT}"', ""),
        ("negative", "-1", ""), ("negative-time", f"-{IAT}", ""), ("list", "[0]", ""), ("object", '{"at":0}', ""),
        ("point", "0.0", "decided"), ("half", "0.5", "decided"), ("fraction", f"{IAT}.5", "decided"),
        ("exponent", "1e9", "decided"), ("past-9999", "253402300800", "decided"), ("2-63", str(2**63), "decided"),
        ("2-64", str(2**64), "decided"), ("word", '"granted"', ""),
    ]:
        raw(name, f"Marketing is {spelt}", f'"marketing":{spelt}', flags)
    for name, comment, purpose in [("name-empty", "An empty name", ""), ("name-capital", "A capital", "Marketing"),
                                   ("name-digit", "A digit first", "1st"), ("name-space", "A space", "web analysis"),
                                   ("name-dot", "A dot", "ads.personal"), ("name-long", "49 letters", "p" * 49),
                                   ("name-utf8", "A letter outside ASCII", "påminnelse")]:
        raw(name, f"A purpose that is no id: {comment.lower()}", f'"{purpose}":0', "decided")
    return t


TABLES = [claims_, time, issuer, audience, controller, notice, grants]
