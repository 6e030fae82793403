// EMR clusters and steps. The actions have names and parameters of their own: one step instead of a list, a cluster id
// instead of a job flow's.

import { isJsonArray, type Json, type JsonObject } from '../../base/json.ts';
import { type Refusal, refuse } from './errors.ts';
import { at, textAt, without } from './json-members.ts';
import type { Call, OptimizedService } from './optimized.ts';

const cluster = (ids: JsonObject): JsonObject => ({ ClusterId: ids['ClusterId']! });
const NOTHING = (): JsonObject => ({});

export const emr: OptimizedService = {
  sdk: 'emr',
  prefix: 'ElasticMapReduce',
  label: 'AmazonElasticMapReduce',
  base: 'AmazonElasticMapReduceException',
  actions: {
    createCluster: {
      operation: 'runJobFlow',
      refused: ['Steps'],
      reasons: mustOutliveSteps,
      answer: ({ JobFlowId, ...rest }) => ({ ...rest, ClusterId: JobFlowId! }),
      job: {
        operation: 'describeCluster',
        input: cluster,
        job: 'Cluster',
        status: 'Cluster.Status.State',
        succeeded: ['WAITING'],
        failed: ['TERMINATED', 'TERMINATED_WITH_ERRORS'],
        result: (_job, ids) => cluster(ids),
      },
    },
    terminateCluster: {
      operation: 'terminateJobFlows',
      required: ['ClusterId'],
      request: rename({ ClusterId: (id) => ['JobFlowIds', [id]] }),
      job: {
        operation: 'describeCluster',
        input: cluster,
        job: 'Cluster',
        status: 'Cluster.Status.State',
        succeeded: ['TERMINATED'],
        failed: ['TERMINATED_WITH_ERRORS'],
        result: (_job, ids) => cluster(ids),
      },
    },
    addStep: {
      operation: 'addJobFlowSteps',
      required: ['ClusterId', 'Step'],
      request: rename({ ClusterId: (id) => ['JobFlowId', id], Step: (step) => ['Steps', [step]] }),
      answer: (output) => ({ StepId: at(output, 'StepIds.0') ?? null }),
      job: {
        operation: 'describeStep',
        input: ({ ClusterId, StepId }) => ({ ClusterId: ClusterId!, StepId: StepId! }),
        status: 'Step.Status.State',
        succeeded: ['COMPLETED'],
        failed: ['FAILED', 'CANCELLED', 'INTERRUPTED'],
        cancel: {
          operation: 'cancelSteps',
          input: ({ ClusterId, StepId }) => ({ ClusterId: ClusterId!, StepIds: [StepId!] }),
        },
      },
    },
    cancelStep: {
      operation: 'cancelSteps',
      required: ['ClusterId', 'StepId'],
      request: rename({ StepId: (id) => ['StepIds', [id]] }),
      answer: (output) => ({ CancelStepsInfo: at(output, 'CancelStepsInfoList.0') ?? null }),
    },
    setClusterTerminationProtection: {
      operation: 'setTerminationProtection',
      required: ['ClusterId'],
      request: rename({ ClusterId: (id) => ['JobFlowIds', [id]] }),
      answer: NOTHING,
    },
    modifyInstanceFleetByName: {
      operation: 'modifyInstanceFleet',
      required: ['ClusterId', 'InstanceFleetName', 'InstanceFleet'],
      request: ({ ClusterId, InstanceFleetName, InstanceFleet }) => ({
        ClusterId: ClusterId!,
        InstanceFleet: { ...(InstanceFleet as JsonObject), InstanceFleetId: InstanceFleetName! },
      }),
      resolve: (request, call) => findByName(request, call, 'InstanceFleet', 'listInstanceFleets'),
      answer: NOTHING,
    },
    modifyInstanceGroupByName: {
      operation: 'modifyInstanceGroups',
      required: ['ClusterId', 'InstanceGroupName', 'InstanceGroup'],
      request: ({ ClusterId, InstanceGroupName, InstanceGroup }) => ({
        ClusterId: ClusterId!,
        InstanceGroups: [{ ...(InstanceGroup as JsonObject), InstanceGroupId: InstanceGroupName! }],
      }),
      resolve: (request, call) => findByName(request, call, 'InstanceGroup', 'listInstanceGroups'),
      answer: NOTHING,
    },
  },
};

/** Step Functions takes clusters that outlive their steps only: the API would end any other at once. */
function mustOutliveSteps(parameters: JsonObject, template: boolean): string[] {
  const alive = at(parameters, 'Instances.KeepJobFlowAliveWhenNoSteps');
  if (alive === true || (template && (alive === null || parameters['Instances'] === null))) return [];
  const fault = alive === undefined ? 'is required but was missing' : 'must be true';
  return [`The field "KeepJobFlowAliveWhenNoSteps" ${fault}`];
}

/** The API knows fleets and groups by id: looks the name up that `request` holds in the id's place. */
async function findByName(
  request: JsonObject,
  call: Call,
  kind: 'InstanceFleet' | 'InstanceGroup',
  operation: string,
): Promise<JsonObject | Refusal> {
  const answer = await call(operation, cluster(request));
  if (!answer.ok) return answer;
  const path = kind === 'InstanceFleet' ? kind : `${kind}s.0`;
  const name = textAt(request, `${path}.${kind}Id`);
  const listed = at(answer.output, `${kind}s`);
  const found = (isJsonArray(listed) ? listed : []).find((item) => textAt(item, 'Name') === name);
  if (found === undefined) {
    return refuse(
      'Emr',
      'InvalidRequestException',
      `The cluster has no ${kind} with the name '${name}'`,
      answer.requestId,
    );
  }
  const changed = { ...(at(request, path) as JsonObject), [`${kind}Id`]: textAt(found, 'Id')! };
  return kind === 'InstanceFleet' ? { ...request, [kind]: changed } : { ...request, [`${kind}s`]: [changed] };
}

type Renaming = Readonly<Record<string, (value: Json) => readonly [string, Json]>>;

/** Puts members under the API's name and in its form. */
function rename(members: Renaming): (parameters: JsonObject) => JsonObject {
  return (parameters) => {
    const names = Object.keys(members).filter((name) => Object.hasOwn(parameters, name));
    const renamed = names.map((name) => members[name]!(parameters[name]!));
    return { ...without(parameters, names), ...Object.fromEntries(renamed) };
  };
}
