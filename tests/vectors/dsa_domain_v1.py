"""The DSA domain parameters of derivation version 1 (L = 2048, N = 256), by FIPS 186-4.

p and q by A.1.1.2 (probable primes with SHA-256 from a seed), g by A.2.3 (verifiable, index 1). The
seed is a hash of a sentence, so that nobody could choose parameters with a trapdoor. Standard
library only; takes about a minute. Prints what src/certificate/dsa_domain.rs holds.
"""

import hashlib

L, N, INDEX = 2048, 256, 1
SENTENCE = b"argocd-pin-plugin DSA domain parameters, version 1"


def sha256(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest(), "big")


def is_prime(n: int) -> bool:
    if n < 2 or any(n % p == 0 for p in (2, 3, 5, 7, 11, 13) if n != p):
        return False
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for i in range(64):
        base = sha256(b"base %d" % i) % (n - 3) + 2
        x = pow(base, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def primes(seed: bytes) -> tuple[int, int, bytes, int]:
    n, b = -(-L // 256) - 1, L - 1 - (-(-L // 256) - 1) * 256
    while True:
        u = sha256(seed) % 2 ** (N - 1)
        q = 2 ** (N - 1) + u + 1 - u % 2
        if is_prime(q):
            offset = 1
            for counter in range(4 * L):
                v = [
                    sha256(((int.from_bytes(seed, "big") + offset + j) % 2**256).to_bytes(32, "big"))
                    for j in range(n + 1)
                ]
                w = sum(v[j] << (j * 256) for j in range(n)) + ((v[n] % 2**b) << (n * 256))
                x = w + 2 ** (L - 1)
                p = x - (x % (2 * q) - 1)
                if p >= 2 ** (L - 1) and is_prime(p):
                    return p, q, seed, counter
                offset += n + 1
        seed = hashlib.sha256(seed).digest()


def generator(p: int, q: int, seed: bytes) -> int:
    e = (p - 1) // q
    for count in range(1, 2**16):
        u = seed + b"ggen" + bytes([INDEX]) + count.to_bytes(2, "big")
        g = pow(sha256(u), e, p)
        if g >= 2:
            return g
    raise ValueError("no generator")


p, q, seed, counter = primes(hashlib.sha256(SENTENCE).digest())
g = generator(p, q, seed)
assert pow(g, q, p) == 1 and (p - 1) % q == 0
print("seed", seed.hex(), "counter", counter)
for name, value in (("p", p), ("q", q), ("g", g)):
    print(name, f"{value:x}")
