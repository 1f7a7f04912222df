import { describe, expect, it } from 'vitest';
import { operandsOf, readCondition } from './condition-operands.ts';
import { withoutPrograms } from './without-programs.ts';

function without(condition: string): string | undefined {
  const words = readCondition(condition, 0, condition.length);
  const edits = withoutPrograms(words, operandsOf(words), new Set(['pe', 'elf']));
  return edits?.reduceRight(
    (text, { from, to, text: other }) => text.slice(0, from) + other + text.slice(to),
    condition,
  );
}

describe('withoutPrograms', () => {
  it.each<[string, string | undefined]>([
    ['pe.imphash() == "0123" or all of them', '(false) or all of them'],
    ['3 of them and not pe.imphash() == "0123"', '3 of them and (false)'],
    ['$a and not pe.number_of_signatures > 0', '$a and (false)'],
    ['(uint16(0) == 0x5a4d and (pe.exports("a") or $x)) or $y', '(uint16(0) == 0x5a4d and ((false) or $x)) or $y'],
    ['$a at pe.entry_point or $b', '(false and $a) or $b'],
    ['for any i in (0..pe.number_of_sections) : (pe.sections[i].name == "x") or $b', '(false) or $b'],
    ['for any s in pe.sections : (s.name == "x") or $b', '(false) or $b'],
    ['$a', undefined],
    ['$a and not pe.exports("a")', undefined],
    ['$a and pe.number_of_sections == 1 or elf.type == 1', undefined],
    ['$a and defined pe.entry_point', undefined],
    ['$a and not (pe.exports("a"))', undefined],
    ['#a in (0..pe.entry_point) == 2 or for any of ($x*) : ($ at pe.entry_point)', undefined],
    ['for all s in pe.sections : (s.name == "x") or $b', undefined],
  ])('of %s is %j', (condition, expected) => {
    expect(without(condition)).toBe(expected);
  });
});
