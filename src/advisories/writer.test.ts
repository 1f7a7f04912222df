import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { advisoriesIn, fakeFeed, plainAdvisory, tellAll } from '../../test/support/fake-feed.ts';
import { hasOtherUser, otherUser } from '../../test/support/other-user.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import type { Feed } from '../model/feed.ts';
import { offlineDialer } from '../net/dial.ts';
import { openAdvisories } from './database.ts';
import { type UpdateOptions, updateAdvisories } from './update.ts';
import { AdvisoryWriter } from './writer.ts';

const openssl = { namespace: 'debian:12', package: 'openssl' };

let file: string;
beforeEach(() => {
  file = path.join(temporaryFolder(), 'cache', 'a.db');
});

function update(feeds: readonly Feed[], more: Partial<UpdateOptions> = {}) {
  return updateAdvisories({ path: file, feeds, dialer: offlineDialer(), now: new Date(), ...more });
}

async function keys(): Promise<string[]> {
  const database = await openAdvisories(file);
  const found = database
    .lookUp([openssl])
    .flat()
    .map((hit) => hit.advisory.key);
  database.close();
  return found;
}

describe('the file', () => {
  it('that is full is not spoiled', async () => {
    await update([fakeFeed('f', () => tellAll(advisoriesIn(10)))]);
    const long = 'x'.repeat(2000);
    const huge = Array.from({ length: 2000 }, (_, i) => plainAdvisory(`huge-${i}`, { description: `${i}${long}` }));

    await expect(update([fakeFeed('f', () => tellAll(huge))], { maximumBytes: 400_000 })).rejects.toMatchObject({
      code: 'advisories.not-writable',
      message: expect.stringContaining('no room left'),
    });

    expect(await keys()).toHaveLength(10);
    expect((await update([fakeFeed('f', () => tellAll(huge))], { force: true })).feeds[0]?.status).toBe('changed');
  });

  it('is waited for while somebody else updates it, and then left', async () => {
    await update([fakeFeed('f', () => tellAll(advisoriesIn(1)))]);
    const other = await AdvisoryWriter.open(file);
    const transaction = await other.begin(
      fakeFeed('f', () => []),
      new Date(),
    );
    let waited = 0;
    const onWait = () => {
      waited++;
    };

    await expect(
      update([fakeFeed('g', () => tellAll(advisoriesIn(1)))], { waitMs: 150, onWait }),
    ).rejects.toMatchObject({
      code: 'advisories.not-writable',
      message: expect.stringContaining('Another process is updating'),
    });
    const second = update([fakeFeed('g', () => tellAll(advisoriesIn(1)))], { onWait });
    await sleep(150);
    transaction.rollback();
    other.close();

    expect((await second).feeds[0]?.status).toBe('changed');
    expect(waited).toBe(2);
  });

  it('can be read while it is written, also right after somebody was reading', async () => {
    await update([fakeFeed('f', () => tellAll(advisoriesIn(1)))]);
    const reader = await openAdvisories(file);
    const seen: number[] = [];
    const slow = fakeFeed('f', async function* () {
      for (const advisory of advisoriesIn(2000)) {
        yield { type: 'upsert', advisory };
        if (seen.length < 3) {
          await sleep(1);
          const another = await openAdvisories(file);
          seen.push(another.lookUp([openssl]).flat().length);
          another.close();
        }
      }
    });

    await update([slow]);

    expect(seen).toEqual([1, 1, 1]);
    expect(reader.lookUp([openssl]).flat()).toHaveLength(1);
    reader.close();
    expect(await keys()).toHaveLength(2000);
    // The reader kept the log in use; the next update tidies up.
    await update([fakeFeed('g', () => tellAll(advisoriesIn(1)))]);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('has the old or the new data when the process is killed', async () => {
    await update([fakeFeed('f', () => tellAll(advisoriesIn(500)))]);
    const script = `
      const { AdvisoryWriter } = await import(${JSON.stringify(new URL('./writer.ts', import.meta.url).href)});
      const { fakeFeed, plainAdvisory } = await import(${JSON.stringify(new URL('../../test/support/fake-feed.ts', import.meta.url).href)});
      const writer = await AdvisoryWriter.open(${JSON.stringify(file)});
      const transaction = await writer.begin(fakeFeed('f', () => []), new Date());
      for (let i = 0; ; i++) {
        transaction.apply({ type: 'upsert', advisory: plainAdvisory('new-' + i, { description: 'x'.repeat(3000) }) });
        if (i === 40_000) console.log('far');
        if (i % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const log = statSync(`${file}-wal`).size;
    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(log).toBeGreaterThan(1_000_000);
    expect(await keys()).toHaveLength(500);
    expect((await update([fakeFeed('f', () => tellAll(advisoriesIn(501)))])).feeds[0]).toMatchObject({
      change: { added: 1 },
    });
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it.skipIf(!hasOtherUser)('can be read by a user who cannot write anything', async () => {
    await update([fakeFeed('f', () => tellAll(advisoriesIn(3)))]);
    const folder = path.dirname(file);
    const reader = await openAdvisories(file);
    await update([fakeFeed('g', () => tellAll(advisoriesIn(1, 'debian:13')))]);
    reader.close(); // leaves the file in write-ahead mode
    for (let parent = folder; parent !== path.dirname(parent); parent = path.dirname(parent)) {
      if (statSync(parent).uid === process.getuid?.()) chmodSync(parent, statSync(parent).mode | 0o055);
    }
    chmodSync(folder, 0o555);
    const script = `
      const { openAdvisories } = await import(${JSON.stringify(new URL('./database.ts', import.meta.url).href)});
      const database = await openAdvisories(${JSON.stringify(file)});
      console.log(database.lookUp([{ namespace: 'debian:12', package: 'openssl' }]).flat().length);`;
    // Root may write everywhere, so the question is asked as somebody else.
    const user = otherUser === undefined ? {} : { uid: otherUser, gid: otherUser };

    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 120_000,
      ...user,
    });
    chmodSync(folder, 0o755);

    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('3\n');
  });

  it.each(['a.db', 'folder/a.db'])('cannot be made below a file: %s', async (name) => {
    const file = writeTemporary('cache', '');
    await expect(
      updateAdvisories({ path: path.join(file, name), feeds: [], dialer: offlineDialer(), now: new Date() }),
    ).rejects.toMatchObject({
      code: 'advisories.not-writable',
      message: expect.stringMatching(/a\.db cannot be made: a file is where its folder has to be\. Move that away/),
    });
  });

  it.skipIf(!hasOtherUser)('cannot be made in a place that cannot be written', async () => {
    const script = `
      const { updateAdvisories } = await import(${JSON.stringify(new URL('./update.ts', import.meta.url).href)});
      const { offlineDialer } = await import(${JSON.stringify(new URL('../net/dial.ts', import.meta.url).href)});
      const [path] = process.argv.slice(1);
      await updateAdvisories({ path, feeds: [], dialer: offlineDialer(), now: new Date() }).catch((error) => console.log(error.code, error.message));`;
    const user = otherUser === undefined ? {} : { uid: otherUser, gid: otherUser };
    await update([fakeFeed('f', () => tellAll(advisoriesIn(3)))]);
    const folder = path.join(temporaryFolder(), 'read-only');
    mkdirSync(folder, { mode: 0o555 });
    const run = (target: string) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script, target], {
        encoding: 'utf8',
        timeout: 120_000,
        ...user,
      }).stdout;

    expect(run(path.join(folder, 'a.db'))).toMatch(/^advisories\.not-writable .*read-only/);
    expect(run('/proc/a/b.db')).toMatch(/^advisories\.not-writable /);
  });
});
