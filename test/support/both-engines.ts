import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { connectEngine, type Engine } from '../../src/net/container-engine/engine.ts';
import { type BusyboxImage, busyboxArchive, whyNoBusybox } from './busybox-image.ts';
import { type RealEngine, startDocker, startPodman, whyNoEngine } from './real-engines.ts';
import { temporaryFolder } from './temporary.ts';

/** The engines that tests of running containers are about. */
export const runningEngines = [
  { title: 'Docker', kind: 'docker', program: 'dockerd', start: () => startDocker() },
  { title: 'Podman', kind: 'podman', program: 'podman', start: () => startPodman() },
] as const;

export type RunningEngine = (typeof runningEngines)[number];

/** Why containers cannot be run with it here, or undefined where they can. */
export function whyNoContainers(program: 'dockerd' | 'podman'): string | undefined {
  return whyNoEngine(program) ?? whyNoBusybox();
}

/** Starts an engine and gives it images. */
export async function engineWith(
  { kind, start }: RunningEngine,
  ...images: readonly [BusyboxImage, ...BusyboxImage[]]
): Promise<{ readonly real: RealEngine; readonly engine: Engine }> {
  const real = await start();
  const archive = path.join(temporaryFolder(), 'images.tar');
  writeFileSync(archive, busyboxArchive(...images));
  real.load(archive);
  return { real, engine: await connectEngine(kind, { environment: real.environment }) };
}
