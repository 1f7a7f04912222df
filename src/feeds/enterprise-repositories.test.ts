import { describe, expect, it } from 'vitest';
import { enterpriseRepositories, enterpriseRepositoryAt } from './enterprise-repositories.ts';

const layout = { id: 'mooring', majors: ['8', '9'], path: 'linux' };

describe('enterpriseRepositories', () => {
  it('has every repository of every release for two architectures, and requires what every release has', () => {
    const all = enterpriseRepositories(layout);

    expect(all).toHaveLength(2 * 5 * 2);
    expect(new Set(all.map(({ prefix }) => prefix)).size).toBe(all.length);
    expect(all.filter(({ required }) => required).map(({ prefix }) => prefix)).toEqual([
      '8/BaseOS/x86_64/',
      '8/AppStream/x86_64/',
      '9/BaseOS/x86_64/',
      '9/AppStream/x86_64/',
    ]);
    expect(all.find(({ prefix }) => prefix === '9/CRB/aarch64/')).toEqual({
      prefix: '9/CRB/aarch64/',
      namespace: 'mooring:9',
      place: { folder: 'linux/9/CRB/aarch64/os' },
      architectures: ['aarch64'],
      required: false,
    });
  });
});

describe('enterpriseRepositoryAt', () => {
  it.each([
    ['8/PowerTools/x86_64/os/repodata/a-updateinfo.xml', '8/PowerTools/x86_64/'],
    ['9/BaseOS/x86_64/updateinfo.xml', '9/BaseOS/x86_64/'],
    ['9/PowerTools/x86_64/updateinfo.xml', undefined],
    ['7/BaseOS/x86_64/updateinfo.xml', undefined],
    ['updateinfo.xml', undefined],
  ])('%s is of %s', (path, prefix) => {
    expect(enterpriseRepositoryAt(layout, path)?.prefix).toBe(prefix);
  });
});
