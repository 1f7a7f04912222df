import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openPostgresConnection } from './postgres-connection.ts';

/** A message of the protocol (PostgreSQL documentation, 55.7): its letter, its length, its content. */
function message(letter: string, ...content: (string | Buffer)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from(letter), int32(bytes.length + 4), bytes]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  return int32(value).subarray(2);
}

const INT4 = 23;
const TEXT = 25;

/** One row, as texts. */
function rowOf(columns: readonly (readonly [name: string, type: number, value: string])[]): Buffer {
  const described = columns.map(([name, type]) =>
    Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]),
  );
  const values = columns.map(([, , value]) => Buffer.concat([int32(value.length), Buffer.from(value)]));
  return Buffer.concat([
    message('T', int16(columns.length), ...described),
    message('D', int16(columns.length), ...values),
    message('C', 'SELECT 1\0'),
  ]);
}

const ready = message('Z', 'I');

/** A server that says which version it is, and refuses every other question as one that cannot answer it would. */
class OldServer {
  readonly asked: string[] = [];
  readonly #server: Server;

  constructor(version: number) {
    this.#server = createServer((socket) => this.#serve(socket, version));
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `postgres://user@127.0.0.1:${(this.#server.address() as AddressInfo).port}/old?sslmode=disable`;
  }

  close(): void {
    this.#server.close();
  }

  #serve(socket: Socket, version: number): void {
    let started = false;
    socket.on('error', () => {});
    // The client asks one thing at a time, and each of its questions is one small packet.
    socket.on('data', (bytes) => {
      if (!started) {
        started = true;
        socket.write(Buffer.concat([message('R', int32(0)), ready]));
      } else if (bytes[0] === 'X'.charCodeAt(0)) socket.end();
      else {
        const sql = bytes.subarray(5, -1).toString();
        this.asked.push(sql);
        const columns = [
          ['version', INT4, String(version)],
          ['encoding', TEXT, 'UTF8'],
        ] as const;
        const error = message('E', 'SERROR\0', 'C42601\0', 'Msyntax error\0', '\0');
        socket.write(Buffer.concat([sql.includes('server_version_num') ? rowOf(columns) : error, ready]));
      }
    });
  }
}

describe('a PostgreSQL server', () => {
  let server: OldServer | undefined;
  afterEach(() => server?.close());
  const start = async (version: number): Promise<string> => {
    server = new OldServer(version);
    return await server.start();
  };

  it.each([
    [129_999, '12'],
    [120_019, '12'],
    [90_624, '9'],
  ])('of version %i is refused in words before anything is made', async (version, shown) => {
    await expect(openPostgresConnection(await start(version))).rejects.toMatchObject({
      code: 'store.unusable',
      message: expect.stringMatching(
        `^The database "old" on 127\\.0\\.0\\.1, port \\d+ is of PostgreSQL ${shown}\\. Version 13 or newer is needed\\.$`,
      ),
    });
    expect(server?.asked).toEqual([expect.stringContaining('server_version_num')]);
  });

  it('of version 13 is asked on', async () => {
    await expect(openPostgresConnection(await start(130_000))).rejects.toThrow('syntax error');
    expect(server?.asked.length).toBeGreaterThan(1);
  });

  it('that is too old ends the service at once', async () => {
    const url = await start(120_019);
    const addresses = ['--listen', '127.0.0.1:0', '--health-listen', '127.0.0.1:0'];
    const folder = temporaryFolder();
    const { status, stderr } = await runDrydock(['serve', '--store', url, '--state-dir', folder, ...addresses], {
      folder,
    });
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^drydock: The database "old" on .* is of PostgreSQL 12\. Version 13 or newer is needed\.\n$/,
      ),
    ]);
  });
});
