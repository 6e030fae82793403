// The context object that TestState may be given: which members it may have. Texts recorded from AWS; those of other types
// than that of Execution.Id follow it.

import type { State } from '../../asl/program.ts';
import { isJsonNumber, isJsonObject, type Json, type JsonObject, parseJson } from '../../base/json.ts';
import { type ApiError, invalid } from '../wire/errors.ts';

type Kind = 'string' | 'number' | 'any';

const MEMBERS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Execution: {
    Id: 'string',
    Input: 'any',
    Name: 'string',
    RoleArn: 'string',
    StartTime: 'string',
    RedriveCount: 'number',
    RedriveTime: 'string',
  },
  State: { EnteredTime: 'string', Name: 'string', RetryCount: 'number' },
  StateMachine: { Id: 'string', Name: 'string' },
  Task: { Token: 'string' },
};

function wrong(what: string): ApiError {
  return invalid(`Invalid Context object provided: ${what}`);
}

/** @throws ApiError ValidationException */
export function parseContext(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  let value: Json | undefined;
  try {
    value = parseJson(text);
  } catch {
    // Said below.
  }
  if (!isJsonObject(value)) throw wrong('Context object must be a JSON object');
  return value;
}

/** @throws ApiError ValidationException */
export function checkContext(context: JsonObject, state: State): void {
  for (const [part, value] of Object.entries(context)) {
    if (part === 'Map') throw wrong("'Map' field is not supported when mocking a Context object");
    const members = memberOf(MEMBERS, part);
    if (members === undefined) throw wrong(`Field '${part}' is not allowed`);
    if (part === 'Task' && !hasToken(state)) {
      throw wrong(
        "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
      );
    }
    if (!isJsonObject(value)) throw wrong(`${part} must be an object`);
    for (const [name, member] of Object.entries(value)) {
      const kind = memberOf(members, name);
      if (kind === undefined) throw wrong(`Field '${name}' is not allowed`);
      if (!isOf(kind, member)) throw wrong(`${part}.${name} must be a ${kind}`);
    }
  }
}

function memberOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isOf(kind: Kind, value: Json): boolean {
  if (kind === 'any') return true;
  return kind === 'string' ? typeof value === 'string' : isJsonNumber(value);
}

/** Activities have one as well; a test may need it. */
function hasToken(state: State): boolean {
  if (state.type !== 'Task') return false;
  const { resource } = state;
  return (
    resource.kind === 'activity' || (resource.kind === 'service' && resource.pattern !== 'request-response')
  );
}
