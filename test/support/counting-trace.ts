import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { readTrace, type TraceReading } from '../../src/runtime/calls/read-trace.ts';
import { tracedCalls } from '../../src/runtime/calls/tracer-command.ts';
import { tracerTools } from '../../src/runtime/calls/tracer-tools.ts';
import { temporaryFolder } from './temporary.ts';
import { type CountedCalls, type CountingRun, openedName, rootOfCounting, runCounting } from './traced-program.ts';

/** What a trace says of a program that counted its calls itself. */
export interface CountingTrace {
  readonly counted: CountedCalls;
  readonly reading: TraceReading;
  /** Names and processes that are not as they must be. */
  readonly wrong: readonly string[];
  readonly execs: number;
  readonly opens: number;
}

/** Runs it under strace and compares what the trace says with what must be in it. */
export async function traceCounting(
  run: Omit<CountingRun, 'tracer' | 'folder'>,
  options: readonly string[],
): Promise<CountingTrace> {
  const output = path.join(temporaryFolder(), 'o');
  mkdirSync(output);
  const folder = '/nowhere';
  const tools = tracerTools();
  if ('reason' in tools) throw new Error(tools.reason);
  const tracer = ['strace', ...options, ...tracedCalls(tools, 'behaviour'), '-o', path.join(output, 't')];
  const counted = runCounting({ ...run, tracer, folder });
  const next = new Map<string, number>();
  const wrong: string[] = [];
  let execs = 0;
  const base = run.hardening.includes('c') ? `${rootOfCounting()}${folder}` : folder;
  const reading = await readTrace(
    { folder: output },
    {
      call(event, process, table) {
        if (event.kind === 'exec' && event.error === undefined && event.arguments[0] === 'leaf') {
          execs++;
          if (process.name !== 'count' || table.get(process.parent ?? 0)?.name !== 'count')
            wrong.push(`exec ${event.pid}`);
        }
        if (event.kind !== 'open' || event.error !== 'ENOENT') return;
        const [, who, thread] = /\/p(\d+) t(\d+) /.exec(event.path ?? '') ?? [];
        if (who === undefined || thread === undefined) return;
        const index = next.get(`${who}.${thread}`) ?? 0;
        next.set(`${who}.${thread}`, index + 1);
        // Each thread opens its names in order: one that is missing, wrong or twice breaks the row.
        if (event.path !== openedName(base, Number(who), Number(thread), index)) wrong.push(event.path ?? '');
        if ((who === '0') !== (process.parent === undefined)) wrong.push(`process of ${event.path}`);
      },
    },
    { first: { directory: '/' } },
  );
  return { counted, reading, wrong, execs, opens: [...next.values()].reduce((sum, count) => sum + count, 0) };
}
