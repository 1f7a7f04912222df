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
