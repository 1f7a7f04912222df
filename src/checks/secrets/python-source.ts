/**
 * Size in bytes of the program that bytecode of CPython was made of, modulo 2^32, as its head says (PEP 552).
 * @returns nothing of other files, and where bytecode knows its program by a hash
 */
export function sourceSizeOf(path: string, bytes: Uint8Array): number | undefined {
  if (!path.endsWith('.pyc') || bytes.length < 16 || bytes[2] !== 0x0d || bytes[3] !== 0x0a) return undefined;
  const head = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return head.getUint32(4, true) === 0 ? head.getUint32(12, true) : undefined;
}

/** `__pycache__/name.cpython-313.pyc`, `.opt-1` before the end, too (PEP 3147, PEP 488). */
const cached = /^(.*\/|)__pycache__\/([^/]+?)\.[a-z]+-\d+(?:\.opt-[0-9a-z]+)?\.pyc$/;

/** Where the program of bytecode lies, if it lies where CPython looks for it. */
export function sourceOf(path: string): string | undefined {
  if (path.includes('!/')) return undefined;
  const found = cached.exec(path);
  if (found !== null) return `${found[1]}${found[2]}.py`;
  return path.endsWith('.pyc') ? path.slice(0, -1) : undefined;
}
