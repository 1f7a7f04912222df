import { hasFunction } from '../expression/functions.ts';
import { goPattern } from '../expression/go-pattern.ts';
import { type Expression, needsOf, parseExpression } from '../expression/parse.ts';
import { ExpressionError } from '../expression/value.ts';
import { readJsonPath } from './json-path.ts';
import { broken, NodeReader, unsupported } from './node-reader.ts';
import type { Extractor, Judgement, Matcher } from './template.ts';

/**
 * Reads the matchers and extractors of a block.
 * @throws TemplateError
 */
export function readJudgement(block: NodeReader, usualPart: string): Judgement {
  const matchers = block.items('matchers').map((item) => readMatcher(new NodeReader(item, 'a matcher'), usualPart));
  const hasWitness = matchers.some(({ internal }) => !internal);
  const extractors: Extractor[] = [];
  for (const item of block.items('extractors')) {
    const reader = new NodeReader(item, 'an extractor');
    // What only shows more of what was found anyway may be missing.
    if (reader.text('type') === 'xpath' && hasWitness && !reader.flag('internal')) continue;
    extractors.push(readExtractor(reader, usualPart));
  }
  const condition = block.text('matchers-condition')?.toLowerCase() ?? 'or';
  if (condition !== 'and' && condition !== 'or') throw broken(block, `${condition} is no condition`);
  return { matchers, all: condition === 'and', extractors };
}

function readMatcher(reader: NodeReader, usualPart: string): Matcher {
  const condition = reader.text('condition')?.toLowerCase() ?? 'or';
  const part = reader.text('part') ?? usualPart;
  if (part.includes('interactsh')) throw unsupported(reader, 'it waits for a call to a server outside');
  const name = reader.text('name');
  const common = {
    part,
    ...(name !== undefined && { name }),
    internal: reader.flag('internal'),
    negative: reader.flag('negative'),
    all: condition === 'and',
  };
  const type = reader.text('type');
  switch (type) {
    case 'word': {
      const caseless = reader.flag('case-insensitive');
      const words = reader
        .texts('words')
        .map((word) => (reader.text('encoding') === 'hex' ? fromHex(reader, word) : word));
      return { ...common, type, words: words.map((word) => (caseless ? word.toLowerCase() : word)), caseless };
    }
    case 'regex':
      return { ...common, type, patterns: patternsOf(reader) };
    case 'binary':
      return { ...common, type, words: reader.texts('binary').map((word) => fromHex(reader, word)) };
    case 'status':
    case 'size': {
      const numbers = reader.texts(type).map(Number);
      if (numbers.some(Number.isNaN)) throw broken(reader, `${type} is no number`);
      return { ...common, type, numbers };
    }
    case 'dsl': {
      const texts = reader.texts('dsl');
      return { ...common, type, texts, expressions: texts.map((text) => readExpression(reader, text)) };
    }
    default:
      throw unsupported(reader, `a matcher of the type ${type ?? 'none'}`);
  }
}

function readExtractor(reader: NodeReader, usualPart: string): Extractor {
  const name = reader.text('name');
  const part = reader.text('part') ?? usualPart;
  if (part.includes('interactsh')) throw unsupported(reader, 'it waits for a call to a server outside');
  const common = { part, ...(name !== undefined && { name }), internal: reader.flag('internal') };
  const type = reader.text('type');
  switch (type) {
    case 'regex':
      return { ...common, type, patterns: patternsOf(reader), group: reader.number('group') ?? 0 };
    case 'kval':
      return { ...common, type, keys: reader.texts('kval') };
    case 'json': {
      const paths = reader.texts('json');
      for (const path of paths) {
        if (readJsonPath(path) === undefined) throw unsupported(reader, `the JSON query ${path.slice(0, 80)}`);
      }
      return { ...common, type, paths };
    }
    case 'dsl':
      return { ...common, type, expressions: reader.texts('dsl').flatMap((text) => readSeveral(reader, text)) };
    default:
      throw unsupported(reader, `an extractor of the type ${type ?? 'none'}`);
  }
}

function patternsOf(reader: NodeReader): string[] {
  return reader.texts('regex').map((pattern) => {
    // Those with places are known only when these are filled.
    if (pattern.includes('{{')) return pattern;
    try {
      goPattern(pattern);
    } catch (error) {
      if (error instanceof ExpressionError) throw unsupported(reader, error.message);
      throw error;
    }
    return pattern;
  });
}

function fromHex(reader: NodeReader, text: string): string {
  const plain = text.replace(/\s/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(plain)) throw broken(reader, 'a word is not hexadecimal');
  return Buffer.from(plain, 'hex').toString('latin1');
}

/** Functions that stand for what is not spoken here. */
function readExpression(reader: NodeReader, text: string): Expression {
  try {
    // A place in an expression is a name in it.
    const expression = parseExpression(text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, '$1'));
    const { names, calls } = needsOf(expression);
    for (const call of calls) {
      if (!hasFunction(call)) throw unsupported(reader, `the function ${call}`);
    }
    for (const name of names) {
      if (name.startsWith('interactsh')) throw unsupported(reader, 'it waits for a call to a server outside');
    }
    return expression;
  } catch (error) {
    if (error instanceof ExpressionError) throw broken(reader, `${error.message}: ${text.slice(0, 100)}`);
    throw error;
  }
}

/** `tls_version, cipher`: several values at once. */
function readSeveral(reader: NodeReader, text: string): Expression[] {
  const names = text.split(',').map((one) => one.trim());
  if (names.length > 1 && names.every((one) => /^\w+$/.test(one)))
    return names.map((one) => readExpression(reader, one));
  return [readExpression(reader, text)];
}
