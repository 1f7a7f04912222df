import { expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { unreadDatabases } from './databases.ts';

it('names databases that nobody reads, and asks for no content', async () => {
  const { asked, problems } = await readLayerWith(unreadDatabases, [
    { path: 'var/lib/rpm/rpmdb.sqlite', content: 'x' },
    { path: 'var/lib/dpkg/status', content: 'x' },
    { path: 'opt/var/lib/rpm/Packages', content: 'x' },
  ]);

  expect(asked).toEqual([]);
  expect(problems.map(({ code, path }) => [code, path])).toEqual([['packages.unread', 'var/lib/rpm/rpmdb.sqlite']]);
});
