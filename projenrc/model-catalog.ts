import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Component, type Project, TextFile } from 'projen';
import { readCatalog } from './catalog-file';
import { renderBatchModel } from './render-batch-model';
import { renderModelTable } from './render-model-table';

const CATALOG = 'resources/model-catalog.json';

/** Generates the lookup table and the constants of `BatchModel` from resources/model-catalog.json, once it has checked it. */
export class ModelCatalog extends Component {
  constructor(project: Project) {
    super(project);
    const catalog = readCatalog(readFileSync(join(project.outdir, CATALOG), 'utf8'));
    this.generate('src/catalog/model-table.ts', renderModelTable(catalog));
    this.generate('src/model/batch-model.ts', renderBatchModel(catalog));
  }

  private generate(path: string, source: string): void {
    const file = new TextFile(this.project, path);
    if (file.marker !== undefined) file.addLine(`// ${file.marker}`);
    for (const line of source.split('\n')) file.addLine(line);
  }
}
