// Rounding half to even, exact in decimal.

/** Shifts the decimal point through the decimal text: multiplying by powers of ten would be off by a bit. */
function shift(x: number, places: number): number {
  const [digits, exponent] = String(x).split('e') as [string, string | undefined];
  return Number(`${digits}e${Number(exponent ?? 0) + places}`);
}

/** @param precision decimal places; negative ones round to tens, hundreds, … */
export function round(x: number, precision = 0): number {
  const shifted = precision === 0 ? x : shift(x, precision);
  let result = Math.round(shifted);
  if (Math.abs(result - shifted) === 0.5 && Math.abs(result % 2) === 1) result -= 1;
  if (precision !== 0) result = shift(result, -precision);
  return result === 0 ? 0 : result;
}
