// A Task's resource exists and takes the pattern, and an Express workflow uses no pattern that waits.

import { unreachable } from '../../base/assert.ts';
import type { State, TaskState, Workflow } from '../ast.ts';
import { textOf } from '../ast.ts';
import type { TaskResource } from '../program.ts';
import { isKnownResource, parseResource, SDK_PREFIX } from '../resources.ts';
import { nearestSdkAction } from '../sdk-actions.ts';
import { type Context, type Rule, SCHEMA } from './rule.ts';

export const taskResource: Rule = (context) => {
  checkWorkflow(context, context.definition, context.type === 'EXPRESS');
};

/** @param express whether the states run in an Express execution: the machine's, or a distributed Map's children. */
function checkWorkflow(context: Context, workflow: Workflow, express: boolean): void {
  for (const state of workflow.states) {
    switch (state.type) {
      case 'Task':
        checkTask(context, state, express);
        break;
      case 'Parallel':
        for (const branch of state.branches) checkWorkflow(context, branch, express);
        break;
      case 'Map':
        if (express && state.distributed) refuseDistributed(context, state);
        if (state.processor !== undefined) {
          checkWorkflow(context, state.processor, express || hasExpressChildren(state));
        }
        break;
      default:
        break;
    }
  }
}

function hasExpressChildren(state: Extract<State, { type: 'Map' }>): boolean {
  const config = state.processor?.config;
  return state.distributed && config !== undefined && textOf(config, 'ExecutionType') === 'EXPRESS';
}

function refuseDistributed(context: Context, state: Extract<State, { type: 'Map' }>): void {
  const mode = state.processor?.config?.fields.get('Mode');
  context.error(
    SCHEMA,
    "Express state machine does not support 'DISTRIBUTED' Map state",
    mode?.location ?? state.location,
    mode?.value ?? state.node,
  );
}

function checkTask(context: Context, state: TaskState, express: boolean): void {
  const field = state.fields.get('Resource');
  if (field?.value.kind !== 'string') return;
  const arn = field.value.value;
  const resource = parseResource(arn);
  if (resource === undefined || !(isKnownResource(resource) || context.answersFor(arn))) {
    const message = `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
    context.error(SCHEMA, message + suggestion(resource), field.location, field.value);
    return;
  }
  const refusal = express ? expressRefusal(resource) : undefined;
  if (refusal !== undefined) {
    context.error(SCHEMA, `Express state machine does not support ${refusal}`, field.location, field.value);
  }
}

/** More than AWS says: of eighteen thousand actions one is likely to be meant. */
function suggestion(resource: TaskResource | undefined): string {
  if (resource?.kind !== 'service' || !resource.service.startsWith(SDK_PREFIX)) return '';
  const near = nearestSdkAction(resource.service.slice(SDK_PREFIX.length), resource.action);
  return near === undefined ? '' : ` Did you mean ${SDK_PREFIX}${near}?`;
}

function expressRefusal(resource: TaskResource): string | undefined {
  if (resource.kind === 'activity') return 'Activity ARN';
  if (resource.kind !== 'service') return undefined;
  switch (resource.pattern) {
    case 'sync':
    case 'sync:2':
      return "'.sync' service integration";
    case 'waitForTaskToken':
      // The blank at the end is AWS's.
      return "'.waitForTaskToken' service integration ";
    case 'request-response':
      return undefined;
    default:
      return unreachable(resource.pattern);
  }
}
