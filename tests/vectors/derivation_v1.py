#!/usr/bin/env python3
"""Derivation version 1 as docs/derivation.md specifies it, and the frozen vectors.

It shares no code with the plugin: HMAC-SHA256 and base64 of the standard library, the rest is here.

    derivation_v1.py           prints the vectors (they are frozen: the output is the committed file)
    derivation_v1.py --check   compares the committed file with what is computed; exit 1 if it differs
"""

import base64
import hashlib
import hmac
import json
import pathlib
import re
import sys

VERSION = 1

ALPHABETS = {
    "numeric": "0123456789",
    "alpha": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "alphanumeric": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ascii": "$()+-./0123456789;<=ABCDEFGHIJKLMNOPQRSTUVWXYZ^_abcdefghijklmnopqrstuvwxyz~",
}


# Section 1: notation


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def field(content):
    return len(content).to_bytes(8, "big") + content


def fields(*parts):
    encoded = b""
    for part in parts:
        if isinstance(part, str):
            part = part.encode()
        elif isinstance(part, int):
            part = part.to_bytes(8, "big")
        elif isinstance(part, list):
            part = b"".join(field(item.encode()) for item in part)
        encoded += field(part)
    return encoded


# Section 2: the seed and the keys


def scope_key(seed, purpose, project, application):
    prk = mac(b"argocd-pin-plugin derivation v1", seed)
    return mac(prk, fields(purpose, project, application) + b"\x01")


def seed_id(seed):
    prk = mac(b"argocd-pin-plugin derivation v1", seed)
    return "seed-" + mac(prk, fields("seed id") + b"\x01")[:8].hex()


def subkey(key, label, data):
    return mac(key, fields("subkey", label, data))


# Section 3: the stream


class Stream:
    def __init__(self, key, info):
        self.key, self.info, self.block, self.buffer = key, info, 0, b""

    def take(self, count):
        while len(self.buffer) < count:
            self.buffer += mac(self.key, fields("stream", self.info, self.block))
            self.block += 1
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def below(self, n):
        width = 1
        while 256**width < n:
            width += 1
        while True:
            draw = int.from_bytes(self.take(width), "big")
            if draw < 256**width // n * n:
                return draw % n

    def character(self, alphabet):
        return alphabet[self.below(len(alphabet))]


# Section 5: the value

TYPED = re.compile(
    r"|~|=|<<|(?i:null|true|false|yes|no|on|off|y|n)"
    r"|[-+]?(?:(?i:\.inf|\.nan)|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+"
    r"|\.?[0-9][0-9_,.:]*(?:[eE][-+]?[0-9_]+)?)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t](?s:.*))?",
    re.ASCII,
)


def is_typed(text):
    return TYPED.fullmatch(text.strip(" \t\r\n")) is not None


def candidate(key, request, number):
    kind = request["class"]
    alphabet = ALPHABETS.get(request.get("alphabet"), "")
    length = request.get("length", 0)
    low, high = int(request.get("min", 0)), int(request.get("max", 0))
    parameter = f"{low} {high}" if kind == "int" else alphabet
    size = length if kind in ("string", "bytes") else 0
    stream = Stream(
        key,
        fields(
            "value", VERSION, kind, parameter, size, [], request["place"], request["generation"], number
        ),
    )
    if kind == "string":
        return "".join(stream.character(alphabet) for _ in range(length))
    if kind == "bytes":
        return base64.b64encode(stream.take(length)).decode()
    if kind == "uuid":
        octets = bytearray(stream.take(16))
        octets[6] = 0x40 | octets[6] & 0x0F
        octets[8] = 0x80 | octets[8] & 0x3F
        digits = octets.hex()
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    if kind == "int":
        return str(low + stream.below(high - low)) if low < high else str(low)
    raise ValueError(kind)


def is_fine(request, text):
    kind, alphabet = request["class"], request.get("alphabet")
    if kind == "int":
        return True
    if alphabet == "numeric":
        return len(text) < 2 or text[0] != "0"
    if text == "":
        return True
    if is_typed(text):
        return False
    return text[0] not in "-?:,[]{}#&*!|>'\"%@`"


def value(key, request):
    for number in range(1000):
        text = candidate(key, request, number)
        if is_fine(request, text):
            return number, text
    return 0, candidate(key, request, 0)


def piece(key, request):
    return candidate(key, request, 0)


# Section 6: placeholders; section 7: salts, vectors, permutations, moments


def placeholder_key(key):
    return mac(key, fields("placeholders", VERSION))[:16].hex()


def bcrypt_salt(key, place, generation, password):
    info = fields("bcrypt salt", VERSION, place, generation, password)
    return Stream(key, info).take(16)


def aes_iv(key, place, generation, password, text):
    info = fields("aes iv", VERSION, place, generation, password, text)
    return Stream(key, info).take(16)


def shuffle(key, place, generation, text):
    characters = list(text)
    stream = Stream(key, fields("shuffle", VERSION, place, generation, len(characters)))
    for last in range(len(characters) - 1, 0, -1):
        other = stream.below(last + 1)
        characters[last], characters[other] = characters[other], characters[last]
    return "".join(characters)


def window_phase(key, place):
    return int.from_bytes(Stream(key, fields("certificate phase", VERSION, place)).take(6), "big")


def job_clock(key, place):
    return Stream(key, fields("job clock", VERSION, place)).below(20 * 31557600)


# The vectors

SCOPES = [
    (bytes(range(32)), "default", "datadog"),
    (bytes(range(32)), "default", "other"),
    (bytes(range(32)), "defaultdata", "dog"),
    (bytes(range(32)) + b"\n", "default", "datadog"),
    (bytes(255 - n for n in range(100)), "", ""),
    ("the seed of a typewriter, with an é in it".encode(), "プロジェクト", "argocd_größe"),
]


def scope_vectors():
    return [
        {
            "seed": seed.hex(),
            "project": project,
            "application": application,
            "pins": scope_key(seed, "pins", project, application).hex(),
            "placeholders": scope_key(seed, "placeholders", project, application).hex(),
        }
        for seed, project, application in SCOPES
    ]


def requests():
    """Requests of every class; `place` is what tells equal ones apart."""
    for alphabet in ALPHABETS:
        for length in (0, 1, 2, 5, 8, 32, 100):
            place = ["", "Secret", "app", f"data.{alphabet}"]
            yield {"class": "string", "alphabet": alphabet, "length": length, "place": place, "generation": 0}
    token = {"class": "string", "alphabet": "alphanumeric", "length": 32}
    for place in ([], [""], ["", ""], ["ab", "c"], ["a", "bc"], ["abc"], ["größe", "日本語", "\0"], ["x" * 300]):
        yield token | {"place": place, "generation": 0}
    for generation in (1, 2, 2**32 - 1):
        yield token | {"place": ["ab", "c"], "generation": generation}
    for length in (0, 1, 2, 3, 16, 32, 33, 256):
        yield {"class": "bytes", "length": length, "place": ["", "Secret", "app", "data.key"], "generation": 0}
    for name in "abcde":
        yield {"class": "uuid", "place": ["", "ConfigMap", name, "data.id"], "generation": 0}
    ranges = [(0, 1), (0, 2), (0, 16), (-5, 5), (1024, 65536), (0, 2**40), (-(2**63), 2**63 - 1), (7, 7), (9, 2)]
    for low, high in ranges:
        yield {"class": "int", "min": str(low), "max": str(high), "place": ["port"], "generation": 0}


def refused(key):
    """Requests whose first candidate is refused, for each reason that there is."""
    reasons = {
        "a digit": ("string", "alphanumeric", 1, lambda text: text.isdigit()),
        "a boolean": ("string", "alpha", 1, lambda text: text in "yYnN"),
        "no": ("string", "alpha", 2, lambda text: text in ("no", "on")),
        "digits": ("string", "alphanumeric", 4, lambda text: text.isdigit()),
        "an exponent": ("string", "alphanumeric", 4, lambda text: "e" in text[1:3] and is_typed(text)),
        "hexadecimal": ("string", "alphanumeric", 4, lambda text: text.startswith("0x") and is_typed(text)),
        "underscores": ("string", "ascii", 3, lambda text: "_" in text and is_typed(text)),
        "a sign": ("bytes", None, 3, lambda text: text.startswith("+") and is_typed(text)),
        "an indicator": ("string", "ascii", 12, lambda text: text.startswith("-")),
        "a leading zero": ("string", "numeric", 6, lambda text: text.startswith("0")),
        "typed base64": ("bytes", None, 3, is_typed),
    }
    for reason, (kind, alphabet, length, wanted) in reasons.items():
        number = 0
        while True:
            request = {"class": kind, "length": length, "place": [reason, str(number)], "generation": 0}
            if alphabet:
                request["alphabet"] = alphabet
            text = candidate(key, request, 0)
            if wanted(text):
                assert not is_fine(request, text), (reason, text)
                yield request
                break
            number += 1


def value_vectors(scopes):
    vectors = []

    def add(scope, purpose, request):
        number, text = value(bytes.fromhex(scopes[scope][purpose]), request)
        vectors.append({"scope": scope, "key": purpose} | request | {"candidate": number, "value": text})

    for request in requests():
        add(0, "pins", request)
    for request in refused(bytes.fromhex(scopes[0]["pins"])):
        add(0, "pins", request)
    token = {"class": "string", "alphabet": "alphanumeric", "length": 32, "place": ["a"], "generation": 0}
    for scope in range(len(scopes)):
        add(scope, "pins", token)
        add(scope, "placeholders", token)
    return vectors


def piece_vectors(key):
    """Pieces that are no values: what a value's rules refuse."""
    all_refused = [request for request in refused(key) if request["class"] in ("string", "bytes")]
    plain = [
        {"class": "string", "alphabet": "alphanumeric", "length": 1, "place": ["a"], "generation": 0},
        {"class": "uuid", "place": ["a"], "generation": 0},
        {"class": "int", "min": "-3", "max": "70000", "place": ["a"], "generation": 0},
    ]
    return [request | {"value": piece(key, request)} for request in all_refused + plain]


def vectors():
    scopes = scope_vectors()
    pins, placeholders = (bytes.fromhex(scopes[0][purpose]) for purpose in ("pins", "placeholders"))
    info = fields("an information", 7)
    typed = ["", "~", "null", "NULL", "yes", "Off", "y", "12345678", "0123", "1e5", "1E+5", "0x1f", "0b1", "0o7"]
    typed += ["1_000", "1:30", "1,5", ".5", "5.", "-.inf", ".NaN", "2026-01-02", "2026-1-2T03:04:05Z", " 7 "]
    untyped = ["a", "nully", "1a", "0x", "0xg", "e5", "1e", "-", "+", ".", "_1", "inf", "2026-01", "2026-01-02x"]
    assert all(map(is_typed, typed)) and not any(map(is_typed, untyped))
    return {
        "version": VERSION,
        "encodings": [
            {"fields": ["ab", 258, ["c", ""]], "hex": fields("ab", 258, ["c", ""]).hex()},
            {"fields": ["", 0, []], "hex": fields("", 0, []).hex()},
            {"fields": ["größe", 2**64 - 1, ["a", "bc"]], "hex": fields("größe", 2**64 - 1, ["a", "bc"]).hex()},
        ],
        "scopes": scopes,
        "seed_ids": [
            {"seed": seed, "id": seed_id(bytes.fromhex(seed))} for seed in dict.fromkeys(scope["seed"] for scope in scopes)
        ],
        "subkeys": [
            {"label": label, "data": data.hex(), "hex": subkey(pins, label, data).hex()}
            for label, data in (("a", b""), ("a", b"bc"), ("ab", b"c"))
        ],
        "stream": {"label": "an information", "number": 7, "hex": Stream(pins, info).take(100).hex()},
        "below": [
            {"n": str(n), "draws": [str(draw) for draw in draws]}
            for n in (1, 2, 10, 62, 64, 200, 255, 256, 257, 1000, 65536, 65537, 2**32, 2**63 + 1, 2**64 - 1)
            for stream in (Stream(pins, info),)
            for draws in ([stream.below(n) for _ in range(12)],)
        ],
        "alphabets": ALPHABETS,
        "typed": typed,
        "untyped": untyped,
        "values": value_vectors(scopes),
        "salts": [
            {
                "place": place,
                "generation": generation,
                "password": password,
                "salt": bcrypt_salt(pins, place, generation, password).hex(),
                "text": text,
                "iv": aes_iv(pins, place, generation, password, text).hex(),
            }
            for place, generation, password, text in (
                (["", "Secret", "auth", "data.htpasswd"], 0, "secret", "text"),
                (["", "Secret", "auth", "data.htpasswd"], 1, "secret", "text"),
                (["", "Secret", "auth", "data.htpasswd"], 0, "secrett", "ext"),
                ([], 0, "", "größe"),
            )
        ],
        "pieces": piece_vectors(pins),
        "placeholder_key": placeholder_key(placeholders),
        "shuffles": [
            {"place": place, "generation": generation, "text": text, "value": shuffle(pins, place, generation, text)}
            for place, generation, text in (
                (["", "Secret", "app", "data.password", "shuffle"], 0, "0123456789abcdefghijklmnopqrstuvwxyz"),
                (["", "Secret", "app", "data.password", "shuffle"], 1, "0123456789abcdefghijklmnopqrstuvwxyz"),
                (["", "Secret", "app", "data.password", "shuffle"], 0, "größe€"),
                ([], 0, "ab" * 150),
                ([], 0, ""),
            )
        ],
        "moments": [
            {"place": place, "window_phase": str(window_phase(pins, place)), "job_clock": job_clock(pins, place)}
            for place in ([], ["", "Secret", "tls", "data.tls.crt", "genCA"], ["größe"])
        ],
    }


def render(document):
    """JSON with one vector a line."""
    parts = []
    for name, content in document.items():
        if isinstance(content, list) and content and isinstance(content[0], dict):
            lines = ",\n".join("    " + json.dumps(item, ensure_ascii=False) for item in content)
            parts.append(f'  "{name}": [\n{lines}\n  ]')
        else:
            parts.append(f'  "{name}": {json.dumps(content, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main():
    text = render(vectors())
    if sys.argv[1:] == ["--check"]:
        committed = pathlib.Path(__file__).with_name("derivation-v1.json").read_text(encoding="utf-8")
        if committed != text:
            sys.exit("derivation-v1.json is not what this program computes")
        print("derivation-v1.json: all vectors agree")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        sys.stdout.buffer.write(text.encode())


if __name__ == "__main__":
    main()
