import { toTable } from './table';
import type { Colours, Output } from './terminal';
import { toBytes, toCount } from './words';

/** A file of records that was written; as the engines that write them have it. */
interface WrittenFile {
  readonly path: string;
  readonly records: number;
  readonly bytes: number;
  readonly job: number;
}

const COLUMNS = [
  { title: 'FILE', wraps: true },
  { title: 'RECORDS', right: true },
  { title: 'SIZE', right: true },
  { title: 'JOB', right: true },
];

export function toFilesTable(files: readonly WrittenFile[], output: Output, colours: Colours): string {
  const rows = files.map(({ path, records, bytes, job }) => [path, toCount(records), toBytes(bytes), String(job)]);
  return toTable(COLUMNS, rows, output, colours);
}
