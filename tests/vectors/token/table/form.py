"""Structure, base64url, JSON: what can be said without any key."""

from .forge import *

GOOD = token()
HEAD, BODY, SIGNATURE = GOOD.split(".")


def structure():
    t = Table("structure", "Length, parts and serialisation.")
    t.row("good", "ok", "A good token", GOOD)
    t.row("4096", "ok", "The longest: 4,096 bytes", of_length(4096))
    t.row("4000", "ok", "The longest that is minted: 4,000 bytes", of_length(4000))
    t.row("4097", "too-long", "4,097 bytes, otherwise good", of_length(4097))
    t.row("8192", "too-long", "8,192 bytes, otherwise good", of_length(8192))
    t.row("4097-letters", "too-long", "4,097 letters and no dot", "a" * 4097)
    t.row("4097-dots", "too-long", "4,097 dots", "." * 4097)
    t.row("4096-dots", "malformed", "4,096 dots", "." * 4096)
    t.row("4096-letters", "malformed", "4,096 letters and no dot", "a" * 4096)
    t.row("bytes-not-characters", "too-long", "Length is counted in bytes: 2,049 characters of two bytes", "é" * 2049)
    bad = lambda name, comment, token_, flags="": t.row(name, "malformed", comment, token_, flags)
    bad("nothing", "Nothing", "")
    bad("dot", "One dot", ".")
    bad("two-dots", "Two dots: three empty parts", "..")
    bad("one-part", "The header alone", HEAD)
    bad("two-parts", "Header and claims", f"{HEAD}.{BODY}")
    bad("four-parts", "A fourth part", f"{GOOD}.{SIGNATURE}")
    bad("four-parts-empty", "A fourth part that is empty", f"{GOOD}.")
    bad("leading-dot", "An empty part before it", f".{GOOD}")
    bad("five-parts", "Five parts, as an encrypted token has", f"{HEAD}.{BODY}.{BODY}.{BODY}.{SIGNATURE}")
    bad("empty-header", "An empty header", f".{BODY}.{SIGNATURE}")
    bad("empty-claims", "Empty claims, signed", close(f"{HEAD}."))
    bad("detached", "A detached payload (RFC 7515, appendix F)", f"{HEAD}..{SIGNATURE}")
    bad("json-flattened", "The flattened JSON serialisation",
        text({"protected": HEAD, "payload": BODY, "signature": SIGNATURE}))
    bad("json-general", "The general JSON serialisation",
        text({"payload": BODY, "signatures": [{"protected": HEAD, "signature": SIGNATURE}]}))
    bad("bare-claims", "The claims as plain JSON: an unsigned record of local mode", text(claims()))
    bad("bearer", "With the scheme of an Authorization header", f"Bearer {GOOD}")
    bad("quoted", "In quotation marks", f'"{GOOD}"')
    bad("cookie", "With the cookie's name", f"__Host-consent={GOOD}")
    bad("two-tokens", "Two tokens, a comma between", f"{GOOD},{GOOD}"[:4096])
    bad("space-before", "A space before it", f" {GOOD}")
    bad("space-after", "A space after it", f"{GOOD} ")
    bad("line-end", "A line end after it", f"{GOOD}\n")
    bad("tab", "A tab after it", f"{GOOD}\t")
    bad("nul", "A NUL after it", f"{GOOD}\0")
    bad("bom", "A byte order mark before it", f"\ufeff{GOOD}")
    bad("comment-after", "Text after it", f"{GOOD}#")
    bad("swapped", "Header and claims change places, signed", close(f"{BODY}.{HEAD}"))
    bad("reversed", "The parts in reverse", f"{SIGNATURE}.{BODY}.{HEAD}")
    bad("header-as-claims", "The header twice, signed", close(f"{HEAD}.{HEAD}"))
    return t


def loose(part):
    """The next character has the same leading bits where the last one has bits to spare."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(part) % 4 in (2, 3)
    last = alphabet.index(part[-1])
    assert last % 4 == 0
    return part[:-1] + alphabet[last + 1]


def spare(value):
    """JSON with as many spaces after it as make its base64url end within a group of four."""
    spelt = text(value)
    while len(spelt.encode()) % 3 == 0:
        spelt += " "
    return spelt


def base64url():
    t = Table("base64url", "Each part is canonical base64url without padding (RFC 7515, section 2; RFC 4648, 3.5).")
    bad = lambda name, comment, token_, flags="": t.row(name, "malformed", comment, token_, flags)
    head, body = b64(spare(header())), b64(spare(claims()))
    t.row("spare-bits-zero", "ok", "Every part ends within a group of four, unused bits zero", close(f"{head}.{body}"))
    bad("spare-bits-header", "Unused bits that are not zero in the header, signed so", close(f"{loose(head)}.{body}"))
    bad("spare-bits-claims", "Unused bits that are not zero in the claims, signed so", close(f"{head}.{loose(body)}"))
    bad("spare-bits-signature", "Unused bits that are not zero in the signature", f"{HEAD}.{BODY}.{loose(SIGNATURE)}")
    pad = lambda part: part + "=" * (-len(part) % 4)
    bad("padding-header", "Padding in the header, signed so", close(f"{pad(head)}.{body}"))
    bad("padding-claims", "Padding in the claims, signed so", close(f"{head}.{pad(body)}"))
    bad("padding-signature", "Padding in the signature", f"{GOOD}==")
    bad("padding-one", "Half the padding", f"{GOOD}=")
    bad("padding-needless", "Padding that no length asks for", f"{GOOD}====")
    bad("padding-percent", "Padding, percent-encoded", f"{GOOD}%3D%3D")
    # '~' and '?' in these places give the two characters that the alphabets differ in.
    odd = next(
        m
        for n in range(10_000)
        for m in [signing_input(None, respelt('"t-4Lm8"', f'"{n}"'))]
        if "-" in b64(ed(m)) and "_" in b64(ed(m))
    )
    both = b64(ed(odd))
    t.row("url-alphabet", "ok", "A signature with - and _ in it", f"{odd}.{both}")
    bad("plus", "The same signature with + for -", f"{odd}.{both.replace('-', '+')}")
    bad("slash", "The same signature with / for _", f"{odd}.{both.replace('_', '/')}")
    body_ = b64(more('"x":"\u00bf\u00bf\u00bf~~~???>>>"'))
    assert "-" in body_ or "_" in body_
    bad("plain-claims", "The claims in the alphabet of plain base64, signed so",
        close(f"{HEAD}.{body_.replace('-', '+').replace('_', '/')}"))
    bad("line-in-claims", "A line end within the claims, signed so", close(f"{HEAD}.{BODY[:76]}\n{BODY[76:]}"))
    bad("space-in-claims", "A space within the claims, signed so", close(f"{HEAD}.{BODY[:76]} {BODY[76:]}"))
    bad("space-in-header", "A space within the header, signed so", close(f"{HEAD[:8]} {HEAD[8:]}.{BODY}"))
    bad("line-in-signature", "A line end within the signature", f"{HEAD}.{BODY}.{SIGNATURE[:40]}\r\n{SIGNATURE[40:]}")
    bad("one-too-many", "A length that no bytes have: 4n + 1", f"{GOOD}AAA")
    bad("not-alphabet", "A character of no base64", f"{GOOD[:-1]}!")
    bad("star", "A star within the header", close(f"{HEAD[:8]}*{HEAD[8:]}.{BODY}"))
    bad("wide", "A fullwidth letter in the signature", f"{GOOD[:-1]}Ａ")
    bad("cyrillic", "A letter that only looks Latin, in the claims", close(f"{HEAD}.{BODY[:4]}а{BODY[5:]}"))
    bad("plain-json-header", "A header that is not encoded", close(f"{text(header())}.{BODY}"))
    bad("hex", "The signature in base 16 with a wrong letter", f"{HEAD}.{BODY}.{'g:' * 64}")
    return t


def json_():
    t = Table("json", "Header and claims are one JSON object each, every member once at every depth, nothing after it.")
    ok = lambda name, comment, body, flags="": t.row(name, "ok", comment, token(None, body), flags)
    bad = lambda name, comment, body, flags="": t.row(name, "malformed", comment, token(None, body), flags)
    whole = text(claims())
    ok("spaces", "Space between the claims", json.dumps(claims(), indent=2))
    ok("space-around", "Space, tab and line ends around the claims", f" \t\r\n{whole}\r\n ")
    ok("order", "The claims in reverse order", dict(reversed(claims().items())))
    ok("escaped-name", "A name spelt with an escape, once", respelt('"aud"', '"\\u0061ud"'))
    ok("escaped-value", "A value spelt with escapes", respelt('"iss":"https:', '"iss":"\\u0068ttps:'))
    ok("escaped-slash", "Escaped slashes", whole.replace("/", "\\/"))
    ok("surrogate-pair", "A proper pair of surrogates in an unknown claim", more('"x":"\\ud83c\\udf6a"'), "decided")
    ok("utf8", "Letters outside ASCII in an unknown claim", more('"x":"kakor på svenska 🍪"'), "decided")
    ok("depth-16", "An unknown claim sixteen deep", more('"x":' + "[" * 16 + "]" * 16), "decided")
    ok("same-name-elsewhere", "The same name in two different objects", more('"x":{"exp":1,"g":{"exp":1}}'), "decided")
    ok("case-of-names", "Names that differ in case are two names", more('"EXP":1,"Aud":"x"'), "decided")
    for name in ("iss", "aud", "exp", "iat", "sub", "ntc"):
        value = text(claims()[name])
        bad(f"twice-{name}", f"{name} twice, both times the same", more(f'"{name}":{value}'))
    bad("twice-g", "g twice, the second more generous", more('"g":{"analytics":1,"marketing":1}'))
    bad("twice-exp-later", "exp twice, the second later", more('"exp":4000000000'))
    bad("twice-exp-first", "exp twice, the first later", '{"exp":4000000000,' + whole[1:])
    bad("twice-escaped", "aud twice, once with an escape", more('"\\u0061ud":"https://evil.example"'))
    bad("twice-escaped-both", "An unknown claim twice, both with escapes", more('"\\u0078":1,"\\u0078":2'))
    bad("twice-purpose", "A purpose twice", respelt('"marketing":0', f'"marketing":0,"marketing":{IAT}'))
    bad("twice-purpose-escaped", "A purpose twice, once with an escape",
        respelt('"marketing":0', f'"marketing":0,"\\u006darketing":{IAT}'))
    bad("twice-unknown", "An unknown claim twice", more('"x":1,"x":1'))
    bad("twice-within", "A duplicate inside an unknown claim", more('"x":{"a":1,"a":2}'))
    bad("twice-deep", "A duplicate deep inside an unknown claim", more('"x":[[{"a":[{"b":1,"b":1}]}]]'))
    bad("twice-empty-name", "The empty name twice", more('"":1,"":2'))
    bad("twice-status", "A duplicate inside status",
        more(f'"status":{{"status_list":{{"idx":1,"uri":"{LIST}","idx":2}}}}'))
    bad("trailing-object", "An object after the claims", whole + "{}")
    bad("trailing-word", "A word after the claims", whole + " true")
    bad("trailing-brace", "A brace after the claims", whole + "}")
    bad("trailing-comma", "A comma before the end", whole[:-1] + ",}")
    bad("trailing-nul", "A NUL after the claims", whole + "\0")
    bad("cut", "Claims without their last brace", whole[:-1])
    bad("empty", "Claims of spaces alone", "  ")
    bad("list", "Claims that are a list", "[]")
    bad("list-of-claims", "Claims in a list", f"[{whole}]")
    bad("string", "Claims that are a string", json.dumps(whole))
    bad("null", "Claims that are null", "null")
    bad("number", "Claims that are a number", "1")
    bad("no-members", "Claims without members", "{}")
    bad("bom", "A byte order mark before the claims", "\ufeff" + whole)
    bad("invalid-utf8", "A byte that is no UTF-8 in an unknown claim", more('"x":"').encode()[:-1] + b'\xff"}')
    bad("overlong-utf8", "UTF-8 longer than it has to be", more('"x":"').encode()[:-1] + b'\xc0\xaf"}')
    bad("utf8-surrogate", "A surrogate in UTF-8", more('"x":"').encode()[:-1] + b'\xed\xa0\x80"}')
    bad("cut-utf8", "A letter cut in half at the end of a string", more('"x":"').encode()[:-1] + b'\xc3"}')
    bad("utf16", "Claims in UTF-16", whole.encode("utf-16-le"))
    bad("lone-surrogate", "Half a pair of surrogates in an unknown claim", more('"x":"\\ud83c"'), "decided")
    bad("lone-low-surrogate", "The other half", more('"x":"\\udf6a"'), "decided")
    bad("lone-surrogate-name", "Half a pair of surrogates in a name", more('"\\ud83c":1'), "decided")
    bad("bad-escape", "An escape that JSON has not", more('"x":"\\x41"'))
    bad("short-escape", "An escape cut short", more('"x":"\\u41"'))
    bad("line-in-string", "A bare line end in a string", more('"x":"a\nb"'))
    bad("nul-in-string", "A bare NUL in a string", more('"x":"a\0b"'))
    bad("single-quotes", "Single quotation marks", more("'x':1"))
    bad("bare-name", "A name without quotation marks", more("x:1"))
    bad("comment", "A comment", more('"x":1/* */'))
    bad("nan", "NaN in an unknown claim", more('"x":NaN'))
    bad("infinity", "Infinity in an unknown claim", more('"x":-Infinity'))
    bad("leading-zero", "A number with a leading zero", more('"x":01'))
    bad("plus", "A number with a plus", more('"x":+1'))
    bad("hex", "A number in base 16", more('"x":0x1F'))
    bad("point", "A number without digits after its point", more('"x":1.'))
    bad("colon", "A member without a value", more('"x"'))
    bad("nbsp", "A no-break space between members", whole.replace(',"lang"', ',\u00a0"lang"'))
    bad("depth-1000", "An unknown claim a thousand deep", more('"x":' + "[" * 1000 + "]" * 1000), "decided")
    bad("depth-objects", "An unknown claim of 300 objects in one another", more('"x":' + '{"":' * 300 + "1" + "}" * 300),
        "decided")
    head = text(header())
    top = lambda name, comment, h, flags="": t.row(name, "malformed", comment, token(h), flags)
    t.row("header-spaces", "ok", "Space between the members of the header", token(json.dumps(header(), indent=1)))
    t.row("header-order", "ok", "The header's members in another order", token(dict(reversed(header().items()))))
    t.row("header-escaped", "ok", "An escape in the header", token(head.replace('"alg"', '"\\u0061lg"')))
    top("header-twice-alg", "alg twice", head[:-1] + ',"alg":"none"}')
    top("header-twice-kid", "kid twice, both times the same", head[:-1] + f',"kid":"{KID}"}}')
    top("header-twice-escaped", "typ twice, once with an escape", head[:-1] + ',"t\\u0079p":"JWT"}')
    top("header-list", "A header that is a list", "[]")
    top("header-null", "A header that is null", "null")
    top("header-trailing", "Data after the header", head + "{}")
    top("header-bom", "A byte order mark before the header", "\ufeff" + head)
    top("header-invalid-utf8", "A byte that is no UTF-8 in the header", head.encode()[:-2] + b'\xff"}')
    top("header-no-json", "A header that is no JSON", "alg=EdDSA")
    top("header-cut", "A header without its last brace", head[:-1])
    return t


TABLES = [structure, base64url, json_]
