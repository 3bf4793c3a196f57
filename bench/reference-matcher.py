"""The reference application's way of matching, for its cost: every detection of a document against
every labelled issue of it, by difflib's ratio of the sentences around them, a hit from 0.8 on, the
best one kept. Reads the data folder and prints one JSON object with the CPU seconds of each round of
matching alone (reading the files and finding the sentences is not counted).

    python3 reference-matcher.py FOLDER ROUNDS
"""

import json
import re
import sys
import time
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from pathlib import Path

THRESHOLD = 0.8
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def read_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def sentence_around(text, start):
    begin = 0
    for gap in SENTENCE_END.finditer(text):
        if gap.end() > start:
            return text[begin : gap.start()]
        begin = gap.end()
    return text[begin:]


def load_issues(path, paragraphs):
    issues = defaultdict(list)
    for issue in read_lines(path):
        text = paragraphs[issue["doc_id"], issue["para_index"]]
        sentence = sentence_around(text, issue["start"])
        issues[issue["doc_id"]].append((issue["type"], sentence))
    return issues


def match(detections, truths, same_type_only):
    """Returns tp, fp and fn as the reference counts them; several may hit the same truth."""
    counts = Counter()
    found = set()
    for kind, sentence in detections:
        best, score = None, 0.0
        for index, (truth_kind, truth_sentence) in enumerate(truths):
            if same_type_only and kind != truth_kind:
                continue
            ratio = SequenceMatcher(None, sentence, truth_sentence).ratio()
            if ratio >= THRESHOLD and ratio > score:
                best, score = index, ratio
        hit = best is not None and truths[best][0] == kind
        counts["tp" if hit else "fp"] += 1
        if hit:
            found.add(best)
    counts["fn"] = len(truths) - len(found)
    return counts


def run(documents, truths, systems, same_type_only):
    started = time.process_time()
    for detections in systems:
        total = Counter()
        for document in documents:
            total += match(detections[document], truths[document], same_type_only)
        precision = total["tp"] / max(1, total["tp"] + total["fp"])
        recall = total["tp"] / max(1, total["tp"] + total["fn"])
        _ = 2 * precision * recall / max(1e-9, precision + recall)
    return time.process_time() - started


def main(folder, rounds):
    paragraphs = {}
    documents = []
    for line in read_lines(folder / "documents.jsonl"):
        documents.append(line["doc_id"])
        for paragraph in line["paragraphs"]:
            paragraphs[line["doc_id"], paragraph["para_index"]] = paragraph["text"]
    truths = load_issues(folder / "gold.jsonl", paragraphs)
    systems = [load_issues(path, paragraphs) for path in sorted((folder / "systems").glob("*.jsonl"))]
    seconds = {"allPairs": [], "sameType": []}
    for _ in range(rounds):
        seconds["allPairs"].append(run(documents, truths, systems, False))
        seconds["sameType"].append(run(documents, truths, systems, True))
    print(json.dumps({"systems": len(systems), **seconds}))


main(Path(sys.argv[1]), int(sys.argv[2]))
