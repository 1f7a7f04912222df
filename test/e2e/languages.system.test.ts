import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/service-secret.ts';
import type { ServiceSettings } from '../../src/config/service-settings.ts';
import type { Advisory } from '../../src/model/advisory.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Package } from '../../src/model/package.ts';
import type { Report } from '../../src/model/report.ts';
import { type ApiService, give, startApiService } from '../support/api-service.ts';
import { contentChecks } from '../support/content-checks.ts';
import { readFiles } from '../support/feed-events.ts';
import { dockerArchive, layer } from '../support/image.ts';
import {
  askingFile,
  installedFile,
  type LanguageSample,
  languageEcosystem,
  languageSamples,
  osvRecord,
} from '../support/language-samples.ts';
import { hasPostgres, postgresAbsent, testDatabase } from '../support/postgres.ts';
import { debianFiles } from '../support/root-file-systems.ts';
import { runDrydock } from '../support/run.ts';
import { scanOne } from '../support/scan.ts';
import { randomSecret } from '../support/service.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';
import { startV1Service } from '../support/v1-service.ts';
import { advisoriesOf, makeAdvisory } from '../support/view.ts';

/* One image with packages of all languages, through the service and through the command line. */

/** Installed twice, owned by the distribution in another version, asked for in a third, and in a fourth without a flaw. */
const files = languageSamples.flatMap((sample) => [
  installedFile(sample, 'opt/a', '1.10.0'),
  installedFile(sample, 'opt/b', '1.10.0'),
  installedFile(sample, 'opt/new', '2.5.0'),
  installedFile(sample, 'usr/hull', '1.1.0'),
  askingFile(sample, 'srv', '1.2.0'),
]);
const owned = languageSamples.map((sample) => `/usr/hull/${sample.path}\n`).join('');
const base = debianFiles({ packages: [{ name: 'hull', version: '1.0-1' }] });
const layers = [
  layer([...base, { path: 'var/lib/dpkg/info/hull.list', content: `/.\n${owned}` }, ...files]),
  layer([
    { path: 'srv/boat/package.json', content: '{"name":"@hull/rope","version":"0.1.0","private":true}' },
    installedFile(languageSamples[0]!, 'late', '1.10.0'),
  ]),
];
const archive = dockerArchive({ layers, platform: 'linux/amd64' });
const file = writeTemporary('image.tar', archive);

type Records = Readonly<Record<string, readonly Advisory[]>>;

/** What an update of the feeds of languages gives. */
async function records(fixed: (sample: LanguageSample) => string): Promise<Records> {
  const all = await Promise.all(
    languageSamples.map(async (sample) => {
      const [feed] = languageEcosystem(sample).feeds;
      const record = osvRecord(sample, `CVE-2024-${1000 + languageSamples.indexOf(sample)}`, fixed(sample));
      return [feed!.name, (await readFiles(feed!, { 'all.ndjson': JSON.stringify(record) })).upserts] as const;
    }),
  );
  // By this the distribution watches its package, and what that owns is left to it.
  const owner = makeAdvisory('CVE-2020-1000', [{ package: 'hull', ranges: [{ fixed: '0.1' }] }]);
  return Object.fromEntries([...all, ['debian-tracker', [owner]]]);
}

/** `python Hull_Rope 1.10.0 3`: the package of each finding, and how many places it has. */
function lines(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ kind }) => kind === 'vulnerability')
    .map(({ package: pkg, locations = [1] }) => `${pkg?.name} ${pkg?.version.replace('v', '')} ${locations.length}`)
    .sort();
}

const written = ({ name, written: other = name }: LanguageSample): string => other;
const named = (sample: LanguageSample): string => languageEcosystem(sample).advisoryName?.(sample.name) ?? sample.name;
const places = (sample: LanguageSample): number => (sample === languageSamples[0] ? 3 : 2);
const installed = languageSamples.map((sample) => `${written(sample)} 1.10.0 ${places(sample)}`).sort();
const asked = languageSamples.map((sample) => `${written(sample)} 1.2.0 1`);

/** What reports of a scan and of a service have in common: the service knows no base images. */
const comparable = (report: Report): unknown =>
  JSON.parse(
    JSON.stringify({
      ...report,
      createdAt: '',
      tool: '',
      advisories: '',
      hosts: '',
      image: { ...report.image, reference: '', base: undefined },
      problems: report.problems.filter(({ message }) => !message.includes('base-old')),
    }),
  );

async function scanHere(given: Records, lockfiles = false): Promise<Report> {
  const source = advisoriesOf(given);
  const advisories = { supply: async () => ({ source, problems: [] }) };
  const checks = await contentChecks();
  return await scanOne(file, { advisories, lockfiles, checks }, { now: new Date() });
}

describe.each([
  ['SQLite', async (): Promise<Partial<ServiceSettings>> => ({}), false],
  ['PostgreSQL', async () => ({ store: new Secret(await testDatabase()) }), !hasPostgres],
] as const)('packages of languages on %s', (_, settingsOf, isAbsent) => {
  describe.skipIf(isAbsent)(isAbsent ? postgresAbsent : 'through the service', () => {
    const secret = randomSecret();
    const token = writeTemporary('token', `${secret}\n`);
    let service: ApiService;
    let given: Records;
    let id: string;
    beforeAll(async () => {
      service = await startApiService({
        ...(await settingsOf()),
        tokens: [{ name: 'ci', scope: 'scan', digest: createHash('sha256').update(secret).digest() }],
      });
      given = await records(() => '2.0.0');
      await give(service.store, given);
      const answer = await fetch(`${service.url}/api/images/upload?name=image.tar`, {
        method: 'POST',
        body: archive,
        headers: { 'Content-Type': 'application/x-tar', Authorization: `Bearer ${secret}` },
      });
      expect(answer.status).toBe(202);
      id = ((await answer.json()) as { id: string }).id;
    });
    afterAll(async () => await service.stop());

    const get = async (route: string) =>
      (await service.call('GET', route, undefined, { Authorization: `Bearer ${secret}` })).json;

    async function isDone(): Promise<void> {
      await expect.poll(async () => (await get(`/api/images/${id}`)).state).toBe('done');
    }

    it('are judged as a scan judges them: not what is owned, asked for or made here', async () => {
      await isDone();
      const report = (await get(`/api/images/${id}/report`)) as Report;
      const here = await scanHere(given);

      expect(lines(here.findings)).toEqual(installed);
      expect(comparable(report)).toEqual(comparable(here));
    });

    it('are found by vulnerability, by image and by name', async () => {
      await isDone();
      const { findings } = (await get(`/api/images/${id}/findings?limit=100`)) as { findings: Finding[] };
      // The store knows them by the names that advisories have.
      expect(new Set(findings.map(({ package: pkg }) => pkg?.name))).toEqual(new Set(languageSamples.map(named)));
      for (const { id: vulnerability } of findings) {
        const { images } = await get(`/api/vulnerabilities/${vulnerability}/images`);
        expect(images.map((one: { image: { id: string } }) => one.image.id)).toEqual([id]);
      }
      const { packages } = (await get(`/api/images/${id}/packages?limit=500`)) as { packages: Package[] };
      const counts = Map.groupBy(packages, ({ ownedBy, evidence, application }) =>
        application === true ? 'made here' : ownedBy !== undefined ? 'owned' : (evidence ?? 'installed'),
      );
      const own = (kind: 'owned' | 'lockfile' | 'manifest' | 'made here'): number =>
        (counts.get(kind) ?? []).filter(({ name }) => languageSamples.some((sample) => written(sample) === name))
          .length;
      const all = languageSamples.length;
      expect([own('owned'), own('lockfile') + own('manifest'), own('made here')]).toEqual([all, all, 1]);
    });

    it('are judged by drydock scan --server, with what lockfiles name where that is asked for', async () => {
      const environment = { XDG_CACHE_HOME: temporaryFolder() };
      const server = ['--server', service.url, '--server-token-file', token, '-f', 'json'];
      for (const lockfiles of [false, true]) {
        const args = ['scan', file, ...server, ...(lockfiles ? ['--lockfiles'] : [])];
        const { stdout } = await runDrydock(args, { environment });
        const report = JSON.parse(stdout) as Report;
        expect(lines(report.findings)).toEqual([...installed, ...(lockfiles ? asked : [])].sort());
        expect(comparable(report)).toEqual(comparable(await scanHere(given, lockfiles)));
      }
    });

    it('are judged again where an advisory changes, whatever spelling of the name it has', async () => {
      await isDone();
      for (const sample of languageSamples) {
        const changed = await records((one) => (one === sample ? '3.0.0' : '2.0.0'));
        await give(service.store, changed);
        const report = (await get(`/api/images/${id}/report`)) as Report;
        expect(lines(report.findings)).toEqual([...installed, `${written(sample)} 2.5.0 1`].sort());
        const { findings } = (await get(`/api/images/${id}/findings?limit=100`)) as { findings: Finding[] };
        const versions = findings.filter(({ package: pkg }) => pkg?.name === named(sample));
        expect(new Set(versions.map(({ package: pkg }) => pkg?.version.replace('v', '')))).toEqual(
          new Set(['1.10.0', '2.5.0']),
        );
      }
      await give(service.store, await records(() => '1.0.0'));
      expect(lines(((await get(`/api/images/${id}/report`)) as Report).findings)).toEqual([]);
    });

    it('are none of a layer of the API of Clair, which knows distributions', async () => {
      const Path = writeTemporary('layer.tar', layers[0]!);
      const v1 = await startV1Service({ store: service.store, roots: [path.dirname(Path)], hosts: [] });
      try {
        const posted = await fetch(`http://${v1.host}/v1/layers`, {
          method: 'POST',
          body: JSON.stringify({ Layer: { Name: 'one', Path, Format: 'Docker' } }),
        });
        expect(posted.status).toBe(201);
        const answer = await fetch(`http://${v1.host}/v1/layers/one?features&vulnerabilities`);
        const { Layer } = (await answer.json()) as { Layer: { Features: { Name: string; NamespaceName: string }[] } };
        expect(Layer.Features.map(({ Name, NamespaceName }) => `${NamespaceName} ${Name}`)).toEqual(['debian:12 hull']);
      } finally {
        await v1.close();
      }
    });
  });
});
