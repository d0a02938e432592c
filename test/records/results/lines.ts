import { isAscii, isUtf8 } from 'node:buffer';
import { type ResultsBlock, type ResultsBlockRules, readResultsBlock } from '../../../src/records/results/read-block';

/** A line of results with an answer in the shape of Anthropic's Messages. */
export function success(recordId: string, text = `answer to ${recordId}`, members: object = {}): string {
  const modelOutput = {
    content: [{ type: 'text', text }],
    role: 'assistant',
    type: 'message',
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: 4 },
    ...members,
  };
  return JSON.stringify({ recordId, modelInput: { prompt: recordId }, modelOutput });
}

export function failure(recordId: string, errorMessage = 'bad request', errorCode: string | number = 400): string {
  return JSON.stringify({ recordId, modelInput: { prompt: recordId }, error: { errorCode, errorMessage } });
}

export function embedding(recordId: string, vector: readonly number[] = [0.5, -1]): string {
  return JSON.stringify({ recordId, modelInput: {}, modelOutput: { embedding: vector, inputTextTokenCount: 3 } });
}

export function input(recordId: string | undefined, prompt = recordId): string {
  return JSON.stringify({ recordId, modelInput: { prompt } });
}

/** What each character of a text is as an escape, as `json.dumps` of Python writes what is not ASCII. */
export function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function readLines(
  lines: string | Buffer,
  rules: Partial<ResultsBlockRules> = {},
  isFirst = true,
): ResultsBlock {
  const bytes = typeof lines === 'string' ? Buffer.from(lines) : lines;
  return readResultsBlock(bytes, { isAscii, isUtf8, ...rules }, isFirst);
}

export const CSV = { format: 'csv', hasEmbedding: false } as const;
export const JSONL = { format: 'jsonl', hasEmbedding: false } as const;

/** The rows of a block, each by itself. */
export function rowsOf(rows: ResultsBlock['table']): string[] {
  if (rows === undefined) return [];
  const text = Buffer.from(rows.bytes);
  return [...rows.ends].map((end, row) => text.toString('utf8', rows.ends[row - 1] ?? 0, end));
}
