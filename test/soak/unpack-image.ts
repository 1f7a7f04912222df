import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Index {
  readonly manifests: readonly [{ readonly annotations?: Readonly<Record<string, string>> }];
}

/** Unpacks the image of an OCI layout folder with umoci (Debian: umoci) into a folder that is not there yet. */
export function unpackImage(layout: string, folder: string): void {
  const index = path.join(layout, 'index.json');
  if (!existsSync(index)) throw new Error(`${layout} is no OCI layout folder: node bench/image-set.ts makes one`);
  const { manifests } = JSON.parse(readFileSync(index, 'utf8')) as Index;
  const tag = manifests[0].annotations?.['org.opencontainers.image.ref.name'] ?? 'latest';
  execFileSync('umoci', ['raw', 'unpack', '--image', `${layout}:${tag}`, folder], { stdio: 'ignore' });
}
