// Versions of state machines: publish, list, delete.

import { isVersionNumber, withoutQualifier } from '../../base/arn.ts';
import { MAX_VERSIONS } from '../../base/quotas.ts';
import type { Publication, StateMachine } from '../../store/store.ts';
import type { ApiContext, Handler } from '../context.ts';
import { parseStateMachineArn } from '../names.ts';
import { apiError, invalid } from '../wire/errors.ts';
import { pageSize } from '../wire/pagination.ts';

/** How the revision of a machine that was never updated is called. */
const FIRST_REVISION = 'INITIAL';

/** A revision that has a version keeps it, with its description. */
export const publishStateMachineVersion: Handler<'PublishStateMachineVersion'> = async (api, input) => {
  const arn = input.stateMachineArn;
  parseStateMachineArn(arn);
  return api.withLock(arn, async () => {
    const machine = await requireChangeable(api, arn);
    const current = machine.revision.revisionId ?? FIRST_REVISION;
    if (input.revisionId !== undefined && input.revisionId !== current) {
      throw apiError(
        'ConflictException',
        `Failed to publish the State Machine version for revision ${input.revisionId}. The current State Machine revision is ${current}.`,
      );
    }
    await requireRoomForVersion(api, machine);
    const publication = { description: input.description };
    const version = await api.store.catalog.versions.publish(arn, publication, api.now());
    if (version === undefined) throw apiError('StateMachineDoesNotExist', arn);
    return { stateMachineVersionArn: version.arn, creationDate: version.createdAt / 1000 };
  });
};

/** A machine that is not there has no versions; AWS's model knows no error for it. @throws InvalidArn, InvalidToken */
export const listStateMachineVersions: Handler<'ListStateMachineVersions'> = async (api, input) => {
  const { stateMachineArn } = input;
  parseStateMachineArn(stateMachineArn);
  const list = ['ListStateMachineVersions', stateMachineArn];
  const position = await api.pages.read(list, input.nextToken);
  const limit = pageSize(input.maxResults);
  const before = position === undefined ? undefined : Number(position[0]);
  const found = await api.store.catalog.versions.list({ stateMachineArn, before, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    stateMachineVersions: page.map(({ arn, createdAt }) => ({
      stateMachineVersionArn: arn,
      creationDate: createdAt / 1000,
    })),
    nextToken: found.length > limit ? await api.pages.make(list, [page.at(-1)!.number]) : undefined,
  };
};

/** A version that is not there is deleted already. Executions that run it go on. */
export const deleteStateMachineVersion: Handler<'DeleteStateMachineVersion'> = async (api, input) => {
  const arn = input.stateMachineVersionArn;
  const { qualifier } = parseStateMachineArn(arn);
  if (qualifier === undefined || !isVersionNumber(qualifier)) {
    throw invalid(`Expected the ARN of a state machine version, but got '${arn}'`);
  }
  const stateMachineArn = withoutQualifier(arn);
  await api.withLock(stateMachineArn, async () => {
    const { aliases, versions } = api.store.catalog;
    const routed = (await aliases.list(stateMachineArn)).filter(({ routing }) =>
      routing.some((route) => route.stateMachineVersionArn === arn),
    );
    if (routed.length > 0) {
      const names = routed.map(({ name }) => name).join(', ');
      throw apiError(
        'ConflictException',
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names}]`,
      );
    }
    await versions.remove(arn);
    api.versions.invalidate(arn);
  });
  return {};
};

/**
 * What `publish` and `versionDescription` of a creation or an update ask for.
 * @throws ValidationException for a description without `publish: true`
 */
export function toPublication(input: {
  readonly publish?: boolean;
  readonly versionDescription?: string;
}): Publication | undefined {
  if (input.publish === true) return { description: input.versionDescription };
  if (input.versionDescription !== undefined) {
    throw invalid('Version description can only be set when publish is true');
  }
  return undefined;
}

/** @param machine whose current revision is to be published @throws ServiceQuotaExceededException */
export async function requireRoomForVersion(api: ApiContext, machine: StateMachine): Promise<void> {
  const { versions } = api.store.catalog;
  if ((await versions.count(machine.arn)) < MAX_VERSIONS) return;
  if ((await versions.ofRevision(machine.revision.id)) !== undefined) return;
  throw apiError(
    'ServiceQuotaExceededException',
    `Expected at most ${MAX_VERSIONS} versions of a state machine, but ${machine.arn} has that many: delete some that are not used`,
  );
}

/** Only an unqualified ARN names something that can be changed. @throws StateMachineDoesNotExist, StateMachineDeleting */
export async function requireChangeable(api: ApiContext, arn: string): Promise<StateMachine> {
  const machine = await api.store.catalog.get(arn);
  if (machine === undefined) throw apiError('StateMachineDoesNotExist', arn);
  if (machine.status === 'DELETING') throw apiError('StateMachineDeleting', arn);
  return machine;
}
