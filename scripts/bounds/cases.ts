// Cases of the search: what is evaluated on what, with how many units, and how long it takes.

import type { Json } from '../../src/base/json.ts';
import { EVALUATION_UNITS, Meter, MeterExhausted, UNITS_PER_MS } from '../../src/base/meter.ts';
import { StateError } from '../../src/base/state-error.ts';
import { IntrinsicSyntaxError } from '../../src/query/intrinsics/compile.ts';
import { compilePath, PathSyntaxError } from '../../src/query/json-path/compile.ts';
import { PathMiss } from '../../src/query/json-path/path.ts';
import { compileJsonata, JsonataSyntaxError } from '../../src/query/jsonata/compile.ts';
import type { Evaluate, Scope } from '../../src/query/scope.ts';
import { compileTemplate, TemplateError } from '../../src/query/template.ts';
import { inputOf } from './inputs.ts';
import { jsonata, LEAVES } from './jsonata.ts';
import { intrinsic, pathText, templateOf } from './paths.ts';
import { type Random, randomOf } from './random.ts';
import { leaf, smaller, type Tree, textOf } from './tree.ts';

export const LANGUAGES = ['jsonata', 'path', 'intrinsic', 'template'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Case {
  readonly language: Language;
  readonly expression: Tree;
  /** Members of a template. */
  readonly members: number;
  /** Index into the seed's inputs. */
  readonly input: number;
  /** Units that the meter allows. */
  readonly limit: number;
}

export interface Measurement {
  readonly units: number;
  /** Processor time of the thread. */
  readonly ms: number;
  /** An exception that no evaluation may throw. */
  readonly bug: string | undefined;
}

/** Inputs of a seed, small ones first: every case takes one. */
const SCALES = [0.01, 0.03, 0.1, 0.3, 0.3, 1, 1, 1];
const INPUTS = 32;

export function inputsOf(seed: string): readonly { [name: string]: Json }[] {
  const random = randomOf(`${seed}/inputs`);
  return Array.from({ length: INPUTS }, (_unused, i) =>
    inputOf(random, SCALES[Math.floor((i * SCALES.length) / INPUTS)]!),
  );
}

/** Most cases have little to spend, so that many can be tried; some have all that an evaluation may have. */
function drawLimit(random: Random): number {
  const drawn = random.next();
  if (drawn < 0.97) return UNITS_PER_MS / 2;
  if (drawn < 0.995) return 5 * UNITS_PER_MS;
  return drawn < 0.9999 ? 20 * UNITS_PER_MS : 2 * EVALUATION_UNITS;
}

/** Characters that a definition may have, and more than most have. */
const DEFINITION = 50_000;

export function drawCase(seed: string, index: number, only: Language | undefined): Case {
  const random = randomOf(`${seed}/${index}`);
  const language =
    only ?? random.one(['jsonata', 'jsonata', 'jsonata', 'path', 'intrinsic', 'template'] as const);
  const expression = drawExpression(language, random);
  return {
    language,
    expression,
    members: Math.min(
      random.size(random.chance(0.04) ? 2_000 : 40) + 1,
      Math.ceil(DEFINITION / textOf(expression).length),
    ),
    input: random.whole(0, INPUTS - 1),
    limit: drawLimit(random),
  };
}

function drawExpression(language: Language, random: Random): Tree {
  if (language === 'jsonata') return jsonata(random);
  if (language === 'path') return leaf(pathText(random));
  return language === 'intrinsic' || random.chance(0.6) ? intrinsic(random, 3) : leaf(pathText(random));
}

function compile({ language, expression, members }: Case): Evaluate | undefined {
  const text = textOf(expression);
  if (text.length > DEFINITION) return undefined;
  try {
    if (language === 'jsonata') return compileJsonata(text, 'Output').evaluate;
    if (language === 'path') return compilePath(text).read;
    return compileTemplate(templateOf(text, language === 'intrinsic' ? 1 : members)).evaluate;
  } catch (error) {
    const refused =
      error instanceof JsonataSyntaxError ||
      error instanceof PathSyntaxError ||
      error instanceof IntrinsicSyntaxError ||
      error instanceof TemplateError;
    if (refused) return undefined;
    throw error;
  }
}

/** Below this, processor time is too coarse, and the clock on the wall measures. */
const SHORT_MS = 40;

/** @returns undefined for a text that is refused before it is evaluated. */
export function measure(subject: Case, inputs: readonly Json[]): Measurement | undefined {
  const evaluate = compile(subject);
  if (evaluate === undefined) return undefined;
  const input = inputs[subject.input]!;
  const meter = new Meter(subject.limit);
  const context = { Execution: { Input: input }, State: { Name: 'A' } };
  let drawn = 0;
  const scope: Scope = {
    document: input,
    states: { input },
    context: () => context,
    variable: () => undefined,
    now: 1_700_000_000_000,
    random: () => {
      drawn = (drawn * 16_807 + 12_345) % 2_147_483_647;
      return drawn / 2_147_483_647;
    },
    uuid: () => crypto.randomUUID(),
    meter,
  };
  let bug: string | undefined;
  const before = process.threadCpuUsage();
  const began = performance.now();
  try {
    evaluate(scope);
  } catch (error) {
    const expected =
      error instanceof StateError || error instanceof MeterExhausted || error instanceof PathMiss;
    if (!expected) bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const elapsed = performance.now() - began;
  const { user, system } = process.threadCpuUsage(before);
  // Processor time comes in ticks of up to four milliseconds; a short run is rarely interrupted.
  const ms = elapsed < SHORT_MS ? elapsed : Math.min(elapsed, (user + system) / 1_000);
  return { units: meter.used, ms, bug };
}

/** Time beyond its units that no measurement can tell from chance. */
const SLACK_MS = 1;
/** What the time may be of what was paid for. */
const TOLERANCE = 1.2;
const REPEATS = 12;

export function excess({ units, ms }: Measurement): number {
  return (ms - SLACK_MS) / (TOLERANCE * (units / UNITS_PER_MS));
}

/** Measures again what was too slow, and takes its best. @param enough an excess that is no finding. */
export function bestOf(subject: Case, inputs: readonly Json[], first: Measurement, enough = 1): Measurement {
  let best = first;
  for (let i = 0; i < REPEATS && excess(best) > enough; i++) {
    const again = measure(subject, inputs);
    if (again !== undefined && excess(again) < excess(best)) best = again;
  }
  return best;
}

/** The smallest case near by that is a finding as well. */
export function shrink(subject: Case, inputs: readonly Json[]): Case {
  const isFinding = (candidate: Case): boolean => {
    const measured = measure(candidate, inputs);
    if (measured === undefined) return false;
    return measured.bug !== undefined || excess(bestOf(candidate, inputs, measured)) > 1;
  };
  let best = subject;
  for (let tries = 0; tries < 200; ) {
    let found = false;
    for (const expression of smaller(best.expression, LEAVES)) {
      if (++tries > 200) break;
      const candidate = { ...best, expression };
      if (textOf(expression).length >= textOf(best.expression).length || !isFinding(candidate)) continue;
      best = candidate;
      found = true;
      break;
    }
    if (!found) break;
  }
  return best;
}
