import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from './service-error';

/** The object in a request's body: as it came, or taken out of the `aws-chunked` frames that the SDK streams with. */
export function objectBody(headers: IncomingHttpHeaders, body: Buffer): Buffer {
  const framed =
    String(headers['content-encoding'] ?? '').includes('aws-chunked') ||
    String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  return framed ? decodeChunks(body) : body;
}

/** `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n` repeated, a chunk of size 0, then trailers, which are dropped. */
function decodeChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const end = body.indexOf('\r\n', offset);
    const size = Number.parseInt(body.toString('latin1', offset, end).split(';')[0], 16);
    if (end === -1 || Number.isNaN(size)) throw new ServiceError('BadRequest', 'The request body is not aws-chunked');
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + size));
    offset = end + 2 + size + 2;
  }
}
