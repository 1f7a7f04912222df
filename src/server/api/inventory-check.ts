import { validatorCompiler, type ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { PackageSchema } from '../../report/schema.ts';
import { Inventory, MOST_PACKAGES } from './match-schema.ts';

/** What one package lists of a kind. */
const words = z.array(z.string()).max(10_000);

const Frame = Inventory.extend({ packages: z.array(z.unknown()).max(MOST_PACKAGES) });
const OnePackage = PackageSchema.extend({
  licences: words,
  repositories: words.exactOptional(),
  locations: words,
  groups: words.exactOptional(),
  dependsOn: words.exactOptional(),
});

type Checked = { readonly value: unknown } | { readonly error: ZodFastifySchemaValidationError[] };

function checkOf(schema: z.ZodType): (data: unknown) => Checked {
  return validatorCompiler({ schema, method: 'POST', url: '/api/match', httpPart: 'body' }) as never;
}

const checkFrame = checkOf(Frame);
const checkPackage = checkOf(OnePackage);

/**
 * Checks an inventory up to the first package that is wrong. A list of all that is wrong with each of them would take
 * seconds, and many times the memory of the request.
 */
export function checkInventory(body: unknown): Checked {
  const frame = checkFrame(body);
  if ('error' in frame) return frame;
  const inventory = frame.value as z.infer<typeof Frame>;
  const packages: unknown[] = [];
  for (const [place, given] of inventory.packages.entries()) {
    const one = checkPackage(given);
    if ('error' in one) {
      const at = `/packages/${place}`;
      return { error: one.error.map((fault) => ({ ...fault, instancePath: `${at}${fault.instancePath}` })) };
    }
    packages.push(one.value);
  }
  return { value: { ...inventory, packages } };
}
