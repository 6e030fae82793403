// Executions that failed or were stopped: go on.

import { NotRedrivable } from '../../engine/engine.ts';
import type { Handler } from '../context.ts';
import { checkArn } from '../names.ts';
import { apiError } from '../wire/errors.ts';

/** @throws InvalidArn, ExecutionDoesNotExist, ExecutionNotRedrivable */
export const redriveExecution: Handler<'RedriveExecution'> = async (api, { executionArn, clientToken }) => {
  checkArn(executionArn, 'execution');
  try {
    const redrivenAt = await api.engine.redrive({ executionArn, clientToken });
    if (redrivenAt === undefined) throw apiError('ExecutionDoesNotExist', executionArn);
    return { redriveDate: redrivenAt / 1000 };
  } catch (error) {
    throw error instanceof NotRedrivable ? apiError('ExecutionNotRedrivable', error.message) : error;
  }
};
