import { afterEach, describe, expect, it } from 'vitest';
import { writeTemporary } from '../../../test/support/temporary.ts';
import type { RuleSet } from '../../model/check.ts';
import type { FileHeader } from '../../model/file.ts';
import type { Content } from '../content.ts';
import type { ContentType } from '../content-type.ts';
import type { ContentEngine } from '../engine.ts';
import { type YaraEngineOptions, yaraEngine } from './yara-engine.ts';

let engine: ContentEngine | undefined;

afterEach(() => {
  engine?.close?.();
  engine = undefined;
});

function setOf(text: string, more: Partial<RuleSet> = {}): RuleSet {
  return { name: 'own', kind: 'yara', files: [writeTemporary('rules.yar', text)], digest: `sha256:${text}`, ...more };
}

function open(text: string, options: Partial<YaraEngineOptions> = {}): ContentEngine {
  engine = yaraEngine({ set: setOf(text), kind: 'webshell', ...options });
  return engine;
}

function contentOf(text: string, type: ContentType = 'web', start = 0): Content {
  const bytes = Buffer.from(text, 'latin1');
  const header = {
    path: 'srv/www/a.php',
    name: 'a.php',
    type: 'file',
    size: start + bytes.length,
    mode: 0o644,
    uid: 0,
    gid: 0,
    offset: 0,
  } satisfies FileHeader;
  const digest = (): string => '';
  return { header, path: header.path, type, size: header.size, bytes, start, digest };
}

const headerOf = (size: number): FileHeader => ({ ...contentOf('').header, size });

describe('yaraEngine', () => {
  it('tells who says what of which places', () => {
    const text = `rule odd : t1 t2 {
      meta: description = "An odd\u0007 file" author = "Somebody" license = "MIT" reference = "https://example.org" score = 75
      strings: $a = "odd" $b = "even"
      condition: any of them }`;
    const { witnesses, unjudged } = open(text).judge(contentOf('\nx = odd;\n\x1b[2Jeven odd odd odd odd odd'));

    expect(unjudged).toBeUndefined();
    expect(witnesses).toEqual([
      {
        engine: 'yara',
        kind: 'webshell',
        weight: 'strong',
        rule: 'odd',
        set: 'own',
        description: 'An odd  file',
        author: 'Somebody',
        licence: 'MIT',
        reference: 'https://example.org',
        tags: ['t1', 't2'],
        places: [
          { offset: 5, line: 2, excerpt: 'x = odd;' },
          { offset: 14, line: 3, excerpt: '[2Jeven odd odd odd odd odd' },
          { offset: 19, line: 3, excerpt: '[2Jeven odd odd odd odd odd' },
          { offset: 23, line: 3, excerpt: '[2Jeven odd odd odd odd odd' },
          { offset: 27, line: 3, excerpt: '[2Jeven odd odd odd odd odd' },
        ],
      },
    ]);
  });

  it.each<[string, Partial<YaraEngineOptions>, string, ContentType, readonly string[]]>([
    ['a set of others', {}, 'weight = "certain"', 'web', ['strong webshell r']],
    ['a set of others with a low score', {}, 'score = 59', 'web', ['weak webshell r']],
    ['a set of others with a score', {}, 'score = 60', 'web', ['strong webshell r']],
    ['a set of others of other types', {}, 'types = "elf" kind = "malware"', 'web', ['strong webshell r']],
    ['ours', { isOurs: true }, 'id = "an-id" weight = "certain"', 'web', ['certain webshell an-id']],
    ['ours with its confidence', { isOurs: true }, 'confidence = "weak"', 'web', ['weak webshell r']],
    ['ours for such a type', { isOurs: true }, 'types = "script, web"', 'web', ['strong webshell r']],
    ['ours for another type', { isOurs: true }, 'types = "script,webby"', 'web', []],
    ['ours for the other check', { isOurs: true }, 'kind = "malware"', 'web', []],
    ['ours for this check', { isOurs: true, kind: 'malware' }, 'kind = "malware"', 'elf', ['strong malware r']],
    ['ours that is a webshell, for malware', { isOurs: true, kind: 'malware' }, 'kind = "webshell"', 'web', []],
    ['ours that nobody asked for', { isOurs: true, kind: 'malware' }, 'kind = "unwanted"', 'elf', []],
    [
      'ours that is unwanted',
      { isOurs: true, kind: 'malware', unwanted: true },
      'kind = "unwanted"',
      'elf',
      ['strong unwanted r'],
    ],
  ])('weighs a rule of %s', (_, options, meta, type, expected) => {
    const { witnesses } = open(`rule r { meta: ${meta} condition: true }`, options).judge(contentOf('x', type));
    expect(witnesses.map(({ weight, kind, rule }) => `${weight} ${kind} ${rule}`)).toEqual(expected);
  });

  it('tells the licence of the set where a rule tells none', () => {
    const { judge } = open('', { set: setOf('rule r { condition: true }', { licence: 'MIT' }) });
    expect(judge(contentOf('x')).witnesses).toEqual([
      { engine: 'yara', kind: 'webshell', weight: 'strong', rule: 'r', set: 'own', licence: 'MIT' },
    ]);
  });

  it('says nothing of private rules', () => {
    const { judge } = open('private rule p { condition: true } rule r { condition: p }');
    expect(judge(contentOf('x')).witnesses.map(({ rule }) => rule)).toEqual(['r']);
  });

  it('knows the name and the place of a file', () => {
    const { judge } = open(`
      rule name { condition: filename == "a.php" and extension == ".php" and filetype == "PHP" }
      rule place { condition: filepath == "/srv/www" and owner == "root" }`);
    expect(judge(contentOf('x')).witnesses.map(({ rule }) => rule)).toEqual(['name', 'place']);
  });

  it('tells places of a later window of a large file as those of the file', () => {
    const { judge } = open('rule r { strings: $a = "odd" condition: $a and uint8(0) == 0x31 }');
    const text = `1${'-'.repeat(4095)}678odd`;
    const { witnesses } = judge(contentOf(text, 'data', 1000));
    expect(witnesses.map(({ places }) => places?.map(({ offset }) => offset))).toEqual([[1000 + text.indexOf('odd')]]);
  });

  it('wants files of its types that are not empty', () => {
    const { takes } = open('', { types: ['web'] });
    expect([
      takes('web', headerOf(1), false),
      takes('web', headerOf(0), false),
      takes('elf', headerOf(1), false),
    ]).toEqual([true, false, false]);
    expect(open('').takes('elf', headerOf(1), false)).toBe(true);
  });

  it('says that there were more matches than are counted', () => {
    const { judge } = open('rule r { strings: $a = "aa" condition: $a }');
    const { witnesses, unjudged } = judge(contentOf('a'.repeat(3000)));
    expect([witnesses.length, unjudged]).toEqual([1, 'has more matches of a pattern of YARA than are counted']);
  });

  it('says that time ran out', () => {
    const text = 'rule r { condition: for all i in (0..100000000) : ( for all j in (0..100000000) : ( i + j >= 0 ) ) }';
    expect(open(text, { maxSeconds: 1 }).judge(contentOf('x'))).toEqual({
      witnesses: [],
      unjudged: 'took YARA longer than 1 s',
    });
  });

  it('says that its rules are not there, each time', () => {
    const { judge } = open('', { set: { ...setOf(''), files: ['/nowhere/rules.yar'] } });
    const unjudged = "was left out by YARA: ENOENT: no such file or directory, open '/nowhere/rules.yar'";
    expect([judge(contentOf('x')), judge(contentOf('y'))]).toEqual([
      { witnesses: [], unjudged },
      { witnesses: [], unjudged },
    ]);
  });

  it.each([
    ['do not compile', 'rule broken { condition: nothing_of_this_name }'],
    ['import what is not there', 'import "nothing"\nrule broken { condition: nothing.is == 1 }'],
    ['are none', '// rules are to follow\n'],
  ])('says of every file that it is not judged where all rules %s', (_, text) => {
    const engine = open(text);
    for (const content of ['one', 'other']) {
      const { witnesses, unjudged } = engine.judge(contentOf(content));
      expect(witnesses).toEqual([]);
      expect(unjudged).toMatch(/^was left out by YARA: no rule of the set can be used \(.{5,}\)/);
    }
  });

  it('judges where one rule of many is of use', () => {
    const text = 'rule broken { condition: nothing }\nrule good { strings: $a = "odd" condition: $a }';
    expect(open(text).judge(contentOf('odd'))).toMatchObject({ witnesses: [{ rule: 'good' }] });
  });

  it('loads nothing before there is a file', () => {
    expect(() =>
      open('', { set: { ...setOf(''), files: ['/nowhere/rules.yar'] } }).takes('web', headerOf(1), false),
    ).not.toThrow();
  });

  it('shares its rules with another check, until both are done', () => {
    const set = setOf(
      'rule r { meta: kind = "malware" condition: true } rule s { meta: kind = "webshell" condition: true }',
    );
    const other = open('', { set, kind: 'malware', isOurs: true });
    const second = yaraEngine({ set, kind: 'webshell', isOurs: true });
    const content = contentOf('x');
    const said = [other, second].map((one) => one.judge(content).witnesses.map(({ rule }) => rule));
    other.close?.();

    expect(said).toEqual([['r'], ['s']]);
    expect(second.judge(contentOf('y')).witnesses.map(({ rule }) => rule)).toEqual(['s']);
    second.close?.();
  });
});
