import type { UpdateinfoRepository } from './updateinfo.ts';

/** A distribution whose repositories are laid out as those of Red Hat Enterprise Linux are. */
export interface EnterpriseLayout {
  /** `almalinux`: the namespace is `almalinux:9`. */
  readonly id: string;
  /** Major versions. */
  readonly majors: readonly string[];
  /** Below the feed's address: `almalinux` of `almalinux/9/BaseOS/x86_64/os`. */
  readonly path: string;
}

const architectures: ReadonlyMap<string, readonly string[]> = new Map([
  ['x86_64', ['x86_64', 'i686', 'noarch']],
  ['aarch64', ['aarch64']],
]);

/** Repositories that have notices; one of them has another name in release 8. */
function namesOf(major: string): readonly string[] {
  return ['BaseOS', 'AppStream', major === '8' ? 'PowerTools' : 'CRB', 'HighAvailability', 'extras'];
}

/** All repositories of a distribution. Those that every release has are required, for x86_64. */
export function enterpriseRepositories({ id, majors, path }: EnterpriseLayout): UpdateinfoRepository[] {
  return majors.flatMap((major) =>
    namesOf(major).flatMap((name) =>
      [...architectures].map(([arch, included]) => ({
        prefix: `${major}/${name}/${arch}/`,
        namespace: `${id}:${major}`,
        place: { folder: `${path}/${major}/${name}/${arch}/os` },
        architectures: included,
        required: arch === 'x86_64' && (name === 'BaseOS' || name === 'AppStream'),
      })),
    ),
  );
}

/** The repository of a document of the offline layout: `9/BaseOS/x86_64/os/repodata/HASH-updateinfo.xml`. */
export function enterpriseRepositoryAt(layout: EnterpriseLayout, file: string): UpdateinfoRepository | undefined {
  return enterpriseRepositories(layout).find(({ prefix }) => file.startsWith(prefix));
}
