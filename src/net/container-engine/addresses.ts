import { homedir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { currentContext, readContext, readTls } from './docker-context.ts';
import { type AddressRules, type EngineAddress, parseAddress, type TlsMaterial } from './endpoint.ts';

export type EngineKind = 'docker' | 'podman';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where an engine may listen, in the order in which it is looked for. What the user set is the only place then.
 * @throws UsageError on a setting that makes no sense
 */
export function engineAddresses(kind: EngineKind, environment: Environment): readonly EngineAddress[] {
  return kind === 'docker' ? dockerAddresses(environment) : podmanAddresses(environment);
}

const DOCKER_SOCKET = '/var/run/docker.sock';
const PODMAN_SOCKET = '/run/podman/podman.sock';

function setting(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === '' ? undefined : value;
}

/** DOCKER_HOST goes before DOCKER_CONTEXT, and both before the settings file: as the Docker command line has it. */
function dockerAddresses(environment: Environment): readonly EngineAddress[] {
  const folder =
    setting(environment, 'DOCKER_CONFIG') ?? path.join(setting(environment, 'HOME') ?? homedir(), '.docker');
  const rules = (from: string, tls: TlsMaterial | undefined): AddressRules => ({
    from,
    defaultSocket: DOCKER_SOCKET,
    ...(tls !== undefined && { tls }),
    dialStdio: (socket) => ['docker', ...(socket ? ['--host', `unix://${socket}`] : []), 'system', 'dial-stdio'],
  });
  const host = setting(environment, 'DOCKER_HOST');
  if (host !== undefined) return [parseAddress(host, rules('DOCKER_HOST', dockerTls(environment, host, folder)))];
  const context = currentContext(folder, setting(environment, 'DOCKER_CONTEXT'));
  if (context !== undefined) {
    const { host: address, tls } = readContext(folder, context);
    return [parseAddress(address, rules(`the Docker context ${JSON.stringify(context)}`, tls))];
  }
  const runtime = setting(environment, 'XDG_RUNTIME_DIR');
  return sockets([DOCKER_SOCKET, ...(runtime ? [path.join(runtime, 'docker.sock')] : [])]);
}

function podmanAddresses(environment: Environment): readonly EngineAddress[] {
  const host = setting(environment, 'CONTAINER_HOST');
  if (host !== undefined) {
    const identity = setting(environment, 'CONTAINER_SSHKEY');
    const rules: AddressRules = {
      from: 'CONTAINER_HOST',
      defaultSocket: PODMAN_SOCKET,
      ...(identity !== undefined && { identity }),
      dialStdio: (socket) => ['podman', ...(socket ? ['--url', `unix://${socket}`] : []), 'system', 'dial-stdio'],
    };
    return [parseAddress(host, rules)];
  }
  const runtime = setting(environment, 'XDG_RUNTIME_DIR');
  return sockets([...(runtime ? [path.join(runtime, 'podman/podman.sock')] : []), PODMAN_SOCKET]);
}

function sockets(paths: readonly string[]): readonly EngineAddress[] {
  return paths.map((file) => ({ endpoint: { kind: 'unix', path: file }, address: `unix://${file}` }));
}

/** TLS of DOCKER_HOST: only with DOCKER_TLS_VERIFY, whose value does not matter as long as there is one. */
function dockerTls(environment: Environment, host: string, folder: string): TlsMaterial | undefined {
  if (setting(environment, 'DOCKER_TLS_VERIFY') === undefined || /^(?:unix|ssh):/.test(host)) return undefined;
  const certificates = setting(environment, 'DOCKER_CERT_PATH') ?? folder;
  const material = readTls(certificates);
  if (material.ca === undefined) {
    throw new UsageError(
      'usage.configuration',
      `DOCKER_TLS_VERIFY is set, but ${path.join(certificates, 'ca.pem')} cannot be read. Set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem.`,
    );
  }
  return { ...material, verify: true };
}
