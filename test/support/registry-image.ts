import type { OpenedSource, OpenOptions } from '../../src/image/opened-image.ts';
import { openRegistryImage } from '../../src/image/registry.ts';
import { defaultLimits } from '../../src/limits.ts';
import { noCredentials } from '../../src/net/registry/credentials.ts';
import { layer, type OciOptions, sha256 } from './image.ts';
import { listeningLog, quickLimits, startDialer } from './registry-client.ts';
import { debianLayer } from './root-file-systems.ts';
import { temporaryFolder } from './temporary.ts';

const OCI = 'application/vnd.oci.image';
export const manifestType = `${OCI}.manifest.v1+json`;
export const indexType = `${OCI}.index.v1+json`;
export const options: OpenOptions = {
  limits: defaultLimits,
  signal: new AbortController().signal,
  temporary: temporaryFolder(),
};
/** What most tests push. */
export const image: OciOptions = {
  layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }])],
  platform: 'linux/amd64',
};

/** Opens an image of a registry, by default `app`. */
export async function open(host: string, name = 'app', more: Partial<OpenOptions> = {}): Promise<OpenedSource> {
  return await openRegistryImage(`${host}/${name}`, {
    ...options,
    ...more,
    dialer: startDialer(),
    credentials: noCredentials,
    log: listeningLog().log,
    registryLimits: quickLimits,
  });
}

export const codes = (problems: readonly { readonly code: string }[]): string[] => problems.map(({ code }) => code);
export const descriptorOf = (bytes: Uint8Array, mediaType: string) => ({
  mediaType,
  digest: sha256(bytes),
  size: bytes.length,
});
