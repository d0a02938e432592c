import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { BUNDLES, metafileOf } from './bundle-metafile';
import type { BundledPackage, LegalText } from './render-third-party-licenses';

/** The part of esbuild's metafile that counts. @see https://esbuild.github.io/api/#metafile */
interface Metafile {
  readonly outputs: { readonly [path: string]: { readonly inputs: { readonly [path: string]: Share } } };
}

interface Share {
  /** Nothing, where all of a file was found to be unused. */
  readonly bytesInOutput: number;
}

const PACKAGES = 'node_modules/';
const OWN = 'src/';

const CODE = /\.([cm]?js|wasm)$/;

const LICENSE_FILE = /^(un)?licen[cs]e|^copying/i;
const NOTICE_FILE = /^notice|^third[-_ ]?party/i;
const NOT_A_TEXT = /\.([cm]?[jt]sx?|json|map|html)$/i;

/** Comments that begin a line; the lines of `//` that follow each other are one. */
const COMMENT = /^[ \t]*(?:\/\*[\s\S]*?\*\/|\/\/.*(?:\r?\n[ \t]*\/\/.*)*)/gm;
const LEGAL_COMMENT = /copyright|licen[cs]e/i;

/** Every package with code in one of the bundles of the project, as esbuild and node_modules have them. */
export function readBundledPackages(root: string): BundledPackage[] {
  const packages = new Map<string, BundledPackage>();
  for (const [folder, files] of filesByPackage(readBundledFiles(root))) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const legal = legalFiles(root, folder, files);
    packages.set(`${manifest.name} ${manifest.version}`, {
      manifest,
      licenses: legal.filter(({ file }) => LICENSE_FILE.test(posix.basename(file))),
      notices: legal.filter(({ file }) => NOTICE_FILE.test(posix.basename(file))),
      comments: files.flatMap((file) => legalComments(file, readFileSync(join(root, folder, file), 'utf8'))),
    });
  }
  return [...packages.values()];
}

/** The source files, from the project's folder, that some of each bundle was made from. */
function readBundledFiles(root: string): Set<string> {
  const used = new Set<string>();
  const bundles = readdirSync(join(root, BUNDLES), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => CODE.test(path))
    .sort();
  for (const bundle of bundles) {
    const path = `${BUNDLES}/${bundle}`;
    for (const [file, { bytesInOutput }] of Object.entries(readInputs(root, path))) {
      if (bytesInOutput === 0) continue;
      if (!file.includes(PACKAGES) && !file.startsWith(OWN))
        throw new Error(`${path} must hold code of ${OWN} and of packages in ${PACKAGES} only, got ${file}`);
      used.add(file);
    }
  }
  return used;
}

function readInputs(root: string, bundle: string): { readonly [path: string]: Share } {
  const metafile = metafileOf(posix.dirname(posix.relative(BUNDLES, bundle)));
  const found: Metafile | undefined = existsSync(join(root, metafile))
    ? JSON.parse(readFileSync(join(root, metafile), 'utf8'))
    : undefined;
  const output = found?.outputs[bundle];
  if (output === undefined)
    throw new Error(
      `${bundle} must have been bundled with --metafile=${metafile}, got no word of it there; run npx projen bundle, or delete what no bundle writes any more`,
    );
  return output.inputs;
}

/** Paths inside each package, by the package's folder; both sorted, so that nothing depends on the order of bundles. */
function filesByPackage(paths: ReadonlySet<string>): Map<string, string[]> {
  const packages = new Map<string, string[]>();
  for (const path of [...paths].sort()) {
    const start = path.lastIndexOf(PACKAGES);
    if (start < 0) continue;
    const inside = path.slice(start + PACKAGES.length).split('/');
    const name = inside.splice(0, inside[0].startsWith('@') ? 2 : 1).join('/');
    const folder = `${path.slice(0, start)}${PACKAGES}${name}`;
    packages.set(folder, [...(packages.get(folder) ?? []), inside.join('/')]);
  }
  return packages;
}

/** Beside package.json, and in each folder on the way to a bundled file: code taken over from elsewhere may bring its own. */
function legalFiles(root: string, folder: string, files: readonly string[]): LegalText[] {
  const places = new Set<string>(['.']);
  for (const file of files) {
    for (let place = dirname(file); place !== '.'; place = dirname(place)) places.add(place);
  }
  return [...places].sort().flatMap((place) =>
    readdirSync(join(root, folder, place), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !NOT_A_TEXT.test(entry.name))
      .map(({ name }) => name)
      .filter((name) => LICENSE_FILE.test(name) || NOTICE_FILE.test(name))
      .sort()
      .map((name) => posix.join(place, name))
      .map((file) => ({ file, text: readFileSync(join(root, folder, file), 'utf8') })),
  );
}

function legalComments(file: string, source: string): LegalText[] {
  if (!LEGAL_COMMENT.test(source)) return [];
  const comments = source.match(COMMENT) ?? [];
  return comments.filter((comment) => LEGAL_COMMENT.test(comment)).map((text) => ({ file, text }));
}
