import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { Token } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { isLegalKey } from '../core/check-job';
import type { Issue } from '../core/issue';
import { isError } from '../core/issue';
import { reportIssues } from '../private/report-issues';
import { checkLocalFiles } from './check-local-files';
import type { JobInputBindOptions, JobInputConfig } from './job-input';

/** Where staged files live in the input bucket. */
const STAGING_PREFIX = 'inputs/';

/** Each is a file asset with a right of its own; more belong into a bucket. */
const MAX_FILES = 100;

export function bindFile(scope: Construct, path: string, options: JobInputBindOptions): JobInputConfig {
  const issues = checkFile(path);
  reportIssues(scope, issues.length > 0 ? issues : checkLocalFiles(scope, [path], options));
  return stageFile(scope, path);
}

export function bindDirectory(scope: Construct, path: string, options: JobInputBindOptions): JobInputConfig {
  const { names, issues } = listDirectory(path);
  const paths = names.map((name) => join(path, name));
  reportIssues(scope, issues.some(isError) ? issues : [...issues, ...checkLocalFiles(scope, paths, options)]);
  const files = new Construct(scope, 'Records');
  const assets = names.map((name) => new Asset(files, name.replaceAll('/', '-'), { path: join(path, name) }));
  const hash = createHash('sha256');
  for (const [index, { assetHash }] of assets.entries()) hash.update(`${names[index]}\n${assetHash}\n`);
  const prefix = `${STAGING_PREFIX}${hash.digest('hex')}/`;
  return { prefix, assets: Object.fromEntries(assets.map((asset, index) => [`${prefix}${names[index]}`, asset])) };
}

export function bindRecords(scope: Construct, records: unknown[], options: JobInputBindOptions): JobInputConfig {
  const { lines, issues } = toLines(records);
  reportIssues(scope, issues);
  const folder = mkdtempSync(join(tmpdir(), 'records-'));
  const path = join(folder, 'records.jsonl');
  let isNeeded = false;
  try {
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    reportIssues(scope, checkLocalFiles(scope, [path], options, { isNamed: false }));
    const config = stageFile(scope, path);
    // Where the staging of assets is turned off, the assembly refers to the file itself.
    isNeeded = Object.values(config.assets ?? {}).some(({ assetPath }) => assetPath.startsWith(folder));
    return config;
  } finally {
    if (!isNeeded) rmSync(folder, { recursive: true });
  }
}

/** Under the content hash alone: a file that is renamed is the same input. */
export function stageFile(scope: Construct, path: string): JobInputConfig {
  const asset = new Asset(scope, 'Records', { path });
  const key = `${STAGING_PREFIX}${asset.assetHash}/records.jsonl`;
  return { key, assets: { [key]: asset } };
}

/** What can be said of a file without opening it. */
function checkFile(path: string): Issue[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return nothingAt('a file', path);
  if (!found.isFile()) {
    return [
      issue('NotAFile', `must be a file, got the directory "${path}"; for all files in it use JobInput.fromDirectory`),
    ];
  }
  if (path.endsWith('.jsonl')) return [];
  const message = `must be JSON Lines in a file that ends in .jsonl, got "${path}"; JobInput.fromDataset makes records of CSV, JSON and Parquet`;
  return [issue('NotJsonLines', message)];
}

function listDirectory(path: string): { names: string[]; issues: Issue[] } {
  if (!existsSync(path)) return { names: [], issues: nothingAt('a directory', path) };
  if (!statSync(path).isDirectory()) {
    const message = `must be a directory, got the file "${path}"; for one file use JobInput.fromFile`;
    return { names: [], issues: [issue('NotADirectory', message)] };
  }
  const all = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
  const names = all.filter((name) => name.endsWith('.jsonl'));
  return { names, issues: [...checkNames(names, path), ...checkOthers(all, path)] };
}

function checkNames(names: readonly string[], path: string): Issue[] {
  if (names.length === 0) return [issue('NoRecordFiles', `must hold files that end in .jsonl, got none in "${path}"`)];
  if (names.length > MAX_FILES) {
    const message = `must hold at most ${MAX_FILES} .jsonl files, got ${names.length} in "${path}"; join them, or upload them and use JobInput.fromBucketPrefix`;
    return [issue('TooManyFiles', message)];
  }
  const illegal = names.filter((name) => !isLegalKey(name));
  if (illegal.length === 0) return [];
  const message = `must hold files named with letters, digits and - ! _ ' ( ) . alone (Bedrock takes no others in a key), got ${illegal
    .slice(0, 3)
    .map((name) => `"${name}"`)
    .join(', ')} in "${path}"`;
  return [issue('IllegalKey', message)];
}

function checkOthers(all: readonly string[], path: string): Issue[] {
  const others = all.filter((name) => !name.endsWith('.jsonl'));
  if (others.length === 0) return [];
  const message = `should hold nothing but .jsonl files, passing over ${others.slice(0, 3).join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''} in "${path}"; media that records name must be in S3 already`;
  return [{ ...issue('OtherFiles', message), severity: 'warning' }];
}

function nothingAt(what: string, path: string): Issue[] {
  return [issue('FileNotFound', `must be ${what}, but nothing is at "${path}" (the app runs in ${process.cwd()})`)];
}

function toLines(records: unknown[]): { lines: string[]; issues: Issue[] } {
  const lines: string[] = [];
  const problems: string[] = [];
  for (const [index, record] of records.entries()) {
    try {
      const line = JSON.stringify(record) ?? 'undefined';
      if (Token.isUnresolved(line))
        problems.push(`record ${index + 1} holds a token, which only a deployment could fill in`);
      else lines.push(line);
    } catch (error) {
      problems.push(`record ${index + 1} is no JSON (${(error as Error).message.split('\n')[0]})`);
    }
  }
  if (problems.length === 0) return { lines, issues: [] };
  const message = `must hold objects that can be written as JSON at synth: ${problems.slice(0, 3).join('; ')}${problems.length > 3 ? `; and ${problems.length - 3} more` : ''}`;
  return { lines, issues: [issue('MalformedRecord', message)] };
}

function issue(code: string, message: string): Issue {
  return { code, input: 'input', message };
}
