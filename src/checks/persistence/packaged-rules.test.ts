import { describe, expect, it } from 'vitest';
import { debianLayer, file, foundIn, idsIn, type Layers, md5, scanLayers } from '../../../test/support/persistence.ts';

describe('files of packages', () => {
  const libc = 'usr/lib/x86_64-linux-gnu/libc.so.6';
  const brought = debianLayer({ [libc]: 'the library', 'usr/bin/tool': 'the tool', 'usr/share/tool/text': 'a text' });

  it('that a layer changed are named, with the layer', async () => {
    const findings = await foundIn(brought, [
      file(libc, 'another library'),
      file('usr/share/tool/text', 'another text'),
    ]);

    expect(findings.map(({ id, severity, evidence, layer: of }) => [id, severity, of?.index, evidence])).toEqual([
      [
        'packaged-file-changed',
        'high',
        1,
        `/${libc} has another MD5 than the package tool recorded for it. Layer 1 put it there.`,
      ],
      [
        'packaged-file-changed',
        'medium',
        1,
        '/usr/share/tool/text has another MD5 than the package tool recorded for it.',
      ],
    ]);
  });

  it.each<[string, Layers]>([
    ['are there once more, the same', [brought, [file(libc, 'the library', { mode: 0o755 })]]],
    ['are not touched', [brought, [file('usr/local/bin/tool', 'another tool')]]],
    ['are hidden again', [brought, [file(libc, 'another library')], [file(libc, 'the library')]]],
  ])('that %s are no finding', async (_, layers) => {
    expect(await idsIn(...layers)).toEqual([]);
  });

  it('that a layer replaced by a link are named', async () => {
    const findings = await foundIn(brought, [
      { path: 'usr/bin/tool', type: 'symlink', linkTarget: '/opt/evil' },
      file('opt/evil', 'x'),
    ]);

    expect(findings).toMatchObject([{ id: 'packaged-file-changed', severity: 'medium', layer: { index: 1 } }]);
  });

  it('that were changed in the layer of the package are found at depth deep', async () => {
    const changed = brought.map((entry) => (entry.path === 'usr/bin/tool' ? file('usr/bin/tool', 'x') : entry));

    expect(await idsIn(changed)).toEqual([]);

    const report = await scanLayers([changed], { deep: true });
    expect(report.findings.map(({ id }) => id)).toEqual(['packaged-file-changed']);
  });

  it('whose digests a layer changed without the package are named', async () => {
    const list = file('var/lib/dpkg/info/tool.md5sums', `${md5('another library')}  ${libc}\n`);

    expect(await idsIn(brought, [file(libc, 'another library'), list])).toContain('package-digests-rewritten');
  });
});
