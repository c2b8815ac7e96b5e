"""The pages for residents: plain words, one thing at a time, the window's phone on each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from starlette.responses import HTMLResponse

from desk_app.core.resident import CLOSED, NEXT_WORDS, STAGE_WORDS, spaced
from desk_app.core.sheet import phone_lines
from desk_app.hub.resident.form import TRAP, Typed, Wrong
from desk_app.hub.resident.links import Status
from desk_app.hub.resident.markup import Html, html, joined, page
from desk_app.hub.resident.side import Side

PLACES = ("/r/", "/ask/")
"""Where residents' pages are: whatever is answered there is a page, never JSON."""

FORM_TITLE = "把您的难处告诉我们"
_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "words": ("遇到了什么事？", "想到什么写什么。请不要写身份证号、银行卡号和密码。"),
        "name": ("怎么称呼您？", "可以不写。例如：陈阿姨。"),
        "phone": ("打哪个电话找您？", "可以不写；不写，我们就没法打给您。"),
    }
)
_BOXES: Mapping[str, str] = MappingProxyType(
    {
        # A browser drops the first line break in a textarea: it is given one to drop.
        "words": '<textarea id="words" name="words" rows="7" {marks}>\n{value}</textarea>',
        "name": '<input id="name" name="name" autocomplete="name" value="{value}" {marks}>',
        "phone": '<input id="phone" name="phone" type="tel" autocomplete="tel" value="{value}" '
        "{marks}>",
    }
)
_TROUBLE: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        404: ("没有这一页", "网址可能少了几个字。请再扫一次单子上的方块码，或者打窗口的电话。"),
        413: ("写得太长了", "没有收下。请按手机上的“返回”，写短一些再交。"),
        429: ("请歇一会儿再看", "一下子打开的次数太多了。请过一分钟再试。"),
        503: ("现在有点忙", "请过一分钟再试一次，或者打窗口的电话。"),
    }
)
_OTHER_TROUBLE = ("现在打不开", "请过一会儿再试，或者打窗口的电话。")


def status_page(status: Status) -> HTMLResponse:
    """Where a case stands; the calm page with 404 where there is nothing to show."""
    side = status.side
    if not status.stage:
        return page(
            404,
            "现在看不到办理情况",
            side.name,
            html("<h1>这里现在看不到办理情况</h1>"),
            html("<p>链接可能过期了，也可能少了几个字。带上单子打窗口的电话，一样能问到。</p>"),
            _phone(side),
        )
    return page(
        200,
        "办到哪一步了",
        side.name,
        html("<h1>您的事办到哪一步了</h1>"),
        html("<ol>\n{steps}\n</ol>", steps=_steps(status.stage)),
        html("<h2>接下来</h2>\n<p class=next>{words}</p>", words=NEXT_WORDS[status.next]),
        _phone(side),
        html("<p class=small>这一页只说办到哪一步，不写姓名，也不写办的是什么事。</p>"),
    )


def form_page(
    side: Side, ticket: str, typed: Typed, wrong: Wrong, status: int = 200
) -> HTMLResponse:
    """The form, with everything that was typed before."""
    return page(
        status,
        ("没有交成：" if wrong else "") + FORM_TITLE,
        side.name,
        html("<h1>{title}</h1>", title=FORM_TITLE),
        _complaint(wrong),
        html("<p>写下来交给窗口，工作人员上班时会看。急的事请直接打电话。</p>"),
        html(
            '<form method="post" accept-charset="utf-8" novalidate>\n{fields}\n{trap}\n'
            '<input type="hidden" name="ticket" value="{ticket}">\n'
            '<button type="submit">交给窗口</button>\n</form>',
            fields=joined(
                [
                    _field("words", typed.words, wrong),
                    _field("name", typed.name, wrong),
                    _field("phone", typed.phone, wrong),
                ]
            ),
            trap=_trap(),
            ticket=ticket,
        ),
        _phone(side),
    )


def received_page(side: Side, number: str) -> HTMLResponse:
    """It is stored; the number to quote."""
    return page(
        200,
        "收到了",
        side.name,
        html("<h1>收到了，已经存好</h1>"),
        html("<h2>您的留言号</h2>\n<p class=number>{number}</p>", number=spaced(number)),
        html("<p>请把号码记下来，或者拍一张照。打电话来问的时候，报这个号。</p>"),
        _phone(side),
    )


def closed_page(side: Side) -> HTMLResponse:
    """The centre takes no inquiries."""
    return page(
        404,
        "网上留言没有开通",
        side.name,
        html("<h1>网上留言现在没有开通</h1>"),
        html("<p>请打窗口的电话，或者到窗口来说。</p>"),
        _phone(side),
    )


def trouble_page(status: int) -> HTMLResponse:
    """What is said where no page could be made."""
    title, words = _TROUBLE.get(status, _OTHER_TROUBLE)
    heading = html("<h1>{title}</h1>", title=title)
    return page(status, title, "", heading, html("<p>{words}</p>", words=words))


def is_for_residents(path: str) -> bool:
    """Whether a person with a browser asks for this path."""
    return path.startswith(PLACES)


def _steps(stage: str) -> Html:
    names = list(STAGE_WORDS)
    here = len(names) if stage == CLOSED else names.index(stage)
    steps = []
    for place, (name, words) in enumerate(STAGE_WORDS.values()):
        if place < here:
            steps.append(html("<li>✓ {name}</li>", name=name))
        elif place == here:
            steps.append(
                html(
                    '<li class="here" aria-current="step"><strong>现在：{name}</strong>'
                    "<span>{words}</span></li>",
                    name=name,
                    words=words,
                )
            )
        else:
            steps.append(html("<li>{name}</li>", name=name))
    if stage == CLOSED:
        steps.append(
            html('<li class="here" aria-current="step"><strong>现在：已经办结</strong></li>')
        )
    return joined(steps)


def _phone(side: Side) -> Html:
    if not side.phone:
        return html("<p>窗口的电话写在您手上的单子上。</p>")
    numbers = joined(
        html('<a href="tel:{dial}">{shown}</a><br>', dial=_dial(one), shown=one)
        for one in phone_lines(side.phone)
    )
    return html("<h2>窗口电话</h2>\n<p class=phone>{numbers}</p>", numbers=numbers)


def _dial(phone: str) -> str:
    return "".join(ch for ch in phone.partition("转")[0] if ch.isdecimal() or ch == "+")


def _complaint(wrong: Wrong) -> Html:
    if not wrong:
        return Html()
    lines = [html("<p>{words}</p>", words=wrong.whole)] if wrong.whole else []
    lines += [
        html('<p><a href="#{name}">{label}</a> {words}</p>', name=n, label=_LABELS[n][0], words=w)
        for n, w in wrong.fields.items()
    ]
    return html(
        '<div class="wrong" role="alert"><strong>还没有交成，写的都在下面。</strong>{lines}</div>',
        lines=joined(lines),
    )


def _field(name: str, value: str, wrong: Wrong) -> Html:
    """A label, a hint, what is wrong, and the box with what was typed."""
    label, hint = _LABELS[name]
    said = wrong.fields.get(name, "")
    if said:
        marks = html('aria-invalid="true" aria-describedby="{name}-wrong {name}-hint"', name=name)
        words = html('<span class="wrong" id="{name}-wrong">{said}</span>\n', name=name, said=said)
    else:
        marks, words = html('aria-describedby="{name}-hint"', name=name), Html()
    return html(
        '<label for="{name}">{label}</label>\n<span class="hint" id="{name}-hint">{hint}</span>\n'
        "{words}{box}",
        name=name,
        label=label,
        hint=hint,
        words=words,
        box=html(_BOXES[name], value=value, marks=marks),
    )


def _trap() -> Html:
    return html(
        '<div class="trap" aria-hidden="true"><label for="{name}">请空着</label>'
        '<input id="{name}" name="{name}" tabindex="-1" autocomplete="off"></div>',
        name=TRAP,
    )
