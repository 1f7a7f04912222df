import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAdvisories } from '../../src/advisories/database.ts';
import { runFeed } from '../../src/advisories/feed-run.ts';
import { AdvisoryWriter } from '../../src/advisories/writer.ts';
import { noProgress } from '../../src/context.ts';
import { oracleOval } from '../../src/ecosystems/oracle/feed.ts';
import { type StoredSeverity, storedSeverities } from '../../src/store/package-version.ts';
import { fakeFeed, plainAdvisory, tellAll } from '../support/fake-feed.ts';
import { readFiles } from '../support/feed-events.ts';
import { hasShared, readShared, sharedAbsent } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What of Clair's tables belongs to no single source; the files of sources are in the tests of those. */
interface Updaters {
  readonly elsa_number_compare: readonly { readonly left: number; readonly right: number; readonly sign: number }[];
  readonly namespacing: {
    readonly input: { readonly name: string; readonly fixed_in: readonly (readonly [string, string, string])[] };
    readonly expected: Readonly<Record<string, number>>;
  };
}

interface Severities {
  readonly order: readonly string[];
  readonly parse: readonly { readonly input: string; readonly valid: boolean }[];
  readonly compare: readonly (readonly [string, string, number])[];
}

const table = <T>(name: string): T => JSON.parse(readShared(`clair/cases/${name}.json`).toString()) as T;

/** `ELSA-2017-0935` of 20170935. */
const elsa = (number: number): string => String(number).replace(/^(\d{4})(\d+)$/, 'ELSA-$1-$2');

describe.skipIf(!hasShared)(`Clair's tables${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it('severity.json: the scale and its order', () => {
    const { order, parse, compare } = table<Severities>('severity');
    const rank = (word: string): number => storedSeverities.indexOf(word as StoredSeverity);

    expect(storedSeverities).toEqual(order);
    for (const { input, valid } of parse) expect(rank(input) >= 0, input).toBe(valid);
    for (const [a, b, sign] of compare) expect(Math.sign(rank(a) - rank(b)), `${a} ${b}`).toBe(sign);
  });

  it('namespacing: what is fixed in several namespaces is found in each of them, with what belongs there', async () => {
    const { input, expected } = table<Updaters>('updaters').namespacing;
    const affected = input.fixed_in.map(([namespace, name, fixed]) => ({
      namespace,
      package: name,
      nameKind: 'source' as const,
      state: 'fixed' as const,
      ranges: [{ fixed }],
    }));
    const file = path.join(temporaryFolder(), 'a.db');
    const writer = await AdvisoryWriter.open(file);
    const feed = fakeFeed('clair', () => tellAll([plainAdvisory(input.name, { affected })]));
    await runFeed(writer, feed, () => feed.read((async function* () {})()), { now: new Date(), progress: noProgress });
    writer.close();
    const database = await openAdvisories(file);

    const features = [...new Set(affected.map((row) => row.package))];
    for (const [namespace, count] of Object.entries(expected)) {
      const found = database.lookUp(features.map((name) => ({ namespace, package: name }))).flat();
      expect(found.map((hit) => hit.affected.namespace)).toEqual(Array(count).fill(namespace));
    }
    database.close();
  });

  // Clair keeps the number of the last errata that it read, and passes over lower ones. Here a document is read as a
  // whole, so that no order of numbers can hide one; numbers of five digits are errata of their own.
  it('elsa_number_compare: no errata of Oracle is passed over for its number', async () => {
    const { elsa_number_compare: rows } = table<Updaters>('updaters');
    for (const { left, right } of rows) {
      const ids = [...new Set([left, right].map(elsa))];
      const definitions = ids.map(
        (id) =>
          `<definition class="patch" id="oval:x:def:${id}"><metadata><title>${id}</title><reference source="elsa" ref_id="${id}"/></metadata><criteria operator="AND"><criterion test_ref="t" comment="Oracle Linux 7 is installed"/><criterion test_ref="t" comment="hull is earlier than 0:1-1.el7"/></criteria></definition>`,
      );
      const document = `<oval_definitions><definitions>${definitions.join('')}</definitions></oval_definitions>`;
      const { upserts } = await readFiles(oracleOval, { 'com.oracle.elsa-2017.xml': document });

      expect(upserts.map(({ key }) => key)).toEqual(ids);
    }
  });
});
