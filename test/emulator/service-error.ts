/** HTTP status of each error the emulator answers with, as the service models give them. */
const STATUS = {
  // REST-JSON (Bedrock)
  AccessDeniedException: 403,
  ConflictException: 400,
  InternalServerException: 500,
  InvalidSignatureException: 403,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 400,
  ThrottlingException: 429,
  TooManyTagsException: 400,
  UnknownOperationException: 404,
  ValidationException: 400,
  // REST-XML (S3)
  AccessDenied: 403,
  BadRequest: 400,
  BucketNotEmpty: 409,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidRange: 416,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  PermanentRedirect: 301,
  PreconditionFailed: 412,
  SlowDown: 503,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** An answer that says no, in the words of the service. */
export class ServiceError extends Error {
  public readonly status: number;

  constructor(
    public readonly code: ErrorCode,
    message: string,
    public readonly headers: { readonly [name: string]: string } = {},
  ) {
    super(message);
    this.name = 'ServiceError';
    this.status = STATUS[code];
  }
}
