"""Reads a shard with an exported model, line by line as the document service does; prints the score and the time per line."""

import argparse
import json
import time

import numpy as np
import onnxruntime as ort

from .alphabet import greedy
from .score import Score
from .train import Shard


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("shard")
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--worst", type=int, default=0, help="print so many lines that were read wrongly")
    args = parser.parse_args()
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(args.model, options, providers=["CPUExecutionProvider"])
    shard, score, wrong, spent = Shard(args.shard), Score(), [], 0.0
    for i in range(min(args.limit, len(shard))):
        pixels, classes = shard.line(i)
        width = (pixels.shape[1] + 3) // 4 * 4
        image = np.pad(pixels, ((0, 0), (0, width - pixels.shape[1])), mode="edge")[None, None].astype(np.float32) / 127.5 - 1
        start = time.perf_counter()
        out = session.run(None, {"image": image})[0]
        spent += time.perf_counter() - start
        read = greedy(out[0].argmax(1).tolist())
        truth = greedy([v for c in classes.tolist() for v in (c, 0)])
        score.add(read, truth)
        if read != truth and len(wrong) < args.worst:
            wrong.append((truth, read))
    for truth, read in wrong:
        print(f"- {truth}\n+ {read}")
    print(json.dumps({"lines": score.lines, "cer": round(score.cer, 4), "wordF1": round(score.word_f1, 4),
                      "linesRight": round(score.right / max(1, score.lines), 4), "msPerLine": round(1000 * spent / max(1, score.lines), 2)}))


if __name__ == "__main__":
    main()
