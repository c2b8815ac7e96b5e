"""Steps of an SOP: every step can be reached, and from every step the end can be reached.

A step is left by the next one in the list, unless its answers settle the way: two or more branches
that all go to a step are taken as the whole of the possible answers. That is how people write them
(有 / 没有), and it is what makes a dead end visible.
"""

from __future__ import annotations

from collections.abc import Iterator

from desk_app.content.forms import Forms
from desk_app.content.report import Problem
from desk_app.content.shape import Row

_LEAVING = frozenset({"start_sop", "stop_with_explanation"})
_END = -1


def check_steps(forms: Forms) -> Iterator[Problem]:
    """Unreachable steps, circles without a way out, SOPs without an end."""
    for file, sop in forms.of("sops"):
        steps: list[Row] = list(sop["steps"])
        if not steps:
            continue
        ways = _ways(steps)
        reached = _reached(ways)
        for index, step in enumerate(steps):
            if index not in reached:
                text = f"检查单“{sop['id']}”的步骤“{step['id']}”怎么走也走不到。"
                yield Problem(file, step.line_of("id"), text)
        leading_out = _leading_out(ways)
        if 0 not in leading_out:
            text = f"检查单“{sop['id']}”没有结尾：怎么走也走不完。"
            yield Problem(file, sop.line_of("steps"), text)
        trapped = sorted(reached - leading_out)
        if trapped:
            first = steps[trapped[0]]
            names = "、".join(steps[i]["id"] for i in trapped)
            text = f"检查单“{sop['id']}”走到“{first['id']}”就绕不出来了（{names}）。"
            yield Problem(file, first.line_of("id"), text)


def _ways(steps: list[Row]) -> list[set[int]]:
    """For each step the steps that may follow, by position; ``_END`` is the end."""
    position = {step["id"]: index for index, step in enumerate(steps)}
    ways: list[set[int]] = []
    for index, step in enumerate(steps):
        branches = step["branches"]
        jumps = [b for b in branches if b["action"] == "goto_step" and b["step"] in position]
        following = {position[branch["step"]] for branch in jumps}
        if any(branch["action"] in _LEAVING for branch in branches):
            following.add(_END)
        settled = len(jumps) >= 2 and len(jumps) == len(branches)
        if not settled:
            following.add(index + 1 if index + 1 < len(steps) else _END)
        ways.append(following)
    return ways


def _reached(ways: list[set[int]]) -> set[int]:
    reached = {0}
    queue = [0]
    for index in queue:
        fresh = ways[index] - reached - {_END}
        reached |= fresh
        queue.extend(sorted(fresh))
    return reached


def _leading_out(ways: list[set[int]]) -> set[int]:
    """The steps from which the end can be reached."""
    out: set[int] = set()
    grown = True
    while grown:
        fresh = {
            i for i, following in enumerate(ways) if i not in out and following & (out | {_END})
        }
        out |= fresh
        grown = bool(fresh)
    return out
