import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectAnswer, startFakeEngine } from '../../../test/support/fake-engine.ts';
import { dockerArchive, layer, ociLayout, sha256, writeOciLayout } from '../../../test/support/image.ts';
import type { DockerArchiveOptions } from '../../../test/support/image-options.ts';
import { type TarEntry, tar } from '../../../test/support/tar.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { defaultLimits } from '../../limits.ts';
import { silent } from '../../log.ts';
import { offlineDialer } from '../../net/dial.ts';
import { saveImage } from './save-image.ts';

const [base, top] = [layer([{ path: 'etc/a', content: 'a' }]), layer([{ path: 'etc/b', content: 'b' }])];
const hex = (bytes: Uint8Array): string => sha256(bytes).slice('sha256:'.length);

async function save(reference: string, environment: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  const saved = await saveImage(reference, folder, {
    limits: defaultLimits,
    signal: new AbortController().signal,
    temporary: temporaryFolder(),
    elsewhere: { dialer: offlineDialer(), environment, log: silent },
  });
  return saved.map(({ name, file, byContent }) => {
    return { name, byContent, file, bytes: readFileSync(path.join(folder, file)) };
  });
}

async function saveExport(archive: Uint8Array) {
  const described = inspectAnswer(`sha256:${'0'.repeat(64)}`, Buffer.from('{"rootfs":{"diff_ids":[]}}'), ['x']);
  const engine = await startFakeEngine({
    answers: { '/images/x:1/json': { json: described }, '/images/x:1/get': { body: archive } },
  });
  try {
    return await save('x:1', engine.environment);
  } finally {
    await engine.close();
  }
}

describe('saveImage', () => {
  it.each<[string, Partial<DockerArchiveOptions>, boolean]>([
    ['Docker before 25', { layout: 'legacy' }, false],
    ['Docker from 25 on', { layout: 'blobs' }, true],
    ["Docker with containerd's store", { layout: 'blobs', compression: ['gzip', 'zstd', 'none'] }, true],
    ['Podman', { layout: 'podman' }, true],
  ])('saves what %s exports', async (_, options, byContent) => {
    const saved = await saveExport(dockerArchive({ layers: [base, top, base], ...options }));
    expect(saved.map((one) => one.byContent)).toEqual([byContent, byContent, byContent]);
    const compressed = options.compression !== undefined;
    if (!compressed) expect(saved.map(({ bytes }) => hex(bytes))).toEqual([base, top, base].map(hex));
    for (const { name, bytes } of saved) {
      expect(name).toMatch(/^[0-9a-f]{64}$/);
      if (byContent) expect(name).toBe(hex(bytes));
    }
  });

  it.each<[string, () => string]>([
    ['an archive', () => writeTemporary('image.tar', dockerArchive({ layers: [base, top], layout: 'blobs' }))],
    ['an older archive', () => writeTemporary('image.tar', dockerArchive({ layers: [base, top] }))],
    ['an OCI layout', () => `oci-dir:${writeOciLayout({ layers: [base, top], compression: 'none' })}`],
    ['an OCI archive', () => writeTemporary('image.tar', ociLayout({ layers: [base, top], compression: 'none' }))],
    [
      'an archive that lies about its layers',
      () => {
        const diffIds = [sha256('a base that everybody trusts'), sha256(top)];
        return writeTemporary('image.tar', dockerArchive({ layers: [base, top], diffIds }));
      },
    ],
  ])('saves %s under digests of its own making', async (_, reference) => {
    const saved = await save(reference());
    expect(saved.map(({ name, bytes }) => [name, hex(bytes)])).toEqual(
      [base, top].map((bytes) => [hex(bytes), hex(bytes)]),
    );
  });

  const id = 'a'.repeat(64);
  const manifest = (...layers: unknown[]): TarEntry => ({
    path: 'manifest.json',
    content: JSON.stringify([{ Config: 'c', Layers: layers }]),
  });
  const stored: TarEntry = { path: `${id}/layer.tar`, content: base };

  it.each<[string, readonly TarEntry[], string]>([
    ['no manifest', [stored], 'history there is no manifest.json'],
    ['a manifest that is none', [{ path: 'manifest.json', content: '{' }], 'history manifest.json is no JSON'],
    ['two images', [{ path: 'manifest.json', content: '[{},{}]' }], 'history 2 images were saved instead of one'],
    ['nothing in it', [{ path: 'manifest.json', content: '[null]' }], 'history the image has no layer'],
    ['a layer that is not there', [manifest(`${id}/layer.tar`)], 'was not saved'],
    ['a layer that is no text', [manifest(7)], 'history the layer 7 was not saved'],
    ['a layer elsewhere', [{ path: '../x/layer.tar', content: base }, manifest('../x/layer.tar')], 'climbs out'],
    ['a layer of another name', [{ path: 'x', content: base }, manifest('x')], 'was not saved'],
    [
      'a link in a circle',
      [{ path: `${id}/layer.tar`, type: 'symlink', linkTarget: 'layer.tar' }, manifest(`${id}/layer.tar`)],
      'was not saved',
    ],
    [
      'a link out of the folder',
      [{ path: `${id}/layer.tar`, type: 'symlink', linkTarget: '/etc/passwd' }, manifest(`${id}/layer.tar`)],
      'was not saved',
    ],
  ])('refuses an export with %s', async (_, entries, message) => {
    const failure = await saveExport(tar(entries)).catch(
      (error: unknown) => error as { step: string; message: string },
    );
    expect(failure).toMatchObject({ name: 'SaveError' });
    if (!('step' in failure)) throw new Error('it was saved');
    expect(`${failure.step} ${failure.message}`).toContain(message);
  });

  it('writes nothing outside of its folder, and nothing that no engine writes', async () => {
    const engine = await startFakeEngine({
      answers: {
        '/images/x:1/json': { json: inspectAnswer('sha256:0', Buffer.from('{"rootfs":{"diff_ids":[]}}'), []) },
        '/images/x:1/get': {
          body: tar([
            { path: `/${id}.json`, content: 'x' },
            { path: 'blobs', type: 'symlink', linkTarget: '/tmp' },
            { path: `blobs/sha256/${id}`, content: 'y' },
            manifest(`blobs/sha256/${id}`),
          ]),
        },
      },
    });
    const outer = temporaryFolder();
    const folder = path.join(outer, 'inner');
    await saveImage('x:1', folder, {
      limits: defaultLimits,
      signal: new AbortController().signal,
      temporary: outer,
      elsewhere: { dialer: offlineDialer(), environment: engine.environment, log: silent },
    }).finally(() => engine.close());
    expect(readdirSync(outer)).toEqual(['inner']);
    const names = readdirSync(folder, { recursive: true }).map(String).toSorted();
    expect(names).toEqual(['blobs', 'blobs/sha256', `blobs/sha256/${id}`]);
  });

  it('tells what a cut export is', async () => {
    const whole = dockerArchive({ layers: [base, top] });
    const cut = saveExport(whole.subarray(0, whole.length / 2 + 700));
    await expect(cut).rejects.toMatchObject({ name: 'SaveError', step: 'save' });
  });

  it.each([
    ['no engine', 'x:1', 'no Docker engine could be reached'],
    ['no file', './nowhere.tar', './nowhere.tar is no file or folder here'],
    ['a folder', `dir:${temporaryFolder()}`, 'is nothing that could be handed over'],
  ])('says that there is %s', async (_, reference, message) => {
    const nobody = { DOCKER_HOST: 'unix:///nonexistent', CONTAINER_HOST: 'unix:///nonexistent', HOME: '/nonexistent' };
    await expect(save(reference, nobody)).rejects.toThrow(message);
  });
});
