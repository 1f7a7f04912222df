import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { noVariables } from './backend.ts';
import { nativeBackend } from './native-backend.ts';
import { openRules } from './open-rules.ts';

const native = nativeBackend();
const noNative = 'skipped: there is no native YARA-X for this machine';
const limits = { maxMatches: 100, maxSeconds: 60 };

/** So many that they are divided; none of them matches. */
const fillers = Array.from({ length: 200 }, (_, i) => `rule filler${i} { strings: $a = "filler ${i}" condition: $a }`);

const operands = [
  '$a',
  '$b',
  '$a at 0',
  '#a > 1',
  'any of ($a, $b)',
  'uint16(0) == 0x5a4d',
  'uint16(0) == 0x5A4D',
  'uint16(0) != 23117',
  'uint32be(0) == 0x7f454c46',
  'uint16be(0) == 0x3c3f',
  'uint8(0) > 70',
  'uint32(uint32(0x3c)) == 0x4550',
  'uint16(0) == uint16(2)',
  'filesize < 100',
  'filesize\n  >= 5',
  'filesize == 1KB',
  'defined uint32(0)',
  'pe.is_pe',
  'pe.number_of_sections == 0',
  'pe.number_of_sections\n == 1',
  'pe.number_of_signatures > 0',
  'pe.machine == pe.MACHINE_I386',
  'pe.characteristics & pe.DLL',
  'pe.entry_point',
  'pe.imports("kernel32.dll")',
  'pe.imports("kernel32.dll") == 0',
  'pe.imphash() == "d41d8cd98f00b204e9800998ecf8427e"',
  'pe.sections[0].name == ".text"',
  'pe.sections[0].name matches /t.x./',
  'pe.version_info["CompanyName"] contains "x"',
  'pe.sections.len() == 0',
  '$a at pe.entry_point',
  '#b > pe.number_of_sections',
  'for any i in (0 .. pe.number_of_sections) : (pe.sections[i].name == ".text" or true)',
  'for none i in (0..pe.number_of_sections - 1) : (pe.sections[i].name == ".data")',
  'for all i in (0..pe.number_of_sections - 1) : (true)',
  'for any s in pe.sections : (s.name == ".text" or true)',
  'for all s in pe.sections : (s.name == ".text")',
  'for any k, v in pe.version_info : (k == v or true)',
  'defined pe.number_of_sections',
  'not defined pe.number_of_sections',
  'dotnet.is_dotnet',
  'dotnet.number_of_streams == 0',
  'math.max(filesize, 10) == 10',
  '1 of ($b, uint16(0) == 0x5a4d)',
  'named',
];

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom(...operands) },
    { weight: 2, arbitrary: fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `${a} and ${b}`) },
    { weight: 2, arbitrary: fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `${a} or ${b}`) },
    { weight: 2, arbitrary: tie('condition').map((one) => `(${one})`) },
    { weight: 1, arbitrary: tie('condition').map((one) => `not ${one}`) },
  ),
}));

const modules = 'import "pe"\nimport "dotnet"\nimport "math"\n';

/** A rule with those patterns that its condition uses. */
function ruleOf(name: string, text: string): string {
  const strings = [...(/[$#]a/.test(text) ? ['$a = "alpha"'] : []), ...(/[$#]b/.test(text) ? ['$b = "beta"'] : [])];
  return `rule ${name} { ${strings.length > 0 ? `strings: ${strings.join(' ')}` : ''} condition: ${text} }`;
}

/** A program of Windows with one section, as small as the library reads one. */
function programOf(tail: string): Buffer {
  const bytes = Buffer.alloc(0x1b8);
  bytes.write('MZ', 0);
  bytes.writeUInt32LE(0x40, 0x3c);
  bytes.write('PE\0\0', 0x40);
  bytes.writeUInt16LE(0x14c, 0x44);
  bytes.writeUInt16LE(1, 0x46);
  bytes.writeUInt16LE(0xe0, 0x54);
  bytes.writeUInt16LE(0x2102, 0x56);
  bytes.writeUInt16LE(0x10b, 0x58);
  bytes.writeUInt32LE(16, 0xb4);
  bytes.write('.text', 0x138);
  return Buffer.concat([bytes, Buffer.from(tail)]);
}

const files = [
  programOf(''),
  programOf('alpha beta alpha'),
  'MZ',
  'MZ alpha',
  'MZ beta beta, no program',
  'M',
  'alpha',
  'beta alpha alpha',
  '\x7fELF\x02\x01\x01 alpha',
  '<?php beta',
  `#!${' '.repeat(200)}alpha`,
  ' '.repeat(1024),
].map((file) => Buffer.from(file as string, 'latin1'));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.skipIf(native === undefined)(`divided rules (${noNative})`, () => {
  it('match what each of them matches alone', () => {
    vi.stubEnv('DRYDOCK_YARA', 'native');
    const named = 'rule named { condition: pe.number_of_sections == 1 or uint8(0) == 0x3c }';
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 30 }), (conditions) => {
        const rules = conditions.map((text, at) => ruleOf(`r${at}`, text));
        const isNamed = rules.some((rule) => rule.includes('named'));
        const own = isNamed ? [named, ...rules] : rules;
        const text = `${modules}${[...fillers, ...own].join('\n')}`;
        const compiled = openRules({ digest: '', read: () => [{ file: 'a.yar', text }] }, limits);
        expect(compiled.losses).toEqual([]);
        const found = files.map((file) => compiled.rules.scan(file).matches.map(({ rule }) => rule));

        for (const [at, rule] of rules.entries()) {
          // Without the words of denial YARA-X 1.20 derives demands on a file from conditions that do not make them.
          const plain = ruleOf(`r${at}`, `not not (${conditions[at]})`);
          const alone = native?.compile(`${modules}${isNamed ? named : ''}\n${plain}`, limits);
          if (alone === undefined || 'length' in alone) throw new Error(`${rule}: ${JSON.stringify(alone)}`);
          const expected = files.map((file) => alone.scan(file, noVariables)?.some(({ name }) => name === `r${at}`));
          expect([rule, found.map((names) => names.includes(`r${at}`))]).toEqual([rule, expected]);
        }
      }),
      { numRuns: 60, examples: [[operands], [operands.map((operand) => `not ${operand}`)]] },
    );
  });

  it('are lost on the lines they have, whatever was put in before', () => {
    vi.stubEnv('DRYDOCK_YARA', 'native');
    const lost = 'rule lost { condition:\npe.number_of_sections\n== 1 or uint16(0)\n== 1 or\nabsent }';
    const text = `${modules}${fillers.join('\n')}\n${lost}\nrule other { condition: uint16(0) == 1 }`;
    const { losses } = openRules({ digest: '', read: () => [{ file: 'a.yar', text }] }, limits);

    const line = 3 + fillers.length + 5;
    expect(losses.map(({ rule, line }) => [rule, line])).toEqual([['lost', line]]);
  });
});
