/** More digits than this are an error of Python's int() (sys.int_info.default_max_str_digits). */
const MAX_DIGITS = 4300;

/**
 * The key of PUT and GET, which is whatever Python's int() takes for a number: `01`, `+1` and `1_0` are 1, 1 and 10, blanks around
 * are none, and what stands behind a NUL is not read (PyLong_FromString). Undefined where loading ends with an error.
 * @returns a text where it is too large to be told apart as a number
 */
export function memoKey(line: string): number | string | undefined {
  const [text = ''] = line.split('\0', 1);
  const [, sign, digits] = /^[ \t\n\v\f\r]*([+-]?)(\d+(?:_\d+)*)[ \t\n\v\f\r]*$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const plain = digits.replaceAll('_', '');
  if (plain.length > MAX_DIGITS) return undefined;
  const value = Number(plain);
  if (sign === '-' && value !== 0) return undefined;
  return Number.isSafeInteger(value) ? value : plain.replace(/^0+/, '');
}
