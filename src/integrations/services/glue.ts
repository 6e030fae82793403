// Glue: run an ETL job.

import type { OptimizedService } from './optimized.ts';

export const glue: OptimizedService = {
  sdk: 'glue',
  prefix: 'Glue',
  label: 'AWSGlue',
  base: 'AWSGlueException',
  actions: {
    startJobRun: {
      answer: (output, { JobName }) => ({ ...output, JobName: JobName! }),
      job: {
        operation: 'getJobRun',
        input: ({ JobName, JobRunId }) => ({ JobName: JobName!, RunId: JobRunId! }),
        job: 'JobRun',
        status: 'JobRun.JobRunState',
        succeeded: ['SUCCEEDED'],
        failed: ['FAILED', 'TIMEOUT', 'STOPPED', 'ERROR', 'EXPIRED'],
        cancel: {
          operation: 'batchStopJobRun',
          input: ({ JobName, JobRunId }) => ({ JobName: JobName!, JobRunIds: [JobRunId!] }),
        },
      },
    },
  },
};
