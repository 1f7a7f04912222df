import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { benchImage, folder, imageNames } from './image-set.ts';
import type { Contender } from './measure.ts';
import { snykFolder, trivy } from './peers.ts';
import { plainLayer } from './plain-layer.ts';

export const forms = ['plain', 'gz', 'zst'] as const;
export type Form = (typeof forms)[number];

export const contenderNames = [
  'drydock',
  'drydock-warm',
  'trivy-os',
  'trivy',
  'trivy-warm',
  'snyk',
  'floor',
  'inflate',
] as const;
export type ContenderName = (typeof contenderNames)[number];

/** What Drydock is compared with, in words. */
export const contenderTitles: Readonly<Record<ContenderName, string>> = {
  drydock: 'drydock, cold',
  'drydock-warm': 'drydock, every layer in its cache',
  'trivy-os': 'trivy cold, system packages',
  trivy: 'trivy cold, all packages',
  'trivy-warm': 'trivy, system packages, every layer in its cache',
  snyk: 'snyk',
  floor: 'floor',
  inflate: "Node.js's own inflate",
};

/** How often the slow ones run: a scan by snyk-docker-plugin may take a minute. */
const fewRounds: Partial<Record<ContenderName, number>> = { snyk: 2 };

/** The images, and the largest layer of `py` alone. */
export const subjects = [...imageNames, 'layer'] as const;

export interface Job {
  readonly image: (typeof subjects)[number];
  readonly form: Form;
}

/** What the scans of one job are told besides the image. */
export interface ScanOptions {
  /** The checkout whose built Drydock is measured. */
  readonly checkout: string;
  /** Undefined: the starter set, loaded at every start. */
  readonly database: string | undefined;
  /** Where the scanners write what they found. */
  readonly results: string;
}

/** Where a contender writes what it found in a job. */
export function resultFile(name: ContenderName, { image, form }: Job, { results }: ScanOptions): string {
  return path.join(results, `${image}-${form}-${name}.json`);
}

/** The command of a contender for a job; undefined where it has none. All scanners read the same input. */
export function contender(name: ContenderName, job: Job, options: ScanOptions): Contender | undefined {
  if (job.image === 'layer') return layerContender(name, job, options);
  const { plain, gzipFolder, zstdFolder } = benchImage(job.image);
  const input = { plain, gz: gzipFolder, zst: zstdFolder }[job.form];
  const result = resultFile(name, job, options);
  const rounds = fewRounds[name];
  switch (name) {
    case 'drydock':
    case 'drydock-warm':
      return withCache(name, job, (cache) => drydockCommand(input, result, cache, options));
    case 'trivy-os':
    case 'trivy-warm':
      return withCache(name, job, (cache) => trivyCommand(input, result, cache, 'os'));
    case 'trivy':
      return withCache(name, job, (cache) => trivyCommand(input, result, cache, 'os,library'));
    case 'snyk': {
      if (job.form === 'zst') return undefined; // it does not read zstd
      const source = job.form === 'plain' ? `docker-archive:${input}` : `oci-archive:${benchImage(job.image).gzip}`;
      const script = path.join(import.meta.dirname, 'snyk-scan.js');
      const words = ['exec "$0" "$1" "$2" "$3" >"$4"', process.execPath, script, snykFolder, source, result];
      return { command: ['sh', '-c', ...words], ...(rounds === undefined ? {} : { rounds }) };
    }
    case 'floor':
      return { command: floorCommand(job.form, job.form === 'plain' ? [input] : layerFiles(input)) };
    case 'inflate':
      return job.form === 'gz' ? { command: inflateCommand(layerFiles(input)) } : undefined;
  }
}

/** One layer has no scanner to be compared with: the others read images only. */
function layerContender(name: ContenderName, job: Job, options: ScanOptions): Contender | undefined {
  const { gzipFolder, zstdFolder } = benchImage('py');
  const largest = (layout: string): string =>
    layerFiles(layout).reduce((a, b) => (statSync(b).size > statSync(a).size ? b : a));
  const file =
    job.form === 'plain' ? plainLayer(largest(zstdFolder)) : largest(job.form === 'gz' ? gzipFolder : zstdFolder);
  if (name === 'floor') return { command: floorCommand(job.form, [file]) };
  if (name === 'inflate') return job.form === 'gz' ? { command: inflateCommand([file]) } : undefined;
  if (name !== 'drydock' && name !== 'drydock-warm') return undefined;
  const result = resultFile(name, job, options);
  return withCache(name, job, (cache) => drydockCommand(`layer:${file}`, result, cache, options));
}

/** A scanner with a cache of layers: as new before each run, or its own from the round that does not count. */
function withCache(name: ContenderName, { image, form }: Job, command: (cache: string) => string[]): Contender {
  const cache = path.join(folder, 'caches', `${image}-${form}-${name}`);
  const renew = (): void => {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    if (name.startsWith('trivy')) cpSync(trivy.emptyCache, cache, { recursive: true });
  };
  renew();
  return { command: command(cache), ...(name.endsWith('-warm') ? {} : { prepare: renew }) };
}

function drydockCommand(input: string, result: string, cache: string, options: ScanOptions): string[] {
  const words = ['scan', '--checks', 'vulnerability', '--offline', '-q', '-o', `json=${result}`, '-f', 'json'];
  if (options.database !== undefined) words.push('--db', options.database);
  return [path.join(options.checkout, 'drydock'), ...words, '--cache-dir', cache, input];
}

function trivyCommand(input: string, result: string, cache: string, types: string): string[] {
  const offline = ['--offline-scan', '--skip-db-update', '--skip-java-db-update', '--cache-dir', cache];
  const output = ['--format', 'cyclonedx', '-o', result];
  return [trivy.program, '-q', 'image', '--vuln-type', types, ...offline, ...output, '--input', input];
}

/** The least that anyone must do: walk the headers of what is plain, decompress the layers that are not. */
function floorCommand(form: Form, files: readonly string[]): string[] {
  switch (form) {
    case 'plain':
      return [process.execPath, path.join(import.meta.dirname, 'header-walk.js'), ...files];
    case 'gz':
      return ['igzip', '-dc', ...files];
    case 'zst':
      return ['zstd', '-dcq', ...files];
  }
}

function inflateCommand(files: readonly string[]): string[] {
  return [process.execPath, path.join(import.meta.dirname, 'inflate.js'), ...files];
}

/** The layers of an OCI layout folder: what starts as gzip or zstd does. */
function layerFiles(layout: string): string[] {
  const blobs = path.join(layout, 'blobs', 'sha256');
  if (!existsSync(blobs)) throw new Error(`${layout} is no OCI layout folder`);
  return readdirSync(blobs)
    .map((name) => path.join(blobs, name))
    .filter((file) => ['1f8b', '28b5'].includes(firstBytes(file)))
    .toSorted();
}

function firstBytes(file: string): string {
  const bytes = Buffer.alloc(2);
  const fd = openSync(file, 'r');
  readSync(fd, bytes);
  closeSync(fd);
  return bytes.toString('hex');
}
