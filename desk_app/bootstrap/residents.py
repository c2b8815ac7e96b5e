"""The window's way to the centre's side for residents: a line of its own for each question."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from desk_app.bootstrap.sync import find_link, open_desk_store
from desk_app.core.clock import Clock
from desk_app.core.errors import QT_TRANSLATE_NOOP, UserFacingError
from desk_app.core.exchange import HubRefusesError, HubUnreachableError
from desk_app.core.ports import SecretStore
from desk_app.core.resident import Inquiry, ResidentSide
from desk_app.system.paths import AppPaths

if TYPE_CHECKING:
    from desk_app.sync.inquiries import Inquiries
    from desk_app.sync.signals import Signals

T = TypeVar("T")


class CentreResidents:
    """Implements ``ui.presenters.ports.Residents``; called beside the store's thread.

    Args:
        key: of the store, which holds the way to the centre.
    """

    def __init__(
        self, paths: AppPaths, clock: Clock, key: bytes, keyring: SecretStore | None
    ) -> None:
        self._paths, self._clock, self._key, self._keyring = paths, clock, key, keyring
        self._guard = threading.Lock()
        self._asking: set[Signals] = set()
        self._is_closed = False

    def fetch(self) -> ResidentSide:
        """See ``Residents.fetch``."""
        return self._ask(lambda inquiries: inquiries.fetch())

    def take(self, number: str) -> Inquiry:
        """See ``Residents.take``."""
        return self._ask(lambda inquiries: inquiries.take(number))

    def stop(self) -> None:
        """Break off what is being asked: the window closes."""
        with self._guard:
            self._is_closed = True
            for signals in self._asking:
                signals.stop()

    def _ask(self, question: Callable[[Inquiries], T]) -> T:
        from desk_app.sync.http_hub import HttpHub
        from desk_app.sync.hub_line import HubLine
        from desk_app.sync.inquiries import Inquiries
        from desk_app.sync.signals import Signals, StoppedError

        store = open_desk_store(self._paths, self._clock, self._key, create=False)
        try:
            link = find_link(store, self._keyring)
        finally:
            store.close()
        signals = Signals()
        with self._guard:
            self._asking.add(signals)
            if self._is_closed:
                signals.stop()
        try:
            line = HubLine(link.address, signals)
            try:
                return question(Inquiries(HttpHub(line, link.key)))
            finally:
                line.close()
        except HubUnreachableError as trouble:
            raise _unreachable(trouble.code) from None
        except StoppedError:
            raise _unreachable("closing") from None
        except HubRefusesError as refusal:
            raise _refused(refusal.code) from None
        finally:
            with self._guard:
                self._asking.discard(signals)
            signals.close()


def _unreachable(code: str) -> UserFacingError:
    return UserFacingError(
        QT_TRANSLATE_NOOP("Errors", "现在连不上中心（{code}），网上留言接不了。"),
        safe=QT_TRANSLATE_NOOP("Errors", "留言存在中心，不会丢。"),
        press=QT_TRANSLATE_NOOP("Errors", "连上以后再接。"),
        code=code,
    )


def _refused(code: str) -> UserFacingError:
    from desk_app.sync.inquiries import TAKEN

    if code == TAKEN:
        return UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "这条留言已经由别的窗口接了。"),
            safe=QT_TRANSLATE_NOOP("Errors", "这里什么也没有建。"),
        )
    return UserFacingError(
        QT_TRANSLATE_NOOP("Errors", "中心没有给看网上留言（{code}）。"),
        safe=QT_TRANSLATE_NOOP("Errors", "留言存在中心，不会丢。"),
        press=QT_TRANSLATE_NOOP("Errors", "请找主管看看中心的程序和这台设备的登记。"),
        code=code,
    )
