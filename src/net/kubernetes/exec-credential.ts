import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SourceError } from '../../errors.ts';
import { childEnvironment } from '../child-environment.ts';
import type { ExecPlugin } from './kubeconfig.ts';

/** A program may ask its user for a password, or a cloud for a token. */
const MOST_MS = 60_000;
const MOST_BYTES = 1024 * 1024;

/** What a credential plugin gave: a token, or a certificate with its key (PEM). */
export interface ExecCredential {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/**
 * Runs the credential plugin of a kubeconfig: without a shell, for a bounded time; what it wrote is shown to nobody
 * (kubernetes.io, "client-go credential plugins", ExecCredential). To be called only where its user allowed it.
 * @throws SourceError where it fails or gives no credentials
 */
export async function runExecPlugin(
  { command, args, env, apiVersion }: ExecPlugin,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<ExecCredential> {
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const failed = (what: string, cause?: unknown): SourceError =>
    new SourceError('source.unauthorised', `the credential plugin of the kubeconfig, ${command}, ${what}`, { cause });
  let output: string;
  try {
    const { stdout } = await promisify(execFile)(command, [...args], {
      env: {
        ...childEnvironment(environment),
        ...Object.fromEntries(env),
        KUBERNETES_EXEC_INFO: JSON.stringify(info),
      },
      timeout: MOST_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_BYTES,
      signal,
    });
    output = stdout;
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    throw failed(code === 'ENOENT' ? 'is not installed' : `failed (${code ?? 'it took too long'})`);
  }
  let status: Readonly<Record<string, unknown>>;
  try {
    const answer = JSON.parse(output) as { status?: unknown } | null;
    status = (answer?.status ?? {}) as Record<string, unknown>;
  } catch {
    throw failed('wrote no JSON');
  }
  const [token, certificate, key] = ['token', 'clientCertificateData', 'clientKeyData'].map((name) =>
    typeof status[name] === 'string' && status[name] !== '' ? status[name] : undefined,
  );
  if (token === undefined && (certificate === undefined || key === undefined)) throw failed('gave no credentials');
  return {
    ...(token !== undefined && { token }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
  };
}
