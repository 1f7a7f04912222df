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
    .poll(async () => {
      now += 1000;
      await watch.refresh();
      return watch.byAddress('10.1.0.9');
    })
    .toBe(id);

  await watch.stop();
  await engine.close();
});

test('an engine that takes questions and answers none stops no look, and what it told before is told with its age', async () => {
  const held: ServerResponse[] = [];
  let isSilent = false;
  let name = 'web';
  const answer = (response: ServerResponse, json: unknown): void => {
    if (isSilent) held.push(response);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  };
  const answers = {
    [`/containers/${id}/json`]: (_: unknown, response: ServerResponse) =>
      answer(response, { Id: id, Name: `/${name}`, State: { Status: 'running', Running: true, Pid: 100 }, Config: {} }),
    '/containers/json?all=1&filters={"label":[]}': (_: unknown, response: ServerResponse) =>
      answer(response, [{ Id: id, State: 'running' }]),
    '/events?filters={"type":["container","network"]}': (_: unknown, response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    },
  };
  const engine = await startFakeEngine({ answers });
  let now = Date.parse('2026-01-01T00:00:00.500Z');
  const watch = new ContainerWatch({
    connect: (signal) => connectEngine('docker', { environment: engine.environment, signal }),
    ...{ now: () => now, environment: false, arguments: true, patience: 100 },
  });
  await expect
    .poll(async () => {
      await watch.refresh();
      return watch.containers.size;
    })
    .toBe(1);
  expect(watch.blindSpots).toEqual([]);

  isSilent = true;
  now += 61_000;
  for (let looks = 0; looks < 3; looks++) {
    await watch.refresh();
    expect(watch.containers.get(id)?.facts.name).toBe('web');
    expect(watch.blindSpots).toEqual([
      'containers are told as they were at 2026-01-01T00:00:00Z: the engine has not answered yet',
    ]);
  }
  // Looks pile up no questions.
  expect(held).toHaveLength(1);

  for (const response of held) response.destroy();
  await expect.poll(() => watch.blindSpots[0]).toMatch(/as they were at 2026-01-01T00:00:00Z: the Docker engine/);
  isSilent = false;
  name = 'web-2';
  await expect
    .poll(async () => {
      now += 1000;
      await watch.refresh();
      return [watch.containers.get(id)?.facts.name, ...watch.blindSpots];
    })
    .toEqual(['web-2']);

  await watch.stop();
  await engine.close();
});

test('an engine that was never heard of stops no look', async () => {
  const engine = await startFakeEngine({ answers: { '/containers/json?all=1&filters={"label":[]}': () => {} } });
  const watch = new ContainerWatch({
    connect: (signal) => connectEngine('docker', { environment: engine.environment, signal }),
    ...{ now: () => 0, environment: false, arguments: true, patience: 50 },
  });

  await watch.refresh();

  expect(watch.blindSpots).toEqual(['containers are not told: the engine has not answered yet']);
  await watch.stop();
  await engine.close();
});
