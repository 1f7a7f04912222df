import { expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { unreadDatabases } from './databases.ts';

it('names databases that nobody reads, and asks for no content', async () => {
  const { asked, problems } = await readLayerWith(unreadDatabases, [
    { path: 'usr/lib/opkg/status', content: 'x' },
    { path: 'var/lib/dpkg/status', content: 'x' },
    { path: 'opt/usr/lib/opkg/status', content: 'x' },
  ]);

  expect(asked).toEqual([]);
  expect(problems.map(({ code, path }) => [code, path])).toEqual([['packages.unread', 'usr/lib/opkg/status']]);
});
