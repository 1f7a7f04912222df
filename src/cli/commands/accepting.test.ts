import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  accepts,
  databaseFile,
  drydock,
  folderWith,
  image,
  importAdvisories,
  mast,
  policy,
  report,
  scanOf,
  suppressed,
  vex,
} from '../../../test/support/accepting.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import type { Report } from '../../model/report.ts';

beforeAll(importAdvisories);

describe('scan with a policy', () => {
  it('finds .drydockignore.yaml in the current folder; what it accepts fails nothing and stays in the report', async () => {
    const folder = folderWith({ '.drydockignore.yaml': accepts });

    const result = await report(scanOf(image, '--fail-on', 'high'), { folder });

    expect(suppressed(result)).toEqual({ 'CVE-2099-0001': 'policy:.drydockignore.yaml:2', 'CVE-2099-0002': undefined });
    expect(result.policy).toMatchObject({ file: '.drydockignore.yaml', entries: 1, expired: 0, accepted: 1 });
    expect([result.summary.bySeverity.high, result.summary.bySeverity.low]).toEqual([0, 1]);
    expect(await drydock(scanOf(image, '--fail-on', 'high', '--no-policy'), { folder })).toMatchObject({ status: 1 });
    expect(await drydock(scanOf(image, '--fail-on', 'high'))).toMatchObject({ status: 1 });
  });

  it('says in a line of the table what is accepted, and shows it on demand', async () => {
    const folder = folderWith({ '.drydockignore.yaml': accepts });

    const { stdout, stderr } = await drydock(scanOf(image), { folder });
    const shown = await drydock(scanOf(image, '--show-suppressed'), { folder });

    expect(stdout).toContain('not shown: 1 accepted (until 2026-12-31) (--show-suppressed)');
    expect(stdout).not.toContain('not reachable');
    expect(stderr).toContain('.drydockignore.yaml in the current folder was used (--no-policy: without it).');
    expect(shown.stdout).toContain(
      'HIGH CVE-2099-0001 hull: not reachable (policy:.drydockignore.yaml:2, until 2026-12-31)',
    );
  });

  it('takes the file that is named, by flag, variable or drydock.yaml, and the list in drydock.yaml', async () => {
    const file = writeTemporary('own.yaml', accepts);
    const by = async (args: readonly string[], options: Parameters<typeof drydock>[1] = {}) =>
      suppressed(await report(scanOf(image, ...args), options))['CVE-2099-0001'];
    const inline = accepts.replace('accept:', 'policy:');

    expect(await by(['--policy', file])).toBe(`policy:${file}:2`);
    expect(await by([], { environment: { DRYDOCK_POLICY: file } })).toBe(`policy:${file}:2`);
    expect(await by([], { folder: folderWith({ 'drydock.yaml': 'policy: p/x.yaml\n', 'p/x.yaml': accepts }) })).toBe(
      'policy:p/x.yaml:2',
    );
    expect(await by([], { folder: folderWith({ 'drydock.yaml': `sort: severity\n${inline}` }) })).toBe(
      'policy:drydock.yaml:3',
    );
  });

  it('takes a file for the image of a registry that the command line names, and not for the one that it says it is', async () => {
    const folder = folderWith({
      '.drydockignore.yaml': policy('id: CVE-2099-0001, image: example, reason: x, expires: 2026-12-31'),
    });
    const claims = ({ problems }: Report) =>
      problems.filter(({ code }) => code === 'policy.claimed-image').map(({ message }) => message);

    const claimed = await report(scanOf(image), { folder });
    const named = await report(scanOf(image, '--image-name', 'example:1'), { folder });
    const other = await report(scanOf(image, '--image-name', 'ghcr.io/a/example:1'), { folder });

    expect(claimed.image.claimed?.names).toEqual(['example:1']);
    expect(suppressed(claimed)['CVE-2099-0001']).toBeUndefined();
    expect(claims(claimed)).toEqual([expect.stringContaining('.drydockignore.yaml:2: a finding is not accepted')]);
    expect([named.image.name, claims(named)]).toEqual(['docker.io/library/example:1', []]);
    expect(suppressed(named)['CVE-2099-0001']).toBe('policy:.drydockignore.yaml:2');
    expect([suppressed(other)['CVE-2099-0001'], claims(other)]).toEqual([undefined, []]);
    expect(await drydock(scanOf(image, '--image-name', './x'))).toMatchObject({ status: 2 });
    expect(await drydock(['scan', image, image, '--image-name', 'example'])).toMatchObject({ status: 2 });
  });

  it('names an expired entry, which accepts nothing; as of an earlier day it does', async () => {
    const folder = folderWith({
      '.drydockignore.yaml': policy('id: CVE-2099-0001, reason: soon mended, expires: 2026-08-20'),
    });

    const { stdout } = await drydock(scanOf(image), { folder });
    const result = await report(scanOf(image), { folder });

    expect(stdout.replace(/\s+/g, ' ')).toContain(
      '.drydockignore.yaml:2: what was accepted until 2026-08-20 no longer is: a finding (soon mended)',
    );
    expect([suppressed(result)['CVE-2099-0001'], result.coverage.complete]).toEqual([undefined, true]);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    ['that is no YAML', { '.drydockignore.yaml': 'accept: [' }, [], '.drydockignore.yaml:1: not YAML'],
    [
      'with a slip',
      { '.drydockignore.yaml': 'accept:\n- id: A\n  reson: x\n' },
      [],
      '.drydockignore.yaml:3: unknown key "reson"',
    ],
    [
      'in drydock.yaml with a slip',
      { 'drydock.yaml': 'policy:\n- id: A\n' },
      [],
      'drydock.yaml:2: the entry has no "reason"',
    ],
    ['that is not there', {}, ['--policy', 'nope.yaml'], 'nope.yaml: there is no such file'],
    ['that is a folder', {}, ['--policy', '.'], 'it is a folder'],
    [
      'of ten megabytes',
      { 'p.yaml': `accept:\n${'# x\n'.repeat(2_500_000)}` },
      ['--policy', 'p.yaml'],
      'p.yaml: it has more than 4194304 bytes',
    ],
  ])('refuses a policy %s before it scans, with status 2', async (_, files, args, words) => {
    const { status, stdout, stderr } = await drydock(scanOf(image, ...args), { folder: folderWith(files) });

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('gives the same bytes twice', async () => {
    const folder = folderWith({ '.drydockignore.yaml': accepts, 'v.json': vex('CVE-2099-0002', mast) });
    const args = scanOf(image, '--vex', 'v.json', '-f', 'json');

    expect((await drydock(args, { folder })).stdout).toBe((await drydock(args, { folder })).stdout);
  });
});

describe('explain', () => {
  it('says that and why a scan does not count it', async () => {
    const folder = folderWith({ '.drydockignore.yaml': accepts, 'v.json': vex('CVE-2099-0002', mast) });
    const explain = async (id: string, ...args: readonly string[]) =>
      (await drydock(['explain', id, image, '--db', databaseFile(), ...args], { folder })).stdout;

    expect(await explain('CVE-2099-0001')).toContain(
      'a scan does not count it: not reachable (policy:.drydockignore.yaml:2, until 2026-12-31)',
    );
    expect(await explain('CVE-2099-0002', '--vex', 'v.json')).toContain(
      'a scan does not count it: vulnerable_code_not_present (vex:v.json)',
    );
    expect(await explain('CVE-2099-0001', '--no-policy')).not.toContain('does not count');
    const { packages } = JSON.parse(await explain('CVE-2099-0001', '-f', 'json')) as { packages: object[] };
    expect(packages).toMatchObject([{ suppressed: { reason: 'not reachable' } }]);
  });

  it('says which entries are for an image that this one only claims to be', async () => {
    const folder = folderWith({
      '.drydockignore.yaml': policy('id: CVE-2099-0001, image: example, reason: x, expires: 2026-12-31'),
    });
    const explain = async (...args: readonly string[]) =>
      (await drydock(['explain', 'CVE-2099-0001', image, '--db', databaseFile(), ...args], { folder })).stdout;
    const problems = async (...args: readonly string[]) =>
      (JSON.parse(await explain('-f', 'json', ...args)) as Pick<Report, 'problems'>).problems;

    const said = (await explain()).replace(/\s+/g, ' ');
    expect(said).toContain('NOTES - .drydockignore.yaml:2: a finding is not accepted, since only the file itself says');
    expect(said).toMatch(/\[policy\.claimed-image\] $/);
    expect(await problems()).toMatchObject([{ code: 'policy.claimed-image' }]);
    expect(await problems('--image-name', 'example:1')).toEqual([]);
    expect(await explain('--image-name', 'example:1')).toContain('a scan does not count it: x');
    expect(
      (await drydock(['explain', 'CVE-2099-0002', image, '--db', databaseFile()], { folder })).stdout,
    ).not.toContain('claimed-image');
  });
});

describe('policy lint', () => {
  const file = policy(
    'id: CVE-2099-0001, reason: x, expires: 2026-12-31',
    'id: CVE-2099-0009, reason: x, expires: 2026-12-31',
    'id: CVE-2099-0002, reason: x, expires: 2026-08-25',
  );

  it('names what an image does not need, by a scan or by its report', async () => {
    const folder = folderWith({ 'p.yaml': file });
    writeFileSync(path.join(folder, 'report.json'), (await drydock(scanOf(image, '-f', 'json'))).stdout);

    const alone = await drydock(['policy', 'lint', 'p.yaml'], { folder });
    const scanned = await drydock(['policy', 'lint', 'p.yaml', image, '--db', databaseFile()], { folder });
    const read = await drydock(['policy', 'lint', 'p.yaml', 'report.json'], { folder });

    expect(alone).toMatchObject({
      status: 0,
      stdout: 'p.yaml:4: expires-soon: expires on 2026-08-25, in 4 days\n3 entries, 1 note, 0 to be mended\n',
    });
    expect(scanned).toMatchObject({ status: 1, stdout: expect.stringContaining('p.yaml:3: unused: means no finding') });
    expect(read.stdout).toBe(scanned.stdout);
  });

  it('says it in JSON, and refuses a file that is none', async () => {
    const folder = folderWith({ 'p.yaml': file, 'bad.yaml': 'accept: x' });

    const { stdout } = await drydock(['policy', 'lint', 'p.yaml', '-f', 'json'], { folder });

    expect(JSON.parse(stdout)).toMatchObject({
      file: 'p.yaml',
      entries: 3,
      notes: [{ line: 4, code: 'expires-soon' }],
    });
    expect(await drydock(['policy', 'lint', 'bad.yaml'], { folder })).toMatchObject({ status: 2 });
  });
});

describe('policy import', () => {
  it('writes a policy that a scan takes, and says on standard error what is not in it', async () => {
    const folder = folderWith({
      '.trivyignore': '# by hand\nCVE-2099-0001\n§\n',
      'w.yaml': 'generalwhitelist:\n  CVE-2099-0002: mast\n',
    });

    const { status, stdout, stderr } = await drydock(['policy', 'import', '.trivyignore', 'w.yaml'], { folder });
    writeFileSync(path.join(folder, '.drydockignore.yaml'), stdout);

    expect(status).toBe(0);
    expect(stderr).toContain('.trivyignore:3: §: it is no id');
    expect(stderr).toContain('.trivyignore:2: CVE-2099-0001: it has no end; 2026-11-19 was set');
    expect(suppressed(await report(scanOf(image), { folder }))).toEqual({
      'CVE-2099-0001': 'policy:.drydockignore.yaml:3',
      'CVE-2099-0002': 'policy:.drydockignore.yaml:7',
    });
  });
});
