"""The event file of tests/log/event_file_test.ts, as TensorBoard's own writer makes it.

    python tests/golden/tensorboard_events.py > tests/golden/tensorboard_events.json
"""

import base64
import io
import json

import tensorboard
from google.protobuf import struct_pb2
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

PNG = bytes(range(8))


class KeptBytes(io.BytesIO):
    def close(self):
        pass


def plugin_value(tag, data):
    plugin = summary_pb2.SummaryMetadata.PluginData(plugin_name="hparams", content=data.SerializeToString(deterministic=True))
    return summary_pb2.Summary.Value(tag=tag, metadata=summary_pb2.SummaryMetadata(plugin_data=plugin))


def summary(step, seconds, *values):
    return event_pb2.Event(step=step, wall_time=seconds, summary=summary_pb2.Summary(value=values))


start = plugin_data_pb2.SessionStartInfo(group_name="a-run", start_time_secs=1700000000.5)
start.hparams["alpha"].CopyFrom(struct_pb2.Value(number_value=12))
start.hparams["loss.name"].CopyFrom(struct_pb2.Value(string_value="proxy_an"))
start.hparams["frozen"].CopyFrom(struct_pb2.Value(bool_value=True))
end = plugin_data_pb2.SessionEndInfo(status=api_pb2.STATUS_SUCCESS, end_time_secs=1700000003)
scalar = lambda tag, value: summary_pb2.Summary.Value(tag=tag, simple_value=value)
image = summary_pb2.Summary.Image(height=3, width=2, colorspace=3, encoded_image_string=PNG)
events = [
    event_pb2.Event(wall_time=1700000000.25, file_version="brain.Event:2"),
    summary(0, 1700000000.5, plugin_value("_hparams_/session_start_info", plugin_data_pb2.HParamsPluginData(session_start_info=start))),
    summary(0, 1700000001, summary_pb2.Summary.Value(tag="first_batch/00", image=image)),
    event_pb2.Event(step=300, wall_time=1700000001.5, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)),
    summary(300, 1700000002, scalar("step/loss", 5.25), scalar("learning_rate/network", 1e-4)),
    summary(300, 1700000003, plugin_value("_hparams_/session_end_info", plugin_data_pb2.HParamsPluginData(session_end_info=end))),
]
kept = KeptBytes()
writer = RecordWriter(kept)
for event in events:
    writer.write(event.SerializeToString(deterministic=True))
writer.flush()
print(json.dumps({
    "made_by": f"tests/golden/tensorboard_events.py, tensorboard {tensorboard.__version__}",
    "file_base64": base64.b64encode(kept.getvalue()).decode(),
}, indent=2))
