/**
 * Milliseconds of the processors that work took, in this process: however busy the machine is, which makes the time by the clock
 * a time of others.
 */
export function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return processorTimeSince(before);
}

/** The same for work that is waited for. */
export function processorTimeSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
