import { createApiApp } from './api-app.ts';
import type { ApiContext } from './api-context.ts';
import { openApiDocument } from './openapi-document.ts';

/** The text of dist/openapi.json. */
export async function apiDocument(version: string): Promise<string> {
  // Routes use what they work with only when somebody asks.
  const idle = { version } as ApiContext;
  const app = await createApiApp(idle);
  try {
    return openApiDocument(app);
  } finally {
    await app.close();
  }
}
