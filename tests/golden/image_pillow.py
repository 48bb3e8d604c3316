"""Makes image_pillow.json: what Pillow decodes and resizes, as torchvision's transforms of image files do.

Command, in the repository's root: python3 tests/golden/image_pillow.py (needs pillow and numpy).
"""

import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import PIL
from PIL import Image

WIDTH, HEIGHT = 20, 14
rng = np.random.default_rng(20)


def encode64(data):
    return base64.b64encode(bytes(data)).decode()


def photo(width, height):
    """Smooth shapes with noise, so that neither resizing nor chroma is trivial."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [128 + 90 * np.sin(x / 2.7 + c) * np.cos(y / 3.1 - c) for c in range(3)]
    noisy = np.stack(planes, -1) + rng.normal(size=(height, width, 3)) * 12
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def saved(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def rgb16_png():
    """Pillow cannot write 16 bits per channel."""
    levels = rng.integers(0, 65536, (HEIGHT, WIDTH, 3)).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in levels)

    def chunk(tag, data):
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2, 0, 0, 0)
    end = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + end


def files():
    image = photo(WIDTH, HEIGHT)
    alpha = image.copy()
    alpha.putalpha(Image.fromarray(rng.integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)))
    inks = Image.fromarray(rng.integers(0, 256, (HEIGHT, WIDTH, 4)).astype(np.uint8), "CMYK")
    turned = Image.Exif()
    turned[0x112] = 6
    return {
        "color.jpg": saved(image, "JPEG", quality=90),
        "progressive.jpg": saved(image, "JPEG", quality=80, progressive=True),
        "gray.jpg": saved(image.convert("L"), "JPEG"),
        "cmyk.jpg": saved(inks, "JPEG", quality=95),
        "turned_by_exif.jpg": saved(image, "JPEG", exif=turned),
        "gray.png": saved(image.convert("L"), "PNG"),
        "one_bit.png": saved(image.convert("1"), "PNG"),
        "palette.png": saved(image.quantize(16), "PNG"),
        "palette_with_transparency.png": saved(image.quantize(16), "PNG", transparency=3),
        "alpha.png": saved(alpha, "PNG"),
        "gray_alpha.png": saved(alpha.convert("LA"), "PNG"),
        "rgb_16_bit.png": rgb16_png(),
        "palette.gif": saved(image.quantize(16), "GIF"),
        "color.webp": saved(image, "WEBP"),
    }


def decode_case(name, data):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    size = {"width": image.width, "height": image.height}
    return {"name": name, "file": encode64(data), **size, "pixels": encode64(image.tobytes())}


def train_case(source, left, top, width, height, size):
    """RandomResizedCrop: the crop is cut out first, so that nothing around it has influence."""
    cut = source.crop((left, top, left + width, top + height))
    pixels = cut.resize((size, size), Image.Resampling.BILINEAR).tobytes()
    box = {"left": left, "top": top, "width": width, "height": height}
    return {"box": box, "size": size, "pixels": encode64(pixels)}


def evaluation_case(source, resize_size, size):
    """Resize, whose longer side is int(), and CenterCrop, whose offsets are Python's round()."""
    short, long = sorted(source.size)
    longer = int(resize_size * long / short)
    is_portrait = source.width <= source.height
    resized = (resize_size, longer) if is_portrait else (longer, resize_size)
    left, top = (int(round((extent - size) / 2.0)) for extent in resized)
    image = source.resize(resized, Image.Resampling.BILINEAR)
    pixels = image.crop((left, top, left + size, top + size)).tobytes()
    return {"resizeSize": resize_size, "size": size, "pixels": encode64(pixels)}


source = photo(61, 47)
golden = {
    "provenance": f"Pillow {PIL.__version__}, made by tests/golden/image_pillow.py; bytes in base64",
    "decode": [decode_case(name, data) for name, data in files().items()],
    "source": {"width": 61, "height": 47, "pixels": encode64(source.tobytes())},
    "train": [
        train_case(source, 0, 0, 61, 47, 16),
        train_case(source, 7, 5, 40, 33, 16),
        train_case(source, 50, 40, 11, 7, 16),
        train_case(source, 20, 10, 16, 16, 16),
        train_case(source, 0, 0, 61, 47, 3),
        train_case(source, 60, 46, 1, 1, 5),
    ],
    "evaluation": [
        evaluation_case(source, 18, 16),
        evaluation_case(source, 52, 32),
        evaluation_case(source, 9, 4),
    ],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, indent=1) + "\n")
