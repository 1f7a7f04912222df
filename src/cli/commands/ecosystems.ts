import type { Ecosystem } from '../../model/ecosystem.ts';
import type { Command, Invocation } from '../command.ts';
import { currentTime } from '../scan-context.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';

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

/** Releases that get no security updates any more on a day (YYYY-MM-DD). */
function endedWords({ releases = [] }: Ecosystem, today: string): string {
  return String(releases.filter(({ endOfLife }) => endOfLife !== undefined && endOfLife < today).length);
}

function toTable(ecosystems: readonly Ecosystem[], today: string, width: number): string {
  const rows = ecosystems.map((ecosystem) => [
    ecosystem.id,
    ecosystem.displayName,
    ecosystem.types.join(', '),
    String(ecosystem.releases?.length ?? 0),
    endedWords(ecosystem, today),
    ecosystem.feeds.map(({ title, licence }) => `${title} (${licence})`).join('; ') || 'none yet',
  ]);
  return layOut(['Id', 'Name', 'Types', 'Releases', 'Ended', 'Advisories'], rows, width);
}

async function run({ configuration, io }: Invocation): Promise<number> {
  const today = currentTime(io.environment).toISOString().slice(0, 10);
  const { ecosystems } = await import('../../ecosystems/index.ts');
  const { format } = configuration.settings;
  if (format === 'markdown') {
    const { ecosystemsPage } = await import('../ecosystems-page.ts');
    const { allFeeds } = await import('../select-feeds.ts');
    await io.stdout.write(ecosystemsPage(ecosystems, await allFeeds()));
  } else
    await io.stdout.write(
      format === 'json' ? toJson(ecosystems) : toTable(ecosystems, today, textWidth(io.stdout, io.environment)),
    );
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
