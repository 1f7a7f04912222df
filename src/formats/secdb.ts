import { FormatError } from '../errors.ts';
import { asList, asRecord, asText } from './record.ts';
import { readYaml } from './yaml.ts';

/** What a secdb says of one vulnerability in one origin package. */
export interface SecdbFix {
  readonly package: string;
  readonly id: string;
  readonly aliases: readonly string[];
  /** Notices that stood beside the id and may deal with more than it. */
  readonly related: readonly string[];
  /** Versions that are named as fixing it: mostly one; a later one mends what an earlier one left open. */
  readonly fixed: readonly string[];
  /** Key `0`: the package never was affected. */
  readonly notAffected: boolean;
}

/** A fix, or something that was left out, and why. */
export type SecdbItem = SecdbFix | { readonly skipped: string };

/**
 * Reads a secdb document as Alpine, Wolfi and Chainguard publish it: `packages[].pkg.secfixes` maps the version that
 * brought a fix to the ids it fixed. An entry may hold several ids and a comment: `CVE-2020-1 XSA-3`, `CVE-2018-2 # (BGP)`.
 * @throws FormatError if the document is no secdb
 */
export function* readSecdb(document: Uint8Array): Generator<SecdbItem> {
  yield* readPackages(parse(document));
}

/**
 * Reads the same document in YAML, as Alpine published it first and still does beside JSON.
 * @throws FormatError if the document is no YAML, or no secdb
 */
export function* readSecdbYaml(document: Uint8Array): Generator<SecdbItem> {
  yield* readPackages(readYaml(Buffer.from(document).toString())[0]);
}

function* readPackages(document: unknown): Generator<SecdbItem> {
  const packages = asRecord(document)?.['packages'];
  // Alpine's generator writes a list without entries as `{}`.
  if (asRecord(packages) !== undefined && Object.keys(asRecord(packages) ?? {}).length === 0) return;
  if (!Array.isArray(packages)) throw new FormatError('the document has no list of packages');
  for (const item of packages) {
    const pkg = asRecord(asRecord(item)?.['pkg']);
    const name = asText(pkg?.['name']);
    if (name === undefined) {
      yield { skipped: 'a package without a name' };
      continue;
    }
    const secfixes = asRecord(pkg?.['secfixes']);
    if (secfixes !== undefined) yield* readPackage(name, Object.entries(secfixes));
  }
}

function parse(document: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(document.buffer, document.byteOffset, document.length).toString());
  } catch (error) {
    throw new FormatError('the document is no valid JSON', { cause: error });
  }
}

interface Gathered {
  readonly aliases: Set<string>;
  readonly related: Set<string>;
  readonly fixed: Set<string>;
  notAffected: boolean;
}

function* readPackage(name: string, fixes: readonly (readonly [string, unknown])[]): Generator<SecdbItem> {
  const byId = new Map<string, Gathered>();
  for (const [version, entries] of fixes) {
    for (const entry of asList(entries)) {
      const read = typeof entry === 'string' ? readSecfix(entry) : [];
      if (read.length === 0) yield { skipped: `${name} ${version}: no id in ${JSON.stringify(entry).slice(0, 100)}` };
      for (const { id, aliases, related } of read) {
        const gathered = byId.get(id) ?? {
          aliases: new Set(),
          related: new Set(),
          fixed: new Set(),
          notAffected: false,
        };
        byId.set(id, gathered);
        for (const alias of aliases) gathered.aliases.add(alias);
        for (const other of related) gathered.related.add(other);
        if (version === '0') gathered.notAffected = true;
        else gathered.fixed.add(version);
      }
    }
  }
  for (const [id, gathered] of byId) {
    yield {
      package: name,
      id,
      aliases: [...gathered.aliases],
      related: [...gathered.related],
      fixed: [...gathered.fixed],
      notAffected: gathered.notAffected,
    };
  }
}

/** The vulnerabilities that an entry of `secfixes` names. */
export function readSecfix(
  entry: string,
): readonly { readonly id: string; readonly aliases: readonly string[]; readonly related: readonly string[] }[] {
  const tokens: string[] = [];
  for (const token of (entry.split('#', 1)[0] as string).slice(0, 1000).split(/\s+/)) {
    const id = readId(token);
    if (id !== undefined && !tokens.includes(id)) tokens.push(id);
  }
  const cves = tokens.filter((token) => token.startsWith('CVE-'));
  const others = tokens.filter((token) => !token.startsWith('CVE-'));
  if (cves.length === 0) {
    const [id, ...rest] = tokens;
    return id === undefined ? [] : [{ id, aliases: [], related: rest }];
  }
  // Databases with one record a vulnerability name the same one; notices (XSA, TALOS, GNUTLS-SA) often name several.
  const same = cves.length === 1 ? others.filter((id) => /^(?:GHSA|RUSTSEC|PYSEC|GO)-/.test(id)) : [];
  const related = others.filter((id) => !same.includes(id));
  return cves.map((id) => ({ id, aliases: same, related }));
}

/** An id, in the form in which everybody else writes it, or undefined for a word of a comment. */
function readId(token: string): string | undefined {
  const cve = /^CVE[-_](\d{4})-(\d{4,19})(?:-\d{1,2}|\.patch)?$/i.exec(token);
  if (cve !== null) return `CVE-${cve[1]}-${cve[2]}`;
  if (/^CVE/i.test(token)) return undefined; // a typing error: nobody could find it by that name
  // Letters alone may make one, which the rule for other ids takes for a word.
  if (/^GHSA(?:-[a-z0-9]{4}){3}$/i.test(token)) return `GHSA${token.slice(4).toLowerCase()}`;
  if (token.length > 60) return undefined;
  return /^[A-Za-z][A-Za-z0-9]{1,15}(?:-[A-Za-z0-9]+)+$/.test(token) && /\d/.test(token) ? token : noticeNumber(token);
}

/** Varnish numbers its notices without a hyphen: `VSV00001`. */
function noticeNumber(token: string): string | undefined {
  return /^[A-Z]{2,6}\d{4,8}$/.test(token) ? token : undefined;
}
