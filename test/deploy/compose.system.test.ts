import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { serviceOptions, serviceRoles } from '../../src/config/service-options.ts';
import { projectRoot, runDrydock, runProgram } from '../support/run.ts';
import { writeTemporary } from '../support/temporary.ts';

const file = path.join(projectRoot, 'deploy/compose.yaml');
const hasCompose = spawnSync('docker-compose', ['version']).status === 0;

interface ComposeService {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly ports?: readonly { readonly host_ip?: string }[];
  readonly secrets: readonly { readonly source: string; readonly target: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

describe.skipIf(!hasCompose)('the compose file (skipped: no docker-compose)', () => {
  let compose: Compose;

  beforeAll(async () => {
    const { status, stdout, stderr } = await runProgram('docker-compose', [
      '--file',
      file,
      'config',
      '--format',
      'json',
    ]);
    expect([status, stderr]).toEqual([0, '']);
    compose = JSON.parse(stdout) as Compose;
  });

  const ours = () => Object.entries(compose.services).filter(([name]) => name !== 'postgres');

  it('has a process for every role, and no role twice', () => {
    const roles = ours().flatMap(([, { command = [] }]) => (command[command.indexOf('--roles') + 1] ?? '').split(','));
    expect(roles.toSorted()).toEqual([...serviceRoles].toSorted());
  });

  it('takes from each of our processes what it does not need', () => {
    for (const [, service] of ours()) {
      expect(service).toMatchObject({
        read_only: true,
        user: '65532:65532',
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        depends_on: { postgres: { condition: 'service_healthy' } },
      });
      expect(service.privileged).toBeUndefined();
    }
  });

  it('lets others in at one door of this machine, and nobody to the database', () => {
    const open = Object.entries(compose.services).filter(([, { ports }]) => ports !== undefined);
    expect(open.map(([name, { ports }]) => [name, ports?.map((port) => port.host_ip)])).toEqual([
      ['api', ['127.0.0.1']],
    ]);
    expect(compose.networks['database']!.internal).toBe(true);
    expect(Object.keys(compose.services['postgres']!.networks)).toEqual(['database']);
  });

  it('keeps secrets in files, and none in the environment', () => {
    for (const { secrets, environment = {} } of Object.values(compose.services)) {
      expect(secrets.every(({ source, target }) => target === `/run/secrets/${source}`)).toBe(true);
      const secret = Object.keys(environment).filter((name) => /PASSWORD$|TOKEN|STORE|KEY$/.test(name));
      expect(secret).toEqual([]);
    }
    expect(Object.keys(compose.secrets).toSorted()).toEqual(['drydock.yaml', 'postgres-password']);
  });

  it('starts our program with options that it has, and the settings that deploy/README.md shows', async () => {
    const page = readFileSync(path.join(projectRoot, 'deploy/README.md'), 'utf8');
    const settings =
      /cat >secrets\/drydock\.yaml <<END\n(.*?)^END$/ms.exec(page)?.[1]?.replaceAll(/\$\(.*?\)/g, 'x') ?? '';
    expect(Object.keys((load(settings) as { server: object }).server)).toContain('store');
    const config = writeTemporary('drydock.yaml', settings);
    for (const [, { command = [], environment = {} }] of ours()) {
      for (const name of Object.keys(environment)) {
        expect(Object.keys(serviceOptions)).toContain(name.replace('DRYDOCK_', '').toLowerCase().replaceAll('_', '-'));
      }
      const args = command.slice(1).map((word) => word.replace('/run/secrets/drydock.yaml', config));
      const { status, stdout, stderr } = await runDrydock(['config', '--print-effective', ...args], {
        environment: { ...environment },
      });
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain('store:');
    }
  });
});
