import { z } from 'zod';
import { DocumentSchema } from './schema.ts';

/** The JSON Schema (2020-12) of what the JSON format writes: dist/report.schema.json. */
export function reportJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(DocumentSchema, {
    target: 'draft-2020-12',
    override({ jsonSchema }) {
      // The lists are read-only in TypeScript; in a schema the word would mean something else.
      delete jsonSchema.readOnly;
    },
  });
  return { ...schema, title: 'Drydock report', description: 'One report, or several in `reports`. See report.md.' };
}

/** The text of dist/report.schema.json. */
export function documentJsonSchema(): string {
  return `${JSON.stringify(reportJsonSchema(), undefined, 2)}\n`;
}
