import type { UpdateinfoRepository } from '../../feeds/updateinfo.ts';

/** What every repository of Amazon is published for; that of the first architecture has what is for none. */
const architectures = [
  ['x86_64', ['x86_64', 'i686', 'i386', 'noarch']],
  ['aarch64', ['aarch64']],
] as const;

type Architecture = (typeof architectures)[number][0];

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
  const [[, included]] = architectures;
  return [
    {
      prefix: '1/updates/x86_64/',
      namespace: 'amazon:1',
      place: { mirrorList: '2018.03/updates/x86_64/mirror.list' },
      architectures: included,
      required: true,
    },
  ];
}

/** The repositories of all other releases, with those of the topics of extras of Amazon Linux 2. */
export function laterRepositories(topics: readonly string[]): UpdateinfoRepository[] {
  return architectures.flatMap(([arch]) => [
    core2(arch),
    ...topics.map((topic) => extras2(topic, arch)),
    ...of2023.map(([folder, repository]) => one2023(folder, repository, arch)),
    core2022(arch),
  ]);
}

/** The repository whose document stands in a folder of the offline layout: `2/extras/docker/x86_64`. */
export function repositoryOf(folder: string): UpdateinfoRepository | undefined {
  const [release, ...rest] = folder.split('/');
  const arch = architectures.find(([name]) => name === rest.at(-1))?.[0];
  if (arch === undefined) return undefined;
  const place = rest.slice(0, -1).join('/');
  if (release === '1') return place === 'updates' ? repositoriesOf1()[0] : undefined;
  if (release === '2022') return place === 'core' ? core2022(arch) : undefined;
  if (release === '2023') {
    const known = of2023.find(([name]) => name === place);
    return known && one2023(...known, arch);
  }
  if (release !== '2') return undefined;
  if (place === 'core') return core2(arch);
  const topic = place.startsWith('extras/') ? place.slice('extras/'.length) : '';
  return isTopic(topic) ? extras2(topic, arch) : undefined;
}

/** Whether a text may be the name of a topic: it becomes part of addresses. */
export function isTopic(text: string): boolean {
  return /^[A-Za-z0-9][\w.+-]{0,80}$/.test(text);
}

function meant(arch: Architecture): readonly string[] {
  return architectures.find(([name]) => name === arch)?.[1] ?? [];
}

function core2(arch: Architecture): UpdateinfoRepository {
  return {
    prefix: `2/core/${arch}/`,
    namespace: 'amazon:2',
    place: { mirrorList: `2/core/latest/${arch}/mirror.list` },
    architectures: meant(arch),
    repositories: ['amzn2-core'],
    required: arch === 'x86_64',
  };
}

function extras2(topic: string, arch: Architecture): UpdateinfoRepository {
  return {
    prefix: `2/extras/${topic}/${arch}/`,
    namespace: 'amazon:2',
    place: { mirrorList: `2/extras/${topic}/latest/${arch}/mirror.list` },
    architectures: meant(arch),
    repositories: [`${extrasPrefix}${topic}`],
    required: false,
  };
}

function one2023(folder: string, repository: string, arch: Architecture): UpdateinfoRepository {
  return {
    prefix: `2023/${folder}/${arch}/`,
    namespace: 'amazon:2023',
    place: { mirrorList: `al2023/${folder}/mirrors/latest/${arch}/mirror.list` },
    architectures: meant(arch),
    repositories: [repository],
    required: folder === 'core' && arch === 'x86_64',
  };
}

/** A preview that never came out; its repository may be gone. */
function core2022(arch: Architecture): UpdateinfoRepository {
  return {
    prefix: `2022/core/${arch}/`,
    namespace: 'amazon:2022',
    place: { mirrorList: `al2022/core/mirrors/latest/${arch}/mirror.list` },
    architectures: meant(arch),
    required: false,
  };
}
