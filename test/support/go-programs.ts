/** Bytes that Go writes around the text on modules. */
const START = Buffer.from('3077af0c92740802 41e1c107e6d618e6'.replace(' ', ''), 'hex');
const END = Buffer.from('f932433186182072008242104116d8f2', 'hex');

function framed(modules: string): Buffer {
  return modules === '' ? Buffer.alloc(0) : Buffer.concat([START, Buffer.from(modules), END]);
}

function header(flags: number, size = 0): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.write('\xff Go buildinf:', 0, 'latin1');
  bytes[14] = size;
  bytes[15] = flags;
  return bytes;
}

function length(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** Build information as Go 1.18 and later write it. */
export function buildInfo(version: string, modules: string): Buffer {
  const text = framed(modules);
  return Buffer.concat([header(2), length(version.length), Buffer.from(version), length(text.length), text]);
}

/** The same as Go 1.13 to 1.17 write it: addresses of texts that follow here. `address` is where it is loaded. */
export function oldBuildInfo(
  version: string,
  modules: string,
  address: number,
  wide: boolean,
  little: boolean,
): Buffer {
  const size = wide ? 8 : 4;
  const text = framed(modules);
  const bytes = Buffer.alloc(32 + 4 * size + version.length + text.length);
  bytes.set(header(little ? 0 : 1, size));
  const put = (at: number, value: number): void => {
    if (little) bytes.writeUIntLE(value, at, Math.min(size, 6));
    else bytes.writeUIntBE(value, at + size - Math.min(size, 6), Math.min(size, 6));
  };
  const texts = address + 32 + 4 * size;
  put(16, address + 32);
  put(16 + size, address + 32 + 2 * size);
  put(32, texts);
  put(32 + size, version.length);
  put(32 + 2 * size, texts + version.length);
  put(32 + 3 * size, text.length);
  bytes.write(version, 32 + 4 * size, 'latin1');
  bytes.set(text, 32 + 4 * size + version.length);
  return bytes;
}
