// Aliases of state machines: create, update, describe, list, delete.

import { isVersionArn, isVersionNumber, qualifiedArn, withoutQualifier } from '../../base/arn.ts';
import { MAX_ALIASES } from '../../base/quotas.ts';
import type { Alias, Route } from '../../store/store.ts';
import type { ApiContext, Handler } from '../context.ts';
import type { RoutingConfigurationListItem } from '../model.ts';
import { parseStateMachineArn } from '../names.ts';
import { apiError, invalid, missingResource } from '../wire/errors.ts';
import { pageSize } from '../wire/pagination.ts';
import { requireChangeable } from './versions.ts';

/** Repeating a creation with the same content answers the alias that is there. */
export const createStateMachineAlias: Handler<'CreateStateMachineAlias'> = async (api, input) => {
  const { name, description } = input;
  const routing = checkRouting(input.routingConfiguration);
  const stateMachineArn = withoutQualifier(routing[0]!.stateMachineVersionArn);
  return api.withLock(stateMachineArn, async () => {
    await requireChangeable(api, stateMachineArn);
    await requireVersions(api, routing);
    const { aliases } = api.store.catalog;
    const arn = qualifiedArn(stateMachineArn, name);
    const existing = await aliases.list(stateMachineArn);
    if (existing.length >= MAX_ALIASES && !existing.some((alias) => alias.arn === arn)) {
      throw apiError(
        'ServiceQuotaExceededException',
        `Expected at most ${MAX_ALIASES} aliases of a state machine, but ${stateMachineArn} has that many`,
      );
    }
    const now = api.now();
    const sent: Alias = { arn, stateMachineArn, name, description, routing, createdAt: now, updatedAt: now };
    const { created, alias } = await aliases.create(sent);
    if (!created && !(alias.description === description && isSameRouting(alias.routing, routing))) {
      throw apiError(
        'ConflictException',
        'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
      );
    }
    api.aliases.invalidate(arn);
    return { stateMachineAliasArn: arn, creationDate: alias.createdAt / 1000 };
  });
};

/** Members not sent keep their value. */
export const updateStateMachineAlias: Handler<'UpdateStateMachineAlias'> = async (api, input) => {
  const arn = input.stateMachineAliasArn;
  const stateMachineArn = checkAliasArn(arn);
  const { description, routingConfiguration } = input;
  if (description === undefined && routingConfiguration === undefined) {
    throw invalid(
      'Either the description or the RoutingConfiguration must be specified',
      'MISSING_REQUIRED_PARAMETER',
    );
  }
  const routing = routingConfiguration && checkRouting(routingConfiguration);
  return api.withLock(stateMachineArn, async () => {
    const { aliases } = api.store.catalog;
    const alias = await aliases.get(arn);
    if (alias === undefined) throw missingResource(arn);
    await requireChangeable(api, stateMachineArn);
    if (routing !== undefined) {
      const owner = withoutQualifier(routing[0]!.stateMachineVersionArn);
      if (owner !== stateMachineArn) throw wrongMachine([stateMachineArn, owner]);
      await requireVersions(api, routing);
    }
    const updated = await aliases.update(arn, {
      description: description ?? alias.description,
      routing: routing ?? alias.routing,
      updatedAt: api.now(),
    });
    api.aliases.invalidate(arn);
    if (updated === undefined) throw missingResource(arn);
    return { updateDate: updated.updatedAt / 1000 };
  });
};

export const describeStateMachineAlias: Handler<'DescribeStateMachineAlias'> = async (api, input) => {
  const arn = input.stateMachineAliasArn;
  checkAliasArn(arn);
  const alias = await api.store.catalog.aliases.get(arn);
  if (alias === undefined) throw missingResource(arn);
  return {
    stateMachineAliasArn: alias.arn,
    name: alias.name,
    description: alias.description,
    routingConfiguration: [...alias.routing],
    creationDate: alias.createdAt / 1000,
    updateDate: alias.updatedAt / 1000,
  };
};

/** Oldest first, as recorded. Of a version's ARN only the aliases that route to it. */
export const listStateMachineAliases: Handler<'ListStateMachineAliases'> = async (api, input) => {
  const arn = input.stateMachineArn;
  const { qualifier } = parseStateMachineArn(arn);
  const list = ['ListStateMachineAliases', arn];
  const position = await api.pages.read(list, input.nextToken);
  const stateMachineArn = withoutQualifier(arn);
  if ((await api.machines.get(stateMachineArn)) === undefined)
    throw apiError('StateMachineDoesNotExist', arn);
  const all = await api.store.catalog.aliases.list(stateMachineArn);
  const asked =
    qualifier === undefined
      ? all
      : all.filter(({ routing }) => routing.some((route) => route.stateMachineVersionArn === arn));
  const from = position === undefined ? 0 : asked.findIndex((alias) => alias.arn === position[0]) + 1;
  const limit = pageSize(input.maxResults);
  const page = asked.slice(from, from + limit);
  return {
    stateMachineAliases: page.map((alias) => ({
      stateMachineAliasArn: alias.arn,
      creationDate: alias.createdAt / 1000,
    })),
    nextToken: asked.length > from + limit ? await api.pages.make(list, [page.at(-1)!.arn]) : undefined,
  };
};

/** An alias that is not there is deleted already. */
export const deleteStateMachineAlias: Handler<'DeleteStateMachineAlias'> = async (api, input) => {
  const arn = input.stateMachineAliasArn;
  await api.withLock(checkAliasArn(arn), async () => {
    await api.store.catalog.aliases.remove(arn);
    api.aliases.invalidate(arn);
  });
  return {};
};

/** @returns the ARN of the machine. @throws InvalidArn, ValidationException */
function checkAliasArn(arn: string): string {
  const { qualifier } = parseStateMachineArn(arn);
  if (qualifier === undefined || isVersionNumber(qualifier)) {
    throw invalid(`Expected the ARN of a state machine alias, but got '${arn}'`);
  }
  return withoutQualifier(arn);
}

/** One or two versions of one machine, as the model has bounded them. @throws ValidationException, InvalidArn */
function checkRouting(sent: readonly RoutingConfigurationListItem[]): readonly Route[] {
  const arns = sent.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  for (const arn of arns) {
    const { qualifier, label } = parseStateMachineArn(arn);
    if (qualifier === undefined || label !== undefined || !isVersionArn(arn)) {
      throw invalidRouting(
        `Routing configuration must contain state machine version ARNs. Received: [${arns.join(', ')}]`,
      );
    }
  }
  if (new Set(arns).size < arns.length) {
    throw invalidRouting(
      `Routing configuration must contain distinct state machine version ARNs. Received: [${arns.join(', ')}]`,
    );
  }
  const owners = new Set(arns.map(withoutQualifier));
  if (owners.size > 1) throw wrongMachine([...owners]);
  const weights = sent.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw invalidRouting(
      `Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`,
    );
  }
  return sent.map(({ stateMachineVersionArn, weight }) => ({ stateMachineVersionArn, weight }));
}

/** @throws ResourceNotFound */
async function requireVersions(api: ApiContext, routing: readonly Route[]): Promise<void> {
  for (const { stateMachineVersionArn } of routing) {
    const version = await api.store.catalog.versions.get(stateMachineVersionArn);
    if (version === undefined) throw missingResource(stateMachineVersionArn);
  }
}

/** AWS's words are not known. */
function wrongMachine(owners: readonly string[]) {
  return invalidRouting(
    `Routing configuration must contain versions of the same state machine. Received: [${owners.join(', ')}]`,
  );
}

function invalidRouting(message: string) {
  return invalid(message, 'INVALID_ROUTING_CONFIGURATION');
}

function isSameRouting(a: readonly Route[], b: readonly Route[]): boolean {
  const text = (routing: readonly Route[]): string =>
    JSON.stringify(
      routing.map(({ stateMachineVersionArn, weight }) => [stateMachineVersionArn, weight]).sort(),
    );
  return text(a) === text(b);
}
