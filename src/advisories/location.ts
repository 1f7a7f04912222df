import { homedir } from 'node:os';
import path from 'node:path';
import { SCHEMA_VERSION } from './schema.ts';

/** Where the advisory database is looked for. */
export interface DatabaseLocation {
  /** `--db`: the file itself. */
  readonly db?: string;
  /** `--cache-dir`: the folder of everything that can be made anew. */
  readonly cacheDir?: string;
}

/**
 * Path of the advisory database: `--db`, else below `--cache-dir`, else below the cache folder of the XDG base directory
 * specification. The schema's version is part of the name, so that versions of Drydock that know different ones do not
 * take each other's database away.
 */
export function databasePath(location: DatabaseLocation = {}, environment: NodeJS.ProcessEnv = process.env): string {
  if (location.db !== undefined && location.db !== '') return path.resolve(location.db);
  return path.join(cacheFolder(location.cacheDir, environment), `advisories-${SCHEMA_VERSION}.db`);
}

/** Folder of everything that Drydock can make anew: `--cache-dir`, `$XDG_CACHE_HOME/drydock` or `~/.cache/drydock`. */
export function cacheFolder(cacheDir: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  if (cacheDir !== undefined && cacheDir !== '') return path.resolve(cacheDir);
  const xdg = environment['XDG_CACHE_HOME'];
  // The specification says that a relative path is to be ignored.
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(environment['HOME'] || homedir(), '.cache');
  return path.join(base, 'drydock');
}
