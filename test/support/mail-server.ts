import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A mail as it came. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers by their lower-case names, folded lines joined. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Takes mails on this machine, in the clear (RFC 5321, as far as one sender needs it). */
export interface MailServer {
  readonly url: string;
  readonly mails: readonly TakenMail[];
  close(): Promise<void>;
}

const answers: ReadonlyMap<string, string> = new Map([
  ['EHLO', '250 test'],
  ['DATA', '354 go on'],
  ['QUIT', '221 bye'],
  ['STARTTLS', '502 there is none'],
]);

/** @param answer to a whole mail, or to a recipient; undefined: it is taken */
export async function startMailServer(
  answer: (what: 'mail' | 'recipient', count: number, text: string) => string | undefined = () => undefined,
): Promise<MailServer> {
  const mails: TakenMail[] = [];
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let pending = '';
    let data = false;
    let from = '';
    let to: string[] = [];
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const command = (line: string): string => {
      const [, word = '', rest = ''] = /^(\w+) ?(.*)$/.exec(line) ?? [];
      const address = /<([^>]*)>/.exec(rest)?.[1] ?? '';
      if (word === 'DATA') data = true;
      if (word === 'MAIL') {
        from = address;
        to = [];
      }
      if (word !== 'RCPT') return answers.get(word) ?? '250 ok';
      const refused = answer('recipient', count, address);
      if (refused === undefined) to.push(address);
      return refused ?? '250 ok';
    };
    const mail = (text: string): void => {
      const refused = answer('mail', ++count, text);
      if (refused === undefined) mails.push(parse(from, to, text));
      say(refused ?? '250 taken');
    };
    socket.on('data', (chunk: Buffer) => {
      pending += chunk.toString('utf8');
      for (;;) {
        const end = data ? pending.indexOf('\r\n.\r\n') : pending.indexOf('\r\n');
        if (end < 0) return;
        const text = pending.slice(0, end);
        pending = pending.slice(end + (data ? 5 : 2));
        if (data) {
          data = false;
          mail(text);
        } else say(command(text));
      }
    });
    say('220 test');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function parse(from: string, to: readonly string[], text: string): TakenMail {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const headers = head
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)] as const);
  return { from, to, headers: new Map(headers), body: rest.join('\r\n\r\n').replaceAll('\r\n', '\n') };
}
