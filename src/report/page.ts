import { styleText } from 'node:util';
import type { Severity } from '../model/severity.ts';
import { cutTo, padTo, wrapTo, wrapWithEnd } from './display-width.ts';
import { escapeLine } from './escape.ts';

/** What a piece of text means; the colour only repeats it. */
export type Tone = 'heading' | 'warning' | 'quiet' | Severity;

const styles: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  heading: 'bold',
  warning: ['bold', 'yellow'],
  quiet: 'gray',
  critical: ['bold', 'magenta'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  negligible: 'gray',
  unknown: 'gray',
};

/** Narrower than this nothing could be told. */
const MINIMUM_WIDTH = 40;

/** The sheet that a text report is written on. Everything that comes from outside goes through one of its methods. */
export class Page {
  readonly width: number;
  /** What the program is called here. */
  readonly program: string;
  readonly #colour: boolean;

  constructor(options: { readonly width: number; readonly colour: boolean; readonly program?: string }) {
    this.width = Math.max(MINIMUM_WIDTH, options.width);
    this.program = options.program ?? 'drydock';
    this.#colour = options.colour;
  }

  /** Colours text that is already safe, where colours are wanted. */
  paint(tone: Tone, text: string): string {
    return this.#colour && text !== '' ? styleText(styles[tone], text, { validateStream: false }) : text;
  }

  /** Text on one line, cut to a width. */
  fit(text: string, width: number): string {
    return cutTo(escapeLine(text), width);
  }

  /** The same, filled up with blanks. */
  cell(text: string, width: number): string {
    return padTo(this.fit(text, width), width);
  }

  /** Text on a few lines of a width, of which `end` stays in sight. */
  column(text: string, end: string, width: number, lines: number): readonly string[] {
    return wrapWithEnd(escapeLine(text), escapeLine(end), width, lines);
  }

  /** Text wrapped to the page; `first` stands before the first line, as many blanks before the others. */
  paragraph(first: string, text: string, options: { readonly lines?: number; readonly tone?: Tone } = {}): string[] {
    const { lines = Number.POSITIVE_INFINITY, tone } = options;
    const wrapped = wrapTo(escapeLine(text), this.width - first.length, lines);
    return wrapped.map((line, index) => {
      const start = index === 0 ? first : ' '.repeat(first.length);
      return start + (tone === undefined ? line : this.paint(tone, line));
    });
  }
}
