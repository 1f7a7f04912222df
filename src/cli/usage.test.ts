import { describe, expect, it } from 'vitest';
import { type OptionSpec, optionTable } from '../config/options.ts';
import { type Command, commonOptions } from './command.ts';
import { loadCommands } from './commands/index.ts';
import { commandUsage } from './usage.ts';

interface Placed {
  readonly path: readonly string[];
  readonly command: Command;
}

function withChildren(command: Command, above: readonly string[] = []): readonly Placed[] {
  const path = [...above, command.name];
  return [{ path, command }, ...(command.commands ?? []).flatMap((child) => withChildren(child, path))];
}

const all = (await loadCommands()).flatMap((command) => withChildren(command));

describe('the help of a command', () => {
  it('has no option whose text speaks of one that the command has not', () => {
    const strange = all.flatMap(({ path, command }) => {
      const own = [...command.options, ...commonOptions];
      return own.flatMap((name) => {
        const { description }: OptionSpec = optionTable[name];
        const named = [...description.matchAll(/--([a-z][a-z-]+)/g)].map(([, other]) => other!);
        const missing = named.filter((other) => !own.some((known) => known === other));
        return missing.length === 0 ? [] : [`${path.join(' ')}: --${name} speaks of --${missing.join(', --')}`];
      });
    });
    expect(all.length).toBeGreaterThan(40);
    expect(strange).toEqual([]);
  });

  it('has examples that can be pasted, by the name that the program was started with', () => {
    const wrong = all.flatMap(({ path, command }) => {
      const page = commandUsage(command, path, { width: 1000, program: './drydock' });
      const examples = page.split('\nExamples:\n')[1]?.split('\n') ?? [];
      return examples.filter((line) => /(?<!\.\/)\bdrydock [a-z]/.test(line));
    });
    expect(wrong).toEqual([]);
  });
});
