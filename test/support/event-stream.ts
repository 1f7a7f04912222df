import { request } from 'node:http';

/** One event of a stream. */
export interface StreamEvent {
  readonly event: string;
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of all forms
  readonly data: any;
}

/** Reads server-sent events until the stream ends, or until `isEnough` says so: then the client goes. */
export async function readEvents(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  isEnough: (events: readonly StreamEvent[]) => boolean = () => false,
): Promise<readonly StreamEvent[]> {
  return await new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`));
      const events: StreamEvent[] = [];
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const fields = new Map(
            text
              .slice(0, end)
              .split('\n')
              .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
          );
          text = text.slice(end + 2);
          const data = fields.get('data');
          if (data === undefined) continue;
          events.push({ event: fields.get('event') ?? '', id: fields.get('id') ?? '', data: JSON.parse(data) });
        }
        if (!isEnough(events)) return;
        asked.destroy();
        resolve(events);
      });
      response.on('end', () => resolve(events));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}
