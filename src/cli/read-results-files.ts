import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BatchInferenceError } from '../core/batch-inference-error';
import type { Issue } from '../core/issue';
import { findOtherFormat } from '../records/record';
import { findManifest, type Manifest } from '../records/results/manifest';

export interface LinesFile {
  readonly path: string;
  readonly bytes: number;
}

export interface ManifestFile {
  readonly path: string;
  readonly manifest: Manifest;
}

export interface ResultFiles {
  readonly files: readonly LinesFile[];
  readonly manifests: readonly ManifestFile[];
  readonly issues: readonly Issue[];
}

const RESULTS = '.jsonl.out';
const MANIFEST = 'manifest.json.out';
const RECORDS = '.jsonl';

/** No manifest is larger, indented and all; results that small are read for what they are. */
const MAX_MANIFEST_BYTES = 64 * 1024;

/**
 * The results below files and folders, each file once, in the order given and by name within a folder: the later answer to a
 * record is the one that comes later in this order.
 *
 * @throws BatchInferenceError where there is nothing to read
 */
export function findResultFiles(paths: readonly string[]): ResultFiles {
  const found = findFiles(paths, {
    option: 'paths',
    isWanted: (name) => name.endsWith(RESULTS) || name.endsWith(MANIFEST),
    explainNone: explainNoResults,
  });
  const files: LinesFile[] = [];
  const manifests: ManifestFile[] = [];
  const issues: Issue[] = [];
  for (const file of found) {
    const isNamed = basename(file.path).endsWith(MANIFEST);
    const manifest = isNamed || file.bytes <= MAX_MANIFEST_BYTES ? readManifest(file.path) : undefined;
    if (manifest !== undefined) manifests.push({ path: file.path, manifest });
    else if (!isNamed) files.push(file);
    else {
      const message = 'must be one JSON object with the counters of a job, and is not; results are read without it';
      issues.push({ code: 'UnreadableManifest', input: file.path, message, severity: 'warning' });
    }
  }
  if (files.length === 0) {
    const message = `must hold results (*${RESULTS}), found nothing but a manifest; download the whole folder of the job`;
    throw new BatchInferenceError([{ code: 'NoFiles', input: paths.join(', '), message }]);
  }
  return { files, manifests, issues };
}

/** The input files below files and folders. @throws BatchInferenceError where there is nothing to read */
export function findInputFiles(paths: readonly string[]): readonly LinesFile[] {
  return findFiles(paths, {
    option: 'inputs',
    isWanted: (name) => name.endsWith(RECORDS),
    explainNone: () => `must hold input files (*${RECORDS}), found none`,
  });
}

interface Search {
  readonly option: string;
  /** Of a file in a folder; a file that is given by its own name is wanted. */
  readonly isWanted: (name: string) => boolean;
  readonly explainNone: (names: readonly string[]) => string;
}

function findFiles(paths: readonly string[], { option, isWanted, explainNone }: Search): LinesFile[] {
  const issues: Issue[] = [];
  const files = new Map<string, LinesFile>();
  const add = (path: string, bytes: number) => {
    const otherFormat = findOtherFormat(readStart(path));
    if (otherFormat !== undefined) issues.push({ code: 'NotJsonLines', input: path, message: otherFormat });
    const real = realpathSync(path);
    if (!files.has(real)) files.set(real, { path, bytes });
  };
  for (const path of paths) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) {
      const message = 'must be a file or a folder, but nothing is there';
      issues.push({ code: 'FileNotFound', input: path, message });
    } else if (status.isDirectory()) {
      const names = filesBelow(path);
      const wanted = names.filter(isWanted);
      if (wanted.length === 0) issues.push({ code: 'NoFiles', input: path, message: explainNone(names) });
      for (const name of wanted) add(join(path, name), statSync(join(path, name)).size);
    } else if (status.isFile()) add(path, status.size);
    else {
      // It has no size, and blocks of it cannot be read in any order.
      const message = 'must be a file or a folder, got a device or a pipe; write it into a file first';
      issues.push({ code: 'NotAFile', input: path, message });
    }
  }
  if (paths.length === 0) {
    issues.push({ code: 'NoFiles', input: option, message: 'must name at least one file or folder, got none' });
  }
  if (issues.length > 0) throw new BatchInferenceError(issues);
  return [...files.values()];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile())
    .sort();
}

function explainNoResults(names: readonly string[]): string {
  const message = `must hold results (*${RESULTS}), found none`;
  const packed = names.find((name) => /\.out\.(gz|zip|zst|bz2)$/.test(name));
  if (packed !== undefined) return `${message}, but ${packed}; decompress it first`;
  const input = names.find((name) => name.endsWith(RECORDS));
  return input === undefined ? message : `${message}, but ${input}, which is input`;
}

function readManifest(path: string): Manifest | undefined {
  try {
    return findManifest(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function readStart(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(4);
    return bytes.toString('latin1', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
