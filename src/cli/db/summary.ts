import type { ImportSummary } from '../../advisories/import.ts';
import type { UpdateSummary } from '../../advisories/update.ts';
import { AdvisoriesError } from '../../errors.ts';
import { jsonText } from '../../formats/json-text.ts';
import type { AdvisoryStatus } from '../../model/advisory.ts';
import { wrapWords } from '../../report/display-width.ts';
import { escapeText } from '../../report/escape.ts';
import type { Invocation } from '../command.ts';
import { exitStatusOf } from '../exit-status.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';

export type Summary = UpdateSummary | ImportSummary;

/** A line of text that names a file or an address: wrapped between words alone, so that these can be copied. */
export function line(text: string, width: number, indent = '  '): string {
  return `${wrapWords(escapeText(text), width - indent.length, width).join(`\n${indent}`)}\n`;
}

/** Feeds of advisories, then enrichers below a heading of their own: their records are of another kind. */
export function apart<T extends { readonly enriches?: boolean }>(
  feeds: readonly T[],
  heading: readonly string[],
  rowOf: (feed: T) => readonly string[],
): readonly (readonly string[])[] {
  const [enrichers, others] = [true, false].map((is) => feeds.filter(({ enriches = false }) => enriches === is)) as [
    T[],
    T[],
  ];
  const second = enrichers.length === 0 ? [] : [['Enricher', ...heading], ...enrichers.map(rowOf)];
  return [
    ...(others.length === 0 && enrichers.length > 0 ? [] : [['Feed', ...heading], ...others.map(rowOf)]),
    ...second,
  ];
}

function toTable({ feeds, ...more }: Summary, database: string, width: number): string {
  const heading = ['Status', 'Added', 'Changed', 'Removed', 'Records', 'Left out'];
  const [header = [], ...rows] = apart(feeds, heading, ({ name, status, change, notes }) => [
    name,
    status,
    ...[change?.added, change?.changed, change?.removed, change?.records].map((n) =>
      n === undefined ? '-' : String(n),
    ),
    // Of a feed that failed nothing was taken, so that there is nothing to have left out.
    change === undefined ? '-' : String(notes.count),
  ]);
  const skipped = 'skipped' in more ? more.skipped : [];
  const unread = skipped.length === 0 ? '' : line(`Skipped, no reader: ${skipped.join(', ')}`, width);
  const others = Object.entries('otherForms' in more ? more.otherForms : {});
  const same = others.map(([folder, feed]) => line(`Skipped, ${feed} says the same: ${folder}`, width)).join('');
  return `${layOut(header, rows, width)}${unread}${same}${line(`Database: ${database}`, width)}`;
}

/** A database with its state: `FILE (generation 3, built 2026-11-25T15:01:02.523Z)`. */
export function databaseWords(file: string, { generation, builtAt }: AdvisoryStatus): string {
  return `${file} (${generation === undefined ? 'empty' : `generation ${generation}, built ${builtAt}`})`;
}

/** The same of a database that may not be there. */
async function describeDatabase(file: string): Promise<string> {
  const { openAdvisories } = await import('../../advisories/database.ts');
  try {
    const database = await openAdvisories(file);
    try {
      return databaseWords(file, database.status());
    } finally {
      database.close();
    }
  } catch (error) {
    if (!(error instanceof AdvisoriesError)) throw error;
    return `${file} (${error.code === 'advisories.missing' ? 'there is none' : 'unusable'})`;
  }
}

function toJson(summary: Summary): string {
  const feeds = summary.feeds.map(({ error, ...feed }) => ({
    ...feed,
    ...(error !== undefined && { error: { code: error.code, message: error.message } }),
  }));
  return jsonText({ ...summary, feeds });
}

/** Shows what became of every feed. One that failed makes the command fail, though the others are in. */
export async function conclude(summary: Summary, { configuration, io }: Invocation, advice: string): Promise<number> {
  const { format } = configuration.settings;
  for (const { name, notes } of summary.feeds) {
    for (const note of notes.first) io.log.info({ feed: name, note }, 'left out');
  }
  await io.stdout.write(
    format === 'json'
      ? toJson(summary)
      : toTable(summary, await describeDatabase(summary.path), textWidth(io.stdout, io.environment)),
  );
  const errors = summary.feeds.flatMap(({ error }) => error ?? []);
  for (const { message } of errors) io.error(/[.!?]$/.test(message) ? message : `${message}.`);
  if (errors.length > 0) io.error(advice);
  return exitStatusOf({ errors: errors.map(({ code }) => code) });
}
