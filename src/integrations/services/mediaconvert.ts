// MediaConvert: transcode. Jobs are tagged as Step Functions tags them.

import { getMember, isJsonObject, type JsonObject } from '../../base/json.ts';
import { textAt } from './json-members.ts';
import type { OptimizedService } from './optimized.ts';

export const mediaconvert: OptimizedService = {
  sdk: 'mediaconvert',
  prefix: 'MediaConvert',
  label: 'AWSMediaConvert',
  base: 'AWSMediaConvertException',
  actions: {
    createJob: {
      request: tag,
      job: {
        operation: 'getJob',
        input: (ids) => ({ Id: textAt(ids, 'Job.Id') ?? '' }),
        status: 'Job.Status',
        succeeded: ['COMPLETE'],
        failed: ['ERROR', 'CANCELED'],
        cancel: { operation: 'cancelJob', input: (ids) => ({ Id: textAt(ids, 'Job.Id') ?? '' }) },
      },
    },
  },
};

function tag(parameters: JsonObject): JsonObject {
  const tags = getMember(parameters, 'Tags') ?? {};
  return isJsonObject(tags)
    ? { ...parameters, Tags: { ...tags, ManagedByService: 'AWSStepFunctions' } }
    : parameters;
}
