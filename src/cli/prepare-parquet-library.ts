import type { ParquetLibrary } from '../records/dataset/parquet-rows';

/** Loaded only where a Parquet file is read; both are ES modules, which code that is not bundled can only load in this way. */
export async function loadParquetLibrary(): Promise<ParquetLibrary> {
  const [hyparquet, { compressors }] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = hyparquet;
  return { parquetMetadataAsync, parquetReadObjects, parquetSchema, compressors };
}
