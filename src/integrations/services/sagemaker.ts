// SageMaker: jobs of five kinds, known by the name that the parameters give them, and what it takes to deploy a model.

import type { Action, OptimizedService } from './optimized.ts';

/** The five kinds have the same operations under their own names. @param kind `Training`. */
function jobOf(kind: string): Action {
  const name = `${kind}JobName`;
  return {
    job: {
      operation: `describe${kind}Job`,
      input: (ids) => ({ [name]: ids[name]! }),
      status: `${kind}JobStatus`,
      succeeded: ['Completed'],
      failed: ['Failed', 'Stopped', 'DeleteFailed'],
      cancel: { operation: `stop${kind}Job`, input: (ids) => ({ [name]: ids[name]! }) },
    },
  };
}

export const sagemaker: OptimizedService = {
  sdk: 'sagemaker',
  prefix: 'SageMaker',
  label: 'AmazonSageMaker',
  base: 'AmazonSageMakerException',
  actions: {
    createTrainingJob: jobOf('Training'),
    createTransformJob: jobOf('Transform'),
    createProcessingJob: jobOf('Processing'),
    createHyperParameterTuningJob: jobOf('HyperParameterTuning'),
    createLabelingJob: jobOf('Labeling'),
    createModel: {},
    createEndpointConfig: {},
    createEndpoint: {},
    updateEndpoint: {},
  },
};
