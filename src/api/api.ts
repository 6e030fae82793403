// The API without its wire: operation name and input object in, output object out. HTTP, the command line and tests call
// `handle`; it checks the input against the model, runs the handler and gives every failure an AWS name.

import { DefinitionCache } from '../asl/analysis.ts';
import { systemClock } from '../base/clock.ts';
import { createKeyLock } from '../base/key-lock.ts';
import { Parts } from '../base/parts.ts';
import { Overloaded } from '../engine/engine.ts';
import { Analyses } from '../engine/threads/analyses.ts';
import { DuplicateExecution } from '../store/store.ts';
import { openCaches } from './caches.ts';
import type { ApiContext, ApiDeps, ClientSignal } from './context.ts';
import { OPERATIONS, type OperationName } from './model.ts';
import { HANDLERS, NOT_YET } from './operations.ts';
import { openRouter } from './routing.ts';
import { apiError, notImplemented } from './wire/errors.ts';
import { openPageTokens } from './wire/pagination.ts';
import { type CheckInput, compileInput, type Overrides } from './wire/validate-input.ts';

export interface Api {
  /**
   * @param input the request's members; members that are null are removed from it.
   * @param signal without it the caller waits as long as it takes.
   * @returns the answer's members; undefined ones are left out when it is printed.
   * @throws ApiError; anything else is a bug of Treadle's.
   */
  handle(operation: string, input: unknown, signal?: ClientSignal): Promise<object>;
}

/** Builds the API over a store and an engine. The store and the engine stay the caller's to close. */
export function createApi(deps: ApiDeps): Api {
  const definitions = deps.definitions ?? new DefinitionCache();
  const context: ApiContext = {
    ...deps,
    definitions,
    analyses: deps.analyses ?? new Analyses(definitions),
    ...openCaches(deps.store, deps.now),
    route: openRouter(Math.random),
    pages: openPageTokens(deps.store, deps.now),
    parts: new Parts(systemClock),
    withLock: createKeyLock(),
  };
  const bounds = limitsAsOverrides(deps);
  const routes = new Map<string, Route>();
  /** Made at an operation's first request: all of them together take 15 ms, of which a process needs one or two. */
  const routeOf = (operation: string): Route => {
    const known = routes.get(operation);
    if (known !== undefined) return known;
    if (!isOperation(operation)) {
      throw apiError(
        'UnknownOperationException',
        `Expected an operation of AWS Step Functions, but got '${operation}'`,
      );
    }
    const made = route(operation, bounds);
    routes.set(operation, made);
    return made;
  };
  return {
    async handle(operation, input, signal = neverAborted) {
      const found = routeOf(operation);
      found.check(input);
      try {
        return await found.run(context, input as never, signal);
      } catch (error) {
        throw toApiError(error);
      }
    },
  };
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

const NEVER = new AbortController().signal;
const neverAborted: ClientSignal = () => NEVER;

interface Route {
  readonly check: CheckInput;
  readonly run: (api: ApiContext, input: never, signal: ClientSignal) => Promise<object>;
}

function route(name: OperationName, bounds: Overrides): Route {
  const run = HANDLERS[name];
  if (run !== NOT_YET) return { check: compileInput(name, bounds), run };
  return {
    check: () => {
      throw notImplemented(name);
    },
    run: async () => ({}),
  };
}

/** The configured limits are the model's constraints of the members they bound. */
function limitsAsOverrides({ limits }: ApiDeps): Overrides {
  return {
    SensitiveData: { max: limits.payloadBytes },
    Definition: { max: limits.definitionCharacters },
    // AWS answers an empty definition with a diagnostic, although its model says otherwise.
    'ValidateStateMachineDefinitionInput.definition': { min: 0, max: limits.definitionCharacters },
  };
}

function toApiError(error: unknown): unknown {
  if (error instanceof DuplicateExecution) return apiError('ExecutionAlreadyExists', error.arn);
  if (error instanceof Overloaded) return apiError('ThrottlingException');
  return error;
}
