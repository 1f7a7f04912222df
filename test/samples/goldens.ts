import { gunzipSync } from 'node:zlib';
import { asList, asRecord, asText, type JsonRecord } from '../../src/formats/record.ts';
import type { Advisory } from '../../src/model/advisory.ts';

/** A fact of ours or of a golden: id, namespace, package with its module, architecture, and the version that fixes it. */
export type Fact = string;

function fact(id: string, namespace: string, name: string, arch: string, fixed: string): Fact {
  return [id, namespace, name, arch, fixed.replace(/^0:/, '')].join(' ');
}

/** What our feed makes of documents; rows for several architectures are one fact for each. */
export function factsOf(upserts: readonly Advisory[]): Fact[] {
  const facts = upserts.flatMap(({ id, affected }) =>
    affected.flatMap((row) => {
      const name = row.only?.module === undefined ? row.package : `${row.only.module}::${row.package}`;
      const fixed = row.ranges.map((range) => range.fixed).join(',');
      return (row.only?.architectures ?? ['*']).map((arch) => fact(id, row.namespace, name, arch, fixed));
    }),
  );
  return [...new Set(facts)].sort();
}

/** The CVEs of our records, as `ID CVE`. */
export function cvesOf(upserts: readonly Advisory[]): string[] {
  return upserts.flatMap(({ id, aliases }) => aliases.map((alias) => `${id} ${alias}`)).sort();
}

/** Every file of a golden whose path matches, as JSON with keys in lower case: converters spell them differently. */
export function goldenRecords(files: ReadonlyMap<string, Buffer>, pattern: RegExp): JsonRecord[] {
  return [...files]
    .filter(([path]) => pattern.test(path))
    .map(([, content]) => asRecord(lowered(JSON.parse(content.toString()))) ?? {});
}

function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  const record = asRecord(value);
  if (record === undefined) return value;
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key.toLowerCase(), lowered(inner)]));
}

function listOf(value: unknown): readonly JsonRecord[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((item) => asRecord(item) ?? {});
}

function word(record: JsonRecord, key: string): string {
  const value = record[key];
  return typeof value === 'number' ? String(value) : (asText(value) ?? '');
}

function evr(pkg: JsonRecord): string {
  const epoch = word(pkg, 'epoch');
  return `${epoch === '' ? '0' : epoch}:${word(pkg, 'version')}-${word(pkg, 'release')}`;
}

/** Facts of a golden that keeps the publisher's notice: packages in `packages`, `collections` or `pkglist`. */
export function noticeFacts(record: JsonRecord, namespace: string): Fact[] {
  const id = word(record, 'id') || word(record, 'updateinfo_id');
  const pkglist = asRecord(record['pkglist']);
  const collections = listOf(
    pkglist?.['collection'] ?? record['collections'] ?? pkglist ?? { packages: record['packages'] },
  );
  return collections.flatMap((collection) => {
    const module = asRecord(collection['module']);
    return listOf(collection['package'] ?? collection['packages'])
      .filter((pkg) => word(pkg, 'arch') !== 'src')
      .map((pkg) => {
        const own = word(pkg, 'module').split(':').slice(0, 2).join(':');
        const stream =
          module === undefined || word(module, 'name') === ''
            ? own
            : `${word(module, 'name')}:${word(module, 'stream')}`;
        const name = stream === '' ? word(pkg, 'name') : `${stream}::${word(pkg, 'name')}`;
        return fact(id, namespace, name, word(pkg, 'arch'), evr(pkg));
      });
  });
}

/** The CVEs of such a golden, as `ID CVE`. */
export function noticeCves(record: JsonRecord): string[] {
  const id = word(record, 'id') || word(record, 'updateinfo_id');
  const references = asRecord(record['references'])?.['reference'] ?? record['references'];
  return listOf(references)
    .filter((reference) => word(reference, 'type') === 'cve')
    .map((reference) => `${id} ${word(reference, 'id')}`);
}

/** Facts of a golden of detections: criteria in criteria, with packages by binary or source name. */
export function detectionFacts(record: JsonRecord, namespaceOf: (ecosystem: string) => string): Fact[] {
  const id = word(record, 'id');
  const facts: Fact[] = [];
  for (const detection of listOf(record['detections'])) {
    const namespace = namespaceOf(word(detection, 'ecosystem'));
    const open = listOf(detection['conditions']).map((condition) => asRecord(condition['criteria']) ?? {});
    for (let criteria = open.pop(); criteria !== undefined; criteria = open.pop()) {
      open.push(...listOf(criteria['criterias']));
      for (const criterion of listOf(criteria['criterions'])) {
        const version = asRecord(criterion['version']);
        const pkg = asRecord(version?.['package']);
        const named = asRecord(pkg?.['binary']) ?? asRecord(pkg?.['source']);
        if (named === undefined) continue;
        const architectures = asList(named['architectures']).length > 0 ? asList(named['architectures']) : ['*'];
        for (const fixed of asList(asRecord(version?.['affected'])?.['fixed'])) {
          for (const arch of architectures)
            facts.push(fact(id, namespace, word(named, 'name'), String(arch), String(fixed)));
        }
      }
    }
  }
  return [...new Set(facts)].sort();
}

/** The CVEs of such a golden, as `ID CVE`. */
export function detectionCves(record: JsonRecord): string[] {
  return listOf(record['vulnerabilities']).map(
    (item) => `${word(record, 'id')} ${word(asRecord(item['content']) ?? {}, 'id')}`,
  );
}

/** Facts of a golden of one record a CVE: `NAMESPACE CVE PACKAGE FIX`. */
export function fixedInFacts(record: JsonRecord): string[] {
  const vulnerability = asRecord(asRecord(record['item'])?.['vulnerability']) ?? {};
  return listOf(vulnerability['fixedin']).map((fix) =>
    [
      word(fix, 'namespacename'),
      word(vulnerability, 'name'),
      word(fix, 'name'),
      word(fix, 'version').replace(/^0:/, ''),
    ].join(' '),
  );
}

/** Ours in the same form; the architecture is not part of it. */
export function factsByCve(upserts: readonly Advisory[]): string[] {
  const facts = upserts.flatMap(({ aliases, affected }) =>
    aliases.flatMap((cve) =>
      affected.map((row) => [row.namespace, cve, row.package, row.ranges[0]?.fixed ?? ''].join(' ')),
    ),
  );
  return [...new Set(facts)].sort();
}

/** The notice of a golden in the publisher's form, `updateinfo.xml`: some goldens are the only record of their input. */
export function updateinfoOf(record: JsonRecord): string {
  const attributes = (item: JsonRecord, keys: readonly string[]): string =>
    keys
      .map(
        (key) =>
          `${key}="${word(item, key).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}"`,
      )
      .join(' ');
  const collections = listOf(asRecord(record['pkglist'])?.['collection']).map(
    (collection) =>
      `<collection>${listOf(collection['package'])
        .map((pkg) => `<package ${attributes(pkg, ['name', 'version', 'release', 'epoch', 'arch'])}/>`)
        .join('')}</collection>`,
  );
  const references = listOf(asRecord(record['references'])?.['reference']).map(
    (reference) => `<reference ${attributes(reference, ['type', 'id', 'href'])}/>`,
  );
  return `<updates><update type="${word(record, 'type')}"><id>${word(record, 'id')}</id>
    <references>${references.join('')}</references><pkglist>${collections.join('')}</pkglist></update></updates>`;
}

/** A file of an archive of samples, decompressed where it is gzip. */
export function sample(files: ReadonlyMap<string, Buffer>, path: string): Buffer {
  const content = files.get(path);
  if (content === undefined) throw new Error(`the samples have no ${path}`);
  return path.endsWith('.gz') ? gunzipSync(content) : content;
}
