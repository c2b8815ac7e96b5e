"""Parses YAML into a small tree of scalars, sequences and mappings that know their lines.

Forms come from people's hands and from outside, so the tree is built from the parser's events
without recursion, with a limit on depth, and without anchors and aliases (a few lines of them can
unfold into millions).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

MAX_DEPTH = 20
"""Deeper nesting than this is no form (the deepest one has nine levels)."""


class YamlError(Exception):
    """The text is not YAML that the pack may use. ``text`` is a Chinese sentence."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


@dataclass(slots=True)
class Scalar:
    """A word, number or blank. ``plain``: written without quotes."""

    line: int
    text: str
    plain: bool


@dataclass(slots=True)
class Sequence:
    """Entries that begin with ``-``."""

    line: int
    entries: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys with their values, in the order written; keys may come twice."""

    line: int
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)
    open_key: Scalar | None = None


Node = Scalar | Sequence | Mapping


def parse_yaml(text: str) -> Node | None:
    """The first document of ``text``; None when it holds nothing. Raises YamlError."""
    try:
        return _build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise YamlError(line, _sentence(error.problem or "")) from error
    except yaml.YAMLError as error:
        raise YamlError(1, "文件里有不能识别的字符，请另存为普通文本。") from error


def _build(text: str) -> Node | None:
    stack: list[Sequence | Mapping] = []
    root: Node | None = None
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        node: Node
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlError(line, "这里用了 & 或 * 的引用写法；文字以它们开头时请加引号。")
        if isinstance(event, yaml.ScalarEvent):
            node = Scalar(line, event.value, plain=not event.style)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Sequence(line)
        elif isinstance(event, yaml.MappingStartEvent):
            node = Mapping(line)
        else:
            if isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
            elif isinstance(event, yaml.DocumentEndEvent):
                break
            continue
        if stack:
            _put(stack[-1], node)
        else:
            root = node
        if not isinstance(node, Scalar):
            stack.append(node)
            if len(stack) > MAX_DEPTH:
                raise YamlError(line, "一层套一层，套得太深了。")
    return root


def _put(parent: Sequence | Mapping, node: Node) -> None:
    if isinstance(parent, Sequence):
        parent.entries.append(node)
    elif parent.open_key is not None:
        parent.pairs.append((parent.open_key, node))
        parent.open_key = None
    elif isinstance(node, Scalar):
        parent.open_key = node
    else:
        raise YamlError(node.line, "冒号前面只能是一个简单的名称。")


def _sentence(problem: str) -> str:
    """What libyaml says, in words for somebody who edits forms."""
    if "\\t" in problem or "tab" in problem:
        return "这一行用了制表符（Tab），请改成空格。"
    if "could not find expected ':'" in problem:
        return "这一行少了冒号，或者冒号写成了中文的“：”；应写成“名称: 内容”，冒号后空一格。"
    if "mapping values are not allowed" in problem:
        return "这一行的缩进没有对齐，或文字里有英文冒号；有英文冒号的文字请用引号括起来。"
    if "quoted scalar" in problem:
        return "引号没有配成对，请检查这一行和它前面的引号。"
    if "alias" in problem or "anchor" in problem:
        return "文字以 * 或 & 开头时请用引号括起来。"
    return "这一行的写法不对，多半是缩进没有对齐、少了空格，或括号引号没有配对。"
