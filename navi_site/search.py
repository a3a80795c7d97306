"""What the search field of the home page looks through: each certificate with the words that people use for it."""

from content.catalogue import Catalogue


def entries(catalogue: Catalogue) -> dict[str, object]:
    """What search.json holds, in the order of the catalogue. The script folds kana and widths when it compares."""
    return {
        "words": {"none": catalogue.messages["site.search.none"], "some": catalogue.messages["site.search.some"]},
        "entries": [
            {
                "name": certificate.name, "url": f"/certificates/{certificate.id}/", "summary": certificate.summary,
                "called": [certificate.name, *certificate.reading.split("・"), *certificate.also],
                "uses": list(certificate.used_for),
            }
            for certificate in catalogue.certificates
        ],
    }
