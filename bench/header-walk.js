// A floor: the least that a scanner of an uncompressed image must do is to walk the headers of its layers.
// Walks every tar inside a `docker save` archive (or one tar) through a window of 64 KiB and prints what it met.
//   node bench/header-walk.js FILE
// JavaScript, not TypeScript: stripping types would be a third of the time.
import { fstatSync, openSync, readSync } from 'node:fs';

const fd = openSync(process.argv[2]);
const end = fstatSync(fd).size;
const window = Buffer.allocUnsafe(65_536);
let windowStart = 0;
let windowEnd = 0;
const counts = { layers: 0, entries: 0, whiteouts: 0 };

/** Where in the window the `length` bytes at `position` are; -1 beyond the end. */
function at(position, length) {
  if (position < windowStart || position + length > windowEnd) {
    windowStart = position;
    windowEnd = position + readSync(fd, window, 0, window.length, position);
    if (position + length > windowEnd) return -1;
  }
  return position - windowStart;
}

function sizeField(header) {
  let size = 0;
  if (window[header + 124] & 0x80) {
    for (let i = header + 125; i < header + 136; i++) size = size * 256 + window[i];
    return size;
  }
  for (let i = header + 124; i < header + 136; i++) {
    const digit = window[i] - 48;
    if (digit >= 0 && digit <= 7) size = size * 8 + digit;
  }
  return size;
}

/** Walks a tar that starts at `position`; `member` is told of every header that is no extension. */
function walk(position, limit, member) {
  while (position + 512 <= limit) {
    const header = at(position, 512);
    if (header < 0 || window[header] === 0) return;
    const size = sizeField(header);
    const type = window[header + 156];
    // x, g, L, K: headers that say more of the next one.
    if (type !== 120 && type !== 103 && type !== 76 && type !== 75) member(header, position + 512, size);
    position += 512 + Math.ceil(size / 512) * 512;
  }
}

function countEntry(header) {
  counts.entries++;
  const nameEnd = window.indexOf(0, header);
  const slash = window.lastIndexOf(47, nameEnd);
  const name = slash < header ? header : slash + 1;
  if (window[name] === 46 && window[name + 1] === 119 && window.latin1Slice(name, name + 4) === '.wh.')
    counts.whiteouts++;
}

const layers = [];
walk(0, end, (header, start, size) => {
  if (size > 0 && window.latin1Slice(header, header + 13) === 'blobs/sha256/') layers.push([start, size]);
});
if (layers.length === 0) layers.push([0, end]);
for (const [start, size] of layers) {
  const first = at(start, 512);
  if (first < 0 || window.latin1Slice(first + 257, first + 262) !== 'ustar') continue; // a configuration or manifest
  counts.layers++;
  walk(start, start + size, countEntry);
}
console.log(JSON.stringify(counts));
