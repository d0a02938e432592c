/** Where projen puts the bundles: the whole folder is published. */
export const BUNDLES = 'assets';

/** Where esbuild's metafiles go, below the project. */
export const METAFILES = '.bundle-meta';

/**
 * Where esbuild says what went into the bundle `assets/<name>/index.js`.
 *
 * Not beside the bundle, where projen would have it: that folder is published, and the function's own is an asset whose hash
 * would change with it.
 */
export function metafileOf(name: string): string {
  return `${METAFILES}/${name}.json`;
}
