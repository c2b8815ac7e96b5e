"""The topics of a case that have a page of their own, in the order the case page names them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desk_app.core.errors import QT_TRANSLATE_NOOP
from desk_app.core.fold import CaseState
from desk_app.ui.context import UiContext
from desk_app.ui.presenters import (
    advice_presenter,
    attachments_presenter,
    consents_presenter,
    coordination_presenter,
    estimates_presenter,
    funds_presenter,
    invoice_presenter,
    papers_presenter,
    resident_presenter,
    stages_presenter,
    visits_presenter,
)
from desk_app.ui.presenters.stage_lines import STAGES_TOPIC
from desk_app.ui.views.advice_page import AdvicePage
from desk_app.ui.views.attachments_page import AttachmentsPage
from desk_app.ui.views.consents_page import ConsentsPage
from desk_app.ui.views.coordination_page import CoordinationPage
from desk_app.ui.views.estimates_page import EstimatesPage
from desk_app.ui.views.funds_page import FundsPage
from desk_app.ui.views.invoice_page import InvoicePage
from desk_app.ui.views.papers_page import PapersPage
from desk_app.ui.views.resident_page import ResidentPage
from desk_app.ui.views.stages_page import StagesPage
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.views.visits_page import VisitsPage


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic.

    Attributes:
        name: of its page, for the way around the window.
        title: what its button and its page are called, marked for translation.
        make: builds the page; it is given the title in the language of the window.
        summary: what the button adds, e.g. ``2 件在等答复``; empty = nothing there yet.
    """

    name: str
    title: str
    make: Callable[[UiContext, str], TopicPage]
    summary: Callable[[CaseState], str]

    @property
    def shown_title(self) -> str:
        """``title`` in the language of the window."""
        return QCoreApplication.translate("Topics", self.title)


TOPICS: tuple[Topic, ...] = (
    Topic(STAGES_TOPIC, QT_TRANSLATE_NOOP("Topics", "阶段"), StagesPage, stages_presenter.summary),
    Topic(
        "coordination",
        QT_TRANSLATE_NOOP("Topics", "协调"),
        CoordinationPage,
        coordination_presenter.summary,
    ),
    Topic("advice", QT_TRANSLATE_NOOP("Topics", "研判"), AdvicePage, advice_presenter.summary),
    Topic(
        "consents", QT_TRANSLATE_NOOP("Topics", "授权"), ConsentsPage, consents_presenter.summary
    ),
    Topic("visits", QT_TRANSLATE_NOOP("Topics", "上门"), VisitsPage, visits_presenter.summary),
    Topic(
        "attachments",
        QT_TRANSLATE_NOOP("Topics", "附件"),
        AttachmentsPage,
        attachments_presenter.summary,
    ),
    Topic(
        "estimates", QT_TRANSLATE_NOOP("Topics", "测算"), EstimatesPage, estimates_presenter.summary
    ),
    Topic("invoices", QT_TRANSLATE_NOOP("Topics", "对票"), InvoicePage, invoice_presenter.summary),
    Topic("funds", QT_TRANSLATE_NOOP("Topics", "垫付"), FundsPage, funds_presenter.summary),
    Topic("papers", QT_TRANSLATE_NOOP("Topics", "文书"), PapersPage, papers_presenter.summary),
    Topic(
        "resident",
        QT_TRANSLATE_NOOP("Topics", "给居民的链接"),
        ResidentPage,
        resident_presenter.summary,
    ),
)
