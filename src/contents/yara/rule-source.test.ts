import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRuleSource } from './rule-source.ts';

const namesOf = (text: string): readonly string[] =>
  readRuleSource(text).rules.map(({ name, flaw }) => (flaw === undefined ? name : `${name}: ${flaw}`));

describe('readRuleSource', () => {
  it.each<[string, string, readonly string[]]>([
    ['two rules', 'rule a { condition: true } rule b { condition: true }', ['a', 'b']],
    ['rules without a blank', 'rule a{condition:true}rule b{condition:true}', ['a', 'b']],
    ['a brace in a string', 'rule a { strings: $a = "}" condition: $a } rule b { condition: a }', ['a', 'b']],
    [
      'a quote behind a backslash',
      String.raw`rule a { strings: $a = "\"}" condition: $a } rule b { condition: a }`,
      ['a', 'b'],
    ],
    [
      'a backslash behind a backslash',
      String.raw`rule a { strings: $a = "\\" condition: $a } rule b { condition: a }`,
      ['a', 'b'],
    ],
    [
      'a brace in a regular expression',
      'rule a { strings: $a = /x}"/ condition: $a } rule b { condition: a }',
      ['a', 'b'],
    ],
    [
      'a slash in a regular expression',
      String.raw`rule a { strings: $a = /x\/}/ condition: $a } rule b { condition: a }`,
      ['a', 'b'],
    ],
    [
      'a regular expression behind an operator',
      'rule a { condition: filename matches /}/ } rule b { condition: a }',
      ['a', 'b'],
    ],
    [
      'a regular expression as an argument',
      'rule a { condition: pe.exports(/}/i) } rule b { condition: a }',
      ['a', 'b'],
    ],
    ['a division', 'rule a { condition: filesize / 2 > 3 and (1) / 2 == 0 } rule b { condition: a }', ['a', 'b']],
    ['bytes', 'rule a { strings: $a = { 7d ?? [2-4] ( 01 | 02 ) } condition: $a } rule b { condition: a }', ['a', 'b']],
    [
      'bytes with a comment',
      'rule a { strings: $a = { 7d // }\n 7b } condition: $a } rule b { condition: a }',
      ['a', 'b'],
    ],
    ['a rule in a comment', '/* rule no { condition: true } */ // rule no {\nrule a { condition: true }', ['a']],
    [
      'a slash and a star in a string',
      'rule a { strings: $a = "/*" condition: $a } rule b { condition: true }',
      ['a', 'b'],
    ],
    [
      'two slashes in a string',
      'rule a { strings: $a = "http://x" condition: $a } rule b { condition: true }',
      ['a', 'b'],
    ],
    ['tags', 'rule a : x y { condition: true }', ['a']],
    ['words before a rule', 'global private rule a { condition: true } private rule b { condition: true }', ['a', 'b']],
    ['a byte order mark', '\ufeffrule a { condition: true }', ['a']],
    [
      'a rule that is not closed',
      'rule a { condition: true\nrule b { condition: true }',
      ['a: is not closed before the next rule begins', 'b'],
    ],
    [
      'a private rule behind one that is not closed',
      'rule a { condition: true\nprivate rule b { condition: true }',
      ['a: is not closed before the next rule begins', 'b'],
    ],
    ['a private pattern', 'rule a { strings: $a = "x" private condition: $a } rule b { condition: true }', ['a', 'b']],
    ['the end of the text in a rule', 'rule a { condition: (', ['a: is not closed']],
    [
      'a string without an end',
      'rule a { strings: $a = "x\n condition: $a }\nrule b { condition: true }',
      ['a: has a string, a comment or a regular expression that does not end', 'b'],
    ],
    ['a comment without an end', 'rule b { condition: true } rule a { condition: true } /* ', ['b', 'a']],
    [
      'a string that is not UTF-8',
      'rule a { strings: $a = "x\ufffd" condition: $a } rule b { meta: m = "\ufffd" condition: true }',
      ['a: has a string that is not UTF-8', 'b'],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(namesOf(text)).toEqual(expected);
  });

  it('tells where the parts of a rule are', () => {
    const text =
      '\n// first\nglobal private rule a : t {\n  strings: $a = /b/i\n  condition:\n    $a and other.b and c\n}';
    const [rule] = readRuleSource(text).rules;

    expect(rule).toMatchObject({ name: 'a', isGlobal: true, isPrivate: true, line: 3 });
    expect(text.slice(rule!.start, rule!.end)).toBe(text.slice(text.indexOf('global')));
    expect(text.slice(rule!.condition!.from, rule!.condition!.to).trim()).toBe('$a and other.b and c');
    expect(rule!.words.map(({ word }) => word)).toEqual(['and', 'other', 'and', 'c']);
    expect(rule!.regexes.map(({ from, to }) => text.slice(from, to))).toEqual(['/b/i']);
  });

  it('tells statements and what it does not understand', () => {
    const { statements, strays, rules } = readRuleSource(
      'import "pe"\ninclude "./a/b.yar"\nsomething else\nrule a { condition: true }\n}\nrule { condition: true }\nimport x',
    );

    expect(statements).toEqual([
      { kind: 'import', value: 'pe', line: 1 },
      { kind: 'include', value: './a/b.yar', line: 2 },
    ]);
    expect(strays.map(({ text, line }) => `${line}: ${text}`)).toEqual([
      '3: something',
      '5: }',
      '6: rule',
      '6: {',
      '7: import',
      '7: x',
    ]);
    expect(rules.map(({ name }) => name)).toEqual(['a']);
  });

  it('loses no rule to one that is damaged anywhere', () => {
    const good = 'rule good { strings: $a = "x" condition: $a }\n';
    const bad = 'rule bad : tag { meta: m = "1" strings: $a = /x{2}/ $b = { 01 ?? } condition: $a or /* c */ $b }';
    fc.assert(
      fc.property(fc.nat(bad.length), fc.nat(6), (at, length) => {
        const damaged = `${bad.slice(0, at)}${bad.slice(at + length)}\n`;
        // What opens a comment over lines hides what follows, as it does for YARA; `/*/` is no whole one.
        const opens = damaged.indexOf('/*');
        fc.pre(opens < 0 || damaged.includes('*/', opens + 2));
        const sound = readRuleSource(`${good}${damaged}${good}`).rules.filter(({ flaw }) => flaw === undefined);
        expect(sound.filter(({ name }) => name === 'good')).toHaveLength(2);
      }),
    );
  });

  it('reads any text', () => {
    const pieces = [
      'rule',
      ' ',
      'a',
      '{',
      '}',
      '"',
      '/',
      '*',
      '\\',
      '\n',
      'condition',
      ':',
      'import',
      '$',
      '(',
      '[',
      'ü',
    ];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (source) => {
        for (const { start, end, condition } of readRuleSource(source).rules) {
          expect(start < end && end <= source.length).toBe(true);
          if (condition !== undefined) expect(start < condition.from && condition.from <= condition.to).toBe(true);
        }
      }),
    );
  });
});
