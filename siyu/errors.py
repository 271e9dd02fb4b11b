"""The base of every error Siyu raises on purpose.

A message says what is wrong, where (file, line, column) and what to do; it never holds a
person's data, because messages travel into logs and run pages.
"""

from siyu.plain_text import hide_people


class SiyuError(Exception):
    """Something a person can act on; the message is the whole explanation.

    Mobile numbers and e-mails in it are hidden as it is made: what a list or a setting holds in a
    wrong place would else stand in Dagster's record of the run, in alerts and in manifests.

    Examples:
        >>> str(SiyuError("dnc.csv:1: 13912345678 is no heading"))
        'dnc.csv:1: … is no heading'
    """

    def __init__(self, *told: object) -> None:
        """Tell what is wrong, where and what to do."""
        super().__init__(*(hide_people(one) if isinstance(one, str) else one for one in told))


def is_own(name: str) -> bool:
    """Whether a class of this name is an error of Siyu's, whose message holds no person's data."""
    families = [SiyuError]
    while families:
        family = families.pop()
        if family.__name__ == name:
            return True
        families += family.__subclasses__()
    return False


class ConfigError(SiyuError):
    """A file under ``config/`` cannot be used; the message names the file and the line."""
