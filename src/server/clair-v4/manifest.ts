import { z } from 'zod';
import { DrydockError, UsageError } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import type { AddressedLayer } from '../scan-source.ts';
import { checkRegistry } from '../submitted-reference.ts';

/** SHA-256 or SHA-512, as Clair takes them. */
export const Digest = z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, 'It is no digest.');

const Layer = z.object({
  hash: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'It is no SHA-256 digest.'),
  uri: z.string().min(1).max(16_384),
  headers: z.record(z.string().max(256), z.array(z.string().max(16_384)).max(32)).nullish(),
  media_type: z.string().max(255).nullish(),
});

/** A manifest to be indexed (OpenAPI 1.2.0, schema `manifest`). */
export const Manifest = z.object({
  hash: Digest,
  layers: z.array(Layer).min(1).max(defaultLimits.layers),
});

/**
 * The layers of a manifest, once it is known that they may be asked for at all.
 * @param hosts those that are listed
 * @throws UsageError `usage.option` for an address or a header that is none
 * @throws DrydockError `service.host` for one that stands for this machine or its networks and is on no list
 */
export function layersOf({ layers }: z.infer<typeof Manifest>, hosts: readonly string[]): readonly AddressedLayer[] {
  return layers.map(({ hash, uri, headers, media_type: mediaType }) => {
    const url = URL.canParse(uri) ? new URL(uri) : undefined;
    if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      throw new UsageError('usage.option', `${hash}: the uri is no http or https address.`);
    }
    if (url.username !== '' || url.password !== '') {
      throw new UsageError('usage.option', `${hash}: credentials belong into the headers, not into the uri.`);
    }
    try {
      checkRegistry(url.host, hosts);
    } catch (error) {
      if (!(error instanceof DrydockError)) throw error;
      throw new DrydockError('service.host', `${url.host} is not one of the hosts that layers may come from.`);
    }
    const pairs = Object.entries(headers ?? {}).map(([name, values]) => [name, values.join(', ')] as const);
    for (const [name, value] of pairs) {
      if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
      throw new UsageError('usage.option', `${hash}: a header is none.`);
    }
    return { digest: hash, uri, headers: new Map(pairs), ...(mediaType != null && { mediaType }) };
  });
}
