// Athena: run a query and read its result.

import type { OptimizedService } from './optimized.ts';

export const athena: OptimizedService = {
  sdk: 'athena',
  prefix: 'Athena',
  label: 'AmazonAthena',
  base: 'AthenaException',
  actions: {
    startQueryExecution: {
      job: {
        operation: 'getQueryExecution',
        input: ({ QueryExecutionId }) => ({ QueryExecutionId: QueryExecutionId! }),
        status: 'QueryExecution.Status.State',
        succeeded: ['SUCCEEDED'],
        failed: ['FAILED', 'CANCELLED'],
        cancel: {
          operation: 'stopQueryExecution',
          input: ({ QueryExecutionId }) => ({ QueryExecutionId: QueryExecutionId! }),
        },
      },
    },
    stopQueryExecution: {},
    getQueryExecution: {},
    getQueryResults: {},
  },
};
