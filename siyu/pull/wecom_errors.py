"""What WeCom's error codes mean for a pull.

Source:
    channels.md section 2 (errors and limits of customer contact); WeCom document 90454 for the
    limits: one API 10,000 calls a minute and 150,000 an hour, blocked for 60 seconds or 60 minutes.
"""

from siyu.pull.failures import PullInterruptedError, PullRefusedError

# the token is fetched anew and the call repeated
TOKEN_ENDED = frozenset({40014, 41001, 42001})
# asked too often, or too much at once: wait as long as it blocks
LIMITED = frozenset({45009, 45033})
BUSY = frozenset({-1})
# the staff member has no customers, or no longer this one
NO_RELATION = frozenset({84061})

WHAT_TO_DO = {
    40001: "the secret is not that of the app; check the variable named in secret_env",
    40013: "corp_id is not known; copy it from the admin console",
    40056: "a staff member named in staff does not exist",
    40096: "an external_userid is not of this corporation or app",
    48002: "the app may not call this API; allow it under 客户联系 → 可调用接口的应用",
    60011: "the app may not see these staff; widen its visible range",
    60020: "the address of this machine is not trusted; add it under 企业可信IP",
    60111: "a staff member named in staff does not exist",
    81017: "more than 1,000 staff are in scope; name them in staff",
    84074: "the app has no permission for this staff member or customer",
}


class TokenEndedError(Exception):
    """The access token is no longer good."""


class NoRelationError(Exception):
    """The staff asked about have no such customers."""


class AskedTooOftenError(PullInterruptedError):
    """The limit of calls is reached."""


def error_of(code: int, text: str, path: str) -> Exception:
    """The exception for an answer that is an error.

    Args:
        code: Its ``errcode``.
        text: Its ``errmsg``, of which the part before the request's ids is shown.
        path: Path of the call.
    """
    shown = f"WeCom {path}: error {code} {text.split(',')[0].strip()[:100]}"
    if code in TOKEN_ENDED:
        return TokenEndedError(shown)
    if code in NO_RELATION:
        return NoRelationError(shown)
    if code in LIMITED:
        return AskedTooOftenError(f"{shown}: the limit of calls is reached; pull again later")
    if code in BUSY:
        return PullInterruptedError(f"{shown}: WeCom is busy; pull again later")
    advice = WHAT_TO_DO.get(code, "look the code up in WeCom's list of error codes")
    return PullRefusedError(f"{shown}: {advice}")
