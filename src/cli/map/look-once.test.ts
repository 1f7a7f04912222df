import path from 'node:path';
import { expect, test } from 'vitest';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';

test('an engine that was asked for by name and is not there is an error, and not a blind spot', async () => {
  const environment = { DOCKER_HOST: `unix://${path.join(temporaryFolder(), 'none.sock')}` };

  const { status, stdout, stderr } = await runDrydock(['map', '--once', '--no-scan', '--engine', 'docker'], {
    environment,
  });

  expect([status, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/no Docker engine could be reached.*there is no such socket.*set DOCKER_HOST/s);
});

test('a format that is not written is refused by name, with those that are', async () => {
  const { status, stderr } = await runDrydock(['map', '--once', '-f', 'graphml']);

  expect([status, stderr]).toEqual([2, 'drydock: --format: "graphml" is not one of table, json.\n']);
});
