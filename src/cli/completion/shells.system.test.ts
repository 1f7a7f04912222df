import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, runDrydock, runProgram } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';

const folder = temporaryFolder();
for (const file of ['image.tar', 'notes.txt']) writeFileSync(path.join(folder, file), '');
mkdirSync(path.join(folder, 'layout'));

/** The program is asked at each Tab. */
const programs = `${projectRoot}:${process.env['PATH']}`;

type Shell = 'bash' | 'zsh' | 'fish';

/** Lines up to where Tab is pressed, and what is offered there: one of each kind. complete.test.ts has all. */
const offers: readonly (readonly [line: string, expected: readonly string[], only?: readonly Shell[]])[] = [
  ['drydock sc', ['scan']],
  ['drydock --c', ['--color', '--config']],
  ['drydock -f json db up', ['update']],
  ['drydock scan i', ['image.tar']],
  ['drydock scan -- i', ['image.tar']],
  ['drydock scan oci-dir:la', ['layout'], ['bash', 'zsh']],
  ['drydock scan --format sarif=n', ['notes.txt']],
  ['drydock scan --format=sarif=n', ['notes.txt']],
  ['drydock scan --format=js', ['json']],
  ['drydock scan --severity=high,low,', ['critical', 'medium', 'negligible', 'unknown']],
  ['drydock scan --output=ta', ['table']],
  ['drydock scan --cache-dir ', ['layout']],
  ['drydock scan --exit-code ', []],
];

/** Words as readline makes them: those that it breaks words at are words too. */
function readlineWords(line: string): readonly string[] {
  return line.split(' ').flatMap((word) => (word === '' ? [''] : word.split(/([=:]+)/).filter((part) => part !== '')));
}

/** Calls the function as readline does, and does what it would do on `compopt`. */
const bash = `
source "$1"; shift
compopt() { if [[ $1 == -o ]]; then how+=" $2"; fi; }
for line; do
  IFS=$'\\t' read -ra COMP_WORDS <<<"$line"
  if [[ $line == *$'\\t' ]]; then COMP_WORDS+=(''); fi
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) how=
  typed=\${COMP_WORDS[COMP_CWORD]}
  if [[ $typed == [=:] ]]; then typed=; fi
  _drydock drydock
  printf '%s\\n' "\${COMPREPLY[@]}"
  if [[ $how == *' default'* ]]; then compgen -f -- "$typed"; fi
  if [[ $how == *' dirnames'* ]]; then compgen -d -- "$typed"; fi
  echo '====='
done`;

const fish = `
source $argv[1]
for line in $argv[2..]
  complete -C $line
  echo '====='
end`;

/** A zsh at a terminal that prints what its completion adds to the list. */
const zshAtTerminal = `
PROMPT=
autoload -Uz compinit && compinit -u -D
source $1
bindkey '^M' undefined
bindkey '^I' complete-word
compadd() {
  local -a hits
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  builtin compadd -A hits "$@"
  print -rl -- 'HIT '\${^hits}
  builtin compadd "$@"
}
finish() { compstate[insert]= compstate[list]=; print END; comppostfuncs=(finish) }
comppostfuncs=(finish)
print READ""Y
`;
const zsh = `
zmodload zsh/zpty
zpty terminal zsh -f -i
zpty -w terminal "set -- \${(q)1}; source \${(q)2}"
zpty -r terminal output '*READY*'
for line in "\${@[3,-1]}"; do
  zpty -w -n terminal $'\\025'$line$'\\t'
  zpty -r terminal output '*END*'
  print -r -- $output | tr -d '\\r' | sed -n 's/.*HIT //p'
  print -r -- '====='
done
zpty -d terminal`;

async function has(shell: string): Promise<boolean> {
  return (await runProgram(shell, ['--version']).catch(() => undefined))?.status === 0;
}

const shells: readonly Shell[] = ['bash', 'zsh', 'fish'];
const installed = new Map(await Promise.all(shells.map(async (shell) => [shell, await has(shell)] as const)));

async function write(shell: Shell, startedAs = 'drydock'): Promise<string> {
  const { stdout, stderr, status } = await runDrydock(['completion', shell], {
    environment: { DRYDOCK_STARTED_AS: startedAs },
  });
  expect([status, stderr]).toEqual([0, '']);
  const file = path.join(temporaryFolder(), 'script');
  writeFileSync(file, stdout);
  return file;
}

async function run(shell: Shell, script: string, words: readonly string[]): Promise<string> {
  const noSettings = {
    bash: ['--norc', '-c', script, 'bash'],
    zsh: ['-f', '-c', script, 'zsh'],
    fish: ['--no-config', '-c', script],
  };
  const { stdout, stderr } = await runProgram(shell, [...noSettings[shell], ...words], {
    folder,
    environment: { HOME: temporaryFolder(), TERM: 'xterm', PATH: programs },
  });
  expect(stderr).toBe('');
  return stdout;
}

/** What a shell offers behind each line, as it prints it. */
async function ask(shell: Shell, lines: readonly string[]): Promise<readonly string[]> {
  const file = await write(shell);
  if (shell === 'bash')
    return (await run(shell, bash, [file, ...lines.map((l) => readlineWords(l).join('\t'))])).split('=====\n');
  if (shell === 'fish') return (await run(shell, fish, [file, ...lines])).split('=====\n');
  const settings = path.join(temporaryFolder(), 'settings');
  writeFileSync(settings, zshAtTerminal);
  return (await run(shell, zsh, [file, settings, ...lines])).split('=====\n');
}

/** Shells differ in what they repeat of the word that is typed, and in what they add to what they offer. */
function normalise(answer: string, line: string): string[] {
  const word = line.slice(line.lastIndexOf(' ') + 1);
  const list = word.replace(/[^=:,]*$/, '');
  const repeated = [list, list.replace(/^.*[=:]/, '')];
  const found = answer.split('\n').map((hit) => {
    const [text = ''] = hit.split('\t');
    const before = repeated.find((part) => text.startsWith(part)) ?? '';
    return text.slice(before.length).replace(/[/=]$/, '');
  });
  return [...new Set(found)].filter((hit) => hit !== '').toSorted();
}

describe.each(shells)('%s', (shell) => {
  describe.skipIf(installed.get(shell) !== true)(`(skipped where ${shell} is not installed)`, async () => {
    const rows = offers.filter(([, , only]) => only === undefined || only.includes(shell));
    const answers =
      installed.get(shell) === true
        ? await ask(
            shell,
            rows.map(([line]) => line),
          )
        : [];

    it.each(rows.map(([line, expected], i) => [line, expected, answers[i]] as const))(
      '%s',
      (line, expected, answer) => {
        expect(normalise(answer ?? 'nothing came', line)).toEqual(expected.toSorted());
      },
    );

    it('finds nothing wrong with the script', async () => {
      const { status, stderr } = await runProgram(shell, ['-n', await write(shell)]);
      expect([status, stderr]).toEqual([0, '']);
    });
  });
});

describe('the name that the program was started by', () => {
  const ways = {
    bash: 'source "$1"; complete -p dry-2',
    zsh: 'autoload -Uz compinit && compinit -u -D; source $1; print $_comps[dry-2]',
    fish: `source $argv[1]; complete -c dry-2`,
  };
  const expected: Readonly<Record<Shell, string>> = {
    bash: 'complete -F _dry_2 dry-2\n',
    zsh: '_dry_2\n',
    fish: "complete --no-files dry-2 -a '(__dry_2)'\n",
  };

  for (const shell of shells) {
    it.skipIf(installed.get(shell) !== true)(`in ${shell} (skipped where that is not installed)`, async () => {
      expect(await run(shell, ways[shell], [await write(shell, '/opt/tools/dry-2')])).toBe(expected[shell]);
    });
  }

  it('is refused where a shell would have to quote it', async () => {
    const result = await runDrydock(['completion', 'bash'], { environment: { DRYDOCK_STARTED_AS: './my dock' } });
    expect([result.status, result.stderr]).toEqual([
      2,
      'drydock: shells cannot complete a command of the name "my dock".\n',
    ]);
  });
});

const script = await runProgram('script', ['--version']).catch(() => undefined);

describe.skipIf(script?.stdout.includes('util-linux') !== true)(
  'at a terminal (skipped: no script of util-linux)',
  () => {
    it('bash completes what is typed', async () => {
      const typed = [`source ${await write('bash')}`, 'drydock sc\t--severity=high,cr\t -o js\tno\ti\t', 'exit'];
      const { stdout } = await runProgram('script', ['-qec', 'bash --norc -i', '/dev/null'], {
        folder,
        input: `${typed.join('\n')}\n`,
        environment: { TERM: 'dumb', SHELL: '/bin/sh', PATH: programs },
      });
      expect(stdout).toContain('# drydock scan --severity=high,critical -o json=notes.txt image.tar ');
    });
  },
);
