/** Headers that a request for a layer has by itself, or that speak of the connection and not of the layer. */
const ownHeaders: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'if-range',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers of a client for the server that has a layer, by lower-case name. Empty ones tell nothing and are left out. */
export function requestHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  const kept = [...headers].flatMap(([name, value]) => {
    const key = name.toLowerCase();
    return value.trim() === '' || ownHeaders.has(key) ? [] : [[key, value] as const];
  });
  return Object.fromEntries(kept);
}
