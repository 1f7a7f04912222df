import type { Engine } from '../../net/container-engine/engine.ts';
import { containerLogs } from '../../net/container-engine/logs.ts';

/**
 * Waits until a container has written a text, wherever in a line.
 * @throws EngineError when its log cannot be followed; Error when it ended without it
 */
export async function waitForText(
  engine: Engine,
  id: string,
  text: string,
  { tty, signal }: { readonly tty: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const wanted = Buffer.from(text);
  const before = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  for await (const { channel, bytes } of containerLogs(engine, id, { tty, follow: true, signal })) {
    const seen = Buffer.concat([before[channel], bytes]);
    if (seen.includes(wanted)) return;
    before[channel] = seen.subarray(Math.max(0, seen.length - wanted.length + 1));
  }
  throw new Error('it ended without having written that');
}
