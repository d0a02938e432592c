/** What is read of a package.json; published ones hold anything. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
  readonly author?: unknown;
  readonly repository?: unknown;
}

/** A text that goes with a package's code, and the file of the package that holds it. */
export interface LegalText {
  readonly file: string;
  readonly text: string;
}

export interface BundledPackage {
  readonly manifest: PackageManifest;
  /** LICENSE and its kind. */
  readonly licenses: readonly LegalText[];
  /** NOTICE and its kind. */
  readonly notices: readonly LegalText[];
  /** Comments on copyright or licence in the bundled source files: the packages hold code of others too. */
  readonly comments: readonly LegalText[];
}

/** Standard texts by SPDX identifier. */
export type StandardTexts = { readonly [license: string]: string };

/** The licences that bundled code may have, by SPDX identifier, each with words that its text must hold. */
export const PERMISSIVE: { readonly [license: string]: string } = {
  '0BSD': 'Permission to use, copy, modify, and/or distribute this software for any purpose',
  'Apache-2.0': 'TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION',
  'BSD-2-Clause': 'Redistribution and use in source and binary forms',
  'BSD-3-Clause': 'Redistribution and use in source and binary forms',
  'BlueOak-1.0.0': 'Blue Oak Model License',
  'CC0-1.0': 'CC0 1.0 Universal',
  ISC: 'Permission to use, copy, modify, and',
  MIT: 'Permission is hereby granted, free of charge',
  'Python-2.0': 'PYTHON SOFTWARE FOUNDATION LICENSE',
  Unlicense: 'This is free and unencumbered software released into the public domain',
};

/**
 * The licences whose standard text may stand for a file that a package left out. It is the same for everyone, and asks that
 * it be passed on: a copy is what the author meant. MIT, ISC and BSD begin with who holds the copyright, which is theirs to say.
 */
export const SAME_FOR_EVERYONE: readonly string[] = ['Apache-2.0'];

const COPYLEFT = /\b[AL]?GPL(?=v?\d|\b)|GNU\s+(?:\w+\s+)?General\s+Public\s+License/i;

/** What keeps a package out of the bundles, in words. */
export function checkBundledPackage(bundled: BundledPackage): string[] {
  const { manifest, licenses, notices, comments } = bundled;
  const who = `${manifest.name} ${manifest.version}`;
  const license = findLicense(manifest);
  if (license === undefined)
    return [`${who} must name its licence in package.json, got ${field(manifest.license)} (${origin(manifest)})`];
  if (!Object.hasOwn(PERMISSIVE, license)) {
    const allowed = Object.keys(PERMISSIVE).join(', ');
    return [`${who} must have one of the licences ${allowed}, got ${field(license)} (${origin(manifest)})`];
  }
  const found: string[] = [];
  if (licenses.length === 0) {
    if (!SAME_FOR_EVERYONE.includes(license))
      found.push(
        `${who} must hold a licence file, got only "license": ${field(license)} in package.json; whose copyright it is only its authors can say (${origin(manifest)})`,
      );
  } else if (!licenses.some(({ text }) => flat(text).includes(flat(PERMISSIVE[license])))) {
    const files = licenses.map(({ file }) => file).join(', ');
    found.push(`${who} must hold the text of ${license}, got other words in ${files}`);
  }
  for (const { file, text } of [...licenses, ...notices, ...comments]) {
    const copyleft = COPYLEFT.exec(text)?.[0];
    if (copyleft !== undefined) found.push(`${who} must be permissive throughout, got "${copyleft}" in ${file}`);
  }
  return found;
}

/** The whole file. Packages must have passed {@link checkBundledPackage}; their order does not matter. */
export function renderThirdPartyLicenses(packages: readonly BundledPackage[], standardTexts: StandardTexts): string {
  const entries = packages
    .map((bundled) => toEntry(bundled, standardTexts))
    .sort((a, b) => order(a.license, b.license) || order(a.name, b.name) || order(a.version, b.version));
  const groups = groupBy(entries, ({ license, texts }) => JSON.stringify([license, texts]));
  const counts = [...groupBy(entries, ({ license }) => license)].map(([license, { length }]) => `${length} ${license}`);
  const preface = [
    'Third-party software in the bundles of this package',
    '',
    'The files index.js in the folders beside this one hold code of the packages below, each under its own licence.',
    `Packages: ${packages.length} (${counts.join(', ')}).`,
  ];
  return `${[preface.join('\n'), ...[...groups.values()].map(renderGroup)].join(`\n\n${'='.repeat(80)}\n`)}\n`;
}

interface Entry {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly texts: readonly string[];
  readonly comments: readonly LegalText[];
}

function toEntry({ manifest, licenses, notices, comments }: BundledPackage, standardTexts: StandardTexts): Entry {
  const license = findLicense(manifest);
  if (license === undefined) throw new Error(`${manifest.name} ${manifest.version} has no licence`);
  const texts = [...licenses, ...notices].map(({ text }) => tidy(text));
  if (licenses.length === 0) {
    const standard = standardTexts[license];
    if (standard === undefined) throw new Error(`${manifest.name} ${manifest.version} has no licence text`);
    const instead = `No licence file comes with the above. In package.json: "license": ${field(license)} (${origin(manifest)}). The standard text of that licence follows.`;
    texts.unshift(instead, tidy(standard));
  }
  return { name: manifest.name, version: manifest.version, license, texts, comments };
}

function renderGroup(entries: readonly Entry[]): string {
  const [{ license, texts }] = entries;
  const comments = entries.flatMap((entry) =>
    entry.comments.map(({ file, text }) => ({ place: `${entry.name}/${file}`, text: tidy(text) })),
  );
  const quoted = [...groupBy(comments, ({ text }) => text)].map(
    ([text, places]) => `From the source of ${places.map(({ place }) => place).join(', ')}:\n\n${text}`,
  );
  const heading = [`Licence: ${license}`, ...entries.map(({ name, version }) => `Package: ${name} ${version}`)];
  return [heading.join('\n'), ...texts, ...quoted].join(`\n${'-'.repeat(80)}\n`);
}

/** Old packages have an object, `{ "type": "MIT", "url": … }`. */
function findLicense({ license }: PackageManifest): string | undefined {
  const id = typeof license === 'object' && license !== null ? (license as { type?: unknown }).type : license;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** Whom to ask. */
function origin({ author, repository }: PackageManifest): string {
  return `author ${described(author, 'name')}, repository ${described(repository, 'url')}`;
}

function described(value: unknown, member: string): string {
  const found = typeof value === 'object' && value !== null ? (value as { [member: string]: unknown })[member] : value;
  return typeof found === 'string' ? found.replace(/^git\+/, '') : 'not given';
}

function field(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}

/** Line ends and blanks that no reader sees must not part texts that are the same. */
function tidy(text: string): string {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
}

/** As compared with words that may be broken over lines anywhere. */
function flat(text: string): string {
  return text.replace(/\s+/g, ' ').toLowerCase();
}

/** By code units: the same on every machine, whatever its language. */
function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
