import { FormatError } from '../../errors.ts';

/** The bytes end before the format lets them. */
export function truncated(cause?: unknown): FormatError {
  return new FormatError('the compressed data ends in the middle', {
    reason: 'truncated',
    ...(cause !== undefined && { cause }),
  });
}

/** The bytes cannot be what they claim to be. */
export function damaged(detail: string, cause?: unknown): FormatError {
  return new FormatError(`the compressed data is damaged (${detail})`, { ...(cause !== undefined && { cause }) });
}

/** The bytes may be whole, but nothing here reads them. */
export function unsupported(what: string): FormatError {
  return new FormatError(`${what} is not supported`, { reason: 'unsupported' });
}
