// What TestState shows of a state's way: the values that the interpreter showed its observer, under AWS's names. Which of them
// AWS gives for which type of state is recorded.

import type { State } from '../../asl/program.ts';
import { stringifyJson, toNumber } from '../../base/json.ts';
import { utf8Length } from '../../base/payload.ts';
import type { StateTestResult } from '../../engine/engine.ts';
import type { HttpExchange, HttpHeader } from '../../integrations/integration.ts';
import type { HandledError, Stage, StageValue } from '../../interpreter/stages.ts';
import type { InspectionData, InspectionErrorDetails } from '../model.ts';
import { toFloat } from '../wire/float.ts';

/** Members that hold JSON text. */
type TextMember = Extract<keyof InspectionData, 'input' | 'result' | `after${string}` | 'variables'>;
type NumberMember = 'maxConcurrency' | 'toleratedFailureCount' | 'toleratedFailurePercentage';

const TEXTS: Readonly<Partial<Record<Stage, TextMember>>> = {
  InputPath: 'afterInputPath',
  Parameters: 'afterParameters',
  Arguments: 'afterArguments',
  ItemsPath: 'afterItemsPath',
  ItemsPointer: 'afterItemsPointer',
  ItemSelector: 'afterItemSelector',
  ItemBatcher: 'afterItemBatcher',
  Result: 'result',
  ResultSelector: 'afterResultSelector',
  ResultPath: 'afterResultPath',
};

const NUMBERS: Readonly<Partial<Record<Stage, NumberMember>>> = {
  MaxConcurrency: 'maxConcurrency',
  ToleratedFailureCount: 'toleratedFailureCount',
  ToleratedFailurePercentage: 'toleratedFailurePercentage',
};

interface Shown {
  /** Whether HTTP requests and responses are shown. */
  readonly trace: boolean;
  /** A value over it is left out. */
  readonly maxBytes: number;
}

export function toInspectionData(
  state: State,
  input: string,
  { end, seen, http }: StateTestResult,
  { trace, maxBytes }: Shown,
): InspectionData {
  const data: Partial<Record<keyof InspectionData, unknown>> = { input };
  const texts: Partial<Record<TextMember, string>> = {};
  // A catcher's ResultPath is not the state's.
  const caught = seen.findIndex(({ stage }) => stage === 'Catch');
  for (const { stage, value } of caught < 0 ? seen : seen.slice(0, caught)) {
    const text = TEXTS[stage];
    if (text !== undefined && isShown(state, stage)) texts[text] = appended(stage, texts[text], value.text);
    const number = NUMBERS[stage];
    if (number !== undefined) data[number] = numberOf(number, toNumber(value.value) ?? 0);
  }
  for (const [member, text] of Object.entries(texts))
    if (utf8Length(text) <= maxBytes) data[member as TextMember] = text;
  const variables = Object.entries(end.variables);
  if (variables.length > 0) {
    const text = `{${variables.map(([name, value]) => `${stringifyJson(name)}:${value.text}`).join()}}`;
    if (utf8Length(text) <= maxBytes) data.variables = text;
  }
  const errorDetails = errorDetailsOf(seen);
  if (errorDetails !== undefined) data.errorDetails = errorDetails;
  return { ...data, ...(trace && http !== undefined && toHttpData(http)) } as InspectionData;
}

/** Of stages that are shown in slices the arrays are one; of others the last value counts. */
function appended(stage: Stage, before: string | undefined, text: string): string {
  const inSlices = stage === 'ItemSelector' || stage === 'ItemBatcher';
  if (!inSlices || before === undefined || before === '[]') return text;
  return text === '[]' ? before : `${before.slice(0, -1)},${text.slice(1)}`;
}

function numberOf(member: NumberMember, value: number): number {
  return member === 'toleratedFailurePercentage' ? toFloat(value) : value;
}

/** AWS shows neither what the branches of a Parallel get in JSONata nor what Maps and Parallels come to. */
function isShown(state: State, stage: Stage): boolean {
  switch (stage) {
    case 'Result':
      return state.type === 'Task' || (state.type === 'Pass' && state.result !== undefined);
    case 'Arguments':
      return state.type === 'Task';
    default:
      return true;
  }
}

/** Of an error that was caught the catcher; else the retrier that knows it, also when it has no attempts left. */
function errorDetailsOf(seen: readonly StageValue[]): InspectionErrorDetails | undefined {
  const handled = (by: Stage) =>
    seen.find(({ stage }) => stage === by)?.value.value as HandledError | undefined;
  const caught = handled('Catch');
  if (caught !== undefined) return { catchIndex: caught.index };
  const retried = handled('Retry');
  if (retried === undefined) return undefined;
  const { index, delaySeconds } = retried;
  return {
    retryIndex: index,
    ...(delaySeconds !== undefined && { retryBackoffIntervalSeconds: Math.floor(delaySeconds) }),
  };
}

function toHttpData({ request, response }: HttpExchange): Pick<InspectionData, 'request' | 'response'> {
  const protocol = request.url.slice(0, request.url.indexOf(':'));
  const { method, url, body } = request;
  const sent = {
    protocol,
    method,
    url,
    headers: headersText(request.headers),
    ...(body !== undefined && { body }),
  };
  if (response === undefined) return { request: sent };
  return {
    request: sent,
    response: {
      protocol,
      statusCode: String(response.status),
      statusMessage: response.statusText,
      headers: headersText(response.headers),
      ...(response.body !== undefined && { body: response.body }),
    },
  };
}

/** `[name: value, name: value]`. Source: AWS, "Testing state machines with TestState API". */
function headersText(headers: readonly HttpHeader[]): string {
  return `[${headers.map(([name, value]) => `${name}: ${value}`).join(', ')}]`;
}
