import { readRuleSource } from '../../contents/yara/rule-source.ts';
import { readTexts } from '../../contents/yara/shared-rules.ts';
import type { RuleSet } from '../../model/check.ts';
import { jsonText } from '../../report/json.ts';
import { daysBetween, numberWords } from '../../report/words.ts';
import { currentFolder, readShelf } from '../../rules/rule-store.ts';
import type { SetPart, SetRecord } from '../../rules/set-record.ts';
import { ruleSources } from '../../rules/sources.ts';
import { starterRules } from '../../rules/starter.ts';
import type { Invocation } from '../command.ts';
import { line } from '../db/summary.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';
import { ruleOptionsOf } from './common.ts';

/** Reasons that the table names of each set. */
const MOST_REASONS = 3;

/** `drydock rules status` */
export async function showRules(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const { folder, now } = ruleOptionsOf(invocation);
  const starter = countedStarter();
  const { sets, problems } = readShelf(folder);
  for (const problem of problems) io.log.warn({}, problem);
  const known = ruleSources.filter(({ name }) => !sets.some((set) => set.name === name));
  if (configuration.settings.format === 'json') {
    const document = {
      schemaVersion: 1,
      folder,
      ...(starter !== undefined && {
        starter: { digest: starter.digest, licence: starter.licence, rules: starter.rules },
      }),
      sets: sets.map((set) => setJson(set, folder)),
      problems,
      available: known.map(({ name, title, url, homepage, licence, author, note }) => ({
        name,
        title,
        url,
        homepage,
        licence,
        author,
        ...(note !== undefined && { note }),
      })),
    };
    await io.stdout.write(jsonText(document));
    return 0;
  }
  const width = textWidth(io.stdout, io.environment);
  const table = layOut(['Set', 'Kind', 'Rules', 'Lost', 'Updated', 'Licence'], rowsOf(sets, starter, now), width);
  const words = [
    ...sets.flatMap(setWords),
    `Rules: ${folder}`,
    ...(known.length === 0
      ? []
      : [`Public sets that are not here ("drydock rules update NAME"): ${known.map(({ name }) => name).join(', ')}`]),
  ];
  await io.stdout.write(`${table}${words.map((one) => line(one, width)).join('')}`);
  return 0;
}

type CountedStarter = RuleSet & { readonly rules: number };

/** What comes with Drydock has no record. Its rules are counted, not compiled: our tests do that. */
function countedStarter(): CountedStarter | undefined {
  const starter = starterRules();
  if (starter === undefined) return undefined;
  const rules = readTexts(starter.files).reduce((sum, { text }) => sum + readRuleSource(text).rules.length, 0);
  return { ...starter, rules };
}

function rowsOf(
  sets: readonly SetRecord[],
  starter: CountedStarter | undefined,
  now: Date,
): readonly (readonly string[])[] {
  const rows = sets.flatMap(({ name, licence, current }) =>
    current.parts.map(({ kind, counts }, index) => [
      index === 0 ? name : '',
      kind,
      numberWords(counts.loaded),
      numberWords(counts.lost),
      index === 0 ? ageWords(current.updatedAt, now) : '',
      index === 0 ? (licence ?? 'not known') : '',
    ]),
  );
  if (starter === undefined) return rows;
  const { name, kind, rules, licence = '' } = starter;
  return [[name, kind, numberWords(rules), '-', 'with Drydock', licence], ...rows];
}

function ageWords(moment: string, now: Date): string {
  const days = daysBetween(moment, now.toISOString());
  const day = moment.slice(0, 10);
  if (days === undefined || days < 1) return day;
  return `${day} (${numberWords(days)} ${days === 1 ? 'day' : 'days'})`;
}

function setWords({ name, author, note, current }: SetRecord): readonly string[] {
  const owed = author === undefined ? [] : [`${name}: by ${author}`];
  const asked = note === undefined ? [] : [`${name}: ${note}`];
  const proof = current.proof === undefined ? [] : [`${name}: ${current.proof}`];
  const digests = current.parts.map(({ kind, digest }) => `${name}: ${kind}, ${digest}`);
  return [...owed, ...asked, ...proof, ...digests, ...current.parts.flatMap((part) => lostWords(name, part))];
}

function lostWords(name: string, { counts }: SetPart): readonly string[] {
  return counts.reasons
    .slice(0, MOST_REASONS)
    .map(([reason, count]) => `${name}: ${numberWords(count)} lost: ${reason}`);
}

function setJson({ name, checkedAt, licence, author, note, url, current, previous }: SetRecord, folder: string) {
  return {
    name,
    ...(licence !== undefined && { licence }),
    ...(author !== undefined && { author }),
    ...(note !== undefined && { note }),
    ...(url !== undefined && { url }),
    checkedAt,
    updatedAt: current.updatedAt,
    ...(current.sha256 !== undefined && { sha256: current.sha256 }),
    ...(current.proof !== undefined && { proof: current.proof }),
    folder: currentFolder(folder, { name, current }),
    kinds: current.parts.map(({ kind, files, bytes, digest, counts }) => ({
      kind,
      digest,
      files: files.length,
      bytes,
      loaded: counts.loaded,
      lost: counts.lost,
      reasons: counts.reasons.map(([reason, count]) => ({ reason, count })),
    })),
    ...(previous !== undefined && { previous: { updatedAt: previous.updatedAt } }),
  };
}
