import type { CageProfile } from '../../model/observation.ts';
import type { EngineImageDescription } from '../../net/container-engine/images.ts';
import { writeTar } from '../inside/tar-writer.ts';
import { filesAsTar } from '../run-profiles/file-tar.ts';
import type { RunPreset, RunProfile } from '../run-profiles/run-profile.ts';
import type { CageLimits } from './cage-limits.ts';
import type { ContainerStart } from './container-start.ts';
import type { CageOptions, CageTools } from './open-cage.ts';
import type { Run } from './run.ts';

/** What is wanted of every run of an image, the first as those that prove something. */
export interface ImageWishes {
  readonly image: EngineImageDescription;
  readonly run: Run;
  readonly limits?: Partial<CageLimits>;
  readonly network?: CageOptions['network'];
  readonly acceptWeak?: boolean;
  readonly runtime?: string;
  /** Volumes that every run has, beside those of a tracer. */
  readonly volumes?: CageTools['volumes'];
  readonly platform?: string;
  /** The user's own: part of every run. */
  readonly runProfile?: RunProfile;
  readonly signal?: AbortSignal;
}

/** One way to try an image: what it changes, beyond the profile of the user. */
export interface Rung {
  readonly profile: CageProfile;
  readonly preset?: RunPreset;
}

/** What an image is started with, and what a tracer needs for it. */
export interface InstrumentedStart {
  readonly start: ContainerStart;
  readonly tools?: CageTools;
}

/** The cage of an image. There is no other place that makes one: runs that are compared differ in nothing else. */
export function imageCage(
  wishes: ImageWishes,
  { profile, preset }: Rung,
  { start, tools }: InstrumentedStart,
): CageOptions & { readonly run: Run } {
  const { image, run, network, acceptWeak, runtime, volumes, platform, runProfile, signal } = wishes;
  const limits = withMemory(wishes.limits, preset);
  return {
    image: image.id,
    profile,
    start,
    run,
    ...(limits && { limits }),
    ...(network && { network }),
    ...((tools ?? volumes) && { tools: { ...tools, volumes: { ...volumes, ...tools?.volumes } } }),
    ...(runProfile && runProfile.files.length > 0 && { files: writeTar(filesAsTar(runProfile.files)) }),
    ...(acceptWeak !== undefined && { acceptWeak }),
    ...(runtime !== undefined && { runtime }),
    ...(platform !== undefined && { platform }),
    ...(signal && { signal }),
  };
}

/** A preset may ask for more than is usual; what the user says holds. */
function withMemory(
  limits: Partial<CageLimits> | undefined,
  preset: RunPreset | undefined,
): Partial<CageLimits> | undefined {
  if (preset?.memoryBytes === undefined || limits?.memoryBytes !== undefined) return limits;
  return { ...limits, memoryBytes: preset.memoryBytes };
}
