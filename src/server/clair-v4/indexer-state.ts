import { createHash } from 'node:crypto';
import type { Ecosystem } from '../../model/ecosystem.ts';

/**
 * What tells whether a manifest that was read before would be read otherwise now: the program and its analyzers. Clients
 * keep it with what they had indexed, and submit that again when it changes.
 */
export function indexerState(version: string, ecosystems: readonly Ecosystem[]): string {
  const analyzers = new Map(ecosystems.flatMap((one) => one.analyzers.map((analyzer) => [analyzer.name, analyzer])));
  const versions = [...analyzers.values()].map(({ name, version: own }) => `${name} ${own}`).sort();
  return createHash('sha256')
    .update(JSON.stringify([version, versions]))
    .digest('hex')
    .slice(0, 32);
}
