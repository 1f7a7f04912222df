import { rm } from 'node:fs/promises';
import path from 'node:path';
import { jsonText } from '../../formats/json-text.ts';
import type { Proofs } from '../../runtime/observe/prove-run.ts';
import type { Advice } from '../../runtime/products/hardening.ts';
import {
  allowedCalls,
  seccompPodSetting,
  seccompProfile,
  seccompResource,
} from '../../runtime/products/seccomp/profile.ts';
import { writeOutputFile } from '../output-file.ts';

const OF_PROVEN = ['seccomp.json', 'seccomp-kubernetes.json'];

/**
 * Writes what runs proved to a folder that is there, one file each. A seccomp profile that is not proven could keep the image
 * from working: then there is the one that only logs, and those of an earlier run are taken away.
 * @returns names of the files
 */
export async function writeProfiles(
  folder: string,
  proofs: Proofs,
  architecture: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { seccomp, advice, appArmor, networkPolicy } = proofs;
  const calls = allowedCalls(seccomp.profile);
  const files: Readonly<Record<string, string>> = {
    'seccomp-log.json': jsonText(seccompProfile(calls, architecture, 'log')),
    ...(seccomp.proven && {
      'seccomp.json': jsonText(seccomp.profile),
      'seccomp-kubernetes.json': jsonText({
        resource: seccompResource(seccomp.profile, 'observed'),
        pod: seccompPodSetting('seccomp.json'),
      }),
    }),
    'apparmor.profile': appArmor,
    'network-policy.json': jsonText(networkPolicy),
    'hardening.json': jsonText({ advice }),
    'docker-run.sh': dockerRun(advice, seccomp.proven),
    'kubernetes.json': jsonText({
      securityContext: {
        ...Object.assign({}, ...advice.map(({ securityContext }) => securityContext)),
        ...(seccomp.proven && { seccompProfile: { type: 'Localhost', localhostProfile: 'seccomp.json' } }),
      },
    }),
  };
  for (const name of OF_PROVEN) await rm(path.join(folder, name), { force: true });
  for (const [name, text] of Object.entries(files)) await writeOutputFile(path.join(folder, name), text, signal);
  return Object.keys(files);
}

/** A line for a shell. Folders are names of the image's: they are quoted. */
function dockerRun(advice: readonly Advice[], hasSeccomp: boolean): string {
  const flags = [
    '--security-opt=no-new-privileges',
    ...(hasSeccomp ? ['--security-opt=seccomp=seccomp.json'] : []),
    ...advice.flatMap(({ flags: own }) => own),
  ].map((flag) => (/^[\w./=:-]+$/.test(flag) ? flag : quoted(flag)));
  return [
    '# Each option was proven by a run of its own under one workload, not all of them together. IMAGE is yours to name.',
    `docker run ${flags.join(' ')} "$@"`,
    '',
  ].join('\n');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
