import type { ApiApp } from './zod-app.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What names of schemas end with where they stand for what is sent. */
const SENT = 'Input';

/** The API in OpenAPI 3.1, as text. Made of the schemas that requests and answers are checked by. */
export function openApiDocument(app: ApiApp): string {
  const document = structuredClone(app.swagger()) as unknown as {
    paths: Record<string, Record<string, { requestBody?: { content: Record<string, object> } }>>;
    components: { schemas: Record<string, Json> };
  };
  // Zod has no word for a body of any bytes.
  const { content } = document.paths['/api/images/upload']!['post']!.requestBody!;
  for (const type of Object.keys(content)) content[type] = { schema: {} };
  const { schemas } = document.components;
  // Each schema is there twice, as it is sent and as it is answered: what nobody refers to says nothing.
  const used = new Set<string>();
  const pending: unknown[] = [document.paths];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name) || schemas[name] === undefined) continue;
      used.add(name);
      pending.push(schemas[name]);
    }
  }
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  document.components.schemas = Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
  const sentOnly = [...used].filter((name) => name.endsWith(SENT) && !used.has(name.slice(0, -SENT.length)));
  const text = JSON.stringify(document, undefined, 2);
  return `${sentOnly.reduce((whole, name) => whole.replaceAll(`${name}"`, `${name.slice(0, -SENT.length)}"`), text)}\n`;
}
