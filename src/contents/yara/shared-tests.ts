import type { ConditionWords, Operand } from './condition-operands.ts';

/** A test that many rules make: of the first bytes of a file or of its size. */
export interface SharedTest {
  /** Where in the text of the file of rules it stands. */
  readonly from: number;
  readonly to: number;
  /** Written the same way wherever it stands. */
  readonly test: string;
}

const NUMBER = '(?:0x[0-9a-f]{1,12}|\\d{1,12})';
const COMPARISON = '(?:==|!=|[<>]=?)';
const BYTES = `uint(?:8|16|32)(?:be)?`;
const TEST = new RegExp(
  `^(not )?(?:${BYTES}\\((?:${NUMBER}|uint(?:16|32)\\(${NUMBER}\\))\\)${COMPARISON}${NUMBER}|filesize${COMPARISON}${NUMBER}(?:KB|MB)?)$`,
  'i',
);

/**
 * Operands that say the same of a file in whatever rule they stand. The compiler looks for no such thing across rules; a
 * private rule that is judged once and named by the others takes a file less time and the compiler less code.
 */
export function sharedTests({ words, places }: ConditionWords, operands: readonly Operand[]): readonly SharedTest[] {
  const tests: SharedTest[] = [];
  for (const { from, to, core, isDenied } of operands) {
    const first = words[core.from] as string;
    if (first !== 'filesize' && !first.startsWith('uint')) continue;
    // What a denial makes of what is undefined is a part of the test.
    if (isDenied && (core.from - from > 1 || core.to !== to)) continue;
    const test = `${isDenied ? 'not ' : ''}${words.slice(core.from, core.to).join('')}`;
    if (!TEST.test(test)) continue;
    // Hexadecimal digits may be written either way.
    const same = test.replaceAll(/0x[0-9a-f]+/gi, (digits) => String(Number(digits)));
    const { 0: start, 1: end } = [places[isDenied ? from : core.from], places[core.to - 1]];
    if (start !== undefined && end !== undefined) tests.push({ from: start.from, to: end.to, test: same });
  }
  return tests;
}
