import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { compareText } from '../../../model/order.ts';
import { probesFolder } from '../../probes-folder.ts';
import { Probe } from './probe.ts';

export interface Probes {
  /** By file name. */
  readonly probes: readonly Probe[];
  /** Why a file, or the folder, cannot be used. */
  readonly problems: readonly string[];
}

/** Reads the probes that come with Drydock. What cannot be used is told, never thrown. */
export async function readProbes(folder: string = probesFolder): Promise<Probes> {
  const { load } = await import('js-yaml');
  const probes: Probe[] = [];
  const problems: string[] = [];
  const tell = (name: string, error: unknown): void => {
    problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  };
  let names: string[] = [];
  try {
    names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml')).sort(compareText);
  } catch (error) {
    tell(folder, error);
  }
  for (const name of names) {
    try {
      probes.push(Probe.parse(load(await readFile(path.join(folder, name), 'utf8'))));
    } catch (error) {
      tell(name, error);
    }
  }
  return { probes, problems };
}
