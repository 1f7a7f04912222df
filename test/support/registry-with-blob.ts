import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Fault } from './fake-registry.ts';
import { sha256 } from './image.ts';
import { startRegistry } from './registry-client.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
/** Bytes of a manifest that names nothing. */
export const manifest: Buffer = Buffer.from('{"schemaVersion":2}');
/** A blob that comes in many pieces. */
export const big: Buffer = randomBytes(400_000);
/** Of `big`. */
export const descriptor = { digest: sha256(big), size: big.length };

/** A registry that has `manifest` under `latest`, and `big`. */
export async function registryWith(fault?: Fault, more: { ranges?: boolean } = {}) {
  const registry = await startRegistry({ ...more, ...(fault !== undefined && { fault }) });
  registry.addManifest(manifest, manifestType);
  registry.addBlob(big);
  return registry;
}

/** The same answer, some times; then the registry itself. */
export function times(most: number, answer: (response: ServerResponse) => void): Fault {
  return (_, response, count) => {
    if (count > most) return false;
    answer(response);
    return true;
  };
}
