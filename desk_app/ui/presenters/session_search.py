"""Looks for items behind the resident's words and behind the search box.

Both run beside the store; only the answer to the latest question counts.
"""

from __future__ import annotations

from collections.abc import Callable

from desk_app.core.suggestion import Suggestion, Suggestions
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.session_state import MANY, Search

NOTHING: tuple[Suggestion, ...] = ()


class ItemSearch:
    """The finder's two users on the session page.

    Args:
        shown: told the suggestions for the words, and what the search box found.
        taken: told the item that Enter took, and why it was found.
    """

    def __init__(
        self,
        services: Services,
        shown: Callable[[tuple[Suggestion, ...], Search], object],
        taken: Callable[[str, str], object],
    ) -> None:
        self._services = services
        self._shown = shown
        self._taken = taken
        self._words = ""
        self._suggestions = NOTHING
        self._search = Search()
        self._take: str | None = None

    def forget(self) -> None:
        """Another case: nothing was looked for yet."""
        self._words, self._suggestions = "", NOTHING
        self._search, self._take = Search(), None

    def look_for_words(self, text: str) -> None:
        """Look for items behind the resident's words; empty text clears the list."""
        if text == self._words:
            return
        self._words = text
        if not text.strip():
            self._words_found(text, Suggestions(text, (), (), ()))
            return
        finder = self._services.finder
        # Eight at once: chosen ones are taken out, and 再多看几个 costs no second search.
        self._services.runner.side(
            lambda: finder.suggest(text, MANY), lambda found: self._words_found(text, found)
        )

    def look_for(self, query: str) -> None:
        """Look for items behind the text of the search box."""
        self._take = None
        query = query.strip()
        if query == self._search.query:
            return
        self._search = Search(query, NOTHING, not query)
        if not query:
            self._shown(self._suggestions, self._search)
            return
        finder = self._services.finder
        self._services.runner.side(
            lambda: finder.suggest(query, MANY), lambda found: self._query_found(query, found)
        )

    def take_first(self, query: str) -> None:
        """Enter in the search box: take the first item found, also when it is still searching."""
        query = query.strip()
        if not query:
            return
        self.look_for(query)
        if self._search.answered:
            self._take_found()
        else:
            self._take = query

    def why(self, item: str) -> str:
        """Why an item is on one of the lists; empty when it is not."""
        found = (*self._search.found, *self._suggestions)
        return next((why_in_words(s) for s in found if s.item == item), "")

    def _words_found(self, text: str, found: Suggestions) -> None:
        if text == self._words:
            self._suggestions = found.suggestions
            self._shown(self._suggestions, self._search)

    def _query_found(self, query: str, found: Suggestions) -> None:
        if query != self._search.query:
            return
        self._search = Search(query, found.suggestions)
        self._shown(self._suggestions, self._search)
        if self._take == query:
            self._take_found()

    def _take_found(self) -> None:
        self._take = None
        if self._search.found:
            first = self._search.found[0]
            self.look_for("")
            self._taken(first.item, why_in_words(first))


def why_in_words(suggestion: Suggestion) -> str:
    """The two best reasons of a suggestion, in one line."""
    return "；".join(why.text for why in suggestion.why[:2])
