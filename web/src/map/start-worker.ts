import address from './organic-worker.ts?worker&url';

/** As much of Trusted Types (W3C, section 2.3) as is used here; the types of TypeScript for browsers do not have them. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(text: string): string },
  ): { createScriptURL(text: string): string };
}

let trusted: { createScriptURL(text: string): string } | undefined;

/**
 * Starts the worker that reckons layouts. The policy of the page lets no text be run as a script; it knows one exception by its
 * name (`page-headers.ts`), and that one lets nothing through but the address of this worker.
 */
export function startWorker(): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  trusted ??= trustedTypes?.createPolicy('drydock-layout', {
    createScriptURL(text) {
      if (text !== address) throw new TypeError('This is not the worker of the map.');
      return text;
    },
  });
  return new Worker(trusted?.createScriptURL(address) ?? address, { type: 'module' });
}
