import type { Body, BodyItem } from './body.ts';

/** Text of YARA, or why there is none: one of few phrases. */
export type Said = { readonly text: string } | { readonly reason: string };

/** A pattern as a hex string of YARA, where one says exactly the same. */
export function yaraHex(body: Body): Said {
  if (body.left !== undefined || body.right !== undefined) return { reason: 'neighbours of a pattern' };
  const tokens: string[] = [];
  for (const item of body.items) {
    const said = itemText(item, body.caseless);
    if ('reason' in said) return said;
    tokens.push(said.text);
  }
  return { text: `{ ${tokens.join(' ')} }` };
}

function itemText(item: BodyItem, caseless: boolean): Said {
  switch (item.kind) {
    case 'bytes':
      return { text: bytesText(item.values, item.masks, caseless) };
    case 'gap':
      if (item.maximum < item.minimum) return { reason: 'a gap that never matches' };
      return {
        text: item.maximum === Number.POSITIVE_INFINITY ? `[${item.minimum}-]` : `[${item.minimum}-${item.maximum}]`,
      };
    case 'not': {
      const [only, ...others] = item.branches;
      if (others.length > 0 || item.width !== 1) return { reason: 'negated alternatives' };
      return caseless ? { reason: 'negated alternatives' } : { text: `~${hexByte(only![0]!)}` };
    }
    case 'choice': {
      const branches: string[] = [];
      for (const branch of item.branches) {
        if (branch.length === 0) return { reason: 'an empty alternative' };
        const parts: string[] = [];
        for (const one of branch) {
          const said = itemText(one, caseless);
          if ('reason' in said) return said;
          parts.push(said.text);
        }
        branches.push(parts.join(' '));
      }
      return { text: `( ${branches.join(' | ')} )` };
    }
    case 'marker':
      return { reason: 'neighbours of a pattern' };
  }
}

function bytesText(values: Uint8Array, masks: Uint8Array, caseless: boolean): string {
  return Array.from(values, (value, at) => {
    const mask = masks[at]!;
    if (mask === 0) return '??';
    const text = hexByte(value);
    if (mask === 0xf0) return `${text[0]}?`;
    if (mask === 0x0f) return `?${text[1]}`;
    const lower = value | 0x20;
    if (!caseless || lower < 0x61 || lower > 0x7a) return text;
    return `( ${hexByte(value & 0xdf)} | ${hexByte(lower)} )`;
  }).join(' ');
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
