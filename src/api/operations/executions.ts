// Executions: describe, list, and the state machine as it was for one.

import { mapRunLabel, resourceTypeOf, withoutLabel } from '../../base/arn.ts';
import { assert } from '../../base/assert.ts';
import { redriveStatus } from '../../engine/redrive-status.ts';
import type { HistoryEvent } from '../../history/event.ts';
import type { ExecutionRecord, Revision } from '../../store/store.ts';
import { toSettingsMembers } from '../configuration.ts';
import type { ApiContext, Handler } from '../context.ts';
import { toDefinitionMembers } from '../definition-members.ts';
import { toListItem } from '../list-item.ts';
import { requireExecution, requireMapRun } from '../lookup.ts';
import { describeExpressChild, listChildren } from '../map-run-children.ts';
import type { ListExecutionsInput, ListExecutionsOutput } from '../model.ts';
import { shownStatus } from '../pending-redrive.ts';
import { heaviestRoute } from '../routing.ts';
import { requireTarget } from '../targets.ts';
import { apiError, invalid } from '../wire/errors.ts';
import { payloadCharacters } from '../wire/history-events.ts';
import { pageSize } from '../wire/pagination.ts';

const INCLUDED = { included: true } as const;
const EXCLUDED = { included: false } as const;

/** Payloads that take milliseconds to be printed and sent: such answers are made one after the other. */
const LARGE_CHARACTERS = 64 * 1024;

/** Pages of the store that one filtered ListExecutions reads at most; the rest is behind the token. */
const FILTER_READS = 10;

export const describeExecution: Handler<'DescribeExecution'> = async (api, input) => {
  // As on AWS, of Express executions only those that a Map Run started are described.
  if (resourceTypeOf(input.executionArn) === 'express') {
    const child = await describeExpressChild(api, input.executionArn, input.includedData !== 'METADATA_ONLY');
    if (child !== undefined) return child;
  }
  const record = await requireExecution(api, input.executionArn);
  const ends = await api.store.journal.ends(record.key);
  assert(ends !== undefined, `Expected a journal of ${record.arn}, but there is none`);
  const { first, last } = ends;
  assert(first.type === 'ExecutionStarted', `Expected ExecutionStarted first, but got ${first.type}`);
  const closedBy = last as HistoryEvent;
  const all = input.includedData !== 'METADATA_ONLY';
  const details = all ? INCLUDED : EXCLUDED;
  const [machine, run] = await Promise.all([
    api.machines.get(withoutLabel(record.stateMachineArn)),
    record.mapRunArn === undefined ? undefined : api.store.mapRuns.get(record.mapRunArn),
  ]);
  const status = await shownStatus(api, run, record);
  if (all && payloadCharacters(first) + payloadCharacters(last) >= LARGE_CHARACTERS) await api.parts.next();
  return {
    ...toListItem(record),
    status,
    input: all ? first.input.text : undefined,
    inputDetails: details,
    ...(record.status === 'SUCCEEDED' && {
      output: all && closedBy.type === 'ExecutionSucceeded' ? closedBy.output.text : undefined,
      outputDetails: details,
    }),
    ...(all && failureMembers(record, closedBy)),
    traceHeader: record.traceHeader,
    ...redriveStatus({ ...record, status }, last.id, machine, api.limits, api.now()),
  };
};

export const listExecutions: Handler<'ListExecutions'> = async (api, input) => {
  const arn = machineToList(input);
  if (arn === undefined) return listOfMapRun(api, input, input.mapRunArn!);
  const { machine } = await requireTarget(api, arn, heaviestRoute);
  if (machine.type !== 'STANDARD') throw apiError('StateMachineTypeNotSupported');
  const listed = { stateMachineArn: machine.arn, qualifiedArn: arn === machine.arn ? undefined : arn };
  const { statusFilter: status, redriveFilter } = input;
  const list = ['ListExecutions', arn, status ?? '', redriveFilter ?? ''];
  const position = await api.pages.read(list, input.nextToken);
  const limit = pageSize(input.maxResults);
  const chosen: ExecutionRecord[] = [];
  let after =
    position === undefined ? undefined : { startedAt: Number(position[0]), key: Number(position[1]) };
  let more = true;
  for (let reads = 0; more && chosen.length < limit && reads < FILTER_READS; reads++) {
    const wanted = limit - chosen.length;
    const found = await api.store.executions.list({ ...listed, status, after, limit: wanted + 1 });
    more = found.length > wanted;
    for (const record of found.slice(0, wanted)) {
      after = { startedAt: record.startedAt, key: record.key };
      const redriven = record.redriveCount > 0;
      if (redriveFilter === undefined || (redriveFilter === 'REDRIVEN') === redriven) chosen.push(record);
    }
  }
  const next = more && after !== undefined ? [after.startedAt, after.key] : undefined;
  return {
    executions: chosen.map(toListItem),
    nextToken: next === undefined ? undefined : await api.pages.make(list, next),
  };
};

async function listOfMapRun(
  api: ApiContext,
  { statusFilter: status, redriveFilter, maxResults, nextToken }: ListExecutionsInput,
  mapRunArn: string,
): Promise<ListExecutionsOutput> {
  const run = await requireMapRun(api, mapRunArn);
  const list = ['ListExecutions', mapRunArn, status ?? '', redriveFilter ?? ''];
  const position = await api.pages.read(list, nextToken);
  const from = position === undefined ? Number.MAX_SAFE_INTEGER : Number(position[0]);
  const { executions, next } = await listChildren(api, run, { status, from, limit: pageSize(maxResults) });
  return {
    executions: executions.filter(
      ({ redriveCount = 0 }) =>
        redriveFilter === undefined || (redriveFilter === 'REDRIVEN') === redriveCount > 0,
    ),
    nextToken: next === undefined ? undefined : await api.pages.make(list, [next]),
  };
}

/** The machine as it was when the execution started. Settings are the version's, or today's without one. */
export const describeStateMachineForExecution: Handler<'DescribeStateMachineForExecution'> = async (
  api,
  input,
) => {
  const record = await requireExecution(api, input.executionArn);
  const { stateMachineVersionArn } = record;
  const [machine, revision, version] = await Promise.all([
    api.machines.get(withoutLabel(record.stateMachineArn)),
    api.store.catalog.revision(record.revision),
    stateMachineVersionArn === undefined ? undefined : api.versions.get(stateMachineVersionArn),
  ]);
  // Both go together with the execution when the machine is deleted between the reads.
  if (machine === undefined || revision === undefined) {
    throw apiError('ExecutionDoesNotExist', input.executionArn);
  }
  return {
    stateMachineArn: record.stateMachineArn,
    name: machine.name,
    updateDate: revision.createdAt / 1000,
    mapRunArn: record.mapRunArn,
    label: record.mapRunArn === undefined ? undefined : mapRunLabel(record.mapRunArn),
    ...toDefinitionMembers(
      api,
      { ...revision, definition: definitionOf(api, revision, record) },
      input.includedData,
    ),
    ...toSettingsMembers((version ?? machine).settings),
  };
};

/** A child runs the item processor of its Map state as a machine by itself. */
function definitionOf(api: ApiContext, { definition }: Revision, { mapState }: ExecutionRecord): string {
  if (mapState === undefined) return definition;
  const state = api.definitions.program(definition).states.get(mapState);
  return state?.type === 'Map' ? (state.distributed?.definition ?? definition) : definition;
}

/** A timed-out execution shows neither error nor cause, although its last event has them. */
function failureMembers(record: ExecutionRecord, last: HistoryEvent) {
  if (record.status !== 'FAILED' && record.status !== 'ABORTED') return undefined;
  if (last.type !== 'ExecutionFailed' && last.type !== 'ExecutionAborted') return undefined;
  return { error: last.error, cause: last.cause };
}

/** @returns undefined when the children of a Map Run are to be listed. */
function machineToList({
  stateMachineArn,
  mapRunArn,
  statusFilter,
}: ListExecutionsInput): string | undefined {
  if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
    throw invalid('Must specify either stateMachineArn or mapRunArn, but not both');
  }
  if (mapRunArn !== undefined) return undefined;
  if (statusFilter === 'PENDING_REDRIVE') {
    throw invalid('Expected mapRunArn with the statusFilter PENDING_REDRIVE, but there is none');
  }
  return stateMachineArn;
}
