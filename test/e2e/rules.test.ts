import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultyMirror, startFaultyMirror } from '../support/faulty-mirror.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { hasOtherUser, otherUser } from '../support/other-user.ts';
import { runDrydock } from '../support/run.ts';
import { tar } from '../support/tar.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { brokenRules, yaraRules } from '../support/yara-rules.ts';

let mirror: FaultyMirror;
let image: string;

const archive = (text: string): Buffer =>
  gzipSync(
    tar([
      { path: 'rules-1/LICENSE', content: 'MIT License' },
      { path: 'rules-1/rules/a.yar', content: text },
    ]),
  );

beforeAll(async () => {
  mirror = await startFaultyMirror();
  mirror.files = new Map([['rules/bartblaze.tar.gz', archive(yaraRules(['own_tool', 'other_tool'], 'J. Doe'))]]);
  image = path.join(temporaryFolder(), 'image.tar');
  const files = [{ path: 'opt/tool', content: `#!/bin/sh\n# marker-of-own_tool\n`, mode: 0o755 }];
  writeFileSync(image, dockerArchive({ layers: [layer(files)] }));
});
afterAll(() => mirror.close());

const rules = async (cache: string, ...args: string[]) =>
  await runDrydock(['rules', ...args, '--cache-dir', cache], { folder: temporaryFolder() });

interface Found {
  readonly findings: readonly { readonly kind: string; readonly title?: string }[];
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly rules?: readonly { readonly name: string; readonly digest: string }[];
}

async function scan(cache: string, ...args: string[]): Promise<Found> {
  const { stdout } = await runDrydock([
    'scan',
    image,
    '--checks',
    'malware',
    '--offline',
    '-f',
    'json',
    '--cache-dir',
    cache,
    ...args,
  ]);
  return JSON.parse(stdout) as Found;
}

describe('drydock rules', () => {
  it('fetches a set from a mirror, tells of it, and scans use it', async () => {
    const cache = temporaryFolder();
    const updated = await rules(cache, 'update', 'bartblaze', '--mirror', mirror.url);
    expect(updated).toMatchObject({ status: 0 });
    expect(updated.stdout).toBe('Set        Status   Rules  Lost  Licence\nbartblaze  updated  2      0     MIT\n');
    const again = await rules(cache, 'update', '--mirror', mirror.url, '-f', 'json');
    expect(JSON.parse(again.stdout)).toMatchObject({ sets: [{ name: 'bartblaze', status: 'unchanged' }] });
    expect(mirror.requests.at(-1)).toMatchObject({ path: 'rules/bartblaze.tar.gz', status: 304 });

    const status = await rules(cache, 'status');
    expect(status.stdout).toMatch(/^bartblaze +yara +2 +0 +\d{4}-\d\d-\d\d +MIT$/m);
    expect(status.stdout).toMatch(/^bartblaze: by Bart Parys/m);
    const { sets } = JSON.parse((await rules(cache, 'status', '-f', 'json')).stdout) as {
      sets: { kinds: { digest: string }[] }[];
    };

    const report = await scan(cache);
    const loaded = report.rules?.find(({ name }) => name === 'bartblaze');
    expect(loaded?.digest).toBe(sets[0]?.kinds[0]?.digest);
    expect(JSON.stringify(report.findings)).toContain('own_tool');
    expect(JSON.stringify((await scan(cache, '--rules', 'starter')).findings)).not.toContain('own_tool');

    expect((await rules(cache, 'remove', 'bartblaze')).stdout).toBe('Removed: bartblaze\n');
    expect(JSON.stringify((await scan(cache)).findings)).not.toContain('own_tool');
    expect(await rules(cache, 'remove', 'bartblaze')).toMatchObject({ status: 2 });
  });

  it('scans with rules that lie anywhere', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'mine.yar');
    writeFileSync(file, yaraRules(['own_tool']));
    const report = await scan(temporaryFolder(), '--rules', file);
    expect(JSON.stringify(report.findings)).toContain('own_tool');
    expect(report.rules?.map(({ name }) => name)).toEqual([file]);
  });

  it('keeps what it has where an update is refused, and ends with status 5', async () => {
    const cache = temporaryFolder();
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'a.yar'), yaraRules(['one', 'two']));
    expect(await rules(cache, 'import', folder, '--name', 'own')).toMatchObject({ status: 0 });
    writeFileSync(path.join(folder, 'a.yar'), yaraRules(['one']) + brokenRules(['two']));
    const refused = await rules(cache, 'import', folder, '--name', 'own');
    expect(refused.status).toBe(5);
    expect(refused.stderr).toMatch(/1 of 2 rules of own cannot be used.*--force/);
    expect(refused.stdout).toMatch(/^own +failed +2 +0/m);
    expect(await rules(cache, 'import', folder, '--name', 'own', '--force')).toMatchObject({ status: 0 });
  });

  it('says what to do without a network', async () => {
    const { status, stderr } = await rules(temporaryFolder(), 'update', 'elastic', '--offline');
    expect(status).toBe(5);
    expect(stderr).toMatch(/no network is allowed[\s\S]*"drydock rules import PATH"/);
  });

  it('leaves nothing behind when it is interrupted while it fetches', async () => {
    let send: (signal: NodeJS.Signals) => void = () => {};
    const silent = createServer(() => send('SIGINT'));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const cache = temporaryFolder();
    const args = ['rules', 'update', `many=http://127.0.0.1:${port}/many.yar`, '--cache-dir', cache];
    const { status, stdout } = await runDrydock(args, {
      onStart: (toChild) => {
        send = toChild;
      },
    });
    silent.closeAllConnections();
    silent.close();
    expect([status, stdout]).toEqual([130, '']);
    expect(readdirSync(path.join(cache, 'rules-sets'))).toEqual(['lock']);
  });

  it('leaves nothing behind when it is interrupted while it compiles', async () => {
    const cache = temporaryFolder();
    const file = path.join(temporaryFolder(), 'many.yar');
    writeFileSync(file, yaraRules(Array.from({ length: 6000 }, (_, i) => `rule_${i}`)));
    const { status, stdout } = await runDrydock(['rules', 'import', file, '--cache-dir', cache], {
      onStart: (send) => {
        const timer = setInterval(() => {
          if (!existsSync(path.join(cache, 'rules-sets/many/g1/many.yar'))) return;
          clearInterval(timer);
          send('SIGINT');
        }, 5);
      },
    });
    expect([status, stdout]).toEqual([130, '']);
    expect(readdirSync(path.join(cache, 'rules-sets'))).toEqual(['lock']);
  });

  it('has two updates at the same time take turns', async () => {
    const cache = temporaryFolder();
    const both = await Promise.all(
      [1, 2].map(() => rules(cache, 'update', 'bartblaze', '--mirror', mirror.url, '-f', 'json')),
    );
    const statuses = both.map(({ stdout }) => (JSON.parse(stdout) as { sets: { status: string }[] }).sets[0]?.status);
    expect(statuses.sort()).toEqual(['unchanged', 'updated']);
    expect(readdirSync(path.join(cache, 'rules-sets/bartblaze')).sort()).toEqual(['g1', 'set.json']);
  });

  it.skipIf(otherUser === undefined || !hasOtherUser)(
    'names a folder that cannot be written (skipped where the test is not root, who can run as somebody else)',
    async () => {
      const cache = temporaryFolder();
      const file = path.join(cache, 'a.yar');
      writeFileSync(file, yaraRules(['one']), { mode: 0o644 });
      for (let at = cache; at !== '/' && at !== '/tmp'; at = path.dirname(at)) chmodSync(at, 0o755);
      const args = ['rules', 'import', file, '--cache-dir', cache];
      const { status, stderr } = await runDrydock(args, { user: otherUser!, environment: { NODE_COMPILE_CACHE: '' } });
      expect([status, stderr]).toEqual([2, expect.stringMatching(/Rules cannot be kept in .*read-only for this user/)]);
      expect(existsSync(path.join(cache, 'rules-sets'))).toBe(false);
    },
  );

  it('scans on with the other rules where the folder of sets is not to be believed', async () => {
    const cache = temporaryFolder();
    mkdirSync(path.join(cache, 'rules-sets'));
    chmodSync(path.join(cache, 'rules-sets'), 0o777);
    const report = await scan(cache);
    expect(report.rules?.map(({ name }) => name)).toEqual(['starter']);
    expect(report.problems).toContainEqual(
      expect.objectContaining({
        message: expect.stringMatching(/no rules of .* are used, because others may write to it/),
      }),
    );
  });
});
