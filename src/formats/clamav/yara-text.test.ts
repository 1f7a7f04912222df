import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasShared, readShared, sharedAbsent, sharedPath } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { YaraWriter } from './yara-text.ts';

const hasYara = spawnSync('yara', ['--version']).status === 0;
const absent = `${sharedAbsent}, or the program yara is not installed, where skipped`;

interface Expected {
  readonly signatures: readonly { readonly name: string; readonly matches: readonly string[] }[];
}

function convert(): { text: string; conversion: YaraWriter['conversion'] } {
  const pieces: string[] = [];
  const writer = new YaraWriter((text) => pieces.push(text));
  for (const name of readdirSync(sharedPath('fixtures/clamav/db/main')).sort()) {
    writer.addFile(name, readShared(`fixtures/clamav/db/main/${name}`).toString('latin1').trimEnd().split('\n'));
  }
  return { text: pieces.join(''), conversion: writer.conversion };
}

describe('YaraWriter', () => {
  it.each([
    ['T.A:0:*:4d4152??4b{2-4}4142(41|4243)', '{ 4d 41 52 ?? 4b [2-4] 41 42 ( 41 | 42 43 ) }', '$a'],
    [
      'T.B:1:EP-4,8:4d41524b',
      '{ 4d 41 52 4b }',
      'uint16(0) == 0x5a4d and $a in (pe.entry_point - 4..pe.entry_point - 4 + 8)',
    ],
    ['T.C:0:EOF-10:4d41*524b', '{ 4d 41 [0-] 52 4b }', '$a at filesize - 10'],
    [
      'T.D:6:SL+2:4d!(41)524b',
      '{ 4d ~41 52 4b }',
      'uint32(0) == 0x464c457f and $a at elf.sections[elf.number_of_sections - 1].offset + 2',
    ],
  ])('%s', (line, pattern, condition) => {
    let text = '';
    new YaraWriter((piece) => {
      text += piece;
    }).addFile('a.ndb', [line]);

    expect(text).toContain(`$a = ${pattern}\n`);
    expect(text).toContain(`condition:\n    ${condition}\n`);
  });

  it.each([
    ['a.ndb', 'T.A:7:*:4d41524b', 'target 7'],
    ['a.ndb', 'T.B:0:*:(L)4d41524b', 'neighbours of a pattern'],
    ['a.ndb', 'T.C:0:*:4d41!(41|42)524b', 'negated alternatives'],
    ['a.ldb', 'T.D;Target:0;0&1;4d41;0(>>1#ib1#=1)', 'comparisons of bytes'],
    ['a.cdb', 'T.E:*:*:a:*:*:*:*:*:*', 'members of archives'],
  ])('%s %s is left out: %s', (file, line, reason) => {
    const writer = new YaraWriter(() => {});
    writer.addFile(file, [line]);

    expect(writer.conversion).toEqual({ rules: 0, left: { [reason]: 1 }, malformed: 0 });
  });

  it('writes no text of a name that YARA would read as its own', () => {
    let text = '';
    const writer = new YaraWriter((piece) => {
      text += piece;
    });
    writer.addFile('a.ndb', ['x" condition } rule y { a = "\\:0:*:4d41524b']);

    expect(text).toContain('clamav = "x\\" condition } rule y { a = \\"\\\\"\n');
  });

  it.skipIf(!hasShared || !hasYara)(`says of files what ClamAV says of them (${absent})`, () => {
    const { text, conversion } = convert();
    const rules = writeTemporary('rules.yar', text);
    const truth = new Set<string>();
    const written = new Set([...text.matchAll(/clamav = "(.*)"/g)].map((match) => match[1]!));
    const expected = JSON.parse(readShared('fixtures/clamav/expected.json').toString()) as Expected;
    for (const { name, matches } of expected.signatures) {
      if (written.has(name)) for (const input of matches) truth.add(`${input}: ${name}`);
    }
    const found = new Set<string>();
    // Archives, pages and texts are more to ClamAV than their bytes.
    const inputs = [
      'bytes.bin',
      'sparse.bin',
      'big.bin',
      'wide.bin',
      'pe32.bin',
      'pe64.bin',
      'elf64.bin',
      'image.png',
      'image.gif',
    ];
    for (const input of inputs) {
      const run = spawnSync('yara', ['-w', '-m', rules, sharedPath(`fixtures/clamav/inputs/${input}`)], {
        encoding: 'utf8',
      });
      expect(run.stderr).toBe('');
      for (const [, name] of run.stdout.matchAll(/clamav="([^"]*)"/g)) found.add(`${input}: ${name}`);
    }
    const wanted = [...truth].filter((match) => inputs.includes(match.split(':')[0]!));

    expect({
      missing: wanted.filter((match) => !found.has(match)),
      extra: [...found].filter((match) => !truth.has(match)),
    }).toEqual({ missing: [], extra: [] });
    expect(conversion.rules).toBeGreaterThan(150);
    expect(readFileSync(rules).length).toBeGreaterThan(10_000);
  });
});
