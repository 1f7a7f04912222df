export function isUrlOf(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol) && new URL(text).hostname !== '';
}

/** Roughly: a mail server knows better. No line breaks, so that no header can be smuggled in. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>,;:"\\]+@[^\s@<>,;:"\\]+$/.test(text);
}
