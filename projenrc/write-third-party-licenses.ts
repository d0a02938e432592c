import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLES } from './bundle-metafile';
import { readBundledPackages } from './read-bundled-packages';
import {
  checkBundledPackage,
  renderThirdPartyLicenses,
  SAME_FOR_EVERYONE,
  type StandardTexts,
} from './render-third-party-licenses';

/** Beside the bundles, where whoever finds one looks first. */
export const THIRD_PARTY_LICENSES = `${BUNDLES}/THIRD-PARTY-LICENSES.txt`;

/** The texts that projen writes LICENSE files from. */
const STANDARD_TEXTS = join(__dirname, '..', 'node_modules', 'projen', 'license-text');

/** Writes the file, or says what is wrong with the bundled packages and writes none. */
export function writeThirdPartyLicenses(root: string): string[] {
  const packages = readBundledPackages(root);
  const found = packages.flatMap(checkBundledPackage);
  if (found.length === 0)
    writeFileSync(join(root, THIRD_PARTY_LICENSES), renderThirdPartyLicenses(packages, readStandardTexts()));
  return found;
}

function readStandardTexts(): StandardTexts {
  const read = (license: string) => readFileSync(join(STANDARD_TEXTS, `${license}.txt`), 'utf8');
  return Object.fromEntries(SAME_FOR_EVERYONE.map((license) => [license, read(license)]));
}

if (require.main === module) {
  for (const message of writeThirdPartyLicenses(process.cwd())) {
    process.exitCode = 1;
    console.error(`${message} [BundledLicence]`);
  }
}
