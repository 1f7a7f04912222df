/** An address of the web with nothing in it that a URI may not have (RFC 3986); undefined for any other text. */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  // Browsers leave alone what no URI has, such as braces. Who is asked for a name or a password is not sent there.
  const { origin, pathname, search, hash } = new URL(text);
  return `${origin}${encode(pathname + search)}${hash === '' ? '' : `#${encode(hash.slice(1))}`}`;
}

function encode(part: string): string {
  return part.replace(/[^\w\-.~:/?@!$&'()*+,;=%]/g, encodeURIComponent).replace(/%(?![0-9A-Fa-f]{2})/g, '%25');
}
