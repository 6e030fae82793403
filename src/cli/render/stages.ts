// The answer of TestState → lines to read: the value after every stage, and how the state has ended.

import type { InspectionData, TestStateOutput } from '../../api/model.ts';
import { parseJson } from '../../base/json.ts';
import type { Paint } from './paint.ts';
import { clean, failureText } from './text.ts';

/** In the order of a state's way. */
const ORDER: readonly (keyof InspectionData)[] = [
  'input',
  'afterInputPath',
  'afterParameters',
  'afterArguments',
  'afterItemsPath',
  'afterItemsPointer',
  'afterItemSelector',
  'afterItemBatcher',
  'maxConcurrency',
  'toleratedFailureCount',
  'toleratedFailurePercentage',
  'request',
  'response',
  'result',
  'afterResultSelector',
  'afterResultPath',
  'variables',
  'errorDetails',
];

/** A value that is the one before it is not shown again. */
export function stageLines(data: InspectionData, paint: Paint): string[] {
  let before: { readonly name: string; readonly text: string } | undefined;
  return ORDER.flatMap((name) => {
    const value = data[name];
    if (value === undefined) return [];
    const text = printed(value);
    const same = before !== undefined && before.text === text;
    const lines = same
      ? [`${paint('cyan', name)} ${paint('dim', `as ${before!.name}`)}`]
      : valueLines(paint('cyan', name), text);
    if (!same) before = { name, text };
    return lines;
  });
}

/** A short value stands beside its name. */
function valueLines(name: string, text: string): string[] {
  const lines = text.split('\n');
  return lines.length === 1 ? [`${name} ${text}`] : [name, ...lines.map((line) => `  ${line}`)];
}

/** Values are JSON text, but for numbers and what HTTP requests and responses are made of. */
function printed(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  return JSON.stringify(parseJson(value), null, 2);
}

export function endLines({ status, error, cause, nextState }: TestStateOutput, paint: Paint): string[] {
  const good = status === 'SUCCEEDED';
  const next =
    status === 'FAILED' || status === 'RETRIABLE'
      ? []
      : [paint('dim', nextState === undefined ? 'ends here' : `→ ${clean(nextState)}`)];
  const style = good ? 'green' : status === 'FAILED' ? 'red' : 'yellow';
  const lines = [[paint(style, status ?? ''), ...next].join(' ')];
  return error === undefined && cause === undefined ? lines : [...lines, failureText({ error, cause })];
}
