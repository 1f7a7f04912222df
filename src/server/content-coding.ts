/**
 * The first of the codings that whoever asks takes, too (RFC 9110, section 12.5.3); what is given no weight is refused.
 * @param accepted the header `Accept-Encoding`
 * @param codings the best first
 */
export function chooseCoding<C extends string>(
  accepted: string | string[] | undefined,
  codings: readonly C[],
): C | undefined {
  const words = String(accepted ?? '')
    .slice(0, 1000)
    .toLowerCase()
    .split(',')
    .map((word) => word.replaceAll(/\s/g, ''));
  const taken = new Set(words.filter((word) => !/;q=0(?:\.0*)?$/.test(word)).map((word) => word.split(';', 1)[0]));
  return codings.find((coding) => taken.has(coding));
}
