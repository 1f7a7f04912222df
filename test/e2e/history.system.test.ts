import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHistory } from '../../src/history/read-history.ts';
import { rebuildDockerfile } from '../../src/history/rebuild-dockerfile.ts';
import { joinLayers, parseConfig } from '../../src/image/config.ts';
import { type RealEngine, startDocker, whyNoEngine } from '../support/real-engines.ts';
import { projectRoot } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';

const busybox = spawnSync('busybox', ['true']).status === 0 ? whichBusybox() : undefined;
const why =
  whyNoEngine('dockerd') ??
  (spawnSync('docker', ['buildx', 'version']).status === 0 ? undefined : 'docker with buildx is not installed') ??
  (busybox === undefined ? 'a static busybox is not installed' : undefined);

/** A static one: an image from scratch has no libraries. */
function whichBusybox(): string | undefined {
  const file = execFileSync('/bin/sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim();
  return spawnSync('ldd', [file]).status === 0 ? undefined : file;
}

/** Builds with the real builders, in an engine of its own. */
describe.skipIf(why !== undefined)(`images that Docker builds${why === undefined ? '' : ` (${why})`}`, () => {
  const fixtures = path.join(projectRoot, 'src/history/fixtures');
  let engine: RealEngine | undefined;
  let context: string;

  beforeAll(async () => {
    engine = await startDocker();
    context = temporaryFolder();
    const root = path.join(context, 'root');
    for (const folder of ['root/bin', 'root/tmp', 'root/etc', 'dir'])
      mkdirSync(path.join(context, folder), { recursive: true });
    cpSync(busybox!, path.join(root, 'bin/busybox'));
    for (const name of 'sh echo cat touch true'.split(' ')) symlinkSync('busybox', path.join(root, 'bin', name));
    execFileSync('tar', ['-C', root, '-cf', path.join(context, 'rootfs.tar'), '.']);
    rmSync(root, { recursive: true });
    for (const file of ['a.txt', 'b.txt', 'dir/c.txt']) writeFileSync(path.join(context, file), file);
  });
  afterAll(async () => {
    await engine?.stop();
  });

  function docker(args: readonly string[], more: Readonly<Record<string, string>> = {}): string {
    const environment = { PATH: process.env['PATH'] ?? '', ...engine?.environment, ...more };
    return execFileSync('docker', args, {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 100_000,
    });
  }

  /** The configuration of an image, built from a build file. */
  function build(name: string, file: string, builder: 'legacy' | 'buildkit') {
    const args = ['build', '-q', '--network', 'none', '-t', name, '-f', file, '--build-arg', 'TOKEN=a b=c', context];
    docker(args, { DOCKER_BUILDKIT: builder === 'legacy' ? '0' : '1' });
    const archive = path.join(context, `${name}.saved`);
    docker(['save', name, '-o', archive]);
    const member = (place: string): unknown =>
      JSON.parse(execFileSync('tar', ['-xOf', archive, place], { encoding: 'utf8' })) as unknown;
    const [manifest] = member('manifest.json') as { Config: string }[];
    const config = parseConfig(member(manifest!.Config));
    rmSync(archive);
    const { history, layers } = joinLayers(
      config.diffIds.map(() => ({ size: 1 })),
      config,
    );
    return { history, layers, config: config.config };
  }

  it.each(['all', 'heredoc'])(
    'are built again from their history, to the same configuration: %s',
    (name) => {
      const first = build(`${name}-first`, path.join(fixtures, `${name}.Dockerfile`), 'buildkit');
      const history = readHistory(first);
      const rebuilt = path.join(context, `${name}.rebuilt`);
      writeFileSync(rebuilt, rebuildDockerfile(history, first.config));
      const again = build(`${name}-again`, rebuilt, 'buildkit');

      expect(history.oddities).toEqual([]);
      expect(again.config).toEqual(first.config);
      const recorded = (image: typeof first) =>
        image.history
          .map(({ createdBy }) => createdBy)
          // The text of a file is not recorded, so that no build can make it again.
          .filter((createdBy) => createdBy?.startsWith('COPY <<') === false)
          // A value that was given to the build is a default of the build file now.
          .map((createdBy) => createdBy?.replace(/^ARG TOKEN=.*/, 'ARG TOKEN'));
      expect(recorded(again)).toEqual(recorded(first));
    },
    200_000,
  );

  it('are read as their build files say, of the legacy builder', () => {
    const file = path.join(fixtures, 'all.Dockerfile');
    const { instructions, builder, oddities } = readHistory(build('legacy', file, 'legacy'));
    const written = readFileSync(file, 'utf8').match(/^[A-Z]+(?= )/gm);

    expect({ builder, oddities }).toEqual({ builder: 'legacy', oddities: [] });
    expect(['FROM', ...instructions.map(({ kind }) => kind)]).toEqual(written);
  }, 200_000);
});
