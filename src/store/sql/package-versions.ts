import { StoreError } from '../../errors.ts';
import { compareCodePoints } from '../../model/order.ts';
import type { PackageVersion } from '../package-version.ts';
import type { SqlWriter } from './connection.ts';
import type { NamespaceRow } from './namespaces.ts';
import { buildText, ensureBuilds, LONGEST_BUILD } from './package-builds.ts';
import { checkName, checkShort } from './texts.ts';

/** Package versions that were looked for, and those among them that were not there before. */
export interface EnsuredPackageVersions {
  readonly ids: readonly number[];
  /** To be judged in this transaction: `Judging.judgeNew`. */
  readonly fresh: readonly number[];
}

/** As the table has it. */
type Key = readonly [
  namespace: number,
  name: string,
  version: string,
  sourceName: string,
  sourceVersion: string,
  build: number,
];

const columns = {
  namespace_id: 'integer',
  name: 'text',
  version: 'text',
  source_name: 'text',
  source_version: 'text',
  build_id: 'integer',
} as const;
const names = Object.keys(columns);

/** Finds package versions, and makes those that are new. */
export async function ensurePackageVersions(
  sql: SqlWriter,
  packages: readonly PackageVersion[],
  namespaces: ReadonlyMap<string, NamespaceRow>,
): Promise<EnsuredPackageVersions> {
  if (packages.length === 0) return { ids: [], fresh: [] };
  const wanted = new Map<string, Key>();
  const texts = packages.map((one) => checkBuild(buildText(one)));
  const builds = await ensureBuilds(sql, texts);
  for (const [index, { namespace, name, version, source }] of packages.entries()) {
    const key: Key = [
      namespaces.get(namespace)!.id,
      checkName('name of a package', name),
      checkName('version of a package', version),
      checkShort('name of a source package', source?.name ?? ''),
      checkShort('version of a source package', source?.version ?? ''),
      builds.get(texts[index]!)!,
    ];
    wanted.set(JSON.stringify(key), key);
  }
  const given = sql.dialect.tuples('$1', 'i', columns);
  const same = names.map((name) => `p.${name} = i.${name}`).join(' AND ');
  const select = `SELECT p.id, ${names.map((name) => `p.${name}`).join(', ')} FROM ${given} JOIN package_version p ON ${same}`;
  const find = async (keys: readonly Key[]): Promise<Map<string, number>> => {
    const rows = await sql.all<Record<string, string | number>>(select, [JSON.stringify(keys)]);
    return new Map(rows.map((row) => [JSON.stringify(names.map((name) => row[name])), Number(row['id'])]));
  };

  const found = await find([...wanted.values()]);
  const missing = [...wanted].filter(([text]) => !found.has(text)).map(([, key]) => key);
  if (missing.length === 0) return { ids: [...found.values()], fresh: [] };
  // In one order everywhere, so that writers wait for each other instead of blocking each other.
  missing.sort((a, b) => a[0] - b[0] || compareCodePoints(a.slice(1).join('\0'), b.slice(1).join('\0')));
  const inserted = await sql.all<{ id: number }>(
    `INSERT INTO package_version (${names.join(', ')}) SELECT ${names.map((name) => `i.${name}`).join(', ')} FROM ${given}
    WHERE 1 = 1 ON CONFLICT DO NOTHING RETURNING id`,
    [JSON.stringify(missing)],
  );
  const fresh = inserted.map(({ id }) => id);
  // What another writer made meanwhile, that one judges.
  const others = fresh.length < missing.length ? await find(missing) : new Map<string, number>();
  return { ids: [...new Set([...found.values(), ...fresh, ...others.values()])], fresh };
}

function checkBuild(text: string): string {
  if (text.length > LONGEST_BUILD) {
    throw new StoreError('store.too-long', `The build of a package has more than ${LONGEST_BUILD} characters.`);
  }
  return text;
}
