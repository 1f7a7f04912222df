import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './run.ts';

/** The unit file of the service. */
export const unitFile: string = path.join(projectRoot, 'deploy/drydock.service');

/** What stands in the unit, each line that is a setting. */
export function unitSettings(): readonly (readonly [name: string, value: string])[] {
  return readFileSync(unitFile, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, name, value] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    });
}

/** The groups of system calls as this machine's systemd knows them, each with its members. */
function callGroups(): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', '--no-pager'], { encoding: 'utf8' });
  let members: string[] = [];
  for (const line of (stdout ?? '').split('\n')) {
    if (line.startsWith('@')) {
      members = [];
      groups.set(line.trim(), members);
    } else if (/^ +[@\w]/.test(line)) members.push(line.trim());
  }
  return groups;
}

/**
 * The unit's SystemCallFilter as container engines take it: what it does not allow fails with EPERM. The filter is so
 * tried out where no systemd runs.
 * @returns undefined without systemd-analyze
 */
export function systemCallProfile(): string | undefined {
  const groups = callGroups();
  if (groups.size === 0) return undefined;
  const expand = (name: string): readonly string[] =>
    name.startsWith('@') ? (groups.get(name) ?? []).flatMap(expand) : [name];
  const names = new Set<string>();
  for (const [name, value] of unitSettings()) {
    if (name !== 'SystemCallFilter') continue;
    const calls = value.replace('~', '').split(' ').flatMap(expand);
    for (const call of calls) value.startsWith('~') ? names.delete(call) : names.add(call);
  }
  return JSON.stringify({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 1,
    syscalls: [{ names: [...names], action: 'SCMP_ACT_ALLOW' }],
  });
}
