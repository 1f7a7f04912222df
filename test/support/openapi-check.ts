import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { apiDocument } from '../../src/server/api/api-document.ts';
import type { TestAnswer } from './service.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

let loading: Promise<{ readonly document: Document; readonly ajv: Ajv2020 }> | undefined;
const validators = new Map<string, ValidateFunction>();

/** Operations whose answers were checked in this process, with their statuses: `get /api/images 200`. */
export const checkedAnswers: Set<string> = new Set();

async function load() {
  const document = JSON.parse(await apiDocument('1.2.3')) as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document, 'openapi');
  return { document, ajv };
}

/** All operations that the document has. */
export async function allOperations(): Promise<readonly string[]> {
  loading ??= load();
  const { document } = await loading;
  return Object.entries(document.paths).flatMap(([route, methods]) =>
    Object.keys(methods).map((method) => `${method} ${route}`),
  );
}

/** Throws where an answer is not one that the OpenAPI document allows. */
export async function checkAnswer(method: string, path: string, answer: TestAnswer): Promise<void> {
  loading ??= load();
  const { document, ajv } = await loading;
  const found = Object.entries(document.paths)
    .filter(([template]) => new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path))
    // `/api/images/upload` before `/api/images/{id}`.
    .sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')))
    .find(([, methods]) => methods[method.toLowerCase()] !== undefined);
  if (found === undefined) {
    if (answer.status !== 404)
      throw new Error(`${method} ${path} is not in the document, and answered ${answer.status}`);
    return;
  }
  const [route, methods] = found;
  const key = `${method.toLowerCase()} ${route} ${answer.status}`;
  const response = methods[method.toLowerCase()]!.responses[String(answer.status)];
  if (response === undefined) throw new Error(`${key} is not in the document`);
  checkedAnswers.add(key);
  const type = String(answer.headers['content-type'] ?? '').split(';')[0]!;
  if (response.content === undefined) {
    if (answer.body !== '') throw new Error(`${key} has a body`);
    return;
  }
  if (response.content[type] === undefined) throw new Error(`${key}: ${type} is not in the document`);
  if (!type.endsWith('json')) return;
  const pointer = ['paths', route, method.toLowerCase(), 'responses', String(answer.status), 'content', type, 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = validators.get(key) ?? ajv.compile({ $ref: `openapi#/${pointer}` });
  validators.set(key, validate);
  if (!validate(JSON.parse(answer.body))) {
    throw new Error(`${key}: ${ajv.errorsText(validate.errors)}\n${answer.body.slice(0, 2000)}`);
  }
}
