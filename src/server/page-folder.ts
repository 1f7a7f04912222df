import { fileURLToPath } from 'node:url';

/** Where the page is built to. As deep as the bundle, so that the way is the same from the sources and from the package. */
export const pageFolder: string = fileURLToPath(new URL('../../dist/web/', import.meta.url));
