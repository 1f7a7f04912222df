import { asList, asRecord, asText, type JsonRecord } from '../../src/formats/record.ts';
import type { Advisory } from '../../src/model/advisory.ts';

/** What a row or a record says of versions: `ID NAMESPACE PACKAGE FROM..TO`, with `<=` before a last one that is affected. */
export function rangeFacts(upserts: readonly Advisory[]): string[] {
  const facts = upserts.flatMap(({ id, affected }) =>
    affected.flatMap(({ namespace, package: name, ranges, versions = [] }) => {
      const about = `${id} ${namespace} ${name}`;
      const open = ranges.length === 0 && versions.length === 0 ? [`${about} 0..`] : [];
      return [
        ...open,
        ...ranges.map(({ introduced = '0', fixed = '', lastAffected }) => {
          return `${about} ${introduced}..${lastAffected === undefined ? fixed : `<=${lastAffected}`}`;
        }),
        ...versions.map((version) => `${about} ${version}`),
      ];
    }),
  );
  return [...new Set(facts)].toSorted();
}

/**
 * The same of a golden that keeps OSV's records: events in pairs as they are listed, and versions where no range is open
 * from the beginning.
 */
export function osvGoldenFacts(
  record: JsonRecord,
  namespaceOf: (ecosystem: string) => string | undefined,
  nameOf: (name: string) => string = (name) => name,
): string[] {
  const facts: string[] = [];
  for (const item of asList(record['affected'])) {
    const entry = asRecord(item) ?? {};
    const pkg = asRecord(entry['package']) ?? {};
    const namespace = namespaceOf(String(pkg['ecosystem']));
    if (namespace === undefined) continue;
    const about = `${record['id']} ${namespace} ${nameOf(String(pkg['name']))}`;
    const found: string[] = [];
    for (const range of asList(entry['ranges'])) {
      if (asRecord(range)?.['type'] === 'GIT') continue;
      let from: string | undefined;
      for (const event of asList(asRecord(range)?.['events'])) {
        const { introduced, fixed, last_affected: last } = asRecord(event) ?? {};
        if (asText(introduced) !== undefined) from = String(introduced);
        else if (from !== undefined) {
          found.push(`${about} ${from}..${asText(fixed) ?? `<=${String(last)}`}`);
          from = undefined;
        }
      }
      if (from !== undefined) found.push(`${about} ${from}..`);
    }
    const everything = found.includes(`${about} 0..`);
    if (!everything) found.push(...asList(entry['versions']).map((version) => `${about} ${String(version)}`));
    facts.push(...found);
  }
  return [...new Set(facts)].toSorted();
}
