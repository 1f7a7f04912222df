/**
 * What a container runs in a shell that asks a server of HTTP once and is gone after three seconds. It waits for the server to
 * close first: who closes first keeps the rest of a connection for a minute, and with the client that goes when it goes.
 */
export function askOnce(host: string, port: number): string {
  return `{ printf 'GET / HTTP/1.0\\r\\n\\r\\n'; sleep 1; } | nc ${host} ${port}; sleep 2`;
}
