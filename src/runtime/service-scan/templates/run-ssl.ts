import type { Value } from '../expression/value.ts';
import { DialError, type Service, secure } from '../service.ts';
import { describeTls } from '../tls/describe-tls.ts';
import { judge } from './judge.ts';
import type { Sighting } from './run-http.ts';
import type { SslBlock } from './template.ts';
import type { Values } from './values.ts';

const versions: Readonly<Record<string, 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'>> = {
  tls10: 'TLSv1',
  tls11: 'TLSv1.1',
  tls12: 'TLSv1.2',
  tls13: 'TLSv1.3',
};

/**
 * Makes one handshake as a block wants it, and judges what was agreed on and served.
 * @throws SpentError or the reason of the signal
 */
export async function* runSsl(
  block: SslBlock,
  service: Service,
  values: Values,
  nested: (outer: Values) => Values,
): AsyncGenerator<Sighting> {
  const minVersion = block.minVersion === undefined ? undefined : versions[block.minVersion];
  const maxVersion = block.maxVersion === undefined ? undefined : versions[block.maxVersion];
  // What is older than TLS 1.0 is not spoken here.
  if ((block.minVersion !== undefined && !minVersion) || (block.maxVersion !== undefined && !maxVersion)) return;
  let answers: Map<string, Value>;
  try {
    const socket = await secure(await service.door.connect(), service.door.budget, {
      ...(minVersion && { minVersion }),
      ...(maxVersion && { maxVersion }),
    });
    answers = new Map(Object.entries(describeTls(socket)));
    socket.on('error', () => undefined);
    socket.destroy();
  } catch (error) {
    if (error instanceof DialError) return;
    throw error;
  }
  const answer = JSON.stringify(Object.fromEntries(answers));
  const round = nested(values);
  round.setAll(answers);
  round.set('response', answer);
  round.set('data', answer);
  const verdict = judge(block, round.get);
  if (verdict.matched || verdict.problem !== undefined) yield { ...verdict, asked: 'a handshake', answer };
}
