"""The leaflet that tells how one certificate is had next time, such as at the konbini."""

from datetime import date

from content.catalogue import Catalogue
from content.rules.fees import NoFee, fee_on
from content.vocabulary.paper import Paper
from content.vocabulary.paper_datum import Datum


def leaflet(paper: Paper, catalogue: Catalogue, certificate: str, day: date) -> Paper | None:
    """The leaflet for one certificate, with its fee on `day` (a day in Japan). None when that way does not give it."""
    about = catalogue.certificate(certificate)
    if paper.channel is None or paper.channel not in {one.channel for one in about.availability}:
        return None
    told = {**paper.told, Datum.CERTIFICATE: about.name}
    try:
        told[Datum.FEE] = f"1通 {fee_on(catalogue, certificate, paper.channel, day).yen:,}円"
    except NoFee:  # the machine shows it before anything is paid
        told[Datum.FEE] = "機械の画面で確かめてください"
    return paper.model_copy(update={"certificate": certificate, "told": told})
