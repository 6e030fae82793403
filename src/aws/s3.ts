// S3 as it is reached through the one road to AWS. A call that fails for a while is made again, and a body that breaks off
// goes on where it broke.

import { createS3Calls, type S3Parts } from './s3-calls.ts';
import { listPages } from './s3-listing.ts';
import type { S3 } from './s3-objects.ts';
import { openBody } from './s3-reading.ts';
import { createUpload } from './s3-writing.ts';

export function createS3(parts: S3Parts): S3 {
  const calls = createS3Calls(parts);
  return {
    openObject: (parameters, part, signal) => openBody(calls, parameters, part, signal),
    listObjects: (parameters, after, signal) => listPages(calls, parameters, after, signal),
    createObject: (parameters, signal) => createUpload(calls, parameters, signal),
  };
}
