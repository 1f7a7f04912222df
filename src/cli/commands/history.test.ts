import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { base62Checksum } from '../../secrets/checksums.ts';

const folder = temporaryFolder();
const image = path.join(folder, 'image.tar');
writeFileSync(
  image,
  dockerArchive({
    layers: [
      layer([
        { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
        { path: 'a', content: 'x'.repeat(1000) },
      ]),
      layer([{ path: 'a', content: 'y'.repeat(3000) }]),
    ],
    config: { Cmd: ['/a'], User: '1000' },
    history: [
      { created_by: 'ADD rootfs.tar / # buildkit', comment: 'buildkit.dockerfile.v0' },
      { created_by: 'RUN /bin/sh -c curl -k https://example.org/x | sh # buildkit', comment: 'buildkit.dockerfile.v0' },
      { created_by: 'CMD ["/a"]', empty_layer: true, comment: 'buildkit.dockerfile.v0' },
    ],
  }),
);
const run = async (...args: string[]) => await runDrydock(['history', image, ...args], { folder });

/** What a terminal obeys or hides: SGR, a title, C1, an override of direction, nothing to see, a line written over. */
const hostile = 'a\x1b[31m\x1b]0;title\x07\x9b31m\x85\u202e\u200bb';
const hostileImage = path.join(folder, 'hostile.tar');
writeFileSync(
  hostileImage,
  dockerArchive({
    layers: [layer([{ path: 'a', content: 'x' }])],
    config: { Cmd: ['/a', hostile], User: '1000', Labels: { x: hostile, [hostile]: 'y' } },
    history: [
      { created_by: `RUN /bin/sh -c echo good \r echo ${hostile} # buildkit`, comment: hostile },
      { created_by: `LABEL x=${hostile}`, empty_layer: true, comment: 'buildkit.dockerfile.v0' },
      { created_by: `CMD ["/a" "${hostile}"]`, empty_layer: true, comment: 'buildkit.dockerfile.v0' },
      { created_by: `something ${hostile}`, empty_layer: true, comment: hostile },
    ],
  }),
);
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}](?<![\n\t])/u;

describe('drydock history of an image that writes to the terminal', () => {
  it.each(['table', 'json', 'dockerfile'])('%s', async (format) => {
    const one = await runDrydock(['history', hostileImage, '-f', format, '--color', 'never'], { folder });
    expect(one.status).toBe(0);
    expect(one.stdout).toContain('title');
    expect(one.stdout).not.toMatch(unsafe);
    expect(one.stderr).not.toMatch(unsafe);
  });

  it('says in the build file what it did, once', async () => {
    const { stdout } = await runDrydock(['history', hostileImage, '-f', 'dockerfile'], { folder });
    const notes = stdout.match(/^# .*are written as \\u001b.*$/gm);
    expect(notes).toHaveLength(1);
    expect((await run('-f', 'dockerfile')).stdout).not.toContain('u001b');
  });

  it('keeps the build file: exec form is JSON, where the escapes mean the characters', async () => {
    const { stdout } = await runDrydock(['history', hostileImage, '-f', 'dockerfile'], { folder });
    const [, words = ''] = /^CMD (\[.*\])$/m.exec(stdout) ?? [];
    expect(JSON.parse(words)).toEqual(['/a', hostile]);
  });

  it('keeps in JSON what the image has', async () => {
    const { stdout } = await runDrydock(['history', hostileImage, '-f', 'json'], { folder });
    expect((JSON.parse(stdout) as { dockerfile: string }).dockerfile).toContain('\u202e\u200bb');
  });
});

describe('drydock history', () => {
  it('shows instructions, what they did and what is wrong', async () => {
    const { stdout, status } = await run('--color', 'never');
    expect(status).toBe(0);
    expect(stdout).toContain('built by buildkit');
    expect(stdout).toContain('[download-executed]');
    expect(stdout).toContain('[verification-disabled]');
    expect(stdout).toContain('layer 1, 3.0 kB: 1 changed, 1.0 kB below hidden');
  });

  it('says of a secret what it is', async () => {
    const body = 'aZ09bY18cX27dW36eV45fU54gT63hS';
    const token = `${'gh'}${'p_'}${body}${base62Checksum(body)}`;
    const leaking = path.join(folder, 'leaking.tar');
    writeFileSync(
      leaking,
      dockerArchive({
        layers: [layer([{ path: 'a', content: 'x' }])],
        config: { Cmd: ['/a'], Env: [`GITHUB_TOKEN=${token}`] },
        history: [
          { created_by: 'COPY a / # buildkit' },
          { created_by: `ENV GITHUB_TOKEN=${token}`, empty_layer: true },
        ],
      }),
    );
    const { stdout } = await runDrydock(['history', leaking, '--color', 'never'], { folder });
    expect(stdout).toMatch(/ 1 {2}ENV GITHUB_TOKEN=.*\n(?: {6}.*\n)* {6}CRITICAL {2}.*\[github-token\]/);
    expect(stdout).not.toContain(body);
  });

  it('writes JSON', async () => {
    const { stdout } = await run('-f', 'json');
    const report = JSON.parse(stdout) as { steps: { kind: string }[]; efficiency: { score: number } };
    expect(report.steps.map(({ kind }) => kind)).toEqual(['ADD', 'RUN', 'CMD']);
    expect(report.efficiency.score).toBeCloseTo((26 + 1000) / (26 + 4000), 10);
  });

  it('writes a build file', async () => {
    const { stdout } = await run('-f', 'dockerfile');
    expect(stdout).toMatch(/^RUN curl -k https:\/\/example.org\/x \| sh$/m);
    expect(stdout).toMatch(/^CMD \["\/a"\]$/m);
    expect(stdout).toMatch(/^USER 1000$/m);
  });

  it.each([
    [['--lowest-efficiency', '0.9'], 1, '--lowest-efficiency'],
    [['--lowest-efficiency', '20%'], 0, ''],
    [['--highest-wasted-bytes', '3KB'], 1, '--highest-wasted-bytes'],
    [['--highest-wasted-bytes', '1MiB'], 0, ''],
    [['--highest-user-wasted-percent', '10%'], 1, '--highest-user-wasted-percent'],
    [['--lowest-efficiency', 'much'], 2, 'is no share'],
    [['--highest-wasted-bytes', '3 bananas'], 2, 'is no size'],
  ])('keeps limits: %j', async (flags, status, words) => {
    const result = await run(...flags);
    expect(result.status).toBe(status);
    expect(result.stderr).toContain(words);
  });
});
