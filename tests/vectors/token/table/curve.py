"""Edwards25519 as in RFC 8032, section 6: for signatures that no honest library makes. Slow, and not for secrets."""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + y1 * x2) * pow(1 + product, P - 2, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P)
    return x % P, y % P


def times(number, point):
    sum_ = (0, 1)
    while number:
        if number & 1:
            sum_ = add(sum_, point)
        point = add(point, point)
        number >>= 1
    return sum_


def recover(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    assert (x * x - square) % P == 0, "no point has this y"
    return (P - x if x & 1 != sign else x), y


def encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


B = recover(4 * pow(5, P - 2, P) % P, 0)
# A generator of the eight points of small order.
ORDER_8 = recover(0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7, 0)
assert times(8, ORDER_8) == (0, 1) and times(4, ORDER_8) != (0, 1)


def secret(seed):
    """The scalar of a private key (RFC 8032, 5.1.5)."""
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    return int.from_bytes(digest, "little")


def challenge(r, a, message):
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def number(value):
    return value.to_bytes(32, "little")


def raised(signature, by):
    """The same R with `by` added to S."""
    return signature[:32] + number(int.from_bytes(signature[32:], "little") + by)


def odd(seed, message, nonce=0, twist_r=0, twist_a=0):
    """Signs with R = nonce·B + twist_r·T and A = a·B + twist_a·T, where T has order 8. S is what the holder of the
    key can do best: the equation holds up to the small parts. Gives (A, signature)."""
    a = secret(seed)
    public = encode(add(times(a, B), times(twist_a, ORDER_8)))
    r = encode(add(times(nonce, B), times(twist_r, ORDER_8)))
    return public, r + number((nonce + challenge(r, public, message) * a) % L)
