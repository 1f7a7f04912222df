import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDrydock } from '../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { Secret } from '../config/service-secret.ts';
import { checkFolders } from './state-folder.ts';

describe('checkFolders', () => {
  const file = writeTemporary('file', '');
  const folder = temporaryFolder();
  const state = path.join(folder, 'state');
  const postgres = 'postgres://localhost/x';

  it.each([
    [
      'a file for the state folder',
      file,
      path.join(file, 'service.db'),
      /file is no folder, and the service needs it as its state folder/,
    ],
    ['a state folder below a file', `${file}/a/b`, `${file}/a/b/service.db`, /needs \S+a\/b, below it, as its state/],
    [
      'a database below a file',
      state,
      `${file}/a/service.db`,
      /a, below it, as the folder of its database\. .* \(--store FILE\)/,
    ],
    ['a file for the state folder beside PostgreSQL', file, postgres, /file is no folder/],
  ])('refuses %s', (_, stateFolder, store, message) => {
    expect(() => checkFolders({ stateFolder, store: new Secret(store) })).toThrow(message);
  });

  it.each([
    ['folders that are missing', state, path.join(state, 'service.db')],
    ['a folder that is there', folder, path.join(folder, 'service.db')],
    ['a database that is there', folder, file],
    ['a state folder that nobody needs', '/dev/null/home/state', postgres],
  ])('takes %s', (_, stateFolder, store) => {
    expect(() => checkFolders({ stateFolder, store: new Secret(store) })).not.toThrow();
  });
});

describe('drydock serve', () => {
  it('says once that its state folder is a file, before it listens', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'state');
    writeFileSync(file, '');
    const free = ['--listen', '127.0.0.1:0', '--health-listen', '127.0.0.1:0'];
    const { status, stdout, stderr } = await runDrydock(['serve', '--state-dir', file, ...free], { folder });
    expect([status, stdout, stderr]).toEqual([
      2,
      '',
      `drydock: ${file} is no folder, and the service needs it as its state folder, for its database and uploads. Move it away, or name another place (--state-dir FOLDER).\n`,
    ]);
  });
});
