import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignmentAt } from './assignment.ts';
import { mayBeAssigned, mayBeToken, mayHaveLogin } from './bytes-at.ts';

const pieces = fc.constantFrom(
  ...[
    'a',
    'Key',
    '_',
    '-',
    '.',
    '"',
    "'",
    '`',
    '\\',
    '=',
    ':',
    '=>',
    ' ',
    '\t',
    '\n',
    '<',
    '>',
    ',',
    ')',
    ']',
    '?',
    '+',
  ],
  ...['|', '\0', 'é', 'value', '-value', '--', '12345', '@', '/', '#', '<string>', 'name', '${'],
);
const texts = fc.array(pieces, { maxLength: 12 }).map((list) => list.join(''));

describe('mayBeAssigned', () => {
  it('holds wherever a value is given to a name', () => {
    fc.assert(
      fc.property(texts, texts, (before, behind) => {
        const text = `${before}key${behind}`;
        const bytes = Buffer.from(text, 'latin1');
        const said = assignmentAt(text, before.length);
        if (said !== undefined) expect(mayBeAssigned(bytes, before.length)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['key\0', 'key)', 'key', 'key(x)', 'keys.append'])('does not hold of %j', (text) => {
    expect(mayBeAssigned(Buffer.from(text), 0)).toBe(false);
  });
});

describe('mayHaveLogin', () => {
  it.each([
    ['user:pass@host', true],
    [':pass@host', true],
    ['user:p:a/s?s#@host', true],
    ['host/path:x@y', false],
    ['user@host', false],
    ['user:pass host@', false],
    ['user:pass', false],
    [`${'u'.repeat(100)}:${'p'.repeat(300)}@h`, true],
  ])('%j: %j', (text, may) => {
    expect(mayHaveLogin(Buffer.from(text), 0)).toBe(may);
  });
});

describe('mayBeToken', () => {
  it.each([
    ['abcdef012345', true],
    ['abcdef01234', false],
    ['abcdef01234 ', false],
    ['ab:cd=+/~_-.', true],
    ['abcdef\0abcdef', false],
  ])('%j: %j', (text, may) => {
    expect(mayBeToken(Buffer.from(text), 0)).toBe(may);
  });
});
