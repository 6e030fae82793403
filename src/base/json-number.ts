// Numbers as Jackson, the JSON library of AWS, keeps and prints them: integers by their digits, however many, everything with
// a fraction or an exponent as a double, printed by Java's Double.toString. A number whose text JavaScript would print otherwise
// is carried as raw JSON.

/** A number whose text is kept: an object made by `JSON.rawJSON`; `JSON.stringify` prints it verbatim. */
export interface RawNumber {
  readonly rawJSON: string;
}

interface RawJsonSupport {
  rawJSON(text: string): RawNumber;
}
const { rawJSON } = JSON as unknown as RawJsonSupport;

/** A number of so many characters is read once: it may have as many digits as a payload has room for. */
const LONG = 64;
const doubles = new WeakMap<RawNumber, number>();

/** The double of a number whose text is kept. */
export function doubleOf(number: RawNumber): number {
  const { rawJSON: text } = number;
  if (text.length <= LONG) return Number(text);
  let double = doubles.get(number);
  if (double === undefined) {
    double = Number(text);
    doubles.set(number, double);
  }
  return double;
}

/** Java's doubles are plain decimals from here … */
const LEAST_DECIMAL = 1e-3;
/** … to below here; beyond, they have an exponent. */
const DECIMAL_END = 1e7;

/** `3.0`, `0.001`, `1.0E10`, `1.00000005E7`: a double as Java prints it. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (size >= LEAST_DECIMAL && size < DECIMAL_END) return Number.isInteger(value) ? `${value}.0` : `${value}`;
  const shortest = value.toExponential();
  // One digit is not enough for Java: of those with two it takes the nearest.
  const [mantissa, exponent] = (shortest.includes('.') ? shortest : value.toExponential(1)).split('e');
  return `${mantissa}E${Number(exponent)}`;
}

/** True when JavaScript prints the double as Java does. */
function isPlain(value: number): boolean {
  const size = Math.abs(value);
  return size >= LEAST_DECIMAL && size < DECIMAL_END && !Number.isInteger(value);
}

/** The number of a JSON text. @param text a valid JSON number. */
export function parseNumber(text: string): number | RawNumber {
  const value = Number(text);
  if (/[.eE]/.test(text)) {
    // A number beyond any double is carried as written.
    if (!Number.isFinite(value)) return rawJSON(text);
    return isPlain(value) ? value : rawJSON(javaDouble(value));
  }
  // Jackson's integers have no negative zero.
  if (value === 0) return 0;
  return Number.isSafeInteger(value) ? value : rawJSON(text);
}

const LONG_END = 2 ** 63;

/**
 * The result of a computation as a JSON number: whole ones are integers as far as a long reaches.
 * @param value finite.
 */
export function computedNumber(value: number): number | RawNumber {
  if (Number.isInteger(value)) {
    if (value === 0) return 0;
    if (Number.isSafeInteger(value)) return value;
    return rawJSON(value >= -LONG_END && value < LONG_END ? BigInt(value).toString() : javaDouble(value));
  }
  return isPlain(value) ? value : rawJSON(javaDouble(value));
}
