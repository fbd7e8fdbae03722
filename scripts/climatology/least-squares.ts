/** The coefficients that fit `terms` × coefficients to `values` with the least squared error: normal equations, Gauss with pivots. */
export function leastSquares(terms: readonly (readonly number[])[], values: readonly number[]): number[] {
  const size = terms[0]!.length;
  const rows = Array.from({ length: size }, (_, row) => [
    ...Array.from({ length: size }, (_, column) => terms.reduce((sum, each) => sum + each[row]! * each[column]!, 0)),
    terms.reduce((sum, each, at) => sum + each[row]! * values[at]!, 0),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    const best = rows.slice(pivot).reduce((most, row) => (Math.abs(row[pivot]!) > Math.abs(most[pivot]!) ? row : most));
    const place = rows.indexOf(best);
    [rows[pivot], rows[place]] = [rows[place]!, rows[pivot]!];
    for (const row of rows) {
      if (row === best) continue;
      const share = row[pivot]! / best[pivot]!;
      for (let column = pivot; column <= size; column++) row[column]! -= share * best[column]!;
    }
  }
  return rows.map((row, at) => row[size]! / row[at]!);
}
