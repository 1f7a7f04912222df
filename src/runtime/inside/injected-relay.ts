import { startExec } from '../../net/container-engine/exec.ts';
import { filledVolume } from '../cage/filled-volume.ts';
import type { Run } from '../cage/run.ts';
import { isGvisor } from '../gvisor.ts';
import { insideProgramFile } from './inside-program.ts';
import type { InsideRun } from './inside-run.ts';
import { ClosureError, entriesBelow, programClosure } from './program-closure.ts';
import { openRelay, type Relay, type RelayOptions } from './relay-client.ts';
import { writeTar } from './tar-writer.ts';

/** Where the volume with the relay is mounted in a container. */
export const INJECTED = '/.n';

/**
 * What the loader (ld.so(8)), the C library, Node.js (node(1)) and OpenSSL obey, and what would bring code of the image into
 * our program: empty it is nothing. LD_TRACE_LOADED_OBJECTS counts even then; with that the relay does not come up.
 */
const emptied = [
  ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'LD_DEBUG', 'LD_DEBUG_OUTPUT', 'LD_PROFILE', 'LD_BIND_NOW'],
  ...['GLIBC_TUNABLES', 'GCONV_PATH', 'LOCPATH', 'MALLOC_ARENA_MAX', 'MALLOC_PERTURB_', 'MALLOC_CHECK_'],
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'NODE_V8_COVERAGE', 'NODE_DEBUG', 'NODE_DEBUG_NATIVE'],
  ...['OPENSSL_CONF', 'OPENSSL_MODULES', 'OPENSSL_ENGINES', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
].map((name) => `${name}=`);

/** A relay that can be started in a container itself. */
export interface InjectedRelay {
  /** Volume to be mounted at {@link INJECTED}; absent where this machine's programs do not run there. */
  readonly volume?: string;
  readonly command: readonly string[];
}

/**
 * What is needed to look into containers of an OCI runtime: undefined where others can be put beside them.
 * @throws EngineError
 */
export async function relayToInject(
  run: Run,
  { runtime, image, signal }: { runtime?: string; image: { readonly id: string }; signal: AbortSignal },
): Promise<InjectedRelay | undefined> {
  if (!isGvisor(runtime)) return undefined;
  try {
    return await makeInjectedRelay(run, image.id, signal);
  } catch (error) {
    if (error instanceof ClosureError) return { command: [] };
    throw error;
  }
}

/**
 * Makes a volume of this machine's Node.js and the relay, about 130 MB: for containers of which the engine's kernel knows
 * nothing, so that no other container can be put beside them (gVisor has a network and processes of its own).
 * @param image id of any image that the engine has
 * @throws ClosureError where this machine's programs do not run elsewhere; EngineError
 */
async function makeInjectedRelay(run: Run, image: string, signal: AbortSignal): Promise<InjectedRelay> {
  const closure = programClosure([process.execPath], INJECTED);
  const [node] = [...closure.commands.values()] as [readonly string[]];
  const { name, content } = insideProgramFile('relay');
  const entries = entriesBelow(INJECTED, closure.entries);
  const tar = writeTar([...entries, { path: name, type: 'file', mode: 0o644, content }]);
  const volume = await filledVolume(run, { image, what: 'inside', tar }, signal);
  return { volume, command: [...node, `${INJECTED}/${name}`] };
}

/**
 * Starts a relay in a container. What runs there sees it, counts it, and may end it if both are root.
 * @throws EngineError `refused` where it does not run any more; RelayError where it does not come up
 */
export async function startInjectedRelay(
  { engine }: InsideRun,
  container: string,
  command: readonly string[],
  options: RelayOptions,
): Promise<Relay> {
  const session = await startExec(
    engine,
    container,
    {
      command,
      user: '0',
      workingDirectory: '/',
      // What the image sets for its own programs is not for ours.
      environment: emptied,
      input: true,
    },
    options.signal,
  );
  const stream = session.stream();
  try {
    return await openRelay(stream, { ...options, words: () => stream.stderr.toString().slice(-1000) });
  } catch (error) {
    session.close();
    throw error;
  }
}
