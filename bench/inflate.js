// A floor: what Node.js takes to inflate layers synchronously, 256 KiB at a time, and to throw the result away.
//   node bench/inflate.js FILE...
// It uses the internal handle of zlib; JavaScript, not TypeScript, as header-walk.js.
import { closeSync, openSync, readSync } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';

const CHUNK = 262_144;
const input = Buffer.allocUnsafe(CHUNK);
const output = Buffer.allocUnsafe(CHUNK);

let bytes = 0;
for (const file of process.argv.slice(2)) {
  const fd = openSync(file);
  const stream = createGunzip();
  const handle = stream._handle;
  const state = stream._writeState; // room left in the output, bytes left of the input
  for (let length = readSync(fd, input); length > 0; length = readSync(fd, input)) {
    let left = length;
    let room = 0;
    while (left > 0 || room === 0) {
      handle.writeSync(constants.Z_NO_FLUSH, input, length - left, left, output, 0, CHUNK);
      bytes += CHUNK - state[0];
      const stuck = room > 0 && state[1] === left;
      room = state[0];
      left = state[1];
      if (stuck) break; // what follows the end of the stream
    }
  }
  stream.close();
  closeSync(fd);
}
console.log(bytes);
