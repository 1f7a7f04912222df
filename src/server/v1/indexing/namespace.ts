import { detectDistribution } from '../../../assembly/distribution.ts';
import { parseReleaseFields } from '../../../formats/release-file.ts';
import { type Distribution, type ReleaseFile, releasePaths } from '../../../model/distribution.ts';
import { type Ecosystem, ecosystemOf } from '../../../model/ecosystem.ts';
import type { StoredNamespace } from '../../../store/stored-namespace.ts';
import type { VersionFormat } from '../version-format.ts';

/** What the release files of one layer tell. */
export interface ReleaseTexts {
  /** Text of a regular file; no more than its beginning. */
  text(path: string): string | undefined;
  /** Whether the layer has a member of that name, be it a link. */
  has(path: string): boolean;
}

/** Families of namespaces that Clair v2 gives to layers, and how their versions are written. */
const families: ReadonlyMap<string, VersionFormat> = new Map<string, VersionFormat>([
  ['debian', 'dpkg'],
  ['ubuntu', 'dpkg'],
  ['alpine', 'dpkg'],
  ['centos', 'rpm'],
  ['rhel', 'rpm'],
  ['fedora', 'rpm'],
  ['amzn', 'rpm'],
  ['ol', 'rpm'],
  ['oracle', 'rpm'],
]);

/** What os-release calls distributions that namespaces name otherwise; of these the first number is the release. */
const clairNames: ReadonlyMap<string, string> = new Map([
  ['rhel', 'centos'],
  ['ol', 'oracle'],
]);

/** In the order in which they are looked at. */
const productFiles = ['etc/oracle-release', 'etc/centos-release', 'etc/redhat-release', 'etc/system-release'];

type Detector = (texts: ReleaseTexts, ecosystems: readonly Ecosystem[]) => StoredNamespace | undefined;

/** Clair's detectors. There they run in any order; here in one that gives the same answer each time. */
const detectors: readonly Detector[] = [amazon, osRelease, lsbRelease, productRelease, alpineRelease, aptSources];

/**
 * The namespace that a layer itself names, by the rules of Clair v2.1.8: a layer of the v1 API belongs to the same
 * namespace here as there. Distributions that Clair never knew are those that the ecosystems recognise.
 */
export function detectNamespace(texts: ReleaseTexts, ecosystems: readonly Ecosystem[]): StoredNamespace | undefined {
  for (const detector of detectors) {
    const found = detector(texts, ecosystems);
    if (found === undefined) continue;
    // `CentOS Stream release 9` would be `stream:9`, and Rocky Linux 9.3 `rocky:9.3`, on which nobody publishes anything.
    return families.has(familyOf(found)) ? found : (ourNamespace(texts, ecosystems) ?? found);
  }
  const ours = ourNamespace(texts, ecosystems);
  return ours === undefined || families.has(familyOf(ours)) ? undefined : ours;
}

function familyOf({ name }: StoredNamespace): string {
  return name.slice(0, Math.max(0, name.indexOf(':')));
}

/** What the command line would say, under the name that Clair has for it. */
function ourNamespace(texts: ReleaseTexts, ecosystems: readonly Ecosystem[]): StoredNamespace | undefined {
  const files = releasePaths.flatMap((path): ReleaseFile[] => {
    const text = texts.text(path);
    return text === undefined ? [] : [{ path, text, fields: parseReleaseFields(text) }];
  });
  const { distribution } = detectDistribution(files, ecosystems);
  return distribution && namespaceOf(distribution, ecosystems);
}

/** The namespace of a distribution that the command line recognises. */
export function namespaceOf({ id, version }: Distribution, ecosystems: readonly Ecosystem[]): StoredNamespace {
  const isRpm = ecosystemOf(id, ecosystems)?.types.includes('rpm') === true;
  return { name: `${clairNames.get(id) ?? id}:${version}`, versionFormat: isRpm ? 'rpm' : 'dpkg' };
}

function amazon(texts: ReleaseTexts): StoredNamespace | undefined {
  for (const path of productFiles) {
    const version = /Amazon (?:Linux release|Linux AMI release) (\d+\.?\d*)/.exec(texts.text(path) ?? '')?.[1];
    if (version !== undefined) return { name: `amzn:${version}`, versionFormat: 'rpm' };
  }
  return undefined;
}

function osRelease(texts: ReleaseTexts): StoredNamespace | undefined {
  // Red Hat's relatives are told by the files of the next detectors.
  if (['etc/oracle-release', 'etc/redhat-release', 'usr/lib/centos-release'].some((path) => texts.has(path))) {
    return undefined;
  }
  let id = '';
  let version = '';
  for (const line of linesOf(texts, ['etc/os-release', 'usr/lib/os-release'])) {
    id = settingOf(line, 'ID=') ?? id;
    version = settingOf(line, 'VERSION_ID=') ?? version;
  }
  return named(id, version);
}

function lsbRelease(texts: ReleaseTexts): StoredNamespace | undefined {
  let id = '';
  let version = '';
  for (const line of linesOf(texts, ['etc/lsb-release'])) {
    id = settingOf(line, 'DISTRIB_ID=') ?? id;
    const told = settingOf(line, 'DISTRIB_RELEASE=');
    if (told === undefined) continue;
    version = id === 'centos' || id === 'debian' ? (told.split('.', 1)[0] as string) : told;
  }
  return named(id, version);
}

/** Alpine is told by a file of its own alone. */
function named(id: string, version: string): StoredNamespace | undefined {
  const versionFormat = id === 'alpine' ? undefined : families.get(id);
  if (versionFormat === undefined || version === '') return undefined;
  const clairName = clairNames.get(id);
  const name = clairName === undefined ? `${id}:${version}` : `${clairName}:${version.split('.', 1)[0]}`;
  return { name, versionFormat };
}

/** Value of a `KEY=value` line, in lower case and without double quotes. */
function settingOf(line: string, key: string): string | undefined {
  return line.startsWith(key) ? line.slice(key.length).toLowerCase().replaceAll('"', '') : undefined;
}

function productRelease(texts: ReleaseTexts): StoredNamespace | undefined {
  for (const path of productFiles) {
    const text = texts.text(path);
    const name = text && productOf(text);
    if (name) return { name, versionFormat: 'rpm' };
  }
  return undefined;
}

/** `CentOS Linux release 7.3.1611 (Core)` is `centos:7`. */
function productOf(text: string): string | undefined {
  const oracle = /Oracle Linux Server release (\d+)/.exec(text);
  if (oracle !== null) return `oracle:${oracle[1]}`;
  const redhat = /Red Hat Enterprise Linux (?:Client |Server |Workstation |)release (\d+)/.exec(text);
  if (redhat !== null) return `centos:${redhat[1]}`;
  // The look-behind keeps it linear: each word is begun once.
  const other = /(?<!\S)(\S*) (?:Linux )?release (\d+)/.exec(text);
  return other === null ? undefined : `${(other[1] as string).toLowerCase()}:${other[2]}`;
}

function alpineRelease(texts: ReleaseTexts): StoredNamespace | undefined {
  for (const line of linesOf(texts, ['etc/alpine-release'])) {
    const branch = /^(\d+\.\d+)\.\d+$/.exec(line)?.[1];
    if (branch !== undefined) return { name: `alpine:v${branch}`, versionFormat: 'dpkg' };
  }
  return undefined;
}

/** Suites of Debian that move: Clair stopped moving them in 2017. */
const movingSuites: ReadonlyMap<string, string> = new Map([
  ['oldstable', 'debian:7'],
  ['stable', 'debian:8'],
  ['testing', 'debian:9'],
  ['unstable', 'debian:unstable'],
]);

/** `deb URI SUITE main`, with single blanks between: the first line with a suite that is known. */
function aptSources(texts: ReleaseTexts, ecosystems: readonly Ecosystem[]): StoredNamespace | undefined {
  const suites = new Map(movingSuites);
  for (const id of ['debian', 'ubuntu']) {
    for (const { codename, version } of ecosystemOf(id, ecosystems)?.releases ?? []) {
      if (codename !== undefined && !suites.has(codename)) suites.set(codename, `${id}:${version}`);
    }
  }
  for (const line of linesOf(texts, ['etc/apt/sources.list'])) {
    const [, , suite = '', ...components] = line.split(' ');
    const name = components.includes('main') ? suites.get(suite.split('/', 1)[0] as string) : undefined;
    if (name !== undefined) return { name, versionFormat: 'dpkg' };
  }
  return undefined;
}

function linesOf(texts: ReleaseTexts, paths: readonly string[]): string[] {
  return paths.flatMap((path) => (texts.text(path) ?? '').split(/\r?\n/));
}
