/** Values that a posting carries beside its document. */
export type Values = Uint16Array | Float32Array;

/** For each number the documents that have it, ascending, each with `width` values. Never changed once it is made. */
export interface Postings<V extends Values> {
  /** Where each number's postings begin; one more than there are numbers. */
  readonly starts: Int32Array;
  readonly documents: Int32Array | Uint16Array;
  readonly values: V;
}

/** How many documents have a number; 0 for one that came later. */
export function lengthOf({ starts }: Postings<Values>, number: number): number {
  return number < 0 || number + 1 >= starts.length ? 0 : (starts[number + 1] ?? 0) - (starts[number] ?? 0);
}

/** Takes documents one after another and then sorts what they have by number. */
export interface PostingLog<V extends Values> {
  readonly documents: number;
  /** The next document: its numbers, each once, and the values of each. */
  add(numbers: Int32Array, values: ArrayLike<number>): void;
  /** Makes the postings of the first `numbers` numbers, pausing now and then; the log is used up. */
  sort(numbers: number): Generator<void, Postings<V>>;
}

/** Pairs in one block of a log, whose blocks never move. */
const BLOCK = 1 << 17;
/** Pairs sorted between two pauses: about a millisecond's work. */
const STEP = 1 << 17;
/** Documents that fit in 16 bits. */
const MOST_SHORT = 65_536;

export function createPostingLog<V extends Values>(
  width: number,
  create: (length: number) => V,
): PostingLog<V> {
  const blocks: { readonly numbers: Int32Array; readonly values: V }[] = [];
  const sizes: number[] = [];
  let used = BLOCK;
  return {
    get documents() {
      return sizes.length;
    },
    add: (numbers, values) => {
      sizes.push(numbers.length);
      for (let at = 0; at < numbers.length; at++) {
        if (used === BLOCK) {
          blocks.push({ numbers: new Int32Array(BLOCK), values: create(BLOCK * width) });
          used = 0;
        }
        const block = blocks.at(-1);
        if (block === undefined) return;
        block.numbers[used] = numbers[at] ?? 0;
        for (let part = 0; part < width; part++) {
          block.values[used * width + part] = values[at * width + part] ?? 0;
        }
        used += 1;
      }
    },
    *sort(numbers) {
      const size = sizes.reduce((sum, length) => sum + length, 0);
      const starts = new Int32Array(numbers + 1);
      let left = size;
      for (const block of blocks) {
        const end = Math.min(BLOCK, left);
        for (let at = 0; at < end; at++) {
          const place = (block.numbers[at] ?? 0) + 1;
          starts[place] = (starts[place] ?? 0) + 1;
        }
        left -= end;
        yield;
      }
      for (let number = 0; number < numbers; number++) {
        starts[number + 1] = (starts[number + 1] ?? 0) + (starts[number] ?? 0);
      }
      const documents = sizes.length <= MOST_SHORT ? new Uint16Array(size) : new Int32Array(size);
      const sorted = create(size * width);
      const next = starts.slice();
      let pair = 0;
      for (let document = 0; document < sizes.length; document++) {
        const end = pair + (sizes[document] ?? 0);
        for (; pair < end; pair++) {
          const block = blocks[Math.floor(pair / BLOCK)];
          if (block === undefined) break;
          const at = pair % BLOCK;
          const number = block.numbers[at] ?? 0;
          const place = next[number] ?? 0;
          next[number] = place + 1;
          documents[place] = document;
          for (let part = 0; part < width; part++) {
            sorted[place * width + part] = block.values[at * width + part] ?? 0;
          }
        }
        if (pair % STEP < (sizes[document] ?? 0)) yield;
      }
      blocks.length = 0;
      return { starts, documents, values: sorted };
    },
  };
}
