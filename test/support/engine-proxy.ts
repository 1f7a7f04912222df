import { request as ask } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { temporaryFolder } from './temporary.ts';

/** What a proxy does with requests; each is named as `POST /containers/create?name=x`, without the version of the API. */
export interface ProxyRules {
  /** Told of each request before the engine gets it, which waits for what is returned. */
  onRequest?(request: string): void | Promise<void>;
  /** Changes what is asked for, as JSON. */
  asked?(request: string, body: Record<string, unknown>): void;
  /** Changes what is answered, as JSON. */
  answered?(request: string, body: Record<string, unknown>): void;
  /** Requests that `asked` and `answered` are about. */
  readonly changes?: RegExp;
}

/** A socket before that of a real engine. */
export interface EngineProxy {
  readonly socket: string;
  close(): Promise<void>;
}

/** Starts a proxy before the engine at a socket. Clients make one request a connection, as Drydock does. */
export async function startEngineProxy(engine: string, rules: ProxyRules): Promise<EngineProxy> {
  const socket = path.join(temporaryFolder(), 'proxy.sock');
  const open = new Set<Socket>();
  const keep = (one: Socket): Socket => {
    open.add(one.on('error', () => one.destroy()).on('close', () => open.delete(one)));
    return one;
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client);
    let head = Buffer.alloc(0);
    const take = (piece: Buffer): void => {
      head = Buffer.concat([head, piece]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      client.pause().off('data', take);
      void serve(client, head, end).catch(() => client.destroy());
    };
    client.on('data', take);
  });

  async function serve(client: Socket, head: Buffer, end: number): Promise<void> {
    const [method = '', target = ''] = head.toString('latin1').split(' ', 2);
    const request = `${method} ${decodeURIComponent(target).replace(/^\/v\d+\.\d+/, '')}`;
    await rules.onRequest?.(request);
    if (rules.changes?.test(request) === true) return await change(client, head, end, request, method, target);
    const upstream = keep(connect({ path: engine, allowHalfOpen: true }));
    upstream.write(head);
    client.pipe(upstream);
    upstream.pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }

  async function change(
    client: Socket,
    head: Buffer,
    end: number,
    request: string,
    method: string,
    target: string,
  ): Promise<void> {
    const length = Number(/content-length: *(\d+)/i.exec(head.subarray(0, end).toString('latin1'))?.[1] ?? 0);
    let body = head.subarray(end + 4);
    client.resume();
    while (body.length < length) {
      const piece = await new Promise<Buffer>((resolve) => client.once('data', resolve));
      body = Buffer.concat([body, piece]);
    }
    const sent = changed(body, (json) => rules.asked?.(request, json));
    const [status, answer] = await new Promise<[number, Buffer]>((resolve, reject) => {
      const headers = { host: 'engine', 'content-type': 'application/json', 'content-length': sent.length };
      const asking = ask({ socketPath: engine, method, path: target, headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
        response.on('end', () => resolve([response.statusCode ?? 500, Buffer.concat(pieces)]));
      });
      asking.on('error', reject).end(sent);
    });
    const told = changed(answer, (json) => rules.answered?.(request, json));
    client.end(
      Buffer.concat([
        Buffer.from(
          `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: ${told.length}\r\nconnection: close\r\n\r\n`,
        ),
        told,
      ]),
    );
  }

  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    close: async () => {
      for (const one of open) one.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function changed(body: Buffer, change: (json: Record<string, unknown>) => void): Buffer {
  if (body.length === 0) return body;
  const json = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  change(json);
  return Buffer.from(JSON.stringify(json));
}
