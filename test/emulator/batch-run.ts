import { createHash } from 'node:crypto';
import { type Answer, type AnswerRecord, type JsonObject, tokenCounts } from './answers';
import type { BatchJob } from './batch-jobs';
import type { Principal } from './iam';
import type { S3Access } from './s3-access';
import { ServiceError } from './service-error';

/** The records of a job and what became of them, in the order of the input. */
export interface BatchRun {
  readonly records: readonly InputRecord[];
  readonly answers: Answer[];
}

export interface InputRecord {
  /** Input file, by its path below the input location. */
  readonly file: string;
  readonly recordId: string;
  readonly modelInput: JsonObject;
}

export interface RecordLimits {
  readonly minRecords: number;
  readonly maxRecords?: number;
}

/** Why the service gives a job up while it is validated. */
export class InvalidJob extends Error {}

/** Reads and checks the input as the service role. Of `modelInput` nothing is looked at but that it is an object. */
export function readRun(job: BatchJob, role: Principal, s3: S3Access, limits: RecordLimits): BatchRun {
  const { s3Uri, s3BucketOwner } = job.request.inputDataConfig.s3InputDataConfig;
  const { bucket, path } = parseS3Uri(s3Uri);
  const records: InputRecord[] = [];
  try {
    // Without an owner, the bucket is taken to be the account's own.
    s3.checkOwner(bucket, s3BucketOwner ?? accountOf(job));
    const keys = s3.listObjects(role, bucket, path);
    const isFolder = path === '' || path.endsWith('/') || !keys.includes(path);
    const folder = path === '' || path.endsWith('/') ? path : `${path}/`;
    const files = isFolder ? keys.filter((key) => key.startsWith(folder) && key.endsWith('.jsonl')) : [path];
    if (files.length === 0) throw new InvalidJob(`The input location s3://${bucket}/${path} has no JSONL file`);
    for (const key of files) {
      if (!key.endsWith('.jsonl')) throw new InvalidJob(`The input file s3://${bucket}/${key} is not a .jsonl file`);
      const file = isFolder ? key.slice(folder.length) : (key.split('/').pop() ?? key);
      records.push(...parseRecords(s3.getObject(role, bucket, key).body.toString('utf8'), file));
    }
  } catch (error) {
    // The wording of the service is not known; that the job fails, and in validation, is.
    if (error instanceof ServiceError) throw new InvalidJob(`The role cannot read the input: ${error.message}`);
    throw error;
  }
  if (records.length < limits.minRecords) {
    throw new InvalidJob(
      `Batch job ${job.arn} contains less records (${records.length}) than the required minimum of: ${limits.minRecords}`,
    );
  }
  if (limits.maxRecords !== undefined && records.length > limits.maxRecords) {
    throw new InvalidJob(
      `Batch job ${job.arn} contains more records (${records.length}) than the allowed maximum of: ${limits.maxRecords}`,
    );
  }
  return { records, answers: [] };
}

/** Answers records up to `end`, and counts them. */
export async function processRecords(job: BatchJob, run: BatchRun, end: number, answer: AnswerRecord): Promise<void> {
  while (run.answers.length < end) {
    const { modelInput } = run.records[run.answers.length];
    const answered = await answer(modelInput, job.invocationType, job.target.model);
    run.answers.push(answered);
    job.counts.processed += 1;
    if ('error' in answered) job.counts.error += 1;
    else job.counts.success += 1;
  }
}

/** Writes what has been answered, and the manifest, as the service role. */
export function writeResults(job: BatchJob, run: BatchRun, role: Principal, s3: S3Access): void {
  const { s3Uri, s3EncryptionKeyId, s3BucketOwner } = job.request.outputDataConfig.s3OutputDataConfig;
  const { bucket, path } = parseS3Uri(s3Uri);
  s3.checkOwner(bucket, s3BucketOwner ?? accountOf(job));
  const folder = `${path === '' || path.endsWith('/') ? path : `${path}/`}${job.id}/`;
  const put = (name: string, body: string): void => {
    s3.putObject(role, bucket, `${folder}${name}`, body, { keyArn: s3EncryptionKeyId });
  };

  const lines = new Map<string, string[]>();
  let inputTokenCount = 0;
  let outputTokenCount = 0;
  run.answers.forEach((answer, index) => {
    const { file, recordId, modelInput } = run.records[index];
    const answered = lines.get(file) ?? [];
    answered.push(JSON.stringify({ recordId, modelInput, ...answer }));
    lines.set(file, answered);
    if ('error' in answer) return;
    const { input, output } = tokenCounts(answer.modelOutput);
    inputTokenCount += input;
    outputTokenCount += output;
  });
  for (const [file, answered] of lines) put(`${file}.out`, `${shuffle(answered, job.id).join('\n')}\n`);

  const { total, processed, success, error } = job.counts;
  const manifest = {
    totalRecordCount: total,
    processedRecordCount: processed,
    successRecordCount: success,
    errorRecordCount: error,
    inputTokenCount,
    outputTokenCount,
  };
  put('manifest.json.out', JSON.stringify(manifest));
  s3.noteOutputRights(role, bucket, `${folder}manifest.json.out`, { prefix: folder, keyArn: s3EncryptionKeyId });
}

export function parseS3Uri(uri: string): { bucket: string; path: string } {
  const [, bucket, path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  return { bucket, path };
}

function accountOf({ arn }: BatchJob): string {
  return arn.split(':')[4];
}

function parseRecords(text: string, file: string): InputRecord[] {
  const records: InputRecord[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    let record: { recordId?: unknown; modelInput?: unknown };
    try {
      record = JSON.parse(line);
    } catch {
      throw new InvalidJob(`The input file ${file} is not JSONL: line ${index + 1} is not JSON`);
    }
    if (typeof record?.modelInput !== 'object' || record.modelInput === null) {
      throw new InvalidJob(`The input file ${file} has no modelInput in line ${index + 1}`);
    }
    if (record.recordId !== undefined && typeof record.recordId !== 'string') {
      throw new InvalidJob(`The input file ${file} has a recordId that is not a string in line ${index + 1}`);
    }
    // The service adds an id where there is none; how it looks is not known.
    const recordId = record.recordId ?? `EMULATED${String(index + 1).padStart(7, '0')}`;
    records.push({ file, recordId, modelInput: record.modelInput as JsonObject });
  });
  return records;
}

/** The order of results is not that of the records; here it is the same disorder in every run. */
function shuffle(lines: readonly string[], seed: string): string[] {
  const order = (index: number) => createHash('sha256').update(`${seed} ${index}`).digest('hex');
  return lines
    .map((line, index) => ({ line, order: order(index) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ line }) => line);
}
