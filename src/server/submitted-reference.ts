import { DrydockError, UsageError } from '../errors.ts';
import { formatImageReference, parseImageReference } from '../image/reference.ts';
import { splitReference } from '../image/scheme.ts';
import { addressScope } from '../net/address.ts';
import { isLoopback } from '../net/dial.ts';
import { isListed } from '../net/guarded-dialer.ts';

/** An image of a registry that somebody wants to have scanned. */
export interface SubmittedReference {
  /** In its full form: `docker.io/library/debian:12`. */
  readonly reference: string;
  /** `docker.io`, `localhost:5000` */
  readonly registry: string;
}

/**
 * Reads what somebody submitted. Only registries can be named: files and engines of this machine are nobody's business.
 * @throws UsageError `usage.option`
 */
export function parseSubmitted(text: string): SubmittedReference {
  const { scheme, location } = splitReference(text);
  if (scheme !== undefined && scheme !== 'registry') {
    throw new UsageError('usage.option', `The service reads images of registries, not "${scheme}:".`);
  }
  const parsed = parseImageReference(location);
  return { reference: formatImageReference(parsed), registry: parsed.registry };
}

/**
 * Refuses a registry that can only be a host of this machine or of its networks and that nobody listed, before anything
 * is done. Names are looked up later, by the dialer, which refuses what is not public then.
 * @throws DrydockError `service.host`
 */
export function checkRegistry(registry: string, hosts: readonly string[]): void {
  const url = new URL(`https://${registry}/`);
  if (isListed(url, hosts)) return;
  const address = url.hostname.replace(/^\[|\]$/g, '');
  const isAddress = url.hostname.startsWith('[') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address);
  const isPrivate = isLoopback(url.hostname) || (isAddress && addressScope(address) !== 'public');
  if (isPrivate || url.hostname.endsWith('.localhost')) throw notListed(registry);
}

/**
 * Refuses a registry that is not on the list, public or not: what an event names is the word of whoever sent it.
 * @throws DrydockError `service.host`
 */
export function checkListed(registry: string, hosts: readonly string[]): void {
  if (!isListed(new URL(`https://${registry}/`), hosts)) throw notListed(registry);
}

function notListed(registry: string): DrydockError {
  return new DrydockError('service.host', `${registry} is not one of the registries that the service was told of.`);
}
