"""Small PNGs for the documents: 256 colours are enough for a page, at a quarter of the size."""

import base64
import struct
import zlib
from typing import Any

# The 256 most frequent colours; every other becomes the nearest of them. In the browser, as that
# has the picture decoded and is quick.
REDUCE = """async png => {
  const bitmap = await createImageBitmap(await (await fetch(png)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const data = new Uint32Array(
    context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  const count = new Map();
  for (const c of data) count.set(c, (count.get(c) || 0) + 1);
  const split = c => [c & 255, (c >> 8) & 255, (c >> 16) & 255];
  const palette = [...count.keys()].sort((a, b) => count.get(b) - count.get(a)).slice(0, 256);
  const places = new Map(palette.map((c, i) => [c, i]));
  const colours = palette.map(split);
  const nearest = c => {
    const [r, g, b] = split(c);
    let best = 0, least = Infinity;
    colours.forEach(([x, y, z], i) => {
      const far = (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
      if (far < least) { least = far; best = i; }
    });
    places.set(c, best);
    return best;
  };
  const indices = Uint8Array.from(data, c => places.has(c) ? places.get(c) : nearest(c));
  let text = "";
  for (let i = 0; i < indices.length; i += 8192)
    text += String.fromCharCode(...indices.subarray(i, i + 8192));
  return [canvas.width, canvas.height, colours, btoa(text)];
}"""


def reduced(browser: Any, png: bytes) -> bytes:
    """The same picture as a PNG of at most 256 colours. `browser`: one of Playwright's."""
    page = browser.new_page()
    try:
        address = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        width, height, colours, packed = page.evaluate(REDUCE, address)
    finally:
        page.close()
    indices = base64.b64decode(packed)
    rows = b"".join(
        b"\0" + indices[start : start + width] for start in range(0, len(indices), width)
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(value for colour in colours for value in colour)),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
