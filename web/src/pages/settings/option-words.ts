const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** `1h`, as the configuration takes it, too. */
function durationText(milliseconds: number): string {
  const [unit, size] = units.find(([, each]) => milliseconds % each === 0 && milliseconds > 0) ?? ['ms', 1];
  return `${milliseconds / size}${unit}`;
}

/** The value of an option, which comes as a configuration file would have it, as a person writes it. */
export function optionWords(value: string): string {
  const milliseconds = /^(\d{1,15})ms$/.exec(value)?.[1];
  if (milliseconds !== undefined) return durationText(Number(milliseconds));
  if (!/^["[]/.test(value)) return value;
  try {
    const known: unknown = JSON.parse(value);
    if (typeof known === 'string') return known;
    return Array.isArray(known) && known.every((one) => typeof one === 'string') ? known.join(', ') : value;
  } catch {
    return value;
  }
}
