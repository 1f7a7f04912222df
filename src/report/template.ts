import { Context, Liquid, type Template as Part, toValueSync } from 'liquidjs';
import { UsageError } from '../errors.ts';
import { jsonLine } from '../formats/json-text.ts';
import { escapeText } from './escape.ts';
import type { Format, ReportTemplate } from './format.ts';
import { isMarkup } from './template-escaping.ts';

/** What a filter is called with. */
interface FilterImpl {
  readonly context: Context;
}

/** A template is text of a user's, but its copy may come from anywhere, and what it shows comes from images. */
const limits = {
  /** Characters of the template. */
  parse: 1024 * 1024,
  /** Milliseconds for all of it. */
  time: 20_000,
  /** What filters and ranges make, in characters and items. */
  made: 100_000_000,
  /** Characters of the result. */
  output: 64 * 1024 * 1024,
} as const;

/** Tags that read other files, and filters that evaluate expressions within one step, where no clock is looked at. */
const leftOut = {
  tags: ['include', 'render', 'layout', 'block'],
  filters: ['where_exp', 'reject_exp', 'group_by_exp', 'has_exp', 'find_exp', 'find_index_exp'],
} as const;

const markup: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A form that the user writes, in the language of Liquid (https://shopify.github.io/liquid/): no code is run, no file is
 * read, and it ends. It knows `reports`, and `report`, which is the first; members are those of the JSON format.
 */
export const template: Format = {
  id: 'template',
  title: 'What the template of --template makes of it',
  missing: ({ template: text }) => {
    if (text === undefined) return '--template FILE has to name a template.';
    try {
      parse(text);
      return undefined;
    } catch (error) {
      return `${text.name}: ${wordsOf(error)}`;
    }
  },
  render(reports, { template: text }) {
    if (text === undefined) throw new UsageError('usage.option', 'template: --template FILE has to name a template.');
    try {
      const { engine, parts } = parse(text);
      const context = new Context({ report: reports[0], reports }, engine.options, { sync: true });
      const emitter = new BoundedEmitter();
      toValueSync(engine.renderer.renderTemplates(parts, context, emitter));
      return emitter.buffer.endsWith('\n') ? emitter.buffer : `${emitter.buffer}\n`;
    } catch (error) {
      throw new UsageError('usage.option', `--template: ${text.name}: ${wordsOf(error)}`, { cause: error });
    }
  },
};

function parse({ name, text }: ReportTemplate): { readonly engine: Liquid; readonly parts: Part[] } {
  const marked = isMarkup(name);
  const plain = function (this: FilterImpl, value: unknown): string {
    if (value === null || value === undefined) return '';
    const shown = typeof value === 'object' ? jsonLine(value) : String(value);
    this.context.memoryLimit.use(shown.length);
    return escapeText(shown);
  };
  function outputEscape(this: FilterImpl, value: unknown): string {
    const shown = plain.call(this, value);
    return marked ? shown.replace(/[&<>"']/g, (sign) => markup[sign]!) : shown;
  }
  const engine = new Liquid({
    // A filter that is not there is a mistake; most members of a report may be absent.
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {},
    parseLimit: limits.parse,
    renderLimit: limits.time,
    memoryLimit: limits.made,
    // The same on every machine.
    timezoneOffset: 0,
    locale: 'en-US',
    // It is called as a filter is.
    outputEscape: outputEscape as (value: unknown) => string,
  });
  for (const tag of leftOut.tags) delete engine.tags[tag];
  for (const filter of leftOut.filters) delete engine.filters[filter];
  engine.registerFilter('json', (value: unknown) => (value === undefined ? 'null' : jsonLine(value as object)));
  engine.registerFilter('raw', { raw: true, handler: plain });
  return { engine, parts: engine.parse(text) };
}

/** Sums up what is written, since templates can double a text with every turn of a loop. */
class BoundedEmitter {
  buffer = '';

  write(part: unknown): void {
    const text = String(part ?? '');
    if (this.buffer.length + text.length > limits.output) throw new Error('output limit exceeded');
    this.buffer += text;
  }
}

/** The first line alone: others show the template. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0]!.slice(0, 300);
}
