"""Why a pull did not succeed, and whether trying again helps."""

from siyu.errors import SiyuError


class PullError(SiyuError):
    """A pull that did not succeed; what it had fetched whole stays."""


class PullRefusedError(PullError):
    """A person has to change something first: a password, a right, a name."""


class PullInterruptedError(PullError):
    """The other side could not be reached or asked to wait; trying again may help."""
