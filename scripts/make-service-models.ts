// Writes models/*.json.br and src/asl/sdk-names.ts from AWS's published service models, as botocore and the AWS CLI carry
// them in their data folder (Apache-2.0, see models/NOTICE). Only facts are taken: names, types, wire locations,
// endpoints; no documentation text.
//
//   node scripts/make-service-models.ts <botocore's data folder>

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib';
import '@aws-sdk/core/client';
import { type EndpointTableInput, endpointTable } from './service-endpoints.ts';
import { classCase, servicePrefix } from '../src/integrations/aws-sdk/java-names.ts';
import type {
  Member,
  MemberTraits,
  Operation,
  ServiceModel,
  Shape,
} from '../src/integrations/aws-sdk/service-model.ts';
