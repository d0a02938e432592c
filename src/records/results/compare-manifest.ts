import type { Issue } from '../../core/issue';
import type { Manifest } from './manifest';
import type { TokenCount } from './read-block';

/** What the files of one job hold, every line counted. */
export interface JobCount extends TokenCount {
  succeeded: number;
  failed: number;
  unreadable: number;
}

/** Where a manifest and the results beside it do not say the same. A token count that not every answer has is not judged. */
export function compareManifest(input: string, manifest: Manifest, count: JobCount): Issue[] {
  const results = count.succeeded + count.failed + count.unreadable;
  const hasUnreadable = count.unreadable > 0;
  const differences = [
    differ('records', manifest.totalRecordCount, results),
    differ('successes', manifest.successRecordCount, hasUnreadable ? undefined : count.succeeded),
    differ('errors', manifest.errorRecordCount, hasUnreadable ? undefined : count.failed),
    differ('input tokens', manifest.inputTokenCount, count.withoutInputTokens > 0 ? undefined : count.inputTokens),
    differ('output tokens', manifest.outputTokenCount, count.withoutOutputTokens > 0 ? undefined : count.outputTokens),
  ].filter((difference) => difference !== undefined);
  if (differences.length === 0) return [];
  const isShort = manifest.totalRecordCount !== undefined && results < manifest.totalRecordCount;
  const fix = isShort ? '; the job ended early, or files are missing' : '';
  const message = `counts otherwise than the results beside it: ${differences.join(', ')}${fix}`;
  return [{ code: 'ManifestDiffers', input, message, severity: 'warning' }];
}

function differ(what: string, said: number | undefined, found: number | undefined): string | undefined {
  return said === undefined || found === undefined || said === found ? undefined : `${said} ${what}, not ${found}`;
}
