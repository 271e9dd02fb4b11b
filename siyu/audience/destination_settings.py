"""What an audience file asks of the channel it is for: the settings of ``destination:``."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# add_msg_template takes at most 4000 bytes of text (developer.work.weixin.qq.com, document 92135)
WECOM_TEXT_BYTES = 4000


def _fits_wecom(text: str) -> str:
    if len(text.encode()) > WECOM_TEXT_BYTES:
        raise ValueError(f"holds more than {WECOM_TEXT_BYTES} bytes; shorten it")
    return text


class Settings(BaseModel):
    """Settings that refuse what they do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WecomGroupSend(Settings):
    """One task per staff member, who confirms it on the phone.

    Attributes:
        text: What is sent; at most 4000 bytes of UTF-8.
        attachments: At most nine, as the API takes them.
        allow_select: Whether the staff member may leave customers out.
    """

    format: Literal["wecom_add_msg_template"]
    text: Annotated[str, Field(min_length=1), AfterValidator(_fits_wecom)]
    attachments: Annotated[tuple[dict[str, object], ...], Field(max_length=9)] = ()
    allow_select: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Profile columns the text is filled from: none, one text goes to all."""
        return ()


class SmsParameter(Settings):
    """One variable of an SMS template.

    Attributes:
        column: Profile column that fills it.
        default: What stands there for customers whose column is null.
    """

    column: str
    default: Annotated[str, Field(min_length=1)]


class AliyunBatchSms(Settings):
    """Calls of SendBatchSms.

    Attributes:
        sign_name: The brand's approved signature.
        template_code: The approved template, which ends with how to refuse.
        parameters: Template variable → where its value comes from.
    """

    format: Literal["aliyun_send_batch_sms"]
    sign_name: Annotated[str, Field(min_length=1)]
    template_code: Annotated[str, Field(min_length=1)]
    parameters: dict[str, SmsParameter] = Field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Profile columns the template is filled from."""
        return tuple(sorted({parameter.column for parameter in self.parameters.values()}))


class OaMassSend(Settings):
    """Calls of message/mass/send, which takes no single follower.

    Attributes:
        media_id: The article to send.
        send_ignore_reprint: Whether it is sent though it is found to be a reprint.
    """

    format: Literal["oa_mass_send"]
    media_id: Annotated[str, Field(min_length=1)]
    send_ignore_reprint: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Profile columns the article is filled from: none."""
        return ()


class MembersOnly(Settings):
    """No file but ``members.csv``: another system takes it from there."""

    format: Literal["members_only"]

    @property
    def columns(self) -> tuple[str, ...]:
        """Profile columns needed: none."""
        return ()


Destination = Annotated[
    WecomGroupSend | AliyunBatchSms | OaMassSend | MembersOnly, Field(discriminator="format")
]

# the channel each format is sent over; members_only fits every channel
CHANNEL_OF_FORMAT = {
    "wecom_add_msg_template": "wecom",
    "aliyun_send_batch_sms": "sms",
    "oa_mass_send": "oa",
}
