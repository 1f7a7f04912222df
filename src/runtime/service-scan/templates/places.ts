import { hasFunction } from '../expression/functions.ts';
import { needsOf, parseExpression } from '../expression/parse.ts';
import { ExpressionError } from '../expression/value.ts';
import { unsupported } from './node-reader.ts';
import type { Template } from './template.ts';

/**
 * Looks at all places `{{...}}` of a template for what cannot be filled: a server outside, unknown functions.
 * @throws TemplateError
 */
export function checkPlaces(template: Template, at: { readonly line: number }): void {
  for (const text of textsOf(template)) {
    if (text.includes('interactsh')) throw unsupported(at, 'it waits for a call to a server outside');
    for (const place of text.match(/\{\{[^{}]{1,2000}\}\}/g) ?? []) {
      const missing = missingIn(place.slice(2, -2));
      if (missing !== undefined) throw unsupported(at, `the function ${missing}`);
    }
  }
}

function missingIn(place: string): string | undefined {
  try {
    return [...needsOf(parseExpression(place)).calls].find((call) => !hasFunction(call));
  } catch (error) {
    // Not everything in braces is a place: attacks on template engines have braces, too.
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

function* textsOf({ variables, blocks }: Template): Iterable<string> {
  for (const [, text] of variables) yield text;
  for (const block of blocks) {
    if (block.protocol === 'ssl') continue;
    for (const values of block.payloads.values()) yield* values.slice(0, 1000);
    if (block.protocol === 'tcp') {
      for (const { data } of block.inputs) yield data;
      continue;
    }
    for (const { target, body, headers } of block.requests) {
      yield target;
      if (body !== undefined) yield body;
      for (const pair of headers) yield* pair;
    }
  }
}
