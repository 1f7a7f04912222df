import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine } from '../../net/container-engine/engine.ts';
import type { GuardianOrder } from './guardian.ts';
import { isRunId } from './labels.ts';
import { reap } from './reaper.ts';

/** Requests of the dead may still be under way when it is first looked, and an engine may be busy. */
const looks = [500, 1000, 2000, 5000, 10_000, 30_000];

/** How often nothing must be found in a row: what was under way has arrived then. */
const CLEAR_LOOKS = 3;

/** Waits for the end of the pipe, which is the end of who holds the other one, or for its word that nothing is left. */
async function guard(): Promise<void> {
  let order: GuardianOrder | undefined;
  const lines = createInterface({ input: process.stdin });
  let timer: NodeJS.Timeout | undefined;
  for await (const line of lines) {
    if (order !== undefined) {
      if (line === 'done') return;
      continue;
    }
    order = JSON.parse(line) as GuardianOrder;
    timer = setTimeout(() => lines.close(), order.seconds * 1000);
  }
  clearTimeout(timer);
  if (order !== undefined && isRunId(order.run)) await clean(order);
}

async function clean({ kind, run }: GuardianOrder): Promise<void> {
  let clear = 0;
  for (const wait of looks) {
    await sleep(wait);
    try {
      const engine = await connectEngine(kind, { environment: process.env });
      const { containers, networks, volumes, images, failures } = await reap(engine, { run });
      clear = containers + networks + volumes + images + failures.length === 0 ? clear + 1 : 0;
      if (clear === CLEAR_LOOKS) return;
    } catch {
      // The engine is not there at the moment; the next start cleans up at the latest.
    }
  }
}

await guard();
process.exit(0);
