import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { temporaryFolder } from './temporary.ts';

/** Who may enter a registry that wants a password. */
export const registryUser = { name: 'user', password: 's3cret-pass' } as const;

/** That user, as htpasswd writes it with bcrypt. */
const passwords = 'user:$2b$05$abcdefghijklmnopqrstuuV7fpPozvyqJfnY19y0802WTlXUm6Rjy\n';

export interface RealRegistryOptions {
  /** Whether it wants the password of `registryUser`. */
  readonly withPasswords?: boolean;
  /** Files of a certificate, in PEM, for it to speak TLS. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
  /** URL that it tells of what is pushed. */
  readonly notifies?: string;
}

export interface RealRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  stop(): void;
}

/**
 * Starts the registry of the CNCF (docker-registry) on the loopback interface, and waits until it answers.
 * @throws Error when it does not come up
 */
export async function startRealRegistry(options: RealRegistryOptions = {}): Promise<RealRegistry> {
  // Somebody else may have taken the port by the time that the registry asks for it: then it ends.
  for (let attempts = 1; ; attempts++) {
    const registry = await startOnFreePort(options);
    if (registry !== undefined) return registry;
    if (attempts === 5) throw new Error('the registry does not answer');
  }
}

async function startOnFreePort(options: RealRegistryOptions): Promise<RealRegistry | undefined> {
  const { withPasswords = false, certificate, notifies } = options;
  const folder = temporaryFolder();
  const host = `127.0.0.1:${await freePort()}`;
  const [storage, file] = [path.join(folder, 'storage'), path.join(folder, 'passwords')];
  mkdirSync(storage);
  writeFileSync(file, passwords);
  const configuration = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: host, secret: 'x', ...(certificate !== undefined && { tls: certificate }) },
    ...(notifies !== undefined && {
      notifications: {
        endpoints: [{ name: 'drydock', url: notifies, timeout: '2s', threshold: 3, backoff: '1s' }],
      },
    }),
    ...(withPasswords && { auth: { htpasswd: { realm: 'here', path: file } } }),
  };
  writeFileSync(path.join(folder, 'config.yml'), JSON.stringify(configuration));
  const child = spawn('docker-registry', ['serve', path.join(folder, 'config.yml')], { stdio: 'ignore' });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  for (const patience = Date.now() + 60_000; Date.now() < patience && child.exitCode === null; ) {
    // One that speaks TLS answers in clear text too, with what it thinks of that.
    if ((await fetch(`http://${host}/v2/`).catch(() => undefined)) !== undefined) return { host, stop: kill };
    await sleep(50);
  }
  kill();
  return undefined;
}
