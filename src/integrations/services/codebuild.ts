// CodeBuild: run a build or a batch of builds, and tidy up after them.

import { textAt } from './json-members.ts';
import type { Job, OptimizedService } from './optimized.ts';

const FAILED = ['FAILED', 'FAULT', 'TIMED_OUT', 'STOPPED'];

const build: Job = {
  operation: 'batchGetBuilds',
  input: (ids) => ({ Ids: [textAt(ids, 'Build.Id') ?? ''] }),
  job: 'Builds.0',
  status: 'Builds.0.BuildStatus',
  succeeded: ['SUCCEEDED'],
  failed: FAILED,
  result: (job) => ({ Build: job }),
  cancel: { operation: 'stopBuild', input: (ids) => ({ Id: textAt(ids, 'Build.Id') ?? '' }) },
};

const buildBatch: Job = {
  operation: 'batchGetBuildBatches',
  input: (ids) => ({ Ids: [textAt(ids, 'BuildBatch.Id') ?? ''] }),
  job: 'BuildBatches.0',
  status: 'BuildBatches.0.BuildBatchStatus',
  succeeded: ['SUCCEEDED'],
  failed: FAILED,
  result: (job) => ({ BuildBatch: job }),
  cancel: { operation: 'stopBuildBatch', input: (ids) => ({ Id: textAt(ids, 'BuildBatch.Id') ?? '' }) },
};

export const codebuild: OptimizedService = {
  sdk: 'codebuild',
  prefix: 'CodeBuild',
  label: 'AWSCodeBuild',
  base: 'AWSCodeBuildException',
  actions: {
    startBuild: { job: build },
    startBuildBatch: { job: buildBatch },
    retryBuildBatch: { job: buildBatch },
    stopBuild: {},
    stopBuildBatch: {},
    batchDeleteBuilds: {},
    batchGetReports: {},
    deleteBuildBatch: {},
  },
};
