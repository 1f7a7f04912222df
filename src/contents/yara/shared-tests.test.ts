import { describe, expect, it } from 'vitest';
import { operandsOf, readCondition } from './condition-operands.ts';
import { sharedTests } from './shared-tests.ts';

function testsOf(condition: string): readonly string[] {
  const words = readCondition(condition, 0, condition.length);
  return sharedTests(words, operandsOf(words)).map(({ from, to, test }) => `${condition.slice(from, to)} -> ${test}`);
}

describe('sharedTests', () => {
  it.each<[string, readonly string[]]>([
    ['uint16(0) == 0x5A4D', ['uint16(0) == 0x5A4D -> uint16(0)==23117']],
    ['( uint16( 0 )==23117 ) and $a', ['uint16( 0 )==23117 -> uint16(0)==23117']],
    [
      'filesize < 1MB and ($a or not uint32be(0x10) != 1)',
      ['filesize < 1MB -> filesize<1MB', 'not uint32be(0x10) != 1 -> not uint32be(16)!=1'],
    ],
    ['uint32(uint32(0x3c)) == 0x4550', ['uint32(uint32(0x3c)) == 0x4550 -> uint32(uint32(60))==17744']],
    ['not (uint16(0) == 1 or filesize > 2)', ['uint16(0) == 1 -> uint16(0)==1', 'filesize > 2 -> filesize>2']],
    // What is undefined of a short file stays so behind a denial.
    ['not (uint16(0) == 1)', []],
    ['not not uint16(0) == 1', []],
    ['defined uint16(0)', []],
    ['defined (uint16(0) == 1)', []],
    ['uint16(0) == 1 + 1', []],
    ['1 + uint16(0) == 1', []],
    ['uint16(0) == uint16(2)', []],
    ['uint16(@a[1]) == 1', []],
    ['1 of (uint16(0) == 1, $a)', []],
    ['for any i in (1..2) : (uint16(0) == 1)', []],
    ['uint16(0) == 99999999999999999999', []],
    ['$a at 0 and filesize', []],
  ])('of %s', (condition, expected) => {
    expect(testsOf(condition)).toEqual(expected);
  });
});
