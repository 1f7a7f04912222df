import { anything } from '../exchange.ts';
import { DialError, type PortDoor, SpentError } from '../service.ts';
import { type DatagramQuestion, datagramQuestions } from './datagrams.ts';
import type { Identified } from './identify-port.ts';

/** Milliseconds until an answer: what a port or a program suggests is waited for longer. They are in the same machine. */
const EXPECTED = 1500;
const OTHERWISE = 400;

/**
 * Finds out what a port speaks over UDP: it is asked what its number or program suggests, then one protocol after the other.
 * Silence says nothing: many answer nobody whom they do not know.
 * @throws the reason of the signal
 */
export async function identifyDatagrams(door: PortDoor): Promise<Identified> {
  const { port, process } = door.port;
  const isExpected = ({ name, ports }: DatagramQuestion): boolean =>
    ports.includes(port) || process?.toLowerCase().includes(name) === true;
  try {
    for (const expected of [true, false]) {
      for (const question of datagramQuestions.filter((one) => isExpected(one) === expected)) {
        const found = await ask(door, question, expected ? EXPECTED : OTHERWISE);
        if (found !== undefined) return found;
      }
    }
  } catch (error) {
    if (error instanceof SpentError || error instanceof DialError) return { why: error.message };
    throw error;
  }
  return { why: `it answered none of ${datagramQuestions.length} protocols over UDP` };
}

async function ask(door: PortDoor, question: DatagramQuestion, milliseconds: number): Promise<Identified | undefined> {
  const exchange = await door.open();
  try {
    exchange.send(question.send);
    const { bytes } = await exchange.read(anything, Math.min(milliseconds, door.budget.idleMs));
    const known = bytes.length === 0 ? undefined : question.recognise(bytes);
    return known && { service: { door, encrypted: false, greeting: Buffer.alloc(0), name: question.name, ...known } };
  } finally {
    exchange.close();
  }
}
