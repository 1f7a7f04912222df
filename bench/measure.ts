import { spawnSync } from 'node:child_process';

/** What one run of a command took, in seconds. */
export interface Run {
  readonly cpu: number;
  readonly wall: number;
}

/** Runs a command once and returns what the shell's own clock says of it. Its output is thrown away. */
export function run(command: readonly string[]): Run {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const script = `TIMEFORMAT='%U %S %R'; time ${quoted} >/dev/null 2>&1`;
  const { stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  const [user, system, wall] = stderr.trim().split(' ').map(Number);
  if (user === undefined || system === undefined || wall === undefined || Number.isNaN(wall)) {
    throw new Error(`${command.join(' ')} could not be timed (status ${status}): ${stderr}`);
  }
  return { cpu: user + system, wall };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Runs several commands in turn, A B C A B C ..., so that a machine whose speed drifts is fair to all, after one round
 * that does not count. Prints a row each: CPU median, wall minimum and median, and CPU as a ratio to the first.
 */
export function compare(commands: Readonly<Record<string, readonly string[]>>, rounds: number): void {
  const runs = new Map<string, Run[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      const one = run(command);
      if (round > 0) runs.get(name)?.push(one);
    }
  }
  let first: number | undefined;
  console.log(`${'command'.padEnd(28)} cpu s   wall min  wall med  cpu ratio`);
  for (const [name, list] of runs) {
    const cpu = median(list.map((one) => one.cpu));
    first ??= cpu;
    const walls = list.map((one) => one.wall);
    const figures = [cpu, Math.min(...walls), median(walls), cpu / first].map((value) => value.toFixed(3).padStart(8));
    console.log(`${name.padEnd(28)}${figures.join('  ')}`);
  }
}
