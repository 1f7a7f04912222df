import { FormatError } from '../../errors.ts';
import { MAX_REQUESTED, type RequestedPackage } from './requested.ts';

/** Sections of `paket.lock` and options that stand where a section may. */
const SECTION = /^(NUGET|GITHUB|GIT|GIST|HTTP|CLITOOL)$/;
const OPTION = /^[A-Z][A-Z-]*: /;
/** `    NAME (VERSION) - restriction: ...`, and what it needs with two blanks more. */
const ENTRY = /^( {4}| {6})([^\s(]+)(?: \(([^)]*)\))?/;

/** Keywords with which a line of `paket.dependencies` begins that asks for no package. */
const keywords =
  /^(?:source|group|nuget|clitool|github|git|gist|http|cache|storage|framework|references|restriction|redirects|strategy|lowest_matching|import_targets|content|copy_local|copy_content_to_output_dir|generate_load_scripts|version|condition|copy_local|external_lock|licensedownload)\b/i;

/** Entries of a file, each once; what they need is joined. */
class Packages {
  readonly #found = new Map<string, RequestedPackage & { readonly needs: Set<string> }>();

  /** @returns where what it needs is put; one without a name is none */
  add(one: RequestedPackage): Set<string> {
    if (one.name === '') return new Set();
    const key = `${one.type} ${one.name} ${one.version} ${one.groups?.join()}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known.needs;
    if (this.#found.size >= MAX_REQUESTED) throw new FormatError(`it has more than ${MAX_REQUESTED} packages`);
    const needs = new Set<string>();
    this.#found.set(key, { ...one, needs });
    return needs;
  }

  done(): readonly RequestedPackage[] {
    return [...this.#found.values()].map(({ needs, ...one }) => ({
      ...one,
      ...(needs.size > 0 && { requires: [...needs].sort() }),
    }));
  }
}

/**
 * Reads `paket.lock`: packages of NuGet, and repositories of GitHub from which files are taken, with their commits.
 * Source: fsprojects.github.io/Paket/lock-file.html.
 * @throws FormatError where it has no section of Paket's
 */
export function parsePaketLock(text: string): readonly RequestedPackage[] {
  const packages = new Packages();
  let known = false;
  let section = '';
  let remote = '';
  let groups: readonly string[] | undefined;
  let needs: Set<string> | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd();
    const group = /^GROUP (.+)$/.exec(line)?.[1];
    if (group !== undefined || SECTION.test(line) || OPTION.test(line)) {
      known = true;
      section = group === undefined ? line : '';
      if (group !== undefined) groups = groupsOf(group);
      remote = '';
      needs = undefined;
    }
    if (line.startsWith('  remote: ')) remote = line.slice('  remote: '.length).trim();
    const [, blanks, name = '', version = ''] = ENTRY.exec(line) ?? [];
    if (blanks === undefined) continue;
    if (blanks.length === 6) needs?.add(name);
    else if (version === '') needs = undefined;
    else if (section === 'NUGET' || section === 'CLITOOL') {
      needs = packages.add({ name, version, ...(groups && { groups }) });
    } else if (section === 'GITHUB') packages.add({ type: 'github', name: remote, version, ...(groups && { groups }) });
  }
  if (!known) throw new FormatError('it has no section of Paket');
  return packages.done();
}

/**
 * Reads `paket.dependencies`. An exact version (`= 1.0`, `== 1.0`) stands as one, every other as it is written.
 * Source: fsprojects.github.io/Paket/dependencies-file.html.
 * @throws FormatError where no line is of Paket
 */
export function parsePaketDependencies(text: string): readonly RequestedPackage[] {
  const packages = new Packages();
  let known = false;
  let groups: readonly string[] | undefined;
  for (const raw of text.split('\n')) {
    const line = withoutComment(raw).trim();
    if (line === '') continue;
    if (keywords.test(line)) known = true;
    const [keyword = '', name = '', ...words] = line.split(/\s+/);
    if (name === '') continue;
    const kind = keyword.toLowerCase();
    if (kind === 'group') groups = groupsOf(name);
    else if (kind === 'nuget' || kind === 'clitool') {
      packages.add({ name, version: constraint(words), ...(groups && { groups }) });
    } else if (kind === 'github') {
      const colon = name.indexOf(':');
      const repository = colon < 0 ? name : name.slice(0, colon);
      const version = colon < 0 ? '' : name.slice(colon + 1);
      packages.add({ type: 'github', name: repository, version, ...(groups && { groups }) });
    }
  }
  if (!known) throw new FormatError('it has no line of Paket');
  return packages.done();
}

/** The group that everything is in that says of none is for use. */
function groupsOf(name: string): readonly string[] | undefined {
  const group = name.trim().toLowerCase();
  return group === '' || group === 'main' ? undefined : [group];
}

/** `//` and `#` begin a comment; the `//` of an address does not. */
function withoutComment(line: string): string {
  return line.replace(/(?:^|[^:])(?:\/\/|#).*$/, (comment) => (/^[/#]/.test(comment) ? '' : (comment[0] as string)));
}

/** The constraint in front of options (`lowest_matching: true`). */
function constraint(words: readonly string[]): string {
  const option = words.findIndex((word) => /^[a-z_]+:/.test(word));
  const parts = option < 0 ? words : words.slice(0, option);
  return parts.length === 2 && (parts[0] === '=' || parts[0] === '==') ? (parts[1] as string) : parts.join(' ');
}
