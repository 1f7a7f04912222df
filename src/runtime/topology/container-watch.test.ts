import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { startFakeEngine } from '../../../test/support/fake-engine.ts';
import { connectEngine } from '../../net/container-engine/engine.ts';
import { ContainerWatch } from './container-watch.ts';

const id = 'a'.repeat(64);

test('a container is looked at again when events were missed, whatever state it is in', async () => {
  const streams: ServerResponse[] = [];
  let address = '10.1.0.2';
  const answer = (response: ServerResponse, json: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  };
  const answers = {
    [`/containers/${id}/json`]: (_: unknown, response: ServerResponse) =>
      answer(response, {
        Id: id,
        Name: '/web',
        State: { Status: 'running', Running: true, Pid: 100 },
        Config: {},
        NetworkSettings: { Networks: { shop: { IPAddress: address } } },
      }),
    '/containers/json?all=1&filters={"label":[]}': (_: unknown, response: ServerResponse) =>
      answer(response, [{ Id: id, State: 'running' }]),
    '/events?filters={"type":["container","network"]}': (_: unknown, response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      streams.push(response);
    },
  };
  const engine = await startFakeEngine({ answers });
  let now = 0;
  const watch = new ContainerWatch({
    connect: (signal) => connectEngine('docker', { environment: engine.environment, signal }),
    ...{ now: () => now, environment: false, arguments: true },
  });
  await watch.refresh();
  await expect.poll(() => streams.length).toBe(1);
  expect(watch.byAddress('10.1.0.2')).toBe(id);

  address = '10.1.0.9';
  streams[0]!.destroy();
  await expect
    .poll(
      async () => {
        now += 1000;
        await watch.refresh();
        return watch.byAddress('10.1.0.9');
      },
      { timeout: 5000 },
    )
    .toBe(id);

  await watch.stop();
  await engine.close();
});
