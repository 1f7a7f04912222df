import { describe, expect, it } from 'vitest';
import { readCondition } from './condition-operands.ts';
import { requiredStart } from './required-start.ts';

const startsOf = (condition: string): readonly string[] | undefined => {
  const starts = requiredStart(readCondition(condition, 0, condition.length));
  return starts && [...starts];
};

describe('requiredStart', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['uint16(0) == 0x5A4D', ['MZ']],
    ['uint16be(0) == 0x4d5a and filesize < 1MB', ['MZ']],
    ['filesize < 1MB and ( uint32(0) == 0x464c457f ) and any of them', ['\x7fELF']],
    ['uint32be(0) == 0x7f454c46 or (uint16(0) == 0x5a4d and $a)', ['\x7fELF', 'MZ']],
    ['(uint16(0) == 23117 // a comment\n) and $a', ['MZ']],
    ['uint8(0x0) == 0x4d and $a', ['M']],
    ['pe.number_of_sections == 3 and $a', ['MZ']],
    ['pe.imports("a.dll", "b") and $a', ['MZ']],
    ['for any of them : ( $ at 0 and uint16(0) == 1 ) and uint16(0) == 0x5a4d', ['MZ']],
    ['uint16(0) == 0x5a4d and ($a or $b)', ['MZ']],
    ['pe.imphash() == "0123" and $a', ['MZ']],
    ['pe.version_info["CompanyName"] contains "x"', ['MZ']],
    ['pe.is_dll() == true', ['MZ']],
    ['pe.is_pe == false', undefined],
    ['pe.imports("a") == 0', undefined],
    ['pe.imports("a") == pe.imports("b")', undefined],
    ['pe.imports("a") < 2', undefined],
    ['pe.imports("a") != 1', undefined],
    ['pe.imports("a") == #b', undefined],
    ['pe.imports("a") + 1 == 1', undefined],
    ['uint16(0) == 0x5a4d or $a', undefined],
    ['uint16(0) == 0x5a4d and $a or $b', undefined],
    ['not uint16(0) == 0x5a4d', undefined],
    ['not (uint16(0) == 0x5a4d)', undefined],
    ['uint16(0) != 0x5a4d', undefined],
    ['uint16(1) == 0x5a4d', undefined],
    ['uint16(0) == 0x5a4d + 1', undefined],
    ['uint8(0) == 0x5a4d', undefined],
    ['uint16($a) == 0x5a4d', undefined],
    ['not pe.is_dll() and $a', undefined],
    ['pe.is_dll() == not true', undefined],
    ['defined pe.entry_point', undefined],
    ['any of them', undefined],
    ['', undefined],
    [`${'('.repeat(1000)}uint16(0) == 0x5a4d${')'.repeat(1000)}`, undefined],
  ])('of %s is %j', (condition, expected) => {
    expect(startsOf(condition)).toEqual(expected);
  });
});
