import path from 'node:path';
import { FeedError, UsageError } from '../../errors.ts';
import { jsonText } from '../../report/json.ts';
import { numberWords } from '../../report/words.ts';
import { importRuleSet, nameOf } from '../../rules/import.ts';
import { isRuleKind } from '../../rules/rule-file.ts';
import { readShelf, withRuleStore } from '../../rules/rule-store.ts';
import { isSetName } from '../../rules/set-record.ts';
import { findSource } from '../../rules/sources.ts';
import { type SetOutcome, updateRuleSets } from '../../rules/update.ts';
import type { Invocation } from '../command.ts';
import { line } from '../db/summary.ts';
import { exitStatusOf } from '../exit-status.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';
import { withDialer } from '../with-dialer.ts';
import { ruleOptionsOf, totalsOf } from './common.ts';
import { updateTargets } from './targets.ts';

const without = 'Without a network: "drydock rules import PATH" takes an archive, a file or a folder.';

/** `drydock rules update [NAME...]` */
export async function updateRules(invocation: Invocation): Promise<number> {
  const { words, configuration } = invocation;
  const { mirror, offline } = configuration.settings;
  const options = ruleOptionsOf(invocation);
  const shelf = readShelf(options.folder);
  const targets = updateTargets(words, shelf.sets, mirror);
  const outcomes = await withDialer(invocation, (dialer) => inTime(updateRuleSets({ ...options, targets, dialer })));
  const advice = offline
    ? `No network is allowed (--offline). ${without}`
    : `The rules of a set that failed are as they were. Try again later, or name a mirror (--mirror URL). ${without}`;
  return await conclude(outcomes, invocation, advice);
}

/** `drydock rules import PATH` */
export async function importRules(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  const source = path.resolve(io.folder, words[0]!);
  const name = settings.name ?? nameOf(source);
  if (name === undefined || !isSetName(name)) {
    const why = `${JSON.stringify(name ?? '')} is no name of a set of rules: a-z, 0-9, ., _ and -, 64 at the most, and not starter, all, none.`;
    throw new UsageError('usage.option', `${why} --name gives it another one.`);
  }
  const { kind } = settings;
  // Whoever carries in the archive of a public set need not know what its licence is.
  const known = findSource(name);
  const licence = settings.licence ?? known?.licence;
  const outcome = await inTime(
    importRuleSet({
      ...ruleOptionsOf(invocation),
      path: source,
      name,
      unsigned: settings['allow-unsigned'],
      ...(isRuleKind(kind) && { kind }),
      ...(licence !== undefined && { licence }),
      ...(known !== undefined && { source: known }),
    }),
  );
  return await conclude([outcome], invocation, 'The rules are as they were.');
}

/** `drydock rules remove NAME...` */
export async function removeRules(invocation: Invocation): Promise<number> {
  const { words, io } = invocation;
  const options = ruleOptionsOf(invocation);
  const names = [...new Set(words)];
  for (const name of names) {
    if (!isSetName(name)) throw new UsageError('usage.option', `${JSON.stringify(name)} is no name of a set of rules.`);
  }
  const known = readShelf(options.folder).sets.map((set) => set.name);
  const removed = await withRuleStore(options.folder, options, async (store) =>
    names.filter((name) => store.remove(name)),
  );
  const missing = names.filter((name) => !removed.includes(name));
  for (const name of removed) await io.stdout.write(`Removed: ${name}\n`);
  if (missing.length === 0) return 0;
  const there = known.length === 0 ? 'There are none.' : `There are ${known.join(', ')}.`;
  throw new UsageError('usage.option', `There are no rules called ${missing.join(', ')}. ${there}`);
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    const message = 'the time limit (--timeout) was reached before all was done. Sets that were done are kept.';
    throw new FeedError('feed.unreachable', message, { cause: error });
  }
}

/** Shows what became of every set. One that failed makes the command fail, though the others are in. */
async function conclude(
  outcomes: readonly SetOutcome[],
  { configuration, io }: Invocation,
  advice: string,
): Promise<number> {
  if (configuration.settings.format === 'json')
    await io.stdout.write(jsonText({ schemaVersion: 1, sets: toJson(outcomes) }));
  else await io.stdout.write(toTable(outcomes, textWidth(io.stdout, io.environment)));
  const errors = outcomes.flatMap(({ error }) => error ?? []);
  for (const { message } of errors) io.error(/[.!?]$/.test(message) ? message : `${message}.`);
  if (errors.length > 0) io.error(advice);
  return exitStatusOf({ errors: errors.map(({ code }) => code) });
}

function toTable(outcomes: readonly SetOutcome[], width: number): string {
  const rows = outcomes.map(({ name, status, record }) => {
    const totals = record === undefined ? undefined : totalsOf(record.current.parts);
    return [
      name,
      status,
      totals === undefined ? '-' : numberWords(totals.loaded),
      totals === undefined ? '-' : numberWords(totals.lost),
      record?.licence ?? '-',
    ];
  });
  const notes = outcomes.flatMap(({ name, notes: all, record, status }) => [
    ...all.map((note) => line(`${name}: ${note}.`, width)),
    ...(status === 'failed' || record?.note === undefined ? [] : [line(`${name}: ${record.note}.`, width)]),
  ]);
  return `${layOut(['Set', 'Status', 'Rules', 'Lost', 'Licence'], rows, width)}${notes.join('')}`;
}

function toJson(outcomes: readonly SetOutcome[]): readonly object[] {
  return outcomes.map(({ name, status, record, notes, error }) => ({
    name,
    status,
    ...(record !== undefined && {
      kinds: record.current.parts.map(({ kind, digest, counts }) => ({ kind, digest, ...counts })),
      updatedAt: record.current.updatedAt,
      ...(record.licence !== undefined && { licence: record.licence }),
    }),
    notes,
    ...(error !== undefined && { error: { code: error.code, message: error.message } }),
  }));
}
