import { z } from 'zod';
import { severities } from '../../../model/severity.ts';
import { patternOf } from './pattern.ts';

const text = z.string().min(1);
const list = z.array(text).min(1);
const condition = z.enum(['and', 'or']).default('or');

/** `part` is what is looked at: the body of an answer of HTTP, or all of another; `header`, or the name of an input. */
const ofPart = { part: text.optional(), negative: z.boolean().default(false) };
const patterns = z.array(text.transform((source) => patternOf(source))).min(1);

const Matcher = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('word'),
    words: list,
    condition,
    'case-insensitive': z.boolean().default(false),
    ...ofPart,
  }),
  z.strictObject({
    type: z.literal('binary'),
    binary: z.array(z.hex().transform(bytesOfHex)).min(1),
    condition,
    ...ofPart,
  }),
  z.strictObject({ type: z.literal('regex'), regex: patterns, ...ofPart }),
  z.strictObject({ type: z.literal('status'), status: z.array(z.int()).min(1) }),
]);

const judgement = {
  payloads: z.record(text, list).default({}),
  'matchers-condition': condition,
  matchers: z.array(Matcher).min(1),
  extractors: z
    .array(z.strictObject({ part: text.optional(), group: z.int().default(0), regex: patterns }))
    .default([]),
};

const Http = z.strictObject({
  method: z.enum(['GET', 'POST', 'TRACE']),
  path: z.array(z.string().startsWith('/')).min(1),
  headers: z.record(text, text).default({}),
  body: text.optional(),
  ...judgement,
});

const Tcp = z.strictObject({
  inputs: z
    .array(
      z.strictObject({
        data: z.string(),
        type: z.literal('hex').optional(),
        /** Bytes to read after it. */
        read: z.int().optional(),
        /** The answer is a part of this name. */
        name: text.optional(),
      }),
    )
    .min(1),
  ...judgement,
});

/** A question to a service, and what its answers mean: a file of starter/probes. */
export const Probe = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    name: text,
    severity: z.enum(severities),
    remediation: text,
    reference: list.default([]),
    confidence: z.enum(['certain', 'high', 'medium', 'low']),
    why: text,
    caveats: text.optional(),
    /** Services that it is put to, by the names that identification gives. */
    services: list,
    /** It tries user names and passwords: each of them counts as a try. */
    tries: z.boolean().default(false),
    /** It is about what goes over the network unencrypted: services in TLS are not asked. */
    plain: z.boolean().default(false),
    /** What it is put to over UDP has a datagram for each of its inputs. */
    transport: z.enum(['tcp', 'udp']).default('tcp'),
    http: Http.optional(),
    tcp: Tcp.optional(),
  })
  .refine(({ http, tcp }) => (http === undefined) !== (tcp === undefined), 'it has either http or tcp')
  .refine(hasValues, 'a place {{name}} has no value');

export type Probe = z.infer<typeof Probe>;
export type Matcher = z.infer<typeof Matcher>;
export type HttpQuestion = z.infer<typeof Http>;
export type TcpQuestion = z.infer<typeof Tcp>;
export type Judgement = Pick<HttpQuestion, 'matchers-condition' | 'matchers' | 'extractors'>;

/** One byte a character, as answers are. */
function bytesOfHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1');
}

function hasValues({ http, tcp }: { http?: HttpQuestion | undefined; tcp?: TcpQuestion | undefined }): boolean {
  const { payloads = {}, ...rest } = http ?? tcp ?? {};
  const places = JSON.stringify(rest).matchAll(/\{\{(.*?)\}\}/g);
  return [...places].every(([, name]) => name === 'randstr' || Object.hasOwn(payloads, name!));
}
