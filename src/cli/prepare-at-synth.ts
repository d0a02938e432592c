import { text } from 'node:stream/consumers';
import type { PrepareReply, PrepareRequest } from '../records/dataset/prepare-request';
import { prepareDataset } from './prepare-dataset';

/** Reads a `PrepareRequest` from stdin, does it, and writes a `PrepareReply` to stdout. Run by `JobInput.fromDataset`. */
async function main(): Promise<void> {
  const request: PrepareRequest = JSON.parse(await text(process.stdin));
  const { issues } = await prepareDataset(request);
  process.stdout.write(JSON.stringify({ issues } satisfies PrepareReply));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
