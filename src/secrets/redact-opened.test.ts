import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, inspectAnswer, startFakeEngine } from '../../test/support/fake-engine.ts';
import { dockerArchive, layer, sha256 } from '../../test/support/image.ts';
import { testContext } from '../../test/support/scan.ts';
import { writeTemporary } from '../../test/support/temporary.ts';
import { openEngineImage } from '../image/container-engine.ts';
import { openImage } from '../image/open.ts';
import { connectEngine } from '../net/container-engine/engine.ts';
import { readLayers } from '../reading/read-layers.ts';
import { redactOpened } from './redact-opened.ts';

const engines: FakeEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

/** Put together here, so that nobody takes this file for a leak. */
const token = ['AK', 'IA', 'QX7ZP2VN4KTR6WJM'].join('');
const password = ['Tr0ub4', 'dor-3-', 'zq'].join('');
const layers = [layer([{ path: 'a', content: 'a' }])];
const history = [{ created_by: `RUN /bin/sh -c echo ${token} # buildkit` }];

describe('an opened image', () => {
  it.each([
    ['only its history has a secret', { Env: ['A=b'] }],
    ['its configuration has one, too', { Env: [`DB_PASSWORD=${password}`] }],
  ])('of an engine tells none, before its export was read and behind: %s', async (_, config) => {
    const archive = dockerArchive({ layers, config, history, layout: 'blobs' });
    const rawConfig = Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        created: '2024-01-01T00:00:00Z',
        config,
        rootfs: { type: 'layers', diff_ids: layers.map(sha256) },
        history,
      }),
    );
    const id = sha256(rawConfig);
    const engine = await startFakeEngine({
      answers: {
        '/images/example:1/json': { json: inspectAnswer(id, rawConfig, ['example:1']) },
        '/images/example:1/get': { body: archive },
        [`/images/${id}/get`]: { body: archive },
      },
    });
    engines.push(engine);
    const context = testContext();
    const { images, close } = await openEngineImage('example:1', await connectEngine('docker', engine), context);

    const image = await redactOpened(images[0]!);
    const before = JSON.stringify(image.info);
    const read = await readLayers(image, [], context);

    expect(read).toHaveLength(1);
    expect(before).not.toContain(password);
    expect(image.info.history[0]?.instruction).toContain('RUN echo');
    expect(JSON.stringify(image.info)).not.toContain(token);
    expect(JSON.stringify(image.info)).not.toContain(password);
    expect(image.info.secrets?.map(({ where }) => where)).toContain('history');
    expect(image.info).toBe(image.info);
    close();
  });

  it('is the same where nothing in it may be one', async () => {
    const file = writeTemporary('image.tar', dockerArchive({ layers, config: { Env: ['A=b'] }, history: [] }));
    const { images, close } = await openImage(file, testContext());
    expect(await redactOpened(images[0]!)).toBe(images[0]);
    close();
  });
});
