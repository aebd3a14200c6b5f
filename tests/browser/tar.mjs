// Reads a tar archive, as far as ours goes: plain files with short names.

const BLOCK = 512;

// The files of an archive: path to bytes.
export function members(archive) {
  const files = new Map();
  let at = 0;
  while (archive[at]) {
    const text = (from, length) => archive.toString("latin1", at + from, at + from + length).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 12), 8);
    const start = at + BLOCK;
    files.set(text(0, 100), archive.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
