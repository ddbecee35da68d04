/**
 * Milliseconds of processor time, of all threads, that work took. Limits on cost hold for these and not for the clock on
 * the wall, which also counts what else the machine is doing.
 */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
