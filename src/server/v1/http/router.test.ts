import { describe, expect, it } from 'vitest';
import { v1Routes } from '../routes/index.ts';
import { Router } from './router.ts';

const router = new Router(
  '/v1',
  v1Routes.map(({ name, method, path }) => ({ method, path, handler: name })),
);

function resolved(line: string): string {
  const [method, target] = line.split(' ') as [string, string];
  const found = router.resolve(method, target);
  if (found.kind === 'redirect') return found.location;
  return found.kind === 'found' ? [found.handler, ...found.parameters].join(' ') : found.kind;
}

describe('Router', () => {
  it.each([
    ['POST /v1/layers', 'postLayer'],
    ['GET /v1/layers/sha256:a_b?features&vulnerabilities', 'getLayer sha256:a_b'],
    ['GET /v1/layers/a%2Fb', 'getLayer a/b'],
    ['DELETE /v1/layers/a%2fb', 'deleteLayer a/b'],
    ['GET /v1/layers/a/b', 'unknown'],
    ['GET /v1/layers/..', 'getLayer ..'],
    ['GET /v1/layers/%C3%A9', 'getLayer é'],
    ['GET /v1/layers/a%20b+c', 'getLayer a b+c'],
    ['GET /v1/namespaces/debian%3A8/vulnerabilities?limit=1', 'getVulnerabilities debian:8'],
    ['POST /v1/namespaces/debian:8/vulnerabilities', 'postVulnerability debian:8'],
    ['GET /v1/namespaces/a/vulnerabilities/b', 'getVulnerability a b'],
    ['PUT /v1/namespaces/a/vulnerabilities/b', 'putVulnerability a b'],
    ['PUT /v1/namespaces//vulnerabilities/b', 'putVulnerability  b'],
    ['DELETE /v1/namespaces/a/vulnerabilities/b', 'deleteVulnerability a b'],
    ['GET /v1/namespaces/a/vulnerabilities/b/fixes', 'getFixes a b'],
    ['PUT /v1/namespaces/a/vulnerabilities/b/fixes/c', 'putFix a b c'],
    ['DELETE /v1/namespaces/a/vulnerabilities/b/fixes/c', 'deleteFix a b c'],
    ['GET /v1/notifications/n', 'getNotification n'],
    ['DELETE /v1/notifications/n', 'deleteNotification n'],
    ['GET /v1/metrics', 'getMetrics'],
    ['GET /v1/namespaces', 'getNamespaces'],
    ['GET /', 'unknown'],
    ['GET /v', 'unknown'],
    ['GET /v1', 'unknown'],
    ['GET /v1/', 'unknown'],
    ['GET /v2/namespaces', 'unknown'],
    ['GET http://host/v1/namespaces', 'unknown'],
    ['GET /v1/layers', 'wrong-method'],
    ['HEAD /v1/namespaces', 'wrong-method'],
    ['OPTIONS /v1/metrics', 'wrong-method'],
    ['HEAD /v1/namespaces/', 'unknown'],
    ['GET /v1/layers/', 'unknown'],
    ['GET /v1/namespaces/', '/namespaces'],
    ['POST /v1/layers/', '/layers'],
    ['GET /v1/Namespaces/', '/namespaces'],
    ['GET /v1/NAMESPACES/Debian:8/Vulnerabilities/?limit=1', '/namespaces/Debian:8/vulnerabilities?limit=1'],
    ['GET /v1//namespaces', '/namespaces'],
    ['GET /v1/x/../layers/./a', '/layers/a'],
    ['GET /v1namespaces', '/namespaces'],
    ["GET /v1/layers/a%2F%20b'/", '/layers/a%2F%20b%27'],
    ['GET /v1/namespaces/%0d%0aX:1/vulnerabilities/', '/namespaces/%0D%0AX:1/vulnerabilities'],
    ['GET /v1/namespaces/?a=\u00e9', '/namespaces?a=%e9'],
    ['GET /v1/layers/%', 'malformed'],
    ['GET /%zz', 'malformed'],
  ])('%s: %s', (line, expected) => {
    expect(resolved(line)).toBe(expected);
  });

  it('hands over bytes that are no UTF-8 as a name that cannot be', () => {
    expect(router.resolve('GET', '/v1/layers/%ff')).toMatchObject({ parameters: ['\0\ufffd'] });
    expect(router.resolve('GET', '/v1/layers/%EF%BF%BD')).toMatchObject({ parameters: ['\ufffd'] });
  });
});
