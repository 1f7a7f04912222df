/** What went wrong with a connection, in words. */
export function describeFailure(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return 'does not answer';
    case 'UND_ERR_BODY_TIMEOUT':
      return 'stopped sending in the middle of the body';
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'cannot be connected to in time';
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'sent a body of another length than announced';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'cannot be found: its name does not resolve';
    case 'ECONNREFUSED':
      return 'refuses connections';
    default:
      return `broke the connection (${typeof message === 'string' && message !== '' ? message : String(code ?? error)})`;
  }
}
