"""The error an API answered with instead of data, so that it is not mistaken for an empty page."""

from typing import Any

# how the platforms name an error in a body that should have held data
CODES = ("errcode", "err_no", "error_code", "code", "status_code")
TEXTS = ("errmsg", "err_msg", "message", "msg", "error_msg", "sub_msg")
SUCCESS = frozenset({"0", "200", "10000", "success", "ok"})
LONGEST_SHOWN = 100


def find_api_error(body: Any) -> tuple[str, str] | None:
    """Code and text of the error a body reports, also one level down; None when it reports none.

    Examples:
        >>> find_api_error({"errcode": 45009, "errmsg": "api freq out of limit, hint: [17_x]"})
        ('45009', 'api freq out of limit')
        >>> find_api_error({"errcode": 0, "errmsg": "ok"}) is None
        True
    """
    if not isinstance(body, dict):
        return None
    for part in (body, *(value for value in body.values() if isinstance(value, dict))):
        for name in CODES:
            code = part.get(name)
            if code is None or isinstance(code, dict | list) or str(code).lower() in SUCCESS:
                continue
            text = next((str(part[name]) for name in TEXTS if name in part), None)
            if text is not None and str(code):
                # what follows are request ids and addresses
                return str(code), text.split(",")[0].split(" rid:")[0][:LONGEST_SHOWN]
    return None
