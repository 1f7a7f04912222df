/** What an image starts with: its own configuration and what a run changes of it, put together. */
export interface ContainerStart {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** `NAME=value` in addition to the image's own. */
  readonly environment: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
}

/** What a run changes of an image's configuration. */
export interface StartChanges {
  readonly environment?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
}

/**
 * Puts an image's configuration (OCI image specification, config.md) and changes together, later ones before earlier ones.
 * As everywhere, another entrypoint takes the image's command away with it.
 */
export function containerStart(
  config: Readonly<Record<string, unknown>>,
  changes: readonly StartChanges[] = [],
): ContainerStart {
  let entrypoint = texts(config['Entrypoint']);
  let command = texts(config['Cmd']);
  let user: string | undefined;
  let workingDirectory: string | undefined;
  const environment = new Map<string, string>();
  for (const change of changes) {
    if (change.entrypoint !== undefined) {
      entrypoint = change.entrypoint;
      command = [];
    }
    command = change.command ?? command;
    user = change.user ?? user;
    workingDirectory = change.workingDirectory ?? workingDirectory;
    for (const [name, value] of Object.entries(change.environment ?? {})) environment.set(name, value);
  }
  return {
    entrypoint,
    command,
    environment: [...environment].map(([name, value]) => `${name}=${value}`),
    ...(user !== undefined && { user }),
    ...(workingDirectory !== undefined && { workingDirectory }),
  };
}

/** Whether there is a program to start at all. */
export function hasProgram({ entrypoint, command }: ContainerStart): boolean {
  return [...entrypoint, ...command].some((word) => word !== '');
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
