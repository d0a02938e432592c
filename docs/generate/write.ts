import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderExample } from '../../examples/monitoring/render-dashboard';
import { auditExamples, renderRulePacks } from './rule-packs';
import { renderSecurityPage } from './security-page';

/** Every generated page of docs/, by its name. A page that is not in this list is not written. */
export const PAGES: { readonly [name: string]: () => string } = {
  'dashboard.svg': renderExample,
  'rule-packs.md': () => renderRulePacks(auditExamples()),
  'security.md': renderSecurityPage,
};

export const WRITE_COMMAND = 'npx tsx docs/generate/write.ts';

if (require.main === module) {
  for (const [name, render] of Object.entries(PAGES)) writeFileSync(join(__dirname, '..', name), render());
}
