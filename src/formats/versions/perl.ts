import type { VersionScheme } from '../../model/version-scheme.ts';
import { type NumberedVersion, numbersOnly, paddedNumbers } from './numbers.ts';
import { invalidVersion } from './parts.ts';
import { partwise, tokenwise } from './partwise.ts';

/** `v1.2.3`, `1.2.3`, `.1.2.3`; the last number may be written in two with an underscore. */
const DOTTED = /^(?:v(\d+(?:\.\d+)*)|(\d*(?:\.\d+){2,}))(?:_(\d+))?$/;
const DECIMAL = /^(\d*)(?:\.(\d*)(?:_(\d+))?)?$/;

function parse(version: string): NumberedVersion {
  const fail = (): Error => invalidVersion('perl', version, 'it is neither a number nor numbers with dots');
  const dotted = DOTTED.exec(version);
  if (dotted !== null) {
    const [, after, plain, alpha = ''] = dotted;
    const text = after ?? plain ?? '';
    if (alpha !== '' && !text.includes('.')) throw fail();
    const numbers = `${text}${alpha}`.split('.').map((number) => (number === '' ? '0' : number));
    return { text: version, numbers };
  }
  const [, whole = '', fraction = '', alpha = ''] = DECIMAL.exec(version) ?? [];
  if ((whole === '' && fraction === '') || (alpha !== '' && fraction === '')) throw fail();
  // Of a decimal number each three digits are a number: 1.5 is 1.500, and v1.500.
  const digits = `${fraction}${alpha}`;
  const numbers = [whole === '' ? '0' : whole];
  for (let at = 0; at < digits.length; at += 3) numbers.push(digits.slice(at, at + 3).padEnd(3, '0'));
  return { text: version, numbers };
}

/**
 * Versions of Perl modules, in the order of version.pm (perldoc version, "What IS a version"): decimal numbers, of whose
 * fraction every three digits are a number of their own, and numbers with dots. An underscore makes no difference.
 */
export const perlVersions: VersionScheme = partwise('perl', parse, [
  tokenwise<NumberedVersion, string>({ ...numbersOnly, ...paddedNumbers }),
]);
