// Many numbers as one text, as ui/web/views/packed.py packs them.

/** The numbers of a text, as an array of `Kind`: Uint8Array, Uint16Array or Uint32Array. */
export function unpack(text, Kind = Uint32Array) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
  return new Kind(bytes.buffer);
}
