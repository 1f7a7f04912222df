import { fileURLToPath } from 'node:url';

/** Where our own probes lie: beside the sources, and in the package. As deep as the bundle, so that the way is the same. */
export const probesFolder: string = fileURLToPath(new URL('../../starter/probes/', import.meta.url));
