import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { startFakeEngine } from '../../../test/support/fake-engine.ts';
import { connectEngine } from '../../net/container-engine/engine.ts';
import { logTail } from './log-tail.ts';

const id = 'a'.repeat(64);
const logs = `/containers/${id}/logs?stdout=1&stderr=1&tail=50`;

/** Its log is empty for so many questions. */
async function engineThatIsEmpty(kind: 'docker' | 'podman', times: number) {
  let asked = 0;
  const fake = await startFakeEngine({
    answers: {
      [logs]: (_: unknown, response: ServerResponse) => void response.end(asked++ < times ? '' : 'one\ntwo\n'),
    },
  });
  return { fake, engine: await connectEngine(kind, { environment: fake.environment }), count: () => asked };
}

test.for([
  { kind: 'podman', times: 1, lines: ['one', 'two'], asked: 2 },
  { kind: 'podman', times: 99, lines: [], asked: 4 },
  { kind: 'docker', times: 99, lines: [], asked: 1 },
] as const)('of $kind, a log that is empty $times times is asked for $asked times', async (row) => {
  const { fake, engine, count } = await engineThatIsEmpty(row.kind, row.times);

  expect(await logTail(engine, id, { tty: true })).toEqual(row.lines);
  expect(count()).toBe(row.asked);

  await fake.close();
});

test('who is interrupted between two questions is told why', async () => {
  const { fake, engine, count } = await engineThatIsEmpty('podman', 99);
  const stopping = new AbortController();
  const tail = logTail(engine, id, { tty: true, signal: stopping.signal });
  tail.catch(() => {});
  await expect.poll(count, { interval: 5 }).toBeGreaterThan(0);
  stopping.abort(new Error('interrupted by a test'));

  await expect(tail).rejects.toThrow('interrupted by a test');

  await fake.close();
});
