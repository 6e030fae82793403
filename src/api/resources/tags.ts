// Tags of state machines. Only an unqualified ARN carries tags; they are kept with the machine's settings.

import type { StateMachine, StateMachineSettings } from '../../store/store.ts';
import { checkTags } from '../configuration.ts';
import type { ApiContext, Handler } from '../context.ts';
import { resourceNotFound } from '../errors.ts';
import { parseStateMachineArn } from '../names.ts';

type Tags = NonNullable<StateMachineSettings['tags']>;

export const listTagsForResource: Handler<'ListTagsForResource'> = async (api, { resourceArn }) => {
  parseStateMachineArn(resourceArn);
  return { tags: (await tagged(api, resourceArn)).settings.tags ?? [] };
};

/** Equal keys are overwritten in place. */
export const tagResource: Handler<'TagResource'> = async (api, { resourceArn, tags }) => {
  parseStateMachineArn(resourceArn);
  const sent = checkTags(tags);
  await changeTags(api, resourceArn, (before) => {
    const after = new Map(before.map(({ key, value }) => [key, value]));
    for (const { key, value } of sent) after.set(key, value);
    return checkTags([...after].map(([key, value]) => ({ key, value })));
  });
  return {};
};

/** Keys that are not there are ignored. */
export const untagResource: Handler<'UntagResource'> = async (api, { resourceArn, tagKeys }) => {
  parseStateMachineArn(resourceArn);
  const gone = new Set(tagKeys);
  await changeTags(api, resourceArn, (before) => before.filter(({ key }) => !gone.has(key)));
  return {};
};

function changeTags(api: ApiContext, arn: string, change: (before: Tags) => Tags): Promise<void> {
  return api.takeTurn(arn, async () => {
    const machine = await tagged(api, arn);
    const settings = { ...machine.settings, tags: change(machine.settings.tags ?? []) };
    await api.store.catalog.update(arn, { updatedAt: machine.updatedAt, revision: undefined, settings });
    api.machines.invalidate(arn);
  });
}

/** Reads the catalog: what has just been tagged must be seen. */
async function tagged(api: ApiContext, arn: string): Promise<StateMachine> {
  const machine = await api.store.catalog.get(arn);
  if (machine === undefined) throw resourceNotFound(arn);
  return machine;
}
