import type { Vector } from './encoder.ts';

/**
 * A model's vector as signed bytes, the largest of its numbers as 127: similarities of bytes are whole numbers, the same on
 * every machine, and take a quarter of the memory.
 */
export function quantise(numbers: readonly number[]): Int8Array {
  const most = numbers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return Int8Array.from(numbers, (value) => (most === 0 ? 0 : Math.round((value / most) * 127)));
}

/** Bytes with their norm. */
export function vectorOf(bytes: Int8Array): Vector {
  let sum = 0;
  for (const byte of bytes) sum += byte * byte;
  return { bytes, norm: Math.sqrt(sum) };
}
