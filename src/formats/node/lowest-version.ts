/**
 * The lowest version that a range of npm allows (github.com/npm/node-semver, "Ranges"): `^1.2` is 1.2.0, `>1.0.0` is
 * 1.0.1, `2.x || 1.x` is 1.0.0. A plain version is itself. Undefined for a tag, a URL, a path, and for a range without a
 * lower end (`*`, `<2`), which says of no version that it is wanted.
 */
export function lowestVersion(range: string): string | undefined {
  if (range.length > 500) return undefined;
  const lowest = range.split('||').map(lowestOfSet);
  if (lowest.includes(undefined)) return undefined;
  return (lowest as readonly Lowest[]).reduce((a, b) => (isLower(b, a) ? b : a)).text;
}

interface Lowest {
  readonly numbers: readonly [number, number, number];
  readonly prerelease: string;
  readonly text: string;
}

const COMPARATOR =
  /^(\^|~>?|>=?|<=?|=)?v?(\d{1,16})(?:\.(\d{1,16}|[xX*]))?(?:\.(\d{1,16}|[xX*]))?(-[\w.-]+)?(\+[\w.-]+)?$/;

/** Of comparators that must all hold. */
function lowestOfSet(text: string): Lowest | undefined {
  const hyphen = /^\s*(\S+)\s+-\s+\S+\s*$/.exec(text);
  const words =
    hyphen === null
      ? text
          .trim()
          .replace(/([<>=^~])\s+/g, '$1')
          .split(/\s+/)
      : [hyphen[1]!];
  let lowest: Lowest | undefined;
  for (const word of words) {
    const found = COMPARATOR.exec(word);
    if (found === null) return undefined;
    const one = lowestOf(found);
    if (one !== undefined && (lowest === undefined || isLower(lowest, one))) lowest = one;
  }
  return lowest;
}

function lowestOf([, operator = '', ...parts]: RegExpExecArray): Lowest | undefined {
  if (operator.startsWith('<')) return undefined;
  const [major, minor, patch] = parts.slice(0, 3).map((part) => (/^\d/.test(part ?? '') ? Number(part) : undefined));
  const [prerelease = '', build = ''] = parts.slice(3);
  let numbers: [number, number, number] = [major ?? 0, minor ?? 0, patch ?? 0];
  if (operator === '>' && prerelease === '') {
    if (minor === undefined) numbers = [numbers[0] + 1, 0, 0];
    else if (patch === undefined) numbers = [numbers[0], minor + 1, 0];
    else numbers = [numbers[0], minor, patch + 1];
  }
  const after = operator === '>' && prerelease !== '' ? `${prerelease}.0` : prerelease;
  const exact = operator === '' || operator === '=';
  return { numbers, prerelease: after, text: `${numbers.join('.')}${after}${exact ? build : ''}` };
}

function isLower(a: Lowest, b: Lowest): boolean {
  for (const [index, number] of a.numbers.entries()) {
    if (number !== b.numbers[index]) return number < b.numbers[index]!;
  }
  if (a.prerelease === b.prerelease) return false;
  return a.prerelease !== '' && (b.prerelease === '' || a.prerelease < b.prerelease);
}
