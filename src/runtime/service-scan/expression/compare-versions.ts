import { ExpressionError } from './value.ts';

/**
 * Whether a version keeps all limits, such as `>= 1.2`, `< 2.0`, `1.3`. Versions are numbers with points, and what follows a
 * dash comes before the release itself (https://semver.org/#spec-item-11, with any number of numbers).
 * @throws ExpressionError for what is no version
 */
export function compareVersions(version: string, limits: readonly string[]): boolean {
  const mine = read(version);
  return limits
    .flatMap((limit) => limit.split(','))
    .every((limit) => {
      const parts = /^\s*(>=|<=|!=|==|=|>|<|~>)?\s*([\w.+-]{1,100})\s*$/.exec(limit);
      if (parts === null) throw new ExpressionError(`${limit} limits no version`);
      const other = read(parts[2]!);
      const order = compare(mine, other);
      switch (parts[1]) {
        case '>=':
          return order >= 0;
        case '<=':
          return order <= 0;
        case '>':
          return order > 0;
        case '<':
          return order < 0;
        case '!=':
          return order !== 0;
        case '~>':
          return (
            order >= 0 &&
            mine.numbers.slice(0, -1).every((one, at) => at >= other.numbers.length - 1 || one === other.numbers[at])
          );
        default:
          return order === 0;
      }
    });
}

interface Version {
  readonly numbers: readonly number[];
  readonly before: string;
}

function read(text: string): Version {
  const parts = /^v?(\d{1,15}(?:\.\d{1,15}){0,20})(?:[-.]?([\w.-]{0,100}))?(?:\+[\w.+-]{0,100})?$/.exec(text.trim());
  if (parts === null) throw new ExpressionError(`${text.slice(0, 50)} is no version`);
  return { numbers: parts[1]!.split('.').map(Number), before: parts[2] ?? '' };
}

function compare(a: Version, b: Version): number {
  for (let at = 0; at < Math.max(a.numbers.length, b.numbers.length); at++) {
    const order = (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
    if (order !== 0) return order;
  }
  if (a.before === b.before) return 0;
  if (a.before === '') return 1;
  if (b.before === '') return -1;
  return a.before < b.before ? -1 : 1;
}
