import { fileURLToPath } from 'node:url';

/** Lies beside the sources and in the package. Two folders up, here as in the bundle, which is flat. */
export const demoImage: string = fileURLToPath(new URL('../../examples/demo.tar', import.meta.url));
