// Glue DataBrew: run a recipe or profile job.

import type { OptimizedService } from './optimized.ts';

export const databrew: OptimizedService = {
  sdk: 'databrew',
  prefix: 'DataBrew',
  label: 'AWSGlueDataBrew',
  base: 'AWSGlueDataBrewException',
  actions: {
    startJobRun: {
      job: {
        operation: 'describeJobRun',
        input: ({ Name, RunId }) => ({ Name: Name!, RunId: RunId! }),
        status: 'State',
        succeeded: ['SUCCEEDED'],
        failed: ['FAILED', 'TIMEOUT', 'STOPPED'],
        cancel: { operation: 'stopJobRun', input: ({ Name, RunId }) => ({ Name: Name!, RunId: RunId! }) },
      },
    },
  },
};
