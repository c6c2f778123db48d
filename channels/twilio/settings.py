"""What an operator writes about a Twilio account. Messages name the key, never a value."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from channels.twilio.addresses import E164, WHATSAPP, is_sender_id

API = "https://api.twilio.com"
CONTENT_API = "https://content.twilio.com"

Secret = Annotated[SecretStr, Field(min_length=1)]


def _origin(url: str) -> str:
    parts = urlsplit(url.rstrip("/"))
    extra = parts.path or parts.query or parts.fragment or parts.username
    if parts.scheme not in {"https", "http"} or not parts.hostname or extra:
        raise ValueError("is scheme and host only, as in https://api.twilio.com")
    return f"{parts.scheme}://{parts.netloc}"


class TwilioSettings(BaseModel):
    """Settings of both connectors.

    Several keys may be valid at one time: *auth_token* is the account's primary token,
    *auth_tokens* are the ones before and after it during a rotation, *shared_keys* are webhook
    keys by their id. An API key, where given, signs our own requests instead of the token; it
    signs no webhooks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    prefix: ClassVar[str] = ""
    """What stands before our own addresses when Twilio writes or reads them."""

    account_sid: str
    auth_token: Secret | None = None
    auth_tokens: tuple[Secret, ...] = ()
    shared_keys: Mapping[str, Secret] = Field(default_factory=dict)
    api_key_sid: str | None = None
    api_key_secret: Secret | None = None
    sender: str | None = Field(default=None, alias="from")
    messaging_service_sid: str | None = None
    own_numbers: tuple[str, ...] = ()
    api_base_url: Annotated[str, AfterValidator(_origin)] = API
    content_base_url: Annotated[str, AfterValidator(_origin)] | None = None
    validity_period_s: int = Field(default=14_400, ge=1, le=36_000)
    send_timeout_s: float = Field(default=10.0, gt=0, le=60)
    rate: float = Field(default=400.0, gt=0)
    price_micros: int = Field(default=0, ge=0)
    currency: str = Field(
        default="USD", pattern=r"^[A-Z]{3}$", description="three capital letters, as in USD"
    )

    @field_validator("account_sid")
    @classmethod
    def _is_an_account(cls, sid: str) -> str:
        if not sid.startswith("AC"):
            raise ValueError("starts with AC; what starts with SK is an api_key_sid")
        return sid

    @field_validator("api_key_sid")
    @classmethod
    def _is_an_api_key(cls, sid: str | None) -> str | None:
        if sid is not None and not sid.startswith("SK"):
            raise ValueError("starts with SK; what starts with AC is the account_sid")
        return sid

    @field_validator("messaging_service_sid")
    @classmethod
    def _is_a_service(cls, sid: str | None) -> str | None:
        if sid is not None and not sid.startswith("MG"):
            raise ValueError("starts with MG")
        return sid

    @field_validator("own_numbers")
    @classmethod
    def _are_numbers(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        plain = tuple(number.removeprefix(WHATSAPP) for number in numbers)
        if not all(E164.fullmatch(number) for number in plain):
            raise ValueError("are full numbers with + and country code, as in +12025550123")
        return plain

    @model_validator(mode="after")
    def _can_do_its_work(self) -> Self:
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise ValueError("api_key_sid and api_key_secret go together")
        if self.auth_token is None and self.api_key_sid is None:
            raise ValueError("sending needs auth_token, or api_key_sid and api_key_secret")
        if not (self.tokens or self.shared_keys):
            raise ValueError("webhooks are signed: auth_token or shared_keys is needed to check it")
        if self.sender is None and self.messaging_service_sid is None:
            raise ValueError("sending needs from or messaging_service_sid")
        return self

    @property
    def login(self) -> tuple[str, str]:
        """User and password for Twilio's API and its media: the API key before the token."""
        user = self.api_key_sid or self.account_sid
        secret = self.api_key_secret or self.auth_token
        assert secret is not None  # noqa: S101 - `_can_do_its_work` has made sure
        return user, secret.get_secret_value()

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every auth token that may have signed a webhook, the primary one first."""
        known = (*((self.auth_token,) if self.auth_token else ()), *self.auth_tokens)
        return tuple(token.get_secret_value() for token in known)

    @property
    def webhook_keys(self) -> Mapping[str, str]:
        """The shared keys that may have signed a webhook, by id."""
        return {key: secret.get_secret_value() for key, secret in self.shared_keys.items()}

    @property
    def secrets(self) -> frozenset[str]:
        """Everything that a log must hide."""
        return frozenset({*self.tokens, *self.webhook_keys.values(), self.login[1]})

    @property
    def template_sids(self) -> Mapping[str, str]:
        """The approved templates by purpose and language."""
        return {}

    @property
    def content_url(self) -> str:
        """Where templates are kept: Twilio's own address for them, or whatever stands in for its
        API."""
        if self.content_base_url is not None:
            return self.content_base_url
        return CONTENT_API if self.api_base_url == API else self.api_base_url

    @property
    def numbers(self) -> frozenset[str]:
        """Our own numbers, in E.164: what comes from one of them is an echo."""
        sender = () if self.sender is None or not E164.fullmatch(self.sender) else (self.sender,)
        return frozenset({*self.own_numbers, *sender})


class SmsSettings(TwilioSettings):
    """Settings of `twilio-sms`."""

    @field_validator("sender")
    @classmethod
    def _can_send_sms(cls, sender: str | None) -> str | None:
        if sender is not None and not is_sender_id(sender):
            raise ValueError(
                "is a number with + and country code, a short code, or a registered name of at "
                "most 11 letters and digits; a WhatsApp number belongs to twilio-whatsapp"
            )
        return sender


ContentSid = Annotated[str, Field(pattern=r"^HX[0-9a-fA-F]{32}$")]


class Templates(BaseModel):
    """Content SIDs (``HX…``) of approved templates, by language: each invites the reporter to read
    what waits, a *question* of an agency, a new *status*, or a *result*."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Mapping[Literal["id", "en"], ContentSid] = Field(default_factory=dict)
    status: Mapping[Literal["id", "en"], ContentSid] = Field(default_factory=dict)
    result: Mapping[Literal["id", "en"], ContentSid] = Field(default_factory=dict)

    @property
    def sids(self) -> Mapping[str, str]:
        """By purpose and language, ``question/id``."""
        purposes = {"question": self.question, "status": self.status, "result": self.result}
        return {
            f"{purpose}/{language}": sid
            for purpose, sids in purposes.items()
            for language, sid in sids.items()
        }


class WhatsappSettings(TwilioSettings):
    """Settings of `twilio-whatsapp`."""

    prefix: ClassVar[str] = WHATSAPP

    templates: Templates = Templates()

    @property
    def template_sids(self) -> Mapping[str, str]:
        """See `TwilioSettings.template_sids`."""
        return self.templates.sids

    @field_validator("sender")
    @classmethod
    def _is_a_whatsapp_number(cls, sender: str | None) -> str | None:
        plain = None if sender is None else sender.removeprefix(WHATSAPP)
        if plain is not None and not E164.fullmatch(plain):
            raise ValueError("is a number with + and country code, with or without whatsapp:")
        return plain
