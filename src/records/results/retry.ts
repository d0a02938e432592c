import type { Issue } from '../../core/issue';

/** Quota of every model, and adjustable for two of them only. @see https://docs.aws.amazon.com/general/latest/gr/bedrock.html */
export const MIN_RECORDS = 100;

/** A line of input. @param body text of `modelInput`, which stays as it is */
export function toRecordLine(recordId: string, body: string): string {
  return `{"recordId":${JSON.stringify(recordId)},"modelInput":${body}}\n`;
}

/** What is to be known of a list of records to send again; no list is needed where there is none. */
export function checkRetry(input: string, records: number): Issue[] {
  if (records === 0 || records >= MIN_RECORDS) return [];
  const message = `holds ${records} ${records === 1 ? 'record' : 'records'}, fewer than the ${MIN_RECORDS} that the service wants for a job; send them with the next job, or on demand`;
  return [{ code: 'TooFewToSendAgain', input, message, severity: 'warning' }];
}
