// `treadle redrive ARN`: has a running server go on with an execution that failed, timed out or was stopped.

import { EXIT } from '../failure.ts';
import type { Output } from '../output.ts';
import { callApi, defaultEndpoint, executionOf } from '../remote.ts';
import { dateAndTime } from '../render/text.ts';

interface RedriveOptions {
  readonly endpoint?: string;
  readonly config?: string;
}

/** @returns the exit code. @throws CliError, also when the execution cannot be redriven. */
export async function redrive(arn: string, options: RedriveOptions, out: Output): Promise<number> {
  executionOf(arn);
  const endpoint = options.endpoint ?? defaultEndpoint(options.config);
  const { redriveDate } = (await callApi(endpoint, 'RedriveExecution', { executionArn: arn })) as {
    readonly redriveDate: number;
  };
  out.line(`redriven ${dateAndTime(redriveDate * 1000)}`);
  out.line(out.paint('dim', `treadle history ${arn} shows how it goes on`));
  return EXIT.ok;
}
