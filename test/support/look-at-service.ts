import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ServiceTarget } from '../../src/model/service-scanner.ts';
import { isServiceFinding } from '../../src/runtime/service-scan/merge-findings.ts';
import { readProbes } from '../../src/runtime/service-scan/probes/read-probes.ts';
import { probeScanner } from '../../src/runtime/service-scan/scan-services.ts';
import { loopbackTarget, observedPort, serviceBudget } from './loopback-services.ts';
import { own, type RealService, startService } from './real-services.ts';
import { temporaryFolder } from './temporary.ts';

const started: RealService[] = [];

/** Stops what `start` started: for `afterEach`. */
export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map((service) => service.stop()));
}

/** As `startService`: for a service that `stopAll` stops. */
export async function start(...given: Parameters<typeof startService>): Promise<void> {
  started.push(await startService(...given));
}

const scanner = probeScanner(await readProbes());

export interface Seen {
  /** What it speaks, with its version where it tells. */
  readonly name: string;
  readonly ids: readonly string[];
  readonly evidence: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/** Scans a port under a number that tells nothing, unless one is given. */
export async function look(port: number, more: Partial<Pick<ServiceTarget, 'keys' | 'view'>> = {}): Promise<Seen> {
  const target = loopbackTarget([observedPort(port)], more);
  const seen = { name: '', ids: [] as string[], evidence: new Map<string, string>(), problems: [] as string[] };
  for await (const item of scanner.scan(target, serviceBudget())) {
    if (!('kind' in item)) seen.problems.push(item.message);
    else if (isServiceFinding(item)) {
      seen.ids.push(item.id.replace(/^service\./, ''));
      seen.evidence.set(item.id, item.evidence);
    } else seen.name = [item.name, item.product, item.version].filter((part) => part !== undefined).join(' ');
  }
  return seen;
}

/** A folder that a user may enter. */
export function folderFor(user: string): { folder: string; uid: number; gid: number } {
  const folder = temporaryFolder();
  return { folder, ...own(user, folder) };
}

/** Writes a file that its owner alone may read. */
export function file(folder: string, name: string, text: string, user?: string): string {
  const at = path.join(folder, name);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text, { mode: 0o600 });
  if (user !== undefined) own(user, at);
  return at;
}

/** A password that nobody guesses. */
export const LONG = 'Vb7-long-and-random-2Kq';
