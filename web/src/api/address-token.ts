import { call } from './client.ts';

const MARK = '#token=';

/**
 * Signs in with the token that an address brought (`drydock map` prints one), and takes it out of the address, so that no
 * history and no bookmark has it. One that is not known is no error: the page asks for another.
 */
export async function takeAddressToken(): Promise<void> {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(MARK)) return;
  history.replaceState(history.state, '', pathname + search);
  try {
    await call('POST /api/session', { body: { token: decodeURIComponent(hash.slice(MARK.length)) } });
  } catch {
    // the first question that is refused says so
  }
}
