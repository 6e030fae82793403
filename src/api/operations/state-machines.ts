// State machines: create, update, describe, delete, list.

import { invalidDefinitionMessage } from '../../asl/diagnostic.ts';
import { stateMachineArn, withoutLabel } from '../../base/arn.ts';
import type { Revision, StateMachineSettings, StateMachineType } from '../../store/store.ts';
import { checkLogging, checkTags, checkTracing, sameSettings, toSettingsMembers } from '../configuration.ts';
import type { ApiContext, Handler } from '../context.ts';
import { toDefinitionMembers } from '../definition-members.ts';
import { checkEncryption, requireKey } from '../encryption.ts';
import { requireLogGroup } from '../log-groups.ts';
import type { CreateStateMachineInput, UpdateStateMachineInput } from '../model.ts';
import { checkName, checkRoleArn, parseStateMachineArn } from '../names.ts';
import { heaviestRoute } from '../routing.ts';
import { requireTarget } from '../targets.ts';
import { apiError, invalid } from '../wire/errors.ts';
import { pageSize } from '../wire/pagination.ts';
import { requireChangeable, requireRoomForVersion, toPublication } from './versions.ts';

/** Repeating a creation with the same content answers the machine that is there; role and tags are not compared. */
export const createStateMachine: Handler<'CreateStateMachine'> = async (api, input) => {
  checkName(input.name);
  checkRoleArn(input.roleArn);
  const publish = toPublication(input);
  const type = input.type ?? 'STANDARD';
  await checkDefinition(api, input.definition, type);
  const settings = {
    ...checkSettings(input),
    ...(input.tags && { tags: checkTags(input.tags) }),
    ...(publish && { publishedAtCreation: publish }),
  };
  await requireLogGroup(api, input.loggingConfiguration);
  await requireKey(api, input.name, input.encryptionConfiguration);
  const { catalog } = api.store;
  const { created, machine, version } = await catalog.create({
    arn: stateMachineArn(api.account, input.name),
    name: input.name,
    type,
    createdAt: api.now(),
    settings,
    revision: { revisionId: undefined, definition: input.definition, roleArn: input.roleArn },
    publish,
  });
  if (!created) {
    if (machine.status === 'DELETING') throw apiError('StateMachineDeleting', machine.arn);
    const same =
      machine.type === type &&
      machine.revision.definition === input.definition &&
      sameSettings(machine.settings, settings) &&
      isSamePublication(machine.settings, settings);
    if (!same) throw apiError('StateMachineAlreadyExists', machine.arn);
  }
  const published = publish && (version ?? (await catalog.versions.publish(machine.arn, publish, api.now())));
  return {
    stateMachineArn: machine.arn,
    creationDate: machine.createdAt / 1000,
    stateMachineVersionArn: published?.arn,
  };
};

/** Members not sent keep their value; a new revision is made only when something changes (logging, tracing: recorded). */
export const updateStateMachine: Handler<'UpdateStateMachine'> = async (api, input) => {
  const arn = input.stateMachineArn;
  parseStateMachineArn(arn);
  const publish = toPublication(input);
  const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } = input;
  const changes = [
    definition,
    roleArn,
    loggingConfiguration,
    tracingConfiguration,
    encryptionConfiguration,
    publish,
  ];
  if (changes.every((change) => change === undefined)) throw apiError('MissingRequiredParameter');
  if (roleArn !== undefined) checkRoleArn(roleArn);
  const sent = checkSettings(input);
  await requireLogGroup(api, loggingConfiguration);
  await requireKey(api, arn, encryptionConfiguration);
  return api.withLock(arn, async () => {
    const machine = await requireChangeable(api, arn);
    const { revision } = machine;
    if (definition !== undefined && definition !== revision.definition) {
      await checkDefinition(api, definition, machine.type);
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
    if (publish !== undefined) await requireRoomForVersion(api, machine);
    const updated = await api.store.catalog.update(arn, {
      updatedAt: api.now(),
      revision: changed ? { revisionId: api.uuid(), ...next } : undefined,
      settings,
      publish,
    });
    api.machines.invalidate(arn);
    if (updated === undefined) throw apiError('StateMachineDoesNotExist', arn);
    return {
      updateDate: updated.machine.updatedAt / 1000,
      revisionId: updated.machine.revision.revisionId,
      stateMachineVersionArn: updated.version?.arn,
    };
  });
};

/** An alias shows the version that gets most of its starts; a label the item processor that has it, as a machine of its own. */
export const describeStateMachine: Handler<'DescribeStateMachine'> = async (api, input) => {
  const arn = input.stateMachineArn;
  const { label } = parseStateMachineArn(arn);
  const target = await requireTarget(api, label === undefined ? arn : withoutLabel(arn), heaviestRoute);
  const { machine, version } = target;
  const revision = label === undefined ? machine.revision : processorOf(api, machine.revision, label);
  if (revision === undefined) throw apiError('StateMachineDoesNotExist', arn);
  return {
    stateMachineArn: label === undefined ? (version?.arn ?? machine.arn) : arn,
    name: machine.name,
    status: machine.status,
    type: machine.type,
    creationDate: (version ?? machine).createdAt / 1000,
    description: version?.description,
    label,
    ...toDefinitionMembers(api, revision, input.includedData),
    ...toSettingsMembers(machine.settings),
  };
};

/** @returns undefined when no Map state has the label. */
function processorOf(api: ApiContext, revision: Revision, label: string): Revision | undefined {
  for (const state of api.definitions.program(revision.definition).states.values()) {
    if (state.type === 'Map' && state.distributed?.label === label)
      return { ...revision, definition: state.distributed.definition };
  }
  return undefined;
}

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

async function checkDefinition(api: ApiContext, definition: string, type: StateMachineType): Promise<void> {
  const { errors } = await api.analyses.of(definition, type);
  if (errors.length > 0) throw apiError('InvalidDefinition', invalidDefinitionMessage(errors));
}

function isSamePublication(a: StateMachineSettings, b: StateMachineSettings): boolean {
  const [published, asked] = [a.publishedAtCreation, b.publishedAtCreation];
  return (published === undefined) === (asked === undefined) && published?.description === asked?.description;
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
