import { beforeEach, describe, expect, it } from 'vitest';
import { ask, told, useTestApi } from '../../../../test/support/v1-api.ts';

const api = useTestApi();

describe('PUT of a fix', () => {
  const fixes = '/v1/namespaces/debian:8/vulnerabilities/CVE-1/fixes';
  const put = (host: string, members: object, line = `PUT ${fixes}/curl`): Promise<unknown> =>
    told(host, line, { Feature: { Name: 'curl', ...members } });

  beforeEach(async () => {
    const common = { namespace: 'debian:8', description: '', link: '', severity: 'Low', metadata: '' } as const;
    await api.store.vulnerabilities.write({ ...common, name: 'CVE-1', fixes: [{ package: 'bash', version: '1' }] });
    await api.store.vulnerabilities.write({ ...common, name: 'CVE-1', namespace: 'custom:1', fixes: [] });
  });

  it.each([
    [{ Name: 'wget', VersionFormat: 'x' }, 'feature name in URL and JSON do not match'],
    [{ VersionFormat: 'x', Version: '!' }, 'unknown version format'],
    [{ VersionFormat: 'rpm', Version: '!' }, 'unknown version format'],
    [{ Version: '!', NamespaceName: 'x' }, 'invalid version'],
    [{ NamespaceName: 'x' }, 'invalid version'],
    [
      { Version: '1', NamespaceName: 'debian:9' },
      'could not insert an invalid vulnerability that contains FixedIn FeatureVersion that are not in the same namespace as the Vulnerability',
    ],
  ])('%j is 400', async (members, words) => {
    expect(await put(await api.start(), members)).toEqual([400, words]);
  });

  it.each([
    ['an unknown vulnerability', 'debian:8/vulnerabilities/CVE-2'],
    ['an unknown namespace', 'ghost/vulnerabilities/CVE-1'],
  ])('of %s is 404, after what is wrong with the body', async (_, place) => {
    const host = await api.start();
    const line = `PUT /v1/namespaces/${place}/fixes/curl`;
    expect(await put(host, { Version: '1' }, line)).toEqual([404, 'the resource cannot be found']);
    expect(await put(host, { Version: '1', VersionFormat: 'x' }, line)).toEqual([400, 'unknown version format']);
    expect(await put(host, { Version: '!', VersionFormat: 'dpkg' }, line)).toEqual([400, 'invalid version']);
    expect((await ask(host, line.replace('PUT', 'DELETE'))).status).toBe(404);
  });

  it('of a namespace whose format nobody knows takes that of the request', async () => {
    const host = await api.start();
    const line = 'PUT /v1/namespaces/custom:1/vulnerabilities/CVE-1/fixes/curl';
    expect(await put(host, { Version: '1' }, line)).toEqual([400, 'unknown version format']);
    expect(await put(host, { Version: 'None' }, line)).toEqual([200, { Feature: { Name: 'curl', Version: 'None' } }]);
    expect(await put(host, { Version: '1', VersionFormat: 'rpm' }, line)).toMatchObject([200, {}]);
  });

  it('changes the list, makes one notification where something changed and none where nothing did', async () => {
    const host = await api.start();
    const count = async (): Promise<number> => (await api.store.notifications.waiting(1)).count;
    const before = await count();
    const listed = async (): Promise<unknown> => {
      const { Features } = JSON.parse((await ask(host, `GET ${fixes}`)).body.toString()) as {
        Features: { Name: string; Version: string }[];
      };
      return Object.fromEntries(Features.map(({ Name, Version }) => [Name, Version]));
    };
    await put(host, { Version: '2' });
    await put(host, { Version: '2' });
    expect([await listed(), await count()]).toEqual([{ bash: '1', curl: '2' }, before + 1]);
    await put(host, { Version: '#MAXV#' });
    expect([await listed(), await count()]).toEqual([{ bash: '1', curl: 'None' }, before + 2]);
    await put(host, { Version: '#MINV#' });
    expect([await listed(), await count()]).toEqual([{ bash: '1' }, before + 3]);
    expect((await ask(host, `DELETE ${fixes}/curl`)).status).toBe(200);
    expect(await count()).toBe(before + 3);
    expect((await ask(host, `DELETE ${fixes}/bash`)).body.length).toBe(0);
    expect([await told(host, `GET ${fixes}`), await count()]).toEqual([[200, { Features: null }], before + 4]);
  });
});
