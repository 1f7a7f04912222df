import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { base62Checksum } from '../../src/secrets/checksums.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { zip } from '../support/zip.ts';

// Put together when the test runs: nobody issued them, and no other scanner finds them in this file.
const letters = 'QX7ZP2VN4KTR6WJMB5HCYDLEF3GSUA';
const body = (start: number): string =>
  [...letters].map((_, at) => letters[(at * 7 + start) % letters.length]).join('');
const github = (start: number): string => `gh${'p_'}${body(start)}${base62Checksum(body(start))}`;
const planted = {
  file: `np${'m_'}${body(1)}${base62Checksum(body(1))}`,
  argument: github(2),
  git: github(3),
  jar: github(4),
  variable: ['Tr0ub4', 'dor&3-', 'zq9'].join(''),
} as const;

interface Finding {
  readonly kind: string;
  readonly id: string;
  readonly severity: string;
  readonly evidence: string;
  readonly historyIndex?: number;
  readonly layer?: { readonly index: number; readonly instruction?: string };
  readonly hiddenBy?: { readonly index: number; readonly instruction?: string };
  readonly location?: { readonly path: string };
}

/** Objects of a repository that real git packed. */
function packedRepository(): readonly { readonly path: string; readonly content: Uint8Array }[] {
  const folder = temporaryFolder();
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: folder,
      stdio: 'ignore',
    });
  };
  git('init', '-q');
  const text = (token: string): string => `# settings\n${'# a line of words\n'.repeat(60)}token = "${token}"\n`;
  writeFileSync(path.join(folder, 'settings.toml'), text(planted.git));
  git('add', '.');
  git('commit', '-q', '-m', 'one');
  writeFileSync(path.join(folder, 'settings.toml'), text(''));
  git('commit', '-q', '-a', '-m', 'two');
  git('gc', '-q', '--aggressive', '--prune=now');
  const root = path.join(folder, '.git');
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('hooks'))
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return { path: `srv/app/.git/${path.relative(root, file)}`, content: readFileSync(file) };
    });
}

let report: string;
let findings: readonly Finding[];

beforeAll(async () => {
  const folder = temporaryFolder();
  const image = path.join(folder, 'image.tar');
  const inner = zip([{ name: 'conf/app.properties', content: `github.token=${planted.jar}\n` }]);
  const run = (command: string): string => `RUN |1 GITHUB_TOKEN=${planted.argument} /bin/sh -c ${command} # buildkit`;
  writeFileSync(
    image,
    dockerArchive({
      layers: [
        layer([{ path: 'root/.npmrc', content: `//registry.example/:_authToken=${planted.file}\n` }]),
        layer([{ path: 'root/.wh..npmrc' }]),
        layer(packedRepository()),
        layer([{ path: 'srv/app.jar', content: zip([{ name: 'lib/inner.jar', content: inner }]) }]),
      ],
      config: { Env: [`DB_PASSWORD=${planted.variable}`] },
      history: [
        { created_by: 'COPY .npmrc /root/ # buildkit', comment: 'buildkit.dockerfile.v0' },
        { created_by: 'ARG GITHUB_TOKEN', empty_layer: true, comment: 'buildkit.dockerfile.v0' },
        { created_by: run('rm /root/.npmrc'), comment: 'buildkit.dockerfile.v0' },
        { created_by: 'COPY . /srv/app # buildkit', comment: 'buildkit.dockerfile.v0' },
        { created_by: `ENV DB_PASSWORD=${planted.variable}`, empty_layer: true, comment: 'buildkit.dockerfile.v0' },
        { created_by: 'COPY app.jar /srv/ # buildkit', comment: 'buildkit.dockerfile.v0' },
      ],
    }),
  );
  ({ stdout: report } = await runDrydock(['scan', image, '--offline', '-f', 'json'], { timeout: 110_000 }));
  findings = (JSON.parse(report) as { findings: readonly Finding[] }).findings.filter(({ kind }) => kind === 'secret');
});

const at = (file: string): Finding | undefined =>
  findings.find(({ location }) => location?.path.startsWith(file) === true);

describe('secrets', () => {
  it('are found in a file that a later layer deletes, and both instructions are named', () => {
    const found = at('root/.npmrc');
    expect(found).toMatchObject({ id: 'npm-token', layer: { index: 0, instruction: 'COPY .npmrc /root/' } });
    expect(found?.hiddenBy?.index).toBe(1);
    expect(found?.hiddenBy?.instruction).toContain('rm /root/.npmrc');
    expect(found?.evidence).toContain('tar -xO');
  });

  it('are found in a build argument, with its instruction', () => {
    const found = findings.find(({ historyIndex }) => historyIndex === 2);
    expect(found).toMatchObject({ id: 'github-token' });
  });

  it('are found in a pack of git', () => {
    expect(at('srv/app/.git/objects/pack/')).toMatchObject({ id: 'github-token', layer: { index: 2 } });
  });

  it('are found in a jar in a jar', () => {
    expect(at('srv/app.jar!/lib/inner.jar!/conf/app.properties')).toMatchObject({
      id: 'github-token',
      layer: { index: 3 },
    });
  });

  it('are found in a variable', () => {
    expect(findings.some(({ evidence }) => evidence.includes('DB_PASSWORD'))).toBe(true);
  });

  it('do not stand in what is said of them; nor elsewhere, as secrets-nowhere.test.ts has it', () => {
    for (const secret of Object.values(planted)) expect(report).not.toContain(secret);
  });
});
