import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checks } from '../src/checks/index.ts';
import { dockerArchive, layer } from './support/image.ts';
import type { HistoryLine, ImageContent } from './support/image-options.ts';
import { scanOne } from './support/scan.ts';
import { writeTemporary } from './support/temporary.ts';

const rules = checks.filter(({ id }) => id === 'history' || id === 'configuration').flatMap((check) => check.rules);

/** What the configuration, the name or the files decide, whatever the history says. */
const withoutHistory: ReadonlySet<string> = new Set([
  ...['user-root', 'user-not-numeric', 'start-shell-form', 'start-without-init', 'stop-signal-kill', 'start-target'],
  ...['path-unsafe', 'environment-dangerous', 'environment-unverified', 'port-ssh', 'port-out-of-range'],
  ...['port-privileged', 'port-admin', 'volume-system-directory', 'volume-over-code', 'workdir-system-directory'],
  ...[
    'healthcheck-missing',
    'onbuild-present',
    'onbuild-forbidden',
    'label-acts',
    'label-source-missing',
    'label-form',
  ],
  ...['label-empty', 'label-name', 'label-authors-form', 'tag-latest', 'created-unknown', 'configuration-odd'],
  // Of the history itself, and of files alone.
  ...['history-blind', 'history-contradicts', 'history-future', 'build-tools-left', 'package-files-left'],
]);

interface Said {
  readonly findings: readonly string[];
  readonly undecided: readonly string[];
}

async function said(image: ImageContent): Promise<Said> {
  const { findings, problems } = await scanOne(writeTemporary('image.tar', dockerArchive(image)));
  return {
    findings: findings.map(({ id }) => id),
    undecided: problems
      .filter(({ code }) => code === 'check.undecided' || code === 'image.limit')
      .map(({ message }) => message),
  };
}

/** Ids of rules that messages name. */
function namedIn(messages: readonly string[]): readonly string[] {
  const words = new Set(messages.flatMap((message) => message.split(/[\s,:;()]+/)));
  return rules.map(({ id }) => id).filter((id) => words.has(id));
}

const files = layer([{ path: 'srv/app', content: 'x' }]);
const config = { WorkingDir: '/srv', Volumes: { '/data': {} } };
const of = (history: readonly HistoryLine[], more: Partial<ImageContent> = {}): ImageContent => ({
  layers: [files],
  config,
  history,
  ...more,
});

/** The image of a recorded configuration, with layers of our own. */
function recorded(name: string): ImageContent {
  const text = readFileSync(path.join(import.meta.dirname, '../src/history/fixtures', `${name}.json`), 'utf8');
  const { history, config: of, rootfs } = JSON.parse(text);
  const layers = rootfs.diff_ids.map((_: string, index: number) => layer([{ path: `srv/${index}`, content: 'x' }]));
  return { history, layers, config: { ...of, WorkingDir: '/srv', Volumes: { '/data': {} } } };
}

describe('a history that tells nothing', () => {
  it.each<[string, ImageContent]>([
    ['none', of([])],
    ['one entry without a word', of([{ created_by: '' }])],
    ['an import', recorded('import')],
    ['a container that was committed', recorded('commit')],
    ['a container that podman committed', recorded('podman-commit')],
    ['bazel', recorded('written-bazel')],
    ['nix', recorded('written-nix')],
    ['ko', recorded('written-ko')],
    ['apko', of([{ created_by: 'apko', comment: 'This is an apko single-layer image' }])],
    ['jib', of([{ created_by: 'jib-gradle-plugin:3.4.0', comment: 'classes' }])],
    [
      'buildpacks',
      of([{ created_by: 'Buildpacks Launcher Config' }, { created_by: 'Application Layer' }], {
        layers: [files, files],
      }),
    ],
  ])('leaves no rule silent that needs more: %s', async (_, image) => {
    const { findings, undecided } = await said(image);

    const silent = rules.map(({ id }) => id).filter((id) => !withoutHistory.has(id) && !findings.includes(id));
    expect(silent.filter((id) => !namedIn(undecided).includes(id))).toEqual([]);
    expect(findings).toContain('history-blind');
  });

  it('is not what an image has that was built', async () => {
    const { findings, undecided } = await said(recorded('buildkit-child'));

    expect(findings).not.toContain('history-blind');
    expect(namedIn(undecided).toSorted()).toEqual(['base-tag-latest', 'workdir-relative']);
  });

  it('has rules of the list above, and no others', () => {
    const known = rules.map(({ id }) => id);

    expect([...withoutHistory].filter((id) => !known.includes(id))).toEqual([]);
  });
});

describe('a history that tells a part', () => {
  const built: HistoryLine = { created_by: 'RUN /bin/sh -c make # buildkit', comment: 'buildkit.dockerfile.v0' };

  it.each<[string, HistoryLine, string]>([
    ['a shell that is not read', { ...built, created_by: 'RUN powershell -Command Get-Item x # buildkit' }, 'shell'],
    ['a shell script of Windows', { ...built, created_by: 'RUN cmd /S /C dir # buildkit' }, 'shell'],
    ['more than is read', { ...built, created_by: `RUN /bin/sh -c ${'a;'.repeat(3000)} # buildkit` }, 'commands'],
  ])('says of which instruction nothing is known: %s', async (_, line, why) => {
    const { undecided } = await said(of([built, line], { layers: [files, files] }));

    expect(undecided.join('\n')).toMatch(new RegExp(`instruction 1 .*${why}.*download-executed`));
  });

  it('says that a container was committed on top', async () => {
    const image = recorded('buildah-history');
    const { undecided } = await said(image);

    expect(undecided.join('\n')).toMatch(/instruction 4 keeps what was done in a container.*download-executed/);
  });

  it('takes the one layer of a build of buildah for that of all its instructions', async () => {
    const image = recorded('buildah-all');
    const { findings, undecided } = await said(image);

    expect(findings).not.toContain('layer-of-metadata-changes-files');
    expect(findings).not.toContain('layer-larger-than-instruction');
    expect(undecided.join('\n')).toContain('layer-of-metadata-changes-files cannot be decided');
  });

  it('does not take it for that where another builder says so', async () => {
    const lines = [
      { ...built, empty_layer: true },
      { created_by: 'CMD ["x"]', comment: 'buildkit.dockerfile.v0' },
    ];

    expect((await said(of(lines))).findings).toContain('layer-of-metadata-changes-files');
  });
});

describe('a source without a configuration', () => {
  it('is said to be undecided by both checks, once each', async () => {
    const { findings, problems } = await scanOne(writeTemporary('layer.tar', files));

    const undecided = problems.filter(({ code }) => code === 'check.undecided').map(({ message }) => message);
    expect(undecided.map((message) => message.replace(/:.*/, '')).toSorted()).toEqual(['configuration', 'history']);
    expect(undecided.join()).toContain('no rule can be decided, as the source has no configuration');
    expect(findings.filter(({ kind }) => kind === 'configuration' || kind === 'history')).toEqual([]);
  });

  it('is known to tell of packages alone, where it is a bill of materials', async () => {
    const sbom = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [{ type: 'library', name: 'a', version: '1' }],
    };
    const { findings, problems } = await scanOne(writeTemporary('sbom.json', Buffer.from(JSON.stringify(sbom))));

    expect(problems.map(({ code }) => code)).toContain('sbom.source');
    expect(problems.map(({ code }) => code)).not.toContain('check.undecided');
    expect(findings.filter(({ kind }) => kind === 'configuration' || kind === 'history')).toEqual([]);
  });
});
