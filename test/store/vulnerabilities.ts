import { beforeAll, describe, expect, it } from 'vitest';
import { storedSeverities } from '../../src/store/package-version.ts';
import type { Store } from '../../src/store/store.ts';
import { fixList, fixText, type OpenStore, vulnerability } from './samples.ts';

export function describeVulnerabilities(open: OpenStore): void {
  describe('vulnerabilities', () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    const fixesOf = async (namespace: string, name: string): Promise<string | undefined> =>
      fixText((await store.vulnerabilities.find(namespace, name))?.fixes);

    it('are found as they were written', async () => {
      await store.vulnerabilities.write({
        namespace: 'debian:8',
        name: 'CVE-1',
        description: 'Line 1\nline 2 \u{1F600}',
        link: 'https://example.org/CVE-1',
        severity: 'Defcon1',
        metadata: '{ "z": [1.0, "x"], "a": { "d": null, "c": true } }',
        fixes: fixList('b 1.0, a, \u{e4} 2:1-1'),
      });

      expect(await store.vulnerabilities.find('debian:8', 'CVE-1')).toEqual({
        id: expect.any(Number),
        namespace: { name: 'debian:8', versionFormat: 'dpkg' },
        name: 'CVE-1',
        description: 'Line 1\nline 2 \u{1F600}',
        link: 'https://example.org/CVE-1',
        severity: 'Defcon1',
        metadata: '{"a":{"c":true,"d":null},"z":[1,"x"]}',
        fixes: [{ package: 'a' }, { package: 'b', version: '1.0' }, { package: '\u{e4}', version: '2:1-1' }],
        origin: 'user',
      });
    });

    it('are not found elsewhere', async () => {
      expect(await store.vulnerabilities.find('', '')).toBeUndefined();
      expect(await store.vulnerabilities.find('debian:8', 'CVE-NO')).toBeUndefined();
      expect(await store.vulnerabilities.find('debian:7', 'CVE-1')).toBeUndefined();
      expect(await store.vulnerabilities.find('debian:8', 'CVE-\0')).toBeUndefined();
    });

    it.each([...storedSeverities])('keep the severity %s', async (severity) => {
      await store.vulnerabilities.write(vulnerability('debian:8', `CVE-${severity}`, '', { severity }));

      expect(await store.vulnerabilities.find('debian:8', `CVE-${severity}`)).toMatchObject({ severity });
    });

    it.each([
      ['debian:13', 'dpkg'],
      ['ubuntu:24.04', 'dpkg'],
      ['alpine:v3.20', 'dpkg'],
      ['centos:7', 'rpm'],
      ['rhel:9', 'rpm'],
      ['fedora:40', 'rpm'],
      ['amzn:2', 'rpm'],
      ['scientific:7', 'rpm'],
      ['ol:9', 'rpm'],
      ['oracle:7', 'rpm'],
      ['debian', 'dpkg'],
      ['debianx:8', ''],
      ['custom:1', ''],
    ])('make the namespace %s with the format "%s"', async (namespace, versionFormat) => {
      await store.vulnerabilities.write(vulnerability(namespace, 'CVE-N', 'a 1'));

      const found = await store.vulnerabilities.find(namespace, 'CVE-N');
      expect(found?.namespace).toEqual({ name: namespace, versionFormat });
    });

    const long = 'x'.repeat(129);
    it.each([
      ['a name of 129 characters', vulnerability('debian:8', long), 'store.too-long'],
      ['a link of 129 characters', vulnerability('debian:8', 'BAD', '', { link: long }), 'store.too-long'],
      ['a namespace of 129 characters', vulnerability(long, 'BAD'), 'store.too-long'],
      ['a package of 129 characters', vulnerability('debian:8', 'BAD', `${long} 1`), 'store.too-long'],
      ['a version of 129 digits', vulnerability('debian:8', 'BAD', `a ${'1'.repeat(129)}`), 'store.too-long'],
      ['no name', vulnerability('debian:8', ''), 'store.bad-request'],
      ['no namespace', vulnerability('', 'BAD'), 'store.bad-request'],
      ['a fix without a package', vulnerability('debian:8', 'BAD', ' 1'), 'store.bad-request'],
      ['a version that dpkg cannot order', vulnerability('debian:8', 'BAD', 'a 1:'), 'store.bad-version'],
      ['metadata that is no JSON', vulnerability('debian:8', 'BAD', '', { metadata: '{' }), 'store.bad-request'],
      [
        'metadata without an end',
        vulnerability('debian:8', 'BAD', '', { metadata: `${'['.repeat(20_000)}${']'.repeat(20_000)}` }),
        'store.bad-request',
      ],
      ['the character 0', vulnerability('debian:8', 'BAD', '', { description: 'a\0' }), 'store.bad-request'],
    ])('are refused with %s', async (_title, bad, code) => {
      await expect(store.vulnerabilities.write(bad)).rejects.toMatchObject({ code });
      expect(await store.vulnerabilities.find('debian:8', 'BAD')).toBeUndefined();
    });

    it('take a description of a megabyte', async () => {
      const description = 'word '.repeat(200_000);
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-LONG', '', { description }));

      expect((await store.vulnerabilities.find('debian:8', 'CVE-LONG'))?.description).toBe(description);
    });

    it('merge fixes: those not mentioned stay, the last of several counts', async () => {
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-MERGE', 'F1 1.0, F2, F4 0.1, F5, -F6'));
      expect(await fixesOf('debian:8', 'CVE-MERGE')).toBe('F1 1.0, F2, F4 0.1, F5');

      const change = 'F2 1.4, F3 9, F4 0.1, -F5, F3 1.5, -F7';
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-MERGE', change));

      expect(await fixesOf('debian:8', 'CVE-MERGE')).toBe('F1 1.0, F2 1.4, F3 1.5, F4 0.1');
    });

    it('replace everything but the fixes', async () => {
      const content = { description: 'D', link: 'L', severity: 'High', metadata: '{"a":1}' } as const;
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-PUT', 'a 1', content));
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-PUT'));

      expect(await store.vulnerabilities.find('debian:8', 'CVE-PUT')).toMatchObject({
        description: '',
        link: '',
        severity: 'Unknown',
        metadata: '',
        fixes: [{ package: 'a', version: '1' }],
      });
    });

    it.each([
      ['the same', {}],
      ['the same metadata in other words', { metadata: '{"b":{"d":2,"c":1.50},"a":1}' }],
      ['a fix that is there', { fixes: fixList('a 1') }],
      ['no fixes', { fixes: [] }],
      ['the removal of a fix that is not there', { fixes: fixList('-b') }],
    ])('do not change with %s', async (title, change) => {
      const name = `CVE-SAME ${title}`;
      const content = { metadata: '{"a":1,"b":{"c":1.5,"d":2}}', severity: 'Low' } as const;
      await store.vulnerabilities.write(vulnerability('debian:8', name, 'a 1', content));
      const before = await store.vulnerabilities.find('debian:8', name);
      const { count } = await store.notifications.waiting(0);

      await store.vulnerabilities.write(vulnerability('debian:8', name, 'a 1', { ...content, ...change }));

      expect(await store.vulnerabilities.find('debian:8', name)).toEqual(before);
      expect((await store.notifications.waiting(0)).count).toBe(count);
    });

    it('change their fixes alone', async () => {
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-FIX', 'a 1', { severity: 'Low' }));
      const change = async (fixes: string) =>
        await store.vulnerabilities.changeFixes('debian:8', 'CVE-FIX', fixList(fixes));

      expect(await change('b 2, a')).toBe(true);
      expect(await fixesOf('debian:8', 'CVE-FIX')).toBe('a, b 2');
      const { count } = await store.notifications.waiting(0);
      expect(await change('b 2, -c')).toBe(true);
      expect((await store.notifications.waiting(0)).count).toBe(count);
      expect(await change('-a')).toBe(true);
      expect(await store.vulnerabilities.find('debian:8', 'CVE-FIX')).toMatchObject({
        severity: 'Low',
        fixes: [{ package: 'b', version: '2' }],
      });
    });

    it('change no fixes of what is not there', async () => {
      expect(await store.vulnerabilities.changeFixes('nowhere:1', 'CVE-FIX', [])).toBe(false);
      expect(await store.vulnerabilities.changeFixes('debian:8', 'CVE-NO', fixList('a 1'))).toBe(false);
      await expect(store.vulnerabilities.changeFixes('debian:8', 'CVE-FIX', fixList('a :'))).rejects.toMatchObject({
        code: 'store.bad-version',
      });
    });

    it('are removed once, and may come again', async () => {
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-GO', 'a 1'));

      expect(await store.vulnerabilities.remove('debian:8', 'CVE-GO')).toBe(true);
      expect(await store.vulnerabilities.find('debian:8', 'CVE-GO')).toBeUndefined();
      expect(await store.vulnerabilities.remove('debian:8', 'CVE-GO')).toBe(false);
      expect(await store.vulnerabilities.remove('nowhere:1', 'CVE-GO')).toBe(false);
      expect((await store.namespaces()).map(({ name }) => name)).not.toContain('nowhere:1');
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-GO', 'b 1'));
      expect(await fixesOf('debian:8', 'CVE-GO')).toBe('b 1');
    });

    it('are listed by id, an update at the end, page by page', async () => {
      const write = async (name: string, fixes = '') =>
        await store.vulnerabilities.write(vulnerability('debian:7', name, fixes));
      for (const name of ['A', 'B', 'C', 'D']) await write(name);
      await write('B', 'b 1');
      await store.vulnerabilities.remove('debian:7', 'D');
      await store.vulnerabilities.write(vulnerability('debian:6', 'A'));

      const all = await store.vulnerabilities.list('debian:7', 0, 10);
      expect(all?.map(({ name }) => name)).toEqual(['A', 'C', 'B']);
      const { fixes, ...listed } = (await store.vulnerabilities.find('debian:7', 'B'))!;
      expect([all?.[2], fixText(fixes)]).toEqual([listed, 'b 1']);
      const [first, second, third] = all!;
      expect(await store.vulnerabilities.list('debian:7', 0, 2)).toEqual([first, second]);
      expect(await store.vulnerabilities.list('debian:7', second!.id, 5)).toEqual([second, third]);
      expect(await store.vulnerabilities.list('debian:7', third!.id + 1, 5)).toEqual([]);
      expect(await store.vulnerabilities.list('debian:7', 0, 0)).toEqual([]);
      expect(await store.vulnerabilities.list('nowhere:1', 0, 10)).toBeUndefined();
    });
  });
}
