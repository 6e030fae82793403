// Tags of state machines and activities. Only unqualified ARNs carry tags; they are kept with the other settings.

import { resourceTypeOf } from '../../base/arn.ts';
import type { StateMachineSettings } from '../../store/store.ts';
import { checkTags } from '../configuration.ts';
import type { ApiContext, Handler } from '../context.ts';
import { checkArn, parseStateMachineArn } from '../names.ts';
import { resourceNotFound } from '../wire/errors.ts';

type Tags = NonNullable<StateMachineSettings['tags']>;

/** What carries tags, as the catalog has it now. */
interface TaggedResource {
  readonly tags: Tags;
  replace(tags: Tags): Promise<unknown>;
}

export const listTagsForResource: Handler<'ListTagsForResource'> = async (api, { resourceArn }) => {
  return { tags: (await requireTaggable(api, resourceArn)).tags };
};

/** Equal keys are overwritten in place. */
export const tagResource: Handler<'TagResource'> = async (api, { resourceArn, tags }) => {
  checkTaggable(resourceArn);
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
  const removed = new Set(tagKeys);
  await changeTags(api, resourceArn, (before) => before.filter(({ key }) => !removed.has(key)));
  return {};
};

function changeTags(api: ApiContext, arn: string, change: (before: Tags) => Tags): Promise<void> {
  return api.withLock(arn, async () => {
    const resource = await requireTaggable(api, arn);
    await resource.replace(change(resource.tags));
  });
}

/** Reads the catalog: what has just been tagged must be seen. @throws InvalidArn, ResourceNotFound */
async function requireTaggable(api: ApiContext, arn: string): Promise<TaggedResource> {
  const { catalog } = api.store;
  if (checkTaggable(arn) === 'activity') {
    const activity = await catalog.activities.get(arn);
    if (activity === undefined) throw resourceNotFound(arn);
    const { settings } = activity;
    return {
      tags: settings.tags ?? [],
      replace: (tags) => catalog.activities.update(arn, { ...settings, tags }),
    };
  }
  const machine = await catalog.get(arn);
  if (machine === undefined) throw resourceNotFound(arn);
  const { settings, updatedAt } = machine;
  return {
    tags: settings.tags ?? [],
    async replace(tags) {
      await catalog.update(arn, { updatedAt, revision: undefined, settings: { ...settings, tags } });
      api.machines.invalidate(arn);
    },
  };
}

/** @throws InvalidArn */
function checkTaggable(arn: string): 'activity' | 'stateMachine' {
  if (resourceTypeOf(arn) === 'activity') {
    checkArn(arn, 'activity');
    return 'activity';
  }
  parseStateMachineArn(arn);
  return 'stateMachine';
}
