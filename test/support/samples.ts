import { readShared } from './shared.ts';
import { tarMembers } from './tar-members.ts';

/** The projects whose test data the samples of feeds come from. */
export type SampleProject = 'vuln-list-update' | 'vuls-data-update' | 'vunnel';

/**
 * The files of one archive of feeds/samples, by their path in the project they come from: official input and the
 * golden output of that project's converter side by side.
 */
export function sampleFiles(source: string, project: SampleProject): ReadonlyMap<string, Buffer> {
  return tarMembers(readShared(`feeds/samples/${source}/${project}.tar.zst`));
}
