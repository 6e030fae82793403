// JSON texts inside requests: the `input` of StartExecution and StartSyncExecution, the `output` of SendTaskSuccess.
// Parsed once here and never again.

import { type Json, parseJson } from '../../base/json.ts';
import { Payload } from '../../base/payload.ts';
import { JSON_DEPTH } from '../../base/quotas.ts';
import { jacksonMessage } from '../../text/jackson.ts';
import { apiError } from './errors.ts';
import { tooManyBytes } from './validate-input.ts';

/**
 * @param text as sent; absent means `{}`.
 * @param maxBytes of UTF-8.
 * @throws ApiError InvalidExecutionInput with the parser's message, ValidationException when it is too large.
 */
export function executionInput(text: string | undefined, maxBytes: number): Payload {
  if (text === undefined) return Payload.ofBoth('{}', {});
  return payloadOf(text, 'input', maxBytes, 'InvalidExecutionInput', 'Invalid execution input.');
}

/** @throws ApiError InvalidOutput with the parser's message, ValidationException when it is too large. */
export function taskOutput(text: string, maxBytes: number): Payload {
  return payloadOf(text, 'output', maxBytes, 'InvalidOutput', 'Invalid task output.');
}

/** @param blank what AWS says of a text without anything. */
function payloadOf(
  text: string,
  member: string,
  maxBytes: number,
  code: 'InvalidExecutionInput' | 'InvalidOutput',
  blank: string,
): Payload {
  let value: Json | undefined;
  try {
    value = parseJson(text);
  } catch {
    value = undefined;
  }
  if (value === undefined || deeperThan(text, JSON_DEPTH)) {
    throw apiError(code, text.trim() === '' ? blank : (jacksonMessage(text) ?? blank));
  }
  const payload = Payload.ofBoth(text, value);
  if (payload.exceeds(maxBytes)) throw apiError('ValidationException', tooManyBytes(member, maxBytes));
  return payload;
}

/** True when arrays and objects of valid JSON nest deeper; a text too short for that is not looked at. */
function deeperThan(text: string, limit: number): boolean {
  if (text.length <= 2 * limit) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = stringEnd(text, at);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/** Offset of the quote that closes the string opened at `from`. */
function stringEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text.charCodeAt(before - 1) === 0x5c) before--;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
}
