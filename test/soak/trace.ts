import { traceCounting } from '../support/counting-trace.ts';
import { whyNoTracing } from '../support/traced-program.ts';

/**
 * Traces 150,000 opens and starts of programs, by threads and children, under each hardening, and compares what the trace
 * says with what the program counted: `node test/soak/trace.ts`. Ends with 1 where a call is missing or wrong.
 */
const run = { opensPerThread: 12_250, threads: 3, children: 3, execsPerChild: 1000 };
const reason = whyNoTracing();
if (reason !== undefined) throw new Error(reason);
for (const hardening of ['', 'u', 'd', 'cun', 'cund']) {
  const began = performance.now();
  const traced = await traceCounting({ ...run, hardening }, ['-ff', '-A', '-DDD', '--seccomp-bpf']);
  const { counted, opens, execs, wrong, reading } = traced;
  const isRight = counted.opens === opens && counted.execs === execs && wrong.length === 0 && reading.undecoded === 0;
  console.log(
    `hardening "${hardening}": ${opens} of ${counted.opens} opens, ${execs} of ${counted.execs} starts, ` +
      `${wrong.length} wrong, ${reading.undecoded} undecoded, ${Math.round(performance.now() - began)} ms`,
  );
  if (!isRight) process.exitCode = 1;
}
