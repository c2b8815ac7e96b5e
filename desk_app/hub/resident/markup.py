"""HTML for residents' phones: the one place where text becomes markup, and the one look.

No script, no cookie, no picture, nothing from anywhere else. Sizes are in rem, so that a phone set
to large type makes all of it larger; one column, so that it also fits at 180 px a side.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from starlette.responses import HTMLResponse

STYLE = """
html{font-size:125%;-webkit-text-size-adjust:100%;text-size-adjust:100%}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1a1a1a;line-height:1.6;overflow-wrap:anywhere;
font-family:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:34rem;margin:0 auto;padding:1rem .8rem 2rem}
.centre{margin:0;color:#404040;font-size:1rem}
h1{font-size:1.35rem;line-height:1.35;margin:.4rem 0 1rem}
h2{font-size:1.15rem;margin:1.4rem 0 .3rem}
p{margin:.3rem 0 .6rem}
ol{list-style:none;margin:0;padding:0}
li{padding:.35rem .7rem;border-left:.35rem solid #b5b5b5;color:#4a4a4a}
li.here{border-left-color:#0b4a8f;background:#eaf1f9;color:#1a1a1a;padding:.6rem .7rem}
li strong,li span{display:block}
.next{font-size:1.15rem;border:.12rem solid #0b4a8f;border-radius:.4rem;padding:.7rem}
.phone,.number{font-size:1.5rem;font-weight:bold;line-height:1.4}
.number{letter-spacing:.08em}
a{color:#0b4a8f}
.small{color:#404040}
label{display:block;font-weight:bold;margin-top:1.2rem}
.hint{display:block;color:#404040;font-weight:normal}
textarea,input{display:block;width:100%;font:inherit;color:inherit;background:#fff;
border:.12rem solid #4a4a4a;border-radius:.4rem;padding:.6rem;margin-top:.3rem}
textarea{min-height:9rem;resize:vertical}
button{display:block;width:100%;font:inherit;font-size:1.2rem;font-weight:bold;color:#fff;
background:#0b4a8f;border:0;border-radius:.4rem;padding:.8rem;margin-top:1.6rem}
a:focus,textarea:focus,input:focus,button:focus{outline:.2rem solid #c65300;outline-offset:.1rem}
.wrong{display:block;border:.12rem solid #a40000;border-radius:.4rem;padding:.6rem .7rem;
color:#a40000}
.wrong a{color:#a40000}
span.wrong{margin:.3rem 0}
[aria-invalid]{border-color:#a40000}
.trap{position:absolute;left:-99rem;width:1rem;height:1rem;overflow:hidden}
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Language": "zh-CN",
}
"""Sent with every page for residents, whatever its status."""

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{centre}{body}
</main>
</body>
</html>
"""


class Html(str):
    """Markup made by ``html``: everything that was filled in is escaped."""

    __slots__ = ()


def html(template: str, **values: str) -> Html:
    """``template`` with ``{name}`` filled in: text is escaped, ``Html`` goes in as it is."""
    filled = {
        name: value if isinstance(value, Html) else escape(value, quote=True)
        for name, value in values.items()
    }
    return Html(template.format(**filled))


def joined(parts: Iterable[Html]) -> Html:
    """Markup one after the other."""
    return Html("\n".join(parts))


def page(status: int, title: str, centre: str, *parts: Html) -> HTMLResponse:
    """A whole page; ``centre`` is the centre's name, empty where it is not known."""
    name = html('<p class="centre">{name}</p>\n', name=centre) if centre else Html()
    content = html(_PAGE, title=title, style=Html(STYLE), centre=name, body=joined(parts))
    return HTMLResponse(content, status, headers=HEADERS)
