/** Words of Clair for a status; it knows no others. The two of a client that may not are ours: Clair sends no body then. */
const codes: Readonly<Record<number, string>> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'bad-request',
  413: 'bad-request',
  414: 'bad-request',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
};

/** An error as the API of Clair v4 tells it (OpenAPI 1.2.0, schema `error`). */
export function clairError(status: number, message: string): string {
  return JSON.stringify({ code: codes[status] ?? 'internal-error', message });
}
