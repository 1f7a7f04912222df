import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../../../test/support/certificate-authority.ts';
import { whyNoCertificates } from '../../../test/support/certificates.ts';
import { FakeRegistry } from '../../../test/support/fake-registry.ts';
import { KubeApi, shopLists } from '../../../test/support/kube-api.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { runDrydock, runProgram } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { exitStatus } from '../../errors.ts';
import { silent } from '../../log.ts';
import type { Invocation } from '../command.ts';
import { listCluster } from '../kubernetes/cluster.ts';

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

/** A command line with a kubeconfig, as `listCluster` looks at it. */
function invocation(kubeconfig: string): Invocation {
  const io = {
    environment: {},
    log: silent,
    progress: { report() {} },
    atEnd() {},
    signal: new AbortController().signal,
  };
  const settings = { kubeconfig, offline: false, 'all-namespaces': false, 'allow-exec-plugins': false };
  return { configuration: { settings }, io } as unknown as Invocation;
}

async function startCluster(
  forbidden: readonly string[] = [],
  listsOf?: (name: (short: string) => string) => Readonly<Record<string, readonly object[]>>,
) {
  const certificates = makeCertificates();
  const registry = await FakeRegistry.start();
  closers.push(() => registry.close());
  const image = { layers: [debianLayer()] };
  const { digest } = registry.push(image, 'one');
  registry.push(image, 'latest');
  const name = (short: string): string => `${registry.host}/shop/${short}:latest`;
  const api = await KubeApi.start({
    lists: listsOf?.(name) ?? shopLists(name, digest),
    certificates,
    token: 'secret-token',
    forbidden,
  });
  closers.push(() => api.close());
  const user = (fields: string): string =>
    writeTemporary('kubeconfig', kubeconfig(api.url, certificates.server, fields));
  return { api, registry, certificates, user, digest, name };
}

function kubeconfig(server: string, folder: string, user: string): string {
  return `apiVersion: v1
kind: Config
current-context: test
clusters: [{name: local, cluster: {server: '${server}', certificate-authority: '${folder}/ca.pem'}}]
contexts: [{name: test, context: {cluster: local, user: me, namespace: shop}}]
users: [{name: me, user: ${user}}]
`;
}

describe.skipIf(whyNoCertificates)(
  `drydock kubernetes${whyNoCertificates ? ` (${whyNoCertificates})` : ''}`,
  async () => {
    const cluster = whyNoCertificates === undefined ? await startCluster() : undefined!;
    const { client } = cluster?.certificates ?? {};
    const base64 = (file: string): string => readFileSync(file).toString('base64');
    const listed = async (file: string, ...words: readonly string[]) =>
      await runDrydock(['kubernetes', 'list', '--kubeconfig', file, ...words]);

    it.each([
      ['a token', () => '{token: secret-token}'],
      ['a file with a token', () => `{tokenFile: '${writeTemporary('token', 'secret-token\n')}'}`],
      ['a certificate in files', () => `{client-certificate: '${client}/cert.pem', client-key: '${client}/key.pem'}`],
      [
        'a certificate in the file',
        () =>
          `{client-certificate-data: ${base64(path.join(client, 'cert.pem'))}, client-key-data: ${base64(path.join(client, 'key.pem'))}}`,
      ],
    ])('lists what runs, asked with %s, as kubectl would be answered', async (_, fields) => {
      const file = cluster.user(fields());

      const listing = await listCluster(invocation(file));

      const { digest, name } = cluster;
      const tool = { image: name('tool') };
      const running = `${name('web').replace(/:latest$/, '')}@${digest}`;
      expect(listing).toMatchObject({
        context: 'test',
        namespace: 'shop',
        missing: [],
        workloads: [
          {
            namespace: 'shop',
            kind: 'CronJob',
            name: 'nightly',
            containers: [{ kind: 'container', name: 'report', ...tool }],
          },
          {
            kind: 'Deployment',
            name: 'web',
            containers: [
              { kind: 'container', name: 'web', image: name('web'), running },
              { kind: 'init', name: 'migrate', image: tool.image },
            ],
          },
          { kind: 'Pod', name: 'debug', containers: [{ name: 'sh', ...tool }] },
        ],
      });
      if (spawnSync('kubectl', ['version', '--client']).error !== undefined) return;
      const asked = cluster.api.asked.length;
      const words = ['--kubeconfig', file, 'get', '--raw', '/api/v1/namespaces/shop/pods'];
      expect(await runProgram('kubectl', words, { environment: { HOME: temporaryFolder() } })).toMatchObject({
        status: 0,
        stderr: '',
      });
      expect(cluster.api.asked.length).toBe(asked + 1);
    });

    it('scans each image once, and counts for each workload', async () => {
      const file = cluster.user('{token: secret-token}');

      const words = ['--kubeconfig', file, '--checks', 'history', '--cache-dir', temporaryFolder()];
      words.push('--plain-http', cluster.registry.host);
      const { status, stdout } = await runDrydock(['kubernetes', 'scan', ...words], {
        environment: { COLUMNS: '200' },
      });

      expect(status).toBe(exitStatus.done);
      const table = stdout.slice(stdout.indexOf('NAMESPACE')).split('\n');
      expect(table.map((line) => line.split(/\s+/).slice(0, 4))).toEqual([
        ['NAMESPACE', 'WORKLOAD', 'CONTAINER', 'CRITICAL'],
        ['shop', 'cronjob/nightly', 'report', expect.stringMatching(/^\d+$/)],
        ['shop', 'deployment/web', 'web', expect.stringMatching(/^\d+$/)],
        ['shop', 'deployment/web', 'migrate', '(init)'],
        ['shop', 'pod/debug', 'sh', expect.stringMatching(/^\d+$/)],
        [''],
      ]);
      expect(cluster.registry.paths.filter((one) => one.includes('/manifests/'))).toHaveLength(2);
    });

    it('scans the others where a pod names no image, or a place that only its user may mean', async () => {
      const pod = (name: string, image: string): object => ({
        metadata: { namespace: 'shop', name },
        spec: { containers: [{ name: 'c', image }] },
      });
      const { api, registry, certificates } = await startCluster([], (name) => ({
        '/api/v1/namespaces/shop/pods': [
          pod('good', name('web')),
          pod('bad', 'UPPER CASE:\u001b[31m'),
          pod('clouds', '169.254.169.254/latest/meta-data:1'),
          pod('here', `127.0.0.2:5000/shop/web:latest`),
        ],
      }));
      const file = writeTemporary('kubeconfig', kubeconfig(api.url, certificates.server, '{token: secret-token}'));
      const words = ['--kubeconfig', file, '--checks', 'history', '--cache-dir', temporaryFolder(), '-f', 'json'];

      const { status, stdout, stderr } = await runDrydock([
        ...['kubernetes', 'scan', ...words, '--plain-http', registry.host],
      ]);

      expect(status).toBe(exitStatus.source);
      const { reports } = JSON.parse(stdout) as { reports: { image: { reference: string } }[] };
      expect(reports.map(({ image }) => image.reference)).toEqual([`registry:${registry.host}/shop/web:latest`]);
      expect(stderr).toContain('pod/bad in shop names no image: "UPPER CASE:\\u001b[31m"');
      expect(stderr).toMatch(/169\.254\.169\.254 is (?:an address of this machine|a link-local)/);
      expect(stderr).toMatch(/127\.0\.0\.2 is an address of this machine/);
      expect(stderr).not.toContain('\u001b');
    });

    it('says of a namespace without workloads that nothing was scanned, and leaves no file of before', async () => {
      const out = writeTemporary('k.xml', 'of yesterday');
      const words = ['--kubeconfig', cluster.user('{token: secret-token}'), '--cache-dir', temporaryFolder()];

      const { status, stdout, stderr } = await runDrydock([
        ...['kubernetes', 'scan', ...words, '--namespace', 'typo', '-f', 'json', '-o', `junit=${out}`],
        '--require-complete',
      ]);

      expect(status).toBe(exitStatus.incomplete);
      expect(JSON.parse(stdout)).toMatchObject({ reports: [] });
      expect(readFileSync(out, 'utf8')).toContain('<testsuites');
      expect(stderr).toContain(
        'nothing was scanned: no workload that may be listed runs an image in the namespace typo',
      );
    });

    it('runs no program that the kubeconfig names, unless that is allowed', async () => {
      const ran = path.join(temporaryFolder(), 'ran');
      const answer = JSON.stringify({ kind: 'ExecCredential', status: { token: 'secret-token' } });
      const plugin = writeTemporary('plugin', `#!/bin/sh\necho "$1" > '${ran}'\necho '${answer}'\n`);
      chmodSync(plugin, 0o755);
      const exec = `{exec: {apiVersion: client.authentication.k8s.io/v1, command: '${plugin}', args: [get], interactiveMode: Never}}`;
      const file = cluster.user(exec);

      const refused = await listed(file);
      expect([refused.status, existsSync(ran)]).toEqual([exitStatus.usage, false]);
      expect(refused.stderr).toContain('--allow-exec-plugins');

      expect((await listed(file, '--allow-exec-plugins')).status).toBe(0);
      expect(readFileSync(ran, 'utf8')).toBe('get\n');
    });

    it('says what the user may not list', async () => {
      const { user } = await startCluster(['/apis/batch/v1/namespaces/shop/cronjobs']);
      const file = user('{token: secret-token}');

      const { status, stdout, stderr } = await listed(file, '-f', 'json', '--require-complete');

      expect(status).toBe(exitStatus.incomplete);
      expect(JSON.parse(stdout).missing).toMatchObject([{ resource: 'cronjobs' }]);
      expect(stderr).toContain('cronjobs could not be listed');
    });

    it.each<[string, () => string, string, string]>([
      ['an unknown token', () => cluster.user('{token: wrong}'), 'source.unauthorised', 'does not know who asks'],
      [
        'a certificate of another authority',
        () => {
          const { stranger } = cluster.certificates;
          return cluster.user(`{client-certificate: '${stranger}/cert.pem', client-key: '${stranger}/key.pem'}`);
        },
        'source.unauthorised',
        'does not know who asks',
      ],
      [
        'a server of another authority',
        () => writeTemporary('k', kubeconfig(cluster.api.url, cluster.certificates.stranger, '{token: secret-token}')),
        'source.unreachable',
        'cannot be reached',
      ],
      [
        'a server that is not there',
        () =>
          writeTemporary('k', kubeconfig('https://127.0.0.1:9', cluster.certificates.server, '{token: secret-token}')),
        'source.unreachable',
        'cannot be reached',
      ],
      ['no file', () => '/nowhere/kubeconfig', 'source.not-found', 'cannot read /nowhere/kubeconfig'],
      ['no YAML', () => writeTemporary('k', 'a: [1'), 'source.unreadable', 'is no kubeconfig'],
      ['no context', () => writeTemporary('k', 'apiVersion: v1\n'), 'usage.option', 'no context is the current one'],
      [
        'an auth-provider',
        () => cluster.user('{auth-provider: {name: gcp, config: {cmd-path: /bin/sh}}}'),
        'usage.option',
        'auth-provider "gcp"',
      ],
      [
        'a token without TLS',
        () => writeTemporary('k', kubeconfig('http://192.0.2.1', cluster.certificates.server, '{token: secret-token}')),
        'source.refused',
        'without TLS',
      ],
    ])('ends with words for %s, without a secret in them', async (_, file, code, words) => {
      const error = await listCluster(invocation(file())).catch((caught: unknown) => caught);

      expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
      expect((error as Error).message).not.toContain('secret-token');
    });
  },
);
