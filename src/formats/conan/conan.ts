import { FormatError } from '../../errors.ts';
import { parseJson } from '../parse-json.ts';
import { asList, asRecord, asText, type JsonRecord, ownValue } from '../record.ts';

/** A package of Conan as files refer to it. */
export interface ConanReference {
  readonly name: string;
  /** As written: also a range in brackets. */
  readonly version: string;
  readonly user?: string;
  readonly channel?: string;
}

/** A package that a file asks for. */
export interface AskedConanPackage extends ConanReference {
  readonly group?: 'build' | 'config' | 'python' | 'test';
  /** The project that the file is of. */
  readonly application?: true;
}

export interface ConanLock {
  readonly packages: readonly AskedConanPackage[];
  /** References that are none. */
  readonly unreadable: number;
}

const MAX_PACKAGES = 100_000;
const WORD = /^[A-Za-z0-9_][\w+.-]{0,100}$/;

/**
 * Reads `name/version[@user/channel][#revision][:package[#revision]][%time]` (docs.conan.io, "Conan references").
 * @returns undefined for what is none
 */
export function parseConanReference(text: string): ConanReference | undefined {
  if (text.length > 1000) return undefined;
  const [recipe = ''] = text.split(/[#:%]/, 1);
  const [main = '', origin = ''] = recipe.split('@', 2);
  const slash = main.indexOf('/');
  const name = main.slice(0, slash).trim();
  const version = main.slice(slash + 1).trim();
  const isVersion = WORD.test(version) || /^\[[^\]]{1,200}\]$/.test(version);
  if (slash <= 0 || !WORD.test(name) || !isVersion) return undefined;
  const [user = '', channel = ''] = origin.split('/', 2);
  return {
    name,
    version,
    ...(WORD.test(user) && user !== '_' && { user }),
    ...(WORD.test(channel) && channel !== '_' && { channel }),
  };
}

/**
 * Reads `conan.lock` of Conan 2 (lists of references) and of Conan 1 (a graph), of all its versions.
 * @throws FormatError for what is no JSON, or another
 */
export function parseConanLock(text: string): ConanLock {
  const root = asRecord(parseJson(text));
  if (root === undefined) throw new FormatError('it is no lockfile of Conan');
  const graph = asRecord(ownValue(root, 'graph_lock'));
  const collected = new Collected();
  if (graph === undefined) {
    const lists = ['requires', 'build_requires', 'python_requires', 'config_requires'].map((key) =>
      ownValue(root, key),
    );
    if (!lists.some(Array.isArray)) throw new FormatError('it is no lockfile of Conan');
    const [requires, build, python, config] = lists;
    collected.all(asList(requires));
    collected.all(asList(build), 'build');
    collected.all(asList(python), 'python');
    collected.all(asList(config), 'config');
  } else readGraph(asRecord(ownValue(graph, 'nodes')) ?? {}, collected);
  return collected.done();
}

function readGraph(nodes: JsonRecord, collected: Collected): void {
  const entries = Object.entries(nodes).flatMap(([id, node]) => {
    const record = asRecord(node);
    return record === undefined ? [] : [{ id, record }];
  });
  const needed = (key: string): Set<unknown> => new Set(entries.flatMap(({ record }) => needs(ownValue(record, key))));
  const [used, building] = [needed('requires'), needed('build_requires')];
  for (const { id, record } of entries) {
    // Before 0.4 a node had a reference of its package, and the project itself none.
    const reference = ownValue(record, 'ref') ?? ownValue(record, 'pref');
    if (reference === null || reference === undefined) continue;
    const isOwn = ownValue(record, 'path') !== undefined && !used.has(id);
    collected.add(reference, building.has(id) && !used.has(id) ? 'build' : undefined, isOwn);
  }
}

/** A list of nodes, or an object with a reference to each. */
function needs(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : Object.values(asRecord(value) ?? {});
}

/**
 * Reads `conanfile.txt`: the sections that ask for packages (docs.conan.io, "conanfile.txt").
 * @throws FormatError for a file without a section
 */
export function parseConanfile(text: string): ConanLock {
  const collected = new Collected();
  let hasSections = false;
  for (const { section, line } of sectionsOf(text)) {
    hasSections = true;
    if (line === undefined) continue;
    if (section === 'requires') collected.add(line);
    else if (section === 'build_requires' || section === 'tool_requires') collected.add(line, 'build');
    else if (section === 'test_requires') collected.add(line, 'test');
  }
  if (!hasSections && text.trim() !== '') throw new FormatError('it has no section');
  return collected.done();
}

/** Reads what a `conaninfo.txt` of Conan 1 says that its package was built with. */
export function parseConaninfo(text: string): ConanLock {
  const collected = new Collected();
  for (const { section, line } of sectionsOf(text)) {
    if (section === 'full_requires' && line !== undefined) collected.add(line);
  }
  return collected.done();
}

function* sectionsOf(text: string): Iterable<{ readonly section: string; readonly line?: string }> {
  let section: string | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const title = /^\[([a-z_]{1,50})\]$/.exec(line)?.[1];
    if (title !== undefined) {
      section = title;
      yield { section };
    } else if (section !== undefined && line !== '' && !line.startsWith('#')) {
      yield { section, line: line.split(/\s+#/, 1)[0]! };
    }
  }
}

class Collected {
  readonly #packages: AskedConanPackage[] = [];
  #unreadable = 0;

  all(references: readonly unknown[], group?: AskedConanPackage['group']): void {
    for (const reference of references) this.add(reference, group);
  }

  add(reference: unknown, group?: AskedConanPackage['group'], application = false): void {
    const text = asText(reference);
    const found = text === undefined ? undefined : parseConanReference(text);
    if (found === undefined) {
      this.#unreadable++;
      return;
    }
    if (this.#packages.length >= MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
    this.#packages.push({
      ...found,
      ...(group !== undefined && { group }),
      ...(application && { application: true }),
    });
  }

  done(): ConanLock {
    return { packages: this.#packages, unreadable: this.#unreadable };
  }
}
