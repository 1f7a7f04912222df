import { FormatError } from '../../errors.ts';
import { decimal } from './outcome.ts';

/** Where a pattern may begin. `shift`: how far behind that it still may, both ends included. */
export type Offset =
  | { readonly kind: 'any' }
  | { readonly kind: 'start'; readonly value: number; readonly shift: number }
  | { readonly kind: 'end'; readonly value: number; readonly shift: number }
  /** From the entry point; less than nothing is in front of it. */
  | { readonly kind: 'entry'; readonly value: number; readonly shift: number }
  /** `index` undefined: of the last section. */
  | { readonly kind: 'section'; readonly index: number | undefined; readonly value: number; readonly shift: number }
  /** Anywhere in a section. */
  | { readonly kind: 'within'; readonly index: number; readonly shift: number }
  /** At the beginning of a record of the version resource. */
  | { readonly kind: 'version'; readonly shift: number }
  /** A member of a group of macros: it says nothing by itself. */
  | { readonly kind: 'macro'; readonly group: number };

const MACRO_GROUPS = 32;
export const anyOffset: Offset = { kind: 'any' };

/** Types whose headers tell an entry point and sections: PE, ELF, Mach-O. */
export function isExecutableTarget(target: number): boolean {
  return target === 1 || target === 6 || target === 9;
}

/**
 * Reads an offset: `*`, `n`, `EOF-n`, `EP+n`, `EP-n`, `Sx+n`, `SL+n`, `SEx`, `VI`, `$n`, all but `*` with `,SHIFT`.
 * @param target those that need headers exist for some types alone
 * @throws FormatError
 */
export function parseOffset(text: string, target: number): Offset {
  if (text === '*') return anyOffset;
  const [place, shiftText, ...rest] = text.split(',');
  if (place === undefined || place === '' || rest.length > 0) throw new FormatError('the offset is malformed');
  // `12,` is taken as `12,0`.
  const shift = shiftText === undefined || shiftText === '' ? 0 : decimal(shiftText, 'the shift of the offset');
  if (place.startsWith('$')) {
    const group = decimal(place.endsWith('$') ? place.slice(1, -1) : place.slice(1), 'the group of macros');
    if (group >= MACRO_GROUPS) throw new FormatError('the group of macros is out of range');
    return { kind: 'macro', group };
  }
  if (place.startsWith('EOF')) return { kind: 'end', value: after(place, 'EOF-'), shift };
  const first = place[0]!;
  if (first !== 'E' && first !== 'S' && first !== 'V') {
    return { kind: 'start', value: decimal(place, 'the offset'), shift };
  }
  if (!isExecutableTarget(target)) throw new FormatError('the offset needs an executable target');
  if (place === 'VI') return { kind: 'version', shift };
  if (place.startsWith('EP+')) return { kind: 'entry', value: after(place, 'EP+'), shift };
  if (place.startsWith('EP-')) return { kind: 'entry', value: -after(place, 'EP-'), shift };
  if (place.startsWith('SL')) return { kind: 'section', index: undefined, value: after(place, 'SL+'), shift };
  if (place.startsWith('SE')) {
    return { kind: 'within', index: place === 'SE' ? 0 : after(place, 'SE'), shift };
  }
  const plus = place.indexOf('+');
  if (first !== 'S' || plus < 0) throw new FormatError('the offset is malformed');
  const index = decimal(place.slice(1, plus), 'the number of the section');
  return { kind: 'section', index, value: decimal(place.slice(plus + 1), 'the offset'), shift };
}

function after(text: string, prefix: string): number {
  if (!text.startsWith(prefix)) throw new FormatError('the offset is malformed');
  return decimal(text.slice(prefix.length), 'the offset');
}
