import type { ByteSource } from '../../model/bytes.ts';
import { MemorySource, readBytes } from '../byte-source.ts';
import { isDottedName } from './dotted-name.ts';
import { type Attribute, attributeOf, type Held, isGetattr, MARK, type PickleImport, reached } from './held-values.ts';
import { memoKey } from './memo-key.ts';

export type { PickleImport };

/** What its opcodes say. */
export interface PickleScan {
  /** An import whose name is computed while it is loaded, or stands for an extension code. */
  readonly hasUnknownImports: boolean;
  /** A text that is a way from any object to the whole of Python, once something gets attributes by it. */
  readonly reachesIn?: true;
  /** Why it was not followed to its end, as the rest of a sentence that begins with `its opcodes`. */
  readonly unfinished?: string;
  /** Python would go on where this gave up; else loading ends there, too. */
  readonly gaveUp?: true;
}

const MAX_OPCODES = 3_000_000;
/**
 * Pickles one behind the other, as torch.save wrote them before it wrote zip archives: five, and bytes of arrays behind them.
 * What follows is taken for a pickle only as far as it makes sense as one.
 */
const SURE_PICKLES = 5;
/** The first of the five: a number that says what they are (torch.serialization.MAGIC_NUMBER). */
const TORCH_MAGIC = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
const MAX_MEMO = 1_000_000;
/** Bytes of a text that is kept; names of modules are shorter. */
const MAX_TEXT = 512;
/** Bytes of a line that are kept: escapes make them more. */
const MAX_LINE = MAX_TEXT * 16;
const WINDOW = 64 * 1024;
const MAX_STACK = 1_000_000;

/** What an opcode does to the stack: how many it takes, or all down to the mark, and whether it leaves one. */
interface Effect {
  readonly takes: number | 'to mark';
  readonly leaves: boolean;
  /** Bytes of its argument. */
  readonly argument?: number;
}

/** Opcodes with an argument of one length, by their byte (Lib/pickletools.py, "opcodes"). */
const effects: ReadonlyMap<number, Effect> = new Map([
  ...rows(']})N', { takes: 0, leaves: true }),
  ...rows('\x88\x89\x8f\x97', { takes: 0, leaves: true }),
  ...rows('K', { takes: 0, leaves: true, argument: 1 }),
  ...rows('M', { takes: 0, leaves: true, argument: 2 }),
  ...rows('J', { takes: 0, leaves: true, argument: 4 }),
  ...rows('G', { takes: 0, leaves: true, argument: 8 }),
  ...rows('\x80', { takes: 0, leaves: false, argument: 1 }), // PROTO
  ...rows('\x95', { takes: 0, leaves: false, argument: 8 }), // FRAME
  ...rows('\x98', { takes: 0, leaves: false }),
  ...rows('Q\x85', { takes: 1, leaves: true }), // BINPERSID, TUPLE1
  ...rows('R\x81\x86', { takes: 2, leaves: true }), // REDUCE, NEWOBJ, TUPLE2
  ...rows('\x87\x92', { takes: 3, leaves: true }), // TUPLE3, NEWOBJ_EX
  ...rows('0ab', { takes: 1, leaves: false }), // POP, APPEND, BUILD
  ...rows('s', { takes: 2, leaves: false }), // SETITEM
  ...rows('1eu\x90', { takes: 'to mark', leaves: false }), // POP_MARK, APPENDS, SETITEMS, ADDITEMS
  ...rows('ltdo\x91', { takes: 'to mark', leaves: true }), // LIST, TUPLE, DICT, OBJ, FROZENSET
]);

function rows(opcodes: string, effect: Effect): readonly (readonly [number, Effect])[] {
  return [...opcodes].map((opcode) => [opcode.charCodeAt(0), effect] as const);
}

/** Those whose argument is a line. */
const lines: ReadonlySet<number> = new Set([...'FILP'].map((char) => char.charCodeAt(0)));
/** Those of a text or bytes behind its length: bytes of the length, and whether it is text. */
const counted: ReadonlyMap<number, readonly [number, boolean]> = new Map([
  [0x55, [1, true]], // SHORT_BINSTRING
  [0x54, [4, true]], // BINSTRING
  [0x58, [4, true]], // BINUNICODE
  [0x8c, [1, true]], // SHORT_BINUNICODE
  [0x8d, [8, true]], // BINUNICODE8
  [0x43, [1, false]], // SHORT_BINBYTES
  [0x42, [4, false]], // BINBYTES
  [0x8e, [8, false]], // BINBYTES8
  [0x96, [8, false]], // BYTEARRAY8
  [0x8a, [1, false]], // LONG1
  [0x8b, [4, false]], // LONG4
]);
const STOP = 0x2e;
const REDUCE = 0x52;
const TUPLE = 0x74;
const TUPLE2 = 0x86;
/** Attributes that lead from a function or class to what its module can reach; a text of such names alone. */
const REACHING =
  /^(?:\w+\.)*__(?:base|bases|builtins|code|getattribute|globals|import|loader|mro|spec|subclasses)__(?:\.\w+)*$/;
const PROTO = 0x80;
/** `\x80` in UTF-8 begins so, and ends with `\x80`. */
const UTF_8_OF_PROTO = 0xc2;
/** As much of it as tells its number, in UTF-8. */
const PROTO_BYTES = 3;
/** Pickles in pickles. */
const MAX_DEPTH = 4;
/** Bytes of a pickle in a text that are looked at. */
const MAX_TEXT_PICKLE = 16 * 1024 * 1024;
const OUT_OF_OPCODES = `are more than ${MAX_OPCODES}`;
const OUT_OF_ROOM = `leave more than ${MAX_STACK} values`;
const NO_MARK = 'have one that looks for a mark where there is none';
const NO_LINE = 'end within a line';

const letters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

/** A text as Python 2 writes one (`codecs.escape_decode`): in quotes, with escapes; what is none stays as it stands. */
function quoted(text: string): string {
  const inner = text.replace(/^(['"])(.*)\1$/, '$2');
  if (!inner.includes('\\')) return inner;
  return inner.replace(/\\(?:x([\da-f]{2})|([0-7]{1,3})|(.))/gis, (all, digits, octal, letter) => {
    if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return `'"\\`.includes(letter) ? letter : (letters[letter] ?? all);
  });
}

/** A text of the codec raw-unicode-escape: an escape is one where the backslashes in front of its letter are odd in number. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  // Pairs of backslashes are passed over, so that an escape begins with the odd one.
  return text.replace(/\\(?:\\|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/g, (all, short, long) => {
    const code = Number.parseInt(short ?? long, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/**
 * Follows the opcodes of a pickle without doing what they say, in time linear in their number: what it would import (GLOBAL,
 * INST, STACK_GLOBAL). Loading a pickle calls what it imports (Python, "pickle": "Warning").
 * @param see told of each import, in their order, and of some more than once: none is passed over, however many there are
 */
export function scanPickle(source: ByteSource, see: (imported: PickleImport) => void): PickleScan {
  const shared: Shared = { opcodes: MAX_OPCODES, reachesIn: false };
  const result = new Scanner(source, see, shared).scan();
  return shared.reachesIn ? { ...result, reachesIn: true } : result;
}

/** What a pickle and all that are in it share: what is left for them, and what one of them had. */
interface Shared {
  opcodes: number;
  reachesIn: boolean;
}

class Scanner {
  readonly #source: ByteSource;
  readonly #see: (imported: PickleImport) => void;
  readonly #shared: Shared;
  /** Pickles around it. */
  readonly #depth: number;
  readonly #window: Buffer;
  #start = 0;
  #length = 0;
  #at = 0;
  /** Of the pickle at hand. */
  #unknown: boolean = false;
  #isSure: boolean = true;
  /** What is known of the values of the stack. */
  readonly #stack: (Held | typeof MARK)[] = [];
  /** The same of what was remembered, of which all counts (MEMOIZE goes by its number). */
  readonly #memo = new Map<number | string, Held>();
  /** A getter of attributes that was not told, since all that was done with it is known. */
  #untold: PickleImport | undefined;

  constructor(source: ByteSource, see: (imported: PickleImport) => void, shared: Shared, depth = 0) {
    this.#source = source;
    this.#see = see;
    this.#shared = shared;
    this.#depth = depth;
    this.#window = Buffer.allocUnsafe(Math.min(WINDOW, source.size));
  }

  scan(): PickleScan {
    const head = Buffer.alloc(TORCH_MAGIC.length);
    const isOfTorch = this.#source.read(head, 0) === head.length && head.equals(TORCH_MAGIC);
    let hasUnknownImports = false;
    for (let pickles = 0; ; pickles++) {
      this.#memo.clear();
      this.#stack.length = 0;
      this.#unknown = false;
      const first = this.#byte();
      if (first < 0) return { hasUnknownImports };
      // Bytes of an array, and those in a pickle, may begin as a pickle does: what comes of that says nothing.
      this.#isSure = this.#depth === 0 && (pickles < SURE_PICKLES || (first === PROTO && !isOfTorch));
      const unfinished = this.#pickle(first);
      this.#tellGetters(0);
      const gaveUp = unfinished === OUT_OF_OPCODES || unfinished === OUT_OF_ROOM;
      if (this.#unknown && (this.#isSure || unfinished === undefined)) hasUnknownImports = true;
      if (unfinished === undefined) continue;
      if (!this.#isSure && !gaveUp) return { hasUnknownImports };
      return { hasUnknownImports, unfinished, ...(gaveUp && { gaveUp }) };
    }
  }

  /** @returns why it was not followed to its end */
  #pickle(first: number): string | undefined {
    for (let opcode = first; ; opcode = this.#byte()) {
      if (opcode < 0) return 'end before their STOP';
      if (--this.#shared.opcodes < 0) return OUT_OF_OPCODES;
      if (opcode === STOP) return undefined;
      const unfinished = this.#follow(opcode);
      if (unfinished !== undefined) return unfinished;
    }
  }

  #follow(opcode: number): string | undefined {
    if (opcode === REDUCE && this.#reach()) return undefined;
    const effect = effects.get(opcode);
    if (effect !== undefined) {
      const attribute = this.#attribute(opcode);
      this.#at += effect.argument ?? 0;
      if (!this.#take(effect.takes)) return NO_MARK;
      if (effect.leaves) this.#push(attribute);
      return this.#stack.length > MAX_STACK ? OUT_OF_ROOM : undefined;
    }
    const count = counted.get(opcode);
    if (count !== undefined) return this.#text(...count);
    switch (opcode) {
      case 0x28:
        this.#stack.push(MARK);
        return this.#stack.length > MAX_STACK ? OUT_OF_ROOM : undefined;
      case 0x32: // DUP
        this.#push(this.#top());
        return this.#stack.length > MAX_STACK ? OUT_OF_ROOM : undefined;
      case 0x82: // EXT1
      case 0x83: // EXT2
      case 0x84: // EXT4
        this.#at += 1 << (opcode - 0x82);
        this.#import(undefined, undefined);
        return undefined;
      case 0x93: {
        // STACK_GLOBAL
        const name = this.#stack.pop();
        const module = this.#stack.pop();
        this.#import(typeof module === 'string' ? module : undefined, typeof name === 'string' ? name : undefined);
        return undefined;
      }
      case 0x63: // GLOBAL
      case 0x69: {
        // INST
        if (opcode === 0x69 && !this.#take('to mark')) return NO_MARK;
        const module = this.#line();
        const isLong = this.#isLong;
        const name = this.#line();
        if (module === undefined || name === undefined) return NO_LINE;
        if (isLong || this.#isLong) this.#import(undefined, undefined);
        else if (opcode === 0x63) this.#import(module, name);
        else {
          // What it leaves is what a call made.
          this.#tell({ module, name });
          this.#push(undefined);
        }
        return undefined;
      }
      case 0x94: // MEMOIZE
        this.#remember(this.#memo.size);
        return undefined;
      case 0x71: // BINPUT
        this.#remember(this.#byte());
        return undefined;
      case 0x72: // LONG_BINPUT
        this.#remember(this.#number(4));
        return undefined;
      case 0x68: // BINGET
        this.#recall(this.#byte());
        return undefined;
      case 0x6a: // LONG_BINGET
        this.#recall(this.#number(4));
        return undefined;
      case 0x70: // PUT
      case 0x67: {
        // GET
        const line = this.#line();
        const key = line === undefined || this.#isLong ? undefined : memoKey(line);
        if (key === undefined) return 'have a key of their memo that is none';
        if (opcode === 0x70) this.#remember(key);
        else this.#recall(key);
        return undefined;
      }
      case 0x53: // STRING
      case 0x56: {
        // UNICODE
        const text = this.#line();
        if (text === undefined) return NO_LINE;
        this.#push(this.#isLong ? undefined : opcode === 0x53 ? quoted(text) : unescaped(text));
        return undefined;
      }
      default:
        if (!lines.has(opcode)) return `have one that Python does not know (${opcode})`;
        if (this.#line() === undefined) return NO_LINE;
        this.#push(undefined);
        return undefined;
    }
  }

  #text(width: number, isText: boolean): string | undefined {
    const length = this.#number(width);
    if (length < 0 || length > this.#source.size - this.#at) return 'end within a text';
    const unfinished = length > PROTO_BYTES && this.#depth < MAX_DEPTH ? this.#inner(length) : undefined;
    if (unfinished !== undefined) return unfinished;
    if (!isText || length > MAX_TEXT) this.#push(undefined);
    else {
      const bytes = Buffer.alloc(length);
      for (let i = 0; i < length; i++) bytes[i] = this.#byte();
      this.#push(bytes.toString('utf8'));
      return undefined;
    }
    this.#at += length;
    return undefined;
  }

  /**
   * A text or bytes that are a pickle: what a pickle imports may load them (`torch.storage._load_from_bytes`).
   * @returns why this pickle cannot be followed any further
   */
  #inner(length: number): string | undefined {
    const first = this.#fill() ? this.#window[this.#at - this.#start] : undefined;
    if (first !== PROTO && first !== UTF_8_OF_PROTO) return undefined;
    const body = this.#source.slice(this.#at, length);
    const head = readBytes(body, 0, PROTO_BYTES);
    const isText = first === UTF_8_OF_PROTO;
    if ((isText && head[1] !== PROTO) || (head[isText ? 2 : 1] ?? 255) > 5) return undefined;
    // Before protocol 3, bytes are texts of their codes.
    const source = isText
      ? new MemorySource(Buffer.from(readBytes(body, 0, MAX_TEXT_PICKLE).toString('utf8'), 'latin1'))
      : body;
    const { hasUnknownImports, unfinished } = new Scanner(source, this.#see, this.#shared, this.#depth + 1).scan();
    if (hasUnknownImports) this.#unknown = true;
    return unfinished;
  }

  #push(held: Held): void {
    if (typeof held === 'string' && held.includes('__') && REACHING.test(held)) this.#shared.reachesIn = true;
    this.#stack.push(held);
  }

  #top(): Held {
    const top = this.#stack.at(-1);
    return top === MARK ? undefined : top;
  }

  /** A tuple of two that is about to be made, where it may be what an attribute is got by. */
  #attribute(opcode: number): Attribute | undefined {
    if (opcode !== TUPLE2 && !(opcode === TUPLE && this.#stack.at(-3) === MARK)) return undefined;
    return attributeOf(this.#stack.at(-2), this.#stack.at(-1));
  }

  /** `getattr(Class, 'name')` is an import of `Class.name`: so Python writes methods of classes. */
  #reach(): boolean {
    const getter = this.#stack.at(-2);
    const imported = isGetattr(getter) ? reached(this.#stack.at(-1)) : undefined;
    if (imported === undefined) return false;
    this.#untold = getter as PickleImport;
    this.#stack.length -= 2;
    this.#tell(imported);
    this.#push(imported);
    return true;
  }

  /** Tells getters of attributes from a place of the stack on: what is done with them is not known. */
  #tellGetters(from: number): void {
    for (let at = from; at < this.#stack.length; at++) {
      const held = this.#stack[at];
      if (isGetattr(held)) this.#tell(held);
    }
  }

  /** @returns whether the mark was there */
  #take(count: number | 'to mark'): boolean {
    const mark = count === 'to mark' ? this.#stack.lastIndexOf(MARK) : Math.max(0, this.#stack.length - count);
    if (mark < 0) return false;
    this.#tellGetters(mark);
    this.#stack.length = mark;
    return true;
  }

  #remember(index: number | string): void {
    const top = this.#top();
    if (this.#memo.size < MAX_MEMO || this.#memo.has(index)) this.#memo.set(index, top);
    else if (isGetattr(top)) this.#tell(top);
  }

  #recall(index: number | string): void {
    // An unpickler that loads one pickle after the other keeps its memo.
    if (this.#untold !== undefined && !this.#memo.has(index)) this.#tell(this.#untold);
    this.#push(this.#memo.get(index));
  }

  #import(module: string | undefined, name: string | undefined): void {
    const imported = module === undefined || name === undefined ? undefined : { module, name };
    if (imported === undefined) this.#unknown = true;
    else if (!isGetattr(imported)) this.#tell(imported);
    this.#push(imported);
  }

  #tell(imported: PickleImport): void {
    if (this.#isSure || (isDottedName(imported.module) && isDottedName(imported.name))) this.#see(imported);
  }

  /** A little-endian number; -1 at the end, or where it is larger than any file. */
  #number(width: number): number {
    let value = 0;
    for (let i = 0; i < width; i++) {
      const byte = this.#byte();
      if (byte < 0) return -1;
      value += byte * 256 ** i;
    }
    return Number.isSafeInteger(value) ? value : -1;
  }

  /** The line that was read last is longer than what is kept of it: a name that nobody gives, and no module has. */
  #isLong: boolean = false;

  /** @returns undefined where no line ends */
  #line(): string | undefined {
    const kept: Buffer[] = [];
    let size = 0;
    for (;;) {
      if (!this.#fill()) return undefined;
      const from = this.#at - this.#start;
      const end = this.#window.subarray(0, this.#length).indexOf(0x0a, from);
      const part = this.#window.subarray(from, end < 0 ? this.#length : end);
      if (size <= MAX_LINE) kept.push(Buffer.from(part.subarray(0, MAX_LINE + 1 - size)));
      size += part.length;
      this.#at += part.length + (end < 0 ? 0 : 1);
      if (end >= 0) break;
    }
    this.#isLong = size > MAX_LINE;
    return Buffer.concat(kept).toString('utf8').replace(/\r$/, '');
  }

  #byte(): number {
    return this.#fill() ? (this.#window[this.#at++ - this.#start] as number) : -1;
  }

  /** Whether there is a byte at this place; it is in the window then. */
  #fill(): boolean {
    if (this.#at >= this.#start && this.#at < this.#start + this.#length) return true;
    if (this.#at >= this.#source.size) return false;
    this.#start = this.#at;
    this.#length = this.#source.read(this.#window, this.#at);
    return this.#length > 0;
  }
}
