// ECS and Fargate: run a task. `.sync` waits until the first task has stopped and asks how its essential containers ended.

import {
  getMember,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  stringifyJson,
  toNumber,
} from '../../base/json.ts';
import type { TaskOutcome, TaskRequest } from '../integration.ts';
import { failure } from '../outcome.ts';
import { at, textAt } from './json-members.ts';
import type { Call, OptimizedService } from './optimized.ts';

export const ecs: OptimizedService = {
  sdk: 'ecs',
  prefix: 'ECS',
  label: 'AmazonECS',
  base: 'AmazonECSException',
  actions: {
    runTask: {
      refused: ['ClientToken', 'StartedBy'],
      added: (resource) =>
        resource.kind === 'service' && resource.pattern === 'sync'
          ? { StartedBy: 'AWS Step Functions' }
          : undefined,
      failure: notPlaced,
      job: {
        operation: 'describeTasks',
        input: taskOf('Tasks', (arn) => [arn]),
        job: 'Tasks.0',
        status: 'Tasks.0.LastStatus',
        // DELETED: the description of a task that stopped an hour ago.
        succeeded: ['STOPPED', 'DELETED'],
        failed: [],
        judge: howItStopped,
        cancel: {
          operation: 'stopTask',
          input: (ids) => ({
            ...taskOf('Task', (arn) => arn)(ids),
            Reason: 'The state that waited for the task was left',
          }),
        },
      },
    },
  },
};

function taskOf(member: string, value: (arn: string) => string | string[]): (ids: JsonObject) => JsonObject {
  return (ids) => {
    const arn = textAt(ids, 'Tasks.0.TaskArn') ?? '';
    const cluster = textAt(ids, 'Tasks.0.ClusterArn') ?? textAt(ids, 'Cluster');
    return { ...(cluster === undefined ? {} : { Cluster: cluster }), [member]: value(arn) };
  };
}

/** Request-response leaves `Failures` to the definition; the other patterns would wait for a task that never was. */
function notPlaced(output: JsonObject, { resource }: TaskRequest): TaskOutcome | undefined {
  const failures = getMember(output, 'Failures');
  if (!isJsonArray(failures) || failures.length === 0) return undefined;
  if (resource.kind !== 'service' || resource.pattern === 'request-response') return undefined;
  return failure('AmazonECS.Unknown', stringifyJson(output));
}

/** What stopped a task other than its own containers. */
const FORCED = new Set([
  'TaskFailedToStart',
  'UserInitiated',
  'ServiceSchedulerInitiated',
  'SpotInterruption',
  'TerminationNotice',
]);

async function howItStopped(task: JsonObject, call: Call): Promise<'succeeded' | 'failed'> {
  if (FORCED.has(textAt(task, 'StopCode') ?? '')) return 'failed';
  const containers = getMember(task, 'Containers');
  const ended = isJsonArray(containers) ? containers.filter(isJsonObject) : [];
  const bad = ended.filter((container) => toNumber(getMember(container, 'ExitCode')) !== 0);
  if (bad.length === 0) return 'succeeded';
  if (ended.length === 1) return 'failed';
  // A sidecar is often killed when the essential container has ended: its exit code says nothing then.
  const definition = textAt(task, 'TaskDefinitionArn');
  const answer =
    definition === undefined
      ? undefined
      : await call('describeTaskDefinition', { TaskDefinition: definition });
  const described =
    answer?.ok === true ? at(answer.output, 'TaskDefinition.ContainerDefinitions') : undefined;
  const sidecars = (isJsonArray(described) ? described : [])
    .filter((container) => at(container, 'Essential') === false)
    .map((container) => textAt(container, 'Name'));
  return bad.every((container) => sidecars.includes(textAt(container, 'Name'))) ? 'succeeded' : 'failed';
}
