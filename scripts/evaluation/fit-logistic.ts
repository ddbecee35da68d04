/** A logistic model over named features. */
export interface LogisticModel {
  readonly bias: number;
  readonly weights: Readonly<Record<string, number>>;
}

/** Ridge on the weights, so that features that say the same share the weight. */
const RIDGE: number = 1e-3;
const ROUNDS = 40;

/** Fits a logistic model by Newton's method; the same rows in the same order give the same model to the last digit. */
export function fitLogistic(
  rows: readonly { readonly features: object; readonly isRight: boolean; readonly weight: number }[],
): LogisticModel {
  const names = Object.keys(rows[0]?.features ?? {});
  const size = names.length + 1;
  const inputs = rows.map(({ features }) => [1, ...names.map((name) => valueIn(features, name))]);
  let beta = Array.from({ length: size }, () => 0);
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = beta.map((value, at) => (at === 0 ? 0 : RIDGE * value));
    const hessian = beta.map((_, i) => beta.map((__, j) => (i === j ? RIDGE : 0)));
    rows.forEach(({ isRight, weight }, row) => {
      const input = inputs[row] ?? [];
      const p = logistic(dot(beta, input));
      for (let i = 0; i < size; i++) {
        gradient[i] = (gradient[i] ?? 0) + weight * (p - Number(isRight)) * (input[i] ?? 0);
        const line = hessian[i];
        for (let j = 0; line !== undefined && j < size; j++) {
          line[j] = (line[j] ?? 0) + weight * p * (1 - p) * (input[i] ?? 0) * (input[j] ?? 0);
        }
      }
    });
    const step = solve(hessian, gradient);
    beta = beta.map((value, at) => value - (step[at] ?? 0));
  }
  return {
    bias: beta[0] ?? 0,
    weights: Object.fromEntries(names.map((name, at) => [name, beta[at + 1] ?? 0])),
  };
}

/** The model's probability for features of the same names. */
export function predict(model: LogisticModel, features: object): number {
  return logistic(logit(model, features));
}

/** The same as log-odds. */
export function logit({ bias, weights }: LogisticModel, features: object): number {
  return Object.entries(weights).reduce(
    (sum, [name, weight]) => sum + weight * valueIn(features, name),
    bias,
  );
}

function valueIn(features: object, name: string): number {
  return Number((features as Readonly<Record<string, unknown>>)[name] ?? 0);
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

/** Solves a small symmetric system by Gaussian elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((line, at) => [...line, right[at] ?? 0]);
  const size = rows.length;
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot] ?? [], rows[column] ?? []];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = at(row, column) / at(column, column);
      rows[row] = (rows[row] ?? []).map((value, i) => value - factor * at(column, i));
    }
  }
  return rows.map((_, row) => at(row, size) / at(row, row));
}
