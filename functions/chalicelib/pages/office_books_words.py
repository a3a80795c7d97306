"""The words of the books: movements, ways of paying, fee items, reasons of a correction."""

from collections.abc import Mapping

from chalicelib.domain.contents import PaidBy
from chalicelib.domain.ledger import FeeItem, Movement

METHOD_NAMES: Mapping[PaidBy, str] = {
    PaidBy.ONLINE: "オンライン", PaidBy.CASH: "現金", PaidBy.CASHLESS: "キャッシュレス（窓口の端末）"}
ITEM_NAMES: Mapping[FeeItem, str] = {
    FeeItem.CERTIFICATE: "証明書の手数料", FeeItem.CHARGE: "そのほかの手数料", FeeItem.POSTAGE: "郵送料", FeeItem.OTHER: "その他"}
MOVEMENT_NAMES: Mapping[Movement, str] = {
    Movement.CAPTURE: "オンラインの入金", Movement.DESK: "窓口の入金", Movement.REFUND: "返金", Movement.RETURN: "入金を返した",
    Movement.CORRECTION: "訂正"}
REASON_NAMES: Mapping[str, str] = {
    "miscounted": "数えまちがい", "wrong_method": "受け取り方のまちがい", "wrong_item": "費目のまちがい",
    "refund_failed": "返金ができなかった", "other": "その他（説明を書く）"}


def where(name: str) -> str:
    """What does not agree: the drawer, the terminal, or an attempt at the provider."""
    return {"cash": "現金（引き出し）", "cashless": "窓口の端末"}.get(name, f"オンライン {name}")
