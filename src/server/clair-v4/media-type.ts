/** Types that are looked at of a header; a client sends one or two. */
const MOST = 32;

/**
 * The first type that a client takes and that is offered, by the weights of RFC 9110 section 12.5.1 (the order of the
 * header where they are equal).
 * @param offered the first is given to whoever does not care
 * @returns undefined where none is taken
 */
export function chooseMediaType(accept: string | undefined, offered: readonly string[]): string | undefined {
  const ranges = (accept ?? '')
    .split(',', MOST)
    .map((range) => range.trim().toLowerCase())
    .filter((range) => range !== '');
  if (ranges.length === 0) return offered[0];
  const weighed = ranges.map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    return { type, weight: Number.isNaN(weight) ? 0 : weight };
  });
  for (const { type, weight } of weighed.toSorted((a, b) => b.weight - a.weight)) {
    if (weight === 0) break;
    const found = offered.find((one) => type === '*/*' || type === one || type === `${one.split('/')[0]}/*`);
    if (found !== undefined) return found;
  }
  return undefined;
}
