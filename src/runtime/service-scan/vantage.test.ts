import { afterEach, expect, it } from 'vitest';
import { loopbackTarget, observedPort, StandIn, serviceBudget } from '../../../test/support/loopback-services.ts';
import type { ObservedPort } from '../../model/observation.ts';
import type { ServiceFinding, ServiceTarget } from '../../model/service-scanner.ts';
import { isServiceFinding } from './merge-findings.ts';
import { readProbes } from './probes/read-probes.ts';
import { probeScanner } from './scan-services.ts';

// What a service answers to one of loopback and to a stranger may be two things: the stranger's counts.
const started: StandIn[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

/** A port that answers every piece with one text. */
async function answering(answer: string): Promise<number> {
  const standIn = new StandIn((socket) =>
    socket.on('data', (piece) => socket.write(piece.includes('PING') ? answer.replace(/^\$/, '+PONG\r\n$') : answer)),
  );
  started.push(standIn);
  return await standIn.listen();
}

/** Words of Redis with protected-mode, and without. */
const open = '$21\r\nredis_version:8.0.2\r\n\r\n';
const denied = '-DENIED Redis is running in protected mode because no password is set for the default user.\r\n';

async function scan(
  inside: number,
  more: Partial<ObservedPort>,
  outside?: ServiceTarget['dial'],
): Promise<readonly ServiceFinding[]> {
  const target = loopbackTarget([observedPort(6379, { process: 'redis-server', ...more })], { to: () => inside });
  const found: ServiceFinding[] = [];
  const scanner = probeScanner(await readProbes());
  for await (const item of scanner.scan(
    { ...target, ...(outside && { dialFromElsewhere: outside }) },
    serviceBudget({ idleMs: 1000 }),
  )) {
    if ('kind' in item && isServiceFinding(item)) found.push(item);
  }
  return found.filter(({ id }) => id === 'service.redis-open');
}

const to = (port: number): ServiceTarget['dial'] => loopbackTarget([], { to: () => port }).dial;

it('tells nothing of what loopback alone may do', async () => {
  expect(await scan(await answering(open), {}, to(await answering(denied)))).toEqual([]);
});

it('knows who turns strangers away before they have asked', async () => {
  const standIn = new StandIn((socket) => socket.end(denied));
  started.push(standIn);
  const port = await standIn.listen();
  const target = {
    ...loopbackTarget([observedPort(7000, { process: 'server' })], { to: () => port }),
    dialFromElsewhere: to(port),
  };
  const items: unknown[] = [];
  const scanner = probeScanner(await readProbes());
  for await (const item of scanner.scan(target, serviceBudget({ idleMs: 1000 }))) items.push(item);
  expect(items).toMatchObject([{ kind: 'service-name', name: 'redis', port: 7000 }]);
});

it('tells what anybody may do, and that it was asked from elsewhere', async () => {
  const port = await answering(open);
  expect(await scan(await answering(denied), {}, to(port))).toMatchObject([
    { severity: 'high', confidence: 'certain', evidence: expect.stringContaining('asked from another address') },
  ]);
});

it('is less sure of what was only seen from inside', async () => {
  const port = await answering(open);
  const expected = [
    { severity: 'high', confidence: 'high', evidence: expect.stringContaining('from loopback inside the container') },
  ];
  expect(await scan(port, {})).toMatchObject(expected);
  // It lets nobody in who is not on loopback.
  const refused = (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
  expect(await scan(port, {}, refused)).toMatchObject(expected);
});

it('does not count what listens on loopback alone as reached from elsewhere', async () => {
  const port = await answering(open);
  expect(await scan(port, { localOnly: true }, to(await answering(denied)))).toMatchObject([
    { severity: 'low', confidence: 'certain', evidence: expect.stringContaining('listens on loopback alone') },
  ]);
});
