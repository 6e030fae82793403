// Map Runs: described with counts as of now, listed by execution, changed while they run.

import type { EndCounts, MapRunCounts, MapRunRecord, RedriveCounts } from '../../store/map-runs.ts';
import type { ApiContext, Handler } from '../context.ts';
import { requireExecution, requireMapRun } from '../lookup.ts';
import type { MapRunItemCounts } from '../model.ts';
import { invalid } from '../wire/errors.ts';
import { toFloat } from '../wire/float.ts';
import { pageSize } from '../wire/pagination.ts';

const NOBODY: RedriveCounts = { executions: 0, items: 0 };
const NONE: EndCounts = { succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };

export const describeMapRun: Handler<'DescribeMapRun'> = async (api, input) => {
  const stored = await requireMapRun(api, input.mapRunArn);
  const progress = api.engine.mapRunProgress(input.mapRunArn);
  const run = progress?.record ?? stored;
  const ended = progress?.ended ?? run.counts ?? (await countsInStore(api, run));
  const running = progress?.running ?? { executions: 0, items: 0 };
  const pending = progress?.pendingRedrive ?? NOBODY;
  const lost = ended.notRedrivable ?? NOBODY;
  const { settings, reading, status, redriveCount } = run;
  const redrives = (of: 'executions' | 'items') =>
    redriveCount > 0 ? { failuresNotRedrivable: lost[of], pendingRedrive: pending[of] } : undefined;
  // Recorded from AWS: results count as written also without a ResultWriter, once the Map Run has succeeded.
  const written = status === 'SUCCEEDED' || run.counts?.written === true;
  return {
    mapRunArn: run.arn,
    executionArn: run.executionArn,
    status,
    startDate: run.startedAt / 1000,
    stopDate: run.stoppedAt === undefined ? undefined : run.stoppedAt / 1000,
    maxConcurrency: settings.maxConcurrency,
    toleratedFailurePercentage: toFloat(settings.toleratedFailurePercentage ?? 0),
    toleratedFailureCount: settings.toleratedFailureCount ?? 0,
    itemCounts: toCounts(written, reading.items, running.items, ended.items, redrives('items')),
    executionCounts: toCounts(
      written,
      reading.children,
      running.executions,
      ended.executions,
      redrives('executions'),
    ),
    redriveCount,
    redriveDate: run.redrivenAt === undefined ? undefined : run.redrivenAt / 1000,
  };
};

/** @param written whether the results are. @param total as far as the items have been read. @param redrives undefined: the run was never redriven */
function toCounts(
  written: boolean,
  total: number,
  running: number,
  ended: EndCounts,
  redrives: { readonly failuresNotRedrivable: number; readonly pendingRedrive: number } | undefined,
): MapRunItemCounts {
  const { succeeded, failed, timedOut, aborted } = ended;
  const over = succeeded + failed + timedOut + aborted;
  return {
    pending: Math.max(0, total - running - over - (redrives?.pendingRedrive ?? 0)),
    running,
    succeeded,
    failed,
    timedOut,
    aborted,
    total,
    resultsWritten: written ? over : 0,
    ...redrives,
  };
}

/** Of a run that this process does not hold, and whose end the process before it did not progress to count. */
async function countsInStore({ store }: ApiContext, { key, childType }: MapRunRecord): Promise<MapRunCounts> {
  if (childType === 'EXPRESS') return { executions: NONE, items: NONE };
  const found = await store.mapRuns.countChildren(key);
  const of = (part: 'executions' | 'items'): EndCounts => ({
    succeeded: found.get('SUCCEEDED')?.[part] ?? 0,
    failed: found.get('FAILED')?.[part] ?? 0,
    timedOut: found.get('TIMED_OUT')?.[part] ?? 0,
    aborted: found.get('ABORTED')?.[part] ?? 0,
  });
  return { executions: of('executions'), items: of('items') };
}

export const listMapRuns: Handler<'ListMapRuns'> = async (api, input) => {
  const { key: executionKey } = await requireExecution(api, input.executionArn);
  const list = ['ListMapRuns', input.executionArn];
  const position = await api.pages.read(list, input.nextToken);
  const after =
    position === undefined ? undefined : { startedAt: Number(position[0]), key: Number(position[1]) };
  const limit = pageSize(input.maxResults);
  const found = await api.store.mapRuns.list({ executionKey, after, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    mapRuns: page.map((run) => ({
      executionArn: run.executionArn,
      mapRunArn: run.arn,
      stateMachineArn: run.stateMachineArn,
      startDate: run.startedAt / 1000,
      stopDate: run.stoppedAt === undefined ? undefined : run.stoppedAt / 1000,
    })),
    nextToken: last && (await api.pages.make(list, [last.startedAt, last.key])),
  };
};

export const updateMapRun: Handler<'UpdateMapRun'> = async (api, input) => {
  const { mapRunArn, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = input;
  await requireMapRun(api, mapRunArn);
  const settings = {
    ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    ...(toleratedFailureCount === undefined ? {} : { toleratedFailureCount }),
    ...(toleratedFailurePercentage === undefined ? {} : { toleratedFailurePercentage }),
  };
  if (Object.keys(settings).length === 0) {
    throw invalid(
      'Expected maxConcurrency, toleratedFailureCount or toleratedFailurePercentage, but there is none of them',
      'MISSING_REQUIRED_PARAMETER',
    );
  }
  if (!(await api.engine.updateMapRun(mapRunArn, settings))) {
    throw invalid(
      `Expected a Map Run that is running, but ${mapRunArn} has ended`,
      'CANNOT_UPDATE_COMPLETED_MAP_RUN',
    );
  }
  return {};
};
