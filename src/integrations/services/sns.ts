// SNS: publish to a topic, an endpoint or a telephone.

import type { OptimizedService } from './optimized.ts';

export const sns: OptimizedService = {
  sdk: 'sns',
  prefix: 'SNS',
  label: 'AmazonSNS',
  base: 'AmazonSNSException',
  actions: { publish: { text: ['Message'] } },
};
