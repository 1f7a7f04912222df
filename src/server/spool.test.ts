import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { UploadSpool } from './spool.ts';

describe('the folder of uploads', () => {
  it('has nothing of what was not received whole when the service ends', async () => {
    const folder = temporaryFolder();
    const spool = new UploadSpool(folder, 1e9);
    const body = new PassThrough();
    const receiving = spool.receive(body, undefined);
    body.write('the first half');
    await expect.poll(() => readdirSync(folder).length).toBe(1);
    const refused = expect(receiving).rejects.toMatchObject({ code: 'service.busy' });
    await spool.close();
    expect(readdirSync(folder)).toEqual([]);
    await refused;
    await expect(spool.receive(Readable.from(['more']), undefined)).rejects.toMatchObject({ code: 'service.busy' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses what comes too slowly, or not at all, and leaves nothing of it', async () => {
    const folder = temporaryFolder();
    const spool = new UploadSpool(folder, 1e9, { pace: { bytes: 1000, milliseconds: 200 } });
    const silent = new PassThrough();
    const slow = new PassThrough();
    const drip = setInterval(() => slow.write('x'), 20);
    try {
      await Promise.all(
        [silent, slow].map((body) =>
          expect(spool.receive(body, undefined)).rejects.toMatchObject({ code: 'service.too-slow' }),
        ),
      );
    } finally {
      clearInterval(drip);
    }
    expect(readdirSync(folder)).toEqual([]);
    // The connection of a body is needed for the refusal.
    expect([silent.destroyed, slow.destroyed]).toEqual([false, false]);
  });

  it('leaves room on the disk: what is announced counts, also of others that are still coming', async () => {
    const folder = temporaryFolder();
    const disk = async () => ({ free: 1000, size: 2000 });
    const spool = new UploadSpool(folder, 1e9, { disk });
    const full = { code: 'store.full' };
    await expect(spool.receive(new PassThrough(), 901)).rejects.toMatchObject(full);
    const first = new PassThrough();
    const receiving = spool.receive(first, 600);
    await expect.poll(() => readdirSync(folder).length).toBe(1);
    await expect(spool.receive(new PassThrough(), 400)).rejects.toMatchObject(full);
    first.end('x'.repeat(600));
    await receiving;
    expect(await spool.receive(Readable.from(['x'.repeat(300)]), 300)).toMatch(/\.part$/);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('looks at the disk again while much of unknown size comes', async () => {
    const folder = temporaryFolder();
    let free = 1e9;
    const spool = new UploadSpool(folder, 1e9, { disk: async () => ({ free, size: 1e9 }) });
    const pieces = function* () {
      for (let n = 0; n < 200; n++) {
        if (n === 10) free = 1e6;
        yield Buffer.alloc(1024 ** 2);
      }
    };
    await expect(spool.receive(Readable.from(pieces()), undefined)).rejects.toMatchObject({ code: 'store.full' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['its only process removes what a killed one left', true, 0, []],
    ['others may still receive', false, 0, ['killed.part']],
    ['others received nothing for a day', false, 25 * 3_600_000, []],
  ])('at the start: %s', async (_, alone, age, expected) => {
    const folder = temporaryFolder();
    const left = path.join(folder, 'killed.part');
    writeFileSync(left, 'half');
    const now = Date.now();
    utimesSync(left, new Date(now - age), new Date(now - age));
    const spool = new UploadSpool(folder, 1e9);
    const body = new PassThrough();
    const receiving = spool.receive(body, undefined);
    body.write('x');
    await expect.poll(() => readdirSync(folder).length).toBe(2);
    await spool.clean(async () => false, now, alone);
    body.end();
    const received = path.basename(await receiving);
    expect(readdirSync(folder).toSorted()).toEqual([...expected, received].toSorted());
  });
});
