import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport, makeVulnerability } from '../../test/support/report.ts';
import type { Finding } from '../model/finding.ts';
import { applyPolicy } from './apply.ts';
import { readPolicy } from './read.ts';

const now = new Date('2026-08-21T12:00:00Z');
const layer = `sha256:${'b'.repeat(64)}`;
const vulnerability = makeVulnerability('CVE-2024-1', 'libssl3', '3.0.11', {
  aliases: ['DSA-5000-1'],
  related: ['CVE-2024-9'],
  severity: 'low',
  state: 'will-not-fix',
  location: { path: 'var/lib/dpkg/status' },
});
const secret = makeFinding('aws-key', {
  kind: 'secret',
  location: { path: 'app/.env' },
  layer: { index: 1, diffId: layer },
});
const report = makeReport({ view: { image: { reference: 'nginx:1.25' } }, findings: [vulnerability, secret] });

async function accepted(
  criteria: string,
  findings: readonly Finding[] = [vulnerability, secret],
  reference = 'nginx:1.25',
) {
  const policy = await readPolicy(`accept:\n- {${criteria}, reason: x, expires: 2026-12-31}`, 'p.yaml', now);
  const { image } = makeReport({ view: { image: { reference } } });
  return applyPolicy({ image, findings, packages: [] }, policy, now)
    .findings.filter(({ suppressed }) => suppressed !== undefined)
    .map(({ id }) => id);
}

describe('applyPolicy', () => {
  it.each(['CIS-DI-0001', 'cis-di-0001', 'DS-0002', 'AVD-DS-0002', 'DS002', 'DL3002'])(
    'means a finding of a rule by what another tool calls it: %s',
    async (id) => {
      const aliases = ['CIS-DI-0001', 'DS-0002', 'DL3002', '4.1'];
      const finding = makeFinding('user-root', { kind: 'configuration', aliases });
      const other = makeFinding('base-tag-latest', { kind: 'configuration', aliases: ['DS-0001', 'DL3006'] });

      expect(await accepted(`id: ${id}`, [finding, other])).toEqual(['user-root']);
    },
  );

  it('says by whom, why, until when, and leaves the finding as it is', async () => {
    const policy = await readPolicy(
      'accept:\n- {id: CVE-2024-1, reason: not reachable, expires: 2026-12-31, owner: me, justification: component_not_present}',
      '.drydockignore.yaml',
      now,
    );

    const { findings, problems, uses } = applyPolicy(report, policy, now);

    expect(findings.find(({ id }) => id === 'CVE-2024-1')).toEqual({
      ...vulnerability,
      suppressed: {
        by: 'policy:.drydockignore.yaml:2',
        reason: 'not reachable',
        expires: '2026-12-31',
        owner: 'me',
        justification: 'component_not_present',
      },
    });
    expect(findings).toHaveLength(2);
    expect([problems, uses.map(({ means, accepts }) => [means, accepts])]).toEqual([[], [[1, 1]]]);
  });

  it.each<[string, string, boolean]>([
    ['its id', 'id: CVE-2024-1', true],
    ['its id in small letters', 'id: cve-2024-1', true],
    ['an alias', 'id: DSA-5000-1', true],
    ['one of several ids', 'id: [CVE-2024-2, CVE-2024-1]', true],
    ['a related id, which is another vulnerability', 'id: CVE-2024-9', false],
    ['the beginning of its id', 'id: CVE-2024', false],
    ['its package', 'package: libssl3', true],
    ['a pattern of its package', 'package: "libssl*"', true],
    ['another package', 'package: openssl', false],
    ['its purl without a version', 'package: "pkg:deb/debian/libssl3"', true],
    ['its purl with its version', 'package: "pkg:deb/debian/libssl3@3.0.11"', true],
    ['its purl with another version', 'package: "pkg:deb/debian/libssl3@3.0.12"', false],
    ['its purl of another distribution', 'package: "pkg:deb/ubuntu/libssl3"', false],
    ['a pattern of purls', 'package: "pkg:deb/*/libssl3@**"', true],
    ['a bound that it meets', 'version: "< 3.0.12"', true],
    ['bounds that it meets', 'version: ">= 3.0, < 3.0.12"', true],
    ['a bound that it does not meet', 'version: "< 3.0.11"', false],
    ['its order, not its letters', 'version: "> 3.0.9"', true],
    ['its version', 'version: "3.0.11"', true],
    ['a pattern of its version', 'version: "3.0.*"', true],
    ['its path', 'path: /var/lib/dpkg/status', true],
    ['a pattern of its path', 'path: var/**', true],
    ['another path', 'path: var/*', false],
    ['its layer', 'layer: 0', true],
    ['another layer', 'layer: 1', false],
    ['its kind', 'kind: vulnerability', true],
    ['another kind', 'kind: malware', false],
    ['its severity', 'severity: [low, medium]', true],
    ['another severity', 'severity: high', false],
    ['its state', 'state: will-not-fix', true],
    ['another state', 'state: fixed', false],
    ['all of it together', 'id: CVE-2024-1, package: libssl3, severity: low', true],
    ['all but one', 'id: CVE-2024-1, package: libssl3, severity: high', false],
  ])('means a vulnerability by %s', async (_, criteria, expected) => {
    expect(await accepted(criteria, [vulnerability])).toEqual(expected ? ['CVE-2024-1'] : []);
  });

  it.each<[string, string[], number[], boolean]>([
    ['path: app/**', ['app/a', 'app/b'], [1, 1], true],
    ['path: app/a', ['app/a', 'app/b'], [1, 1], false],
    ["path: ['app/a', 'app/b']", ['app/a', 'app/b'], [1, 1], true],
    ['path: app/a', ['app/a', 'opt/a'], [1, 1], false],
    ['layer: 1', ['app/a', 'app/b'], [1, 1], true],
    ['layer: 1', ['app/a', 'app/b'], [1, 2], false],
    ['layer: [1, 2]', ['app/a', 'app/b'], [1, 2], true],
  ])(
    'of what is in several places it means all or nothing: %s, %j in %j: %s',
    async (criteria, paths, layers, expected) => {
      const locations = paths.map((path, i) => ({ path, layer: layers[i]! }));
      const several = { ...vulnerability, layer: { index: layers[0]! }, location: { path: paths[0]! }, locations };

      expect(await accepted(criteria, [several])).toEqual(expected ? ['CVE-2024-1'] : []);
    },
  );

  it.each<[string, string, string, string, boolean]>([
    ['pkg:npm/%40s/a@1.10.0', '@s/a', '1.10.0', "package: '@s/a', version: '>= 1.9.0, < 2.0.0-rc.1'", true],
    ['pkg:npm/%40s/a@1.10.0', '@s/a', '1.10.0', 'package: pkg:npm/%40s/a', true],
    ['pkg:npm/%40s/a@1.10.0', '@s/a', '1.10.0', 'package: pkg:npm/@s/a@1.10.0', true],
    ['pkg:npm/%40s/a@1.10.0', '@s/a', '1.10.0', 'package: pkg:npm/a', false],
    ['pkg:pypi/flask-cors@1.0', 'Flask_Cors', '1.0', 'package: pkg:pypi/Flask.Cors@1.0.0', true],
    ['pkg:nuget/A.B@1.0', 'A.B', '1.0', 'package: pkg:nuget/a.b', true],
    ['pkg:composer/a/b@1.0', 'A/B', '1.0', 'package: pkg:composer/A/B', true],
    ['pkg:golang/example.com/m@v1.2.0', 'example.com/m', 'v1.2.0', 'package: pkg:golang/example.com/m@1.2.0', true],
    ['pkg:maven/g/a@1.0-SNAPSHOT', 'g:a', '1.0-SNAPSHOT', "package: 'g:a', version: '< 1.0'", true],
    ['pkg:gem/a@1.0.pre', 'a', '1.0.pre', "package: a, version: '>= 1.0'", false],
  ])('knows packages of languages: %s, %s %s by %s: %s', async (purl, name, version, criteria, expected) => {
    const finding = { ...vulnerability, package: { name, version, purl } };

    expect(await accepted(criteria, [finding])).toEqual(expected ? ['CVE-2024-1'] : []);
  });

  it('means findings of other kinds by path, layer and rule', async () => {
    expect(await accepted('id: aws-key, path: app/.env')).toEqual(['aws-key']);
    expect(await accepted(`layer: "${layer}"`)).toEqual(['aws-key']);
    expect(await accepted('package: "*"')).toEqual(['CVE-2024-1']);
    expect(await accepted('version: "< 9"', [secret])).toEqual([]);
  });

  it('accepts no version that cannot be compared', async () => {
    const odd = makeVulnerability('CVE-2024-1', 'x', 'a b');
    const hex = { ...odd, package: { name: 'x', version: '1.0.0', purl: 'pkg:hex/x@1.0.0' } };

    expect(await accepted('version: "< 9"', [odd, hex])).toEqual([]);
  });

  it.each([
    ['nginx', 'nginx:1.25', true],
    ['nginx:1.*', 'nginx:1.25', true],
    ['nginx:1.24', 'nginx:1.25', false],
    ['docker.io/library/nginx', 'nginx:1.25', true],
    ['index.docker.io/library/nginx:1.25', 'nginx:1.25', true],
    ['nginx', 'docker:docker.io/library/nginx:1.25', true],
    ['example/*', 'docker.io/example/shop', true],
    ['nginx', 'ghcr.io/library/nginx:1.25', false],
    ['ghcr.io/example/**', 'ghcr.io/example/a/b:1', true],
    ['ghcr.io/example/*', 'ghcr.io/example/a/b:1', false],
    ['**', 'ghcr.io/example/a/b:1', true],
    ['localhost:5000/x', 'localhost:5000/x:2', true],
    ['build/*.tar', 'build/image.tar', true],
    [`sha256:${'d'.repeat(64)}`, 'oci-dir:x', true],
    [`sha256:${'e'.repeat(64)}`, 'oci-dir:x', false],
    [`nginx@sha256:${'d'.repeat(64)}`, 'nginx:1.25', true],
  ])('image: %s means %s: %s', async (pattern, reference, expected) => {
    expect(await accepted(`image: "${pattern}"`, [secret], reference)).toEqual(expected ? ['aws-key'] : []);
  });

  it.each([
    [
      'its file calls it so',
      { reference: 'a.tar', claimed: { names: ['nginx:1.25'] } },
      '(nginx:1.25): --image-name NAME',
    ],
    ['it is called so', { reference: 'nginx' }, '(nginx): --image-name NAME'],
    [
      'it states the digest',
      { reference: 'a.tar', id: `sha256:${'a'.repeat(64)}`, claimed: { digests: true as const } },
      '(a.tar): --verify',
    ],
  ])('does not accept for a claim that an image is the one meant, and says so: %s', async (_, image, words) => {
    const text = `accept:\n- {image: [nginx, 'sha256:${'a'.repeat(64)}'], reason: x, expires: 2026-12-31}\n- {image: redis, reason: x, expires: 2026-12-31}`;
    const policy = await readPolicy(text, 'p.yaml', now);
    const claiming = { ...report, image: { layers: [], history: [], ...image } };

    const { findings, problems } = applyPolicy(claiming, policy, now);

    expect(findings.some(({ suppressed }) => suppressed)).toBe(false);
    expect(problems).toEqual([
      {
        code: 'policy.claimed-image',
        message: expect.stringContaining(
          `p.yaml:2: 2 findings are not accepted, since only the file itself says that it is the image meant ${words}`,
        ) as string,
      },
    ]);
  });

  it('does not accept what has expired, and names it where it would have', async () => {
    const text =
      'accept:\n- {id: CVE-2024-1, reason: soon mended, expires: 2026-08-20}\n- {id: A, reason: y, expires: 2020-01-01}';
    const policy = await readPolicy(text, 'p.yaml', now);

    const { findings, problems } = applyPolicy(report, policy, now);

    expect(findings.some(({ suppressed }) => suppressed)).toBe(false);
    expect(problems).toEqual([
      {
        code: 'policy.expired',
        message: 'p.yaml:2: what was accepted until 2026-08-20 no longer is: a finding (soon mended)',
      },
    ]);
  });

  it('holds through its last day, and on a day that is asked for', async () => {
    const policy = await readPolicy('accept:\n- {id: CVE-2024-1, reason: x, expires: 2026-08-21}', 'p.yaml', now);
    const on = (day: string): boolean =>
      applyPolicy(report, policy, new Date(day)).findings.some(({ suppressed }) => suppressed !== undefined);

    expect([on('2026-08-21T23:59:59Z'), on('2026-08-22T00:00:00Z'), on('2020-01-01')]).toEqual([true, false, true]);
  });

  it('lets the first entry decide, and what VEX has ruled out stay so', async () => {
    const policy = await readPolicy(
      'accept:\n- {id: CVE-2024-1, reason: first, expires: 2026-12-31}\n- {severity: low, reason: second, expires: 2026-12-31}',
      'p.yaml',
      now,
    );
    const vexed = { ...vulnerability, suppressed: { by: 'vex:x', reason: 'y' } };

    expect(applyPolicy(report, policy, now).uses.map(({ means, accepts }) => [means, accepts])).toEqual([
      [1, 1],
      [1, 0],
    ]);
    expect(applyPolicy({ ...report, findings: [vexed] }, policy, now).findings).toEqual([vexed]);
  });
});
