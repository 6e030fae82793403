// Executions: start, stop, describe, list, history.

import { assert } from '../../base/assert.ts';
import type { StartRequest } from '../../engine/engine.ts';
import type { HistoryEvent } from '../../history/event.ts';
import type { ExecutionRecord, StateMachine } from '../../store/store.ts';
import { shownSettings } from '../configuration.ts';
import type { ApiContext, Handler } from '../context.ts';
import type {
  ExecutionListItem,
  ListExecutionsInput,
  StartExecutionInput,
  HistoryEvent as WireEvent,
} from '../model.ts';
import { checkArn, checkName, parseStateMachineArn } from '../names.ts';
import { redriveStatus } from '../redrive-status.ts';
import { apiError, invalid, notImplemented } from '../wire/errors.ts';
import { payloadCharacters, toWireEvent } from '../wire/history-events.ts';
import { executionInput } from '../wire/json-members.ts';
import { pageSize } from '../wire/pagination.ts';
import { toDefinitionMembers } from './state-machines.ts';

const INCLUDED = { included: true } as const;
const EXCLUDED = { included: false } as const;

/** A page of history ends before its payloads pass this many characters; AWS's pages are bounded likewise. */
const HISTORY_PAGE_CHARACTERS = 4 * 1024 * 1024;
const HISTORY_CHUNK = 250;

/** Pages of the store that one filtered ListExecutions reads at most; the rest is behind the token. */
const FILTER_READS = 10;

export const startExecution: Handler<'StartExecution'> = async (api, input) => {
  const target = await startable(api, input.stateMachineArn);
  const { executionArn, startedAt } = await api.engine.start(startRequest(api, target, input));
  return { executionArn, startDate: startedAt / 1000 };
};

export const startSyncExecution: Handler<'StartSyncExecution'> = async (api, input) => {
  const target = await startable(api, input.stateMachineArn);
  const { machine } = target;
  if (machine.type !== 'EXPRESS') throw apiError('StateMachineTypeNotSupported');
  const request = startRequest(api, target, input);
  const ended = await api.engine.startSync(request);
  const shared = {
    executionArn: ended.executionArn,
    stateMachineArn: machine.arn,
    name: request.name,
    startDate: ended.startedAt / 1000,
    stopDate: ended.stoppedAt / 1000,
    status: ended.status === 'ABORTED' ? ('FAILED' as const) : ended.status,
    traceHeader: request.traceHeader,
    billingDetails: {
      billedDurationInMilliseconds: Math.max(1, Math.ceil((ended.stoppedAt - ended.startedAt) / 100)) * 100,
      billedMemoryUsedInMB: 64,
    },
  };
  if (input.includedData === 'METADATA_ONLY') {
    return { ...shared, inputDetails: EXCLUDED, outputDetails: EXCLUDED };
  }
  return {
    ...shared,
    input: request.input.text,
    inputDetails: INCLUDED,
    output: ended.output?.text,
    outputDetails: INCLUDED,
    error: ended.error,
    cause: ended.cause,
  };
};

export const stopExecution: Handler<'StopExecution'> = async (api, input) => {
  checkArn(input.executionArn, 'execution');
  const stoppedAt = await api.engine.stop(input.executionArn, input.error, input.cause);
  if (stoppedAt === undefined) throw apiError('ExecutionDoesNotExist', input.executionArn);
  return { stopDate: stoppedAt / 1000 };
};

export const describeExecution: Handler<'DescribeExecution'> = async (api, input) => {
  const record = await execution(api, input.executionArn);
  const ends = await api.store.journal.ends(record.key);
  assert(ends !== undefined, `Expected a journal of ${record.arn}, but there is none`);
  const { first, last } = ends;
  assert(first.type === 'ExecutionStarted', `Expected ExecutionStarted first, but got ${first.type}`);
  const closedBy = last as HistoryEvent;
  const all = input.includedData !== 'METADATA_ONLY';
  const details = all ? INCLUDED : EXCLUDED;
  const machine = await api.machines.get(record.stateMachineArn);
  return {
    ...listed(record),
    input: all ? first.input.text : undefined,
    inputDetails: details,
    ...(record.status === 'SUCCEEDED' && {
      output: all && closedBy.type === 'ExecutionSucceeded' ? closedBy.output.text : undefined,
      outputDetails: details,
    }),
    ...(all && shownFailure(record, closedBy)),
    traceHeader: record.traceHeader,
    ...redriveStatus(record, last.id, machine, api.limits, api.now()),
  };
};

export const listExecutions: Handler<'ListExecutions'> = async (api, input) => {
  const arn = listedMachine(input);
  await standardMachine(api, arn);
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
    const found = await api.store.executions.list({ stateMachineArn: arn, status, after, limit: wanted + 1 });
    more = found.length > wanted;
    for (const record of found.slice(0, wanted)) {
      after = { startedAt: record.startedAt, key: record.key };
      const redriven = record.redriveCount > 0;
      if (redriveFilter === undefined || (redriveFilter === 'REDRIVEN') === redriven) chosen.push(record);
    }
  }
  const next = more && after !== undefined ? [after.startedAt, after.key] : undefined;
  return {
    executions: chosen.map(listed),
    nextToken: next === undefined ? undefined : await api.pages.make(list, next),
  };
};

/** The machine as it was when the execution started; settings are today's. */
export const describeStateMachineForExecution: Handler<'DescribeStateMachineForExecution'> = async (
  api,
  input,
) => {
  const record = await execution(api, input.executionArn);
  const [machine, revision] = await Promise.all([
    api.machines.get(record.stateMachineArn),
    api.store.catalog.revision(record.revision),
  ]);
  // Both go together with the execution when the machine is deleted between the reads.
  if (machine === undefined || revision === undefined) {
    throw apiError('ExecutionDoesNotExist', input.executionArn);
  }
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    updateDate: revision.createdAt / 1000,
    mapRunArn: record.mapRunArn,
    ...toDefinitionMembers(api, revision, input.includedData),
    ...shownSettings(machine.settings),
  };
};

export const getExecutionHistory: Handler<'GetExecutionHistory'> = async (api, input) => {
  const { executionArn, reverseOrder: reverse = false, includeExecutionData = true } = input;
  const record = await execution(api, executionArn);
  const list = ['GetExecutionHistory', executionArn, Number(reverse), Number(includeExecutionData)];
  const position = await api.pages.read(list, input.nextToken);
  const limit = pageSize(input.maxResults);
  const events: WireEvent[] = [];
  let from = position === undefined ? (reverse ? Number.MAX_SAFE_INTEGER : 1) : Number(position[0]);
  let characters = 0;
  for (;;) {
    // One event more than is wanted tells whether there is a next page.
    const wanted = Math.min(limit - events.length, HISTORY_CHUNK) + 1;
    const found = await api.store.journal.page(record.key, { from, limit: wanted, reverse });
    for (const event of found) {
      characters += payloadCharacters(event);
      if (events.length === limit || (characters > HISTORY_PAGE_CHARACTERS && events.length > 0)) {
        return { events, nextToken: await api.pages.make(list, [event.id]) };
      }
      events.push(toWireEvent(event, includeExecutionData));
      from = event.id + (reverse ? -1 : 1);
    }
    if (found.length < wanted || from < 1) return { events };
  }
};

type Target = Pick<StartRequest, 'machine' | 'mockCase'>;

/**
 * What `ARN` or, as in Step Functions Local, `ARN#TestCase` names.
 * @throws what AWS answers when the ARN names nothing that can be started; ValidationException for the test case.
 */
async function startable(api: ApiContext, named: string): Promise<Target> {
  const hash = named.indexOf('#');
  const arn = hash < 0 ? named : named.slice(0, hash);
  const machine = api.machines.peek(arn) ?? (await activeMachine(api, arn));
  if (hash < 0) return { machine };
  const mockCase = named.slice(hash + 1);
  const complaint =
    api.mocks === undefined
      ? `Expected a mock file that holds the test case '${mockCase}', but none is configured: set mocks in treadle.yaml, or SFN_MOCK_CONFIG`
      : api.mocks.complaint(machine.name, machine.revision.definition, mockCase);
  if (complaint !== undefined) throw invalid(complaint);
  return { machine, mockCase };
}

async function activeMachine(api: ApiContext, arn: string): Promise<StateMachine> {
  const { label } = parseStateMachineArn(arn);
  if (label !== undefined) {
    throw invalid(
      `Expected the ARN of a state machine without a label, but got '${arn}'`,
      'API_DOES_NOT_SUPPORT_LABELED_ARNS',
    );
  }
  const machine = await api.machines.get(arn);
  if (machine === undefined) throw apiError('StateMachineDoesNotExist', arn);
  if (machine.status === 'DELETING') throw apiError('StateMachineDeleting', arn);
  return machine;
}

function startRequest(api: ApiContext, target: Target, input: StartExecutionInput): StartRequest {
  if (input.name !== undefined) checkName(input.name);
  return {
    ...target,
    name: input.name ?? api.uuid(),
    input: executionInput(input.input, api.limits.payloadBytes),
    traceHeader: input.traceHeader,
  };
}

/** Standard executions only. @throws InvalidArn, ExecutionDoesNotExist */
async function execution(api: ApiContext, arn: string): Promise<ExecutionRecord> {
  checkArn(arn, 'execution');
  const record = await api.store.executions.get(arn);
  if (record === undefined) throw apiError('ExecutionDoesNotExist', arn);
  return record;
}

/** What DescribeExecution and ListExecutions both show. */
function listed(record: ExecutionRecord): ExecutionListItem {
  return {
    executionArn: record.arn,
    stateMachineArn: record.stateMachineArn,
    name: record.name,
    status: record.status,
    startDate: record.startedAt / 1000,
    stopDate: record.stoppedAt === undefined ? undefined : record.stoppedAt / 1000,
    mapRunArn: record.mapRunArn,
    stateMachineVersionArn: record.stateMachineVersionArn,
    stateMachineAliasArn: record.stateMachineAliasArn,
    redriveCount: record.redriveCount,
    redriveDate: record.redrivenAt === undefined ? undefined : record.redrivenAt / 1000,
  };
}

/** A timed-out execution shows neither error nor cause, although its last event has them. */
function shownFailure(record: ExecutionRecord, last: HistoryEvent) {
  if (record.status !== 'FAILED' && record.status !== 'ABORTED') return undefined;
  if (last.type !== 'ExecutionFailed' && last.type !== 'ExecutionAborted') return undefined;
  return { error: last.error, cause: last.cause };
}

function listedMachine(input: ListExecutionsInput): string {
  const { stateMachineArn, mapRunArn, statusFilter } = input;
  if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
    throw invalid('Must specify either stateMachineArn or mapRunArn, but not both');
  }
  if (mapRunArn !== undefined) {
    checkArn(mapRunArn, 'mapRun');
    throw notImplemented('ListExecutions with mapRunArn');
  }
  if (statusFilter === 'PENDING_REDRIVE') {
    throw invalid('Expected mapRunArn with the statusFilter PENDING_REDRIVE, but there is none');
  }
  return stateMachineArn!;
}

/** @throws InvalidArn, StateMachineDoesNotExist, StateMachineTypeNotSupported */
async function standardMachine(api: ApiContext, arn: string): Promise<void> {
  parseStateMachineArn(arn);
  const machine = await api.machines.get(arn);
  if (machine === undefined) throw apiError('StateMachineDoesNotExist', arn);
  if (machine.type !== 'STANDARD') throw apiError('StateMachineTypeNotSupported');
}
