import type { Duplex } from 'node:stream';
import { readJson } from './answers.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { booleanField, integerField, textField } from './json-fields.ts';
import { encodeId, jsonBody } from './requests.ts';
import { connectionBytes, demultiplex, type OutputPiece, ProgramStream } from './streams.ts';

/** A program to start in a running container. */
export interface ExecSettings {
  readonly command: readonly string[];
  readonly user?: string;
  readonly environment?: readonly string[];
  readonly workingDirectory?: string;
  readonly tty?: boolean;
  /** Its standard input stays open; else it is at its end at once. */
  readonly input?: boolean;
}

/** A program that was started in a container. One of `output` and `stream` is used, and once. */
export interface ExecSession {
  readonly id: string;
  /** The raw connection: written bytes are standard input. */
  readonly connection: Duplex;
  /** @throws EngineError `broken` when the engine stops in the middle */
  output(): AsyncIterable<OutputPiece>;
  /** Standard input and output as one stream, for programs without a terminal. */
  stream(): ProgramStream;
  /** How it ended; undefined while it runs. */
  exitCode(): Promise<number | undefined>;
  close(): void;
}

/**
 * Starts a program in a running container.
 * @throws EngineError `absent` when there is no such container; `refused` when it does not run or has no such program
 */
export async function startExec(
  engine: Engine,
  container: string,
  settings: ExecSettings,
  signal?: AbortSignal,
): Promise<ExecSession> {
  const { command, user, environment, workingDirectory, tty = false, input = false } = settings;
  const created = await engine.request({
    method: 'POST',
    path: `/containers/${encodeId(engine, container)}/exec`,
    ...jsonBody({
      Cmd: command,
      ...(user !== undefined && { User: user }),
      ...(environment && { Env: environment }),
      ...(workingDirectory !== undefined && { WorkingDir: workingDirectory }),
      Tty: tty,
      AttachStdin: input,
      AttachStdout: true,
      AttachStderr: true,
    }),
    ...(signal && { signal }),
  });
  const id = textField(await readJson(created, engine.name), 'Id');
  if (id === undefined) throw new EngineError('broken', `${engine.name} made an exec without saying which`);
  const connection = await engine.takeOver({
    method: 'POST',
    path: `/exec/${encodeId(engine, id)}/start`,
    ...jsonBody({ Detach: false, Tty: tty }),
    ...(signal && { signal }),
  });
  return {
    id,
    connection,
    output: () => demultiplex(connectionBytes(connection, engine.name, signal), tty, engine.name),
    stream: () => new ProgramStream(connection, engine.name),
    exitCode: () => execExitCode(engine, id),
    close: () => void connection.destroy(),
  };
}

async function execExitCode(engine: Engine, id: string): Promise<number | undefined> {
  const value = await readJson(await engine.request({ path: `/exec/${encodeId(engine, id)}/json` }), engine.name);
  return booleanField(value, 'Running') === true ? undefined : integerField(value, 'ExitCode');
}

/** How a program in a container ended and what it wrote. */
export interface ExecResult {
  /** Undefined where it was still running when the answer had all bytes that it may have. */
  readonly exitCode?: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** It wrote more than was read. */
  readonly cut: boolean;
}

/** Between the end of the output and the engine's knowing how the program ended. */
const EXIT_TRIES = 20;
const EXIT_WAIT_MS = 25;

/**
 * Runs a program in a container to its end.
 * @param options.bytes of both outputs together; what follows is not read
 * @throws EngineError as {@link startExec}; the reason of the signal
 */
export async function runExec(
  engine: Engine,
  container: string,
  settings: ExecSettings,
  { bytes = 16 * 1024 * 1024, signal }: { readonly bytes?: number; readonly signal?: AbortSignal } = {},
): Promise<ExecResult> {
  const session = await startExec(engine, container, settings, signal);
  const pieces: Record<OutputPiece['channel'], Buffer[]> = { stdout: [], stderr: [] };
  let left = bytes;
  let cut = false;
  try {
    for await (const piece of session.output()) {
      pieces[piece.channel].push(piece.bytes.subarray(0, left));
      left -= piece.bytes.length;
      if (left < 0) {
        cut = true;
        break;
      }
    }
  } finally {
    session.close();
  }
  let exitCode = await session.exitCode();
  for (let tries = 1; exitCode === undefined && !cut && tries < EXIT_TRIES; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, EXIT_WAIT_MS));
    exitCode = await session.exitCode();
  }
  return {
    ...(exitCode !== undefined && { exitCode }),
    stdout: Buffer.concat(pieces.stdout),
    stderr: Buffer.concat(pieces.stderr),
    cut,
  };
}
