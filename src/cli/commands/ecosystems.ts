import type { Ecosystem } from '../../model/ecosystem.ts';
import type { Command, Invocation } from '../command.ts';
import { layOut } from '../ui/columns.ts';

/** What others may build on: the facts without the code. */
function toJson(ecosystems: readonly Ecosystem[]): string {
  const list = ecosystems.map(({ id, displayName, types, analyzers, feeds, releases = [] }) => ({
    id,
    displayName,
    types,
    analyzers: analyzers.map(({ name }) => name),
    feeds: feeds.map(({ name, title, url, licence }) => ({ name, title, url, licence })),
    releases,
  }));
  return `${JSON.stringify({ ecosystems: list }, undefined, 2)}\n`;
}

function toTable(ecosystems: readonly Ecosystem[], width: number | undefined): string {
  const rows = ecosystems.map(({ id, displayName, types, feeds, releases = [] }) => [
    id,
    displayName,
    types.join(', '),
    String(releases.length),
    feeds.map(({ title }) => title).join(', ') || 'none yet',
  ]);
  return layOut(['Id', 'Name', 'Types', 'Releases', 'Advisories'], rows, width);
}

async function run({ configuration, io }: Invocation): Promise<number> {
  const { ecosystems } = await import('../../ecosystems/index.ts');
  const { format } = configuration.settings;
  if (format === 'markdown') {
    const { ecosystemsPage } = await import('../ecosystems-page.ts');
    await io.stdout.write(ecosystemsPage(ecosystems));
  } else await io.stdout.write(format === 'json' ? toJson(ecosystems) : toTable(ecosystems, io.stdout.columns));
  return 0;
}

export const command: Command = {
  name: 'ecosystems',
  summary: 'List the distributions and languages that Drydock knows, with their sources of advisories.',
  arguments: [],
  options: ['format'],
  formats: ['table', 'json', 'markdown'],
  run,
};
