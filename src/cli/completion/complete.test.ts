import { describe, expect, it } from 'vitest';
import { type OptionSpec, optionTable, reportFormats } from '../../config/options.ts';
import type { Command } from '../command.ts';
import { loadCommands } from '../commands/index.ts';
import { parseCommandLine } from '../program.ts';
import { complete } from './complete.ts';

const known = new Map([['checks', ['all', 'end-of-life', 'evasion']]] as const);
const commands = await loadCommands();
const at = (...line: readonly string[]) => complete(line, commands, known);

/** Lines up to where Tab is pressed, and what is offered there; a text: what the shell looks for itself. */
const offers: readonly (readonly [line: string, expected: readonly string[] | 'files' | 'folders'])[] = [
  ['sc', ['scan']],
  ['-q --color never d', ['db', 'demo', 'diff', 'doctor']],
  ['--c', ['--color', '--config']],
  ['db ', ['build', 'export', 'import', 'keygen', 'pull', 'push', 'status', 'update']],
  ['-f json db up', ['update']],
  ['db update deb', ['debian-tracker']],
  ['db update debian-tracker alpine-s', ['alpine-secdb']],
  ['db import ', 'files'],
  ['help d', ['db', 'demo', 'diff', 'doctor']],
  ['completion ', ['bash', 'fish', 'zsh']],
  ['scan i', 'files'],
  ['scan image.tar no', 'files'],
  ['scan - i', 'files'],
  ['scan -- i', 'files'],
  ['scan oci-dir:la', 'files'],
  ['scan --require', ['--require-complete']],
  ['scan --format ', [...reportFormats].sort()],
  ['layers --format ', ['json', 'table']],
  ['scan --format sarif=n', 'files'],
  ['scan --format=sarif=n', 'files'],
  ['scan --format=js', ['json']],
  ['checks -f m', ['markdown']],
  ['scan --fail-on h', ['high']],
  ['scan -s high,c', ['critical']],
  ['scan --severity=high,low,', ['critical', 'medium', 'negligible', 'unknown']],
  ['scan --checks e', ['end-of-life', 'evasion']],
  ['scan -o ', [...reportFormats].sort()],
  ['scan --output=ta', ['table']],
  ['scan -o json=n', 'files'],
  ['scan --output=json=n', 'files'],
  ['scan --db i', 'files'],
  ['scan --cache-dir ', 'folders'],
  ['scan --exit-code ', []],
  ['layers --force', []],
  ['analyze-local-images --min', ['--minimum-severity']],
  ['analyze-local-images --color a', ['always', 'auto']],
  ['analyze-local-images --color never i', 'files'],
  ['explain v', ['versions']],
  ['explain CVE-2024-1 i', 'files'],
  [
    'explain versions ',
    [
      'alpm',
      'apk',
      'bitnami',
      'composer',
      'conan',
      'cran',
      'deb',
      'gem',
      'go',
      'hackage',
      'homebrew',
      'julia',
      'luarocks',
      'maven',
      'nuget',
      'opam',
      'perl',
      'pub',
      'pypi',
      'rpm',
      'semver',
    ],
  ],
  ['explain versions deb ', []],
];

describe('complete', () => {
  it.each(offers)('%s', async (line, expected) => {
    const { kind, words } = await at(...line.split(' '));
    if (typeof expected === 'string') expect({ kind, words }).toEqual({ kind: expected, words: [] });
    else {
      expect(kind).toMatch(/space/);
      const typed = line.slice(line.lastIndexOf(' ') + 1).replace(/[^=,]*$/, '');
      const offered = words.map(([word]) => word.replace(/=$/, ''));
      for (const word of offered) expect(word).toMatch(new RegExp(`^${typed}`));
      expect(offered.map((word) => word.slice(typed.length)).toSorted()).toEqual(expected.toSorted());
    }
  });

  const paths = (list: readonly Command[], parents: readonly string[] = []): (readonly string[])[] =>
    list.flatMap((command) => {
      const path = [...parents, command.name];
      return [path, ...paths(command.commands ?? [], path)];
    });

  it.each(paths(commands).map((path) => [path.join(' '), path] as const))(
    '%s: flags that it takes',
    async (_, path) => {
      const command = path.reduce<Command | undefined>(
        (above, name) => (above?.commands ?? commands).find((one) => one.name === name),
        undefined,
      )!;
      const isGroup = command.commands !== undefined && path[0] !== 'explain';
      const rest = isGroup ? ['-h'] : ['a', 'b', 'c'].slice(0, command.arguments.length);
      const { words } = await at(...path, '-');
      expect(new Set(words.map(([word]) => word)).size).toBe(words.length);
      for (const [flag, description] of words) {
        expect(description).toMatch(/^[^`\n]+\.$/);
        if (!flag.startsWith('--')) continue;
        const spec = (optionTable as Readonly<Record<string, OptionSpec>>)[flag.slice(2)];
        const { words: values } = await at(...path, flag, '');
        const needs = spec === undefined ? flag !== '--help' : spec.kind !== 'switch';
        const line = [...path, needs ? `${flag}=${values[0]?.[0].replace(/=$/, '=x') ?? '1'}` : flag];
        await expect(parseCommandLine([...line, ...rest])).resolves.toBeDefined();
      }
    },
  );
});
