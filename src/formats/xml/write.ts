/** An element to be written. Attributes and children that are undefined are left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number | undefined>>;
  /** Elements, or text alone. */
  readonly children?: readonly (XmlElement | undefined)[] | string;
}

/** Shorter than the object. */
export function xml(
  name: string,
  attributes: XmlElement['attributes'] = {},
  children: NonNullable<XmlElement['children']> = [],
): XmlElement {
  return { name, attributes, children };
}

/**
 * A document of XML 1.0 in UTF-8, two blanks of indentation, a line feed at the end. What a terminal would obey stands as
 * a reference; what XML cannot say at all (section 2.2: most controls) is written visibly, as `\x1b`.
 */
export function xmlText(root: XmlElement): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  write(root, '', lines);
  return `${lines.join('\n')}\n`;
}

function write({ name, attributes = {}, children = [] }: XmlElement, indent: string, lines: string[]): void {
  const words = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : ` ${key}="${escapeXml(String(value))}"`,
  );
  const start = `${indent}<${name}${words.join('')}`;
  if (typeof children === 'string') {
    lines.push(`${start}>${escapeXml(children)}</${name}>`);
    return;
  }
  const inner = children.filter((child) => child !== undefined);
  if (inner.length === 0) {
    lines.push(`${start}/>`);
    return;
  }
  lines.push(`${start}>`);
  for (const child of inner) write(child, `${indent}  `, lines);
  lines.push(`${indent}</${name}>`);
}

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as it may stand in an element or an attribute. Line ends and tabs are references, so that no reader changes them. */
function escapeXml(text: string): string {
  if (/^[\x20!#-%(-;=?-~]*$/.test(text)) return text;
  return text.replace(
    /[&<>"'\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{fffe}\u{ffff}]/gu,
    (character) => named[character] ?? reference(character.codePointAt(0)!),
  );
}

function reference(code: number): string {
  const isCharacter =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code < 0xd800) ||
    (code > 0xdfff && (code & 0xfffe) !== 0xfffe);
  if (isCharacter) return `&#x${code.toString(16)};`;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
