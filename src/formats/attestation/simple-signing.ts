import { FormatError } from '../../errors.ts';
import { jsonValue } from '../bom/json-values.ts';
import { asRecord, asText } from '../record.ts';

/** The type that payloads of cosign have (containers/image, "atomic container signature", as cosign writes it). */
const TYPE = 'cosign container image signature';

/**
 * The digest of the image that a simple signature is about.
 * @throws FormatError for what is no payload of one, or of another type
 */
export function readSimpleSigning(bytes: Uint8Array): string {
  const critical = asRecord(asRecord(jsonValue(bytes))?.['critical']);
  const type = asText(critical?.['type'], 200);
  if (type !== TYPE) throw new FormatError(`its payload is of another type, ${JSON.stringify(type ?? '')}`);
  const digest = asText(asRecord(critical?.['image'])?.['docker-manifest-digest'], 200);
  if (digest === undefined || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new FormatError('its payload names no image');
  return digest;
}
