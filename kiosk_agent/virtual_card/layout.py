"""How the files of a My Number card are laid out in bytes (domain.md §1.4–1.5), written the way the card reads them."""

from cryptography.hazmat.primitives.asymmetric import rsa

from kiosk_agent.card.tlv import write

ERAS = ((2019, "20190501"), (1989, "19890108"), (1926, "19261225"), (1912, "19120730"), (1868, "18680125"))


def with_offsets(tag: int, table: int, objects: list[bytes], *, before: int = 0) -> bytes:
    """tag{table of 16-bit offsets from the start of the file, objects}; before: bytes of the file before the tag."""
    size = 2 * len(objects)
    head = len(write(table, b"\0" * size))
    inner = head + sum(map(len, objects))
    at = before + len(write(tag, b"\0" * inner)) - inner + head
    offsets = b""
    for one in objects:
        offsets += at.to_bytes(2, "big")
        at += len(one)
    return write(tag, write(table, offsets) + b"".join(objects))


def rsa_objects(key: rsa.RSAPublicKey) -> bytes:
    """A public key: 90 exponent, 91 modulus."""
    numbers = key.public_numbers()
    return write(0x90, numbers.e.to_bytes(3, "big")) + write(0x91, numbers.n.to_bytes(256, "big"))


def check_digit_added(first_eleven: str) -> str:
    """個人番号 with its check digit (domain.md §1.7)."""
    total = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(first_eleven), 1))
    rest = total % 11
    return f"{first_eleven}{0 if rest <= 1 else 11 - rest}"


def reference_number_b(birthdate: str, expiry_year: str, security_code: str) -> str:
    """照合番号B: the birth date with the era's year, the expiry year, the security code (domain.md §1.4)."""
    first = next(start for start, from_day in ERAS if birthdate >= from_day)
    return f"{int(birthdate[:4]) - first + 1:02}{birthdate[4:]}{expiry_year}{security_code}"
