import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openTestMap, smallReport } from '../../../test/support/small-map.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { EngineControls } from './engine-controls.ts';
import type { MapOptions, OpenMap } from './open-map.ts';

const shop = smallReport({ id: 'a', containers: [{ name: 'web' }] });
const web = `container:a:${shop.changed.containers[0]!.id}`;
const boss = { name: 'token:boss', scope: 'admin' } as const;

function open(act: EngineControls['act'], more: Partial<MapOptions> = {}) {
  const map = openTestMap({
    own: { host: 'a', reporter: 'a' },
    controls: { allowed: new Set(['logs', 'pause']), engine: { host: 'a', act } },
    ...more,
  });
  map.take(shop, 'a');
  return map;
}

const outcomes = (map: OpenMap): string[] => map.audit().map(({ outcome, control }) => `${control} ${outcome}`);

async function codeOf(asked: Promise<unknown>): Promise<string> {
  return await asked.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
}

describe('who did what to containers', () => {
  test('is written down where something else is being done, and where there is nothing to do it to', async () => {
    const done = Promise.withResolvers<void>();
    const map = open(async () => {
      await done.promise;
      return { message: 'It is paused.' };
    });
    const first = map.control(web, 'pause', boss);
    expect(await codeOf(map.control(web, 'logs', boss))).toBe('service.busy');
    expect(await codeOf(map.control('container:a:none', 'logs', boss))).toBe('service.not-found');
    expect(await codeOf(map.control('host:a', 'logs', boss))).toBe('map.control');
    expect(await codeOf(map.control(web, 'stop', boss))).toBe('map.control');
    done.resolve();
    expect(await first).toMatchObject({ done: true });
    expect(outcomes(map)).toEqual([
      ...['pause done', 'stop refused', 'logs refused', 'logs refused', 'logs refused', 'pause asked'],
    ]);
    await map.stop();
  });

  test('stands in the log where no history is kept, at a level that is not left out', async () => {
    const map = open(async () => ({ message: '' }));
    await map.control(web, 'pause', boss);
    const lines = map.logged.map((line) => JSON.parse(line) as { Level: string; outcome?: string });
    expect(lines.filter(({ Level }) => Level === 'warning').map(({ outcome }) => outcome)).toEqual(['asked', 'done']);
    await map.stop();
  });

  test('outlives a service that keeps no history', async () => {
    const audit = { folder: temporaryFolder() };
    for (const round of [1, 2]) {
      const map = open(async () => ({ message: '' }), { audit });
      await map.control(web, 'pause', boss);
      expect(outcomes(map)).toHaveLength(2 * round);
      expect(map.history().kept).toBe(false);
      await map.stop();
    }
  });

  test.each(['history', 'audit'] as const)('is done by nobody where it cannot be written down (%s)', async (kind) => {
    const folder = temporaryFolder();
    const acted: string[] = [];
    const map = open(
      async (control) => {
        acted.push(control);
        return { message: '' };
      },
      kind === 'history' ? { history: { folder, age: 1e9, bytes: 1e9 } } : { audit: { folder } },
    );
    const other = new DatabaseSync(path.join(folder, 'map-history.db'));
    other.exec('ALTER TABLE audit RENAME TO gone');
    expect(await codeOf(map.control(web, 'pause', boss))).toBe('map.audit');
    expect(await codeOf(map.control(web, 'stop', boss))).toBe('map.control');
    expect(acted).toEqual([]);
    expect(map.logged.join('')).toContain('it is not done');
    other.exec('ALTER TABLE gone RENAME TO audit');
    other.close();
    expect(await map.control(web, 'pause', boss)).toMatchObject({ done: true });
    expect(acted).toEqual(['pause']);
    await map.stop();
  });

  test('is done by nobody where there is no place for it', async () => {
    const map = open(async () => ({ message: '' }), { audit: { folder: '/proc/none' } });
    expect(await codeOf(map.control(web, 'pause', boss))).toBe('map.audit');
    expect(outcomes(map)).toEqual(['pause refused']);
    await map.stop();
  });
});
