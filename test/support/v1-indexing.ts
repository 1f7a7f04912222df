import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { ecosystems } from '../../src/ecosystems/index.ts';
import type { Logger } from '../../src/log.ts';
import {
  createLayerIndexer,
  type LayerIndexerOptions,
  type OwnedLayerIndexer,
} from '../../src/server/v1/indexing/indexer.ts';
import { IndexError } from '../../src/server/v1/layer-indexer.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { TarEntry } from './tar.ts';
import { temporaryFolder } from './temporary.ts';

interface Told {
  readonly level: string;
  readonly message: string;
  readonly data: unknown;
}

/** Of this test: the folder that layers may come from, the store that they are kept in, and what the log was told. */
export let folder: string;
export let store: Store;
export let told: Told[];
const open: OwnedLayerIndexer[] = [];

/** Gives every test of the file these anew. Call it once. */
export function indexInEachTest(): void {
  beforeEach(async () => {
    folder = temporaryFolder();
    told = [];
    store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
  });

  afterEach(async () => {
    for (const indexer of open.splice(0)) await indexer.close();
    await store.close();
  });
}

function logger(): Logger {
  const say =
    (level: string) =>
    (data: object, message: string): void =>
      void told.push({ level, message, data });
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}

/** An indexer of that folder and store, which is closed after the test. */
export function indexer(options: Partial<LayerIndexerOptions> = {}): OwnedLayerIndexer {
  const made = createLayerIndexer({
    store,
    ecosystems,
    sources: { roots: [folder], compat: false, hosts: [] },
    log: logger(),
    ...options,
  });
  open.push(made);
  return made;
}

interface Posted {
  readonly parent?: string;
  readonly format?: string;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/** Posts bytes as a layer; undefined for a layer that was kept, else why it was not. */
export async function post(
  name: string,
  bytes: Uint8Array | undefined,
  { parent, format = 'Docker', path: file = path.join(folder, `${name}.tar`), signal }: Posted = {},
  by = indexer(),
): Promise<string | undefined> {
  if (bytes !== undefined) writeFileSync(file, bytes);
  try {
    const request = { name, path: file, headers: new Map(), format, ...(parent !== undefined && { parent }) };
    await by.index(request, signal ?? new AbortController().signal);
    return undefined;
  } catch (error) {
    if (error instanceof IndexError) return error.failure;
    throw error;
  }
}

export async function packagesOf(name: string): Promise<string[]> {
  const packages = (await store.layers.packages(name)) ?? [];
  return packages.map((one) => `${one.namespace} ${one.name} ${one.version} ${one.addedBy}`);
}

export const debian8: TarEntry = { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="8"\n' };
export const status = (...packages: readonly string[]): TarEntry => ({
  path: 'var/lib/dpkg/status',
  content: packages.map((one) => `Package: ${one}\nStatus: install ok installed\nVersion: 1\n\n`).join(''),
});
