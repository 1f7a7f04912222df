import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import { parseCondition } from './parse-condition.ts';

const text = (value: string, quoted = false) => ({ kind: 'text', text: value, quoted });
const field = (name: string, argument?: string) => ({
  name,
  transformers: [],
  ...(argument !== undefined && { argument }),
});

/** The condition with a pair of parentheses around everything. */
function show(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return `(${condition.parts.map(show).join(` ${condition.kind} `)})`;
    case 'not':
      return `!${show(condition.part)}`;
    case 'macro':
      return condition.name;
    case 'exists':
      return `${condition.field.name}?`;
    case 'compare':
      return `${condition.field.name}${condition.operator}${condition.operands.map((one) => (one.kind === 'text' ? one.text : one.name)).join(',')}`;
  }
}

describe('parseCondition', () => {
  it.each([
    ['and binds more than or', 'a or b and c', '(a or (b and c))'],
    ['parentheses', '(a or b) and c', '((a or b) and c)'],
    ['not binds most', 'not a and b', '(!a and b)'],
    ['not before parentheses without a blank', 'not(a or b)', '!(a or b)'],
    ['twice not is nothing', 'not not a', 'a'],
    ['blanks of all kinds', '\n a\n\tand  b ', '(a and b)'],
    ['signs without blanks', 'proc.name=sh and evt.num<=3', '(proc.name=sh and evt.num<=3)'],
    ['== is =', 'proc.name == sh', 'proc.name=sh'],
    ['a list of nothing', 'proc.name in ()', 'proc.namein'],
    ['a list', 'proc.name in (a,b , c)', 'proc.nameina,b,c'],
    ['a list by its name', 'proc.name in shells', 'proc.nameinshells'],
    ['names that begin as operators', 'andy or notable and intern', '(andy or (notable and intern))'],
    ['exists', 'proc.pname exists and a', '(proc.pname? and a)'],
    ['a path', 'fd.name startswith /etc/cron.d/', 'fd.namestartswith/etc/cron.d/'],
    ['a bracket in a value', 'proc.name = runc:[0:PARENT]', 'proc.name=runc:[0:PARENT]'],
    ['a backslash', String.raw`proc.args endswith \)`.slice(0, -1), String.raw`proc.argsendswith\ `.trim()],
    ['a field on the right', 'proc.name = val(proc.pname)', 'proc.name=proc.pname'],
  ])('%s', (_, condition, expected) => {
    expect(show(parseCondition(condition))).toBe(expected);
  });

  it('reads what stands in brackets', () => {
    expect(parseCondition('proc.aname[2]=sh')).toMatchObject({ field: field('proc.aname', '2') });
    expect(parseCondition('container.mount.dest[/var/run/docker.sock] != "N/A"')).toMatchObject({
      field: field('container.mount.dest', '/var/run/docker.sock'),
      operands: [text('N/A', true)],
    });
  });

  it('reads transformers from the outside in', () => {
    expect(parseCondition('tolower(basename(proc.exe)) = sh')).toMatchObject({
      field: { name: 'proc.exe', transformers: ['tolower', 'basename'] },
    });
  });

  it.each([
    [String.raw`"a\"b"`, 'a"b'],
    [String.raw`'a\'b'`, "a'b"],
    [String.raw`"a\\b"`, String.raw`a\b`],
    [String.raw`"\t\n"`, '\t\n'],
    [String.raw`"\ "`, '\\'],
    [String.raw`"\x41"`, 'A'],
    [`"it's (one), two"`, "it's (one), two"],
  ])('reads the quoted text %s', (quoted, expected) => {
    expect(parseCondition(`proc.name = ${quoted}`)).toMatchObject({ operands: [text(expected, true)] });
  });

  it.each([
    ['', /expected/],
    ['a and', /expected/],
    ['(a', /closing parenthesis/],
    ['a)', /the end is expected/],
    ['a b', /the end is expected/],
    ['proc.name', /an operator is expected after proc.name/],
    ['proc.name =', /a value is expected/],
    ['proc.name in (a', /comma or a closing parenthesis/],
    ['proc.name = "a', /not closed/],
    [String.raw`proc.name = "\q"`, /no escape/],
    ['proc.aname[2 = a', /closing bracket/],
    ['tolower(proc.name = a', /closing parenthesis/],
    ['tolower(a) = a', /a field is expected/],
    ['in (a)', /expected before in/],
    ['= a', /expected/],
    [`${'('.repeat(200)}a${')'.repeat(200)}`, /too deeply/],
    ['a '.repeat(40_000), /longer than/],
  ])('refuses %j', (condition, message) => {
    expect(() => parseCondition(condition)).toThrow(message);
  });

  it('tells the place of a mistake', () => {
    try {
      parseCondition('proc.name = sh and evt.type >');
      expect.unreachable();
    } catch (error) {
      expect((error as ConditionError).offset).toBe(29);
    }
  });

  it('fails on hostile text in no other way, and in no time', () => {
    const pieces = [
      '(',
      ')',
      'and',
      'or',
      'not',
      ' ',
      '"',
      "'",
      '\\',
      'proc.name',
      '=',
      'in',
      ',',
      'a',
      '[',
      ']',
      '\n',
      'tolower(',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (words) => {
        try {
          parseCondition(words.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(ConditionError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
