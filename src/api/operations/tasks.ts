// Callbacks: a worker reports the result, failure or heartbeat of the task that a token stands for.

import type { TokenAnswer } from '../../engine/engine.ts';
import type { Handler } from '../context.ts';
import { apiError } from '../wire/errors.ts';
import { taskOutput } from '../wire/json-members.ts';

export const sendTaskSuccess: Handler<'SendTaskSuccess'> = async (api, input) => {
  // AWS looks at the token first (recorded): with a bad one the output does not matter.
  if (!api.engine.knowsToken(input.taskToken)) throw apiError('InvalidToken');
  const output = taskOutput(input.output, api.limits.payloadBytes);
  return toAnswer(await api.engine.completeTask(input.taskToken, { status: 'succeeded', output }));
};

export const sendTaskFailure: Handler<'SendTaskFailure'> = async (api, { taskToken, error, cause }) => {
  return toAnswer(await api.engine.completeTask(taskToken, { status: 'failed', error, cause }));
};

export const sendTaskHeartbeat: Handler<'SendTaskHeartbeat'> = async (api, { taskToken }) => {
  return toAnswer(await api.engine.heartbeat(taskToken));
};

/** @throws InvalidToken for what is no token, TaskTimedOut for one whose task has ended. */
function toAnswer(answer: TokenAnswer): Record<string, never> {
  if (answer === 'invalid') throw apiError('InvalidToken');
  if (answer === 'closed') throw apiError('TaskTimedOut');
  return {};
}
