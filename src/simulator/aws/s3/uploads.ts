// SPDX-License-Identifier: GPL-3.0-or-later
import { AwsError } from '../errors.ts';
import { queryValue } from '../incoming.ts';
import type { BucketCall } from './operation.ts';
import type { Upload } from './state.ts';

export function uploadOf(call: BucketCall): Upload {
  const id = queryValue(call.incoming, 'uploadId') ?? '';
  const upload = call.bucket.uploads.get(id);
  if (upload?.key === call.key) return upload;
  throw new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { detail: { UploadId: id } },
  );
}
