import { FormatError } from '../../errors.ts';
import type { ArchiveEntry } from '../archive/entry.ts';
import type { Inflow } from '../archive/inflow.ts';
import type { Steps } from '../compression/wait.ts';
import { decodeName } from '../tar/path.ts';

const MAGIC_BYTES = 8;
const HEADER_BYTES = 60;
/** Bytes of a table of long names, and of a name. */
const MOST_NAMES = 16 * 1024 * 1024;
const MOST_NAME = 64 * 1024;

export interface ArMember {
  readonly entry: ArchiveEntry;
  readonly padding: number;
}

/** Reads archives of ar, as GNU and BSD write them (ar(5)): static libraries and Debian packages. Begin behind nothing. */
export class ArReader {
  readonly #flow: Inflow;
  #names: Buffer = Buffer.alloc(0);
  #isBegun: boolean = false;

  constructor(flow: Inflow) {
    this.#flow = flow;
  }

  /**
   * Reads the header of the next member; its body comes next. Tables of symbols and of names are no members.
   * @returns undefined behind the last member
   * @throws FormatError where no header comes, or the bytes end
   */
  *next(): Steps<ArMember | undefined> {
    if (!this.#isBegun) yield* this.#flow.skip(MAGIC_BYTES);
    this.#isBegun = true;
    for (;;) {
      const present = (yield* this.#flow.peek(HEADER_BYTES)).length;
      // Some programs put a line end too many at the end.
      if (present === 0 || present === 1) return undefined;
      const header = (yield* this.#flow.need(HEADER_BYTES)).toString('latin1');
      if (!header.endsWith('`\n')) throw new FormatError('a header is missing in it');
      const size = numberIn(header.slice(48, 58), 10);
      const mode = numberIn(header.slice(40, 48), 8) & 0o7777;
      const written = header.slice(0, 16).trimEnd();
      const padding = size % 2;
      if (written === '//') {
        if (size > MOST_NAMES) throw new FormatError('its table of names is too large');
        this.#names = Buffer.from(yield* this.#flow.need(size));
      } else if (written === '/' || written === '/SYM64/' || written.startsWith('__.SYMDEF')) {
        yield* this.#flow.skip(size);
      } else {
        const { name, taken } = yield* this.#nameOf(written, size);
        return { entry: { name, type: 'file', size: size - taken, mode }, padding };
      }
      yield* this.pad(padding);
    }
  }

  /** Passes over the padding of a member, which may be missing behind the last one. */
  *pad(padding: number): Steps {
    if (padding > 0 && (yield* this.#flow.peek(1)).length > 0) yield* this.#flow.skip(padding);
  }

  *#nameOf(written: string, size: number): Steps<{ readonly name: string; readonly taken: number }> {
    const place = /^\/(\d+)$/.exec(written);
    if (place !== null) {
      const rest = this.#names.subarray(Number(place[1]));
      const end = rest.subarray(0, MOST_NAME).indexOf(0x0a);
      const name = decodeName(end < 0 ? rest.subarray(0, MOST_NAME) : rest.subarray(0, end));
      return { name: name.endsWith('/') ? name.slice(0, -1) : name, taken: 0 };
    }
    const long = /^#1\/(\d+)$/.exec(written);
    if (long !== null) {
      const length = Number(long[1]);
      if (length > size || length > MOST_NAME) throw new FormatError('a name in it has an impossible length');
      const bytes = yield* this.#flow.need(length);
      const nul = bytes.indexOf(0);
      return { name: decodeName(nul < 0 ? bytes : bytes.subarray(0, nul)), taken: length };
    }
    const name = decodeName(Buffer.from(written, 'latin1'));
    return { name: name.endsWith('/') ? name.slice(0, -1) : name, taken: 0 };
  }
}

function numberIn(text: string, base: 8 | 10): number {
  const digits = text.trimEnd();
  if (digits === '') return 0;
  if (!(base === 8 ? /^[0-7]+$/ : /^\d+$/).test(digits)) throw new FormatError('a number in it is none');
  return Number.parseInt(digits, base);
}
