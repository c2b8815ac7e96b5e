"""What can go wrong, in the words a person needs: what happened, what is safe, what to press.

Sentences are written here in Chinese, the language of the counter, as templates. ``ui`` looks the
template up in the translation catalogue (context ``Errors``) before filling in the parameters, so
a template is also its own translation key.
"""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark ``text`` for translation in ``context`` and return it unchanged.

    The name is the one Qt Linguist's lupdate looks for.
    """
    del context
    return text


class DeskAppError(Exception):
    """Base of every error this program raises on purpose.

    Attributes:
        what: template, what happened.
        safe: template, what is safe and unchanged; may be empty.
        press: template, what the person can do now; may be empty.
        params: values for the templates. Never a resident's data: errors reach logs.
        code: short stable name for logs and scripts.
    """

    code = "error"

    def __init__(self, what: str, *, safe: str = "", press: str = "", **params: object) -> None:
        super().__init__(what)
        self.what = what
        self.safe = safe
        self.press = press
        self.params = params

    def __str__(self) -> str:
        parts = [part.format(**self.params) for part in (self.what, self.safe, self.press) if part]
        return " ".join(parts)


class UserFacingError(DeskAppError):
    """The person asked for something that cannot be done as asked; nothing was changed."""

    code = "refused"


class BadInputError(UserFacingError):
    """A value from outside (typed, file, command line) does not fit; nothing was changed."""

    code = "bad_input"


class EnvironmentProblem(DeskAppError):
    """The machine is in the way: disk, store, keyring, printer, fonts."""

    code = "environment"
