import { escapeLine } from './escape.ts';

/** Code hosts cut descriptions of rules there (GitHub: "SARIF support for code scanning"). */
export const DESCRIPTION = 1024;
/** Characters that one line of a message may take from an image or a feed. */
const LINE = 2000;

/**
 * Foreign text as a line of a plain text message (SARIF 2.1.0, 3.11): nothing in it is a control character, a
 * placeholder (`{0}`) or a link (`[text](target)`).
 */
export function plainLine(text: string, most = LINE): string {
  return withoutPlaceholders(shortened(escapeLine(text), most).replaceAll('](', '] ('));
}

/**
 * Foreign text as a part of a line of Markdown (3.11.4): it is shown as it is, whatever GitHub's dialect would make of it.
 * Where it begins a line, something of our own must stand before it.
 */
export function markdownText(text: string, most = LINE): string {
  const escaped = shortened(escapeLine(text), most)
    .replace(/[\\`*_[\]()<>#|~!&:@$]/g, '\\$&')
    // Without a scheme, too, GitHub makes a link of what looks like one.
    .replace(/www\./gi, (www) => `${www.slice(0, -1)}\\.`);
  return withoutPlaceholders(escaped);
}

/**
 * A link in Markdown, shown by the name of who says it.
 * @param address as `webAddress` gives it: there is nothing in it that would end the link
 */
export function markdownLink(text: string, address: string): string {
  return `[${markdownText(text)}](<${address}>)`;
}

/** "Within both plain text and formatted message strings" braces are doubled (3.11.5). */
function withoutPlaceholders(text: string): string {
  return text.replace(/[{}]/g, '$&$&');
}

function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half a character would be none.
  return `${text.slice(0, most - 4).replace(/[\ud800-\udbff]$/, '')} ...`;
}
