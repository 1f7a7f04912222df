import type { UpdateinfoRepository } from '../../feeds/updateinfo.ts';

/** Repositories of Amazon Linux 2023, by their folder, with the name that dnf knows them by. */
const of2023: readonly (readonly [folder: string, repository: string])[] = [
  ['core', 'amazonlinux'],
  ['kernel-livepatch', 'kernel-livepatch'],
  ['nvidia', 'amazonlinux-nvidia'],
];

/** Beginning of the names of repositories of extras: `amzn2extra-docker`. */
export const extrasPrefix = 'amzn2extra-';

/** The first Amazon Linux: one repository of updates for all its releases. */
export function repositoriesOf1(): UpdateinfoRepository[] {
  return [
    {
      prefix: '1/updates/',
      namespace: 'amazon:1',
      place: { mirrorList: '2018.03/updates/x86_64/mirror.list' },
      required: true,
    },
  ];
}

/**
 * The repositories of all other releases, with those of the topics of extras of Amazon Linux 2. The notices of the
 * repository for x86_64 list the packages of every architecture.
 */
export function laterRepositories(topics: readonly string[]): UpdateinfoRepository[] {
  return [core2(), ...topics.map(extras2), ...of2023.map((known) => one2023(...known)), core2022()];
}

/** The repository whose document stands in a folder of the offline layout: `2/extras/docker`. */
export function repositoryOf(folder: string): UpdateinfoRepository | undefined {
  const [release, ...rest] = folder.replace(/\/(?:x86_64|aarch64)$/, '').split('/');
  const place = rest.join('/');
  if (release === '1') return place === 'updates' ? repositoriesOf1()[0] : undefined;
  if (release === '2022') return place === 'core' ? core2022() : undefined;
  if (release === '2023') {
    const known = of2023.find(([name]) => name === place);
    return known && one2023(...known);
  }
  if (release !== '2') return undefined;
  if (place === 'core') return core2();
  const topic = place.startsWith('extras/') ? place.slice('extras/'.length) : '';
  return isTopic(topic) ? extras2(topic) : undefined;
}

/** Whether a text may be the name of a topic: it becomes part of addresses. */
export function isTopic(text: string): boolean {
  return /^[A-Za-z0-9][\w.+-]{0,80}$/.test(text);
}

function core2(): UpdateinfoRepository {
  return {
    prefix: '2/core/',
    namespace: 'amazon:2',
    place: { mirrorList: '2/core/latest/x86_64/mirror.list' },
    repositories: ['amzn2-core'],
    required: true,
  };
}

function extras2(topic: string): UpdateinfoRepository {
  return {
    prefix: `2/extras/${topic}/`,
    namespace: 'amazon:2',
    place: { mirrorList: `2/extras/${topic}/latest/x86_64/mirror.list` },
    repositories: [`${extrasPrefix}${topic}`],
    required: false,
  };
}

function one2023(folder: string, repository: string): UpdateinfoRepository {
  return {
    prefix: `2023/${folder}/`,
    namespace: 'amazon:2023',
    place: { mirrorList: `al2023/${folder}/mirrors/latest/x86_64/mirror.list` },
    repositories: [repository],
    required: folder === 'core',
  };
}

/** A preview that never came out; its repository may be gone. */
function core2022(): UpdateinfoRepository {
  return {
    prefix: '2022/core/',
    namespace: 'amazon:2022',
    place: { mirrorList: 'al2022/core/mirrors/latest/x86_64/mirror.list' },
    required: false,
  };
}
