/** Between a name and its value, in a header, in JSON, or in an address that is itself a part of another one. */
const IS = String.raw`[\\"']*\s*(?:[:=]|%(?:25)*3[AD])\s*`;

/** A run that no word looks like: it holds a digit, or is very long. */
const TOKEN = String.raw`(?=[^\s"',\\]*\d|[^\s"',\\]{32})[^\s"',\\]+`;

const ADDRESS = /(https?:\/\/[^\s?"']+)(\?[^\s"']+)?/gi;
const AMZ_FIELD = new RegExp(
  String.raw`(x-amz-(?:security-token|signature|credential)${IS})(?:(\[\s*)[^\]\s]+|([\\"']*)[^\s"'&,\\]+)`,
  'gi',
);
const AUTHORIZATION = new RegExp(
  String.raw`(\bauthorization${IS}(?:\[\s*)?)(?:(\\*["'])(?!…)[^"'\\]+|(?:bearer|basic|aws4?[\w-]*)\s+[^\s"',\\]+|(?:[\w-]+\s+)?${TOKEN})`,
  'gi',
);
const BEARER = new RegExp(String.raw`(\bbearer\s+[\\"']*)${TOKEN}`, 'gi');
const SIGNED_FIELD = /(?<=\b|26|3f)((?:credential|signature)(?:=|%(?:25)*3d))[^\s"'&,]+/gi;
const ACCESS_KEY_ID = /(?<=\b|2F|3[AD])(?:AKIA|ASIA)[A-Z0-9]{12,}/g;

/**
 * Takes out of a service's words what must not show in a log or a reason: the query of a pre-signed address, credentials, and
 * signatures. Services quote requests in some errors, headers and all.
 */
export function hideSecrets(text: string): string {
  return text
    .replace(ADDRESS, (_, address: string, query?: string) => (query === undefined ? address : `${address}?…`))
    .replace(AMZ_FIELD, '$1$2$3…')
    .replace(AUTHORIZATION, '$1$2…')
    .replace(BEARER, '$1…')
    .replace(SIGNED_FIELD, '$1…')
    .replace(ACCESS_KEY_ID, '…');
}
