"""A copy of the product does not start with forms that offer SMS and nobody to send it."""

import httpx
import pytest

from chalicelib.adapters.sms import EndUserMessaging, LocalTexts
from chalicelib.compose import texts_from
from chalicelib.settings import BadSettings, read
from tests.fakes.world import ibusuki
from tests.functions.test_settings import LOCAL, PRODUCTION


def test_sms_leave_through_the_mailbox_here_and_through_aws_in_production() -> None:
    with httpx.Client() as http:
        assert isinstance(texts_from(read(LOCAL), ibusuki(), http), LocalTexts)
        assert isinstance(texts_from(read(PRODUCTION), ibusuki(), http), EndUserMessaging)


def test_forms_that_offer_sms_need_somebody_to_send_it_and_others_do_not() -> None:
    nobody = read({**PRODUCTION, "MADONAVI_SMS_FROM": ""})
    with httpx.Client() as http:
        with pytest.raises(BadSettings, match="MADONAVI_SMS_FROM"):
            texts_from(nobody, ibusuki(), http)
        assert isinstance(texts_from(nobody, ibusuki().model_copy(update={"procedures": ()}), http), EndUserMessaging)
