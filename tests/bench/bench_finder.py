"""How well and how fast the finder works, beside plain BM25 over pairs of characters.

Run: ``python -m tests.bench.bench_finder [FILE…]``. Both look at the same phrases and the same
labelled utterances in one run. Each line of a file is a JSON object: ``text``; ``kind``;
``needs``, a list of needs, each a list of items of which one is right; no needs = we have
nothing for it and silence is right. Exits 1 when the finder misses a goal: 90 % of single needs in
the first five, all of several needs in the first eight for 70 %, silence for 75 %, 20 ms.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk_app.content.finder import Finder
from desk_app.content.pack import load_pack
from desk_app.content.words import Words, load_words
from desk_app.core.catalogue import Pack

ROOT = Path(__file__).resolve().parents[2]
FORMS = ROOT / "forms"
HELD_OUT = ROOT / "tests" / "data" / "finder" / "held_out.jsonl"
LABELLED = ROOT / "tests" / "data" / "finder" / "labelled.jsonl"
FRESH = tuple(sorted((ROOT / "tests" / "data" / "finder").glob("fresh*.jsonl")))

GOALS = {"single": 0.90, "multi": 0.70, "out": 0.75}
SLOWEST_MS = 20.0
Ask = Callable[[str, int], Sequence[str]]
"""From a text and a limit to item ids, best first."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One labelled line; ``needs``: for each need the items of which one is right."""

    kind: str
    text: str
    needs: tuple[frozenset[str], ...]

    @property
    def group(self) -> str:
        """``single``, ``multi`` or ``out``: what it is judged by."""
        return "out" if not self.needs else "multi" if len(self.needs) > 1 else "single"

    def met_by(self, items: Sequence[str]) -> bool:
        """Whether ``items`` answer it: every need by one of them, or silence where it is due."""
        if not self.needs:
            return not items
        return all(need & set(items) for need in self.needs)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run over utterances gave; ``milliseconds`` in the order asked."""

    right: Counter[str]
    asked: Counter[str]
    milliseconds: tuple[float, ...]

    def share(self, name: str) -> float:
        """Share answered rightly, of a group or a kind. Raises ZeroDivisionError for no lines."""
        return self.right[name] / self.asked[name]


def read_utterances(path: Path) -> list[Utterance]:
    """The labelled utterances of a file."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line)
    return [
        Utterance(row["kind"], row["text"], tuple(frozenset(need) for need in row["needs"]))
        for row in rows
    ]


def judge(ask: Ask, utterances: Iterable[Utterance]) -> Result:
    """Put every utterance to ``ask``; several needs may take eight items, all else five."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    taken = []
    for said in utterances:
        start = time.perf_counter()
        items = ask(said.text, 8 if said.group == "multi" else 5)
        taken.append((time.perf_counter() - start) * 1000)
        for name in {said.group, said.kind}:
            asked[name] += 1
            right[name] += said.met_by(items)
    return Result(right, asked, tuple(taken))


def ask_finder(finder: Finder) -> Ask:
    """The finder as a plain function."""
    return lambda text, limit: [s.item for s in finder.suggest(text, limit).suggestions]


def bm25(pack: Pack, words: Words) -> Ask:
    """The yardstick: one document an item, pairs of characters, BM25 with its usual constants.

    It has no floor and so is never silent unless no pair is shared; that is what it is.
    """
    texts: dict[str, list[str]] = {
        item.id: [item.name, *words.phrases.get(item.id, ())] for item in pack.items.values()
    }
    for event in pack.events.values():
        said = [event.title, *event.phrases, *words.event_phrases.get(event.id, ())]
        for candidate in event.candidates:
            texts[candidate.item].extend(said)
    documents = {item: Counter(p for t in said for p in _pairs(t)) for item, said in texts.items()}
    lengths = {item: document.total() for item, document in documents.items()}
    usual = sum(lengths.values()) / len(lengths)
    postings: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for item, document in documents.items():
        for pair, times in document.items():
            postings[pair].append((item, times))

    def ask(text: str, limit: int) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for pair in set(_pairs(text)):
            found = postings.get(pair, ())
            idf = math.log(1 + (len(documents) - len(found) + 0.5) / (len(found) + 0.5))
            for item, times in found:
                damped = times + 1.2 * (0.25 + 0.75 * lengths[item] / usual)
                scores[item] += idf * times * 2.2 / damped
        return sorted(scores, key=lambda item: (-scores[item], item))[:limit]

    return ask


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]


def _row(name: str, result: Result) -> str:
    shares = "  ".join(
        f"{group} {100 * result.share(group):5.1f} % ({result.asked[group]})"
        for group in GOALS
        if result.asked[group]
    )
    taken = sorted(result.milliseconds)
    middle, late = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
    return f"{name:8} {shares}  ms: median {middle:.2f}, p95 {late:.2f}, most {taken[-1]:.2f}"


def main() -> int:
    """Print the table; 1 when the finder misses a goal on a file."""
    files = [Path(name) for name in sys.argv[1:]] or [HELD_OUT, LABELLED, *FRESH]
    start = time.perf_counter()
    pack = load_pack(FORMS)
    words_start = time.perf_counter()
    words = load_words(FORMS)
    finder = Finder(pack, words)
    built = time.perf_counter()
    print(f"pack {1000 * (words_start - start):.0f} ms, words and index ", end="")
    print(f"{1000 * (built - words_start):.0f} ms, ", end="")
    finder.warm_up()
    print(f"first by sound {1000 * (time.perf_counter() - built):.0f} ms (once a run, not below)")
    missed = False
    for path in files:
        said = read_utterances(path)
        ours = judge(ask_finder(finder), said)
        print(f"{path.name}: {len(said)} utterances")
        print("  " + _row("finder", ours))
        print("  " + _row("bm25", judge(bm25(pack, words), said)))
        kinds = sorted(set(ours.asked) - set(GOALS))
        if kinds:
            print("  " + ", ".join(f"{k} {ours.right[k]}/{ours.asked[k]}" for k in kinds))
        missed |= any(ours.asked[g] and ours.share(g) < goal for g, goal in GOALS.items())
        missed |= max(ours.milliseconds) > SLOWEST_MS
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
