from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from channels.twilio.settings import SmsSettings, TwilioSettings, WhatsappSettings

PLAIN = {"account_sid": "AC1", "auth_token": "primary", "from": "+12025550100"}


def sms(**changes: Any) -> SmsSettings:
    given = {**PLAIN, **changes}
    return SmsSettings.model_validate({k: v for k, v in given.items() if v is not None})


def problem(model: type[TwilioSettings], **changes: Any) -> str:
    given = {k: v for k, v in {**PLAIN, **changes}.items() if v is not None}
    with pytest.raises(ValidationError) as caught:
        model.model_validate(given)
    (error,) = caught.value.errors(include_input=False, include_url=False)
    return ".".join(str(part) for part in (*error["loc"], error["msg"]))


def test_four_keys_are_enough() -> None:
    settings = SmsSettings.model_validate({**PLAIN, "api_base_url": "http://127.0.0.1:9000/"})
    assert settings.api_base_url == "http://127.0.0.1:9000"
    assert settings.login == ("AC1", "primary")
    assert settings.tokens == ("primary",)
    assert settings.numbers == {"+12025550100"}


def test_during_a_rotation_several_keys_are_known_and_all_are_hidden() -> None:
    settings = sms(
        auth_tokens=["previous", "next"],
        shared_keys={"key1": "0ne"},
        api_key_sid="SK1",
        api_key_secret="s3cret",
    )
    assert settings.tokens == ("primary", "previous", "next")
    assert settings.webhook_keys == {"key1": "0ne"}
    assert settings.login == ("SK1", "s3cret")
    assert settings.secrets == {"primary", "previous", "next", "0ne", "s3cret"}
    assert not any(secret in repr(settings) for secret in settings.secrets)


def test_an_api_key_and_a_shared_key_make_the_token_needless() -> None:
    settings = sms(
        auth_token=None, api_key_sid="SK1", api_key_secret="api", shared_keys={"key1": "one"}
    )
    assert settings.tokens == ()
    assert settings.login == ("SK1", "api")


@pytest.mark.parametrize("sender", ["+12025550100", "89887", "PemprovDKI", "JAKI 112"])
def test_an_sms_is_sent_by_number_short_code_or_name(sender: str) -> None:
    assert sms(**{"from": sender}).sender == sender


def test_every_key_stands_in_the_manual() -> None:
    manual = (files("channels.twilio") / "README.md").read_text(encoding="utf-8")
    keys = [field.alias or name for name, field in WhatsappSettings.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in manual] == []


@pytest.mark.parametrize("sid", ["HX1", "SM" + "0" * 32, ""])
def test_a_template_is_named_by_its_content_sid(sid: str) -> None:
    said = problem(WhatsappSettings, templates={"question": {"id": sid}})
    assert said.startswith("templates.question.id")


def test_only_full_numbers_are_our_own() -> None:
    settings = sms(
        **{"from": "PemprovDKI"}, own_numbers=["+12025550100", "whatsapp:+6281110000001"]
    )
    assert settings.numbers == {"+12025550100", "+6281110000001"}


@pytest.mark.parametrize("sender", ["+6281110000001", "whatsapp:+6281110000001"])
def test_a_whatsapp_number_is_given_with_or_without_its_prefix(sender: str) -> None:
    assert WhatsappSettings.model_validate({**PLAIN, "from": sender}).sender == "+6281110000001"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"account_sid": None}, "account_sid.Field required"),
        ({"account_sid": "SK1"}, "account_sid.Value error, starts with AC; what starts with SK"),
        ({"auth_token": ""}, "auth_token.Value should have at least 1 item"),
        ({"auth_token": None}, "Value error, sending needs auth_token, or api_key_sid and"),
        ({"api_key_sid": "SK1"}, "Value error, api_key_sid and api_key_secret go together"),
        ({"api_key_secret": "x"}, "Value error, api_key_sid and api_key_secret go together"),
        (
            {"api_key_sid": "AC1", "api_key_secret": "x"},
            "api_key_sid.Value error, starts with SK",
        ),
        (
            {"auth_token": None, "api_key_sid": "SK1", "api_key_secret": "x"},
            "Value error, webhooks are signed: auth_token or shared_keys is needed",
        ),
        ({"from": None}, "Value error, sending needs from or messaging_service_sid"),
        ({"from": "0811272206"}, "from.Value error, is a number with + and country code"),
        ({"from": "Pemprov Jakarta"}, "from.Value error, is a number with + and country code"),
        ({"from": "whatsapp:+6281110000001"}, "from.Value error, is a number with +"),
        ({"messaging_service_sid": "SM1"}, "messaging_service_sid.Value error, starts with MG"),
        ({"own_numbers": ["0811"]}, "own_numbers.Value error, are full numbers"),
        ({"api_base_url": "api.twilio.com"}, "api_base_url.Value error, is scheme and host"),
        ({"api_base_url": "https://u:p@host"}, "api_base_url.Value error, is scheme and host"),
        ({"api_base_url": "https://host/2010"}, "api_base_url.Value error, is scheme and host"),
        ({"validity_period_s": 36_001}, "validity_period_s.Input should be less than or equal"),
        ({"send_timeout_s": 0}, "send_timeout_s.Input should be greater than 0"),
        ({"rate": 0}, "rate.Input should be greater than 0"),
        ({"currency": "Rp"}, "currency.String should match"),
        ({"form": "+1202"}, "form.Extra inputs are not permitted"),
    ],
)
def test_a_mistake_is_named_with_its_key(changes: dict[str, Any], message: str) -> None:
    assert message in problem(SmsSettings, **changes)


@pytest.mark.parametrize("sender", ["PemprovDKI", "89887", "whatsapp:0811"])
def test_whatsapp_takes_full_numbers_only(sender: str) -> None:
    assert "from.Value error, is a number" in problem(WhatsappSettings, **{"from": sender})


def test_a_mistake_repeats_no_value() -> None:
    with pytest.raises(ValidationError) as caught:
        sms(**{"account_sid": "XX-account", "from": "not a number", "auth_token": 12345678})
    said = str(caught.value)
    assert not any(value in said for value in ("XX-account", "not a number", "12345678"))
