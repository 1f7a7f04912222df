import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readFixture } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { holdsFixturesOf } from '../../../test/support/system-listers.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { mise } from './index.ts';

const path = 'app/mise.toml';

holdsFixturesOf({ analyzers: mise.analyzers, folder: 'runtime/mise', path, problem: 'lockfile.unreadable' });

it('lists them in an image, where they stand in their own places alone', async () => {
  const content = '[tools]\nhull = "1.2"\n';
  const files = [path, 'app/config.toml'].map((one) => ({ path: one, content }));
  const image = writeTemporary('mise.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages).toMatchObject([{ name: 'hull', version: '1.2', type: 'mise', locations: [path] }]);
});

it.each([
  ['many versions of one', `hull = [${Array.from({ length: 1002 }, (_, i) => `"${i}"`).join(', ')}]`],
  ['many tools', Array.from({ length: 1002 }, (_, i) => `hull${i} = "1"`).join('\n')],
])('says of %s that there are more', async (_, tools) => {
  const { packages, problems } = await readFixture(
    mise.analyzers,
    new Map([[path, Buffer.from(`[tools]\n${tools}\n`)]]),
  );

  expect(packages).toHaveLength(1000);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('2 tools beyond the first 1000')]);
});
