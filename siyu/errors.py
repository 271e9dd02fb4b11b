"""The base of every error Siyu raises on purpose.

A message says what is wrong, where (file, line, column) and what to do; it never holds a
person's data, because messages travel into logs and run pages.
"""


class SiyuError(Exception):
    """Something a person can act on; the message is the whole explanation."""


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
