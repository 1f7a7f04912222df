import type { Namespace } from '../model/advisory.ts';
import type { SecdbDocument, SecdbFeedOptions } from './secdb.ts';

/** The one document of a distribution without releases, `security.json`: Wolfi, Chainguard, MinimOS. */
export function singleSecdb(namespace: Namespace): Pick<SecdbFeedOptions, 'documents' | 'documentAt'> {
  const document: SecdbDocument = { path: 'security.json', namespace, prefix: 'security/', required: true };
  return {
    documents: async () => [document],
    documentAt: (path) => (path === document.path || path.endsWith(`/${document.path}`) ? document : undefined),
  };
}
