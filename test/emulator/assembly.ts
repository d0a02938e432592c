import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Template {
  readonly Parameters?: { readonly [name: string]: TemplateParameter };
  readonly Mappings?: { readonly [name: string]: { readonly [key: string]: { readonly [key: string]: unknown } } };
  readonly Conditions?: { readonly [name: string]: unknown };
  readonly Rules?: { readonly [name: string]: TemplateRule };
  readonly Resources: { readonly [logicalId: string]: TemplateResource };
  readonly Outputs?: { readonly [name: string]: TemplateOutput };
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
  readonly AllowedValues?: readonly unknown[];
}

export interface TemplateRule {
  readonly RuleCondition?: unknown;
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription?: string }[];
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: unknown };
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';
  readonly UpdateReplacePolicy?: 'Delete' | 'Retain' | 'Snapshot';
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** A file or directory that goes to the asset bucket before the stack is deployed. */
export interface FileAsset {
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  /** May hold `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}`. */
  readonly bucketName: string;
  readonly objectKey: string;
}

export interface StackArtifact {
  readonly stackName: string;
  /** Account that the stack names; absent, it lands in the account that it is deployed with. */
  readonly account?: string;
  readonly template: Template;
  readonly assets: readonly FileAsset[];
}

interface Artifact {
  readonly type: string;
  /** `aws://<account>/<region>`, either of which may be `unknown-account` or `unknown-region`. */
  readonly environment?: string;
  readonly displayName?: string;
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly file?: string };
  readonly dependencies?: readonly string[];
}

/** One stack of a cloud assembly (`cdk.out`), by its artifact id, display name or stack name. */
export function readStack(directory: string, stackName?: string): StackArtifact {
  const { artifacts } = readJson(join(directory, 'manifest.json')) as { artifacts: { [id: string]: Artifact } };
  const stacks = Object.entries(artifacts).filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack');
  const named = stacks.filter(
    ([id, { displayName, properties }]) =>
      stackName === undefined || [id, displayName, properties?.stackName].includes(stackName),
  );
  if (named.length !== 1) {
    const there = stacks.map(([id]) => id).join(', ');
    throw new Error(
      `${directory} holds the stacks ${there}; ${named.length} of them answer to ${stackName ?? 'any name'}`,
    );
  }
  const [[id, artifact]] = named;
  const template = readJson(join(directory, artifact.properties?.templateFile ?? '')) as Template;
  if (template.Resources === undefined) {
    throw new Error('Template format error: At least one Resources member must be defined.');
  }
  const assets = (artifact.dependencies ?? [])
    .map((name) => artifacts[name])
    .filter((dependency) => dependency?.type === 'cdk:asset-manifest')
    .flatMap((manifest) => readAssets(directory, manifest.properties?.file ?? ''));
  return {
    stackName: artifact.properties?.stackName ?? id,
    account: /^aws:\/\/(\d{12})\//.exec(artifact.environment ?? '')?.[1],
    template,
    assets,
  };
}

interface ManifestFile {
  readonly source: { readonly path?: string; readonly packaging?: 'file' | 'zip' };
  readonly destinations: { readonly [id: string]: { readonly bucketName: string; readonly objectKey: string } };
}

function readAssets(directory: string, manifestFile: string): FileAsset[] {
  const { files } = readJson(join(directory, manifestFile)) as { files?: { [hash: string]: ManifestFile } };
  return Object.values(files ?? {}).flatMap(({ source, destinations }) =>
    source.path === undefined
      ? []
      : Object.values(destinations).map(({ bucketName, objectKey }) => ({
          path: join(directory, source.path ?? ''),
          packaging: source.packaging ?? 'file',
          bucketName,
          objectKey,
        })),
  );
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
