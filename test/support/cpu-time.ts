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

/**
 * What work costs in itself, in milliseconds of processor time, for a limit of so many: the least of up to three
 * measurements, since the threads of a garbage collection or of the compiler can fall into any one of them (half a
 * second was seen for a file of a hundred bytes). A first measurement below the limit is enough.
 */
export async function leastCpuMs(limit: number, work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3 && least >= limit; round += 1) least = Math.min(least, await cpuMs(work));
  return least;
}
