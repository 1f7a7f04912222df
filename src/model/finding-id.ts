/**
 * An id as policies and people compare it: without regard to case, and those of Trivy's checks of build files in one of
 * the forms that its versions had (`DS002`, `AVD-DS-0002`, `DS-0002`).
 */
export function comparableId(id: string): string {
  const upper = id.toUpperCase();
  const number = /^(?:AVD-)?DS-?(\d{3,4})$/.exec(upper)?.[1];
  return number === undefined ? upper : `DS-${number.padStart(4, '0')}`;
}
