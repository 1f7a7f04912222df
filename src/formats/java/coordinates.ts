/** How Maven names what it builds (https://maven.apache.org/pom.html, "Maven Coordinates"). */
export interface Coordinates {
  /** Absent where nothing tells it: such a package matches no advisory. */
  readonly group?: string;
  readonly artifact: string;
  readonly version: string;
}

/** Characters of a group, an artifact or a version that anybody publishes. */
const MAXIMUM = 300;

/** Whether a text can be a group or an artifact: `A-Za-z0-9_.-`, as Maven itself demands. Variables are none. */
export function isPart(text: string | undefined): text is string {
  return text !== undefined && text.length <= MAXIMUM && /^[A-Za-z0-9_.-]+$/.test(text) && /[A-Za-z0-9]/.test(text);
}

/** Whether a text can be a version: without blanks, and what may be in no file name. A variable `${...}` is none. */
export function isVersion(text: string | undefined): text is string {
  return (
    text !== undefined &&
    text.length <= MAXIMUM &&
    /^[^\s\\/:"<>|?*[\](){}$@,]+$/.test(text) &&
    /[A-Za-z0-9]/.test(text)
  );
}

/** `group:artifact` as advisories name it, or the artifact alone where the group is not known. */
export function mavenName({ group, artifact }: Pick<Coordinates, 'group' | 'artifact'>): string {
  return group === undefined ? artifact : `${group}:${artifact}`;
}
