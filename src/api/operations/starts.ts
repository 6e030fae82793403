// Executions: start, start and wait, stop.

import type { StartRequest } from '../../engine/engine.ts';
import type { ApiContext, Handler } from '../context.ts';
import type { StartExecutionInput } from '../model.ts';
import { checkArn, checkName, parseStateMachineArn } from '../names.ts';
import { requireTarget } from '../targets.ts';
import { apiError, invalid } from '../wire/errors.ts';
import { executionInput } from '../wire/json-members.ts';

const INCLUDED = { included: true } as const;
const EXCLUDED = { included: false } as const;

export const startExecution: Handler<'StartExecution'> = async (api, input) => {
  const target = await findStartTarget(api, input.stateMachineArn);
  const { executionArn, startedAt } = await api.engine.start(toStartRequest(api, target, input));
  return { executionArn, startDate: startedAt / 1000 };
};

export const startSyncExecution: Handler<'StartSyncExecution'> = async (api, input) => {
  const target = await findStartTarget(api, input.stateMachineArn);
  const { machine } = target;
  if (machine.type !== 'EXPRESS') throw apiError('StateMachineTypeNotSupported');
  const request = toStartRequest(api, target, input);
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

type StartTarget = Pick<
  StartRequest,
  'machine' | 'mockCase' | 'stateMachineVersionArn' | 'stateMachineAliasArn'
>;

/**
 * What `ARN` or, as in Step Functions Local, `ARN#TestCase` names.
 * @throws what AWS answers when the ARN names nothing that can be started; ValidationException for the test case.
 */
async function findStartTarget(api: ApiContext, named: string): Promise<StartTarget> {
  const hash = named.indexOf('#');
  const arn = hash < 0 ? named : named.slice(0, hash);
  const known = api.machines.peek(arn);
  const target = known === undefined ? await requireActive(api, arn) : { machine: known };
  if (hash < 0) return target;
  const { machine } = target;
  const mockCase = named.slice(hash + 1);
  const complaint =
    api.mocks === undefined
      ? `Expected a mock file that holds the test case '${mockCase}', but none is configured: set mocks in treadle.yaml, or SFN_MOCK_CONFIG`
      : api.mocks.complaint(machine.name, machine.revision.definition, mockCase);
  if (complaint !== undefined) throw invalid(complaint);
  return { ...target, mockCase };
}

async function requireActive(api: ApiContext, arn: string): Promise<StartTarget> {
  const { label } = parseStateMachineArn(arn);
  if (label !== undefined) {
    throw invalid(
      `Expected the ARN of a state machine without a label, but got '${arn}'`,
      'API_DOES_NOT_SUPPORT_LABELED_ARNS',
    );
  }
  const { machine, version, alias } = await requireTarget(api, arn, api.route);
  if (machine.status === 'DELETING') throw apiError('StateMachineDeleting', arn);
  return {
    machine,
    ...(version && { stateMachineVersionArn: version.arn }),
    ...(alias && { stateMachineAliasArn: alias.arn }),
  };
}

function toStartRequest(api: ApiContext, target: StartTarget, input: StartExecutionInput): StartRequest {
  if (input.name !== undefined) checkName(input.name);
  return {
    ...target,
    name: input.name ?? api.uuid(),
    input: executionInput(input.input, api.limits.payloadBytes),
    traceHeader: input.traceHeader,
  };
}
