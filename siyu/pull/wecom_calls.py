"""The calls of WeCom's customer-contact API that are pulled, and the source each answer is."""

from typing import Literal

WecomCall = Literal[
    "customers",
    "groups",
    "group_members",
    "tags",
    "acquisition_customers",
    "service_messages",
]

WECOM_SOURCES: dict[str, str] = {
    "customers": "wecom_customer",
    "groups": "wecom_group",
    "group_members": "wecom_group_member",
    "tags": "wecom_tag",
    "acquisition_customers": "wecom_acquisition_customer",
    "service_messages": "wecom_kf_message",
}
