"""The queue as other pages see it: one case's place in it, and what waits for this officer."""

from __future__ import annotations

from dataclasses import replace

from desk_app.ui.presenters.centre_words import place_words, read_places
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.ports import CentreStatus, Services
from desk_app.ui.presenters.queue_lines import NEW, OFFERED, Desk, box_line, group_of
from desk_app.ui.presenters.queue_presenter import Found, QueuePresenter, QueueState, QueueView


class CaseQueuePresenter(QueuePresenter):
    """The same for one case, on its own page."""

    _draw = staticmethod(box_line)

    def __init__(self, services: Services, view: QueueView) -> None:
        super().__init__(services, view)
        self.case_id = ""

    def show_case(self, case_id: str) -> None:
        """Show where a case stands."""
        if case_id != self.case_id:
            self.case_id, self._choosing = case_id, ""
        self.refresh()

    def _read(self) -> tuple[Found, QueueState]:
        services, link, case_id = self._services, self._services.link, self.case_id
        if link is None or not case_id or not link.desk.sync_state().hub:
            return Found(), QueueState(joined=False, words="")
        desk = Desk(services.casework.author, link.desk.life()[0], services.clock.now())
        row = link.desk.queue_row(case_id)
        # Colleagues for a hand-over are read off the whole queue.
        rows = {other.case_id: other for other in link.desk.queue()} | {case_id: row}
        group = group_of(row, desk) or NEW
        found = Found(rows, {case_id: group}, {}, desk)
        line = self._line(row, group, link, desk)
        place, tone = place_words(read_places(link, [case_id])[case_id])
        line = replace(line, place=place, place_tone=tone)
        return found, QueueState(joined=True, words="", lines=(line,))


def waiting_calls(services: Services) -> list[Line]:
    """What waits for this officer at the centre, for 今日; a line a page it leads to."""
    link = services.link
    if link is None or not link.desk.sync_state().hub:
        return []
    desk = Desk(services.casework.author, link.desk.life()[0], services.clock.now())
    asked = sum(group_of(row, desk) == OFFERED for row in link.desk.queue())
    coming = sum(offer.to in ("", desk.officer) for offer in link.desk.incoming_offers())
    calls = []
    if asked + coming:
        words = "移交给您的，等您答复"
        calls.append(Line("queue", words, status=f"{asked + coming} 件", tone="info"))
    if refused := len(link.desk.tray()):
        calls.append(Line("tray", "中心没有收下的记录", status=f"{refused} 条", tone="warn"))
    return [*calls, *_pack_lines(link.centre.status())]


def _pack_lines(status: CentreStatus) -> list[Line]:
    if status.pack_code:
        words = "中心发来的新目录没有装上，现在的照常用"
        detail = f"请告诉管中心的人（{status.pack_code}）。"
        return [Line("more", words, detail=detail, tone="warn")]
    if status.pack:
        words = f"中心发来了新目录（{status.pack} 版），下次打开程序时用上"
        return [Line("more", words, detail="没办结的案件仍用原来的版本。", tone="info")]
    return []
