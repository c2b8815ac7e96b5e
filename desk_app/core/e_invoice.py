"""What the code on an invoice says: kind, code, number, date, amount, check code.

Formats in use, each with where it is described and how sure that is. None of them comes from a
published standard; they are what people read off real invoices (digits below are made up). Anything
else is shown as it is.

- VAT invoices (high): ``01,10,050001200111,12345678,104.72,20180613,12345678901234567890,1774,``
  Version, kind, code, number, amount, day, check code, then a short code of no use here. Special
  invoices have no check code, and some leave its place out. Blogs with real codes:
  blog.csdn.net/fyzzlz/article/details/97658174, blog.csdn.net/miao_x_m/article/details/101027666,
  www.codeprj.com/zh/blog/5d77841.html. Names of the other kinds (03, 08, 11, 14, 15):
  cnblogs.com/wjsbook/p/14903133.html and the appendix of apifox.com/apidoc/shared
  e9b09352-8c2d-44ea-a052-aa5f1843be55. The amount is without tax on some kinds and with tax on
  others (the same blogs disagree), so it is called what it is: the amount in the code.
- Fully digital invoices (high): ``01,32,,23442000000012345678,112,20230215,,74AE``: the same
  places, no code, a number of 20 digits. blog.csdn.net/yiqinuliba/article/details/131490667;
  31 special and 32 ordinary: tests of several public readers, e.g. those of a GitHub package
  ``com.github.qrtoinvoice``. The first two digits of the number are the year.
- Medical and other fiscal e-bills shown by chinaebill.cn (medium): an address whose ``d`` holds
  ``code_number_check_day`` or ``code_number_check_amount_day``, or whose parts are called
  ``invoice_code``, ``invoice_number``, ``check_code``. Seen in public repositories of hospital
  software, one with the bill's own amount and day beside the address; the parts of such a bill are
  named at developers.weixin.qq.com (WeChat_Invoice/Nontax_Bill). Other provinces use addresses of
  their own, of which nobody wrote down the parts.

Addresses are read, never opened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlsplit

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

MAX_CODE = 4_000
"""A QR code holds less than 4,300 letters of any kind."""

FISCAL = "财政电子票据（医疗收费等）"
UNKNOWN = ""

KINDS: Mapping[str, str] = {
    "01": "增值税专用发票",
    "03": "机动车销售统一发票",
    "04": "增值税普通发票",
    "08": "增值税电子专用发票",
    "10": "增值税电子普通发票",
    "11": "增值税普通发票（卷票）",
    "14": "通行费电子普通发票",
    "15": "二手车销售统一发票",
    "31": "数电发票（增值税专用发票）",
    "32": "数电发票（普通发票）",
}
DIGITAL = frozenset(("31", "32"))

_BILL_HOSTS = frozenset(("chinaebill.cn", "www.chinaebill.cn"))
_AMOUNT = re.compile(r"-?\d{1,9}(?:\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What a code says.

    Attributes:
        kind: in words; empty = a code of a form nobody described, and only ``text`` is set.
        code, number, check_code: as on the invoice; empty = the code does not say.
        day: when it was issued; None = the code does not say.
        fen: the amount in the code; None = the code does not say.
        text: the code itself.
    """

    kind: str
    text: str
    code: str = ""
    number: str = ""
    check_code: str = ""
    day: date | None = None
    fen: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether the code was understood."""
        return self.kind != UNKNOWN


def read_e_invoice(text: str) -> EInvoice:
    """Read the text of a code, as a scanner or a picture gives it.

    Returns:
        What it says; for a form that nobody described an ``EInvoice`` with the text alone.

    Raises:
        BadInputError: nothing, no code's text, or the code of an invoice that is damaged.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "码里没有内容，请再扫一次。"))
    if len(text) > MAX_CODE:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "这不像一个码：太长了。请再扫一次。"))
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in text):
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "码坏了，读出来的是乱码。请再扫一次。"))
    parts = [part.strip() for part in text.split(",")]
    if len(parts) >= 6 and parts[0] == "01" and re.fullmatch(r"\d\d", parts[1]):
        return _tax_invoice(text, parts)
    if (address := _address(text)) is not None:
        return _fiscal_bill(text, address) or EInvoice(UNKNOWN, text)
    return EInvoice(UNKNOWN, text)


def _tax_invoice(text: str, parts: list[str]) -> EInvoice:
    kind, code, number, amount, day = parts[1:6]
    if kind not in KINDS:
        return EInvoice(UNKNOWN, text)
    if kind in DIGITAL:
        good = not code and re.fullmatch(r"\d{20}", number)
    else:
        good = re.fullmatch(r"\d{10}|\d{12}", code) and re.fullmatch(r"\d{8}", number)
    if not good:
        raise _damaged("发票代码或号码")
    check = parts[6] if len(parts) > 6 and re.fullmatch(r"\d{20}", parts[6]) else ""
    return EInvoice(KINDS[kind], text, code, number, check, _day(day), _fen(amount))


def _fiscal_bill(text: str, asked: Mapping[str, list[str]]) -> EInvoice | None:
    """What an address of a fiscal e-bill says; None where it has none of the known forms."""
    if packed := asked.get("d"):
        parts = packed[0].split("_")
        if len(parts) not in (4, 5):
            return None
        code, number, check = parts[:3]
        day, fen = _day(parts[-1]), _fen(parts[3]) if len(parts) == 5 else None
    elif "invoice_code" in asked and "invoice_number" in asked:
        code, number = asked["invoice_code"][0], asked["invoice_number"][0]
        check, day, fen = asked.get("check_code", [""])[0], None, None
    else:
        return None
    whole = re.fullmatch(r"\d{8}", code) and re.fullmatch(r"\d{10}", number)
    if not whole or not re.fullmatch(r"[0-9A-Za-z]{6}|", check):
        raise _damaged("票据代码、号码或校验码")
    return EInvoice(FISCAL, text, code, number, check, day, fen)


def _address(text: str) -> Mapping[str, list[str]] | None:
    try:
        address = urlsplit(text)
        host = address.hostname
    except ValueError:
        return None
    if address.scheme not in ("http", "https") or host not in _BILL_HOSTS:
        return None
    return parse_qs(address.query)


def _day(text: str) -> date:
    if re.fullmatch(r"(?:20|19)\d{6}", text):
        try:
            day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            raise _damaged("开票日期") from None
        if day >= date(2000, 1, 1):
            return day
    raise _damaged("开票日期")


def _fen(text: str) -> int:
    if not _AMOUNT.fullmatch(text):
        raise _damaged("金额")
    whole, _, rest = text.lstrip("-").partition(".")
    fen = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
    return -fen if text.startswith("-") else fen


def _damaged(part: str) -> BadInputError:
    return BadInputError(
        QT_TRANSLATE_NOOP("Errors", "发票的码不完整：{part}不对。请再扫一次，或者照票面填。"),
        part=part,
    )
