import { FormatError } from '../../errors.ts';
import { MAX_TARGET } from './body-line.ts';
import { type ClamType, isClamType } from './file-types.ts';
import { isExecutableTarget } from './offset.ts';
import { CLAMAV_LEVEL, decimal, inert, isDecimal, type LineOutcome, loaded } from './outcome.ts';

export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/** What an object must be for a logical signature to be asked. */
export interface Attributes {
  readonly target: number;
  readonly fileSize?: Range;
  /** Position in the file. */
  readonly entryPoint?: Range;
  readonly sections?: Range;
  /** What it lies in; `CL_TYPE_ANY`: in nothing. */
  readonly container?: ClamType;
  /** What it lies in, the nearest last. */
  readonly intermediates?: readonly ClamType[];
  /** It is to be read as another type then, and nothing is said against it. */
  readonly handler?: ClamType;
  readonly icon?: boolean;
}

/** From this level on engines know attributes other than the target. */
const ENGINE_LEVEL = 51;
const MAX_INTERMEDIATES = 16;

/** Reads `Engine:51-255,Target:1,FileSize:1-100`. @throws FormatError */
export function parseAttributes(text: string): LineOutcome<Attributes> {
  if (text === '') throw new FormatError('it has no attributes');
  const fields = text.split(',');
  const builder: { -readonly [K in keyof Attributes]?: Attributes[K] } = {};
  let engine: Range | undefined;
  let idle: string | undefined;
  for (const [index, field] of fields.entries()) {
    const colon = field.indexOf(':');
    if (colon < 0) throw new FormatError('an attribute has no value');
    const key = field.slice(0, colon);
    const value = field.slice(colon + 1);
    if (key === 'Engine') {
      if (index !== 0) throw new FormatError('the level does not stand first');
      engine = range(value);
      // What a future engine may know need not be understood.
      if (engine.minimum > CLAMAV_LEVEL || engine.maximum < CLAMAV_LEVEL) return inert('another level');
      continue;
    }
    const ignored = attribute(builder, key, value);
    if (ignored !== undefined) idle ??= ignored;
    if (key !== 'Target' && ignored === undefined && (engine === undefined || engine.minimum < ENGINE_LEVEL)) {
      throw new FormatError(`an attribute demands level ${ENGINE_LEVEL}`);
    }
  }
  if (idle !== undefined) return inert(idle);
  const { target } = builder;
  if (target === undefined) throw new FormatError('it has no target');
  const needsHeaders = builder.entryPoint ?? builder.sections;
  if ((needsHeaders !== undefined || builder.icon === true) && !isExecutableTarget(target)) {
    throw new FormatError('an attribute needs an executable target');
  }
  return loaded({ ...builder, target });
}

/** @returns why the signature is left out; undefined where the attribute was taken */
function attribute(
  builder: { -readonly [K in keyof Attributes]?: Attributes[K] },
  key: string,
  value: string,
): string | undefined {
  switch (key) {
    case 'Target':
      builder.target = decimal(value, 'the target');
      return builder.target > MAX_TARGET ? 'an unknown target' : undefined;
    case 'FileSize':
      builder.fileSize = range(value);
      return undefined;
    case 'EntryPoint':
      builder.entryPoint = range(value);
      return undefined;
    case 'NumberOfSections':
      builder.sections = range(value);
      return undefined;
    case 'Container':
      if (!isClamType(value)) return 'an unknown type of file';
      builder.container = value;
      return undefined;
    case 'HandlerType':
      if (!isClamType(value)) return 'an unknown type of file';
      builder.handler = value;
      return undefined;
    case 'Intermediates': {
      const types = value.split('>');
      if (types.length > MAX_INTERMEDIATES) throw new FormatError('it has more than 16 intermediates');
      if (!types.every(isClamType)) return 'an unknown type of file';
      builder.intermediates = types;
      return undefined;
    }
    case 'IconGroup1':
    case 'IconGroup2':
      builder.icon = true;
      return undefined;
    default:
      return 'an unknown attribute';
  }
}

function range(text: string): Range {
  const dash = text.indexOf('-');
  const low = text.slice(0, dash);
  const high = text.slice(dash + 1);
  if (dash < 0 || !isDecimal(low) || !isDecimal(high)) throw new FormatError('a range is malformed');
  return { minimum: Number(low), maximum: Number(high) };
}
