import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCounted, readShell } from './read-shell.ts';

/** Whatever a reader might look at more than once, in one another, or without an end. */
const pieces = [
  ...'$( "$( ( { ` \\` <( >( $(( (( ((a) ${ ${a:- ${# " \' $\' $" <<A <<< > < [[ a=( @( !( a@(b ; ;; & && | || |& ) } # \\'.split(
    ' ',
  ),
  ...'if then else fi for in do done while case esac f() function time coproc ! {a, {a,b} eval sudo xargs find'.split(
    ' ',
  ),
  ...[
    '\t',
    '\n',
    '\\\n',
    '<<-A\n',
    'a ',
    'a;',
    '`a` ',
    "sh -c 'a;' ",
    'eval "a" ',
    'env -S ',
    'find -exec ',
    'trap a ',
  ],
  ...['echo a | sh; ', 'cat <<A\n$(b)\nA\n', '((1) ); ', 'a $(b) c\n', 'é\u202e\0\x1b'],
];

const rough = fc
  .array(fc.oneof(fc.constantFrom(...pieces, ' ', ' ', '\n'), fc.string({ unit: 'binary', maxLength: 5 })), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));

describe('a text of any kind', () => {
  it('is read, and everything found in it has its place there', () => {
    fc.assert(
      fc.property(rough, (text) => {
        const { commands, oddities } = readShell(text);
        const lines = text.split('\n').length;
        const isPlace = (offset: number, end: number): boolean =>
          Number.isInteger(offset) && 0 <= offset && offset <= end && end <= text.length;

        for (const [index, command] of commands.entries()) {
          expect(command.index).toBe(index);
          expect(isPlace(command.offset, command.end)).toBe(true);
          expect(command.line).toBe(text.slice(0, command.offset).split('\n').length);
          expect(command.line).toBeLessThanOrEqual(lines);
          const words = [...command.words, ...command.wrappers.flatMap((wrapper) => wrapper.words)];
          for (const word of words) {
            expect(isPlace(word.offset, word.end)).toBe(true);
            expect((word.pieces ?? []).length > 0).toBe(word.literal === undefined);
          }
          for (const { host } of command.within) if (host !== undefined) expect(commands[host]).toBeDefined();
        }
        for (const { offset } of oddities) expect(isPlace(offset, offset)).toBe(true);
      }),
      { numRuns: 3000, seed: 20_261 },
    );
  });

  it.each(pieces)('takes %j again and again in time linear in its length', (piece) => {
    for (const around of [piece, `${piece} `, `a ${piece}`, `${piece}\n`]) {
      const text = around.repeat(Math.ceil(20_000 / around.length));
      const { steps } = readCounted(text, { limits: { words: 1e9, commands: 1e9 } });

      // Nested expressions are looked through once a level, and there are sixty.
      expect(steps / text.length).toBeLessThan(130);
    }
  });

  it('takes every two things again and again in time linear in its length', () => {
    for (const one of pieces) {
      for (const two of pieces) {
        const text = (one + two).repeat(Math.ceil(600 / (one.length + two.length)));
        expect({ one, two, isFew: readCounted(text).steps / text.length < 130 }).toEqual({ one, two, isFew: true });
      }
    }
  });

  it('takes a line of a mebibyte whole, and says so where it is longer', () => {
    const line = `${`echo ${'a'.repeat(120)}; `.repeat(8191)}echo a;`;

    expect(line.length).toBeGreaterThan(1_040_000);
    expect(readShell(line).commands.length).toBe(8192);
    expect(readShell(line).incomplete).toBeUndefined();
    expect(readShell(`${line}${' '.repeat(9000)} curl`).incomplete).toBe('longer than 1048576 characters');
  });
});
