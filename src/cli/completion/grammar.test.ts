import { describe, expect, it } from 'vitest';
import { reportFormats } from '../../config/options.ts';
import type { Command } from '../command.ts';
import { loadCommands } from '../commands/index.ts';
import { parseCommandLine } from '../program.ts';
import { type CompletionFlag, completionGrammar, type Offer } from './grammar.ts';

const knowledge = { words: new Map([['checks', ['all', 'evasion']]] as const) };
const commands = await loadCommands();
const grammar = await completionGrammar(commands, knowledge);

const at = (path: string) => grammar.find((command) => command.path.join(' ') === path)!;

function flag(path: string, name: string): CompletionFlag | undefined {
  return at(path).flags.find(({ long }) => long === `--${name}`);
}

describe('completionGrammar', () => {
  it('has the program, all its commands and theirs', () => {
    const paths = (list: readonly Command[], parents: readonly string[]): string[] =>
      list.flatMap((command) => {
        const path = [...parents, command.name];
        return [path.join(' '), ...paths(command.commands ?? [], path)];
      });
    expect(grammar.map(({ path }) => path.join(' '))).toEqual(['', ...paths(commands, []), 'help']);
    expect(at('').children.map(({ name }) => name)).toEqual([...commands.map(({ name }) => name), 'help']);
  });

  it('offers no flag that its command does not take', async () => {
    for (const { path, children, flags } of grammar) {
      if (path[0] === 'help' || path.length === 0) continue;
      for (const { long, value } of flags) {
        const of = value?.offer !== undefined && 'of' in value.offer ? value.offer.of[0] : '1';
        const line = [...path, ...(value === undefined ? [long] : [`${long}=${of}`])];
        const words =
          children.length > 0 && path[0] !== 'explain'
            ? ['-h']
            : ['a', 'b', 'c'].slice(0, at(path.join(' ')).words.length);
        await expect(parseCommandLine([...line, ...words])).resolves.toBeDefined();
      }
    }
  });

  it.each<[path: string, name: string, offer: Offer | undefined]>([
    ['scan', 'format', { kind: 'formats', of: reportFormats }],
    ['layers', 'format', { kind: 'one', of: ['table', 'json'] }],
    ['checks', 'format', { kind: 'one', of: ['table', 'json', 'markdown'] }],
    ['scan', 'output', { kind: 'outputs', of: reportFormats }],
    ['scan', 'checks', { kind: 'list', of: ['all', 'evasion'] }],
    ['scan', 'fail-on', { kind: 'one', of: ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] }],
    ['scan', 'severity', { kind: 'list', of: ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] }],
    ['scan', 'db', { kind: 'files' }],
    ['scan', 'cache-dir', { kind: 'folders' }],
    ['scan', 'exit-code', { kind: 'nothing' }],
    ['scan', 'offline', undefined],
    ['', 'color', { kind: 'one', of: ['auto', 'always', 'never'] }],
  ])('"%s" --%s', (path, name, offer) => {
    expect(flag(path, name)).toBeDefined();
    expect(flag(path, name)?.value?.offer).toEqual(offer);
  });

  it('has descriptions in plain words on one line', () => {
    for (const { flags } of grammar) {
      for (const { description } of flags) expect(description).toMatch(/^[^`\n]+\.$/);
    }
  });

  it('has the flags of every command once', () => {
    for (const { flags } of grammar) {
      const names = flags.map(({ long }) => long);
      expect(names).toEqual([...new Set(names)]);
    }
  });
});
