"""A paper in words, for those who hear the screen."""

from __future__ import annotations

from collections.abc import Iterator

from desk_app.core.paper_form import (
    FormBlock,
    FormChoices,
    FormFields,
    FormHead,
    FormList,
    FormSign,
    FormTable,
    FormText,
    PaperForm,
)
from desk_app.core.sheet import MaterialSheet, SheetChoice, SheetPaper, group_phone

BY_HAND = "留空手填"


def paper_words(paper: MaterialSheet | PaperForm) -> str:
    """What stands on a paper, one line each, in the order of the paper."""
    return form_words(paper) if isinstance(paper, PaperForm) else sheet_words(paper)


def form_words(form: PaperForm) -> str:
    """What stands on a filled-in paper, one line each, in the order of the paper."""
    lines = [form.title, *(line for block in form.blocks for line in _block(block)), form.copies]
    return "\n".join(line for line in lines if line)


def _block(block: FormBlock) -> Iterator[str]:
    if isinstance(block, (FormHead, FormText)):
        yield block.text
    elif isinstance(block, FormFields):
        yield from (f"{field.label}：{field.value or BY_HAND}" for field in block.fields)
    elif isinstance(block, FormList):
        yield from block.points
    elif isinstance(block, FormTable):
        yield from ("，".join(filter(None, row)) for row in block.rows)
    elif isinstance(block, FormChoices):
        yield f"{block.label}：" + "、".join(
            f"{'✓' if on else '□'}{text}" for text, on in block.options
        )
    elif isinstance(block, FormSign):
        yield "签名：" + "、".join(box.label for box in block.boxes)


def sheet_words(sheet: MaterialSheet) -> str:
    """What stands on the sheet, one line each, in the order of the paper."""
    lines = [sheet.title, sheet.addressee, "您要办：" + "、".join(sheet.items)]
    lines += [f"{head}：{text}" for head, text in sheet.explanation]
    for entry in sheet.to_bring:
        if isinstance(entry, SheetChoice):
            lines.append("带一样就行：" + "；或者".join(_paper(paper) for paper in entry.papers))
        else:
            lines.append("要带：" + _paper(entry))
    lines += ["有这种情况再带：" + _paper(paper) for paper in sheet.perhaps]
    lines += ["已经有了：" + name for name in sheet.in_hand]
    lines += ["我们来办：" + _paper(paper) for paper in sheet.by_us]
    lines += [f"{promise.when}前，{promise.who}：{promise.what}" for promise in sheet.promises]
    return "\n".join(line for line in lines if line)


def _paper(paper: SheetPaper) -> str:
    parts = (
        paper.plain_name, paper.why, paper.form, paper.where, paper.address,
        group_phone(paper.phone) if paper.phone else "", paper.hours, paper.instead,
        f"注意期限 {paper.deadline}" if paper.deadline else "",
    )  # fmt: skip
    return "，".join(part for part in parts if part)
