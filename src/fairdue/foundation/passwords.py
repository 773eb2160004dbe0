"""Password hashing at a cost that a morning of sign-ins can bear (OWASP minimum for Argon2id)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SaneArgon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: about 70 ms, not 700, on a busy small machine."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
