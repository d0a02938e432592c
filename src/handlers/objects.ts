export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Where S3 keeps it; absent: in the standard class. */
  readonly storageClass?: string;
  /** When it was written, in milliseconds since 1970. */
  readonly writtenAt?: number;
}

export interface OpenObject {
  /** Absent in a bucket without versions. */
  readonly versionId?: string;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** S3. Errors come through as the service's own. */
export interface Objects {
  /** Page by page, as far as it is read. */
  list(bucket: string, prefix: string): AsyncIterable<StoredObject>;
  /** The current version. */
  open(place: ObjectPlace): Promise<OpenObject>;
  /** Within S3; nothing passes through the function. */
  copy(from: ObjectPlace, to: ObjectPlace): Promise<void>;
}
