import { FormatError } from '../../errors.ts';
import { parseJson } from '../parse-json.ts';
import { asList, asRecord, asText, ownValue } from '../record.ts';
import { type DistributionName, isDistributionName, splitDistribution } from './distribution-name.ts';

/** A distribution of CPAN. */
export interface PerlDistribution extends DistributionName {
  /** Who published it: the id at PAUSE. */
  readonly author?: string;
  readonly licences: readonly string[];
}

const PATHNAME = '    pathname: ';
const MAX_DISTRIBUTIONS = 100_000;

/**
 * Reads `.meta/NAME-VERSION/install.json`, which cpanm writes of each distribution that it installed.
 * @throws FormatError for what is no JSON, or another
 */
export function parseInstallJson(text: string): PerlDistribution {
  const record = asRecord(parseJson(text));
  const dist = asText(ownValue(record, 'dist'));
  const found = dist === undefined ? undefined : splitDistribution(dist);
  if (found === undefined || found.version === '') throw new FormatError('it names no distribution');
  return { ...found, ...authorOf(asText(ownValue(record, 'pathname')), dist), licences: [] };
}

/**
 * Reads `META.json` (CPAN::Meta::Spec 2).
 * @returns undefined where it names no distribution, no version, or something of another network than CPAN
 * @throws FormatError for what is no JSON, or no object
 */
export function parseMetaJson(text: string): PerlDistribution | undefined {
  const record = asRecord(parseJson(text));
  if (record === undefined) throw new FormatError('it is no object');
  const spec = asRecord(ownValue(record, 'meta-spec'));
  // PGXN, the network of PostgreSQL, took over the file and its name.
  if (asText(ownValue(spec, 'url'))?.includes('pgxn') === true) return undefined;
  const version = ownValue(record, 'version');
  return distribution(
    asText(ownValue(record, 'name')),
    typeof version === 'number' ? String(version) : asText(version),
    asList(ownValue(record, 'license')).flatMap((one) => asText(one, 200) ?? []),
  );
}

/**
 * Reads `META.yml` (CPAN::Meta::Spec 1.4): the keys of its first level, which is all that is needed of it.
 * @returns undefined where it names no distribution or no version
 * @throws FormatError for a file without any key
 */
export function parseMetaYaml(text: string): PerlDistribution | undefined {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0 || colon > 100 || /^[\s#-]/.test(line)) continue;
    const key = line.slice(0, colon);
    if (!values.has(key) && values.size < 1000) values.set(key, scalar(line.slice(colon + 1)));
  }
  if (values.size === 0) throw new FormatError('it has no keys');
  const licence = values.get('license') ?? '';
  return distribution(
    values.get('name'),
    values.get('version'),
    licence === '' || licence.length > 200 ? [] : [licence],
  );
}

/**
 * Reads `perllocal.pod`, to which ExtUtils::MakeMaker adds an entry at each installation: the last one of a module counts.
 * @throws FormatError for more entries than anybody has
 */
export function parsePerllocal(text: string): readonly PerlDistribution[] {
  const versions = new Map<string, string>();
  let module: string | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('=head2 ')) module = /C<Module>\s+L<(?:[^|>]{0,200}\|)?([\w:]{1,200})/.exec(line)?.[1];
    else if (module !== undefined && line.startsWith('C<VERSION: ')) {
      const version = /^C<VERSION: ([^>]{1,200})>/.exec(line)?.[1]?.trim() ?? '';
      if (version !== '') versions.set(module.replaceAll('::', '-'), version);
      if (versions.size > MAX_DISTRIBUTIONS) throw new FormatError(`it has more than ${MAX_DISTRIBUTIONS} entries`);
    }
  }
  return [...versions].flatMap(([name, version]) => distribution(name, version, []) ?? []);
}

/** What a snapshot of Carton names. */
export interface CpanfileSnapshot {
  /** Those that are called by their names alone have no version. */
  readonly distributions: readonly PerlDistribution[];
  /** Entries that name no distribution. */
  readonly unreadable: number;
}

/**
 * Reads `cpanfile.snapshot` of Carton: what is indented by two blanks names a distribution (Carton, lib/Carton/Snapshot/Parser.pm).
 * @throws FormatError for another file
 */
export function parseCpanfileSnapshot(text: string): CpanfileSnapshot {
  if (!text.startsWith('# carton snapshot format: version 1')) throw new FormatError('it is no snapshot of Carton');
  const distributions: PerlDistribution[] = [];
  let unreadable = 0;
  /** What the entry at hand is of; undefined where that is none that is listed. */
  let entry: string | undefined;
  for (const line of text.split('\n')) {
    if (!line.startsWith('  ')) continue;
    if (line[2] === ' ') {
      const last = distributions.at(-1);
      if (!line.startsWith(PATHNAME) || last === undefined || entry === undefined || last.author !== undefined)
        continue;
      distributions[distributions.length - 1] = { ...last, ...authorOf(line.slice(PATHNAME.length).trim(), entry) };
      continue;
    }
    const dist = line.trim();
    if (dist === '') continue;
    entry = undefined;
    if (distributions.length >= MAX_DISTRIBUTIONS)
      throw new FormatError(`it has more than ${MAX_DISTRIBUTIONS} entries`);
    const split = splitDistribution(dist);
    if (split === undefined) unreadable++;
    else {
      entry = dist;
      distributions.push({ ...split, licences: [] });
    }
  }
  return { distributions, unreadable };
}

/** The author whose archive it is, by its path at CPAN: `E/ET/ETHER/Try-Tiny-0.31.tar.gz`. */
function authorOf(pathname: string | undefined, dist: string | undefined): { readonly author?: string } {
  const [, first, two, author, file] =
    /^([A-Z])\/([A-Z][A-Z-])\/([A-Z][A-Z0-9-]{1,30})\/(?:[^/]{1,100}\/){0,5}([^/]{1,310})$/.exec(pathname ?? '') ?? [];
  if (author === undefined || first !== author[0] || two !== author.slice(0, 2)) return {};
  return dist !== undefined && file?.startsWith(`${dist}.`) === true ? { author } : {};
}

function distribution(
  name: string | undefined,
  version: string | undefined,
  licences: readonly string[],
): PerlDistribution | undefined {
  const isNamed = name !== undefined && version !== undefined && version !== '' && isDistributionName(name);
  return isNamed ? { name, version, licences: licences.filter((one) => one !== 'unknown') } : undefined;
}

function scalar(text: string): string {
  const trimmed = text.trim();
  const quoted = /^(["'])([^"'\\]*)\1$/.exec(trimmed);
  return quoted?.[2] ?? (trimmed === '~' ? '' : trimmed);
}
