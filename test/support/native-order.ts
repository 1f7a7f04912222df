import { spawnSync } from 'node:child_process';

/** A program that orders versions: reads `A B` a line, prints `-1`, `0` or `1` a line, and `invalid` for what it refuses. */
export interface NativeOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

function ask(native: NativeOrder, pairs: readonly (readonly [string, string])[]): readonly string[] | undefined {
  const { status, stdout } = spawnSync(native.command, native.args, {
    input: pairs.map(([a, b]) => `${a} ${b}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    timeout: 60_000,
    env: { ...process.env, ...native.environment },
  });
  const lines = stdout?.trimEnd().split('\n') ?? [];
  return status === 0 && lines.length === pairs.length ? lines : undefined;
}

/** Whether the program and the library it needs are there. */
export function isThere(native: NativeOrder): boolean {
  return ask(native, [['1.0.0', '1.0.1']])?.[0] === '-1';
}

/** Pairs on which the program and `compare` differ, with the program's answer and ours. */
export function differences(
  native: NativeOrder,
  pairs: readonly (readonly [string, string])[],
  compare: (a: string, b: string) => number,
): string[] {
  const answers = ask(native, pairs);
  if (answers === undefined) throw new Error(`${native.command} did not answer`);
  return pairs.flatMap(([a, b], i) => {
    const ours = orderOrInvalid(a, b, compare);
    return ours === answers[i] ? [] : [`${a} ${b}: ${native.command} ${answers[i]}, here ${ours}`];
  });
}

function orderOrInvalid(a: string, b: string, compare: (a: string, b: string) => number): string {
  try {
    return String(compare(a, b));
  } catch {
    return 'invalid';
  }
}
