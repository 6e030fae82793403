// One conformance case: what a definition does by AWS's documentation or records, told without our code. README.md says how
// a case is written; here it is read, run through the pure interpreter, and compared.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateDefinition } from '../../src/asl/validate.ts';
import { isJsonObject, type Json, jsonEquals, parseJson, stringifyJson } from '../../src/base/json.ts';
import { objectOf } from '../../src/base/json-object.ts';
import { Payload } from '../../src/base/payload.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { type Driven, drive, type Script } from '../support/drive.ts';

/** What a case rests on, the strongest first. */
export const SOURCES = ['recording', 'documentation', 'report', 'assumption'] as const;

export interface Source {
  /**
   * `recording`: seen on AWS, event by event or word by word; `documentation`: a page or a specification of AWS says so;
   * `report`: somebody else wrote down what AWS did; `assumption`: nobody has looked.
   */
  readonly type: (typeof SOURCES)[number];
  /** Where it can be looked up, or what the assumption is derived from. */
  readonly reference: string;
  /** What another source says instead: the choice between them is open. */
  readonly against?: string;
}

/** One of `definition`, `states`, `rule`, `template`, `expression` says what is run. */
export interface ConformanceCase extends Omit<Script, 'stop' | 'program' | 'replayEveryDecision'> {
  readonly name: string;
  readonly source: Source;
  /** A whole definition, or its text. */
  readonly definition?: object | string;
  /** A machine that starts at the first of these states. */
  readonly states?: Readonly<Record<string, object>>;
  /** For `states`; JSONPath when absent. */
  readonly language?: 'JSONPath' | 'JSONata';
  /** A rule of the Choice state `S`, without Next. */
  readonly rule?: object;
  /** Parameters of the Pass state `S`. */
  readonly template?: Json;
  /** Output of the JSONata Pass state `S`. */
  readonly expression?: Json;
  readonly stop?: Script['stop'];
  readonly expect: Expectation;
}

export interface Expectation {
  /** Status; SUCCEEDED when `output` or `holds` is given, FAILED when `error`, `cause` or `reason` is. */
  readonly status?: string;
  readonly output?: Json;
  /** The output as text: for the order of members. */
  readonly outputText?: string;
  /** Whether the Choice rule holds. */
  readonly holds?: boolean;
  readonly error?: string | null;
  readonly cause?: string | null;
  /** The cause behind "An error occurred while executing the state …". */
  readonly reason?: string;
  /** `2<0 PassStateEntered S`, all of them. */
  readonly history?: readonly string[];
  /** Members that the event of that id has at least. */
  readonly events?: Readonly<Record<string, Json>>;
  /** Inputs of the tasks' calls, by state. */
  readonly calls?: Readonly<Record<string, readonly Json[]>>;
  /** Virtual milliseconds from start to end. */
  readonly tookMs?: number;
  /** The definition is refused: `message at location`, with the code in front unless it is SCHEMA_VALIDATION_FAILED. */
  readonly refused?: readonly string[];
}

/** The cases of every JSON file in the folder and its subfolders, by the file's path in the folder. */
export function loadCases(folder: string): Map<string, readonly ConformanceCase[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const cases = new Map<string, readonly ConformanceCase[]>();
  for (const file of files.sort()) {
    // Files of the folder itself are about the cases.
    if (!/[/\\].*\.json$/.test(file)) continue;
    const read = parseJson(readFileSync(join(folder, file), 'utf8')) as unknown;
    if (!Array.isArray(read)) throw new Error(`Expected ${file} to hold an array of cases`);
    for (const { name, source } of read as Partial<ConformanceCase>[]) {
      if (source === undefined || !SOURCES.includes(source.type) || !source.reference) {
        throw new Error(`Expected the case "${name}" in ${file} to name its source`);
      }
    }
    cases.set(file, read as ConformanceCase[]);
  }
  return cases;
}

/** @returns what differs from the expectation, one line each; empty when nothing does. */
export function runCase(test: ConformanceCase): string[] {
  const { expect } = test;
  const definition = definitionOf(test);
  const text = typeof definition === 'string' ? definition : stringifyJson(definition as Json);
  const refused = validateDefinition(text, { type: test.express ? 'EXPRESS' : 'STANDARD' })
    .diagnostics.filter(({ severity }) => severity === 'ERROR')
    .map(({ code, message, location }) => {
      const shown = code === 'SCHEMA_VALIDATION_FAILED' ? '' : `${code}: `;
      return `${shown}${message}${location === undefined ? '' : ` at ${location}`}`;
    });
  if (expect.refused !== undefined) return differing('refused', expect.refused as Json, refused);
  if (refused.length > 0) return [`refused: expected nothing, but got ${stringifyJson(refused)}`];
  const { input, tasks } = test;
  const script: Script = {
    ...test,
    ...(input === undefined ? {} : { input: expand(input) }),
    ...(tasks === undefined
      ? {}
      : { tasks: expand(tasks as unknown as Json) as unknown as Script['tasks'] & {} }),
  };
  return compare(expect, drive(text, script));
}

/** `{ "repeat": "x", "times": 300000 }` is that long text: payloads over a quota need not fill the file. */
function expand(value: Json): Json {
  if (Array.isArray(value)) return value.map(expand);
  if (!isJsonObject(value)) return value;
  const { repeat, times } = value;
  if (typeof repeat === 'string' && typeof times === 'number') return repeat.repeat(times);
  return objectOf(Object.entries(value).map(([name, member]) => [name, expand(member)]));
}

function definitionOf(test: ConformanceCase): object | string {
  if (test.definition !== undefined) return test.definition;
  const machine = (states: Readonly<Record<string, object>>, language?: string) => ({
    ...(language === undefined ? {} : { QueryLanguage: language }),
    StartAt: Object.keys(states)[0],
    States: states,
  });
  if (test.states !== undefined) return machine(test.states, test.language);
  if (test.rule !== undefined) {
    return machine(
      {
        S: { Type: 'Choice', Choices: [{ ...test.rule, Next: 'Holds' }], Default: 'Not' },
        Holds: { Type: 'Pass', Result: true, End: true },
        Not: { Type: 'Pass', Result: false, End: true },
      },
      test.language,
    );
  }
  if (test.template !== undefined)
    return machine({ S: { Type: 'Pass', Parameters: test.template, End: true } });
  if (test.expression !== undefined) {
    return machine({ S: { Type: 'Pass', Output: test.expression, End: true } }, 'JSONata');
  }
  throw new Error(
    `Expected the case "${test.name}" to have a definition, states, rule, template or expression`,
  );
}

function compare(expect: Expectation, got: Driven): string[] {
  const output = expect.holds ?? expect.output;
  const failed = expect.error !== undefined || expect.cause !== undefined || expect.reason !== undefined;
  const status = expect.status ?? (failed ? 'FAILED' : output === undefined ? undefined : 'SUCCEEDED');
  const differences: string[] = [];
  if (status !== undefined) differences.push(...differing('status', status, got.status));
  if (output !== undefined) differences.push(...differing('output', output, got.output));
  if (expect.outputText !== undefined) {
    const text = got.output === undefined ? undefined : stringifyJson(got.output);
    differences.push(...differing('outputText', expect.outputText, text));
  }
  if (expect.error !== undefined) differences.push(...differing('error', expect.error, got.error ?? null));
  if (expect.cause !== undefined) differences.push(...differing('cause', expect.cause, got.cause ?? null));
  if (expect.reason !== undefined) {
    const reason = got.cause?.replace(
      /^An error occurred while executing the state '[^']*' \(entered at the event id #\d+\)\. /,
      '',
    );
    differences.push(...differing('reason', expect.reason, reason === got.cause ? null : reason));
  }
  if (expect.history !== undefined)
    differences.push(...differing('history', expect.history as Json, got.trace as Json));
  for (const [id, members] of Object.entries(expect.events ?? {})) {
    const event = got.events.find((candidate) => String(candidate.id) === id);
    for (const [name, value] of Object.entries(members as object)) {
      differences.push(...differing(`events.${id}.${name}`, value as Json, member(event, name)));
    }
  }
  for (const [state, inputs] of Object.entries(expect.calls ?? {}))
    differences.push(...differing(`calls.${state}`, inputs as Json, got.calls[state]));
  if (expect.tookMs !== undefined) differences.push(...differing('tookMs', expect.tookMs, got.tookMs));
  if (differences.length > 0 && got.cause !== undefined) differences.push(`(${got.error}: ${got.cause})`);
  return differences;
}

function member(event: HistoryEvent | undefined, name: string): Json | undefined {
  const value = (event as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (value instanceof Payload) return value.value;
  if (name !== 'assigned' || value === undefined) return value as Json | undefined;
  const assigned = value as Readonly<Record<string, Payload>>;
  return Object.fromEntries(Object.keys(assigned).map((key) => [key, assigned[key]!.value]));
}

/** Order of object members does not count; `"*"` stands for anything but nothing. */
function differing(what: string, expected: Json, got: Json | undefined): string[] {
  if (got !== undefined && fits(expected, got)) return [];
  const shown = got === undefined ? 'nothing' : stringifyJson(got);
  return [`${what}: expected ${stringifyJson(expected)}, but got ${shown}`];
}

function fits(expected: Json, got: Json): boolean {
  if (expected === '*') return true;
  if (Array.isArray(expected)) {
    return (
      Array.isArray(got) &&
      got.length === expected.length &&
      expected.every((item, i) => fits(item, got[i] as Json))
    );
  }
  if (!isJsonObject(expected)) return jsonEquals(expected, got);
  if (!isJsonObject(got)) return false;
  const names = Object.keys(expected);
  return (
    names.length === Object.keys(got).length &&
    names.every((name) => Object.hasOwn(got, name) && fits(expected[name]!, got[name]!))
  );
}
