import { describe, expect, it } from 'vitest';
import { endpointsOf } from './endpoint.ts';
import { judgeRealm, registrableParent } from './realm.ts';

const plainHttp = ['plain.example:5000'];

describe('judgeRealm', () => {
  it.each<[string, string, 'credentials' | 'anonymous' | 'refused']>([
    ['docker.io', 'https://auth.docker.io/token', 'credentials'],
    ['docker.io', 'https://auth.docker.io.evil.example/token', 'anonymous'],
    ['docker.io', 'https://docker.io.evil.example/token', 'anonymous'],
    ['docker.io', 'http://auth.docker.io/token', 'refused'],
    ['ghcr.io', 'https://ghcr.io/token', 'credentials'],
    ['ghcr.io', 'https://auth.docker.io/token', 'anonymous'],
    ['evil.example', 'https://auth.docker.io/token', 'anonymous'],
    ['registry.gitlab.com', 'https://gitlab.com/jwt/auth', 'credentials'],
    ['registry.corp.example:5000', 'https://sso.corp.example/token', 'credentials'],
    ['registry.firm.co.uk', 'https://login.firm.co.uk/', 'credentials'],
    ['registry.firm.co.uk', 'https://evil.co.uk/', 'anonymous'],
    ['registry.example', 'https://example/', 'anonymous'],
    ['one.azurecr.io', 'https://one.azurecr.io/oauth2/token', 'credentials'],
    ['one.azurecr.io', 'https://two.azurecr.io/oauth2/token', 'anonymous'],
    ['registry.cn-hangzhou.aliyuncs.com', 'https://dockerauth.cn-hangzhou.aliyuncs.com/auth', 'credentials'],
    ['registry.cn-hangzhou.aliyuncs.com', 'https://bucket.oss-cn-hangzhou.aliyuncs.com/auth', 'anonymous'],
    ['192.0.2.1', 'https://192.0.2.2/', 'anonymous'],
    ['192.0.2.1', 'https://192.0.2.1:444/', 'anonymous'],
    ['192.0.2.1:5000', 'https://192.0.2.1:5000/', 'credentials'],
    ['192.0.2.1:5000', 'https://192.0.2.1/', 'credentials'],
    ['registry.corp.example', 'https://registry.corp.example:443/token', 'credentials'],
    ['registry.corp.example', 'https://registry.corp.example:8443/token', 'anonymous'],
    ['registry.corp.example', 'https://sso.corp.example:8443/token', 'anonymous'],
    ['registry.corp.example:8443', 'https://sso.corp.example:8443/token', 'anonymous'],
    ['gitlab.corp.example:5050', 'https://gitlab.corp.example/jwt/auth', 'credentials'],
    ['docker.io', 'https://auth.docker.io:8443/token', 'anonymous'],
    ['ghcr.io', 'https://user:password@ghcr.io/token', 'refused'],
    ['ghcr.io', 'file:///etc/passwd', 'refused'],
    ['ghcr.io', '/token', 'refused'],
    ['ghcr.io', '', 'refused'],
    ['plain.example:5000', 'http://plain.example:5000/token', 'credentials'],
    ['plain.example:5000', 'https://plain.example:5000/token', 'credentials'],
    ['plain.example:5000', 'http://plain.example:5001/token', 'anonymous'],
    ['plain.example:5000', 'http://plain.example/token', 'anonymous'],
    ['plain.example:5000', 'http://other.example/token', 'refused'],
    ['localhost:5000', 'http://localhost:5000/token', 'credentials'],
    ['localhost:5000', 'http://localhost:5001/token', 'anonymous'],
    ['localhost:5000', 'http://127.0.0.2:5001/token', 'anonymous'],
    ['localhost:5000', 'http://other.example/token', 'refused'],
    ['localhost:5000', 'https://auth.docker.io/token', 'anonymous'],
  ])('%s, token from %s: %s', (registry, text, expected) => {
    const [endpoint] = endpointsOf(registry, { plainHttp });

    const realm = judgeRealm(text, endpoint!);

    expect(realm.url === undefined ? 'refused' : realm.trusted ? 'credentials' : 'anonymous').toBe(expected);
  });

  it('needs an address', () => {
    expect(judgeRealm(undefined, endpointsOf('ghcr.io', {})[0]!)).toEqual({
      reason: 'names no address to get a token from',
    });
  });
});

describe('registrableParent', () => {
  it.each([
    ['registry.gitlab.com', 'gitlab.com'],
    ['gitlab.com', 'gitlab.com'],
    ['a.b.firm.com.cn', 'firm.com.cn'],
    ['com.cn', undefined],
    ['one.azurecr.io', undefined],
    ['bucket.s3.amazonaws.com', undefined],
    ['localhost', undefined],
    ['10.0.0.1', undefined],
    ['[::1]', undefined],
    ['example.com.', 'example.com'],
  ])('%s: %s', (host, expected) => {
    expect(registrableParent(host)).toBe(expected);
  });
});
