import { addressScope } from '../../net/address.ts';

/** Stands for all private peers beyond those that are told apart. */
export const MANY = '*';

/** The same for peers of the internet: who is called from there must be seen to be. */
export const MANY_PUBLIC = '*public';

/**
 * Whether an address, or what stands for many of them, is of the internet. Those of documentation (RFC 5737, RFC 3849) are
 * no network of anybody either: maps that are shown to others have them.
 */
export function isOfInternet(address: string): boolean {
  if (address === MANY_PUBLIC) return true;
  const scope = addressScope(address);
  return (
    scope === 'public' || (scope === 'special' && /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.|^2001:db8:/i.test(address))
  );
}
