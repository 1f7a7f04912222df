import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { Fact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import type { ProblemCode } from '../../model/problem.ts';

interface Unread {
  readonly names: readonly string[];
  readonly path: RegExp;
  readonly code: ProblemCode;
  /** What is missing in the report, and what tells it. */
  readonly message: string;
}

const databases: readonly Unread[] = [
  {
    names: ['spec.json'],
    path: /(?:^|\/)\.spack\/spec\.json$/,
    code: 'packages.unread',
    message: 'packages that Spack installed are not read: spack find lists them',
  },
  {
    names: ['metadata'],
    path: /(?:^|\/)flatpak\/(?:app|runtime)(?:\/[^/]+){4}\/metadata$/,
    code: 'packages.unread',
    message: 'what Flatpak installed is not read: flatpak list tells it',
  },
  {
    names: ['packages.toml'],
    path: /(?:^|\/)build\/packages\/packages\.toml$/,
    code: 'packages.unread',
    message: 'packages of Hex that Gleam fetched are not read: gleam deps list tells them',
  },
  {
    names: ['gleam.toml'],
    path: /^(?!(?:.*\/)?build\/packages\/)/,
    code: 'lockfile.unreadable',
    message: 'what a project asks Gleam for is not read: gleam deps list tells it',
  },
  {
    names: ['mise.toml', '.mise.toml'],
    path: /./,
    code: 'lockfile.unreadable',
    message: 'what a project asks mise for is not read: mise ls tells it',
  },
];

const byName: ReadonlyMap<string, Unread> = new Map(databases.flatMap((one) => one.names.map((name) => [name, one])));

/** Names databases of packages that are not read, each kind once a layer. */
export const unreadDatabases: Analyzer<Fact> = {
  name: 'unread-databases',
  version: 1,
  names: { exact: [...byName.keys()] },

  wants(file: FileHeader): Appetite {
    return file.type === 'file' && databaseOf(file) !== undefined ? Appetite.Header : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<Fact> {
    const found = new Map<Unread, { readonly path: string; readonly count: number }>();
    return {
      read({ header, path }) {
        const database = databaseOf(header);
        if (database === undefined) return;
        const { path: other = path, count = 0 } = found.get(database) ?? {};
        found.set(database, { path: path < other ? path : other, count: count + 1 });
      },
      close() {
        for (const [{ code, message }, { path, count }] of found) {
          const more = count === 1 ? '' : ` (${count} such files)`;
          layer.problem({ code, message: `${message}${more}`, path });
        }
        return [];
      },
    };
  },
};

function databaseOf({ name, path }: FileHeader): Unread | undefined {
  const database = byName.get(name);
  return database?.path.test(path) === true ? database : undefined;
}
