/** How a text writes what a template leaves to its deployment. */
export interface Notation {
  /** A parameter, a resource or an attribute of one: `Bucket123.Arn`. */
  reference(name: string): string;
  /** A function of the template that has no text of its own. */
  call(name: string, argument: unknown): string;
  /** A text in which references may stand as they do in `Fn::Sub`. */
  plain(text: string): string;
}

/** A resolved value as one text. */
export function toText(value: unknown, notation: Notation): string {
  const part = (each: unknown) => toText(each, notation);
  if (!isIntrinsic(value)) return typeof value === 'object' ? JSON.stringify(value) : notation.plain(String(value));
  const [[name, argument]] = Object.entries(value);
  switch (name) {
    case 'Ref':
      return notation.reference(part(argument));
    case 'Fn::GetAtt':
      return notation.reference([argument].flat().map(part).join('.'));
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown];
      return Array.isArray(parts) ? parts.map(part).join(separator) : notation.call(name, argument);
    }
    case 'Fn::Sub':
      return typeof argument === 'string' ? notation.plain(argument) : notation.call(name, argument);
    default:
      return notation.call(name, argument);
  }
}

/** Whether a resolved value is known at deployment only. */
export function isIntrinsic(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const [name, ...others] = Object.keys(value);
  return others.length === 0 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'));
}
