// Whether the log group of a logging configuration is there, so far as a CloudWatch Logs that Treadle knows can tell.

import type { ApiContext } from './context.ts';
import type { LoggingConfiguration } from './model.ts';
import { apiError } from './wire/errors.ts';

/** @throws InvalidLoggingConfiguration for one that CloudWatch Logs does not know. */
export async function requireLogGroup(
  api: Pick<ApiContext, 'hasLogGroup'>,
  logging: LoggingConfiguration | undefined,
): Promise<void> {
  for (const { cloudWatchLogsLogGroup } of logging?.destinations ?? []) {
    const arn = cloudWatchLogsLogGroup?.logGroupArn;
    if (arn === undefined || (await api.hasLogGroup?.(arn)) !== false) continue;
    throw apiError('InvalidLoggingConfiguration', 'Log Destination not found.');
  }
}
