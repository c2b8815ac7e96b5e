"""Says on the morning of a new day that something is due; not what: others may see the screen."""

from __future__ import annotations

from desk_app.ui.presenters.ports import Services


class DueReminder:
    """For programs that stay open over night; at the start 今日 shows by itself."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._day = services.clock.now().date()

    def look(self) -> None:
        """Look whether it is another day by now."""
        services, today = self._services, self._services.clock.now().date()
        if today == self._day:
            return
        self._day = today
        author = services.casework.author

        def count() -> int:
            return sum(row.who == author for row in services.store.promises(until=today))

        services.runner.store(count, self._say)

    def _say(self, count: int) -> None:
        if count:
            self._services.shell.toast(f"今天您有 {count} 件要做到，在“今日”里。")
