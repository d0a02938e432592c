/** What an ARN or an address is of: no user's choice, while all that follows may be. */
const KIND = String.raw`arn:aws[a-z-]*:(?:iam::\d*:role/|[a-z0-9-]*:)|s3://|https?://`;

/** S3 puts an ARN in double quotes, for a key may have spaces. */
const ADDRESS = new RegExp(`(?<=")(${KIND})[^"]*(?=")|(${KIND})[^\\s"'\`]*`, 'gi');

/** Of a job that a starter named: prefix, identity hash and attempt. Begins with a word, so that a long one is read once. */
const JOB_NAME = /(?<![a-z0-9+.-])[a-z0-9][a-z0-9+.-]*-[a-z2-7]{12}-[1-9]\d*/gi;

/** One with a colon is an action, such as `kms:Decrypt`, or an address. */
const QUOTED_WORD = /(["'`])[^\s:"'`]+\1/g;

/**
 * A service's words without what users named, so that a stack called `marketplace` does not decide what an error means. Takes
 * out ARNs, addresses and quoted words, and the known names; of an ARN it stays which service's it is, and that it is a role's.
 */
export function withoutNames(message: string, known: readonly string[] = []): string {
  return known
    .filter(isTellable)
    .sort((one, other) => other.length - one.length)
    .reduce((text, name) => text.replace(new RegExp(`(?<![\\w-])${escapeForRegExp(name)}`, 'g'), '…'), message)
    .replace(ADDRESS, (_, quoted?: string, bare?: string) => `${quoted ?? bare}…`)
    .replace(JOB_NAME, '…')
    .replace(QUOTED_WORD, '$1…$1');
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A name that is one plain word, such as `role`, cannot be told from the service's own. */
function isTellable(name: string): boolean {
  return /[^a-z0-9]/i.test(name);
}
