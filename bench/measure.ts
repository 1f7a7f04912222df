import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What one run of a command took. */
export interface Run {
  /** User and system seconds of the command and of the processes it waited for. */
  readonly cpu: number;
  /** Seconds. */
  readonly wall: number;
  /** Peak resident memory of its largest process, in MB; undefined where /usr/bin/time (Debian: time) is absent. */
  readonly memory: number | undefined;
  readonly status: number;
}

const timeProgram = '/usr/bin/time';

/**
 * Runs a command once and returns what the system says of it. Its output is thrown away. The shell's own clock is
 * finer than that of /usr/bin/time, which alone knows the memory: it costs about a millisecond.
 */
export function run(command: readonly string[]): Run {
  const folder = mkdtempSync(path.join(tmpdir(), 'drydock-measure-'));
  try {
    const memoryFile = path.join(folder, 'memory');
    const script = `TIMEFORMAT='%U %S %R'; if [ -x ${timeProgram} ]; then set -- ${timeProgram} -q -o "$0" -f %M "$@"; fi
time "$@" >/dev/null 2>&1; exit "$?"`;
    const { stderr, status } = spawnSync('bash', ['-c', script, memoryFile, ...command], { encoding: 'utf8' });
    const [user, system, wall] = stderr.trim().split(' ').map(Number);
    if (user === undefined || system === undefined || wall === undefined || Number.isNaN(wall) || status === null) {
      throw new Error(`${command.join(' ')} could not be timed (status ${status}): ${stderr}`);
    }
    return { cpu: user + system, wall, memory: kilobytes(memoryFile), status };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function kilobytes(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8').trim().split('\n').at(-1)) / 1000;
  } catch {
    return undefined;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A command of a comparison. */
export interface Contender {
  readonly command: readonly string[];
  /** What must be as new before each run; its time does not count. */
  readonly prepare?: () => void;
  /** Takes part in that many rounds only. Default: all. */
  readonly rounds?: number;
}

/**
 * Runs every command once per round, each round in another random order, so that neither a machine whose speed drifts
 * nor a fixed neighbour favours one; after one round that does not count. A command that fails ends it all.
 */
export function runRounds<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  rounds: number,
): ReadonlyMap<Name, readonly Run[]> {
  const names = Object.keys(contenders) as Name[];
  const runs = new Map<Name, Run[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of shuffled(names)) {
      const { command, prepare, rounds: most = rounds } = contenders[name];
      if (round > most || (round === 0 && most < rounds)) continue;
      prepare?.();
      const one = run(command);
      if (one.status !== 0) throw new Error(`${command.join(' ')} ended with status ${one.status}`);
      if (round > 0) runs.get(name)?.push(one);
    }
  }
  return runs;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, key: Math.random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
