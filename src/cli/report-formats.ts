import { UsageError } from '../errors.ts';
import { type Format, type RenderOptions, type ReportTemplate, reportVariables } from '../report/format.ts';
import type { Invocation } from './command.ts';

/** What reports are written with. */
export interface PreparedFormats {
  /** Those that the settings name. */
  readonly formats: readonly Format[];
  readonly options: Pick<RenderOptions, 'variables' | 'template' | 'several'>;
}

/**
 * Loads the formats that the settings name, before there is anything to write in them.
 * @throws UsageError if one of them lacks something
 */
export async function prepareFormats({ words, configuration, io }: Invocation): Promise<PreparedFormats> {
  const { loadFormats } = await import('../report/index.ts');
  const { format, output } = configuration.settings;
  const ids = new Set([...output.map((one) => one.format), ...(output.some(({ instead }) => instead) ? [] : [format])]);
  const formats = await loadFormats([...ids]);
  const variables = Object.fromEntries(
    reportVariables.flatMap((name) => {
      const value = io.environment[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const file = configuration.settings.template;
  const template = ids.has('template') && file !== undefined ? await readTemplate(file) : undefined;
  const options = { variables, ...(template !== undefined && { template }) };
  for (const one of formats) {
    const missing = one.missing?.(options);
    if (missing !== undefined) throw new UsageError('usage.option', `${one.id}: ${missing}`);
    if (one.single === true && words.length > 1) throw new UsageError('usage.option', ofOneImage(one.id));
  }
  return { formats, options };
}

/** Bytes; whoever renders it has a limit of its own. */
const MAXIMUM = 4 * 1024 * 1024;

async function readTemplate(file: string): Promise<ReportTemplate> {
  const { open } = await import('node:fs/promises');
  try {
    const handle = await open(file, 'r');
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new Error('it is no file');
      if (stat.size > MAXIMUM) throw new Error('it has more than 4 MiB');
      return { name: file, text: await handle.readFile('utf8') };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const why = (error as Error).message;
    throw new UsageError('usage.option', `--template: ${file} cannot be read: ${why}.`, { cause: error });
  }
}

/** Why there is no such document of several images. */
export function ofOneImage(id: string): string {
  return `a document of ${id} is of one image: write it for each by itself`;
}
