import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { ParquetLibrary } from '../../../src/records/dataset/parquet-rows';

interface Column {
  readonly name: string;
  readonly data: readonly unknown[];
  readonly type?: string;
  readonly offsetIndex?: boolean;
  readonly encoding?: string;
}

/** What tests use of these packages: jest loads no ES modules, so they are bundled as the command line has them. */
export interface ParquetForTests extends ParquetLibrary {
  parquetWriteBuffer(options: {
    columnData: readonly Column[];
    schema?: readonly object[];
    rowGroupSize?: number | readonly number[];
    pageSize?: number;
    codec?: string;
    compressors?: object;
  }): ArrayBuffer;
}

export function loadParquetForTests(): ParquetForTests {
  const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
  try {
    const outfile = join(folder, 'parquet.js');
    buildSync({
      stdin: {
        contents: `export * from 'hyparquet'; export * from 'hyparquet-compressors'; export { parquetWriteBuffer } from 'hyparquet-writer';`,
        resolveDir: __dirname,
      },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
      logLevel: 'warning',
    });
    return require(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
