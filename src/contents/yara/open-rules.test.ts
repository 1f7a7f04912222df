import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { nativeBackend } from './native-backend.ts';
import { openRules } from './open-rules.ts';
import type { CompiledRules, RuleSources, YaraMatch, YaraOptions } from './yara-rules.ts';

const hasNative = nativeBackend() !== undefined;
const noNative = 'skipped: there is no native YARA-X for this machine';
const engines = hasNative ? (['native', 'wasm'] as const) : (['wasm'] as const);

function sourcesOf(files: Readonly<Record<string, string>>): RuleSources {
  return {
    digest: JSON.stringify(files),
    read: () => Object.entries(files).map(([file, text]) => ({ file, text })),
  };
}

function openWith(
  engine: string,
  files: Readonly<Record<string, string>>,
  options: YaraOptions = {},
  folder?: string,
): CompiledRules {
  vi.stubEnv('DRYDOCK_YARA', engine);
  return openRules(sourcesOf(files), options, folder);
}

const namesOf = (matches: readonly YaraMatch[]): readonly string[] =>
  matches.map(({ rule, namespace }) => `${namespace} ${rule}`);
const scanText = ({ rules }: CompiledRules, text: string): readonly string[] =>
  namesOf(rules.scan(Buffer.from(text)).matches);

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Rules of every kind that both YARA and YARA-X know, of no meaning. */
const plainRules = String.raw`
import "pe"
import "elf"
import "math"
private rule has_head { strings: $head = "head" condition: $head }
rule texts : one two { meta: author = "us" strings: $a = "alpha" nocase $b = "be\x74a" wide ascii $c = "gam" fullword condition: any of them }
rule bytes { strings: $a = { 61 6c [1-3] 68 } $b = { 6? 65 ( 74 | 75 ) } condition: $a or $b }
rule regexes { strings: $a = /he[a-d]{2}d?/ $b = /x{2,3}y/i condition: #a + #b > 1 }
rule xored { strings: $a = "secret" xor(1-3) condition: $a }
rule needs { condition: has_head and filesize < 100 }
rule at_start { strings: $a = "MZ" condition: $a at 0 }
rule magic { condition: uint16(0) == 0x5a4d }
rule program { condition: pe.is_pe }
rule library { condition: elf.type == elf.ET_DYN }
rule loops { strings: $a = "alpha" condition: for any i in (1..#a) : ( @a[i] > 4 ) }
rule counts { strings: $a = "al" $b = "be" condition: #a == 2 and not $b }
rule random { condition: math.entropy(0, filesize) > 3.5 }
rule named { condition: filename contains "x" }
global rule large { condition: filesize > 3 }
`;

const words = [
  'alpha',
  'ALPHA',
  'beta',
  'b\0e\0t\0a\0',
  'gam',
  'ma',
  'head',
  'heab',
  'xxy',
  'XXXY',
  'MZ',
  ' ',
  '\n',
  'al',
  'be',
  'rdbqdu',
  '\x7fELF',
  '\0\xff',
];
const contents = fc
  .array(fc.constantFrom(...words), { minLength: 1, maxLength: 20 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

describe.each(engines)('openRules: %s', (engine) => {
  it('finds rules, their words and their places', () => {
    const { rules, count, losses } = openWith(engine, {
      'a.yar':
        'rule r : t u { meta: author = "me" score = 75 is = true strings: $a = "ab" $ = { 63 ?? } $q = "zz" $p = "ab" private condition: any of them }',
    });
    const { matches, timedOut } = rules.scan(Buffer.from('ab cd ab'));
    rules.close();

    expect({ count, losses, timedOut }).toEqual({ count: 1, losses: [], timedOut: false });
    expect(matches).toEqual([
      {
        rule: 'r',
        namespace: 'a.yar',
        tags: ['t', 'u'],
        meta: { author: 'me', score: 75, is: true },
        patterns: [
          { identifier: '$a', offset: 0, length: 2 },
          { identifier: '$a', offset: 6, length: 2 },
          { identifier: '$', offset: 3, length: 2 },
        ],
        flooded: [],
      },
    ]);
  });

  it('loses what is wrong, what needs it, and nothing else', () => {
    const text = [
      'import "magic"',
      'import "pe"',
      'include "/etc/passwd"',
      'rule good { condition: true }',
      'rule unknown { condition:',
      '  nothing }',
      'rule needs { condition: unknown }',
      'rule needs_more { condition: needs and good }',
      'rule module { condition: magic.type() == "x" }',
      'rule unused { strings: $a = "abc" condition: true }',
      'rule look { strings: $a = /a(?=b)/ condition: $a }',
      'rule open { strings: $a = "x',
      ' condition: $a }',
      'rule good { condition: false }',
      'rule relaxed { strings: $a = /f\\g{/ condition: not $a }',
      'rule also { condition: good and not pe.is_pe }',
      'what is this',
    ].join('\n');
    const compiled = openWith(engine, { 'a.yar': text });
    const found = scanText(compiled, 'abc');
    compiled.rules.close();

    expect(found).toEqual(['a.yar good', 'a.yar relaxed', 'a.yar also']);
    expect([compiled.count, compiled.lost]).toEqual([3, 8]);
    expect(
      compiled.losses
        .map(({ rule, line, reason }) => `${line} ${rule ?? '-'}: ${reason}`)
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)),
    ).toEqual([
      '1 -: the module magic is not known',
      '3 -: includes are not followed out of the set: /etc/passwd',
      '6 unknown: unknown identifier `nothing`: this identifier has not been declared',
      '7 needs: it needs the rule unknown, which is not there',
      '8 needs_more: it needs the rule needs, which is not there',
      '9 module: it needs the module magic, which is not known',
      '10 unused: unused pattern `$a`: this pattern was not used in the condition',
      '11 look: invalid regular expression: look-around, including look-ahead and look-behind, is not supported',
      '12 open: it has a string, a comment or a regular expression that does not end',
      '14 good: it has the name of another rule of the file',
      '17 -: not understood: what',
    ]);
  });

  it('keeps rules of one name from several files apart', () => {
    const compiled = openWith(engine, {
      'a.yar': 'private rule p { condition: filesize > 3 } rule r { condition: p }',
      'b.yar': 'private rule p { condition: filesize > 6 } rule r { condition: p } rule pe { condition: r }',
      'c.yar': 'global rule g { condition: filesize > 9 } rule r { condition: true // all\n}',
      'd/d.yar': 'include "../b.yar"\nimport "pe" rule d { condition: p and not pe.is_pe }',
    });
    const found = ['abcd', 'abcdefg', 'abcdefghij'].map((text) => scanText(compiled, text));
    compiled.rules.close();

    expect(compiled.losses).toEqual([]);
    expect(found[0]).toEqual(['a.yar r']);
    expect(found[1]).toEqual(['a.yar r', 'b.yar r', 'b.yar pe', 'd/d.yar d']);
    expect(found[2]).toEqual(['a.yar r', 'b.yar r', 'b.yar pe', 'c.yar g', 'c.yar r', 'd/d.yar d']);
  });

  it('gives no name twice', () => {
    const rule = (name: string): string => `rule ${name} { condition: true }`;
    const files = { 'a.yar': rule('r__2'), 'b.yar': rule('r'), 'c.yar': rule('r'), 'd.yar': rule('r') + rule('r__2') };
    const compiled = openWith(engine, { ...files, 'e.yar': rule('filename') });
    const found = scanText(compiled, 'abc');
    compiled.rules.close();

    expect(found).toEqual(['a.yar r__2', 'b.yar r', 'c.yar r', 'd.yar r', 'd.yar r__2', 'e.yar filename']);
  });

  it('follows includes that go in circles', () => {
    const compiled = openWith(engine, {
      'a.yar': 'include "b.yar" rule a { condition: true }',
      'b.yar': 'include "a.yar" rule b { condition: true }',
    });
    compiled.rules.close();

    expect([compiled.count, compiled.losses]).toEqual([2, []]);
  });

  it('answers the same, divided by what files begin with or not', () => {
    const some = Array.from({ length: 150 }, (_, i) => `rule any${i} { strings: $a = "word${i}" condition: $a }`);
    const windows = Array.from(
      { length: 40 },
      (_, i) => `rule w${i} { condition: uint16(0) == 0x5a4d and filesize == ${i} }`,
    );
    const linux = Array.from({ length: 40 }, (_, i) => `rule l${i} { condition: uint32(0) == 0x464c457f and any${i} }`);
    const both = [
      'rule both { condition: uint16(0) == 0x5a4d or uint32be(0) == 0x7f454c46 }',
      'rule zip { condition: uint16be(0) == 0x504b }',
    ];
    const compiled = openWith(engine, { 'a.yar': [...some, ...windows, ...linux, ...both].join('\n') });
    const found = ['MZ345', '\x7fELF word3', 'PK word3', 'word39 word1'].map((text) =>
      scanText(compiled, text).toSorted(),
    );
    compiled.rules.close();

    expect(compiled.count).toBe(232);
    expect(found).toEqual([
      ['a.yar both', 'a.yar w5'],
      ['a.yar any3', 'a.yar both', 'a.yar l3'],
      ['a.yar any3', 'a.yar zip'],
      ['a.yar any1', 'a.yar any3', 'a.yar any39'],
    ]);
  });

  it('takes any name of a file for a string', () => {
    const compiled = openWith(engine, {
      'a.yar':
        'rule r { condition: filename == "a\\x00b" } rule s { condition: filename == "" } rule t { condition: filename == "1x" }',
    });
    const found = ['a\0b', '12', '-3', 'TRUE', '1x', '\ud800', 'ü'].map((filename) =>
      namesOf(compiled.rules.scan(Buffer.from('x'), { filename }).matches),
    );
    compiled.rules.close();

    expect(found).toEqual([['a.yar r'], ['a.yar s'], ['a.yar s'], ['a.yar s'], ['a.yar t'], [], []]);
  });

  it('says when there are more matches than it counts', () => {
    const { rules } = openWith(
      engine,
      { 'a.yar': 'rule r { strings: $a = "aa" $b = "b" condition: any of them }' },
      { maxMatches: 3 },
    );
    const { matches } = rules.scan(Buffer.from('aaaaaaaaaab'));
    rules.close();

    expect(matches[0]?.patterns.map(({ identifier, offset }) => `${identifier} ${offset}`)).toEqual([
      '$a 0',
      '$a 1',
      '$a 2',
      '$b 10',
    ]);
    expect(matches[0]?.flooded).toEqual(['$a']);
  });

  it('looks at the bytes of a part of memory alone', () => {
    const { rules } = openWith(engine, { 'a.yar': 'rule r { strings: $a = "ab" condition: $a }' });
    const memory = new Uint8Array(Buffer.from('ab xaby ab'));
    const { matches } = rules.scan(memory.subarray(3, 7));
    rules.close();

    expect(matches[0]?.patterns).toEqual([{ identifier: '$a', offset: 1, length: 2 }]);
  });

  it('finds nothing in nothing', () => {
    const { rules } = openWith(engine, { 'a.yar': 'rule r { condition: true }' });
    expect(rules.scan(Buffer.alloc(0))).toEqual({ matches: [], timedOut: false });
    rules.close();
  });

  it('finds nothing with no rules', () => {
    const compiled = openWith(engine, { 'a.yar': 'rule r { condition: x }', 'empty.yar': '' });
    expect([compiled.count, compiled.lost, compiled.rules.scan(Buffer.from('abc'))]).toEqual([
      0,
      1,
      { matches: [], timedOut: false },
    ]);
    compiled.rules.close();
  });

  it('ends a rule that takes too long, and goes on', () => {
    const loops =
      'rule r { condition: uint8(0) == 0x61 and for all i in (0..100000000) : ( for all j in (0..100000000) : ( i + j >= 0 ) ) }';
    const { rules } = openWith(
      engine,
      { 'a.yar': `${loops}\nrule s { condition: uint8(0) == 0x62 }` },
      { maxSeconds: 2 },
    );
    const answers = ['a', 'b', 'a', 'b'].map((text) => rules.scan(Buffer.from(text)));
    rules.close();

    expect(answers.map(({ timedOut, matches }) => [timedOut, matches.length])).toEqual([
      [true, 0],
      [false, 1],
      [true, 0],
      [false, 1],
    ]);
  });
});

describe('both engines', () => {
  let both: readonly CompiledRules[];
  beforeAll(() => {
    both = engines.map((engine) => openWith(engine, { 'a.yar': plainRules }));
  });
  afterAll(() => {
    for (const { rules } of both) rules.close();
  });

  it.skipIf(!hasNative)(`give the same answers (${noNative})`, () => {
    expect(both.map(({ count, losses }) => [count, losses])).toEqual([
      [15, []],
      [15, []],
    ]);
    fc.assert(
      fc.property(contents, fc.constantFrom('x.php', 'y'), (bytes, filename) => {
        const [native, wasm] = both.map(({ rules }) => rules.scan(bytes, { filename }));
        expect(native).toEqual(wasm);
      }),
      { numRuns: 60 },
    );
  });

  const hasYara = spawnSync('yara', ['--version']).status === 0;
  it.skipIf(!hasYara)('find what the program yara finds (skipped: it is not installed)', () => {
    const file = writeTemporary('rules.yar', plainRules);
    const folder = temporaryFolder();
    const samples = fc.sample(contents, { numRuns: 200, seed: 1 });
    for (const [at, bytes] of samples.entries()) writeFileSync(path.join(folder, `${at}`), bytes);
    const { stdout, stderr } = spawnSync('yara', ['-w', '-s', '-L', '-N', '-d', 'filename=', file, folder], {
      encoding: 'latin1',
    });
    const found = new Map<string, string[]>();
    let sample = '';
    let rule = '';
    for (const line of stdout.trimEnd().split('\n')) {
      const match = /^0x([0-9a-f]+):(\d+):(\$\w*)/.exec(line);
      if (match === null) [rule, sample] = [line.split(' ')[0] as string, path.basename(line)];
      const told = match === null ? rule : `${rule} ${match[3]} ${Number.parseInt(match[1] as string, 16)} ${match[2]}`;
      found.set(sample, [...(found.get(sample) ?? []), told]);
    }

    expect([stderr, found.size > 100]).toEqual(['', true]);
    const { rules } = both[0] as CompiledRules;
    for (const [at, bytes] of samples.entries()) {
      const ours = rules
        .scan(bytes)
        .matches.flatMap(({ rule: name, patterns }) => [
          name,
          ...patterns.map(({ identifier, offset, length }) => `${name} ${identifier} ${offset} ${length}`),
        ]);
      expect([at, ours.toSorted()]).toEqual([at, (found.get(`${at}`) ?? []).toSorted()]);
    }
  });
});

describe.skipIf(!hasNative)(`what was compiled (${noNative})`, () => {
  const rules = {
    'a.yar': 'rule a { condition: true } rule bad { condition: x }',
    'b.yar': 'rule a { condition: filesize > 2 }',
  };
  const expected = ['a.yar a', 'b.yar a'];
  const inFolder = (folder: string): CompiledRules => openWith('native', rules, {}, folder);
  const fileIn = (folder: string): string => path.join(folder, readdirSync(folder)[0] as string);

  it('is taken up again, with its losses', () => {
    const folder = path.join(temporaryFolder(), 'a/b');
    const first = inFolder(folder);
    const second = inFolder(folder);

    expect([first.cached, second.cached]).toEqual([false, true]);
    expect([second.count, second.lost, second.losses]).toEqual([first.count, first.lost, first.losses]);
    expect([scanText(first, 'abc'), scanText(second, 'abc')]).toEqual([expected, expected]);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
  });

  it('is not taken for other rules', () => {
    const folder = temporaryFolder();
    inFolder(folder);
    const other = openWith('native', { 'a.yar': 'rule z { condition: true }' }, {}, folder);

    expect([other.cached, scanText(other, 'abc')]).toEqual([false, ['a.yar z']]);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('is compiled anew wherever it is damaged', () => {
    const folder = temporaryFolder();
    inFolder(folder);
    const file = fileIn(folder);
    const sound = readFileSync(file);
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(sound);
        damaged[at]! ^= change;
        writeFileSync(file, damaged);
        expect(scanText(inFolder(folder), 'abc')).toEqual(expected);
        expect(readFileSync(file).equals(damaged)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('is compiled anew where its end is missing', () => {
    const folder = temporaryFolder();
    inFolder(folder);
    const file = fileIn(folder);
    const sound = readFileSync(file);
    for (const length of [0, 10, 100, 300, sound.length - 1]) {
      writeFileSync(file, sound.subarray(0, length));
      expect(scanText(inFolder(folder), 'abc')).toEqual(expected);
    }
  });

  it('is not taken from a file that others may write', () => {
    const folder = temporaryFolder();
    inFolder(folder);
    chmodSync(fileIn(folder), 0o620);

    expect(inFolder(folder).cached).toBe(false);
    expect(inFolder(folder).cached).toBe(true);
  });

  it.each(['/proc/nowhere', '/dev/null/nowhere'])('is not kept where nothing can be written: %s', (folder) => {
    expect(scanText(inFolder(folder), 'abc')).toEqual(expected);
  });

  it('is compiled where a folder has its name', () => {
    const folder = temporaryFolder();
    inFolder(folder);
    const name = readdirSync(folder)[0] as string;
    const other = temporaryFolder();
    mkdirSync(path.join(other, name));

    expect(scanText(inFolder(other), 'abc')).toEqual(expected);
    expect(readdirSync(other)).toEqual([name]);
  });

  it('is given up for what is younger', () => {
    const folder = temporaryFolder();
    const one = (at: number): CompiledRules =>
      openWith('native', { 'a.yar': `rule a${at} { condition: true }` }, {}, folder);
    for (let at = 0; at < 34; at++) one(at);

    expect(readdirSync(folder)).toHaveLength(32);
    expect(one(33).cached).toBe(true);
  });
});
