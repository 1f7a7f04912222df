import type { Command, Invocation } from '../command.ts';
import { readingOptionNames } from '../reading-options.ts';

/** Each is loaded by those who ask for it. */
const learn = async (invocation: Invocation): Promise<number> =>
  await (await import('../base/change.ts')).learnBase(invocation);
const forget = async (invocation: Invocation): Promise<number> =>
  await (await import('../base/change.ts')).forgetBases(invocation);
const list = async (invocation: Invocation): Promise<number> =>
  await (await import('../base/list.ts')).listBases(invocation);

export const command: Command = {
  name: 'base',
  summary: 'Base images: learn, list, forget. By them findings tell whether they come from the base.',
  description:
    'An image is built from another if it begins with all its layers. Scans remember the images that they meet (--no-learn: not this one); what is learned here has a name of your own, and outweighs those.',
  arguments: [],
  options: [],
  commands: [
    {
      name: 'learn',
      summary: 'Learn images that others are built from. Only their description is read, no layer.',
      arguments: [{ name: 'image', description: 'what to learn, as for scan', offers: 'files' }],
      options: ['name', 'format', ...readingOptionNames.filter((name) => !name.startsWith('layer-cache'))],
      formats: ['table', 'json'],
      examples: ['drydock base learn debian:12', 'drydock base learn golden.tar --name golden:2026-08'],
      run: learn,
    },
    {
      name: 'list',
      summary: 'Show the base images that are known.',
      arguments: [],
      options: ['format', 'cache-dir'],
      formats: ['table', 'json'],
      run: list,
    },
    {
      name: 'forget',
      summary: 'Forget base images by their names.',
      arguments: [{ name: 'name', description: 'as list shows it', several: true }],
      options: ['cache-dir'],
      run: forget,
    },
  ],
};
