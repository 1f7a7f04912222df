import type { Duplex } from 'node:stream';
import type { Endpoint, EngineAddress } from './endpoint.ts';
import { EngineError } from './engine-error.ts';

/**
 * Opens a connection to an engine: bytes in, bytes out. A request speaks HTTP over it, a later one may take it over.
 * @throws EngineError whose message follows on the words for the address: "there is no such socket"
 */
export async function connect(
  { endpoint }: EngineAddress,
  environment: Readonly<Record<string, string | undefined>>,
  connectMs: number,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  signal?.throwIfAborted();
  if (endpoint.kind === 'ssh') {
    const { connectSsh } = await import('./ssh.ts');
    return connectSsh(endpoint, environment, connectMs);
  }
  return await openSocket(endpoint, connectMs, signal);
}

async function openSocket(
  endpoint: Exclude<Endpoint, { kind: 'ssh' }>,
  connectMs: number,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const secure = endpoint.kind === 'tcp' ? endpoint.tls : undefined;
  const net = await import('node:net');
  const tls = secure === undefined ? undefined : await import('node:tls');
  return await new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      signal?.removeEventListener('abort', onAbort);
      reject(signal?.aborted === true ? (signal.reason as Error) : describe(error));
    };
    const onAbort = (): void => fail(signal?.reason);
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', fail);
      resolve(socket);
    };
    const timer = setTimeout(() => {
      fail(new EngineError('no-engine', `it did not take the connection within ${connectMs / 1000} seconds`));
    }, connectMs);
    const socket =
      endpoint.kind === 'unix'
        ? net.connect({ path: endpoint.path }, done)
        : tls === undefined || secure === undefined
          ? net.connect({ host: endpoint.host, port: endpoint.port }, done)
          : tls.connect(
              {
                host: endpoint.host,
                port: endpoint.port,
                // A name is sent along, an address never is (RFC 6066 section 3).
                ...(net.isIP(endpoint.host) === 0 && { servername: endpoint.host }),
                ...(secure.ca && { ca: secure.ca }),
                ...(secure.cert && { cert: secure.cert }),
                ...(secure.key && { key: secure.key }),
                rejectUnauthorized: secure.verify,
              },
              done,
            );
    socket.on('error', fail);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function describe(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  // Names of X509_V_ERR_*, as OpenSSL has them, and Node's own of a certificate for another name.
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || /^[A-Z_]*(?:CERT|SIGNATURE|ISSUER)[A-Z_]*$/.test(code ?? '')) {
    return new EngineError(
      'broken',
      `shows a certificate that is not trusted here (${code}). The folder of certificates (DOCKER_CERT_PATH) must hold the ca.pem of its authority.`,
      options,
    );
  }
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENOTSOCK':
      return new EngineError('no-engine', 'there is no such socket', options);
    case 'EACCES':
    case 'EPERM':
      return new EngineError('permission', 'permission denied', options);
    case 'ECONNREFUSED':
      return new EngineError('no-engine', 'nobody listens there', options);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new EngineError('no-engine', 'its name does not resolve', options);
    default:
      return new EngineError('no-engine', `the connection failed (${message})`, options);
  }
}
