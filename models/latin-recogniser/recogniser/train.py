"""Trains on shards that `lines.py` writes; goes on where its last checkpoint stands."""

import argparse
import glob
import math
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

from .alphabet import greedy
from .lines import HEIGHT
from .network import Recogniser
from .score import Score


class Shard:
    """Lines of one file, in memory."""

    def __init__(self, path):
        with np.load(path) as data:
            self.pixels, self.widths = data["pixels"], data["widths"]
            self.classes, self.lengths = data["classes"], data["lengths"]
        self.x = np.concatenate([[0], np.cumsum(self.widths)])
        self.c = np.concatenate([[0], np.cumsum(self.lengths)])

    def __len__(self):
        return len(self.widths)

    def line(self, i):
        return self.pixels[:, self.x[i]:self.x[i + 1]], self.classes[self.c[i]:self.c[i + 1]]


class Lines:
    """All shards that exist, the newest `keep`; batches of like widths with about `columns` pixel columns."""

    def __init__(self, folder, keep, columns, seed):
        self.folder, self.keep, self.columns = folder, keep, columns
        self.random = random.Random(seed)
        self.shards = {}

    def refresh(self):
        paths = sorted(glob.glob(f"{self.folder}/train-*.npz"), key=os.path.getmtime)[-self.keep:]
        self.shards = {p: self.shards.get(p) or Shard(p) for p in paths}
        return sum(len(s) for s in self.shards.values())

    def batches(self, count):
        """`count` batches of randomly drawn lines."""
        shards = list(self.shards.values())
        made = 0
        while made < count:
            pool = []
            for _ in range(2000):
                shard = self.random.choice(shards)
                pool.append(shard.line(self.random.randrange(len(shard))))
            pool.sort(key=lambda line: line[0].shape[1] + self.random.random() * 16)
            groups, start = [], 0
            while start < len(pool):
                end = start
                while end < len(pool) and (end - start + 1) * pool[end][0].shape[1] <= self.columns:
                    end += 1
                groups.append(pool[start:max(end, start + 1)])
                start = max(end, start + 1)
            self.random.shuffle(groups)
            for group in groups:
                yield self._tensors(group)
                made += 1
                if made == count:
                    return

    def _tensors(self, group):
        # Round up to the stride; what is right of a line is more of its last column, as paper would be.
        width = (max(p.shape[1] for p, _ in group) + 3) // 4 * 4
        x = np.empty((len(group), 1, HEIGHT, width), np.uint8)
        steps = []
        for i, (pixels, _) in enumerate(group):
            w = pixels.shape[1]
            x[i, 0, :, :w] = pixels
            x[i, 0, :, w:] = pixels[:, -1:]
            steps.append((w + 3) // 4)
        classes = np.concatenate([c for _, c in group]).astype(np.int64)
        lengths = [len(c) for _, c in group]
        return torch.from_numpy(x), torch.tensor(steps), torch.from_numpy(classes), torch.tensor(lengths)


def scaled(x, device):
    return x.to(device, non_blocking=True).float().div_(127.5).sub_(1.0).contiguous(memory_format=torch.channels_last)


def evaluate(model, shard, device, limit):
    """Score of a shard, line by line in groups of one width each."""
    model.eval()
    order = sorted(range(min(limit, len(shard))), key=lambda i: shard.widths[i])
    score = Score()
    with torch.inference_mode():
        for start in range(0, len(order), 16):
            for i in order[start:start + 16]:
                pixels, classes = shard.line(i)
                w = (pixels.shape[1] + 3) // 4 * 4
                x = np.pad(pixels, ((0, 0), (0, w - pixels.shape[1])), mode="edge")[None, None]
                best = model(scaled(torch.from_numpy(x), device)).argmax(2)[:, 0].tolist()
                score.add(greedy(best), greedy([v for c in classes.tolist() for v in (c, 0)]))
    model.train()
    return score


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shards")
    parser.add_argument("checkpoint")
    parser.add_argument("--held", help="a held-out shard to look at now and then")
    parser.add_argument("--steps", type=int, default=100000, help="of the whole schedule")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after that time, to go on later")
    parser.add_argument("--columns", type=int, default=12000, help="pixel columns per batch")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--keep", type=int, default=60, help="shards in memory")
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = Recogniser(args.width).to(device, memory_format=torch.channels_last)
    mean = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.999), use_buffers=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=1e-3)
    step = 0
    if os.path.exists(args.checkpoint):
        saved = torch.load(args.checkpoint, map_location=device)
        model.load_state_dict(saved["model"])
        mean.load_state_dict(saved["mean"])
        optimizer.load_state_dict(saved["optimizer"])
        step = saved["step"]
        print(f"goes on at step {step}", flush=True)
    lines = Lines(args.shards, args.keep, args.columns, args.seed + step)
    held = Shard(args.held) if args.held else None
    end = time.monotonic() + args.minutes * 60
    warmup = 500
    while step < args.steps and time.monotonic() < end:
        known = lines.refresh()
        if not known:
            time.sleep(5)
            continue
        start, total, seen, pixels = time.monotonic(), 0.0, 0, 0
        for x, steps, classes, lengths in lines.batches(200):
            progress = min(1.0, step / args.steps)
            rate = args.rate * min(1.0, (step + 1) / warmup) * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-6
            for group in optimizer.param_groups:
                group["lr"] = rate
            # On a CPU the backward pass in bfloat16 is slower than in float.
            with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
                out = model(scaled(x, device))
            loss = F.ctc_loss(out.float().log_softmax(2), classes.to(device), steps, lengths, zero_infinity=True)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            mean.update_parameters(model)
            step += 1
            total += float(loss.detach()) * len(lengths)
            seen += len(lengths)
            pixels += x.shape[0] * x.shape[3]
        spent = time.monotonic() - start
        text = f"step {step} of {args.steps} lines {known} loss {total / seen:.4f} rate {rate:.2e} {seen / spent:.0f} lines/s"
        if held is not None and step % 1000 < 200:
            text += f" held {evaluate(mean.module, held, device, 400)}"
        print(text, flush=True)
        torch.save({"model": model.state_dict(), "mean": mean.state_dict(), "optimizer": optimizer.state_dict(),
                    "step": step, "width": args.width}, args.checkpoint + ".part")
        os.replace(args.checkpoint + ".part", args.checkpoint)


if __name__ == "__main__":
    main()
