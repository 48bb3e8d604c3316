"""Prints what TensorBoard's own event reader finds in a folder, as JSON."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

accumulator = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0})
accumulator.Reload()
tags = accumulator.Tags()
print(json.dumps({
    "scalars": {tag: [[event.step, event.value] for event in accumulator.Scalars(tag)] for tag in tags["scalars"]},
    "images": {tag: [[image.step, image.width, image.height] for image in accumulator.Images(tag)] for tag in tags["images"]},
    "hparams": sorted(accumulator.PluginTagToContent("hparams")),
}))
