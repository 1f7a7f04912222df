import { type StdioOptions, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readShell } from './read-shell.ts';

/** What a shell makes of a text: `c` writes down what it is called with. */
function called(shell: string, texts: readonly string[]): string[][][] {
  const prologue = `c() { for w in "$@"; do printf '%s\\001' "$w"; done; printf '\\002'; } >&3\n`;
  const input = texts.map((text) => `${text}\nprintf '\\003' >&3\n`).join('');
  const stdio: StdioOptions = ['pipe', 'ignore', 'pipe', 'pipe'];
  const { output, status, stderr } = spawnSync(shell, ['-s'], {
    input: prologue + input,
    encoding: 'utf8',
    stdio,
    // What \\u stands for depends on it.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  if (status !== 0) throw new Error(`${shell}: ${stderr.slice(0, 500)}`);
  const runs = (output[3] ?? '').split('\x03').slice(0, -1);
  return runs.map((run) =>
    run
      .split('\x02')
      .slice(0, -1)
      .map((call) => call.split('\x01').slice(0, -1)),
  );
}

/** The calls of `c` that are read from a text. */
function read(text: string): string[][] {
  return readShell(text)
    .commands.filter(({ words }) => words[0]?.literal === 'c')
    .map(({ words }) => words.slice(1).map(({ literal, text: written }) => literal ?? `not literal: ${written}`));
}

const why = (shell: string): string | undefined =>
  spawnSync(shell, ['-c', 'true']).status === 0 ? undefined : `${shell} is not installed`;

const letters = fc.string({ unit: fc.constantFrom(...'abAZ09._-/:=,+%@é😀'), minLength: 1, maxLength: 6 });
const odd = fc.string({ unit: fc.constantFrom(...`ab |&;<>()$*?[]{}~#!^"\\\`\n\t`), maxLength: 8 });
const single = odd.map((text) => `'${text}'`);
const double = odd.map((text) => `"${text.replace(/["$`\\]/g, '\\$&')}"`);
/** A backslash in double quotes that escapes nothing. */
const kept = fc.constantFrom('"a\\bc"', '"\\n"', '"\\\'"', '"\\\n"', '"a\\\nb"', '"\\&"');
const escaped = fc.constantFrom(...` "'$\`\\|&;<>()*?[{}~#\n`).map((character) => `\\${character}`);
const ansi = fc
  .array(
    fc.constantFrom('a', ' ', "\\'", '\\"', '\\\\', '\\n', '\\t', '\\x41', '\\101', '\\u00e9', '\\e', '\\z', '"', '#'),
    { maxLength: 6 },
  )
  .map((parts) => `$'${parts.join('')}'`);

function wordOf(hasAnsi: boolean): fc.Arbitrary<string> {
  const parts = [letters, single, double, kept, escaped, ...(hasAnsi ? [ansi] : [])];
  return fc.array(fc.oneof(...parts), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
}

/** Commands and what can stand around them, without anything that makes a shell skip or repeat one. */
function scriptOf(word: fc.Arbitrary<string>, isBash: boolean): fc.Arbitrary<string> {
  const command = fc.array(word, { maxLength: 3 }).map((words) => ['c', ...words].join(' '));
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const { script } = fc.letrec<{ script: string; part: string }>((tie) => ({
    script: fc
      .tuple(
        fc.array(fc.tuple(tie('part'), fc.constantFrom('; ', ' && ', '\n', ';# note $( \' "\n', ' \\\n; ')), {
          maxLength: 2,
        }),
        tie('part'),
      )
      .map(([parts, last]) => parts.map(([part, joint]) => part + joint).join('') + last),
    part: fc.oneof(
      { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
      command,
      command.map((text) => `A=1 ${text} 2>/dev/null`),
      tie('script').map((text) => `( ${text}\n)`),
      tie('script').map((text) => `{ ${text}\n}`),
      fc.tuple(tie('script'), tie('script')).map(([one, two]) => `if ${one}\nthen ${two}\nfi`),
      tie('script').map((text) => `for i in 1; do ${text}\ndone`),
      tie('script').map((text) => `while ${text}\ndo break; done`),
      fc.tuple(tie('script'), tie('script')).map(([one, two]) => `case x in y) ;; (x|z) ${one}\n${two};; esac`),
      tie('script').map((text) => `f() {\n${text}\n}\nf`),
      tie('script').map((text) => `eval ${quoted(text)}`),
      tie('script').map((text) => `true <<'E O'\n$( \` ' "\nE O\n${text}`),
      // bash takes joined lines of a here-document together even where they stand in quotes of a substitution.
      tie('script').map((text) =>
        isBash && text.includes('\\\n')
          ? text
          : `true <<X${text.length}\na \\$(b) $(\n${text}\n)\nX${text.length}\ntrue`,
      ),
      ...(isBash
        ? [
            tie('script').map((text) => `[[ a == a && ( b || c ) ]] && { ${text}\n}`),
            tie('script').map((text) => `function g {\n${text}\n}; g`),
            tie('script').map((text) => `(( 1 + (2) )); ${text}`),
          ]
        : []),
    ),
  }));
  return script;
}

const settings = { numRuns: 300, seed: 20_261 };

describe.each([
  ['bash', true],
  ['dash', false],
])('%s', (shell, isBash) => {
  it('splits and unquotes words as we do', (context) => {
    context.skip(why(shell) !== undefined, why(shell));
    const lines = fc.sample(
      fc.array(wordOf(isBash), { minLength: 1, maxLength: 5 }).map((words) => `set -f; c ${words.join(' ')}`),
      settings,
    );
    const calls = called(shell, lines);
    for (const [index, line] of lines.entries())
      expect({ line, calls: read(line) }).toEqual({ line, calls: calls[index] });
  });

  it('runs the commands that we read, in the order in which we read them', (context) => {
    context.skip(why(shell) !== undefined, why(shell));
    const scripts = fc.sample(scriptOf(wordOf(isBash), isBash), settings).map((text) => `set -f\n${text}`);
    const ran = called(shell, scripts);
    for (const [index, text] of scripts.entries())
      expect({ text, calls: read(text) }).toEqual({ text, calls: ran[index] });
  });
});
