import { ExpressionError } from '../expression/value.ts';
import { DialError, type Service } from '../service.ts';
import { AnswerCache, runHttp, type Sighting } from './run-http.ts';
import { runSsl } from './run-ssl.ts';
import { runTcp } from './run-tcp.ts';
import type { Block, Template } from './template.ts';
import { startingValues, Values } from './values.ts';

/** What templates share that are put to one port. */
export interface PortState {
  readonly cache: AnswerCache;
  /** Names and passwords that may still be tried. */
  triesLeft: number;
}

export function newPortState(passwords: number): PortState {
  return { cache: new AnswerCache(), triesLeft: passwords };
}

/** Whether a template has something to ask of a service. */
export function concerns(template: Template, service: Service): boolean {
  const services = template.drydock?.services ?? [];
  if (services.length > 0 && !services.includes(service.name)) return false;
  if (template.drydock?.plain === true && service.encrypted) return false;
  if ((template.drydock?.transport ?? 'tcp') !== service.door.port.protocol) return false;
  return template.blocks.some((block) => blockConcerns(block, template, service));
}

function blockConcerns(block: Block, template: Template, { name, encrypted, door }: Service): boolean {
  if (block.protocol === 'http') return name === 'http';
  if (block.protocol === 'ssl') return encrypted;
  if ((template.drydock?.services.length ?? 0) > 0) return true;
  // Those of others say which ports they mean; at these they are asked whatever speaks there, but for web servers.
  return name !== 'http' && (block.ports.length === 0 || block.ports.includes(door.port.port));
}

/** Sightings of one template: nobody reads more. */
const MOST_SIGHTINGS = 5;

/**
 * Puts a template to a service.
 * @returns what it saw: sightings that did not match tell a problem
 * @throws SpentError or the reason of the signal
 */
export async function* runTemplate(template: Template, service: Service, state: PortState): AsyncGenerator<Sighting> {
  const values = startingValues(template, service);
  const nested = (outer: Values): Values => new Values(outer);
  const tried = (): boolean => template.drydock?.tries !== true || state.triesLeft-- > 0;
  let count = 0;
  for (const block of template.blocks) {
    if (!blockConcerns(block, template, service)) continue;
    try {
      for await (const sighting of sightingsOf(block)) {
        yield sighting;
        if (++count >= MOST_SIGHTINGS) return;
      }
    } catch (error) {
      // A server that does not answer a question is no reason to leave out the others.
      if (!(error instanceof ExpressionError || error instanceof DialError)) throw error;
    }
  }

  function sightingsOf(block: Block): AsyncGenerator<Sighting> {
    if (block.protocol === 'http') return runHttp(block, service, values, state.cache, nested, tried);
    if (block.protocol === 'tcp') return runTcp(block, service, values, nested, tried);
    return runSsl(block, service, values, nested);
  }
}
