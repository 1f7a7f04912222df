import { FormatError } from '../../errors.ts';

/** A number in the object, compared: `SUB(>>n#[h|d|a|i][l|b][e]LEN#OPvalue[,OPvalue])`. */
export interface ByteComparison {
  /** The part from whose match the number is reached. */
  readonly part: number;
  /** From the beginning of the match; less than nothing is in front of it. */
  readonly offset: number;
  /** h, d, a: text; i: raw. */
  readonly form: 'hexadecimal' | 'decimal' | 'automatic' | 'raw';
  /** Undefined: nobody says, and then texts are compared with nothing. */
  readonly little: boolean | undefined;
  /** There must be as many digits as the length says. */
  readonly exact: boolean;
  readonly length: number;
  readonly tests: readonly { readonly sign: '=' | '>' | '<'; readonly value: bigint }[];
}

/** Beyond the lengths of numbers of 64 bits nothing is compared. */
const MAX_LENGTH = 64;
const forms = { h: 'hexadecimal', d: 'decimal', a: 'automatic', i: 'raw' } as const;

/** Tells whether a part has the form of a comparison. */
export function isByteComparison(text: string): boolean {
  return /^\d+\([^)]*#[^)]*#[^)]*\)$/.test(text);
}

/** @throws FormatError */
export function parseByteComparison(text: string): ByteComparison {
  const parts =
    /^(\d{1,2})\((?:(>>|<<)(0x[0-9a-fA-F]{1,8}|\d{1,9}))?#([hdai])([lb]?)(e?)(\d{1,3})#([=<>][^,]+)(?:,([=<>].+))?\)$/.exec(
      text,
    );
  if (parts === null) throw new FormatError('a comparison of bytes is malformed');
  const [, part, direction, distance, form, order, exact, lengthText, first, second] = parts;
  const length = Number(lengthText);
  if (length === 0 || length > MAX_LENGTH) throw new FormatError('a comparison of bytes has an odd length');
  if (form === 'i' && ![1, 2, 4, 8].includes(length)) {
    throw new FormatError('raw numbers have one, two, four or eight bytes');
  }
  if (form === 'd' && order === 'l') throw new FormatError('decimal numbers have no order of bytes');
  const little = form === 'd' || order === 'b' ? false : order === 'l' ? true : undefined;
  const away = distance === undefined ? 0 : Number(distance);
  return {
    part: Number(part),
    offset: direction === '<<' ? -away : away,
    form: forms[form as keyof typeof forms],
    little: form === 'i' && little === undefined ? false : little,
    exact: exact === 'e',
    length,
    tests: [first, second].filter((test) => test !== undefined).map(readTest),
  };
}

function readTest(text: string): { sign: '=' | '>' | '<'; value: bigint } {
  const value = text.slice(1);
  if (!/^(0x[0-9a-fA-F]{1,16}|-?\d{1,19})$/.test(value)) throw new FormatError('a comparison of bytes has no number');
  return { sign: text[0] as '=' | '>' | '<', value: BigInt(value) };
}
