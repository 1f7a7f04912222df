import { z } from 'zod';
import { mapViews } from './map-schema.ts';

const list = (what: string) =>
  z.string().max(4000).optional().describe(`${what}, separated by commas; one of them is enough.`);

export const filterShape = {
  label: list('Labels of containers, `name` or `name=value`'),
  state: list('States of containers'),
  network: list('Names of networks'),
  host: list('Names or ids of hosts'),
  system: z
    .enum(['show', 'hide', 'only'])
    .default('show')
    .describe('Containers that are a part of the system: of Docker, Kubernetes, or this program.'),
  unconnected: z.enum(['show', 'hide']).default('show').describe('Containers and processes without any connection.'),
};

/** A moment of the history, in RFC 3339; absent: now. */
export const at = z.iso
  .datetime({ offset: true })
  .optional()
  .describe('A moment of the stored history, in RFC 3339; absent: now.');

export const viewShape = {
  view: z.enum(mapViews).default('containers'),
  expand: z
    .string()
    .max(50_000)
    .optional()
    .describe(
      'Ids of nodes that show what is in them, separated by commas: containers their processes, groups their containers.',
    ),
  ...filterShape,
};

export const ViewQuery = z.object(viewShape);
export type ViewQuery = z.infer<typeof ViewQuery>;

/** What one text says of every query that asks for the same. */
export function keyOf({ expand, ...query }: ViewQuery): string {
  const words = (given: string | undefined): readonly string[] => [...new Set(wordsOf(given))].sort();
  const { label, state, network, host, view, system, unconnected } = query;
  return JSON.stringify([
    view,
    words(expand),
    words(label),
    words(state),
    words(network),
    words(host),
    system,
    unconnected,
  ]);
}

export function wordsOf(given: string | undefined): readonly string[] {
  return (given ?? '').split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
}
