// `treadle history ARN`: asks a running server over the AWS API and shows what the execution did.

import type { HistoryEvent } from '../../api/model.ts';
import { splitResource } from '../../base/arn.ts';
import { newTree } from '../../history/run-tree.ts';
import { addEvent } from '../../history/tree.ts';
import { EXIT } from '../failure.ts';
import type { Output } from '../output.ts';
import { callApi, defaultEndpoint, executionOf } from '../remote.ts';
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
  const resource = executionOf(arn);
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
    `${out.paint('bold', splitResource(resource).rest.replaceAll(':', ' '))}  ${out.paint(style, status)}`,
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
