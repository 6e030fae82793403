// `treadle history ARN`: asks a running server over the AWS API and shows what the execution did.

import type { HistoryEvent } from '../../api/model.ts';
import { parseArn, splitResource } from '../../base/arn.ts';
import { listenText } from '../../config/listen.ts';
import { newTree } from '../../history/run-tree.ts';
import { addEvent } from '../../history/tree.ts';
import { configuration } from '../configuration.ts';
import { CliError, EXIT } from '../failure.ts';
import type { Output } from '../output.ts';
import { callApi } from '../remote.ts';
import { stillPicture } from '../render/live.ts';
import { count, dateAndTime, duration, failureText } from '../render/text.ts';
import { toTreeEvent } from '../render/wire.ts';

interface HistoryOptions {
  readonly endpoint?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly reverse?: boolean;
}

const PAGE = 1000;

/** @returns the exit code: 0 also for an execution that failed. @throws CliError. */
export async function history(arn: string, options: HistoryOptions, out: Output): Promise<number> {
  const parsed = parseArn(arn);
  if (parsed === undefined || !['execution', 'express'].includes(splitResource(parsed.resource).type)) {
    throw new CliError(
      `${JSON.stringify(arn)} is not the ARN of an execution`,
      'it looks like arn:aws:states:us-east-1:123456789012:execution:NAME:EXECUTION',
      EXIT.invalid,
    );
  }
  const endpoint = options.endpoint ?? defaultEndpoint(options.config);
  const tree = newTree();
  const reverse = options.json === true && options.reverse === true;
  let nextToken: string | undefined;
  do {
    const page = (await callApi(endpoint, 'GetExecutionHistory', {
      executionArn: arn,
      maxResults: PAGE,
      reverseOrder: reverse,
      nextToken,
    })) as { readonly events: readonly HistoryEvent[]; readonly nextToken?: string };
    for (const event of page.events) {
      if (options.json === true) out.line(JSON.stringify(event));
      else addEvent(tree, toTreeEvent(event));
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined && nextToken !== null);
  if (options.json === true) return EXIT.ok;

  const now = Date.now();
  const { status, startedAt = now, stoppedAt, failure, output } = tree;
  const style = status === 'SUCCEEDED' ? 'green' : status === 'RUNNING' ? 'cyan' : 'red';
  out.line(
    `${out.paint('bold', splitResource(parsed.resource).rest.replaceAll(':', ' '))}  ${out.paint(style, status)}`,
  );
  const took = `${stoppedAt === undefined ? 'for' : 'took'} ${duration((stoppedAt ?? now) - startedAt)}`;
  out.line(out.paint('dim', `started ${dateAndTime(startedAt)}, ${took}, ${count(tree.events)} events`));
  out.line();
  for (const line of stillPicture(tree, out, now)) out.line(line);
  if (failure !== undefined) {
    out.line();
    out.line(out.paint('red', failureText(failure)));
  }
  if (output !== undefined) {
    out.line();
    out.line(JSON.stringify(JSON.parse(output.text), null, 2));
  }
  return EXIT.ok;
}

/** The AWS variables win, then the address that `treadle start` would use here. */
function defaultEndpoint(file: string | undefined): string {
  const { AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL } = process.env;
  const named = AWS_ENDPOINT_URL_SFN || AWS_ENDPOINT_URL;
  if (named) return named;
  const { listen } = configuration({ config: file });
  return `http://${listenText({ ...listen, host: listen.host === '0.0.0.0' ? '127.0.0.1' : listen.host })}`;
}
