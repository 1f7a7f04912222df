import { damaged, unsupported } from '../damage.ts';
import type { Consume } from '../decoder.ts';
import { type Branches, branches } from './branch.ts';
import { X86 } from './x86.ts';

/** A filter of a block, by its id and properties, as the header lists it. */
export interface FilterEntry {
  readonly id: number;
  readonly properties: Buffer;
}

/** Undoes a filter. What it needs to see more of is kept until the rest comes, or `flush`. */
export interface Filter {
  push(chunk: Buffer): void;
  flush(): void;
}

export const LZMA2_ID = 0x21;
const DELTA_ID = 3;
const X86_ID = 4;
const IA64_ID = 6;
const RISCV_ID = 11;

/** Opens a filter that may stand before LZMA2 (the .xz file format, section 5.3). */
export function openFilter({ id, properties }: FilterEntry, consume: Consume): Filter {
  if (id === DELTA_ID) {
    if (properties.length !== 1) throw damaged('properties of the delta filter');
    return new Delta((properties[0] as number) + 1, consume);
  }
  const convert = id === X86_ID ? new X86().convert : branches.get(id);
  if (convert === undefined) {
    const name = id === IA64_ID ? 'the IA-64 filter' : id === RISCV_ID ? 'the RISC-V filter' : `filter ${id}`;
    throw unsupported(`${name} of xz`);
  }
  if (properties.length !== 0 && properties.length !== 4) throw damaged('properties of a branch filter');
  return new BranchFilter(convert, properties.length === 4 ? properties.readUInt32LE(0) : 0, consume);
}

/** Bytes stored as differences from the byte `distance` before. */
class Delta implements Filter {
  readonly #distance: number;
  readonly #consume: Consume;
  readonly #history: Uint8Array = new Uint8Array(256);
  #at = 0;

  constructor(distance: number, consume: Consume) {
    this.#distance = distance;
    this.#consume = consume;
  }

  push(chunk: Buffer): void {
    const output = Buffer.allocUnsafe(chunk.length);
    const history = this.#history;
    let at = this.#at;
    for (const [index, byte] of chunk.entries()) {
      const value = (byte + (history[(at - this.#distance) & 0xff] as number)) & 0xff;
      history[at] = value;
      output[index] = value;
      at = (at + 1) & 0xff;
    }
    this.#at = at;
    this.#consume(output);
  }

  flush(): void {}
}

/** Addresses in machine code stored as absolute ones. An instruction may be cut by the end of a chunk. */
class BranchFilter implements Filter {
  readonly #convert: Branches;
  readonly #consume: Consume;
  #position: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(convert: Branches, position: number, consume: Consume) {
    this.#convert = convert;
    this.#position = position;
    this.#consume = consume;
  }

  push(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const done = this.#convert(bytes, this.#position);
    this.#position = (this.#position + done) >>> 0;
    this.#rest = bytes.subarray(done);
    if (done > 0) this.#consume(bytes.subarray(0, done));
  }

  flush(): void {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    if (rest.length > 0) this.#consume(rest);
  }
}
