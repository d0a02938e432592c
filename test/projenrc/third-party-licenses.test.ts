import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { metafileOf } from '../../projenrc/bundle-metafile';
import { readBundledPackages } from '../../projenrc/read-bundled-packages';
import {
  type BundledPackage,
  checkBundledPackage,
  PERMISSIVE,
  renderThirdPartyLicenses,
  SAME_FOR_EVERYONE,
} from '../../projenrc/render-third-party-licenses';
import { THIRD_PARTY_LICENSES, writeThirdPartyLicenses } from '../../projenrc/write-third-party-licenses';

const ROOT = join(__dirname, '..', '..');
const STANDARD = join(ROOT, 'node_modules', 'projen', 'license-text');

const MIT = `MIT License\n\nCopyright (c) Ann\n\n${PERMISSIVE.MIT}, to any person`;
const ISC = `ISC License\n\nCopyright (c) Bob\n\n${PERMISSIVE.ISC}/or distribute`;
const APACHE = `Apache License\n\n${PERMISSIVE['Apache-2.0']}`;

const origin = { author: { name: 'Ann' }, repository: { url: 'git+https://example.com/ann/left.git' } };

function bundled(manifest: object, parts: Partial<Omit<BundledPackage, 'manifest'>> = {}): BundledPackage {
  const described = { name: 'left', version: '1.0.0', license: 'MIT', ...origin, ...manifest };
  return { manifest: described, licenses: [{ file: 'LICENSE', text: MIT }], notices: [], comments: [], ...parts };
}

describe('a bundled package', () => {
  it('may have a permissive licence and its text', () => {
    expect(checkBundledPackage(bundled({}))).toEqual([]);
  });

  it('may name its licence as old packages do', () => {
    expect(checkBundledPackage(bundled({ license: { type: 'MIT', url: 'https://example.com' } }))).toEqual([]);
  });

  it.each(['GPL-3.0-only', 'UNLICENSED', 'SEE LICENSE IN x.md', '(MIT OR GPL-3.0)', 'toString'])(
    'must not have the licence %s',
    (license) => {
      expect(checkBundledPackage(bundled({ license }))).toEqual([
        `left 1.0.0 must have one of the licences 0BSD, Apache-2.0, BSD-2-Clause, BSD-3-Clause, BlueOak-1.0.0, CC0-1.0, ISC, MIT, Python-2.0, Unlicense, got "${license}" (author Ann, repository https://example.com/ann/left.git)`,
      ]);
    },
  );

  it.each([
    [undefined, 'none'],
    ['', '""'],
    [null, 'null'],
    [['MIT'], '["MIT"]'],
  ])('must name its licence, which %j does not', (license, got) => {
    expect(checkBundledPackage(bundled({ license }))).toEqual([
      `left 1.0.0 must name its licence in package.json, got ${got} (author Ann, repository https://example.com/ann/left.git)`,
    ]);
  });

  it('must hold the text where that says whose the copyright is', () => {
    expect(checkBundledPackage(bundled({ author: undefined, repository: 'ann/left' }, { licenses: [] }))).toEqual([
      'left 1.0.0 must hold a licence file, got only "license": "MIT" in package.json; whose copyright it is only its authors can say (author not given, repository ann/left)',
    ]);
  });

  it('may leave out the text that is the same for everyone', () => {
    expect(checkBundledPackage(bundled({ license: 'Apache-2.0' }, { licenses: [] }))).toEqual([]);
  });

  it('must hold the text of the licence that it names', () => {
    expect(checkBundledPackage(bundled({ license: 'ISC' }))).toEqual([
      'left 1.0.0 must hold the text of ISC, got other words in LICENSE',
    ]);
  });

  it('may break the words of its licence over lines', () => {
    const text = MIT.replaceAll(' ', '\r\n  ');
    expect(checkBundledPackage(bundled({}, { licenses: [{ file: 'LICENSE', text }] }))).toEqual([]);
  });

  it.each(['GPL', 'LGPLv2', 'AGPL-3.0', 'GNU General Public License', 'GNU  Lesser General Public License'])(
    'must not hold a source file under the %s',
    (words) => {
      const comments = [{ file: 'src/a.js', text: `// Licensed under the ${words}.` }];
      expect(checkBundledPackage(bundled({}, { comments }))).toEqual([
        `left 1.0.0 must be permissive throughout, got "${words.replace(/(v2|-3\.0)$/, '')}" in src/a.js`,
      ]);
    },
  );

  it('must not have another licence file that is not permissive', () => {
    const licenses = [
      { file: 'LICENSE', text: MIT },
      { file: 'src/taken/COPYING', text: 'GNU AFFERO GENERAL PUBLIC LICENSE' },
    ];
    expect(checkBundledPackage(bundled({}, { licenses }))).toEqual([
      'left 1.0.0 must be permissive throughout, got "GNU AFFERO GENERAL PUBLIC LICENSE" in src/taken/COPYING',
    ]);
  });
});

describe('the words that a licence is known by', () => {
  const known = Object.keys(PERMISSIVE).filter((license) => existsSync(join(STANDARD, `${license}.txt`)));

  it.each(known)('are in the standard text of %s', (license) => {
    const text = readFileSync(join(STANDARD, `${license}.txt`), 'utf8').replace(/\s+/g, ' ');
    expect(text.toLowerCase()).toContain(PERMISSIVE[license].toLowerCase());
  });

  it('are held against every text that may stand for a missing file', () => {
    expect(known).toEqual(expect.arrayContaining([...SAME_FOR_EVERYONE]));
  });
});

describe('the rendered licences', () => {
  const left = bundled({});
  const right = bundled({ name: 'right', version: '2.0.0' });
  const isc = bundled({ name: 'a', license: 'ISC' }, { licenses: [{ file: 'LICENSE', text: ISC }] });
  const apache = bundled({ name: 'z', license: 'Apache-2.0' }, { licenses: [] });
  const render = (...packages: BundledPackage[]) => renderThirdPartyLicenses(packages, { 'Apache-2.0': APACHE });
  const LINE = '-'.repeat(80);

  it('are every package under its text, one text for all that have it', () => {
    expect(render(right, isc, left)).toBe(
      [
        'Third-party software in the bundles of this package',
        '',
        'The files index.js in the folders beside this one hold code of the packages below, each under its own licence.',
        'Packages: 3 (1 ISC, 2 MIT).',
        '',
        '='.repeat(80),
        'Licence: ISC',
        'Package: a 1.0.0',
        LINE,
        ISC,
        '',
        '='.repeat(80),
        'Licence: MIT',
        'Package: left 1.0.0',
        'Package: right 2.0.0',
        LINE,
        MIT,
        '',
      ].join('\n'),
    );
  });

  it('take texts for the same that differ in line ends and blanks at the end only', () => {
    const text = `\uFEFF\r\n${MIT.replaceAll('\n', '  \r\n')}\r\n\r\n`;
    const other = bundled({ name: 'right', version: '2.0.0' }, { licenses: [{ file: 'license.md', text }] });
    expect(render(left, other)).toBe(render(left, right));
  });

  it('keep texts apart that name another holder', () => {
    const licenses = [{ file: 'LICENSE', text: MIT.replace('Ann', 'Cas') }];
    expect(render(left, bundled({ name: 'right' }, { licenses })).match(/^Licence: MIT$/gm)).toHaveLength(2);
  });

  it('keep NOTICE after LICENSE', () => {
    const notices = [{ file: 'NOTICE', text: 'left, made in the north' }];
    expect(render(bundled({}, { notices }))).toContain(`${MIT}\n${LINE}\nleft, made in the north\n`);
  });

  it('keep what source files say of others, once, with every place', () => {
    const comments = [
      { file: 'a.js', text: '// Copyright Dee' },
      { file: 'b.js', text: '// Copyright Dee' },
    ];
    const both = render(bundled({}, { comments }), bundled({ name: 'right' }, { comments: comments.slice(1) }));
    expect(both).toContain(`${LINE}\nFrom the source of left/a.js, left/b.js, right/b.js:\n\n// Copyright Dee\n`);
  });

  it('say so where the standard text stands for a missing file', () => {
    expect(render(apache)).toContain(
      `Package: z 1.0.0\n${LINE}\nNo licence file comes with the above. In package.json: "license": "Apache-2.0" (author Ann, repository https://example.com/ann/left.git). The standard text of that licence follows.\n${LINE}\n${APACHE}\n`,
    );
  });

  it('are refused without a text', () => {
    expect(() => render(bundled({}, { licenses: [] }))).toThrow('left 1.0.0 has no licence text');
  });

  it('are refused without a licence', () => {
    expect(() => render(bundled({ license: undefined }))).toThrow('left 1.0.0 has no licence');
  });

  it('are the same in whatever order the packages come', () => {
    const packages = [left, right, isc, apache, bundled({ version: '1.0.1' })];
    const shuffled = fc.shuffledSubarray(packages, { minLength: packages.length });
    fc.assert(fc.property(shuffled, (order) => render(...order) === render(...packages)));
  });
});

describe('a project with planted packages', () => {
  const BUNDLE = 'assets/cli/main/index.js';
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'third-party-'));
    plant(BUNDLE, '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function plant(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  function plantPackage(folder: string, manifest: object, files: { readonly [path: string]: string } = {}): void {
    plant(`${folder}/package.json`, JSON.stringify({ version: '1.0.0', ...origin, ...manifest }));
    for (const [path, text] of Object.entries({ 'index.js': '', ...files })) plant(`${folder}/${path}`, text);
  }

  function bundleOf(inputs: { readonly [path: string]: number }, name = 'cli/main'): void {
    const shares = Object.entries(inputs).map(([path, bytesInOutput]) => [path, { bytesInOutput }]);
    const outputs = { [`assets/${name}/index.js`]: { inputs: Object.fromEntries(shares) } };
    plant(metafileOf(name), JSON.stringify({ outputs }));
  }

  const written = () => readFileSync(join(root, THIRD_PARTY_LICENSES), 'utf8');
  const named = () => readBundledPackages(root).map(({ manifest }) => `${manifest.name} ${manifest.version}`);

  it('has its licences written', () => {
    plantPackage('node_modules/left', { name: 'left', license: 'MIT' }, { LICENSE: MIT });
    bundleOf({ 'src/cli/main.ts': 9, 'node_modules/left/index.js': 9 });
    expect(writeThirdPartyLicenses(root)).toEqual([]);
    expect(written()).toBe(renderThirdPartyLicenses([bundled({})], {}));
  });

  it('is refused for one under the GPL', () => {
    plantPackage('node_modules/left', { name: 'left', license: 'GPL-3.0-only' }, { LICENSE: 'GNU GENERAL …' });
    bundleOf({ 'node_modules/left/index.js': 9 });
    expect(writeThirdPartyLicenses(root)).toEqual([expect.stringMatching(/^left 1.0.0 must .* got "GPL-3.0-only"/)]);
    expect(existsSync(join(root, THIRD_PARTY_LICENSES))).toBe(false);
  });

  it('is refused for one without any licence', () => {
    plantPackage('node_modules/left', { name: 'left' });
    bundleOf({ 'node_modules/left/index.js': 9 });
    expect(writeThirdPartyLicenses(root)).toEqual([expect.stringMatching(/^left 1.0.0 must name its licence/)]);
  });

  it('has its build fail, with the name of each bad package', () => {
    plantPackage('node_modules/left', { name: 'left', license: 'GPL-3.0-only' });
    plantPackage('node_modules/right', { name: 'right' });
    bundleOf({ 'node_modules/left/index.js': 9, 'node_modules/right/index.js': 9 });
    const script = join(ROOT, 'projenrc', 'write-third-party-licenses.ts');
    const { status, stderr } = spawnSync(join(ROOT, 'node_modules', '.bin', 'tsx'), [script], {
      cwd: root,
      encoding: 'utf8',
    });
    expect({ status, lines: stderr.match(/^\w+ 1\.0\.0 must .* \[BundledLicence]$/gm)?.length }).toEqual({
      status: 1,
      lines: 2,
    });
  });

  it('need not mind packages of which nothing was taken', () => {
    plantPackage('node_modules/left', { name: 'left' });
    bundleOf({ 'node_modules/left/index.js': 0 });
    expect(named()).toEqual([]);
  });

  it('names a package as it names itself, whatever folder it is installed in', () => {
    plantPackage('node_modules/alias', { name: '@ann/left' });
    bundleOf({ 'node_modules/alias/index.js': 9 });
    expect(named()).toEqual(['@ann/left 1.0.0']);
  });

  it('names each version of a package', () => {
    plantPackage('node_modules/@ann/left', { name: '@ann/left' });
    plantPackage('node_modules/b/node_modules/@ann/left', { name: '@ann/left', version: '2.0.0' });
    bundleOf({ 'node_modules/@ann/left/index.js': 9, 'node_modules/b/node_modules/@ann/left/index.js': 9 });
    expect(named()).toEqual(['@ann/left 1.0.0', '@ann/left 2.0.0']);
  });

  it('names a package once that several bundles hold', () => {
    plantPackage('node_modules/left', { name: 'left' }, { 'other.js': '' });
    plant('assets/cli/worker/index.js', '');
    bundleOf({ 'node_modules/left/index.js': 9 });
    bundleOf({ 'node_modules/left/other.js': 9 }, 'cli/worker');
    expect(named()).toEqual(['left 1.0.0']);
  });

  it('finds the texts beside package.json and on the way to a bundled file', () => {
    const files = { 'LICENSE-MIT.txt': '1', 'license.js': '2', 'lib/x/a.js': '', 'lib/COPYING': '3', NOTICE: '4' };
    plantPackage('node_modules/left', { name: 'left' }, { ...files, 'docs/LICENSE': '5' });
    bundleOf({ 'node_modules/left/lib/x/a.js': 9 });
    const [{ licenses, notices }] = readBundledPackages(root);
    expect([...licenses, ...notices].map(({ file }) => file)).toEqual(['LICENSE-MIT.txt', 'lib/COPYING', 'NOTICE']);
  });

  it('finds the comments on copyright in bundled files, and no others', () => {
    const source = [
      '/* What it does. */',
      '  /* Copyright\n Dee */ const a = "copyright";',
      '// Copyright Eve,',
      '// MIT License',
      'const b = 1; // no comment',
    ].join('\n');
    plantPackage('node_modules/left', { name: 'left' }, { 'a.js': source, 'b.js': '// Copyright Fay' });
    bundleOf({ 'node_modules/left/a.js': 9 });
    expect(readBundledPackages(root)[0].comments).toEqual([
      { file: 'a.js', text: '  /* Copyright\n Dee */' },
      { file: 'a.js', text: '// Copyright Eve,\n// MIT License' },
    ]);
  });

  it('is refused for a bundle of which esbuild said nothing', () => {
    expect(() => readBundledPackages(root)).toThrow(
      `${BUNDLE} must have been bundled with --metafile=${metafileOf('cli/main')}, got no word of it there`,
    );
  });

  it('is refused for a metafile of another bundle', () => {
    plant(metafileOf('cli/main'), JSON.stringify({ outputs: { 'assets/other.js': { inputs: {} } } }));
    expect(() => readBundledPackages(root)).toThrow('got no word of it there');
  });

  it.each(['../elsewhere/index.js', 'test/a.ts'])('is refused for code from %s', (path) => {
    bundleOf({ [path]: 9 });
    expect(() => readBundledPackages(root)).toThrow(
      `${BUNDLE} must hold code of src/ and of packages in node_modules/ only, got ${path}`,
    );
  });
});

describe('what this project publishes', () => {
  interface Task {
    readonly steps: readonly { readonly spawn?: string; readonly execArgs?: readonly string[] }[];
  }
  const { tasks } = JSON.parse(readFileSync(join(ROOT, '.projen', 'tasks.json'), 'utf8')) as {
    tasks: { [name: string]: Task };
  };
  const steps = tasks.bundle.steps.map(({ spawn = '' }) => spawn);
  const metafiles = steps.slice(0, -1).map((name) => {
    const flag = tasks[name].steps[0].execArgs?.find((arg) => arg.startsWith('--metafile='));
    return { name, metafile: flag?.slice('--metafile='.length) };
  });
  const text = readFileSync(join(ROOT, THIRD_PARTY_LICENSES), 'utf8');
  const listed = [...text.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name);

  it('has its licences written after the last bundle', () => {
    expect(steps.at(-1)).toBe('bundle:licenses');
  });

  it('has a metafile of each bundle, outside the folder that is published', () => {
    expect(metafiles).toEqual(
      steps.slice(0, -1).map((name) => ({ name, metafile: metafileOf(name.replace('bundle:', '')) })),
    );
    expect(readFileSync(join(ROOT, '.npmignore'), 'utf8').split('\n')).toContain('/.bundle-meta/');
  });

  it('lists every package in the metafiles once, and no other', () => {
    const found = new Set<string>();
    for (const { metafile = '' } of metafiles) {
      const { outputs } = JSON.parse(readFileSync(join(ROOT, metafile), 'utf8'));
      const [{ inputs }] = Object.values<{ inputs: { [path: string]: { bytesInOutput: number } } }>(outputs);
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0];
        if (folder === undefined || bytesInOutput === 0) continue;
        const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
        found.add(`${name} ${version}`);
      }
    }
    expect([...listed].sort()).toEqual([...found].sort());
    expect(listed).toContainEqual(expect.stringMatching(/^@smithy\/core /));
  });

  it('has permissive licences only', () => {
    const licenses = [...text.matchAll(/^Licence: (.*)$/gm)].map(([, license]) => license);
    expect(licenses.filter((license) => !Object.hasOwn(PERMISSIVE, license))).toEqual([]);
    expect(new Set(licenses)).toEqual(new Set(['Apache-2.0', 'ISC', 'MIT']));
  });

  it('is what would be written again', () => {
    const packages = readBundledPackages(ROOT);
    expect(packages.flatMap(checkBundledPackage)).toEqual([]);
    const apache = readFileSync(join(STANDARD, 'Apache-2.0.txt'), 'utf8');
    expect(renderThirdPartyLicenses(packages, { 'Apache-2.0': apache })).toBe(text);
  });

  it('keeps the notices of code that the packages took from others', () => {
    expect(text).toContain('Copyright (c) 2016 Zhipeng Jia');
    expect(text).toContain('Copyright 2013 Google Inc');
  });

  it('names no place on the machine and no package registry', () => {
    expect(text).not.toContain(ROOT);
    expect(text).not.toMatch(/node_modules|registry\./);
  });
});
