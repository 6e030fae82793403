// Activities: names under which workers fetch tasks.

import { activityArn } from '../../base/arn.ts';
import { TooManyPollers } from '../../engine/engine.ts';
import type { Activity } from '../../store/store.ts';
import { checkTags } from '../configuration.ts';
import type { Handler } from '../context.ts';
import { checkEncryption, encryptionOf, encryptionText, requireKey } from '../encryption.ts';
import { requireActivity } from '../lookup.ts';
import { checkArn, checkName } from '../names.ts';
import { apiError } from '../wire/errors.ts';
import { pageSize } from '../wire/pagination.ts';

/** Repeating a creation answers the activity that is there; tags are not compared. */
export const createActivity: Handler<'CreateActivity'> = async (api, input) => {
  checkName(input.name);
  const { encryptionConfiguration, tags } = input;
  const sent: Activity = {
    arn: activityArn(api.account, input.name),
    name: input.name,
    createdAt: api.now(),
    settings: {
      ...(encryptionConfiguration && { encryptionConfiguration: checkEncryption(encryptionConfiguration) }),
      ...(tags && { tags: checkTags(tags) }),
    },
  };
  await requireKey(api, sent.arn, encryptionConfiguration);
  const { created, activity } = await api.store.catalog.activities.create(sent);
  if (created) api.engine.activityCreated(activity.arn);
  else if (textOf(activity) !== textOf(sent)) throw apiError('ActivityAlreadyExists');
  return { activityArn: activity.arn, creationDate: activity.createdAt / 1000 };
};

/** An activity that is not there is deleted already. */
export const deleteActivity: Handler<'DeleteActivity'> = async (api, { activityArn: arn }) => {
  checkArn(arn, 'activity');
  await api.store.catalog.activities.remove(arn);
  api.engine.activityDeleted(arn);
  return {};
};

export const describeActivity: Handler<'DescribeActivity'> = async (api, { activityArn: arn }) => {
  const activity = await requireActivity(api, arn);
  return {
    activityArn: activity.arn,
    name: activity.name,
    creationDate: activity.createdAt / 1000,
    encryptionConfiguration: encryptionOf(activity.settings),
  };
};

export const listActivities: Handler<'ListActivities'> = async (api, input) => {
  const list = ['ListActivities'];
  const position = await api.pages.read(list, input.nextToken);
  const limit = pageSize(input.maxResults);
  const after = position === undefined ? undefined : String(position[0]);
  const found = await api.store.catalog.activities.list({ after, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    activities: page.map(({ arn, name, createdAt }) => ({
      activityArn: arn,
      name,
      creationDate: createdAt / 1000,
    })),
    nextToken: found.length > limit ? await api.pages.make(list, [page.at(-1)!.name]) : undefined,
  };
};

/** Waits up to a minute; without a task the answer has no members. */
export const getActivityTask: Handler<'GetActivityTask'> = async (api, input, signal) => {
  const { arn } = await requireActivity(api, input.activityArn);
  try {
    const task = await api.engine.takeActivityTask(arn, input.workerName, signal());
    return task === undefined ? {} : { taskToken: task.token, input: task.input };
  } catch (error) {
    if (error instanceof TooManyPollers) throw apiError('ActivityWorkerLimitExceeded', arn);
    throw error;
  }
};

function textOf({ settings }: Activity): string {
  return encryptionText(encryptionOf(settings));
}
