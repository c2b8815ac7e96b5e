"""What a paper does not say even if somebody typed it: an illness, a whole ID number, a guess.

Rules of the starter data (papers, general): 病情写“因病”即可; of an ID number only the last four;
the article of a law only where somebody verified it. The words are a list, so they are a help for
the officer who reads the preview and never a promise.
"""

from __future__ import annotations

import re

_ORGANS = (
    "(?:肺|肝|胃|肠|直肠|结肠|乳腺|宫颈|卵巢|前列腺|甲状腺|胰腺?|食[管道]|膀胱|鼻咽|喉|脑|骨|血)"
)
_ILLNESS = (
    rf"(?:恶性)?{_ORGANS}?(?:部)?(?:癌症?|肿瘤)|白血病|淋巴瘤|尿毒症|肾衰竭?|肝硬化|"
    r"(?:乙型?|丙型?)?肝炎|肺结核|结核病|艾滋病?|糖尿病|高血压|冠心病|心脏病|心梗|心肌梗[死塞]|"
    r"脑梗[死塞]?|脑出血|脑溢血|脑卒中|中风|偏瘫|截瘫|瘫痪|帕金森病?|阿尔茨海默病?|老年痴呆|"
    r"精神分裂症?|精神病|精神障碍|抑郁症?|双相(?:情感)?障碍|躁郁症|癫痫|骨折|透析|化疗|放疗"
)
_PLACE = "(?!医?院|科)"
_BEFORE = r"(?:得了|得的是|患有|患了|患|查出来?是|查出了?|确诊(?:为|了|是)?|诊断为|生了|因患?)?"
_SICK = re.compile(
    rf"{_BEFORE}(?:{_ILLNESS}){_PLACE}(?:[早中晚末]期)?(?:[、和及](?:{_ILLNESS}){_PLACE})*"
)
_AGAIN = re.compile(r"(?:因病)+(?:住院)?(?=因病)")
_ID_TAIL = re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d(\d{3}[\dXx])(?![\dXx])")
_ARTICLE = re.compile(
    r"第[一二三四五六七八九十百零〇\d]+条(?:之[一二三四五六七八九十])?"
    r"(?:第[一二三四五六七八九十\d]+款)?(?:第?[（(]?[一二三四五六七八九十\d]+[)）]?项)?"
)


def discreet(text: str) -> str:
    """``text`` with 因病 for an illness and the last four for an ID number."""
    text = _ID_TAIL.sub(r"后四位 \1", text)
    return _AGAIN.sub("", _SICK.sub("因病", text))


def without_articles(text: str) -> str:
    """A legal ground as somebody typed it, without the numbers of articles nobody verified."""
    return _ARTICLE.sub("", text)
