/**
 * Takes out of a service's words what must not show in a log or a reason: the query of a pre-signed address, credentials, and
 * signatures. Services quote requests in some errors, headers and all.
 */
export function hideSecrets(text: string): string {
  return text
    .replace(/(https?:\/\/[^\s?"']+)\?[^\s"']+/gi, '$1?…')
    .replace(/(x-amz-(?:security-token|signature|credential)["']?\s*[:=]\s*["']?)[^\s"'&,]+/gi, '$1…')
    .replace(/\b(credential|signature)=[^\s"'&,]+/gi, '$1=…')
    .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '…');
}
