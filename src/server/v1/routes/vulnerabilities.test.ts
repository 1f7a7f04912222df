import { describe, expect, it } from 'vitest';
import { ask, databaseMessage, told, useTestApi } from '../../../../test/support/v1-api.ts';

const api = useTestApi();

describe('vulnerabilities', () => {
  const list = '/v1/namespaces/debian:8/vulnerabilities';
  const vulnerability = (members: object = {}): object => ({
    Vulnerability: { Name: 'CVE-1', NamespaceName: 'debian:8', Severity: 'Low', ...members },
  });

  it.each([
    [{ NamespaceName: 'debian:9', Severity: 'x' }, 'namespace name in URL and JSON do not match'],
    [{ Severity: 'x', FixedIn: [{}] }, 'failed to parse Severity from input'],
    [{ Name: '', FixedIn: [{ Version: '1' }] }, 'unknown version format'],
    [{ Name: '', FixedIn: [{ Version: '1', VersionFormat: 'deb' }] }, 'unknown version format'],
    [{ Name: '', FixedIn: [{ VersionFormat: 'dpkg' }] }, 'invalid version'],
    [
      { Name: '', FixedIn: [{ Version: 'None', NamespaceName: 'x' }] },
      'insertVulnerability needs at least the Name and the Namespace',
    ],
    [
      { FixedIn: [{ Version: 'None', NamespaceName: 'x' }] },
      'could not insert an invalid vulnerability that contains FixedIn FeatureVersion that are not in the same namespace as the Vulnerability',
    ],
    [{ FixedIn: [{ Version: 'None' }] }, 'could not find/insert invalid Feature'],
  ])('refuse %j', async (members, words) => {
    expect(await told(await api.start(), `POST ${list}`, vulnerability(members))).toEqual([400, words]);
  });

  it.each([
    ['name', { Name: 'a\0' }],
    ['description', { Description: '\0' }],
    ['link', { Link: '\0' }],
    ['package', { FixedIn: [{ Name: '\0', Version: 'None' }] }],
  ])('refuse a NUL in the %s', async (_, members) => {
    expect(await told(await api.start(), `POST ${list}`, vulnerability(members))).toEqual([500, databaseMessage]);
  });

  it('let a removal pass that names no package', async () => {
    const body = vulnerability({ FixedIn: [{ VersionFormat: 'dpkg', Version: '#MINV#' }] });
    expect((await ask(await api.start(), `POST ${list}`, body)).status).toBe(201);
  });

  it('take metadata of any kind, and show it as Go would', async () => {
    const host = await api.start();
    const sent =
      '{"Vulnerability":{"Name":"CVE-1","NamespaceName":"debian:8","Severity":"LOW","Metadata":{"b":1.0,"a":{"<":[1E2,null]}}}}';
    const shown = '"Metadata":{"a":{"\\u003c":[100,null]},"b":1}';
    expect((await ask(host, `POST ${list}`, sent)).body.toString()).toContain(shown);
    expect((await ask(host, `GET ${list}/CVE-1`)).body.toString()).toContain(`"Severity":"Low",${shown}`);
    await ask(host, `POST ${list}`, vulnerability({ Metadata: {} }));
    expect((await ask(host, `GET ${list}/CVE-1`)).body.toString()).not.toContain('Metadata');
  });

  it('take metadata as deep as JSON of a request may be', async () => {
    const host = await api.start();
    const deep = `${'['.repeat(990)}${']'.repeat(990)}`;
    const sent = `{"Vulnerability":{"Name":"CVE-1","NamespaceName":"debian:8","Severity":"Low","Metadata":{"a":${deep}}}}`;
    expect((await ask(host, `POST ${list}`, sent)).status).toBe(201);
    expect((await ask(host, `GET ${list}/CVE-1`)).body.toString()).toContain(`"Metadata":{"a":${deep}}`);
  });

  it('are listed in pages, of at most so many', async () => {
    const host = await api.start({ limits: { pageEntries: 2 } });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await ask(host, `POST ${list}`, vulnerability({ Name: name }));
    const names: string[] = [];
    for (let page = ''; ; ) {
      const answer = await ask(host, `GET ${list}?limit=9223372036854775807${page}`);
      const { Vulnerabilities, NextPage } = JSON.parse(answer.body.toString()) as {
        Vulnerabilities: { Name: string }[];
        NextPage?: string;
      };
      expect(Vulnerabilities.length).toBeLessThanOrEqual(2);
      names.push(...Vulnerabilities.map(({ Name }) => Name));
      if (NextPage === undefined) break;
      page = `&page=${NextPage}`;
    }
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('do not take the page of a notification, nor a notification one of theirs', async () => {
    const host = await api.start();
    await ask(host, `POST ${list}`, vulnerability());
    await ask(host, `POST ${list}`, vulnerability({ Name: 'CVE-2' }));
    const { NextPage } = JSON.parse((await ask(host, `GET ${list}?limit=1`)).body.toString()) as { NextPage: string };
    const { name } = (await api.store.notifications.waiting(1)).first[0]!;
    expect(await told(host, `GET /v1/notifications/${name}?limit=1&page=${NextPage}`)).toEqual([
      400,
      'invalid page format: json: cannot unmarshal number into Go value of type database.VulnerabilityNotificationPageNumber',
    ]);
    const shown = JSON.parse((await ask(host, `GET /v1/notifications/${name}?limit=1`)).body.toString()) as {
      Notification: { Page: string };
    };
    expect(await told(host, `GET ${list}?limit=1&page=${shown.Notification.Page}`)).toEqual([
      400,
      'invalid page format: json: cannot unmarshal object into Go value of type int',
    ]);
  });

  it.each([
    ['', 'must provide limit query parameter'],
    ['?limit=-1', 'limit value should not be less than zero'],
    [
      '?limit=99999999999999999999',
      'invalid limit format: strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
    ['?limit=%22%0a&page=x', 'invalid limit format: strconv.Atoi: parsing "\\"\\n": invalid syntax'],
    ['?limit=1&page=', 'invalid page format: invalid or expired pagination token'],
  ])('%s', async (query, words) => {
    expect(await told(await api.start(), `GET ${list}${query}`)).toEqual([400, words]);
  });
});
