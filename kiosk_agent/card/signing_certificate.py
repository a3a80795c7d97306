"""What a 署名用電子証明書 says of its holder: the four facts, and which of their characters were replaced.

The facts are otherNames of the subjectAltName, each a UTF8String (domain.md §3.1). A certificate that is still good is
withdrawn as soon as its holder's name or address changes, so its facts are the current ones.
"""

from cryptography import x509
from cryptography.hazmat import asn1

from kiosk_agent.card.facts import CardFacts, CardKind, Part
from kiosk_agent.errors import CardGarbled

ATTRIBUTES = "1.2.392.200149.8.5.5."
NAME, NAME_FLAGS, SEX, BIRTHDATE, ADDRESS, ADDRESS_FLAGS = (f"{ATTRIBUTES}{number}" for number in range(1, 7))
"""氏名, 氏名代替文字, 性別, 生年月日, 住所, 住所代替文字."""

REPLACED = "1"
"""In the flags: the character at this place stands for one that the certificate could not write."""


def facts_of(certificate: x509.Certificate, kind: CardKind) -> CardFacts:
    """The holder's facts. Raises CardGarbled when one is missing or of another form."""
    said = _attributes(certificate)
    try:
        name, address, birthdate, sex = said[NAME], said[ADDRESS], said[BIRTHDATE], said[SEX]
    except KeyError as missing:
        raise CardGarbled(f"no attribute {missing.args[0]}") from None
    # One digit for the era, then the date of the western calendar: 419900102 is 2 January 1990, in 平成.
    if not (name and len(birthdate) == 9 and birthdate.isascii() and birthdate.isdigit() and sex in set("1239")):
        raise CardGarbled("an attribute of an unknown form")
    flags = ((Part.NAME, said.get(NAME_FLAGS, "")), (Part.ADDRESS, said.get(ADDRESS_FLAGS, "")))
    return CardFacts(kind=kind, name=name, address=address, birthdate=birthdate[1:], sex=sex,
                     doubtful=frozenset(part for part, flag in flags if REPLACED in flag))


def _attributes(certificate: x509.Certificate) -> dict[str, str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return {name.type_id.dotted_string: asn1.decode_der(str, name.value)
                for name in names.get_values_for_type(x509.OtherName)
                if name.type_id.dotted_string.startswith(ATTRIBUTES)}
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension):
        raise CardGarbled("a certificate without the holder's facts") from None
