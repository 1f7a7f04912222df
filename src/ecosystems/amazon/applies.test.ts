import { describe, expect, it } from 'vitest';
import { amazonBuildApplies } from './applies.ts';

function applies(name: string, version: string, repository: string, fixed: string, repositories?: string[]): boolean {
  return amazonBuildApplies(
    { name, version, ...(repositories !== undefined && { repositories }) },
    { only: { repositories: [repository] }, ranges: [{ fixed }] },
  ).applies;
}

describe('amazonBuildApplies', () => {
  it.each<[string, string, string, string, string, string[] | undefined, boolean]>([
    [
      'pitfall 24: a package of the topic',
      'docker',
      '20.10.1-1',
      'amzn2extra-docker',
      '25.0.3-1',
      ['amzn2extra-docker'],
      true,
    ],
    ['pitfall 24: a package of core', 'docker', '20.10.1-1', 'amzn2extra-docker', '25.0.3-1', ['amzn2-core'], false],
    [
      'pitfall 24: a package of a topic and a row of core',
      'kernel',
      '5.15.1-1',
      'amzn2-core',
      '6-1',
      ['amzn2extra-kernel-5.15'],
      false,
    ],
    [
      'a kernel of core, when nobody knows where it is from',
      'kernel',
      '4.14.1-1.amzn2',
      'amzn2extra-kernel-5.15',
      '5.15.43-20',
      undefined,
      false,
    ],
    ['a kernel of the series', 'kernel', '5.15.1-1.amzn2', 'amzn2extra-kernel-5.15', '5.15.43-20', undefined, true],
    [
      'a kernel of a series that only begins alike',
      'kernel',
      '5.150.1-1',
      'amzn2extra-kernel-5.15',
      '5.15.43-20',
      undefined,
      false,
    ],
    ['a package with an epoch', 'php', '1:5.4.16-1', 'amzn2extra-php8.2', '1:8.2.9-1', undefined, false],
    ['another package of a topic with a series', 'libzip', '1.3.2-1', 'amzn2extra-php8.2', '1.3.2-2', undefined, true],
    ['a topic without a series', 'docker', '19.3-1', 'amzn2extra-docker', '25.0.3-1', undefined, true],
    ['headers of a kernel', 'kernel-headers', '4.14.1-1', 'amzn2-core', '4.14.9-1', undefined, false],
    [
      'pitfall 24: a live patch is no kernel',
      'kernel-livepatch-6.1.12-19.43',
      '1.0-0',
      'kernel-livepatch',
      '1.0-1',
      undefined,
      true,
    ],
  ])('%s', (_, name, version, repository, fixed, repositories, expected) => {
    expect(applies(name, version, repository, fixed, repositories)).toBe(expected);
  });
});
