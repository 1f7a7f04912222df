import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { processorTime } from '../../../test/support/processor-time.ts';
import { MemorySource } from '../byte-source.ts';
import { npyObjects } from './npy.ts';

/** What NumPy itself says of types, and the files that it writes. */
const program = `
import base64, io, json, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
types = [np.dtype(t) for t in ("f8", ">i4", "?", "U7", "S3", "V8", "c16", "M8[ns]", "m8[25s]", "O", "i1", "float128")]
types += [np.dtype([("a", "f8"), ("Offset", "i4", (2, 3))]), np.dtype([("a", "f8"), ("b", "O")]), np.dtype([("n", [("x", "O")])])]
out = []
for t in types:
    for order in "CF":
        file = io.BytesIO()
        np.save(file, np.zeros((2, 1), t, order), allow_pickle=True)
        file.seek(0)
        np.lib.format.read_magic(file)
        np.lib.format.read_array_header_1_0(file)
        out.append([str(t), t.hasobject, file.tell(), base64.b64encode(file.getvalue()).decode()])
letters = []
for code in range(0x21, 0x7f):
    for text in [chr(code) + tail for tail in ("", "1", "4", "8", "16")]:
        try:
            if np.dtype(text).hasobject: letters.append(text)
        except Exception: pass
json.dump([out, letters], sys.stdout)
`;
const python = spawnSync('python3', ['-c', program], { timeout: 30_000 });
const [files, letters] = (python.status === 0 ? JSON.parse(python.stdout.toString()) : [[], []]) as readonly [
  readonly (readonly [string, boolean, number, string])[],
  readonly string[],
];

it.skipIf(files.length === 0)('tells arrays of objects from others as NumPy does', () => {
  for (const [type, hasObject, start, base64] of files) {
    const found = npyObjects(new MemorySource(Buffer.from(base64, 'base64')));
    if (hasObject) expect(found, type).toMatchObject({ start });
    else expect(found, type).toBeUndefined();
  }
});

function npyOf(descr: string, version = 1): Buffer {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': (3,), }          \n`;
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1'),
    length,
    Buffer.from(header),
  ]);
}
const of = (descr: string, version?: number) => npyObjects(new MemorySource(npyOf(descr, version)));

it.skipIf(letters.length === 0)('takes no type of objects for another', () => {
  for (const type of letters) expect(of(`'${type}'`), type).toBeDefined();
});

it('takes whatever is not plainly written for objects that may be', () => {
  expect(of(`'|O'`)).toMatchObject({ isCertain: true });
  expect(of(`'<f8'`, 2)).toBeUndefined();
  expect(of(`'O8'`, 3)).toEqual({ start: npyOf(`'O8'`, 3).length, isCertain: true });
  for (const descr of [
    `'f8,O'`,
    `'object'`,
    `'\\x4f'`,
    `'<f8' 'O'`,
    `'<f8', 'descr': 'O'`,
    `'<f8', 'de' 'scr': 'O'`,
    `[("a','<f8'),('b", 'O')]`,
    `[('a', 'O')]`,
    `'T'`,
  ]) {
    expect(of(descr), descr).toMatchObject({ isCertain: false });
  }
});

it('reads no long header, and takes no long time over one', () => {
  const long = npyOf(`'<f8'`, 2);
  long.writeUInt32LE(0xffff_ffff, 8);
  expect(npyObjects(new MemorySource(long))).toEqual({ start: 12 + 0xffff_ffff, isCertain: false });
  const spent = processorTime(() => {
    of(`[${"('a','<f8',(1,1,1,1,1,1,1,1)),".repeat(2000)}`, 2);
    of(`'<f8', 'shape': (${'1'.repeat(60_000)}`, 2);
  });
  expect(spent).toBeLessThan(5000);
});
