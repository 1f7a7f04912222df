import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCommands } from '../src/cli/commands/index.ts';
import { readForeignLine } from '../src/cli/migrate/read-line.ts';
import { foreignTools } from '../src/cli/migrate/tools.ts';
import { translate } from '../src/cli/migrate/translate.ts';
import { parseCommandLine } from '../src/cli/program.ts';
import { resolveConfiguration } from '../src/config/settings.ts';
import { projectRoot } from './support/program.ts';

const page = readFileSync(path.join(projectRoot, 'docs/migrate.md'), 'utf8');
const examples = [...page.matchAll(/^drydock (.+)$/gm)].map(([, words]) => words!.split(' '));

async function settingsOf(argv: readonly string[]) {
  const request = await parseCommandLine(argv);
  if (request.kind !== 'run') throw new Error(argv.join(' '));
  const { flags, command } = request;
  return await resolveConfiguration({
    flags,
    environment: {},
    folder: '/',
    withoutFile: true,
    formats: command.formats,
  });
}

describe('examples of docs/migrate.md', () => {
  const commands = loadCommands();

  it('are there for each program', () => {
    expect(foreignTools.filter(({ name }) => !page.includes(`migrate -- ${name} `))).toEqual([]);
  });

  it.each(examples.map((words) => [words.join(' ')]))('%s', async (line) => {
    const words = line.split(' ');
    await settingsOf(words);
    if (words[0] !== 'migrate') return;
    const foreign = readForeignLine(words.slice(2), foreignTools)!;
    const all = await commands;
    const find = ([name]: readonly string[]) => all.find((command) => command.name === name)!;
    const { command, words: explained } = translate(foreign, [], { find });

    expect(explained.filter(({ verdict }) => verdict === 'none' || verdict === 'unknown')).toEqual([]);
    await settingsOf(command!);
  });
});
