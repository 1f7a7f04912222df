import { readJson } from './answers.ts';
import type { Engine } from './engine.ts';
import { field, integerField, listField, textField, textsField } from './json-fields.ts';
import { encodeId, query } from './requests.ts';

/** Entries of one answer that are read. */
const ENTRIES = 200_000;

/** A file that differs from the image. */
export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
}

/** Kinds of change as the API numbers them (Docker Engine API, "ContainerChanges"). */
const kinds = ['changed', 'added', 'removed'] as const;

/** What the file system of a container differs in from its image: the net effect, not what came and went. */
export async function containerChanges(
  engine: Engine,
  id: string,
  signal?: AbortSignal,
): Promise<{ readonly changes: readonly FileChange[]; readonly cut: boolean }> {
  const response = await engine.request({
    path: `/containers/${encodeId(engine, id)}/changes`,
    ...(signal && { signal }),
  });
  const value = await readJson(response, engine.name);
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const changes = list.slice(0, ENTRIES).flatMap((item) => {
    const path = textField(item, 'Path');
    const change = kinds[integerField(item, 'Kind') ?? -1];
    return path === undefined || change === undefined ? [] : [{ path, change }];
  });
  return { changes, cut: list.length > ENTRIES };
}

/** A process of a container as the machine of the engine counts it. */
export interface EngineProcess {
  readonly pid: number;
  readonly parent?: number;
  readonly user?: string;
  /** One letter as in proc_pid_stat(5): `T` is stopped, `t` is stopped by the one who traces it. */
  readonly state?: string;
  readonly command?: string;
}

/** Processes of a running container. Needs a program `ps` on the machine of the engine. */
export async function containerProcesses(
  engine: Engine,
  id: string,
  signal?: AbortSignal,
): Promise<readonly EngineProcess[]> {
  const response = await engine.request({
    path: `/containers/${encodeId(engine, id)}/top${query({
      // Podman takes names of its own, and has no need of a program.
      ps_args: engine.kind === 'podman' ? 'hpid,ppid,huser,state,args' : '-eo pid,ppid,user,state,args',
    })}`,
    ...(signal && { signal }),
  });
  const value = await readJson(response, engine.name);
  const titles = textsField(value, 'Titles').map((title) => title.toUpperCase());
  const column = (...names: string[]): number => titles.findIndex((title) => names.includes(title));
  const [pid, parent, user, state, command] = [
    column('PID', 'HPID'),
    column('PPID'),
    column('USER', 'HUSER'),
    column('S', 'STATE'),
    column('CMD', 'COMMAND', 'ARGS'),
  ];
  return listField(value, 'Processes')
    .slice(0, ENTRIES)
    .flatMap((row) => {
      const cells: readonly unknown[] = Array.isArray(row) ? row : [];
      const cell = (at: number): string | undefined => (typeof cells[at] === 'string' ? cells[at] : undefined);
      const number = (text: string | undefined): number | undefined =>
        text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
      const own = number(cell(pid));
      if (own === undefined) return [];
      const [parentPid, owner, letter, line] = [number(cell(parent)), cell(user), cell(state), cell(command)];
      return [
        {
          pid: own,
          ...(parentPid !== undefined && { parent: parentPid }),
          ...(owner !== undefined && { user: owner }),
          ...(letter !== undefined && { state: letter.slice(0, 1) }),
          ...(line !== undefined && { command: line }),
        },
      ];
    });
}

/** What a container uses at one moment. */
export interface ContainerStats {
  readonly memoryBytes?: number;
  /** The most it has used, where the kernel tells (cgroup 1). */
  readonly memoryPeakBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly processes?: number;
  /** Processor time since its start. */
  readonly cpuNanoseconds?: number;
}

export async function containerStats(engine: Engine, id: string, signal?: AbortSignal): Promise<ContainerStats> {
  const response = await engine.request({
    path: `/containers/${encodeId(engine, id)}/stats?stream=false&one-shot=true`,
    ...(signal && { signal }),
  });
  const value = await readJson(response, engine.name);
  const memory = field(value, 'memory_stats');
  const [memoryBytes, memoryPeakBytes, memoryLimitBytes, processes, cpuNanoseconds] = [
    integerField(memory, 'usage'),
    integerField(memory, 'max_usage'),
    integerField(memory, 'limit'),
    integerField(field(value, 'pids_stats'), 'current'),
    integerField(field(field(value, 'cpu_stats'), 'cpu_usage'), 'total_usage'),
  ];
  return {
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(memoryPeakBytes !== undefined && { memoryPeakBytes }),
    ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
    ...(processes !== undefined && { processes }),
    ...(cpuNanoseconds !== undefined && { cpuNanoseconds }),
  };
}
