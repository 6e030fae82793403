// State machines: create, update, describe, delete, list.

import { invalidDefinitionMessage } from '../../asl/diagnostic.ts';
import { stateMachineArn } from '../../base/arn.ts';
import type { StateMachineSettings, StateMachineType } from '../../store/store.ts';
import {
  checkEncryption,
  checkLogging,
  checkTags,
  checkTracing,
  sameSettings,
  toSettingsMembers,
} from '../configuration.ts';
import type { ApiContext, Handler } from '../context.ts';
import { toDefinitionMembers } from '../definition-members.ts';
import { requireLogGroup } from '../log-groups.ts';
import { requireStateMachine } from '../lookup.ts';
import type { CreateStateMachineInput, UpdateStateMachineInput } from '../model.ts';
import { checkName, checkRoleArn, parseStateMachineArn } from '../names.ts';
import { apiError, invalid, notImplemented } from '../wire/errors.ts';
import { pageSize } from '../wire/pagination.ts';

/** Repeating a creation with the same content answers the machine that is there; role and tags are not compared. */
export const createStateMachine: Handler<'CreateStateMachine'> = async (api, input) => {
  checkName(input.name);
  checkRoleArn(input.roleArn);
  checkPublish(input);
  const type = input.type ?? 'STANDARD';
  checkDefinition(api, input.definition, type);
  const settings = { ...checkSettings(input), ...(input.tags && { tags: checkTags(input.tags) }) };
  await requireLogGroup(api, input.loggingConfiguration);
  const { created, machine } = await api.store.catalog.create({
    arn: stateMachineArn(api.account, input.name),
    name: input.name,
    type,
    createdAt: api.now(),
    settings,
    revision: { revisionId: undefined, definition: input.definition, roleArn: input.roleArn },
  });
  if (!created) {
    if (machine.status === 'DELETING') throw apiError('StateMachineDeleting', machine.arn);
    const same =
      machine.type === type &&
      machine.revision.definition === input.definition &&
      sameSettings(machine.settings, settings);
    if (!same) throw apiError('StateMachineAlreadyExists', machine.arn);
  }
  return { stateMachineArn: machine.arn, creationDate: machine.createdAt / 1000 };
};

/** Members not sent keep their value; a new revision is made only when something changes (logging, tracing: recorded). */
export const updateStateMachine: Handler<'UpdateStateMachine'> = async (api, input) => {
  const arn = input.stateMachineArn;
  parseStateMachineArn(arn);
  checkPublish(input);
  const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } = input;
  const changes = [definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration];
  if (changes.every((change) => change === undefined)) throw apiError('MissingRequiredParameter');
  if (roleArn !== undefined) checkRoleArn(roleArn);
  const sent = checkSettings(input);
  await requireLogGroup(api, loggingConfiguration);
  return api.withLock(arn, async () => {
    const machine = await api.store.catalog.get(arn);
    if (machine === undefined) throw apiError('StateMachineDoesNotExist', arn);
    if (machine.status === 'DELETING') throw apiError('StateMachineDeleting', arn);
    const { revision } = machine;
    if (definition !== undefined && definition !== revision.definition) {
      checkDefinition(api, definition, machine.type);
    }
    const next = {
      definition: definition ?? revision.definition,
      roleArn: roleArn ?? revision.roleArn,
    };
    const settings = { ...machine.settings, ...sent };
    const changed =
      next.definition !== revision.definition ||
      next.roleArn !== revision.roleArn ||
      !sameSettings(settings, machine.settings);
    const updated = await api.store.catalog.update(arn, {
      updatedAt: api.now(),
      revision: changed ? { revisionId: api.uuid(), ...next } : undefined,
      settings,
    });
    api.machines.invalidate(arn);
    if (updated === undefined) throw apiError('StateMachineDoesNotExist', arn);
    return { updateDate: updated.updatedAt / 1000, revisionId: updated.revision.revisionId };
  });
};

export const describeStateMachine: Handler<'DescribeStateMachine'> = async (api, input) => {
  const machine = await requireStateMachine(api, input.stateMachineArn);
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: machine.status,
    type: machine.type,
    creationDate: machine.createdAt / 1000,
    ...toDefinitionMembers(api, machine.revision, input.includedData),
    ...toSettingsMembers(machine.settings),
  };
};

/** A machine that is not there is deleted already. */
export const deleteStateMachine: Handler<'DeleteStateMachine'> = async (api, input) => {
  const { qualifier, label } = parseStateMachineArn(input.stateMachineArn);
  if (label !== undefined) {
    throw invalid(
      `Expected the ARN of a state machine without a label, but got '${input.stateMachineArn}'`,
      'API_DOES_NOT_SUPPORT_LABELED_ARNS',
    );
  }
  if (qualifier !== undefined) {
    throw invalid(
      `Expected the ARN of a state machine without a version or alias, but got '${input.stateMachineArn}'`,
    );
  }
  await api.withLock(input.stateMachineArn, async () => {
    const machine = await api.store.catalog.get(input.stateMachineArn);
    if (machine !== undefined) await api.engine.deleteStateMachine(machine.arn);
    api.machines.invalidate(input.stateMachineArn);
  });
  return {};
};

export const listStateMachines: Handler<'ListStateMachines'> = async (api, input) => {
  const list = ['ListStateMachines'];
  const position = await api.pages.read(list, input.nextToken);
  const limit = pageSize(input.maxResults);
  const after = position === undefined ? undefined : String(position[0]);
  const found = await api.store.catalog.list({ after, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    stateMachines: page.map((machine) => ({
      stateMachineArn: machine.arn,
      name: machine.name,
      type: machine.type,
      creationDate: machine.createdAt / 1000,
    })),
    nextToken: found.length > limit ? await api.pages.make(list, [page.at(-1)!.name]) : undefined,
  };
};

function checkDefinition(api: ApiContext, definition: string, type: StateMachineType): void {
  const { errors } = api.definitions.analyze(definition, type);
  if (errors.length > 0) throw apiError('InvalidDefinition', invalidDefinitionMessage(errors));
}

/** Versions are not there yet: asking for one must not be ignored. */
function checkPublish(input: { readonly publish?: boolean; readonly versionDescription?: string }): void {
  if (input.publish === true) throw notImplemented('state machine versions (publish: true)');
  if (input.versionDescription !== undefined) {
    throw invalid('Version description can only be set when publish is true');
  }
}

/** The settings that were sent, checked; others are left out. */
function checkSettings(input: CreateStateMachineInput | UpdateStateMachineInput): StateMachineSettings {
  const { loggingConfiguration, tracingConfiguration, encryptionConfiguration } = input;
  return {
    ...(loggingConfiguration && { loggingConfiguration: checkLogging(loggingConfiguration) }),
    ...(tracingConfiguration && { tracingConfiguration: checkTracing(tracingConfiguration) }),
    ...(encryptionConfiguration && { encryptionConfiguration: checkEncryption(encryptionConfiguration) }),
  };
}
