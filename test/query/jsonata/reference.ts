// Our results beside those of the reference implementation, which is the source for them: the same value or the same
// error, but for the differences listed here.

import jsonata from 'jsonata';
import { type Json, jsonEquals, stringifyJson } from '../../../src/base/json.ts';
import { evaluateStandalone } from './standalone.ts';

const DATA: Json = { text: 'Hello, World', list: [3, 1, 2], object: { a: 1, b: { c: 'x' } }, n: 5 };

/** Where we differ. */
const KNOWN: readonly (readonly [RegExp, reason: string])[] = [
  [/^\$formatNumber\(.*"(#,##,##0\.0#|0,0,0\.0,0,0|##0\.0##,#|0\.0,)"/, 'it misplaces uneven separators'],
  [/^\$formatInteger\(.*"(#\.##0,00|#:##0:00)"/, 'it misplaces separators of two kinds'],
  [/^\$formatNumber\(.*"(#e0|0e|#0#)"/, 'it forgets the digits that its specification asks for'],
  [
    /^\$formatNumber\(.*("(0[%‰]e0|;|0;)?"\)|"٠.٠", \{"dec|"_,__0", \{"zero)/,
    'it checks the rules in another order',
  ],
  [/^\$parseInteger\("([A-Za-z0-9 ]*", "A"|mcm", "I")\)/, 'it takes small letters for others'],
  [/^\$parseInteger\("(12|-5)", "1;o"\)/, 'it reads no ordinal without its ending'],
  [
    /-62135596800000|\[Y,2-2\]|\[Y\]\[M01\]|^\$toMillis\("13"/,
    'it takes years below 100 for those of the last century',
  ],
  [/^\$toMillis\("14 november|^\$toMillis\("Tue/, 'it knows no names in another case, and counts from today'],
  [/^\$toMillis\("2023-13"\)/, 'it makes a date that is none'],
  [/^\$base64encode\(".*[äé]/, 'it encodes Latin 1, AWS encodes UTF-8'],
  [/^\$substring\("[^"]+", missing, [^-0m]/, 'it takes a missing start for the end'],
  [/\/\^\//, 'it accepts a pattern of the empty text for $contains alone'],
  [/^\$replace\(.*, "l", function/, 'it prints the function'],
];

async function reference(source: string, input: Json): Promise<string> {
  try {
    const value = (await jsonata(source).evaluate(structuredClone(input))) as unknown;
    if (value === undefined) return 'nothing';
    return JSON.stringify(Number.isNaN(value) ? 'NaN' : value);
  } catch (error) {
    return `error ${(error as { code?: string }).code}`;
  }
}

function ours(source: string, input: Json): string {
  const outcome = evaluateStandalone(source, input, {});
  if ('error' in outcome) return `error ${outcome.code}`;
  return outcome.value === undefined ? 'nothing' : stringifyJson(outcome.value);
}

function agree(a: string, b: string): boolean {
  if (a === b) return true;
  const isJson = (text: string) => text !== 'nothing' && !text.startsWith('error');
  return isJson(a) && isJson(b) && jsonEquals(JSON.parse(a) as Json, JSON.parse(b) as Json);
}

/** The sources whose results differ, with both. */
export async function differences(sources: Iterable<string>, input = DATA): Promise<string[]> {
  const found: string[] = [];
  for (const source of sources) {
    const wanted = await reference(source, input);
    // The reference falls over a few of these with a TypeError.
    if (wanted === 'error undefined') continue;
    const got = ours(source, input);
    if (KNOWN.some(([pattern]) => pattern.test(source))) continue;
    if (!agree(wanted, got)) found.push(`${source}: ${got}, but the reference says ${wanted}`);
  }
  return found;
}

/** Every call of a function with one of each list of arguments. */
export function* calls(name: string, ...lists: readonly (readonly string[])[]): Generator<string> {
  const [first = [], ...others] = lists;
  if (lists.length === 0) yield `$${name}()`;
  else
    for (const argument of first)
      for (const call of calls(name, ...others))
        yield call.endsWith('()') ? `$${name}(${argument})` : call.replace('(', `(${argument}, `);
}

export const quote = (texts: readonly string[]) => texts.map((text) => JSON.stringify(text));

export const NUMBERS = [
  '0',
  '1',
  '-1',
  '0.5',
  '-0.5',
  '1.005',
  '9.995',
  '12345.678',
  '-1234567.891',
  '1e15',
  '0.00012',
  '99',
];
export const WHOLE = [
  '0',
  '1',
  '4',
  '9',
  '13',
  '19',
  '20',
  '21',
  '40',
  '99',
  '100',
  '101',
  '111',
  '112',
  '121',
  '999',
];
export const LARGE = [
  '1000',
  '1001',
  '1066',
  '3999',
  '12345',
  '100000',
  '1000000',
  '1234567890',
  '1e12',
  '1e15',
  '123e18',
];
export const ODD = ['missing', 'null', 'true', '"7"', '[]', '[1]', '{}', 'list', '$sum', '-3', '2.7'];
