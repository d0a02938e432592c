/** The account of the stacks that are synthesised for the docs. */
export const ACCOUNT = '111122223333';
/** Owner of the buckets and keys that are not of that account. */
export const THEIR_ACCOUNT = '444455556666';
export const REGION = 'us-east-1';
export const IMPORTED_KEY_ID = 'a1b2c3d4-e5f6-a1b2-c3d4-e5f6a1b2c3d4';
export const STACK = 'Stack';

/** The part of an `<ARN>` that stands for a resource of the stack, by its logical id. */
export type Names = ReadonlyMap<string, string>;

/**
 * A value of a template as a reader wants it: `<OutputBucket>` for the ARN or the name of a resource, placeholders for
 * account, Region and partition, no hashes. What is not known here throws, so that nothing is shown half resolved.
 */
export function toReadable(value: unknown, names: Names): unknown {
  if (typeof value === 'string') return withPlaceholders(withNames(value, names));
  // Places in a list that only a deployment fills in look the same here, and are shown once.
  if (Array.isArray(value)) return [...new Set(value.map((each) => toReadable(each, names)))];
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [intrinsic, argument] = entries[0] ?? [];
  if (entries.length === 1 && (intrinsic === 'Ref' || intrinsic.startsWith('Fn::'))) {
    return withPlaceholders(readIntrinsic(intrinsic, argument, names));
  }
  return Object.fromEntries(entries.map(([key, member]) => [key, toReadable(member, names)]));
}

/** Literals that differ from deployment to deployment, and hashes, behind names. */
export function withPlaceholders(text: string): string {
  return text
    .replace(/cdk-hnb659fds-assets-(?:111122223333|<account>)-(?:us-east-1|<region>)/g, '<AssetBucket>')
    .replace(/cdk-hnb659fds-cfn-exec-role-(?:111122223333|<account>)-(?:us-east-1|<region>)/g, '<ExecutionRole>')
    .replaceAll(ACCOUNT, '<account>')
    .replaceAll(THEIR_ACCOUNT, '<their account>')
    .replaceAll(REGION, '<region>')
    .replace(/\barn:aws:/g, 'arn:<partition>:')
    .replace(new RegExp(`arn:<partition>:kms:[^"]*/${IMPORTED_KEY_ID}`, 'g'), '<ImportedKey>')
    .replace(/\b[0-9a-f]{64}\b/g, '<hash>');
}

/** Where a text holds a logical id, as the name that CloudFormation makes up for a log group does. */
function withNames(text: string, names: Names): string {
  let named = text;
  for (const [logicalId, name] of names) {
    if (/[0-9A-F]{8}$/.test(logicalId)) named = named.replaceAll(logicalId, `<logical id of ${name}>`);
  }
  return named.replaceAll(`${STACK}-<`, '<stack>-<');
}

const PSEUDO_PARAMETERS: { readonly [name: string]: string } = {
  'AWS::AccountId': '<account>',
  'AWS::Partition': '<partition>',
  'AWS::Region': '<region>',
};

function readIntrinsic(intrinsic: string, argument: unknown, names: Names): string {
  const read = (value: unknown) => String(toReadable(value, names));
  switch (intrinsic) {
    case 'Ref':
      return PSEUDO_PARAMETERS[argument as string] ?? nameOf(argument as string, names);
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = argument as [string, string];
      const name = nameOf(logicalId, names);
      return attribute === 'Arn' ? name : `${name.slice(0, -1)}.${attribute}>`;
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(read).join(separator);
    }
    case 'Fn::Sub':
      return (argument as string).replace(/\$\{([^}]+)\}/g, (_, name: string) => read({ Ref: name }));
    case 'Fn::FindInMap':
      return `<${(argument as unknown[]).at(-1)} of the Region>`;
    case 'Fn::Select':
      return read((argument as [number, unknown])[1]).replace(/^<(.*)s of/, '<each $1 of');
    case 'Fn::GetStackOutput': {
      const { StackName, OutputName } = argument as { readonly StackName: string; readonly OutputName: string };
      const [, name] = /FnGetAtt([A-Z]\w*?)[0-9A-F]{8}Arn/.exec(OutputName) ?? [];
      if (name === undefined) throw new Error(`the docs do not know what the output ${OutputName} is`);
      return `<${name} of the stack ${StackName}>`;
    }
    case 'Fn::If': {
      const [, whether, otherwise] = argument as unknown[];
      return `${read(whether)} or ${read(otherwise)}`;
    }
    default:
      throw new Error(`the docs do not know how to show ${intrinsic}`);
  }
}

function nameOf(logicalId: string, names: Names): string {
  const name = names.get(logicalId);
  if (name === undefined) throw new Error(`the docs have no name for ${logicalId}`);
  return `<${name}>`;
}
