import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** What an image of the bench set holds, counted without Drydock. */
export interface ImageCounts {
  readonly layers: number;
  /** Packages that dpkg has installed, by the topmost layer with its database. */
  readonly debs: number;
  readonly entries: number;
  /** Opaque folders included. */
  readonly whiteouts: number;
}

const OUTPUT_BYTES = 64_000_000;

/** Counts a `docker save` archive: headers by `header-walk.js`, packages by tar and dpkg's own words. */
export function countImage(archive: string): ImageCounts {
  const script = path.join(import.meta.dirname, 'header-walk.js');
  const walked: unknown = JSON.parse(execFileSync(process.execPath, [script, archive], { encoding: 'utf8' }));
  return { ...(walked as Omit<ImageCounts, 'debs'>), debs: countDebs(archive) };
}

function countDebs(archive: string): number {
  const [{ Layers }] = JSON.parse(shell('tar -xOf "$1" manifest.json', archive)) as [{ Layers: readonly string[] }];
  for (const layer of Layers.toReversed()) {
    const status = shell(
      'tar -xOf "$1" "$2" | tar -xOf - --wildcards "var/lib/dpkg/status" "./var/lib/dpkg/status" 2>/dev/null; :',
      archive,
      layer,
    );
    const installed = status.match(/^Status: \S+ ok installed$/gm);
    if (installed !== null) return installed.length;
  }
  return 0;
}

function shell(script: string, ...words: readonly string[]): string {
  return execFileSync('sh', ['-c', script, 'sh', ...words], { encoding: 'utf8', maxBuffer: OUTPUT_BYTES });
}
