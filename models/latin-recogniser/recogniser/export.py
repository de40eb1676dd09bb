"""Checkpoint to ONNX: dynamic batch and width, posteriors out, characters and normalisation in the metadata."""

import argparse
import datetime

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import nn

from .alphabet import CHARACTERS, CLASSES
from .lines import HEIGHT
from .network import Recogniser


class _Served(nn.Module):
    """N × T × CLASSES posteriors, as the document service reads them."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        return self.model(image).softmax(2).permute(1, 0, 2)


def load(checkpoint):
    """The averaged weights of a checkpoint, ready to run."""
    saved = torch.load(checkpoint, map_location="cpu")
    model = Recogniser(saved["width"])
    model.load_state_dict({k.removeprefix("module."): v for k, v in saved["mean"].items() if k.startswith("module.")})
    return model.eval(), saved["step"]


def metadata(step):
    return {
        "task": "line-recognition-ctc",
        "characters": CHARACTERS,
        "blank": "0",
        "height": str(HEIGHT),
        "channels": "1",
        "mean": "0.5",
        "std": "0.5",
        "steps": str(step),
        "license": "Apache-2.0",
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    args = parser.parse_args()
    model, step = load(args.checkpoint)
    served = _Served(model).eval()
    sample = torch.zeros(1, 1, HEIGHT, 160)
    torch.onnx.export(served, (sample,), args.out, input_names=["image"], output_names=["posteriors"], opset_version=17,
                      dynamic_axes={"image": {0: "batch", 3: "width"}, "posteriors": {0: "batch", 1: "steps"}}, dynamo=False)
    graph = onnx.load(args.out)
    onnx.helper.set_model_props(graph, metadata(step))
    graph.producer_name = "marmita latin-recogniser"
    onnx.checker.check_model(graph)
    onnx.save(graph, args.out)
    session = ort.InferenceSession(args.out, providers=["CPUExecutionProvider"])
    for width in (8, 160, 1000):
        image = np.random.default_rng(1).uniform(-1, 1, (2, 1, HEIGHT, width)).astype(np.float32)
        got = session.run(None, {"image": image})[0]
        with torch.inference_mode():
            wanted = served(torch.from_numpy(image)).numpy()
        assert got.shape == (2, width // 4, CLASSES), got.shape
        assert np.abs(got - wanted).max() < 1e-3, np.abs(got - wanted).max()
    print(f"{args.out}: step {step}, {datetime.date.today()}")


if __name__ == "__main__":
    main()
