"""What stands in the braces of a notice, for mail, SMS and paper alike."""

from urllib.parse import urlsplit

from chalicelib.domain.application import Application
from chalicelib.services import contact, links
from chalicelib.services.parts import Parts
from content.rules.opening import JAPAN
from content.rules.wareki import short_day


def words(parts: Parts, application: Application, template: str, to: str) -> dict[str, str]:
    """Name in the message → what it says for this case now. to: the contact that a code is bound to."""
    city = parts.catalogue.city
    link = links.resume_url(parts, application) if template == "resume" else links.status_url(parts, application)
    return {
        "code": contact.code(parts, application.id, application.codes, to) if template == "code" else "",
        "reference": application.reference,
        "link": link,
        "host": urlsplit(parts.public_url).netloc,
        "city": city.name,
        "department": city.department,
        "phone": city.phone,
        "yen": f"{application.fee.yen:,}" if application.fee else "",
        "due": short_day(application.due.astimezone(JAPAN).date()) if application.due else "",
    }
