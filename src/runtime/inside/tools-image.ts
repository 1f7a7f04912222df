import type { ContainerSettings } from '../../net/container-engine/container-settings.ts';
import { engineInfo } from '../../net/container-engine/engine-info.ts';
import { importImage, removeImage } from '../../net/container-engine/image-store.ts';
import { type InsideProgram, insideProgramFile } from './inside-program.ts';
import type { InsideRun } from './inside-run.ts';
import { ClosureError, programClosure } from './program-closure.ts';
import { writeTar } from './tar-writer.ts';

/** An image that holds the Node.js of this machine with all it needs, our programs, and nothing else. */
export interface ToolsImage {
  readonly name: string;
  /** How a container is made of it: without a network and without rights, as far as the caller adds none. */
  settings(
    program: InsideProgram,
    args?: readonly string[],
  ): Omit<ContainerSettings, 'network'> & Required<Pick<ContainerSettings, 'labels'>>;
  /** @throws EngineError where it cannot be removed */
  remove(): Promise<void>;
}

const root = '/.s';
const MiB = 1024 * 1024;

/**
 * Gives the engine an image to make containers of that run beside the one that is looked at. It takes about 130 MB there.
 * @throws ClosureError where this machine's programs do not run on the machine of the engine
 * @throws EngineError `refused` where it takes no images
 */
export async function importTools(run: InsideRun, signal?: AbortSignal): Promise<ToolsImage> {
  const { engine, labels } = run;
  const closure = programClosure([process.execPath], root);
  const { architecture, os } = await engineInfo(engine, signal);
  if (architecture !== closure.architecture || os !== 'linux') {
    throw new ClosureError(
      `programs of this machine (${closure.architecture}) do not run where the engine is (${os}, ${architecture})`,
    );
  }
  const [node] = [...closure.commands.values()] as [readonly string[]];
  const files = new Map((['relay', 'sinkhole'] as const).map((program) => [program, insideProgramFile(program)]));
  const entries = [
    ...closure.entries,
    ...[...files.values()].map(({ name, content }) => ({
      ...{ path: `${root.slice(1)}/${name}`, type: 'file' as const, mode: 0o644, content },
    })),
  ];
  // A name that no registry has, and that both engines leave as it is.
  const repository = `localhost/${run.name('tools')}`;
  await importImage(engine, { repository, tag: 'latest' }, writeTar(entries), {
    // Words of labels are quoted: values are our own, and hold neither quotes nor breaks of lines.
    changes: Object.entries(labels).map(([name, value]) => `LABEL ${name}=${JSON.stringify(value)}`),
    ...(signal && { signal }),
  });
  const name = `${repository}:latest`;
  return {
    name,
    settings: (program, args = []) => ({
      image: name,
      labels,
      entrypoint: node,
      command: [`${root}/${files.get(program)!.name}`, ...args],
      // Not what the engine hands to all containers, such as proxies.
      environment: ['NODE_OPTIONS=', 'LD_PRELOAD=', 'LD_LIBRARY_PATH='],
      user: '0',
      workingDirectory: '/',
      capabilitiesDropped: ['ALL'],
      securityOptions: ['no-new-privileges'],
      readOnlyRoot: true,
      memoryBytes: 256 * MiB,
      processors: 1,
      processes: 64,
      ulimits: { core: 0 },
      stopSeconds: 1,
      healthcheck: false,
    }),
    remove: async () => void (await removeImage(engine, name)),
  };
}
