import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobProperties } from '../../src/core/event';
import { RESOURCE_TYPE } from '../../src/core/event';
import type { Template } from '../emulator/assembly';
import { TODAY } from '../job/synth-job';

export const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** A stack as the manifest of a cloud assembly has it. */
export interface ManifestStack {
  readonly type: string;
  readonly properties: { readonly templateFile: string };
  readonly dependencies?: readonly string[];
  /** What constructs say of themselves, by path: here, or in a file of its own. */
  readonly metadata?: ConstructMetadata;
  readonly additionalMetadataFile?: string;
}

export interface ConstructMetadata {
  readonly [path: string]: readonly { readonly type: string; readonly data: unknown }[];
}

/** Runs an example's app as `cdk synth` does, in the real program's own process. */
export function synthExample(name: string, outdir: string) {
  return spawnSync(process.execPath, ['--import', 'tsx', join(EXAMPLES, name, 'app.ts')], {
    cwd: join(EXAMPLES, '..'),
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ 'cdk-bedrock-batch:today': TODAY }),
    },
    encoding: 'utf8',
  });
}

/** The stacks of an assembly, each after those that it waits for: the order in which `cdk deploy --all` takes them. */
export function stackNames(assembly: string): string[] {
  const stacks = readStacks(assembly);
  const ordered: string[] = [];
  const visit = (name: string) => {
    if (ordered.includes(name) || stacks[name] === undefined) return;
    for (const other of stacks[name].dependencies ?? []) visit(other);
    ordered.push(name);
  };
  for (const name of Object.keys(stacks)) visit(name);
  return ordered;
}

export function readTemplate(assembly: string, stackName: string): Template {
  return readJson(join(assembly, readStacks(assembly)[stackName].properties.templateFile)) as Template;
}

export function readMetadata(assembly: string, stackName: string): ConstructMetadata {
  const { metadata = {}, additionalMetadataFile } = readStacks(assembly)[stackName];
  if (additionalMetadataFile === undefined) return metadata;
  return { ...metadata, ...(readJson(join(assembly, additionalMetadataFile)) as ConstructMetadata) };
}

/** The warnings and errors that the synthesis left for the CDK CLI to print. */
export function messagesOf(assembly: string): unknown[] {
  return stackNames(assembly).flatMap((name) =>
    Object.values(readMetadata(assembly, name))
      .flat()
      .filter(({ type }) => ['aws:cdk:warning', 'aws:cdk:error'].includes(type))
      .map(({ data }) => data),
  );
}

/** A copy of an assembly with other templates. */
export function editAssembly(assembly: string, to: string, edit: (template: Template) => void): string {
  cpSync(assembly, to, { recursive: true });
  for (const { properties } of Object.values(readStacks(to))) {
    const path = join(to, properties.templateFile);
    const template = readJson(path) as Template;
    edit(template);
    writeFileSync(path, JSON.stringify(template));
  }
  return to;
}

/** A copy in which the jobs have other properties, as if their owner had changed the app. */
export function editJobs(assembly: string, to: string, properties: Partial<JobProperties>): string {
  return editAssembly(assembly, to, ({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type === RESOURCE_TYPE) Object.assign(Properties ?? {}, properties);
    }
  });
}

function readStacks(assembly: string): { readonly [name: string]: ManifestStack } {
  const { artifacts } = readJson(join(assembly, 'manifest.json')) as { artifacts: { [id: string]: ManifestStack } };
  return Object.fromEntries(Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack'));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
