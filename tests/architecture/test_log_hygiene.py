"""Logs say what happened, never to whom: only codes and ids can be handed to them.

``system.logs`` redacts at run time whatever slips through; here the source is read, so that
nothing slips through to begin with.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source_files import Source, program
from tests.architecture.test_layers import told

LOG_MODULES = frozenset({"desk_app/system/logs.py", "desk_app/hub/log.py"})
CALLS = frozenset({"note", "warn"})
EVENT = re.compile(r"[a-z][a-z0-9_.]*")
PERSONAL = re.compile(
    r"(^|_)(name|words?|texts?|phone|resident|address|body|values?|message|error|query|passphrase"
    r"|pin|key|secret|title|note)s?($|_)|id_number"
)


def unclean_logging(source: Source) -> Iterator[str]:
    """Complaints about log calls of ``source``: ``file:line: why``."""
    if source.path in LOG_MODULES:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None), *(alias.name for alias in node.names)]
            if {"logging", "structlog"} & {str(name).partition(".")[0] for name in names}:
                yield f"{source.path}:{node.lineno}: log through system.logs or hub.log only"
        elif isinstance(node, ast.Call) and _is_log_call(node.func):
            yield from (f"{source.path}:{node.lineno}: {why}" for why in _faults(node))


def _is_log_call(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in CALLS
        and isinstance(function.value, ast.Name)
        and function.value.id == "logs"
    )


def _faults(call: ast.Call) -> Iterator[str]:
    event = call.args[0] if len(call.args) == 1 else None
    if not (isinstance(event, ast.Constant) and EVENT.fullmatch(str(event.value))):
        yield "the event is one short code, written out"
    for keyword in call.keywords:
        if keyword.arg is None:
            yield "facts are named one by one, not by **"
        elif PERSONAL.search(keyword.arg):
            yield f"{keyword.arg} may hold what a person said; log its id or a count"
        elif any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in ast.walk(keyword.value)):
            yield f"{keyword.arg} is put together; log the id or code itself"


def test_only_codes_and_ids_are_handed_to_the_log() -> None:
    told(complaint for source in program() for complaint in unclean_logging(source))


@pytest.mark.parametrize(
    "line",
    [
        "logs.note(f'opened {case}')",
        "logs.note('opened ' + case)",
        "logs.note('Opened a case')",
        "logs.note(event)",
        "logs.note('opened', case)",
        "logs.note('opened', resident_name=name)",
        "logs.warn('failed', error=error)",
        "logs.note('opened', case=f'{case} {name}')",
        "logs.note('opened', **facts)",
        "import logging",
        "from logging import getLogger",
        "import structlog",
    ],
)
def test_a_line_that_could_tell_about_a_person_is_found(line: str) -> None:
    assert len(list(unclean_logging(Source.of("desk_app/services/close.py", line)))) == 1


def test_ids_codes_and_counts_pass() -> None:
    line = "logs.note('case.closed', case=state.case_id, entries=len(state.timeline), ms=12)"
    assert list(unclean_logging(Source.of("desk_app/services/close.py", line))) == []
