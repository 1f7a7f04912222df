import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { defaultLimits } from '../limits.ts';
import { FolderLayer } from './folder-layer.ts';

it('a folder may have more folders than a call has arguments', async () => {
  const root = temporaryFolder();
  const count = 130_000;
  for (let i = 0; i < count; i++) mkdirSync(path.join(root, String(i)));
  let members = 0;
  const visitor = { member: () => (++members === 0 ? 1 : 0), content: () => {}, problem: () => {} };

  await new FolderLayer(root).walk(visitor, { limits: defaultLimits });

  expect(members).toBe(count);
});
