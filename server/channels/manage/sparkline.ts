/** A small picture of numbers over time: a bar for each, the newest where the line of text ends. */
export interface Sparkline {
  readonly width: number;
  readonly height: number;
  readonly bars: readonly { readonly x: number; readonly y: number; readonly height: number }[];
  readonly barWidth: number;
}

const height = 24;
const step = 8;
const barWidth = 6;
/** Every ask is seen, however many there are in the highest bar. */
const leastBar = 2;

/** Draws numbers, the oldest first, from the start of a line to its end; nothing stands for 0 but a line of a pixel. */
export function drawSparkline(numbers: readonly number[], direction: 'ltr' | 'rtl'): Sparkline {
  const most = Math.max(1, ...numbers);
  const bars = numbers.map((number, at) => {
    const bar = number === 0 ? 1 : Math.max(leastBar, Math.round((number / most) * height));
    const place = direction === 'rtl' ? numbers.length - 1 - at : at;
    return { x: place * step, y: height - bar, height: bar };
  });
  return { width: numbers.length * step - (step - barWidth), height, bars, barWidth };
}
